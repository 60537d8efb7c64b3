//! A query as planes of bits, against which codes are held with xor and popcount.
//! Each number becomes one of the odd numbers from `1 − 2ᴮ` to `2ᴮ − 1` times a step: a sum of `± 2ʲ` over `B` planes,
//! so that its product with a row of signs is a weighted count of where plane and row differ. `RaBitQ` does the same
//! with a grid that does not lie around zero (section 3.3.2), which takes the row's own count of bits as well.

use super::kernel::PLANES;

/// The largest number of the grid.
const LARGEST: u32 = (1 << PLANES) - 1;

/// A rotated query.
pub(super) struct Planes {
    /// `(word, plane)`.
    words: Vec<[u64; PLANES]>,
    /// What one of the grid stands for.
    step: f32,
    /// The product, in steps, with a row that differs nowhere.
    most: i32,
}

impl Planes {
    /// The planes of a rotated vector of whole words.
    pub fn of(turned: &[f32]) -> Self {
        let largest = turned.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
        let step = largest / LARGEST as f32;
        let level = |number: f32| {
            // The grid's numbers are 2·level − LARGEST.
            let level = if step > 0.0 { (number / step + LARGEST as f32) * 0.5 } else { 0.0 };
            level.round().clamp(0.0, LARGEST as f32) as u32
        };
        let mut words = vec![[0; PLANES]; turned.len() / u64::BITS as usize];
        for (word, numbers) in words.iter_mut().zip(turned.as_chunks::<{ u64::BITS as usize }>().0) {
            for (bit, number) in numbers.iter().enumerate() {
                let level = level(*number);
                for (plane, word) in word.iter_mut().enumerate() {
                    *word |= u64::from((level >> plane) & 1) << bit;
                }
            }
        }
        Self { words, step, most: (LARGEST as usize * turned.len()) as i32 }
    }

    /// `(word, plane)`.
    pub fn words(&self) -> &[[u64; PLANES]] {
        &self.words
    }

    /// The product with a row's signs, of the weighted count of its differences.
    #[inline]
    pub fn product(&self, differences: u32) -> f32 {
        self.step * (self.most - 2 * differences as i32) as f32
    }
}
