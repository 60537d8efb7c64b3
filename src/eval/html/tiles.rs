//! The main metrics, a tile each, and the confusion matrix of outcomes.

use super::{
    super::{
        figure::{self, OUTCOMES, Unit, Verdict, count},
        report::{Change, Metric, Report},
    },
    markup::{each, text},
    spark,
};

/// Tiles and confusion.
pub fn section(report: &Report) -> String {
    let tiles = each(figure::main(report), |metric| tile(report, metric));
    let tiles = if tiles.is_empty() {
        "<p class=\"empty\">No metrics.</p>".into()
    } else {
        format!("<ul class=\"tiles\">{tiles}</ul>")
    };
    format!(
        "<section id=\"summary\"><h2>Summary</h2>{tiles}<h3 id=\"confusion\">Outcomes</h3>{}</section>",
        confusion(&report.confusion)
    )
}

fn tile(report: &Report, metric: &Metric) -> String {
    let change = report.comparison.iter().flat_map(|found| &found.changes).find(|change| change.name == metric.name);
    format!(
        r#"<li><p class="name">{name}</p><p class="value">{value}</p>{spark}
<p class="small">95%: {interval} <span class="n">n = {over}</span></p>{change}
<p class="about">{about}</p></li>"#,
        name = text(&metric.name.replace('_', " ")),
        value = figure::value(metric),
        spark = spark::interval(metric),
        interval = figure::interval(metric),
        over = figure::over(metric),
        change = change.map(|change| self::change(change, Unit::of(metric))).unwrap_or_default(),
        about = text(&metric.about),
    )
}

fn change(change: &Change, unit: Unit) -> String {
    format!(
        r#"<p class="change {word}"><span aria-hidden="true">{arrow}</span> {difference} <strong>{word}</strong></p>"#,
        word = Verdict::of(change).word(),
        arrow = figure::arrow(change),
        difference = unit.difference(change.after - change.before),
    )
}

/// Rows: expected; columns: what came. Shades go by the share of the row, which stands below each count.
fn confusion(counts: &[[usize; 4]; 4]) -> String {
    let head = each(OUTCOMES, |outcome| format!("<th scope=\"col\">{outcome}</th>"));
    let rows = each(OUTCOMES.iter().enumerate(), |(at, outcome)| row(at, outcome, &counts[at]));
    format!(
        r#"<div class="scroll" tabindex="0" role="region" aria-labelledby="confusion">
<table class="confusion"><caption>Expected (rows) against what came (columns). Outlined: as expected.</caption>
<thead><tr><td></td>{head}<th scope="col">n</th></tr></thead>
<tbody>{rows}</tbody></table></div>"#
    )
}

fn row(at: usize, outcome: &str, counts: &[usize; 4]) -> String {
    let of: usize = counts.iter().sum();
    let cell = |(column, hits): (usize, &usize)| {
        let share = if of == 0 { 0.0 } else { *hits as f64 / of as f64 };
        let shown = if of == 0 { figure::NONE.into() } else { format!("{:.0}%", share * 100.0) };
        let right = if column == at { " right" } else { "" };
        // Ten shades; what is not nothing is never without one.
        let tint = (share * 10.0).ceil() as usize;
        format!("<td class=\"s{tint}{right}\">{} <small>{shown}</small></td>", count(*hits))
    };
    let cells = each(counts.iter().enumerate(), cell);
    format!("<tr><th scope=\"row\">{outcome}</th>{cells}<td class=\"sum\">{}</td></tr>", count(of))
}
