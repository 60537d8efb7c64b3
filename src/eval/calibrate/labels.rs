//! What the ranker is fitted on: dev cases whose answer stands in the corpus, and headings taken for questions.

use super::{Case, FOLDS, Rate, Seen};
use crate::{
    answer::{
        calibration::{self, Calibration, Labelled},
        rank::Candidate,
    },
    error::{Error, Result},
    eval::record,
    router::{
        Outcome,
        certify::{Certificate, Risk, Shortfall, binomial},
        logistic::Logistic,
    },
    specialist::{Question, Specialist, look::Looked},
};

/// Every so many sections one heading is taken.
const EVERY: usize = 8;

/// A heading that was asked as a question.
pub struct Heading {
    /// The first passage under it.
    pub passage: usize,
    /// The question, looked at.
    pub looked: Looked,
}

/// Some headings of the corpus as questions, a third of their words left out so that they are not their own answers.
pub fn headings(specialist: &Specialist) -> Result<Vec<Heading>> {
    let passages = specialist.index().passages();
    let opens = |at: &usize| *at == 0 || passages[*at].section() != passages[at - 1].section();
    let sections = (0..passages.len()).filter(opens).filter(|at| passages[*at].heading_path.len() > 1);
    let chosen: Vec<usize> = sections.step_by(EVERY).collect();
    let asked = |at: &usize| {
        let words = passages[*at].section().split_whitespace().enumerate();
        let text = words.filter(|(n, _)| n % 3 != 2).map(|(_, word)| word).collect::<Vec<_>>().join(" ");
        Question { text, ..Question::default() }
    };
    let looked = specialist.look(&chosen.iter().map(asked).collect::<Vec<_>>())?;
    Ok(chosen.into_iter().zip(looked).map(|(passage, looked)| Heading { passage, looked }).collect())
}

/// A ranker for each fold, fitted without it, and one fitted on all; and how often the right unit came first, by rankers
/// that did not know the case and by the cosine alone. Without enough cases to fit, the present one for each.
pub fn rankers(
    specialist: &Specialist,
    seen: &[Seen<'_>],
    headings: &[Heading],
    present: &Calibration,
) -> Result<(Vec<Logistic>, [Rate; 2])> {
    let is_answered = |s: &&Seen<'_>| s.case.expects(Outcome::Answer) && !s.case.must_include.is_empty();
    let mut labelled: Vec<(usize, Labelled)> = seen
        .iter()
        .filter(is_answered)
        .map(|s| (s.fold, label(&s.looked, 1.0, |c| answers(specialist, s.case, c))))
        .filter(|(_, labelled)| labelled.candidates.iter().any(|(_, answers)| *answers))
        .collect();
    if labelled.len() < super::ENOUGH / 4 {
        return Ok((vec![present.ranker.clone(); FOLDS + 1], [Rate::default(); 2]));
    }
    labelled.extend(headings.iter().map(|heading| {
        let opens = |c: &Candidate| c.passage == heading.passage && c.unit == 0;
        (FOLDS, label(&heading.looked, calibration::HEADING_WEIGHT, opens))
    }));
    let mut rankers = Vec::new();
    for fold in (0..FOLDS).chain([usize::MAX]) {
        let rest: Vec<&Labelled> = labelled.iter().filter(|(own, _)| *own != fold).map(|(_, case)| case).collect();
        let fitted = calibration::fit_ranker(&rest)
            .ok_or_else(|| Error::NoTests("no dev case has a sentence that holds its `must_include`".into()));
        rankers.push(fitted?);
    }
    let mut first: [Vec<bool>; 2] = Default::default();
    for (fold, case) in labelled.iter().filter(|(fold, _)| *fold < FOLDS) {
        first[0].push(is_first_right(case, |features| rankers[*fold].probability(features)));
        first[1].push(is_first_right(case, |features| features[0])); // the unit's cosine
    }
    Ok((rankers, first.map(|hits| Rate::count(hits, |hit| *hit))))
}

fn label(looked: &Looked, weight: f32, answers: impl Fn(&Candidate) -> bool) -> Labelled {
    Labelled { candidates: looked.candidates.iter().map(|c| (c.features.clone(), answers(c))).collect(), weight }
}

/// Whether a unit answers a case.
fn answers(specialist: &Specialist, case: &Case, candidate: &Candidate) -> bool {
    let passage = &specialist.index().passages()[candidate.passage];
    let document = &specialist.index().document_of(candidate.passage).id;
    let cited = case.must_cite.is_empty() || case.must_cite.contains(document);
    cited && record::is_right(case, &passage.unit_text(candidate.unit))
}

/// Whether the unit that scores highest answers.
fn is_first_right(case: &Labelled, score: impl Fn(&[f32]) -> f32) -> bool {
    let scored = case.candidates.iter().map(|(features, answers)| (score(features), *answers));
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).is_some_and(|(_, answers)| answers)
}

/// A certificate told at the bar that is used: the counts there, and their bound. A bar that is stricter than its own
/// keeps a share of all; a share of the answered it keeps only if the counts there say so.
pub fn at_bar(made: Certificate, judged: &[(&Seen<'_>, f64)], bar: f64) -> Result<Certificate, Shortfall> {
    let Certificate { promise, risk, .. } = made;
    let counts = |seen: &Seen<'_>| risk == Risk::OfAnswered || super::is_outside(seen);
    let passing = judged.iter().filter(|(seen, score)| counts(seen) && *score >= bar);
    let wrong = passing.clone().filter(|(seen, _)| super::must_not_be_answered(seen.case)).count();
    let let_through = passing.count();
    let trials = if risk == Risk::OfAnswered { let_through } else { made.of };
    let needed = promise.cases_needed(wrong);
    if bar < made.threshold || !promise.is_kept_by(wrong, trials) {
        return Err(Shortfall { promise, risk, let_through, wrong, of: made.of, needed });
    }
    let bound = binomial::upper_bound(wrong, trials, promise.confidence);
    let p_value = binomial::p_value(wrong, trials, promise.max_risk);
    Ok(Certificate { threshold: bar, let_through, wrong, bound, p_value, ..made })
}
