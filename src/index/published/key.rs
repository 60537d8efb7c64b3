//! Which index is meant, and what its tables are called. A name is made of a number and of nothing that came from
//! outside, so that it can stand in SQL.

use std::fmt;

use crate::{
    error::{Error, Result},
    index::store::Fingerprint,
};

/// The version of the tables' layout. One index may be published in two layouts, for programs of two versions.
pub const LAYOUT: i32 = 1;

/// The fingerprint of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(u64);

impl Key {
    /// From sixteen hexadecimal digits.
    pub fn parse(digits: &str) -> Result<Self> {
        let is_key = digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        u64::from_str_radix(digits, 16).ok().filter(|_| is_key).map(Self).ok_or_else(|| {
            Error::usage(format!("`{digits}` is no key of an index"), "a key has sixteen hexadecimal digits")
        })
    }

    /// What stands for it in an advisory lock.
    pub fn lock(self) -> i64 {
        self.0 as i64
    }

    /// Its tables.
    pub fn tables(self) -> Tables {
        let table = |what: &str| format!("purview.{what}_{LAYOUT}_{self}");
        Tables { contents: table("contents"), passage: table("passage"), term: table("term"), text: table("text") }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl From<&Fingerprint> for Key {
    fn from(fingerprint: &Fingerprint) -> Self {
        Self::parse(fingerprint.as_str()).expect("a fingerprint has sixteen hexadecimal digits")
    }
}

/// The names of an index's tables, each with its schema.
#[derive(Debug)]
pub struct Tables {
    /// `(part, bytes)`: what the index holds beside these tables, in pieces.
    pub contents: String,
    /// `(number, years, jurisdiction, norms, terms)`: passages as they are searched.
    pub passage: String,
    /// `(lexeme, passages)`: how many passages hold a lexeme in each field.
    pub term: String,
    /// `(number, embedding)`: texts as vectors; none where the index has none.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_sixteen_hexadecimal_digits_and_nothing_else() {
        let key = Key::parse("F3639505eff8df27").unwrap();
        assert_eq!(key.tables().text, "purview.text_1_f3639505eff8df27");
        for no_key in ["", "f3639505eff8df2", "+3639505eff8df27", "f3639505eff8df27; drop", "g3639505eff8df27"] {
            assert!(Key::parse(no_key).is_err(), "{no_key}");
        }
        let fingerprint = Fingerprint::of([b"a".as_slice()]);
        assert_eq!(Key::from(&fingerprint).to_string(), fingerprint.as_str());
    }
}
