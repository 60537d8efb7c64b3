//! A report as Markdown for a pull request: what changed for the worse first, short enough to be read. Knows tables and
//! their escaping; every case stands in the JSON and the HTML report, not here.

use super::{
    figure::{self, OUTCOMES, Unit, Verdict, count},
    report::{CaseRecord, Change, Comparison, Metric, Report},
};

/// Failures, regressions and improvements that are listed.
const LISTED: usize = 50;

/// Metrics of a slice that a pull request shows side by side.
const COLUMNS: usize = 5;

/// The report as GitHub-flavoured Markdown.
pub fn markdown(report: &Report) -> String {
    let comparison = report.comparison.as_ref();
    let parts = [
        made(report),
        metrics(report),
        comparison.map(|found| compared(report, found)).unwrap_or_default(),
        confusion(&report.confusion),
        failures(report),
        slices(report),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn made(report: &Report) -> String {
    let made = &report.made;
    let passed = report.cases.iter().filter(|case| case.passed).count();
    let hashes: Vec<_> = made.hashes.iter().map(|(name, hash)| format!("{} {}", cell(name), code(hash))).collect();
    let hashes = if hashes.is_empty() { String::new() } else { format!("<br>Hashes: {}", hashes.join(", ")) };
    format!(
        "## Evaluation of {pack}\n\n**{passed} of {of} cases passed.**\n\n\
        <sub>purview {version}, {date}, mode {mode}, retrieval {retrieval}, seed {seed}, {repeat}× each, {processor} \
        ({threads} threads)<br>{command}{hashes}</sub>\n",
        pack = code(&made.pack),
        passed = count(passed),
        of = count(report.cases.len()),
        version = cell(&made.version),
        date = cell(&made.date),
        mode = cell(&made.mode),
        retrieval = cell(&made.retrieval),
        seed = made.seed,
        repeat = made.repeat,
        processor = cell(&made.processor),
        threads = made.threads,
        command = code(&figure::command(made)),
    )
}

fn metrics(report: &Report) -> String {
    let main = figure::main(report);
    if main.is_empty() {
        return "### Metrics\n\nNo metrics.\n".into();
    }
    let changes = report.comparison.as_ref().map(|found| found.changes.as_slice());
    let change_of = |metric: &Metric| {
        changes.map(|changes| {
            let change = changes.iter().find(|change| change.name == metric.name);
            change.map_or(figure::NONE.into(), |change| change_cell(change, Unit::of(metric)))
        })
    };
    let mut head = vec!["Metric", "Value", "n", "95% interval"];
    head.extend(changes.map(|_| "Change"));
    let row = |metric: &&Metric| {
        let cells = [code_cell(&metric.name), figure::value(metric), figure::over(metric), figure::interval(metric)];
        cells.into_iter().chain(change_of(metric)).collect()
    };
    format!("### Metrics\n\n{}", table(&head, main.iter().map(row)))
}

fn change_cell(change: &Change, unit: Unit) -> String {
    let difference = unit.difference(change.after - change.before);
    let range = [change.low, change.high].map(|end| unit.difference(end)).join(" – ");
    let (arrow, word, p) = (figure::arrow(change), Verdict::of(change).word(), figure::p(change.p));
    format!("{arrow} {difference} {word} ({range}, p {p})")
}

fn compared(report: &Report, found: &Comparison) -> String {
    let differing = figure::differing(&report.made, &found.baseline);
    let differing = if differing.is_empty() { "nothing".into() } else { differing.join(", ") };
    format!(
        "### Regressions: {worse}\n\n{regressions}\n\
        ### Improvements: {better}\n\n{improvements}\n\
        Baseline: {pack}, purview {version}, {date}; {n} cases in both. Hashes that differ: {differing}.\n",
        worse = count(found.regressions.len()),
        regressions = ids(report, &found.regressions),
        better = count(found.improvements.len()),
        improvements = ids(report, &found.improvements),
        pack = cell(&found.baseline.pack),
        version = cell(&found.baseline.version),
        date = cell(&found.baseline.date),
        n = count(found.n),
        differing = cell(&differing),
    )
}

fn ids(report: &Report, ids: &[String]) -> String {
    if ids.is_empty() {
        return "None.\n".into();
    }
    let item = |id: &String| {
        let case = report.cases.iter().find(|case| case.id == *id);
        let asked = case.map(|case| format!(": {} ({})", cell(figure::question(case)), went(case))).unwrap_or_default();
        format!("- {}{asked}\n", code(id))
    };
    let listed: String = ids.iter().take(LISTED).map(item).collect();
    listed + and_more(ids.len()).as_str()
}

fn confusion(counts: &[[usize; 4]; 4]) -> String {
    let head: Vec<&str> = std::iter::once("expected ╲ came").chain(OUTCOMES).collect();
    let row = |(outcome, counts): (&&str, &[usize; 4])| {
        std::iter::once(format!("**{outcome}**")).chain(counts.iter().map(|n| count(*n))).collect()
    };
    format!("### Outcomes\n\n{}", table(&head, OUTCOMES.iter().zip(counts).map(row)))
}

fn failures(report: &Report) -> String {
    let failed: Vec<&CaseRecord> = report.cases.iter().filter(|case| !case.passed).collect();
    if failed.is_empty() {
        return "### Failures: 0\n".into();
    }
    let row = |case: &&CaseRecord| {
        vec![
            code_cell(&case.id),
            cell(figure::question(case)),
            went(case),
            cell(case.cause.as_deref().unwrap_or(figure::NONE)),
        ]
    };
    let rows = failed.iter().take(LISTED).map(row);
    let table = table(&["Case", "Question", "Expected → got", "Cause"], rows);
    format!("### Failures: {}\n\n{table}{}", count(failed.len()), and_more(failed.len()))
}

fn went(case: &CaseRecord) -> String {
    cell(&format!("{} → {}", figure::expected(case), figure::outcome(case)))
}

/// How many of a list were left out.
fn and_more(of: usize) -> String {
    if of > LISTED { format!("\n… and {} more.\n", count(of - LISTED)) } else { String::new() }
}

/// The first of the main metrics over the cases of each tag and language.
fn slices(report: &Report) -> String {
    let main: Vec<&str> = figure::main(report).into_iter().map(|metric| metric.name.as_str()).collect();
    let has = |name: &&str| report.slices.iter().flat_map(|slice| &slice.metrics).any(|metric| metric.name == *name);
    let names: Vec<&str> = main.into_iter().filter(has).take(COLUMNS).collect();
    if report.slices.is_empty() {
        return String::new();
    }
    let titles: Vec<String> = names.iter().map(|name| code_cell(name)).collect();
    let head: Vec<&str> = ["Slice", "Cases"].into_iter().chain(titles.iter().map(String::as_str)).collect();
    let rows = report.slices.iter().map(|slice| {
        let figures = names.iter().map(|name| match slice.metrics.iter().find(|metric| metric.name == *name) {
            Some(metric) if metric.n > 0 => format!("{} ({})", figure::value(metric), figure::over(metric)),
            _ => figure::NONE.into(),
        });
        [cell(&format!("{}: {}", slice.by, slice.name)), count(slice.n)].into_iter().chain(figures).collect()
    });
    format!("### Slices\n\n{}", table(&head, rows))
}

/// Cells are escaped already.
fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[&str]| format!("| {} |\n", cells.join(" | "));
    let rule = line(&vec!["---"; head.len()]);
    let rows: String = rows.map(|row| line(&row.iter().map(String::as_str).collect::<Vec<_>>())).collect();
    line(head) + rule.as_str() + rows.as_str()
}

/// Text in a cell: on one line, and nothing in it is markup, a mention (`@`), an issue
/// (`#`) or mathematics (`$`).
fn cell(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for c in one_line(raw).chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '@' => escaped += "&#64;",
            '\\' | '|' | '`' | '*' | '_' | '~' | '[' | ']' | '#' | '$' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// [`code`] in a table, where a `|` is escaped even between backticks.
fn code_cell(raw: &str) -> String {
    code(raw).replace('|', r"\|")
}

/// Text in backticks, more of them than there are in it.
fn code(raw: &str) -> String {
    let text = one_line(raw);
    if text.is_empty() {
        return figure::NONE.into();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Line breaks, tabs and control characters are spaces, and spaces in a row are one.
fn one_line(raw: &str) -> String {
    raw.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests;
