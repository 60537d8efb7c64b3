//! A report on the terminal: regressions first, then failures, then ten lines.

use super::{super::printer::visible, data, stated};
use crate::{
    error::Result,
    eval::{CaseRecord, Report, report::Metric},
};

/// Signals of a failure's trace.
const SIGNALS: [&str; 4] = ["scope", "evidence", "policy", "nearest.outside"];
/// Letters of an answer that are shown.
const LETTERS: usize = 300;

/// The cases that failed, those that passed in the baseline first.
pub fn failures(report: &Report) -> Result<()> {
    let regressed = |case: &CaseRecord| report.comparison.iter().any(|c| c.regressions.contains(&case.id));
    let (first, rest): (Vec<&CaseRecord>, Vec<&CaseRecord>) =
        report.cases.iter().filter(|case| !case.passed).partition(|case| regressed(case));
    for case in first.into_iter().chain(rest) {
        data(&visible(&failure(case, regressed(case))))?;
    }
    Ok(())
}

fn failure(case: &CaseRecord, is_regression: bool) -> String {
    let mut lines = Vec::new();
    let passed_before = if is_regression { ", passed in the baseline" } else { "" };
    let blamed = case.cause.as_deref().unwrap_or("none");
    lines.push(format!("✗ {} [{blamed}{passed_before}] {}", case.id, case.messages.join(" › ")));
    let reason = case.answer["reason"].as_str().map_or_else(String::new, |reason| format!(" ({reason})"));
    lines.push(format!("    {} → {}{reason}", case.expected.join(" or "), case.outcome()));
    lines.extend(case.faults.iter().map(|fault| format!("    {fault}")));
    let said: String =
        case.answer["text"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if case.outcome() == "answer" {
        lines.push(format!("    said: {}", said.chars().take(LETTERS).collect::<String>()));
    }
    let findings = case.answer["findings"].as_array().into_iter().flatten();
    let trace = findings.filter(|f| SIGNALS.iter().any(|signal| f["signal"] == *signal)).map(|finding| {
        let bar = finding["bar"].as_f64().map_or_else(String::new, |bar| format!("/{bar:.2}"));
        let note = finding["note"].as_str().map_or_else(String::new, |note| format!(" “{note}”"));
        let value = finding["value"].as_f64().unwrap_or_default();
        format!("{} {value:.2}{bar}{note}", finding["signal"].as_str().unwrap_or_default())
    });
    let trace: Vec<String> = trace.collect();
    if !trace.is_empty() {
        lines.push(format!("    trace: {}", trace.join(" · ")));
    }
    lines.join("\n")
}

/// Ten lines, fewer where there is nothing to say.
pub fn summary(report: &Report) -> Result<()> {
    let metric = |name: &str| report.metrics.iter().find(|metric| metric.name == name);
    let one = |label: &str, name: &str| metric(name).map(|metric| format!("{label:<18} {}", stated(metric)));
    let several = |label: &str, names: &[(&str, &str)]| {
        let short = |metric: &Metric, label: &str| {
            let of = metric.hits.map_or_else(|| format!("n {}", metric.n), |hits| format!("{hits}/{}", metric.n));
            format!("{label} {:.3} ({of})", metric.value)
        };
        let shown: Vec<String> = names.iter().filter_map(|(label, name)| Some(short(metric(name)?, label))).collect();
        (!shown.is_empty()).then(|| format!("{label:<18} {}", shown.join(" · ")))
    };
    let gate = |label: &str, gate: &str| {
        let name = |metric: &str| format!("{gate}_{metric}");
        several(label, &[("AUROC", &name("auroc")), ("FPR@95", &name("fpr95")), ("ECE", &name("ece"))])
    };
    let made = &report.made;
    let lines = [
        Some(format!("{} · {} cases · {} · {}", made.pack, report.cases.len(), made.mode, made.retrieval)),
        one("passed", "passed"),
        one("answered right", "answered_right"),
        several("wrongly", &[("answered", "false_answers"), ("deferred or refused", "false_refusals")]),
        several(
            "not answered",
            &[
                ("far", "far_not_answered"),
                ("near", "near_not_answered"),
                ("unanswerable", "unanswerable_not_answered"),
                ("policy", "policy_not_answered"),
                ("handoff", "handoff_not_answered"),
            ],
        ),
        several("retrieval", &[("recall@10", "recall@10"), ("MRR@10", "mrr@10"), ("nDCG@10", "ndcg@10")]),
        several(
            "citations",
            &[("right", "cited_right"), ("quotes exact", "quotes_exact"), ("figures supported", "figures_supported")],
        ),
        gate("scope gate", "scope"),
        gate("evidence gate", "evidence"),
        Some(took(report)),
    ];
    lines.into_iter().flatten().try_for_each(|line| data(&line))?;
    if let Some(comparison) = &report.comparison {
        data(&format!(
            "against {}    {} regressions, {} improvements, over the {} cases that both have",
            comparison.baseline.date,
            comparison.regressions.len(),
            comparison.improvements.len(),
            comparison.n,
        ))?;
        for change in comparison.changes.iter().filter(|change| (change.after - change.before).abs() > 1e-12) {
            let (before, after, low, high) = (change.before, change.after, change.low, change.high);
            let (name, p) = (&change.name, change.p);
            data(&format!("  {name:<26} {before:.3} → {after:.3} (95% {low:+.3} to {high:+.3}, p {p:.3})"))?;
        }
    }
    Ok(())
}

fn took(report: &Report) -> String {
    let total = report.latency.iter().find(|latency| latency.stage == "total");
    let times = total.map(|t| format!("median {:.1} ms, 95% {:.1} ms, 99% {:.1} ms", t.p50, t.p95, t.p99));
    let resources = &report.resources;
    let memory = resources.peak_bytes.map(|bytes| format!("{:.0} MiB at most", bytes as f64 / 1024.0 / 1024.0));
    let tokens = resources.tokens_per_second.map(|rate| format!("{rate:.0} tokens/s"));
    let checking = resources.verification_share.map(|share| format!("verification adds {:.1}%", 100.0 * share));
    let energy =
        resources.joules_per_answer.map_or_else(|| "energy not measured".into(), |j| format!("{j:.2} J an answer"));
    let parts = [times, tokens, checking, memory, Some(energy)];
    format!("{:<18} {}", "pipeline", parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}
