//! A report against a baseline, case by case over those that both have. Pure.

use std::collections::BTreeMap;

use super::{
    metrics::paired::{PairedRates, difference_of_means},
    report::{CaseRecord, Change, Comparison, Report},
    sum::{MEASURES, Measure},
};

/// Compares; cases are paired by their ids.
pub fn compare(baseline: &Report, cases: &[CaseRecord], seed: u64) -> Comparison {
    let before: BTreeMap<&str, &CaseRecord> = baseline.cases.iter().map(|case| (case.id.as_str(), case)).collect();
    let pairs: Vec<(&CaseRecord, &CaseRecord)> =
        cases.iter().filter_map(|after| Some((*before.get(after.id.as_str())?, after))).collect();
    let ids = |passed_before: bool| {
        let turned = pairs.iter().filter(|(b, a)| b.passed == passed_before && a.passed != passed_before);
        turned.map(|(_, after)| after.id.clone()).collect::<Vec<_>>()
    };
    Comparison {
        baseline: baseline.made.clone(),
        n: pairs.len(),
        changes: MEASURES.iter().filter_map(|measure| change(measure, &pairs, seed)).collect(),
        regressions: ids(true),
        improvements: ids(false),
    }
}

fn change(measure: &Measure, pairs: &[(&CaseRecord, &CaseRecord)], seed: u64) -> Option<Change> {
    let values: Vec<(f64, f64)> =
        pairs.iter().filter_map(|(before, after)| Some(((measure.of)(before)?, (measure.of)(after)?))).collect();
    if values.is_empty() {
        return None;
    }
    let (name, higher_is_better) = (measure.name.to_owned(), measure.higher_is_better);
    if measure.is_rate {
        let rates = PairedRates::count(values.iter().map(|(before, after)| (*before > 0.5, *after > 0.5)));
        let (low, high) = rates.interval();
        let (before, after) = (rates.before().value(), rates.after().value());
        return Some(Change { name, before, after, low, high, p: rates.mcnemar(), higher_is_better });
    }
    let (before, after): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
    let difference = difference_of_means(&before, &after, seed)?;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (before, after) = (mean(&before), mean(&after));
    Some(Change { name, before, after, low: difference.low, high: difference.high, p: difference.p, higher_is_better })
}
