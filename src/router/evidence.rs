//! Do the retrieved passages contain the answer? A small fitted classifier over several signals: questions that
//! a corpus cannot answer use the corpus's own words, so no single score tells.

use serde::{Deserialize, Serialize};

use super::{Finding, logistic::Logistic};

/// What is known about the evidence for a question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The scope gate's probability: what lies at the edge of the domain needs better evidence.
    pub scope: f32,
    /// The ranker's probability that the best unit answers.
    pub best: f32,
    /// The best unit's cosine.
    pub cosine: f32,
    /// The best unit's section heading's cosine.
    pub heading: f32,
    /// Weighted share of the question's terms that the best unit's passage, title and headings hold.
    pub coverage: f32,
    /// Rarity of the rarest question term that they do not hold, as a share of the rarest possible.
    pub missing: f32,
    /// Share of the question's identifiers (forms, sections, amounts) that the best passage lacks.
    pub identifiers: f32,
    /// The best passage's BM25 score as a share of what a passage with every term could have.
    pub lexical: f32,
}

impl Evidence {
    /// The features of the fitted classifier.
    pub fn features(&self) -> Vec<f32> {
        let logit = |p: f32| (p.clamp(1e-4, 1.0 - 1e-4) / (1.0 - p.clamp(1e-4, 1.0 - 1e-4))).ln();
        vec![
            logit(self.scope),
            logit(self.best),
            self.cosine,
            self.heading,
            self.coverage,
            self.missing,
            self.identifiers,
            self.lexical,
        ]
    }

    /// The probability that the evidence suffices, and the signals behind it.
    pub fn judge(&self, model: &Logistic, bar: f32) -> (f32, Vec<Finding>) {
        let probability = model.probability(&self.features());
        let finding = |signal: &str, value, bar| Finding { signal: signal.into(), value, bar, note: None };
        let findings = vec![
            finding("evidence", probability, Some(bar)),
            finding("evidence.best", self.best, None),
            finding("evidence.cosine", self.cosine, None),
            finding("evidence.coverage", self.coverage, None),
            finding("evidence.missing", self.missing, None),
            finding("evidence.identifiers", self.identifiers, None),
        ];
        (probability, findings)
    }
}
