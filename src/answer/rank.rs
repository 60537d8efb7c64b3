//! Which sentence or table row answers: every unit of the best passages, scored by a small fitted model over
//! lexical, encoder, heading and answer-type signals. What it is fitted on stands in `calibration.rs`.

mod number;

use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

use regex::Regex;

use self::number::Number;
use super::expected::Expected;
use crate::{
    corpus::{Passage, PassageKind, table::tax_years_in},
    index::{Hit, Index, Query, Similarities, analyze, identifier},
    router::{Scope, evidence::Evidence, logistic::Logistic, slots},
};

/// Passages whose units are looked at.
pub const PASSAGES: usize = 12;

/// The signals, in the order of [`Candidate::features`].
pub const FEATURES: [&str; 27] = [
    "unit cosine",
    "heading cosine",
    "passage cosine",
    "retrieval score",
    "1 / rank",
    "unit coverage",
    "heading coverage",
    "passage coverage",
    "first unit",
    "first unit × heading cosine",
    "answer type",
    "answer type missing",
    "table row",
    "table row × amount",
    "year named",
    "year conflict", // 0 wherever the years are known: such units are left out
    "choice named",
    "choice conflict",
    "example",
    "identifiers",
    "unit cosine below the best",
    "coverage below the best",
    "document's share of hits",
    "title coverage",
    "fact",
    "fact × figure",
    "numbers named",
];

/// A sentence that only says what the table or list after it shows.
static INTRODUCES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(the|this|these) (following |next )?(table|rows?|list|chart)s? ")
        .expect("the pattern is a constant")
});

/// What an example begins with.
const EXAMPLE: &[&str] = &["Example", "예:", "예시:", "예를 들"];

/// A question as the ranker sees it.
#[derive(Debug)]
pub struct Asked<'q> {
    /// As it was analysed for retrieval.
    pub query: &'q Query,
    /// The kind of answer it asks for.
    pub expected: Expected,
    /// The years it is about, assumed ones included.
    pub years: Vec<u16>,
    /// Each choice of which the question names one value: that value, and all of them with their phrases.
    pub choices: Vec<(String, &'q BTreeMap<String, Vec<String>>)>,
    /// Every value of a choice that it names.
    pub named: Vec<String>,
}

/// A unit that could be quoted.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The passage's number.
    pub passage: usize,
    /// The unit's number in the passage.
    pub unit: usize,
    /// Its signals.
    pub features: Vec<f32>,
    /// The probability that it answers.
    pub probability: f32,
}

/// The question's terms with their weights and what stands for them.
struct Terms<'q> {
    weights: Vec<(&'q str, f32)>,
    query: &'q Query,
    total: f32,
}

impl<'q> Terms<'q> {
    fn new(query: &'q Query, index: &Index) -> Self {
        let weights: Vec<(&str, f32)> = query.terms.iter().map(|t| (t.as_str(), index.idf(t))).collect();
        let total = weights.iter().map(|(_, w)| w).sum();
        Self { weights, query, total }
    }

    fn is_held(&self, term: &str, by: &HashSet<String>) -> bool {
        by.contains(term)
            || self
                .query
                .expansions
                .iter()
                .any(|e| e.of.iter().any(|t| t == term) && e.terms.iter().all(|t| by.contains(t)))
    }

    /// The weighted share of the terms that a text holds, by itself or in other words.
    fn coverage(&self, by: &HashSet<String>) -> f32 {
        let held: f32 = self.weights.iter().filter(|(t, _)| self.is_held(t, by)).map(|(_, w)| w).sum();
        if self.total > 0.0 { held / self.total } else { 0.0 }
    }

    /// The weight of the heaviest term that a text does not hold.
    fn heaviest_missing(&self, by: &HashSet<String>) -> f32 {
        self.weights.iter().filter(|(t, _)| !self.is_held(t, by)).map(|(_, w)| *w).fold(0.0, f32::max)
    }
}

/// Every unit of the best hits with its signals, in no order and without a probability.
pub fn candidates(asked: &Asked<'_>, hits: &[Hit], index: &Index, similarities: &Similarities) -> Vec<Candidate> {
    let terms = Terms::new(asked.query, index);
    let wanted: HashSet<&str> = asked.query.identifiers.iter().map(String::as_str).collect();
    let numbers = number::numbers(&asked.query.text);
    let mut found = Vec::new();
    for hit in hits.iter().take(PASSAGES) {
        let passage = &index.passages()[hit.passage];
        let heading_words: HashSet<String> = analyze::terms(&passage.heading_path.join(" ")).into_iter().collect();
        let whole = around(index, hit.passage);
        let heading_cosine = index.heading_cosine(similarities, hit.passage).0;
        let document = index.document_of(hit.passage);
        let title = terms.coverage(&analyze::terms(&document.title).into_iter().collect());
        let fellows = hits.iter().take(PASSAGES).filter(|h| index.document_of(h.passage).id == document.id).count();
        let share = fellows as f32 / hits.len().min(PASSAGES) as f32;
        for unit in 0..passage.units.len() {
            let text = passage.unit_text(unit);
            let words: HashSet<String> = analyze::terms(&text).into_iter().collect();
            let is_row = matches!(passage.kind, PassageKind::Row(_));
            let is_fact = matches!(passage.kind, PassageKind::Facts(_));
            let asks_figure = matches!(asked.expected, Expected::Amount | Expected::Percent);
            let (year_named, year_conflict) = year_signals(asked, passage, &text);
            let (choice_named, choice_conflict) = choice_signals(asked, &text);
            let first = unit == 0;
            let held = asked.expected.is_in(&text);
            let own_identifiers = identifier::identifiers(&text);
            let met = own_identifiers.iter().filter(|i| wanted.contains(i.as_str())).count();
            let features = vec![
                index.unit_cosine(similarities, hit.passage, unit).0,
                heading_cosine,
                index.passage_cosine(similarities, hit.passage).0,
                hit.score,
                1.0 / hit.rank as f32,
                terms.coverage(&words),
                terms.coverage(&heading_words),
                terms.coverage(&whole),
                flag(first),
                if first { heading_cosine } else { 0.0 },
                flag(held && asked.expected != Expected::Other),
                flag(!held),
                flag(is_row),
                flag(is_row && asks_figure),
                year_named,
                year_conflict,
                choice_named,
                choice_conflict,
                flag(is_example(&text)),
                met as f32 / wanted.len().max(1) as f32,
                0.0,
                0.0,
                share,
                title,
                flag(is_fact),
                flag(is_fact && asked.expected.is_figure() && held),
                number::share_in(&numbers, &text),
            ];
            if year_conflict == 0.0 && !INTRODUCES.is_match(&text) {
                found.push(Candidate { passage: hit.passage, unit, features, probability: 0.0 });
            }
        }
    }
    drop_rows_of_facts(&mut found, index);
    keep_facts_with_numbers(&mut found, &numbers, index);
    for (signal, below) in [(0, 20), (7, 21)] {
        let best = found.iter().map(|c| c.features[signal]).fold(0.0, f32::max);
        for candidate in &mut found {
            candidate.features[below] = best - candidate.features[signal];
        }
    }
    found
}

/// Leaves out the table rows from which a fact is quoted that is a candidate as well: it says the same in a sentence.
fn drop_rows_of_facts(found: &mut Vec<Candidate>, index: &Index) {
    let place = |candidate: &Candidate| {
        let passage = &index.passages()[candidate.passage];
        (&index.document_of(candidate.passage).id, passage.units[candidate.unit].start)
    };
    let is = |candidate: &Candidate, fact: bool| match index.passages()[candidate.passage].kind {
        PassageKind::Facts(_) => fact,
        PassageKind::Row(_) => !fact,
        PassageKind::Prose => false,
    };
    let stated: HashSet<_> = found.iter().filter(|candidate| is(candidate, true)).map(&place).collect();
    found.retain(|candidate| !is(candidate, false) || !stated.contains(&place(candidate)));
}

/// Leaves out the facts that do not hold a number which the question names and another fact of their passage holds.
fn keep_facts_with_numbers(found: &mut Vec<Candidate>, numbers: &[Number], index: &Index) {
    let met = |candidate: &Candidate| {
        let passage = &index.passages()[candidate.passage];
        let is_fact = matches!(passage.kind, PassageKind::Facts(_));
        is_fact.then(|| number::share_in(numbers, &passage.unit_text(candidate.unit)) > 0.0)
    };
    let telling: HashSet<usize> = found.iter().filter(|c| met(c) == Some(true)).map(|c| c.passage).collect();
    found.retain(|candidate| !telling.contains(&candidate.passage) || met(candidate) != Some(false));
}

/// Gives each candidate its probability under `model`, and puts the best first.
pub fn rank(candidates: &mut [Candidate], model: &Logistic) {
    for candidate in candidates.iter_mut() {
        candidate.probability = model.probability(&candidate.features);
    }
    candidates.sort_by(|a, b| {
        b.probability.total_cmp(&a.probability).then(a.passage.cmp(&b.passage)).then(a.unit.cmp(&b.unit))
    });
}

/// What is known about the evidence, from the ranked candidates.
pub fn evidence(
    scope: &Scope,
    asked: &Asked<'_>,
    (hits, similarities): (&[Hit], &Similarities),
    ranked: &[Candidate],
    index: &Index,
) -> Option<Evidence> {
    let best = ranked.first()?;
    let terms = Terms::new(asked.query, index);
    let passage = &index.passages()[best.passage];
    let everywhere: HashSet<String> = hits.iter().take(TOP).flat_map(|hit| around(index, hit.passage)).collect();
    let known_years = index.known_years();
    let strange = |name: &String| identifier::is_name(name) && index.lexical().identifier_frequency(name) == 0;
    let is_known = |year: &u16| known_years.contains(year);
    let no_year = !known_years.is_empty() && !asked.years.is_empty() && !asked.years.iter().any(is_known);
    let mut nearest: Vec<f32> = hits.iter().filter_map(|hit| hit.dense).map(|cosine| cosine.0).collect();
    nearest.sort_by(|a, b| b.total_cmp(a));
    let tenth = nearest.get(GAP - 1).copied().unwrap_or(f32::NAN); // a small corpus has none
    Some(Evidence {
        scope: scope.probability,
        far: scope.far,
        near: scope.near,
        words: scope.words,
        example: scope.nearest_inside.0,
        heading: scope.nearest_heading.0,
        best: best.probability,
        gap: nearest.first().copied().unwrap_or_default() - tenth,
        stands_out: index.stands_out(similarities),
        cosine: best.features[0],
        coverage: terms.coverage(&around(index, best.passage)),
        missing: terms.heaviest_missing(&everywhere) / index.idf(""),
        unknown_name: flag(asked.query.identifiers.iter().any(strange)),
        unknown_year: flag(no_year),
        agreement: agreement(hits),
        kind: flag(asked.expected.is_in(&passage.unit_text(best.unit))),
    })
}

/// The passage that the nearest one is held against.
const GAP: usize = 10;
/// Passages of each retriever that are compared.
const TOP: usize = 5;

/// The share of each retriever's first passages among the hits that the other one has among its first.
fn agreement(hits: &[Hit]) -> f32 {
    let first = |score: &dyn Fn(&Hit) -> Option<f32>| {
        let mut scored: Vec<(f32, usize)> = hits.iter().filter_map(|h| Some((score(h)?, h.passage))).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        scored.into_iter().take(TOP).map(|(_, passage)| passage).collect::<HashSet<usize>>()
    };
    let (lexical, dense) = (first(&|h| h.lexical.map(|s| s.0)), first(&|h| h.dense.map(|s| s.0)));
    lexical.intersection(&dense).count() as f32 / TOP as f32
}

/// The words of a passage with its document's title and headings.
fn around(index: &Index, passage: usize) -> HashSet<String> {
    let text = &index.passages()[passage];
    let parts = format!("{} {} {}", index.document_of(passage).title, text.heading_path.join(" "), text.search_text());
    analyze::terms(&parts).into_iter().collect()
}

/// Whether a unit is an example rather than a rule.
fn is_example(text: &str) -> bool {
    EXAMPLE.iter().any(|word| text.trim_start_matches('*').starts_with(word))
}

fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
}

/// Whether the unit names a year that is asked about, and whether it names only others.
fn year_signals(asked: &Asked<'_>, passage: &Passage, text: &str) -> (f32, f32) {
    if asked.years.is_empty() {
        return (0.0, 0.0);
    }
    let named = match &passage.kind {
        PassageKind::Row(row) if !row.years().is_empty() => row.years(),
        _ => tax_years_in(text),
    };
    let meets = named.iter().any(|year| asked.years.contains(year));
    (flag(meets), flag(!named.is_empty() && !meets))
}

/// Whether the unit says a value that the question names, and whether it says only other values.
fn choice_signals(asked: &Asked<'_>, text: &str) -> (f32, f32) {
    let (mut met, mut conflict) = (false, false);
    for (value, values) in &asked.choices {
        let named = slots::named(text, values);
        met |= named.contains(&value.as_str());
        conflict |= !named.is_empty() && !named.contains(&value.as_str());
    }
    (flag(met), flag(conflict))
}

impl<'q> Asked<'q> {
    /// Reads what the ranker needs from a question. `choices` are the pack's choice slots.
    pub fn new(
        query: &'q Query,
        years: Vec<u16>,
        choices: impl IntoIterator<Item = &'q BTreeMap<String, Vec<String>>>,
    ) -> Self {
        let (mut single, mut every) = (Vec::new(), Vec::new());
        for values in choices {
            let named = slots::named(&query.text, values);
            if let [value] = named[..] {
                single.push((value.to_owned(), values)); // several are compared, and none is the one
            }
            every.extend(named.into_iter().map(str::to_owned));
        }
        Self { query, expected: Expected::of(&query.text), years, choices: single, named: every }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_says_so() {
        assert!(is_example("**Example:** She earns $9,000.") && is_example("예: 2025년에 9,000달러를 벌었습니다."));
        assert!(!is_example("예, 공제됩니다.") && !is_example("For example, tips count."));
    }
}
