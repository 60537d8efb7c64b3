//! A corpus: Markdown documents with front matter, cut into passages.
//! Knows files and text; knows nothing of search, models or packs.

pub mod chunk;
pub mod document;
pub mod facts;
pub mod import;
pub mod sentence;
pub mod table;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, Place, Problem, Result};
pub use chunk::{Case, Facts, Passage, PassageKind, passages};
pub use document::{Document, Effective};

/// A half-open byte range in a document's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes of `body` in this span.
    pub fn of(self, body: &str) -> &str {
        &body[self.start..self.end]
    }
}

/// A document's file as it lies on disk, hashed but not yet parsed.
#[derive(Debug)]
pub struct SourceFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The bytes' SHA-256.
    pub sha256: [u8; 32],
}

/// Every Markdown file under `folders`, in path order. Links are not followed.
///
/// # Errors
/// A folder that does not exist or cannot be read.
pub fn source_files(folders: &[PathBuf]) -> Result<Vec<SourceFile>> {
    let mut paths = Vec::new();
    for folder in folders {
        collect(folder, &mut paths)?;
    }
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .map(|path| {
            let bytes = std::fs::read(&path).map_err(Error::io("read", &path))?;
            let sha256 = Sha256::digest(&bytes).into();
            Ok(SourceFile { path, bytes, sha256 })
        })
        .collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(Error::io("read the folder", folder))?;
    for entry in entries {
        let entry = entry.map_err(Error::io("read the folder", folder))?;
        let kind = entry.file_type().map_err(Error::io("inspect", entry.path()))?;
        let path = entry.path();
        if kind.is_dir() {
            collect(&path, into)?;
        } else if kind.is_file() && path.extension().is_some_and(|e| e.eq_ignore_ascii_case("md")) {
            into.push(path);
        }
    }
    Ok(())
}

/// Parses the files; all problems are reported at once.
///
/// # Errors
/// [`Error::Pack`] with every unreadable document and every id that two documents share.
pub fn documents(files: &[SourceFile]) -> Result<Vec<Document>> {
    let mut problems = Vec::new();
    let mut documents: Vec<Document> = Vec::new();
    for file in files {
        match Document::parse(&file.path, &file.bytes) {
            Ok(document) => documents.push(document),
            Err(problem) => problems.push(problem),
        }
    }
    let mut seen = std::collections::BTreeMap::new();
    for document in &documents {
        if let Some(first) = seen.insert(document.id.as_str(), &document.path) {
            problems.push(
                Problem::new(
                    Place::file(&document.path),
                    format!("the document id `{}` is taken by `{}`", document.id, first.display()),
                )
                .hint("give one of the two another `id`"),
            );
        }
    }
    if problems.is_empty() { Ok(documents) } else { Err(Error::Pack(problems)) }
}
