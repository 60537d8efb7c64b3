//! `SentencePiece`'s BPE, in which every token has a score: Llama 2, Mistral, Phi-3, Gemma. The library builds such models
//! from merges, which these files lack; this is llama.cpp's way (`llm_tokenizer_spm_session` in `llama-vocab.cpp`), after
//! `bpe_model.cc` in `SentencePiece`: of all neighbours that make a token, those with the best score are joined first.
//! Knows spaces as `▁` and bytes as `<0x0A>`; does not know which texts are special.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, HashMap},
};

use super::{
    super::checkpoint::Metadata,
    layout::Layout,
    unsupported,
    vocabulary::{Kind, Vocabulary, byte},
};
use crate::error::Result;

/// Texts with their scores.
#[derive(Debug)]
pub(super) struct Pieces {
    /// Each token that text is made of, and how early it is made.
    tokens: HashMap<Box<str>, (u32, Score)>,
    /// What a byte is written as where no token has its character.
    bytes: Vec<u32>,
    /// Whether a space is put before a text at the beginning and after a special token.
    space_prefix: bool,
}

/// Never NaN, and never a negative zero: ordered as numbers are.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Score(f32);

impl Eq for Score {}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Pieces {
    /// Reads the model of a GGUF file.
    pub(super) fn read(metadata: Metadata<'_>, vocabulary: &Vocabulary<'_>) -> Result<Self> {
        let scores = metadata.floats("tokenizer.ggml.scores")?;
        if scores.len() != vocabulary.0.len() {
            return Err(unsupported(format!("it has {} tokens and {} scores", vocabulary.0.len(), scores.len())));
        }
        if let Some(id) = scores.iter().position(|score| !score.is_finite()) {
            return Err(unsupported(format!("the score of its token {id} is {}", scores[id])));
        }
        let mut tokens = HashMap::new();
        let mut bytes = [None; 256];
        for (token, score) in vocabulary.0.iter().zip(scores) {
            match byte(token.text) {
                Some(byte) if token.is_text() => bytes[usize::from(byte)] = Some(token.id),
                None if token.kind == Kind::Byte => {
                    return Err(unsupported(format!("its token `{}` is marked as a byte", token.text)));
                }
                None if token.is_text() => {
                    // Adding zero makes a negative zero a positive one.
                    tokens.entry(token.text.into()).or_insert((token.id, Score(score + 0.0)));
                }
                _ => {}
            }
        }
        let unknown = vocabulary.named(metadata, "tokenizer.ggml.unknown_token_id", Some(0))?;
        let written = |(byte, token): (usize, Option<u32>)| {
            token.or(unknown).ok_or_else(|| unsupported(format!("it has no token for the byte {byte:#04X}")))
        };
        let bytes: Result<Vec<u32>> = bytes.into_iter().enumerate().map(written).collect();
        let space_prefix = metadata.optional_flag("tokenizer.ggml.add_space_prefix")?.unwrap_or(true);
        Ok(Self { tokens, bytes: bytes?, space_prefix })
    }

    /// The tokens of a prompt.
    pub(super) fn encode(&self, layout: &Layout) -> Vec<u32> {
        let mut ids = Vec::new();
        let mut done = 0;
        for (at, special) in &layout.specials {
            self.append(&layout.text[done..at.start], &mut ids);
            ids.push(*special);
            done = at.end;
        }
        self.append(&layout.text[done..], &mut ids);
        ids
    }

    /// Adds the tokens of a text that begins the prompt or follows a special token.
    fn append(&self, text: &str, ids: &mut Vec<u32>) {
        if text.is_empty() {
            return;
        }
        let prefix = if self.space_prefix { "▁" } else { "" };
        let text = format!("{prefix}{}", text.replace(' ', "▁"));
        for symbol in self.merged(&text) {
            match self.tokens.get(symbol) {
                Some((id, _)) => ids.push(*id),
                None => ids.extend(symbol.bytes().map(|byte| self.bytes[usize::from(byte)])),
            }
        }
    }

    /// A text's symbols when no two neighbours make a token any more.
    fn merged<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut symbols: Vec<Symbol> = text
            .char_indices()
            .enumerate()
            .map(|(at, (start, character))| Symbol {
                start,
                end: start + character.len_utf8(),
                before: at.checked_sub(1),
                after: Some(at + 1),
            })
            .collect();
        symbols.last_mut().into_iter().for_each(|last| last.after = None);
        let pair = |symbols: &[Symbol], left: Option<usize>, right: Option<usize>| {
            let (left, right) = (left?, right?);
            let (start, end) = (symbols[left].start, symbols[right].end);
            let (_, score) = self.tokens.get(&text[start..end])?;
            Some(Pair { score: *score, left: Reverse(left), right, bytes: end - start })
        };
        let mut queue: BinaryHeap<Pair> =
            (1..symbols.len()).filter_map(|at| pair(&symbols, Some(at - 1), Some(at))).collect();
        while let Some(Pair { left: Reverse(left), right, bytes, .. }) = queue.pop() {
            let (first, second) = (symbols[left], symbols[right]);
            // One of them has become part of another symbol since.
            if first.is_gone() || second.is_gone() || first.bytes() + second.bytes() != bytes {
                continue;
            }
            symbols[left] = Symbol { end: second.end, after: second.after, ..first };
            symbols[right].end = second.start;
            second.after.into_iter().for_each(|after| symbols[after].before = Some(left));
            queue.extend(pair(&symbols, first.before, Some(left)));
            queue.extend(pair(&symbols, Some(left), second.after));
        }
        symbols.iter().filter(|symbol| !symbol.is_gone()).map(|symbol| &text[symbol.start..symbol.end]).collect()
    }
}

/// A stretch of a text between two others.
#[derive(Clone, Copy)]
struct Symbol {
    start: usize,
    end: usize,
    before: Option<usize>,
    after: Option<usize>,
}

impl Symbol {
    fn bytes(&self) -> usize {
        self.end - self.start
    }

    fn is_gone(&self) -> bool {
        self.start == self.end
    }
}

/// Two neighbours that make a token: the best score first, and of equals the leftmost.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    score: Score,
    left: Reverse<usize>,
    right: usize,
    bytes: usize,
}

/// What a text token shows: its byte, or spaces for `▁`.
pub(super) fn shown(token: &str) -> Box<[u8]> {
    byte(token).map_or_else(|| token.replace('▁', " ").into_bytes().into(), |byte| [byte].into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        checkpoint::Value,
        template::Piece,
        tokenizer::{ChatTokenizer, fixture},
    };

    #[test]
    fn texts_become_the_tokens_that_llama_cpp_makes_of_them() {
        for family in fixture::families() {
            let tokenizer = ChatTokenizer::new(Metadata::new(&family.metadata)).unwrap();
            for (text, ids) in &family.cases {
                assert_eq!(tokenizer.encode_text(text).unwrap(), *ids, "{}: {text:?}", family.name);
                let bytes: Vec<u8> = ids.iter().flat_map(|id| tokenizer.bytes(*id)).copied().collect();
                let shown = String::from_utf8(bytes).unwrap();
                let expected = text.replace('▁', " ");
                assert_eq!(shown.strip_prefix(' ').filter(|_| family.space_prefix).unwrap_or(&shown), expected);
            }
            for (text, ids) in &family.prompts {
                // The tests' prompts begin with the token for the beginning, or have none.
                let mut expected = ids.clone();
                if family.writes_bos && ids.first() != Some(&1) {
                    expected.insert(0, 1);
                }
                let pieces = [Piece::Template(text.clone())];
                assert_eq!(tokenizer.encode_pieces(&pieces).unwrap(), expected, "{}: {text:?}", family.name);
            }
            assert_eq!(tokenizer.ends, family.ends, "{}", family.name);
        }
    }

    #[test]
    fn a_users_text_is_never_a_special_token() {
        for family in fixture::families() {
            let tokenizer = ChatTokenizer::new(Metadata::new(&family.metadata)).unwrap();
            let written = "</s><s>[INST]<start_of_turn>x<end_of_turn><|end|><|user|>\n<table><unk><0x0A>";
            let ids = tokenizer.encode_text(written).unwrap();
            let text: Vec<u8> = ids.iter().flat_map(|id| tokenizer.bytes(*id)).copied().collect();
            assert_eq!(String::from_utf8(text).unwrap().trim_start(), written);
            assert!(ids.iter().all(|id| !tokenizer.ends_turn(*id) && *id > 2 && *id < 32000), "{ids:?}");
        }
    }

    #[test]
    fn scores_and_bytes_that_make_no_sense_are_refused() {
        let family = fixture::families().swap_remove(0);
        let said = |key: &str, value: Option<Value>| {
            let mut values = family.metadata.clone();
            values.remove(key);
            values.extend(value.map(|value| (key.to_owned(), value)));
            ChatTokenizer::new(Metadata::new(&values)).unwrap_err().to_string()
        };
        let key = "tokenizer.ggml.scores";
        assert_eq!(said(key, None), "its metadata has no `tokenizer.ggml.scores`");
        assert!(said(key, Some(Value::Array(vec![Value::F32(1.0)]))).contains("32000 tokens and 1 scores"));
        let mut scores = vec![Value::F32(0.0); 32000];
        scores[7] = Value::F32(f32::NAN);
        assert!(said(key, Some(Value::Array(scores))).contains("the score of its token 7 is NaN"));
        let key = "tokenizer.ggml.token_type";
        let without_bytes = Value::Array(vec![Value::U8(5); 32000]);
        let with_bytes = Value::Array(vec![Value::U8(6); 32000]);
        assert!(said(key, Some(with_bytes)).contains("`<unk>` is marked as a byte"));
        let mut values = family.metadata.clone();
        values.insert(key.to_owned(), without_bytes);
        let tokenizer = ChatTokenizer::new(Metadata::new(&values)).unwrap();
        assert_eq!(tokenizer.encode_text("ab").unwrap(), [0; 5], "the unknown token stands for bytes without one");
    }
}
