//! An index in Postgres, so that many replicas share one: passages by full-text search, texts by pgvector.
//!
//! The full-text index says which passages match a query, and gives of each only the lexemes that were asked for, with
//! their positions; BM25 is worked out here, by the same clauses and the same formula as in the embedded index, so that
//! both rank alike. Cosines are worked out by the server. Statistics are loaded when an index is opened.
//!
//! Every index has tables of its own, in the schema `purview`: publishing one locks nobody out of another, and to
//! remove one is to drop its tables. Does not know how an index is built, nor what the rest of its contents is.

pub mod address;
mod fault;
pub mod key;
mod lexeme;
pub mod patience;
pub mod publish;
mod score;
mod search;
pub mod server;
mod statistics;
mod wire;

use self::{
    fault::Fault,
    key::{Key, LAYOUT},
    search::Search,
    server::{Server, Session},
    statistics::Statistics,
    wire::{Found, Vector},
};
use super::{Bm25, Cosine, Query, Retriever, clause::Field};
use crate::error::{Error, Result};

/// A published index, opened for search.
pub struct Published {
    server: Server,
    key: Key,
    texts: usize,
    dims: usize,
    statistics: Statistics,
    statements: Statements,
}

/// What is asked of an index's tables. Nothing in it comes from outside: names are made of numbers.
struct Statements {
    contents: String,
    matching: String,
    cosines: String,
}

impl Statements {
    fn new(key: Key) -> Self {
        let key::Tables { contents, passage, text, .. } = key.tables();
        Self {
            contents: format!("select bytes from {contents} order by part"),
            // `setweight` marks the lexemes that are asked for, and `ts_filter` lets the others go.
            matching: format!(
                "select number, norms, ts_filter(setweight(terms, 'A', $2::text[]), '{{a}}') from {passage} \
                 where terms @@ $1::text::tsquery \
                 and (cardinality($3::int[]) = 0 or cardinality(years) = 0 or years && $3) \
                 and ($4::text is null or jurisdiction is null or jurisdiction = $4)"
            ),
            cosines: format!("select array_agg((-(embedding <#> $1::vector))::real order by number) from {text}"),
        }
    }
}

impl Published {
    /// Opens the index with this key and loads its statistics.
    ///
    /// # Errors
    /// [`Error::Server`] where nothing is published under the key, or the server cannot be asked.
    pub fn open(server: Server, key: Key) -> Result<Self> {
        let (texts, dims, statistics) = server.call("opening the index", &mut |session| {
            let there = session.query("select to_regclass('purview.index') is not null", &[])?;
            let sql = "select passages, texts, dims, terms from purview.index where key = $1 and layout = $2";
            let found = match there.first() {
                Some(there) if there.get(0) => session.query(sql, &[&key.to_string(), &LAYOUT])?,
                _ => Vec::new(),
            };
            let row = found.first().ok_or_else(|| not_published(&server, key))?;
            let (passages, texts, dims): (i32, i32, i32) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let terms = five(&row.try_get::<_, Vec<i64>>(3)?);
            let lexemes = session.query(&format!("select lexeme, passages from {}", key.tables().term), &[])?;
            let lexemes = lexemes
                .iter()
                .map(|row| Ok((row.try_get::<_, &str>(0)?.into(), five(&row.try_get::<_, Vec<i32>>(1)?))));
            let lexemes: Vec<(Box<str>, [u32; 5])> = lexemes.collect::<Result<_, postgres::Error>>()?;
            Ok((texts as usize, dims as usize, Statistics::new(passages as u32, terms, lexemes)))
        })?;
        Ok(Self { statements: Statements::new(key), server, key, texts, dims, statistics })
    }

    /// Under which it is published.
    pub fn key(&self) -> Key {
        self.key
    }

    /// What was published beside what is searched, byte for byte.
    pub fn contents(&self) -> Result<Vec<u8>> {
        self.server.call("reading the index", &mut |session| {
            let mut contents = Vec::new();
            for row in session.query(&self.statements.contents, &[])? {
                contents.extend_from_slice(row.try_get(0)?);
            }
            Ok(contents)
        })
    }

    /// How many passages hold the term in heading or body. Asks no server.
    pub fn document_frequency(&self, term: &str) -> u64 {
        let held = |field| self.statistics.frequency(field, term);
        held(Field::Body).max(held(Field::Headings)).into()
    }

    /// How many passages hold the normalised identifier. Asks no server.
    pub fn identifier_frequency(&self, identifier: &str) -> u64 {
        self.statistics.frequency(Field::Identifiers, identifier).into()
    }

    /// How many texts there are.
    pub fn texts(&self) -> usize {
        self.texts
    }

    /// Numbers in a vector.
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// The cosine of `query`, a unit vector, with every text, in row order.
    pub fn cosines(&self, query: &[f32]) -> Result<Vec<Cosine>> {
        if !self.is_comparable(query) {
            return Ok(vec![Cosine(0.0); self.texts]);
        }
        self.server.call("comparing vectors", &mut |session| {
            let rows = session.query(&self.statements.cosines, &[&Vector(query)])?;
            let cosines: Vec<f32> = rows.first().map_or_else(|| Ok(Vec::new()), |row| row.try_get(0))?;
            Ok(cosines.into_iter().map(Cosine).collect())
        })
    }

    /// Whether there is anything to compare a vector with, as the embedded index has it.
    fn is_comparable(&self, query: &[f32]) -> bool {
        self.dims > 0 && query.len() == self.dims
    }

    fn scored(&self, session: &mut Session, query: &Query, search: &Search) -> Result<Vec<(usize, Bm25)>, Fault> {
        let years: Vec<i32> = query.filter.years.iter().copied().map(i32::from).collect();
        let (matching, lexemes, place) = (&search.matching, &search.lexemes, &query.filter.jurisdiction);
        let mut scored = Vec::new();
        for row in session.query(&self.statements.matching, &[matching, lexemes, &years, place])? {
            let (number, norms, found): (i32, &[u8], Found<'_>) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let score = search.score(&self.statistics, five(norms), &found);
            scored.extend(score.map(|score| (number as usize, Bm25(score))));
        }
        Ok(scored)
    }
}

impl Retriever for Published {
    type Score = Bm25;

    fn retrieve(&self, query: &Query, limit: usize) -> Result<Vec<(usize, Bm25)>> {
        let Some(search) = Search::new(query, &self.statistics) else { return Ok(Vec::new()) };
        let mut scored = self.server.call("searching", &mut |session| self.scored(session, query, &search))?;
        scored.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
        scored.truncate(limit);
        Ok(scored)
    }
}

/// What is stored of the five fields; 0 of one that is not.
fn five<N: Copy + TryInto<M>, M: Default>(stored: &[N]) -> [M; 5] {
    std::array::from_fn(|field| stored.get(field).and_then(|number| (*number).try_into().ok()).unwrap_or_default())
}

fn not_published(server: &Server, key: Key) -> Fault {
    let database = server.address().database();
    Fault::Told(Error::Server {
        message: format!("index {key} is not published in `{database}` at {}", server.address()),
        hint: "publish it there first, or see that this program and the publisher have the same pack and models".into(),
    })
}
