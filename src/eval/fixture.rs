//! Reports for the tests of every page: an empty one, and one of a few hostile cases.

use serde_json::{Value, json};

use super::report::{
    Bin, CaseRecord, Change, Comparison, Latency, Metric, Provenance, Reliability, Report, Resources, RiskPoint,
    SCHEMA, Slice,
};

/// Text that ends elements, attributes, cells and strings where it is not escaped.
pub const HOSTILE: &str = "</script><!--<script>\"'|`&\0\x1b[31m\n<img src=http://evil.example/x onerror=alert(1)>";

/// A report of nothing.
pub fn empty() -> Report {
    Report {
        schema: SCHEMA,
        made: Provenance::default(),
        metrics: Vec::new(),
        confusion: [[0; 4]; 4],
        risk_coverage: Vec::new(),
        reliability: Vec::new(),
        latency: Vec::new(),
        resources: Resources::default(),
        slices: Vec::new(),
        comparison: None,
        cases: Vec::new(),
    }
}

/// A metric; a rate where `hits` are given.
pub fn metric(name: &str, group: &str, n: usize, hits: Option<usize>) -> Metric {
    let value = hits.map_or(0.5, |hits| hits as f64 / n.max(1) as f64);
    let (low, high) = ((value - 0.1).max(0.0), (value + 0.1).min(1.0));
    Metric {
        name: name.into(),
        group: group.into(),
        about: HOSTILE.into(),
        value,
        n,
        hits,
        low,
        high,
        higher_is_better: true,
    }
}

/// A case that passed or failed.
pub fn case(id: &str, passed: bool) -> CaseRecord {
    let answer = json!({
        "outcome": "answer", "reason": null, "text": HOSTILE, "timings_ms": {"total": 250.0},
        "citations": [{"marker": 1, "document": "d", "title": HOSTILE, "quote": HOSTILE}], "findings": [],
    });
    CaseRecord {
        id: id.into(),
        messages: vec!["before".into(), HOSTILE.into()],
        expected: vec!["refuse".into()],
        passed,
        cause: (!passed).then(|| "routing".into()),
        faults: if passed { Vec::new() } else { vec!["first".into(), HOSTILE.into()] },
        scores: vec![("f1".into(), 0.5)],
        tags: vec![HOSTILE.into()],
        lang: Some("en".into()),
        split: None,
        note: None,
        wanted: Value::Null,
        passages: vec![json!({"rank": 1, "document": "d", "title": "t", "section": "s", "text": HOSTILE})],
        answer,
    }
}

/// A report that has something of everything, with hostile text wherever text can stand.
pub fn hostile() -> Report {
    let made = Provenance {
        version: "0.1.0".into(),
        pack: HOSTILE.into(),
        title: HOSTILE.into(),
        hashes: vec![(HOSTILE.into(), HOSTILE.into())],
        processor: HOSTILE.into(),
        command: vec![HOSTILE.into()],
        ..Provenance::default()
    };
    let change = Change {
        name: "passed".into(),
        before: 0.25,
        after: 0.5,
        low: 0.05,
        high: 0.4,
        p: 0.000_1,
        higher_is_better: true,
    };
    Report {
        made: made.clone(),
        metrics: vec![metric("passed", "outcome", 4, Some(2)), metric("f1", "answer", 0, None)],
        confusion: [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [4, 0, 0, 0]],
        risk_coverage: [0.25, 0.5, 1.0].map(|coverage| RiskPoint { coverage, risk: 0.1, threshold: 0.5 }).into(),
        reliability: vec![Reliability {
            gate: HOSTILE.into(),
            bar: Some(0.5),
            bins: vec![Bin { confidence: 0.5, accuracy: 0.5, n: 4 }],
        }],
        latency: vec![Latency { stage: HOSTILE.into(), n: 4, p50: 1.0, p90: 2.0, p95: 3.0, p99: 4.0, max: 5.0 }],
        slices: vec![Slice {
            by: "tag".into(),
            name: HOSTILE.into(),
            n: 4,
            metrics: vec![metric("passed", "outcome", 0, Some(0))],
        }],
        comparison: Some(Comparison {
            baseline: made,
            n: 4,
            changes: vec![change],
            regressions: vec!["b|1".into(), HOSTILE.into()],
            improvements: vec!["c\"2".into()],
        }),
        cases: vec![case("a", true), case("b|1", false), case("c\"2", true), case(HOSTILE, false)],
        ..empty()
    }
}
