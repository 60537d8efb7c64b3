//! The fitted numbers behind answers: the unit ranker and the evidence gate. Fitted by
//! `purview pack calibrate` on a pack's dev cases; the built-in ones come from `us-tax`.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use super::rank::FEATURES;
use crate::{
    error::{Error, Place, Problem, Result},
    router::{
        calculation::Calculation,
        certify::Certificate,
        evidence::Evidence,
        logistic::{Logistic, Sample},
        platt::Platt,
    },
};

/// The bar of a pack without a calibration of its own: of 0.1, 0.2, 0.3 and 0.5 on uncalibrated probabilities of the dev cases of
/// `us-tax`, the one that kept 97% of the answerable and 4% of the rest.
const SCOPE_BAR: f32 = 0.3;

/// The file a pack may carry.
pub const FILE: &str = "calibration.json";

/// Of 3, 10 and 30, with headings weighed as [`HEADING_WEIGHT`], this one put the right unit first most often in
/// cross-validation on the dev cases of `us-tax`, by one to two cases of 173, by a throwaway script; `purview pack calibrate` prints the rate of what is set.
const RANKER_RIDGE: f64 = 3.0;
/// What a heading, taken for a question that its section's first sentence answers, counts against a dev case: of 0, 0.1,
/// 0.3 and 1 the best there, by a throwaway script (76, 78, 75 and 72%).
pub const HEADING_WEIGHT: f32 = 0.1;
/// Of 0.3, 1, 3 and 10 the best AUROC in ten-fold cross-validation on the dev cases of `us-tax`, by 0.001 (0.958), by a
/// throwaway script.
pub const EVIDENCE_RIDGE: f64 = 3.0;

/// Fitted models and operating points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// What it was fitted on, for people.
    pub fitted_on: String,
    /// What makes the scope gate's probability come true for this pack's questions.
    #[serde(default)]
    pub scope_line: Option<Platt>,
    /// Below this probability of being in the domain a question is refused.
    pub scope_bar: f32,
    /// Does a unit answer the question?
    pub ranker: Logistic,
    /// Does the evidence suffice?
    pub evidence: Logistic,
    /// Below this probability of sufficient evidence a question is deferred.
    pub evidence_bar: f32,
    /// Is a sum asked for?
    pub calculation: Logistic,
    /// Which way of answering is best with a language model; none where that was not measured.
    #[serde(default)]
    pub composition: Option<Composition>,
    /// What the bars keep, and what that was found on; none for numbers that were fitted elsewhere.
    #[serde(default)]
    pub kept: Option<Kept>,
}

/// Which way of answering is best with a language model, on a pack's dev cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Composition {
    /// The language model, with the hash of its weights.
    pub generator: String,
    /// How many cases were asked.
    pub of: usize,
    /// How many were answered rightly, by way.
    pub right: BTreeMap<Composed, usize>,
    /// The way that answered most of them rightly; of equals the one with less for the model to do.
    pub best: Composed,
}

/// A way of answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Composed {
    /// By quoting.
    Extract,
    /// By letting the language model choose what to quote.
    Quote,
    /// By letting it write.
    Generate,
}

impl Composition {
    /// What was measured, with the best.
    pub fn of(generator: String, of: usize, right: BTreeMap<Composed, usize>) -> Self {
        let most = right.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        let best = most.map_or(Composed::Extract, |(way, _)| *way);
        Self { generator, of, right, best }
    }
}

/// What a calibration was made with, and what it promises there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The SHA-256 of the encoder's weights.
    pub encoder: String,
    /// The fingerprint of index, manifest and router examples.
    pub index: String,
    /// The SHA-256 of the dev cases.
    pub cases: String,
    /// Of what must not be answered, the share that is; none where the cases cannot carry the promise.
    pub of_all: Option<Certificate>,
    /// Of what is answered, the share that must not be.
    pub of_answered: Option<Certificate>,
}

impl Kept {
    /// What has changed since, in words; nothing where the promise stands.
    pub fn stale(&self, encoder: &str, index: &str, cases: &str) -> Vec<&'static str> {
        let parts = [
            (&self.encoder, encoder, "the encoder"),
            (&self.index, index, "the corpus or the examples"),
            (&self.cases, cases, "the dev cases"),
        ];
        parts.into_iter().filter(|(was, is, _)| was.as_str() != *is).map(|(_, _, what)| what).collect()
    }
}

impl Calibration {
    /// The pack's own calibration, else the built-in one.
    ///
    /// # Errors
    /// A file that does not parse or was fitted for other signals than this version has.
    pub fn load(pack: &Path) -> Result<Self> {
        let path = pack.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).map_err(|why| {
                Problem::new(Place::file(&path), why)
                    .hint("`purview pack calibrate` writes it anew; without it the built-in one is used")
                    .into()
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Self::built_in()),
            Err(e) => Err(Error::io("read", path)(e)),
        }
    }

    /// The calibration that comes with the program: models that were fitted on one pack, for packs that have no cases. What
    /// belongs to that pack alone is left out, so it promises nothing.
    pub fn built_in() -> Self {
        let fitted = Self::parse(include_str!("calibration.json")).expect("a test parses the built-in calibration");
        Self { kept: None, composition: None, scope_line: None, scope_bar: SCOPE_BAR, ..fitted }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let parsed: Self = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let widths = [&parsed.ranker, &parsed.evidence, &parsed.calculation].map(Logistic::width);
        let signals = [FEATURES.len(), Evidence::default().features().len(), Calculation::default().features().len()];
        if widths != signals {
            return Err("it was fitted for other signals than this version of purview has".into());
        }
        Ok(parsed)
    }
}

/// A labelled case as the fit sees it.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// The signals of each candidate unit, and whether it answers.
    pub candidates: Vec<(Vec<f32>, bool)>,
    /// How much the case counts.
    pub weight: f32,
}

/// Fits the ranker: each case counts the same, whatever the number of its candidates.
pub fn fit_ranker(cases: &[&Labelled]) -> Option<Logistic> {
    let mut samples = Vec::new();
    for case in cases {
        let positives = case.candidates.iter().filter(|(_, answers)| *answers).count();
        let negatives = case.candidates.len() - positives;
        if positives == 0 || negatives == 0 {
            continue;
        }
        samples.extend(case.candidates.iter().map(|(features, answers)| Sample {
            features: features.clone(),
            positive: *answers,
            weight: case.weight / if *answers { positives } else { negatives } as f32,
        }));
    }
    Logistic::fit(&samples, RANKER_RIDGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_calibration_fits_this_version() {
        assert!((0.0..1.0).contains(&Calibration::built_in().evidence_bar));
    }

    #[test]
    fn the_ranker_learns_which_signal_tells() {
        let case = |good: f32| Labelled {
            candidates: vec![(vec![good, 0.3], true), (vec![0.1, 0.3], false), (vec![0.2, 0.3], false)],
            weight: 1.0,
        };
        let model = fit_ranker(&[&case(0.9), &case(0.8), &case(0.7)]).unwrap();
        assert!(model.probability(&[0.8, 0.3]) > model.probability(&[0.2, 0.3]));
    }
}
