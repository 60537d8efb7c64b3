//! Logistic regression with a ridge, fitted by Newton's method: small, exact, deterministic.

use serde::{Deserialize, Serialize};

/// Newton converges in a handful of steps on a convex loss; this is a guard, not a setting.
const STEPS: usize = 50;

/// A fitted model: probability = σ(bias + Σ weight · (feature − mean) / deviation).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    bias: f64,
    weights: Vec<f64>,
    means: Vec<f64>,
    deviations: Vec<f64>,
}

/// One labelled example.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its features.
    pub features: Vec<f32>,
    /// Whether it is of the kind that the probability is of.
    pub positive: bool,
    /// How much it counts.
    pub weight: f32,
}

impl Logistic {
    /// Fits the samples; all have the same number of features. The ridge, on standardised weights, keeps separable
    /// or scarce data from running away. `None` where one of the classes is absent.
    pub fn fit(samples: &[Sample], ridge: f64) -> Option<Self> {
        let width = samples.first()?.features.len();
        if samples.iter().all(|s| s.positive) || samples.iter().all(|s| !s.positive) {
            return None;
        }
        // Over the samples of which the feature is known.
        let mean_of = |j: usize, value: &dyn Fn(f64) -> f64| {
            let known = samples.iter().filter(|s| s.features[j].is_finite());
            let sums = known.fold((0.0, 0.0), |(sum, total), s| {
                let weight = f64::from(s.weight);
                (sum + weight * value(f64::from(s.features[j])), total + weight)
            });
            if sums.1 > 0.0 { sums.0 / sums.1 } else { 0.0 }
        };
        let means: Vec<f64> = (0..width).map(|j| mean_of(j, &|x| x)).collect();
        let deviations: Vec<f64> =
            (0..width).map(|j| mean_of(j, &|x| (x - means[j]).powi(2)).sqrt().max(1e-6)).collect();
        let mut model = Self { bias: 0.0, weights: vec![0.0; width], means, deviations };
        for _ in 0..STEPS {
            let step = model.newton_step(samples, ridge);
            model.bias += step[0];
            for (weight, by) in model.weights.iter_mut().zip(&step[1..]) {
                *weight += by;
            }
            if step.iter().all(|by| by.abs() < 1e-9) {
                break;
            }
        }
        Some(model)
    }

    /// The direction to the minimum of the local quadratic: (`XᵀWX` + λ)⁻¹ (Xᵀ(y − p) − λw), bias first.
    fn newton_step(&self, samples: &[Sample], ridge: f64) -> Vec<f64> {
        let size = self.weights.len() + 1;
        let mut hessian = vec![vec![0.0; size]; size];
        let mut gradient = vec![0.0; size];
        for sample in samples {
            let mut row = self.standardised(&sample.features);
            row.insert(0, 1.0);
            let p = sigmoid(self.bias + row[1..].iter().zip(&self.weights).map(|(x, w)| x * w).sum::<f64>());
            let count = f64::from(sample.weight);
            let error = f64::from(u8::from(sample.positive)) - p;
            let curvature = count * (p * (1.0 - p)).max(1e-9);
            for i in 0..size {
                gradient[i] += count * error * row[i];
                for j in 0..size {
                    hessian[i][j] += curvature * row[i] * row[j];
                }
            }
        }
        for (i, weight) in self.weights.iter().enumerate() {
            hessian[i + 1][i + 1] += ridge;
            gradient[i + 1] -= ridge * weight;
        }
        solve(hessian, gradient)
    }

    /// What could not be measured (NaN) counts as the mean.
    fn standardised(&self, features: &[f32]) -> Vec<f64> {
        let scaled = features.iter().zip(&self.means).zip(&self.deviations);
        let standard = |((x, mean), deviation): ((&f32, &f64), &f64)| (f64::from(*x) - mean) / deviation;
        scaled.map(standard).map(|x| if x.is_finite() { x } else { 0.0 }).collect()
    }

    /// The probability for these features.
    pub fn probability(&self, features: &[f32]) -> f32 {
        sigmoid(self.logit(features)) as f32
    }

    fn logit(&self, features: &[f32]) -> f64 {
        self.bias + self.standardised(features).iter().zip(&self.weights).map(|(x, w)| x * w).sum::<f64>()
    }

    /// How many features it was fitted on.
    pub fn width(&self) -> usize {
        self.weights.len()
    }

    /// The weight of each feature per standard deviation, for people who want to know what counts.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Gaussian elimination with partial pivoting; a ridge keeps the matrix regular.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))
            .unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let lead = matrix[column][column];
        if lead.abs() < 1e-12 {
            continue;
        }
        let pivot_row = matrix[column].clone();
        for row in column + 1..size {
            let factor = matrix[row][column] / lead;
            for (x, p) in matrix[row].iter_mut().zip(&pivot_row).skip(column) {
                *x -= factor * p;
            }
            right[row] -= factor * right[column];
        }
    }
    let mut solution = vec![0.0; size];
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|j| matrix[row][j] * solution[j]).sum();
        let lead = matrix[row][row];
        solution[row] = if lead.abs() < 1e-12 { 0.0 } else { (right[row] - known) / lead };
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(x: f32, positive: bool) -> Sample {
        Sample { features: vec![x, 1.0], positive, weight: 1.0 }
    }

    #[test]
    fn probabilities_follow_the_samples() {
        let samples: Vec<Sample> = (0..100).map(|i| sample(i as f32, i >= 50)).collect();
        let model = Logistic::fit(&samples, 1.0).unwrap();
        assert!(model.probability(&[10.0, 1.0]) < 0.1 && model.probability(&[90.0, 1.0]) > 0.9);
        assert!((model.probability(&[49.5, 1.0]) - 0.5).abs() < 0.01);
    }

    #[test]
    fn a_probability_is_calibrated_on_noisy_labels() {
        // 70 of 100 positive at x = 1, 20 of 100 at x = 0: the fit must give back the rates (less the ridge's pull).
        let samples: Vec<Sample> =
            (0..200).map(|i| if i < 100 { sample(1.0, i < 70) } else { sample(0.0, i < 120) }).collect();
        let model = Logistic::fit(&samples, 1.0).unwrap();
        assert!((model.probability(&[1.0, 1.0]) - 0.7).abs() < 0.02);
        assert!((model.probability(&[0.0, 1.0]) - 0.2).abs() < 0.02);
    }

    #[test]
    fn what_could_not_be_measured_counts_as_the_mean() {
        let mut samples: Vec<Sample> = (0..100).map(|i| sample(i as f32, i >= 50)).collect();
        samples.push(sample(f32::NAN, true));
        let model = Logistic::fit(&samples, 1.0).unwrap();
        let unknown = model.probability(&[f32::NAN, 1.0]);
        assert!((unknown - model.probability(&[49.5, 1.0])).abs() < 1e-3, "{unknown}");
    }

    #[test]
    fn one_class_alone_cannot_be_fitted() {
        assert_eq!(Logistic::fit(&[sample(1.0, true)], 1.0), None);
    }
}
