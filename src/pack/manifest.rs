//! The files of a pack as they are written: `domain.toml`, `router.toml`, `glossary.toml`.
//! Shapes only. Unknown keys are errors with line, column and a suggestion.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use crate::{
    error::{Place, Problem},
    router::{Examples, Rule},
};

/// `domain.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format; 1.
    pub schema: u32,
    /// Folders of documents, relative to the pack.
    #[serde(default)]
    pub corpora: Vec<String>,
    /// What the pack is.
    pub pack: About,
    /// Short descriptions of what is inside and outside.
    #[serde(default)]
    pub scope: ScopeText,
    /// How passages are found.
    #[serde(default)]
    pub retrieval: RetrievalOptions,
    /// Which models suit the pack.
    #[serde(default)]
    pub models: ModelHints,
    /// How answers are made.
    #[serde(default)]
    pub answer: AnswerOptions,
    /// Facts that change answers.
    #[serde(default)]
    pub slots: BTreeMap<String, Slot>,
    /// Questions to be refused whatever the corpus says.
    #[serde(default)]
    pub refuse: Vec<Rule>,
    /// Questions for a person.
    #[serde(default)]
    pub defer: Vec<Rule>,
    /// What is said beside answers.
    pub disclaimer: Option<Disclaimer>,
}

/// `[pack]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The folder's name.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// What people call the field.
    pub title: String,
    /// One or two sentences.
    #[serde(default)]
    pub description: String,
    /// BCP 47 tags.
    #[serde(default)]
    pub languages: Vec<String>,
    /// SPDX identifier.
    pub license: Option<String>,
    /// The date up to which the facts were checked.
    pub as_of: Option<String>,
    /// Who wrote it.
    #[serde(default)]
    pub authors: Vec<String>,
}

/// `[scope]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScopeText {
    /// What the pack answers.
    #[serde(rename = "in")]
    pub inside: Vec<String>,
    /// What is near and not answered.
    #[serde(rename = "out")]
    pub outside: Vec<String>,
}

/// `[retrieval]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetrievalOptions {
    /// Only documents of this jurisdiction, and those that name none.
    pub jurisdiction: Option<String>,
}

/// `[models]`: hints; the user's choice wins.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ModelHints {
    /// A catalogue name.
    pub encoder: Option<String>,
    /// A catalogue name.
    pub generator: Option<String>,
}

/// How an answer is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// What was measured to be best: today, quoting.
    #[default]
    Auto,
    /// Quote sentences and table rows.
    Extract,
    /// Let the language model write.
    Generate,
}

/// `[answer]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AnswerOptions {
    /// How an answer is made.
    pub mode: Mode,
}

/// `[slots.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// What it holds.
    pub kind: SlotKind,
    /// The value that is used, and stated, when the question names none.
    pub default: Option<String>,
    /// For a choice: each value with the ways people say it.
    #[serde(default)]
    pub values: BTreeMap<String, Vec<String>>,
}

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlotKind {
    /// A year, read from the question; passages of other years are left out.
    Year,
    /// One of a few values.
    Choice,
}

/// `[disclaimer]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclaimer {
    /// What is said.
    pub text: String,
}

/// `glossary.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Glossary {
    /// Words and what else they are called.
    #[serde(default)]
    pub term: Vec<Term>,
}

/// `[[term]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// As the documents call it.
    pub term: String,
    /// As people may call it.
    pub also: Vec<String>,
}

/// Parses one of the pack's TOML files.
///
/// # Errors
/// The fault with its line and column; for an unknown key, the known key that is nearest.
pub fn parse<T: serde::de::DeserializeOwned>(path: &Path, text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|e| {
        let place = Place::at(path, text, e.span().map_or(0, |s| s.start));
        let problem = Problem::new(place, e.message().to_owned());
        match nearest_key(e.message()) {
            Some(key) => problem.hint(format!("did you mean `{key}`?")),
            None => problem,
        }
    })
}

/// From ``unknown field `a`, expected one of `b`, `c` ``: whichever of `b` and `c` is nearest to `a`.
fn nearest_key(message: &str) -> Option<String> {
    let quoted: Vec<&str> = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2).collect();
    let (unknown, known) = quoted.split_first()?;
    let scored = known.iter().map(|key| (strsim::jaro_winkler(unknown, key), *key));
    let (score, key) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score > 0.7).then(|| key.to_owned())
}

/// `router.toml`.
///
/// # Errors
/// As [`parse`].
pub fn examples(path: &Path, text: &str) -> Result<Examples, Problem> {
    parse(path, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_placed_and_the_nearest_one_suggested() {
        let text = "schema = 1\ncorpora = []\n[pack]\nname = \"a\"\nversion = \"1.0.0\"\ntitel = \"A\"\n";
        let problem = parse::<Manifest>(Path::new("domain.toml"), text).unwrap_err();
        assert_eq!(problem.place.to_string(), "domain.toml:6:1");
        assert_eq!(problem.hint.as_deref(), Some("did you mean `title`?"));
    }
}
