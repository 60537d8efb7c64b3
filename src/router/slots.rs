//! Facts that change an answer, read from the question: years, and choices such as the filing status. What Korean says
//! in words of its own is read in `korean.rs`.

mod korean;

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{corpus::table::years_in, index::analyze};

/// Words by which a year is when a return is filed rather than the year that it is for.
const FILING: &[&str] = &["file", "files", "filing", "due", "deadline", "till", "until"];

/// The years a question speaks of: those it names, and `last year`, `this year`, `next year`, `two years ago` counted from
/// `today`. In a question about filing, `this year` is when the return is filed: it is for the year before.
pub fn years(question: &str, today: u16) -> Vec<u16> {
    let mut years = years_in(question);
    let words = analyze::words(question);
    let is_filed = words.iter().any(|word| FILING.contains(&word.as_str())) || korean::is_filed(question);
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
    for by in korean::from_today(question, is_filed) {
        push(by);
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

/// Words right after which a round number is an amount that looks like a year: `found 2000 in cash`.
const PAID: &[&str] =
    &["found", "made", "got", "earned", "paid", "won", "owe", "owed", "received", "gave", "lost", "spent", "sent"];

/// Whether a year that a text names is when something happened: one of such words stands before it in the same clause, or
/// right behind it (`my 2021 divorce`); or an amount. In Korean they stand behind it.
pub fn is_of_an_event(text: &str, year: u16) -> bool {
    let named = year.to_string();
    text.split(['.', '?', '!', ';', ',']).any(|clause| {
        let words = analyze::words(clause);
        let happened = |word: &String| HAPPENED.contains(&word.as_str());
        words.iter().position(|word| *word == named).is_some_and(|at| {
            let behind = &words[at + 1..];
            let is_paid = year.is_multiple_of(100) && at > 0 && PAID.contains(&words[at - 1].as_str());
            let is_from =
                at > 1 && words[at - 1] == "from" && matches!(words[at - 2].as_str(), "is" | "was" | "are" | "were");
            is_paid
                || is_from
                || words[..at].iter().any(happened)
                || behind.first().is_some_and(happened)
                || korean::is_of_an_event(behind)
        })
    })
}

/// A small number in figures or words.
fn counted(word: &str) -> Option<i16> {
    let words = ["a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let spelt = words.iter().position(|known| *known == word).map(|at| at as i16 + 1);
    spelt.or_else(|| if word == "one" { Some(1) } else { word.parse().ok().filter(|count| (1..=50).contains(count)) })
}

/// The values of a choice that a text names, in the text's order, each once. Where phrases overlap the longest
/// counts: `married filing separately` does not name what `married` alone would. Korean particles may stand behind one.
pub fn named<'v>(text: &str, values: &'v BTreeMap<String, Vec<String>>) -> Vec<&'v str> {
    let words = analyze::words(text);
    let mut phrases: Vec<(&str, Vec<String>)> = values
        .iter()
        .flat_map(|(value, said)| {
            std::iter::once(value).chain(said).map(move |phrase| (value.as_str(), analyze::words(phrase)))
        })
        .filter(|(_, phrase)| !phrase.is_empty())
        .collect();
    let letters = |phrase: &[String]| phrase.iter().map(|word| word.chars().count()).sum::<usize>();
    phrases.sort_by_key(|(value, phrase)| (Reverse(phrase.len()), Reverse(letters(phrase)), *value));
    let mut named = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match phrases.iter().find(|(_, phrase)| begins_with(&words[at..], phrase)) {
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

/// Whether words begin with a phrase, the last of them perhaps with a Korean particle behind it.
fn begins_with(words: &[String], phrase: &[String]) -> bool {
    phrase.split_last().is_some_and(|(last, before)| {
        let is_last = |word: &String| word == last || korean::is_inflected(word, last);
        words.starts_with(before) && words.get(before.len()).is_some_and(is_last)
    })
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
    fn korean_years_are_counted_from_today() {
        assert_eq!(years("작년 한도는 얼마였나요?", 2026), [2025]);
        assert_eq!(years("지난해에는요?", 2026), [2025]);
        assert_eq!(years("재작년이랑 올해 표준공제", 2026), [2024, 2026]);
        assert_eq!(years("금년 한도와 내년 한도", 2026), [2026, 2027]);
        assert_eq!(years("2년 전 공제액, 세 해 전 공제액", 2026), [2024, 2023]);
        assert_eq!(years("올해 신고 마감이 언제예요", 2026), [2025]);
        assert_eq!(years("내년에 신고하는 세금", 2026), [2026]);
        assert_eq!(years("2023년부터 2025년까지 한도", 2026), [2023, 2024, 2025]);
        assert!(years("몇 년 전 것까지 고치나요", 2026).is_empty());
        assert!(years("안내년도 국내년도 없어요", 2026).is_empty());
    }

    #[test]
    fn a_korean_year_in_which_something_happened_is_no_tax_year() {
        assert!(is_of_an_event("2021년에 집을 사면서 대출을 받았는데", 2021));
        assert!(is_of_an_event("1961년생인데 공제를 더 받나요", 1961));
        assert!(!is_of_an_event("2021년 표준공제는 얼마였나요", 2021));
    }

    #[test]
    fn an_amount_that_looks_like_a_year_is_none() {
        assert!(is_of_an_event("found 2000 in cash, is that taxed", 2000));
        assert!(!is_of_an_event("what was the limit in 2000", 2000));
        assert!(is_of_an_event("our loan is from 2016", 2016));
        assert!(!is_of_an_event("i paid 2024 taxes late", 2024));
    }

    #[test]
    fn a_korean_value_is_named_with_its_particle() {
        let values = BTreeMap::from([
            ("단독 신고".to_owned(), vec!["미혼".to_owned(), "싱글".to_owned()]),
            ("부부 공동 신고".to_owned(), vec!["부부".to_owned()]),
            ("부부 개별 신고".to_owned(), vec![]),
            ("세대주".to_owned(), vec!["싱글맘".to_owned()]),
        ]);
        assert_eq!(named("미혼인데 세대주로 신고할 수 있나요", &values), ["단독 신고", "세대주"]);
        assert_eq!(named("부부 개별 신고를 하면", &values), ["부부 개별 신고"]);
        assert_eq!(named("싱글맘이면", &values), ["세대주"]);
        assert_eq!(named("부부가 함께", &values), ["부부 공동 신고"]);
        assert!(named("미혼모 시설과 싱글벙글", &values).is_empty());
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
