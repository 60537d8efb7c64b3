//! Test cases against a specialist: what was expected, what came, and metrics with their intervals.
//! Knows the specialist's answers; prints nothing.

pub mod calibrate;
pub mod cases;
pub mod check;
pub mod import;

pub mod metrics;
pub mod modes;
pub mod rate;
pub mod report;
pub mod record;
pub mod sum;
pub mod compare;

pub mod figure;
pub mod html;
pub mod junit;
pub mod markdown;
#[cfg(test)]
mod fixture;

pub use cases::Case;
pub use rate::Rate;
pub use report::{CaseRecord, Report};
