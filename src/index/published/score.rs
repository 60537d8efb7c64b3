//! BM25 as tantivy computes it: `src/query/bm25.rs` and `src/fieldnorm/code.rs` of tantivy 0.27, after Lucene.
//! Knows numbers; does not know where they are stored. Everything is `f32`, as there, and in the same order.

/// How soon more of a term stops to count.
const K1: f32 = 1.2;
/// How much the length of a field counts.
const B: f32 = 0.75;

/// Lengths below this many are kept as they are: 255 less the highest code of the rest (Lucene's `SmallFloat`).
const EXACT: u32 = 24;

/// How rare a term is that so many of all passages hold.
pub fn idf(held: u32, all: u32) -> f32 {
    (1.0 + ((all.saturating_sub(held)) as f32 + 0.5) / (held as f32 + 0.5)).ln()
}

/// A field's length in a byte: exact up to 40, then a float of three bits.
pub fn norm(length: u32) -> u8 {
    (0..=u8::MAX).rev().find(|norm| length_of(*norm) <= length).unwrap_or(0)
}

/// The length that a byte stands for.
fn length_of(norm: u8) -> u32 {
    let Some(code) = u32::from(norm).checked_sub(EXACT) else { return u32::from(norm) };
    let (bits, shift) = (code & 7, code >> 3);
    EXACT + if shift == 0 { bits } else { (bits | 8) << (shift - 1) }
}

/// What a field's length does to its scores, for every byte that stands for one.
pub struct Lengths([f32; 256]);

impl Lengths {
    /// For a field of so many terms in all passages.
    pub fn new(terms: u64, passages: u32) -> Self {
        let average = terms as f32 / passages as f32;
        Self(std::array::from_fn(|norm| K1 * (1.0 - B + B * length_of(norm as u8) as f32 / average)))
    }

    /// What so many occurrences count in a field of such a length.
    pub fn score(&self, weight: f32, norm: u8, occurrences: usize) -> f32 {
        let occurrences = occurrences as f32;
        weight * (occurrences / (occurrences + self.0[usize::from(norm)]))
    }
}

/// A clause's weight: its terms' rarities together, and what it counts.
pub fn weight(idfs: f32, boost: f32) -> f32 {
    idfs * (1.0 + K1) * boost
}

/// How often terms stand in a row, given the positions of each, ascending.
pub fn in_a_row(positions: &[&[u16]]) -> usize {
    let Some((first, rest)) = positions.split_first() else { return 0 };
    let follows = |start: u16| {
        (1..).zip(rest).all(|(distance, positions)| positions.binary_search(&(start.saturating_add(distance))).is_ok())
    };
    first.iter().filter(|start| follows(**start)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places of tantivy's `FIELD_NORMS_TABLE`.
    #[test]
    fn lengths_are_rounded_as_tantivy_rounds_them() {
        for (code, length) in [
            (1, 1),
            (23, 23),
            (24, 24),
            (39, 39),
            (40, 40),
            (41, 42),
            (47, 54),
            (48, 56),
            (55, 84),
            (56, 88),
            (100, 3096),
            (151, 245_784),
            (200, 16_777_240),
            (255, 2_013_265_944),
        ] {
            assert_eq!((length_of(code), norm(length)), (length, code));
            assert_eq!(norm(length - 1), code - 1, "what is shorter has the code before");
        }
        assert_eq!((norm(0), norm(u32::MAX)), (0, 255));
    }

    #[test]
    fn terms_in_a_row_are_counted_where_they_begin() {
        assert_eq!(in_a_row(&[&[1, 5, 9], &[2, 6, 11]]), 2);
        assert_eq!(in_a_row(&[&[1, 2, 3], &[1, 2, 3]]), 2, "the same term twice");
        assert_eq!(in_a_row(&[&[1], &[2], &[]]), 0);
        assert_eq!(in_a_row(&[&[4, 7]]), 2);
    }

    #[test]
    fn a_rarer_term_a_shorter_field_and_more_occurrences_count_more() {
        assert!(idf(1, 100) > idf(50, 100) && idf(100, 100) > 0.0);
        let lengths = Lengths::new(1000, 100);
        assert!(lengths.score(1.0, norm(5), 1) > lengths.score(1.0, norm(50), 1));
        assert!(lengths.score(1.0, norm(5), 2) > lengths.score(1.0, norm(5), 1));
    }
}
