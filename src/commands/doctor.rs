//! `purview doctor`: what of this installation works, what does not, and what to do. Fetches and builds nothing, and
//! touches no network.

mod folders;
mod machine;
mod models;
mod packs;

use std::process::ExitCode;

use super::{data, printer::visible, say};
use crate::{
    error::{Error, Result},
    settings::{Settings, Terminal},
};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It works.
    Fine,
    /// It works, with something to know.
    Warning,
    /// It does not work.
    Broken,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Check {
    verdict: Verdict,
    subject: &'static str,
    text: String,
    hint: Option<String>,
}

impl Check {
    fn fine(subject: &'static str, text: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fine, subject, text: text.into(), hint: None }
    }

    fn warning(subject: &'static str, text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warning, subject, text: text.into(), hint: Some(hint.into()) }
    }

    fn broken(subject: &'static str, text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { verdict: Verdict::Broken, ..Self::warning(subject, text, hint) }
    }

    fn failed(subject: &'static str, error: &Error) -> Self {
        Self { verdict: Verdict::Broken, subject, text: error.to_string(), hint: error.hint().map(str::to_owned) }
    }

    fn shown(&self) -> String {
        let verdict = match self.verdict {
            Verdict::Fine => "ok  ",
            Verdict::Warning => "warn",
            Verdict::Broken => "FAIL",
        };
        let hint = self.hint.as_ref().map_or_else(String::new, |hint| format!("\n      hint: {hint}"));
        visible(&format!("{verdict}  {:<9}  {}{hint}", self.subject, self.text))
    }
}

pub fn run() -> Result<ExitCode> {
    let mut checks = Vec::new();
    let mut tell = |new: Vec<Check>| {
        for check in &new {
            data(&check.shown())?;
        }
        checks.extend(new);
        Ok::<(), Error>(())
    };
    tell(machine::checks())?;
    tell(machine::terminal(&Terminal::of_environment()))?;
    match Settings::load() {
        Ok(settings) => {
            tell(folders::checks(&settings))?;
            tell(models::checks(&settings))?;
            tell(packs::checks(&settings))?;
        }
        Err(error) => tell(vec![Check::failed("settings", &error)])?,
    }
    let count = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    let (warnings, broken) = (count(Verdict::Warning), count(Verdict::Broken));
    say(&match (warnings, broken) {
        (0, 0) => "everything works".to_owned(),
        (_, 0) => format!("everything works; to know of: {warnings}"),
        _ => format!("broken: {broken}; to know of: {warnings}"),
    });
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_with_its_verdict_and_ends_with_the_next_step() {
        assert_eq!(Check::fine("version", "purview 1").shown(), "ok    version    purview 1");
        let broken = Check::broken("cache", "`/x` cannot be written", "set `PURVIEW_HOME`").shown();
        assert_eq!(broken, "FAIL  cache      `/x` cannot be written\n      hint: set `PURVIEW_HOME`");
    }
}
