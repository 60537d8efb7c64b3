//! The files of a pack as they are written: `domain.toml`, `glossary.toml`. Shapes only.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{corpus::facts::Choices, router::Rule};

/// `domain.toml`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format; 1.
    pub schema: u32,
    /// The name of a pack that this one adds to: what is not said here is as it says.
    pub extends: Option<String>,
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

impl Manifest {
    /// The slots that hold one of a few values.
    pub fn choices(&self) -> Choices {
        let choices = self.slots.iter().filter(|(_, slot)| slot.kind == SlotKind::Choice);
        choices.map(|(name, slot)| (name.clone(), slot.values.clone())).collect()
    }
}

/// `[pack]`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RetrievalOptions {
    /// Only documents of this jurisdiction, and those that name none.
    pub jurisdiction: Option<String>,
}

/// `[models]`: hints; the user's choice wins.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ModelHints {
    /// A catalogue name.
    pub encoder: Option<String>,
    /// A catalogue name.
    pub generator: Option<String>,
}

/// How an answer is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, clap::ValueEnum, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// What `purview pack calibrate --modes` found to be best with the language model in use; quoting, where that was not
    /// measured.
    #[default]
    Auto,
    /// Quote sentences and table rows.
    Extract,
    /// Let the language model write.
    Generate,
    /// Let the language model choose what to quote.
    Quote,
}

impl Mode {
    /// Whether a language model takes part.
    pub fn generates(self) -> bool {
        matches!(self, Self::Generate | Self::Quote)
    }
}

/// `[answer]`.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AnswerOptions {
    /// How an answer is made.
    pub mode: Mode,
}

/// `[slots.NAME]`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// What it holds.
    pub kind: SlotKind,
    /// The value that is used, and stated, when the question names none.
    pub default: Option<String>,
    /// For a choice without a default: how it is asked for, where the evidence differs by it.
    pub ask: Option<String>,
    /// For a choice: each value with the ways people say it.
    #[serde(default)]
    pub values: BTreeMap<String, Vec<String>>,
}

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SlotKind {
    /// A year, read from the question; passages of other years are left out.
    Year,
    /// One of a few values.
    Choice,
}

/// `[disclaimer]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disclaimer {
    /// What is said.
    pub text: String,
    /// When it is said.
    #[serde(default)]
    pub when: When,
}

impl Disclaimer {
    /// What is said below an answer, which may be the first of its conversation.
    pub fn below(&self, is_first: bool) -> Option<&str> {
        let is_said = match self.when {
            When::First => is_first,
            When::Always => true,
            When::Never => false,
        };
        is_said.then_some(self.text.as_str())
    }
}

/// When a disclaimer is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Below the first answer of a conversation.
    #[default]
    First,
    /// Below every answer.
    Always,
    /// Nowhere.
    Never,
}

/// `glossary.toml`.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Glossary {
    /// Words and what else they are called.
    #[serde(default)]
    pub term: Vec<Term>,
}

/// `[[term]]`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// As the documents call it.
    pub term: String,
    /// As people may call it.
    pub also: Vec<String>,
}
