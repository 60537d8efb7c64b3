//! What may follow in one reading of a quoting text, and how it is then understood.
//!
//! Every span that is begun or gone on with can come to where the text may end; so something may always follow.

use std::ops::Range;

use super::{Connective, Edge, Quotable, edge};

/// How a reading understands the last token. Places are slots of [`Quotable`].
#[derive(Debug, Clone, Copy)]
pub(super) enum State {
    /// A span has to start; whether it stands behind white space or nothing.
    Between { open: bool },
    /// A span that goes on.
    Span { start: usize, at: usize },
    /// A span that is left.
    Left { at: usize },
    /// A connective that is not yet whole.
    Connective { which: usize, written: usize },
    /// An end of turn.
    Ended,
}

impl State {
    /// Equal where the same may follow, but for what was quoted before.
    pub(super) fn place(self) -> (u8, usize, usize) {
        match self {
            Self::Between { open } => (0, usize::from(open), 0),
            Self::Span { at, .. } => (1, at, 0),
            Self::Left { at } => (2, at, 0),
            Self::Connective { which, written } => (3, which, written),
            Self::Ended => (4, 0, 0),
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Piece {
    Span(Range<usize>),
    Connective { which: usize, written: usize },
}

/// One reading of what was written.
#[derive(Debug, Clone)]
pub(super) struct Thread {
    pub(super) state: State,
    /// The parts that are whole.
    pub(super) pieces: Vec<Piece>,
    /// Where the words of its spans stand, in any passage.
    pub(super) quoted: Vec<Range<usize>>,
}

impl Thread {
    pub(super) fn with(&self, state: State) -> Self {
        Self { state, ..self.clone() }
    }

    fn spans(&self) -> usize {
        self.pieces.iter().filter(|piece| matches!(piece, Piece::Span(_))).count()
    }
}

impl Quotable {
    /// Every token that may follow in one reading, and how it is then understood.
    pub(super) fn steps(&self, thread: &Thread, each: &mut dyn FnMut(u32, State)) {
        match thread.state {
            State::Span { start, at } => {
                if let Some(token) = self.slots[at].token.filter(|_| self.can_end(thread, start, at)) {
                    each(token, State::Span { start, at: at + 1 });
                }
            }
            State::Connective { which, written } => {
                each(self.connectives[which].tokens[written], State::Connective { which, written: written + 1 });
            }
            State::Between { open } => {
                let mut empty = true;
                for (token, state) in self.starts(thread, open) {
                    empty = false;
                    each(token, state);
                }
                if empty {
                    self.ends.iter().for_each(|end| each(*end, State::Ended));
                }
            }
            State::Left { at } => {
                let open = self.slots[at - 1].ends_with_space();
                if self.slots[at].edge >= Some(self.rules.end) {
                    self.ends.iter().for_each(|end| each(*end, State::Ended));
                    if open || self.slots[at].marked {
                        self.starts(thread, open).for_each(|(token, state)| each(token, state));
                    }
                }
                for (which, connective) in self.connectives.iter().enumerate() {
                    if let [first, ..] = connective.tokens[..]
                        && self.joins(at, connective)
                        && self.starts(thread, connective.ends_with_space()).next().is_some()
                    {
                        each(first, State::Connective { which, written: 1 });
                    }
                }
            }
            State::Ended => {}
        }
    }

    /// The spans that may start, and their first tokens.
    fn starts<'a>(&'a self, thread: &'a Thread, open: bool) -> impl Iterator<Item = (u32, State)> + 'a {
        let starts = if thread.spans() < self.rules.spans { &self.starts[..] } else { &[] };
        starts.iter().filter_map(move |start| {
            let slot = &self.slots[*start];
            let token = match (open, slot.begins_with_space()) {
                (true, true) => slot.twin.or(slot.token),
                (true, false) | (false, true) => slot.token,
                (false, false) => slot.twin,
            };
            let state = State::Span { start: *start, at: start + 1 };
            token.filter(|_| self.can_end(thread, *start, *start)).map(|token| (token, state))
        })
    }

    /// Whether a span that takes the token at `next` comes to where a text may end before it comes to the end of its
    /// passage or to words that were quoted.
    fn can_end(&self, thread: &Thread, start: usize, next: usize) -> bool {
        let ends = (next..).take_while(|at| self.slots[*at].token.is_some()).map(|at| at + 1);
        let end = ends.into_iter().find(|end| self.stops(start, *end, self.rules.end));
        end.is_some_and(|end| thread.quoted.iter().all(|quoted| quoted.end <= next || end <= quoted.start))
    }

    /// Whether a span may stop here: at an edge, behind a token that can be seen, with enough words.
    pub(super) fn stops(&self, start: usize, at: usize, edge: Edge) -> bool {
        let slot = &self.slots[at];
        self.slots[at - 1].is_visible()
            && slot.edge >= Some(edge)
            && slot.words - self.slots[start].words >= self.rules.least
    }

    /// Whether a connective reads well behind a span: no words run together, a mark follows no mark, a capital or a
    /// line break only a sentence, and a small letter no full stop.
    fn joins(&self, at: usize, connective: &Connective) -> bool {
        let (sentence, marked) = (self.slots[at].edge == Some(Edge::Sentence), self.slots[at].marked);
        let apart = self.slots[at - 1].ends_with_space()
            || connective.text.starts_with(|first| edge::is_mark(first) || first.is_ascii_whitespace());
        let reads_well = match connective.text.trim_ascii_start().chars().next() {
            Some(first) if edge::is_mark(first) => !marked,
            Some(first) if first.is_lowercase() => !(sentence && marked),
            Some(first) if first.is_uppercase() => sentence,
            Some(_) => true,
            None => sentence,
        };
        apart && reads_well
    }

    /// Adds where a span's words stand, and where each of its sentences does: retrieved passages overlap.
    pub(super) fn add_words(&self, span: Range<usize>, quoted: &mut Vec<Range<usize>>) {
        for from in self.starts.iter().copied().filter(|start| span.contains(start)) {
            for place in self.starts.iter().copied() {
                let same = self.same_run(from..span.end, place);
                let whole = |end: &usize| {
                    (from == span.start && end - place == span.len()) || self.stops(place, *end, self.rules.end)
                };
                quoted.extend((place + 1..=place + same).rev().find(whole).map(|end| place..end));
            }
        }
    }

    /// How many of these slots have the same words as those from `place` on.
    fn same_run(&self, words: Range<usize>, place: usize) -> usize {
        let (first, other) = (&self.slots[words.start], &self.slots[place]);
        if first.token != other.token && (first.token != other.twin || first.token.is_none()) {
            return 0;
        }
        let pairs = self.slots[words].iter().zip(&self.slots[place..]).skip(1);
        1 + pairs.take_while(|(one, other)| one.token == other.token).count()
    }
}
