//! Is a sum asked for? A small fitted classifier: a question that says numbers may ask what they come to, or only tell a
//! story around a rule, and how near it is to the ways people ask for a calculator does not tell the two apart.

use super::{Finding, evidence::logit, logistic::Logistic};

/// What is known about a question that a calculator could take.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calculation {
    /// The calculator's id.
    pub calculator: String,
    /// The cosine with the nearest way of asking for it.
    pub near: f32,
    /// How much nearer that is than the nearest question of the pack, whatever it asks for.
    pub beyond_examples: f32,
    /// How much nearer than the nearest heading of the corpus.
    pub beyond_headings: f32,
    /// How much better it fits than the next calculator.
    pub lead: f32,
    /// The scope gate's probability.
    pub scope: f32,
    /// The share of the inputs that are needed and that the question gives.
    pub given: f32,
    /// How many amounts of money were read into inputs, up to three.
    pub amounts: f32,
    /// How many other numbers and facts were, up to three.
    pub facts: f32,
    /// How many numbers no input takes, up to three.
    pub unclaimed: f32,
    /// Whether the question asks for a figure.
    pub asks_figure: f32,
    /// The ranker's probability that the best unit answers.
    pub best: f32,
    /// Whether that unit is a fact of a table.
    pub best_is_fact: f32,
    /// Whether the question asks for a limit, which numbers in it do not change.
    pub asks_limit: f32,
}

impl Calculation {
    /// The features of the fitted classifier.
    pub fn features(&self) -> Vec<f32> {
        vec![
            self.near,
            self.beyond_examples,
            self.beyond_headings,
            self.lead,
            logit(self.scope),
            self.given,
            self.amounts,
            self.facts,
            self.unclaimed,
            self.asks_figure,
            logit(self.best),
            self.best_is_fact,
            self.asks_limit,
        ]
    }

    /// The probability that the sum is asked for, held against `bar`.
    pub fn judge(&self, model: &Logistic, bar: f32) -> Finding {
        let value = model.probability(&self.features());
        Finding { signal: "calculation".into(), value, bar: Some(bar), note: Some(self.calculator.clone()) }
    }
}
