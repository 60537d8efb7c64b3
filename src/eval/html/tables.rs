//! Metrics by group, and slices, as tables.

use super::{
    super::{
        figure::{self, NONE, count},
        report::{Metric, Report, Slice},
    },
    markup::{each, text},
    spark,
};

/// Columns of the table of slices where a report's main metrics are in none of them.
const COLUMNS: usize = 8;

/// Every metric.
pub fn metrics(report: &Report) -> String {
    let mut groups: Vec<&str> = Vec::new();
    for metric in &report.metrics {
        if !groups.contains(&metric.group.as_str()) {
            groups.push(&metric.group);
        }
    }
    let body = |group: &str| {
        let rows = each(report.metrics.iter().filter(|metric| metric.group == group), row);
        format!(
            "<tbody><tr class=\"group\"><th colspan=\"5\" scope=\"rowgroup\">{}</th></tr>{rows}</tbody>",
            text(group)
        )
    };
    let bodies = each(groups, body);
    let table = if bodies.is_empty() {
        "<p class=\"empty\">No metrics.</p>".into()
    } else {
        format!(
            r#"<div class="scroll" tabindex="0" role="region" aria-labelledby="metrics-title">
<table class="metrics"><thead><tr><th scope="col">Metric</th><th scope="col" class="num">Value</th>
<th scope="col" class="num">n</th><th scope="col" class="num">95% interval</th>
<th scope="col"><span class="unseen">Interval as a bar</span></th></tr></thead>
{bodies}</table></div>"#
        )
    };
    format!("<section id=\"metrics\"><h2 id=\"metrics-title\">Metrics</h2>{table}</section>")
}

fn row(metric: &Metric) -> String {
    format!(
        r#"<tr><th scope="row"><code>{name}</code> <span class="about">{about}{less}</span></th>
<td class="num">{value}</td><td class="num">{over}</td><td class="num">{interval}</td><td>{spark}</td></tr>"#,
        name = text(&metric.name),
        about = text(&metric.about),
        less = if metric.higher_is_better { "" } else { " (less is better)" },
        value = figure::value(metric),
        over = figure::over(metric),
        interval = figure::interval(metric),
        spark = spark::interval(metric),
    )
}

/// The main metrics over the cases of each tag and language.
pub fn slices(report: &Report) -> String {
    let names = columns(report);
    let head = each(&names, |name| format!("<th scope=\"col\" class=\"num\">{}</th>", text(name)));
    let rows = each(&report.slices, |slice| slice_row(slice, &names));
    let table = if rows.is_empty() {
        "<p class=\"empty\">No slices: the cases have neither tags nor languages.</p>".into()
    } else {
        format!(
            r#"<p class="hint">Main metrics with their intervals; the JSON report has all of them.</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="slices-title">
<table class="slices sortable"><thead><tr>
<th scope="col">By</th><th scope="col">Slice</th><th scope="col" class="num">Cases</th>{head}</tr></thead>
<tbody>{rows}</tbody></table></div>"#
        )
    };
    format!("<section id=\"slices\"><h2 id=\"slices-title\">Slices</h2>{table}</section>")
}

/// The main metrics that any slice has; if none has one, the first that there are.
fn columns(report: &Report) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for metric in report.slices.iter().flat_map(|slice| &slice.metrics) {
        if !names.contains(&metric.name.as_str()) {
            names.push(&metric.name);
        }
    }
    let main: Vec<&str> = figure::main(report).into_iter().map(|metric| metric.name.as_str()).collect();
    if names.iter().any(|name| main.contains(name)) {
        names.retain(|name| main.contains(name));
    } else {
        names.truncate(COLUMNS);
    }
    names
}

fn slice_row(slice: &Slice, names: &[&str]) -> String {
    let cells = each(names, |name| cell(slice.metrics.iter().find(|m| m.name == *name)));
    format!(
        r#"<tr><td>{}</td><th scope="row">{}</th><td class="num" data-sort="{}">{}</td>{cells}</tr>"#,
        text(&slice.by),
        text(&slice.name),
        slice.n,
        count(slice.n),
    )
}

fn cell(metric: Option<&Metric>) -> String {
    match metric {
        Some(metric) if metric.n > 0 => format!(
            r#"<td class="num" data-sort="{sort}">{value} <small>{interval}</small> <small>n = {over}</small></td>"#,
            sort = metric.value,
            value = figure::value(metric),
            interval = figure::interval(metric),
            over = figure::over(metric),
        ),
        _ => format!("<td class=\"num\" data-sort=\"\">{NONE}</td>"),
    }
}
