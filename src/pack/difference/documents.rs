//! Documents that came, went and changed. Knows lines, figures and front matter; does not compare meanings.

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;
use serde_json::Value;

use super::{
    Changes, Figures, Named, Setting, changes, figures,
    side::{Kind, Side},
    surplus, values,
};
use crate::corpus::Document;

/// A document that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DocumentChange {
    /// Its id.
    pub id: String,
    /// How many of its lines.
    pub lines: Lines,
    /// Figures of its body.
    pub figures: Figures,
    /// Values of its front matter, and its `file`.
    pub fields: Vec<Setting>,
}

/// Lines that came and went. A line that only moved counts for neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Lines {
    /// Only in the second text.
    pub added: usize,
    /// Only in the first text.
    pub removed: usize,
}

#[derive(PartialEq)]
struct Text<'t> {
    bytes: &'t [u8],
    body: String,
    fields: Value,
}

/// The documents of two packs.
pub fn between(a: &Side, b: &Side) -> Changes<DocumentChange> {
    changes(&by_id(a), &by_id(b), |id, old, new| DocumentChange {
        id: id.to_owned(),
        lines: lines(old.bytes, new.bytes),
        figures: Figures::between(&figures::figures(&old.body), &figures::figures(&new.body)),
        fields: values::between(&old.fields, &new.fields),
    })
}

fn by_id<'t>(side: &Side<'t>) -> BTreeMap<String, Text<'t>> {
    let mut documents = Named::new();
    for (path, bytes) in side.all(Kind::Document) {
        let (id, body, mut fields) = match Document::parse(Path::new(path), bytes) {
            Ok(document) => (document.id.clone(), document.body.clone(), fields(&document)),
            // What cannot be read as a document is compared as a text.
            Err(_) => (stem(path), String::from_utf8_lossy(bytes).into_owned(), Value::Object(serde_json::Map::new())),
        };
        fields["file"] = path.into();
        documents.insert(id, Text { bytes, body, fields });
    }
    documents.things
}

/// The front matter, with its defaults.
fn fields(document: &Document) -> Value {
    let all = serde_json::to_value(document).expect("a document is texts, years and dates");
    values::without(&all, &["id", "body", "path", "lines_before_body"])
}

fn stem(path: &str) -> String {
    Path::new(path).file_stem().map_or_else(|| path.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

fn lines(a: &[u8], b: &[u8]) -> Lines {
    let [a, b] = [a, b].map(String::from_utf8_lossy);
    let [a, b] = [&a, &b].map(|text| text.split('\n').collect::<Vec<_>>());
    Lines { added: surplus(&a, &b).len(), removed: surplus(&b, &a).len() }
}
