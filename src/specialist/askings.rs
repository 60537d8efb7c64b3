//! The ways in which people ask for a pack's calculators, and how near a question is to them: by meaning, and by the words
//! that tell one calculator from the others. Knows the pack's own words; no question's numbers.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    calculator::{Calculators, asked},
    index::{analyze, dense::Vectors},
};

/// What the words count beside the meaning; of 0, 0.2, 0.3 and 0.4 the one by which most dev cases of `us-tax` that are
/// tagged `calculator` were taken by the right one.
const WORDS: f32 = 0.3;

/// The ways of asking, in the order of the calculators.
pub(super) struct Askings {
    vectors: Vectors,
    /// The calculator of each way.
    of: Vec<usize>,
    ways: Vec<BTreeSet<String>>,
    /// How rare a word or a pair of words is among the calculators.
    rarity: BTreeMap<String, f32>,
}

/// The ways as they are encoded.
pub(super) fn texts(calculators: &Calculators) -> Vec<String> {
    let ways = calculators.iter().flat_map(|calculator| &calculator.when);
    ways.map(|way| asked::masked(way).unwrap_or_else(|| way.clone())).collect()
}

impl Askings {
    /// The ways of asking for these calculators, with the vectors of their [`texts`].
    pub fn new(calculators: &Calculators, vectors: Vectors) -> Self {
        let of = calculators.iter().enumerate().flat_map(|(at, c)| std::iter::repeat_n(at, c.when.len())).collect();
        let ways: Vec<BTreeSet<String>> = calculators.iter().flat_map(|c| &c.when).map(|way| words(way)).collect();
        let mut holding: BTreeMap<String, usize> = BTreeMap::new();
        for calculator in calculators.iter() {
            let own: BTreeSet<String> = calculator.when.iter().flat_map(|way| words(way)).collect();
            for word in own {
                *holding.entry(word).or_default() += 1;
            }
        }
        let count = calculators.iter().count() as f32;
        let rarity = holding.into_iter().map(|(word, held)| (word, (1.0 + count / held as f32).ln())).collect();
        Self { vectors, of, ways, rarity }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }

    /// How near a question is to each calculator: to the nearest way of asking for it.
    pub fn near(&self, masked: &str, vector: &[f32]) -> Vec<f32> {
        let said = words(masked);
        let weight = |words: &BTreeSet<String>| {
            words.iter().map(|word| self.rarity.get(word).copied().unwrap_or(0.0).powi(2)).sum::<f32>()
        };
        let own = weight(&said).sqrt();
        let mut nearest = vec![f32::NEG_INFINITY; self.of.last().map_or(0, |last| last + 1)];
        for ((calculator, way), cosine) in self.of.iter().zip(&self.ways).zip(self.vectors.cosines(vector)) {
            let shared: BTreeSet<String> = said.intersection(way).cloned().collect();
            let lengths = own * weight(way).sqrt();
            let alike = if lengths > 0.0 { weight(&shared) / lengths } else { 0.0 };
            let near = (1.0 - WORDS) * cosine.0 + WORDS * alike;
            nearest[*calculator] = nearest[*calculator].max(near);
        }
        nearest
    }
}

/// The words of a text and its pairs of neighbouring words, without numbers.
fn words(text: &str) -> BTreeSet<String> {
    let terms: Vec<String> =
        analyze::terms(text).into_iter().filter(|t| !t.contains(|c: char| c.is_ascii_digit())).collect();
    let pairs = terms.windows(2).map(|pair| pair.join(" "));
    pairs.chain(terms.iter().cloned()).collect()
}
