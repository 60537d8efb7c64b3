//! The lexical side of an index, on this machine or on a server: both rank alike.

use std::sync::Arc;

use super::{Bm25, Query, Retriever, lexical::Lexical, published::Published};
use crate::error::Result;

/// Where passages are found by words.
pub enum Words {
    /// On this machine.
    Own(Lexical),
    /// On a server.
    Published(Arc<Published>),
}

impl Words {
    /// How many passages hold the term in heading or body.
    pub fn document_frequency(&self, term: &str) -> u64 {
        match self {
            Self::Own(lexical) => lexical.document_frequency(term),
            Self::Published(published) => published.document_frequency(term),
        }
    }

    /// How many passages hold the normalised identifier.
    pub fn identifier_frequency(&self, identifier: &str) -> u64 {
        match self {
            Self::Own(lexical) => lexical.identifier_frequency(identifier),
            Self::Published(published) => published.identifier_frequency(identifier),
        }
    }
}

impl Retriever for Words {
    type Score = Bm25;

    fn retrieve(&self, query: &Query, limit: usize) -> Result<Vec<(usize, Bm25)>> {
        match self {
            Self::Own(lexical) => lexical.retrieve(query, limit),
            Self::Published(published) => published.retrieve(query, limit),
        }
    }
}
