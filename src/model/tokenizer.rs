//! The tokenizer that a model's file carries: text to tokens and back. Special tokens are read only where the chat
//! template wrote them; text from users and documents is plain text whatever it says.
//!
//! A tokenizer that is not known here is an error, because a model that gets the wrong tokens answers nonsense.

mod characters;
mod vocabulary;
mod layout;
mod bpe;
mod byte_level;
mod pieces;
mod json;
#[cfg(test)]
pub(in crate::model) mod fixture;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

#[cfg(test)]
pub(in crate::model) use self::byte_level::alphabet;
pub use self::characters::Characters;
use self::{
    bpe::Bpe,
    layout::{Layout, Marker, Markers},
    pieces::Pieces,
    vocabulary::{Kind, Token, Vocabulary},
};
use super::{checkpoint::Metadata, template::Piece};
use crate::error::{Error, Result};

/// A vocabulary and the rules that apply it.
#[derive(Debug)]
pub struct ChatTokenizer {
    model: Model,
    markers: Markers,
    /// What each token adds to a text; nothing where it is a control token.
    bytes: HashMap<u32, Box<[u8]>>,
    /// The largest id and one.
    tokens: usize,
    bos: Option<u32>,
    writes_bos: bool,
    ends: BTreeSet<u32>,
    bos_text: String,
    eos_text: String,
}

/// What makes tokens of the text between special ones.
#[derive(Debug)]
enum Model {
    Bpe(Box<Bpe>),
    Pieces(Pieces),
}

impl ChatTokenizer {
    /// Builds the tokenizer that a GGUF file's metadata describe.
    pub fn new(metadata: Metadata<'_>) -> Result<Self> {
        let kind = metadata.text("tokenizer.ggml.model")?;
        if !["gpt2", "llama"].contains(&kind) {
            return Err(unsupported(format!(
                "its tokenizer is of the kind `{kind}`; `gpt2` and `llama` are supported"
            )));
        }
        let vocabulary = Vocabulary::read(metadata)?;
        // What llama.cpp takes for the beginning and the end where the file does not say.
        let (model, writes_bos, usual) = if kind == "llama" {
            (Model::Pieces(Pieces::read(metadata, &vocabulary)?), true, [Some(1), Some(2)])
        } else {
            let (bpe, writes_bos) = byte_level::read(metadata, &vocabulary)?;
            (Model::Bpe(Box::new(bpe)), writes_bos, [None, None])
        };
        let special = |key, usual| vocabulary.named(metadata, key, usual);
        let bos = special("tokenizer.ggml.bos_token_id", usual[0])?;
        let eos = special("tokenizer.ggml.eos_token_id", usual[1])?;
        let eot = special("tokenizer.ggml.eot_token_id", None)?;
        let eom = special("tokenizer.ggml.eom_token_id", None)?;
        Self {
            bytes: shown(&vocabulary, &model),
            tokens: vocabulary.0.len(),
            model,
            markers: markers(metadata, &vocabulary)?,
            bos,
            writes_bos: metadata.optional_flag("tokenizer.ggml.add_bos_token")?.unwrap_or(writes_bos),
            ends: vocabulary.ends().into_iter().chain(eos).chain(eot).chain(eom).collect(),
            bos_text: vocabulary.text(bos),
            eos_text: vocabulary.text(eos),
        }
        .checked()
    }

    fn checked(self) -> Result<Self> {
        if self.ends.is_empty() { Err(unsupported("it has no token that ends a turn")) } else { Ok(self) }
    }

    /// How many tokens there are.
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// The text of the token that begins a prompt; empty where there is none.
    pub fn bos_text(&self) -> &str {
        &self.bos_text
    }

    /// The text of the token that ends a turn; empty where the file names none.
    pub fn eos_text(&self) -> &str {
        &self.eos_text
    }

    /// Whether a token ends the model's turn.
    pub fn ends_turn(&self, token: u32) -> bool {
        self.ends.contains(&token)
    }

    /// The tokens that end the model's turn.
    pub fn ends(&self) -> Vec<u32> {
        self.ends.iter().copied().collect()
    }

    /// What a token adds to a text: bytes, not always whole characters; see [`Characters`]. Of some families the first
    /// token of an answer begins with a space.
    pub fn bytes(&self, token: u32) -> &[u8] {
        self.bytes.get(&token).map_or(&[], |bytes| bytes)
    }

    /// The tokens of plain text, as at the beginning of a prompt.
    pub fn encode_text(&self, text: &str) -> Result<Vec<u32>> {
        self.encode(&self.markers.layout(&[Piece::Message(text)]))
    }

    /// The tokens of a rendered prompt: markers in the template's pieces are special, the rest is plain. Text between
    /// two markers is encoded in one go, so that pieces meet as they did when the model was trained.
    pub fn encode_pieces(&self, pieces: &[Piece<'_>]) -> Result<Vec<u32>> {
        let mut ids = self.encode(&self.markers.layout(pieces))?;
        match self.bos {
            Some(bos) if self.writes_bos && ids.first() != Some(&bos) => ids.insert(0, bos),
            _ => {}
        }
        Ok(ids)
    }

    fn encode(&self, layout: &Layout) -> Result<Vec<u32>> {
        match &self.model {
            Model::Bpe(bpe) => bpe.encode(layout),
            Model::Pieces(pieces) => Ok(pieces.encode(layout)),
        }
    }
}

/// A GGUF file's special tokens.
fn markers(metadata: Metadata<'_>, vocabulary: &Vocabulary<'_>) -> Result<Markers> {
    // GGUF does not say which tokens take the white space after them. Phi-3's do; llama.cpp knows it by the same names.
    let name = metadata.optional_text("general.name")?.unwrap_or_default().to_lowercase();
    let is_phi_3 = name.contains("phi-3") || name.contains("phi3");
    let strips = |text: &str| is_phi_3 && !["<unk>", "<s>", "<|endoftext|>"].contains(&text);
    let marker = |token: &Token<'_>| Marker { id: token.id, strips_before: false, strips_after: strips(token.text) };
    let tokens = || vocabulary.0.iter().rev(); // of two alike the first is kept
    Markers::new(
        tokens().filter(|token| token.is_marker()).map(|token| (token.text.to_owned(), marker(token))).collect(),
        tokens().filter(|token| token.is_run()).map(|token| (token.text.to_owned(), token.id)).collect(),
    )
}

/// What each of a GGUF file's tokens adds to a text.
fn shown(vocabulary: &Vocabulary<'_>, model: &Model) -> HashMap<u32, Box<[u8]>> {
    let alphabet = byte_level::alphabet();
    let bytes = |token: &Token<'_>| match (token.kind, model) {
        (Kind::Control | Kind::Unused, _) => Box::default(),
        (Kind::UserDefined, _) => token.text.as_bytes().into(),
        (Kind::Normal | Kind::Byte, Model::Bpe(_)) => byte_level::shown(token.text, &alphabet),
        (Kind::Normal | Kind::Byte, Model::Pieces(_)) => pieces::shown(token.text),
    };
    vocabulary.0.iter().map(|token| (token.id, bytes(token))).collect()
}

fn unsupported(reason: impl Into<String>) -> Error {
    Error::ModelBroken {
        message: reason.into(),
        hint: Some("`purview model list` shows the models that are known to work".into()),
    }
}
