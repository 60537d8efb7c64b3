//! Test cases as they are written: one JSON object a line.

use std::{collections::BTreeMap, path::Path};

use schemars::JsonSchema;
use serde::Deserialize;

use super::import;
use crate::{
    corpus::Span,
    error::{Error, Place, Problem, Result},
    router::Outcome,
    session::Turn,
    specialist::Question,
};

/// A message of a conversation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Said {
    /// `user` or `assistant`.
    pub role: String,
    /// What was said.
    pub content: String,
}

/// A figure that an answer must state.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// The figure.
    pub value: f64,
    /// How far off it may be.
    #[serde(default)]
    pub tolerance: f64,
    /// What it counts.
    pub unit: Option<String>,
}

/// A test case.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Unique in its file.
    pub id: String,
    /// The question; or `messages`.
    pub question: Option<String>,
    /// A conversation whose last message is the user's.
    pub messages: Option<Vec<Said>>,
    /// The one right outcome.
    pub expect: Option<Outcome>,
    /// The right outcomes.
    pub expect_any: Option<Vec<Outcome>>,
    /// All of which the answer has one string each of.
    #[serde(default)]
    pub must_include: Vec<Vec<String>>,
    /// None of which the answer has.
    #[serde(default)]
    pub must_not_include: Vec<String>,
    /// Documents one of which is cited.
    #[serde(default)]
    pub must_cite: Vec<String>,
    /// A figure that the answer states.
    pub number: Option<Number>,
    /// An answer in free text.
    pub reference: Option<String>,
    /// What the case is about.
    #[serde(default)]
    pub tags: Vec<String>,
    /// BCP 47 tag.
    pub lang: Option<String>,
    /// The date at which it is asked, as an ISO 8601 date.
    pub as_of: Option<String>,
    /// `dev` or `test`.
    pub split: Option<String>,
    /// For people.
    pub note: Option<String>,
    /// How relevant each document of `must_cite` is, where it was imported with that; else all the same.
    #[serde(skip)]
    pub grades: BTreeMap<String, u32>,
    /// Where the answer stands, where it was imported with that: a document's id and bytes of its body.
    #[serde(skip)]
    pub gold: Vec<(String, Span)>,
}

impl Case {
    /// A case of this id that says nothing else.
    pub fn named(id: &str) -> Self {
        Self { id: id.to_owned(), ..Self::default() }
    }

    /// The right outcomes, each once, the first one first.
    pub fn outcomes(&self) -> impl Iterator<Item = Outcome> {
        let mut all: Vec<Outcome> = Vec::new();
        for outcome in self.expect.into_iter().chain(self.expect_any.iter().flatten().copied()) {
            if !all.contains(&outcome) {
                all.push(outcome);
            }
        }
        all.into_iter()
    }

    /// Whether an outcome is right.
    pub fn expects(&self, outcome: Outcome) -> bool {
        self.expect == Some(outcome) || self.expect_any.as_ref().is_some_and(|any| any.contains(&outcome))
    }

    /// The case as a question, with the turns before it.
    pub fn as_question(&self) -> Question {
        let (text, history) = conversation(self.question.clone(), self.messages.as_deref().unwrap_or_default());
        let today = self.as_of.as_ref().and_then(|date| date.get(..4)?.parse().ok());
        Question { id: Some(self.id.clone().into()), text, history, today }
    }

    fn fault(&self) -> Option<&'static str> {
        if self.question.is_none() && self.messages.as_ref().is_none_or(Vec::is_empty) {
            return Some("the case has neither `question` nor `messages`");
        }
        if self.expect.is_none() && self.expect_any.as_ref().is_none_or(Vec::is_empty) {
            return Some("the case has neither `expect` nor `expect_any`");
        }
        None
    }
}

/// The last message, and the user's turns before it with what was asked back.
fn conversation(question: Option<String>, messages: &[Said]) -> (String, Vec<Turn>) {
    let mut history: Vec<Turn> = Vec::new();
    for said in messages {
        match (said.role.as_str(), history.last_mut()) {
            ("user", _) => history.push(Turn { question: said.content.clone(), asked_back: None }),
            ("assistant", Some(turn)) => turn.asked_back = asked_back(&said.content),
            _ => {}
        }
    }
    let last = question.or_else(|| history.pop().map(|turn| turn.question)).unwrap_or_default();
    (last, history)
}

/// What an assistant's message offers to choose from: its lines that begin with `- ` under a line that asks; nothing in
/// particular, where it only ends in a question.
fn asked_back(said: &str) -> Option<Vec<String>> {
    let asks = said.lines().any(|line| line.contains('?') && !line.starts_with("- "));
    let offered: Vec<String> =
        said.lines().filter_map(|line| Some(line.strip_prefix("- ")?.trim().to_owned())).collect();
    (asks && !offered.is_empty() || said.trim_end().ends_with('?')).then_some(offered)
}

/// A line of a batch: `{"id", "question"}`, or `messages`, or a case.
///
/// # Errors
/// Why the line is none of these.
pub fn question(line: &str) -> Result<Question, String> {
    #[derive(Deserialize)]
    struct Line {
        id: Option<serde_json::Value>,
        question: Option<String>,
        query: Option<String>,
        messages: Option<Vec<Said>>,
        as_of: Option<String>,
    }
    let line: Line = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let asked = line.question.or(line.query);
    if asked.is_none() && line.messages.as_ref().is_none_or(Vec::is_empty) {
        return Err("the line has neither `question` nor `messages`".into());
    }
    let (text, history) = conversation(asked, line.messages.as_deref().unwrap_or_default());
    let today = line.as_of.and_then(|date| date.get(..4)?.parse().ok());
    Ok(Question { id: line.id, text, history, today })
}

/// The cases of a file.
///
/// # Errors
/// Every line that is not a case, and every id that stands twice, with its line.
pub fn load(path: &Path) -> Result<Vec<Case>> {
    let text = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
    let (cases, problems) = read(path, &text);
    if problems.is_empty() { Ok(cases.into_iter().map(|(_, case)| case).collect()) } else { Err(Error::Pack(problems)) }
}

/// The cases of a file's text with their lines, and every problem with them.
pub fn read(path: &Path, text: &str) -> (Vec<(usize, Case)>, Vec<Problem>) {
    let mut cases: Vec<(usize, Case)> = Vec::new();
    let mut problems = Vec::new();
    let mut seen = std::collections::BTreeMap::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = Place::line(path, at + 1);
        let case = match import::labelled(line, &format!("line-{}", at + 1)) {
            Some(Err(why)) => {
                problems.push(Problem::new(place, why));
                continue;
            }
            Some(Ok(case)) => Ok(case),
            None => serde_json::from_str::<Case>(line),
        };
        match case {
            Err(why) => problems.push(Problem::new(Place { column: why.column(), ..place }, why.to_string())),
            Ok(case) => {
                if let Some(fault) = case.fault() {
                    problems.push(Problem::new(place.clone(), fault));
                }
                if let Some(first) = seen.insert(case.id.clone(), at + 1) {
                    problems.push(Problem::new(place, format!("the id `{}` stands at line {first} already", case.id)));
                }
                cases.push((at + 1, case));
            }
        }
    }
    (cases, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_cases_are_reported_with_their_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.jsonl");
        let lines = [
            r#"{"id":"a","question":"q","expect":"answer"}"#,
            r#"{"id":"a","question":"q","expect":"refuse"}"#,
            r#"{"id":"b","question":"q","expects":"refuse"}"#,
            r#"{"id":"c","expect":"refuse"}"#,
        ];
        std::fs::write(&path, lines.join("\n")).unwrap();
        let Err(Error::Pack(problems)) = load(&path) else { panic!("broken cases were accepted") };
        let found: Vec<usize> = problems.iter().map(|p| p.place.line).collect();
        assert_eq!(found, [2, 3, 4]);
    }

    #[test]
    fn a_message_that_asks_or_offers_is_a_question_asked_back() {
        let choices = |said: &str| asked_back(said).map(|offered| offered.join("|"));
        assert_eq!(choices("What is it about? For example:\n- Green tea\n- Cups").as_deref(), Some("Green tea|Cups"));
        assert_eq!(choices("Hot or iced?").as_deref(), Some(""));
        assert_eq!(choices("You need:\n- leaves\n- water"), None);
        assert_eq!(choices("Three minutes."), None);
    }

    #[test]
    fn a_conversation_keeps_the_users_turns() {
        let line = r#"{"id":7,"messages":[{"role":"user","content":"What is the limit?"},{"role":"assistant","content":"…"},{"role":"user","content":"and in 2024?"}]}"#;
        let question = question(line).unwrap();
        assert_eq!((question.text.as_str(), question.history.len()), ("and in 2024?", 1));
        assert_eq!(question.history[0].asked_back, None);
    }
}
