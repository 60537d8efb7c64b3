//! The words and letters of a short text as a sparse vector: TF-IDF over words, word pairs and letter groups, in
//! hashed buckets. Knows texts; nothing of what they are held against.

use std::{
    collections::BTreeMap,
    hash::{Hash, Hasher},
};

use crate::index::analyze;

/// Buckets of the feature hash (Weinberger et al. 2009). Two thousand short texts have some 25,000 distinct features.
const BUCKETS: usize = 1 << 16;
/// Letters in a group, the blanks around a word included: scikit-learn's `char_wb` of 2 to 5.
const GROUPS: std::ops::RangeInclusive<usize> = 2..=5;
/// What words and letters weigh beside the encoder's vector, which has length 1. Of 0.5 and 1 the better one on
/// BANKING77 and CLINC150 by a throwaway script.
const SHARE: f32 = 0.5;

/// A sparse vector: buckets, rising, with their weights.
pub type Sparse = Vec<(u32, f32)>;

/// How common each feature is in a set of texts.
#[derive(Debug, Clone, Default)]
pub struct Commonness {
    texts: usize,
    held_by: Vec<u32>,
}

impl Commonness {
    /// Counts in how many of the texts each feature occurs.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut counted = Self { texts: 0, held_by: vec![0; BUCKETS] };
        for text in texts {
            counted.texts += 1;
            let [words, letters] = counts(text);
            for bucket in words.into_keys().chain(letters.into_keys()) {
                counted.held_by[bucket as usize] += 1;
            }
        }
        counted
    }

    /// The TF-IDF vector of a text: 1 + ln tf, times ln((1 + n) / (1 + df)) + 1 (scikit-learn's sublinear, smoothed
    /// form), words and letters each of half the length of an encoder's. Features that none of the counted texts has are left out.
    pub fn vector(&self, text: &str) -> Sparse {
        let mut all = Sparse::new();
        for counts in counts(text) {
            let weigh = |(bucket, count): (u32, u32)| {
                let held_by = *self.held_by.get(bucket as usize)?;
                let idf = ((1 + self.texts) as f32 / (1 + held_by) as f32).ln() + 1.0;
                (held_by > 0).then(|| (bucket, (1.0 + (count as f32).ln()) * idf))
            };
            let block: Sparse = counts.into_iter().filter_map(weigh).collect();
            let length = block.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
            all.extend(block.into_iter().map(|(bucket, weight)| (bucket, SHARE * weight / length)));
        }
        all.sort_by_key(|(bucket, _)| *bucket);
        all
    }

    /// The counts as numbers, for storing: the texts, then the texts that hold each feature.
    pub fn to_numbers(&self) -> Vec<u32> {
        std::iter::once(self.texts as u32).chain(self.held_by.iter().copied()).collect()
    }

    /// How many numbers [`Commonness::to_numbers`] gives.
    pub const NUMBERS: usize = 1 + BUCKETS;

    /// The counts from stored numbers; `None` if they are not of this layout.
    pub fn from_numbers(numbers: &[u32]) -> Option<Self> {
        let (texts, held_by) = numbers.split_first()?;
        (held_by.len() == BUCKETS).then(|| Self { texts: *texts as usize, held_by: held_by.to_vec() })
    }
}

/// How often each feature occurs in a text: words and pairs, then letter groups.
fn counts(text: &str) -> [BTreeMap<u32, u32>; 2] {
    let (mut words, mut letters) = (BTreeMap::new(), BTreeMap::new());
    let found = analyze::words(text);
    for word in &found {
        *words.entry(bucket(&("word", word))).or_insert(0) += 1;
        let padded: Vec<char> = format!(" {word} ").chars().collect();
        for length in GROUPS {
            for group in padded.windows(length) {
                *letters.entry(bucket(&("letters", group))).or_insert(0) += 1;
            }
        }
    }
    for pair in found.windows(2) {
        *words.entry(bucket(&("pair", pair))).or_insert(0) += 1;
    }
    [words, letters]
}

fn bucket(feature: &impl Hash) -> u32 {
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    feature.hash(&mut hasher);
    (hasher.finish() % BUCKETS as u64) as u32
}

/// FNV-1a: the same on every machine and in every version, as stored weights need.
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(a: &Sparse, b: &Sparse) -> f32 {
        a.iter().filter_map(|(bucket, x)| Some(x * b[b.binary_search_by_key(bucket, |(b, _)| *b).ok()?].1)).sum()
    }

    #[test]
    fn texts_that_share_words_or_letters_are_near() {
        let common = Commonness::of(["deduct mortgage interest", "boil the rice", "what is a deduction"]);
        let [asked, slip, other] =
            ["deduct my mortgage", "deducting a morgage", "fried rice"].map(|t| common.vector(t));
        assert!(product(&asked, &slip) > 0.1 && product(&asked, &slip) > 3.0 * product(&asked, &other));
    }

    #[test]
    fn a_text_of_unknown_features_has_an_empty_vector() {
        assert!(Commonness::of(["alpha"]).vector("zzz qqq").is_empty());
        assert!(Commonness::of([]).vector("alpha").is_empty());
    }

    #[test]
    fn counts_are_stored_and_read() {
        let common = Commonness::of(["one two", "two three"]);
        let read = Commonness::from_numbers(&common.to_numbers()).unwrap();
        assert_eq!(read.vector("two three"), common.vector("two three"));
        assert!(Commonness::from_numbers(&[1, 2]).is_none());
    }
}
