//! Platt scaling: a straight line on log-odds. Knows probabilities; not why they were off.

use serde::{Deserialize, Serialize};

/// A labelled case: its score, whether what the score is about came true, and how much the case counts.
pub type Labelled = (f64, bool, f64);

/// The cases that count; `None` where a weight is negative or infinite, or where that or a score is not a number.
fn counted(cases: &[Labelled]) -> Option<Vec<Labelled>> {
    let sound = |&(score, _, weight): &Labelled| !score.is_nan() && weight >= 0.0 && weight.is_finite();
    cases.iter().all(sound).then(|| cases.iter().copied().filter(|(_, _, weight)| *weight > 0.0).collect())
}

/// Scores come from models in f32, which has no probabilities nearer to 1 than this.
const EDGE: f64 = f32::EPSILON as f64;
/// Newton's method takes a handful of steps on this loss; a guard, not a setting (Lin, Lin & Weng 2007 take as many).
const STEPS: usize = 100;
/// What keeps the two equations apart where all scores are one (Lin, Lin & Weng 2007).
const RIDGE: f64 = 1e-12;
/// A step is halved until it gains this part of what its slope foretells (Armijo's rule, as in Lin, Lin & Weng 2007).
const GAIN: f64 = 1e-4;

/// Probability = σ(slope · log-odds + intercept) (Platt 1999, "Probabilistic outputs for support vector machines").
///
/// A slope below 0 says that the score ranks cases backwards; it is not corrected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platt {
    /// Below 1 where scores were too sure.
    pub slope: f64,
    /// In log-odds.
    pub intercept: f64,
}

impl Platt {
    /// The likeliest line for these cases, whose scores are probabilities; with Platt's targets (§2.2), which lie
    /// inside 0 and 1 by what a case of each label more would make of them, so that cases a score parts entirely have a
    /// finite line too.
    ///
    /// Fitted by Newton's method with backtracking (Lin, Lin & Weng 2007, "A note on Platt's probabilistic outputs").
    /// scikit-learn's `_sigmoid_calibration` minimises the same loss. `None` without cases of both labels, or where a
    /// score is no probability or a weight no finite number from 0 on.
    pub fn fit(cases: &[Labelled]) -> Option<Self> {
        let cases = counted(cases)?;
        if cases.iter().any(|(score, _, _)| !(0.0..=1.0).contains(score)) {
            return None;
        }
        let weigh = |wanted| cases.iter().filter(|case| case.1 == wanted).map(|case| case.2).sum::<f64>();
        let (yes, no) = (weigh(true), weigh(false));
        if yes <= 0.0 || no <= 0.0 {
            return None;
        }
        let targets = [1.0 / (no + 2.0), (yes + 1.0) / (yes + 2.0)];
        let target = |&(score, label, weight): &Labelled| (log_odds(score), targets[usize::from(label)], weight);
        let points: Vec<Point> = cases.iter().map(target).collect();
        let mut line = Self { slope: 0.0, intercept: ((yes + 1.0) / (no + 1.0)).ln() };
        for _ in 0..STEPS {
            let Some(better) = line.improved(&points) else { break };
            line = better;
        }
        Some(line)
    }

    /// The line after one step; `None` where no step makes it better.
    fn improved(self, points: &[Point]) -> Option<Self> {
        let (mut down, mut curve) = ([0.0; 2], [RIDGE, 0.0, RIDGE]);
        for &(x, target, weight) in points {
            let p = sigmoid(self.at(x));
            let (error, curvature) = (weight * (target - p), weight * p * (1.0 - p));
            down = [down[0] + error * x, down[1] + error];
            curve = [curve[0] + curvature * x * x, curve[1] + curvature * x, curve[2] + curvature];
        }
        let determinant = curve[0] * curve[2] - curve[1] * curve[1];
        let slope = (curve[2] * down[0] - curve[1] * down[1]) / determinant;
        let intercept = (curve[0] * down[1] - curve[1] * down[0]) / determinant;
        let foretold = slope * down[0] + intercept * down[1];
        let loss = self.loss(points);
        let halves = std::iter::successors(Some(1.0), |length| Some(length / 2.0)).take_while(|length| *length > 1e-10);
        let mut steps = halves.map(|length| {
            (length, Self { slope: self.slope + length * slope, intercept: self.intercept + length * intercept })
        });
        let is_better = |(length, line): &(f64, Self)| line.loss(points) < loss - GAIN * length * foretold;
        steps.find(is_better).map(|(_, line)| line)
    }

    /// The cross-entropy of targets and probabilities, weighted.
    fn loss(self, points: &[Point]) -> f64 {
        points.iter().map(|&(x, target, weight)| weight * (softplus(self.at(x)) - target * self.at(x))).sum()
    }

    fn at(self, log_odds: f64) -> f64 {
        self.slope * log_odds + self.intercept
    }

    /// How likely it is at this score; NaN of what is no number.
    pub fn probability(&self, score: f64) -> f64 {
        sigmoid(self.at(log_odds(score)))
    }
}

/// Log-odds, what they should be, and how much it counts.
type Point = (f64, f64, f64);

fn log_odds(probability: f64) -> f64 {
    let inside = probability.clamp(EDGE, 1.0 - EDGE);
    (inside / (1.0 - inside)).ln()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// ln(1 + eˣ), without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases that scikit-learn 1.9.1 was fitted on, for the constants.
    const CASES: [(f64, bool, f64); 15] = [
        (0.05, false, 1.0),
        (0.1, false, 2.0),
        (0.1, true, 1.0),
        (0.2, false, 1.0),
        (0.3, false, 1.0),
        (0.35, true, 1.0),
        (0.4, false, 1.0),
        (0.5, true, 1.0),
        (0.55, false, 2.0),
        (0.6, false, 1.0),
        (0.7, true, 1.0),
        (0.8, true, 1.0),
        (0.8, false, 0.5),
        (0.9, true, 1.0),
        (0.95, true, 3.0),
    ];

    /// The cases, each counting once.
    fn unweighted() -> Vec<Labelled> {
        CASES.map(|(score, label, _)| (score, label, 1.0)).to_vec()
    }

    #[test]
    fn the_line_is_scikit_learns() {
        // `_sigmoid_calibration(log-odds, labels, weights)`, polished with Newton's method on its own loss: it stops at
        // a gradient of 1e-6.
        let known = [
            (unweighted(), (0.448_025_400_129_937, -0.106_333_819_287_870_31)),
            (CASES.to_vec(), (0.609_397_852_341_762_1, -0.121_504_084_033_755_6)),
        ];
        for (cases, (slope, intercept)) in known {
            let found = Platt::fit(&cases).unwrap();
            assert!((found.slope - slope).abs() < 1e-7 && (found.intercept - intercept).abs() < 1e-7, "{found:?}");
        }
        let found = Platt::fit(&unweighted()).unwrap();
        let expected = [(0.01, 0.102_931_896_7), (0.5, 0.473_441_568_1), (0.99, 0.875_707_731_3)];
        assert!(expected.iter().all(|(score, probability)| (found.probability(*score) - probability).abs() < 1e-8));
    }

    #[test]
    fn scores_that_part_the_labels_have_a_finite_line() {
        let parted: Vec<Labelled> = (0..40).map(|i| (f64::from(u8::from(i >= 20)), i >= 20, 1.0)).collect();
        let found = Platt::fit(&parted).unwrap();
        // Two points and two parameters: the probabilities are Platt's targets, 1 / 22 and 21 / 22.
        assert!((found.probability(0.0) - 1.0 / 22.0).abs() < 1e-6, "{found:?}");
        assert!((found.probability(1.0) - 21.0 / 22.0).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn where_all_scores_are_one_the_probability_is_the_rate() {
        let flat: Vec<Labelled> = (0..400).map(|i| (0.8, i % 4 == 0, 1.0)).collect();
        // 100 of 400, drawn in by the targets.
        assert!((Platt::fit(&flat).unwrap().probability(0.8) - 0.25).abs() < 0.01);
    }

    #[test]
    fn overconfident_scores_are_drawn_in() {
        let cases: Vec<Labelled> =
            (0..1_000).map(|i| if i < 500 { (0.99, i % 10 < 8, 1.0) } else { (0.01, i % 10 < 2, 1.0) }).collect();
        let found = Platt::fit(&cases).unwrap();
        assert!(found.slope < 0.5, "{found:?}");
        assert!((found.probability(0.99) - 0.8).abs() < 0.01 && (found.probability(0.01) - 0.2).abs() < 0.01);
    }

    #[test]
    fn a_case_of_weight_two_counts_as_two() {
        let mut twice = unweighted();
        twice.push(twice[3]);
        let mut weighted = unweighted();
        weighted[3].2 = 2.0;
        let (twice, weighted) = (Platt::fit(&twice).unwrap(), Platt::fit(&weighted).unwrap());
        assert!((twice.slope - weighted.slope).abs() < 1e-9 && (twice.intercept - weighted.intercept).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_fitted_is_not() {
        assert_eq!(Platt::fit(&[]), None);
        assert_eq!(Platt::fit(&[(0.5, true, 1.0), (0.4, false, 0.0)]), None);
        assert_eq!(Platt::fit(&[(0.5, true, 1.0), (1.4, false, 1.0)]), None);
        assert_eq!(Platt::fit(&[(0.5, true, 1.0), (0.4, false, -1.0)]), None);
    }
}
