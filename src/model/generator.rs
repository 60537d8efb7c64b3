//! What a generator is: a prompt in, text out piece by piece, and a way to stop it.

use std::ops::ControlFlow;

use crate::error::Result;

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// Sets the task.
    System,
    /// Asks.
    User,
    /// Answers.
    Assistant,
}

/// One message of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who says it.
    pub speaker: Speaker,
    /// Plain text; special tokens in it are never read as special.
    pub text: String,
}

/// What a generator continues.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompt {
    /// In order; the last one is the user's.
    pub messages: Vec<Message>,
}

/// When a generation ends at the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// At most so many new tokens.
    pub tokens: usize,
}

/// Why a generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The model ended its turn.
    EndOfTurn,
    /// [`Limits::tokens`] was reached.
    Length,
    /// The sink asked for it.
    Cancelled,
}

/// What a generation was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// Everything that was generated.
    pub text: String,
    /// Tokens read.
    pub prompt_tokens: usize,
    /// Tokens written.
    pub tokens: usize,
    /// Why it ended.
    pub stop: StopReason,
}

/// Takes text as it comes; `Break` stops the decoding before the next token. Also called with nothing, between parts
/// of a long prompt and inside a character that is not yet whole, so that a break takes effect there too.
pub type Sink<'s> = dyn FnMut(&str) -> ControlFlow<()> + 's;

/// A language model.
pub trait Generator: Send {
    /// Its name, for people.
    fn name(&self) -> &str;
    /// How many tokens prompt and answer may have together.
    fn context_tokens(&self) -> usize;
    /// How many tokens a prompt has, once its template is applied.
    fn count_tokens(&self, prompt: &Prompt) -> Result<usize>;
    /// Continues a prompt, greedily; each piece of text goes to `sink` as soon as it is whole UTF-8.
    ///
    /// # Errors
    /// A prompt that does not fit [`Generator::context_tokens`] is refused before any computation.
    fn generate(&mut self, prompt: &Prompt, limits: Limits, sink: &mut Sink<'_>) -> Result<Generation>;
}
