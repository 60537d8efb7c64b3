//! `purview pack calibrate`: fits the unit ranker and the evidence gate on a pack's dev cases.

use std::path::Path;

use super::{data, open, progress::Bars};
use crate::{
    answer::{
        calibration::{self, Calibration, Labelled},
        rank::Candidate,
    },
    cli::PackChoice,
    error::{Error, Result},
    eval::{Case, Rate, cases, record},
    progress::Progress,
    router::{
        Outcome,
        logistic::{Logistic, Sample},
    },
    specialist::{Question, Specialist},
};

/// The share of answerable questions that the evidence gate may turn away, on dev.
const TURNED_AWAY: f64 = 0.02;

/// Parts of the dev split that are left out in turn.
const FOLDS: usize = 5;
/// What a question whose documents were taken away counts against one that people could not have had answered:
/// there are many of the former, and they are easier to tell from the scope alone.
const WITHOUT: f32 = 0.1;

pub fn run(folder: &Path, output: Option<&Path>) -> Result<()> {
    let choice = PackChoice { pack: Some(folder.display().to_string()), ..PackChoice::default() };
    let mut specialist = open(&choice, None)?;
    let mut dev: Vec<Case> = Vec::new();
    for file in specialist.pack().test_files() {
        dev.extend(cases::load(&file)?.into_iter().filter(|case| case.split.as_deref() == Some("dev")));
    }
    if dev.is_empty() {
        return Err(Error::NoTests(format!("`{}` has no case with `\"split\": \"dev\"` to fit on", folder.display())));
    }
    let (fitted, [by_ranker, by_cosine]) = fit(&mut specialist, &dev)?;
    let path = output.map_or_else(|| folder.join(calibration::FILE), Path::to_owned);
    let text = serde_json::to_string_pretty(&fitted).map_err(Error::internal("writing the calibration"))?;
    std::fs::write(&path, text + "\n").map_err(Error::io("write", &path))?;
    data(&format!("wrote `{}`: {}, evidence bar {:.3}", path.display(), fitted.fitted_on, fitted.evidence_bar))?;
    data(&format!("right unit first, cross-validated: ranker {by_ranker}, best cosine {by_cosine}"))?;
    for (name, weight) in crate::answer::rank::FEATURES.iter().zip(fitted.ranker.weights()) {
        data(&format!("  {name:<30} {weight:+.2}"))?;
    }
    Ok(())
}

/// Fits the ranker on all cases. The evidence gate and its bar come from cross-fitting: each case is ranked and judged
/// by models that were fitted without it, since a bar that was set on the models' own cases would be too high for others.
/// Also how often the right unit came first: by rankers fitted without the case, and by the cosine alone.
fn fit(specialist: &mut Specialist, dev: &[Case]) -> Result<(Calibration, [Rate; 2])> {
    let mut report = Bars::default().reporter();
    report(Progress::Begin { what: "fitting", total: 2 * dev.len() as u64, bytes: false });
    let mut labelled: Vec<(usize, Labelled)> = Vec::new();
    for (at, case) in dev.iter().enumerate() {
        report(Progress::Advance(1));
        if case.expects(Outcome::Answer) && !case.must_include.is_empty() {
            labelled.push((at % FOLDS, candidates(specialist, case)?));
        }
    }
    let cases = labelled.len();
    labelled.extend(headings(specialist)?.into_iter().map(|heading| (FOLDS, heading)));
    let ranker_without = |fold: usize| {
        let rest: Vec<&Labelled> = labelled.iter().filter(|(own, _)| *own != fold).map(|(_, case)| case).collect();
        calibration::fit_ranker(&rest)
            .ok_or_else(|| Error::NoTests("no dev case has a sentence that holds its `must_include`".into()))
    };
    let mut fitted = specialist.calibration().clone();
    let mut samples: Vec<(usize, Sample)> = Vec::new();
    let mut first: [Vec<bool>; 2] = Default::default();
    for fold in 0..FOLDS {
        let ranker = ranker_without(fold)?;
        for (_, case) in labelled.iter().filter(|(own, _)| *own == fold) {
            first[0].push(is_first_right(case, |features| ranker.probability(features)));
            first[1].push(is_first_right(case, |features| features[0])); // the unit's cosine
        }
        specialist.recalibrate(Calibration { ranker, ..fitted.clone() });
        for case in dev.iter().skip(fold).step_by(FOLDS) {
            report(Progress::Advance(1));
            samples.extend(evidence(specialist, case)?.into_iter().map(|sample| (fold, sample)));
        }
    }
    report(Progress::End);
    fitted.ranker = ranker_without(usize::MAX)?;
    if let Some(model) = evidence_without(&samples, usize::MAX) {
        fitted.evidence_bar = bar(&samples);
        fitted.evidence = model;
    }
    fitted.fitted_on = format!(
        "{} · {cases} answerable dev cases and {} without an answer",
        specialist.pack().label(),
        samples.iter().filter(|(_, s)| !s.positive).count()
    );
    Ok((fitted, first.map(|hits| Rate::count(hits, |hit| *hit))))
}

/// Whether the unit that scores highest answers.
fn is_first_right(case: &Labelled, score: impl Fn(&[f32]) -> f32) -> bool {
    let scored = case.candidates.iter().map(|(features, answers)| (score(features), *answers));
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).is_some_and(|(_, answers)| answers)
}

/// The units that a case's question brings, each with whether it answers.
fn candidates(specialist: &Specialist, case: &Case) -> Result<Labelled> {
    let (found, _) = specialist.candidates(&case.as_question(), &[])?;
    let answers = |c: &Candidate| {
        let passage = &specialist.index().passages()[c.passage];
        let cited = case.must_cite.is_empty() || case.must_cite.contains(&specialist.index().document_of(c.passage).id);
        cited && record::is_right(case, &passage.unit_text(passage.units[c.unit]))
    };
    Ok(Labelled { candidates: found.iter().map(|c| (c.features.clone(), answers(c))).collect(), weight: 1.0 })
}

/// The evidence for a case's question, as it is and with its documents gone; none where another gate decides.
fn evidence(specialist: &Specialist, case: &Case) -> Result<Vec<Sample>> {
    let answerable = case.expects(Outcome::Answer);
    if case.tags.iter().any(|tag| tag == "policy" || tag == "handoff") || case.expects(Outcome::Clarify) {
        return Ok(Vec::new());
    }
    let mut samples = Vec::new();
    for (without, positive, weight) in [(&[][..], answerable, 1.0), (case.must_cite.as_slice(), false, WITHOUT)] {
        if weight == WITHOUT && (!answerable || without.is_empty()) {
            continue;
        }
        if let (_, Some(evidence)) = specialist.candidates(&case.as_question(), without)?
            && evidence.scope >= specialist.calibration().scope_bar
        {
            samples.push(Sample { features: evidence.features(), positive, weight });
        }
    }
    Ok(samples)
}

fn evidence_without(samples: &[(usize, Sample)], fold: usize) -> Option<Logistic> {
    let rest: Vec<Sample> = samples.iter().filter(|(own, _)| *own != fold).map(|(_, sample)| sample.clone()).collect();
    Logistic::fit(&rest, calibration::EVIDENCE_RIDGE)
}

/// The highest bar that turns away no more of the answerable cases than allowed, each judged by a model that was
/// fitted without its fold.
fn bar(samples: &[(usize, Sample)]) -> f32 {
    let mut kept: Vec<f32> = Vec::new();
    for fold in 0..FOLDS {
        if let Some(model) = evidence_without(samples, fold) {
            let answerable = samples.iter().filter(|(own, sample)| *own == fold && sample.positive);
            kept.extend(answerable.map(|(_, sample)| model.probability(&sample.features)));
        }
    }
    kept.sort_by(f32::total_cmp);
    let at = (kept.len() as f64 * TURNED_AWAY) as usize;
    kept.get(at).copied().unwrap_or(0.0)
}

/// Every fourth heading of the corpus as a question, a third of its words left out so that it is not its own answer,
/// with the first unit under it as the unit that answers.
fn headings(specialist: &Specialist) -> Result<Vec<Labelled>> {
    let mut labelled = Vec::new();
    let passages = specialist.index().passages();
    let opens = |at: &usize| *at == 0 || passages[*at].section() != passages[at - 1].section();
    let sections = (0..passages.len()).filter(opens).filter(|at| passages[*at].heading_path.len() > 1);
    for at in sections.step_by(4) {
        let words = passages[at].section().split_whitespace().enumerate();
        let text = words.filter(|(n, _)| n % 3 != 2).map(|(_, word)| word).collect::<Vec<_>>().join(" ");
        let (candidates, _) = specialist.candidates(&Question { text, ..Question::default() }, &[])?;
        let label = |c: &Candidate| c.passage == at && c.unit == 0;
        let candidates = candidates.iter().map(|c| (c.features.clone(), label(c))).collect();
        labelled.push(Labelled { candidates, weight: calibration::HEADING_WEIGHT });
    }
    Ok(labelled)
}
