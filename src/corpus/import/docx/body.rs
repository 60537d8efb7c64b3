//! The text of a Word document: paragraphs, headings by style, lists by numbering, tables.
//! Knows `document.xml`; leaves out what is deleted, hidden behind fields, drawn, or said twice for old readers.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::super::block::{Block, Kind};
use super::super::inline::Inline;
use super::style::{Look, Looks, attribute};

/// A cell spans at most so many columns: more is a mistake (Word allows 63).
const WIDEST: usize = 63;

/// What the document holds.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    pub(super) pictures: usize,
    /// Tracked deletions.
    pub(super) deleted: usize,
    /// Lines of tables of contents.
    pub(super) contents: usize,
}

/// Reads the document part.
pub(super) fn read(text: &str, looks: &Looks) -> Result<Body, String> {
    let mut reader = Reader::from_str(text);
    let mut walk = Walk::new(looks);
    loop {
        match reader.read_event().map_err(|fault| fault.to_string())? {
            Event::Start(tag) => walk.open(&tag, false),
            Event::Empty(tag) => walk.open(&tag, true),
            Event::End(tag) => walk.close(tag.local_name().as_ref()),
            Event::Text(text) => walk.text(&text),
            Event::GeneralRef(entity) => walk.text(&self::entity(&entity)),
            Event::Eof if walk.seen_end => return Ok(walk.body),
            Event::Eof => return Err("the text ends in the middle".to_owned()),
            _ => {}
        }
    }
}

/// `&amp;` and the like, and characters by number.
pub(super) fn entity(entity: &BytesRef) -> String {
    if let Ok(Some(c)) = entity.resolve_char_ref() {
        return c.to_string();
    }
    let name = entity.to_string();
    quick_xml::escape::resolve_predefined_entity(&name).unwrap_or(" ").to_owned()
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<String>>,
    /// Columns that the open cell spans beside its own.
    spans: usize,
}

impl Table {
    /// The open cell.
    fn cell(&mut self) -> Option<&mut String> {
        self.rows.last_mut()?.last_mut()
    }
}

struct Walk<'a> {
    looks: &'a Looks,
    body: Body,
    inline: Inline,
    /// Inside `w:t`, whose characters are text.
    in_text: bool,
    /// Elements open inside one whose text is left out.
    skipping: usize,
    /// The open paragraph's style, list and level.
    style: String,
    list: Option<String>,
    level: u8,
    /// Next number of each list and level.
    next: HashMap<(String, u8), u64>,
    tables: Vec<Table>,
    /// Elements open inside the run's or the paragraph's properties.
    in_properties: usize,
    bold: bool,
    seen_end: bool,
}

impl<'a> Walk<'a> {
    fn new(looks: &'a Looks) -> Self {
        Self {
            looks,
            body: Body::default(),
            inline: Inline::default(),
            in_text: false,
            skipping: 0,
            style: String::new(),
            list: None,
            level: 0,
            next: HashMap::new(),
            tables: Vec::new(),
            in_properties: 0,
            bold: false,
            seen_end: false,
        }
    }

    fn open(&mut self, tag: &BytesStart, empty: bool) {
        let name = tag.local_name();
        let name = name.as_ref();
        if self.skipping > 0 {
            self.skipping += usize::from(!empty);
            return;
        }
        let value = || attribute(tag, "val");
        match name {
            // Old readers' copy of a drawing; deletions; the codes of fields; where moved text was.
            "Fallback" | "del" | "instrText" | "delText" | "moveFrom" => {
                self.body.deleted += usize::from(name == "del");
                self.skipping = usize::from(!empty);
            }
            "drawing" | "pict" => self.body.pictures += 1,
            "t" => self.in_text = !empty,
            "tab" if self.in_properties == 0 => self.inline.push(" "),
            "br" | "cr" => self.inline.push(" "),
            "noBreakHyphen" => self.inline.push("-"),
            "p" => {
                self.flush();
                (self.style, self.list, self.level) = (String::new(), None, 0);
            }
            "pPr" | "rPr" if !empty => self.in_properties += 1,
            "pStyle" => self.style = value().unwrap_or_default(),
            "numId" => self.list = value(),
            "ilvl" => self.level = value().and_then(|level| level.parse().ok()).unwrap_or(0).min(9),
            "b" if self.in_properties > 0 => self.bold = value().is_none_or(|value| value != "0" && value != "false"),
            "r" => (self.bold, self.inline.bolds) = (false, 0),
            "tbl" => {
                self.flush();
                self.tables.push(Table::default());
            }
            "tr" => self.tables.iter_mut().rev().take(1).for_each(|table| table.rows.push(Vec::new())),
            "tc" => self.open_cell(),
            "gridSpan" => {
                let width: usize = value().and_then(|width| width.parse().ok()).unwrap_or(1);
                if let Some(table) = self.tables.last_mut() {
                    table.spans = width.clamp(1, WIDEST) - 1;
                }
            }
            _ => {}
        }
    }

    fn open_cell(&mut self) {
        self.flush();
        if let Some(table) = self.tables.last_mut() {
            table.spans = 0;
            table.rows.iter_mut().rev().take(1).for_each(|row| row.push(String::new()));
        }
    }

    fn close(&mut self, name: &str) {
        if self.skipping > 0 {
            self.skipping -= 1;
            return;
        }
        match name {
            "t" => self.in_text = false,
            "pPr" | "rPr" => {
                self.in_properties = self.in_properties.saturating_sub(1);
                self.inline.bolds = usize::from(self.bold && name == "rPr");
            }
            "p" => self.flush(),
            "tc" => {
                self.flush();
                if let Some(table) = self.tables.last_mut() {
                    let spans = std::mem::take(&mut table.spans);
                    table.rows.iter_mut().rev().take(1).for_each(|row| row.resize(row.len() + spans, String::new()));
                }
            }
            "tbl" => {
                self.flush();
                let rows = self.tables.pop().unwrap_or_default().rows;
                match self.tables.last_mut().and_then(Table::cell) {
                    // A table in a cell is that cell's text.
                    Some(cell) => rows.iter().flatten().for_each(|inner| add(cell, inner)),
                    None => self.end_table(rows),
                }
            }
            "document" => self.seen_end = true,
            _ => {}
        }
    }

    /// A table of one cell frames text.
    fn end_table(&mut self, rows: Vec<Vec<String>>) {
        if rows.len() == 1 && rows[0].len() == 1 {
            self.body.blocks.push(Block::paragraph(&rows[0][0]));
        } else {
            self.body.blocks.extend(Block::table(rows));
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text && self.skipping == 0 {
            self.inline.push(text);
        }
    }

    /// Ends the open paragraph.
    fn flush(&mut self) {
        self.inline.bolds = 0;
        if let Some(cell) = self.tables.last_mut().and_then(Table::cell) {
            let text = self.inline.take_text();
            add(cell, &text);
            return;
        }
        let kind = match self.looks.look(&self.style) {
            Look::Contents => {
                self.body.contents += usize::from(!self.inline.take_text().is_empty());
                return;
            }
            // The title is above the first heading; both are level 1 to the writer.
            Look::Title => Kind::Heading(1),
            Look::Heading(level) => Kind::Heading(level),
            Look::Text => self.item().unwrap_or(Kind::Paragraph),
        };
        let counted = match &kind {
            Kind::Item { number: Some(_), .. } if !self.inline.is_blank() => self.key(),
            _ => None,
        };
        if let Some(key) = counted {
            *self.next.entry(key).or_insert(1) += 1;
        }
        self.body.blocks.extend(self.inline.take(kind));
    }

    fn key(&self) -> Option<(String, u8)> {
        let list = self.list.as_deref().or_else(|| self.looks.list_of(&self.style))?;
        Some((list.to_owned(), self.level))
    }

    fn item(&self) -> Option<Kind> {
        let key = self.key().filter(|(list, _)| list != "0")?;
        let number = self.looks.counts(&key.0, key.1).then(|| self.next.get(&key).copied().unwrap_or(1));
        Some(Kind::Item { depth: self.level, number })
    }
}

fn add(cell: &mut String, text: &str) {
    if !cell.is_empty() && !text.is_empty() {
        cell.push(' ');
    }
    cell.push_str(text);
}
