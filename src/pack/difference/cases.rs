//! Test cases that came, went and changed, whatever file they are in. Knows their ids and fields, not what they ask for.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Changes, Named, changes,
    side::{Kind, Side},
    values,
};

/// A case that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseChange {
    /// Its id.
    pub id: String,
    /// Which of its fields; `file` where it is in another.
    pub fields: Vec<String>,
}

/// The cases of two packs.
pub fn between(a: &Side, b: &Side) -> Changes<CaseChange> {
    changes(&by_id(a), &by_id(b), |id, old, new| {
        let mut fields: Vec<String> = values::between(old, new).into_iter().map(|setting| top(&setting.path)).collect();
        fields.dedup();
        CaseChange { id: id.to_owned(), fields }
    })
}

/// Whether the cases of a file say that it differs.
pub fn is_told(path: &str, a: &Side, b: &Side) -> bool {
    let cases = |side: &Side| read(side.all(Kind::Cases).filter(|(file, _)| *file == path));
    cases(a) != cases(b)
}

fn top(path: &str) -> String {
    path.split('.').next().unwrap_or(path).to_owned()
}

fn by_id(side: &Side) -> BTreeMap<String, Value> {
    read(side.all(Kind::Cases))
}

/// The cases of files by id; a line without one by its text.
fn read<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>) -> BTreeMap<String, Value> {
    let mut cases = Named::new();
    for (path, bytes) in files {
        let text = String::from_utf8_lossy(bytes);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let case = serde_json::from_str(line).ok().filter(Value::is_object);
            let mut case = case.unwrap_or_else(|| json!({ "line": line }));
            let id = case["id"].as_str().map_or_else(|| line.to_owned(), str::to_owned);
            case["file"] = path.into();
            cases.insert(id, case);
        }
    }
    cases.things
}
