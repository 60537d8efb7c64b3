//! Where a cursor may stop in a text: grapheme clusters, words and lines (Unicode Standard Annex 29).
//!
//! Every function takes a text and a byte offset in it, and answers with a byte offset between two grapheme clusters:
//! the one given when there is nowhere further to go. It knows no columns; rows are the layout's.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The end of the grapheme cluster before `at`'s.
pub(super) fn before(text: &str, at: usize) -> usize {
    cursor(text, at).prev_boundary(text, 0).expect("the whole text is given").unwrap_or(0)
}

/// The end of the grapheme cluster after `at`.
pub(super) fn after(text: &str, at: usize) -> usize {
    cursor(text, at).next_boundary(text, 0).expect("the whole text is given").unwrap_or(text.len())
}

/// `at`, or the end of the grapheme cluster that it stands within.
pub(super) fn at_or_after(text: &str, at: usize) -> usize {
    if cursor(text, at).is_boundary(text, 0).expect("the whole text is given") { at } else { after(text, at) }
}

/// The start of the word that ends at `at`, or before it.
pub(super) fn word_start(text: &str, at: usize) -> usize {
    let start = text[..at].split_word_bound_indices().rev().find(|(_, piece)| is_word(piece)).map_or(0, |(i, _)| i);
    // A word may start within a cluster (after a Prepend character, say); then the cluster is the word's.
    if at_or_after(text, start) == start { start } else { before(text, start) }
}

/// The end of the word that begins at `at`, or after it.
pub(super) fn word_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let word = rest.split_word_bound_indices().find(|(_, piece)| is_word(piece));
    at_or_after(text, word.map_or(text.len(), |(i, piece)| at + i + piece.len()))
}

/// The start of the line that `at` is on.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The end of the line that `at` is on, before its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length)
}

/// As in readline, what has no letter and no digit only parts words.
fn is_word(piece: &str) -> bool {
    piece.chars().any(char::is_alphanumeric)
}

fn cursor(text: &str, at: usize) -> GraphemeCursor {
    GraphemeCursor::new(at, text.len(), true)
}
