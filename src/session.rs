//! A conversation: its turns, and follow-ups made to stand alone. Does no I/O.

pub mod rewrite;

/// What was said, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The user's question.
    pub question: String,
    /// How it was understood, where that differs.
    pub rewritten: Option<String>,
}
