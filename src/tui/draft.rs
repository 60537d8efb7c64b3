//! The text that a person is composing: what it says, where the cursor stands, what an edit does to both.
//!
//! It knows no key, no terminal, no colour and no clock: keys become [`Edit`]s elsewhere, and what is drawn is the
//! [`Layout`] that it hands out. Earlier questions are [`History`](super::history::History)'s.
//!
//! Always true of a [`Draft`]: its text is in normal form C and holds no control character but `\n` and `\t`, and its
//! cursor stands between grapheme clusters.

mod boundary;
mod splice;
mod timeline;
mod layout;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod laws;

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

pub use layout::{Layout, Row};
use timeline::{Timeline, Typed};

/// What a person may do to a draft, other than typing or pasting text (see [`Draft::insert`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// One grapheme cluster back.
    Left,
    /// One grapheme cluster on.
    Right,
    /// To the start of this word, or of the one before.
    WordLeft,
    /// To the end of this word, or of the next.
    WordRight,
    /// To the start of the line (the written line, not the row that it is drawn on).
    LineStart,
    /// To the end of the line (the written line, not the row that it is drawn on).
    LineEnd,
    /// To the start of the text.
    Start,
    /// To the end of the text.
    End,
    /// To the drawn row above, as near as it can to the column where the run of `Up` and `Down` began.
    Up,
    /// To the drawn row below, likewise.
    Down,
    /// Removes the grapheme cluster before the cursor.
    Backspace,
    /// Removes the grapheme cluster after the cursor.
    Delete,
    /// Kills back to where [`Edit::WordLeft`] goes.
    WordBackspace,
    /// Kills on to where [`Edit::WordRight`] goes.
    WordDelete,
    /// Kills to the end of the line; when there already, the line break.
    KillToLineEnd,
    /// Kills to the start of the line; when there already, the line break before it.
    KillToLineStart,
    /// Puts back what was killed last.
    Yank,
    /// Takes back the last change: a typed word, a paste, a removal.
    Undo,
    /// Does again what was taken back last.
    Redo,
    /// Breaks the line.
    Newline,
}

/// A text being composed; see the [module](self) for what always holds.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    text: String,
    cursor: usize,
    /// Where the next character of a word being typed goes: at the cursor, or before it where the word's end has joined
    /// what follows for now, as a leading jamo joins the syllable after it until its vowel comes.
    point: usize,
    /// The column that a run of `Up` and `Down` aims for; none outside such a run.
    goal: Option<u16>,
    killed: String,
    timeline: Timeline,
}

impl Draft {
    /// What has been written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing has been written, not even a space.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Where the cursor stands: a byte offset in [`Draft::text`], between two grapheme clusters.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts `text` in place of the whole draft, the cursor at its end. It can be undone.
    pub fn set(&mut self, text: &str) {
        self.goal = None;
        self.timeline.end_word();
        self.replace(0..self.text.len(), &splice::cleaned(text), Typed::No);
        self.cursor = self.text.len();
    }

    /// Hands the text over and leaves the draft empty, with nothing to undo. What was killed can still be yanked.
    pub fn take(&mut self) -> String {
        let killed = std::mem::take(&mut self.killed);
        std::mem::replace(self, Self { killed, ..Self::default() }).text
    }

    /// Writes typed or pasted text at the cursor. One grapheme cluster counts as typed, more as a paste.
    pub fn insert(&mut self, text: &str) {
        self.goal = None;
        let clean = splice::cleaned(text);
        let typed = match clean.as_str() {
            "\n" => Typed::No,
            " " | "\t" => Typed::Space,
            more if more.graphemes(true).nth(1).is_some() => Typed::No,
            _ => Typed::Word,
        };
        let at = if self.timeline.in_word() { self.point } else { self.cursor };
        self.replace(at..at, &clean, typed);
    }

    /// Does `edit` to a draft drawn `width` columns wide. False when there was nothing to do, as for [`Edit::Up`] on
    /// the first row, so that the caller may give the key another meaning.
    pub fn apply(&mut self, edit: Edit, width: u16) -> bool {
        let goal = self.goal.take();
        self.timeline.end_word();
        let (text, at) = (self.text.as_str(), self.cursor);
        match edit {
            Edit::Left => self.go(boundary::before(text, at)),
            Edit::Right => self.go(boundary::after(text, at)),
            Edit::WordLeft => self.go(boundary::word_start(text, at)),
            Edit::WordRight => self.go(boundary::word_end(text, at)),
            Edit::LineStart => self.go(boundary::line_start(text, at)),
            Edit::LineEnd => self.go(boundary::line_end(text, at)),
            Edit::Start => self.go(0),
            Edit::End => self.go(text.len()),
            Edit::Up => self.go_rows(-1, goal, width),
            Edit::Down => self.go_rows(1, goal, width),
            Edit::Backspace => self.replace(boundary::before(text, at)..at, "", Typed::No),
            Edit::Delete => self.replace(at..boundary::after(text, at), "", Typed::No),
            Edit::WordBackspace => self.kill(boundary::word_start(text, at)..at),
            Edit::WordDelete => self.kill(at..boundary::word_end(text, at)),
            Edit::KillToLineEnd => {
                let end = boundary::line_end(text, at);
                let end = if end == at { boundary::after(text, at) } else { end };
                self.kill(at..end)
            }
            Edit::KillToLineStart => {
                let start = boundary::line_start(text, at);
                let start = if start == at { boundary::before(text, at) } else { start };
                self.kill(start..at)
            }
            Edit::Yank => {
                let killed = self.killed.clone();
                self.replace(at..at, &killed, Typed::No)
            }
            Edit::Undo => self.timeline.undo(&mut self.text).map(|cursor| self.cursor = cursor).is_some(),
            Edit::Redo => self.timeline.redo(&mut self.text).map(|cursor| self.cursor = cursor).is_some(),
            Edit::Newline => self.replace(at..at, "\n", Typed::No),
        }
    }

    /// The rows that the text takes at `width` columns, and where among them the cursor stands.
    #[must_use]
    pub fn layout(&self, width: u16) -> Layout {
        layout::layout(&self.text, self.cursor, width)
    }

    /// A row as it is drawn: tabs as spaces, no line break.
    ///
    /// # Panics
    /// When `row` comes from the layout of another text.
    #[must_use]
    pub fn shown(&self, row: &Row) -> String {
        self.text[row.clone()].replace('\t', layout::TAB)
    }

    fn go(&mut self, to: usize) -> bool {
        let from = std::mem::replace(&mut self.cursor, to);
        from != to
    }

    fn go_rows(&mut self, by: isize, goal: Option<u16>, width: u16) -> bool {
        let layout = self.layout(width);
        let (row, column) = layout.cursor;
        let goal = goal.unwrap_or(column);
        self.goal = Some(goal);
        let Some(row) = row.checked_add_signed(by).filter(|row| *row < layout.rows.len()) else { return false };
        self.go(layout.offset(&self.text, row, goal.min(width.saturating_sub(1))))
    }

    fn kill(&mut self, range: Range<usize>) -> bool {
        if range.is_empty() {
            return false;
        }
        self.killed = self.text[range.clone()].to_owned();
        self.replace(range, "", Typed::No)
    }

    /// Every change to the text passes here, but for undoing and redoing one.
    fn replace(&mut self, range: Range<usize>, with: &str, typed: Typed) -> bool {
        let before = self.cursor;
        let Some((change, point)) = splice::splice(&mut self.text, range, with) else { return false };
        self.point = point;
        self.cursor = boundary::at_or_after(&self.text, point);
        self.timeline.record(change, before, self.cursor, typed);
        true
    }
}
