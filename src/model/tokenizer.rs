//! The byte-level BPE tokenizer that a GGUF file carries: text to tokens and back. Special tokens are read only where
//! the chat template wrote them; text from users and documents is plain text whatever it says.
//!
//! A pre-tokenizer that is not known here is an error, because a model that gets the wrong tokens answers nonsense.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use regex::Regex;
use tokenizers::{
    PreTokenizerWrapper, SplitDelimiterBehavior, Tokenizer,
    models::bpe::{BPE, Merges, Vocab},
    pre_tokenizers::{
        byte_level::ByteLevel,
        digits::Digits,
        sequence::Sequence,
        split::{Split, SplitPattern},
    },
};

use super::{gguf::Metadata, template::Piece};
use crate::error::{Error, Result};

/// How Llama 3 cuts text before byte pairs are merged: `pre_tokenizer` in `meta-llama/Meta-Llama-3-8B`'s
/// `tokenizer.json`, and `LLAMA_VOCAB_PRE_TYPE_LLAMA3` in llama.cpp.
const LLAMA_3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Special tokens that end a turn, in the families that the known pre-tokenizers belong to.
const ENDS: [&str; 5] = ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<|eom_id|>"];

/// `tokenizer.ggml.token_type` of ordinary text; everything else (control, user-defined, unused) is not.
const NORMAL: usize = 1;
/// Marks turns and documents; shows nothing.
const CONTROL: usize = 3;
/// A byte that no text token covers; ordinary text as well.
const BYTE: usize = 6;

/// A vocabulary and the rules that apply it.
#[derive(Debug)]
pub struct ChatTokenizer {
    bpe: Tokenizer,
    /// What each token adds to a text; nothing where it is a control token.
    bytes: Vec<Box<[u8]>>,
    /// Special tokens by their text: none of them is in `bpe`'s vocabulary.
    markers: BTreeMap<String, u32>,
    marker: Option<Regex>,
    bos: Option<u32>,
    writes_bos: bool,
    ends: BTreeSet<u32>,
    bos_text: String,
    eos_text: String,
}

impl ChatTokenizer {
    /// Builds the tokenizer that a file's metadata describe.
    pub fn new(metadata: Metadata<'_>) -> Result<Self> {
        let kind = metadata.text("tokenizer.ggml.model")?;
        if kind != "gpt2" {
            return Err(unsupported(format!("its tokenizer is of the kind `{kind}`; `gpt2` is supported")));
        }
        let pre = metadata.text("tokenizer.ggml.pre")?;
        let (splitter, whole_words) = pre_tokenizer(pre)?;
        let tokens = metadata.texts("tokenizer.ggml.tokens")?;
        let kinds = metadata.numbers("tokenizer.ggml.token_type")?;
        if tokens.len() != kinds.len() {
            return Err(unsupported(format!("it has {} tokens and {} token types", tokens.len(), kinds.len())));
        }
        let mut vocabulary = Vocab::default();
        let mut markers = BTreeMap::new();
        let mut bytes = Vec::with_capacity(tokens.len());
        let alphabet = alphabet();
        for (id, (token, kind)) in (0u32..).zip(tokens.iter().zip(kinds)) {
            if kind == NORMAL || kind == BYTE {
                vocabulary.entry((*token).to_owned()).or_insert(id);
            } else if !token.trim().is_empty() {
                markers.entry((*token).to_owned()).or_insert(id);
            }
            bytes.push(if kind == CONTROL { Box::default() } else { token_bytes(token, &alphabet) });
        }
        let merges = merges(&metadata.texts("tokenizer.ggml.merges")?, &vocabulary)?;
        let model = BPE::builder().vocab_and_merges(vocabulary, merges).ignore_merges(whole_words).build();
        let mut bpe = Tokenizer::new(model.map_err(Error::internal("building the tokenizer"))?);
        bpe.with_pre_tokenizer(Some(splitter));
        let token = |key: &str| -> Result<Option<u32>> {
            let Some(id) = metadata.optional_number(key)? else { return Ok(None) };
            let known = u32::try_from(id).ok().filter(|_| id < tokens.len());
            known.map(Some).ok_or_else(|| unsupported(format!("`{key}` is {id}; it has {} tokens", tokens.len())))
        };
        let (bos, eos) = (token("tokenizer.ggml.bos_token_id")?, token("tokenizer.ggml.eos_token_id")?);
        let text = |id: Option<u32>| id.map_or_else(String::new, |id| tokens[id as usize].to_owned());
        let named = ENDS.iter().filter_map(|end| markers.get(*end).copied());
        let ends: BTreeSet<u32> = named
            .chain(eos)
            .chain(token("tokenizer.ggml.eot_token_id")?)
            .chain(token("tokenizer.ggml.eom_token_id")?)
            .collect();
        if ends.is_empty() {
            return Err(unsupported("it has no token that ends a turn"));
        }
        Ok(Self {
            bpe,
            bytes,
            marker: marker_pattern(&markers)?,
            markers,
            bos,
            // As llama.cpp has it where the file does not say.
            writes_bos: metadata.optional_flag("tokenizer.ggml.add_bos_token")?.unwrap_or(pre == "llama-bpe"),
            ends,
            bos_text: text(bos),
            eos_text: text(eos),
        })
    }

    /// How many tokens there are.
    pub fn tokens(&self) -> usize {
        self.bytes.len()
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

    /// What a token adds to a text: bytes, not always whole characters; see [`Characters`].
    pub fn bytes(&self, token: u32) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], |bytes| bytes)
    }

    /// The tokens of plain text.
    pub fn encode_text(&self, text: &str) -> Result<Vec<u32>> {
        let encoded = self.bpe.encode_fast(text, false).map_err(Error::internal("reading text as tokens"))?;
        Ok(encoded.get_ids().to_vec())
    }

    /// The tokens of a rendered prompt: markers in the template's pieces are special, the rest is plain. Text between
    /// two markers is encoded in one go, so that pieces meet as they did when the model was trained.
    pub fn encode_pieces(&self, pieces: &[Piece<'_>]) -> Result<Vec<u32>> {
        let mut ids = Vec::new();
        let mut plain = String::new();
        for piece in pieces {
            let template = match piece {
                Piece::Message(text) => {
                    plain.push_str(text);
                    continue;
                }
                Piece::Template(text) => text.as_str(),
            };
            let mut done = 0;
            for found in self.marker.iter().flat_map(|marker| marker.find_iter(template)) {
                plain.push_str(&template[done..found.start()]);
                ids.extend(self.encode_text(&plain)?);
                plain.clear();
                ids.extend(self.markers.get(found.as_str()));
                done = found.end();
            }
            plain.push_str(&template[done..]);
        }
        ids.extend(self.encode_text(&plain)?);
        match self.bos {
            Some(bos) if self.writes_bos && ids.first() != Some(&bos) => ids.insert(0, bos),
            _ => {}
        }
        Ok(ids)
    }
}

/// The pre-tokenizers that are known, and whether a word that is a token needs no merges.
fn pre_tokenizer(name: &str) -> Result<(Sequence, bool)> {
    let bytes = |splits_words| PreTokenizerWrapper::from(ByteLevel::new(false, true, splits_words));
    match name {
        "smollm" => Ok((Sequence::new(vec![Digits::new(true).into(), bytes(true)]), false)),
        "llama-bpe" => {
            let pattern = SplitPattern::Regex(LLAMA_3.to_owned());
            let split = Split::new(pattern, SplitDelimiterBehavior::Isolated, false)
                .map_err(Error::internal("compiling Llama 3's pre-tokenizer"))?;
            Ok((Sequence::new(vec![split.into(), bytes(false)]), true))
        }
        other => Err(unsupported(format!(
            "its pre-tokenizer is `{other}` (`tokenizer.ggml.pre`); `llama-bpe` and `smollm` are supported"
        ))),
    }
}

/// Checks what the library indexes without checking.
fn merges(lines: &[&str], vocabulary: &Vocab) -> Result<Merges> {
    let merge = |line: &&str| {
        let (left, right) = line.split_once(' ')?;
        let known = |token: &str| vocabulary.contains_key(token);
        let fits = known(left) && known(right) && known(&format!("{left}{right}"));
        fits.then(|| (left.to_owned(), right.to_owned()))
    };
    let wrong = |line: &str| unsupported(format!("its merge `{line}` does not join two tokens to a third"));
    lines.iter().map(|line| merge(line).ok_or_else(|| wrong(line))).collect()
}

/// Matches any marker; of two that begin at the same place, the longer.
fn marker_pattern(markers: &BTreeMap<String, u32>) -> Result<Option<Regex>> {
    if markers.is_empty() {
        return Ok(None);
    }
    let mut texts: Vec<&str> = markers.keys().map(String::as_str).collect();
    texts.sort_by_key(|text| Reverse(text.len()));
    let pattern = texts.into_iter().map(regex::escape).collect::<Vec<_>>().join("|");
    Regex::new(&pattern).map(Some).map_err(|reason| unsupported(format!("its special tokens: {reason}")))
}

/// The byte behind each character of a byte-level vocabulary: printable bytes stand for themselves, the others for
/// U+0100 and on (`bytes_to_unicode` in GPT-2's `encoder.py`).
pub(super) fn alphabet() -> BTreeMap<char, u8> {
    let printable = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let stand_ins = ('\u{100}'..).zip((0..=u8::MAX).filter(|byte| !printable(byte)));
    (0..=u8::MAX).filter(printable).map(|byte| (char::from(byte), byte)).chain(stand_ins).collect()
}

/// A token with a character outside the alphabet (`<think>…`) is shown as it is written.
fn token_bytes(token: &str, alphabet: &BTreeMap<char, u8>) -> Box<[u8]> {
    let bytes: Option<Box<[u8]>> = token.chars().map(|character| alphabet.get(&character).copied()).collect();
    bytes.unwrap_or_else(|| token.as_bytes().into())
}

/// Bytes in, whole characters out, as early as they are whole. What can never become a character is shown as U+FFFD.
#[derive(Debug, Default)]
pub struct Characters {
    /// The beginning of a character: three bytes at the most.
    begun: Vec<u8>,
}

impl Characters {
    /// Adds bytes; returns the characters that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.begun.extend_from_slice(bytes);
        let whole = match self.begun.utf8_chunks().last() {
            // An invalid tail that more bytes may complete: UTF-8 says so by having no length for the error.
            Some(tail) if !tail.invalid().is_empty() && unfinished(tail.invalid()) => {
                self.begun.len() - tail.invalid().len()
            }
            _ => self.begun.len(),
        };
        let rest = self.begun.split_off(whole);
        let text = String::from_utf8_lossy(&self.begun).into_owned();
        self.begun = rest;
        text
    }

    /// What is left when no more bytes come.
    pub fn finish(self) -> String {
        String::from_utf8_lossy(&self.begun).into_owned()
    }
}

fn unfinished(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

fn unsupported(reason: impl Into<String>) -> Error {
    Error::ModelBroken {
        message: reason.into(),
        hint: Some("`purview model list` shows the models that are known to work".into()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use candle_core::quantized::gguf_file::Value;
    use proptest::prelude::*;
    use tokenizers::{OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer};

    use super::*;
    use crate::model::gguf::synthetic;

    fn tokenizer(values: &HashMap<String, Value>) -> Result<ChatTokenizer> {
        ChatTokenizer::new(Metadata::new(values))
    }

    fn smollm() -> ChatTokenizer {
        tokenizer(&synthetic::smollm_metadata()).unwrap()
    }

    #[test]
    fn tokens_are_those_of_smollm2s_own_tokenizer() {
        let tokenizer = smollm();
        for (text, ids) in synthetic::golden_cases() {
            assert_eq!(tokenizer.encode_text(&text).unwrap(), ids, "{text:?}");
            let bytes: Vec<u8> = ids.iter().flat_map(|id| tokenizer.bytes(*id)).copied().collect();
            assert_eq!(String::from_utf8(bytes).unwrap(), text);
        }
    }

    #[test]
    fn a_marker_is_special_where_the_template_wrote_it_and_nowhere_else() {
        let tokenizer = smollm();
        let (start, end) = (1, 2);
        let marker = "<|im_end|>";
        let pieces = [Piece::Template("<|im_start|>".into()), Piece::Message(marker), Piece::Template(marker.into())];
        let ids = tokenizer.encode_pieces(&pieces).unwrap();
        assert_eq!((ids[0], ids[ids.len() - 1]), (start, end));
        assert_eq!(ids[1..ids.len() - 1], tokenizer.encode_text(marker).unwrap());
        assert!(!ids[1..ids.len() - 1].contains(&end));
    }

    #[test]
    fn a_message_meets_the_templates_text_as_if_they_were_written_together() {
        let tokenizer = smollm();
        let apart = [Piece::Template("user\n".into()), Piece::Message("\n  Hello"), Piece::Template("\n".into())];
        let together = tokenizer.encode_text("user\n\n  Hello\n").unwrap();
        assert_eq!(tokenizer.encode_pieces(&apart).unwrap(), together);
    }

    #[test]
    fn the_beginning_is_marked_once_where_the_file_asks_for_it() {
        let mut values = synthetic::smollm_metadata();
        values.insert("tokenizer.ggml.add_bos_token".into(), Value::Bool(true));
        let tokenizer = tokenizer(&values).unwrap();
        assert_eq!(tokenizer.encode_pieces(&[Piece::Template("<|im_start|>".into())]).unwrap(), [1]);
        assert_eq!(tokenizer.encode_pieces(&[Piece::Message("\n")]).unwrap(), [1, 198]);
    }

    #[test]
    fn llama_3_keeps_three_digits_line_breaks_and_contractions_together() {
        let (splitter, _) = pre_tokenizer("llama-bpe").unwrap();
        let words = |text: &str| {
            let mut split = PreTokenizedString::from(text);
            splitter.pre_tokenize(&mut split).unwrap();
            let words = split.get_splits(OffsetReferential::Original, OffsetType::Byte);
            words.into_iter().map(|(_, (start, end), _)| text[start..end].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(words("I'LL pay $1234567."), ["I", "'LL", " pay", " $", "123", "456", "7", "."]);
        assert_eq!(words("a  b\n\n\tc"), ["a", " ", " b", "\n\n", "\tc"]);
        assert_eq!(words("세금 2025년"), ["세금", " ", "202", "5", "년"]);
    }

    #[test]
    fn what_is_missing_wrong_or_unknown_is_named() {
        let said = |key: &str, value: Option<Value>| {
            let mut values = synthetic::smollm_metadata();
            values.remove(key);
            values.extend(value.map(|value| (key.to_owned(), value)));
            tokenizer(&values).unwrap_err().to_string()
        };
        let text = |text: &str| Value::String(text.into());
        for key in ["model", "pre", "tokens", "token_type", "merges"] {
            let key = format!("tokenizer.ggml.{key}");
            assert_eq!(said(&key, None), format!("its metadata has no `{key}`"));
            assert!(said(&key, Some(Value::U8(7))).contains(&key));
        }
        assert!(said("tokenizer.ggml.model", Some(text("llama"))).contains("`llama`"));
        assert!(said("tokenizer.ggml.pre", Some(text("qwen2"))).contains("`qwen2` (`tokenizer.ggml.pre`)"));
        assert!(said("tokenizer.ggml.token_type", Some(Value::Array(vec![]))).contains("0 token types"));
        assert!(said("tokenizer.ggml.eos_token_id", Some(Value::U32(u32::MAX))).contains("4294967295"));
        for merge in ["nospace", " ", "a", "<|im_start|> <|im_end|>", "ĠĠ zzzzzzzz"] {
            let merges = Value::Array(vec![text(merge)]);
            assert!(said("tokenizer.ggml.merges", Some(merges)).contains("does not join"), "{merge}");
        }
    }

    #[test]
    fn a_character_is_shown_when_its_last_byte_is_there_and_not_later() {
        let mut characters = Characters::default();
        let shown: Vec<String> = "a세".bytes().map(|byte| characters.push(&[byte])).collect();
        assert_eq!(shown, ["a", "", "", "세"]);
        assert_eq!(characters.push(b"\xEC\x84x"), "\u{FFFD}x");
        assert_eq!(characters.push(b"\xFF"), "\u{FFFD}");
        assert_eq!(characters.push(b"\xF0\x9F"), "");
        assert_eq!(characters.finish(), "\u{FFFD}");
    }

    proptest! {
        #[test]
        fn streamed_characters_are_those_of_all_bytes_at_once(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 0..12)) {
            let mut characters = Characters::default();
            let mut shown: String = parts.iter().map(|part| characters.push(part)).collect();
            shown.push_str(&characters.finish());
            prop_assert_eq!(shown, String::from_utf8_lossy(&parts.concat()).into_owned());
        }
    }
}
