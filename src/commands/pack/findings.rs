//! A check's findings as text: for people with the source line and a caret, as JSON, as GitHub workflow commands.
//! Reads the lines that it quotes; writes to nobody.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::super::printer::visible;
use crate::{
    error::Place,
    pack::{
        check::Checked,
        finding::{Finding, Severity},
    },
};

/// Characters of a source line that are shown: two terminal lines of the narrowest kind that people still use.
const WINDOW: usize = 100;
/// How many of them stand before the caret.
const BEFORE: usize = 40;

/// How files are named, and what they say.
pub struct Shown {
    here: PathBuf,
    lines: BTreeMap<PathBuf, Vec<String>>,
}

impl Shown {
    /// Files under `here` are named from there.
    pub fn new(here: PathBuf) -> Self {
        Self { here, lines: BTreeMap::new() }
    }

    fn name(&self, path: &Path) -> String {
        path.strip_prefix(&self.here).unwrap_or(path).display().to_string()
    }

    /// A message, which may speak of other places.
    fn message(&self, message: &str) -> String {
        match self.here.to_str() {
            Some(here) if !here.is_empty() => message.replace(&format!("`{here}/"), "`"),
            _ => message.to_owned(),
        }
    }

    fn place(&self, place: &Place) -> String {
        Place { file: self.name(&place.file).into(), ..place.clone() }.to_string()
    }

    fn line(&mut self, place: &Place) -> Option<&str> {
        let lines = self.lines.entry(place.file.clone()).or_insert_with(|| {
            let bytes = std::fs::read(&place.file).unwrap_or_default(); // a file that is gone has no line to show
            String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
        });
        lines.get(place.line.checked_sub(1)?).map(String::as_str)
    }
}

/// A finding as a person reads it.
pub fn human(finding: &Finding, shown: &mut Shown) -> String {
    let Finding { problem, severity, lint } = finding;
    let head =
        format!("{severity}[{}]: `{}`: {}", lint.code(), shown.place(&problem.place), shown.message(&problem.message));
    let mut lines = vec![visible(&head)];
    if let Some(line) = shown.line(&problem.place) {
        let (text, caret) = window(line, problem.place.column);
        let number = problem.place.line.to_string();
        lines.push(format!("  {number} | {text}"));
        if let Some(caret) = caret {
            lines.push(format!("  {} | {caret}", " ".repeat(number.len())));
        }
    }
    lines.extend(problem.hint.as_ref().map(|hint| visible(&format!("hint: {hint}"))));
    lines.join("\n")
}

/// The part of a line around a column, and a caret under it. A wide character is stepped under with a wide space, so
/// that the caret stands right without a table of widths.
fn window(line: &str, column: usize) -> (String, Option<String>) {
    let chars: Vec<char> = visible(line).chars().map(|c| if c == '\t' { ' ' } else { c }).collect();
    let at = column.saturating_sub(1).min(chars.len());
    let start = if chars.len() <= WINDOW { 0 } else { at.saturating_sub(BEFORE) };
    let end = chars.len().min(start + WINDOW);
    let (left, right) = (if start > 0 { "…" } else { "" }, if end < chars.len() { "…" } else { "" });
    let text = format!("{left}{}{right}", chars[start..end].iter().collect::<String>());
    let caret = (column > 0).then(|| {
        let under = chars[start..at].iter().map(|c| if is_wide(*c) { '\u{3000}' } else { ' ' });
        left.chars().map(|_| ' ').chain(under).chain(['^']).collect()
    });
    (text, caret)
}

/// The large blocks that Unicode's East Asian Width (UAX #11) has as wide.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}')
}

/// All findings as one JSON object.
pub fn json(checked: &Checked, shown: &Shown) -> String {
    let number = |n: usize| if n == 0 { Value::Null } else { n.into() };
    let findings = checked.findings.iter().map(|finding| {
        let Finding { problem, severity, lint } = finding;
        json!({
            "severity": severity.to_string(),
            "code": lint.code(),
            "file": shown.name(&problem.place.file),
            "line": number(problem.place.line),
            "column": number(problem.place.column),
            "message": shown.message(&problem.message),
            "hint": problem.hint,
        })
    });
    let whole = json!({
        "schema": 1,
        "pack": checked.label,
        "errors": checked.count(Severity::Error),
        "warnings": checked.count(Severity::Warning),
        "findings": findings.collect::<Vec<_>>(),
    });
    whole.to_string()
}

/// A finding as a workflow command (GitHub Docs, "Workflow commands for GitHub Actions", setting an error message).
pub fn github(finding: &Finding, shown: &Shown) -> String {
    let Finding { problem, severity, lint } = finding;
    let escaped = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escaped(text).replace(':', "%3A").replace(',', "%2C");
    let numbers =
        [("line", problem.place.line), ("col", problem.place.column)].into_iter().filter(|(_, value)| *value > 0);
    let properties: Vec<String> = std::iter::once(format!("file={}", property(&shown.name(&problem.place.file))))
        .chain(numbers.map(|(name, value)| format!("{name}={value}")))
        .chain([format!("title={}", property(lint.code()))])
        .collect();
    let hint = problem.hint.as_ref().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
    let message = escaped(&visible(&format!("{}{hint}", shown.message(&problem.message))));
    format!("::{severity} {}::{message}", properties.join(","))
}

/// How many of what.
pub fn summary(checked: &Checked, folder: &Path) -> String {
    let label = checked.label.clone().unwrap_or_else(|| folder.display().to_string());
    let counted = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    match (checked.count(Severity::Error), checked.count(Severity::Warning)) {
        (0, 0) => format!("{label}: nothing to report"),
        (errors, warnings) => format!("{label}: {}, {}", counted(errors, "error"), counted(warnings, "warning")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::finding::Lint;

    fn finding(file: &Path, line: usize, column: usize) -> Finding {
        let place = Place { file: file.to_owned(), line, column };
        Finding::error(Lint::UnknownKey, place, "unknown field `titel`, 100%").hint("did you mean `title`?")
    }

    #[test]
    fn a_person_sees_the_line_with_a_caret_under_the_column() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("domain.toml");
        std::fs::write(&path, "[pack]\n\tname = 1, titel = 2\n").unwrap();
        let mut shown = Shown::new(folder.path().to_owned());
        insta::assert_snapshot!(human(&finding(&path, 2, 12), &mut shown), @r"
        error[unknown-key]: `domain.toml:2:12`: unknown field `titel`, 100%
          2 |  name = 1, titel = 2
            |            ^
        hint: did you mean `title`?
        ");
    }

    #[test]
    fn a_long_line_is_shown_around_the_column() {
        let line = format!("{}{{here}}{}", "가".repeat(300), "b".repeat(300));
        let (text, caret) = window(&line, 301);
        assert!(text.starts_with('…') && text.ends_with('…') && text.contains("{here}"), "{text}");
        let caret = caret.unwrap();
        assert_eq!(text.chars().position(|c| c == '{'), caret.chars().position(|c| c == '^'));
        assert_eq!(caret.chars().filter(|c| *c == '\u{3000}').count(), BEFORE);
    }

    #[test]
    fn a_line_cannot_talk_to_the_terminal() {
        assert_eq!(window("a\x1b[2Jb", 2).0, "a␛[2Jb");
    }

    #[test]
    fn a_finding_without_a_line_has_neither_source_nor_caret() {
        let text = human(&finding(Path::new("/nowhere/tests"), 0, 0), &mut Shown::new(PathBuf::new()));
        assert_eq!(text.lines().count(), 2, "{text}");
    }

    #[test]
    fn a_place_in_a_message_is_named_like_the_finding_s_own() {
        let place = Place::line(Path::new("/p/tests/dev.jsonl"), 2);
        let text = human(
            &Finding::error(Lint::SharedQuestion, place, "asked at `/p/tests/test.jsonl:3` too"),
            &mut Shown::new("/p".into()),
        );
        assert_eq!(text, "error[shared-question]: `tests/dev.jsonl:2`: asked at `tests/test.jsonl:3` too");
    }

    #[test]
    fn json_has_numbers_where_they_are_known() {
        let findings = vec![finding(Path::new("/p/a.toml"), 3, 1), finding(Path::new("/p/tests"), 0, 0)];
        let checked = Checked { label: Some("p@0.1.0".into()), findings, documents: None, taught: [].into() };
        insta::assert_snapshot!(json(&checked, &Shown::new("/p".into())), @r#"{"schema":1,"pack":"p@0.1.0","errors":2,"warnings":0,"findings":[{"severity":"error","code":"unknown-key","file":"a.toml","line":3,"column":1,"message":"unknown field `titel`, 100%","hint":"did you mean `title`?"},{"severity":"error","code":"unknown-key","file":"tests","line":null,"column":null,"message":"unknown field `titel`, 100%","hint":"did you mean `title`?"}]}"#);
        assert_eq!(summary(&checked, Path::new("p")), "p@0.1.0: 2 errors, 0 warnings");
    }

    #[test]
    fn a_workflow_command_is_one_line_with_its_signs_escaped() {
        let finding = finding(Path::new("/p/a,b.toml"), 3, 0);
        insta::assert_snapshot!(
            github(&finding, &Shown::new("/p".into())),
            @"::error file=a%2Cb.toml,line=3,title=unknown-key::unknown field `titel`, 100%25%0Ahint: did you mean `title`?"
        );
    }
}
