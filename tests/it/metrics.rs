//! The metrics against independent implementations: `tests/reference/metrics.py` made the inputs and the values.

use std::collections::BTreeMap;

use purview::eval::{
    Rate,
    metrics::{
        confusion::Confusion,
        gates::{auroc, brier_score, calibration_error, fpr_at},
        interval::{mean_interval, percentile},
        paired::{PairedRates, difference_of_means},
        retrieval::{ndcg_at, precision_at, recall_at, reciprocal_rank_at},
        selective::{aurc, excess_aurc, risk_coverage},
        text::{Squad, ascii_words, exact_match, normalize_answer, rouge_l, token_f1, unicode_words},
    },
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// A section of the reference file.
fn reference<T: DeserializeOwned>(section: &str) -> T {
    let mut all: Value = serde_json::from_str(include_str!("../reference/metrics.json")).expect("the file is JSON");
    serde_json::from_value(all[section].take()).expect("the section has this shape")
}

/// To nine digits; relative, so that small p-values are held to as many.
fn agree(ours: f64, theirs: f64, what: &dyn std::fmt::Debug) {
    assert!((ours - theirs).abs() <= 1e-9 * theirs.abs() + 1e-15, "{ours} is not {theirs}: {what:?}");
}

fn all_agree(ours: &[f64], theirs: &[f64], what: &dyn std::fmt::Debug) {
    assert_eq!(ours.len(), theirs.len(), "{what:?}");
    ours.iter().zip(theirs).for_each(|(&ours, &theirs)| agree(ours, theirs, what));
}

#[test]
fn percentiles_are_numpys() {
    #[derive(Deserialize)]
    struct Case {
        sorted: Vec<f64>,
        q: Vec<f64>,
        value: Vec<f64>,
    }
    for Case { sorted, q, value } in reference::<Vec<Case>>("percentiles") {
        let ours: Vec<f64> = q.iter().filter_map(|&q| percentile(&sorted, q)).collect();
        all_agree(&ours, &value, &sorted);
    }
}

#[test]
fn bootstrap_intervals_are_scipys_but_for_the_noise_of_resampling() {
    #[derive(Deserialize)]
    struct Interval {
        low: f64,
        high: f64,
        standard_error: f64,
    }
    #[derive(Deserialize)]
    struct Case {
        before: Vec<f64>,
        after: Vec<f64>,
        mean: Interval,
        difference: Interval,
    }
    let case: Case = reference("bootstraps");
    // The 2.5% quantile of 2,000 normal values is off by 0.06 of their spread (√(0.025·0.975/2000) over the density
    // 0.058); a quarter is four times that.
    let close = |(low, high): (f64, f64), theirs: &Interval| {
        let tolerance = 0.25 * theirs.standard_error;
        assert!((low - theirs.low).abs() < tolerance, "{low} is not {}", theirs.low);
        assert!((high - theirs.high).abs() < tolerance, "{high} is not {}", theirs.high);
    };
    for seed in 0..5 {
        close(mean_interval(&case.before, seed), &case.mean);
        let gained = difference_of_means(&case.before, &case.after, seed).unwrap();
        close((gained.low, gained.high), &case.difference);
    }
}

#[test]
fn auroc_fpr_and_brier_score_are_scikit_learns() {
    #[derive(Debug, Deserialize)]
    struct Case {
        scores: Vec<f64>,
        labels: Vec<bool>,
        tpr: Vec<f64>,
        auroc: Option<f64>,
        fpr: Option<Vec<f64>>,
        brier: Option<f64>,
    }
    for case in reference::<Vec<Case>>("gates") {
        let fprs: Option<Vec<f64>> = case.tpr.iter().map(|&tpr| fpr_at(&case.scores, &case.labels, tpr)).collect();
        let brier = brier_score(&case.scores, &case.labels);
        optional([auroc(&case.scores, &case.labels), brier], [case.auroc, case.brier], &case);
        assert_eq!(fprs.is_some(), case.fpr.is_some(), "{case:?}");
        all_agree(&fprs.unwrap_or_default(), case.fpr.as_deref().unwrap_or_default(), &case);
    }
}

fn optional<const N: usize>(ours: [Option<f64>; N], theirs: [Option<f64>; N], what: &dyn std::fmt::Debug) {
    assert_eq!(ours.map(|value| value.is_some()), theirs.map(|value| value.is_some()), "{what:?}");
    let plain = |values: [Option<f64>; N]| values.into_iter().flatten().collect::<Vec<f64>>();
    all_agree(&plain(ours), &plain(theirs), what);
}

#[test]
fn calibration_bins_are_scikit_learns() {
    #[derive(Deserialize)]
    struct Case {
        scores: Vec<f64>,
        labels: Vec<bool>,
        calibration: Option<Vec<Binned>>,
    }
    #[derive(Debug, Deserialize)]
    struct Binned {
        bins: usize,
        value: f64,
        confidence: Vec<f64>,
        accuracy: Vec<f64>,
        n: Vec<usize>,
    }
    for case in reference::<Vec<Case>>("gates") {
        assert_eq!(calibration_error(&case.scores, &case.labels, 10).is_some(), case.calibration.is_some());
        for theirs in case.calibration.unwrap_or_default() {
            let ours = calibration_error(&case.scores, &case.labels, theirs.bins).unwrap();
            agree(ours.value, theirs.value, &theirs);
            all_agree(&ours.bins.iter().map(|b| b.confidence).collect::<Vec<_>>(), &theirs.confidence, &theirs);
            all_agree(&ours.bins.iter().map(|b| b.accuracy).collect::<Vec<_>>(), &theirs.accuracy, &theirs);
            assert_eq!(ours.bins.iter().map(|b| b.n).collect::<Vec<_>>(), theirs.n);
            assert_eq!(ours.n, case.scores.len());
        }
    }
}

#[test]
fn risk_and_coverage_are_the_mean_over_every_order_of_ties() {
    #[derive(Debug, Deserialize)]
    struct Case {
        confidences: Vec<f64>,
        wrong: Vec<bool>,
        curve: Vec<[f64; 3]>,
        aurc: f64,
        excess: f64,
    }
    for case in reference::<Vec<Case>>("selective") {
        let (confidences, wrong) = (&case.confidences, &case.wrong);
        let curve = risk_coverage(confidences, wrong);
        let ours: Vec<f64> = curve.iter().flat_map(|point| [point.coverage, point.risk, point.threshold]).collect();
        all_agree(&ours, &case.curve.concat(), &case);
        agree(aurc(confidences, wrong).unwrap(), case.aurc, &case);
        // A difference of two areas, and so 0 only to their last digits.
        assert!((excess_aurc(confidences, wrong).unwrap() - case.excess).abs() < 1e-9, "{case:?}");
    }
}

#[test]
fn retrieval_measures_are_trec_evals() {
    #[derive(Debug, Deserialize)]
    struct Case {
        ranked: Vec<String>,
        grades: BTreeMap<String, u32>,
        k: Vec<usize>,
        recall: Option<Vec<f64>>,
        precision: Option<Vec<f64>>,
        reciprocal_rank: Option<Vec<f64>>,
        ndcg: Option<Vec<f64>>,
    }
    for case in reference::<Vec<Case>>("retrieval") {
        for (at, &k) in case.k.iter().enumerate() {
            let (ranked, grades) = (case.ranked.as_slice(), &case.grades);
            let ours = [
                recall_at(ranked, grades, k),
                precision_at(ranked, grades, k),
                reciprocal_rank_at(ranked, grades, k),
                ndcg_at(ranked, grades, k),
            ];
            let theirs = [&case.recall, &case.precision, &case.reciprocal_rank, &case.ndcg];
            optional(ours, theirs.map(|values| values.as_ref().map(|values| values[at])), &case);
        }
    }
}

#[test]
fn text_scores_are_squads_and_rouge_scores() {
    #[derive(Debug, Deserialize)]
    struct Version {
        exact: bool,
        f1: f64,
    }
    #[derive(Debug, Deserialize)]
    struct Case {
        answer: String,
        references: Vec<String>,
        normal: String,
        v1: Version,
        v2: Version,
        ascii: [f64; 3],
        unicode: [f64; 3],
    }
    for case in reference::<Vec<Case>>("texts") {
        let (answer, references) = (&case.answer, &case.references);
        assert_eq!(normalize_answer(answer), case.normal);
        for (rule, theirs) in [(Squad::V1, &case.v1), (Squad::V2, &case.v2)] {
            assert_eq!(exact_match(answer, references, rule), theirs.exact, "{rule:?} {case:?}");
            agree(token_f1(answer, references, rule), theirs.f1, &case);
        }
        for (overlap, theirs) in [
            (rouge_l(answer, references, ascii_words), case.ascii),
            (rouge_l(answer, references, unicode_words), case.unicode),
        ] {
            all_agree(&[overlap.precision, overlap.recall, overlap.fmeasure], &theirs, &case);
        }
    }
}

#[test]
fn paired_rates_are_tested_as_statsmodels_does_and_bounded_as_newcombe_does() {
    #[derive(Debug, Deserialize)]
    struct Case {
        table: [usize; 4],
        p: f64,
        interval: [f64; 2],
    }
    for case in reference::<Vec<Case>>("paired") {
        let [both, only_before, only_after, neither] = case.table;
        let table = PairedRates { both, only_before, only_after, neither };
        agree(table.mcnemar(), case.p, &case);
        let (low, high) = table.interval();
        assert!(
            (low - case.interval[0]).abs() < 1e-9 && (high - case.interval[1]).abs() < 1e-9,
            "{low} {high} {case:?}"
        );
    }
}

#[test]
fn the_table_of_outcomes_is_scikit_learns() {
    #[derive(Deserialize)]
    struct Case {
        pairs: Vec<(usize, usize)>,
        table: [[usize; 4]; 4],
        false_answers: (usize, usize),
        false_refusals: (usize, usize),
    }
    let rate = |(hits, of)| Rate { hits, of };
    for case in reference::<Vec<Case>>("confusion") {
        let confusion = Confusion::count(case.pairs);
        assert_eq!(confusion.0, case.table);
        assert_eq!(confusion.false_answers(), rate(case.false_answers));
        assert_eq!(confusion.false_refusals(), rate(case.false_refusals));
    }
}
