//! `purview pack calibrate`: fits a pack's numbers on its dev cases and says what they promise.

use std::path::Path;

use super::{Bars, data, open};
use crate::{
    answer::{calibration, rank},
    cli::{Calibrate, PackChoice, PromisedRisk},
    error::{Error, Result},
    eval::{
        Case, Rate,
        calibrate::{self, Fitted},
        cases, modes,
    },
    pack::Mode,
    progress::Progress,
    router::certify::{Promise, Risk},
};

/// Points of the risk–coverage curve that are printed.
const POINTS: usize = 10;

pub fn run(folder: &Path, args: &Calibrate) -> Result<()> {
    let promise = Promise { max_risk: args.max_risk, confidence: args.confidence };
    if let Some(fault) = promise.fault() {
        return Err(Error::usage(fault, "`--max-risk 0.05 --confidence 0.95` promises at most 5% with 95% confidence"));
    }
    let choice = PackChoice { pack: Some(folder.display().to_string()), ..PackChoice::default() };
    let mut specialist = open(&choice, None)?;
    specialist.forget_calibration();
    let mut dev: Vec<Case> = Vec::new();
    for file in specialist.pack().test_files() {
        dev.extend(cases::load(&file)?.into_iter().filter(|case| case.split.as_deref() == Some("dev")));
    }
    if dev.is_empty() {
        return Err(calibrate::none(folder));
    }
    let kept = if args.risk == PromisedRisk::Answered { Risk::OfAnswered } else { Risk::OfAll };
    let started = std::time::Instant::now();
    let mut fitted = calibrate::calibrate(&specialist, &dev, promise, kept)?;
    fitted.calibration.composition = calibration::Calibration::load(folder)?.composition;
    let took = started.elapsed();
    let promised = &fitted.promises[usize::from(kept == Risk::OfAnswered)];
    let path = args.output.clone().unwrap_or_else(|| folder.join(calibration::FILE));
    if promised.is_ok() {
        write(&path, &fitted.calibration)?;
    }
    for line in lines(&fitted) {
        data(&line)?;
    }
    if let Err(shortfall) = promised {
        return Err(Error::QualityGate(format!("nothing is promised and nothing was written: {shortfall}")));
    }
    data(&format!("wrote `{}` after {:.1} s", path.display(), took.as_secs_f64()))?;
    if !args.modes {
        return Ok(());
    }
    drop(specialist); // the other one reads what was written
    let composition = compared(&choice, &dev, args.sample)?;
    for (way, right) in &composition.right {
        let rate = Rate { hits: *right, of: composition.of };
        data(&format!("answered rightly by {way:?}: {rate}").to_lowercase())?;
    }
    data(&format!("best with {}: {:?}", composition.generator, composition.best))?;
    let calibration = calibration::Calibration { composition: Some(composition), ..fitted.calibration };
    write(&path, &calibration)
}

/// Which way of answering is best with the language model in use.
fn compared(choice: &PackChoice, dev: &[Case], sample: usize) -> Result<calibration::Composition> {
    let mut specialist = open(choice, Some(Mode::Generate))?;
    let generator = specialist.fingerprints().generator.clone().unwrap_or_default();
    let total = 3 * modes::answerable(dev).len().min(sample) as u64;
    let mut bar = Bars::default();
    bar.take(Progress::Begin { what: "asking in every mode", total, bytes: false });
    let mut done = || bar.take(Progress::Advance(1));
    let composition = modes::measure(&mut specialist, generator, dev, sample, &mut done);
    bar.take(Progress::End);
    composition
}

/// The file is whole or as it was.
fn write(path: &Path, calibration: &calibration::Calibration) -> Result<()> {
    let text = serde_json::to_string_pretty(calibration).map_err(Error::internal("writing the calibration"))?;
    let part = path.with_extension("json.part");
    std::fs::write(&part, text + "\n").map_err(Error::io("write", &part))?;
    std::fs::rename(&part, path).map_err(Error::io("write", path))
}

fn lines(fitted: &Fitted) -> Vec<String> {
    let Fitted { calibration, first: [by_ranker, by_cosine], measured, promises } = fitted;
    let mut lines = vec![
        format!("fitted on {}", calibration.fitted_on),
        format!("bars: scope {:.3}, evidence {:.3}", calibration.scope_bar, calibration.evidence_bar),
    ];
    for (name, gate) in [("scope", measured.scope), ("evidence", measured.evidence)] {
        let number = |value: Option<f64>| value.map_or_else(|| "–".into(), |value| format!("{value:.3}"));
        let [inside, outside] = gate.n;
        let (auroc, fpr, ece) = (number(gate.auroc), number(gate.fpr95), number(gate.ece));
        lines.push(format!(
            "{name} gate ({inside} to pass, {outside} not): AUROC {auroc}, FPR@95 {fpr}, calibration error {ece}"
        ));
    }
    lines.push(format!("must not be answered, and is: {}", measured.passed));
    lines.push(format!("can be answered, and is not: {}", measured.turned_away));
    lines.push(
        "coverage   risk   (what answering only the surest would cost; risk: the share that must not be answered)"
            .into(),
    );
    let step = measured.curve.len().div_ceil(POINTS).max(1);
    let points = measured.curve.iter().skip(step - 1).step_by(step);
    lines.extend(points.map(|point| format!("   {:>5.1}%  {:>5.2}%", 100.0 * point.coverage, 100.0 * point.risk)));
    for (promise, of) in promises
        .iter()
        .zip(["of questions outside the domain, the share answered", "of answers, the share that ought not to be"])
    {
        lines.push(match promise {
            Ok(certificate) => format!("promised ({of}): {certificate}"),
            Err(shortfall) => format!("not promised ({of}): {shortfall}"),
        });
    }
    if by_ranker.of > 0 {
        lines.push(format!("right unit first, cross-validated: ranker {by_ranker}, best cosine {by_cosine}"));
    }
    let weights = rank::FEATURES.iter().zip(calibration.ranker.weights());
    lines.extend(weights.map(|(name, weight)| format!("  {name:<30} {weight:+.2}")));
    lines
}
