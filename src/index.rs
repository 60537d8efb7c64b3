//! The search index of a corpus: passages, BM25, vectors, and their fusion.
//! Knows the corpus; does not know packs, routing or answers.

pub mod analyze;
pub mod dense;
pub mod fusion;
pub mod identifier;
pub mod lexical;
pub mod query;
pub mod spelling;
pub mod store;

use std::{collections::BTreeSet, path::Path, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    corpus::{
        Document, Passage, PassageKind,
        facts::{Table, Tables},
        passages,
    },
    error::{Error, Place, Problem, Result},
};
use dense::{Encode, Vectors};
use lexical::Lexical;
pub use query::{Expansion, Filter, Query, Synonyms};
use spelling::Vocabulary;

/// A BM25 score: not bounded, comparable only within one query.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Bm25(pub f32);

/// The cosine of two vectors, in [-1, 1].
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Cosine(pub f32);

/// A passage that was retrieved.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The passage's number in the index.
    pub passage: usize,
    /// From 1.
    pub rank: usize,
    /// Its BM25 score, where the lexical retriever found it.
    pub lexical: Option<Bm25>,
    /// Its cosine, where there is an encoder.
    pub dense: Option<Cosine>,
    /// What it was ranked by, in [0, 1].
    pub score: f32,
}

/// Something that ranks passages for a query by a score of its own kind.
pub trait Retriever {
    /// The kind of score.
    type Score;
    /// The best passages, best first, at most `limit`; ties by passage number.
    fn retrieve(&self, query: &Query, limit: usize) -> Result<Vec<(usize, Self::Score)>>;
}

/// A query's cosines with every text of an index.
#[derive(Debug, Default)]
pub struct Similarities(Vec<Cosine>);

/// What of an index is stored as JSON.
#[derive(Serialize, Deserialize)]
struct Contents {
    documents: Vec<Document>,
    passages: Vec<Passage>,
    /// The document of each passage.
    document_of: Vec<usize>,
    rows: Vec<Rows>,
    vocabulary: Vocabulary,
}

/// Where a passage's texts stand in the vector file.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Rows {
    /// Title, headings and text together.
    passage: usize,
    /// The nearest heading.
    heading: usize,
    /// Each unit.
    units: Vec<usize>,
}

/// A corpus that can be searched.
pub struct Index {
    documents: Arc<[Document]>,
    contents: Contents,
    lexical: Lexical,
    vectors: Vectors,
}

/// One text in so many is what the nearest is held against: the hundredth of `us-tax`.
const STAND_OUT: usize = 90;
const CONTENTS: &str = "contents.json";
const VECTORS: &str = "vectors.bin";
const LEXICAL: &str = "lexical";

impl Index {
    /// Builds an index of documents and of the facts that stand in them, in an empty folder. Vectors that `known` holds
    /// are not computed again.
    ///
    /// # Errors
    /// [`Error::Pack`] where a figure of a table stands nowhere in its document.
    pub fn build(
        folder: &Path,
        documents: Vec<Document>,
        tables: &Tables,
        dims: usize,
        known: &[Vectors],
        encode: &mut Encode<'_>,
    ) -> Result<()> {
        let is_dangling = |table: &&Table| documents.iter().all(|document| document.id != table.document);
        if let Some(table) = tables.iter().find(is_dangling) {
            let message = format!("the corpora hold no document `{}`", table.document);
            let problem = Problem::new(Place::file(&table.path), message);
            return Err(problem.hint("`document` is the id of the document in which the figures stand").into());
        }
        let mut table = TextTable::default();
        let mut contents = Contents {
            vocabulary: Vocabulary::of(documents.iter().map(|d| d.body.as_str())),
            documents: Vec::new(),
            passages: Vec::new(),
            document_of: Vec::new(),
            rows: Vec::new(),
        };
        for (number, document) in documents.iter().enumerate() {
            let mut cut = passages(document);
            let facts = tables.iter().filter(|table| table.document == document.id);
            let facts = facts.map(|table| table.passages(document, &cut)).collect::<Result<Vec<_>, _>>();
            cut.extend(facts.map_err(Error::Pack)?.into_iter().flatten());
            for passage in cut {
                contents.rows.push(Rows {
                    passage: table.row(header(document, &passage) + passage.search_text().as_str()),
                    heading: table.row(heading_text(document, &passage)),
                    units: (0..passage.units.len()).map(|unit| table.row(unit_text(&passage, unit))).collect(),
                });
                contents.document_of.push(number);
                contents.passages.push(passage);
            }
        }
        let lexical = folder.join(LEXICAL);
        std::fs::create_dir(&lexical).map_err(Error::io("create", &lexical))?;
        lexical::build(&lexical, &contents.passages, |passage| &documents[contents.document_of[passage]])?;
        let texts: Vec<&str> = table.texts.iter().map(String::as_str).collect();
        Vectors::build(&texts, dims, known, encode)?.save(&folder.join(VECTORS))?;
        contents.documents = documents;
        let json = serde_json::to_vec(&contents).map_err(Error::internal("writing the index"))?;
        let path = folder.join(CONTENTS);
        std::fs::write(&path, json).map_err(Error::io("write", &path))
    }

    /// Opens an index that [`Index::build`] wrote.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(CONTENTS);
        let json = std::fs::read(&path).map_err(Error::io("read", &path))?;
        let mut contents: Contents = serde_json::from_slice(&json).map_err(Error::internal("reading the index"))?;
        let documents = std::mem::take(&mut contents.documents).into();
        Ok(Self {
            documents,
            contents,
            lexical: Lexical::open(&folder.join(LEXICAL))?,
            vectors: Self::vectors_in(folder)?,
        })
    }

    /// The vectors of an index, to be reused by the next one.
    pub fn vectors_in(folder: &Path) -> Result<Vectors> {
        Vectors::load(&folder.join(VECTORS))
    }

    /// The corpus's words.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.contents.vocabulary
    }

    /// Every document.
    pub fn documents(&self) -> &Arc<[Document]> {
        &self.documents
    }

    /// Every passage; a passage's number is its place here.
    pub fn passages(&self) -> &[Passage] {
        &self.contents.passages
    }

    /// The document that a passage was cut from.
    pub fn document_of(&self, passage: usize) -> &Document {
        &self.documents[self.contents.document_of[passage]]
    }

    /// The lexical retriever and its term statistics.
    pub fn lexical(&self) -> &Lexical {
        &self.lexical
    }

    /// How rare a term is here: BM25's inverse document frequency, with 0 < idf; terms that no passage
    /// holds are the rarest.
    pub fn idf(&self, term: &str) -> f32 {
        let held = self.lexical.document_frequency(term) as f32;
        let all = self.contents.passages.len() as f32;
        (1.0 + (all - held.min(all) + 0.5) / (held + 0.5)).ln()
    }

    /// The share of the passages that hold a term.
    pub fn passage_share(&self, term: &str) -> f32 {
        self.lexical.document_frequency(term) as f32 / self.contents.passages.len().max(1) as f32
    }

    /// The cosines of a question's vector with everything in the index.
    pub fn similarities(&self, question: &[f32]) -> Similarities {
        Similarities(self.vectors.cosines(question))
    }

    /// How near a passage as a whole is.
    pub fn passage_cosine(&self, similarities: &Similarities, passage: usize) -> Cosine {
        similarities.at(self.contents.rows[passage].passage)
    }

    /// How near a passage's heading is.
    pub fn heading_cosine(&self, similarities: &Similarities, passage: usize) -> Cosine {
        similarities.at(self.contents.rows[passage].heading)
    }

    /// How near a passage's unit is.
    pub fn unit_cosine(&self, similarities: &Similarities, passage: usize, unit: usize) -> Cosine {
        similarities.at(self.contents.rows[passage].units[unit])
    }

    /// How near the nearest text of the index is, those of one document left out.
    pub fn nearest(&self, similarities: &Similarities, without: Option<&str>) -> Cosine {
        let Some(without) = without else {
            return Cosine(similarities.0.iter().map(|cosine| cosine.0).fold(0.0, f32::max));
        };
        let others = (0..self.contents.rows.len()).filter(|passage| self.document_of(*passage).id != without);
        let rows = others.flat_map(|passage| {
            let rows = &self.contents.rows[passage];
            [rows.passage, rows.heading].into_iter().chain(rows.units.iter().copied())
        });
        Cosine(rows.map(|row| similarities.at(row).0).fold(0.0, f32::max))
    }

    /// How far the nearest text stands out: its cosine less that of one in ninety texts further down. Of a
    /// corpus of few texts that cannot be told, and is not a number.
    pub fn stands_out(&self, similarities: &Similarities) -> f32 {
        let mut all: Vec<f32> = similarities.0.iter().map(|cosine| cosine.0).collect();
        let further = all.len() / STAND_OUT;
        if further < 2 {
            return f32::NAN;
        }
        let (above, at, _) = all.select_nth_unstable_by(further, |a, b| b.total_cmp(a));
        above.iter().copied().fold(*at, f32::max) - *at
    }

    /// Whether a passage satisfies a filter.
    pub fn admits(&self, filter: &Filter, passage: usize) -> bool {
        let years = &self.contents.passages[passage].years;
        let in_year = filter.years.is_empty() || years.is_empty() || filter.years.iter().any(|y| years.contains(y));
        let place = &self.document_of(passage).jurisdiction;
        in_year && (filter.jurisdiction.is_none() || place.is_none() || *place == filter.jurisdiction)
    }

    /// The tax years that the documents say they are about; where none says so, those that some passage states.
    pub fn known_years(&self) -> Vec<u16> {
        let stated: BTreeSet<u16> =
            self.documents.iter().flat_map(|document| document.tax_years.iter().copied()).collect();
        if stated.is_empty() {
            let passages = self.contents.passages.iter();
            return passages
                .flat_map(|passage| passage.years.iter().copied())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
        }
        stated.into_iter().collect()
    }
}

impl Similarities {
    fn at(&self, row: usize) -> Cosine {
        self.0.get(row).copied().unwrap_or(Cosine(0.0))
    }
}

/// The short header that every passage is encoded with: `document › section. `
fn header(document: &Document, passage: &Passage) -> String {
    let inner = passage.heading_path.iter().filter(|h| **h != document.title).map(String::as_str);
    let path: Vec<&str> = std::iter::once(document.title.as_str()).chain(inner).collect();
    format!("{}. ", path.join(" › "))
}

fn heading_text(document: &Document, passage: &Passage) -> String {
    if passage.heading_path.is_empty() { document.title.clone() } else { passage.section().to_owned() }
}

/// A sentence as it is encoded; a row with its section, without which its cells say little.
fn unit_text(passage: &Passage, unit: usize) -> String {
    match passage.kind {
        PassageKind::Prose | PassageKind::Facts(_) => passage.unit_text(unit),
        PassageKind::Row(_) => format!("{} {}", passage.section(), passage.unit_text(unit)),
    }
}

/// Distinct texts, numbered as they come.
#[derive(Default)]
struct TextTable {
    texts: Vec<String>,
    rows: std::collections::HashMap<String, usize>,
}

impl TextTable {
    fn row(&mut self, text: String) -> usize {
        *self.rows.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            self.texts.len() - 1
        })
    }
}
