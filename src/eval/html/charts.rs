//! The curves behind the metrics, each as a chart with the same numbers as a table behind it: risk–coverage,
//! reliability of the gates, latency.

mod latency;
mod reliability;
mod risk;

use super::{
    super::report::Report,
    markup::{each, text},
};

/// A chart with its table.
struct Figure {
    /// Above it.
    title: String,
    /// What to see in it.
    hint: String,
    /// The drawing; none: there is nothing to draw.
    svg: Option<String>,
    /// The table's columns.
    head: Vec<&'static str>,
    /// Its rows, as they are shown.
    rows: Vec<Vec<String>>,
}

/// All charts.
pub fn section(report: &Report) -> String {
    let mut figures = vec![risk::figure(&report.risk_coverage)];
    figures.extend(report.reliability.iter().map(reliability::figure));
    figures.push(latency::figure(&report.latency));
    let drawn = each(&figures, card);
    format!("<section id=\"charts\"><h2>Charts</h2><div class=\"cards\">{drawn}</div></section>")
}

fn card(figure: &Figure) -> String {
    let shown = match &figure.svg {
        Some(svg) => {
            format!("<div class=\"drawing\"><p class=\"hint\">{}</p>{svg}</div>{}", text(&figure.hint), table(figure))
        }
        None => "<p class=\"empty\">Nothing was measured.</p>".into(),
    };
    format!("<figure><figcaption>{}</figcaption>{shown}</figure>", text(&figure.title))
}

fn table(figure: &Figure) -> String {
    let head = each(&figure.head, |name| format!("<th scope=\"col\" class=\"num\">{}</th>", text(name)));
    let cells = |row| each(row, |cell: &String| format!("<td class=\"num\">{}</td>", text(cell)));
    let rows = each(&figure.rows, |row| format!("<tr>{}</tr>", cells(row)));
    format!(
        r#"<details class="behind"><summary>The numbers</summary>
<div class="scroll" tabindex="0" role="region" aria-label="{}">
<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>"#,
        text(&format!("{}, as a table", figure.title))
    )
}
