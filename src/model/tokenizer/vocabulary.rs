//! What a file says of its tokens: their texts and kinds. Knows which of them are text and which are special; does not
//! know how a text becomes tokens.

use std::collections::BTreeSet;

use super::{super::checkpoint::Metadata, unsupported};
use crate::error::Result;

/// Tokens that end a turn, by their texts: llama.cpp's list (`special_eog_ids` in `llama-vocab.cpp`), and those of
/// `HyperCLOVA` X (`<|endofturn|>`, `<|stop|>`) and EXAONE (`[|endofturn|]`).
const ENDS: [&str; 22] = [
    "<|im_end|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end|>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|endofturn|>",
    "<|stop|>",
    "<|return|>",
    "<|call|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<end_of_turn>",
    "<end_of_utterance>",
    "[|endofturn|]",
    "</s>",
    "<eos>",
    "<EOT>",
    "[EOT]",
    "[EOS]",
    "_<EOT>",
];

/// `tokenizer.ggml.token_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Normal,
    /// Marks turns and documents; shows nothing.
    Control,
    /// Found in a text as it stands, before anything is merged.
    UserDefined,
    /// Stands for nothing.
    Unused,
    /// A byte that no text token covers.
    Byte,
}

/// A token of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'f> {
    pub(super) id: u32,
    pub(super) text: &'f str,
    pub(super) kind: Kind,
}

impl Token<'_> {
    /// Whether it is made by merging: part of what anybody may write.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Normal | Kind::Byte) && !self.text.is_empty()
    }

    /// Whether it is a run of white space that is a token before anything is merged, in any text.
    pub(super) fn is_run(&self) -> bool {
        self.kind == Kind::UserDefined && !self.text.is_empty() && self.text.trim().is_empty()
    }

    /// Whether it is special: read where the template wrote it and nowhere else. Tokens that users of a model defined
    /// (`<think>`, `<table>`) belong here too, although llama.cpp reads those in any text.
    pub(super) fn is_marker(&self) -> bool {
        matches!(self.kind, Kind::Control | Kind::UserDefined) && !self.text.trim().is_empty()
    }

    /// Whether it ends a turn by its name. Gemma has `</s>` for text that is struck through.
    fn is_end(&self) -> bool {
        self.is_marker() && ENDS.contains(&self.text) && (self.kind == Kind::Control || self.text != "</s>")
    }
}

/// All tokens of a file, in order.
pub(super) struct Vocabulary<'f>(pub(super) Vec<Token<'f>>);

impl<'f> Vocabulary<'f> {
    /// Reads a GGUF file's tokens.
    pub(super) fn read(metadata: Metadata<'f>) -> Result<Self> {
        let texts = metadata.texts("tokenizer.ggml.tokens")?;
        let kinds = metadata.numbers("tokenizer.ggml.token_type")?;
        if texts.len() != kinds.len() {
            return Err(unsupported(format!("it has {} tokens and {} token types", texts.len(), kinds.len())));
        }
        let token = |(id, (text, kind)): (u32, (&'f str, usize))| Token { id, text, kind: Kind::read(kind, text) };
        Ok(Self((0..).zip(texts.into_iter().zip(kinds)).map(token).collect()))
    }

    /// The token that a key of the metadata names; `other` where the file does not say.
    pub(super) fn named(&self, metadata: Metadata<'_>, key: &str, other: Option<u32>) -> Result<Option<u32>> {
        let count = self.0.len();
        let Some(id) = metadata.optional_number(key)? else {
            return Ok(other.filter(|id| (*id as usize) < count));
        };
        let known = u32::try_from(id).ok().filter(|_| id < count);
        known.map(Some).ok_or_else(|| unsupported(format!("`{key}` is {id}; it has {count} tokens")))
    }

    /// A token's text; empty for none.
    pub(super) fn text(&self, id: Option<u32>) -> String {
        id.and_then(|id| self.0.get(id as usize)).map_or_else(String::new, |token| token.text.to_owned())
    }

    /// The tokens that end a turn by their names.
    pub(super) fn ends(&self) -> BTreeSet<u32> {
        ends(&self.0)
    }
}

/// The tokens that end a turn by their names. In gpt-oss's format `<|end|>` ends a part of an answer, as llama.cpp
/// has it.
pub(super) fn ends(tokens: &[Token<'_>]) -> BTreeSet<u32> {
    let has = |text: &str| tokens.iter().any(|token| token.is_marker() && token.text == text);
    let goes_on = has("<|return|>") && has("<|call|>");
    tokens
        .iter()
        .filter(|token| token.is_end() && !(goes_on && token.text == "<|end|>"))
        .map(|token| token.id)
        .collect()
}

impl Kind {
    /// Some files have markers among their texts; what looks like one is none that a user may write.
    fn read(number: usize, text: &str) -> Self {
        let looks_special = text.len() > 4 && text.starts_with("<|") && text.ends_with("|>");
        match number {
            1 if looks_special || text == "<end_of_turn>" => Self::Control,
            1 => Self::Normal,
            2 | 3 => Self::Control, // 2: what stands for characters that have no token
            // Gemma's runs of spaces, as older files write them: merged like text.
            4 if !text.is_empty() && text.chars().all(|character| character == '▁') => Self::Normal,
            4 => Self::UserDefined,
            6 => Self::Byte,
            _ => Self::Unused,
        }
    }
}

/// The byte that a token such as `<0x0A>` stands for.
pub(super) fn byte(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>')?;
    let plain = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    plain.then(|| u8::from_str_radix(digits, 16).ok())?
}
