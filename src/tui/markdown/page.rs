//! The lines so far, and what the next one begins with: quote bars, list markers, indents, the blank line between
//! blocks. Knows nothing of what the blocks hold.

use ratatui::text::{Line, Span};

use crate::tui::wrap::wrap;

/// A way of breaking text into lines: [`wrap`] or [`chop`](crate::tui::wrap::chop).
type Breaking = fn(&[Span<'static>], u16, &[Span<'static>], &[Span<'static>]) -> Vec<Line<'static>>;

/// A page that is written from top to bottom.
pub(super) struct Page {
    width: u16,
    lines: Vec<Line<'static>>,
    frames: Vec<Frame>,
    /// Columns that the frames take.
    indent: usize,
    /// The next block is set apart.
    gap: bool,
    /// The blank line before the next block, which is drawn once the block has a line.
    blank: Option<Line<'static>>,
}

/// What the lines of a block begin with.
pub(super) struct Frame {
    /// Begins the first line, until it is drawn.
    pub(super) marker: Option<Span<'static>>,
    /// Begins every line.
    pub(super) margin: Span<'static>,
    /// Blocks within are set apart by a blank line.
    pub(super) loose: bool,
}

impl Frame {
    /// A frame whose first line has a marker that the others hang under.
    pub(super) fn hanging(marker: Span<'static>, loose: bool) -> Self {
        let margin = Span::raw(" ".repeat(marker.width()));
        Self { marker: Some(marker), margin, loose }
    }
}

impl Page {
    pub(super) fn new(width: u16) -> Self {
        Self { width, lines: Vec::new(), frames: Vec::new(), indent: 0, gap: false, blank: None }
    }

    /// The lines, without blank ones at the end (as an unfinished code block may have).
    pub(super) fn into_lines(mut self) -> Vec<Line<'static>> {
        while self.lines.pop_if(|line| line.spans.iter().all(|span| span.content.trim().is_empty())).is_some() {}
        self.lines
    }

    /// Columns beside the frames.
    pub(super) fn room(&self) -> usize {
        usize::from(self.width).saturating_sub(self.indent).max(1)
    }

    /// A block begins.
    pub(super) fn open(&mut self) {
        if std::mem::take(&mut self.gap) && !self.lines.is_empty() {
            self.blank = wrap(&[], self.width, &self.margins(), &[]).pop();
        }
    }

    /// A block ended.
    pub(super) fn close(&mut self) {
        self.gap = self.frames.last().is_none_or(|frame| frame.loose);
    }

    /// The blocks that follow are within the frame. A margin that would take more than half of the width is left out,
    /// so that deep nesting never squeezes the text into a column of letters.
    pub(super) fn enter(&mut self, mut frame: Frame) {
        if self.indent + frame.margin.width() > usize::from(self.width) / 2 {
            frame.margin = Span::default();
        }
        self.indent += frame.margin.width();
        self.frames.push(frame);
    }

    /// Leaves the innermost frame.
    pub(super) fn leave(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.indent -= frame.margin.width();
        }
    }

    /// Draws the marker of a frame that turned out to hold nothing.
    pub(super) fn put_marker(&mut self) {
        if self.frames.last().is_some_and(|frame| frame.marker.is_some()) {
            self.put(&[], wrap);
        }
    }

    /// Changes the innermost frame.
    pub(super) fn reframe(&mut self, change: impl FnOnce(Frame) -> Frame) {
        if let Some(frame) = self.frames.pop() {
            self.indent -= frame.margin.width();
            self.enter(change(frame));
        }
    }

    /// Draws text within the frames.
    pub(super) fn put(&mut self, spans: &[Span<'static>], breaking: Breaking) {
        self.lines.extend(self.blank.take());
        let rest = self.margins();
        let first = self.frames.iter_mut().map(|frame| frame.marker.take().unwrap_or_else(|| frame.margin.clone()));
        let first: Vec<_> = first.collect();
        self.lines.extend(breaking(spans, self.width, &first, &rest));
    }

    fn margins(&self) -> Vec<Span<'static>> {
        self.frames.iter().map(|frame| frame.margin.clone()).collect()
    }
}
