//! What a question says of a calculator's inputs: each number goes to the input whose cue stands nearest, flags and
//! choices to the phrases that name them.
//!
//! Knows the inputs as the calculator declares them, and the words between. Does not know any rule of law, asks for
//! nothing and assumes no default; where two readings are left it returns both and chooses neither.

mod ages;
mod children;
mod choice;
mod claim;
mod fit;
mod matching;
mod phrase;
mod restated;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, ops::Range};

use rust_decimal::Decimal;

use self::{claim::Claims, phrase::Words};
use crate::calculator::quantities::{Period, Quantity, quantities};

/// The type of an input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Dollars.
    #[default]
    Money,
    /// How many, also of miles or months.
    Count,
    /// A person's age.
    Age,
    /// A percentage.
    Percent,
    /// One of some values.
    Choice,
    /// True or false.
    Flag,
}

/// An input of a calculator, as far as reading it needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: InputKind,
    /// Words beside which its number stands.
    pub cues: Vec<String>,
    /// Whether it takes the one number that no cue claims.
    pub main: bool,
    /// Whether several numbers for it are added up.
    pub sum: bool,
    /// Of a flag: phrases that state it.
    pub phrases: Vec<String>,
    /// Of a flag: phrases that deny it, or that only look like it.
    pub unless: Vec<String>,
    /// Of a choice: its values and what people call them.
    pub values: BTreeMap<String, Vec<String>>,
}

/// The value of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Of money (for a whole year), a count, an age, a percentage.
    Number(Decimal),
    /// Of a choice.
    Choice(String),
    /// Of a flag.
    Flag(bool),
}

/// A value that an input may have, and the bytes that say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The value.
    pub value: Value,
    /// Its bytes in the question.
    pub span: Range<usize>,
}

/// Why a question leaves an input open between candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It gives a range.
    Range,
    /// `85` may be 85 or 85,000.
    Thousands,
    /// It gives several numbers for one input that adds none up, or several that nothing claims.
    Several,
    /// It names several values, or states and denies a flag.
    Contradiction,
    /// It gives children's ages, of which some are beyond the ages that count and belong nowhere else.
    Ages,
}

/// Why a question gives an input no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It says nothing of it.
    Silent,
    /// It gives an amount for a period of which this year has no known number.
    Period {
        /// The period.
        period: Period,
        /// The amount's bytes.
        span: Range<usize>,
    },
    /// It says that the asker does not know.
    Unsure(Range<usize>),
}

/// What a question says of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A value.
    Read {
        /// The value.
        value: Value,
        /// The bytes that it was read from.
        spans: Vec<Range<usize>>,
        /// The period from which a year's amount was reckoned: state it.
        yearly_from: Option<Period>,
    },
    /// Several values that it may mean.
    Ambiguous {
        /// The values, in the question's order.
        candidates: Vec<Candidate>,
        /// Why.
        doubt: Doubt,
    },
    /// No value.
    Unread(Why),
}

/// What a question says of all inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings {
    /// The reading of every input, by name, in the calculator's order.
    pub inputs: Vec<(String, Reading)>,
    /// Amounts, counts, ages and percentages of the asker that no input took; years and thresholds are not among them.
    pub unclaimed: Vec<Quantity>,
}

/// Reads `inputs` from `question`.
pub fn read(question: &str, inputs: &[Input]) -> Readings {
    let words = Words::new(question);
    let found = quantities(question);
    let claims = Claims::new(question, &words, &found, inputs);
    let readings = inputs.iter().enumerate().map(|(i, input)| {
        let reading = match input.kind {
            InputKind::Choice => choice::choice(&words, &input.values),
            InputKind::Flag => match choice::flag(&words, input) {
                Reading::Unread(Why::Silent) => ages::flag(&found, input),
                reading => reading,
            },
            InputKind::Count => {
                let read = match claims.reading(i) {
                    Reading::Unread(Why::Silent) => ages::count(&words, &found, input),
                    reading => reading,
                };
                children::by_age(read, &words, &found, input, inputs)
            }
            InputKind::Age => match claims.reading(i) {
                Reading::Unread(Why::Silent) => ages::shared(&found, input),
                reading => reading,
            },
            InputKind::Money | InputKind::Percent => claims.reading(i),
        };
        (input.name.clone(), reading)
    });
    let inputs: Vec<(String, Reading)> = readings.collect();
    let unclaimed = claims.unclaimed(&inputs);
    Readings { inputs, unclaimed }
}

impl Reading {
    fn of(value: Value, span: Range<usize>) -> Self {
        Self::Read { value, spans: vec![span], yearly_from: None }
    }

    /// The bytes that the reading rests on.
    pub fn spans(&self) -> Vec<Range<usize>> {
        match self {
            Self::Read { spans, .. } => spans.clone(),
            Self::Ambiguous { candidates, .. } => candidates.iter().map(|candidate| candidate.span.clone()).collect(),
            Self::Unread(Why::Period { span, .. } | Why::Unsure(span)) => vec![span.clone()],
            Self::Unread(Why::Silent) => Vec::new(),
        }
    }
}
