//! Flags and choices: phrases, the longest first, and what denies them.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{Candidate, Doubt, Input, Reading, Value, Why, phrase::Words};

/// The value of a choice that the question names.
///
/// Where it names several, a value counts whose own words include all that was said: `married … separately` is `married
/// filing separately`. `Single or married` stays open.
pub fn choice(words: &Words, values: &BTreeMap<String, Vec<String>>) -> Reading {
    let phrases = values.iter().flat_map(|(value, said)| {
        std::iter::once(value).chain(said).flat_map(|phrase| words.phrase(phrase)).map(move |at| (at, value))
    });
    let mut phrases: Vec<(Range<usize>, &String)> = phrases.collect();
    phrases.sort_by_key(|(at, value)| (at.start, std::cmp::Reverse(at.len()), *value));
    let mut named: Vec<(Range<usize>, &String)> = Vec::new();
    for (at, value) in phrases {
        if let Some((last, _)) =
            named.last_mut().filter(|(last, other)| words.goes_on_denied(last, &at) && *other != value)
        {
            last.end = at.end; // `no plan` at my job
            continue;
        }
        if named.last().is_none_or(|(last, _)| last.end <= at.start) && !words.denied(at.start) {
            named.push((at, value));
        }
    }
    let distinct: BTreeSet<&String> = named.iter().map(|(_, value)| *value).collect();
    let said: BTreeSet<&str> =
        named.iter().flat_map(|(at, _)| &words.0[at.clone()]).map(|word| word.text.as_str()).collect();
    let explains = |value: &&&String| {
        let own = std::iter::once(**value).chain(&values[**value]).flat_map(|phrase| Words::new(phrase).0);
        let own: BTreeSet<String> = own.map(|word| word.text).collect();
        said.iter().all(|word| own.contains(*word))
    };
    let explaining: Vec<&&String> =
        if distinct.len() == 1 { distinct.iter().collect() } else { distinct.iter().filter(explains).collect() };
    match (&explaining[..], distinct.len()) {
        (_, 0) => Reading::Unread(Why::Silent),
        ([value], _) => Reading::Read {
            value: Value::Choice((**value).clone()),
            spans: named.iter().map(|(at, _)| words.bytes(at)).collect(),
            yearly_from: None,
        },
        _ => Reading::Ambiguous { candidates: first_of_each(words, &named), doubt: Doubt::Contradiction },
    }
}

fn first_of_each(words: &Words, named: &[(Range<usize>, &String)]) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for (at, value) in named {
        let value = Value::Choice((*value).clone());
        if candidates.iter().all(|candidate| candidate.value != value) {
            candidates.push(Candidate { value, span: words.bytes(at) });
        }
    }
    candidates
}

/// Whether the question states a flag (`covered by a plan`), or denies it (`not covered`).
pub fn flag(words: &Words, input: &Input) -> Reading {
    let found = |phrases: &[String]| -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = phrases.iter().flat_map(|phrase| words.phrase(phrase)).collect();
        found.sort_by_key(|at| (at.start, std::cmp::Reverse(at.len())));
        found
    };
    let unless = found(&input.unless);
    let overlaps = |at: &Range<usize>| unless.iter().any(|other| other.start < at.end && at.start < other.end);
    let mut stated: Vec<Candidate> = Vec::new();
    let mut unsure = None;
    for at in found(&input.phrases).into_iter().filter(|at| !overlaps(at)) {
        let span = words.bytes(&at);
        if words.unsure(at.start) {
            unsure = Some(span);
        } else {
            stated.push(Candidate { value: Value::Flag(!words.denied(at.start)), span });
        }
    }
    // A phrase of `unless` denies the flag where it says more than to keep a phrase from counting.
    let denials = unless.iter().filter(|at| !words.denied(at.start) && denies(words, at, input));
    stated.extend(denials.map(|at| Candidate { value: Value::Flag(false), span: words.bytes(at) }));
    stated.sort_by_key(|candidate| candidate.span.start);
    match (stated.first(), stated.iter().all(|candidate| candidate.value == stated[0].value)) {
        (None, _) => Reading::Unread(unsure.map_or(Why::Silent, Why::Unsure)),
        (Some(first), true) => Reading::of(first.value.clone(), first.span.clone()),
        (Some(_), false) => Reading::Ambiguous { candidates: stated, doubt: Doubt::Contradiction },
    }
}

/// Whether a phrase of `unless` says the opposite of the flag: it starts with a word of denial, or holds none of the
/// flag's phrases (`less than a year` against `over a year`). `My dependent` against `dependent` does neither.
fn denies(words: &Words, at: &Range<usize>, input: &Input) -> bool {
    let texts: Vec<&str> = words.0[at.clone()].iter().map(|word| word.text.as_str()).collect();
    let said = Words::new(&texts.join(" "));
    let holds = input.phrases.iter().any(|phrase| !said.phrase(phrase).is_empty());
    let negative =
        matches!(texts.first(), Some(&("not" | "no" | "never" | "isnt" | "dont" | "without" | "arent" | "cant")));
    negative || !holds
}
