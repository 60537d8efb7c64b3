//! A generator on this machine: a model file's network, tokenizer and chat template, and the loop that makes text of
//! them. Greedy unless told otherwise, so the same prompt gives the same answer.
//!
//! Two things make answers from passages fast. What was computed for a prompt's shared beginning is kept (`prefix`).
//! And since such answers copy, the tokens that followed the last few where they stood before are guessed to follow
//! again (`lookup`) and read at once: where the network agrees they cost one pass, and where it does not the result
//! is the same as without, to the last bit, since a row's numbers do not depend on what else is computed with it.

mod loops;
mod tokens;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use time::Date;

pub use self::loops::Speculation;
use self::{loops::Loop, tokens::Tokens};
use super::{
    Decoding, Generation, Generator, Prompt,
    checkpoint::{Checkpoint, broken},
    compute::{Kernel, Machine, Team},
    decoder::{Decoder, Shelf},
    generator::Sink,
    prefix::{Prefixes, Store},
    template::Template,
    tokenizer::ChatTokenizer,
};
use crate::error::{Error, Result};

/// Tokens of prompt and answer together at the most, of models that could do more: a question and some passages take
/// two thousand, and memory and time grow with what is allowed.
const CONTEXT: usize = 8192;

/// What a model is opened with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Threads that compute; none: one for each of the processor's cores.
    pub threads: Option<usize>,
    /// Instructions that compute; none: the best that there are.
    pub kernel: Option<Kernel>,
    /// A folder for weights in the order that the kernels want; none: they are put in order at every start.
    pub panels: Option<PathBuf>,
    /// A folder for what was computed of prompts' beginnings; none: nothing is kept on disk.
    pub prefixes: Option<PathBuf>,
    /// What day a chat template is told that it is.
    pub today: Date,
}

/// A model in a file.
pub struct Local {
    name: String,
    decoder: Decoder,
    tokens: Tokens,
    prefixes: Prefixes,
    speculation: Speculation,
}

/// The memory that a model takes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footprint {
    /// Weights that are read for every token.
    pub weights: usize,
    /// What one token of a prompt or an answer takes while it is remembered.
    pub token: usize,
    /// What a full context takes.
    pub context: usize,
    /// What is kept of prompts' beginnings, at the most.
    pub prefixes: usize,
}

impl Local {
    /// Opens a GGUF file, or a folder with `model.safetensors`, `config.json` and `tokenizer.json`.
    pub fn open(path: &Path, setup: &Setup) -> Result<Self> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self::try_open(path, name, setup).map_err(|error| match error {
            Error::ModelBroken { message, hint } => {
                Error::ModelBroken { message: format!("`{}` cannot be used: {message}", path.display()), hint }
            }
            other => other,
        })
    }

    fn try_open(path: &Path, name: String, setup: &Setup) -> Result<Self> {
        let key = key(path)?;
        let shelf = setup.panels.clone().map(|folder| Shelf { folder, name: name.clone(), key: key.clone() });
        let store = setup.prefixes.clone().map(|folder| Store { folder, key });
        if path.is_dir() {
            let (checkpoint, tokenizer, template) = super::checkpoint::safetensors::open(path)?;
            let template = Template::new(&template, tokenizer.bos_text(), tokenizer.eos_text(), setup.today)?;
            return Self::of(name, &checkpoint, Tokens { tokenizer, template }, setup, shelf.as_ref(), store);
        }
        Self::read(name, &Checkpoint::open(path)?, setup, shelf.as_ref(), store)
    }

    /// Takes everything from a GGUF file.
    fn read(
        name: String,
        file: &Checkpoint,
        setup: &Setup,
        shelf: Option<&Shelf>,
        store: Option<Store>,
    ) -> Result<Self> {
        let metadata = file.metadata();
        let tokenizer = ChatTokenizer::new(metadata)?;
        let source = metadata.text("tokenizer.chat_template")?;
        let template = Template::new(source, tokenizer.bos_text(), tokenizer.eos_text(), setup.today)?;
        Self::of(name, file, Tokens { tokenizer, template }, setup, shelf, store)
    }

    fn of(
        name: String,
        file: &Checkpoint,
        tokens: Tokens,
        setup: &Setup,
        shelf: Option<&Shelf>,
        store: Option<Store>,
    ) -> Result<Self> {
        let machine = Machine {
            kernel: setup.kernel.unwrap_or_else(Kernel::best),
            team: setup.threads.map_or_else(Team::of_this_machine, Team::new),
        };
        let decoder = Decoder::open(file, machine, CONTEXT, shelf)?;
        if tokens.tokenizer.tokens() > decoder.vocabulary() {
            let (words, rows) = (tokens.tokenizer.tokens(), decoder.vocabulary());
            return Err(broken(format!("its tokenizer has {words} tokens, and its embedding has {rows}")));
        }
        let prefixes = Prefixes::new(decoder.plan().clone(), store);
        Ok(Self { name, decoder, tokens, prefixes, speculation: Speculation::Lookup })
    }

    /// What the model takes of this machine's memory.
    pub fn footprint(&self) -> Footprint {
        let token = self.decoder.token_bytes();
        Footprint {
            weights: self.decoder.weight_bytes(),
            token,
            context: token * self.decoder.context(),
            prefixes: Prefixes::MOST_BYTES,
        }
    }

    /// The instructions it computes with.
    pub fn kernel(&self) -> Kernel {
        self.decoder.kernel()
    }

    /// The threads it computes with.
    pub fn threads(&self) -> usize {
        self.decoder.threads()
    }

    /// The network itself, for measurements.
    pub fn decoder(&mut self) -> &mut Decoder {
        &mut self.decoder
    }

    /// Whether tokens are guessed ahead.
    pub fn speculate(&mut self, speculation: Speculation) {
        self.speculation = speculation;
    }

    /// Forgets what was computed for earlier prompts.
    pub fn forget(&mut self) {
        self.prefixes.clear();
    }

    /// How many tokens an answer to a prompt may have.
    fn room(&self, prompt_tokens: usize) -> Result<usize> {
        let context = self.decoder.context();
        match context.checked_sub(prompt_tokens) {
            Some(room) if room > 0 && prompt_tokens > 0 => Ok(room),
            Some(_) if prompt_tokens == 0 => Err(Error::Usage { message: "the prompt is empty".into(), hint: None }),
            _ => Err(Error::usage(
                format!("the prompt has {prompt_tokens} tokens; `{}` takes {context}, its answer included", self.name),
                "ask a shorter question, or give the model fewer passages",
            )),
        }
    }
}

impl Generator for Local {
    fn name(&self) -> &str {
        &self.name
    }

    fn context_tokens(&self) -> usize {
        self.decoder.context()
    }

    fn count_tokens(&self, prompt: &Prompt) -> Result<usize> {
        self.tokens.encode(prompt).map(|ids| ids.len())
    }

    fn generate(&mut self, prompt: &Prompt, decoding: &Decoding, sink: &mut Sink<'_>) -> Result<Generation> {
        decoding.sampling.check().map_err(|message| Error::Usage { message, hint: None })?;
        let ids = self.tokens.encode(prompt)?;
        let room = self.room(ids.len())?.min(decoding.tokens);
        let quotable = decoding.quotes.as_deref().map(|quotes| self.tokens.quotable(quotes)).transpose()?;
        let shared = self.tokens.shared(prompt, &ids)?;
        let mut turn = Loop {
            decoder: &mut self.decoder,
            tokenizer: &self.tokens.tokenizer,
            prefixes: &mut self.prefixes,
            speculation: self.speculation,
            sink,
            room,
        };
        turn.run(&ids, shared, decoding.sampling, quotable.as_ref())
    }
}

/// What names a file's content without reading all of it: where it is, its size, and when it was written.
fn key(path: &Path) -> Result<String> {
    let read = |path: &Path| std::fs::metadata(path).map_err(Error::io("open", path));
    let weights = if path.is_dir() { path.join("model.safetensors") } else { path.to_owned() };
    let meta = read(&weights)?;
    let written = meta.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let place = weights.canonicalize().unwrap_or(weights);
    let text = format!("{}|{}|{}", place.display(), meta.len(), written.unwrap_or_default().as_nanos());
    Ok(super::files::short_hash(text.as_bytes()))
}
