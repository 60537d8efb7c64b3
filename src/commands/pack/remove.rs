//! `purview pack remove`: a pack that was added, taken away with what was built of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::super::data;
use crate::{
    error::{Error, Result},
    pack::{self, Pack},
    settings::Settings,
};

pub fn run(name: &str, settings: &Settings) -> Result<()> {
    let shelf = settings.folders.packs();
    let place = shelf.join(name);
    let is_one = !name.is_empty() && !name.contains(['/', '\\']) && name != "." && name != "..";
    if !is_one || !place.is_dir() {
        let entries = fs::read_dir(&shelf).into_iter().flatten().flatten();
        let mut added: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        added.retain(|name| !name.starts_with('.'));
        added.sort();
        let known = if added.is_empty() { "none was added".to_owned() } else { format!("added: {}", added.join(", ")) };
        return Err(Error::usage(format!("no pack `{name}` was added to `{}`", shelf.display()), known));
    }
    if let Some(user) = extended_by(name, &shelf) {
        let message = format!("`{user}` extends `{name}` and could not be opened without it");
        return Err(Error::usage(message, format!("`purview pack remove {user}` first")));
    }
    let aside = tempfile::Builder::new().prefix(".removing-").tempdir_in(&shelf);
    let aside = aside.map_err(Error::io("create a folder in", &shelf))?;
    fs::rename(&place, aside.path().join(name)).map_err(Error::io("remove", &place))?;
    aside.close().map_err(Error::io("remove", &place))?;
    let built = settings.folders.cache.join("indexes").join(name);
    if built.is_dir() {
        fs::remove_dir_all(&built).map_err(Error::io("remove", &built))?;
    }
    data(&format!("`{name}` is removed"))
}

/// A pack that was added and extends this one.
fn extended_by(name: &str, shelf: &Path) -> Option<String> {
    let extends = |(_, folder): &(String, PathBuf)| {
        let opened = folder.starts_with(shelf).then(|| Pack::open(folder, shelf).ok()).flatten();
        opened.is_some_and(|pack| pack.manifest.extends.as_deref() == Some(name))
    };
    pack::list(shelf).into_iter().find(extends).map(|(name, _)| name)
}
