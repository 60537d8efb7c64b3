//! Byte-pair encoding by the `tokenizers` library: what is between the special tokens, cut into words and merged. Knows
//! the library; does not know which file a tokenizer comes from.

use tokenizers::{
    Model, NormalizedString, Normalizer, OffsetType, PreTokenizedString, PreTokenizer, Token, Tokenizer,
    models::bpe::{Merges, Vocab},
    tokenizer::{normalizer::Range, pre_tokenizer::Split},
};

use super::{layout::Layout, unsupported};
use crate::error::{Error, Result};

/// A model of the library and the steps before it.
#[derive(Debug)]
pub(super) struct Bpe(pub(super) Tokenizer);

impl Bpe {
    /// The tokens of a prompt. Each stretch between special tokens is treated as the library would with these tokens
    /// in the text.
    pub(super) fn encode(&self, layout: &Layout) -> Result<Vec<u32>> {
        let mut splits = PreTokenizedString::from(layout.text.as_str());
        splits
            .split(|_, whole| Ok(stretches(&whole, layout)))
            .and_then(|()| match self.0.get_normalizer() {
                Some(normalizer) => splits.normalize(|text| normalizer.normalize(text)),
                None => Ok(()),
            })
            .and_then(|()| self.0.get_pre_tokenizer().map_or(Ok(()), |words| words.pre_tokenize(&mut splits)))
            .and_then(|()| splits.tokenize(|word| self.0.get_model().tokenize(word.get())))
            .and_then(|()| splits.into_encoding(None, 0, OffsetType::None))
            .map(|encoding| encoding.get_ids().to_vec())
            .map_err(Error::internal("reading text as tokens"))
    }
}

fn stretches(whole: &NormalizedString, layout: &Layout) -> Vec<Split> {
    let mut stretches = Vec::new();
    let mut done = 0;
    let part = |start: usize, end: usize| whole.slice(Range::Original(start..end)).filter(|part| !part.is_empty());
    for (at, id) in &layout.specials {
        stretches.extend(part(done, at.start).map(Split::from));
        let token = vec![Token::new(*id, String::new(), (0, at.len()))];
        stretches.extend(part(at.start, at.end).map(|part| Split::from((part, Some(token)))));
        done = at.end;
    }
    stretches.extend(part(done, layout.text.len()).map(Split::from));
    stretches
}

/// Checks what the library indexes without checking. A merge into a special token is left out: no text becomes one.
pub(super) fn merges<'l>(
    pairs: impl Iterator<Item = (&'l str, &'l str)>,
    vocabulary: &Vocab,
    is_special: impl Fn(&str) -> bool,
) -> Result<Merges> {
    let mut merges = Vec::new();
    for (left, right) in pairs {
        let joined = format!("{left}{right}");
        let parts = [left, right, joined.as_str()];
        if parts.iter().all(|part| vocabulary.contains_key(*part)) {
            merges.push((left.to_owned(), right.to_owned()));
        } else if !parts.iter().all(|part| vocabulary.contains_key(*part) || is_special(part)) {
            return Err(unsupported(format!("its merge `{left} {right}` does not join two tokens to a third")));
        }
    }
    Ok(merges)
}
