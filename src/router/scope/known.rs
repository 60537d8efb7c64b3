//! The texts that a question's scope is judged against: the pack's examples and near misses, the headings of its
//! corpus, the built-in background, the examples of its rules. Knows texts and topics; judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Teaching, synthesis};
use crate::{index::Index, router::background};

/// Fewer examples than this are joined by questions made of the corpus. With 20 and 50 examples of `us-tax` they help,
/// with 200 no more (`cargo bench --bench router -- curve`).
const ENOUGH: usize = 200;

/// Headings of a large corpus, evenly spread over it: a question is held against each.
const MOST_HEADINGS: usize = 5_000;

/// The kinds of text a question is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Questions of the pack.
    Inside,
    /// Headings of its corpus, and what its manifest says it is about.
    Heading,
    /// Its near misses.
    Near,
    /// The built-in background.
    Far,
    /// Examples of the policy rule with this number.
    Rule(usize),
}

/// A known text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Known {
    /// As it was written.
    pub text: String,
    /// What it shows.
    pub kind: Kind,
    /// Which topic of its kind; topics are numbered through all kinds.
    pub topic: usize,
    /// The document that it was made of, where it was not written by a person.
    pub made_of: Option<String>,
}

/// What known texts are about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Who can help instead, for a near miss.
    pub instead: Option<String>,
}

/// Every text that a model knows, and their topics.
pub fn gather(teaching: Teaching<'_>, index: Option<&Index>) -> (Vec<Known>, Vec<Topic>) {
    let (mut known, mut topics) = (Vec::new(), Vec::new());
    let mut topic = |name: &str, instead: Option<&String>| {
        topics.push(Topic { name: name.to_owned(), instead: instead.cloned() });
        topics.len() - 1
    };
    let mut push = |text: &str, kind, topic, made_of: Option<&str>| {
        known.push(Known { text: text.to_owned(), kind, topic, made_of: made_of.map(str::to_owned) });
    };
    for (groups, kind) in [(&teaching.examples.inside, Kind::Inside), (&teaching.examples.near, Kind::Near)] {
        for group in groups {
            let number = topic(&group.topic, group.instead.as_ref());
            group.questions.iter().for_each(|question| push(question, kind, number, None));
        }
    }
    for (texts, kind) in [(teaching.inside, Kind::Heading), (teaching.outside, Kind::Near)] {
        for text in texts {
            push(text, kind, topic(text, None), None);
        }
    }
    if let Some(index) = index {
        let mut of_document = BTreeMap::new();
        for document in index.documents().iter() {
            of_document.insert(document.id.clone(), topic(&document.title, None));
        }
        let mut seen = BTreeSet::new();
        let headings = index.passages().iter().enumerate().map(|(number, passage)| (number, passage.section()));
        let headings: Vec<_> = headings.filter(|(_, text)| !text.is_empty() && seen.insert(*text)).collect();
        for (number, text) in headings.iter().step_by(headings.len().div_ceil(MOST_HEADINGS).max(1)) {
            let document = &index.document_of(*number).id;
            push(text, Kind::Heading, of_document[document], Some(document));
        }
        let examples: usize = teaching.examples.inside.iter().map(|group| group.questions.len()).sum();
        if examples < ENOUGH {
            for made in synthesis::questions(index) {
                push(&made.text, Kind::Inside, of_document[&made.document], Some(&made.document));
            }
        }
    }
    for (name, question) in background::questions() {
        push(question, Kind::Far, topic(name, None), None);
    }
    for (name, question) in teaching.elsewhere {
        push(question, Kind::Far, topic(name, None), None);
    }
    for (number, rule) in teaching.rules.iter().enumerate() {
        let topic = topic(&rule.id, None);
        rule.when.iter().for_each(|text| push(text, Kind::Rule(number), topic, None));
    }
    (known, topics)
}
