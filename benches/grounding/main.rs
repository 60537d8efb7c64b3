//! How well claims that a source supports are told from claims that it does not: `cargo bench --bench grounding -- FILE`,
//! by default `tests/grounding/dev.jsonl`. Prints what is rejected and what is lost, beside plain lexical overlap, and the
//! time. `--fit` fits the model on FILE, prints its rates in cross-validation over documents and writes it to
//! `src/answer/ground/fitted.json`; `--list` names the cases that are judged wrongly.

mod cases;
mod report;

use purview::{
    answer::ground::{Findings, Fitted, signals},
    router::logistic::{Logistic, Sample},
};

use cases::{Case, Ground};

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

const DEV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/grounding/dev.jsonl");
const FITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/answer/ground/fitted.json");
const FOLDS: usize = 10;
/// From 1 to 100 the rates in cross-validation on dev differ by two cases.
const RIDGE: f64 = 3.0;
/// What a copy or a claim beside a source of another counts against a case.
const BESIDE: f32 = 0.1;
/// The share of the supported claims that may be lost in cross-validation: less than the tenth that is asked for, since
/// other files will differ.
const LOST: f64 = 0.09;

/// Prints a line.
#[expect(clippy::print_stdout, reason = "a benchmark prints")]
pub fn say(line: &str) {
    println!("{line}");
}

/// A case with what was found, and the probability that it is supported.
pub struct Judged<'c> {
    /// The case.
    pub case: &'c Case,
    /// Its faults and signals.
    pub findings: &'c Findings,
    /// Under the model.
    pub probability: f32,
}

impl Judged<'_> {
    /// Whether neither a certain fault nor the model rejects it.
    pub fn is_supported(&self, bar: f32) -> bool {
        self.findings.certain.is_empty() && self.probability >= bar
    }
}

fn main() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|own| own == flag);
    let file = arguments.iter().find(|own| !own.starts_with("--")).map_or(DEV, String::as_str);
    let ground = Ground::open()?;
    let cases = cases::load(file)?;
    let found = ground.compare(&cases)?;
    let (fitted, probabilities) = if has("--fit") {
        fit(file, &cases, &found, &ground)?
    } else {
        let fitted = Fitted::built_in().clone();
        let probabilities = found.iter().map(|f| fitted.model.probability(&f.signals)).collect();
        (fitted, probabilities)
    };
    let judged: Vec<Judged<'_>> = cases
        .iter()
        .zip(&found)
        .zip(probabilities)
        .map(|((case, findings), probability)| Judged { case, findings, probability })
        .collect();
    let what = if has("--fit") { "cross-validated over documents" } else { "the built-in model" };
    say(&format!("{file}: {} cases, {what}, bar {:.3}", cases.len(), fitted.bar));
    report::rates(&judged, fitted.bar);
    report::overlap(&judged, fitted.bar, &ground)?;
    report::time(&cases, &ground)?;
    if has("--fit") {
        for (name, weight) in signals::NAMES.iter().zip(fitted.model.weights()) {
            say(&format!("  {weight:>6.2}  {name}"));
        }
    }
    if has("--list") {
        report::list(&judged, fitted.bar);
    }
    Ok(())
}

/// Fits the model on the cases without a certain fault, and gives each case's probability under a model that saw none of
/// its document. Units as their own claims, and claims beside other units of their document, are learnt with them and not
/// counted: a copy is supported however like a corruption it looks, and what a source does not speak of is not.
fn fit(file: &str, cases: &[Case], found: &[Findings], ground: &Ground) -> Fallible<(Fitted, Vec<f32>)> {
    let mut documents: Vec<&str> = cases.iter().map(|case| case.document.as_str()).collect();
    documents.sort_unstable();
    documents.dedup();
    let fold = |case: &Case| documents.binary_search(&case.document.as_str()).unwrap_or_default() % FOLDS;
    let own = cases.iter().zip(found).map(|(case, findings)| (case, findings, case.is_supported(), 1.0));
    let (copies, strangers) = (ground.copies(cases)?, ground.strangers(cases)?);
    let copies = copies.iter().map(|(case, findings)| (*case, findings, true, BESIDE));
    let strangers = strangers.iter().map(|(case, findings)| (*case, findings, false, BESIDE));
    let all: Vec<(usize, Sample)> = own
        .chain(copies)
        .chain(strangers)
        .filter(|(_, findings, ..)| findings.certain.is_empty())
        .map(|(case, findings, positive, weight)| {
            (fold(case), Sample { features: findings.signals.clone(), positive, weight })
        })
        .collect();
    let fitted_without = |left_out: Option<usize>| {
        let kept = all.iter().filter(|(fold, _)| Some(*fold) != left_out);
        let samples: Vec<Sample> = kept.map(|(_, sample)| sample.clone()).collect();
        Logistic::fit(&samples, RIDGE).ok_or("the file needs claims of both kinds")
    };
    let models = (0..FOLDS).map(|fold| fitted_without(Some(fold))).collect::<Result<Vec<_>, _>>()?;
    let probabilities: Vec<f32> =
        cases.iter().zip(found).map(|(case, f)| models[fold(case)].probability(&f.signals)).collect();
    let mut supported: Vec<f32> = cases
        .iter()
        .zip(found)
        .zip(&probabilities)
        .filter(|((case, _), _)| case.is_supported())
        .map(|((_, f), p)| if f.certain.is_empty() { *p } else { 0.0 })
        .collect();
    supported.sort_by(f32::total_cmp);
    let may_lose = (supported.len() as f64 * LOST) as usize;
    let bar = (supported.get(may_lose).copied().unwrap_or(0.5) * 1000.0).floor() / 1000.0;
    let name = std::path::Path::new(file).file_name().map(|name| name.to_string_lossy().into_owned());
    let learnt_on = format!("{}, {} cases", name.unwrap_or_default(), cases.len());
    let fitted = Fitted { learnt_on, bar, model: fitted_without(None)? };
    std::fs::write(FITTED, serde_json::to_string_pretty(&fitted)? + "\n")?;
    Ok((fitted, probabilities))
}
