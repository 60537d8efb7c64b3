//! Putting text into a text that is in normal form C (Unicode Standard Annex 15) so that it stays so.
//!
//! Only the surroundings of a change are looked at, so a keystroke costs the same in a long text as in a short one.
//! It keeps no history: it answers with the [`Change`] it made.

use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, char::canonical_combining_class, is_nfc_quick};

use super::timeline::Change;
use crate::tui::text;

/// Text as a draft may hold it, but for its normal form: line breaks are `\n`, other control characters are seen.
pub(super) fn cleaned(text: &str) -> String {
    text::visible(&text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Puts `with` in place of `range`, in normal form C together with what stands around it. Answers with the change and
/// the end of what came in; with nothing when the text stays as it was.
pub(super) fn splice(text: &mut String, range: Range<usize>, with: &str) -> Option<(Change, usize)> {
    let start = text[..range.start].char_indices().rev().find(|(_, c)| stands_alone(*c)).map_or(0, |(i, _)| i);
    let end = text[range.end..].find(stands_alone).map_or(text.len(), |length| range.end + length);

    let mut inserted = normal([&text[start..range.start], with].concat());
    let point = start + inserted.len();
    if range.end < end {
        inserted = normal([&text[start..range.start], with, &text[range.end..end]].concat());
    }

    let change = Change { at: start, removed: text[start..end].to_owned(), inserted };
    if change.removed == change.inserted {
        return None;
    }
    change.redo(text);
    let point = text.ceil_char_boundary(point);
    Some((change, point))
}

/// Whether a text may be cut before `c` and its parts normalised by themselves: a starter that never composes with
/// what stands before it (UAX 15, section 9, on concatenation).
fn stands_alone(c: char) -> bool {
    c.is_ascii() || (canonical_combining_class(c) == 0 && is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes)
}

fn normal(text: String) -> String {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes { text } else { text.nfc().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spliced(mut text: String, range: Range<usize>, with: &str) -> (String, usize) {
        let (_, end) = splice(&mut text, range, with).expect("a change");
        (text, end)
    }

    #[test]
    fn a_final_consonant_joins_the_syllable_before_it() {
        assert_eq!(spliced("x하y".into(), 4..4, "\u{11ab}"), ("x한y".into(), 4));
    }

    #[test]
    fn a_removal_lets_its_neighbours_combine() {
        assert_eq!(spliced("e\n\u{301}!".into(), 1..2, ""), ("é!".into(), 2));
    }

    #[test]
    fn marks_after_the_cursor_are_put_in_order() {
        // The dot below (class 220) sorts before the acute (class 230), and composes first.
        assert_eq!(spliced("q\u{301}".into(), 1..1, "e\u{301}\u{323}").0, "q\u{1eb9}\u{301}\u{301}");
    }

    #[test]
    fn nothing_in_place_of_nothing_is_no_change() {
        assert!(splice(&mut "ab".into(), 1..1, "").is_none());
    }
}
