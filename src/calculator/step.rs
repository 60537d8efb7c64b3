//! A step of a calculator: what it comes to, and how. Data; `run.rs` works it out.

use rust_decimal::Decimal;

use super::{expression::Expression, file::Round};
use crate::{
    corpus::facts::{Table, show, template::Template},
    error::Place,
};

/// What a step comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Dollars.
    Money,
    /// Percent.
    Percent,
    /// A number, with or without a fraction.
    Number,
    /// Yes or no.
    Flag,
}

/// A step.
#[derive(Debug, Clone)]
pub struct Step {
    pub name: String,
    pub label: String,
    pub unit: Unit,
    pub round: Option<Round>,
    pub shown: Option<Template>,
    pub hide: bool,
    pub how: How,
    pub place: Place,
}

/// How a step is worked out.
#[derive(Debug, Clone)]
pub enum How {
    /// By an expression.
    Value(Expression),
    /// From the cell of a table.
    Lookup { table: String, column: String, keys: Vec<(String, Operand)>, absent: Option<Decimal> },
    /// Slice by slice.
    Brackets { table: String, of: Operand, over: String, rate: String, keys: Vec<(String, Operand)> },
    /// By another calculator.
    Nested { id: String, with: Vec<(String, Operand)>, brief: bool },
}

/// What is put in somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// What an input or an earlier step has.
    Name(String),
    /// A number of its own.
    Number(Decimal),
    /// A value of a choice, in single quotes: `'single'`.
    Words(String),
    /// Yes or no.
    Flag(bool),
}

impl Step {
    /// The table that it looks into.
    pub fn table(&self) -> Option<&str> {
        match &self.how {
            How::Lookup { table, .. } | How::Brackets { table, .. } => Some(table),
            How::Value(_) | How::Nested { .. } => None,
        }
    }

    /// Whether the step has a value for a year in which there was nothing yet.
    pub fn may_lack(&self, table: &Table, year: u16) -> bool {
        matches!(self.how, How::Lookup { absent: Some(_), .. }) && table.since.is_some_and(|since| year < since)
    }
}

impl Unit {
    /// A figure without its unit.
    pub fn plain(self, value: Decimal) -> String {
        if self == Self::Money { show::amount(value) } else { show::number(value) }
    }

    /// A figure with its unit.
    pub fn shown(self, value: Decimal) -> String {
        match self {
            Self::Money => show::money(value),
            Self::Percent => show::percent(value),
            Self::Number | Self::Flag => show::number(value),
        }
    }
}
