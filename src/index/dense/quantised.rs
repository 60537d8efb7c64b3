//! Rows as bytes with one scale each: a quarter of the floats' size, for scoring candidates nearly exactly.
//! Knows numbers; does not know which rows are worth scoring, nor what they stand for.

#[cfg(test)]
mod tests;

use super::{Cosine, numbers::Numbers};

/// Vectors of which each number is a byte times the row's scale, which is the row's largest number over 127.
#[derive(Debug, Clone, Default)]
pub struct Quantised {
    dims: usize,
    /// `(row, dim)`.
    values: Numbers<i8>,
    /// Of each row.
    scales: Numbers<f32>,
}

/// A query whose numbers are whole numbers times a step: sums of whole numbers are the same in any order, so that every
/// processor computes the same digits. At 384 dimensions they have 16 bits, and what that loses is far below what a
/// row's 8 bits lose.
#[derive(Debug, Clone)]
pub struct Asked {
    values: Vec<i16>,
    step: f32,
}

impl Quantised {
    /// So many rows of zeros.
    pub fn zeros(rows: usize, dims: usize) -> Self {
        Self { dims, values: vec![0; rows * dims].into(), scales: vec![0.0; rows].into() }
    }

    /// Rows that stand in a file; none where there are not as many numbers as rows and dimensions make.
    pub fn of_file(values: Numbers<i8>, scales: Numbers<f32>, dims: usize) -> Option<Self> {
        (Some(values.len()) == scales.len().checked_mul(dims)).then_some(Self { dims, values, scales })
    }

    /// The rows' bytes and their scales.
    pub fn parts(&self) -> (&[i8], &[f32]) {
        (&self.values, &self.scales)
    }

    /// Puts a vector in the place of a row.
    pub fn put(&mut self, row: usize, vector: &[f32]) {
        let scale = largest(vector) / f32::from(i8::MAX);
        let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        let values = &mut self.values.held()[row * self.dims..(row + 1) * self.dims];
        for (value, number) in values.iter_mut().zip(vector) {
            *value = nearest(number * inverse) as i8;
        }
        self.scales.held()[row] = scale;
    }

    /// Takes over a row of others of the same size, digit for digit.
    pub fn copy(&mut self, row: usize, other: &Self, from: usize) {
        let values = &other.values[from * self.dims..(from + 1) * self.dims];
        self.values.held()[row * self.dims..(row + 1) * self.dims].copy_from_slice(values);
        self.scales.held()[row] = other.scales[from];
    }

    /// A row as a vector again.
    pub fn get(&self, row: usize, into: &mut [f32]) {
        let scale = self.scales[row];
        for (number, value) in into.iter_mut().zip(&self.values[row * self.dims..(row + 1) * self.dims]) {
            *number = f32::from(*value) * scale;
        }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// The cosine of a row and a query, as near as bytes give it. A query of another size has nothing in common with
    /// it.
    pub fn dot(&self, row: usize, query: &Asked) -> Cosine {
        let values = &self.values[row * self.dims..(row + 1) * self.dims];
        if query.values.len() != self.dims {
            return Cosine(0.0);
        }
        Cosine(sum(values, &query.values) as f32 * (self.scales[row] * query.step))
    }
}

impl Asked {
    /// A query as whole numbers, so small that no sum of their products with a row's bytes overflows.
    pub fn of(query: &[f32]) -> Self {
        let room = i32::MAX as usize / (i8::MAX as usize * query.len().max(1));
        let most = room.min(i16::MAX as usize) as f32;
        let step = largest(query) / most;
        let inverse = if step > 0.0 { 1.0 / step } else { 0.0 };
        Self { values: query.iter().map(|number| nearest(number * inverse).clamp(-most, most) as i16).collect(), step }
    }
}

/// The size of the largest number.
fn largest(numbers: &[f32]) -> f32 {
    numbers.iter().fold(0.0, |largest, number| largest.max(number.abs()))
}

/// The whole number that is nearest to a small number, ties to even: added to 1.5·2²³, a float has no room for a
/// fraction. `round_ties_even` is a call into a library where the processor is not known to have it.
fn nearest(number: f32) -> f32 {
    const SHIFT: f32 = 12_582_912.0;
    (number + SHIFT) - SHIFT
}

fn sum(row: &[i8], query: &[i16]) -> i32 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "instructions that not every processor has")]
        // SAFETY: the processor was asked in the line above.
        return unsafe { sum_avx2(row, query) };
    }
    sum_portable(row, query)
}

/// [`sum_portable`] with wider registers.
///
/// # Safety
/// The processor must have AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sum_avx2(row: &[i8], query: &[i16]) -> i32 {
    sum_portable(row, query)
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "it is compiled once for each set of instructions")]
fn sum_portable(row: &[i8], query: &[i16]) -> i32 {
    row.iter().zip(query).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum()
}
