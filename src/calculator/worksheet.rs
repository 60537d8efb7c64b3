//! What a calculation came to, line by line, as on paper.

use std::fmt;

use rust_decimal::Decimal;

use super::{figure::RowOf, input::Value};

/// A calculation that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worksheet {
    /// What was calculated.
    pub title: String,
    /// In order, without hidden steps.
    pub lines: Vec<Line>,
    /// How much it came to.
    pub result: Decimal,
    /// The same as people write it: `$10,149`.
    pub shown: String,
    /// The sentence that answers.
    pub said: String,
    /// What is stated below.
    pub note: Option<String>,
    /// Inputs that were not given.
    pub assumed: Vec<Assumed>,
}

/// A line: `Taxable income = 85,000 − 15,750 = $69,250`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is had at the end of the line.
    pub label: String,
    /// How, with the numbers filled in; empty where the value was looked up or given.
    pub working: String,
    /// How much, with its unit.
    pub result: String,
    /// The same as a value.
    pub value: Value,
    /// The rows of tables in which figures of the line stand: the table's id and the row's number.
    pub rows: Vec<RowOf>,
    /// How many calculators deep: 0 for the calculator's own.
    pub depth: usize,
}

/// An input that was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumed {
    /// The input's name.
    pub input: String,
    /// What people call it.
    pub label: String,
    /// What was assumed.
    pub value: Value,
    /// The same as people write it.
    pub shown: String,
    /// Whether the answer is to state it.
    pub state: bool,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.working.as_str() {
            "" => write!(f, "{} = {}", self.label, self.result),
            working => write!(f, "{} = {working} = {}", self.label, self.result),
        }
    }
}

impl fmt::Display for Worksheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.lines.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("; "))
    }
}
