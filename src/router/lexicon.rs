//! How typical a question's words and letters are of one set of texts against another: a multinomial naive
//! Bayes classifier over stemmed words, word pairs and character 4-grams, in hashed buckets.

use std::hash::{Hash, Hasher};

use crate::index::analyze;

/// Buckets of the feature hash; a few thousand short texts have some 20,000 distinct features.
const BUCKETS: usize = 1 << 15;
/// Additive smoothing.
const SMOOTHING: f32 = 0.3;
/// Letters in a character gram.
const GRAM: usize = 4;

/// Feature counts of the texts of one kind.
#[derive(Debug, Clone)]
pub struct Counts {
    buckets: Vec<f32>,
    total: f32,
}

impl Counts {
    /// Counts the features of texts.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut counts = Self { buckets: vec![0.0; BUCKETS], total: 0.0 };
        for text in texts {
            for feature in features(text) {
                counts.buckets[feature] += 1.0;
                counts.total += 1.0;
            }
        }
        counts
    }

    /// The mean log-odds a feature of `text` has for these texts against `other`. `left_out` says whether
    /// the text's own features are to be taken out of the counts here or there, so that a text that was
    /// counted can be judged as if it had not been.
    pub fn log_odds(&self, other: &Self, text: &str, left_out: LeftOut) -> f32 {
        let features = features(text);
        if features.is_empty() {
            return 0.0;
        }
        let own = features.len() as f32;
        let (here, there) = match left_out {
            LeftOut::Nothing => (0.0, 0.0),
            LeftOut::Here => (1.0, 0.0),
            LeftOut::There => (0.0, 1.0),
        };
        let sum: f32 = features.iter().map(|f| self.log_rate(*f, here, own) - other.log_rate(*f, there, own)).sum();
        sum / own
    }

    fn log_rate(&self, feature: usize, minus: f32, own: f32) -> f32 {
        let count = (self.buckets[feature] - minus).max(0.0);
        let total = (self.total - minus * own).max(0.0);
        ((count + SMOOTHING) / (total + SMOOTHING * BUCKETS as f32)).ln()
    }

    /// The counts as numbers, for storing.
    pub fn buckets(&self) -> &[f32] {
        &self.buckets
    }

    /// The counts from stored numbers; `None` if they are not of this layout.
    pub fn from_buckets(buckets: Vec<f32>) -> Option<Self> {
        let total = buckets.iter().sum();
        (buckets.len() == BUCKETS).then_some(Self { buckets, total })
    }
}

/// Which counts hold the text that is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// Neither: it is new.
    Nothing,
    /// The texts it is judged for.
    Here,
    /// The texts it is judged against.
    There,
}

fn features(text: &str) -> Vec<usize> {
    let terms = analyze::terms(text);
    let mut found: Vec<usize> = terms.iter().map(|t| bucket(&("word", t))).collect();
    found.extend(terms.windows(2).map(|pair| bucket(&("pair", pair))));
    let letters: Vec<char> = format!(" {} ", analyze::words(text).join(" ")).chars().collect();
    found.extend(letters.windows(GRAM).map(|gram| bucket(&("gram", gram))));
    found
}

fn bucket(feature: &impl Hash) -> usize {
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    feature.hash(&mut hasher);
    (hasher.finish() % BUCKETS as u64) as usize
}

/// FNV-1a: the same on every machine and in every version, as stored counts need.
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

    #[test]
    fn a_text_is_judged_by_its_words_and_its_letters() {
        let (tax, food) = (Counts::of(["deduct mortgage interest"]), Counts::of(["boil the rice with garlic"]));
        assert!(tax.log_odds(&food, "deducting a morgage", LeftOut::Nothing) > 0.0);
        assert!(tax.log_odds(&food, "fried rice", LeftOut::Nothing) < 0.0);
    }

    #[test]
    fn a_counted_text_is_judged_as_if_it_had_not_been() {
        let (one, other) = (Counts::of(["alpha beta"]), Counts::of(["gamma delta"]));
        assert!(one.log_odds(&other, "alpha beta", LeftOut::Nothing) > 0.5);
        assert!(one.log_odds(&other, "alpha beta", LeftOut::Here).abs() < 0.5);
    }
}
