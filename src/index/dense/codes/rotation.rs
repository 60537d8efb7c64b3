//! A fixed random rotation, so that no dimension of a vector says more than another.
//! Three rounds of random signs, a shuffle and Hadamard transforms stand for a dense random rotation (Andoni et al.
//! 2015, "Practical and optimal LSH for angular distance", section 4, <https://arxiv.org/abs/1509.02897>; the shuffle
//! lets the size be any multiple of 64, not only a power of two). The signs and shuffles are part of the file format.

use super::words;

/// Numbers that one Hadamard transform mixes: as many as a word of a code has bits.
const SIZE: usize = u64::BITS as usize;
/// Of signs, shuffle and transforms; the paper's number.
const ROUNDS: usize = 3;
/// Where the random numbers start. Any would do; it may not change while files are about.
const SEED: u64 = 0x5055_5256_4945_5701;

/// A rotation of vectors of one size.
pub(super) struct Rotation {
    rounds: [Vec<Step>; ROUNDS],
}

/// Where a number comes from, and by what it is multiplied: a sign and the transform's 1/√64.
struct Step {
    from: u32,
    factor: f32,
}

impl Rotation {
    /// The rotation of vectors of `dims` numbers, padded with zeros to whole words.
    pub fn of(dims: usize) -> Self {
        let size = words(dims) * SIZE;
        let mut random = Random(SEED);
        let rounds = std::array::from_fn(|_| {
            let mut from: Vec<u32> = (0..size as u32).collect();
            for last in (1..size).rev() {
                from.swap(last, random.below(last + 1));
            }
            let step = |from| Step { from, factor: if random.below(2) == 0 { 0.125 } else { -0.125 } };
            from.into_iter().map(step).collect()
        });
        Self { rounds }
    }

    /// `vector` less `centre`, rotated; as long as whole words are.
    pub fn turned(&self, vector: &[f32], centre: &[f32]) -> Vec<f32> {
        let mut numbers: Vec<f32> = vector.iter().zip(centre).map(|(x, c)| x - c).collect();
        numbers.resize(self.rounds[0].len(), 0.0);
        let mut next = vec![0.0; numbers.len()];
        for round in &self.rounds {
            for (to, step) in next.iter_mut().zip(round) {
                *to = numbers[step.from as usize] * step.factor;
            }
            next.as_chunks_mut::<SIZE>().0.iter_mut().for_each(transform);
            std::mem::swap(&mut numbers, &mut next);
        }
        numbers
    }
}

/// The Walsh–Hadamard transform: 64 numbers times the Hadamard matrix, by halves.
fn transform(numbers: &mut [f32; SIZE]) {
    halves::<32>(numbers);
    halves::<16>(numbers);
    halves::<8>(numbers);
    halves::<4>(numbers);
    halves::<2>(numbers);
    halves::<1>(numbers);
}

fn halves<const HALF: usize>(numbers: &mut [f32; SIZE]) {
    for pair in numbers.chunks_exact_mut(HALF * 2) {
        let (low, high) = pair.split_at_mut(HALF);
        for (a, b) in low.iter_mut().zip(high) {
            (*a, *b) = (*a + *b, *a - *b);
        }
    }
}

/// `SplitMix64` (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators").
pub(super) struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, by the high half of a product (Lemire 2019); its bias is below 2⁻⁵⁰ at these sizes.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}
