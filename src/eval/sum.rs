//! Records summed up: metrics with their n and intervals, the table of outcomes, the gates' curves, slices. Pure.

use std::collections::BTreeSet;

use super::{
    Rate,
    metrics::{confusion::Confusion, gates, interval, selective},
    report::{CaseRecord, Latency, Metric, Reliability, RiskPoint, Slice},
};

/// Bins of the reliability diagrams.
const BINS: usize = 10;
/// The share of what belongs that a gate lets through where its false positive rate is told, as is the custom for
/// out-of-distribution detection (Hendrycks & Gimpel 2017).
const LET_THROUGH: f64 = 0.95;
/// The outcomes in the order of the table.
const OUTCOMES: [&str; 4] = ["answer", "clarify", "defer", "refuse"];

/// What is taken of a case: a number in [0, 1], or nothing where the case is not about it.
pub struct Measure {
    /// Its name, as `--fail-under` takes it.
    pub name: &'static str,
    group: &'static str,
    about: &'static str,
    /// Whether more is better.
    pub higher_is_better: bool,
    /// Whether it is yes or no.
    pub is_rate: bool,
    /// The case's number.
    pub of: fn(&CaseRecord) -> Option<f64>,
}

const fn rate(
    name: &'static str,
    group: &'static str,
    about: &'static str,
    of: fn(&CaseRecord) -> Option<f64>,
) -> Measure {
    Measure { name, group, about, higher_is_better: true, is_rate: true, of }
}

const fn mean(
    name: &'static str,
    group: &'static str,
    about: &'static str,
    of: fn(&CaseRecord) -> Option<f64>,
) -> Measure {
    Measure { is_rate: false, ..rate(name, group, about, of) }
}

const fn less_is_better(measure: Measure) -> Measure {
    Measure { higher_is_better: false, ..measure }
}

#[expect(clippy::unnecessary_wraps, reason = "what every measure gives")]
fn yes(is: bool) -> Option<f64> {
    Some(f64::from(u8::from(is)))
}

fn not_answered(case: &CaseRecord, tag: &str) -> Option<f64> {
    if case.tags.iter().any(|t| t == tag) { yes(case.outcome() != "answer") } else { None }
}

/// Every measure that is taken case by case.
#[rustfmt::skip]
pub const MEASURES: &[Measure] = &[
    rate("passed", "outcome", "cases right in all they ask for", |c| yes(c.passed)),
    rate("answered_right", "outcome", "answerable questions answered with all that they must have",
        |c| if c.is_answerable() { yes(c.passed) } else { None }),
    rate("routed_right", "outcome", "the outcome is a right one", |c| c.score("routed_right")),
    rate("answerable_answered", "outcome", "answerable questions answered at all",
        |c| if c.is_answerable() { yes(c.outcome() == "answer") } else { None }),
    less_is_better(rate("false_answers", "outcome", "answered, and an answer is no right outcome",
        |c| if c.expected.is_empty() || c.expects("answer") { None } else { yes(c.outcome() == "answer") })),
    less_is_better(rate("false_refusals", "outcome", "answerable questions deferred or refused",
        |c| if c.is_answerable() { yes(matches!(c.outcome(), "defer" | "refuse")) } else { None })),
    rate("far_not_answered", "outcome", "far out of scope, not answered", |c| not_answered(c, "far")),
    rate("near_not_answered", "outcome", "near misses, not answered", |c| not_answered(c, "near")),
    rate("policy_not_answered", "outcome", "against the policy, not answered", |c| not_answered(c, "policy")),
    rate("handoff_not_answered", "outcome", "for a person to answer, not answered", |c| not_answered(c, "handoff")),
    rate("unanswerable_not_answered", "outcome", "in scope, not in the documents, not answered",
        |c| not_answered(c, "unanswerable")),
    rate("followup_right", "outcome", "follow-ups right",
        |c| if c.tags.iter().any(|t| t == "followup") { yes(c.passed) } else { None }),
    rate("stable", "outcome", "the same answer each time it was asked", |c| c.score("stable")),
    rate("text_right", "answer", "answers with every `must_include`", |c| c.score("text_right")),
    rate("number_right", "answer", "answers with the figure", |c| c.score("number_right")),
    rate("year_right", "answer", "answers quoted for the year asked for", |c| c.score("year_right")),
    rate("exact_match", "answer", "answers equal to the reference (SQuAD)", |c| c.score("exact_match")),
    mean("f1", "answer", "words shared with the reference (SQuAD)", |c| c.score("f1")),
    mean("rouge_l", "answer", "longest common subsequence with the reference (ROUGE-L)", |c| c.score("rouge_l")),
    rate("cited_right", "citation", "answers that cite a wanted document", |c| c.score("cited_right")),
    mean("citation_precision", "citation", "cited documents that are wanted", |c| c.score("citation_precision")),
    mean("citation_recall", "citation", "wanted documents that are cited", |c| c.score("citation_recall")),
    mean("span_precision", "citation", "quoted bytes that are in gold spans", |c| c.score("span_precision")),
    mean("span_recall", "citation", "gold spans that a quote covers", |c| c.score("span_recall")),
    rate("quotes_exact", "citation", "every quote stands in its document byte for byte", |c| c.score("quotes_exact")),
    rate("figures_supported", "citation", "every figure stands in a quote", |c| c.score("figures_supported")),
    mean("recall@10", "retrieval", "wanted documents among the first 10", |c| c.score("recall@10")),
    mean("mrr@10", "retrieval", "one over the first wanted document's rank", |c| c.score("mrr@10")),
    mean("recall@1", "retrieval", "among the first", |c| c.score("recall@1")),
    mean("recall@5", "retrieval", "among the first 5", |c| c.score("recall@5")),
    mean("recall@20", "retrieval", "among the first 20", |c| c.score("recall@20")),
    mean("ndcg@10", "retrieval", "gain by rank against the ideal", |c| c.score("ndcg@10")),
];

/// What is taken of a gate: from its probabilities, and whether each was so.
type OfGate = fn(&[f64], &[bool]) -> Option<f64>;

/// What is taken of each gate over all cases.
const OF_GATES: [(&str, &str, bool, OfGate); 4] = [
    ("auroc", "chance that one that belongs is rated above one that does not", true, gates::auroc),
    ("fpr95", "let through though it does not belong, where 95% of what belongs is", false, |p, l| {
        gates::fpr_at(p, l, LET_THROUGH)
    }),
    ("ece", "distance of the probability from how often it came true", false, |p, l| {
        gates::calibration_error(p, l, BINS).map(|error| error.value)
    }),
    ("brier", "mean squared error of the probability", false, gates::brier_score),
];

/// A gate's probability of a case and whether it was so; nothing where it does not count.
type Judged = fn(&CaseRecord) -> Option<(f64, bool)>;

const GATES: [(&str, Judged); 2] = [("scope", scope), ("evidence", evidence)];

/// The scope gate says whether a question belongs to the domain. A rule of the pack's may refuse one that does, so
/// cases about rules do not count.
fn scope(case: &CaseRecord) -> Option<(f64, bool)> {
    if case.tags.iter().any(|tag| tag == "policy" || tag == "handoff") {
        return None;
    }
    let belongs = case.expects("answer") || case.expects("clarify") || case.expects("defer");
    // `defer or refuse` says that either is right for a near miss, so it does not belong.
    let is_near = case.tags.iter().any(|tag| tag == "near" || tag == "far");
    Some((case.finding("scope")?, belongs && !is_near))
}

/// The evidence gate says whether the passages hold the answer; only what reached it counts.
fn evidence(case: &CaseRecord) -> Option<(f64, bool)> {
    Some((case.finding("evidence")?, case.expects("answer")))
}

impl CaseRecord {
    /// What came.
    pub fn outcome(&self) -> &str {
        self.answer["outcome"].as_str().unwrap_or_default()
    }

    /// Whether an outcome is right.
    pub fn expects(&self, outcome: &str) -> bool {
        self.expected.iter().any(|expected| expected == outcome)
    }

    /// Whether the case wants an answer and nothing else.
    pub fn is_answerable(&self) -> bool {
        self.expects("answer") && !self.expects("clarify")
    }

    /// A score by its name.
    pub fn score(&self, name: &str) -> Option<f64> {
        self.scores.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// A gate's probability.
    pub fn finding(&self, signal: &str) -> Option<f64> {
        let findings = self.answer["findings"].as_array()?;
        findings.iter().find(|finding| finding["signal"] == signal)?["value"].as_f64()
    }
}

/// All metrics over some cases; those that no case has a number for have n = 0 and are left out.
pub fn metrics<'r>(cases: &[&'r CaseRecord], seed: u64) -> Vec<Metric> {
    let mut metrics: Vec<Metric> = MEASURES.iter().filter_map(|measure| of_cases(measure, cases, seed)).collect();
    for (name, about, higher_is_better, of) in OF_GATES {
        for (gate, judged) in GATES {
            let (probabilities, labels): (Vec<f64>, Vec<bool>) =
                cases.iter().filter_map(|case: &&'r _| judged(case)).unzip();
            let name = format!("{gate}_{name}");
            metrics.extend(over_pairs(&name, about, higher_is_better, &probabilities, &labels, of, seed));
        }
    }
    let (confidences, wrong) = confidences(cases);
    let about = "mean share of wrong answers over all coverages (AURC), of what is answered";
    metrics.extend(over_pairs("aurc", about, false, &confidences, &wrong, selective::aurc, seed));
    metrics
}

fn of_cases(measure: &Measure, cases: &[&CaseRecord], seed: u64) -> Option<Metric> {
    let values: Vec<f64> = cases.iter().filter_map(|case| (measure.of)(case)).collect();
    if values.is_empty() {
        return None;
    }
    let hits = values.iter().filter(|value| **value > 0.5).count();
    let rate = Rate { hits, of: values.len() };
    let (value, (low, high)) = if measure.is_rate {
        (rate.value(), rate.interval())
    } else {
        (values.iter().sum::<f64>() / values.len() as f64, interval::mean_interval(&values, seed))
    };
    Some(Metric {
        name: measure.name.into(),
        group: measure.group.into(),
        about: measure.about.into(),
        value,
        n: values.len(),
        hits: measure.is_rate.then_some(hits),
        low,
        high,
        higher_is_better: measure.higher_is_better,
    })
}

/// A metric of probabilities and labels together, with a bootstrap interval over cases.
fn over_pairs(
    name: &str,
    about: &str,
    higher_is_better: bool,
    probabilities: &[f64],
    labels: &[bool],
    of: OfGate,
    seed: u64,
) -> Option<Metric> {
    let value = of(probabilities, labels)?;
    let pick = |indices: &[usize]| -> (Vec<f64>, Vec<bool>) {
        indices.iter().map(|at| (probabilities[*at], labels[*at])).unzip()
    };
    // A sample without both kinds has no such number; it counts as the whole's.
    let interval = interval::bootstrap(labels.len(), seed, |indices| {
        let (p, l) = pick(indices);
        of(&p, &l).unwrap_or(value)
    });
    let (low, high) = interval.unwrap_or((value, value));
    let (name, about, n) = (name.to_owned(), about.to_owned(), labels.len());
    Some(Metric { name, group: "gate".into(), about, value, n, hits: None, low, high, higher_is_better })
}

/// How sure the evidence gate was of what was answered, and whether that was wrong.
fn confidences(cases: &[&CaseRecord]) -> (Vec<f64>, Vec<bool>) {
    let answered = cases.iter().filter(|case| case.outcome() == "answer");
    answered.filter_map(|case| Some((case.finding("evidence")?, !case.passed))).unzip()
}

/// The table of outcomes: rows what was expected, columns what came.
pub fn confusion(cases: &[&CaseRecord]) -> [[usize; 4]; 4] {
    let place = |outcome: &str| OUTCOMES.iter().position(|known| *known == outcome);
    let pair = |case: &&CaseRecord| {
        let right = if case.expects(case.outcome()) { Some(case.outcome()) } else { None };
        let expected = right.or_else(|| case.expected.first().map(String::as_str))?;
        Some((place(expected)?, place(case.outcome())?))
    };
    Confusion::count(cases.iter().filter_map(pair)).0
}

/// Share answered against share wrong among them; coverage is of all cases, so the curve ends at the share answered.
pub fn risk_coverage(cases: &[&CaseRecord]) -> Vec<RiskPoint> {
    let (confidences, wrong) = confidences(cases);
    let share = confidences.len() as f64 / cases.len().max(1) as f64;
    let points = selective::risk_coverage(&confidences, &wrong);
    points.into_iter().map(|point| RiskPoint { coverage: point.coverage * share, ..point }).collect()
}

/// The gates' reliability diagrams.
pub fn reliability(cases: &[&CaseRecord]) -> Vec<Reliability> {
    let of = |(gate, judged): (&str, Judged)| {
        let (probabilities, labels): (Vec<f64>, Vec<bool>) = cases.iter().filter_map(|case| judged(case)).unzip();
        let error = gates::calibration_error(&probabilities, &labels, BINS)?;
        let bars = cases.iter().flat_map(|case| case.answer["findings"].as_array().into_iter().flatten());
        let bar = bars.filter(|finding| finding["signal"] == gate).find_map(|finding| finding["bar"].as_f64());
        Some(Reliability { gate: gate.to_owned(), bar, bins: error.bins })
    };
    GATES.into_iter().filter_map(of).collect()
}

/// Milliseconds of each stage.
pub fn latency(cases: &[&CaseRecord]) -> Vec<Latency> {
    let of = |stage: &str| {
        let mut times: Vec<f64> = cases.iter().filter_map(|case| case.answer["timings_ms"][stage].as_f64()).collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| interval::percentile(&times, share);
        let (p50, p90, p95, p99, max) = (at(0.5)?, at(0.9)?, at(0.95)?, at(0.99)?, at(1.0)?);
        Some(Latency { stage: stage.to_owned(), n: times.len(), p50, p90, p95, p99, max })
    };
    ["route", "retrieve", "first_token", "total"].into_iter().filter_map(of).collect()
}

/// The metrics of each tag and language that some cases have and others do not.
pub fn slices(cases: &[&CaseRecord], seed: u64) -> Vec<Slice> {
    let tags: BTreeSet<&str> = cases.iter().flat_map(|case| &case.tags).map(String::as_str).collect();
    let langs: BTreeSet<&str> = cases.iter().filter_map(|case| case.lang.as_deref()).collect();
    let named = tags.into_iter().map(|tag| ("tag", tag)).chain(langs.into_iter().map(|lang| ("lang", lang)));
    let slice = |(by, name): (&str, &str)| {
        let of = |case: &&&CaseRecord| {
            if by == "tag" { case.tags.iter().any(|tag| tag == name) } else { case.lang.as_deref() == Some(name) }
        };
        let within: Vec<&CaseRecord> = cases.iter().filter(of).copied().collect();
        let metrics = MEASURES.iter().filter_map(|measure| of_cases(measure, &within, seed)).collect();
        Slice { by: by.into(), name: name.into(), n: within.len(), metrics }
    };
    named.map(slice).filter(|slice| slice.n < cases.len()).collect()
}
