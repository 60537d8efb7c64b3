//! What the words around a number say of it. Knows the words of `words.rs`; not the number.

use std::ops::Range;

use super::token::{Sort, Tokens};
use super::words::{self, Cue};

/// A word further back says nothing any more. Chosen by hand: "my checking account at the credit union is" has five.
const WORDS_BACK: usize = 6;
/// Fillers between a number and what names it.
const FILLERS: usize = 4;

/// What is said of a number.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    /// It is money, a share or a count.
    pub is_quantity: bool,
    /// It is part of the law, or of what the IRS prints.
    pub is_reference: bool,
    /// What it could be the number of, the nearest word before it first, the one after it last.
    cues: Vec<Cue>,
    /// Whether the nearest word that says anything is a cue.
    pub is_named: bool,
}

impl Context {
    pub fn around(tokens: &Tokens, span: &Range<usize>) -> Self {
        let back = || std::iter::successors(tokens.word_before(span.start), |&at| tokens.word_before(at));
        let nearest = back().take(FILLERS + 1).find(|&at| !words::is_filler(tokens.word(at)));
        let nearest_is = |of: fn(&str) -> bool| nearest.is_some_and(|at| of(tokens.word(at)));
        // "Sec." is a section's, and in "soc. sec. no." it is not.
        let word_before = |at: usize| tokens.word_before(at).map_or("", |at| tokens.word(at));
        let is_security = nearest.is_some_and(|at| tokens.word(at) == "sec" && word_before(at) == "soc");
        let cue = |at: usize| words::cue(tokens.word(at), tokens.word(tokens.after_space(at + 1)));
        let mut cues: Vec<Cue> = back().take(WORDS_BACK).filter_map(cue).collect();
        cues.extend(named_after(tokens, span.end).and_then(cue));
        Self {
            is_quantity: is_money(tokens, span) || nearest_is(words::is_amount),
            is_reference: nearest_is(words::is_reference) && !is_security,
            cues,
            is_named: nearest.and_then(cue).is_some(),
        }
    }

    pub fn has(&self, cue: Cue) -> bool {
        self.cues.contains(&cue)
    }

    pub fn cues(&self) -> impl Iterator<Item = Cue> {
        self.cues.iter().copied()
    }
}

/// Whether a currency stands before, or a unit after.
fn is_money(tokens: &Tokens, span: &Range<usize>) -> bool {
    let mut before = span.start.wrapping_sub(1);
    if tokens.sort(before) == Sort::Space {
        before = before.wrapping_sub(1);
    }
    let after = tokens.after_space(span.end);
    let has_sign = |at: usize| matches!(tokens.sort(at), Sort::Mark(mark) if words::is_currency_sign(mark));
    has_sign(before)
        || words::is_currency(tokens.word(before))
        || has_sign(after)
        || tokens.is(after, '%')
        || words::is_unit(tokens.word(after))
}

/// The word after a number that names it, as in `… is my SSN` and `… (SSN)`.
fn named_after(tokens: &Tokens, end: usize) -> Option<usize> {
    let mut at = tokens.after_space(end);
    if !tokens.is(at, '(') && !matches!(tokens.word(at), "is" | "was" | "as") {
        return None;
    }
    for _ in 0..FILLERS {
        at = tokens.after_space(at + 1);
        if !words::is_filler(tokens.word(at)) {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{super::view::View, *};

    fn context(text: &str) -> Context {
        let tokens = Tokens::of(&View::of(text));
        let at = (0..tokens.len()).find(|&at| tokens.sort(at) == Sort::Digits).unwrap();
        Context::around(&tokens, &(at..at + 1))
    }

    #[test]
    fn words_before_and_after_name_a_number() {
        assert!(context("my social is 1").has(Cue::Ssn));
        assert!(context("1 is my routing number").has(Cue::Routing));
        assert!(context("1 (SSN)").has(Cue::Ssn));
        assert!(context("Employer ID: 1").has(Cue::Ein));
        assert!(!context("1, SSN 2").has(Cue::Ssn));
        assert!(!context("SSN a b c d e f 1").has(Cue::Ssn));
    }

    #[test]
    fn money_is_a_quantity() {
        for text in ["$1", "$ 1", "USD 1", "1 dollars", "1%", "1 €", "income of 1", "I paid about 1"] {
            assert!(context(text).is_quantity, "{text}");
        }
        assert!(!context("my income went to account 1").is_quantity);
    }

    #[test]
    fn forms_and_sections_are_references() {
        assert!(context("Form 1").is_reference && context("Notice No. 1").is_reference);
        assert!(!context("Form W-2 shows account 1").is_reference);
    }
}
