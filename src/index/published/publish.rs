//! Writes an index to a server, once and whole: everything in one transaction, under a lock of the index's own.
//! Knows the tables' layout; does not search them.

use std::collections::{BTreeMap, BTreeSet};

use postgres::{
    Transaction,
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

use super::{
    fault::Fault,
    key::{Key, LAYOUT, Tables},
    lexeme::{lexemes, stored},
    score,
    server::{Server, Session},
    wire::Vector,
};
use crate::{
    error::Result,
    index::{Index, clause},
};

/// Up to so many numbers a vector fits in a page.
const MOST_PLAIN: usize = 2000;
/// What is written of the contents at once.
const PART: usize = 1 << 20;
/// The lock under which schema and extension are made: `purview` in ASCII.
const SET_UP_LOCK: i64 = 0x70_75_72_76_69_65_77;

/// Everything of one index.
pub struct Publication<'p> {
    /// Under which it is found.
    pub key: Key,
    /// What is published.
    pub index: &'p Index,
}

/// What became of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is there now.
    Written,
    /// It was there before, whole, and nothing was done.
    AlreadyThere,
}

/// Whether an index is published.
pub fn is_published(server: &Server, key: Key) -> Result<bool> {
    server.call("looking for the index", &mut |session| {
        if !session.query("select to_regclass('purview.index') is not null", &[])?.iter().any(|row| row.get(0)) {
            return Ok(false);
        }
        let sql = "select 1 from purview.index where key = $1 and layout = $2";
        Ok(!session.query(sql, &[&key.to_string(), &LAYOUT])?.is_empty())
    })
}

/// Publishes an index unless it is there. Another that publishes the same is waited for.
pub fn publish(server: &Server, publication: &Publication<'_>) -> Result<Outcome> {
    let timeout = server.patience().publish.as_millis().to_string();
    server.call("publishing the index", &mut |session| {
        set_up(session)?;
        let mut transaction = session.transaction()?;
        begin(&mut transaction, &timeout, publication.key.lock())?;
        if is_there(&mut transaction, publication.key)? {
            return Ok(Outcome::AlreadyThere);
        }
        publication.write(&mut transaction)?;
        transaction.commit()?;
        Ok(Outcome::Written)
    })
}

/// Removes an index; whoever has it open is told so at the next search. Returns whether it was there.
pub fn withdraw(server: &Server, key: Key) -> Result<bool> {
    let timeout = server.patience().publish.as_millis().to_string();
    server.call("withdrawing the index", &mut |session| {
        let mut transaction = session.transaction()?;
        begin(&mut transaction, &timeout, key.lock())?;
        let sql = "delete from purview.index where key = $1 and layout = $2";
        let was_there = transaction.execute(sql, &[&key.to_string(), &LAYOUT])? > 0;
        let Tables { contents, passage, term, text } = key.tables();
        transaction.batch_execute(&format!("drop table if exists {contents}, {passage}, {term}, {text}"))?;
        transaction.commit()?;
        Ok(was_there)
    })
}

fn begin(transaction: &mut Transaction<'_>, timeout: &str, lock: i64) -> Result<(), Fault> {
    let sql = "select set_config('statement_timeout', $1, true)";
    transaction.query_typed(sql, &[(&timeout, Type::TEXT)])?;
    transaction.query_typed("select pg_advisory_xact_lock($1)", &[(&lock, Type::INT8)])?;
    Ok(())
}

fn is_there(transaction: &mut Transaction<'_>, key: Key) -> Result<bool, Fault> {
    let sql = "select 1 from purview.index where key = $1 and layout = $2";
    Ok(transaction.query_opt(sql, &[&key.to_string(), &LAYOUT])?.is_some())
}

/// Makes what all indexes share. A schema that is there is not made again: that takes a right that its user may lack.
fn set_up(session: &mut Session) -> Result<(), Fault> {
    let mut transaction = session.transaction()?;
    let sql = "select to_regclass('purview.index') is not null \
         and exists (select from pg_extension where extname = 'vector')";
    if transaction.query_one(sql, &[])?.get(0) {
        return Ok(());
    }
    transaction.query_typed("select pg_advisory_xact_lock($1)", &[(&SET_UP_LOCK, Type::INT8)])?;
    transaction.batch_execute("create extension if not exists vector")?;
    if transaction.query_one("select to_regnamespace('purview') is null", &[])?.get(0) {
        transaction.batch_execute("create schema purview")?;
    }
    transaction.batch_execute(
        "create table if not exists purview.index (
            key text, layout int, passages int not null, texts int not null, dims int not null,
            terms bigint[] not null, published_at timestamptz not null default now(), primary key (key, layout));
         comment on table purview.index is 'Published indexes; the tables of each have its layout and key in their names';
         comment on column purview.index.terms is 'Terms in all passages, of title, headings, heading, body, identifiers'",
    )?;
    transaction.commit()?;
    Ok(())
}

impl Publication<'_> {
    fn write(&self, transaction: &mut Transaction<'_>) -> Result<(), Fault> {
        let tables = self.key.tables();
        let dims = if self.index.texts() == 0 { 0 } else { self.index.dims() };
        self.write_contents(transaction, &tables)?;
        let terms = self.write_passages(transaction, &tables)?;
        if dims > 0 {
            self.write_texts(transaction, &tables, dims)?;
        }
        let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        transaction.execute(
            "insert into purview.index (key, layout, passages, texts, dims, terms) values ($1, $2, $3, $4, $5, $6)",
            &[
                &self.key.to_string(),
                &LAYOUT,
                &count(self.index.passages().len()),
                &count(self.index.texts()),
                &count(dims),
                &terms.as_slice(),
            ],
        )?;
        Ok(())
    }

    fn write_contents(&self, transaction: &mut Transaction<'_>, tables: &Tables) -> Result<(), Fault> {
        let contents = &tables.contents;
        transaction.batch_execute(&format!("create table {contents} (part int primary key, bytes bytea not null)"))?;
        let bytes = self.index.contents().map_err(Fault::Told)?;
        let rows = bytes.chunks(PART).enumerate();
        copy(transaction, contents, &[Type::INT4, Type::BYTEA], rows, |(part, bytes), write| {
            write(&[&(part as i32), &bytes])
        })
    }

    /// Returns how many terms each field has in all.
    fn write_passages(&self, transaction: &mut Transaction<'_>, tables: &Tables) -> Result<[i64; 5], Fault> {
        let Tables { passage, term, .. } = tables;
        transaction.batch_execute(&format!(
            "create table {passage} (number int, years int[] not null, jurisdiction text, norms bytea not null, \
                 terms tsvector not null)"
        ))?;
        let (mut sums, mut held) = ([0; 5], BTreeMap::<String, [i32; 5]>::new());
        let types = [Type::INT4, Type::INT4_ARRAY, Type::TEXT, Type::BYTEA, Type::TS_VECTOR];
        let passages = self.index.passages().iter().enumerate();
        copy(transaction, passage, &types, passages, |(number, passage), write| {
            let document = self.index.document_of(number);
            let fields = clause::fields(passage, document);
            let years: Vec<i32> = passage.years.iter().copied().map(i32::from).collect();
            let norms = fields.each_ref().map(|terms| score::norm(terms.len() as u32));
            for (field, terms) in fields.iter().enumerate() {
                sums[field] += terms.len() as i64;
                for term in terms.iter().map(|term| stored(term)).collect::<BTreeSet<_>>() {
                    held.entry(term.into_owned()).or_default()[field] += 1;
                }
            }
            write(&[&(number as i32), &years, &document.jurisdiction, &norms.as_slice(), &lexemes(&fields)])
        })?;
        transaction.batch_execute(&format!(
            "alter table {passage} add primary key (number);
             create index on {passage} using gin (terms);
             create table {term} (lexeme text, passages int[] not null);
             analyze {passage}"
        ))?;
        copy(transaction, term, &[Type::TEXT, Type::INT4_ARRAY], held.iter(), |(lexeme, passages), write| {
            write(&[lexeme, &passages.as_slice()])
        })?;
        Ok(sums)
    }

    fn write_texts(&self, transaction: &mut Transaction<'_>, tables: &Tables, dims: usize) -> Result<(), Fault> {
        let text = &tables.text;
        transaction.batch_execute(&format!("create table {text} (number int, embedding vector({dims}) not null)"))?;
        if dims <= MOST_PLAIN {
            // Vectors past 2 kB would be put aside, and each fetched by itself.
            transaction.batch_execute(&format!("alter table {text} alter embedding set storage plain"))?;
        }
        let vector = transaction.prepare("select $1::vector")?.params()[0].clone();
        let mut numbers = vec![0.0; dims];
        copy(transaction, text, &[Type::INT4, vector], 0..self.index.texts(), |row, write| {
            self.index.text_vector(row, &mut numbers);
            write(&[&(row as i32), &Vector(&numbers)])
        })?;
        transaction.batch_execute(&format!("alter table {text} add primary key (number)"))?;
        transaction.batch_execute(&format!("analyze {text}"))?;
        Ok(())
    }
}

/// What writes one row.
type Write<'w> = dyn FnMut(&[&(dyn ToSql + Sync)]) -> Result<(), postgres::Error> + 'w;

/// Fills a table.
fn copy<R>(
    transaction: &mut Transaction<'_>,
    table: &str,
    types: &[Type],
    rows: impl Iterator<Item = R>,
    mut row: impl FnMut(R, &mut Write<'_>) -> Result<(), postgres::Error>,
) -> Result<(), Fault> {
    let writer = transaction.copy_in(&format!("copy {table} from stdin (format binary)"))?;
    let mut writer = BinaryCopyInWriter::new(writer, types);
    for each in rows {
        row(each, &mut |values| writer.write(values))?;
    }
    writer.finish()?;
    Ok(())
}
