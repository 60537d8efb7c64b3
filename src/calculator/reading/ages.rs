//! What ages say of inputs that are no ages: `I'm 67` of a count of people over 65, `we're both over 65`, and inputs
//! of one person's age where two share it.

use rust_decimal::Decimal;

use super::{Input, Reading, Value, Why, phrase::Words};
use crate::calculator::quantities::{Bound, Kind, Person, Quantity, is_child, quantities, subject};

/// How many of asker and spouse are what a count's cue says (`65 or older`, `blind`).
pub fn count(words: &Words, found: &[Quantity], input: &Input) -> Reading {
    let standing = people(found, input);
    if !standing.is_empty() {
        return counted(standing);
    }
    let said = input.cues.iter().filter(|cue| quantities(cue).is_empty()).flat_map(|cue| words.phrase(cue));
    let mut said: Vec<(Person, std::ops::Range<usize>)> = said
        .filter_map(|at| subject(words.all_before(at.start)).map(|person| (person, words.bytes(&at))))
        .filter(|(person, _)| matches!(person, Person::Asker | Person::Spouse | Person::Both))
        .collect();
    said.sort_by_key(|(_, span)| span.start);
    if !said.is_empty() {
        return counted(said);
    }
    Reading::Unread(Why::Silent)
}

/// Whether somebody is what a flag's phrase bounds (`over 65`).
pub fn flag(found: &[Quantity], input: &Input) -> Reading {
    let people = people(found, input);
    let ages =
        found.iter().filter(|q| q.kinds == [Kind::Age] && !matches!(q.person, Some(Person::Child | Person::Other)));
    let bounding = || input.phrases.iter().filter(|phrase| is_only_a_bound(phrase) && !quantities(phrase).is_empty());
    if bounding().all(|phrase| phrase.contains("both")) && !stands_for_both(&people) {
        return Reading::Unread(Why::Silent);
    }
    // Of a couple on both sides of the bound the flag is open.
    let all = ages.map(|q| &q.span).all(|span| people.iter().any(|(_, of)| of == span));
    let first = people.into_iter().next().filter(|_| all);
    first.map_or(Reading::Unread(Why::Silent), |(_, span)| Reading::of(Value::Flag(true), span))
}

fn stands_for_both(people: &[(Person, std::ops::Range<usize>)]) -> bool {
    let has = |person: Person| people.iter().any(|(who, _)| *who == person);
    has(Person::Both) || has(Person::Asker) && has(Person::Spouse)
}

/// The age of two people (`we're both 68`), for an input that nothing else was read for.
pub fn shared(found: &[Quantity], input: &Input) -> Reading {
    let both = found.iter().find(|q| q.kinds[0] == Kind::Age && q.person == Some(Person::Both) && q.up_to.is_none());
    let one = matches!(whose(input), Person::Asker | Person::Spouse);
    both.filter(|_| one).map_or(Reading::Unread(Why::Silent), |q| Reading::of(Value::Number(q.value), q.span.clone()))
}

/// Whose age an input is, by its cues.
pub fn whose(input: &Input) -> Person {
    let cue = |words: &[&str]| {
        input.cues.iter().flat_map(|cue| Words::new(cue).0).any(|word| words.contains(&word.text.as_str()))
    };
    if cue(&["wife", "husband", "spouse", "spouses"]) {
        Person::Spouse
    } else if counts_children(input) {
        Person::Child
    } else {
        Person::Asker
    }
}

/// Whether an input is about children.
pub fn counts_children(input: &Input) -> bool {
    input.cues.iter().flat_map(|cue| Words::new(cue).0).any(|word| is_child(&word.text))
}

/// The ages that an input's cues and phrases bound: `under 17`, `65 or older`.
pub fn bounds(input: &Input) -> Vec<(Bound, Decimal)> {
    let cues = input.cues.iter().chain(&input.phrases).filter(|cue| is_only_a_bound(cue));
    cues.flat_map(|cue| quantities(cue)).filter_map(|q| q.bound.map(|bound| (bound, q.value))).collect()
}

/// Asker and spouse as far as they are on the side of a threshold that stands in the input's cues or phrases.
fn people(found: &[Quantity], input: &Input) -> Vec<(Person, std::ops::Range<usize>)> {
    if counts_children(input) {
        return Vec::new();
    }
    let bounds = bounds(input);
    let mut people = Vec::new();
    for q in found.iter().filter(|q| !q.marked) {
        let unsaid = (q.kinds == [Kind::Age] && q.person.is_none()).then_some(Person::Asker);
        let Some(person) =
            q.person.or(unsaid).filter(|person| matches!(person, Person::Asker | Person::Spouse | Person::Both))
        else {
            continue;
        };
        let meets = |(bound, value): &(Bound, Decimal)| match (q.kinds[0], bound) {
            (Kind::Threshold, bound) => q.bound == Some(*bound) && q.value == *value,
            (Kind::Age, Bound::Over) => q.value >= *value && q.up_to.is_none(),
            (Kind::Age, Bound::Under) => q.value < *value && q.up_to.is_none(),
            _ => false,
        };
        if q.kinds.len() == 1 && bounds.iter().any(meets) {
            people.push((person, q.span.clone()));
        }
    }
    people
}

/// Whether a cue bounds an age and names nothing else; `dependents over 17` are other people.
fn is_only_a_bound(cue: &str) -> bool {
    const WORDS: &[&str] = &[
        "over", "under", "above", "below", "older", "younger", "than", "or", "and", "up", "more", "age", "aged", "at",
        "least", "years", "year", "old", "both", "im", "i", "am", "are", "we",
    ];
    let number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    Words::new(cue).0.iter().all(|word| WORDS.contains(&word.text.as_str()) || number(&word.text))
}

fn counted(people: Vec<(Person, std::ops::Range<usize>)>) -> Reading {
    let has = |person: Person| people.iter().any(|(who, _)| *who == person || *who == Person::Both);
    let number = u32::from(has(Person::Asker)) + u32::from(has(Person::Spouse));
    let spans = people.into_iter().map(|(_, span)| span).collect();
    Reading::Read { value: Value::Number(Decimal::from(number)), spans, yearly_from: None }
}
