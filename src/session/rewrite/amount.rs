//! Amounts and ages that a follow-up changes: `make it 95k`, `and with 32,000 of interest`, `if my wife is 66`.
//!
//! Which of several amounts is meant is told by the words around it, or, where a turn says nothing but an amount, by its
//! size. Knows amounts and the words beside them; knows no word of any domain.

use std::ops::Range;

use super::words::{Word, words};
use crate::{
    calculator::quantities::{Kind, Person, Quantity, quantities},
    index::Synonyms,
};

/// Words beside an amount that tell what it is of.
const BESIDE: usize = 4;
/// Of amounts without a word in common, one is another value of what the other was up to this factor; set by hand.
const ALIKE: f64 = 4.0;
/// Marks and words that end what an amount is called.
const STOPS: [char; 9] = [',', '.', ';', ':', '?', '!', '(', ')', '\n'];
/// Words by which an amount comes to what was said and changes none of it.
const ADDS: &[&str] = &[
    "too",
    "also",
    "plus",
    "another",
    "extra",
    "more",
    "additional",
    "additionally",
    "besides",
    "wife",
    "husband",
    "spouse",
    "partner",
];

/// An amount of money in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Its bytes.
    pub span: Range<usize>,
    /// As it is written.
    pub written: String,
    value: rust_decimal::Decimal,
    /// The terms of the words that say what it is of.
    label: Vec<String>,
}

/// The amounts of money in a text, in order.
pub fn amounts(text: &str) -> Vec<Amount> {
    let found: Vec<Quantity> = quantities(text).into_iter().filter(|q| q.kinds[0] == Kind::Money).collect();
    let words = words(text);
    let named = |at: usize| {
        let here = &found[at].span;
        let from = at.checked_sub(1).map_or(0, |before| found[before].span.end);
        let to = found.get(at + 1).map_or(text.len(), |next| next.span.start);
        let left = text[from..here.start].rfind(STOPS).map_or(from, |stop| from + stop);
        let right = text[here.end..to].find(STOPS).map_or(to, |stop| here.end + stop);
        let before = words.iter().rev().filter(|word| left <= word.span.start && word.span.end <= here.start);
        let after = words.iter().filter(|word| here.end <= word.span.start && word.span.end <= right);
        let beside = before.take(BESIDE).chain(after.take(BESIDE)).filter(|word| !word.is_generic());
        beside.flat_map(|word| word.terms.iter().cloned()).collect()
    };
    let amount = |(at, q): (usize, &Quantity)| Amount {
        span: q.span.clone(),
        written: text[q.span.clone()].to_owned(),
        value: q.value,
        label: named(at),
    };
    found.iter().enumerate().map(amount).collect()
}

/// Whether a turn adds to what was said.
pub fn adds(words: &[Word]) -> bool {
    words.iter().any(|word| ADDS.contains(&word.text.as_str()))
}

/// The text with the amount in the place of the one of the same name, and the terms that name both.
pub fn with_named(text: &str, amount: &Amount, synonyms: &Synonyms) -> Option<(String, Vec<String>)> {
    let same = |one: &String, other: &String| {
        one == other || synonyms.same_group(std::slice::from_ref(one), std::slice::from_ref(other))
    };
    let shared = |there: &Amount| -> Vec<String> {
        amount.label.iter().filter(|term| there.label.iter().any(|other| same(term, other))).cloned().collect()
    };
    let there = amounts(text);
    let most = there.iter().map(|there| shared(there).len()).max().filter(|most| *most > 0)?;
    let mut best = there.iter().filter(|there| shared(there).len() == most);
    let (Some(old), None) = (best.next(), best.next()) else { return None };
    Some((put(text, old, amount), shared(old)))
}

/// The text with the amount in the place of the only one that is of its size.
pub fn with_alike(text: &str, amount: &Amount) -> Option<String> {
    let there = amounts(text);
    let factor = |old: &Amount| {
        let (a, b) = (f64::try_from(old.value).ok()?, f64::try_from(amount.value).ok()?);
        let factor = if a > b { a / b } else { b / a };
        (factor.is_finite() && (factor <= ALIKE || there.len() == 1)).then_some(factor)
    };
    let mut alike: Vec<(f64, &Amount)> = there.iter().filter_map(|old| Some((factor(old)?, old))).collect();
    alike.sort_by(|a, b| a.0.total_cmp(&b.0)); // stable: the first in the text of equals
    let (_, old) = alike.first()?;
    Some(put(text, old, amount))
}

fn put(text: &str, old: &Amount, new: &Amount) -> String {
    format!("{}{}{}", &text[..old.span.start], new.written, &text[old.span.end..])
}

/// Of several ages in a text the digits of the one that is this person's.
pub fn age_of(text: &str, person: Option<Person>) -> Option<Range<usize>> {
    let ages: Vec<Quantity> = quantities(text).into_iter().filter(|q| q.kinds == [Kind::Age]).collect();
    let of = |who: Option<Person>| {
        let mut of = ages.iter().filter(|q| q.person == who);
        of.next().filter(|_| of.next().is_none())
    };
    let found = match person {
        None | Some(Person::Asker) => of(Some(Person::Asker)).or_else(|| of(None)),
        other => of(other),
    }?;
    let digits = text[found.span.clone()].bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| found.span.start..found.span.start + digits)
}

/// How many ages a text says, and whose the number at these bytes is.
pub fn whose(text: &str, digits: &Range<usize>) -> Option<Person> {
    quantities(text).into_iter().find(|q| q.span.start == digits.start).and_then(|q| q.person)
}

/// How many people's ages a text says.
pub fn ages(text: &str) -> usize {
    quantities(text).iter().filter(|q| q.kinds == [Kind::Age]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &str, turn: &str) -> Option<String> {
        let synonyms = Synonyms::new([vec!["wages", "salary"]]);
        let [amount] = &amounts(turn)[..] else { panic!("{turn}") };
        with_named(text, amount, &synonyms).map(|(text, _)| text).or_else(|| with_alike(text, amount))
    }

    #[test]
    fn an_amount_takes_the_place_of_the_one_of_its_name() {
        let text = "Single, wages of 66,000, 6,100 withheld. Refund?";
        for (turn, expected) in [
            ("what if they had withheld 7k", "Single, wages of 66,000, 7k withheld. Refund?"),
            ("and on a salary of $70,000?", "Single, wages of $70,000, 6,100 withheld. Refund?"),
            ("make it 80k", "Single, wages of 80k, 6,100 withheld. Refund?"),
            ("5,000", "Single, wages of 66,000, 5,000 withheld. Refund?"),
        ] {
            assert_eq!(changed(text, turn).as_deref(), Some(expected), "{turn}");
        }
    }

    #[test]
    fn an_amount_of_another_size_and_name_changes_none_of_several() {
        assert_eq!(changed("wages of 66,000, 6,100 withheld", "and 900,000 of rent"), None);
        assert_eq!(
            changed("how much on $60,000 of profit?", "make it 1 million").unwrap(),
            "how much on 1 million of profit?"
        );
    }

    #[test]
    fn an_age_is_found_by_its_person() {
        let text = "I'm 68 and my wife is 61";
        assert_eq!(age_of(text, Some(Person::Spouse)).map(|at| &text[at]), Some("61"));
        assert_eq!(age_of(text, Some(Person::Asker)).map(|at| &text[at]), Some("68"));
    }
}
