//! Lints of `glossary.toml`: entries that change no search.

use std::collections::BTreeMap;

use super::fold;
use crate::{
    index::analyze,
    pack::{
        Glossary,
        finding::{Finding, Lint},
        source::Source,
    },
};

pub fn lint(source: &Source<Glossary>, findings: &mut Vec<Finding>) {
    let Some(glossary) = &source.value else { return };
    let mut terms: BTreeMap<Vec<String>, (&str, usize)> = BTreeMap::new();
    for (at, entry) in glossary.term.iter().enumerate() {
        let place = source.place(&format!("term.{at}.term"));
        let analysed = analyze::terms(&entry.term);
        if analysed.is_empty() {
            let message = format!("the term `{}` holds no word that is searched for", entry.term);
            findings.push(
                Finding::warning(Lint::EmptyTerm, place.clone(), message)
                    .hint("common words and punctuation are left out"),
            );
        } else if let Some((first, line)) = terms.insert(analysed, (&entry.term, place.line)) {
            let message = format!("the term `{}` is searched for like `{first}` at line {line}", entry.term);
            findings.push(
                Finding::warning(Lint::DuplicateTerm, place.clone(), message)
                    .hint("put both `also` lists into one entry"),
            );
        }
        if entry.also.is_empty() {
            let message = format!("the term `{}` has nothing in `also`: it changes no search", entry.term);
            findings.push(Finding::warning(Lint::EmptyTerm, place, message));
        }
        // Inflected forms are let pass: they are written for completeness, and the analysis makes one of them.
        let mut same: BTreeMap<String, &str> = BTreeMap::from([(fold(&entry.term), entry.term.as_str())]);
        for (number, also) in entry.also.iter().enumerate() {
            let place = source.place(&format!("term.{at}.also.{number}"));
            if analyze::terms(also).is_empty() {
                let message = format!("`{also}` holds no word that is searched for");
                findings.push(
                    Finding::warning(Lint::EmptyTerm, place, message).hint("common words and punctuation are left out"),
                );
            } else if let Some(first) = same.insert(fold(also), also) {
                let message = format!("`{also}` says the same as `{first}`, which stands before it");
                findings.push(Finding::warning(Lint::DuplicateTerm, place, message).hint("delete one of the two"));
            }
        }
    }
}
