//! The same cases in every mode, in one table: what each part is worth.

use super::{asked::Run, data, summed};
use crate::{
    error::Result,
    index::fusion::Retrieval,
    pack::Mode,
    specialist::{Gates, Options},
};

/// What the table shows.
const COLUMNS: [&str; 7] =
    ["passed", "answered_right", "false_answers", "false_refusals", "recall@10", "mrr@10", "cited_right"];

/// Asks in every mode, and prints the table.
pub fn compare(run: &Run) -> Result<()> {
    let extract = Options { mode: Some(Mode::Extract), ..Options::default() };
    let gates = |scope, evidence| Options { gates: Gates { scope, evidence }, ..extract.clone() };
    let modes = [
        ("extract, fused, both gates", extract.clone()),
        ("BM25 alone", Options { retrieval: Retrieval::Lexical, ..extract.clone() }),
        ("vectors alone", Options { retrieval: Retrieval::Dense, ..extract.clone() }),
        ("without the scope gate", gates(false, true)),
        ("without the evidence gate", gates(true, false)),
        ("without either gate", gates(false, false)),
        ("generate", Options { mode: Some(Mode::Generate), ..extract }),
        ("quote", Options { mode: Some(Mode::Quote), ..extract }),
    ];
    let names = COLUMNS.map(|name| format!("{name:>15}")).concat();
    data(&format!("{:<28}{names}{:>12}   n = {}", "", "median ms", run.cases.len()))?;
    for (name, options) in modes {
        let run = Run { options, ..run.clone() };
        let (records, made, resources) = run.ask()?;
        let report = summed(records, made, resources, run.seed);
        let value = |name: &str| report.metrics.iter().find(|metric| metric.name == name).map(|metric| metric.value);
        let cells = COLUMNS.map(|name| value(name).map_or_else(|| format!("{:>15}", "–"), |v| format!("{v:>15.3}")));
        let median = report.latency.iter().find(|latency| latency.stage == "total").map_or(0.0, |latency| latency.p50);
        data(&format!("{name:<28}{}{median:>12.1}", cells.concat()))?;
    }
    Ok(())
}
