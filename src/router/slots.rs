//! Facts that change an answer, read from the question: years, and choices such as the filing status.

use std::collections::BTreeMap;

use crate::{corpus::table::years_in, index::analyze};

/// The years a question speaks of: those it names, and `last year`, `next year` counted from `today`. `This year`
/// names none: until people have filed it means the year they file for, which is the pack's default.
pub fn years(question: &str, today: u16) -> Vec<u16> {
    let mut years = years_in(question);
    let words = analyze::words(question);
    for pair in words.windows(2) {
        let by = match pair[0].as_str() {
            "last" | "previous" | "prior" => -1,
            "next" => 1,
            _ => continue,
        };
        let year = today.saturating_add_signed(by);
        if pair[1] == "year" && !years.contains(&year) {
            years.push(year);
        }
    }
    years
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
        assert!(years("how much?", 2026).is_empty());
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
