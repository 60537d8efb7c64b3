//! How well a gate's score parts what it should let through from what it should not, and whether its probabilities
//! come true. Knows scores and labels; no thresholds of ours and no gates by name.

use super::ties;
use crate::eval::report::Bin;

/// The area under the ROC curve: how likely a case labelled true scores above one labelled false, ties as half
/// (Hanley & `McNeil` 1982; scikit-learn's `roc_auc_score`). `None` without both labels, or when a score is not a
/// number.
pub fn auroc(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let roc = Roc::of(scores, labels)?;
    let doubled: usize = roc.points.windows(2).map(|w| (w[1].wrong - w[0].wrong) * (w[1].right + w[0].right)).sum();
    Some(doubled as f64 / (2 * roc.positives * roc.negatives) as f64)
}

/// The false positive rate at the highest threshold whose true positive rate is `tpr` or more; with 0.95 the FPR95 of
/// the literature on out-of-distribution detection (Liang, Li & Srikant 2018).
///
/// A case is let through when its score is the threshold or above, and thresholds are the scores themselves (and one
/// above all): the first point of scikit-learn's `roc_curve(drop_intermediate=False)` with that rate, nothing
/// interpolated. `None` without both labels, or when a score is not a number.
pub fn fpr_at(scores: &[f64], labels: &[bool], tpr: f64) -> Option<f64> {
    assert!((0.0..=1.0).contains(&tpr), "the rate {tpr} is not in [0, 1]");
    let roc = Roc::of(scores, labels)?;
    let point = roc.points.iter().find(|point| point.right as f64 / roc.positives as f64 >= tpr)?;
    Some(point.wrong as f64 / roc.negatives as f64)
}

/// The ROC curve in counts, from "nothing is let through" to "everything is".
struct Roc {
    points: Vec<LetThrough>,
    positives: usize,
    negatives: usize,
}

/// How many cases of each label are let through at a threshold.
#[derive(Default, Clone, Copy)]
struct LetThrough {
    right: usize,
    wrong: usize,
}

impl Roc {
    fn of(scores: &[f64], labels: &[bool]) -> Option<Self> {
        assert_eq!(scores.len(), labels.len(), "a label for every score");
        let positives = labels.iter().filter(|&&label| label).count();
        let negatives = labels.len() - positives;
        if positives == 0 || negatives == 0 {
            return None;
        }
        let mut points = vec![LetThrough::default()];
        let mut through = LetThrough::default();
        for group in ties::falling(scores)? {
            let right = group.iter().filter(|&&at| labels[at]).count();
            through = LetThrough { right: through.right + right, wrong: through.wrong + group.len() - right };
            points.push(through);
        }
        Some(Self { points, positives, negatives })
    }
}

/// How far probabilities are from the shares that came true.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpectedCalibrationError {
    /// The mean distance of a bin's accuracy from its confidence, each bin weighted by its cases.
    pub value: f64,
    /// Cases.
    pub n: usize,
    /// The bins that hold a case, by rising probability.
    pub bins: Vec<Bin>,
}

/// The expected calibration error over `bins` bins of equal width (Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017,
/// eq. 3).
///
/// A bin holds its upper edge and not its lower one, as in Guo et al. and in scikit-learn's `calibration_curve`; the
/// first holds 0 too. Edges are the numbers nearest to `i / bins`. `None` without cases, or when one is no probability.
pub fn calibration_error(probabilities: &[f64], labels: &[bool], bins: usize) -> Option<ExpectedCalibrationError> {
    assert!(bins > 0, "at least one bin");
    check(probabilities, labels)?;
    let mut sums = vec![(0.0, 0, 0); bins];
    for (&probability, &label) in probabilities.iter().zip(labels) {
        let bin = (1..bins).take_while(|&edge| edge as f64 / (bins as f64) < probability).count();
        let (confidence, right, n) = &mut sums[bin];
        *confidence += probability;
        *right += usize::from(label);
        *n += 1;
    }
    let bins: Vec<Bin> = sums
        .into_iter()
        .filter(|&(_, _, n)| n > 0)
        .map(|(confidence, right, n)| Bin { confidence: confidence / n as f64, accuracy: right as f64 / n as f64, n })
        .collect();
    let n = probabilities.len();
    let value = bins.iter().map(|bin| bin.n as f64 / n as f64 * (bin.accuracy - bin.confidence).abs()).sum();
    Some(ExpectedCalibrationError { value, n, bins })
}

/// The Brier score, the mean squared distance of a probability from what came (Brier 1950, halved for two classes as
/// scikit-learn's `brier_score_loss` does). `None` without cases, or when one is no probability.
pub fn brier_score(probabilities: &[f64], labels: &[bool]) -> Option<f64> {
    check(probabilities, labels)?;
    let squares = probabilities.iter().zip(labels).map(|(p, &label)| (p - f64::from(u8::from(label))).powi(2));
    Some(squares.sum::<f64>() / probabilities.len() as f64)
}

fn check(probabilities: &[f64], labels: &[bool]) -> Option<()> {
    assert_eq!(probabilities.len(), labels.len(), "a label for every probability");
    let sound = !probabilities.is_empty() && probabilities.iter().all(|p| (0.0..=1.0).contains(p));
    sound.then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_that_is_not_a_number_leaves_no_auroc() {
        assert_eq!(auroc(&[0.1, f64::NAN], &[true, false]), None);
    }

    #[test]
    fn a_probability_on_an_edge_falls_into_the_bin_below() {
        let found = calibration_error(&[0.0, 0.3, 0.31, 1.0], &[false, true, true, true], 10).unwrap();
        let sizes: Vec<(f64, usize)> = found.bins.iter().map(|bin| (bin.confidence, bin.n)).collect();
        assert_eq!(sizes, [(0.0, 1), (0.3, 1), (0.31, 1), (1.0, 1)]);
        assert_eq!(calibration_error(&[0.25, 0.3], &[true, false], 10).unwrap().bins.len(), 1);
    }

    #[test]
    fn what_is_no_probability_has_no_calibration() {
        assert_eq!(calibration_error(&[1.2], &[true], 10), None);
        assert_eq!(brier_score(&[f64::NAN], &[true]), None);
        assert_eq!(brier_score(&[], &[]), None);
    }
}
