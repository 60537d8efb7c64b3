//! An answer in the documents' own words: the best unit with the sentences around it that belong to it, and a table
//! row where one says the same by year or status. Every byte of a quote stands in its document.

use super::{Asked, Citation, Made, lookup, rank::Candidate};
use crate::{
    corpus::{
        PassageKind, Span,
        table::{Row, years_in},
    },
    index::Index,
    router::slots,
};

/// Sentences of one passage that are quoted together at most.
const SENTENCES: usize = 3;
/// Words that sentences quoted together have at most: what a person reads at a glance, not a measurement.
const WORDS: usize = 75;
/// A second quote joins the first when it is at least this likely beside it; chosen by hand.
const SECOND: f32 = 0.6;

/// A composed answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Extract {
    /// The quotes in order, each with its marker.
    pub parts: Vec<String>,
    /// Quoted or looked up.
    pub made: Made,
}

/// Composes an answer from ranked candidates; `None` where there is none. What its markers stand for comes after `citations`.
pub fn compose(
    asked: &Asked<'_>,
    ranked: &[Candidate],
    index: &Index,
    citations: &mut Vec<Citation>,
) -> Option<Extract> {
    let is_row = |c: &Candidate| !matches!(index.passages()[c.passage].kind, PassageKind::Prose);
    let first = ranked.first()?;
    let in_year = |c: &Candidate| speaks_of(asked, &index.passages()[c.passage].unit_text(c.unit));
    let beside = ranked[1..].iter().filter(|c| in_year(c)).find(|c| {
        is_row(c) != is_row(first) && c.probability >= SECOND * first.probability && c.passage != first.passage
    });
    // Who asks how much hears that first.
    let holds = |c: &Candidate| asked.expected.is_in(&index.passages()[c.passage].unit_text(c.unit));
    let turns = beside.filter(|c| is_row(c) && asked.expected.is_figure() && holds(c));
    let (best, second) = turns.map_or((first, beside), |row| (row, Some(first)));
    let year = asked.years.first().copied();
    let mut parts = vec![quote(asked, best, ranked, index, year, citations)];
    for other in lookup::of_other_years(asked, best, ranked, index) {
        parts.push(quote(asked, other, ranked, index, other_year(other, index), citations));
    }
    // A figure that was asked for and found in a table needs nothing beside it.
    let best_passage = &index.passages()[best.passage];
    let is_fact = matches!(best_passage.kind, PassageKind::Facts(_));
    let is_told = is_fact && asked.expected.is_figure() && asked.expected.is_in(&best_passage.unit_text(best.unit));
    if let Some(second) = second.filter(|_| !is_told) {
        let cited = citations.len();
        let part = quote(asked, second, ranked, index, year, citations);
        let is_said = |c: &Citation| citations[..cited].iter().any(|said| said.says(c) || c.says(said));
        if citations[cited..].iter().all(is_said) {
            citations.truncate(cited);
        } else {
            parts.push(part);
        }
    }
    let made = if is_row(best) { Made::Lookup } else { Made::Extract };
    Some(Extract { parts, made })
}

fn quote(
    asked: &Asked<'_>,
    candidate: &Candidate,
    ranked: &[Candidate],
    index: &Index,
    year: Option<u16>,
    citations: &mut Vec<Citation>,
) -> String {
    let passage = &index.passages()[candidate.passage];
    if let PassageKind::Facts(facts) = &passage.kind {
        return lookup::said(asked, candidate, facts, (index, year), citations);
    }
    let marker = citations.len() + 1;
    let (span, text) = match &passage.kind {
        PassageKind::Row(row) => (passage.units[candidate.unit], said(asked, row, passage.section())),
        PassageKind::Prose | PassageKind::Facts(_) => {
            let mut likely = vec![f32::NEG_INFINITY; passage.units.len()]; // what is no candidate is not quoted beside one
            let in_year =
                |c: &&Candidate| c.unit == candidate.unit || speaks_of(asked, passage.quote(passage.units[c.unit]));
            let own = ranked.iter().filter(|c| c.passage == candidate.passage).filter(in_year);
            own.for_each(|c| likely[c.unit] = c.probability);
            let words = |span: Span| passage.quote(span).split_whitespace().count();
            let span = window(&passage.units, candidate.unit, &likely, words);
            (span, passage.quote(span).split_whitespace().collect::<Vec<_>>().join(" "))
        }
    };
    citations.push(Citation::of(marker, index, candidate.passage, span, year));
    format!("{text} [{marker}]")
}

/// Whether a sentence names no year, or one that was asked about: those beside it are not quoted along.
fn speaks_of(asked: &Asked<'_>, sentence: &str) -> bool {
    let named = years_in(sentence);
    asked.years.is_empty() || named.is_empty() || named.iter().any(|year| asked.years.contains(year))
}

/// The year that a passage is about, where it is one.
fn other_year(candidate: &Candidate, index: &Index) -> Option<u16> {
    index.passages()[candidate.passage].years.first().copied()
}

/// The bytes of the sentences in a row, the unit among them, that are likeliest in sum, within the limits.
fn window(units: &[Span], unit: usize, likely: &[f32], words: impl Fn(Span) -> usize) -> Span {
    let over = |first: usize, last: usize| Span { start: units[first].start, end: units[last].end };
    let firsts = (unit + 1).saturating_sub(SENTENCES)..=unit;
    let windows = firsts.flat_map(|first| (unit..units.len().min(first + SENTENCES)).map(move |last| (first, last)));
    let fitting = windows.filter(|(first, last)| first == last || words(over(*first, *last)) <= WORDS);
    let sum = |first: usize, last: usize| likely[first..=last].iter().sum::<f32>();
    fitting
        .max_by(|a, b| sum(a.0, a.1).total_cmp(&sum(b.0, b.1)).then(b.cmp(a)))
        .map_or(units[unit], |(first, last)| over(first, last))
}

/// A row as a sentence: the section, the row's subject, and the cells that were asked for.
fn said(asked: &Asked<'_>, row: &Row, section: &str) -> String {
    let pairs: Vec<(&String, &String)> =
        row.header.iter().zip(&row.cells).skip(1).filter(|(_, c)| !c.is_empty()).collect();
    let is_asked = |header: &str| {
        asked.choices.iter().any(|(value, values)| slots::named(header, values).contains(&value.as_str()))
    };
    let named: Vec<_> = pairs.iter().filter(|(header, _)| is_asked(header)).copied().collect();
    let shown = if named.is_empty() { pairs } else { named };
    let cells: Vec<String> = shown.iter().map(|(header, cell)| format!("{header}: {cell}")).collect();
    format!("{} — {}: {}", section.trim_end_matches('?'), row.subject(), cells.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_neighbours_are_quoted_within_the_limits() {
        let units: Vec<Span> = (0..5).map(|i| Span { start: i * 10, end: i * 10 + 9 }).collect();
        let likely = [0.1, 0.8, 0.9, 0.2, 0.7];
        assert_eq!(window(&units, 2, &likely, |_| 1), Span { start: 10, end: 39 });
        assert_eq!(window(&units, 4, &likely, |_| 1), Span { start: 20, end: 49 });
        assert_eq!(window(&units, 2, &likely, |_| 1000), units[2]);
    }
}
