//! Where the special tokens of a prompt stand. Knows which texts are special and who wrote them; does not know what
//! becomes of the text between them.

use std::{cmp::Reverse, collections::BTreeMap, ops::Range};

use regex::Regex;

use super::{super::template::Piece, unsupported};
use crate::error::Result;

/// A special token's id, and the white space beside it that goes with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marker {
    pub(super) id: u32,
    pub(super) strips_before: bool,
    pub(super) strips_after: bool,
}

/// The special tokens of a vocabulary.
#[derive(Debug)]
pub(super) struct Markers {
    /// Read where the template wrote them.
    known: BTreeMap<String, Marker>,
    marker: Option<Regex>,
    /// White space that is a token as it stands, in any text.
    runs: BTreeMap<String, u32>,
    run: Option<Regex>,
}

/// A prompt's text, and the bytes of it that are special tokens, in order. White space may belong to them.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) text: String,
    pub(super) specials: Vec<(Range<usize>, u32)>,
}

impl Markers {
    pub(super) fn new(markers: BTreeMap<String, Marker>, runs: BTreeMap<String, u32>) -> Result<Self> {
        let (marker, run) = (any_of(markers.keys())?, any_of(runs.keys())?);
        Ok(Self { known: markers, marker, runs, run })
    }

    /// A marker by its text.
    pub(super) fn id(&self, text: &str) -> Option<u32> {
        self.known.get(text).map(|marker| marker.id)
    }

    /// Puts a prompt together.
    pub(super) fn layout(&self, pieces: &[Piece<'_>]) -> Layout {
        let mut text = String::new();
        let mut found: Vec<(Range<usize>, Marker)> = Vec::new();
        for piece in pieces {
            let template = match piece {
                Piece::Message(message) => {
                    text.push_str(message);
                    continue;
                }
                Piece::Template(template) => template.as_str(),
            };
            let start = text.len();
            text.push_str(template);
            for place in self.marker.iter().flat_map(|marker| marker.find_iter(template)) {
                let marker = self.known.get(place.as_str());
                found.extend(marker.map(|marker| (start + place.start()..start + place.end(), *marker)));
            }
        }
        let mut specials = Vec::new();
        let mut done = 0;
        for (at, marker) in found {
            let mut start = at.start;
            if marker.strips_before {
                start = done + text[done..start].trim_end().len();
            }
            self.add_runs(&text, done..start, &mut specials);
            specials.push((start..at.end, marker.id));
            done = at.end;
            if marker.strips_after {
                // Up to a marker or the end: nothing else is white space to this.
                let rest = &text[done..];
                done += rest.len() - rest.trim_start().len();
                specials.last_mut().into_iter().for_each(|(range, _)| range.end = done);
            }
        }
        self.add_runs(&text, done..text.len(), &mut specials);
        Layout { text, specials }
    }

    fn add_runs(&self, text: &str, within: Range<usize>, specials: &mut Vec<(Range<usize>, u32)>) {
        for run in self.run.iter().flat_map(|run| run.find_iter(&text[within.clone()])) {
            let range = within.start + run.start()..within.start + run.end();
            specials.extend(self.runs.get(run.as_str()).map(|id| (range, *id)));
        }
    }
}

/// Matches any of the texts; of two that begin at the same place, the longer.
fn any_of<'t>(texts: impl Iterator<Item = &'t String>) -> Result<Option<Regex>> {
    let mut texts: Vec<&str> = texts.map(String::as_str).collect();
    if texts.is_empty() {
        return Ok(None);
    }
    texts.sort_by_key(|text| Reverse(text.len()));
    let pattern = texts.into_iter().map(regex::escape).collect::<Vec<_>>().join("|");
    Regex::new(&pattern).map(Some).map_err(|reason| unsupported(format!("its special tokens: {reason}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(pieces: &[Piece<'_>]) -> Vec<String> {
        let marker =
            |text: &str, id, strips_before, strips_after| (text.to_owned(), Marker { id, strips_before, strips_after });
        let markers = BTreeMap::from([
            marker("<a>", 1, false, true),
            marker("<a>x", 2, false, false),
            marker("<b>", 3, true, false),
        ]);
        let runs = [("  ", 10), ("   ", 11), ("\n\n", 12)];
        let runs = runs.into_iter().map(|(text, id)| (text.to_owned(), id)).collect();
        let layout = Markers::new(markers, runs).unwrap().layout(pieces);
        layout.specials.iter().map(|(range, id)| format!("{id}:{}", &layout.text[range.clone()])).collect()
    }

    #[test]
    fn of_two_markers_the_longer_is_read_and_white_space_goes_with_those_that_take_it() {
        assert_eq!(laid_out(&[Piece::Template("<a>xy <b> <b>".into())]), ["2:<a>x", "3: <b>", "3: <b>"]);
        assert_eq!(laid_out(&[Piece::Template("<a> \n".into()), Piece::Message("  <a>")]), ["1:<a> \n  "]);
        assert_eq!(laid_out(&[Piece::Template("<a> <b>".into())]), ["1:<a> ", "3:<b>"]);
    }

    #[test]
    fn a_run_of_white_space_is_read_in_any_text_and_across_what_two_wrote() {
        let pieces = [Piece::Template("x ".into()), Piece::Message("  \n"), Piece::Template("\n<a>".into())];
        assert_eq!(laid_out(&pieces), ["11:   ", "12:\n\n", "1:<a>"]);
        assert_eq!(laid_out(&[Piece::Message("     \n\n\n")]), ["11:   ", "10:  ", "12:\n\n"]);
    }

    #[test]
    fn no_marker_is_read_across_pieces_or_in_a_message() {
        let pieces = [Piece::Template("<".into()), Piece::Message("a><a>"), Piece::Template(">".into())];
        assert!(laid_out(&pieces).is_empty());
    }
}
