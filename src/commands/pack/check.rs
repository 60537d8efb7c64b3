//! `purview pack check`: every problem of a pack, as text, JSON or workflow commands.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use super::{
    super::{data, say},
    findings::{self, Shown},
};
use crate::{
    cli::CheckFormat,
    error::Result,
    eval,
    pack::finding::{Finding, Severity},
    settings::Settings,
};

/// What the contract has for an invalid pack.
const INVALID: u8 = 3;
/// Warnings of one kind that are shown to a person.
const ALIKE: usize = 5;

pub fn run((folder, settings): (&Path, &Settings), strict: bool, format: CheckFormat) -> Result<ExitCode> {
    let checked = eval::check::check(folder, &settings.folders.packs());
    let here = std::env::current_dir().and_then(|path| path.canonicalize()).unwrap_or_default();
    let mut shown = Shown::new(here);
    match format {
        CheckFormat::Human => human(&checked.findings, &mut shown)?,
        CheckFormat::Json => data(&findings::json(&checked, &shown))?,
        CheckFormat::Github => {
            for finding in &checked.findings {
                data(&findings::github(finding, &shown))?;
            }
        }
    }
    say(&findings::summary(&checked, folder));
    let fails = checked.count(Severity::Error) > 0 || (strict && !checked.findings.is_empty());
    Ok(if fails { ExitCode::from(INVALID) } else { ExitCode::SUCCESS })
}

/// Prints the findings; of many warnings of one kind the first few and how many more there are.
fn human(findings: &[Finding], shown: &mut Shown) -> Result<()> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        let count = counts.entry(finding.lint.code()).or_default();
        *count += 1;
        if *count <= ALIKE || finding.severity == Severity::Error {
            data(&findings::human(finding, shown))?;
        }
    }
    let is_warning = |code: &str| findings.iter().any(|f| f.lint.code() == code && f.severity == Severity::Warning);
    for (code, count) in counts.into_iter().filter(|(code, count)| *count > ALIKE && is_warning(code)) {
        data(&format!("warning[{code}]: {} more like these; `--format json` lists every one", count - ALIKE))?;
    }
    Ok(())
}
