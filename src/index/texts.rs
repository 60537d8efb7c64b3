//! The texts of a passage as they are encoded, each once. Knows documents and passages; not what encodes them.

use std::collections::HashMap;

use crate::corpus::{Document, Passage, PassageKind};

/// The short header that every passage is encoded with: `document › section. `
pub fn header(document: &Document, passage: &Passage) -> String {
    let inner = passage.heading_path.iter().filter(|h| **h != document.title).map(String::as_str);
    let path: Vec<&str> = std::iter::once(document.title.as_str()).chain(inner).collect();
    format!("{}. ", path.join(" › "))
}

pub fn heading_text(document: &Document, passage: &Passage) -> String {
    if passage.heading_path.is_empty() { document.title.clone() } else { passage.section().to_owned() }
}

/// A sentence as it is encoded; a row with its section, without which its cells say little.
pub fn unit_text(passage: &Passage, unit: usize) -> String {
    match passage.kind {
        PassageKind::Prose | PassageKind::Facts(_) => passage.unit_text(unit),
        PassageKind::Row(_) => format!("{} {}", passage.section(), passage.unit_text(unit)),
    }
}

/// Distinct texts, numbered as they come.
#[derive(Default)]
pub struct TextTable {
    /// The texts.
    pub texts: Vec<String>,
    rows: HashMap<String, usize>,
}

impl TextTable {
    /// The number of a text.
    pub fn row(&mut self, text: String) -> usize {
        *self.rows.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            self.texts.len() - 1
        })
    }
}
