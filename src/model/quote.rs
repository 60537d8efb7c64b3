//! Quote-constrained decoding: a model may only continue spans of the retrieved passages, or write one of a few
//! connectives between two of them. What it writes is verbatim by construction; it chooses what to quote, in which
//! order, and when to stop.
//!
//! Knows tokens, their bytes and where a text may be cut; not the model, and not whether a quotation answers anything.
//!
//! A text is spans with an optional connective between two, then an end of turn. What may follow a span:
//!
//! | the span stopped at | end of turn | another span at once | a connective |
//! |---|---|---|---|
//! | an edge of at least [`Rules::end`] | yes | behind a mark or a line break | yes |
//! | an edge of at least [`Rules::stop`] | no | no | yes |
//!
//! No words run together, and no mark is doubled. No place of a passage is quoted twice: that is why every text ends.
//! Nor is a sentence that stands in two places, for retrieved passages overlap.
//!
//! A word is another token after white space (` The`) than where a line begins (`The`). A span's first token is offered
//! in the form that what stands before it asks for, if the vocabulary has that form; the later ones as they stand. So
//! passages are given as they are tokenized in the prompt, and connectives without a space at their end (` and`, `,`).
//!
//! The caller takes the best logit among [`Quoting::allowed`], or sets the others to −∞ before it samples, and passes
//! every token on to [`Quoting::advance`]. It may have the model read [`Quoting::forced`] tokens in one batch.

mod edge;
mod grammar;
mod cursor;
#[cfg(test)]
mod tests;

pub use cursor::{NotAllowed, Part, Quoting};
pub use edge::Edge;

/// What may be quoted. The defaults are chosen by hand and not measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Words that a span has at least.
    pub least: usize,
    /// Spans that a text has at most.
    pub spans: usize,
    /// Where a span may start.
    pub start: Edge,
    /// Where a span may stop for a connective to follow.
    pub stop: Edge,
    /// Where a span may stop for the text to end, or for another span to follow at once.
    pub end: Edge,
}

impl Default for Rules {
    fn default() -> Self {
        Self { least: 3, spans: 4, start: Edge::Clause, stop: Edge::Phrase, end: Edge::Sentence }
    }
}

/// What the module asks of a tokenizer.
#[derive(Clone, Copy)]
pub struct Vocabulary<'v> {
    /// What a token adds to a text.
    pub bytes: &'v dyn Fn(u32) -> Vec<u8>,
    /// The token that adds just this to a text, if there is one; asked for each place where a span may start. Where it
    /// never finds any, tokens are offered as they stand in the passages.
    pub token: &'v dyn Fn(&[u8]) -> Option<u32>,
}

/// One token of a passage, and the boundary before it.
#[derive(Debug)]
struct Slot {
    /// None after the last token of a passage: no span goes through there.
    token: Option<u32>,
    /// What it adds to the text.
    bytes: Vec<u8>,
    /// Where a span may start: the same text with or without a space before it.
    twin: Option<u32>,
    /// How deep a cut before it is.
    edge: Option<Edge>,
    /// Whether a mark stands before it.
    marked: bool,
    /// How many words begin before it, in all passages.
    words: usize,
}

impl Slot {
    fn is_visible(&self) -> bool {
        !self.bytes.trim_ascii().is_empty()
    }

    fn begins_with_space(&self) -> bool {
        self.bytes.first().is_some_and(u8::is_ascii_whitespace)
    }

    fn ends_with_space(&self) -> bool {
        self.bytes.last().is_some_and(u8::is_ascii_whitespace)
    }
}

#[derive(Debug)]
struct Connective {
    tokens: Vec<u32>,
    text: String,
}

impl Connective {
    fn ends_with_space(&self) -> bool {
        self.text.ends_with(|last: char| last.is_ascii_whitespace())
    }
}

/// What can be quoted for one answer.
#[derive(Debug)]
pub struct Quotable {
    /// All passages, one after another, each with a slot without a token at its end.
    slots: Vec<Slot>,
    /// The first slot of each passage.
    passages: Vec<usize>,
    /// Slots where a span may start.
    starts: Vec<usize>,
    connectives: Vec<Connective>,
    ends: Vec<u32>,
    rules: Rules,
}

impl Quotable {
    /// `passages` and `connectives` are tokens of plain text; `ends` are the tokens that end a turn, at least one,
    /// and none of them stands in a passage or a connective.
    pub fn new(
        passages: &[Vec<u32>],
        connectives: &[Vec<u32>],
        ends: &[u32],
        vocabulary: Vocabulary<'_>,
        rules: Rules,
    ) -> Self {
        let mut slots = Vec::new();
        let mut firsts = Vec::new();
        for passage in passages {
            firsts.push(slots.len());
            add_slots(&mut slots, passage, vocabulary);
        }
        let may_start = |slot: &Slot| slot.is_visible() && slot.edge >= Some(rules.start);
        let starts: Vec<usize> = (0..slots.len()).filter(|at| may_start(&slots[*at])).collect();
        for start in &starts {
            slots[*start].twin = twin(&slots[*start].bytes, vocabulary);
        }
        let connective = |tokens: &Vec<u32>| Connective { tokens: tokens.clone(), text: text(tokens, vocabulary) };
        let connectives = connectives.iter().map(connective).collect();
        // Where a text may end a span may stop.
        let rules = Rules { stop: rules.stop.min(rules.end), ..rules };
        Self { slots, passages: firsts, starts, connectives, ends: ends.to_vec(), rules }
    }

    /// The beginning of a text.
    pub fn begin(&self) -> Quoting<'_> {
        Quoting::new(self)
    }
}

fn add_slots(slots: &mut Vec<Slot>, passage: &[u32], vocabulary: Vocabulary<'_>) {
    let text = text(passage, vocabulary);
    let (mut at, mut words) = (0, slots.last().map_or(0, |slot| slot.words));
    for token in passage.iter().copied().map(Some).chain([None]) {
        let bytes = token.map_or_else(Vec::new, |token| (vocabulary.bytes)(token));
        let marked = text.get(..at).is_some_and(edge::ends_with_mark);
        at += bytes.len();
        let slot = Slot { token, twin: None, edge: edge::edge(&text, at - bytes.len()), marked, words, bytes };
        words += usize::from(slot.is_visible() && slot.edge.is_some());
        slots.push(slot);
    }
}

/// The text of tokens. A byte that is no part of a character, as where a passage was cut, takes a byte here as well.
fn text(tokens: &[u32], vocabulary: Vocabulary<'_>) -> String {
    let bytes: Vec<u8> = tokens.iter().flat_map(|token| (vocabulary.bytes)(*token)).collect();
    bytes.utf8_chunks().flat_map(|chunk| [chunk.valid().to_owned(), "?".repeat(chunk.invalid().len())]).collect()
}

fn twin(bytes: &[u8], vocabulary: Vocabulary<'_>) -> Option<u32> {
    match bytes {
        [b' ', rest @ ..] => (vocabulary.token)(rest),
        [first, ..] if !first.is_ascii_whitespace() => (vocabulary.token)(&[b" ", bytes].concat()),
        _ => None,
    }
}
