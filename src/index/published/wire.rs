//! How lexemes and vectors go over the wire, in Postgres's binary forms.
//! Knows bytes and their limits; does not know what a lexeme or a vector stands for.
//!
//! `tsvector`: `src/backend/utils/adt/tsvector.c`, `tsvectorsend`. `vector`: pgvector's `src/vector.c`, `vector_send`.

use std::{collections::BTreeMap, error::Error};

use bytes::{BufMut, BytesMut};
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// Positions of one lexeme that Postgres keeps (`MAXNUMPOS` in `tsearch/ts_type.h`, as all that follow). A term that
/// stands more often in one field counts as if it stood so often.
const MOST_POSITIONS: usize = 256;
/// A `tsvector` is smaller than 1 MiB (`MAXSTRPOS`), what it spends on aligning its lexemes included. Terms that come
/// past this many bytes are not found: of a passage some thousand times as long as passages are.
const MOST_BYTES: usize = 1_000_000;

type Fault = Box<dyn Error + Sync + Send>;

/// Lexemes with their positions, as they are stored: a `tsvector`.
#[derive(Debug, Default)]
pub struct Lexemes {
    positions: BTreeMap<String, Vec<u16>>,
    bytes: usize,
}

impl Lexemes {
    /// Adds a lexeme that stands at a position, which is behind all that were added of it before, or the last of them.
    pub fn add(&mut self, lexeme: &str, position: u16) {
        self.bytes += lexeme.len() + 8; // its entry, its count, a position, and one byte to align them
        if self.bytes > MOST_BYTES {
            return;
        }
        let positions = self.positions.entry(lexeme.to_owned()).or_default();
        if positions.len() < MOST_POSITIONS && positions.last() != Some(&position) {
            positions.push(position);
        }
    }

    /// Where a lexeme stands.
    #[cfg(test)]
    pub fn positions(&self, lexeme: &str) -> &[u16] {
        &self.positions[lexeme]
    }
}

impl ToSql for Lexemes {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Fault> {
        out.put_u32(u32::try_from(self.positions.len())?);
        for (lexeme, positions) in &self.positions {
            out.put_slice(lexeme.as_bytes());
            out.put_u8(0);
            out.put_u16(u16::try_from(positions.len())?);
            for position in positions {
                out.put_u16(*position);
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TS_VECTOR
    }

    to_sql_checked!();
}

/// Lexemes with their positions, as they come: by lexeme, positions from 1.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found<'r>(pub Vec<(&'r str, Vec<u16>)>);

impl<'r> FromSql<'r> for Found<'r> {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Fault> {
        parse(raw).ok_or_else(|| "a tsvector that is cut short".into())
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TS_VECTOR
    }
}

fn parse(raw: &[u8]) -> Option<Found<'_>> {
    /// The upper two bits of a position are its weight.
    const POSITION: u16 = 0x3fff;
    let (count, mut rest) = raw.split_first_chunk::<4>()?;
    let mut found = Vec::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let end = rest.iter().position(|byte| *byte == 0)?;
        let lexeme = str::from_utf8(&rest[..end]).ok()?;
        let (count, behind) = rest[end + 1..].split_first_chunk::<2>()?;
        let (positions, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*count)) * 2)?;
        let positions = positions.as_chunks::<2>().0.iter().map(|raw| u16::from_be_bytes(*raw) & POSITION);
        found.push((lexeme, positions.collect()));
        rest = behind;
    }
    rest.is_empty().then_some(Found(found))
}

/// A vector, as pgvector takes it.
#[derive(Debug)]
pub struct Vector<'v>(pub &'v [f32]);

impl ToSql for Vector<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Fault> {
        out.put_i16(i16::try_from(self.0.len())?);
        out.put_i16(0); // unused
        self.0.iter().for_each(|value| out.put_f32(*value));
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        kind.name() == "vector"
    }

    to_sql_checked!();
}

/// A lexeme of a text query, quoted as `tsquery` reads it.
pub fn quoted(lexeme: &str) -> String {
    format!("'{}'", lexeme.replace('\\', r"\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sent(value: &dyn ToSql, kind: &Type) -> Vec<u8> {
        let mut out = BytesMut::new();
        assert!(matches!(value.to_sql_checked(kind, &mut out), Ok(IsNull::No)));
        out.to_vec()
    }

    fn lexemes(words: &[&str]) -> Lexemes {
        let mut lexemes = Lexemes::default();
        (1..).zip(words).for_each(|(position, word)| lexemes.add(word, position));
        lexemes
    }

    #[test]
    fn a_tsvector_has_its_lexemes_with_positions_from_one() {
        let raw = sent(&lexemes(&["tax", "on", "tax"]), &Type::TS_VECTOR);
        assert_eq!(raw, b"\0\0\0\x02on\0\0\x01\0\x02tax\0\0\x02\0\x01\0\x03");
    }

    #[test]
    fn what_postgres_cannot_keep_is_not_sent() {
        let many = sent(&lexemes(&["a"; 400]), &Type::TS_VECTOR);
        assert_eq!(parse(&many).unwrap().0[0].1.len(), MOST_POSITIONS);
        let mut long = Lexemes::default();
        (0..MOST_BYTES).for_each(|number| long.add(&number.to_string(), 1));
        assert!(sent(&long, &Type::TS_VECTOR).len() < MOST_BYTES);
    }

    #[test]
    fn weights_are_taken_off_positions() {
        let raw = b"\0\0\0\x01a\0\0\x02\xc0\x01\x80\x02";
        assert_eq!(parse(raw).unwrap().0, [("a", vec![1, 2])]);
    }

    proptest! {
        #[test]
        fn what_is_sent_is_what_comes(words in proptest::collection::vec("[a-z]{1,3}|[가-힣]{2}", 0..60)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let raw = sent(&lexemes(&words), &Type::TS_VECTOR);
            let mut came: Vec<(u16, &str)> = Vec::new();
            let found = parse(&raw).unwrap();
            for (lexeme, positions) in &found.0 {
                came.extend(positions.iter().map(|position| (*position, *lexeme)));
            }
            came.sort_unstable();
            prop_assert_eq!(came.into_iter().map(|(_, lexeme)| lexeme).collect::<Vec<_>>(), words);
        }

        #[test]
        fn what_is_cut_short_is_refused(words in proptest::collection::vec("[a-z]{1,3}", 1..9), cut in 1_usize..9) {
            let raw = sent(&lexemes(&words.iter().map(String::as_str).collect::<Vec<_>>()), &Type::TS_VECTOR);
            prop_assert_eq!(parse(&raw[..raw.len() - cut.min(raw.len())]), None);
        }
    }

    #[test]
    fn a_vector_has_its_length_before_its_values() {
        let mut out = BytesMut::new();
        Vector(&[1.0, -0.5]).to_sql(&Type::FLOAT4_ARRAY, &mut out).unwrap();
        assert_eq!(&out[..], b"\0\x02\0\0\x3f\x80\0\0\xbf\0\0\0");
    }

    #[test]
    fn quotes_and_backslashes_stay_what_they_are() {
        assert_eq!(quoted(r"b/o'n\e"), r"'b/o''n\\e'");
    }
}
