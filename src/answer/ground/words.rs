//! Which words of a claim its source has, by themselves or in other words: the same stem, another form of it, a plain
//! English synonym, or a phrase that the pack says means the same.

use std::collections::HashSet;

pub use super::thesaurus::are_synonyms;
use super::{
    figures::Figure,
    quantity::Quantity,
    text::{Case, Text, Token},
};
use crate::index::{Synonyms, analyze};

/// Whether two words are forms of one: the same stem, or long stems that differ in their endings only, unless the endings
/// are those of the two sides of a deal (`payer`, `payee`).
pub fn are_forms(a: &Token, b: &Token) -> bool {
    if are_two_sides(&a.word, &b.word) || is_receiver(&a.word) != is_receiver(&b.word) {
        return false;
    }
    a.stem == b.stem || {
        let shared = a.stem.bytes().zip(b.stem.bytes()).take_while(|(a, b)| a == b).count();
        let rest = a.stem.len().max(b.stem.len()) - shared;
        shared >= 5 && rest <= 4 && a.stem.is_char_boundary(shared)
    }
}

/// `employee`, which is another thing than what it comes from (`employed`).
fn is_receiver(word: &str) -> bool {
    let word = word.strip_suffix('s').unwrap_or(word);
    word.len() > 5 && word.ends_with("ee")
}

/// `employer` and `employee`, `lessor` and `lessees`.
pub fn are_two_sides(a: &str, b: &str) -> bool {
    let side = |word: &str| {
        let word = word.strip_suffix('s').unwrap_or(word);
        let giver = word.strip_suffix("er").or_else(|| word.strip_suffix("or")).map(|root| (root.to_owned(), true));
        word.strip_suffix("ee").map(|root| (root.to_owned(), false)).or(giver)
    };
    match (side(a), side(b)) {
        (Some((a, gives)), Some((b, takes))) => a.len() >= 3 && a == b && gives != takes,
        _ => false,
    }
}

/// How a word of a claim stands in its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// In a form of the same word, at this token.
    Word(usize),
    /// In another word that means the same, at this token.
    Synonym(usize),
    /// As a part of a phrase that the pack has another name for, or in the headings.
    Around,
    /// Not.
    No,
}

/// For each token of the claim, how the source has it; figures and words of grammar are `No` unless they are the same.
pub fn held(claim: &Text, source: &Text, around: &Text, synonyms: &Synonyms) -> Vec<Held> {
    let named = other_names(claim, &[source, around], synonyms);
    let mut taken: HashSet<usize> = HashSet::new();
    claim
        .tokens
        .iter()
        .map(|token| {
            if token.figure.is_some() {
                return Held::No;
            }
            let places = |is: &dyn Fn(&Token) -> bool| {
                let all: Vec<usize> = (0..source.tokens.len())
                    .filter(|at| source.tokens[*at].figure.is_none() && is(&source.tokens[*at]))
                    .collect();
                all.iter().copied().find(|at| !taken.contains(at)).or(all.first().copied())
            };
            if !token.is_content {
                return places(&|own| own.word == token.word).map_or(Held::No, Held::Word);
            }
            let found = places(&|own| own.stem == token.stem && are_forms(own, token))
                .or_else(|| places(&|own| own.is_content && are_forms(own, token)))
                .map(Held::Word)
                .or_else(|| places(&|own| are_synonyms(&own.stem, &token.stem)).map(Held::Synonym));
            match found {
                Some(Held::Word(at) | Held::Synonym(at)) => {
                    taken.insert(at);
                }
                _ if named.contains(&token.stem) || is_dated(source, &token.word) => return Held::Around,
                _ if around.tokens.iter().any(|own| own.is_content && are_forms(own, token)) => return Held::Around,
                _ => {}
            }
            found.unwrap_or(Held::No)
        })
        .collect()
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Whether a month stands in a date of the text: `the first of March` beside `March 1`.
fn is_dated(text: &Text, word: &str) -> bool {
    MONTHS.iter().position(|name| *name == word).is_some_and(|place| {
        let has = |f: &Figure| matches!(f.quantity, Quantity::Date { month, .. } if usize::from(month) == place + 1);
        text.figures.iter().any(has)
    })
}

/// The claim's proper names, acronyms among them, that the source has not: neither written there, nor another name for
/// what is, nor the first letters of its words.
pub fn unknown_names(claim: &Text, held: &[Held], sources: &[&Text]) -> Vec<String> {
    let initials: Vec<String> = sources
        .iter()
        .map(|text| text.tokens.iter().filter(|t| t.is_content).filter_map(|t| t.word.chars().next()).collect())
        .collect();
    let is_known = |word: &str| {
        let short = word.strip_suffix('s').unwrap_or(word);
        initials.iter().any(|letters| letters.contains(short))
            || sources
                .iter()
                .any(|s| s.tokens.iter().any(|t| t.case == Case::Acronym && (t.word == word || t.word == short)))
    };
    let new = claim.tokens.iter().zip(held).filter(|(token, held)| token.is_name() && **held == Held::No);
    let is_month = |word: &str| MONTHS.contains(&word);
    new.map(|(token, _)| token)
        .filter(|token| {
            token.is_content && !is_month(&token.word) && !(token.case == Case::Acronym && is_known(&token.word))
        })
        .map(|token| token.word.clone())
        .collect()
}

/// The claim's terms that are part of a name for what the source calls otherwise.
fn other_names(claim: &Text, sources: &[&Text], synonyms: &Synonyms) -> HashSet<String> {
    let terms = |text: &Text| analyze::terms(&text.written);
    let has = |terms: &[String], phrase: &[String]| terms.windows(phrase.len().max(1)).any(|window| window == phrase);
    let own = terms(claim);
    let others: Vec<Vec<String>> = sources.iter().map(|source| terms(source)).collect();
    let mut named = HashSet::new();
    for group in synonyms.meanings(&own) {
        if group.iter().any(|phrase| others.iter().any(|other| has(other, phrase))) {
            named.extend(group.iter().filter(|phrase| has(&own, phrase)).flatten().cloned());
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_held(claim: &str, source: &str) -> bool {
        let (claim, source) = (Text::new(claim), Text::new(source));
        let held = held(&claim, &source, &Text::new(""), &Synonyms::new([vec!["EITC", "earned income credit"]]));
        claim.tokens.iter().zip(held).all(|(token, held)| !token.is_content || held != Held::No)
    }

    #[test]
    fn another_form_a_synonym_and_an_abbreviation_are_held() {
        assert!(all_held("Deducting a bought house", "The purchase of a home is deductible."));
        assert!(all_held("the earned income credit", "Who gets the EITC?"));
    }

    #[test]
    fn the_two_sides_of_a_deal_are_not_forms_of_one_word() {
        assert!(are_two_sides("employer", "employees") && !are_two_sides("worker", "employee"));
    }
}
