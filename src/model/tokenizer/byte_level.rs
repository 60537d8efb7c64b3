//! Byte-level BPE as GPT-2 introduced it: how a text is cut into words, and the characters that stand for bytes.
//! Knows the pre-tokenizers by llama.cpp's names; does not know special tokens.
//!
//! A pre-tokenizer that is not known here is an error, because a model that gets the wrong tokens answers nonsense.

use std::collections::{BTreeMap, HashSet};

use tokenizers::{
    PreTokenizerWrapper, SplitDelimiterBehavior, Tokenizer,
    models::bpe::{BPE, Vocab},
    pre_tokenizers::{
        byte_level::ByteLevel,
        digits::Digits,
        sequence::Sequence,
        split::{Split, SplitPattern},
    },
};

use super::{
    super::checkpoint::Metadata,
    bpe::{Bpe, merges},
    unsupported,
    vocabulary::Vocabulary,
};
use crate::error::{Error, Result};

/// How Llama 3 cuts a text: `pre_tokenizer` in `meta-llama/Meta-Llama-3-8B`'s `tokenizer.json`.
const LLAMA_3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// The same with one digit at a time: `Qwen/Qwen2.5-0.5B-Instruct`.
const QWEN_2: &str =
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Words end before a capital: `mistralai/Mistral-Nemo-Instruct-2407`.
const TEKKEN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// The same with contractions, and digits by three: `microsoft/Phi-4-mini-instruct`, after `OpenAI`'s `o200k_base`.
const GPT_4O: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// How a text is cut into the words within which bytes are merged.
#[derive(Debug, Clone, Copy)]
enum Cut {
    /// The expression of GPT-2's `encoder.py`, which the library has built in.
    Gpt2,
    /// The same after each digit has been set apart.
    Digits,
    /// An expression whose matches are the words.
    Expression(&'static str),
}

/// A pre-tokenizer, and what comes with it where the file does not say.
#[derive(Debug, Clone, Copy)]
struct Rules {
    cut: Cut,
    /// A word that is a token needs no merges.
    whole_words: bool,
    writes_bos: bool,
}

const fn rules(cut: Cut) -> Rules {
    Rules { cut, whole_words: false, writes_bos: false }
}

/// The values of `tokenizer.ggml.pre` that the supported families have, with `ignore_merges` and `add_bos` as llama.cpp
/// sets them (`llama_vocab::impl::load` in `llama-vocab.cpp`). The expressions are the models' own, with which they were
/// trained. Where llama.cpp has others for `tekken` and `gpt-4o`, it takes letters beyond ASCII for capital and small at
/// once, and leaves combining accents out of words.
const KNOWN: [(&[&str], Rules); 7] = [
    (&["smollm", "starcoder", "exaone"], rules(Cut::Digits)),
    (&["gpt-2", "mpt", "olmo", "phi-2", "exaone4", "a.x-4.0", "trillion"], rules(Cut::Gpt2)),
    (
        &["llama-bpe", "llama3", "llama-v3", "lfm2", "falcon3", "midm-2.0", "pixtral"],
        Rules { whole_words: true, writes_bos: true, ..rules(Cut::Expression(LLAMA_3)) },
    ),
    (&["dbrx", "smaug-bpe"], rules(Cut::Expression(LLAMA_3))),
    (&["qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "kormo"], rules(Cut::Expression(QWEN_2))),
    (&["tekken"], Rules { whole_words: true, writes_bos: true, ..rules(Cut::Expression(TEKKEN)) }),
    (&["gpt-4o", "llama4", "kanana2"], rules(Cut::Expression(GPT_4O))),
];

fn known(name: &str) -> Result<Rules> {
    let found = KNOWN.iter().find(|(names, _)| names.contains(&name));
    found.map(|(_, rules)| *rules).ok_or_else(|| {
        let names: Vec<&str> = KNOWN.iter().flat_map(|(names, _)| *names).copied().collect();
        let names = names.join("`, `");
        unsupported(format!("its pre-tokenizer is `{name}` (`tokenizer.ggml.pre`); supported are `{names}`"))
    })
}

/// A file's model, and whether a prompt begins with the token for the beginning where the file does not say.
pub(super) fn read(metadata: Metadata<'_>, vocabulary: &Vocabulary<'_>) -> Result<(Bpe, bool)> {
    let rules = known(metadata.text("tokenizer.ggml.pre")?)?;
    let mut ids = Vocab::default();
    for token in vocabulary.0.iter().filter(|token| token.is_text()) {
        ids.entry(token.text.to_owned()).or_insert(token.id);
    }
    let special: HashSet<&str> = vocabulary.0.iter().filter(|token| !token.is_text()).map(|token| token.text).collect();
    let lines = metadata.texts("tokenizer.ggml.merges")?;
    let pairs = lines.iter().map(|line| line.split_once(' ').unwrap_or((line, "")));
    let merges = merges(pairs, &ids, |text| special.contains(text))?;
    let model = BPE::builder().vocab_and_merges(ids, merges).ignore_merges(rules.whole_words).build();
    let mut bpe = Tokenizer::new(model.map_err(Error::internal("building the tokenizer"))?);
    bpe.with_pre_tokenizer(Some(words(rules.cut)?));
    Ok((Bpe(bpe), rules.writes_bos))
}

fn words(cut: Cut) -> Result<PreTokenizerWrapper> {
    let bytes = |cuts| PreTokenizerWrapper::from(ByteLevel::new(false, true, cuts));
    Ok(match cut {
        Cut::Gpt2 => bytes(true),
        Cut::Digits => Sequence::new(vec![Digits::new(true).into(), bytes(true)]).into(),
        Cut::Expression(expression) => {
            let split = Split::new(SplitPattern::Regex(expression.to_owned()), SplitDelimiterBehavior::Isolated, false);
            let split = split.map_err(Error::internal("compiling a pre-tokenizer"))?;
            Sequence::new(vec![split.into(), bytes(false)]).into()
        }
    })
}

/// The byte behind each character of a byte-level vocabulary: printable bytes stand for themselves, the others for
/// U+0100 and on (`bytes_to_unicode` in GPT-2's `encoder.py`).
pub(in crate::model) fn alphabet() -> BTreeMap<char, u8> {
    let printable = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let stand_ins = ('\u{100}'..).zip((0..=u8::MAX).filter(|byte| !printable(byte)));
    (0..=u8::MAX).filter(printable).map(|byte| (char::from(byte), byte)).chain(stand_ins).collect()
}

/// A text token's bytes. One with a character outside the alphabet is shown as it is written.
pub(super) fn shown(token: &str, alphabet: &BTreeMap<char, u8>) -> Box<[u8]> {
    let bytes: Option<Box<[u8]>> = token.chars().map(|character| alphabet.get(&character).copied()).collect();
    bytes.unwrap_or_else(|| token.as_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tokenizer::{ChatTokenizer, fixture};

    #[test]
    fn every_pre_tokenizer_cuts_as_the_models_own_does() {
        let cuts = fixture::cuts();
        for (names, _) in KNOWN {
            let (pre, cases) = (names[0], &cuts[names[0]]);
            let tokenizer = ChatTokenizer::new(Metadata::new(&fixture::cuts_metadata(pre))).unwrap();
            for (text, ids) in cases {
                assert_eq!(tokenizer.encode_text(text).unwrap(), *ids, "{pre}: {text:?}");
                let bytes: Vec<u8> = ids.iter().flat_map(|id| tokenizer.bytes(*id)).copied().collect();
                assert_eq!(String::from_utf8(bytes).unwrap(), *text);
            }
            assert!(names.iter().all(|name| cuts[*name] == *cases), "{names:?} do not cut alike");
        }
        assert_eq!(cuts.len(), KNOWN.iter().map(|(names, _)| names.len()).sum::<usize>());
    }

    #[test]
    fn the_beginning_is_written_where_llama_cpp_writes_it() {
        for (pre, writes_bos) in fixture::writes_bos() {
            assert_eq!(known(&pre).unwrap().writes_bos, writes_bos, "{pre}");
        }
    }

    #[test]
    fn an_unknown_pre_tokenizer_is_named_and_so_are_those_that_are_supported() {
        let reason = known("hunyuan").unwrap_err().to_string();
        assert!(reason.contains("`hunyuan` (`tokenizer.ggml.pre`)"), "{reason}");
        assert!(reason.contains("`smollm`") && reason.contains("`kanana2`"), "{reason}");
    }
}
