//! A pack's own exam: its test cases, or its other ones where it has none for that, answered on this machine.

use std::{fmt, path::Path};

use super::super::progress::Bars;
use crate::{
    error::{Error, Result},
    eval::{Case, Rate, cases, metrics::interval, record},
    pack::Pack,
    progress::Progress,
    router::Outcome,
    settings::Settings,
    specialist::{Options, Specialist},
};

/// The share of cases that must come out as they say.
const PASS: f64 = 0.6;
/// The share of questions outside the pack's field that may be answered.
const OUTSIDE: f64 = 0.1;
/// Fixed, so that the same pack sits the same exam.
const SEED: u64 = 1;

/// How it went.
pub struct Exam {
    passed: Rate,
    outside: Rate,
}

impl Exam {
    /// Whether the pack is as good as a pack must be.
    pub fn is_passed(&self) -> bool {
        let share = |rate: &Rate| rate.hits as f64 / rate.of.max(1) as f64;
        share(&self.passed) >= PASS && share(&self.outside) <= OUTSIDE
    }
}

impl fmt::Display for Exam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, outside } = self;
        write!(
            f,
            "its exam on this machine: {passed} right (asked {PASS}), {outside} of what is outside answered (at most {OUTSIDE})"
        )
    }
}

/// Holds the exam of the pack in `folder`, with no more than `most` cases.
///
/// # Errors
/// A pack that has no cases or cannot be opened.
pub fn sit(folder: &Path, settings: &Settings, most: usize) -> Result<Exam> {
    let mut all: Vec<Case> = Vec::new();
    for file in Pack::open(folder, &settings.folders.packs())?.test_files() {
        all.extend(cases::load(&file)?);
    }
    if all.iter().any(|case| case.split.as_deref() == Some("test")) {
        all.retain(|case| case.split.as_deref() == Some("test"));
    }
    if all.is_empty() {
        return Err(Error::NoTests("the pack brings no cases to examine it by".into()));
    }
    let chosen = interval::sample(all.len(), most.min(all.len()), SEED);
    let mut report = Bars::default().reporter();
    let mut specialist = Specialist::open(folder, settings, &Options::default(), &mut report)?;
    report(Progress::Begin { what: "holding its exam", total: chosen.len() as u64, bytes: false });
    let mut marked = Vec::new();
    for at in chosen {
        let case = &all[at];
        let answer = specialist.ask(&case.as_question(), &mut |_| std::ops::ControlFlow::Continue(()))?;
        let is_answered = answer.outcome == Outcome::Answer;
        let record = record::record(case, &answer, Vec::new(), specialist.index().documents())?;
        marked.push((record.passed, case.expects(Outcome::Refuse) && !case.expects(Outcome::Answer), is_answered));
        report(Progress::Advance(1));
    }
    report(Progress::End);
    let passed = Rate::count(&marked, |(passed, ..)| *passed);
    let outside = Rate::count(marked.iter().filter(|(_, outside, _)| *outside), |(.., answered)| *answered);
    Ok(Exam { passed, outside })
}
