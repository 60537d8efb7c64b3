//! Styled text into lines of a width. Knows graphemes and their columns; knows nothing of Markdown, and expects text
//! that was made drawable before (a tab or an escape sequence is a glyph like any other here).

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// A prefix that leaves less than this is left out: every glyph of the usual scripts fits into two columns.
const NARROWEST: usize = 2;

/// Stands for a glyph that is wider than a whole line.
const TOO_WIDE: &str = "…";

/// Wraps text at spaces, and between two wide glyphs (Hangul, CJK, emoji), into lines of at most `width` columns.
/// A word wider than a line is broken between graphemes.
///
/// The first line begins with the prefix `first`, every other with `rest`; a prefix that leaves fewer than two columns
/// is left out. Spaces at a line's end are dropped, also a bare prefix's. A `\n` ends a line, and at the very end of the text opens no other;
/// text without any gives one line. A width of 0 is taken as 1, and a grapheme wider than a whole line becomes `…`.
#[must_use]
pub fn wrap(
    spans: &[Span<'static>],
    width: u16,
    first: &[Span<'static>],
    rest: &[Span<'static>],
) -> Vec<Line<'static>> {
    lay(Breaks::AtWords, spans, width, first, rest)
}

/// Like [`wrap`], but every line is filled to the last column and the text's spaces are kept: for code.
#[must_use]
pub fn chop(
    spans: &[Span<'static>],
    width: u16,
    first: &[Span<'static>],
    rest: &[Span<'static>],
) -> Vec<Line<'static>> {
    lay(Breaks::Anywhere, spans, width, first, rest)
}

/// Where a line may end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    AtWords,
    Anywhere,
}

/// One grapheme cluster, the smallest thing that is placed.
struct Glyph<'a> {
    text: &'a str,
    columns: usize,
    style: Style,
}

impl Glyph<'_> {
    fn is_space(&self) -> bool {
        self.text == " "
    }

    fn ends_line(&self) -> bool {
        matches!(self.text, "\n" | "\r\n")
    }
}

fn lay(
    breaks: Breaks,
    spans: &[Span<'static>],
    width: u16,
    first: &[Span<'static>],
    rest: &[Span<'static>],
) -> Vec<Line<'static>> {
    let (first, first_room) = beside(first, width.into());
    let (rest, rest_room) = beside(rest, width.into());
    let text: String = spans.iter().map(|span| span.content.as_ref()).collect();
    let glyphs = glyphs(&text, spans, first_room.min(rest_room));
    let ranges = break_lines(breaks, &glyphs, first_room, rest_room);
    let prefixes = std::iter::once(first).chain(std::iter::repeat(rest));
    ranges.into_iter().zip(prefixes).map(|(range, prefix)| line(prefix, &glyphs[range])).collect()
}

/// The prefix, if it is kept, and the columns that it leaves.
fn beside<'a>(prefix: &'a [Span<'static>], width: usize) -> (&'a [Span<'static>], usize) {
    let left = width.saturating_sub(prefix.iter().map(Span::width).sum());
    if left >= NARROWEST { (prefix, left) } else { (&[], width.max(1)) }
}

/// The glyphs of the text of all spans; one that begins in a span and ends in the next has the style of the first.
fn glyphs<'a>(text: &'a str, spans: &[Span<'static>], room: usize) -> Vec<Glyph<'a>> {
    let mut styles = spans.iter().scan(0, |end, span| {
        *end += span.content.len();
        Some((*end, span.style))
    });
    let (mut end, mut style) = (0, Style::new());
    let mut glyphs = Vec::with_capacity(text.len());
    for (at, cluster) in text.grapheme_indices(true) {
        while at >= end {
            let Some(next) = styles.next() else { break };
            (end, style) = next;
        }
        // The width of every single byte, seen or not, is 1 in unicode-width.
        let columns = if cluster.len() == 1 { 1 } else { cluster.width() };
        glyphs.push(if columns > room {
            Glyph { text: TOO_WIDE, columns: 1, style }
        } else {
            Glyph { text: cluster, columns, style }
        });
    }
    glyphs
}

/// The glyphs of each line. No glyph is wider than either room, so that every line can take at least one.
fn break_lines(breaks: Breaks, glyphs: &[Glyph], first_room: usize, rest_room: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let (mut start, mut used) = (0, 0);
    // The last place where a new line may begin, and the columns before it.
    let mut chance = None;
    let mut at = 0;
    while let Some(glyph) = glyphs.get(at) {
        if glyph.ends_line() {
            lines.push(trimmed(breaks, glyphs, start..at));
            at += 1;
            (start, used, chance) = (at, 0, None);
            continue;
        }
        if at > start && may_part(breaks, &glyphs[at - 1], glyph) {
            chance = Some((at, used));
        }
        let room = if lines.is_empty() { first_room } else { rest_room };
        let hangs = breaks == Breaks::AtWords && glyph.is_space();
        if at > start && used + glyph.columns > room && !hangs {
            let (next, before) = chance.take().unwrap_or((at, used));
            let line = trimmed(breaks, glyphs, start..next);
            // An indent that leaves no room for its word gives way to it.
            if !line.is_empty() {
                lines.push(line);
            }
            start = next;
            used -= before;
            continue;
        }
        used += glyph.columns;
        at += 1;
    }
    if start < glyphs.len() || lines.is_empty() {
        lines.push(trimmed(breaks, glyphs, start..glyphs.len()));
    }
    lines
}

fn may_part(breaks: Breaks, left: &Glyph, right: &Glyph) -> bool {
    breaks == Breaks::Anywhere
        || left.is_space() && !right.is_space()
        || left.columns >= NARROWEST && right.columns >= NARROWEST
}

fn trimmed(breaks: Breaks, glyphs: &[Glyph], mut line: Range<usize>) -> Range<usize> {
    while breaks == Breaks::AtWords && !line.is_empty() && glyphs[line.end - 1].is_space() {
        line.end -= 1;
    }
    line
}

fn line(prefix: &[Span<'static>], glyphs: &[Glyph]) -> Line<'static> {
    if glyphs.is_empty() {
        return bare(prefix);
    }
    let runs = glyphs.chunk_by(|a, b| a.style == b.style).map(|run| {
        let mut text = String::with_capacity(run.len());
        text.extend(run.iter().map(|glyph| glyph.text));
        Span::styled(text, run[0].style)
    });
    prefix.iter().cloned().chain(runs).collect()
}

/// A prefix that nothing follows: it ends with its last bar or bullet.
fn bare(prefix: &[Span<'static>]) -> Line<'static> {
    let mut spans = prefix.to_vec();
    while let Some(last) = spans.pop() {
        let mark = last.content.trim_end();
        if !mark.is_empty() {
            spans.push(Span::styled(mark.to_owned(), last.style));
            break;
        }
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests;
