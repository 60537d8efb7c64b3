//! Numbers that are kept for long and read often: in 16 bits, or exactly.

use std::io::{self, Read, Write};

use half::f16;

use super::float::LANES;

/// The largest 16-bit float: what is larger is kept as this.
const LARGEST: f32 = 65_504.0;

/// Numbers as they are kept, sixteen by sixteen.
#[derive(Debug, Clone, Copy)]
pub enum Lanes<'c> {
    /// In 16 bits.
    Half(&'c [[f16; LANES]]),
    /// As they are.
    Full(&'c [[f32; LANES]]),
}

impl Lanes<'_> {
    /// The sixteen at an index.
    pub(super) fn wide(self, at: usize) -> [f32; LANES] {
        match self {
            Self::Half(lanes) => lanes[at].map(f16::to_f32),
            Self::Full(lanes) => lanes[at],
        }
    }
}

/// The bytes of sixteen 16-bit floats.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
#[expect(clippy::inline_always, reason = "inlined, it is compiled for the vector instructions that its caller has")]
#[expect(unsafe_code, reason = "`half` has no view of its floats as bytes")]
pub(super) fn bytes_of(halfs: &[f16; LANES]) -> &[u8; LANES * 2] {
    // SAFETY: `f16` is a transparent `u16`: 32 bytes without gaps, and bytes need no alignment.
    unsafe { &*halfs.as_ptr().cast() }
}

/// Numbers in a row.
#[derive(Debug, Clone)]
pub enum Cells {
    /// In 16 bits.
    Half(Vec<f16>),
    /// As they are.
    Full(Vec<f32>),
}

impl Cells {
    /// So many zeros.
    pub fn zeros(count: usize, exact: bool) -> Self {
        if exact { Self::Full(vec![0.0; count]) } else { Self::Half(vec![f16::ZERO; count]) }
    }

    /// Bytes of one number.
    pub fn width(exact: bool) -> usize {
        if exact { 4 } else { 2 }
    }

    /// Keeps a number.
    pub fn set(&mut self, at: usize, number: f32) {
        match self {
            Self::Half(cells) => cells[at] = f16::from_f32(number.clamp(-LARGEST, LARGEST)),
            Self::Full(cells) => cells[at] = number,
        }
    }

    /// `count` numbers from `at` on, a multiple of [`LANES`].
    pub fn lanes(&self, at: usize, count: usize) -> Lanes<'_> {
        match self {
            Self::Half(cells) => Lanes::Half(cells[at..at + count].as_chunks().0),
            Self::Full(cells) => Lanes::Full(cells[at..at + count].as_chunks().0),
        }
    }

    /// Writes all numbers.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Half(cells) => cells.iter().try_for_each(|cell| to.write_all(&cell.to_le_bytes())),
            Self::Full(cells) => cells.iter().try_for_each(|cell| to.write_all(&cell.to_le_bytes())),
        }
    }

    /// Reads as many numbers as there are.
    pub fn read_from(&mut self, from: &mut impl Read) -> io::Result<()> {
        let mut bytes = vec![0; self.bytes()];
        from.read_exact(&mut bytes)?;
        match self {
            Self::Half(cells) => {
                cells.iter_mut().zip(bytes.as_chunks().0).for_each(|(cell, bytes)| *cell = f16::from_le_bytes(*bytes));
            }
            Self::Full(cells) => {
                cells.iter_mut().zip(bytes.as_chunks().0).for_each(|(cell, bytes)| *cell = f32::from_le_bytes(*bytes));
            }
        }
        Ok(())
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Half(cells) => cells.len() * Self::width(false),
            Self::Full(cells) => cells.len() * Self::width(true),
        }
    }
}
