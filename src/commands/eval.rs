//! `purview eval`: cases through the pipeline, failures first, then the rates.

use std::{ops::ControlFlow, process::ExitCode};

use serde_json::json;

use super::{data, folder, open, printer::visible, progress::Bars};
use crate::{
    cli::{Eval, PackChoice},
    error::{Error, Result},
    eval::{Case, Scored, Summary, cases, score},
    pack::Pack,
    progress::Progress,
    settings::Settings,
};

pub fn run(args: &Eval) -> Result<ExitCode> {
    let folder = folder(Some(&args.pack), &Settings::load()?)?;
    let cases = selected(args, &Pack::open(&folder)?)?;
    let choice = PackChoice { pack: Some(folder.display().to_string()), ..PackChoice::default() };
    let mut specialist = open(&choice, args.mode)?;
    let mut report = Bars::default().reporter();
    report(Progress::Begin { what: "asking", total: cases.len() as u64, bytes: false });
    let mut scored = Vec::new();
    for case in cases {
        let answer = specialist.ask(&case.as_question(), &mut |_| ControlFlow::Continue(()))?;
        scored.push(score(case, answer, specialist.index()));
        report(Progress::Advance(1));
    }
    report(Progress::End);
    if !args.summary {
        for failed in scored.iter().filter(|s| !s.passed()) {
            data(&visible(&failure(failed)))?;
        }
    }
    let summary = Summary::of(&scored);
    data(&format!("{} · {} cases", specialist.pack().label(), scored.len()))?;
    for (name, rate) in &summary.rates {
        data(&format!("{name:<26} {rate}"))?;
    }
    data(&format!("{:<26} median {:.1} ms, 95% {:.1} ms", "pipeline", summary.total_ms.0, summary.total_ms.1))?;
    if let Some(path) = &args.output {
        let cases: Vec<_> = scored.iter().map(record).collect();
        let text =
            serde_json::to_string_pretty(&json!({ "schema": 1, "pack": specialist.pack().label(), "cases": cases }))
                .map_err(Error::internal("writing the report"))?;
        std::fs::write(path, text).map_err(Error::io("write", path))?;
    }
    gate(&args.fail_under, &summary)?;
    Ok(ExitCode::SUCCESS)
}

fn selected(args: &Eval, pack: &Pack) -> Result<Vec<Case>> {
    let files = if args.tests.is_empty() { pack.test_files() } else { args.tests.clone() };
    let mut all = Vec::new();
    for file in &files {
        all.extend(cases::load(file)?);
    }
    let found = all.len();
    // A draft is a note of what went wrong; what should have come is not settled yet.
    all.retain(|case| match &args.split {
        Some(split) => case.split.as_ref() == Some(split),
        None => case.split.as_deref() != Some("draft"),
    });
    all.retain(|case| args.tag.is_empty() || args.tag.iter().any(|tag| case.tags.contains(tag)));
    if all.is_empty() {
        return Err(Error::NoTests(format!("none of {found} cases in {} files is selected", files.len())));
    }
    Ok(all)
}

fn failure(failed: &Scored) -> String {
    let question = failed.case.as_question().text;
    let got = failed.answer.reason.as_deref().unwrap_or(&failed.answer.text);
    let got: String = got.chars().take(300).collect();
    let expected = failed.case.expect.map_or_else(|| format!("{:?}", failed.case.expect_any), |e| format!("{e:?}"));
    let wanted = if failed.case.must_include.is_empty() {
        String::new()
    } else {
        format!(" with {:?}", failed.case.must_include)
    };
    format!(
        "✗ {} [{}] {question}\n    expected {expected}{wanted}\n    got {:?}: {got}\n    cited {:?}, wanted {:?}",
        failed.case.id,
        failed.cause(),
        failed.answer.outcome,
        failed.answer.citations.iter().map(|c| c.document.as_str()).collect::<Vec<_>>(),
        failed.case.must_cite,
    )
}

fn record(scored: &Scored) -> serde_json::Value {
    json!({
        "id": scored.case.id, "passed": scored.passed(), "cause": scored.cause(), "outcome": scored.answer.outcome,
        "text_right": scored.text_right, "cited_right": scored.cited_right, "number_right": scored.number_right,
        "fabricated": scored.fabricated, "tags": scored.case.tags, "answer": scored.answer,
    })
}

/// Holds the summary against what was asked of it.
fn gate(wanted: &[String], summary: &Summary) -> Result<()> {
    for condition in wanted {
        let names = || summary.rates.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let parsed = condition.split_once('=').and_then(|(name, value)| Some((name, value.parse::<f64>().ok()?)));
        let Some((name, value)) = parsed else {
            return Err(Error::usage(
                format!("`--fail-under {condition}` is not METRIC=VALUE"),
                format!("metrics: {}", names()),
            ));
        };
        let Some((_, rate)) = summary.rates.iter().find(|(known, _)| *known == name) else {
            return Err(Error::usage(format!("no metric is called `{name}`"), format!("metrics: {}", names())));
        };
        if rate.value() < value {
            return Err(Error::QualityGate(format!("`{name}` is {rate}, below {value}")));
        }
    }
    Ok(())
}
