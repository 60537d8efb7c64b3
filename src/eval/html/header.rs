//! What produced the report: pack, program, command, seed, processor, hashes, and what it took.

use super::{
    super::{
        figure::{self, NONE, count},
        report::{Report, Resources},
    },
    markup::{each, text},
};

const GIBIBYTE: f64 = 1_073_741_824.0;

/// The page's header.
pub fn header(report: &Report) -> String {
    let made = &report.made;
    let title = if made.title.is_empty() { &made.pack } else { &made.title };
    let passed = report.cases.iter().filter(|case| case.passed).count();
    let facts = [
        ("Pack", text(&made.pack).to_string()),
        ("Program", format!("purview {}", text(&made.version))),
        ("Date", format!(r#"<time datetime="{0}">{0}</time>"#, text(&made.date))),
        ("Answers", text(&made.mode).to_string()),
        ("Retrieval", text(&made.retrieval).to_string()),
        ("Seed", made.seed.to_string()),
        ("Asked", format!("{}× each", made.repeat)),
        ("Processor", format!("{}, {} threads", or_none(&text(&made.processor).to_string()), made.threads)),
    ]
    .into_iter()
    .chain(took(&report.resources));
    let facts = each(facts, |(name, value)| format!("<div><dt>{name}</dt><dd>{}</dd></div>", or_none(&value)));
    format!(
        r#"<header>
<p class="kicker">Evaluation</p>
<h1>{title}</h1>
<p class="lead"><strong>{passed}</strong> of <strong>{of}</strong> cases passed, {failed} failed.</p>
<dl class="facts">{facts}</dl>
<p class="command"><span>Command</span> <code>{command}</code></p>
{hashes}
</header>"#,
        title = text(title),
        passed = count(passed),
        of = count(report.cases.len()),
        failed = count(report.cases.len() - passed),
        command = text(&figure::command(made)),
        hashes = hashes(&made.hashes),
    )
}

/// `–` for nothing; what is given is escaped already.
fn or_none(value: &str) -> &str {
    if value.is_empty() { NONE } else { value }
}

/// What was measured of what it took.
fn took(resources: &Resources) -> Vec<(&'static str, String)> {
    let measured = [
        ("Took", resources.seconds.map(|s| format!("{s:.1} s"))),
        ("Peak memory", resources.peak_bytes.map(|b| format!("{:.2} GiB", b as f64 / GIBIBYTE))),
        ("Generation", resources.tokens_per_second.map(|t| format!("{t:.1} tokens/s"))),
        ("Verification adds", resources.verification_share.map(|share| format!("{:.1}%", 100.0 * share))),
        ("Energy", resources.joules_per_answer.map(|j| format!("{j:.2} J per answer"))),
    ];
    measured.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn hashes(hashes: &[(String, String)]) -> String {
    if hashes.is_empty() {
        return String::new();
    }
    let row = |(name, hash): &(String, String)| {
        format!(r#"<tr><th scope="row">{}</th><td><code>{}</code></td></tr>"#, text(name), text(hash))
    };
    let rows = each(hashes, row);
    format!(
        r#"<details class="behind"><summary>Hashes of what the numbers depend on</summary>
<div class="scroll"><table><thead><tr><th scope="col">What</th><th scope="col">Hash</th></tr></thead>
<tbody>{rows}</tbody></table></div></details>"#
    )
}
