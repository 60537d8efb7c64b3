//! Sessions on disk: JSON Lines in the state folder, one file a session. A line is written in one piece behind the
//! last whole one, so that a crash loses at most the line being written; a torn last line is dropped when read.

use std::{
    fs::{self, File, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::record::{Header, Record, SCHEMA};
use crate::error::{Error, Place, Problem, Result};

/// A session's file, open for more; no other process can have it open too.
pub struct Log {
    file: File,
    path: PathBuf,
}

/// A session as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its file.
    pub path: PathBuf,
    /// What its first line says.
    pub header: Header,
    /// Its first question.
    pub title: String,
    /// How many questions were asked.
    pub questions: usize,
}

impl Log {
    /// Begins a session's file in `folder`.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn create(folder: &Path, header: &Header) -> Result<Self> {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let path = folder.join(format!("{}.jsonl", header.id));
        let mut options = OpenOptions::new();
        options.create_new(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600); // a conversation is nobody else's business
        let file = options.open(&path).map_err(Error::io("create", &path))?;
        let mut log = Self { file, path };
        log.lock()?;
        log.append(&Record::Session(header.clone()))?;
        Ok(log)
    }

    /// Goes on with a session: what it holds, and its file behind the last whole line.
    ///
    /// # Errors
    /// A file that is no session, or that another process has open.
    pub fn resume(path: &Path) -> Result<(Self, Vec<Record>)> {
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(Error::io("open", path))?;
        let mut log = Self { file, path: path.to_owned() };
        log.lock()?;
        let (records, whole) = read(path)?;
        let end = log.file.set_len(whole).and_then(|()| log.file.seek(SeekFrom::End(0)));
        end.map_err(Error::io("write", path))?;
        Ok((log, records))
    }

    /// Adds a record.
    ///
    /// # Errors
    /// A full disk, or a record that cannot be written as JSON.
    pub fn append(&mut self, record: &Record) -> Result<()> {
        let mut line = serde_json::to_vec(record).map_err(Error::internal("writing the session"))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(Error::io("write", &self.path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn lock(&self) -> Result<()> {
        match self.file.try_lock() {
            Err(fs::TryLockError::WouldBlock) => Err(Error::usage(
                format!("the session `{}` is open in another window", self.path.display()),
                "close it there, or choose another one",
            )),
            // Some network file systems cannot lock; two windows on one session are then the user's own risk.
            Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(()),
        }
    }
}

/// A session's records, and how many bytes its whole lines have.
///
/// # Errors
/// A line before the last that is no record, with its place; a format that this version does not know.
pub fn read(path: &Path) -> Result<(Vec<Record>, u64)> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let mut records = Vec::new();
    for (at, line) in bytes[..whole].split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        let record = serde_json::from_slice(line).map_err(|e| {
            Problem::new(Place::line(path, at + 1), format!("this line is no record of a session: {e}"))
                .hint("delete the line, or start anew with `/new`")
        })?;
        records.push(record);
    }
    match records.first() {
        Some(Record::Session(header)) if header.schema == SCHEMA => Ok((records, whole as u64)),
        Some(Record::Session(header)) => {
            let message = format!("the session is of format {}, and this version reads {SCHEMA}", header.schema);
            Err(Problem::new(Place::line(path, 1), message).hint("use the version of Purview that wrote it").into())
        }
        _ => Err(Problem::new(Place::line(path, 1), "the file does not begin as a session does").into()),
    }
}

/// The sessions of a folder in which something was asked, newest first. What cannot be read is left out.
pub fn list(folder: &Path) -> Vec<Card> {
    let mut cards: Vec<Card> = files(folder).iter().filter_map(|path| card(path)).collect();
    cards.sort_by(|a, b| b.header.started.cmp(&a.header.started).then_with(|| b.header.id.cmp(&a.header.id)));
    cards
}

/// The questions of the newest `sessions` sessions with a pack of this name, oldest first.
pub fn questions(folder: &Path, pack: &str, sessions: usize) -> Vec<String> {
    let name = |label: &str| label.split('@').next().unwrap_or(label).to_owned();
    let mut newest: Vec<Card> =
        list(folder).into_iter().filter(|c| name(&c.header.pack) == pack).take(sessions).collect();
    newest.reverse();
    let records = newest.iter().filter_map(|card| read(&card.path).ok()).flat_map(|(records, _)| records);
    let texts = records.filter_map(|record| match record {
        Record::Question { text, .. } => Some(text),
        _ => None,
    });
    texts.collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "jsonl")).collect()
}

fn card(path: &Path) -> Option<Card> {
    let (records, _) = read(path).ok()?;
    let mut texts = records.iter().filter_map(|record| match record {
        Record::Question { text, .. } => Some(text),
        _ => None,
    });
    let title = texts.next()?.clone();
    let questions = 1 + texts.count();
    let Some(Record::Session(header)) = records.into_iter().next() else { return None };
    Some(Card { path: path.to_owned(), header, title, questions })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(id: &str) -> Header {
        let text = |text: &str| text.to_owned();
        let (pack, place) = (text("tea@0.1.0"), text("tea"));
        let started = format!("2026-01-0{}T00:00:00Z", id.len());
        Header { schema: SCHEMA, id: text(id), pack, place, started, version: text("0.1.0") }
    }

    fn question(text: &str) -> Record {
        Record::Question { at: "2026-01-01T00:00:00Z".into(), text: text.into() }
    }

    #[test]
    fn a_torn_line_is_dropped_and_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::create(folder.path(), &header("a")).unwrap();
        log.append(&question("one")).unwrap();
        let path = log.path().to_owned();
        drop(log);
        let mut torn = OpenOptions::new().append(true).open(&path).unwrap();
        torn.write_all(br#"{"kind":"question","at":"2026-01-01T00:00:00Z","te"#).unwrap();
        let (mut log, records) = Log::resume(&path).unwrap();
        assert_eq!(records[1..], [question("one")]);
        log.append(&question("two")).unwrap();
        assert_eq!(read(&path).unwrap().0[1..], [question("one"), question("two")]);
    }

    #[test]
    fn a_session_is_open_in_one_window_only() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::create(folder.path(), &header("a")).unwrap();
        let error = Log::resume(log.path()).err().unwrap().to_string();
        assert!(error.contains("another window"), "{error}");
    }

    #[test]
    fn sessions_are_listed_newest_first_and_empty_ones_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        for (id, asked) in [("a", vec!["one", "two"]), ("bb", vec!["three"]), ("ccc", vec![])] {
            let mut log = Log::create(folder.path(), &header(id)).unwrap();
            for text in asked {
                log.append(&question(text)).unwrap();
            }
        }
        fs::write(folder.path().join("junk.jsonl"), "{}\n").unwrap();
        let listed: Vec<(String, usize)> = list(folder.path()).into_iter().map(|c| (c.title, c.questions)).collect();
        assert_eq!(listed, [("three".to_owned(), 1), ("one".to_owned(), 2)]);
        assert_eq!(questions(folder.path(), "tea", 9), ["one", "two", "three"]);
        assert!(questions(folder.path(), "coffee", 9).is_empty());
    }

    #[test]
    fn what_is_no_record_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::create(folder.path(), &header("a")).unwrap();
        let mut text = fs::read_to_string(log.path()).unwrap();
        text.push_str("junk\n");
        fs::write(log.path(), text).unwrap();
        let error = read(log.path()).unwrap_err().to_string();
        assert!(error.contains("a.jsonl:2"), "{error}");
    }
}
