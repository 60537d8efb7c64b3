//! Where in a quoting text we are. The same tokens can often be read in several ways (a line break goes on with the
//! passage, or is a connective), so all readings are followed side by side: a Pike machine, one thread for each place
//! (Cox 2009, "Regular Expression Matching: the Virtual Machine Approach").
//!
//! Of readings that come to the same place, the one with the fewest parts stays: quotations are as long as they can be.

use std::{collections::BTreeSet, error, fmt, ops::Range};

use super::{
    Quotable,
    grammar::{Piece, State, Thread},
};

/// A part of a text that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A span of a passage: the tokens are the same, but that the first may have won or lost its space.
    Quote {
        /// Which passage, counted from 0.
        passage: usize,
        /// Its tokens, counted from the passage's first.
        tokens: Range<usize>,
        /// Where they stand in what was written.
        written: Range<usize>,
    },
    /// What stands between two spans.
    Connective {
        /// Which one, counted from 0.
        which: usize,
        /// Where it stands in what was written.
        written: Range<usize>,
    },
}

/// A token that may not follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAllowed(pub u32);

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token {} may not follow here", self.0)
    }
}

impl error::Error for NotAllowed {}

/// What was written so far, and what may follow.
#[derive(Debug, Clone)]
pub struct Quoting<'q> {
    quotable: &'q Quotable,
    /// The readings, those with fewer parts first; no two at the same place.
    threads: Vec<Thread>,
}

impl<'q> Quoting<'q> {
    pub(super) fn new(quotable: &'q Quotable) -> Self {
        let state = State::Between { open: true };
        Self { quotable, threads: vec![Thread { state, pieces: Vec::new(), quoted: Vec::new() }] }
    }

    /// The tokens that may follow, sorted and distinct: none after an end of turn, and at least one before. Where
    /// nothing can be quoted at all, only the ends of turn.
    pub fn allowed(&self, into: &mut Vec<u32>) {
        into.clear();
        for thread in &self.threads {
            self.quotable.steps(thread, &mut |token, _| into.push(token));
        }
        into.sort_unstable();
        into.dedup();
    }

    /// Writes a token. One that is not allowed changes nothing.
    pub fn advance(&mut self, token: u32) -> Result<(), NotAllowed> {
        let mut next: Vec<Thread> = Vec::new();
        for thread in &self.threads {
            self.quotable.steps(thread, &mut |offered, state| {
                if offered == token {
                    self.quotable.follow(thread, state, &mut next);
                }
            });
        }
        if next.is_empty() {
            return Err(NotAllowed(token));
        }
        next.sort_by_key(|thread| thread.pieces.len());
        let mut places = BTreeSet::new();
        next.retain(|thread| places.insert(thread.state.place()));
        self.threads = next;
        Ok(())
    }

    /// The tokens that follow without a choice, `most` of them: they can be written without asking the model which.
    /// An end of turn is among them where nothing else may follow.
    pub fn forced(&self, most: usize, into: &mut Vec<u32>) {
        into.clear();
        let (mut ahead, mut allowed) = (self.clone(), Vec::new());
        while into.len() < most {
            ahead.allowed(&mut allowed);
            let [token] = allowed[..] else { return };
            ahead.advance(token).expect("it is allowed");
            into.push(token);
        }
    }

    /// Whether the turn was ended.
    pub fn ended(&self) -> bool {
        self.threads.iter().any(|thread| matches!(thread.state, State::Ended))
    }

    /// What was written, in order, the part that is under way as far as it goes: each token belongs to one part, but
    /// for the end of turn.
    pub fn spans(&self) -> Vec<Part> {
        let Some(thread) = self.threads.first() else { return Vec::new() };
        let under_way = match thread.state {
            State::Span { start, at } => Some(Piece::Span(start..at)),
            State::Connective { which, written } => Some(Piece::Connective { which, written }),
            _ => None,
        };
        let mut written = 0;
        let mut place = |tokens: usize| {
            written += tokens;
            written - tokens..written
        };
        let part = |piece: &Piece| match piece {
            Piece::Span(slots) => {
                let passage = self.quotable.passages.partition_point(|first| *first <= slots.start) - 1;
                let first = self.quotable.passages[passage];
                let tokens = slots.start - first..slots.end - first;
                Part::Quote { passage, tokens, written: place(slots.len()) }
            }
            Piece::Connective { which, written } => Part::Connective { which: *which, written: place(*written) },
        };
        thread.pieces.iter().chain(&under_way).map(part).collect()
    }
}

impl Quotable {
    /// Adds the readings that come from one when a token is understood as `state` says.
    fn follow(&self, from: &Thread, state: State, into: &mut Vec<Thread>) {
        match state {
            State::Connective { which, written } if written == self.connectives[which].tokens.len() => {
                let mut thread = from.with(State::Between { open: self.connectives[which].ends_with_space() });
                thread.pieces.push(Piece::Connective { which, written });
                into.push(thread);
            }
            State::Span { start, at } => {
                into.push(from.with(state));
                if self.stops(start, at, self.rules.stop) {
                    let mut left = from.with(State::Left { at });
                    left.pieces.push(Piece::Span(start..at));
                    self.add_words(start..at, &mut left.quoted);
                    into.push(left);
                }
            }
            _ => into.push(from.with(state)),
        }
    }
}
