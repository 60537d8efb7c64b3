//! What a conversation is about: the last question that stood alone, with the facts that later turns replaced in it or
//! added to it.

use std::{collections::BTreeMap, ops::Range};

use super::{
    amount::{self, Amount},
    fact,
    words::{Word, find, words},
};
use crate::{
    index::{Synonyms, analyze},
    router::slots,
};

/// What of a pack follow-ups need.
#[derive(Clone, Copy)]
pub struct Lexicon<'l> {
    /// The choice slots: values that replace each other, each with what people say for it.
    pub choices: &'l [&'l BTreeMap<String, Vec<String>>],
    /// Phrases that mean the same, for what the pack is about.
    pub synonyms: &'l Synonyms,
    /// The years that the corpus speaks of.
    pub years: &'l [u16],
}

/// The last question that stood alone, as later turns have changed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The question.
    base: String,
    /// What was stated later.
    facts: Vec<String>,
    /// The part that was asked about last (`and for boats?`); the next one replaces it.
    aside: Option<String>,
}

impl Subject {
    /// A question that stands alone.
    pub fn new(question: &str) -> Self {
        Self { base: question.trim().to_owned(), facts: Vec::new(), aside: None }
    }

    /// All of it in one sentence.
    pub fn text(&self) -> String {
        let rest = self.facts.iter().chain(&self.aside).map(|part| trimmed(part));
        let parts: Vec<String> =
            std::iter::once(trimmed(&self.base)).chain(rest).filter(|part| !part.is_empty()).collect();
        let asks = self.base.ends_with('?') || self.aside.as_ref().is_some_and(|part| part.ends_with('?'));
        format!("{}{}", parts.join(", "), if asks { "?" } else { "" })
    }

    /// Without what was stated since `before`.
    pub fn without_new_facts(mut self, before: &Self) -> Self {
        self.facts.truncate(before.facts.len());
        self
    }

    /// With something that is stated.
    pub fn state(&mut self, fact: &str) {
        self.facts.push(fact.to_owned());
    }

    /// With another part that is asked about.
    pub fn ask_about(&mut self, part: &str) {
        self.aside = Some(part.to_owned());
    }

    /// Puts the facts that a turn names in the place of those of their kind, and returns which of the turn's `words`
    /// are thereby said: years, choices, ages, counts, amounts. An amount that has no word in common with one of the
    /// subject's takes the place of the one of its size only where `alike` is true.
    pub fn take_facts(&mut self, turn: &str, words: &[Word], lexicon: &Lexicon<'_>, alike: bool) -> Vec<Range<usize>> {
        let amounts = amount::amounts(turn);
        let mut said = self.take_amounts(&amounts, words, lexicon.synonyms, alike);
        if let Some((year, place)) = fact::year(turn, words, &self.text(), lexicon.years) {
            if !self.replace(|part| fact::with_year(part, &year)) {
                let joint = if year.ends_with("year") { " " } else { " in " };
                let mark = if self.base.ends_with('?') { "?" } else { "" };
                self.base = format!("{}{joint}{year}{mark}", trimmed(&self.base));
            }
            said.push(place);
        }
        for values in lexicon.choices {
            let places = choice_places(words, values);
            if let [value] = slots::named(turn, values)[..] {
                if !self.replace(|part| with_choice(part, value, values)) {
                    self.state(value);
                }
                said.extend(places.into_iter().map(|(_, place)| place));
            }
        }
        if let Some((age, person, place)) = fact::age(turn, words)
            && self.replace(|part| fact::with_age(part, &age, person))
        {
            said.push(place);
        }
        let of_amounts =
            words.iter().filter(|word| amounts.iter().any(|amount| amount.span.contains(&word.span.start)));
        if let Some((count, noun, place)) = fact::count(words).filter(|_| of_amounts.count() == 0)
            && self.replace(|part| fact::with_count(part, &count, noun.as_deref(), lexicon.synonyms))
        {
            said.push(place);
        }
        said
    }

    /// Puts the amounts that a turn names in the place of those of the same name, or, where it names but one, of the same
    /// size.
    fn take_amounts(
        &mut self,
        amounts: &[Amount],
        words: &[Word],
        synonyms: &Synonyms,
        alike: bool,
    ) -> Vec<Range<usize>> {
        let mut said = Vec::new();
        for amount in amounts {
            let mut names: Vec<String> = Vec::new();
            let is_named = self.replace(|part| {
                let (text, by) = amount::with_named(part, amount, synonyms)?;
                names.extend(by);
                Some(text)
            });
            let alone = alike && !is_named && amounts.len() == 1;
            if is_named || alone && self.replace(|part| amount::with_alike(part, amount)) {
                let is_said = |word: &Word| {
                    amount.span.contains(&word.span.start) || word.terms.iter().any(|t| names.contains(t))
                };
                said.extend((0..words.len()).filter(|at| is_said(&words[*at])).map(|at| at..at + 1));
            }
        }
        said
    }

    /// Puts what a turn names in the place of another thing of its kind: both are in the pack's synonyms, and some
    /// phrases for them end in the same word. Returns which of the turn's `words` name it.
    pub fn take_entity(&mut self, turn: &str, words: &[Word], lexicon: &Lexicon<'_>) -> Option<Range<usize>> {
        let place = things(words, lexicon).into_iter().max_by_key(ExactSizeIterator::len)?;
        let phrase = &turn[words[place.start].span.start..words[place.end - 1].span.end];
        let new = terms(&words[place.clone()]);
        let replaced = self.replace(|part| {
            let there = super::words::words(part);
            let others = things(&there, lexicon).into_iter().filter(|at| terms(&there[at.clone()]) != new);
            let old = others.into_iter().find(|at| lexicon.synonyms.same_kind(&terms(&there[at.clone()]), &new))?;
            let span = there[old.start].span.start..there[old.end - 1].span.end;
            Some(format!("{}{phrase}{}", &part[..span.start], &part[closed(part, span.end)..]))
        });
        replaced.then_some(place)
    }

    /// Lets every part be rewritten; whether one was.
    fn replace(&mut self, mut with: impl FnMut(&str) -> Option<String>) -> bool {
        let mut replaced = false;
        for part in std::iter::once(&mut self.base).chain(&mut self.facts).chain(&mut self.aside) {
            if let Some(new) = with(part) {
                (*part, replaced) = (new, true);
            }
        }
        replaced
    }
}

/// Behind a bracket that belongs to the word before it: `401(k)`.
fn closed(text: &str, end: usize) -> usize {
    end + usize::from(text[end..].starts_with(')'))
}

fn terms(words: &[Word]) -> Vec<String> {
    words.iter().flat_map(|word| word.terms.iter().cloned()).collect()
}

/// Where things stand that the synonyms know; a choice's values are none.
pub fn things(words: &[Word], lexicon: &Lexicon<'_>) -> Vec<Range<usize>> {
    let values = lexicon.choices.iter().flat_map(|values| choice_places(words, values));
    let chosen: Vec<Range<usize>> = values.map(|(_, place)| place).collect();
    let is_thing = |place: &Range<usize>| !chosen.iter().any(|c| c.start < place.end && place.start < c.end);
    named(words, lexicon.synonyms).into_iter().filter(is_thing).collect()
}

fn named(words: &[Word], synonyms: &Synonyms) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let longest = (at + 1..=words.len().min(at + 8)).rev().find(|end| {
            let is_edge = !words[at].terms.is_empty() && !words[end - 1].terms.is_empty();
            is_edge && synonyms.knows(&terms(&words[at..*end]))
        });
        if let Some(end) = longest {
            found.push(at..end);
        }
        at = longest.unwrap_or(at + 1);
    }
    found
}

/// Where a choice's values stand, and which.
pub fn choice_places(words: &[Word], values: &BTreeMap<String, Vec<String>>) -> Vec<(String, Range<usize>)> {
    let said: Vec<(&String, Vec<String>)> = values
        .iter()
        .flat_map(|(value, said)| std::iter::once(value).chain(said).map(move |phrase| (value, analyze::words(phrase))))
        .collect();
    let phrases: Vec<Vec<String>> = said.iter().map(|(_, phrase)| phrase.clone()).collect();
    find(words, &phrases).into_iter().map(|(phrase, at)| (said[phrase].0.clone(), at)).collect()
}

/// The text with this value in the place of the first one that it names; the others go.
fn with_choice(text: &str, value: &str, values: &BTreeMap<String, Vec<String>>) -> Option<String> {
    let words = words(text);
    let places = choice_places(&words, values);
    let mut new = text.to_owned();
    for (number, (_, place)) in places.iter().enumerate().rev() {
        let (mut start, mut end) = (place.start, place.end);
        let is_article = |word: &Word| matches!(word.text.as_str(), "a" | "an" | "the");
        if start > 0 && is_article(&words[start - 1]) {
            start -= 1;
        }
        let is_person =
            |word: &Word| matches!(word.text.as_str(), "person" | "people" | "guy" | "man" | "woman" | "couple");
        if words.get(end).is_some_and(is_person) {
            end += 1;
        }
        let is_joint = |word: &Word| matches!(word.text.as_str(), "and" | "or" | "for" | "as" | "filing" | "file");
        if number > 0 && start > 0 && is_joint(&words[start - 1]) {
            start -= 1;
        }
        let with = if number == 0 { value } else { "" };
        new.replace_range(words[start].span.start..words[end - 1].span.end, with);
    }
    (!places.is_empty()).then(|| tidy(&new))
}

/// Without doubled spaces and commas.
pub fn tidy(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.replace(" ,", ",").replace(",,", ",")
}

fn trimmed(text: &str) -> String {
    text.trim().trim_end_matches(['?', '.', '!', ',', ' ']).to_owned()
}
