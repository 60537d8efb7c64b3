//! Laws of the metrics, on any input.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};
use purview::eval::metrics::{
    gates::{auroc, brier_score, calibration_error, fpr_at},
    interval::{bootstrap, mean_interval, percentile},
    paired::{PairedRates, difference_of_means},
    retrieval::{ndcg_at, precision_at, recall_at, reciprocal_rank_at},
    selective::{aurc, excess_aurc, risk_coverage},
    text::{Squad, normalize_answer, rouge_l, token_f1, unicode_words},
};

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

/// Scores in tenths, so that they tie, with labels.
fn labelled() -> impl Strategy<Value = (Vec<f64>, Vec<bool>)> {
    vec((0_u8..=10, any::<bool>()), 0..40)
        .prop_map(|cases| cases.into_iter().map(|(score, label)| (f64::from(score) / 10.0, label)).unzip())
}

fn ranking() -> impl Strategy<Value = (Vec<u8>, BTreeMap<u8, u32>, usize)> {
    (vec(0_u8..20, 0..30), proptest::collection::btree_map(0_u8..20, 0_u32..4, 0..10), 1_usize..15)
}

fn words() -> impl Strategy<Value = String> {
    vec(prop::sample::select(vec!["a", "the", "tax", "Tax.", "year", "세금", "né", "-", "2024"]), 0..8)
        .prop_map(|words| words.join(" "))
}

fn pairs() -> impl Strategy<Value = PairedRates> {
    let count = 0_usize..300;
    (count.clone(), count.clone(), count.clone(), count)
        .prop_map(|(both, only_before, only_after, neither)| PairedRates { both, only_before, only_after, neither })
}

fn swapped(table: PairedRates) -> PairedRates {
    PairedRates { only_before: table.only_after, only_after: table.only_before, ..table }
}

proptest! {
    #[test]
    fn negated_scores_have_the_complementary_auroc((scores, labels) in labelled()) {
        let negated: Vec<f64> = scores.iter().map(|score| -score).collect();
        if let (Some(area), Some(opposite)) = (auroc(&scores, &labels), auroc(&negated, &labels)) {
            prop_assert!(near(area, 1.0 - opposite) && (0.0..=1.0).contains(&area));
        }
    }

    #[test]
    fn only_the_order_of_scores_counts((scores, labels) in labelled()) {
        let stretched: Vec<f64> = scores.iter().map(|score| score.exp() * 7.0 - 3.0).collect();
        prop_assert_eq!(auroc(&scores, &labels), auroc(&stretched, &labels));
        prop_assert_eq!(fpr_at(&scores, &labels, 0.95), fpr_at(&stretched, &labels, 0.95));
        prop_assert_eq!(aurc(&scores, &labels), aurc(&stretched, &labels));
    }

    #[test]
    fn cases_may_come_in_any_order((scores, labels) in labelled()) {
        let reversed = |values: &[f64]| values.iter().rev().copied().collect::<Vec<_>>();
        let backwards: Vec<bool> = labels.iter().rev().copied().collect();
        prop_assert_eq!(auroc(&scores, &labels), auroc(&reversed(&scores), &backwards));
        prop_assert_eq!(aurc(&scores, &labels), aurc(&reversed(&scores), &backwards));
        prop_assert_eq!(risk_coverage(&scores, &labels), risk_coverage(&reversed(&scores), &backwards));
    }

    #[test]
    fn more_true_positives_cost_no_fewer_false_ones(
        (scores, labels) in labelled(),
        a in 0.0..=1.0_f64,
        b in 0.0..=1.0_f64,
    ) {
        if let (Some(less), Some(more)) = (fpr_at(&scores, &labels, a.min(b)), fpr_at(&scores, &labels, a.max(b))) {
            prop_assert!(less <= more);
        }
    }

    #[test]
    fn calibration_errors_are_shares_and_bins_hold_every_case((scores, labels) in labelled(), bins in 1_usize..20) {
        if let (Some(found), Some(brier)) = (calibration_error(&scores, &labels, bins), brier_score(&scores, &labels)) {
            prop_assert!((0.0..=1.0).contains(&found.value) && (0.0..=1.0).contains(&brier));
            prop_assert_eq!(found.bins.iter().map(|bin| bin.n).sum::<usize>(), found.n);
            // Jensen: each bin's gap, squared, is at most the mean square within it.
            prop_assert!(found.value * found.value <= brier + 1e-9);
        }
    }

    #[test]
    fn the_curve_ends_with_every_case_and_no_order_beats_the_best((scores, wrong) in labelled()) {
        let curve = risk_coverage(&scores, &wrong);
        prop_assert!(curve.is_sorted_by(|a, b| a.coverage < b.coverage && a.threshold > b.threshold));
        if let Some(last) = curve.last() {
            let errors = wrong.iter().filter(|&&wrong| wrong).count() as f64 / wrong.len() as f64;
            prop_assert!(near(last.coverage, 1.0) && near(last.risk, errors));
            prop_assert!(excess_aurc(&scores, &wrong).is_some_and(|excess| excess > -1e-9));
        }
    }

    #[test]
    fn confidences_that_say_nothing_risk_the_error_rate(wrong in vec(any::<bool>(), 1..40)) {
        let errors = wrong.iter().filter(|&&wrong| wrong).count() as f64 / wrong.len() as f64;
        prop_assert!(aurc(&vec![0.5; wrong.len()], &wrong).is_some_and(|area| near(area, errors)));
    }

    #[test]
    fn retrieval_measures_are_shares((ranked, grades, k) in ranking()) {
        for measure in [recall_at, precision_at, reciprocal_rank_at, ndcg_at] {
            prop_assert!(measure(&ranked, &grades, k).is_none_or(|value| (0.0..=1.0 + 1e-12).contains(&value)));
        }
        prop_assert!(recall_at(&ranked, &grades, k) <= recall_at(&ranked, &grades, k + 1));
        prop_assert!(reciprocal_rank_at(&ranked, &grades, k) <= reciprocal_rank_at(&ranked, &grades, k + 1));
    }

    #[test]
    fn the_best_ranking_has_an_ndcg_of_1((_, grades, k) in ranking()) {
        let mut best: Vec<u8> = grades.keys().copied().collect();
        best.sort_by_key(|id| std::cmp::Reverse(grades[id]));
        prop_assert!(ndcg_at(&best, &grades, k).is_none_or(|value| near(value, 1.0)));
    }

    #[test]
    fn answer_and_reference_may_change_places(a in words(), b in words()) {
        for rule in [Squad::V1, Squad::V2] {
            let (there, back) = (token_f1(&a, &[&b], rule), token_f1(&b, &[&a], rule));
            prop_assert!(near(there, back) && (0.0..=1.0).contains(&there));
        }
        let (there, back) = (rouge_l(&a, &[&b], unicode_words), rouge_l(&b, &[&a], unicode_words));
        prop_assert!(near(there.precision, back.recall) && near(there.fmeasure, back.fmeasure));
    }

    #[test]
    fn the_normal_form_of_a_normal_form_is_itself(text in words()) {
        let normal = normalize_answer(&text);
        prop_assert_eq!(normalize_answer(&normal), normal.clone());
        prop_assert!(near(token_f1(&text, &[&normal], Squad::V2), 1.0));
    }

    #[test]
    fn mcnemars_p_is_a_probability_and_the_sides_are_alike(table in pairs()) {
        let p = table.mcnemar();
        prop_assert!(p > 0.0 && p <= 1.0);
        prop_assert!(near(p, swapped(table).mcnemar()));
    }

    #[test]
    fn newcombes_interval_holds_the_difference_and_mirrors(table in pairs()) {
        let (low, high) = table.interval();
        prop_assert!(-1.0 <= low && high <= 1.0);
        prop_assert!(low <= table.difference() + 1e-12 && table.difference() <= high + 1e-12);
        let (mirrored_low, mirrored_high) = swapped(table).interval();
        prop_assert!(near(low, -mirrored_high) && near(high, -mirrored_low));
    }

    #[test]
    fn percentiles_rise_within_the_values(
        mut values in vec(-1e6..1e6_f64, 1..30),
        q in 0.0..=1.0_f64,
        r in 0.0..=1.0_f64,
    ) {
        values.sort_by(f64::total_cmp);
        let (low, high) = (percentile(&values, q.min(r)), percentile(&values, q.max(r)));
        prop_assert!(low <= high && low >= values.first().copied() && high <= values.last().copied());
    }
}

proptest! {
    // Each case is two bootstraps.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_interval_of_a_mean_holds_it(values in vec(0.0..1.0_f64, 12..60), seed: u64) {
        let (low, high) = mean_interval(&values, seed);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        prop_assert!(low <= mean + 1e-12 && mean <= high + 1e-12);
        let mean_of = |drawn: &[usize]| drawn.iter().map(|&at| values[at]).sum::<f64>() / drawn.len() as f64;
        prop_assert_eq!(bootstrap(values.len(), seed, mean_of), Some((low, high)));
    }

    #[test]
    fn a_gain_is_as_likely_as_the_same_loss(values in vec((0.0..1.0_f64, 0.0..1.0_f64), 1..40), seed: u64) {
        let (before, after): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
        let gain = difference_of_means(&before, &after, seed).expect("there are pairs");
        let loss = difference_of_means(&after, &before, seed).expect("there are pairs");
        prop_assert!(near(gain.difference, -loss.difference) && near(gain.low, -loss.high) && near(gain.p, loss.p));
        prop_assert!(gain.p > 0.0 && gain.p <= 1.0 && gain.n == before.len());
    }
}
