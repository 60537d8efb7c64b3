//! Facts of any domain that replace each other in a question: years, ages, counts of things.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    amount,
    subject::tidy,
    words::{Word, words},
};
use crate::{
    calculator::quantities::{Person, is_child},
    corpus::table::years_in,
    index::Synonyms,
};

static AGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b((?:i'?m|i am|he'?s|she'?s|they'?re|am|is|are|be|was|turn|turns|turned|turning|were|age|aged|(?:is|am|i'?m) \w+ and|over|under)\s+)(\d{2})\b|((?:^|,)\s*)(\d{2})(?:\s*(?:,|$))",
    )
});
/// The part of a relative year that is counted from the carried question's.
static BEFORE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:the )?(?:year before(?: that)?|previous year|prior year|preceding year)\b"));
static AFTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:the )?(?:year after(?: that)?|following year)\b"));
static BY_TODAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:last|next|this) year\b"));
static SHORT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:\b(?:in|for|until|of)\s+|')(\d{2})\b"));
static BORN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bborn(?: \w+){0,3}$"));
/// Words after a number that make it a measure and not a count of things.
const UNITS: &[&str] = &["year", "years", "month", "months", "day", "days", "week", "weeks", "percent", "k", "grand"];
const WRITTEN: &[&str] = &["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?i){text}")).expect("the pattern is a constant")
}

/// The year that a turn names, as it is to be said, and the words that name it. A year before or after is counted from
/// the subject's, and two digits are one of the known years.
pub fn year(turn: &str, words: &[Word], subject: &str, known: &[u16]) -> Option<(String, Range<usize>)> {
    let within = |span: Range<usize>| words_within(words, &span);
    let born = |start: usize| BORN.is_match(turn[..start].trim_end());
    let whole: Vec<&Word> = words.iter().filter(|w| !years_in(&w.text).is_empty() && !born(w.span.start)).collect();
    match whole[..] {
        [word] => return Some((word.text.clone(), within(word.span.clone()))),
        [] => {}
        _ => return None,
    }
    let carried = years_in(subject);
    for (relative, by) in [(&*BEFORE, -1), (&*AFTER, 1)] {
        if let (Some(found), [year]) = (relative.find(turn), &carried[..]) {
            return Some((year.saturating_add_signed(by).to_string(), within(found.range())));
        }
    }
    if let Some(found) = BY_TODAY.find(turn) {
        return Some((found.as_str().to_lowercase(), within(found.range())));
    }
    let short = SHORT.captures(turn)?;
    let year = 2000 + short[1].parse::<u16>().ok()?;
    let digits = short.get(1)?.range();
    (known.contains(&year) && !born(digits.start)).then(|| (year.to_string(), within(digits)))
}

/// The text with this year in the place of its own.
pub fn with_year(text: &str, year: &str) -> Option<String> {
    let mut new = text.to_owned();
    let born = |start: usize| BORN.is_match(text[..start].trim_end());
    let absolute =
        words(text).into_iter().filter(|w| !years_in(&w.text).is_empty() && !born(w.span.start)).map(|w| w.span);
    let mut places: Vec<Range<usize>> = absolute.chain(BY_TODAY.find_iter(text).map(|found| found.range())).collect();
    places.sort_by_key(|place| place.start);
    for (number, place) in places.iter().enumerate().rev() {
        new.replace_range(place.clone(), if number == 0 { year } else { "" });
    }
    (!places.is_empty()).then(|| tidy(&new))
}

/// The age that a turn names, whose it is if it says so, and the words that name it.
pub fn age(turn: &str, words: &[Word]) -> Option<(String, Option<Person>, Range<usize>)> {
    let found = AGE.captures(turn)?;
    let digits = found.get(2).or(found.get(4))?;
    let after = words.iter().find(|word| word.span.start >= digits.end());
    let is_measured =
        after.is_some_and(|word| matches!(word.text.as_str(), "k" | "grand" | "percent" | "days" | "weeks" | "months"));
    let is_amount = amount::amounts(turn).iter().any(|amount| amount.span.contains(&digits.start()));
    let person = amount::whose(turn, &digits.range());
    (!is_measured && !is_amount).then(|| (digits.as_str().to_owned(), person, words_within(words, &digits.range())))
}

/// The text with this age in the place of its own, or of that of the same person.
pub fn with_age(text: &str, age: &str, person: Option<Person>) -> Option<String> {
    let digits = if amount::ages(text) > 1 || matches!(person, Some(Person::Spouse | Person::Child)) {
        amount::age_of(text, person)?
    } else {
        let found = AGE.captures(text)?;
        found.get(2).or(found.get(4))?.range()
    };
    Some(format!("{}{age}{}", &text[..digits.start], &text[digits.end..]))
}

/// How many of something a turn is about, of what if it says so, and the words that say it.
pub fn count(words: &[Word]) -> Option<(String, Option<String>, Range<usize>)> {
    let counts: Vec<usize> = (0..words.len()).filter(|at| is_count(words, *at)).collect();
    let [at] = counts[..] else { return None };
    let noun = words.get(at + 1).filter(|word| !word.terms.is_empty() && !UNITS.contains(&word.text.as_str()));
    if words.get(at + 1).is_some_and(|word| UNITS.contains(&word.text.as_str())) {
        return None;
    }
    let others = words.iter().enumerate().filter(|(other, _)| *other != at && Some(*other) != noun.map(|_| at + 1));
    if noun.is_none() && others.into_iter().any(|(_, word)| !word.is_generic()) {
        return None;
    }
    let count = if words[at].text == "none" { "no".to_owned() } else { words[at].text.clone() };
    Some((count, noun.map(|word| word.terms.join(" ")), at..at + 1 + usize::from(noun.is_some())))
}

/// The text with this count in the place of the only one of the same things.
pub fn with_count(text: &str, count: &str, noun: Option<&str>, synonyms: &Synonyms) -> Option<String> {
    let words = words(text);
    let is_counted = |at: &usize| {
        let next =
            words.get(at + 1).filter(|w| !w.terms.is_empty() && !UNITS.contains(&w.text.as_str()) && !w.is_number());
        let is_plain = !text[..words[*at].span.start].ends_with(['$', ',', '.']);
        is_count(&words, *at)
            && is_plain
            && next.is_some()
            && !text[words[*at].span.end..].starts_with([',', '.', '%', '('])
    };
    let is_same = |at: &usize| {
        let (there, text) = (&words[at + 1].terms, &words[at + 1].text);
        let children = noun.is_some_and(is_child) && is_child(text);
        children || noun.is_none_or(|noun| there.join(" ") == noun || synonyms.same_group(there, &[noun.to_owned()]))
    };
    // `two children and no other income`: the noun tells which.
    let counts: Vec<usize> = (0..words.len()).filter(is_counted).filter(is_same).collect();
    let [at] = counts[..] else { return None };
    let span = words[at].span.clone();
    Some(format!("{}{count}{}", &text[..span.start], &text[span.end..]))
}

fn is_count(words: &[Word], at: usize) -> bool {
    let text = words[at].text.as_str();
    let is_digits = text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    let before = at.checked_sub(1).map_or("", |before| words[before].text.as_str());
    let counts = before == "just" && words.get(at + 1).is_some_and(|next| !next.terms.is_empty()); // `just one cup`
    let is_pronoun = text == "one" && matches!(before, "the" | "that" | "this" | "which" | "just" | "next") && !counts;
    is_digits || matches!(text, "none" | "no") || WRITTEN.contains(&text) && !is_pronoun
}

fn words_within(words: &[Word], span: &Range<usize>) -> Range<usize> {
    let start = words.iter().position(|w| w.span.end > span.start).unwrap_or(words.len());
    let end = words.iter().rposition(|w| w.span.start < span.end).map_or(start, |last| last + 1);
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_named_or_counted_from_the_subjects() {
        let year_in = |turn: &str| {
            year(turn, &words(turn), "the limit for 2025", &[2023, 2024, 2025, 2026]).map(|(year, _)| year)
        };
        for (turn, expected) in [
            ("what about 2024?", Some("2024")),
            ("and the year before that", Some("2024")),
            ("the following year?", Some("2026")),
            ("did it move in 26", Some("2026")),
            ("what about last year?", Some("last year")),
            ("he was born in 61", None),
            ("born in 1961", None),
        ] {
            assert_eq!(year_in(turn).as_deref(), expected, "{turn}");
        }
        assert_eq!(with_year("born in 1955, the limit for 2025", "2024").unwrap(), "born in 1955, the limit for 2024");
    }

    #[test]
    fn a_count_replaces_the_count_of_the_same_things() {
        let with = |text: &str, turn: &str| {
            let (count, noun, _) = count(&words(turn))?;
            with_count(text, &count, noun.as_deref(), &Synonyms::new([vec!["kid", "child"]]))
        };
        assert_eq!(
            with("the most with one child in 2025", "and with two kids?").unwrap(),
            "the most with two child in 2025"
        );
        assert_eq!(with("1 kid, 2025", "and none").unwrap(), "no kid, 2025");
        assert_eq!(
            with("two children, no other income", "and if I had just one kid").unwrap(),
            "one children, no other income"
        );
        assert_eq!(with("with one child", "and two dogs?"), None);
        assert_eq!(with("under 50", "2?"), None);
    }

    #[test]
    fn an_age_replaces_an_age() {
        let (age, person, _) = age("and if i'm 70?", &words("and if i'm 70?")).unwrap();
        let with = |text: &str| with_age(text, &age, person);
        assert_eq!(with("single, 44, how much").unwrap(), "single, 70, how much");
        assert_eq!(with("I am 61").unwrap(), "I am 70");
        assert_eq!(with("I'm 68 and my wife is 61").unwrap(), "I'm 70 and my wife is 61");
        assert_eq!(with("how much in 2025"), None);
        let of_wife = "and if my wife is 66 too";
        let (age, person, _) = super::age(of_wife, &words(of_wife)).unwrap();
        assert_eq!(with_age("I'm 68 and my wife is 61", &age, person).unwrap(), "I'm 68 and my wife is 66");
        let told = "my dad is tall and 70";
        assert_eq!(super::age(told, &words(told)).unwrap().0, "70");
    }
}
