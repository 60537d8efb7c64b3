//! A conversation: its turns, follow-ups made to stand alone, and the record of what was said. Only `log` does I/O.

pub mod export;
pub mod log;
pub mod record;
pub mod rewrite;

pub use record::{Record, Source};

/// What was said, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The user's question.
    pub question: String,
    /// Where it was answered with a question: what could be replied, as far as choices were offered.
    pub asked_back: Option<Vec<String>>,
}
