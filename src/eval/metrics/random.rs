//! A seeded generator for resampling. Knows no statistics; not for secrets.

/// `SplitMix64` (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators"; constants as in Vigna's
/// `splitmix64.c`).
pub(super) struct SplitMix64(u64);

impl SplitMix64 {
    /// The generator whose state begins at `seed`.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(super) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, each as likely as any other: Lemire's multiplication with rejection (2019, "Fast random
    /// integer generation in an interval", algorithm 5).
    pub(super) fn below(&mut self, bound: usize) -> usize {
        assert!(bound > 0, "no number is below 0");
        let bound = bound as u64;
        // The low halves below 2⁶⁴ mod `bound` belong to numbers that would come once too often.
        let unfair = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.draw()) * u128::from(bound);
            if product as u64 >= unfair {
                return (product >> 64) as usize;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_splitmix64s() {
        // The first outputs of Vigna's `splitmix64.c` for the seed 1234567.
        let mut random = SplitMix64::new(1_234_567);
        let drawn: Vec<u64> = (0..5).map(|_| random.draw()).collect();
        assert_eq!(
            drawn,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821
            ]
        );
    }

    #[test]
    fn every_number_below_the_bound_comes_about_as_often() {
        let mut random = SplitMix64::new(7);
        let mut counts = [0_usize; 7];
        for _ in 0..70_000 {
            counts[random.below(7)] += 1;
        }
        // χ² with 6 degrees of freedom exceeds 22.46 once in a thousand seeds.
        let chi: f64 = counts.iter().map(|&c| (c as f64 - 10_000.0).powi(2) / 10_000.0).sum();
        assert!(chi < 22.46, "{counts:?}");
    }
}
