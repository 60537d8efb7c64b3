//! How a model wants to be read: what stands before a text, how many tokens count, and how their vectors become one.
//!
//! Sentence-transformers keeps that in files beside `config.json`: `modules.json` lists the steps,
//! `1_Pooling/config.json` says how vectors become one, `sentence_bert_config.json` how many tokens count,
//! `config_sentence_transformers.json` has the prefixes (`prompts`). All may be absent. Knows these files; does not
//! know tokens or weights.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{broken, config::Config, unsupported};
use crate::error::{Error, Result};

/// What the default encoder was trained to read (its `max_seq_length`), and what others are taken to read that do not
/// say.
const MAX_TOKENS: usize = 256;
/// Where sentence-transformers keeps the pooling if `modules.json` does not say.
const POOLING: &str = "1_Pooling";
/// The steps that are done here; length 1 comes last, whether a model lists it or not.
const STEPS: [&str; 3] = ["Transformer", "Pooling", "Normalize"];

/// How the vectors of a text's tokens become the text's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pooling {
    /// Their mean.
    Mean,
    /// That of the first token, which stands for the whole.
    Cls,
}

/// How a model wants to be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub pooling: Pooling,
    /// What stands before a question.
    pub query: String,
    /// What stands before a passage.
    pub passage: String,
    /// The most tokens of a text that count, those that the tokenizer adds included.
    pub limit: usize,
    lower_case: bool,
}

impl Reading {
    /// What the files beside a model's `config.json` say. E5 models want `query: ` and `passage: ` and read as many
    /// tokens as they have positions for; most have no file that says so, and are known by their name.
    pub fn beside(path: &Path, config: &Config) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let family = names(folder, &config.name).iter().find_map(|name| E5::of(name));
        let (pooling, counts_prefix) = pooling(folder)?;
        let (query, passage) = match (prompts(folder)?, family) {
            (Some(stated), _) => stated,
            (None, Some(E5::Plain)) => ("query: ".into(), "passage: ".into()),
            (None, Some(E5::Instructed)) => (E5::INSTRUCTION.into(), String::new()),
            (None, None) => (String::new(), String::new()),
        };
        let has_prefix = !query.is_empty() || !passage.is_empty();
        if has_prefix && !counts_prefix {
            let why = "it leaves the prefix out of the mean (`include_prompt`)";
            return Err(unsupported(
                &folder.join(POOLING).join("config.json"),
                why,
                "prefixes that count are supported",
            ));
        }
        let sentences = folder.join("sentence_bert_config.json");
        let stated: Sentences = json(&sentences)?.unwrap_or_default();
        if stated.max_seq_length == Some(0) {
            return Err(broken(&sentences, &"`max_seq_length` is 0"));
        }
        let usual = if family.is_some() { config.longest() } else { MAX_TOKENS };
        let limit = stated.max_seq_length.unwrap_or(usual).min(config.longest());
        Ok(Self { pooling, query, passage, limit, lower_case: stated.do_lower_case.unwrap_or(false) })
    }

    /// A text as the tokenizer is to see it.
    pub fn prepared<'t>(&self, prefix: &str, text: &'t str) -> Cow<'t, str> {
        let prefixed = if prefix.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(format!("{prefix}{text}")) };
        if self.lower_case { Cow::Owned(prefixed.to_lowercase()) } else { prefixed }
    }

    /// What vectors depend on besides weights: nothing, where a model is read as the default encoder is.
    pub fn mark(&self) -> Option<String> {
        let usual = Self {
            pooling: Pooling::Mean,
            query: String::new(),
            passage: String::new(),
            limit: MAX_TOKENS,
            lower_case: false,
        };
        let Self { pooling, query, passage, limit, lower_case } = self;
        (*self != usual).then(|| format!("{pooling:?} {limit} {lower_case} {query:?} {passage:?}"))
    }
}

/// The E5 models that want something before their texts (Wang et al. 2024, arXiv:2402.05672, and their model cards).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum E5 {
    Plain,
    /// Questions come with a task, passages with nothing.
    Instructed,
}

impl E5 {
    /// The task of looking for passages, in the words of `multilingual-e5-large-instruct`'s card.
    const INSTRUCTION: &str =
        "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ";

    /// The kind that a name like `multilingual-e5-small` says.
    fn of(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let has = |word: &str| name.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
        has("e5").then(|| if has("instruct") { Self::Instructed } else { Self::Plain })
    }
}

/// The names that a model goes by: its folder's, its repository's in the hub's cache
/// (`models--org--name/snapshots/‹commit›`), and the last part of what its configuration has.
fn names(folder: &Path, configured: &str) -> Vec<String> {
    let last = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut names = Vec::new();
    for folder in std::iter::once(folder.to_owned()).chain(folder_itself(folder)) {
        names.extend(last(&folder));
        let above = folder.parent().filter(|above| above.ends_with("snapshots"));
        names.extend(above.and_then(Path::parent).and_then(last));
    }
    names.extend(configured.rsplit(['/', '\\']).find(|part| !part.is_empty()).map(str::to_owned));
    names
}

/// The folder without links and dots.
fn folder_itself(folder: &Path) -> Option<PathBuf> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    folder.canonicalize().ok()
}

/// How vectors become one, and whether a prefix's count.
fn pooling(folder: &Path) -> Result<(Pooling, bool)> {
    let path = folder.join("modules.json");
    let modules: Option<Vec<Module>> = json(&path)?;
    let named = match &modules {
        None => None,
        Some(modules) => {
            if let Some(module) = modules.iter().find(|module| !STEPS.contains(&module.step())) {
                let why = format!("it has the step `{}`", module.kind);
                return Err(unsupported(&path, &why, &format!("{} are supported", STEPS.join(", "))));
            }
            modules.iter().find(|module| module.step() == "Pooling")
        }
    };
    let place = folder.join(named.map_or(POOLING, |module| &module.path)).join("config.json");
    match (json::<Map<String, Value>>(&place)?, named) {
        (Some(stated), _) => {
            Ok((pooling_of(&place, &stated)?, stated.get("include_prompt") != Some(&Value::Bool(false))))
        }
        (None, None) => Ok((Pooling::Mean, true)),
        (None, Some(_)) => Err(Error::ModelBroken {
            message: format!("`{}` is not there, and `{}` names it", place.display(), path.display()),
            hint: Some("it says how a text's vector is made: get it from where the model came from".into()),
        }),
    }
}

/// The pooling of a file that states it as one name, as a list of names, or as one truth value for each.
fn pooling_of(path: &Path, stated: &Map<String, Value>) -> Result<Pooling> {
    let modes: Vec<&str> = match stated.get("pooling_mode") {
        Some(Value::String(mode)) => vec![mode],
        Some(Value::Array(modes)) => modes.iter().map(|mode| mode.as_str().unwrap_or("?")).collect(),
        _ => {
            let set = stated.iter().filter(|(_, value)| **value == Value::Bool(true));
            set.filter_map(|(key, _)| key.strip_prefix("pooling_mode_")).collect()
        }
    };
    match modes[..] {
        [] | ["mean" | "mean_tokens"] => Ok(Pooling::Mean),
        ["cls" | "cls_token"] => Ok(Pooling::Cls),
        _ => {
            let why = format!("its pooling is `{}`", modes.join("` and `"));
            Err(unsupported(path, &why, "`mean` and `cls` are supported"))
        }
    }
}

/// What stands before a question and before a passage, where a file says so. Empty prompts, which sentence-transformers
/// writes for every model, say nothing.
fn prompts(folder: &Path) -> Result<Option<(String, String)>> {
    let path = folder.join("config_sentence_transformers.json");
    let Some(Prompts { prompts, default_prompt_name }) = json(&path)? else { return Ok(None) };
    let prompts = prompts.unwrap_or_default();
    let usual = match &default_prompt_name {
        None => "",
        Some(name) => prompts.get(name).ok_or_else(|| broken(&path, &format!("it has no prompt `{name}`")))?,
    };
    // The names that `encode_query` and `encode_document` look for, in their order.
    let first =
        |names: &[&str]| names.iter().find_map(|name| prompts.get(*name)).map_or(usual, String::as_str).to_owned();
    let (query, passage) = (first(&["query"]), first(&["document", "passage", "corpus"]));
    Ok((!query.is_empty() || !passage.is_empty()).then_some((query, passage)))
}

#[derive(Deserialize)]
struct Module {
    #[serde(default)]
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

impl Module {
    /// The last part of the class's name; what is before it changed over the years.
    fn step(&self) -> &str {
        self.kind.rsplit('.').next().unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Prompts {
    prompts: Option<BTreeMap<String, String>>,
    default_prompt_name: Option<String>,
}

#[derive(Deserialize, Default)]
struct Sentences {
    max_seq_length: Option<usize>,
    do_lower_case: Option<bool>,
}

/// What a file has; nothing, if it is not there.
fn json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    match std::fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map(Some).map_err(|e| broken(path, &e)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::io("read", path)(e)),
    }
}
