//! What an evaluation found, as it is written to JSON and read back as a baseline: what produced it, every metric with
//! its n and its interval, the curves behind them, and every case. Shapes only.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of this format.
pub const SCHEMA: u32 = 2;

/// An evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// What produced it.
    pub made: Provenance,
    /// Over all cases, in reading order.
    pub metrics: Vec<Metric>,
    /// How often each outcome (columns: answer, clarify, defer, refuse) came where each was expected (rows, the same).
    /// A case with several right outcomes counts for the one that came, else for its first.
    pub confusion: [[usize; 4]; 4],
    /// Share of questions answered, surest first, and the share of wrong ones among them.
    pub risk_coverage: Vec<RiskPoint>,
    /// How often a gate's probability came true.
    pub reliability: Vec<Reliability>,
    /// Milliseconds of each stage.
    pub latency: Vec<Latency>,
    /// What it took.
    pub resources: Resources,
    /// The same metrics over the cases of a tag or a language.
    pub slices: Vec<Slice>,
    /// Against a baseline.
    pub comparison: Option<Comparison>,
    /// Every case, in the order of the files.
    pub cases: Vec<CaseRecord>,
}

/// What produced a report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// The program's version.
    pub version: String,
    /// `name@version`.
    pub pack: String,
    /// The pack's title.
    pub title: String,
    /// What the numbers depend on, each with its hash: pack, index, scope, calibration, cases, models.
    pub hashes: Vec<(String, String)>,
    /// How answers were made.
    pub mode: String,
    /// Which retrievers counted.
    pub retrieval: String,
    /// The seed of every bootstrap.
    pub seed: u64,
    /// How often each case was asked.
    pub repeat: usize,
    /// The processor's name, and how many of its threads could be used.
    pub processor: String,
    /// Threads that could be used.
    pub threads: usize,
    /// When it began, as RFC 3339 has it.
    pub date: String,
    /// As it was typed.
    pub command: Vec<String>,
}

/// A number with its n and a 95% interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metric {
    /// Its name, as `--fail-under` takes it.
    pub name: String,
    /// What it belongs to: `outcome`, `answer`, `citation`, `retrieval`, `gate`, `time`.
    pub group: String,
    /// What it says, for people.
    pub about: String,
    /// The number.
    pub value: f64,
    /// Cases it was taken over; 0: it has no value, and the rest means nothing.
    pub n: usize,
    /// For a rate: how many of `n`.
    pub hits: Option<usize>,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
    /// Whether more is better.
    pub higher_is_better: bool,
}

/// A point of the risk–coverage curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RiskPoint {
    /// Share of the answerable and unanswerable questions that are answered when everything below `threshold` is not.
    pub coverage: f64,
    /// Share of wrong ones among those answered.
    pub risk: f64,
    /// The least confidence among them.
    pub threshold: f64,
}

/// How often a gate's probability came true.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reliability {
    /// `scope` or `evidence`.
    pub gate: String,
    /// The gate's bar.
    pub bar: Option<f64>,
    /// Ten bins of equal width over [0, 1]; empty ones are left out.
    pub bins: Vec<Bin>,
}

/// Cases of like probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bin {
    /// Their mean probability.
    pub confidence: f64,
    /// The share that was so.
    pub accuracy: f64,
    /// How many there are.
    pub n: usize,
}

/// Milliseconds of a stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Latency {
    /// `route`, `retrieve`, `first_token` or `total`.
    pub stage: String,
    /// Questions.
    pub n: usize,
    /// Median.
    pub p50: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 95th percentile.
    pub p95: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Slowest.
    pub max: f64,
}

/// What an evaluation took; none: not measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resources {
    /// Most memory at one time.
    pub peak_bytes: Option<u64>,
    /// Seconds from the first question to the last answer.
    pub seconds: Option<f64>,
    /// Tokens that a language model wrote a second, median.
    pub tokens_per_second: Option<f64>,
    /// Seconds that were spent on holding what a language model wrote against its sources, for each second of the rest.
    pub verification_share: Option<f64>,
    /// Joules an answer, by the processor's own counters (RAPL).
    pub joules_per_answer: Option<f64>,
}

/// The cases of a tag or a language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Slice {
    /// `tag` or `lang`.
    pub by: String,
    /// Which.
    pub name: String,
    /// Cases.
    pub n: usize,
    /// Over them.
    pub metrics: Vec<Metric>,
}

/// Against a baseline, over the cases that both have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// What produced the baseline.
    pub baseline: Provenance,
    /// Cases that both have.
    pub n: usize,
    /// Metric by metric.
    pub changes: Vec<Change>,
    /// Ids of cases that passed and fail now.
    pub regressions: Vec<String>,
    /// Ids of cases that failed and pass now.
    pub improvements: Vec<String>,
}

/// A metric against its baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The metric.
    pub name: String,
    /// What it was, over the cases that both have.
    pub before: f64,
    /// What it is, over the same.
    pub after: f64,
    /// The 95% interval of the difference.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// How likely a difference this large is by chance: `McNemar`'s exact test for rates, paired bootstrap for means.
    pub p: f64,
    /// Whether more is better.
    pub higher_is_better: bool,
}

/// A case with what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseRecord {
    /// Unique in the report.
    pub id: String,
    /// The earlier questions of the conversation, then the one that was asked.
    pub messages: Vec<String>,
    /// The right outcomes.
    pub expected: Vec<String>,
    /// Whether it came out right in all that it asks for.
    pub passed: bool,
    /// What is to blame: `routing`, `retrieval`, `evidence`, `composing`, `grounding`; none: it passed.
    pub cause: Option<String>,
    /// What is wrong, a line each.
    pub faults: Vec<String>,
    /// Numbers of the case by metric, each in [0, 1] or a count: `exact_match`, `f1`, `rouge_l`, `recall@10`, `mrr@10`…
    pub scores: Vec<(String, f64)>,
    /// Tags of the case.
    pub tags: Vec<String>,
    /// BCP 47 tag.
    pub lang: Option<String>,
    /// `dev` or `test`.
    pub split: Option<String>,
    /// The case's note.
    pub note: Option<String>,
    /// What was wanted, as the case has it (`must_include`, `must_cite`, `number`, `reference`…).
    pub wanted: Value,
    /// The passages that were looked at, best first: `{rank, document, title, section, text, score, bm25, cosine}`.
    pub passages: Vec<Value>,
    /// The answer, as `ask --json` prints it: `outcome`, `reason`, `text`, `citations` (each with `marker`, `document`,
    /// `title`, `section`, `quote`), `findings` (each with `signal`, `value`, `bar`, `note`), `timings_ms`…
    pub answer: Value,
}
