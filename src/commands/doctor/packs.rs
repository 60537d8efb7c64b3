//! The packs that can be named: whether each opens, and whether its index is built.

use std::path::Path;

use super::{super::model::size, Check};
use crate::{
    error::Error,
    pack::{self, Pack},
    settings::Settings,
    specialist::built,
};

pub fn checks(settings: &Settings) -> Vec<Check> {
    let shelf = settings.folders.packs();
    let mut checks = Vec::new();
    for (name, folder) in pack::list(&shelf) {
        match Pack::open(&folder, &shelf) {
            Ok(pack) => {
                checks.push(Check::fine("pack", format!("{} opens, in `{}`", pack.label(), folder.display())));
                checks.push(index(&name, &pack, settings));
            }
            Err(error) => {
                let more = if let Error::Pack(problems) = &error { problems.len() - 1 } else { 0 };
                let text = if more == 0 { error.to_string() } else { format!("{error}; and {more} more") };
                checks.push(Check::broken(
                    "pack",
                    format!("{name}: {text}"),
                    format!("`purview pack check {name}` shows every problem"),
                ));
            }
        }
    }
    // A default pack that is found by its name was looked at above.
    if let Err(error) = pack::locate(&settings.pack, &shelf) {
        checks.push(Check {
            hint: Some("run it where `domains/` is, or name a pack's folder with `-p` or `PURVIEW_PACK`".into()),
            ..Check::failed("pack", &error)
        });
    }
    checks
}

fn index(name: &str, pack: &Pack, settings: &Settings) -> Check {
    let built = match built::built(pack, settings) {
        Ok(built) => built,
        Err(Error::ModelMissing { .. }) => {
            return Check::fine("index", format!("{name}: built by the first question, once the encoder is here"));
        }
        Err(error) => return Check::failed("index", &error),
    };
    let missing: Vec<&Path> = built.iter().filter(|(_, is_there)| !is_there).map(|(path, _)| path.as_path()).collect();
    let Some(folder) = built[0].0.parent() else { return Check::fine("index", format!("{name}: has no folder")) };
    if missing.is_empty() {
        let bytes: u64 = built.iter().map(|(path, _)| bytes_in(path)).sum();
        return Check::fine("index", format!("{name}: built, {} in `{}`", size(bytes), folder.display()));
    }
    let what = if missing.len() == built.len() { "index and the scope model" } else { "scope model" };
    Check::fine(
        "index",
        format!(
            "{name}: the first question, or `purview pack build {name}`, builds the {what} in `{}`",
            folder.display()
        ),
    )
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => bytes_in(&entry.path()),
        Ok(meta) => meta.len(),
        Err(_) => 0, // gone while we looked
    });
    bytes.sum()
}
