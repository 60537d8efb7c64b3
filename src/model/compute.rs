//! Arithmetic for language models on the processor's vector units: matrices in few bits times rows of numbers,
//! attention, norms. Knows shapes and bits; does not know what a layer or a token is.
//!
//! Candle's kernels for the same formats are 2 to 5 times slower on the shapes that small models have (`benches/`):
//! they take one row of the matrix at a time and unpack it again for every token. Here sixteen rows lie interleaved
//! ([`panel`]), so that one instruction multiplies all of them, and are unpacked once for a tile of tokens.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod cells;
pub mod float;
mod kernel;
mod matrix;
pub mod panel;
mod portable;
mod rows;
mod team;
#[cfg(test)]
mod tests;

pub use cells::{Cells, Lanes};
pub use kernel::Kernel;
pub use matrix::{Bytes, Machine, Matrix, multiply};
pub use panel::Form;
pub use rows::Rows;
pub use team::{Apart, Team};
