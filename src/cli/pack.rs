//! What may be typed behind `purview pack`. Shapes and help only.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `purview pack …`.
#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// List the packs that can be named
    List,
    /// Show what a pack is and holds
    Info {
        /// A pack's name or folder
        pack: Option<String>,
    },
    /// Report every problem of a pack
    Check {
        /// A pack's name or folder
        pack: Option<String>,
        /// Warnings count as errors
        #[arg(long)]
        strict: bool,
        /// For people, for programs, or as annotations of a GitHub workflow
        #[arg(long, value_enum, default_value_t)]
        format: CheckFormat,
    },
    /// Build a pack's index
    Build {
        /// A pack's name or folder
        pack: Option<String>,
        /// Go on, and build it anew whenever one of its files is saved
        #[arg(long)]
        watch: bool,
    },
    /// Fit the answer ranker and the gates on a pack's dev cases, and promise what they keep
    Calibrate(Calibrate),
    /// Print the JSON Schema of a pack's file, for editors that complete and check it
    Schema {
        /// Of which file
        #[arg(value_enum)]
        file: PackFile,
    },
    /// Make a new pack, from documents where there are any
    New(NewPack),
    /// Write a pack with its corpora into one file, the same bytes every time
    Package {
        /// A pack's name or folder
        pack: Option<String>,
        /// Where to write [default: `NAME-VERSION.purview` here]
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Add a pack from a file, a folder or an address, after it passed its own exam here
    Add(AddPack),
    /// Remove a pack that was added
    Remove {
        /// The pack's name
        pack: String,
    },
    /// Show what differs between two packs: documents, figures, policy, thresholds, cases
    Diff {
        /// A pack's name, folder or archive
        a: String,
        /// Another one
        b: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// A file of a pack that has a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PackFile {
    /// `domain.toml`.
    Domain,
    /// `router.toml`.
    Router,
    /// `glossary.toml`.
    Glossary,
    /// `tables/*.toml`.
    Table,
    /// `calculators/*.toml`.
    Calculator,
    /// A line of `tests/*.jsonl`.
    Case,
}

/// `purview pack new`.
#[derive(Debug, Args)]
pub struct NewPack {
    /// The new folder, whose name is the pack's
    #[arg(value_name = "NAME")]
    pub folder: PathBuf,
    /// Documents, or folders of them: Markdown, HTML, text, PDF, DOCX, JSONL of {id, title, text, url}; may be repeated
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub from: Vec<PathBuf>,
    /// The language of documents that state none, as a BCP 47 tag
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub lang: String,
    /// What people call the field [default: the name]
    #[arg(long)]
    pub title: Option<String>,
    /// The documents' licence, as an SPDX identifier
    #[arg(long, value_name = "SPDX")]
    pub license: Option<String>,
}

/// `purview pack add`.
#[derive(Debug, Args)]
pub struct AddPack {
    /// An archive, a pack's folder, or the address of an archive
    pub source: String,
    /// Do not ask before it is added
    #[arg(short, long)]
    pub yes: bool,
    /// Add it even though it fails its exam, or cannot sit it
    #[arg(long)]
    pub force: bool,
    /// How many cases its exam has at most, taken at random
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub sample: usize,
}

/// Of what a calibration promises a share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum PromisedRisk {
    /// Questions outside the domain that are answered.
    #[default]
    OutOfDomain,
    /// Answers to what ought not to be answered.
    Answered,
}

/// `purview pack calibrate`.
#[derive(Debug, Args)]
pub struct Calibrate {
    /// A pack's name or folder
    pub pack: Option<String>,
    /// The share of mistakes that is promised
    #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
    pub max_risk: f64,
    /// What the bars are set to keep: the share of questions outside the domain that are answered, or the share of
    /// answers that ought not to be
    #[arg(long, value_enum, default_value_t, value_name = "RISK")]
    pub risk: PromisedRisk,
    /// How surely it is promised
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    pub confidence: f64,
    /// Where to write [default: `calibration.json` in the pack]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Also ask dev cases in every mode, and note which one answers best with the language model in use
    #[arg(long)]
    pub modes: bool,
    /// With `--modes`: how many cases, taken evenly
    #[arg(long, value_name = "N", default_value_t = 120, requires = "modes")]
    pub sample: usize,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum CheckFormat {
    /// With the source lines.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// Workflow commands.
    Github,
}
