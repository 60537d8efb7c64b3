//! Against a baseline: what fails now first, then what passes now, then each metric's change.

use super::{
    super::{
        figure::{self, Unit, Verdict, count},
        report::{Change, Comparison, Report},
    },
    markup::{case_address, each, text},
};

/// Cases of a list that are shown before it is opened.
const FIRST: usize = 20;

/// The comparison.
pub fn section(report: &Report, found: &Comparison) -> String {
    let baseline = &found.baseline;
    let differing = figure::differing(&report.made, baseline);
    let differing = if differing.is_empty() { "nothing".into() } else { differing.join(", ") };
    let rows = each(&found.changes, |change| row(change, Unit::named(report, &change.name)));
    format!(
        r#"<section id="comparison"><h2>Against the baseline</h2>
<p class="hint">{pack}, purview {version}, <time datetime="{date}">{date}</time>; {n} cases in both.
Hashes that differ: {differing}.</p>
<h3>Regressions: {worse}</h3>{regressions}
<h3>Improvements: {better}</h3>{improvements}
<h3 id="changes">Changes</h3>{changes}</section>"#,
        pack = text(&baseline.pack),
        version = text(&baseline.version),
        date = text(&baseline.date),
        n = count(found.n),
        differing = text(&differing),
        worse = count(found.regressions.len()),
        better = count(found.improvements.len()),
        regressions = list(report, &found.regressions, "No case that passed fails now."),
        improvements = list(report, &found.improvements, "No case that failed passes now."),
        changes = if rows.is_empty() {
            "<p class=\"empty\">No metric is in both.</p>".into()
        } else {
            format!(
                r#"<div class="scroll" tabindex="0" role="region" aria-labelledby="changes">
<table class="changes"><thead><tr>
<th scope="col">Metric</th><th scope="col" class="num">Before</th>
<th scope="col" class="num">Now</th><th scope="col" class="num">Difference</th>
<th scope="col" class="num">95% interval</th><th scope="col" class="num">p</th>
<th scope="col">Change</th></tr></thead>
<tbody>{rows}</tbody></table></div>"#
            )
        },
    )
}

fn list(report: &Report, ids: &[String], empty: &str) -> String {
    if ids.is_empty() {
        return format!("<p class=\"empty\">{empty}</p>");
    }
    let item = |id: &String| {
        let question = report.cases.iter().find(|case| case.id == *id).map_or("", figure::question);
        format!("<li><a href=\"{}\"><code>{}</code></a> {}</li>", case_address(id), text(id), text(question))
    };
    let items = |ids: &[String]| each(ids, item);
    let (first, rest) = ids.split_at(ids.len().min(FIRST));
    let more = if rest.is_empty() {
        String::new()
    } else {
        let summary = format!("{} more", count(rest.len()));
        format!("<details class=\"behind\"><summary>{summary}</summary><ul>{}</ul></details>", items(rest))
    };
    format!("<ul class=\"ids\">{}</ul>{more}", items(first))
}

fn row(change: &Change, unit: Unit) -> String {
    format!(
        r#"<tr><th scope="row"><code>{name}</code></th>
<td class="num">{before}</td><td class="num">{after}</td><td class="num">{difference}</td>
<td class="num">{low} – {high}</td><td class="num">{p}</td>
<td class="change {word}"><span aria-hidden="true">{arrow}</span> {word}</td></tr>"#,
        name = text(&change.name),
        before = unit.write(change.before),
        after = unit.write(change.after),
        difference = unit.difference(change.after - change.before),
        low = unit.difference(change.low),
        high = unit.difference(change.high),
        p = text(&figure::p(change.p)),
        word = Verdict::of(change).word(),
        arrow = figure::arrow(change),
    )
}
