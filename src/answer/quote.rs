//! An answer that the language model put together of quotations: it chose which sentences and in which order, and could
//! write nothing else, so each is cited with its very bytes. Knows passages; does not know how a model is held to them.

use std::fmt::Write as _;

use super::Citation;
use crate::{
    corpus::{PassageKind, Span},
    index::{Hit, Index},
    model::generator::Part,
};

/// What may be quoted of a hit: the passage, and the bytes of its sentences. Nothing of a table's row, which says nothing
/// without its header.
pub fn quotable(hits: &[Hit], index: &Index) -> Vec<(usize, Span)> {
    let prose = |hit: &&Hit| index.passages()[hit.passage].kind == PassageKind::Prose;
    let span = |hit: &Hit| {
        let units = &index.passages()[hit.passage].units;
        Some((hit.passage, Span { start: units.first()?.start, end: units.last()?.end }))
    };
    hits.iter().filter(prose).filter_map(span).collect()
}

/// The text with a marker after each quotation, and what the markers stand for. Nothing where nothing was quoted.
pub fn compose(
    parts: &[Part],
    quotable: &[(usize, Span)],
    index: &Index,
    year: Option<u16>,
) -> Option<(String, Vec<Citation>)> {
    let (mut text, mut citations) = (String::new(), Vec::new());
    for part in parts {
        let words = part.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if part.text.starts_with(char::is_whitespace) && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&words);
        let Some(&(passage, within)) = part.quotes.and_then(|which| quotable.get(which)) else { continue };
        // Written from these very bytes; a text that is not among them would be cited falsely, so it is not shown.
        let at = index.passages()[passage].quote(within).find(part.text.trim())?;
        let start = within.start + at;
        let quote = Span { start, end: start + part.text.trim().len() };
        let marker = citations.len() + 1;
        citations.push(Citation::of(marker, index, passage, quote, year));
        let _ = write!(text, " [{marker}]");
    }
    (!citations.is_empty()).then_some((text, citations))
}
