//! `purview pack package`: a pack with its corpora as one file, the same bytes every time.

use std::{fs, path::Path};

use super::super::{data, model::size, say};
use crate::{
    error::{Error, Result},
    eval,
    pack::{
        Pack,
        archive::{self, Archive},
        finding::Severity,
    },
    settings::Settings,
};

pub fn run(folder: &Path, output: Option<&Path>, settings: &Settings) -> Result<()> {
    let errors = eval::check::check(folder, &settings.folders.packs())
        .findings
        .into_iter()
        .filter(|found| found.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|finding| finding.problem).collect();
    if !errors.is_empty() {
        return Err(Error::Pack(errors));
    }
    let archive = of(&Pack::open(folder, &settings.folders.packs())?)?;
    let path = output.map_or_else(|| archive.file_name().into(), Path::to_owned);
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = tempfile::Builder::new().prefix(".packing-").tempdir_in(parent);
    let beside = beside.map_err(Error::io("write in", parent))?;
    let bytes = archive::write(&archive);
    archive::read(&bytes[..], &archive::Limits::default()).map_err(refused)?; // whoever adds it will read it so
    let file = beside.path().join("archive");
    fs::write(&file, &bytes).map_err(Error::io("write", &path))?;
    fs::rename(&file, &path).map_err(Error::io("write", &path))?;
    let (files, plain, packed) = (archive.files().len(), size(archive.size()), size(bytes.len() as u64));
    say(&format!("{files} files, {plain}, packed {packed}"));
    data(&path.display().to_string())
}

/// The archive of a pack.
pub fn of(pack: &Pack) -> Result<Archive> {
    let requires = pack.manifest.extends.iter().cloned().collect();
    Archive::of(archive::collect(pack)?, requires).map_err(refused)
}

/// A refusal as an error of the program.
pub fn refused(refused: archive::Refused) -> Error {
    let hint = refused.hint();
    Error::usage(refused.to_string(), hint)
}
