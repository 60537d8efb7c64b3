//! Why a calculation was not made: what the user can mend, what no one knows, and what is wrong with the calculator.

use super::figure::Arithmetic;
use crate::corpus::facts::{Absent, years_listed};

/// Why a calculation was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An input was not given.
    #[error("{ask}")]
    Missing {
        /// Its name.
        input: String,
        /// How it is asked for.
        ask: String,
        /// The values of a choice; empty for others.
        choices: Vec<String>,
    },
    /// A number that the calculator was not made for.
    #[error("{label}: {value} is out of range; it must be between {least} and {most}")]
    OutOfRange {
        /// The input's name.
        input: String,
        /// What people call it.
        label: String,
        /// What was given, as it is written.
        value: String,
        /// The least that it may be.
        least: String,
        /// The most that it may be.
        most: String,
    },
    /// A value of another kind, or one that a choice does not have.
    #[error("{label}: {said}")]
    Unfit {
        /// The input's name.
        input: String,
        /// What people call it.
        label: String,
        /// What is wrong with it.
        said: String,
    },
    /// The tables have no figures for the year.
    #[error("there are no figures for {year}; there are for {}", years_listed(known))]
    Year {
        /// The table's id.
        table: String,
        /// The year asked for.
        year: u16,
        /// The years that the table has.
        known: Vec<u16>,
    },
    /// The tables have the year, and not the case.
    #[error("{label}: {absent}")]
    Case {
        /// The step's label.
        label: String,
        /// What was looked for.
        absent: Absent,
    },
    /// A step has no result.
    #[error("`{calculator}` cannot work out `{step}`: {arithmetic}")]
    Arithmetic {
        /// The calculator's id.
        calculator: String,
        /// The step's name.
        step: String,
        /// Why.
        arithmetic: Arithmetic,
    },
    /// The calculator itself is at fault, in a way that its check should have found.
    #[error("`{calculator}` cannot be worked out: {message}")]
    Broken {
        /// The calculator's id.
        calculator: String,
        /// What is wrong with it.
        message: String,
    },
}
