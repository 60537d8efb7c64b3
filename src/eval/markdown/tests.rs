//! What the Markdown of a report holds.

use super::{
    super::fixture::{HOSTILE, case, empty, hostile, metric},
    *,
};

/// The cells of each row of each table; a `|` after a backslash belongs to its cell.
fn widths(page: &str) -> Vec<usize> {
    let rows = page.lines().filter(|line| line.starts_with('|'));
    rows.map(|row| row.replace("\\|", "").matches('|').count() - 1).collect()
}

/// The page without its code spans, as `CommonMark` finds them: from a run of backticks to the next run as long.
fn without_code(page: &str) -> String {
    let page = page.replace("\\`", "");
    let mut rest = page.as_str();
    let mut prose = String::new();
    while let Some(at) = rest.find('`') {
        let fence = rest[at..].chars().take_while(|c| *c == '`').count();
        let open = at + fence;
        let runs = rest[open..].match_indices(&rest[at..open]);
        let is_run = |found: usize| !rest[..found].ends_with('`') && !rest[found + fence..].starts_with('`');
        let close = runs.map(|(found, _)| open + found).find(|found| is_run(*found)).expect("code ends");
        prose += &rest[..at];
        rest = &rest[close + fence..];
    }
    prose + rest
}

#[test]
fn hostile_text_stays_in_its_cell() {
    let page = markdown(&hostile());
    assert_eq!(widths(&page), [vec![5; 4], vec![5; 6], vec![4; 4], vec![3; 3]].concat(), "{page}");
    let prose = without_code(&page);
    assert!(!prose.contains("<img") && !prose.contains("<script") && prose.contains("&lt;img"), "{prose}");
    assert!(page.chars().all(|c| c == '\n' || !c.is_control()), "{page}");
}

#[test]
fn nothing_is_a_report_too() {
    let page = markdown(&empty());
    assert!(
        page.contains("0 of 0 cases passed") && page.contains("No metrics.") && page.contains("Failures: 0"),
        "{page}"
    );
    assert!(!page.contains("NaN"), "{page}");
}

#[test]
fn a_metric_over_no_cases_has_a_dash() {
    let report = Report { metrics: vec![metric("f1", "answer", 0, None)], ..empty() };
    assert!(markdown(&report).contains("| `f1` | – | 0 | – |"));
}

#[test]
fn a_rate_comes_with_its_counts_and_its_change() {
    assert!(
        markdown(&hostile())
            .contains("| `passed` | 0.500 | 2/4 | 0.400 – 0.600 | ▲ +0.250 better (+0.050 – +0.400, p < 0.001) |")
    );
}

#[test]
fn regressions_come_before_failures() {
    let page = markdown(&hostile());
    assert!(page.find("### Regressions: 2") < page.find("### Failures: 2"));
}

#[test]
fn at_most_fifty_failures_are_listed() {
    let cases = (0..73).map(|at| case(&format!("case-{at}"), false)).collect();
    let page = markdown(&Report { cases, ..empty() });
    assert_eq!(page.matches("| `case-").count(), 50);
    assert!(page.contains("### Failures: 73") && page.contains("… and 23 more."), "{page}");
}

#[test]
fn code_has_more_backticks_around_than_within() {
    assert_eq!((code("a|b").as_str(), code_cell("a|b").as_str()), ("`a|b`", r"`a\|b`"));
    assert_eq!(code("a``b`"), "``` a``b` ```");
    assert_eq!(code("\n"), "–");
    assert!(!code(HOSTILE).contains('\n'));
}
