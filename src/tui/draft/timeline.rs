//! What was changed, step by step, so that it can be undone and done again.
//!
//! It keeps what each change removed and inserted, never whole texts; it does not know how a change came about.

/// How a change was typed, which decides whether it joins the step before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Typed {
    /// Not at all: a paste, a removal, a line break. A step by itself.
    #[default]
    No,
    /// A character of a word: joins a word, not a space.
    Word,
    /// A space: joins the word before it.
    Space,
}

/// One stretch of text in place of another.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// Byte offset of both stretches.
    pub(super) at: usize,
    pub(super) removed: String,
    pub(super) inserted: String,
}

impl Change {
    fn undo(&self, text: &mut String) {
        text.replace_range(self.at..self.at + self.inserted.len(), &self.removed);
    }

    /// Makes the change, the first time or again.
    pub(super) fn redo(&self, text: &mut String) {
        text.replace_range(self.at..self.at + self.removed.len(), &self.inserted);
    }
}

/// What one undo takes back: changes in the order they were made, and the cursor before and after them.
#[derive(Clone, Debug)]
struct Step {
    changes: Vec<Change>,
    before: usize,
    after: usize,
}

/// The steps that led here, and those that were taken back.
#[derive(Clone, Debug, Default)]
pub(super) struct Timeline {
    past: Vec<Step>,
    future: Vec<Step>,
    last: Typed,
}

impl Timeline {
    /// Adds a change that has been made. What was undone before it cannot be done again.
    pub(super) fn record(&mut self, change: Change, before: usize, after: usize, typed: Typed) {
        self.future.clear();
        let joins =
            matches!((self.last, typed), (Typed::Word, Typed::Word) | (Typed::Word | Typed::Space, Typed::Space));
        self.last = typed;
        match self.past.last_mut().filter(|_| joins) {
            Some(step) => {
                step.changes.push(change);
                step.after = after;
            }
            None => self.past.push(Step { changes: vec![change], before, after }),
        }
    }

    /// Whether the last change typed a character of a word, and nothing came after.
    pub(super) fn in_word(&self) -> bool {
        self.last == Typed::Word
    }

    /// What is typed next begins a step of its own.
    pub(super) fn end_word(&mut self) {
        self.last = Typed::No;
    }

    /// Takes the last step back in `text` and answers where the cursor was before it.
    pub(super) fn undo(&mut self, text: &mut String) -> Option<usize> {
        let step = self.past.pop()?;
        step.changes.iter().rev().for_each(|change| change.undo(text));
        let cursor = step.before;
        self.future.push(step);
        Some(cursor)
    }

    /// Makes the step taken back last again in `text` and answers where the cursor was after it.
    pub(super) fn redo(&mut self, text: &mut String) -> Option<usize> {
        let step = self.future.pop()?;
        step.changes.iter().for_each(|change| change.redo(text));
        let cursor = step.after;
        self.past.push(step);
        Some(cursor)
    }
}
