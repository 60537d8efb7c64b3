//! Fits a pack's numbers on its dev cases, and promises what they keep: the ranker, the evidence gate, the bars of both
//! gates. Knows cases and specialists; writes no file.
//!
//! Where there are cases enough, the evidence gate is fitted on every third one and the promise is made on the rest,
//! which it has not seen. The ranker is fitted on all answerable cases, but each case is ranked by one that was fitted
//! without it. What must not be answered has no part in the ranker, so the promise about that is exact; the one about
//! the answered takes a ranker of four fifths of the cases for the one of all.

mod labels;
mod sums;
mod measured;
#[cfg(test)]
mod tests;

use super::{Case, Rate};
use crate::{
    answer::calibration::{self, Calibration, Kept},
    error::{Error, Result},
    router::{
        Outcome,
        certify::{self, Certificate, Promise, Risk, Scored, Shortfall},
        logistic::{Logistic, Sample},
        platt::Platt,
    },
    specialist::{Question, Specialist, look::Looked},
};
pub use measured::Measured;

/// The share of answerable questions that the evidence gate may turn away, on the dev cases. The bars are no lower than that,
/// whatever is promised: what lies below answers hardly anybody.
const TURNED_AWAY: f64 = 0.02;
/// And the scope gate: what it lets through has the evidence gate before it yet. On the dev cases of `us-tax` a fiftieth, as
/// above, turned away 10 questions more that are then answered right than this, for one near miss less. Of few cases this
/// would be none, and the gate stays as it is for the other one.
const OUTSIDE: f64 = 0.005;
/// The share of the questions that are in the domain and cannot be answered that the evidence gate may let through, on the
/// dev cases: what is turned away beyond that is mostly what could have been answered. Chosen by hand on those of `us-tax`.
const UNANSWERABLE: f64 = 0.25;
/// Parts of the cases that the ranker is fitted without in turn.
const FOLDS: usize = 5;
/// Every so many of the cases one teaches the evidence gate; the promise is made on the others.
const TEACHING: usize = 3;
/// Cases below which the evidence gate is not fitted anew: a dozen weights need some hundred.
const ENOUGH: usize = 200;
/// Answerable cases below which no bar is set higher than the built-in one because they allow it: of fewer, [`TURNED_AWAY`] is
/// less than ten, and what the last ten of the questions reach that a pack was improved by says little of what other people's
/// questions reach.
const TOLD: usize = 500;
/// What a question whose documents were taken away counts against one that people could not have had answered: there
/// are many of the former, and they are easier to tell from the scope alone.
const WITHOUT: f32 = 0.1;

/// What came of a calibration.
pub struct Fitted {
    /// The numbers, with what they promise.
    pub calibration: Calibration,
    /// Whether the right unit came first: by rankers that do not know the case, and by the cosine alone.
    pub first: [Rate; 2],
    /// How well the gates part the cases that the promise is made on.
    pub measured: Measured,
    /// Of what must not be answered, the share that is; of what is answered, the share that must not be.
    pub promises: [Result<Certificate, Shortfall>; 2],
}

/// A dev case, looked at.
struct Seen<'c> {
    case: &'c Case,
    looked: Looked,
    /// The fold of the ranker that does not know it.
    fold: usize,
    /// Whether the gates may be fitted on it; else the promise is made on it.
    teaches: bool,
}

/// Fits a pack's numbers and promises what they keep. The bars are set so that `kept` stays within the promise; what
/// they promise of the other risk is told as well.
///
/// # Errors
/// No case that can be answered, or none of whose answers stands in the corpus.
pub fn calibrate(specialist: &Specialist, cases: &[Case], promise: Promise, kept: Risk) -> Result<Fitted> {
    let questions: Vec<Question> = cases.iter().map(Case::as_question).collect();
    let refits = cases.len() >= ENOUGH;
    let mut seen: Vec<Seen<'_>> = (cases.iter().zip(specialist.look(&questions)?).enumerate())
        .map(|(at, (case, looked))| Seen { case, looked, fold: at % FOLDS, teaches: refits && at % TEACHING == 0 })
        .collect();
    let mut headings = labels::headings(specialist)?;
    let mut calibration = specialist.calibration().clone();
    if refits {
        calibration.scope_line = scope_line(&seen);
    }
    for looked in seen.iter_mut().map(|s| &mut s.looked).chain(headings.iter_mut().map(|h| &mut h.looked)) {
        let raw = looked.scope.uncalibrated();
        let on = |line: Platt| line.probability(f64::from(raw)) as f32;
        looked.scope.probability = calibration.scope_line.map_or(raw, on);
    }
    let (rankers, first) = labels::rankers(specialist, &seen, &headings, &calibration)?;
    let sums = sums::Sums::fit(specialist, &seen, &rankers);
    calibration.calculation = sums.model(&calibration.calculation);
    let gate = Gate { specialist, rankers: &rankers, sums: &sums };
    calibration.scope_bar = scope_bar(&seen, calibration.scope_bar);
    let bar = calibration.scope_bar;
    if refits {
        let mut samples: Vec<Sample> = seen.iter().filter(|s| s.teaches).flat_map(|s| gate.samples(s, bar)).collect();
        samples.extend(headings.iter().flat_map(|heading| gate.made(heading)));
        if let Some(model) = Logistic::fit(&samples, calibration::EVIDENCE_RIDGE) {
            calibration.evidence = model;
        }
    }
    let judged: Vec<(&Seen<'_>, f64)> = seen
        .iter()
        .map(|s| (s, gate.score(s, &calibration.evidence, bar)))
        .filter(|(s, _)| !refits || !s.teaches)
        .collect();
    calibration.evidence_bar = evidence_bar(&judged, calibration.evidence_bar);
    let promises = [Risk::OfAll, Risk::OfAnswered].map(|risk| promised(&judged, risk, promise));
    if let Ok(certificate) = &promises[usize::from(kept == Risk::OfAnswered)] {
        calibration.evidence_bar = calibration.evidence_bar.max(bar_of(certificate));
    }
    let evidence_bar = calibration.evidence_bar;
    let promises = promises.map(|made| labels::at_bar(made?, &judged, f64::from(evidence_bar)));
    calibration.ranker = rankers.into_iter().next_back().expect("the last ranker knows every case");
    calibration.fitted_on = format!("{} · {} dev cases", specialist.pack().label(), cases.len());
    calibration.kept = Some(Kept {
        encoder: specialist.fingerprints().encoder.clone(),
        index: specialist.fingerprints().index.clone(),
        cases: crate::pack::dev_cases(&specialist.pack().folder)?,
        of_all: promises[0].as_ref().ok().cloned(),
        of_answered: promises[1].as_ref().ok().cloned(),
    });
    let measured = Measured::of(&judged, &calibration);
    Ok(Fitted { calibration, first, measured, promises })
}

/// The gates as they are fitted: what a case scores.
struct Gate<'s> {
    specialist: &'s Specialist,
    /// One for each fold, fitted without it, and one that knows every case.
    rankers: &'s [Logistic],
    /// Which cases ask for a sum.
    sums: &'s sums::Sums,
}

impl Gate<'_> {
    /// What the evidence gate learns of a case: as it is, and as if its documents did not exist.
    fn samples(&self, seen: &Seen<'_>, scope_bar: f32) -> Vec<Sample> {
        let Seen { case, looked, .. } = seen;
        if looked.ruled.is_some()
            || case.expects(Outcome::Clarify)
            || looked.scope.probability < scope_bar
            || self.sums.takes(seen)
        {
            return Vec::new();
        }
        let answerable = case.expects(Outcome::Answer);
        let ranker = &self.rankers[seen.fold];
        let sample = |is_absent: &dyn Fn(usize) -> bool, positive, weight| {
            let evidence = self.specialist.evidence(looked, ranker, is_absent)?;
            Some(Sample { features: evidence.features(), positive, weight })
        };
        let index = self.specialist.index();
        let is_cited = |passage: usize| case.must_cite.contains(&index.document_of(passage).id);
        let takes_away = answerable && !case.must_cite.is_empty();
        let without = takes_away.then(|| sample(&is_cited, false, WITHOUT)).flatten();
        sample(&|_| false, answerable, 1.0).into_iter().chain(without).collect()
    }

    /// What it learns of a question that was made of a heading: with its document, and without.
    fn made(&self, heading: &labels::Heading) -> Vec<Sample> {
        let index = self.specialist.index();
        let ranker = &self.rankers[FOLDS];
        let own = &index.document_of(heading.passage).id;
        let is_own = |passage: usize| index.document_of(passage).id == *own;
        let nothing = |_: usize| false;
        let each: [(&dyn Fn(usize) -> bool, bool); 2] = [(&nothing, true), (&is_own, false)];
        let sample = |(is_absent, positive): (&dyn Fn(usize) -> bool, bool)| {
            let evidence = self.specialist.evidence(&heading.looked, ranker, is_absent)?;
            Some(Sample { features: evidence.features(), positive, weight: calibration::HEADING_WEIGHT })
        };
        each.into_iter().filter_map(sample).collect()
    }

    /// How sure the gates are that a case is to be answered; −∞ where something else has decided.
    fn score(&self, seen: &Seen<'_>, evidence: &Logistic, scope_bar: f32) -> f64 {
        let Looked { ruled, is_vague, scope, .. } = &seen.looked;
        if ruled.is_some() || *is_vague || scope.probability < scope_bar {
            return f64::NEG_INFINITY;
        }
        if self.sums.takes(seen) {
            // A worksheet is its own evidence; a question for what is missing is no answer.
            let is_complete = seen.looked.claimed.as_ref().is_some_and(|claimed| claimed.is_complete);
            return if is_complete { 1.0 } else { f64::NEG_INFINITY };
        }
        let found = self.specialist.evidence(&seen.looked, &self.rankers[seen.fold], &|_| false);
        found.map_or(f64::NEG_INFINITY, |found| f64::from(evidence.probability(&found.features())))
    }
}

/// Whether a case is outside the domain, whatever has decided it.
fn is_outside(seen: &Seen<'_>) -> bool {
    let is_tagged = |tag: &str| seen.case.tags.iter().any(|own| own == tag);
    must_not_be_answered(seen.case) && (is_tagged("far") || is_tagged("near"))
}

/// What makes the scope gate's probability come true, from the cases that teach.
fn scope_line(seen: &[Seen<'_>]) -> Option<Platt> {
    let labelled = seen.iter().filter(|s| s.teaches).filter_map(|s| {
        let inside = is_inside(s)?;
        Some((f64::from(s.looked.scope.uncalibrated()), inside, 1.0))
    });
    Platt::fit(&labelled.collect::<Vec<_>>())
}

/// Whether a case is in the domain; none where that is not what decides it.
fn is_inside(seen: &Seen<'_>) -> Option<bool> {
    match (seen.looked.ruled.is_some(), seen.case.expects(Outcome::Answer)) {
        (true, _) => None,
        (false, true) => Some(true),
        (false, false) => is_outside(seen).then_some(false),
    }
}

/// The highest bar that turns away no more of the answerable cases than it may.
fn scope_bar(seen: &[Seen<'_>], otherwise: f32) -> f32 {
    let answerable = seen.iter().filter(|s| s.case.expects(Outcome::Answer) && s.looked.ruled.is_none());
    lowest_kept(answerable.map(|s| f64::from(s.looked.scope.probability)), OUTSIDE, otherwise)
}

/// The bar that turns away as many of the answerable cases as it may, or that lets through no more of the unanswerable ones
/// than it may, whichever is the higher.
fn evidence_bar(judged: &[(&Seen<'_>, f64)], otherwise: f32) -> f32 {
    let answerable = judged.iter().filter(|(s, score)| s.case.expects(Outcome::Answer) && score.is_finite());
    let kept = lowest_kept(answerable.map(|(_, score)| *score), TURNED_AWAY, otherwise);
    let inside =
        judged.iter().filter(|(s, _)| must_not_be_answered(s.case) && !is_outside(s) && s.looked.ruled.is_none());
    let mut scores: Vec<f64> = inside.map(|(_, score)| *score).collect();
    scores.sort_by(|a, b| b.total_cmp(a));
    let let_through = (scores.len() as f64 * UNANSWERABLE) as usize;
    scores.get(let_through).map_or(kept, |next| kept.max((*next as f32).next_up()))
}

/// The score that all but a share of these reach, and no more than `otherwise` where they are few.
fn lowest_kept(scores: impl Iterator<Item = f64>, share: f64, otherwise: f32) -> f32 {
    let mut scores: Vec<f64> = scores.collect();
    scores.sort_by(f64::total_cmp);
    let share = if scores.len() < TOLD { TURNED_AWAY } else { share };
    let kept = scores.get((scores.len() as f64 * share) as usize).map_or(otherwise, |score| *score as f32);
    if scores.len() < TOLD { kept.min(otherwise) } else { kept }
}

/// A promise about the cases that the gates were not fitted on.
fn promised(judged: &[(&Seen<'_>, f64)], risk: Risk, promise: Promise) -> Result<Certificate, Shortfall> {
    let scored: Vec<Scored> = judged
        .iter()
        .filter(|(seen, _)| risk == Risk::OfAnswered || is_outside(seen))
        .map(|(seen, score)| Scored { score: *score, wrong: must_not_be_answered(seen.case) })
        .collect();
    certify::certify(&scored, risk, promise)
}

/// Whether an answer would be a mistake, whatever it says.
fn must_not_be_answered(case: &Case) -> bool {
    !case.expects(Outcome::Answer) && !case.expects(Outcome::Clarify)
}

/// The bar of a certificate as the gate holds it: no lower, though it has fewer digits.
fn bar_of(certificate: &Certificate) -> f32 {
    let rounded = certificate.threshold.max(0.0) as f32;
    if f64::from(rounded) < certificate.threshold { rounded.next_up() } else { rounded }
}

/// No case to fit on.
pub fn none(folder: &std::path::Path) -> Error {
    Error::NoTests(format!("`{}` has no case with `\"split\": \"dev\"` to fit on", folder.display()))
}
