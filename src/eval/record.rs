//! One case against its answer: what is right, what is wrong, and which part is to blame. Knows a case, an answer and
//! the passages that were looked at; sums nothing up.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use regex::Regex;
use serde_json::{Value, json};

use super::{
    Case,
    metrics::{
        retrieval,
        text::{self, Squad},
    },
    report::CaseRecord,
};
use crate::{
    answer::{Answer, Citation, Made},
    calculator::quantities::quantities,
    corpus::{Document, Span, table::years_in},
    error::{Error, Result},
    index::{Hit, Index},
    router::Outcome,
};

/// A figure: digits with their separators, without what counts citations.
static FIGURE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\d[\d,]*(?:\.\d+)?").expect("the pattern is a constant"));
static MARKER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\[\d+\]").expect("the pattern is a constant"));

/// Ranks at which retrieval is measured.
const RANKS: [usize; 4] = [1, 5, 10, 20];

/// A passage as a report has it.
pub fn passage(hit: &Hit, index: &Index) -> Value {
    let (document, passage) = (index.document_of(hit.passage), &index.passages()[hit.passage]);
    json!({
        "rank": hit.rank, "document": document.id, "title": document.title,
        "section": passage.heading_path.join(" › "), "text": passage.text,
        "score": hit.score, "bm25": hit.lexical, "cosine": hit.dense,
    })
}

/// Holds an answer against its case.
///
/// # Errors
/// An answer that cannot be written as JSON.
pub fn record(case: &Case, answer: &Answer, passages: Vec<Value>, documents: &[Document]) -> Result<CaseRecord> {
    let wants_answer = case.expects(Outcome::Answer);
    let answered = answer.outcome == Outcome::Answer;
    let routed_right = case.expects(answer.outcome);
    let mut check = Check { scores: Vec::new(), faults: Vec::new() };
    check.rate("routed_right", routed_right, || format!("expected {}, got {}", wanted(case), answer.outcome));
    let mut text_right = true;
    if answered && wants_answer {
        text_right = check.text(case, answer);
        check.citations(case, answer);
        check.spans(case, answer);
    }
    let fabricated: Vec<&Citation> = answer.citations.iter().filter(|c| !stands(c, documents)).collect();
    let loose = if answered { unsupported(answer, documents) } else { Vec::new() };
    if !answer.citations.is_empty() {
        check.rate("quotes_exact", fabricated.is_empty(), || {
            let ids: Vec<&str> = fabricated.iter().map(|c| c.document.as_str()).collect();
            format!("quotes that do not stand in {}", ids.join(", "))
        });
    }
    if answered {
        let found = || format!("figures that no quote has: {}", loose.join(", "));
        check.rate("figures_supported", loose.is_empty(), found);
    }
    check.retrieval(case, &passages);
    let grounded = fabricated.is_empty();
    let passed = routed_right && text_right && grounded;
    let cited = case.must_cite.is_empty() || answer.citations.iter().any(|c| case.must_cite.contains(&c.document));
    let blamed = match (wants_answer, answer.outcome) {
        _ if passed => None,
        _ if !grounded => Some("grounding"),
        (true, Outcome::Answer) if !cited => Some("retrieval"),
        (true, Outcome::Answer) => Some("composing"),
        (true, Outcome::Defer) if answer.reason.as_deref() == Some("no_evidence") => Some("evidence"),
        (false, Outcome::Answer) if case.expects(Outcome::Defer) => Some("evidence"),
        _ => Some("routing"),
    };
    let question = case.as_question();
    Ok(CaseRecord {
        id: case.id.clone(),
        messages: question.history.into_iter().map(|turn| turn.question).chain([question.text]).collect(),
        expected: case.outcomes().map(|outcome| outcome.as_str().to_owned()).collect(),
        passed,
        cause: blamed.map(str::to_owned),
        faults: check.faults,
        scores: check.scores,
        tags: case.tags.clone(),
        lang: case.lang.clone(),
        split: case.split.clone(),
        note: case.note.clone(),
        wanted: json!({
            "must_include": case.must_include, "must_not_include": case.must_not_include,
            "must_cite": case.must_cite, "reference": case.reference,
            "number": case.number.as_ref().map(|n| json!({ "value": n.value, "tolerance": n.tolerance, "unit": n.unit })),
        }),
        passages,
        answer: serde_json::to_value(answer).map_err(Error::internal("writing an answer"))?,
    })
}

/// A query that only retrieval is judged by: it passes if a wanted document is among the first ten.
pub fn retrieval(case: &Case, passages: Vec<Value>) -> CaseRecord {
    let mut check = Check { scores: Vec::new(), faults: Vec::new() };
    check.retrieval(case, &passages);
    let found = |(name, value): &(String, f64)| name == "mrr@10" && *value > 0.0;
    let passed = check.scores.iter().any(found);
    if !passed {
        check.faults.push(format!("none of {} among the first ten", case.must_cite.join(", ")));
    }
    CaseRecord {
        id: case.id.clone(),
        messages: vec![case.as_question().text],
        expected: Vec::new(),
        passed,
        cause: (!passed).then(|| "retrieval".to_owned()),
        faults: check.faults,
        scores: check.scores,
        tags: case.tags.clone(),
        lang: case.lang.clone(),
        split: case.split.clone(),
        note: case.note.clone(),
        wanted: json!({ "must_cite": case.must_cite }),
        passages,
        answer: json!({}),
    }
}

/// What was found about a case so far.
struct Check {
    scores: Vec<(String, f64)>,
    faults: Vec<String>,
}

impl Check {
    fn score(&mut self, name: impl Into<String>, value: f64) {
        self.scores.push((name.into(), value));
    }

    /// A score that is right or wrong; what is wrong is said.
    fn rate(&mut self, name: &str, is_right: bool, fault: impl FnOnce() -> String) {
        self.score(name, f64::from(u8::from(is_right)));
        if !is_right {
            self.faults.push(fault());
        }
    }

    /// Whether the text has what it must have and nothing that it must not.
    fn text(&mut self, case: &Case, answer: &Answer) -> bool {
        let is_right = is_right(case, &answer.text);
        self.rate("text_right", is_right, || missing(case, &answer.text));
        let mut number_right = true;
        if let Some(wanted) = &case.number {
            let near = |n: &f64| (n - wanted.value).abs() <= wanted.tolerance + 1e-9;
            number_right = figures(&answer.text).iter().filter_map(|figure| figure.parse().ok()).any(|n: f64| near(&n));
            self.rate("number_right", number_right, || format!("the figure {} is not stated", wanted.value));
        }
        let years = years_in(&case.as_question().text);
        let cited: Vec<&str> = answer.citations.iter().filter_map(|c| c.tax_year.as_deref()).collect();
        if let ([year], false) = (&years[..], cited.is_empty()) {
            let year = year.to_string();
            let all = cited.iter().all(|cited| **cited == year);
            self.rate("year_right", all, || format!("asked for {year}, quoted for {}", cited.join(", ")));
        }
        if let Some(reference) = &case.reference {
            let said = MARKER.replace_all(&answer.text, "");
            let references = [reference.as_str()];
            self.score("exact_match", f64::from(u8::from(text::exact_match(&said, &references, Squad::V2))));
            self.score("f1", text::token_f1(&said, &references, Squad::V2));
            self.score("rouge_l", text::rouge_l(&said, &references, text::unicode_words).fmeasure);
        }
        is_right && number_right
    }

    /// The cited documents against those that are to be cited.
    fn citations(&mut self, case: &Case, answer: &Answer) {
        if case.must_cite.is_empty() {
            return;
        }
        let cited: BTreeSet<&str> = answer.citations.iter().map(|c| c.document.as_str()).collect();
        let right = cited.iter().filter(|id| case.must_cite.iter().any(|wanted| wanted == *id)).count();
        self.rate("cited_right", right > 0, || {
            let cited: Vec<&str> = cited.iter().copied().collect();
            format!("cited {}, wanted {}", listed(&cited), case.must_cite.join(" or "))
        });
        if !cited.is_empty() {
            self.score("citation_precision", right as f64 / cited.len() as f64);
        }
        self.score("citation_recall", right as f64 / case.must_cite.len() as f64);
    }

    /// The quoted bytes against the gold spans.
    fn spans(&mut self, case: &Case, answer: &Answer) {
        if case.gold.is_empty() || answer.citations.is_empty() {
            return;
        }
        let shared = |citation: &Citation, (document, span): &(String, Span)| {
            let overlap = citation.end.min(span.end).saturating_sub(citation.start.max(span.start));
            if citation.document == *document { overlap } else { 0 }
        };
        let covers = |gold: &(String, Span)| {
            answer.citations.iter().any(|citation| shared(citation, gold) == gold.1.end - gold.1.start)
        };
        let quoted: usize = answer.citations.iter().map(|c| c.end - c.start).sum();
        let in_gold: usize = answer
            .citations
            .iter()
            .map(|citation| case.gold.iter().map(|gold| shared(citation, gold)).max().unwrap_or(0))
            .sum();
        self.score("span_precision", in_gold as f64 / quoted.max(1) as f64);
        self.score("span_recall", f64::from(u8::from(case.gold.iter().any(covers))));
    }

    /// The documents of the passages, best first, against those that are to be cited.
    fn retrieval(&mut self, case: &Case, passages: &[Value]) {
        if case.must_cite.is_empty() || passages.is_empty() {
            return;
        }
        let mut ranking: Vec<&str> = Vec::new();
        for id in passages.iter().filter_map(|passage| passage["document"].as_str()) {
            if !ranking.contains(&id) {
                ranking.push(id);
            }
        }
        let grade = |id: &String| case.grades.get(id).copied().unwrap_or(1);
        let relevant: BTreeMap<&str, u32> = case.must_cite.iter().map(|id| (id.as_str(), grade(id))).collect();
        let recalls = RANKS.map(|rank| (format!("recall@{rank}"), retrieval::recall_at(&ranking, &relevant, rank)));
        let ranked = [
            ("mrr@10".to_owned(), retrieval::reciprocal_rank_at(&ranking, &relevant, 10)),
            ("ndcg@10".to_owned(), retrieval::ndcg_at(&ranking, &relevant, 10)),
        ];
        let scores = recalls.into_iter().chain(ranked);
        self.scores.extend(scores.filter_map(|(name, value)| Some((name, value?))));
    }
}

fn listed(ids: &[&str]) -> String {
    if ids.is_empty() { "nothing".into() } else { ids.join(", ") }
}

fn wanted(case: &Case) -> String {
    case.outcomes().map(Outcome::as_str).collect::<Vec<_>>().join(" or ")
}

fn missing(case: &Case, text: &str) -> String {
    let text = folded(text);
    let has = |wanted: &String| text.contains(&folded(wanted));
    let lacking = case.must_include.iter().filter(|any| !any.iter().any(has)).map(|any| any.join(" or "));
    let forbidden = case.must_not_include.iter().filter(|wanted| has(wanted));
    let parts: Vec<String> =
        lacking.map(|l| format!("lacks `{l}`")).chain(forbidden.map(|f| format!("has `{f}`"))).collect();
    parts.join("; ")
}

/// Whether a text satisfies `must_include` and `must_not_include`.
pub fn is_right(case: &Case, text: &str) -> bool {
    let text = folded(text);
    let has = |wanted: &String| text.contains(&folded(wanted));
    case.must_include.iter().all(|any| any.iter().any(has)) && !case.must_not_include.iter().any(has)
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace(['’', '‘'], "'").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn stands(citation: &Citation, documents: &[Document]) -> bool {
    let document = documents.iter().find(|d| d.id == citation.document);
    document.is_some_and(|d| d.body.get(citation.start..citation.end) == Some(citation.quote.as_str()))
}

/// The figures of a text, without separators.
fn figures(text: &str) -> Vec<String> {
    let text = MARKER.replace_all(text, " ");
    FIGURE.find_iter(&text).map(|figure| figure.as_str().replace(',', "")).collect()
}

/// The figures of an answer that neither its quotes nor their headings have; a table row's headings are its table's too.
fn unsupported(answer: &Answer, documents: &[Document]) -> Vec<String> {
    let header = |c: &Citation| {
        let document = documents.iter().find(|document| document.id == c.document)?;
        let above = document.body.get(..c.start)?.lines().rev();
        above.take_while(|line| line.trim_start().starts_with('|')).last()
    };
    let places = |c: &Citation| {
        let own = [c.quote.clone(), c.section.clone(), c.title.clone(), c.tax_year.clone().unwrap_or_default()];
        own.into_iter().chain(header(c).map(str::to_owned)).collect::<Vec<_>>()
    };
    // A worksheet is worked out from its rows, from what was asked and what was assumed; the text says what comes of it.
    let worksheet = (answer.mode == Some(Made::Calculate)).then(|| {
        let asked = answer.rewritten.as_ref().unwrap_or(&answer.question);
        let given = quantities(asked).into_iter().filter_map(|quantity| quantity.a_year());
        let given = given
            .chain(quantities(asked).into_iter().map(|quantity| quantity.value))
            .map(|value| value.normalize().to_string());
        let lines = answer.text.lines().filter(|line| line.trim_start().starts_with("- ")).map(str::to_owned);
        let assumed = answer.assumed.iter().map(|assumed| assumed.value.clone());
        lines.chain(assumed).chain([asked.clone()]).chain(given).collect::<Vec<_>>().join("\n")
    });
    let texts: Vec<String> = answer.citations.iter().flat_map(places).chain(worksheet).collect();
    let held: BTreeSet<String> = texts.iter().flat_map(|text| figures(text)).collect();
    let is_something = |figure: &String| figure.contains(|c| matches!(c, '1'..='9')); // nothing needs no source
    let stated: BTreeSet<String> = figures(&answer.text).into_iter().filter(is_something).collect();
    stated.difference(&held).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_compared_without_separators_and_markers_are_none() {
        assert_eq!(figures("$15,750.50 for 2025 [1] and 10%"), ["15750.50", "2025", "10"]);
    }
}
