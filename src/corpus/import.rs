//! Turns somebody's file – Markdown, HTML, plain text, PDF, DOCX, JSON lines – into Markdown drafts.
//! Knows the kinds, tells them apart, and bounds what a hostile file may cost; each reader below knows one kind.
//! Reads no file and writes none, asks no network, and does not decide what a pack keeps of a draft.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

mod block;
mod inline;
mod prose;
mod decode;
mod furniture;
mod plain;
mod front_matter;
mod markdown;
mod html;
mod docx;
mod pdf;
mod jsonl;

/// The endings of file names that [`read`] knows by name; other files are told apart by their content.
pub const EXTENSIONS: &[&str] =
    &["md", "markdown", "html", "htm", "xhtml", "txt", "text", "pdf", "docx", "jsonl", "ndjson"];

/// Larger files are refused: text of this size is some forty thousand pages, and a parsed tree takes ten times that.
pub const LARGEST: usize = 64 << 20;

/// A document that was read from somebody's file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// As the file states it (front matter, a JSON line). None: the caller derives one.
    pub id: Option<String>,
    /// As the file states it, else its first heading, else the file's stem. Never empty.
    pub title: String,
    /// Where the original stands, if the file says so.
    pub url: Option<String>,
    /// BCP 47 tag, if the file states one.
    pub lang: Option<String>,
    /// Markdown: `# title` first, paragraphs on one line each, a blank line between blocks, no skipped heading level.
    pub body: String,
    /// What was left out, in words for the reader: `2 pages hold only pictures`.
    pub notes: Vec<String>,
}

/// Why a file gave no draft; every message names the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing in it, or nothing but spaces.
    #[error("the file is empty; give a file that holds text")]
    Empty,
    /// Over [`LARGEST`], or grows past the bound when unpacked.
    #[error("the file is too large ({what}); split it and read the parts")]
    TooLarge {
        /// The size and its limit.
        what: String,
    },
    /// Neither a known ending nor content that looks like text.
    #[error("this kind of file is unknown ({what}); save it as one of {}", EXTENSIONS.join(", "))]
    UnknownKind {
        /// What was seen.
        what: String,
    },
    /// Needs a password.
    #[error("the PDF is encrypted and needs a password; open it with the password and save a copy without one")]
    Encrypted,
    /// Pages without a text layer.
    #[error(
        "the PDF holds pictures of pages and no text ({pages} pages); run OCR on it first (for example `ocrmypdf in.pdf out.pdf`)"
    )]
    Scanned {
        /// Number of pages.
        pages: usize,
    },
    /// The text layer gives no characters: fonts without a mapping to Unicode.
    #[error(
        "the PDF's fonts do not say which characters they draw ({garbled} of {of} unknown); run OCR on it first (for example `ocrmypdf --force-ocr in.pdf out.pdf`)"
    )]
    NoCharacters {
        /// Glyphs without a character.
        garbled: usize,
        /// All glyphs.
        of: usize,
    },
    /// Broken in a way that leaves nothing to read.
    #[error("the {kind} file is damaged: {why}; open it in the program that wrote it and save it again")]
    Damaged {
        /// `PDF`, `DOCX`…
        kind: &'static str,
        /// What the parser found.
        why: String,
    },
    /// A text file that is not text.
    #[error("the file is not text: {why}; save it as UTF-8")]
    NotText {
        /// What was found.
        why: String,
    },
    /// Front matter that cannot be parsed.
    #[error("line {line}: the front matter cannot be read: {why}; correct it or remove it")]
    FrontMatter {
        /// Line of the file, from 1.
        line: usize,
        /// The parser's words.
        why: String,
    },
    /// A line of a JSON-lines file that is no document.
    #[error("line {line}: {why}; each line is one object with `text`, and `id`, `title`, `url` if known")]
    InvalidLine {
        /// Line of the file, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

/// The kinds of file that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Markdown,
    Html,
    Plain,
    Pdf,
    Docx,
    JsonLines,
}

/// Reads `bytes`, the content of the file at `path`; the path gives the kind and the title of last resort.
///
/// A JSON-lines file gives as many drafts as it has lines, every other kind one. Never panics.
pub fn read(path: &Path, bytes: &[u8]) -> Result<Vec<Draft>, Unreadable> {
    if bytes.len() > LARGEST {
        return Err(Unreadable::TooLarge { what: format!("{} MB, at most {}", bytes.len() >> 20, LARGEST >> 20) });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Unreadable::Empty);
    }
    let kind = kind(path, bytes)?;
    let stem = path.file_stem().map_or_else(|| "untitled".to_owned(), |stem| stem.to_string_lossy().into_owned());
    // The parsers are other people's code, and the bytes are a stranger's: a panic becomes an answer.
    // Nothing outlives the call, so nothing half-changed can be seen afterwards.
    catch_unwind(AssertUnwindSafe(|| dispatch(kind, &stem, bytes))).unwrap_or_else(|cause| {
        let why = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
        Err(Unreadable::Damaged {
            kind: kind.name(),
            why: format!("its reader gave up ({})", why.unwrap_or("no reason")),
        })
    })
}

fn dispatch(kind: Kind, stem: &str, bytes: &[u8]) -> Result<Vec<Draft>, Unreadable> {
    let one = |draft: Draft| vec![draft];
    match kind {
        Kind::Markdown => markdown::read(&decode::text(bytes)?, stem).map(one),
        Kind::Html => html::read(&decode::html(bytes)?, stem).map(one),
        Kind::Plain => plain::read(&decode::text(bytes)?, stem).map(one),
        Kind::Pdf => pdf::read(bytes, stem).map(one),
        Kind::Docx => docx::read(bytes, stem).map(one),
        Kind::JsonLines => jsonl::read(&decode::text(bytes)?),
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
            Self::Plain => "text",
            Self::Pdf => "PDF",
            Self::Docx => "DOCX",
            Self::JsonLines => "JSON-lines",
        }
    }
}

fn kind(path: &Path, bytes: &[u8]) -> Result<Kind, Unreadable> {
    let extension = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("md" | "markdown") => Ok(Kind::Markdown),
        Some("html" | "htm" | "xhtml") => Ok(Kind::Html),
        Some("txt" | "text") => Ok(Kind::Plain),
        Some("pdf") => Ok(Kind::Pdf),
        Some("docx") => Ok(Kind::Docx),
        Some("jsonl" | "ndjson") => Ok(Kind::JsonLines),
        _ => kind_by_content(bytes),
    }
}

fn kind_by_content(bytes: &[u8]) -> Result<Kind, Unreadable> {
    let head = &bytes[..bytes.len().min(1024)];
    let holds = |needle: &[u8]| head.windows(needle.len()).any(|window| window == needle);
    if holds(b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    if head.starts_with(b"PK\x03\x04") {
        return if docx::is_docx(bytes) { Ok(Kind::Docx) } else { unknown("a zip archive that is no DOCX") };
    }
    if head.starts_with(b"\xD0\xCF\x11\xE0") {
        return unknown("an old Office file, such as .doc");
    }
    if head.starts_with(b"{\\rtf") {
        return unknown("rich text, .rtf");
    }
    let Ok(text) = decode::text(bytes) else { return unknown("its bytes are not text") };
    let start = text.trim_start();
    let lower: String = start.chars().take(512).collect::<String>().to_lowercase();
    if ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| lower.starts_with(tag)) {
        return Ok(Kind::Html);
    }
    if start.starts_with('{') && start.lines().next().is_some_and(jsonl::is_object) {
        return Ok(Kind::JsonLines);
    }
    Ok(if markdown::looks_like(start) { Kind::Markdown } else { Kind::Plain })
}

fn unknown<T>(what: &str) -> Result<T, Unreadable> {
    Err(Unreadable::UnknownKind { what: what.to_owned() })
}

#[cfg(test)]
mod tests;
