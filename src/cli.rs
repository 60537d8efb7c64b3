//! What can be typed. Knows clap and the contract's flags; what is meant by them is the commands' business.

mod pack;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
pub use pack::{AddPack, Calibrate, CheckFormat, NewPack, PackCommand, PackFile, PromisedRisk};

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
    /// Build a pack anew whenever a file of it changes, and go on with it
    #[arg(long)]
    pub watch: bool,
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
    /// A pack's name or folder; `chat`, `ask` and `route` take several, as in `gdpr,us-tax` [default: us-tax]
    #[arg(short, long, value_name = "PACK")]
    pub pack: Option<String>,
    /// Every pack that can be named; `chat`, `ask` and `route` take the one that a question is for
    #[arg(long, conflicts_with = "pack")]
    pub all: bool,
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
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
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
    /// When deferred, offer to write the question for a person, personal data masked [default FOLDER: `handoffs` in
    /// the state folder]
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = true, conflicts_with = "batch")]
    pub handoff: Option<Option<PathBuf>>,
    /// Write it without asking
    #[arg(long, requires = "handoff")]
    pub yes: bool,
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
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Eval {
    /// A pack's name or folder; a BEIR folder; a `SQuAD` file
    #[arg(required_unless_present = "schema")]
    pub pack: Option<String>,
    /// Cases from this file instead of the pack's own; may be repeated
    #[arg(long, value_name = "FILE", help_heading = "Which cases")]
    pub tests: Vec<PathBuf>,
    /// Only cases of this split
    #[arg(long, help_heading = "Which cases")]
    pub split: Option<String>,
    /// Only cases with this tag; may be repeated
    #[arg(long, help_heading = "Which cases")]
    pub tag: Vec<String>,
    /// Only cases whose id or question holds this
    #[arg(long, value_name = "TEXT", help_heading = "Which cases")]
    pub filter: Option<String>,
    /// Only cases that failed in the pack's last run
    #[arg(long, help_heading = "Which cases")]
    pub failed: bool,
    /// Only so many cases, drawn by the seed
    #[arg(long, value_name = "N", help_heading = "Which cases")]
    pub sample: Option<usize>,
    /// How answers are made
    #[arg(long, value_enum, help_heading = "How they are asked")]
    pub mode: Option<Mode>,
    /// Which retrievers count
    #[arg(long, value_enum, default_value_t, help_heading = "How they are asked")]
    pub retrieval: Retrieval,
    /// A language model by name, `org/repo:QUANT`, or a GGUF file
    #[arg(long, value_name = "MODEL", help_heading = "How they are asked")]
    pub generator: Option<String>,
    /// Ask each case so often, to see whether the answer stays the same
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..), help_heading = "How they are asked")]
    pub repeat: u16,
    /// Ask so many at a time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64), help_heading = "How they are asked")]
    pub jobs: u16,
    /// Seed of every bootstrap and sample
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "How they are asked")]
    pub seed: u64,
    /// Begin anew, also where an earlier run was interrupted
    #[arg(long, help_heading = "How they are asked")]
    pub fresh: bool,
    /// Ask in every mode: extract and generate, each retriever alone and fused, with and without each gate
    #[arg(long, help_heading = "How they are asked")]
    pub compare_modes: bool,
    /// Print only the summary
    #[arg(long, help_heading = "What is made of it")]
    pub summary: bool,
    /// Write the report: `.html`, `.md`, `.json`, `.xml` (`JUnit`) or `.trec` (a run file); may be repeated
    #[arg(short, long, value_name = "FILE", help_heading = "What is made of it")]
    pub output: Vec<PathBuf>,
    /// Compare with an earlier report (`.json`), case by case
    #[arg(long, value_name = "FILE", help_heading = "What is made of it")]
    pub baseline: Option<PathBuf>,
    /// Exit with 100 if a metric is worse than a value, as in `answered_right=0.85`; may be repeated
    #[arg(long, value_name = "METRIC=VALUE", help_heading = "What is made of it")]
    pub fail_under: Vec<String>,
    /// Exit with 100 if more cases than this passed in the baseline and fail now
    #[arg(long, value_name = "N", requires = "baseline", help_heading = "What is made of it")]
    pub max_regressions: Option<usize>,
    /// Print the JSON Schema of a test case or of a report
    #[arg(long, value_enum, value_name = "WHAT", help_heading = "What is made of it")]
    pub schema: Option<EvalSchema>,
}

/// What has a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum EvalSchema {
    /// A line of a test set.
    Case,
    /// A report.
    Report,
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
    /// Show a model's files, sources, and the memory it takes
    Info {
        /// A model's name or path
        model: String,
    },
    /// Check the files of fetched models against their hashes
    Verify {
        /// A model's name [default: every fetched one]
        model: Option<String>,
    },
    /// Measure how fast a language model reads and writes on this machine
    Bench(ModelBench),
}

/// `purview model bench`.
#[derive(Debug, Args)]
pub struct ModelBench {
    /// A language model's name, `org/repo:QUANT`, or path [default: the default one]
    pub model: Option<String>,
    /// Threads that compute [default: one for each core of the processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// Lengths of the prompts, in tokens
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "128,512,2048", value_parser = clap::value_parser!(u32).range(1..))]
    pub prompt_tokens: Vec<u32>,
    /// Tokens that are written after each prompt
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    pub tokens: u32,
    /// Measure each so often
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    pub repeat: u16,
    /// Compute with these instructions instead of the fastest: `avx512-vnni`, `avx2` or `portable`
    #[arg(long, value_name = "NAME")]
    pub kernel: Option<String>,
    /// Print every measurement as JSON
    #[arg(long)]
    pub json: bool,
}
