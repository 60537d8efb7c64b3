//! Which figure goes with which year and which value of a choice: `$15,750 for single filers, $31,500 on a joint return`.
//! Knows the order of things in a text; which values there are, the pack says.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    quantity::Quantity,
    text::{Text, Token},
};
use crate::index::analyze;

/// A choice's values with the phrases that name them.
pub type Choice = BTreeMap<String, Vec<String>>;

/// A value where it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mention {
    value: String,
    at: usize,
    words: usize,
}

/// Where values of a choice are named. The longest phrase counts, and a short one that another value's phrase begins or
/// ends with (`married`) counts only where no longer one is named.
fn mentions(tokens: &[Token], choice: &Choice) -> Vec<Mention> {
    let phrases: Vec<(&str, Vec<String>)> = choice
        .iter()
        .flat_map(|(value, said)| {
            std::iter::once(value).chain(said).map(move |phrase| (value.as_str(), analyze::words(phrase)))
        })
        .filter(|(_, phrase)| !phrase.is_empty())
        .collect();
    let fits = |at: usize, phrase: &[String]| {
        tokens.len() >= at + phrase.len()
            && phrase.iter().zip(&tokens[at..]).all(|(word, token)| {
                token.figure.is_none()
                    && (token.word == *word || token.word.strip_suffix('s').is_some_and(|one| one == word))
            })
    };
    let mut found: Vec<(Mention, bool)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let longest = phrases.iter().filter(|(_, phrase)| fits(at, phrase)).max_by_key(|(_, phrase)| phrase.len());
        let Some((value, phrase)) = longest else {
            at += 1;
            continue;
        };
        let is_weak = phrases.iter().any(|(other, longer)| {
            other != value && longer.len() > phrase.len() && longer.windows(phrase.len()).any(|part| part == phrase)
        });
        found.push((Mention { value: (*value).to_owned(), at, words: phrase.len() }, is_weak));
        at += phrase.len();
    }
    let has_strong = found.iter().any(|(_, is_weak)| !is_weak);
    found.into_iter().filter(|(_, is_weak)| !(has_strong && *is_weak)).map(|(mention, _)| mention).collect()
}

/// The values that a text names.
pub fn named(text: &Text, choice: &Choice) -> BTreeSet<String> {
    mentions(&text.tokens, choice).into_iter().map(|mention| mention.value).collect()
}

/// Where one of these values is named: the places of its words.
pub fn places(text: &Text, choice: &Choice, values: &BTreeSet<String>) -> Vec<usize> {
    let named = mentions(&text.tokens, choice).into_iter().filter(|mention| values.contains(&mention.value));
    named.flat_map(|mention| mention.at..mention.at + mention.words).collect()
}

/// For each figure that is no year, what goes with it: of `keys`, places with what they say. Empty: nothing, or unknown.
/// In a table's row the keys of the figure's own cell, else of the first cells; in prose those that stand between it and
/// the next figure, or before it and after the last one, whichever way the text begins.
fn paired(text: &Text, keys: &[(usize, String)], figures: &[usize]) -> BTreeMap<usize, BTreeSet<String>> {
    let mut pairs: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    let (Some((first_key, _)), Some(first_figure)) = (keys.first(), figures.first()) else { return pairs };
    let all = || keys.iter().map(|(_, value)| value.clone()).collect::<BTreeSet<_>>();
    let segments: BTreeSet<usize> = figures.iter().map(|at| text.tokens[*at].segment).collect();
    let distinct = all();
    let key_first = first_key < first_figure;
    let is_one = distinct.len() == 1;
    if figures.len() == 1 || is_one && (is_year(text, *first_key) || key_first && segments.len() == 1) {
        return figures.iter().map(|at| (*at, distinct.clone())).collect();
    }
    if segments.len() > 1 {
        for at in figures {
            let segment = text.tokens[*at].segment;
            let own: BTreeSet<String> =
                keys.iter().filter(|(k, _)| text.tokens[*k].segment == segment).map(|(_, v)| v.clone()).collect();
            pairs.insert(*at, own);
        }
        return pairs;
    }
    for (number, at) in figures.iter().enumerate() {
        let from = if key_first { number.checked_sub(1).map_or(0, |n| figures[n]) } else { *at };
        let is_last = number + 1 == figures.len();
        let to = match figures.get(number + 1) {
            _ if key_first && !is_last => *at,
            Some(next) if !key_first => *next,
            _ => usize::MAX,
        };
        let own = keys.iter().filter(|(k, _)| *k >= from && *k < to).map(|(_, value)| value.clone()).collect();
        pairs.insert(*at, own);
    }
    pairs
}

fn is_year(text: &Text, at: usize) -> bool {
    text.tokens[at].figure.is_some()
}

/// Whether a text has a word that belongs to this value's phrases alone, in some form.
pub fn hints_at(text: &Text, choice: &Choice, value: &str) -> bool {
    let stems = |of: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        let phrases = choice.iter().filter(|(own, _)| of(own)).flat_map(|(own, said)| std::iter::once(own).chain(said));
        phrases.flat_map(|phrase| analyze::terms(phrase)).collect()
    };
    let (own, others) = (stems(&|v| v == value), stems(&|v| v != value));
    own.difference(&others).any(|stem| text.has(stem))
}

/// The places of the figures that can go with a year or a choice.
fn amounts(text: &Text) -> Vec<usize> {
    let is_amount = |token: &Token| {
        token
            .figure
            .is_some_and(|n| matches!(text.figures[n].quantity, Quantity::Number(..) if text.figures[n].is_stated))
    };
    (0..text.tokens.len()).filter(|at| is_amount(&text.tokens[*at])).collect()
}

/// The claim's figures, with what the claim puts them to, that the source has with something else.
pub fn crossed(claim: &Text, source: &Text, keys: &dyn Fn(&Text) -> Vec<(usize, String)>) -> Vec<(usize, String)> {
    let own = paired(claim, &keys(claim), &amounts(claim));
    let theirs = paired(source, &keys(source), &amounts(source));
    let mut found = Vec::new();
    for (at, values) in own {
        let Some(figure) = claim.tokens[at].figure else { continue };
        let claimed = &claim.figures[figure].quantity;
        let mut same = theirs
            .iter()
            .filter(|(at, _)| source.tokens[**at].figure.is_some_and(|n| source.figures[n].quantity.supports(claimed)))
            .peekable();
        let differs = same.peek().is_some() && same.all(|(_, known)| !known.is_empty() && known.is_disjoint(&values));
        if let (true, Some(value)) = (differs, values.into_iter().next()) {
            found.push((figure, value));
        }
    }
    found
}

/// Where the values of a choice are named.
pub fn value_keys(text: &Text, choice: &Choice) -> Vec<(usize, String)> {
    mentions(&text.tokens, choice).into_iter().map(|mention| (mention.at, mention.value)).collect()
}

/// Where years are named.
pub fn year_keys(text: &Text) -> Vec<(usize, String)> {
    let year = |(at, token): (usize, &Token)| match token.figure.map(|n| &text.figures[n].quantity) {
        Some(Quantity::Year(year)) => Some((at, year.to_string())),
        _ => None,
    };
    text.tokens.iter().enumerate().filter_map(year).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses() -> Choice {
        BTreeMap::from([
            ("alone".to_owned(), vec!["single".to_owned()]),
            ("joint".to_owned(), vec!["married filing jointly".to_owned(), "married".to_owned()]),
            ("separate".to_owned(), vec!["married filing separately".to_owned(), "separately".to_owned()]),
        ])
    }

    fn is_crossed(claim: &str, source: &str) -> bool {
        let choice = statuses();
        !crossed(&Text::new(claim), &Text::new(source), &|text| value_keys(text, &choice)).is_empty()
    }

    #[test]
    fn figures_go_with_the_values_beside_them() {
        let source = "It is $10 for single filers and $20 for married filing jointly.";
        assert!(is_crossed("It is $20 for single filers", source));
        assert!(!is_crossed("Single people get $10", source));
        assert!(is_crossed("Year: 2025; single: $20", "Year: 2025; Single: $10; Married filing jointly: $20"));
    }

    #[test]
    fn a_part_of_another_values_name_does_not_name_a_value() {
        let text = Text::new("A married person who files separately");
        assert_eq!(named(&text, &statuses()), BTreeSet::from(["separate".to_owned()]));
    }
}
