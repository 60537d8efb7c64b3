//! Holds JSON against the contract's shapes, and citations against the documents that they quote.

use std::{collections::BTreeSet, path::Path};

use purview::corpus::Document;
use serde_json::Value;

/// The contract's keys of an answer, with the kinds of their values.
const ANSWER: &[(&str, &str)] = &[
    ("schema", "number"),
    ("id", "null string number"),
    ("pack", "string"),
    ("question", "string"),
    ("rewritten", "null string"),
    ("outcome", "string"),
    ("reason", "null string"),
    ("text", "string"),
    ("mode", "null string"),
    ("citations", "array"),
    ("assumed", "array"),
    ("findings", "array"),
    ("generator", "null string"),
    ("timings_ms", "object"),
];
const CITATION: &[(&str, &str)] = &[
    ("marker", "number"),
    ("document", "string"),
    ("title", "string"),
    ("url", "null string"),
    ("section", "string"),
    ("quote", "string"),
    ("start", "number"),
    ("end", "number"),
    ("tax_year", "null string"),
];
const ASSUMED: &[(&str, &str)] = &[("slot", "string"), ("value", "string")];
const FINDING: &[(&str, &str)] = &[("signal", "string"), ("value", "number"), ("bar", "null number")];
const TIMINGS: &[(&str, &str)] =
    &[("route", "number"), ("retrieve", "number"), ("first_token", "number"), ("total", "number")];

/// An answer in the contract's shape.
pub fn answer(answer: &Value) {
    exactly(answer, ANSWER);
    each(&answer["citations"], |citation| exactly(citation, CITATION));
    each(&answer["assumed"], |assumed| exactly(assumed, ASSUMED));
    findings(&answer["findings"]);
    exactly(&answer["timings_ms"], TIMINGS);
    assert_eq!(answer["schema"], 1);
    outcome(answer);
    let modes = ["extract", "generate", "calculate", "lookup"];
    match answer["outcome"].as_str() {
        Some("answer") => assert!(modes.contains(&answer["mode"].as_str().unwrap()), "{answer:#}"),
        _ => assert_eq!(answer["mode"], Value::Null, "{answer:#}"),
    }
}

/// The contract's outcomes, each with a reason unless it is an answer.
pub fn outcome(ruling: &Value) {
    let reason = ruling["reason"].as_str().unwrap_or_default();
    let is_known = match ruling["outcome"].as_str().unwrap() {
        "answer" => reason.is_empty(),
        "clarify" => reason.starts_with("missing:"),
        "defer" => ["no_evidence", "unsupported"].contains(&reason) || reason.starts_with("policy:"),
        "refuse" => reason == "out_of_scope" || reason.starts_with("policy:"),
        _ => false,
    };
    assert!(is_known, "{ruling:#}");
}

/// Findings in the contract's shape; one may carry a note for people besides.
pub fn findings(findings: &Value) {
    each(findings, |finding| {
        let mut plain = finding.clone();
        if let Some(note) = plain.as_object_mut().unwrap().remove("note") {
            assert!(note.is_string(), "{finding}");
        }
        exactly(&plain, FINDING);
    });
}

/// Asserts that an object has these keys and no others, each with a value of one of its kinds.
pub fn exactly(object: &Value, shape: &[(&str, &str)]) {
    let keys: BTreeSet<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, shape.iter().map(|(key, _)| *key).collect(), "{object:#}");
    for (key, kinds) in shape {
        let kind = kind(&object[*key]);
        assert!(kinds.split(' ').any(|allowed| allowed == kind), "`{key}` is {kind}, not {kinds}");
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

pub fn each(array: &Value, check: impl FnMut(&Value)) {
    array.as_array().unwrap().iter().for_each(check);
}

/// Asserts that each citation quotes, byte for byte, what stands in its document in `corpus`; how many there are.
pub fn quotes_stand(answer: &Value, corpus: &Path) -> usize {
    let citations = answer["citations"].as_array().unwrap();
    for citation in citations {
        let path = corpus.join(format!("{}.md", citation["document"].as_str().unwrap()));
        let document = Document::parse(&path, &std::fs::read(&path).unwrap()).unwrap();
        let at = |key: &str| usize::try_from(citation[key].as_u64().unwrap()).unwrap();
        assert_eq!(document.body.get(at("start")..at("end")), citation["quote"].as_str(), "{citation:#}");
        assert_eq!(document.title, citation["title"], "{citation:#}");
        assert!(answer["text"].as_str().unwrap().contains(&format!("[{}]", citation["marker"])), "{answer:#}");
    }
    citations.len()
}
