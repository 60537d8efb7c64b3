//! `purview model`: list, fetch, show, verify and measure models.

mod bench;

use std::{path::Path, process::ExitCode};

use super::{data, progress::Bars, say};
use crate::{
    cli::ModelCommand,
    error::{Error, Result},
    model::{
        Generator as _,
        catalogue::{self, Model, Role},
    },
    settings::Settings,
    specialist::open,
};

pub fn run(verb: ModelCommand) -> Result<ExitCode> {
    let settings = Settings::load()?;
    match verb {
        ModelCommand::List => list(&settings)?,
        ModelCommand::Pull { model } => pull(&settings, model.as_deref())?,
        ModelCommand::Info { model } => info(&settings, &model)?,
        ModelCommand::Bench(args) => bench::run(&settings, &args)?,
        ModelCommand::Verify { model } => verify(&settings, model.as_deref())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(settings: &Settings) -> Result<()> {
    for model in catalogue::models() {
        let state =
            settings.places.find(model)?.map_or_else(|| "not here".to_owned(), |found| format!("in {}", found.source));
        let memory = model.memory().map_or_else(String::new, |bytes| format!("{} to run", size(bytes)));
        let speed =
            model.speed.map_or_else(String::new, |speed| format!("{}/{} tokens/s", speed.prefill, speed.decode));
        let mark = if model.recommended { "recommended; " } else { "" };
        data(&format!(
            "{:<24} {:<9} {:>7} {:>10} {memory:>17} {speed:>17}  {:<24} {mark}{state}",
            model.name,
            role(model),
            model.parameters,
            size(model.bytes()),
            model.license
        ))?;
    }
    Ok(())
}

fn pull(settings: &Settings, name: Option<&str>) -> Result<()> {
    let wanted = match name {
        Some(name) => vec![catalogue::find(name)?],
        None => [Role::Encoder, Role::Generator].map(|role| catalogue::default(role).clone()).to_vec(),
    };
    for model in wanted {
        say(&format!("{}: {}, {}", model.name, size(model.bytes()), model.license));
        let found = settings.places.fetch(&model, &mut Bars::default().reporter())?;
        for path in found.paths.values() {
            data(&path.display().to_string())?;
        }
        say(&format!("from {}", found.source));
    }
    Ok(())
}

fn info(settings: &Settings, name: &str) -> Result<()> {
    if Path::new(name).exists() {
        data(name)?;
        return memory(settings, name);
    }
    let model = &catalogue::find(name)?;
    data(&format!("{} · {} · {} parameters · {}", model.name, role(model), model.parameters, model.license))?;
    data(&model.about)?;
    if let Some(repository) = &model.repository {
        data(&format!("hub         {}/{repository}", settings.places.endpoint))?;
    }
    if let Some(package) = &model.package {
        data(&format!("package     {}=={} ({})", package.name, package.version, size(package.bytes)))?;
    }
    let found = settings.places.find(model)?;
    for file in &model.files {
        let path = found
            .as_ref()
            .and_then(|f| f.paths.get(&file.name))
            .map_or_else(|| "not here".into(), |p| p.display().to_string());
        data(&format!("file        {} ({}) {path}", file.name, size(file.bytes)))?;
        data(&format!("  sha256    {}", file.sha256.as_deref().unwrap_or("not known")))?;
    }
    if model.role == Role::Generator && found.is_some() { memory(settings, name) } else { Ok(()) }
}

/// What a language model takes of this machine's memory.
fn memory(settings: &Settings, name: &str) -> Result<()> {
    let model = open::local(settings, Some(name), &mut Bars::default().reporter())?;
    let footprint = model.footprint();
    let bytes = |bytes: usize| size(bytes as u64);
    data(&format!("weights     {} are read for every token", bytes(footprint.weights)))?;
    data(&format!(
        "context     {} tokens, {} each: {} when it is full",
        model.context_tokens(),
        bytes(footprint.token),
        bytes(footprint.context)
    ))?;
    data(&format!("kept        at most {} of what prompts begin with", bytes(footprint.prefixes)))?;
    data(&format!("computes    {} on {} threads", model.kernel().name(), model.threads()))
}

fn verify(settings: &Settings, name: Option<&str>) -> Result<()> {
    let wanted = match name {
        Some(name) => vec![catalogue::find(name)?],
        None => catalogue::models().to_vec(),
    };
    let mut broken = Vec::new();
    let mut seen = 0;
    for model in &wanted {
        let Some(found) = settings.places.find(model)? else { continue };
        seen += 1;
        for (file, right) in settings.places.verify(model, &found)? {
            let verdict = match right {
                Some(true) => "ok",
                Some(false) => "DOES NOT MATCH ITS HASH",
                None => "no hash is known",
            };
            data(&format!("{} {file}: {verdict}", model.name))?;
            if right == Some(false) {
                broken.push(file);
            }
        }
    }
    if seen == 0 {
        say("no model is here yet; `purview model pull` fetches the defaults");
    }
    if broken.is_empty() {
        return Ok(());
    }
    Err(Error::ModelBroken {
        message: format!("{} does not match its hash", broken.join(", ")),
        hint: Some("delete it; it is fetched again when it is needed".into()),
    })
}

fn role(model: &Model) -> &'static str {
    match model.role {
        Role::Encoder => "encoder",
        Role::Generator => "generator",
    }
}

pub fn size(bytes: u64) -> String {
    if bytes == 0 { "?".into() } else { indicatif::HumanBytes(bytes).to_string() }
}
