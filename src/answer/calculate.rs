//! A calculation as an answer: the sentence, the worksheet with a marker at every line that a table's figure stands in, the
//! note. Knows worksheets and the index, in which the tables' rows lie; calculates nothing.

use super::{Citation, Step, Trace};
use crate::{
    calculator::{Line, Worksheet},
    corpus::{PassageKind, Span},
    index::Index,
};

/// A composed calculation.
#[derive(Debug, Clone, PartialEq)]
pub struct Calculated {
    /// The sentence, the worksheet, what is left out: in order.
    pub parts: Vec<String>,
    /// The worksheet line by line.
    pub trace: Trace,
}

/// Composes a worksheet for a year; what its markers stand for comes after `citations`.
pub fn compose(sheet: &Worksheet, year: Option<u16>, index: &Index, citations: &mut Vec<Citation>) -> Calculated {
    let steps: Vec<Step> = sheet.lines.iter().map(|line| step(line, year, index, citations)).collect();
    let trace = Trace { title: sheet.title.clone(), steps };
    let parts = [sheet.said.clone(), trace.worksheet()].into_iter().chain(sheet.note.clone()).collect();
    Calculated { parts, trace }
}

fn step(line: &Line, year: Option<u16>, index: &Index, citations: &mut Vec<Citation>) -> Step {
    let mut markers: Vec<usize> = line
        .rows
        .iter()
        .filter_map(|(table, row)| standing(index, table, *row))
        .map(|(passage, span)| {
            let cited = Citation::of(citations.len() + 1, index, passage, span, year);
            if let Some(known) = citations.iter().find(|known| known.holds(&cited) && cited.holds(known)) {
                known.marker
            } else {
                citations.push(cited);
                citations.len()
            }
        })
        .collect();
    markers.sort_unstable();
    markers.dedup();
    Step {
        label: line.label.clone(),
        working: line.working.clone(),
        result: line.result.clone(),
        markers,
        depth: line.depth,
    }
}

/// Where a row's figures stand.
fn standing(index: &Index, table: &str, row: usize) -> Option<(usize, Span)> {
    index.passages().iter().enumerate().find_map(|(number, passage)| match &passage.kind {
        PassageKind::Facts(facts) if facts.table == table => {
            let unit = facts.rows.iter().position(|own| *own == row)?;
            Some((number, passage.units[unit]))
        }
        _ => None,
    })
}
