//! A language model out of one GGUF file: its weights, its tokenizer and its chat template, computed by candle on the
//! processor. Decodes greedily, so the same prompt gives the same answer; keeps nothing between two generations. The
//! sink is asked after every token and every part of a prompt, with an empty text where none is ready, so that it can
//! stop either.
//!
//! A file is checked in full before candle computes with it; what it then says wrongly can cost sense, not safety.

mod llama;
mod metadata;
mod recode;
#[cfg(test)]
pub(in crate::model) mod synthetic;
#[cfg(test)]
mod tests;

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    path::Path,
};

use candle_core::{Device, Tensor, quantized::gguf_file::Content};
use candle_transformers::models::quantized_llama::ModelWeights;

pub use self::metadata::Metadata;
use super::{
    Generation, Generator, Limits, Prompt, StopReason,
    generator::Sink,
    template::Template,
    tokenizer::{Characters, ChatTokenizer},
};
use crate::error::{Error, Result};

/// Tokens of a prompt that are computed at once: enough to keep the processor busy, few enough that the attention's
/// scores stay in the cache. Of 32, 64, 128, 256, 512 and 4096, 256 read 1228 tokens the fastest (180 tokens a second
/// against 93 and 124 at the ends; `SmolLM2-135M` on two cores, one run each).
const PART: usize = 256;

/// A model of the `llama` architecture in a GGUF file.
pub struct Gguf {
    name: String,
    /// Never computed with: each generation takes a copy, which shares the weights and starts with no memory.
    weights: ModelWeights,
    tokenizer: ChatTokenizer,
    template: Template,
    context: usize,
}

impl Gguf {
    /// Reads a model into memory.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::io("open", path))?;
        let bytes = file.metadata().map_err(Error::io("read", path))?.len();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self::read(BufReader::new(file), bytes, name).map_err(|error| match error {
            Error::ModelBroken { message, hint } => {
                Error::ModelBroken { message: format!("`{}` cannot be used: {message}", path.display()), hint }
            }
            other => other,
        })
    }

    fn read(mut file: impl Read + Seek, bytes: u64, name: String) -> Result<Self> {
        let header = metadata::read_header(&mut file, bytes)?;
        let metadata = Metadata::new(&header.metadata);
        let architecture = metadata.text("general.architecture")?;
        if architecture != "llama" {
            return Err(broken(format!("its architecture is `{architecture}`; `llama` is supported")));
        }
        let tokenizer = ChatTokenizer::new(metadata)?;
        let source = metadata.text("tokenizer.chat_template")?;
        let template = Template::new(source, tokenizer.bos_text(), tokenizer.eos_text())?;
        let context = llama::check(&header, bytes, tokenizer.tokens())?;
        let weights =
            weights(header, &mut file).map_err(|reason| broken(format!("its weights cannot be read: {reason}")))?;
        Ok(Self { name, weights, tokenizer, template, context })
    }

    fn encode(&self, prompt: &Prompt) -> Result<Vec<u32>> {
        self.tokenizer.encode_pieces(&self.template.render(prompt)?)
    }

    /// How many tokens an answer to a prompt may have.
    fn room(&self, prompt_tokens: usize) -> Result<usize> {
        match self.context.checked_sub(prompt_tokens) {
            Some(room) if room > 0 && prompt_tokens > 0 => Ok(room),
            Some(_) if prompt_tokens == 0 => Err(Error::Usage { message: "the prompt is empty".into(), hint: None }),
            _ => Err(Error::usage(
                format!(
                    "the prompt has {prompt_tokens} tokens; `{}` takes {}, its answer included",
                    self.name, self.context
                ),
                "ask a shorter question, or give the model fewer passages",
            )),
        }
    }
}

impl Generator for Gguf {
    fn name(&self) -> &str {
        &self.name
    }

    fn context_tokens(&self) -> usize {
        self.context
    }

    fn count_tokens(&self, prompt: &Prompt) -> Result<usize> {
        self.encode(prompt).map(|ids| ids.len())
    }

    fn generate(&mut self, prompt: &Prompt, limits: Limits, sink: &mut Sink<'_>) -> Result<Generation> {
        let ids = self.encode(prompt)?;
        let most = self.room(ids.len())?.min(limits.tokens);
        let mut run = Run { weights: self.weights.clone(), position: 0 };
        let mut characters = Characters::default();
        let mut generation =
            Generation { text: String::new(), prompt_tokens: ids.len(), tokens: 0, stop: StopReason::Length };
        if most == 0 {
            return Ok(generation);
        }
        let Some(mut logits) = run.read(&ids, PART, sink)? else {
            return Ok(Generation { stop: StopReason::Cancelled, ..generation });
        };
        loop {
            let token = likeliest(&logits)?;
            if self.tokenizer.ends_turn(token) {
                generation.stop = StopReason::EndOfTurn;
                break;
            }
            generation.tokens += 1;
            let text = characters.push(self.tokenizer.bytes(token));
            generation.text.push_str(&text);
            // Also when no character is whole yet: the sink decides after every token whether there is another.
            if sink(&text).is_break() {
                return Ok(Generation { stop: StopReason::Cancelled, ..generation });
            }
            if generation.tokens == most {
                break;
            }
            logits = run.step(&[token])?;
        }
        let rest = characters.finish();
        if !rest.is_empty() {
            generation.text.push_str(&rest);
            if sink(&rest).is_break() {
                generation.stop = StopReason::Cancelled;
            }
        }
        Ok(generation)
    }
}

fn weights(content: Content, file: &mut (impl Read + Seek)) -> candle_core::Result<ModelWeights> {
    if recode::pays(&content) {
        let (content, mut memory) = recode::recode(&content, file)?;
        return ModelWeights::from_gguf(content, &mut memory, &Device::Cpu);
    }
    ModelWeights::from_gguf(content, file, &Device::Cpu)
}

/// One generation: weights whose memory of keys and values holds `position` tokens.
struct Run {
    weights: ModelWeights,
    position: usize,
}

impl Run {
    /// Reads a prompt, `part` tokens at once, and asks the sink in between whether to go on, with no text; returns a
    /// number for each token of the vocabulary, or `None` where the sink stopped it.
    fn read(&mut self, prompt: &[u32], part: usize, sink: &mut Sink<'_>) -> Result<Option<Vec<f32>>> {
        let mut logits = Vec::new();
        for part in prompt.chunks(part) {
            if self.position > 0 && sink("").is_break() {
                return Ok(None);
            }
            logits = self.step(part)?;
        }
        Ok(Some(logits))
    }

    /// Reads tokens at once; returns a number for each token of the vocabulary: how likely it is to be next.
    fn step(&mut self, tokens: &[u32]) -> Result<Vec<f32>> {
        let logits = Tensor::new(tokens, &Device::Cpu)
            .and_then(|ids| ids.unsqueeze(0)) // (read) → (1, read)
            .and_then(|ids| self.weights.forward(&ids, self.position)) // (1, read) → (1, vocabulary)
            .and_then(|logits| logits.squeeze(0)?.to_vec1()) // (1, vocabulary) → (vocabulary)
            .map_err(Error::internal("computing the next token"))?;
        self.position += tokens.len();
        Ok(logits)
    }
}

/// The token with the largest number; of equals the first.
fn likeliest(logits: &[f32]) -> Result<u32> {
    let best = (0u32..).zip(logits).max_by(|(left, a), (right, b)| a.total_cmp(b).then(right.cmp(left)));
    match best {
        Some((token, logit)) if logit.is_finite() => Ok(token),
        _ => Err(broken("the model's weights are damaged: they compute no finite number")),
    }
}

fn broken(message: impl Into<String>) -> Error {
    Error::ModelBroken {
        message: message.into(),
        hint: Some("`purview model verify` checks a model's files, `purview model pull` gets them anew".into()),
    }
}
