//! A domain as data: what its files say, checked and ready to use. Knows the router's examples and rules;
//! knows no models. A pack can hold no code, and can name no folder but its own and its corpora.

//pub mod check;
pub mod manifest;

use std::path::{Path, PathBuf};

use crate::{
    error::{Error, Place, Problem, Result},
    index::Synonyms,
    router::Examples,
};
pub use manifest::{Glossary, Manifest, Mode, Slot, SlotKind};

/// A pack that was read from its folder.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The folder.
    pub folder: PathBuf,
    /// `domain.toml`.
    pub manifest: Manifest,
    /// `router.toml`; empty where there is none.
    pub examples: Examples,
    /// `glossary.toml`; empty where there is none.
    pub glossary: Glossary,
    /// The corpora's folders.
    pub corpora: Vec<PathBuf>,
}

impl Pack {
    /// Reads the pack in `folder`.
    ///
    /// # Errors
    /// [`Error::Pack`] with every fault found.
    pub fn open(folder: &Path) -> Result<Self> {
        let mut problems = Vec::new();
        let manifest = read(folder, "domain.toml").and_then(|file| match file {
            Some((path, text)) => manifest::parse::<Manifest>(&path, &text).map(Some),
            None => Err(Problem::new(Place::file(&folder.join("domain.toml")), "a pack needs this file")
                .hint("`purview pack list` shows the packs that are known")),
        });
        let examples = optional(folder, "router.toml", manifest::examples, &mut problems);
        let glossary = optional(folder, "glossary.toml", manifest::parse, &mut problems);
        let manifest = match manifest {
            Ok(Some(manifest)) => manifest,
            Ok(None) => unreachable!("a missing manifest is a problem"),
            Err(problem) => {
                problems.insert(0, problem);
                return Err(Error::Pack(problems));
            }
        };
        let path = folder.join("domain.toml");
        if manifest.schema != 1 {
            problems.push(
                Problem::new(Place::file(&path), format!("`schema = {}` is not known here", manifest.schema))
                    .hint("this version of purview reads `schema = 1`"),
            );
        }
        let mut corpora = Vec::new();
        for corpus in &manifest.corpora {
            match folder.join(corpus).canonicalize() {
                Ok(found) if found.is_dir() && Path::new(corpus).is_relative() => corpora.push(found),
                Ok(_) => problems.push(Problem::new(Place::file(&path), format!("the corpus `{corpus}` is not a relative path of a folder"))),
                Err(e) => problems.push(Problem::new(Place::file(&path), format!("the corpus `{corpus}` cannot be opened: {e}"))
                    .hint("`corpora` lists folders relative to `domain.toml`")),
            }
        }
        if manifest.corpora.is_empty() {
            problems.push(Problem::new(Place::file(&path), "`corpora` is empty: there is nothing to answer from"));
        }
        let rules = manifest.refuse.iter().chain(&manifest.defer);
        for rule in rules.filter(|rule| rule.when.is_empty() && rule.any.is_empty()) {
            problems.push(Problem::new(Place::file(&path), format!("the rule `{}` has neither `when` nor `any`", rule.id)));
        }
        if problems.is_empty() {
            Ok(Self { folder: folder.to_owned(), manifest, examples, glossary, corpora })
        } else {
            Err(Error::Pack(problems))
        }
    }

    /// `name@version`.
    pub fn label(&self) -> String {
        format!("{}@{}", self.manifest.pack.name, self.manifest.pack.version)
    }

    /// The glossary as search uses it.
    pub fn synonyms(&self) -> Synonyms {
        Synonyms::new(self.glossary.term.iter().map(|term| {
            std::iter::once(term.term.as_str()).chain(term.also.iter().map(String::as_str)).collect()
        }))
    }

    /// The files of test cases, in name order.
    pub fn test_files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.join("tests")).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> =
            entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "jsonl")).collect();
        files.sort();
        files
    }
}

fn read(folder: &Path, name: &str) -> Result<Option<(PathBuf, String)>, Problem> {
    let path = folder.join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Problem::new(Place::file(&path), format!("cannot be read: {e}"))),
    }
}

fn optional<T: Default>(
    folder: &Path,
    name: &str,
    parse: impl FnOnce(&Path, &str) -> Result<T, Problem>,
    problems: &mut Vec<Problem>,
) -> T {
    let parsed = read(folder, name).and_then(|file| file.map_or_else(|| Ok(T::default()), |(path, text)| parse(&path, &text)));
    parsed.unwrap_or_else(|problem| {
        problems.push(problem);
        T::default()
    })
}

/// The folder of a pack that is given by name or by path: the user's packs, then `domains/` here, above
/// here, and above the program.
///
/// # Errors
/// A name that is nowhere, with the names that are known.
pub fn locate(name: &str, user_packs: &Path) -> Result<PathBuf> {
    let as_path = Path::new(name);
    if as_path.join("domain.toml").is_file() {
        return Ok(as_path.to_owned());
    }
    let found = shelves(user_packs).into_iter().map(|shelf| shelf.join(name)).find(|p| p.join("domain.toml").is_file());
    found.ok_or_else(|| {
        let known: Vec<String> = list(user_packs).into_iter().map(|(name, _)| name).collect();
        let names = if known.is_empty() { "none is installed".into() } else { format!("known packs: {}", known.join(", ")) };
        Error::usage(format!("no pack is called `{name}`, and no folder of that name holds a `domain.toml`"), names)
    })
}

/// Every pack that can be named, with its folder.
pub fn list(user_packs: &Path) -> Vec<(String, PathBuf)> {
    let mut packs = std::collections::BTreeMap::new();
    for shelf in shelves(user_packs) {
        for entry in std::fs::read_dir(shelf).into_iter().flatten().flatten() {
            if entry.path().join("domain.toml").is_file() {
                packs.entry(entry.file_name().to_string_lossy().into_owned()).or_insert(entry.path());
            }
        }
    }
    packs.into_iter().collect()
}

fn shelves(user_packs: &Path) -> Vec<PathBuf> {
    let here = std::env::current_dir().ok();
    let program = std::env::current_exe().ok();
    let above = [here, program].into_iter().flatten();
    let domains = above.flat_map(|start| start.ancestors().map(|folder| folder.join("domains")).collect::<Vec<_>>());
    let mut shelves: Vec<PathBuf> = std::iter::once(user_packs.to_owned()).chain(domains.filter(|d| d.is_dir())).collect();
    shelves.dedup();
    shelves
}
