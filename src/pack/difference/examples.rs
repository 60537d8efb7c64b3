//! The router's topics and the glossary's terms. Knows how many examples there are and which are new, not what they mean.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{Changes, Named, Setting, Texts, changes, values};

/// A topic that came, went or changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopicChange {
    /// `in TOPIC` or `near TOPIC`.
    pub topic: String,
    /// How many examples it had; none where it was not there.
    pub before: Option<usize>,
    /// How many it has; none where it is not there.
    pub after: Option<usize>,
    /// Which examples.
    pub examples: Texts,
    /// Who can help instead, and whatever else it says.
    pub wording: Vec<Setting>,
}

/// A term that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermChange {
    /// The term.
    pub term: String,
    /// What people may call it.
    pub also: Texts,
    /// Whatever else it says.
    pub wording: Vec<Setting>,
}

/// The topics that came, went or changed. Topics of the same name are one.
pub fn topics(a: &Value, b: &Value) -> Vec<TopicChange> {
    let (a, b) = (by_topic(a), by_topic(b));
    let none = Topic::default();
    let topics: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let pairs = topics.into_iter().map(|topic| (topic, a.get(topic), b.get(topic))).filter(|(_, a, b)| a != b);
    let changed = pairs.map(|(topic, a, b)| {
        let (old, new) = (a.unwrap_or(&none), b.unwrap_or(&none));
        TopicChange {
            topic: topic.clone(),
            before: a.map(|topic| topic.questions.len()),
            after: b.map(|topic| topic.questions.len()),
            examples: Texts::between(&old.questions, &new.questions),
            wording: values::between(&old.rest, &new.rest),
        }
    });
    changed.collect()
}

/// What else `router.toml` says.
pub fn router_settings(a: &Value, b: &Value) -> Vec<Setting> {
    let rest = |router: &Value| values::without(router, &["in", "near"]);
    values::between_named("router", &rest(a), &rest(b))
}

/// The terms.
pub fn terms(a: &Value, b: &Value) -> Changes<TermChange> {
    changes(&by_term(a), &by_term(b), |term, old, new| {
        let rest = |term: &Value| values::without(term, &["term", "also"]);
        TermChange {
            term: term.to_owned(),
            also: Texts::between(&values::texts(old, "also"), &values::texts(new, "also")),
            wording: values::between(&rest(old), &rest(new)),
        }
    })
}

#[derive(Default, PartialEq)]
struct Topic<'v> {
    questions: Vec<&'v str>,
    rest: Value,
}

fn by_topic(router: &Value) -> BTreeMap<String, Topic<'_>> {
    let mut topics: BTreeMap<String, Topic> = BTreeMap::new();
    for section in ["in", "near"] {
        for topic in values::list(router, section) {
            let name = topic["topic"].as_str().unwrap_or("(without a name)");
            let entry = topics.entry(format!("{section} {name}")).or_default();
            entry.questions.extend(values::texts(topic, "questions"));
            let rest = values::without(topic, &["topic", "questions"]);
            if entry.rest.is_null() || rest.as_object().is_some_and(|rest| !rest.is_empty()) {
                entry.rest = rest;
            }
        }
    }
    topics
}

fn by_term(glossary: &Value) -> BTreeMap<String, Value> {
    let mut terms = Named::new();
    for term in values::list(glossary, "term") {
        let name = term["term"].as_str().unwrap_or("(without a name)").to_owned();
        terms.insert(name, term.clone());
    }
    terms.things
}
