//! Everything that is wrong with a pack, at once: what keeps it from being opened, and what makes it worse than its
//! author thinks. Returns findings; prints nothing. Test cases are `eval::check`'s: this room knows nothing of them.

mod corpus;
#[cfg(test)]
pub(crate) mod fixture;
mod glossary;
mod manifest;
mod router;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{
    Files,
    finding::{Finding, Lint, Severity},
};
use crate::{error::Place, index::analyze};

/// What a check found, and what a check of the pack's cases needs to know.
#[derive(Debug)]
pub struct Checked {
    /// `name@version`, where they can be read.
    pub label: Option<String>,
    /// The findings, by place.
    pub findings: Vec<Finding>,
    /// The ids of the corpora's documents, those of broken ones included as far as they can be guessed; none where a
    /// corpus cannot be read.
    pub documents: Option<BTreeSet<String>>,
    /// What the router is taught, [folded](fold), and where it stands.
    pub taught: BTreeMap<String, Place>,
}

impl Checked {
    /// How many findings are this grave.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Puts the findings in the order of their places.
    pub fn sort(&mut self) {
        self.findings.sort_by(|a, b| (&a.problem, a.severity, a.lint).cmp(&(&b.problem, b.severity, b.lint)));
    }
}

/// Checks the pack in `folder`, its corpora included.
pub fn check(folder: &Path, user_packs: &Path) -> Checked {
    let (files, findings) = Files::read(folder, user_packs, &mut Vec::new());
    let base = files.base.as_ref();
    let mut checked = Checked { label: None, findings, documents: None, taught: BTreeMap::new() };
    let mut as_of = None;
    if let Some((source, manifest)) = files.manifest.as_ref().and_then(|source| Some((source, source.value.as_ref()?)))
    {
        checked.label = Some(format!("{}@{}", manifest.pack.name, manifest.pack.version));
        as_of = manifest.pack.as_of.as_deref().filter(|date| is_date(date));
        manifest::lint(folder, source, (manifest, base), &mut checked);
    }
    router::lint(folder, (files.examples.as_ref(), base), &mut checked);
    if let Some(source) = &files.glossary {
        glossary::lint(source, &mut checked.findings);
    }
    let of_base = base.map_or(&[][..], |base| &base.corpora);
    checked.documents = files
        .corpora
        .as_ref()
        .and_then(|corpora| corpus::lint((corpora, of_base), &files.tables, as_of, &mut checked.findings));
    let wrong = files.calculators.check_examples(&files.tables).into_iter();
    checked.findings.extend(wrong.map(|problem| Finding::of(Lint::WrongExample, problem)));
    for calculator in files.calculators.iter() {
        let known = checked.documents.as_ref();
        let unknown = calculator.documents.iter().filter(|id| known.is_some_and(|known| !known.contains(*id)));
        let place = || Place::file(&calculator.path);
        let findings = unknown.map(|id| {
            let message = format!("the corpora hold no document `{id}`");
            Finding::error(Lint::DanglingCalculator, place(), message).hint("`documents` lists ids of documents")
        });
        checked.findings.extend(findings);
    }
    checked.sort();
    checked
}

/// A question without what does not tell it from another: case, punctuation, white space.
pub fn fold(text: &str) -> String {
    analyze::words(text).join(" ")
}

/// Whether this is a calendar date as ISO 8601 writes it; the days of each month are not counted.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<u16>().ok()).flatten()
    };
    number(year, 4).is_some()
        && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
}

/// A date that is not one.
fn invalid_date(place: Place, what: &str, date: &str) -> Finding {
    Finding::error(Lint::InvalidDate, place, format!("`{what}` is `{date}`, which is no date"))
        .hint("write it like `2026-01-31`")
}
