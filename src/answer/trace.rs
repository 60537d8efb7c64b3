//! The worksheet of a calculation, step by step, as it is shown and cited. Data only; nothing is computed here.

use serde::{Deserialize, Serialize};

/// A calculation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// What was calculated.
    pub title: String,
    /// In order; the last one is the result.
    pub steps: Vec<Step>,
}

/// One line of a worksheet: `Taxable income = 85,000 − 15,750 = 69,250`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What is had at the end of the line.
    pub label: String,
    /// How, with the numbers filled in; empty where the value was given.
    pub working: String,
    /// How much, with its unit.
    pub result: String,
    /// The citation that a number of it stands in.
    pub marker: Option<usize>,
}
