//! What of an index is stored besides words and vectors: its documents and passages, and where the passages' texts stand among
//! the vectors.

use std::{collections::HashMap, path::Path};

use serde::{Deserialize, Serialize};

use super::spelling::Vocabulary;
use crate::{
    corpus::{Document, Passage},
    error::{Error, Result},
};

const CONTENTS: &str = "contents.bin";
/// Raised whenever what is stored, or how texts are cut, analysed or encoded, changes: what another version built is neither
/// opened nor taken over, but for its vectors, which are known by their texts.
pub const FORMAT: &[u8] = b"purview index 11";

/// What of an index is stored besides words and vectors.
#[derive(Serialize, Deserialize)]
pub struct Contents {
    pub documents: Vec<Document>,
    pub passages: Vec<Passage>,
    /// The document of each passage.
    pub document_of: Vec<usize>,
    pub rows: Vec<Rows>,
    pub vocabulary: Vocabulary,
}

/// Where a passage's texts stand in the vector file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rows {
    /// Title, headings and text together.
    pub passage: usize,
    /// The nearest heading.
    pub heading: usize,
    /// Each unit.
    pub units: Vec<usize>,
}

impl Rows {
    pub fn all(&self) -> impl Iterator<Item = usize> {
        [self.passage, self.heading].into_iter().chain(self.units.iter().copied())
    }
}

impl Contents {
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(CONTENTS);
        Self::parse(&std::fs::read(&path).map_err(Error::io("read", &path))?)
    }

    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let reading = "reading the index";
        let stored = bytes.strip_prefix(FORMAT).ok_or_else(|| Error::internal(reading)("it is of another version"))?;
        postcard::from_bytes(stored).map_err(Error::internal(reading))
    }

    /// As it is stored, with these documents.
    pub fn stored(&self, documents: &[Document]) -> Result<Vec<u8>> {
        let Self { passages, document_of, rows, vocabulary, .. } = self;
        // As the fields of `Contents` stand.
        let parts = (documents, passages, document_of, rows, vocabulary);
        postcard::to_extend(&parts, FORMAT.to_vec()).map_err(Error::internal("writing the index"))
    }

    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(CONTENTS);
        std::fs::write(&path, self.stored(&self.documents)?).map_err(Error::io("write", &path))
    }

    /// Each document with its passages, by its id.
    pub fn by_document(&self) -> HashMap<&str, (&Document, &[Passage])> {
        let mut all = HashMap::new();
        let mut start = 0;
        for run in self.document_of.chunk_by(|a, b| a == b) {
            let document = &self.documents[run[0]];
            all.insert(document.id.as_str(), (document, &self.passages[start..start + run.len()]));
            start += run.len();
        }
        all
    }
}
