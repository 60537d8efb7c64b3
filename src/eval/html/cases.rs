//! The cases: the frame of the list, which the page's script fills, and what it fills it with. A passage that many
//! cases looked at is handed over once.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    super::{
        figure::count,
        report::{CaseRecord, Report},
    },
    markup::json,
};

/// What the script is given.
#[derive(Serialize)]
struct Island<'a> {
    /// Documents' passages: the keys of a passage that are the same in every case.
    passages: Vec<Map<String, Value>>,
    cases: Vec<Row<'a>>,
    regressions: &'a [String],
    improvements: &'a [String],
}

/// A case, with its passages as numbers into [`Island::passages`] beside what they scored.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    messages: &'a [String],
    expected: &'a [String],
    passed: bool,
    cause: Option<&'a str>,
    faults: &'a [String],
    scores: &'a [(String, f64)],
    tags: &'a [String],
    lang: Option<&'a str>,
    split: Option<&'a str>,
    note: Option<&'a str>,
    wanted: &'a Value,
    passages: Vec<Map<String, Value>>,
    answer: &'a Value,
}

/// The keys of a passage that do not depend on the question.
const SHARED: [&str; 4] = ["document", "title", "section", "text"];

/// The list's frame and its data.
pub fn section(report: &Report) -> String {
    format!(
        r#"<section id="cases"><h2>Cases</h2>
<noscript><p class="empty">The {n} cases are shown by this page’s own script, and scripts are off.
Everything above is complete without it; the JSON report has every case.</p></noscript>
<div id="browser" hidden>
<div class="filter" role="search" aria-label="Filter cases"><label class="wide">Search <input id="search" type="search"
autocomplete="off" spellcheck="false" placeholder="question, answer or id" aria-keyshortcuts="/"></label></div>
<p class="hint keys">Failed cases first. Keys: <kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> or <kbd>↓</kbd> <kbd>↑</kbd>
next and previous case, <kbd>Enter</kbd> open or close.</p>
<p id="count" role="status" aria-live="polite"></p>
<ol id="list"></ol>
<nav id="pager" aria-label="Pages of cases"><button type="button" id="back">Previous 100</button>
<button type="button" id="more">Next 100</button></nav>
</div>
<script type="application/json" id="data">{data}</script>
</section>"#,
        n = count(report.cases.len()),
        data = json(&island(report)),
    )
}

fn island(report: &Report) -> Island<'_> {
    let mut shared = Shared::default();
    let cases = report.cases.iter().map(|case| row(case, &mut shared)).collect();
    let (regressions, improvements) = match &report.comparison {
        Some(found) => (found.regressions.as_slice(), found.improvements.as_slice()),
        None => <(&[String], &[String])>::default(),
    };
    Island { passages: shared.passages, cases, regressions, improvements }
}

fn row<'a>(case: &'a CaseRecord, shared: &mut Shared<'a>) -> Row<'a> {
    Row {
        id: &case.id,
        messages: &case.messages,
        expected: &case.expected,
        passed: case.passed,
        cause: case.cause.as_deref(),
        faults: &case.faults,
        scores: &case.scores,
        tags: &case.tags,
        lang: case.lang.as_deref(),
        split: case.split.as_deref(),
        note: case.note.as_deref(),
        wanted: &case.wanted,
        passages: case.passages.iter().filter_map(Value::as_object).map(|passage| shared.split(passage)).collect(),
        answer: &case.answer,
    }
}

/// The passages so far, each once.
#[derive(Default)]
struct Shared<'a> {
    known: HashMap<[Option<&'a str>; SHARED.len()], usize>,
    passages: Vec<Map<String, Value>>,
}

impl<'a> Shared<'a> {
    /// What of a passage belongs to the question, and under `of` the number of the rest.
    fn split(&mut self, passage: &'a Map<String, Value>) -> Map<String, Value> {
        let key = SHARED.map(|name| passage.get(name).and_then(Value::as_str));
        let of = *self.known.entry(key).or_insert_with(|| {
            self.passages.push(picked(passage, |name| SHARED.contains(&name)));
            self.passages.len() - 1
        });
        let mut own = picked(passage, |name| !SHARED.contains(&name));
        own.insert("of".into(), of.into());
        own
    }
}

fn picked(passage: &Map<String, Value>, is: impl Fn(&str) -> bool) -> Map<String, Value> {
    passage.iter().filter(|(name, _)| is(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_passage_of_many_cases_is_handed_over_once() {
        let passage = |rank: usize, text: &str| json!({"rank": rank, "document": "d", "text": text});
        let (first, second) = ([passage(1, "a"), passage(2, "b")], [passage(1, "b")]);
        let mut shared = Shared::default();
        let of: Vec<_> = first.iter().chain(&second).map(|p| shared.split(p.as_object().unwrap())).collect();
        assert_eq!(shared.passages.len(), 2);
        assert_eq!(Value::from(of[2].clone()), json!({"rank": 1, "of": 1}));
    }
}
