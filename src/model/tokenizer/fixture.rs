//! Vocabularies and texts for tests, with the tokens that the reference implementations make of them: as much of
//! `tests/reference/tokenizer.json` as a test asks for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::super::checkpoint::Value;

/// Texts and their tokens.
pub(in crate::model) type Cases = Vec<(String, Vec<u32>)>;

fn reference(part: &str) -> Json {
    let file: Json = serde_json::from_str(include_str!("../../../tests/reference/tokenizer.json")).unwrap();
    file[part].clone()
}

fn read<T: DeserializeOwned>(value: &Json) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

pub(in crate::model) fn texts(values: impl IntoIterator<Item = impl Into<String>>) -> Value {
    Value::Array(values.into_iter().map(|value| Value::String(value.into())).collect())
}

/// A byte-level tokenizer's metadata.
pub(in crate::model) fn gpt2(pre: &str, tokens: Vec<String>, kinds: Vec<i32>, merges: Value) -> HashMap<String, Value> {
    let kinds = kinds.into_iter().map(Value::I32).collect();
    let entries = [
        ("model", Value::String("gpt2".into())),
        ("pre", Value::String(pre.into())),
        ("tokens", texts(tokens)),
        ("token_type", Value::Array(kinds)),
        ("merges", merges),
        ("bos_token_id", Value::U32(1)),
        ("eos_token_id", Value::U32(2)),
    ];
    entries.into_iter().map(|(key, value)| (format!("tokenizer.ggml.{key}"), value)).collect()
}

/// `SmolLM2`'s tokenizer with its real ids; tokens that the cases cannot use are marked as unused.
pub(in crate::model) fn smollm2_metadata() -> HashMap<String, Value> {
    let fixture = reference("smollm2");
    let size: usize = read(&fixture["size"]);
    let mut tokens: Vec<String> = (0..size).map(|id| format!("[UNUSED{id}]")).collect();
    let mut kinds = vec![5; size];
    for (token, id) in read::<BTreeMap<String, usize>>(&fixture["tokens"]) {
        tokens[id] = token;
        kinds[id] = 1;
    }
    for id in read::<Vec<usize>>(&fixture["control"]) {
        kinds[id] = 3;
    }
    gpt2("smollm", tokens, kinds, texts(read::<Vec<String>>(&fixture["merges"])))
}

pub(in crate::model) fn smollm2_cases() -> Cases {
    read(&reference("smollm2")["cases"])
}

/// A vocabulary whose tokens show where a text is cut, with a pre-tokenizer.
pub(super) fn cuts_metadata(pre: &str) -> HashMap<String, Value> {
    let fixture = reference("cuts");
    let mut tokens: Vec<String> = read(&fixture["alphabet"]);
    let merges: Vec<String> = read(&fixture["merges"]);
    let mut known: BTreeSet<String> = tokens.iter().cloned().collect();
    tokens.extend(merges.iter().map(|merge| merge.replace(' ', "")).filter(|token| known.insert(token.clone())));
    let kinds = vec![1; tokens.len()];
    gpt2(pre, tokens, kinds, texts(merges))
}

/// Each pre-tokenizer's cases with that vocabulary.
pub(super) fn cuts() -> BTreeMap<String, Cases> {
    let mut cuts: BTreeMap<String, Cases> = BTreeMap::new();
    for case in reference("cuts")["cases"].as_array().unwrap() {
        for same in case["ids"].as_array().unwrap() {
            for pre in read::<Vec<String>>(&same["pre"]) {
                cuts.entry(pre).or_default().push((read(&case["text"]), read(&same["ids"])));
            }
        }
    }
    cuts
}

/// Which pre-tokenizers have prompts begin with a token of their own.
pub(super) fn writes_bos() -> BTreeMap<String, bool> {
    read(&reference("cuts")["writes_bos"])
}

/// Llama 2's tokenizer, and what families that build on it add.
pub(super) struct Family {
    pub(super) name: String,
    pub(super) metadata: HashMap<String, Value>,
    pub(super) space_prefix: bool,
    pub(super) writes_bos: bool,
    pub(super) cases: Cases,
    /// Texts in which every special token is the template's.
    pub(super) prompts: Cases,
    pub(super) ends: BTreeSet<u32>,
}

pub(super) fn families() -> Vec<Family> {
    let fixture = reference("pieces");
    fixture["families"].as_array().unwrap().iter().map(|family| read_family(&fixture, family)).collect()
}

fn read_family(fixture: &Json, family: &Json) -> Family {
    let size: usize = read(&fixture["size"]);
    let mut tokens: Vec<(String, f32, i32)> = (0..size).map(|id| (format!("[UNUSED{id}]"), 0.0, 5)).collect();
    for (id, text, score, kind) in read::<Vec<(usize, String, f32, i32)>>(&fixture["tokens"]) {
        tokens[id] = (text, score, kind);
    }
    let extra: Vec<(String, i32)> = read(&family["extra"]);
    tokens.extend(extra.into_iter().map(|(text, kind)| (text, -1000.0, kind)));
    let space_prefix: Option<bool> = read(&family["space_prefix"]);
    let mut metadata = HashMap::from([
        ("general.name".to_owned(), Value::String(read(&family["title"]))),
        ("tokenizer.ggml.model".to_owned(), Value::String("llama".into())),
        ("tokenizer.ggml.tokens".to_owned(), texts(tokens.iter().map(|(text, _, _)| text.as_str()))),
        ("tokenizer.ggml.scores".to_owned(), Value::Array(tokens.iter().map(|token| Value::F32(token.1)).collect())),
        (
            "tokenizer.ggml.token_type".to_owned(),
            Value::Array(tokens.iter().map(|token| Value::I32(token.2)).collect()),
        ),
    ]);
    metadata.extend(space_prefix.map(|flag| ("tokenizer.ggml.add_space_prefix".to_owned(), Value::Bool(flag))));
    Family {
        name: read(&family["name"]),
        metadata,
        space_prefix: space_prefix.unwrap_or(true),
        writes_bos: read(&family["writes_bos"]),
        cases: read(&family["cases"]),
        prompts: read(&family["prompts"]),
        ends: read(&family["ends"]),
    }
}

/// Names of tokens, and which of them end a turn.
pub(super) fn ends() -> Vec<(Vec<String>, Vec<String>)> {
    let read = |case: &Json| (read(&case["names"]), read(&case["ends"]));
    reference("ends").as_array().unwrap().iter().map(read).collect()
}

/// Small `tokenizer.json` files with texts and prompts.
pub(super) fn files() -> Vec<(String, Json, Cases, Cases)> {
    let read = |file: &Json| (read(&file["name"]), file["file"].clone(), read(&file["cases"]), read(&file["prompts"]));
    reference("files").as_array().unwrap().iter().map(read).collect()
}
