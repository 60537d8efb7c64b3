//! Rotary positions (Su et al. 2021): pairs of a head's numbers are turned by angles that grow with the position.

/// Which numbers are a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairs {
    /// 2i and 2i + 1, as Llama's GGUF files have them.
    Neighbours,
    /// i and i + half of what is turned, as GPT-NeoX has them.
    Halves,
}

/// How positions turn a head.
#[derive(Debug, Clone, PartialEq)]
pub struct Rotation {
    /// Which numbers are a pair.
    pub pairs: Pairs,
    /// Radians for each position, of each pair. Numbers past the last pair stay as they are.
    pub frequencies: Vec<f64>,
    /// What turned numbers are multiplied with (phi-3's long contexts).
    pub magnitude: f32,
}

impl Rotation {
    /// `base^(-2i/turned)` for pair `i`, divided by the pair's factor where there are factors.
    pub fn new(pairs: Pairs, turned: usize, base: f32, factors: Option<&[f32]>) -> Self {
        let frequency = |pair: usize| {
            let plain = f64::from(base).powf(-2.0 * pair as f64 / turned as f64);
            plain / factors.map_or(1.0, |factors| f64::from(factors[pair]))
        };
        Self { pairs, frequencies: (0..turned / 2).map(frequency).collect(), magnitude: 1.0 }
    }
}

/// Cosines and sines for the tokens at hand: (tokens, pairs).
#[derive(Debug, Clone, Default)]
pub(super) struct Angles {
    pairs: usize,
    cosines: Vec<f32>,
    sines: Vec<f32>,
}

impl Angles {
    /// Those of `count` positions from `first` on.
    pub fn turn(&mut self, rotation: &Rotation, first: usize, count: usize) {
        self.pairs = rotation.frequencies.len();
        self.cosines.clear();
        self.sines.clear();
        for position in first..first + count {
            for frequency in &rotation.frequencies {
                let (sine, cosine) = (position as f64 * frequency).sin_cos();
                self.cosines.push(cosine as f32 * rotation.magnitude);
                self.sines.push(sine as f32 * rotation.magnitude);
            }
        }
    }

    /// Turns one head of a token.
    pub fn apply(&self, pairs: Pairs, token: usize, head: &mut [f32]) {
        let range = token * self.pairs..(token + 1) * self.pairs;
        let angles = self.cosines[range.clone()].iter().zip(&self.sines[range]);
        match pairs {
            Pairs::Neighbours => {
                for (pair, (cosine, sine)) in head.as_chunks_mut::<2>().0.iter_mut().zip(angles) {
                    let [a, b] = *pair;
                    *pair = [a * cosine - b * sine, a * sine + b * cosine];
                }
            }
            Pairs::Halves => {
                let (first, second) = head.split_at_mut(self.pairs);
                for ((a, b), (cosine, sine)) in first.iter_mut().zip(second).zip(angles) {
                    (*a, *b) = (*a * cosine - *b * sine, *a * sine + *b * cosine);
                }
            }
        }
    }
}
