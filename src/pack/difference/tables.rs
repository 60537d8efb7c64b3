//! Tables that came, went and changed, row by row. Knows what their columns are; does not check them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Changes, Figures, Setting, Texts, changes, figures,
    side::{Kind, Side},
    values,
};

/// A table that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableChange {
    /// Its id: the file's name.
    pub id: String,
    /// Its rows, as `COLUMN VALUE, …`.
    pub rows: Texts,
    /// The figures of its rows.
    pub figures: Figures,
    /// Everything else that it says.
    pub settings: Vec<Setting>,
}

/// The tables of two packs.
pub fn between(a: &Side, b: &Side) -> Changes<TableChange> {
    changes(&by_id(a), &by_id(b), |id, old, new| {
        let [old, new] = [old, new].map(|bytes| values::of_toml(bytes).unwrap_or_else(|| json!({})));
        let [(old_rows, old_figures), (new_rows, new_figures)] = [rows(&old), rows(&new)];
        TableChange {
            id: id.to_owned(),
            rows: Texts::between(&old_rows, &new_rows),
            figures: Figures::between(&old_figures, &new_figures),
            settings: values::between(&values::without(&old, &["rows"]), &values::without(&new, &["rows"])),
        }
    })
}

fn by_id<'t>(side: &Side<'t>) -> BTreeMap<String, &'t [u8]> {
    let id = |path: &str| path.trim_start_matches("tables/").trim_end_matches(".toml").to_owned();
    side.all(Kind::Table).map(|(path, bytes)| (id(path), bytes)).collect()
}

/// The rows of a table as texts, and all their figures.
fn rows(table: &Value) -> (Vec<String>, Vec<String>) {
    let (mut texts, mut figures) = (Vec::new(), Vec::new());
    for row in values::list(table, "rows").filter_map(Value::as_object) {
        let cells: BTreeMap<&String, &Value> = row.iter().collect();
        let mut told = Vec::new();
        for (column, cell) in cells {
            let kind = table["columns"][column]["type"].as_str().unwrap_or_default();
            let each: Vec<String> = match cell {
                Value::Array(cells) => cells.iter().map(|cell| text(cell, kind)).collect(),
                cell => vec![text(cell, kind)],
            };
            match kind {
                "year" | "money" | "percent" | "number" | "date" => figures.extend(each.iter().cloned()),
                _ => figures.extend(each.iter().flat_map(|text| figures::figures(text))),
            }
            told.push(format!("{column} {}", each.join(" | ")));
        }
        texts.push(told.join(", "));
    }
    (texts, figures)
}

/// A cell, as its column has it.
fn text(cell: &Value, kind: &str) -> String {
    let plain = cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
    let is_number = plain.parse::<f64>().is_ok();
    match kind {
        "money" if is_number => format!("${}", grouped(&plain)),
        "percent" if is_number => format!("{plain}%"),
        "number" if is_number => grouped(&plain),
        _ => plain,
    }
}

/// A number with its thousands set apart.
fn grouped(number: &str) -> String {
    let (whole, fraction) = number.split_at(number.find('.').unwrap_or(number.len()));
    let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut text = String::from(sign);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
}
