//! The numbers an evaluation is judged by, as pure functions over slices.
//!
//! Each formula names its paper and, where there is one, the implementation that it agrees with;
//! `tests/reference/metrics.py` makes the values of those implementations, and a test compares. Nothing here knows
//! cases, answers or reports' wording, and nothing reads a file or a clock.
//!
//! A number that does not exist for its input (an AUROC without both classes, a recall where nothing is relevant) is
//! `None`. Slices that belong together but differ in length are a defect of the caller and panic.

mod random;
mod ties;

pub mod interval;

pub mod gates;
pub mod selective;

pub mod retrieval;
pub mod text;

pub mod confusion;
pub mod paired;
