//! `purview pack add`: a pack from a file, a folder or an address, looked at, verified, examined, and only then kept.

use std::{
    fs,
    io::IsTerminal,
    path::{Path, PathBuf},
};

use super::{
    super::{
        data,
        model::size,
        printer::{prompt, visible},
        say,
    },
    exam, package,
};
use crate::{
    cli::AddPack,
    error::{Error, Result},
    eval,
    pack::{
        self, Pack,
        archive::{self, Archive, Limits},
        difference,
        finding::Severity,
    },
    settings::Settings,
};

pub fn run(args: &AddPack, settings: &Settings) -> Result<()> {
    let archive = archive(&args.source, settings)?;
    let manifest = archive.manifest();
    let shelf = settings.folders.packs();
    let place = shelf.join(&manifest.name);
    for base in &manifest.requires {
        pack::locate(base, &shelf).map_err(|_| {
            let message = format!("`{}` extends `{base}`, which is not here", manifest.name);
            Error::usage(message, "`purview pack add` that pack first")
        })?;
    }
    let before = replaced(&shelf, &manifest.name)?;
    show(&archive, before.as_ref())?;
    if !args.yes && !agreed(&format!("add `{}` to `{}`? [y/N] ", manifest.name, shelf.display()))? {
        say("nothing was added");
        return Ok(());
    }
    fs::create_dir_all(&shelf).map_err(Error::io("create", &shelf))?;
    let staging = tempfile::Builder::new().prefix(".adding-").tempdir_in(&shelf);
    let staging = staging.map_err(Error::io("create a folder in", &shelf))?;
    let unpacked = staging.path().join(&manifest.name);
    archive::unpack(&archive, &unpacked)?;
    let folder = unpacked.join("packs").join(&manifest.name);
    let errors =
        eval::check::check(&folder, &shelf).findings.into_iter().filter(|found| found.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|finding| finding.problem).collect();
    if !errors.is_empty() {
        return Err(Error::Pack(errors));
    }
    match exam::sit(&folder, settings, args.sample) {
        Ok(sat) => {
            say(&sat.to_string());
            if !sat.is_passed() && !args.force {
                return Err(Error::QualityGate(format!(
                    "`{}` fails its own exam on this machine; `--force` adds it all the same",
                    manifest.name
                )));
            }
        }
        Err(error) if !args.force => return Err(error),
        Err(error) => say(&format!("warning: the exam could not be held: {error}")),
    }
    swap(&unpacked, &place, staging.path())?;
    data(&format!("{}@{} is added: `purview chat -p {0}`", manifest.name, manifest.version))
}

/// The pack that this would replace.
fn replaced(shelf: &Path, name: &str) -> Result<Option<Archive>> {
    let place = &shelf.join(name);
    if fs::symlink_metadata(place).is_err() {
        return Ok(None);
    }
    let nested = place.join("packs").join(name);
    let folder = if nested.is_dir() { nested } else { place.to_owned() };
    if let Ok(pack) = Pack::open(&folder, shelf) {
        return package::of(&pack).map(Some);
    }
    say(&format!("`{}` holds something that is no pack; it is replaced", place.display()));
    Ok(None)
}

/// Shows what an archive says of itself. It comes from a stranger: none of it may command the terminal.
fn show(archive: &Archive, before: Option<&Archive>) -> Result<()> {
    let manifest = archive.manifest();
    let documents: usize = manifest.licenses.values().sum();
    let licenses: Vec<String> = manifest.licenses.iter().map(|(id, count)| format!("{id} ({count})")).collect();
    let line = |text: String| data(&visible(&text));
    line(format!("{}@{}  {}", manifest.name, manifest.version, manifest.title))?;
    line(format!("  license    {}", manifest.license.as_deref().unwrap_or("not stated")))?;
    line(format!("  documents  {documents}, licensed {}", licenses.join(", ")))?;
    let languages = if manifest.languages.is_empty() { "not stated".into() } else { manifest.languages.join(", ") };
    line(format!("  languages  {languages}"))?;
    line(format!("  size       {} files, {}", manifest.files.len(), size(archive.size())))?;
    if !manifest.requires.is_empty() {
        line(format!("  extends    {}", manifest.requires.join(", ")))?;
    }
    let Some(before) = before else { return Ok(()) };
    line(format!("  replaces   {}@{}", before.manifest().name, before.manifest().version))?;
    data(&difference::between(before.files(), archive.files()).to_string())
}

fn agreed(question: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::usage("nobody is there to agree", "look at the pack above, and add `--yes`"));
    }
    prompt(question);
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(Error::io("read", "standard input"))?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// Reads the archive at a path or an address, or makes one of a folder.
fn archive(source: &str, settings: &Settings) -> Result<Archive> {
    if source.starts_with("http://") || source.starts_with("https://") {
        return read(&fetched(source, settings)?);
    }
    let path = PathBuf::from(source);
    if path.is_dir() {
        return package::of(&Pack::open(&path, &settings.folders.packs())?);
    }
    read(&fs::read(&path).map_err(Error::io("read", &path))?)
}

pub fn read(bytes: &[u8]) -> Result<Archive> {
    archive::read(bytes, &Limits::default()).map_err(package::refused)
}

fn fetched(url: &str, settings: &Settings) -> Result<Vec<u8>> {
    if settings.places.offline {
        return Err(Error::usage(
            format!("`{url}` cannot be fetched offline"),
            "unset `PURVIEW_OFFLINE`, or give a file",
        ));
    }
    let failed = |error: ureq::Error| {
        Error::usage(format!("`{url}` cannot be fetched: {error}"), "check the address, or fetch the file yourself")
    };
    let mut answer = ureq::get(url).call().map_err(failed)?;
    answer.body_mut().with_config().limit(Limits::default().unpacked).read_to_vec().map_err(failed)
}

/// Puts the new folder in the place of the old one; if that fails, the old one stays.
fn swap(new: &Path, place: &Path, staging: &Path) -> Result<()> {
    let aside = staging.join(".before");
    let is_there = fs::symlink_metadata(place).is_ok();
    if is_there {
        fs::rename(place, &aside).map_err(Error::io("move", place))?;
    }
    fs::rename(new, place).map_err(|error| {
        if is_there {
            let _ = fs::rename(&aside, place); // the first error is what matters
        }
        Error::io("create", place)(error)
    })
}
