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
    eval::{Case, Expect, cases, score},
    progress::Progress,
    router::{
        logistic::{Logistic, Sample},
        scope,
    },
    specialist::{Question, Specialist},
};

/// The share of answerable questions that the evidence gate may turn away, on dev.
const TURNED_AWAY: f64 = 0.02;

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
    let fitted = fit(&mut specialist, &dev)?;
    let path = output.map_or_else(|| folder.join(calibration::FILE), Path::to_owned);
    let text = serde_json::to_string_pretty(&fitted).map_err(Error::internal("writing the calibration"))?;
    std::fs::write(&path, text + "\n").map_err(Error::io("write", &path))?;
    data(&format!("wrote `{}`: {}, evidence bar {:.3}", path.display(), fitted.fitted_on, fitted.evidence_bar))?;
    for (name, weight) in crate::answer::rank::FEATURES.iter().zip(fitted.ranker.weights()) {
        data(&format!("  {name:<30} {weight:+.2}"))?;
    }
    Ok(())
}

/// Fits the ranker, then the evidence gate on what the fitted ranker makes of each case that is in scope.
fn fit(specialist: &mut Specialist, dev: &[Case]) -> Result<Calibration> {
    let mut report = Bars::default().reporter();
    report(Progress::Begin { what: "fitting", total: 2 * dev.len() as u64, bytes: false });
    let mut labelled = Vec::new();
    for case in dev {
        report(Progress::Advance(1));
        if case.expects(Expect::Answer) && !case.must_include.is_empty() {
            let (candidates, _) = specialist.candidates(&case.as_question(), &[])?;
            let label = |c: &Candidate| {
                let passage = &specialist.index().passages()[c.passage];
                let cited =
                    case.must_cite.is_empty() || case.must_cite.contains(&specialist.index().document_of(c.passage).id);
                cited && score::is_right(case, &passage.unit_text(passage.units[c.unit]))
            };
            let candidates = candidates.iter().map(|c| (c.features.clone(), label(c))).collect();
            labelled.push(Labelled { candidates, weight: 1.0 });
        }
    }
    let cases = labelled.len();
    labelled.extend(headings(specialist)?);
    let mut fitted = specialist.calibration().clone();
    fitted.ranker = calibration::fit_ranker(&labelled)
        .ok_or_else(|| Error::NoTests("no dev case has a sentence that holds its `must_include`".into()))?;
    specialist.recalibrate(fitted.clone());
    let mut samples = Vec::new();
    for case in dev {
        report(Progress::Advance(1));
        let policy = case.tags.iter().any(|tag| tag == "policy" || tag == "handoff");
        if policy || case.expects(Expect::Clarify) {
            continue;
        }
        let mut take = |without: &[String], positive, weight| -> Result<()> {
            if let (_, Some(evidence)) = specialist.candidates(&case.as_question(), without)?
                && evidence.scope >= scope::BAR
            {
                samples.push(Sample { features: evidence.features(), positive, weight });
            }
            Ok(()) // what the scope gate refuses never reaches the evidence
        };
        take(&[], case.expects(Expect::Answer), 1.0)?;
        if case.expects(Expect::Answer) && !case.must_cite.is_empty() {
            take(&case.must_cite, false, WITHOUT)?;
        }
    }
    report(Progress::End);
    if let Some(model) = Logistic::fit(&samples, calibration::EVIDENCE_RIDGE) {
        fitted.evidence_bar = bar(&model, &samples);
        fitted.evidence = model;
    }
    fitted.fitted_on = format!(
        "{} · {} answerable dev cases and {} without an answer",
        specialist.pack().label(),
        cases,
        samples.iter().filter(|s| !s.positive).count()
    );
    Ok(fitted)
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

/// The highest bar that turns away no more of the answerable cases than allowed.
fn bar(model: &Logistic, samples: &[Sample]) -> f32 {
    let mut kept: Vec<f32> = samples.iter().filter(|s| s.positive).map(|s| model.probability(&s.features)).collect();
    kept.sort_by(f32::total_cmp);
    let at = (kept.len() as f64 * TURNED_AWAY) as usize;
    kept.get(at).copied().unwrap_or(0.0)
}
