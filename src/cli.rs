//! What can be typed. Knows clap and the contract's flags; what is meant by them is the commands' business.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{index::fusion::Retrieval, pack::Mode, settings::Look};

/// Ask a specialist: answers from one narrow domain, quoted and cited, or an honest refusal.
#[derive(Debug, Parser)]
#[command(name = "purview", version, about, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do; without it, a conversation.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// As in `chat`.
    #[command(flatten)]
    pub chat: Chat,
}

/// `purview chat`.
#[derive(Debug, Clone, Args)]
pub struct Chat {
    /// Which pack, and with which models.
    #[command(flatten)]
    pub pack: PackChoice,
    /// Quote, or let the language model write
    #[arg(long, value_enum)]
    pub mode: Option<Mode>,
    /// Line by line, for screen readers and simple terminals
    #[arg(long)]
    pub plain: bool,
    /// Keep nothing of the conversation
    #[arg(long)]
    pub no_save: bool,
    /// How it looks [default: as the terminal's background suggests]
    #[arg(long, value_enum)]
    pub theme: Option<Look>,
}

/// Which pack, and with which models.
#[derive(Debug, Clone, Default, Args)]
pub struct PackChoice {
    /// A pack's name or folder [default: us-tax]
    #[arg(short, long, value_name = "PACK")]
    pub pack: Option<String>,
    /// An encoder by name, or a folder with its files
    #[arg(long, value_name = "MODEL")]
    pub encoder: Option<String>,
    /// A language model by name, `org/repo:QUANT`, or a GGUF file
    #[arg(long, value_name = "MODEL")]
    pub generator: Option<String>,
    /// How passages are found
    #[arg(long, value_enum, default_value_t, hide = true)]
    pub retrieval: Retrieval,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Talk with the specialist
    Chat(Chat),
    /// Ask one question, or a file of them
    Ask(Ask),
    /// Show the passages for a query, without answering
    Search(Search),
    /// Show what would be done with a question, and why
    Route(Route),
    /// Evaluate a pack on its test cases
    Eval(Eval),
    /// Work with packs
    #[command(subcommand)]
    Pack(PackCommand),
    /// Work with models
    #[command(subcommand)]
    Model(ModelCommand),
    /// Check the installation and say what to do
    Doctor,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// `purview ask`.
#[derive(Debug, Args)]
pub struct Ask {
    /// Which pack, and with which models.
    #[command(flatten)]
    pub pack: PackChoice,
    /// Print the whole record as JSON
    #[arg(long)]
    pub json: bool,
    /// Print the answer as it is made
    #[arg(long, conflicts_with = "json")]
    pub stream: bool,
    /// Answer each line of a JSONL file (`-`: standard input), one JSON line each
    #[arg(long, value_name = "FILE", conflicts_with = "question")]
    pub batch: Option<PathBuf>,
    /// Quote, or let the language model write
    #[arg(long, value_enum)]
    pub mode: Option<Mode>,
    /// Exit with 10 when refused, 11 when deferred, 12 when asked back
    #[arg(long)]
    pub exit_code: bool,
    /// The question; standard input is read where it is left out
    pub question: Option<String>,
}

/// `purview search`.
#[derive(Debug, Args)]
pub struct Search {
    /// Which pack, and with which models.
    #[command(flatten)]
    pub pack: PackChoice,
    /// How many passages
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub top: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Search for each line of a JSONL file (`-`: standard input), one JSON line each
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    pub batch: Option<PathBuf>,
    /// The query; standard input is read where it is left out
    pub query: Option<String>,
}

/// `purview route`.
#[derive(Debug, Args)]
pub struct Route {
    /// Which pack, and with which models.
    #[command(flatten)]
    pub pack: PackChoice,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Route each line of a JSONL file (`-`: standard input), one JSON line each
    #[arg(long, value_name = "FILE", conflicts_with = "question")]
    pub batch: Option<PathBuf>,
    /// The question; standard input is read where it is left out
    pub question: Option<String>,
}

/// `purview eval`.
#[derive(Debug, Args)]
pub struct Eval {
    /// A pack's name or folder
    pub pack: String,
    /// Cases from this file instead of the pack's own; may be repeated
    #[arg(long, value_name = "FILE")]
    pub tests: Vec<PathBuf>,
    /// Only cases of this split
    #[arg(long)]
    pub split: Option<String>,
    /// Only cases with this tag; may be repeated
    #[arg(long)]
    pub tag: Vec<String>,
    /// How answers are made
    #[arg(long, value_enum)]
    pub mode: Option<Mode>,
    /// Print only the summary
    #[arg(long)]
    pub summary: bool,
    /// Write every case with its answer as JSON
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Exit with 100 if a metric is below a value, as in `answered_right=0.85`; may be repeated
    #[arg(long, value_name = "METRIC=VALUE")]
    pub fail_under: Vec<String>,
}

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
    },
    /// Fit the answer ranker and the evidence gate on a pack's dev cases
    Calibrate {
        /// A pack's name or folder
        pack: Option<String>,
        /// Where to write [default: `calibration.json` in the pack]
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
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

/// `purview model …`.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// List the known models and whether they are here
    List,
    /// Fetch a model
    Pull {
        /// A model's name [default: both defaults]
        model: Option<String>,
    },
    /// Show a model's files and sources
    Info {
        /// A model's name
        model: String,
    },
    /// Check the files of fetched models against their hashes
    Verify {
        /// A model's name [default: every fetched one]
        model: Option<String>,
    },
}
