//! A report as one HTML file that asks for nothing: no font, no image, no script from elsewhere. Knows the page's order
//! and its policy; charts are drawn here as SVG, cases are handed to the page's script as JSON.

mod cases;
mod charts;
mod comparison;
mod header;
mod markup;
mod plot;
mod spark;
mod tables;
mod tiles;

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use super::report::Report;
use markup::text;

const STYLE: &str = include_str!("html/style.css");
/// First what shows one case, then the list of them.
const SCRIPT: &str = concat!(include_str!("html/case.js"), include_str!("html/script.js"));

/// The report as a page.
pub fn html(report: &Report) -> String {
    let title = if report.made.title.is_empty() { &report.made.pack } else { &report.made.title };
    let comparison = report.comparison.as_ref().map(|found| comparison::section(report, found)).unwrap_or_default();
    let compared = if comparison.is_empty() { "" } else { "<a href=\"#comparison\">Comparison</a>" };
    format!(
        r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="purview {version}">
<title>{title} – evaluation</title>
<style>{STYLE}</style>
</head>
<body>
<a class="skip" href="#cases">Skip to the cases</a>
{header}
<nav aria-label="Parts of the report">
<a href="#summary">Summary</a>{compared}<a href="#charts">Charts</a>
<a href="#metrics">Metrics</a><a href="#slices">Slices</a><a href="#cases">Cases</a></nav>
<main>
{tiles}
{comparison}
{charts}
{metrics}
{slices}
{cases}
</main>
<script>{SCRIPT}</script>
</body>
</html>
"##,
        policy = policy(),
        version = text(&report.made.version),
        title = text(title),
        header = header::header(report),
        tiles = tiles::section(report),
        charts = charts::section(report),
        metrics = tables::metrics(report),
        slices = tables::slices(report),
        cases = cases::section(report),
    )
}

/// Nothing is loaded, and only this file's own style and script count, so markup in a document can do nothing even if
/// it were not escaped (CSP Level 3, hashes of inline elements).
fn policy() -> String {
    let hash = |inline: &str| BASE64_STANDARD.encode(Sha256::digest(inline));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

#[cfg(test)]
mod tests;
