//! A report as `JUnit` XML, as build servers read it: a case is a test. Knows XML's escaping; nothing of metrics, which
//! that format has no place for.

use super::{
    figure,
    report::{CaseRecord, Report},
};

/// The report as a test suite.
pub fn junit(report: &Report) -> String {
    let made = &report.made;
    let failures = report.cases.iter().filter(|case| !case.passed).count();
    let seconds =
        report.resources.seconds.unwrap_or_else(|| report.cases.iter().map(seconds).fold(0.0, |sum, s| sum + s));
    let cases: String = report.cases.iter().map(|case| test_case(case, &made.pack)).collect();
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\"", report.cases.len());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <testsuites {counts} time=\"{seconds:.3}\">\n\
        <testsuite name=\"{pack}\" {counts} skipped=\"0\" time=\"{seconds:.3}\" timestamp=\"{date}\">\n\
        {cases}</testsuite>\n</testsuites>\n",
        pack = xml(&made.pack),
        date = xml(&made.date),
    )
}

fn test_case(case: &CaseRecord, pack: &str) -> String {
    let head =
        format!("<testcase name=\"{}\" classname=\"{}\" time=\"{:.3}\"", xml(&case.id), xml(pack), seconds(case));
    if case.passed {
        return format!("{head}/>\n");
    }
    format!(
        "{head}><failure message=\"{faults}\" type=\"{cause}\">{question}\n\n\
        expected {expected}, got {outcome}\n\n{text}</failure></testcase>\n",
        faults = xml(&case.faults.join("\n")),
        cause = xml(case.cause.as_deref().unwrap_or("unknown")),
        question = xml(figure::question(case)),
        expected = xml(&figure::expected(case)),
        outcome = xml(figure::outcome(case)),
        text = xml(case.answer["text"].as_str().unwrap_or_default()),
    )
}

fn seconds(case: &CaseRecord) -> f64 {
    case.answer["timings_ms"]["total"].as_f64().unwrap_or(0.0) / 1000.0
}

/// Text for an element or a quoted attribute: what XML 1.0 has no character for is left out (XML 1.0, production 2), and
/// line breaks are references to characters, which attributes keep.
fn xml(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\t' => escaped += "&#9;",
            '\n' => escaped += "&#10;",
            '\r' => escaped += "&#13;",
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
