//! Decides what to do with a question before anything is answered: is it in the domain, does a policy rule
//! apply, is there evidence. Knows the index and vectors; does not know where packs lie or how answers read.

pub mod background;
pub mod calculation;
pub mod certify;
pub mod evidence;
pub mod grams;
pub mod logistic;
pub mod parts;
pub mod platt;
pub mod policy;
pub mod scope;
pub mod slots;
pub mod softmax;

use serde::{Deserialize, Serialize};

pub use scope::{Scope, ScopeModel};

/// `router.toml`: example questions by what is to be done with them.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// Questions that the pack is for.
    #[serde(default, rename = "in")]
    pub inside: Vec<Topic>,
    /// Questions that look like the pack's and are not.
    #[serde(default)]
    pub near: Vec<Topic>,
    /// Whether the topics of `in` are all that the pack answers, whatever else its corpus says.
    #[serde(default)]
    pub closed: bool,
}

/// Example questions about one thing.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// What they are about.
    pub topic: String,
    /// Who can help with it, for a near miss.
    pub instead: Option<String>,
    /// As people ask.
    pub questions: Vec<String>,
}

/// A policy rule of a pack: `[[refuse]]` or `[[defer]]`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Names the rule in the reason of an answer.
    pub id: String,
    /// Questions of this meaning; compared by the encoder.
    #[serde(default)]
    pub when: Vec<String>,
    /// Phrases any of which fires the rule, as index terms in a row.
    #[serde(default)]
    pub any: Vec<String>,
    /// What is said.
    pub message: String,
    /// Where to turn to.
    pub contact: Option<String>,
}

/// A signal that was looked at, and the bar it was held against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What was measured.
    pub signal: String,
    /// What it was.
    pub value: f32,
    /// What it had to reach; none: it was looked at and decided nothing by itself.
    pub bar: Option<f32>,
    /// The nearest example or the word that mattered, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What comes of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is answered.
    Answer,
    /// It is asked back about.
    Clarify,
    /// It is left to the corpus's limits or to a person.
    Defer,
    /// It is refused.
    Refuse,
}

impl Outcome {
    /// The contract's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify => "clarify",
            Self::Defer => "defer",
            Self::Refuse => "refuse",
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a question is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Not the pack's field.
    OutOfScope,
    /// The pack's field, and the corpus does not say.
    NoEvidence,
    /// What was written had no support.
    Unsupported,
    /// A rule of the pack.
    Policy(String),
    /// A fact that decides is missing.
    Missing(String),
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OutOfScope => f.write_str("out_of_scope"),
            Self::NoEvidence => f.write_str("no_evidence"),
            Self::Unsupported => f.write_str("unsupported"),
            Self::Policy(id) => write!(f, "policy:{id}"),
            Self::Missing(slot) => write!(f, "missing:{slot}"),
        }
    }
}

/// What to do with a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Answer it.
    Answer,
    /// Ask back.
    Clarify(Reason),
    /// Say that the corpus or a person has to decide.
    Defer(Reason),
    /// Say that it is not for this pack.
    Refuse(Reason),
}

impl Decision {
    /// What comes of it.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Answer => Outcome::Answer,
            Self::Clarify(_) => Outcome::Clarify,
            Self::Defer(_) => Outcome::Defer,
            Self::Refuse(_) => Outcome::Refuse,
        }
    }

    /// Why, unless it is an answer.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Answer => None,
            Self::Clarify(reason) | Self::Defer(reason) | Self::Refuse(reason) => Some(reason),
        }
    }
}

/// A decision and everything that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// What to do.
    pub decision: Decision,
    /// The signals, in the order they were looked at.
    pub findings: Vec<Finding>,
}
