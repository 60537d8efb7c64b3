//! BM25 over passages, in tantivy: the only file that names it.
//!
//! Text is analysed by [`super::analyze`] and [`super::identifier`] before it gets here, so the tantivy side
//! only splits at white space. One segment; a tantivy document's number is its passage's number.

use std::path::Path;

use tantivy::{
    Index, IndexReader, IndexSettings, TantivyDocument, Term,
    collector::TopDocs,
    directory::MmapDirectory,
    query::{BooleanQuery, BoostQuery, Occur, PhraseQuery, TermQuery},
    schema::{Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{TextAnalyzer, WhitespaceTokenizer},
};

use super::{Bm25, Filter, Query, Retriever, analyze, identifier};
use crate::{
    corpus::{Document, Passage},
    error::{Error, Result},
};

/// Field weights, chosen on every other IRS query in English and in Korean (`tests/reference/irs_retrieval.py`); the
/// weights of body and identifiers were not searched for.
const TITLE: f32 = 0.2;
const HEADINGS: f32 = 0.6;
/// The passage's own heading, the last of its path, which `HEADINGS` counts as well.
const HEADING: f32 = 0.4;
/// Two neighbouring terms of the question that are neighbours in the passage's own heading.
const HEADING_PAIR: f32 = 0.3;
const BODY: f32 = 1.0;
const IDENTIFIERS: f32 = 1.0;
/// What a glossary expansion counts against the words that were typed; chosen by hand.
const EXPANSION: f32 = 0.6;

/// The schema's fields.
#[derive(Clone, Copy)]
struct Fields {
    title: Field,
    headings: Field,
    heading: Field,
    body: Field,
    identifiers: Field,
    /// Tax years; 0 for a passage that states none.
    year: Field,
    /// Jurisdiction; `*` for a document that states none.
    jurisdiction: Field,
}

/// Tantivy's name for the white-space analyser.
const ANALYSED: &str = "analysed";
/// What stands for "holds in any year".
const ANY_YEAR: u64 = 0;
/// What stands for "holds anywhere".
const ANYWHERE: &str = "*";
/// A single-segment build of a corpus of any size that fits a machine.
const WRITER_BYTES: usize = 64 << 20;

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing =
        TextFieldIndexing::default().set_tokenizer(ANALYSED).set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        title: builder.add_text_field("title", text.clone()),
        headings: builder.add_text_field("headings", text.clone()),
        heading: builder.add_text_field("heading", text.clone()),
        body: builder.add_text_field("body", text.clone()),
        identifiers: builder.add_text_field("identifiers", text),
        year: builder.add_u64_field("year", INDEXED),
        jurisdiction: builder.add_text_field("jurisdiction", STRING),
    };
    (builder.build(), fields)
}

fn register(index: &Index) {
    index.tokenizers().register(ANALYSED, TextAnalyzer::builder(WhitespaceTokenizer::default()).build());
}

/// Writes the index of these passages into an empty folder. `document` gives each passage's document.
pub fn build<'d>(folder: &Path, passages: &[Passage], document: impl Fn(usize) -> &'d Document) -> Result<()> {
    write(folder, passages, document).map_err(Error::internal("building the lexical index"))
}

fn write<'d>(folder: &Path, passages: &[Passage], document: impl Fn(usize) -> &'d Document) -> tantivy::Result<()> {
    let (schema, fields) = schema();
    let directory = MmapDirectory::open(folder)?;
    let index = Index::create(directory, schema, IndexSettings::default())?;
    register(&index);
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, WRITER_BYTES)?;
    for (number, passage) in passages.iter().enumerate() {
        let document = document(number);
        let text = passage.search_text();
        let headings = passage.heading_path.join(" ");
        let mut entry = TantivyDocument::default();
        entry.add_text(fields.title, analyze::terms(&document.title).join(" "));
        entry.add_text(fields.headings, analyze::terms(&headings).join(" "));
        let heading = passage.heading_path.last().map_or(document.title.as_str(), String::as_str);
        entry.add_text(fields.heading, analyze::terms(heading).join(" "));
        entry.add_text(fields.body, analyze::terms(&text).join(" "));
        entry.add_text(fields.identifiers, identifier::identifiers(&format!("{headings}\n{text}")).join(" "));
        entry.add_text(fields.jurisdiction, document.jurisdiction.as_deref().unwrap_or(ANYWHERE));
        if passage.years.is_empty() {
            entry.add_u64(fields.year, ANY_YEAR);
        }
        for year in &passage.years {
            entry.add_u64(fields.year, u64::from(*year));
        }
        writer.add_document(entry)?;
    }
    writer.commit()?;
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.wait_merging_threads()
}

/// The lexical side of an index, opened for search.
pub struct Lexical {
    reader: IndexReader,
    fields: Fields,
}

impl Lexical {
    /// Opens the index in `folder`.
    pub fn open(folder: &Path) -> Result<Self> {
        let index = Index::open_in_dir(folder).map_err(Error::internal("opening the lexical index"))?;
        register(&index);
        let reader = index.reader().map_err(Error::internal("opening the lexical index"))?;
        Ok(Self { reader, fields: schema().1 })
    }

    /// How many passages hold the term in heading or body.
    pub fn document_frequency(&self, term: &str) -> u64 {
        let searcher = self.reader.searcher();
        let in_field = |field| searcher.doc_freq(&Term::from_field_text(field, term)).unwrap_or(0);
        in_field(self.fields.body).max(in_field(self.fields.headings))
    }

    /// How many passages hold the normalised identifier.
    pub fn identifier_frequency(&self, identifier: &str) -> u64 {
        let term = Term::from_field_text(self.fields.identifiers, identifier);
        self.reader.searcher().doc_freq(&term).unwrap_or(0)
    }

    fn query(&self, query: &Query) -> BooleanQuery {
        let mut should: Clauses = Vec::new();
        for term in &query.terms {
            self.any_field(std::slice::from_ref(term), 1.0, &mut should);
        }
        for pair in query.terms.windows(2) {
            should.push((Occur::Should, phrase(self.fields.heading, pair, HEADING_PAIR)));
        }
        for expansion in &query.expansions {
            self.any_field(&expansion.terms, EXPANSION, &mut should);
        }
        for identifier in &query.identifiers {
            should
                .push((Occur::Should, phrase(self.fields.identifiers, std::slice::from_ref(identifier), IDENTIFIERS)));
        }
        let mut clauses: Clauses = vec![(Occur::Must, Box::new(BooleanQuery::new(should)))];
        clauses.extend(self.filters(&query.filter).map(|q| (Occur::Must, q)));
        BooleanQuery::new(clauses)
    }

    fn any_field(&self, terms: &[String], weight: f32, into: &mut Clauses) {
        let Fields { title, headings, heading, body, .. } = self.fields;
        for (field, boost) in [(title, TITLE), (headings, HEADINGS), (heading, HEADING), (body, BODY)] {
            into.push((Occur::Should, phrase(field, terms, boost * weight)));
        }
    }

    fn filters(&self, filter: &Filter) -> impl Iterator<Item = Box<dyn tantivy::query::Query>> {
        let mut filters: Vec<Box<dyn tantivy::query::Query>> = Vec::new();
        if !filter.years.is_empty() {
            let years = filter.years.iter().map(|y| u64::from(*y)).chain([ANY_YEAR]);
            filters.push(any_of(years.map(|y| Term::from_field_u64(self.fields.year, y))));
        }
        if let Some(jurisdiction) = &filter.jurisdiction {
            let allowed = [jurisdiction.as_str(), ANYWHERE];
            filters.push(any_of(allowed.iter().map(|j| Term::from_field_text(self.fields.jurisdiction, j))));
        }
        filters.into_iter()
    }
}

type Clauses = Vec<(Occur, Box<dyn tantivy::query::Query>)>;

/// A term, or terms in a row, with a weight.
fn phrase(field: Field, terms: &[String], boost: f32) -> Box<dyn tantivy::query::Query> {
    let terms: Vec<Term> = terms.iter().map(|t| Term::from_field_text(field, t)).collect();
    let inner: Box<dyn tantivy::query::Query> = match terms.as_slice() {
        [term] => Box::new(TermQuery::new(term.clone(), IndexRecordOption::WithFreqs)),
        _ => Box::new(PhraseQuery::new(terms)),
    };
    Box::new(BoostQuery::new(inner, boost))
}

/// Matches any of the terms; scores nothing that ranks.
fn any_of(terms: impl Iterator<Item = Term>) -> Box<dyn tantivy::query::Query> {
    let clauses = terms.map(|term| {
        let query: Box<dyn tantivy::query::Query> = Box::new(TermQuery::new(term, IndexRecordOption::Basic));
        (Occur::Should, query)
    });
    Box::new(tantivy::query::ConstScoreQuery::new(Box::new(BooleanQuery::new(clauses.collect())), 0.0))
}

impl Retriever for Lexical {
    type Score = Bm25;

    fn retrieve(&self, query: &Query, limit: usize) -> Result<Vec<(usize, Bm25)>> {
        if query.terms.is_empty() && query.identifiers.is_empty() {
            return Ok(Vec::new());
        }
        let searcher = self.reader.searcher();
        let collector = TopDocs::with_limit(limit.min(searcher.num_docs() as usize).max(1)).order_by_score();
        let top = searcher.search(&self.query(query), &collector).map_err(Error::internal("searching"))?;
        Ok(top.into_iter().map(|(score, address)| (address.doc_id as usize, Bm25(score))).collect())
    }
}
