//! Lints of `router.toml`: the questions that the router is fitted on.

use std::{collections::BTreeMap, path::Path};

use super::{Checked, fold};
use crate::{
    error::Place,
    pack::{
        Pack,
        finding::{Finding, Lint},
        source::Source,
    },
    router::{Examples, Topic},
};

/// With fewer topics the border is learned from a handful of subjects: each near miss is judged as if its own topic
/// were not known (`router/scope.rs`), so that what one topic teaches must hold on others. A choice, not a measurement.
pub const NEAR_TOPICS: usize = 20;

/// `base` is the pack that this one extends, whose near misses count as well.
pub fn lint(folder: &Path, (source, base): (Option<&Source<Examples>>, Option<&Pack>), checked: &mut Checked) {
    let none = Examples::default();
    let (examples, path) = match source {
        Some(Source { value: Some(examples), path, .. }) => (examples, path.clone()),
        Some(Source { value: None, .. }) => return,
        None => (&none, folder.join("router.toml")),
    };
    let place = |dotted: &str| source.map_or_else(|| Place::file(&path), |source| source.place(dotted));
    let mut seen: BTreeMap<String, (&str, Place)> = BTreeMap::new();
    for (list, topics) in [("in", &examples.inside), ("near", &examples.near)] {
        for (at, topic) in topics.iter().enumerate() {
            if topic.questions.is_empty() {
                let message = format!("the topic `{}` has no questions", topic.topic);
                checked.findings.push(
                    Finding::error(Lint::EmptyTopic, place(&format!("{list}.{at}.questions")), message)
                        .hint("write some as people ask them, or delete the topic"),
                );
            }
            for (number, question) in topic.questions.iter().enumerate() {
                let here = place(&format!("{list}.{at}.questions.{number}"));
                match seen.get(&fold(question)) {
                    Some((other, first)) => checked.findings.push(again(question, (list, &here), (other, first))),
                    None => drop(seen.insert(fold(question), (list, here))),
                }
            }
        }
    }
    checked.taught.extend(seen.into_iter().map(|(question, (_, place))| (question, place)));
    let of_base = base.map_or(0, |base| base.examples.near.len());
    few_near(of_base + asked_about(&examples.near), &path, source.is_some(), &mut checked.findings);
}

fn again(question: &str, (list, here): (&str, &Place), (other, first): (&str, &Place)) -> Finding {
    if list == other {
        let message = format!("the question `{question}` stands at line {} already", first.line);
        return Finding::error(Lint::DuplicateQuestion, here.clone(), message)
            .hint("delete one of the two: it counts twice");
    }
    let message = format!("the question `{question}` is `{list}` here and `{other}` at line {}", first.line);
    Finding::error(Lint::ContradictingQuestion, here.clone(), message)
        .hint("the router cannot learn both: decide for one")
}

fn asked_about(topics: &[Topic]) -> usize {
    topics.iter().filter(|topic| !topic.questions.is_empty()).count()
}

fn few_near(topics: usize, path: &Path, written: bool, findings: &mut Vec<Finding>) {
    if topics >= NEAR_TOPICS {
        return;
    }
    let message = match (topics, written) {
        (0, false) => {
            "there is no `router.toml`: the border of the field is learned from the documents' headings alone, \
                       and questions that only resemble it are answered"
                .into()
        }
        (0, true) => {
            "there are no `[[near]]` topics: nothing teaches the router to refuse questions that resemble the \
                      field and are not in it"
                .into()
        }
        (1, true) => format!("there is 1 `[[near]]` topic of {NEAR_TOPICS}: what it teaches may not hold for another"),
        (topics, _) => format!(
            "there are {topics} `[[near]]` topics of {NEAR_TOPICS}: what so few teach may not hold for the next near miss"
        ),
    };
    let hint = "add topics that people may take for this field, with who can help instead";
    findings.push(Finding::warning(Lint::FewNearTopics, Place::file(path), message).hint(hint));
}
