//! What a check of a pack can find: a stable code, how grave it is, and the problem with its place.

use std::fmt;

use crate::error::{Place, Problem};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The pack cannot be trusted to work, or cannot be opened at all.
    Error,
    /// The pack works, and something is lost or about to be.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// Declares the lints with their codes. A code is part of the interface: it is never renamed, nor given a new meaning.
macro_rules! lints {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// What was looked for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Lint {
            $($(#[$doc])* $name,)*
        }

        impl Lint {
            /// The code by which people and programs name the lint.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

lints! {
    /// A file or folder that cannot be read.
    Unreadable = "unreadable",
    /// There is no `domain.toml`.
    MissingManifest = "missing-manifest",
    /// Not TOML.
    Syntax = "syntax",
    /// A key that the format does not have.
    UnknownKey = "unknown-key",
    /// A key that the format requires.
    MissingKey = "missing-key",
    /// A value of another kind than the format has.
    InvalidValue = "invalid-value",
    /// A `schema` that this version does not read.
    UnknownSchema = "unknown-schema",
    /// `corpora` is empty.
    NoCorpus = "no-corpus",
    /// A corpus that is no folder at a relative path.
    InvalidCorpus = "invalid-corpus",
    /// A corpus that is neither in the pack nor in a folder `corpora` beside the packs.
    CorpusOutside = "corpus-outside",
    /// A pack that is extended and cannot be had.
    InvalidBase = "invalid-base",
    /// A name that is not the folder's.
    NameNotFolder = "name-not-folder",
    /// A version that is not semantic.
    VersionNotSemver = "version-not-semver",
    /// A pack without a licence.
    MissingLicense = "missing-license",
    /// `languages` is empty.
    NoLanguages = "no-languages",
    /// A date that is not ISO 8601.
    InvalidDate = "invalid-date",
    /// `[scope]` lists nothing.
    EmptyScope = "empty-scope",
    /// A rule without anything that fires it.
    RuleNeverFires = "rule-never-fires",
    /// A rule's id that is taken.
    DuplicateRule = "duplicate-rule",
    /// A slot whose values and default do not fit its kind.
    InvalidSlot = "invalid-slot",
    /// A topic without questions.
    EmptyTopic = "empty-topic",
    /// An example question that stands twice.
    DuplicateQuestion = "duplicate-question",
    /// An example question that is both inside and near.
    ContradictingQuestion = "contradicting-question",
    /// Too few near misses to learn the border from.
    FewNearTopics = "few-near-topics",
    /// A term that stands twice.
    DuplicateTerm = "duplicate-term",
    /// A term or phrase of which the analysis leaves nothing.
    EmptyTerm = "empty-term",
    /// A table that does not parse, or that contradicts itself.
    InvalidTable = "invalid-table",
    /// A table whose document does not exist.
    DanglingTable = "dangling-table",
    /// A table's row whose figures do not stand in its document.
    UnstatedFigure = "unstated-figure",
    /// A calculator that does not parse, or cannot be worked out.
    InvalidCalculator = "invalid-calculator",
    /// A calculator's example that does not come to its result.
    WrongExample = "wrong-example",
    /// A calculator that names a document that does not exist.
    DanglingCalculator = "dangling-calculator",
    /// A document that does not parse.
    InvalidDocument = "invalid-document",
    /// A corpus without documents.
    NoDocuments = "no-documents",
    /// A document's id that is taken.
    DuplicateDocument = "duplicate-document",
    /// The same text in two passages.
    DuplicatePassage = "duplicate-passage",
    /// A document without an address.
    DocumentWithoutUrl = "document-without-url",
    /// A document without a licence.
    DocumentWithoutLicense = "document-without-license",
    /// A document that held only before the pack's date.
    ExpiredDocument = "expired-document",
    /// No test cases.
    NoCases = "no-cases",
    /// A line that is no case.
    InvalidCase = "invalid-case",
    /// A case's id that is taken.
    DuplicateCase = "duplicate-case",
    /// A case that cites a document that does not exist.
    DanglingCitation = "dangling-citation",
    /// A test question that the router was taught.
    LeakedQuestion = "leaked-question",
    /// A question in both splits.
    SharedQuestion = "shared-question",
    /// A split that is neither `dev` nor `test`.
    UnknownSplit = "unknown-split",
    /// Too few cases that must not be answered to say how often they are.
    FewRefusals = "few-refusals",
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where, what, and the next step.
    pub problem: Problem,
    /// How grave it is.
    pub severity: Severity,
    /// What was looked for.
    pub lint: Lint,
}

impl Finding {
    /// An error.
    pub fn error(lint: Lint, place: Place, message: impl Into<String>) -> Self {
        Self { problem: Problem::new(place, message), severity: Severity::Error, lint }
    }

    /// A warning.
    pub fn warning(lint: Lint, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(lint, place, message) }
    }

    /// A problem that other code found, as an error.
    pub fn of(lint: Lint, problem: Problem) -> Self {
        Self { problem, severity: Severity::Error, lint }
    }

    /// The same finding with the next step.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { problem: self.problem.hint(hint), ..self }
    }
}
