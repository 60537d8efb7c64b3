//! An encoder without a model: a text's words and letter groups, hashed into a vector. Serves where no encoder at hand reads the
//! language: how near two texts are is then how many words and letters they share, which is little, but means something,
//! where the vectors of a model that never saw the language mean nothing.

use std::collections::BTreeMap;

use super::Encoder;
use crate::error::Result;

/// Numbers in a vector: two texts of thirty features each share one by chance alone in about as many buckets as these, and the
/// signs (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning") let that cancel out.
const DIMS: usize = 1024;
/// Letters in a group: two syllables are most of a Korean word, two characters most of a Chinese one.
const GROUPS: [usize; 2] = [2, 3];

/// The encoder of words and letters.
#[derive(Debug, Clone, Copy, Default)]
pub struct Letters;

impl Letters {
    /// What its vectors depend on.
    pub const ID: &str = "letters-1";
}

impl Encoder for Letters {
    fn id(&self) -> &str {
        Self::ID
    }

    fn dims(&self) -> usize {
        DIMS
    }

    /// It cannot tell a slip from a word.
    fn knows(&self, _: &str) -> bool {
        true
    }

    fn encode_query(&self, text: &str) -> Result<Vec<f32>> {
        Ok(vector(text))
    }

    fn encode_passages(&self, texts: &[&str], done: &mut dyn FnMut(usize)) -> Result<Vec<Vec<f32>>> {
        let vectors = texts.iter().map(|text| vector(text)).collect();
        done(texts.len());
        Ok(vectors)
    }
}

/// Each feature weighs 1 + ln of how often it occurs; the vector has length 1, that of a text without words 0.
fn vector(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0; DIMS];
    for (feature, count) in features(text) {
        let hash = hash(&feature);
        let sign = if hash >> 63 == 0 { 1.0 } else { -1.0 };
        vector[(hash % DIMS as u64) as usize] += sign * (1.0 + (count as f32).ln());
    }
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        for x in &mut vector {
            *x /= length;
        }
    }
    vector
}

/// Words, and the groups of letters in them.
fn features(text: &str) -> BTreeMap<String, u32> {
    let mut features = BTreeMap::new();
    let lower = text.to_lowercase();
    for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let letters: Vec<char> = word.chars().collect();
        let groups = GROUPS.into_iter().flat_map(|length| letters.windows(length).map(|group| group.iter().collect()));
        for feature in groups.chain([format!("{word}\u{0}")]) {
            *features.entry(feature).or_default() += 1;
        }
    }
    features
}

/// FNV-1a of 64 bits, the same on every machine, with its bits mixed once more (the finaliser of `MurmurHash3`): the last of
/// short texts are alike otherwise.
fn hash(text: &str) -> u64 {
    let fnv = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(a: &str, b: &str) -> f32 {
        vector(a).iter().zip(vector(b)).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn texts_that_share_words_are_nearer_than_others() {
        let question = "2025년 표준공제는 얼마예요?";
        assert!(cosine(question, "표준공제가 얼마인가요") > cosine(question, "김치찌개 맛있게 끓이는 법") + 0.2);
        assert!(cosine("brew green tea", "green tea brewing") > cosine("brew green tea", "file a tax return") + 0.3);
    }

    #[test]
    fn particles_and_capitals_hardly_count() {
        assert!(cosine("표준공제", "표준공제를") > 0.5);
        assert!(cosine("FBAR", "fbar") > 0.999);
    }

    #[test]
    fn a_vector_has_length_one_and_that_of_nothing_is_nothing() {
        for text in ["tea", "세금 신고", "a a a b"] {
            assert!((cosine(text, text) - 1.0).abs() < 1e-5, "{text}");
        }
        assert!(vector(" ?! ").iter().all(|x| *x == 0.0));
    }

    #[test]
    fn vectors_are_the_same_on_every_machine() {
        assert_eq!(hash("표준"), hash("표준"));
        assert_eq!(hash(""), 0xecba_3df2_c338_3c52);
    }
}
