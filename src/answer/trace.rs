//! The worksheet of a calculation, step by step, as it is shown and cited. Data only; nothing is computed here.

use std::fmt;

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
    /// The citations that figures of it stand in.
    pub markers: Vec<usize>,
    /// How many calculations deep: 0 for the calculation's own.
    pub depth: usize,
}

impl Trace {
    /// The worksheet as Markdown, a line a step: `- Taxable income = 85,000 − 15,750 = $69,250 [1]`.
    pub fn worksheet(&self) -> String {
        self.steps.iter().map(|step| format!("{}- {step}", "  ".repeat(step.depth))).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let working = if self.working.is_empty() { String::new() } else { format!(" = {}", self.working) };
        write!(f, "{}{working} = {}{}", self.label, self.result, self.marks())
    }
}

impl Step {
    /// Its markers: ` [1] [2]`.
    pub fn marks(&self) -> String {
        self.markers.iter().fold(String::new(), |marks, marker| format!("{marks} [{marker}]"))
    }
}
