//! What holds of every text.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::super::{Kind, Known, Masked, View, find_more, mask, mask_together};

/// Pieces of text that the rules look for, or almost, in any order.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "123-45-6789", "123456789", "987-65-4321", "12-3456789", "4111 1111 1111 1111", "4111111111111111", "12345678",
    "021000021", "DE89 3704 0044 0532 0130 00", "a.b@example.com", "@", "(212) 555-0123", "212-555-0123",
    "2125550123", "555-0123", "+49 30 123456", "+", "12 Main St", "2020 Main Street", "12 oak lane",
    "Springfield, IL 62704", "PO Box 7", "Mr. ", "Dr ", "Smith", "John Smith", "Will", "May", "van", "O'Neil", "J.",
    "王", "É", "my name is", "Signed,", "Name:", "my wife", "ssn", "SSN:", "account", "routing", "EIN", "tax id",
    "call", "is my", "(", ")", "Form", "section", "income of", "$", "dollars", "%", "1,234,567.89", "2024", "1/2",
    "x12", "k", "A", "b", "5", "10", ".", ",", "-", "–", " ", " ", " ", "\n", "\u{a0}", "\u{200b}", "\u{301}", "１２３",
    "٣", "[", "]", "[name]", "[SSN 2]", "[name 1", "'", "/",
];

/// Text without anything personal in it.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "Can I deduct", "$1,234,567.89", "in 2023", "on Form 1040-NR", "and Schedule C", "under section 199A",
    "26 USC 6651", "a 1099-K", "at 22%", "of Publication 590-A", "my home office", "by April 15, 2025",
    "123456789 dollars", "the Roth IRA", "is 65 years old", "401(k)", "W-2", "a refund", "on January 3", "two kids",
    "for my business", "the IRS", "?", ",",
];

fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..24);
    let texts = (pieces, any::<bool>()).prop_map(|(pieces, spaced)| pieces.join(if spaced { " " } else { "" }));
    prop_oneof![4 => texts, 1 => any::<String>(), 1 => "[0-9 .()+@a-zA-Z-]{0,80}"]
}

/// Whether a text holds another one that is neither the beginning nor the end of a longer word or number there.
fn holds(text: &str, value: &str) -> bool {
    let is_part = |c: Option<char>| {
        c.is_some_and(|c| {
            c.is_alphanumeric() || matches!(c, '.' | ',' | '-' | '/' | '+' | '@' | '[' | ']' | '\u{200b}' | '\u{301}')
        })
    };
    text.match_indices(value)
        .any(|(at, _)| !is_part(text[..at].chars().next_back()) && !is_part(text[at + value.len()..].chars().next()))
}

/// A name that stands for other things too is left where nothing announces it: "will", "May", "B".
fn is_left(kind: Kind, value: &str) -> bool {
    kind == Kind::Name && (["Will", "May"].contains(&value) || value.chars().filter(|c| c.is_alphabetic()).count() < 2)
}

fn check(text: &str, masked: &Masked) -> Result<(), TestCaseError> {
    let mut end = 0;
    for found in &masked.found {
        prop_assert!(end <= found.at.start && found.at.start < found.at.end, "{found:?} after {end} in {text:?}");
        let value = text.get(found.at.clone());
        prop_assert!(value.is_some(), "{found:?} in {text:?} is not at characters");
        end = found.at.end;
        let Some(value) = value.filter(|value| !is_left(found.kind, value)) else { continue };
        prop_assert!(!holds(&masked.text, value), "{value:?} survives in {:?}", masked.text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn what_is_found_lies_in_order_and_does_not_survive(text in texts()) {
        check(&text, &mask(&text))?;
    }

    #[test]
    fn a_masked_text_stays_as_it_is(text in texts()) {
        let once = mask(&text).text;
        let twice = mask(&once);
        prop_assert_eq!(&twice.text, &once);
        prop_assert!(twice.found.is_empty());
    }

    #[test]
    fn several_texts_are_masked_as_one(texts in prop::collection::vec(texts(), 0..4)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let masked = mask_together(&texts);
        prop_assert_eq!(masked.len(), texts.len());
        for (text, masked) in texts.iter().zip(&masked) {
            check(text, masked)?;
        }
        let once: Vec<&str> = masked.iter().map(|masked| masked.text.as_str()).collect();
        let twice: Vec<String> = mask_together(&once).into_iter().map(|masked| masked.text).collect();
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn what_is_not_found_is_copied(text in texts()) {
        let masked = mask(&text);
        let mut rest = masked.text.as_str();
        let mut end = 0;
        for found in &masked.found {
            let copied = &text[end..found.at.start];
            rest = rest.strip_prefix(copied).expect("what stands between is copied");
            rest = &rest[rest.find(']').expect("a placeholder ends") + 1..];
            end = found.at.end;
        }
        prop_assert_eq!(rest, &text[end..]);
    }

    #[test]
    fn a_text_without_personal_data_comes_back(pieces in prop::collection::vec(prop::sample::select(HARMLESS), 0..30)) {
        let text = pieces.join(" ");
        prop_assert_eq!(mask(&text), Masked { text, found: Vec::new() });
    }
}

/// Texts in which one thing that is masked could bring others nearer to what announces them.
const CHAINS: [&str; 9] = [
    "a@b@",
    "1 2 3 4 5 6 7 8 ",
    "at 12 oak lane 13 oak lane 14 oak lane ",
    "12 oak lane ",
    "account Mr. Ab Mr. Cd 12345678 Mr. Ef and so on 12345678 ",
    "thanks\nAb Mr. Cd thanks\n",
    "Mr. Gross 12345678 is my account, Mr May 23456789 ",
    "123-45-6789 234 56 7890 345 67 8901 ",
    "Can I deduct $1,234 of my home office in 2023 on Form 8829? My SSN is 123-45-6789. ",
];

/// Texts of ten thousand characters that give the rules much to look at.
fn long_texts() -> Vec<String> {
    let mut texts: Vec<String> = PIECES.iter().flat_map(|piece| [(*piece).to_owned(), format!("{piece} ")]).collect();
    texts.push(PIECES.concat());
    texts.push(PIECES.join(" "));
    texts.extend(CHAINS.map(str::to_owned));
    texts.iter().map(|text| text.chars().cycle().take(10_000).collect()).collect()
}

/// How often a text is read until nothing more is found.
fn readings(text: &str) -> usize {
    let (mut views, mut spots, mut known) = (vec![View::of(text)], vec![Vec::new()], Known::default());
    1 + std::iter::from_fn(|| find_more(&mut views, &mut spots, &mut known).then_some(())).count()
}

#[test]
fn a_text_is_read_a_few_times() {
    for text in long_texts() {
        let readings = readings(&text);
        assert!(readings <= 3, "{readings} for {:?}…", text.chars().take(40).collect::<String>());
    }
}

#[test]
fn ten_thousand_characters_take_milliseconds() {
    // The bar is for a build as it is used. Without optimisation, and beside other tests, only time that grows with the
    // square of the length is caught.
    let bar = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 10 });
    for text in long_texts() {
        // A machine that does other things too may need several tries.
        let is_quick = (0..200).any(|_| {
            let start = Instant::now();
            mask(&text);
            start.elapsed() < bar
        });
        assert!(is_quick, "{bar:?} and more for {:?}…", text.chars().take(40).collect::<String>());
    }
}
