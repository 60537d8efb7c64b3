//! `purview pack check`: every problem of a pack, as text, JSON or workflow commands.

use std::{path::Path, process::ExitCode};

use super::{
    super::{data, say},
    findings::{self, Shown},
};
use crate::{cli::CheckFormat, error::Result, eval, pack::finding::Severity};

/// What the contract has for an invalid pack.
const INVALID: u8 = 3;

pub fn run(folder: &Path, strict: bool, format: CheckFormat) -> Result<ExitCode> {
    let checked = eval::check::check(folder);
    let here = std::env::current_dir().and_then(|path| path.canonicalize()).unwrap_or_default();
    let mut shown = Shown::new(here);
    match format {
        CheckFormat::Human => {
            for finding in &checked.findings {
                data(&findings::human(finding, &mut shown))?;
            }
        }
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
