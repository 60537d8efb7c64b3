//! What a generator is: a prompt in, text out piece by piece, and a way to stop it.

use std::ops::ControlFlow;

use super::sampler::Sampling;
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
    /// How many bytes of the last message other prompts will begin with too: passages that come before a question. What
    /// a model has computed up to there is kept for them.
    pub shared: usize,
}

/// How a prompt is continued.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoding {
    /// At most so many new tokens.
    pub tokens: usize,
    /// How one of the likely tokens is chosen.
    pub sampling: Sampling,
    /// Texts of the prompt that alone may be quoted; none: anything may be written.
    pub quotes: Option<Vec<String>>,
}

impl Decoding {
    /// At most so many tokens, always the likeliest, with nothing forbidden.
    pub fn greedy(tokens: usize) -> Self {
        Self { tokens, sampling: Sampling::default(), quotes: None }
    }
}

/// Why a generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The model ended its turn.
    EndOfTurn,
    /// [`Decoding::tokens`] was reached.
    Length,
    /// The sink asked for it.
    Cancelled,
}

/// What a generation was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// Everything that was generated.
    pub text: String,
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// Those of them that had been computed before.
    pub reused: usize,
    /// Tokens written.
    pub tokens: usize,
    /// Why it ended.
    pub stop: StopReason,
    /// What the text consists of, where it was held to quotations.
    pub parts: Vec<Part>,
}

/// A part of a text that was held to quotations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// As it was written.
    pub text: String,
    /// Which of [`Decoding::quotes`] it quotes; none: it joins two quotations.
    pub quotes: Option<usize>,
}

/// Takes text as it comes; `Break` stops the decoding before the next token. Also called with nothing, between parts
/// of a long prompt and inside a character that is not yet whole, so that a break takes effect there too.
pub type Sink<'s> = dyn FnMut(&str) -> ControlFlow<()> + 's;

/// A language model.
pub trait Generator: Send + Sync {
    /// Its name, for people.
    fn name(&self) -> &str;
    /// How many tokens prompt and answer may have together.
    fn context_tokens(&self) -> usize;
    /// How many tokens a prompt has, once its template is applied.
    fn count_tokens(&self, prompt: &Prompt) -> Result<usize>;
    /// Continues a prompt; each piece of text goes to `sink` as soon as it is whole UTF-8.
    ///
    /// # Errors
    /// A prompt that does not fit [`Generator::context_tokens`] is refused before any computation.
    fn generate(&mut self, prompt: &Prompt, decoding: &Decoding, sink: &mut Sink<'_>) -> Result<Generation>;
}
