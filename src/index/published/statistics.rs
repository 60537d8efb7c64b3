//! What BM25 has to know of the whole index: how many passages hold a term, and how long fields are.
//! Loaded once, then asked without a server.

use std::collections::HashMap;

use super::{
    lexeme,
    score::{self, Lengths},
};
use crate::index::clause::Field;

/// Term statistics of an index.
pub struct Statistics {
    passages: u32,
    /// For each stored term, how many passages hold it in each field.
    held: HashMap<Box<str>, [u32; 5]>,
    lengths: [Lengths; 5],
}

impl Statistics {
    /// From the number of passages, the terms of each field in all, and the lexemes with the passages that hold each in
    /// each field.
    pub fn new(passages: u32, terms: [u64; 5], lexemes: impl IntoIterator<Item = (Box<str>, [u32; 5])>) -> Self {
        let lengths = terms.map(|terms| Lengths::new(terms, passages));
        Self { passages, held: lexemes.into_iter().collect(), lengths }
    }

    /// How many passages hold the term in the field.
    pub fn frequency(&self, field: Field, term: &str) -> u32 {
        self.held.get(lexeme::stored(term).as_ref()).map_or(0, |fields| fields[field.number()])
    }

    /// How rare the term is in the field.
    pub fn idf(&self, field: Field, term: &str) -> f32 {
        score::idf(self.frequency(field, term), self.passages)
    }

    /// What the field's length does to its scores.
    pub fn lengths(&self, field: Field) -> &Lengths {
        &self.lengths[field.number()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_counted_in_each_field_for_itself() {
        let statistics = Statistics::new(9, [1; 5], [("tax".into(), [2, 0, 0, 7, 0])]);
        assert_eq!(Field::ALL.map(|field| statistics.frequency(field, "tax")), [2, 0, 0, 7, 0]);
        assert_eq!(statistics.frequency(Field::Body, "odd"), 0);
        assert!(statistics.idf(Field::Title, "tax") > statistics.idf(Field::Body, "tax"));
    }
}
