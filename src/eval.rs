//! Test cases against a specialist: what was expected, what came, and rates with their intervals.
//! Knows the specialist's answers; prints nothing.

pub mod cases;
pub mod check;
pub mod rate;
pub mod score;

pub use cases::Case;
pub use rate::Rate;
pub use score::{Scored, Summary, score};
