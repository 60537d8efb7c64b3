//! Do the retrieved passages contain the answer? A small fitted classifier over several signals: questions that
//! a corpus cannot answer use the corpus's own words, so no single score tells.

use serde::{Deserialize, Serialize};

use super::{Finding, logistic::Logistic};

/// What is known about the evidence for a question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The scope gate's probability: what lies at the edge of the domain needs better evidence.
    pub scope: f32,
    /// Its probability against anything else.
    pub far: f32,
    /// Its probability against near misses.
    pub near: f32,
    /// The log-odds that its words are the pack's rather than anybody's.
    pub words: f32,
    /// How near the nearest question of the pack is.
    pub example: f32,
    /// How near the nearest heading of the corpus is.
    pub heading: f32,
    /// The ranker's probability that the best unit answers.
    pub best: f32,
    /// How far the nearest passage's cosine is above the tenth's; not a number where there is none.
    pub gap: f32,
    /// How far the nearest text of the corpus stands out; not a number in a small corpus.
    pub stands_out: f32,
    /// The best unit's cosine.
    pub cosine: f32,
    /// Weighted share of the question's terms that the best unit's passage, title and headings hold.
    pub coverage: f32,
    /// Rarity of the rarest question term that none of the best passages holds, as a share of the rarest possible.
    pub missing: f32,
    /// Whether the question names a form or a section that no document mentions.
    pub unknown_name: f32,
    /// Whether it is about years of which no document speaks.
    pub unknown_year: f32,
    /// The share of the first five passages of each retriever that the other one has among its first five.
    pub agreement: f32,
    /// Whether the best unit holds the kind of answer that is asked for (an amount, a date); 1 where any kind serves.
    pub kind: f32,
}

impl Evidence {
    /// The features of the fitted classifier.
    pub fn features(&self) -> Vec<f32> {
        vec![
            logit(self.scope),
            logit(self.far),
            logit(self.near),
            self.words,
            self.example,
            self.heading,
            logit(self.best),
            self.gap,
            self.stands_out,
            self.cosine,
            self.coverage,
            self.missing,
            self.unknown_name,
            self.unknown_year,
            self.agreement,
            self.kind,
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
            finding("evidence.gap", self.gap, None),
            finding("evidence.stands_out", self.stands_out, None),
            finding("evidence.coverage", self.coverage, None),
            finding("evidence.missing", self.missing, None),
            finding("evidence.unknown_name", self.unknown_name, None),
            finding("evidence.unknown_year", self.unknown_year, None),
            finding("evidence.agreement", self.agreement, None),
            finding("evidence.kind", self.kind, None),
        ];
        (probability, findings.into_iter().filter(|finding: &Finding| finding.value.is_finite()).collect())
    }
}

/// Log-odds, held where a probability of 0 or 1 would be infinite.
pub fn logit(p: f32) -> f32 {
    let p = p.clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln()
}
