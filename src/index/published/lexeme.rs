//! A passage's terms as the lexemes of one text vector: which field a term stands in, its position says.
//! A full-text query then looks in all fields at once: `terms @@ 'child <-> tax & credit'`.

use std::{borrow::Cow, fmt::Write};

use sha2::{Digest, Sha256};

use super::wire::Lexemes;
use crate::index::clause::Field;

/// A longer term goes by its hash: a lexeme has at most 2046 bytes (`MAXSTRLEN` in `tsearch/ts_type.h`).
const LONGEST: usize = 1000;

/// A field's first and last position. Postgres keeps positions from 1 to 16,383 (`MAXENTRYPOS` - 1); a passage has
/// some 170 words. What stands further behind in its field counts as if it stood at the field's last position.
fn bounds(field: Field) -> (u16, u16) {
    match field {
        Field::Title => (1, 1000),
        Field::Headings => (1001, 3000),
        Field::Heading => (3001, 4000),
        Field::Body => (4001, 14_000),
        Field::Identifiers => (14_001, 16_383),
    }
}

/// A term as it is stored.
pub fn stored(term: &str) -> Cow<'_, str> {
    if term.len() <= LONGEST {
        return term.into();
    }
    let mut hash = String::from("#");
    for byte in Sha256::digest(term.as_bytes()) {
        write!(hash, "{byte:02x}").expect("a string takes everything");
    }
    hash.into()
}

/// The lexemes of a passage whose fields hold these terms, in the order of [`Field::ALL`].
pub fn lexemes(fields: &[Vec<String>; 5]) -> Lexemes {
    let mut lexemes = Lexemes::default();
    for (field, terms) in Field::ALL.into_iter().zip(fields) {
        let (first, last) = bounds(field);
        for (term, position) in terms.iter().zip((first..=last).chain(std::iter::repeat(last))) {
            lexemes.add(&stored(term), position);
        }
    }
    lexemes
}

/// Those of a lexeme's positions, ascending, that are in a field.
pub fn within(field: Field, positions: &[u16]) -> &[u16] {
    let (first, last) = bounds(field);
    let before = positions.partition_point(|position| *position < first);
    let behind = positions.partition_point(|position| *position <= last);
    &positions[before..behind]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_says_its_field() {
        let bounds = Field::ALL.map(bounds);
        assert_eq!((bounds[0].0, bounds[4].1), (1, 16_383));
        assert!(bounds.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0), "{bounds:?}");
        let positions: Vec<u16> = bounds.iter().flat_map(|(first, last)| [*first, *last]).collect();
        for (field, (first, last)) in Field::ALL.into_iter().zip(bounds) {
            assert_eq!(within(field, &positions), [first, last]);
        }
        assert_eq!(within(Field::Body, &[1, 14_001]), [] as [u16; 0]);
    }

    #[test]
    fn a_field_too_long_for_its_positions_keeps_all_its_terms() {
        let title = (0..2000).map(|number| format!("t{number}")).collect();
        let lexemes = lexemes(&[title, vec!["tax".into()], Vec::new(), Vec::new(), Vec::new()]);
        assert_eq!(lexemes.positions("t999"), lexemes.positions("t1999"));
        assert_eq!(lexemes.positions("tax"), [1001]);
    }

    #[test]
    fn a_term_too_long_for_postgres_is_still_itself() {
        let (one, other) = ("a".repeat(5000), "a".repeat(5001));
        assert_ne!(stored(&one), stored(&other));
        assert_eq!(stored(&one), stored(&one));
        assert_eq!((stored(&one).len(), stored("tax").as_ref()), (65, "tax"));
    }
}
