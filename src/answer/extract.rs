//! An answer in the documents' own words: the best unit, the sentences after it that belong to it, and a table
//! row where one says the same by year or status. Every byte of a quote stands in its document.

use super::{Asked, Citation, Made, rank::Candidate};
use crate::{
    corpus::{PassageKind, Span, table::Row},
    index::Index,
    router::slots,
};

/// Sentences of one passage that are quoted together at most.
const SENTENCES: usize = 3;
/// Words after which no further sentence is added.
const WORDS: usize = 60;
/// A second quote joins the first when it is at least this likely beside it.
const SECOND: f32 = 0.6;

/// A composed answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Extract {
    /// The text, with markers.
    pub text: String,
    /// What the markers stand for.
    pub citations: Vec<Citation>,
    /// Quoted or looked up.
    pub made: Made,
}

/// Composes an answer from ranked candidates; `None` where there is none.
pub fn compose(asked: &Asked<'_>, ranked: &[Candidate], index: &Index) -> Option<Extract> {
    let best = ranked.first()?;
    let year = asked.years.first().copied();
    let mut citations = Vec::new();
    let mut parts = vec![quote(asked, best, index, year, &mut citations)];
    let is_row = |c: &Candidate| matches!(index.passages()[c.passage].kind, PassageKind::Row(_));
    let second = ranked[1..]
        .iter()
        .find(|c| is_row(c) != is_row(best) && c.probability >= SECOND * best.probability && c.passage != best.passage);
    if let Some(second) = second {
        parts.push(quote(asked, second, index, year, &mut citations));
    }
    let made = if is_row(best) { Made::Lookup } else { Made::Extract };
    Some(Extract { text: parts.join("\n\n"), citations, made })
}

fn quote(asked: &Asked<'_>, candidate: &Candidate, index: &Index, year: Option<u16>, citations: &mut Vec<Citation>) -> String {
    let passage = &index.passages()[candidate.passage];
    let marker = citations.len() + 1;
    let (span, text) = match &passage.kind {
        PassageKind::Row(row) => (passage.units[candidate.unit], said(asked, row, passage.section())),
        PassageKind::Prose => {
            let span = with_conditions(&passage.units, candidate.unit, |span| passage.quote(span).split_whitespace().count());
            (span, passage.quote(span).split_whitespace().collect::<Vec<_>>().join(" "))
        }
    };
    citations.push(Citation::of(marker, index, candidate.passage, span, year));
    format!("{text} [{marker}]")
}

/// The bytes from a unit to the end of the sentences that follow it in its passage, within the limits.
fn with_conditions(units: &[Span], unit: usize, words: impl Fn(Span) -> usize) -> Span {
    let start = units[unit].start;
    let ends = units[unit..].iter().take(SENTENCES).map(|next| Span { start, end: next.end });
    ends.take_while(|span| span.end == units[unit].end || words(*span) <= WORDS).last().unwrap_or(units[unit])
}

/// A row as a sentence: the section, the row's subject, and the cells that were asked for.
fn said(asked: &Asked<'_>, row: &Row, section: &str) -> String {
    let pairs: Vec<(&String, &String)> = row.header.iter().zip(&row.cells).skip(1).filter(|(_, c)| !c.is_empty()).collect();
    let is_asked = |header: &str| asked.choices.iter().any(|(value, values)| slots::named(header, values).contains(&value.as_str()));
    let named: Vec<_> = pairs.iter().filter(|(header, _)| is_asked(header)).copied().collect();
    let shown = if named.is_empty() { pairs } else { named };
    let cells: Vec<String> = shown.iter().map(|(header, cell)| format!("{header}: {cell}")).collect();
    format!("{} — {}: {}", section.trim_end_matches('?'), row.subject(), cells.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_follow_until_the_limits() {
        let units: Vec<Span> = (0..6).map(|i| Span { start: i * 10, end: i * 10 + 9 }).collect();
        assert_eq!(with_conditions(&units, 1, |_| 1), Span { start: 10, end: 39 });
        assert_eq!(with_conditions(&units, 1, |_| 1000), units[1]);
        assert_eq!(with_conditions(&units, 5, |_| 1), units[5]);
    }
}
