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

/// The value of a choice that the question names, by the longest phrase found in it.
pub fn choice<'v>(question: &str, values: &'v BTreeMap<String, Vec<String>>) -> Option<&'v str> {
    let words = analyze::words(question);
    let phrases = values.iter().flat_map(|(value, said)| said.iter().map(move |phrase| (value.as_str(), analyze::words(phrase))));
    phrases
        .filter(|(_, phrase)| !phrase.is_empty() && words.windows(phrase.len()).any(|window| window == phrase))
        .max_by_key(|(_, phrase)| phrase.len())
        .map(|(value, _)| value)
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
            ("single".to_owned(), vec!["single".to_owned()]),
            ("joint".to_owned(), vec!["jointly".to_owned(), "married filing jointly".to_owned()]),
        ]);
        assert_eq!(choice("Married filing jointly, not single", &values), Some("joint"));
        assert_eq!(choice("how much is it", &values), None);
    }
}
