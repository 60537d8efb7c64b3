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

/// What is left of a quotation that was cut off: its whole sentences, since a figure that is cut is a wrong figure.
fn whole(quote: Span, units: &[Span]) -> Option<Span> {
    let inside = |unit: &&Span| unit.start >= quote.start && unit.end <= quote.end;
    units.iter().rfind(inside).map(|last| Span { start: quote.start, end: last.end })
}

/// The text with a marker after each quotation, and what the markers stand for. Where the writing was cut off, the last
/// quotation ends with its last whole sentence. Nothing where nothing was quoted.
pub fn compose(
    parts: &[Part],
    was_cut: bool,
    quotable: &[(usize, Span)],
    index: &Index,
    year: Option<u16>,
) -> Option<(String, Vec<Citation>)> {
    let (mut text, mut citations) = (String::new(), Vec::new());
    for (number, part) in parts.iter().enumerate() {
        let is_cut = was_cut && number + 1 == parts.len();
        let space = if part.text.starts_with(char::is_whitespace) && !text.is_empty() { " " } else { "" };
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(&(passage, within)) = part.quotes.and_then(|which| quotable.get(which)) else {
            if !is_cut {
                let _ = write!(text, "{space}{}", words(&part.text));
            }
            continue;
        };
        let passage_text = &index.passages()[passage];
        // Written from these very bytes; a text that is not among them would be cited falsely, so it is not shown.
        let start = within.start + passage_text.quote(within).find(part.text.trim())?;
        let quote = Span { start, end: start + part.text.trim().len() };
        let Some(quote) = (if is_cut { whole(quote, &passage_text.units) } else { Some(quote) }) else { continue };
        let _ = write!(text, "{space}{}", words(passage_text.quote(quote)));
        let marker = citations.len() + 1;
        citations.push(Citation::of(marker, index, passage, quote, year));
        let _ = write!(text, " [{marker}]");
    }
    (!citations.is_empty()).then_some((text, citations))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_that_was_cut_off_keeps_its_whole_sentences_and_no_part_of_a_figure() {
        let units = [(0, 20), (21, 40), (41, 60)].map(|(start, end)| Span { start, end });
        assert_eq!(whole(Span { start: 0, end: 55 }, &units), Some(Span { start: 0, end: 40 }));
        assert_eq!(whole(Span { start: 21, end: 60 }, &units), Some(Span { start: 21, end: 60 }));
        assert_eq!(whole(Span { start: 41, end: 59 }, &units), None);
    }
}
