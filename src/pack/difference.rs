//! What differs between two packs, or two versions of one, in the words of a pack: documents and their figures, rules,
//! examples, terms, thresholds and cases. Whatever has no such words is told as a file: no file differs unsaid.
//!
//! Knows the contents of packs, valid or not; knows no folders, and does not judge which of the two is better.

mod cases;
mod documents;
mod examples;
mod figures;
mod rules;
mod show;
mod side;
mod tables;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;

use serde::Serialize;

use super::archive::Tree;
use side::{Kind, Side};
pub use {
    cases::CaseChange,
    documents::{DocumentChange, Lines},
    examples::{TermChange, TopicChange},
    figures::{Figure, Figures},
    rules::{RuleChange, ScopeChange},
    tables::TableChange,
    values::{Change, Setting},
};

/// What differs between a pack, `from`, and another, `to`. As JSON it has every key, whether there is anything or not.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Difference {
    /// `name@version`, as far as `domain.toml` can be read.
    pub from: Option<String>,
    /// Likewise.
    pub to: Option<String>,
    /// Values of `domain.toml`, but for its rules and its scope.
    pub settings: Vec<Setting>,
    /// `[[refuse]]` and `[[defer]]`, as `refuse ID` and `defer ID`.
    pub policy: Changes<RuleChange>,
    /// `[scope]`.
    pub scope: ScopeChange,
    /// Documents, by id.
    pub documents: Changes<DocumentChange>,
    /// Tables, by id.
    pub tables: Changes<TableChange>,
    /// `router.toml`, by `in TOPIC` and `near TOPIC`.
    pub topics: Vec<TopicChange>,
    /// `glossary.toml`, by term.
    pub terms: Changes<TermChange>,
    /// Thresholds, promised rates and weights of `calibration.json`.
    pub calibration: Vec<Setting>,
    /// Cases, by id.
    pub cases: Changes<CaseChange>,
    /// Files of which nothing is said above.
    pub files: Changes<FileChange>,
}

/// What came, what went, and what became of the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes<C> {
    /// Only in the second pack.
    pub added: Vec<String>,
    /// Only in the first pack.
    pub removed: Vec<String>,
    /// In both, and not the same.
    pub changed: Vec<C>,
}

/// A file that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileChange {
    /// Its path; in the pack's folder, if it is in that.
    pub path: String,
    /// Which of its values changed; none where only its comments, order or spacing did, or where it cannot be read.
    pub values: Vec<Setting>,
}

/// Texts that came and went; as often as they did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Texts {
    /// Only in the second list, in its order.
    pub added: Vec<String>,
    /// Only in the first list, in its order.
    pub removed: Vec<String>,
}

/// What differs between two packs. `manifest.json` is left out: it says what the other files say.
pub fn between(a: &Tree, b: &Tree) -> Difference {
    let (a, b) = (Side::of(a), Side::of(b));
    let domains = (a.toml("domain.toml"), b.toml("domain.toml"));
    let mut difference = Difference {
        from: domains.0.as_ref().and_then(rules::label),
        to: domains.1.as_ref().and_then(rules::label),
        documents: documents::between(&a, &b),
        tables: tables::between(&a, &b),
        cases: cases::between(&a, &b),
        ..Difference::default()
    };
    if let (Some(a), Some(b)) = &domains {
        difference.settings = rules::settings(a, b);
        difference.policy = rules::policy(a, b);
        difference.scope = rules::scope(a, b);
    }
    if let (Some(a), Some(b)) = (a.toml_or_nothing("router.toml"), b.toml_or_nothing("router.toml")) {
        difference.topics = examples::topics(&a, &b);
        difference.settings.extend(examples::router_settings(&a, &b));
    }
    if let (Some(a), Some(b)) = (a.toml_or_nothing("glossary.toml"), b.toml_or_nothing("glossary.toml")) {
        difference.terms = examples::terms(&a, &b);
    }
    if let (Some(a), Some(b)) = (a.json("calibration.json"), b.json("calibration.json")) {
        difference.calibration = values::between(&a, &b);
    }
    difference.files = files(&a, &b, &difference);
    difference
}

impl Difference {
    /// Whether the two are the same, byte for byte.
    pub fn is_empty(&self) -> bool {
        *self == Self { from: self.from.clone(), to: self.to.clone(), ..Self::default() }
    }
}

/// The files that differ and of which nothing was said.
fn files(a: &Side, b: &Side, said: &Difference) -> Changes<FileChange> {
    let of_router = |setting: &Setting| setting.path.starts_with("router.");
    let is_said = |path: &str, kind: Kind| match kind {
        Kind::Document | Kind::Table => true,
        Kind::Domain => {
            said.settings.iter().any(|setting| !of_router(setting))
                || said.policy != Changes::default()
                || said.scope != ScopeChange::default()
        }
        Kind::Router => !said.topics.is_empty() || said.settings.iter().any(of_router),
        Kind::Glossary => said.terms != Changes::default(),
        Kind::Calibration => !said.calibration.is_empty(),
        Kind::Cases => cases::is_told(path, a, b),
        Kind::Other => false,
    };
    let rest = |side: &Side| -> BTreeMap<String, Vec<u8>> {
        let files = side.files.iter().filter(|(path, _)| !is_said(path, Kind::of(path)));
        files.map(|(path, bytes)| (path.clone(), bytes.to_vec())).collect()
    };
    changes(&rest(a), &rest(b), |path, _, _| {
        let value = |side: &Side| if path.ends_with("json") { side.json(path) } else { side.toml(path) };
        let values = value(a).zip(value(b)).map(|(a, b)| values::between(&a, &b)).unwrap_or_default();
        FileChange { path: path.to_owned(), values }
    })
}

/// What became of the things of one kind, by their names.
fn changes<V: PartialEq, C>(
    a: &BTreeMap<String, V>,
    b: &BTreeMap<String, V>,
    change: impl Fn(&str, &V, &V) -> C,
) -> Changes<C> {
    let only = |these: &BTreeMap<String, V>, those: &BTreeMap<String, V>| {
        these.keys().filter(|name| !those.contains_key(*name)).cloned().collect()
    };
    let both = a.iter().filter_map(|(name, old)| Some((name, old, b.get(name)?)));
    let changed = both.filter(|(_, old, new)| old != new).map(|(name, old, new)| change(name, old, new)).collect();
    Changes { added: only(b, a), removed: only(a, b), changed }
}

/// Things by their names; by `NAME #2` and so on where a name is taken.
struct Named<V> {
    things: BTreeMap<String, V>,
    /// How often a name was asked for, so that a file full of one name is still read in one go.
    asked: BTreeMap<String, usize>,
}

impl<V> Named<V> {
    fn new() -> Self {
        Self { things: BTreeMap::new(), asked: BTreeMap::new() }
    }

    fn insert(&mut self, name: String, value: V) {
        let asked = self.asked.entry(name.clone()).or_default();
        let mut free = name.clone();
        loop {
            *asked += 1;
            if *asked > 1 {
                free = format!("{name} #{asked}");
            }
            if !self.things.contains_key(&free) {
                break;
            }
        }
        self.things.insert(free, value);
    }
}

impl<C> Default for Changes<C> {
    fn default() -> Self {
        Self { added: Vec::new(), removed: Vec::new(), changed: Vec::new() }
    }
}

impl Texts {
    /// What came and went between two lists.
    pub fn between<S: AsRef<str>>(a: &[S], b: &[S]) -> Self {
        Self { added: surplus(a, b), removed: surplus(b, a) }
    }

    /// Whether nothing came or went; the order may be another.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// What `b` has more often than `a`.
fn surplus<S: AsRef<str>>(a: &[S], b: &[S]) -> Vec<String> {
    let mut had: BTreeMap<&str, usize> = BTreeMap::new();
    for text in a {
        *had.entry(text.as_ref()).or_default() += 1;
    }
    let mut new = Vec::new();
    for text in b.iter().map(AsRef::as_ref) {
        match had.get_mut(text) {
            Some(left @ 1..) => *left -= 1,
            _ => new.push(text.to_owned()),
        }
    }
    new
}
