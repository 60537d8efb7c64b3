//! A follow-up (`and for married couples?`) becomes a stand-alone question from the turn before it. A rule, not
//! a model: a question that has a subject of its own is left as it is.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::Turn;
use crate::{corpus::table::years_in, index::analyze};

/// How a follow-up begins.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(and|but|so|or|ok|okay|also|then)?[,\s]*(what|how) about\b|^\s*(and|but|or|what if|same for|even if|also|then)\b|^\s*(for|in|if) ").expect("the pattern is a constant")
});
/// Words that point back at what was said before.
static POINTING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(it|that|this|those|these|they|them|its|there|one|same)\b").expect("the pattern is a constant")
});

/// How a whole question or statement begins.
static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(what|what's|whats|how|who|when|where|why|which|is|are|was|do|does|did|can|could|should|will|would|may|must|am|i|i'm|im|my|we|our)\b").expect("the pattern is a constant")
});

/// Content words that a question of its own has at least.
const OWN_SUBJECT: usize = 3;

/// The question as it stands alone, if it leans on the turn before it. `choices` are the pack's choice slots,
/// whose values replace each other.
pub fn rewrite<'c>(
    question: &str,
    history: &[Turn],
    choices: impl IntoIterator<Item = &'c BTreeMap<String, Vec<String>>>,
) -> Option<String> {
    let before = history.last()?;
    let subject = before.rewritten.as_ref().unwrap_or(&before.question);
    let terms = analyze::terms(question);
    let opens = OPENING.is_match(question);
    let points = POINTING.is_match(question) && terms.len() <= 2 * OWN_SUBJECT;
    let is_short = terms.len() < OWN_SUBJECT;
    if !(opens && terms.len() <= 2 * OWN_SUBJECT || points || is_short) {
        return None;
    }
    let mut kept = subject.trim().trim_end_matches(['?', '.', '!']).to_owned();
    if !years_in(question).is_empty() || question.to_lowercase().contains("last year") {
        for year in years_in(&kept) {
            kept = remove_phrase(&kept, &year.to_string());
        }
    }
    for values in choices {
        if !crate::router::slots::named(question, values).is_empty() {
            let mut phrases: Vec<&String> =
                values.iter().flat_map(|(value, said)| std::iter::once(value).chain(said)).collect();
            phrases.sort_by_key(|p| std::cmp::Reverse(p.len()));
            for phrase in phrases {
                kept = remove_phrase(&kept, phrase);
            }
        }
    }
    let added = OPENING.replace(question, "$6").trim().to_owned();
    let added = if added.is_empty() { question.trim().to_owned() } else { added };
    Some(format!("{}, {added}", kept.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// Whether a question that was rewritten may be a whole one all the same: worded as a question or a statement, with
/// more than one content word or a figure of its own, and neither beginning as a follow-up nor pointing back.
pub fn is_whole(question: &str) -> bool {
    let has_subject = analyze::terms(question).len() > 1 || question.chars().any(|c| c.is_ascii_digit());
    let pointing = if analyze::terms(question).len() > OWN_SUBJECT { false } else { POINTING.is_match(question) };
    WHOLE.is_match(question) && has_subject && !OPENING.is_match(question) && !pointing
}

/// Takes a phrase out, with the preposition before it.
fn remove_phrase(text: &str, phrase: &str) -> String {
    let pattern = format!(r"(?i)\b(?:(?:for|in|as|by|of) )?(?:an? |the )?{}\b", regex::escape(phrase));
    Regex::new(&pattern).map_or_else(|_| text.to_owned(), |p| p.replace_all(text, "").into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(first: &str, then: &str) -> Option<String> {
        let values = BTreeMap::from([
            ("single".to_owned(), vec!["single filer".to_owned(), "single".to_owned()]),
            ("joint".to_owned(), vec!["married couples".to_owned()]),
        ]);
        rewrite(then, &[Turn { question: first.into(), rewritten: None }], [&values])
    }

    #[test]
    fn a_follow_up_takes_the_subject_and_replaces_the_slot() {
        let whole =
            after("What is the standard deduction for a single filer in 2025?", "and for married couples?").unwrap();
        assert!(
            whole.contains("standard deduction") && whole.contains("married couples") && !whole.contains("single"),
            "{whole}"
        );
        let whole = after("What is the standard deduction in 2025?", "what about 2024?").unwrap();
        assert!(whole.contains("2024") && !whole.contains("2025"), "{whole}");
    }

    #[test]
    fn a_short_question_may_be_a_whole_one_and_a_fragment_never_is() {
        for whole in ["what is a w4", "how late can i file", "is my unemployment taxed", "who won the super bowl"] {
            assert!(is_whole(whole), "{whole}");
        }
        for part in ["married couples?", "and for 2024?", "is it taxed?", "how much?", "what about my wife"] {
            assert!(!is_whole(part), "{part}");
        }
    }

    #[test]
    fn a_question_of_its_own_is_left_alone() {
        assert_eq!(
            after("What is the standard deduction?", "How do I amend a return I filed with a wrong income?"),
            None
        );
        assert_eq!(rewrite("and for couples?", &[], []), None);
    }
}
