//! Markdown as lines of a width. Knows which marks are drawn over it (a highlighted span, citations); knows nothing of
//! documents, answers or scrolling, and never shows the source's control characters.

mod inline;
mod page;
mod table;
mod writer;

use std::ops::Range;

use ratatui::text::Line;

use super::theme::Theme;

/// What is drawn over the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// The bytes of the source that are highlighted.
    pub highlight: Option<Range<usize>>,
    /// `[n]` is a citation for every n from 1 to this.
    pub citations: usize,
}

/// Markdown, drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The lines, each at most as wide as was asked for.
    pub lines: Vec<Line<'static>>,
    /// The first line that holds highlighted text.
    pub marked: Option<usize>,
}

/// Draws Markdown in lines of at most `width` columns. Any text and width will do; below about 8 columns little of the
/// layout is left. Of an unfinished source, as while an answer arrives, what says nothing yet is not shown.
#[must_use]
pub fn render(source: &str, width: u16, theme: &Theme, marks: Marks) -> Rendered {
    let highlighted = marks.highlight.is_some();
    let lines = writer::Writer::new(theme, marks, width).write(settled(source));
    // Nothing else wears the highlight's style, so that it tells after wrapping which text was highlighted.
    let is_marked = |line: &Line| line.spans.iter().any(|span| span.style.patch(theme.highlight) == span.style);
    let marked = if highlighted { lines.iter().position(is_marked) } else { None };
    Rendered { lines, marked }
}

/// The source without a last line that is but the beginning of markup: a lone `-` is going to be a list's item, yet
/// would make a heading of the line above; a table's rule is none until it has all its columns.
fn settled(source: &str) -> &str {
    let (above, tail) = source.rsplit_once('\n').unwrap_or(("", source));
    let mark = tail.trim();
    let opens = mark.len() < 3 && mark.chars().all(|c| "-=*_+#>`~|".contains(c));
    let bars = |line: &str| line.matches('|').count();
    let rules = mark.starts_with('|')
        && mark.chars().all(|c| "|-: ".contains(c))
        && bars(mark) < bars(above.lines().next_back().unwrap_or_default());
    if opens || rules { above } else { source }
}

#[cfg(test)]
mod tests;
