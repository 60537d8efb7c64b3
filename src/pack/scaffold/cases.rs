//! Draft test cases, made of a new pack's documents: their headings as questions, and questions about anything else. A
//! beginning for whoever knows what people ask.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    corpus::{Document, chunk},
    index::analyze,
    router::background,
};

/// Cases of documents, at most, in all and of one of them.
const ANSWERABLE: usize = 60;
const OF_ONE: usize = 4;
/// Cases about anything else: two thirds of them, the dev split, are as many as a promise of 5% at 95% needs (59).
const ELSEWHERE: usize = 90;

/// The cases, one JSON object a line. Every third is for the test split.
pub fn draft(documents: &[Document], lang: &str) -> String {
    let inside = answerable(documents).into_iter().enumerate().map(|(at, (question, document))| {
        let note =
            "Draft: made of a heading. Ask it as people would, and state in `must_include` what an answer must hold.";
        case(
            ("draft", at),
            &question,
            "answer",
            lang,
            json!({ "must_cite": [document], "tags": ["answerable", "draft"], "note": note }),
        )
    });
    let general: Vec<&str> = background::questions().map(|(_, question)| question).collect();
    let step = (general.len() / ELSEWHERE).max(1);
    let outside = general.into_iter().step_by(step).take(ELSEWHERE).enumerate();
    let outside =
        outside.map(|(at, question)| case(("far", at), question, "refuse", "en", json!({ "tags": ["far", "draft"] })));
    inside.chain(outside).fold(String::new(), |text, case| text + case.to_string().as_str() + "\n")
}

fn case((kind, at): (&str, usize), question: &str, expect: &str, lang: &str, rest: Value) -> Value {
    let split = if at % 3 == 2 { "test" } else { "dev" };
    let mut case = json!({ "id": format!("{kind}-{:03}", at + 1), "question": question, "expect": expect });
    if let (Value::Object(case), Value::Object(rest)) = (&mut case, rest) {
        case.extend(rest);
        case.insert("lang".into(), json!(lang));
        case.insert("split".into(), json!(split));
    }
    case
}

/// Headings as questions, each with its document's id, spread over the documents. A heading that stands twice says too
/// little.
fn answerable(documents: &[Document]) -> Vec<(String, &str)> {
    let mut found: BTreeMap<String, Vec<(String, &str)>> = BTreeMap::new();
    for document in documents {
        let mut headings: Vec<String> = chunk::passages(document).iter().map(|p| p.section().to_owned()).collect();
        headings.dedup();
        for heading in headings.into_iter().filter(|heading| analyze::terms(heading).len() >= 2) {
            found.entry(heading.to_lowercase()).or_default().push((heading, &document.id));
        }
    }
    let mut of_one: BTreeMap<&str, usize> = BTreeMap::new();
    let once = found.into_values().filter(|places| places.len() == 1).flatten();
    let few = once.filter(|(_, id)| {
        let count = of_one.entry(id).or_default();
        *count += 1;
        *count <= OF_ONE
    });
    let all: Vec<(String, &str)> = few.map(|(heading, id)| (question(&heading), id)).collect();
    let step = all.len().div_ceil(ANSWERABLE).max(1);
    all.into_iter().step_by(step).collect()
}

fn question(heading: &str) -> String {
    let heading = heading.trim().trim_end_matches(['.', ':', '。']);
    let is_asked = heading.ends_with(['?', '？']);
    let is_latin = heading.chars().filter(|c| c.is_alphabetic()).all(|c| c < '\u{250}');
    match (is_asked, is_latin) {
        (true, _) => heading.to_owned(),
        (false, true) => format!("What about {}?", lowered(heading)),
        (false, false) => format!("{heading}?"),
    }
}

/// Without the capital of a sentence; names and abbreviations keep theirs.
fn lowered(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}
