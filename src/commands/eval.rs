//! `purview eval`: cases through the pipeline, failures first, then ten lines of metrics; reports, baselines, gates.

mod asked;
mod modes;
mod selected;
mod shown;
mod written;

use std::{path::Path, process::ExitCode};

use super::{data, folder};
use crate::{
    cli::Eval,
    error::{Error, Place, Problem, Result},
    eval::{
        CaseRecord, Report, compare, import, report,
        report::{Metric, Provenance, Resources},
        sum,
    },
    settings::Settings,
};
use asked::Run;

pub fn run(args: &Eval) -> Result<ExitCode> {
    if let Some(schema) = args.schema {
        return data(&written::schema(schema)?).map(|()| ExitCode::SUCCESS);
    }
    let baseline = args.baseline.as_deref().map(written::read).transpose()?;
    for path in &args.output {
        written::prepare(path)?; // before anything is asked
    }
    let mut settings = Settings::load()?;
    settings.generator = args.generator.clone().or(settings.generator);
    let named = args.pack.as_deref().unwrap_or_default();
    let imported = import::open(Path::new(named))?;
    let folder = match &imported {
        Some(imported) => {
            let place = settings.folders.cache.join("imported").join(&imported.name);
            let _ = std::fs::remove_dir_all(&place); // an earlier import of this name
            import::pack(imported, &place)?
        }
        None => folder(Some(named), &settings)?,
    };
    let is_retrieval = imported.as_ref().is_some_and(|imported| imported.is_retrieval);
    let cases = selected::cases(args, &folder, imported.map(|imported| imported.cases), &settings)?;
    let run = Run::new(args, folder, settings, cases, is_retrieval);
    if args.compare_modes {
        return modes::compare(&run).map(|()| ExitCode::SUCCESS);
    }
    let (records, made, resources) = run.ask()?;
    let mut report = summed(records, made, resources, args.seed);
    report.comparison = baseline.map(|baseline| compare::compare(&baseline, &report.cases, args.seed));
    if !args.summary {
        shown::failures(&report)?;
    }
    shown::summary(&report)?;
    for path in &args.output {
        written::write(path, &report)?;
    }
    gate(args, &report)?;
    Ok(ExitCode::SUCCESS)
}

/// Everything that can be said of some records.
fn summed(cases: Vec<CaseRecord>, made: Provenance, resources: Resources, seed: u64) -> Report {
    let all: Vec<&CaseRecord> = cases.iter().collect();
    Report {
        schema: report::SCHEMA,
        made,
        metrics: sum::metrics(&all, seed),
        confusion: sum::confusion(&all),
        risk_coverage: sum::risk_coverage(&all),
        reliability: sum::reliability(&all),
        latency: sum::latency(&all),
        resources,
        slices: sum::slices(&all, seed),
        comparison: None,
        cases,
    }
}

/// Holds the report against what was asked of it.
fn gate(args: &Eval, report: &Report) -> Result<()> {
    let names = || report.metrics.iter().map(|metric| metric.name.as_str()).collect::<Vec<_>>().join(", ");
    for condition in &args.fail_under {
        let parsed = condition.split_once('=').and_then(|(name, value)| Some((name, value.parse::<f64>().ok()?)));
        let Some((name, value)) = parsed else {
            let hint = format!("metrics: {}", names());
            return Err(Error::usage(format!("`--fail-under {condition}` is not METRIC=VALUE"), hint));
        };
        let Some(metric) = report.metrics.iter().find(|metric| metric.name == name) else {
            let message = format!("no metric of these cases is called `{name}`");
            return Err(Error::usage(message, format!("metrics: {}", names())));
        };
        let is_worse = if metric.higher_is_better { metric.value < value } else { metric.value > value };
        if is_worse {
            return Err(Error::QualityGate(format!("`{name}` is {}, worse than {value}", stated(metric))));
        }
    }
    if let (Some(most), Some(comparison)) = (args.max_regressions, &report.comparison)
        && comparison.regressions.len() > most
    {
        let count = comparison.regressions.len();
        let ids = comparison.regressions.iter().take(10).map(String::as_str).collect::<Vec<_>>().join(", ");
        return Err(Error::QualityGate(format!("{count} cases passed in the baseline and fail now: {ids}")));
    }
    Ok(())
}

/// A metric with its n and its interval.
fn stated(metric: &Metric) -> String {
    let of = metric.hits.map_or_else(|| format!("n {}", metric.n), |hits| format!("{hits}/{}", metric.n));
    format!("{:.3} ({of}, 95% {:.3}–{:.3})", metric.value, metric.low, metric.high)
}

/// A file that is not what it should be.
fn wrong_file(path: &Path, message: String, hint: &str) -> Error {
    Problem::new(Place::file(path), message).hint(hint).into()
}
