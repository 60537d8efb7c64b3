//! One of two packs: its files by what they are to a pack. Knows paths and formats, not what stands in them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Tree, values};
use crate::pack::archive::MANIFEST;

/// What a file is to a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `domain.toml`
    Domain,
    /// `router.toml`
    Router,
    /// `glossary.toml`
    Glossary,
    /// `calibration.json`
    Calibration,
    /// `tables/*.toml`
    Table,
    /// `tests/*.jsonl`
    Cases,
    /// `**.md`
    Document,
    /// Calculators, and whatever else.
    Other,
}

impl Kind {
    /// By the path in the pack's folder.
    pub fn of(path: &str) -> Self {
        let (start, extension) = (path.split('/').next().unwrap_or(path), path.rsplit('.').next().unwrap_or(path));
        match (path, start, extension) {
            ("domain.toml", ..) => Self::Domain,
            ("router.toml", ..) => Self::Router,
            ("glossary.toml", ..) => Self::Glossary,
            ("calibration.json", ..) => Self::Calibration,
            (_, "tables", "toml") => Self::Table,
            (_, "tests", "jsonl") => Self::Cases,
            (_, _, "md") => Self::Document,
            _ => Self::Other,
        }
    }
}

/// One of the two packs.
pub struct Side<'t> {
    /// By path; of those in the pack's folder, whatever its name, by the path in that.
    pub files: BTreeMap<String, &'t [u8]>,
}

impl<'t> Side<'t> {
    /// The pack in an archive's tree.
    pub fn of(tree: &'t Tree) -> Self {
        let inside = |path: &str| match path.strip_prefix("packs/").and_then(|path| path.split_once('/')) {
            Some((_, path)) => path.to_owned(),
            None => path.to_owned(),
        };
        let files = tree.iter().filter(|(path, _)| *path != MANIFEST);
        Self { files: files.map(|(path, bytes)| (inside(path), bytes.as_slice())).collect() }
    }

    /// The files of a kind.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = (&str, &'t [u8])> {
        self.files.iter().filter(move |(path, _)| Kind::of(path) == kind).map(|(path, bytes)| (path.as_str(), *bytes))
    }

    /// What a TOML file says; none where there is no such file, or where it cannot be read.
    pub fn toml(&self, path: &str) -> Option<Value> {
        values::of_toml(self.files.get(path)?)
    }

    /// What an optional TOML file says; none where it cannot be read.
    pub fn toml_or_nothing(&self, path: &str) -> Option<Value> {
        if self.files.contains_key(path) { self.toml(path) } else { Some(json!({})) }
    }

    /// What a JSON file says; none where there is no such file, or where it cannot be read.
    pub fn json(&self, path: &str) -> Option<Value> {
        serde_json::from_slice(self.files.get(path)?).ok()
    }
}
