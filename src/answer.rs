//! From ranked passages to an answer with citations. Knows the index and what a generator is; does not know
//! where packs lie, and decides nothing that the router decides.

pub mod calculate;
pub mod calibration;
pub mod expected;
pub mod extract;
pub mod generate;
pub mod ground;
mod lookup;
pub mod quote;
pub mod rank;
pub mod trace;
pub mod verify;

pub use rank::Asked;
use serde::{Deserialize, Serialize};
pub use trace::{Step, Trace};

use crate::{
    corpus::Span,
    index::Index,
    router::{Finding, Outcome},
};

/// Where a part of an answer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The number in the answer's `[n]`.
    pub marker: usize,
    /// The document's id.
    pub document: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// The section's headings, joined by ` › `.
    pub section: String,
    /// What stands in the document, byte for byte.
    pub quote: String,
    /// First byte in the document's body.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The tax year that it was quoted for, where the passage has one.
    pub tax_year: Option<String>,
}

impl Citation {
    /// Whether another citation's bytes stand in this one's.
    pub fn holds(&self, other: &Self) -> bool {
        self.document == other.document && self.start <= other.start && other.end <= self.end
    }

    /// Whether it says what another citation says: the same bytes, or the same words.
    pub fn says(&self, other: &Self) -> bool {
        self.holds(other) || self.quote == other.quote
    }

    /// Cites bytes of a passage. `year` is the year that was asked about.
    pub fn of(marker: usize, index: &Index, passage: usize, quote: Span, year: Option<u16>) -> Self {
        let document = index.document_of(passage);
        let cited = &index.passages()[passage];
        let year = year.filter(|y| cited.years.contains(y)).or_else(|| cited.years.last().copied());
        Self {
            marker,
            document: document.id.clone(),
            title: document.title.clone(),
            url: document.url.clone(),
            section: cited.heading_path.join(" › "),
            quote: quote.of(&document.body).to_owned(),
            start: quote.start,
            end: quote.end,
            tax_year: year.map(|y| y.to_string()),
        }
    }
}

/// How an answer was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Made {
    /// Quoted sentences.
    Extract,
    /// A quoted table row.
    Lookup,
    /// Written by the language model.
    Generate,
    /// Worked out by a calculator.
    Calculate,
}

/// A value that was used because the question named none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumed {
    /// Which slot.
    pub slot: String,
    /// Which value.
    pub value: String,
}

/// Milliseconds of a question's stages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Encoding and judging the question.
    pub route: f64,
    /// Finding and ranking passages.
    pub retrieve: f64,
    /// From the question to the answer's first word.
    pub first_token: f64,
    /// From the question to the answer's end.
    pub total: f64,
}

/// What came of a question, as the contract's JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The version of this format.
    pub schema: u32,
    /// The id that came with the question.
    pub id: Option<serde_json::Value>,
    /// `name@version`.
    pub pack: String,
    /// As it was asked.
    pub question: String,
    /// As it was understood, where that differs.
    pub rewritten: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Why it is not an answer.
    pub reason: Option<String>,
    /// What is said.
    pub text: String,
    /// How it was made.
    pub mode: Option<Made>,
    /// Where it stands.
    pub citations: Vec<Citation>,
    /// What was assumed.
    pub assumed: Vec<Assumed>,
    /// The signals that decided.
    pub findings: Vec<Finding>,
    /// The language model's name, if it wrote.
    pub generator: Option<String>,
    /// How long it took.
    pub timings_ms: Timings,
    /// What can be replied when it is asked back; not in the contract's JSON.
    #[serde(skip)]
    pub choices: Vec<String>,
    /// Titles of cited documents that no longer hold; not in the contract's JSON.
    #[serde(skip)]
    pub out_of_date: Vec<String>,
    /// What the language model read and wrote; not in the contract's JSON.
    #[serde(skip)]
    pub usage: Option<Usage>,
}

/// What a language model read and wrote for an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// Tokens read.
    pub prompt_tokens: usize,
    /// Tokens written.
    pub tokens: usize,
    /// Tokens that fit in all.
    pub context_tokens: usize,
    /// How long what was written was held against its sources.
    pub checking: std::time::Duration,
    /// Tokens written a second, from the first to the last.
    pub tokens_per_second: Option<f64>,
}
