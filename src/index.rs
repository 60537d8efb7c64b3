//! The search index of a corpus: passages, BM25, vectors, and their fusion.
//! Knows the corpus; does not know packs, routing or answers.

pub mod analyze;
mod clause;
mod contents;
pub mod dense;
pub mod fusion;
pub mod identifier;
pub mod lexical;
pub mod near;
pub mod published;
pub mod query;
pub mod spelling;
pub mod store;
mod texts;
mod words;

use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
};

use ndarray::ArrayView2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    corpus::{
        Document, Passage, PassageKind,
        facts::{Table, Tables},
        passages,
    },
    error::{Error, Place, Problem, Result},
};
pub use contents::FORMAT;
use contents::{Contents, Rows};
use dense::{Encode, Space};
use lexical::{Entry, Lexical, Older};
pub use near::Similarities;
use near::{Belonging, Dense};
use published::Published;
pub use query::{Expansion, Filter, Query, Synonyms};
use spelling::Vocabulary;
use texts::{TextTable, header, heading_text, unit_text};
use words::Words;

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

/// A corpus that can be searched.
pub struct Index {
    documents: Arc<[Document]>,
    contents: Contents,
    words: Words,
    dense: Dense,
}

const LEXICAL: &str = "lexical";

impl Index {
    /// Builds an index of documents and of the facts that stand in them, in an empty folder. Of older indexes of the same
    /// corpus, newest first, the vectors of known texts are taken over, and of the newest what else has not changed.
    ///
    /// # Errors
    /// [`Error::Pack`] where a figure of a table stands nowhere in its document.
    pub fn build(
        folder: &Path,
        documents: Vec<Document>,
        tables: &Tables,
        space: Space<'_>,
        older: &[PathBuf],
        encode: &mut Encode<'_>,
    ) -> Result<()> {
        let is_dangling = |table: &&Table| documents.iter().all(|document| document.id != table.document);
        if let Some(table) = tables.iter().find(is_dangling) {
            let message = format!("the corpora hold no document `{}`", table.document);
            let problem = Problem::new(Place::file(&table.path), message);
            return Err(problem.hint("`document` is the id of the document in which the figures stand").into());
        }
        let newest = older.first().and_then(|folder| Some((folder, Contents::read(folder).ok()?)));
        let before = newest.as_ref().map(|(_, contents)| contents.by_document()).unwrap_or_default();
        let mut table = TextTable::default();
        let mut contents = Contents {
            vocabulary: Vocabulary::of(documents.iter().map(|d| d.body.as_str())),
            documents: Vec::new(),
            passages: Vec::new(),
            document_of: Vec::new(),
            rows: Vec::new(),
        };
        let mut unchanged = BTreeSet::new();
        let mut ends = Vec::new();
        let old = |document: &Document| before.get(document.id.as_str());
        let cuts = documents.par_iter().map(|document| cut(document, tables, old(document)));
        let cuts = cuts.collect::<Result<Vec<_>>>()?;
        for ((number, document), cut) in documents.iter().enumerate().zip(cuts) {
            let old = old(document);
            if old.is_some_and(|(old, passages)| old.is_indexed_as(document) && **passages == cut[..]) {
                unchanged.insert(document.id.as_str());
            }
            for passage in cut {
                contents.rows.push(Rows {
                    passage: table.row(header(document, &passage) + passage.search_text().as_str()),
                    heading: table.row(heading_text(document, &passage)),
                    units: (0..passage.units.len()).map(|unit| table.row(unit_text(&passage, unit))).collect(),
                });
                contents.document_of.push(number);
                contents.passages.push(passage);
            }
            ends.push(contents.passages.len());
        }
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let of_each = documents.iter().zip(starts.zip(&ends));
        let entry = |(document, (start, end)): (_, (usize, &usize))| Entry {
            document,
            passages: &contents.passages[start..*end],
        };
        let entries: Vec<Entry<'_>> = of_each.map(entry).collect();
        let ids = documents.iter().map(|document| document.id.as_str()).chain(before.keys().copied());
        let changed: BTreeSet<&str> = ids.filter(|id| !unchanged.contains(id)).collect();
        let older_words = newest.as_ref().map(|(folder, _)| folder.join(LEXICAL));
        let older_words = older_words.as_ref().map(|folder| Older { folder, changed: &changed });
        let words = folder.join(LEXICAL);
        std::fs::create_dir(&words).map_err(Error::io("create", &words))?;
        lexical::build(&words, &entries, older_words)?;
        let texts: Vec<&str> = table.texts.iter().map(String::as_str).collect();
        let whole: Vec<usize> = contents.rows.iter().map(|rows| rows.passage).collect();
        Dense::build(folder, &texts, &whole, space, older, encode)?;
        contents.documents = documents;
        contents.write(folder)
    }

    /// Opens an index that [`Index::build`] wrote.
    pub fn open(folder: &Path) -> Result<Self> {
        let mut contents = Contents::read(folder)?;
        let documents: Arc<[Document]> = std::mem::take(&mut contents.documents).into();
        let mut first = HashMap::new();
        for (passage, document) in contents.document_of.iter().enumerate().rev() {
            first.insert(documents[*document].id.as_str(), passage);
        }
        let words = Words::Own(Lexical::open(&folder.join(LEXICAL), first.into_iter())?);
        Ok(Self { documents, contents, words, dense: Dense::load(folder)? })
    }

    /// Opens an index that lies on a server.
    pub fn of_server(published: Published) -> Result<Self> {
        let mut contents = Contents::parse(&published.contents()?)?;
        let documents: Arc<[Document]> = std::mem::take(&mut contents.documents).into();
        let published = Arc::new(published);
        let (words, dense) = (Words::Published(published.clone()), Dense::Published(published));
        Ok(Self { documents, contents, words, dense })
    }

    /// Everything but words and vectors, as it is stored.
    pub fn contents(&self) -> Result<Vec<u8>> {
        self.contents.stored(&self.documents)
    }

    /// How many texts have vectors.
    pub fn texts(&self) -> usize {
        self.dense.texts()
    }

    /// Numbers in a vector.
    pub fn dims(&self) -> usize {
        self.dense.dims()
    }

    /// Writes the vector of a text of an index on this machine.
    pub fn text_vector(&self, row: usize, into: &mut [f32]) {
        self.dense.text_vector(row, into);
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
    pub fn lexical(&self) -> &Words {
        &self.words
    }

    /// How rare a term is here: BM25's inverse document frequency, with 0 < idf; terms that no passage
    /// holds are the rarest.
    pub fn idf(&self, term: &str) -> f32 {
        let held = self.words.document_frequency(term) as f32;
        let all = self.contents.passages.len() as f32;
        (1.0 + (all - held.min(all) + 0.5) / (held + 0.5)).ln()
    }

    /// The share of the passages that hold a term.
    pub fn passage_share(&self, term: &str) -> f32 {
        self.words.document_frequency(term) as f32 / self.contents.passages.len().max(1) as f32
    }

    /// How near a question, as a vector, is to the texts.
    ///
    /// # Errors
    /// A server that cannot be asked.
    pub fn similarities(&self, question: &[f32]) -> Result<Similarities> {
        self.dense.similarities(question)
    }

    /// The passages that a question is compared with, of those that a filter lets in.
    pub fn candidates(&self, similarities: &Similarities, filter: &Filter) -> Vec<usize> {
        self.dense.candidates(similarities, self.passages().len(), |passage| self.admits(filter, passage))
    }

    /// How near a passage as a whole is.
    pub fn passage_cosine(&self, similarities: &Similarities, passage: usize) -> Cosine {
        self.dense.at(similarities, self.contents.rows[passage].passage)
    }

    /// How near a passage's heading is.
    pub fn heading_cosine(&self, similarities: &Similarities, passage: usize) -> Cosine {
        self.dense.at(similarities, self.contents.rows[passage].heading)
    }

    /// How near a passage's unit is.
    pub fn unit_cosine(&self, similarities: &Similarities, passage: usize, unit: usize) -> Cosine {
        self.dense.at(similarities, self.contents.rows[passage].units[unit])
    }

    /// How near the nearest text of the index is.
    pub fn nearest(&self, similarities: &Similarities) -> Cosine {
        self.dense.nearest(similarities, |passage| self.contents.rows[passage].all())
    }

    /// How near the nearest text of the index is to each of many questions, `(question, dim)`, the texts of one document left
    /// out for some.
    pub fn nearest_of_each(&self, questions: ArrayView2<'_, f32>, without: &[Option<&str>]) -> Result<Vec<Cosine>> {
        let numbers: HashMap<&str, usize> =
            self.documents.iter().enumerate().map(|(number, document)| (document.id.as_str(), number)).collect();
        let without: Vec<Option<usize>> = without.iter().map(|id| numbers.get((*id)?).copied()).collect();
        self.dense.nearest_of_each(questions, &Without { index: self, without })
    }

    /// For each text the document that it stands in, where it stands in no other.
    fn documents_alone(&self) -> Vec<Option<usize>> {
        let mut first: Vec<Option<usize>> = vec![None; self.dense.texts()];
        let mut shared = vec![false; self.dense.texts()];
        for (rows, document) in self.contents.rows.iter().zip(&self.contents.document_of) {
            for row in rows.all() {
                shared[row] |= *first[row].get_or_insert(*document) != *document;
            }
        }
        first.into_iter().zip(shared).map(|(document, shared)| document.filter(|_| !shared)).collect()
    }

    /// How far the nearest text stands out from most; of a corpus of few texts that cannot be told, and is not a number.
    pub fn stands_out(&self, similarities: &Similarities) -> f32 {
        self.dense.stands_out(similarities, self.nearest(similarities))
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

/// An index, with a document that does not count for each of many questions.
struct Without<'i> {
    index: &'i Index,
    without: Vec<Option<usize>>,
}

impl Belonging for Without<'_> {
    fn passages(&self) -> usize {
        self.index.contents.rows.len()
    }

    fn texts(&self, passage: usize) -> Vec<usize> {
        self.index.contents.rows[passage].all().collect()
    }

    fn document(&self, passage: usize) -> usize {
        self.index.contents.document_of[passage]
    }

    fn alone(&self) -> Vec<Option<usize>> {
        self.index.documents_alone()
    }

    fn counts(&self, question: usize, document: usize) -> bool {
        self.without[question] != Some(document)
    }
}

/// The passages of a document; those that an older index has of the same document are not cut again.
fn cut(document: &Document, tables: &Tables, old: Option<&(&Document, &[Passage])>) -> Result<Vec<Passage>> {
    let is_of_text = |passage: &&Passage| !matches!(passage.kind, PassageKind::Facts(_));
    let mut cut = match old.filter(|(old, _)| old.is_indexed_as(document)) {
        Some((_, passages)) => passages.iter().filter(is_of_text).cloned().collect(),
        None => passages(document),
    };
    let facts = tables.iter().filter(|table| table.document == document.id);
    let facts = facts.map(|table| table.passages(document, &cut)).collect::<Result<Vec<_>, _>>();
    cut.extend(facts.map_err(Error::Pack)?.into_iter().flatten());
    Ok(cut)
}
