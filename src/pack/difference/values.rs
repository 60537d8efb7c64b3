//! Values by their dotted paths, and which of them changed. Knows JSON, and TOML as JSON; no meanings.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

/// A list of more values than this is told by how much of it changed.
const LONG: usize = 8;

/// A value that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// Where it is: `answer.mode`.
    pub path: String,
    /// What became of it.
    #[serde(flatten)]
    pub change: Change,
}

/// What became of a value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Change {
    /// Another value.
    Value {
        /// Before; none where there was none.
        before: Option<Value>,
        /// After; none where there is none.
        after: Option<Value>,
    },
    /// A long list, of which this differs.
    List {
        /// How many values it had.
        length_before: usize,
        /// How many it has.
        length_after: usize,
        /// At how many places another value stands.
        differ: usize,
        /// The largest step of a number.
        largest_step: Option<f64>,
    },
}

/// The values that changed, in order of their paths.
pub fn between(a: &Value, b: &Value) -> Vec<Setting> {
    let (a, b) = (leaves(a), leaves(b));
    let paths: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let pairs = paths.into_iter().map(|path| (path, a.get(path).copied(), b.get(path).copied()));
    let settings =
        pairs.filter(|(_, a, b)| a != b).map(|(path, a, b)| Setting { path: path.clone(), change: change(a, b) });
    settings.collect()
}

/// Those that changed, with the name of the file before their paths.
pub fn between_named(name: &str, a: &Value, b: &Value) -> Vec<Setting> {
    let settings = between(a, b).into_iter();
    settings.map(|setting| Setting { path: format!("{name}.{}", setting.path), ..setting }).collect()
}

/// The same table without these keys.
pub fn without(value: &Value, keys: &[&str]) -> Value {
    let entries = value.as_object().into_iter().flatten().filter(|(key, _)| !keys.contains(&key.as_str()));
    Value::Object(entries.map(|(key, value)| (key.clone(), value.clone())).collect())
}

/// The texts of a list.
pub fn texts<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    value[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The values of a list.
pub fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

/// What a TOML file says, as JSON; a date becomes its text.
pub fn of_toml(bytes: &[u8]) -> Option<Value> {
    let table: toml::Table = toml::from_str(std::str::from_utf8(bytes).ok()?).ok()?;
    Some(json(toml::Value::Table(table)))
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Float(number) => {
            serde_json::Number::from_f64(number).map_or_else(|| number.to_string().into(), Value::Number)
        }
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, v)| (key, json(v))).collect::<Map<_, _>>())
        }
    }
}

fn change(a: Option<&Value>, b: Option<&Value>) -> Change {
    let (Some(Value::Array(old)), Some(Value::Array(new))) = (a, b) else { return as_value(a, b) };
    if old.len().max(new.len()) <= LONG {
        return as_value(a, b);
    }
    let pairs = || old.iter().zip(new).filter(|(old, new)| old != new);
    let steps = pairs().filter_map(|(old, new)| Some((new.as_f64()? - old.as_f64()?).abs()));
    Change::List {
        length_before: old.len(),
        length_after: new.len(),
        differ: pairs().count() + old.len().abs_diff(new.len()),
        largest_step: steps.max_by(f64::total_cmp),
    }
}

fn as_value(a: Option<&Value>, b: Option<&Value>) -> Change {
    Change::Value { before: a.cloned(), after: b.cloned() }
}

/// Everything in a value that is not a table, nor a list of tables.
fn leaves(value: &Value) -> BTreeMap<String, &Value> {
    let mut found = BTreeMap::new();
    enter(value, String::new(), &mut found);
    found
}

fn enter<'v>(value: &'v Value, path: String, found: &mut BTreeMap<String, &'v Value>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let key = if key.contains(['.', '"']) { format!("{key:?}") } else { key.clone() };
                enter(value, below(&key), found);
            }
        }
        Value::Array(values) if values.iter().any(|value| value.is_object() || value.is_array()) => {
            for (at, value) in values.iter().enumerate() {
                enter(value, below(&at.to_string()), found);
            }
        }
        Value::Object(_) if path.is_empty() => {}
        _ => {
            found.insert(path, value);
        }
    }
}
