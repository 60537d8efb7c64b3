//! BM25 over passages, in tantivy: the only file that names it.
//!
//! Text is analysed by [`super::analyze`] and [`super::identifier`] before it gets here, so the tantivy side
//! only splits at white space.
//!
//! **Shards.** The documents of a large corpus are spread over shards by their ids, each a segment of its own. Where some
//! documents have changed, their shards are written anew and the others are taken over as they are. No segment ever holds a
//! deleted passage, so that term statistics, and with them scores, are those of an index that was built from nothing.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};

use sha2::{Digest, Sha256};
use tantivy::{
    DocAddress, Index, IndexSettings, IndexWriter, Searcher, TantivyDocument, Term,
    collector::TopDocs,
    directory::MmapDirectory,
    indexer::NoMergePolicy,
    query::{BooleanQuery, BoostQuery, Occur, PhraseQuery, TermQuery},
    schema::{FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{TextAnalyzer, WhitespaceTokenizer},
};

use super::{Bm25, Filter, Query, Retriever, clause};
use crate::{
    corpus::{Document, Passage},
    error::{Error, Result},
};

/// The schema's fields.
#[derive(Clone, Copy)]
struct Fields {
    /// In the order of [`clause::Field::ALL`].
    text: [Field; 5],
    /// Tax years; 0 for a passage that states none.
    year: Field,
    /// Jurisdiction; `*` for a document that states none.
    jurisdiction: Field,
    /// The shard that the passage's document is in.
    shard: Field,
    /// The hash of the document's id.
    document: Field,
    /// Which of the document's passages it is, from 0.
    ordinal: Field,
}

/// The text fields' names, in the order of [`clause::Field::ALL`].
const NAMES: [&str; 5] = ["title", "headings", "heading", "body", "identifiers"];
/// Tantivy's name for the white-space analyser.
const ANALYSED: &str = "analysed";
/// What stands for "holds in any year".
const ANY_YEAR: u64 = 0;
/// What stands for "holds anywhere".
const ANYWHERE: &str = "*";
/// What a shard may take before it is written as two segments.
const WRITER_BYTES: usize = 64 << 20;
/// Passages in a shard: writing one anew takes about a tenth of a second. A corpus of fewer than twice as many has one shard.
const SHARD: usize = 2048;
/// A query looks into every shard; more of them would cost it more than they save the next build.
const MOST_SHARDS: usize = 64;
/// Passages that are found beyond what is wanted, so that of several that score alike the first are taken, in whatever order
/// the shards were written.
const TIES: usize = 32;

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing =
        TextFieldIndexing::default().set_tokenizer(ANALYSED).set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        text: NAMES.map(|name| builder.add_text_field(name, text.clone())),
        year: builder.add_u64_field("year", INDEXED),
        jurisdiction: builder.add_text_field("jurisdiction", STRING),
        shard: builder.add_u64_field("shard", INDEXED),
        document: builder.add_u64_field("document", FAST),
        ordinal: builder.add_u64_field("ordinal", FAST),
    };
    (builder.build(), fields)
}

fn register(index: &Index) {
    index.tokenizers().register(ANALYSED, TextAnalyzer::builder(WhitespaceTokenizer::default()).build());
}

/// A document and its passages, as they are indexed.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'p> {
    /// The document.
    pub document: &'p Document,
    /// Its passages.
    pub passages: &'p [Passage],
}

/// An older index of the same corpus.
#[derive(Debug, Clone, Copy)]
pub struct Older<'p> {
    /// Where it is.
    pub folder: &'p Path,
    /// The ids of the documents that it lacks, has otherwise, or has alone.
    pub changed: &'p BTreeSet<&'p str>,
}

/// Writes the index of these documents into an empty folder, with the shards of an older one that have not changed.
pub fn build(folder: &Path, entries: &[Entry<'_>], older: Option<Older<'_>>) -> Result<()> {
    write(folder, entries, older).map_err(Error::internal("building the lexical index"))
}

fn write(folder: &Path, entries: &[Entry<'_>], older: Option<Older<'_>>) -> tantivy::Result<()> {
    let shards = shards(entries.iter().map(|entry| entry.passages.len()).sum());
    let taken = older.and_then(|older| Some((older, taken_over(folder, older.folder, shards)?)));
    let (index, stale): (Index, BTreeSet<u64>) = if let Some((older, index)) = taken {
        (index, older.changed.iter().map(|id| shard_of(id, shards)).collect())
    } else {
        let index = Index::create(MmapDirectory::open(folder)?, schema().0, IndexSettings::default())?;
        (index, (0..shards).collect())
    };
    register(&index);
    let fields = schema().1;
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, WRITER_BYTES)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    for shard in stale {
        writer.delete_term(Term::from_field_u64(fields.shard, shard));
        for entry in entries.iter().filter(|entry| shard_of(&entry.document.id, shards) == shard) {
            add(&writer, fields, shard, *entry)?;
        }
        writer.prepare_commit()?.commit()?;
    }
    let mut last = writer.prepare_commit()?;
    last.set_payload(&shards.to_string());
    last.commit()?;
    writer.garbage_collect_files().wait()?;
    writer.wait_merging_threads()
}

/// How many shards so many passages are spread over.
fn shards(passages: usize) -> u64 {
    if passages < 2 * SHARD { 1 } else { passages.div_ceil(SHARD).next_power_of_two().min(MOST_SHARDS) as u64 }
}

fn shard_of(document: &str, shards: u64) -> u64 {
    key(document) % shards
}

/// What stands for a document in the index: the first eight bytes of its id's SHA-256.
fn key(document: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(document).into();
    u64::from_le_bytes(*digest.first_chunk().expect("a digest has 32 bytes"))
}

/// An older index of as many shards, taken over into an empty folder. Its files are never changed, only replaced, so they
/// are shared; none where it has other shards or cannot be had whole.
fn taken_over(folder: &Path, older: &Path, shards: u64) -> Option<Index> {
    let is_alike = |index: &Index| {
        let payload = index.load_metas().ok()?.payload?;
        (index.schema() == schema().0 && payload == shards.to_string()).then_some(())
    };
    is_alike(&Index::open_in_dir(older).ok()?)?;
    let taken = || {
        for file in std::fs::read_dir(older).ok()? {
            let path = file.ok()?.path();
            let name = path.file_name()?;
            if path.extension().is_some_and(|extension| extension == "lock") {
                continue;
            }
            let into = folder.join(name);
            std::fs::hard_link(&path, &into).or_else(|_| std::fs::copy(&path, &into).map(drop)).ok()?;
        }
        Index::open_in_dir(folder).ok()
    };
    let taken = taken();
    if taken.is_none() {
        std::fs::read_dir(folder).ok()?.flatten().for_each(|file| drop(std::fs::remove_file(file.path())));
    }
    taken
}

fn add(
    writer: &IndexWriter,
    fields: Fields,
    shard: u64,
    Entry { document, passages }: Entry<'_>,
) -> tantivy::Result<()> {
    for (ordinal, passage) in passages.iter().enumerate() {
        let mut entry = TantivyDocument::default();
        for (field, terms) in fields.text.iter().zip(clause::fields(passage, document)) {
            entry.add_text(*field, terms.join(" "));
        }
        entry.add_text(fields.jurisdiction, document.jurisdiction.as_deref().unwrap_or(ANYWHERE));
        if passage.years.is_empty() {
            entry.add_u64(fields.year, ANY_YEAR);
        }
        for year in &passage.years {
            entry.add_u64(fields.year, u64::from(*year));
        }
        entry.add_u64(fields.shard, shard);
        entry.add_u64(fields.document, key(&document.id));
        entry.add_u64(fields.ordinal, ordinal as u64);
        writer.add_document(entry)?;
    }
    Ok(())
}

fn opening(e: tantivy::TantivyError) -> Error {
    Error::internal("opening the lexical index")(e)
}

/// The lexical side of an index, opened for search.
pub struct Lexical {
    searcher: Searcher,
    fields: Fields,
    /// The passage of each entry of each segment.
    passages: Vec<Vec<usize>>,
}

impl Lexical {
    /// Opens the index in `folder`, of documents of which each is given with the number of its first passage.
    ///
    /// # Errors
    /// An index that is damaged, or of other documents.
    pub fn open<'d>(folder: &Path, documents: impl Iterator<Item = (&'d str, usize)>) -> Result<Self> {
        let first: HashMap<u64, usize> = documents.map(|(id, first)| (key(id), first)).collect();
        let index = Index::open_in_dir(folder).map_err(opening)?;
        register(&index);
        let searcher = index.reader().map_err(opening)?.searcher();
        let mut passages = Vec::new();
        for segment in searcher.segment_readers() {
            let column = |name| Ok(segment.fast_fields().u64(name)?.first_or_default_col(0));
            let (documents, ordinals) =
                column("document").and_then(|documents| Ok((documents, column("ordinal")?))).map_err(opening)?;
            let passage = |entry| Some(first.get(&documents.get_val(entry))? + ordinals.get_val(entry) as usize);
            let all: Option<Vec<usize>> = (0..segment.max_doc()).map(passage).collect();
            passages.push(all.ok_or_else(|| Error::internal("opening the lexical index")("it is of other documents"))?);
        }
        Ok(Self { searcher, fields: schema().1, passages })
    }

    /// How many passages hold the term in heading or body.
    pub fn document_frequency(&self, term: &str) -> u64 {
        self.frequency(clause::Field::Body, term).max(self.frequency(clause::Field::Headings, term))
    }

    /// How many passages hold the normalised identifier.
    pub fn identifier_frequency(&self, identifier: &str) -> u64 {
        self.frequency(clause::Field::Identifiers, identifier)
    }

    fn frequency(&self, field: clause::Field, term: &str) -> u64 {
        let term = Term::from_field_text(self.fields.text[field.number()], term);
        self.searcher.doc_freq(&term).unwrap_or(0)
    }

    fn query(&self, query: &Query) -> BooleanQuery {
        let clauses = clause::clauses(query).into_iter();
        let should = clauses
            .map(|clause| (Occur::Should, phrase(self.fields.text[clause.field.number()], clause.terms, clause.boost)));
        let mut clauses: Clauses = vec![(Occur::Must, Box::new(BooleanQuery::new(should.collect())))];
        clauses.extend(self.filters(&query.filter).map(|q| (Occur::Must, q)));
        BooleanQuery::new(clauses)
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
        let wanted = (limit + TIES).min(self.searcher.num_docs() as usize).max(1);
        let collector = TopDocs::with_limit(wanted).order_by_score();
        let top = self.searcher.search(&self.query(query), &collector).map_err(Error::internal("searching"))?;
        let passage = |address: DocAddress| self.passages[address.segment_ord as usize][address.doc_id as usize];
        let mut found: Vec<(usize, Bm25)> =
            top.into_iter().map(|(score, address)| (passage(address), Bm25(score))).collect();
        found.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
        found.truncate(limit);
        Ok(found)
    }
}
