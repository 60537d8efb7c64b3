//! `purview pack diff`: what differs between two packs: documents, figures, policy, thresholds, cases.

use std::{fs, path::Path};

use super::{
    super::{data, folder},
    add, package,
};
use crate::{
    error::{Error, Result},
    pack::{Pack, archive::Archive, difference},
    settings::Settings,
};

pub fn run(a: &str, b: &str, json: bool, settings: &Settings) -> Result<()> {
    let (a, b) = (read(a, settings)?, read(b, settings)?);
    let difference = difference::between(a.files(), b.files());
    if json {
        return data(&serde_json::to_string(&difference).map_err(Error::internal("writing a difference"))?);
    }
    if difference.is_empty() {
        return data("no difference");
    }
    data(&difference.to_string())
}

/// A pack by its name, its folder or its archive.
fn read(named: &str, settings: &Settings) -> Result<Archive> {
    let path = Path::new(named);
    if path.is_file() {
        return add::read(&fs::read(path).map_err(Error::io("read", path))?);
    }
    package::of(&Pack::open(&folder(Some(named), settings)?, &settings.folders.packs())?)
}
