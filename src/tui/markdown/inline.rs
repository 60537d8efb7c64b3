//! The text within a block: pieces with a style and the source bytes they were read from, until they become spans.
//! Knows highlights and citations; not lines or widths.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;

use super::Marks;
use crate::tui::text::drawable;
use crate::tui::theme::Theme;

/// The text of one block, as far as it is read.
#[derive(Default)]
pub(super) struct Inline {
    pieces: Vec<Piece>,
}

/// Text of one style. Where it is as long as its source, each byte of it is that byte of the source.
struct Piece {
    text: String,
    style: Style,
    source: Range<usize>,
    kind: Kind,
}

/// What a piece of text may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words, among them citations.
    Prose,
    /// Code, HTML, addresses: every character stands for itself.
    Literal,
}

impl Inline {
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Adds text that was read from the `source` bytes. What continues the piece before is joined to it: a parser cuts
    /// text wherever markup might have begun, `[1]` into three.
    pub(super) fn push(&mut self, text: &str, source: Range<usize>, style: Style, kind: Kind) {
        match self.pieces.last_mut() {
            Some(last)
                if last.is_verbatim()
                    && text.len() == source.len()
                    && (last.source.end, last.style, last.kind) == (source.start, style, kind) =>
            {
                last.text.push_str(text);
                last.source.end = source.end;
            }
            _ => self.pieces.push(Piece { text: text.to_owned(), style, source, kind }),
        }
    }

    /// Takes the text as spans, drawable and marked.
    pub(super) fn take(&mut self, theme: &Theme, marks: &Marks) -> Vec<Span<'static>> {
        let mut spans = Vec::new();
        for piece in self.pieces.drain(..) {
            let mut done = 0;
            if piece.kind == Kind::Prose {
                for citation in citations(&piece.text, marks.citations) {
                    piece.draw(done..citation.start, piece.style, theme, marks, &mut spans);
                    done = citation.end;
                    piece.draw(citation, piece.style.patch(theme.citation), theme, marks, &mut spans);
                }
            }
            piece.draw(done..piece.text.len(), piece.style, theme, marks, &mut spans);
        }
        spans
    }
}

impl Piece {
    fn is_verbatim(&self) -> bool {
        self.text.len() == self.source.len()
    }

    /// Draws a part of the text: before, in, and after the highlight.
    fn draw(&self, part: Range<usize>, style: Style, theme: &Theme, marks: &Marks, spans: &mut Vec<Span<'static>>) {
        let lit = marks.highlight.as_ref().and_then(|highlight| self.lit(&part, highlight));
        let lit = lit.unwrap_or(part.end..part.end);
        let highlighted = style.patch(theme.highlight);
        for (range, style) in [(part.start..lit.start, style), (lit.clone(), highlighted), (lit.end..part.end, style)] {
            if !range.is_empty() {
                spans.push(Span::styled(drawn(&self.text[range]), style));
            }
        }
    }

    /// What of a part of the text is highlighted: whole graphemes, and all of it where its bytes are not the source's.
    fn lit(&self, part: &Range<usize>, highlight: &Range<usize>) -> Option<Range<usize>> {
        if !self.is_verbatim() {
            let overlaps = highlight.start < self.source.end && self.source.start < highlight.end;
            return overlaps.then(|| part.clone());
        }
        let from = highlight.start.saturating_sub(self.source.start).max(part.start);
        let to = highlight.end.saturating_sub(self.source.start).min(part.end);
        if from >= to {
            return None;
        }
        let clusters = self.text[part.clone()].grapheme_indices(true);
        let clusters = clusters.map(|(at, cluster)| part.start + at..part.start + at + cluster.len());
        let mut touched = clusters.skip_while(|cluster| cluster.end <= from).take_while(|cluster| cluster.start < to);
        let first = touched.next()?;
        Some(first.start..touched.last().map_or(first.end, |last| last.end))
    }
}

/// [`drawable`] text; printable ASCII is that already, and finding so is several times faster than normalising it.
fn drawn(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')) { text.to_owned() } else { drawable(text) }
}

/// Where the text cites: `[n]` with n from 1 to `most`.
fn citations(text: &str, most: usize) -> impl Iterator<Item = Range<usize>> {
    text.match_indices('[').filter_map(move |(open, _)| {
        let rest = &text[open + 1..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let cited = rest[..digits].parse().is_ok_and(|n: usize| (1..=most).contains(&n));
        (cited && rest[digits..].starts_with(']')).then(|| open..open + digits + 2)
    })
}
