//! What `purview route --json` shows of a ruling: the signals, their values and bars, and the examples nearest to the
//! question. On the pack that comes with the program.

use std::path::Path;

use serde_json::{Value, json};

use crate::{home, program::Program, shape};

fn us_tax(verb: &str) -> Program {
    Program::at(home::shared()).args([verb, "-p"]).arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("domains/us-tax"))
}

fn ruled(question: &str) -> Value {
    let ruling = us_tax("route").args(["--json", question]).run().ok().json();
    shape::outcome(&ruling);
    shape::findings(&ruling["findings"]);
    ruling
}

/// A signal's finding.
fn finding<'r>(ruling: &'r Value, signal: &str) -> &'r Value {
    let findings = ruling["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["signal"] == signal).unwrap_or_else(|| panic!("no {signal}: {ruling:#}"))
}

/// Its value, and the bar that it was held against.
fn held(finding: &Value) -> (f64, f64) {
    (finding["value"].as_f64().unwrap(), finding["bar"].as_f64().unwrap())
}

fn says(ruling: &Value) -> (&str, &str) {
    (ruling["outcome"].as_str().unwrap(), ruling["reason"].as_str().unwrap_or_default())
}

#[test]
fn a_refusal_shows_the_scope_below_its_bar_and_the_nearest_examples() {
    let ruling = ruled("best pizza in Leeds?");
    assert_eq!(says(&ruling), ("refuse", "out_of_scope"));
    let (scope, bar) = held(finding(&ruling, "scope"));
    assert!(scope < bar && ruling["scope"] == json!(scope), "{ruling:#}");
    for signal in ["nearest.example", "nearest.near_miss", "nearest.elsewhere", "nearest.heading"] {
        let nearest = finding(&ruling, signal);
        assert!(!nearest["note"].as_str().unwrap().is_empty() && nearest["bar"].is_null(), "{nearest}");
    }
}

#[test]
fn a_near_miss_shows_which_and_the_answer_says_who_can_help() {
    let question = "what is the rrsp contribution limit this year";
    let ruling = ruled(question);
    assert_eq!(says(&ruling), ("refuse", "out_of_scope"));
    let near = finding(&ruling, "nearest.near_miss");
    assert!(near["note"].as_str().unwrap().contains("RRSP"), "{near}");
    assert!(near["value"].as_f64() > finding(&ruling, "nearest.example")["value"].as_f64(), "{ruling:#}");
    let answer = us_tax("ask").args(["--json", question]).run().ok().json();
    assert!(answer["text"].as_str().unwrap().contains("try the Canada Revenue Agency"), "{answer:#}");
}

#[test]
fn a_rule_of_the_pack_shows_the_phrase_or_the_example_that_fired_it() {
    for (question, outcome, rule, note) in [
        ("How do I fake receipts for business meals?", "refuse", "policy:evasion", "fake receipt"),
        ("Where is my refund right now?", "defer", "policy:own-case", "where is my refund right now"),
    ] {
        let ruling = ruled(question);
        assert_eq!(says(&ruling), (outcome, rule));
        let fired = finding(&ruling, rule);
        let (value, bar) = held(fired);
        assert!(value >= bar && fired["note"] == note, "{fired}");
    }
}

#[test]
fn a_deferral_shows_the_evidence_below_its_bar_and_what_it_was_made_of() {
    let ruling = ruled("Who signs the tax return of a ward under guardianship of two aunts?");
    assert_eq!(says(&ruling), ("defer", "no_evidence"));
    let (scope, bar) = held(finding(&ruling, "scope"));
    assert!(scope >= bar, "{ruling:#}");
    let (evidence, bar) = held(finding(&ruling, "evidence"));
    assert!(evidence < bar, "{ruling:#}");
    for part in ["best", "cosine", "coverage", "missing", "agreement", "kind"] {
        assert_eq!(finding(&ruling, &format!("evidence.{part}"))["bar"], Value::Null);
    }
}

#[test]
fn what_is_answered_shows_both_gates_above_their_bars() {
    let ruling = ruled("What is the standard deduction for a single filer in 2025?");
    assert_eq!(says(&ruling), ("answer", ""));
    for gate in ["scope", "evidence"] {
        let (value, bar) = held(finding(&ruling, gate));
        assert!(value >= bar, "{ruling:#}");
    }
}
