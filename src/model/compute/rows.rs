//! Rows of numbers that a matrix is multiplied with, as they are and rounded to eight bits.
//! Does not know how a matrix is stored.

use super::{Team, float};

/// Blocks that are worth a thread's while.
const PART: usize = 128;

/// Numbers that share a scale, as in GGUF's 32-number blocks.
pub const BLOCK: usize = 32;

/// Thirty-two numbers rounded to eight bits, four to a word, with the sums that offsets in a matrix's weights need.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct Block {
    /// Byte `j` of word `i` is number `4·i + j`.
    pub words: [i32; BLOCK / 4],
    /// What a byte stands for.
    pub scale: f32,
    /// The numbers' sum.
    pub sum: f32,
    /// The bytes' sums, of the first and the second half.
    pub halves: [i32; 2],
}

impl Block {
    /// Thirty-two zeros.
    pub(super) const ZERO: Self = Self { words: [0; BLOCK / 4], scale: 0.0, sum: 0.0, halves: [0; 2] };

    /// Rounds to the nearest of 255 steps; the largest number keeps its value.
    fn of(numbers: &[f32; BLOCK]) -> Self {
        /// 1.5 · 2^23: added to a number below 2^22, it leaves the nearest whole number in the lowest bits.
        const WHOLE: f32 = 12_582_912.0;
        let largest = float::largest(&numbers.map(f32::abs));
        let scale = largest / 127.0;
        let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
        let bytes = numbers.map(|number| (number * inverse + WHOLE).to_bits() as i8);
        let halves = [0, 1].map(|half| bytes.as_chunks::<{ BLOCK / 2 }>().0[half].iter().map(|b| i32::from(*b)).sum());
        let mut words = [0; BLOCK / 4];
        for (word, four) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *word = i32::from_ne_bytes(four.map(i8::cast_unsigned));
        }
        Self { words, scale, sum: scale * (halves[0] + halves[1]) as f32, halves }
    }
}

/// Rows of equal width: one for each token.
#[derive(Debug, Default)]
pub struct Rows {
    width: usize,
    numbers: Vec<f32>,
    blocks: Vec<Block>,
}

impl Rows {
    /// How many numbers a row has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.numbers.len().checked_div(self.width).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Rows to be filled; nothing is allocated once there has been room for as many.
    pub fn reset(&mut self, rows: usize, width: usize) -> &mut [f32] {
        self.width = width;
        self.numbers.resize(rows * width, 0.0);
        &mut self.numbers
    }

    /// Row after row.
    pub fn numbers(&self) -> &[f32] {
        &self.numbers
    }

    /// Row after row.
    pub fn numbers_mut(&mut self) -> &mut [f32] {
        &mut self.numbers
    }

    /// Rounds every row to blocks. To be called when the numbers are final and before a matrix in blocks is multiplied.
    /// A width that is no multiple of 32 has no blocks.
    pub fn round(&mut self, team: &mut Team) {
        let blocks = if self.width.is_multiple_of(BLOCK) { self.numbers.len() / BLOCK } else { 0 };
        self.blocks.resize(blocks, Block::default());
        let numbers = self.numbers.as_chunks::<BLOCK>().0;
        team.each_chunk(&mut self.blocks, PART, |part, blocks| {
            for (block, numbers) in blocks.iter_mut().zip(&numbers[part * PART..]) {
                *block = Block::of(numbers);
            }
        });
    }

    /// The blocks of a row.
    pub(super) fn blocks(&self, row: usize) -> &[Block] {
        let count = self.width / BLOCK;
        &self.blocks[row * count..(row + 1) * count]
    }

    /// The numbers of a row.
    pub(super) fn row(&self, row: usize) -> &[f32] {
        &self.numbers[row * self.width..(row + 1) * self.width]
    }
}
