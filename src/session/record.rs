//! What of a conversation is kept: one record a line, enough to show every turn again. Reads no clock and no file.

use serde::{Deserialize, Serialize};

use crate::{
    answer::{Answer, Trace},
    index::{Hit, Index},
};

/// The version of the records' format.
pub const SCHEMA: u32 = 1;

/// One line of a session's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Record {
    /// The first line.
    Session(Header),
    /// A question was asked.
    Question {
        /// When, as RFC 3339 has it.
        at: String,
        /// As it was asked.
        text: String,
    },
    /// The question before it was answered, or not.
    Answer(Box<Reply>),
}

/// What a session is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The file's stem.
    pub id: String,
    /// `name@version`.
    pub pack: String,
    /// The pack's name or folder, to open it again.
    pub place: String,
    /// When it began, as RFC 3339 has it.
    pub started: String,
    /// The program's version.
    pub version: String,
}

/// What came of a question, with what was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// When, as RFC 3339 has it.
    pub at: String,
    /// Whether it was cancelled before its end.
    #[serde(default)]
    pub stopped: bool,
    /// The passages that were looked at, best first.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// How its figure was calculated.
    #[serde(default)]
    pub trace: Option<Trace>,
    /// What could be replied, where it was asked back.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Titles of cited documents that no longer held.
    #[serde(default)]
    pub out_of_date: Vec<String>,
    /// The contract's record.
    pub answer: Answer,
}

/// A passage that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// From 1.
    pub rank: usize,
    /// The document's id.
    pub document: String,
    /// Its title.
    pub title: String,
    /// The section's headings, joined by ` › `.
    pub section: String,
    /// First byte in the document's body.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Its BM25 score, where the lexical retriever found it.
    pub bm25: Option<f32>,
    /// Its cosine, where there is an encoder.
    pub cosine: Option<f32>,
    /// What it was ranked by, in [0, 1].
    pub score: f32,
}

impl Source {
    /// A hit, told without its index.
    pub fn of(hit: &Hit, index: &Index) -> Self {
        let (document, passage) = (index.document_of(hit.passage), &index.passages()[hit.passage]);
        Self {
            rank: hit.rank,
            document: document.id.clone(),
            title: document.title.clone(),
            section: passage.heading_path.join(" › "),
            start: passage.span.start,
            end: passage.span.end,
            bm25: hit.lexical.map(|score| score.0),
            cosine: hit.dense.map(|cosine| cosine.0),
            score: hit.score,
        }
    }
}
