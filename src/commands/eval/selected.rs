//! Which cases are asked. Everything that is wrong with them is said, with its line, before anything is.

use std::{collections::BTreeSet, path::Path};

use super::asked::last_run;
use crate::{
    cli::Eval,
    error::{Error, Result},
    eval::{Case, CaseRecord, cases, check, metrics::interval},
    pack::{
        Pack,
        finding::{Lint, Severity},
    },
    settings::Settings,
};

/// The cases that the flags choose.
pub fn cases(args: &Eval, folder: &Path, imported: Option<Vec<Case>>, settings: &Settings) -> Result<Vec<Case>> {
    let pack = Pack::open(folder, &settings.folders.packs())?;
    let own = args.tests.is_empty() && imported.is_none();
    let mut all = imported.unwrap_or_default();
    if all.is_empty() {
        let files = if args.tests.is_empty() { pack.test_files() } else { args.tests.clone() };
        for file in &files {
            all.extend(cases::load(file)?);
        }
    }
    if own {
        broken(folder, settings)?;
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = all.iter().find(|case| !seen.insert(case.id.clone())) {
        let message = format!("two cases are called `{}`", twice.id);
        return Err(Error::usage(message, "an id is unique over all files that are asked together"));
    }
    let found = all.len();
    // A draft is a note of what went wrong; what should have come is not settled yet.
    all.retain(|case| match &args.split {
        Some(split) => case.split.as_ref() == Some(split),
        None => case.split.as_deref() != Some("draft"),
    });
    all.retain(|case| args.tag.is_empty() || args.tag.iter().any(|tag| case.tags.contains(tag)));
    if let Some(text) = args.filter.as_ref().map(|text| text.to_lowercase()) {
        all.retain(|case| {
            case.id.to_lowercase().contains(&text) || case.as_question().text.to_lowercase().contains(&text)
        });
    }
    if args.failed {
        let failed = failed(settings, &pack)?;
        all.retain(|case| failed.contains(&case.id));
    }
    if let Some(wanted) = args.sample.filter(|wanted| *wanted < all.len()) {
        let kept: BTreeSet<usize> = interval::sample(all.len(), wanted, args.seed).into_iter().collect();
        let mut at = 0..;
        all.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
    }
    if all.is_empty() {
        return Err(Error::NoTests(format!("none of {found} cases is selected")));
    }
    Ok(all)
}

/// What of a pack's check keeps its cases from meaning anything.
const ABOUT_CASES: [Lint; 4] = [Lint::InvalidCase, Lint::DuplicateCase, Lint::DanglingCitation, Lint::LeakedQuestion];

/// What `pack check` finds wrong with the pack's own cases: a case that cites a document that is not there, a test
/// question among the router's examples.
fn broken(folder: &Path, settings: &Settings) -> Result<()> {
    let checked = check::check(folder, &settings.folders.packs());
    let problems: Vec<_> = checked
        .findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error && ABOUT_CASES.contains(&finding.lint))
        .map(|finding| finding.problem)
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Pack(problems)) }
}

fn failed(settings: &Settings, pack: &Pack) -> Result<BTreeSet<String>> {
    let path = last_run(settings, &pack.manifest.pack.name);
    let text = std::fs::read_to_string(&path)
        .map_err(|_| Error::NoTests(format!("no run of `{}` was finished yet", pack.manifest.pack.name)))?;
    let records = text.lines().filter_map(|line| serde_json::from_str::<CaseRecord>(line).ok());
    Ok(records.filter(|record| !record.passed).map(|record| record.id).collect())
}
