//! A `tokenizer.json` as it comes beside weights in safetensors: its model, normalizer and pre-tokenizer are the
//! library's, its special tokens are ours. Knows the file's form; does not know how text is merged.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value as Json;
use tokenizers::{
    NormalizerWrapper, PreTokenizerWrapper, Tokenizer,
    models::bpe::{BPE, Vocab},
};

use super::{
    ChatTokenizer, Model,
    bpe::{Bpe, merges},
    byte_level,
    layout::{Marker, Markers},
    pieces, unsupported,
    vocabulary::{Kind, Token, ends},
};
use crate::error::{Error, Result};

/// What of the file matters; the rest serves training, padding, and decoding many tokens at once.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    added_tokens: Vec<Added>,
    normalizer: Option<Json>,
    pre_tokenizer: Option<Json>,
    decoder: Option<Json>,
    model: Words,
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    content: String,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
    #[serde(default)]
    special: bool,
}

#[derive(Deserialize)]
struct Words {
    vocab: BTreeMap<String, u32>,
    #[serde(default)]
    merges: Vec<Merge>,
    unk_token: Option<String>,
    continuing_subword_prefix: Option<String>,
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    fuse_unk: bool,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    ignore_merges: bool,
}

/// A line in older files.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Line(String),
    Pair(String, String),
}

impl Merge {
    fn pair(&self) -> (&str, &str) {
        match self {
            Self::Line(line) => line.split_once(' ').unwrap_or((line, "")),
            Self::Pair(left, right) => (left, right),
        }
    }
}

impl ChatTokenizer {
    /// Builds the tokenizer of a `tokenizer.json`. `config` is the `tokenizer_config.json` beside it; `ends` are the
    /// ids that end a turn besides those known by name: `eos_token_id` of `generation_config.json`.
    pub fn from_json(tokenizer: &str, config: &Json, ends: &[u32]) -> Result<Self> {
        let unread = |reason| unsupported(format!("its `tokenizer.json` cannot be read: {reason}"));
        let json: Json = serde_json::from_str(tokenizer).map_err(unread)?;
        let kind = json["model"]["type"].as_str().unwrap_or("BPE"); // older files do not say
        if kind != "BPE" {
            return Err(unsupported(format!("its tokenizer is of the kind `{kind}`; `BPE` is supported")));
        }
        let file = File::deserialize(json).map_err(unread)?;
        let tokens = tokens(&file);
        let count = tokens.iter().map(|token| token.id as usize + 1).max().unwrap_or(0);
        if let Some(id) = ends.iter().find(|id| **id as usize >= count) {
            return Err(unsupported(format!("its turns end with token {id}; it has {count} tokens")));
        }
        let markers = markers(&file, &tokens)?;
        let named = |key: &str| -> Result<(Option<u32>, String)> {
            let text = config[key]["content"].as_str().or_else(|| config[key].as_str()).unwrap_or_default();
            if text.is_empty() {
                return Ok((None, String::new()));
            }
            let id = markers.id(text).or_else(|| file.model.vocab.get(text).copied());
            let id =
                id.ok_or_else(|| unsupported(format!("its `{key}` is `{text}`, which is not one of its tokens")))?;
            Ok((Some(id), text.to_owned()))
        };
        let ((bos, bos_text), (eos, eos_text)) = (named("bos_token")?, named("eos_token")?);
        let ends: BTreeSet<u32> = self::ends(&tokens).into_iter().chain(eos).chain(ends.iter().copied()).collect();
        Self {
            bytes: shown(&file, &tokens),
            tokens: count,
            model: Model::Bpe(Box::new(model(&file, &tokens)?)),
            markers,
            bos,
            writes_bos: config["add_bos_token"].as_bool().unwrap_or(false),
            ends,
            bos_text,
            eos_text,
        }
        .checked()
    }
}

/// All tokens; one that was added is no text, even where it has a place in the model.
fn tokens(file: &File) -> Vec<Token<'_>> {
    let added = file.added_tokens.iter().map(|added| Token {
        id: added.id,
        text: &added.content,
        kind: if added.special { Kind::Control } else { Kind::UserDefined },
    });
    let mut tokens: Vec<Token<'_>> = added.collect();
    let known: BTreeSet<&str> = tokens.iter().map(|token| token.text).collect();
    let text = file.model.vocab.iter().filter(|(text, _)| !known.contains(text.as_str()));
    tokens.extend(text.map(|(text, id)| Token { id: *id, text, kind: Kind::Normal }));
    tokens
}

fn markers(file: &File, tokens: &[Token<'_>]) -> Result<Markers> {
    let flags = file.added_tokens.iter().map(|added| (added.content.as_str(), (added.lstrip, added.rstrip)));
    let flags: HashMap<&str, (bool, bool)> = flags.collect();
    let marker = |token: &Token<'_>| {
        let (strips_before, strips_after) = flags.get(token.text).copied().unwrap_or_default();
        (token.text.to_owned(), Marker { id: token.id, strips_before, strips_after })
    };
    let run = |token: &Token<'_>| (token.text.to_owned(), token.id);
    Markers::new(
        tokens.iter().filter(|token| token.is_marker()).map(marker).collect(),
        tokens.iter().filter(|token| token.is_run()).map(run).collect(),
    )
}

fn model(file: &File, tokens: &[Token<'_>]) -> Result<Bpe> {
    let words = &file.model;
    let affixes = [&words.continuing_subword_prefix, &words.end_of_word_suffix];
    if affixes.iter().any(|affix| affix.as_deref().is_some_and(|affix| !affix.is_empty())) {
        return Err(unsupported("its tokenizer marks parts of words by a prefix or suffix"));
    }
    let unknown = words.unk_token.as_deref();
    let text = tokens.iter().filter(|token| token.is_text() || unknown == Some(token.text));
    let vocabulary: Vocab = text.map(|token| (token.text.to_owned(), token.id)).collect();
    let pairs = words.merges.iter().map(Merge::pair);
    let merges = merges(pairs, &vocabulary, |text| words.vocab.contains_key(text))?;
    let mut builder = BPE::builder()
        .vocab_and_merges(vocabulary, merges)
        .fuse_unk(words.fuse_unk)
        .byte_fallback(words.byte_fallback)
        .ignore_merges(words.ignore_merges);
    if let Some(unknown) = unknown {
        builder = builder.unk_token(unknown.to_owned());
    }
    if file.normalizer.as_ref().is_some_and(|normalizer| normalizer.to_string().contains("\"Precompiled\"")) {
        // The library follows such a table wherever it points.
        return Err(unsupported("its `normalizer` is precompiled, as no BPE needs it"));
    }
    let mut bpe = Tokenizer::new(builder.build().map_err(Error::internal("building the tokenizer"))?);
    let normalizer: Option<NormalizerWrapper> = part("normalizer", file.normalizer.as_ref())?;
    bpe.with_normalizer(normalizer).map_err(Error::internal("building the tokenizer"))?;
    let words: Option<PreTokenizerWrapper> = part("pre_tokenizer", file.pre_tokenizer.as_ref())?;
    bpe.with_pre_tokenizer(words);
    Ok(Bpe(bpe))
}

fn part<P: DeserializeOwned>(name: &str, part: Option<&Json>) -> Result<Option<P>> {
    let read = part.filter(|part| !part.is_null()).map(P::deserialize).transpose();
    read.map_err(|reason| unsupported(format!("the `{name}` of its `tokenizer.json` cannot be used: {reason}")))
}

/// What each token adds to a text.
fn shown(file: &File, tokens: &[Token<'_>]) -> HashMap<u32, Box<[u8]>> {
    let named = |part: &Option<Json>| part.as_ref().is_some_and(|part| part.to_string().contains("\"ByteLevel\""));
    let alphabet = (named(&file.decoder) || named(&file.pre_tokenizer)).then(byte_level::alphabet);
    let bytes = |token: &Token<'_>| match (token.kind, &alphabet) {
        (Kind::Control | Kind::Unused, _) => Box::default(),
        (Kind::UserDefined, _) => token.text.as_bytes().into(),
        (Kind::Normal | Kind::Byte, Some(alphabet)) => byte_level::shown(token.text, alphabet),
        (Kind::Normal | Kind::Byte, None) => pieces::shown(token.text),
    };
    tokens.iter().map(|token| (token.id, bytes(token))).collect()
}
