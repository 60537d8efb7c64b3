//! DOCX files: the zip archive within bounds, and what its parts say of titles, styles and lists.
//! Knows the parts (ECMA-376, part 1: 17 `WordprocessingML`); the text itself is read in `docx/body.rs`.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::result::ZipError;

use super::block::{Block, compose};
use super::{Draft, Unreadable};

mod body;
mod style;

/// A part grows to this size at most: a hundred thousand pages, or a bomb.
const LARGEST_PART: u64 = 128 << 20;

/// The part that holds the text.
const DOCUMENT: &str = "word/document.xml";

/// Whether a zip archive holds a Word document.
pub(super) fn is_docx(bytes: &[u8]) -> bool {
    ZipArchive::new(Cursor::new(bytes))
        .is_ok_and(|archive| archive.file_names().any(|name| name.is_ok_and(|name| name == DOCUMENT)))
}

/// Reads a file; `stem` is the title of last resort.
pub(super) fn read(bytes: &[u8], stem: &str) -> Result<Draft, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|fault| damaged(&fault.to_string()))?;
    let document = part(&mut archive, DOCUMENT)?
        .ok_or_else(|| damaged("it holds no `word/document.xml`; an encrypted file looks so, too"))?;
    let styles = part(&mut archive, "word/styles.xml")?.unwrap_or_default();
    let numbering = part(&mut archive, "word/numbering.xml")?.unwrap_or_default();
    let core = part(&mut archive, "docProps/core.xml")?.unwrap_or_default();
    let looks = style::Looks::read(&styles, &numbering).map_err(|why| damaged(&why))?;
    let body = body::read(&document, &looks).map_err(|why| damaged(&why))?;
    if body.blocks.iter().all(Block::is_blank) {
        return Err(Unreadable::Empty);
    }
    let headed = body.blocks.iter().any(|block| block.level() == Some(1));
    let stated = if headed { None } else { core_field(&core, "title") };
    let (title, text) = compose(body.blocks, stated, stem);
    let mut notes = Vec::new();
    let mut note = |count: usize, what: &str| {
        if count > 0 {
            notes.push(format!("{count} {what}"));
        }
    };
    note(body.pictures, "pictures");
    note(body.deleted, "deletions that are still tracked");
    note(body.contents, "lines of a table of contents");
    Ok(Draft { title, lang: core_field(&core, "language"), body: text, notes, ..Draft::default() })
}

fn damaged(why: &str) -> Unreadable {
    Unreadable::Damaged { kind: "DOCX", why: why.to_owned() }
}

/// A part of the archive as text, if it is there.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, Unreadable> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(fault) => return Err(damaged(&format!("`{name}`: {fault}"))),
    };
    let mut bytes = Vec::new();
    // What the archive says of sizes is the stranger's word; the bound holds for what comes out.
    file.take(LARGEST_PART + 1).read_to_end(&mut bytes).map_err(|fault| damaged(&format!("`{name}`: {fault}")))?;
    if bytes.len() as u64 > LARGEST_PART {
        return Err(Unreadable::TooLarge { what: format!("`{name}` unpacks to more than {} MB", LARGEST_PART >> 20) });
    }
    super::decode::text(&bytes).map(Some)
}

/// A field of the document's properties.
fn core_field(core: &str, name: &str) -> Option<String> {
    let mut reader = Reader::from_str(core);
    let mut inside = false;
    let mut value = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => inside = tag.local_name().as_ref() == name,
            Event::Text(text) if inside => value.push_str(&text),
            Event::GeneralRef(entity) if inside => value.push_str(&body::entity(&entity)),
            Event::End(tag) if inside && tag.local_name().as_ref() == name => {
                return Some(value.trim().to_owned()).filter(|value| !value.is_empty());
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}
