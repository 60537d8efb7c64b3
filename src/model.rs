//! Models: what turns text into vectors, and what continues a prompt. The only rooms that name candle and
//! tokenizers are in here. Stands alone: knows nothing of corpora, packs or answers.

pub mod catalogue;
pub mod cpu;
pub mod files;

pub mod bert;
pub mod letters;

pub mod checkpoint;
pub mod compute;
pub mod decoder;

pub mod generator;
pub mod tokenizer;
pub mod template;
pub mod sampler;
pub mod lookup;
pub mod quote;
pub mod prefix;
pub mod local;
pub mod remote;

use crate::error::Result;
pub use generator::{Decoding, Generation, Generator, Message, Prompt, Speaker, StopReason};

/// Turns texts into vectors of length 1 whose dot product says how near two texts are in meaning.
pub trait Encoder: Send + Sync {
    /// What the vectors depend on: model and revision. Vectors of different ids cannot be compared.
    fn id(&self) -> &str;
    /// Numbers in a vector.
    fn dims(&self) -> usize;
    /// Whether a word, in lower case, is one of its own rather than put together from pieces.
    fn knows(&self, word: &str) -> bool;
    /// The vector of a question.
    fn encode_query(&self, text: &str) -> Result<Vec<f32>>;
    /// The vectors of questions, in order.
    fn encode_queries(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        texts.iter().map(|text| self.encode_query(text)).collect()
    }
    /// The vectors of passages, in order; `done` is told how many more are finished.
    fn encode_passages(&self, texts: &[&str], done: &mut dyn FnMut(usize)) -> Result<Vec<Vec<f32>>>;
}
