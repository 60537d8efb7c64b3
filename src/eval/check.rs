//! Everything that is wrong with a pack and its test cases, at once. Returns findings; runs no case.

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::Path};

use super::cases::{self, Case};
use crate::{
    error::{Place, Problem},
    pack::{
        self,
        check::{Checked, fold},
        finding::{Finding, Lint, Severity},
    },
    router::Outcome,
};

/// So many questions of a kind, all of them handled right, are needed to say with 95% confidence that less than 5% of
/// that kind are handled wrongly: 0.95⁵⁹ < 0.05 (Clopper & Pearson 1934, for no failure).
const REFUSALS: usize = 59;

/// Checks the pack in `folder` with its test cases.
pub fn check(folder: &Path, user_packs: &Path) -> Checked {
    let mut checked = pack::check::check(folder, user_packs);
    let files = pack::test_files(folder);
    let mut cases = Vec::new();
    for path in &files {
        match std::fs::read_to_string(path) {
            Ok(text) => read(path, &text, &mut cases, &mut checked.findings),
            Err(e) => checked.findings.push(Finding::error(
                Lint::Unreadable,
                Place::file(path),
                format!("cannot be read: {e}"),
            )),
        }
    }
    if files.is_empty() {
        let finding = Finding::warning(Lint::NoCases, Place::file(&folder.join("tests")), "the pack has no test cases");
        checked
            .findings
            .push(finding.hint("write some into `tests/dev.jsonl`: without them nobody knows how good it is"));
    } else {
        lint(folder, &cases, &mut checked);
    }
    checked.sort();
    checked
}

/// A case, and where it stands.
struct Placed {
    case: Case,
    place: Place,
    line: String,
}

impl Placed {
    /// The place of a string in the case's line, or the line.
    fn at(&self, text: &str) -> Place {
        let written = serde_json::to_string(text).unwrap_or_default();
        let column = self.line.find(&written).map_or(0, |at| self.line[..at].chars().count() + 1);
        Place { column, ..self.place.clone() }
    }
}

fn read(path: &Path, text: &str, into: &mut Vec<Placed>, findings: &mut Vec<Finding>) {
    let (cases, problems) = cases::read(path, text);
    let lint = |problem: &Problem| {
        if problem.message.starts_with("the id `") { Lint::DuplicateCase } else { Lint::InvalidCase }
    };
    findings.extend(problems.into_iter().map(|problem| Finding::of(lint(&problem), problem)));
    let lines: Vec<&str> = text.lines().collect();
    into.extend(cases.into_iter().map(|(number, case)| Placed {
        case,
        place: Place::line(path, number),
        line: lines[number - 1].to_owned(),
    }));
}

fn lint(folder: &Path, cases: &[Placed], checked: &mut Checked) {
    let mut ids: BTreeMap<&str, &Place> = BTreeMap::new();
    let mut conversations: BTreeMap<String, &Placed> = BTreeMap::new();
    for placed in cases {
        let case = &placed.case;
        match ids.get(case.id.as_str()) {
            Some(first) if first.file != placed.place.file => {
                let message = format!("the id `{}` stands at `{first}` already", case.id);
                checked.findings.push(Finding::error(Lint::DuplicateCase, placed.at(&case.id), message));
            }
            Some(_) => {} // reported with its file
            None => drop(ids.insert(&case.id, &placed.place)),
        }
        shape(placed, &mut checked.findings);
        if let Some(documents) = &checked.documents {
            let unknown = case.must_cite.iter().filter(|id| !documents.contains(*id));
            checked.findings.extend(unknown.map(|id| dangling(placed, id, documents.iter())));
        }
        leaked(placed, &checked.taught, &mut checked.findings);
        match conversations.get(&conversation(case)) {
            Some(first) if first.case.split != case.split => {
                let message =
                    format!("the question of `{}` is asked at `{}` as well, in the other split", case.id, first.place);
                checked.findings.push(
                    Finding::warning(Lint::SharedQuestion, placed.at(&question(case)), message)
                        .hint("what was tuned on the one is not measured by the other"),
                );
            }
            Some(_) => {}
            None => drop(conversations.insert(conversation(case), placed)),
        }
    }
    let is_refusal =
        |case: &Case| (case.expects(Outcome::Refuse) || case.expects(Outcome::Defer)) && !case.expects(Outcome::Answer);
    let refusals = cases.iter().filter(|placed| is_refusal(&placed.case)).count();
    if refusals < REFUSALS {
        let message =
            format!("{refusals} cases are to be refused or deferred: 5% at 95% confidence needs at least {REFUSALS}");
        checked.findings.push(
            Finding::warning(Lint::FewRefusals, Place::file(&folder.join("tests")), message)
                .hint("add questions that the pack must not answer: near misses, missing facts, its policy's"),
        );
    }
}

fn shape(placed: &Placed, findings: &mut Vec<Finding>) {
    let case = &placed.case;
    if case.messages.as_ref().and_then(|said| said.last()).is_some_and(|last| last.role != "user") {
        let message = format!("the last message of `{}` is not the user's", case.id);
        findings.push(Finding::error(Lint::InvalidCase, placed.place.clone(), message));
    }
    if let Some(split) = case.split.as_deref().filter(|split| !matches!(*split, "dev" | "test" | "draft")) {
        let message = format!("the split `{split}` is neither `dev` nor `test`");
        findings.push(Finding::warning(Lint::UnknownSplit, placed.at(split), message));
    }
}

fn dangling<'i>(placed: &Placed, id: &str, known: impl Iterator<Item = &'i String>) -> Finding {
    let message = format!("the case `{}` cites `{id}`, which is no document of the corpus", placed.case.id);
    let finding = Finding::error(Lint::DanglingCitation, placed.at(id), message);
    let scored = known.map(|other| (strsim::jaro_winkler(id, other), other));
    match scored.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(score, _)| *score > 0.8) {
        Some((_, nearest)) => finding.hint(format!("did you mean `{nearest}`?")),
        None => finding,
    }
}

fn leaked(placed: &Placed, taught: &BTreeMap<String, Place>, findings: &mut Vec<Finding>) {
    let question = question(&placed.case);
    let Some(example) = taught.get(&fold(&question)) else { return };
    let message = format!("the question of `{}` stands at `{example}`, where the router learns it", placed.case.id);
    let severity = if placed.case.split.as_deref() == Some("test") { Severity::Error } else { Severity::Warning };
    let finding = Finding { severity, ..Finding::error(Lint::LeakedQuestion, placed.at(&question), message) };
    findings.push(finding.hint("ask it in other words in one of the two: nothing is measured by what was taught"));
}

/// What is asked last.
fn question(case: &Case) -> String {
    let last = || case.messages.as_ref().and_then(|said| said.last()).map(|last| last.content.clone());
    case.question.clone().or_else(last).unwrap_or_default()
}

/// Everything that is said, folded.
fn conversation(case: &Case) -> String {
    let before = case.messages.iter().flatten().map(|said| said.content.as_str());
    before.chain(case.question.as_deref()).map(fold).collect::<Vec<_>>().join("\n")
}
