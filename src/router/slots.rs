//! Facts that change an answer, read from the question: years, and choices such as the filing status.

use std::collections::BTreeMap;

use crate::{corpus::table::years_in, index::analyze};

/// Words by which a year is when a return is filed rather than the year that it is for.
const FILING: &[&str] = &["file", "files", "filing", "due", "deadline", "till", "until"];

/// The years a question speaks of: those it names, and `last year`, `this year`, `next year`, `two years ago` counted from
/// `today`. In a question about filing, `this year` is when the return is filed: it is for the year before.
pub fn years(question: &str, today: u16) -> Vec<u16> {
    let mut years = years_in(question);
    let words = analyze::words(question);
    let is_filed = words.iter().any(|word| FILING.contains(&word.as_str()));
    let before = i16::from(is_filed);
    let mut push = |by: i16| {
        let year = today.saturating_add_signed(by);
        if !years.contains(&year) {
            years.push(year);
        }
    };
    for (at, word) in words.iter().enumerate() {
        let next = |by: usize| words.get(at + by).map_or("", String::as_str);
        let is_year = matches!(next(1), "year" | "years" | "yr" | "yrs");
        match word.as_str() {
            "last" | "previous" | "prior" if is_year => push(-1),
            "this" | "current" if is_year => push(-before),
            "next" | "coming" if is_year => push(1 - before),
            "now" if is_filed => push(-1),
            "ago" if at >= 2 && matches!(words[at - 1].as_str(), "years" | "year" | "yrs") => {
                if let Some(count) = counted(&words[at - 2]) {
                    push(-count);
                }
            }
            _ => {}
        }
    }
    years
}

/// The years before those that documents are told apart by that a text names: `in 1978`.
pub fn past_years(text: &str) -> Vec<u16> {
    let years = text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, ',' | '.' | '$'));
    years
        .filter_map(|word| word.trim_end_matches(['.', ',']).parse().ok().filter(|year| (1900..1990).contains(year)))
        .collect()
}

/// Words after which a year is when something happened in a life, not a tax year.
const HAPPENED: &[&str] = &[
    "born",
    "bought",
    "purchased",
    "acquired",
    "built",
    "took",
    "opened",
    "started",
    "signed",
    "divorced",
    "divorce",
    "married",
    "separated",
    "died",
    "passed",
    "inherited",
    "retired",
    "moved",
    "since",
    "before",
    "after",
];

/// Whether a year that a text names is when something happened: one of such words stands before it in the same clause, or
/// right behind it (`my 2021 divorce`).
pub fn is_of_an_event(text: &str, year: u16) -> bool {
    let named = year.to_string();
    text.split(['.', '?', '!', ';', ',']).any(|clause| {
        let words = analyze::words(clause);
        let happened = |word: &String| HAPPENED.contains(&word.as_str());
        words
            .iter()
            .position(|word| *word == named)
            .is_some_and(|at| words[..at].iter().any(happened) || words.get(at + 1).is_some_and(happened))
    })
}

/// A small number in figures or words.
fn counted(word: &str) -> Option<i16> {
    let words = ["a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let spelt = words.iter().position(|known| *known == word).map(|at| at as i16 + 1);
    spelt.or_else(|| if word == "one" { Some(1) } else { word.parse().ok().filter(|count| (1..=50).contains(count)) })
}

/// The values of a choice that a text names, in the text's order, each once. Where phrases overlap the longest
/// counts: `married filing separately` does not name what `married` alone would.
pub fn named<'v>(text: &str, values: &'v BTreeMap<String, Vec<String>>) -> Vec<&'v str> {
    let words = analyze::words(text);
    let mut phrases: Vec<(&str, Vec<String>)> = values
        .iter()
        .flat_map(|(value, said)| {
            std::iter::once(value).chain(said).map(move |phrase| (value.as_str(), analyze::words(phrase)))
        })
        .filter(|(_, phrase)| !phrase.is_empty())
        .collect();
    phrases.sort_by_key(|(value, phrase)| (std::cmp::Reverse(phrase.len()), *value));
    let mut named = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match phrases.iter().find(|(_, phrase)| words[at..].starts_with(phrase)) {
            Some((value, phrase)) => {
                if !named.contains(value) {
                    named.push(*value);
                }
                at += phrase.len();
            }
            None => at += 1,
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_named_or_counted_from_today() {
        assert_eq!(years("limits for 2024 and 2025", 2026), [2024, 2025]);
        assert_eq!(years("what was it last year?", 2026), [2025]);
        assert_eq!(years("this year's limit, and two years ago", 2026), [2026, 2024]);
        assert_eq!(years("when is it due this year", 2026), [2025]);
        assert_eq!(years("for the return i file now", 2026), [2025]);
        assert_eq!(years("when do we file next year", 2026), [2026]);
        assert!(years("how much?", 2026).is_empty());
        assert!(years("he left years ago", 2026).is_empty());
    }

    #[test]
    fn the_longest_phrase_names_the_choice() {
        let values = BTreeMap::from([
            ("single".to_owned(), vec![]),
            ("joint".to_owned(), vec!["married".to_owned(), "jointly".to_owned()]),
            ("separate".to_owned(), vec!["married filing separately".to_owned()]),
        ]);
        assert_eq!(named("Single or married filing separately", &values), ["single", "separate"]);
        assert_eq!(named("we are married, not single", &values), ["joint", "single"]);
        assert!(named("how much is it", &values).is_empty());
    }
}
