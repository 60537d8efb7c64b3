//! Multinomial logistic regression over an encoder's vector and a sparse vector beside it, fitted by L-BFGS.
//! Knows numbers and classes; not what they stand for.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Steps and gradients that the approximation of the curvature remembers (Nocedal & Wright 2006, §7.2: 3 to 20).
const MEMORY: usize = 6;
/// A fit ends after this many steps at the latest: more changed no rate of the benchmarks by 0.001.
const STEPS: usize = 60;
/// A fit ends when a step lowers the loss by less than this share of it.
const TOLERANCE: f64 = 1e-5;
/// Parts that the gradient is summed in, in a fixed order, so that the result does not depend on the threads.
const PARTS: usize = 4;

/// What is classified: a dense vector and a sparse one (rising buckets with weights).
#[derive(Debug, Clone, Copy)]
pub struct Input<'i> {
    /// `(dims)`
    pub dense: &'i [f32],
    /// Buckets, rising, with their weights.
    pub sparse: &'i [(u32, f32)],
}

/// One labelled input.
#[derive(Debug, Clone, Copy)]
pub struct Labelled<'i> {
    /// Its features.
    pub input: Input<'i>,
    /// Its class, from 0.
    pub class: usize,
    /// How much it counts.
    pub weight: f32,
}

/// A fitted model: class probabilities are the softmax of `dense · D + sparse · S + bias`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Softmax {
    classes: usize,
    dims: usize,
    /// The buckets that have weights, rising.
    buckets: Vec<u32>,
    /// `(classes, dims)`, then `(buckets, classes)`, then `(classes)`.
    weights: Vec<f32>,
}

impl Softmax {
    /// Fits the model that minimises `strength` · Σ weight · cross-entropy + ½ ‖weights‖² (scikit-learn's
    /// `LogisticRegression(C=strength)`). `None` where fewer than two classes have an example.
    pub fn fit(samples: &[Labelled<'_>], strength: f32) -> Option<Self> {
        let classes = samples.iter().map(|s| s.class + 1).max()?;
        if samples.iter().all(|s| s.class == samples[0].class) {
            return None;
        }
        let mut buckets: Vec<u32> = samples.iter().flat_map(|s| s.input.sparse.iter().map(|(b, _)| *b)).collect();
        buckets.sort_unstable();
        buckets.dedup();
        let dims = samples[0].input.dense.len();
        let size = classes * dims + buckets.len() * classes + classes;
        let mut model = Self { classes, dims, buckets, weights: vec![0.0; size] };
        // The buckets of each sample as rows of the weights, looked up once.
        let rows: Vec<Vec<(u32, f32)>> = samples.iter().map(|s| model.rows(s.input.sparse)).collect();
        model.minimise(&|model, gradient| model.loss(samples, &rows, strength, gradient));
        Some(model)
    }

    /// The classes' logits.
    pub fn logits(&self, input: Input<'_>) -> Vec<f32> {
        self.scores(input.dense, &self.rows(input.sparse))
    }

    /// How many classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Writes a model, or that there is none: classes, dims and buckets, then the numbers, little-endian.
    pub fn write(model: Option<&Self>, into: &mut Vec<u8>) {
        let none = Self { classes: 0, dims: 0, buckets: Vec::new(), weights: Vec::new() };
        let model = model.unwrap_or(&none);
        for number in [model.classes, model.dims, model.buckets.len()] {
            into.extend((number as u32).to_le_bytes());
        }
        into.extend(model.buckets.iter().flat_map(|bucket| bucket.to_le_bytes()));
        into.extend(model.weights.iter().flat_map(|weight| weight.to_le_bytes()));
    }

    /// Reads what [`Softmax::write`] wrote from the beginning of `from`; `None` if it is cut short.
    pub fn read(from: &mut &[u8]) -> Option<Option<Self>> {
        let number = |from: &mut &[u8]| {
            let (four, rest) = from.split_first_chunk::<4>()?;
            *from = rest;
            Some(u32::from_le_bytes(*four))
        };
        let [classes, dims, buckets] = [number(from)?, number(from)?, number(from)?].map(|n| n as usize);
        let size = classes.checked_mul(dims.checked_add(buckets)?.checked_add(1)?)?;
        let length = size.checked_add(buckets)?.checked_mul(4)?;
        let (bytes, rest) = from.split_at_checked(length)?;
        *from = rest;
        let (first, second) = bytes.as_chunks::<4>().0.split_at(buckets);
        let buckets = first.iter().map(|b| u32::from_le_bytes(*b)).collect();
        let weights = second.iter().map(|b| f32::from_le_bytes(*b)).collect();
        Some((classes > 0).then_some(Self { classes, dims, buckets, weights }))
    }

    fn rows(&self, sparse: &[(u32, f32)]) -> Vec<(u32, f32)> {
        let row = |bucket: &u32| self.buckets.binary_search(bucket).ok().map(|row| row as u32);
        sparse.iter().filter_map(|(bucket, weight)| Some((row(bucket)?, *weight))).collect()
    }

    fn scores(&self, dense: &[f32], rows: &[(u32, f32)]) -> Vec<f32> {
        let (by_class, rest) = self.weights.split_at(self.classes * self.dims);
        let (by_row, bias) = rest.split_at(self.buckets.len() * self.classes);
        let mut scores = bias.to_vec();
        for (score, weights) in scores.iter_mut().zip(by_class.chunks_exact(self.dims.max(1))) {
            *score += crate::index::dense::dot(weights, dense).0;
        }
        for (row, value) in rows {
            let weights = &by_row[*row as usize * self.classes..][..self.classes];
            scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += value * weight);
        }
        scores
    }

    /// The loss at these weights, and its gradient.
    fn loss(&self, samples: &[Labelled<'_>], rows: &[Vec<(u32, f32)>], strength: f32, gradient: &mut [f32]) -> f64 {
        let part = samples.len().div_ceil(PARTS);
        let parts: Vec<(f64, Vec<f32>)> = samples
            .par_chunks(part)
            .zip(rows.par_chunks(part))
            .map(|(samples, rows)| {
                let mut gradient = vec![0.0; self.weights.len()];
                let loss = samples.iter().zip(rows).map(|(s, r)| self.add(s, r, strength, &mut gradient)).sum();
                (loss, gradient)
            })
            .collect();
        let penalised = self.weights.len() - self.classes;
        gradient.fill(0.0);
        gradient[..penalised].copy_from_slice(&self.weights[..penalised]);
        let mut loss = self.weights[..penalised].iter().map(|w| f64::from(*w) * f64::from(*w)).sum::<f64>() / 2.0;
        for (of_part, by) in parts {
            loss += of_part;
            gradient.iter_mut().zip(by).for_each(|(sum, by)| *sum += by);
        }
        loss
    }

    /// Adds one sample's gradient; its loss.
    fn add(&self, sample: &Labelled<'_>, rows: &[(u32, f32)], strength: f32, gradient: &mut [f32]) -> f64 {
        let mut errors = self.scores(sample.input.dense, rows);
        let own = errors[sample.class];
        let total = softmax(&mut errors);
        let weight = strength * sample.weight;
        let loss = f64::from(weight) * (total - f64::from(own));
        errors[sample.class] -= 1.0;
        for error in &mut errors {
            *error *= weight;
        }
        let (by_class, rest) = gradient.split_at_mut(self.classes * self.dims);
        let (by_row, bias) = rest.split_at_mut(self.buckets.len() * self.classes);
        for (class, error) in by_class.chunks_exact_mut(self.dims.max(1)).zip(&errors) {
            class.iter_mut().zip(sample.input.dense).for_each(|(sum, value)| *sum += error * value);
        }
        for (row, value) in rows {
            let row = &mut by_row[*row as usize * self.classes..][..self.classes];
            row.iter_mut().zip(&errors).for_each(|(sum, error)| *sum += error * value);
        }
        bias.iter_mut().zip(&errors).for_each(|(sum, error)| *sum += error);
        loss
    }

    /// L-BFGS with a backtracking line search (Nocedal & Wright 2006, algorithms 7.4 and 3.1).
    fn minimise(&mut self, loss_at: &dyn Fn(&Self, &mut [f32]) -> f64) {
        let mut gradient = vec![0.0; self.weights.len()];
        let mut loss = loss_at(self, &mut gradient);
        let mut memory: std::collections::VecDeque<(Vec<f32>, Vec<f32>)> = std::collections::VecDeque::new();
        for _ in 0..STEPS {
            let direction = direction(&gradient, &memory);
            let slope = product(&direction, &gradient);
            if slope >= 0.0 {
                return;
            }
            let (before, was) = (self.weights.clone(), loss);
            let mut new = vec![0.0; gradient.len()];
            // The first step has no curvature to go by: a step of length one.
            let mut step = if memory.is_empty() { 1.0 / product(&gradient, &gradient).sqrt().max(1.0) } else { 1.0 };
            loop {
                let moved = before.iter().zip(&direction).map(|(w, d)| w + step as f32 * d);
                self.weights.iter_mut().zip(moved).for_each(|(weight, to)| *weight = to);
                loss = loss_at(self, &mut new);
                if loss <= was + 1e-4 * step * slope {
                    break;
                }
                step /= 2.0;
                if step < 1e-10 {
                    self.weights = before;
                    return;
                }
            }
            let moved: Vec<f32> = self.weights.iter().zip(&before).map(|(a, b)| a - b).collect();
            let turned: Vec<f32> = new.iter().zip(&gradient).map(|(a, b)| a - b).collect();
            gradient = new;
            if product(&moved, &turned) > 1e-10 {
                memory.push_back((moved, turned));
                if memory.len() > MEMORY {
                    memory.pop_front();
                }
            }
            if was - loss < TOLERANCE * was {
                return;
            }
        }
    }
}

/// The quasi-Newton direction, by the two-loop recursion.
fn direction(gradient: &[f32], memory: &std::collections::VecDeque<(Vec<f32>, Vec<f32>)>) -> Vec<f32> {
    let mut direction: Vec<f32> = gradient.iter().map(|g| -g).collect();
    let mut shares = Vec::new();
    for (moved, turned) in memory.iter().rev() {
        let share = product(moved, &direction) / product(moved, turned);
        direction.iter_mut().zip(turned).for_each(|(d, t)| *d -= share as f32 * t);
        shares.push(share);
    }
    if let Some((moved, turned)) = memory.back() {
        let scale = (product(moved, turned) / product(turned, turned)) as f32;
        for d in &mut direction {
            *d *= scale;
        }
    }
    for ((moved, turned), share) in memory.iter().zip(shares.into_iter().rev()) {
        let by = (share - product(turned, &direction) / product(moved, turned)) as f32;
        direction.iter_mut().zip(moved).for_each(|(d, m)| *d += by * m);
    }
    direction
}

fn product(a: &[f32], b: &[f32]) -> f64 {
    let part = |(a, b): (&[f32], &[f32])| f64::from(crate::index::dense::dot(a, b).0);
    a.chunks(4096).zip(b.chunks(4096)).map(part).sum()
}

/// Makes probabilities of logits; the logarithm of what they were divided by.
fn softmax(logits: &mut [f32]) -> f64 {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for logit in logits.iter_mut() {
        *logit = (*logit - highest).exp();
    }
    let sum: f32 = logits.iter().sum();
    for p in logits {
        *p /= sum;
    }
    f64::from(highest) + f64::from(sum).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Point<'p> = ([f32; 2], &'p [(u32, f32)], usize);

    fn fitted(points: &[Point<'_>], strength: f32) -> Softmax {
        let samples: Vec<Labelled<'_>> = points
            .iter()
            .map(|(dense, sparse, class)| Labelled { input: Input { dense, sparse }, class: *class, weight: 1.0 })
            .collect();
        Softmax::fit(&samples, strength).unwrap()
    }

    fn best(model: &Softmax, dense: [f32; 2], sparse: &[(u32, f32)]) -> usize {
        let logits = model.logits(Input { dense: &dense, sparse });
        (0..logits.len()).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap()
    }

    #[test]
    fn classes_are_told_apart_by_either_vector() {
        let model = fitted(
            &[([1.0, 0.0], &[], 0), ([0.0, 1.0], &[], 1), ([0.0, 0.0], &[(7, 1.0)], 2), ([0.9, 0.1], &[(9, 1.0)], 0)],
            10.0,
        );
        assert_eq!((best(&model, [1.0, 0.1], &[]), best(&model, [0.1, 1.0], &[])), (0, 1));
        assert_eq!(best(&model, [0.1, 0.1], &[(7, 1.0), (1000, 5.0)]), 2, "an unknown bucket counts for nothing");
    }

    #[test]
    fn a_fit_agrees_with_the_reference() {
        // scikit-learn 1.9: LogisticRegression(C=2, tol=1e-12).fit(points, classes).predict_proba([[1, 1]]).
        let points = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [0.0, 2.0], [2.0, 2.0]];
        let samples: Vec<_> = points.into_iter().zip([0, 0, 1, 1, 0, 2, 2]).map(|(p, c)| (p, &[][..], c)).collect();
        let mut found = fitted(&samples, 2.0).logits(Input { dense: &[1.0, 1.0], sparse: &[] });
        softmax(&mut found);
        for (found, expected) in found.iter().zip([0.445_71, 0.337_85, 0.216_45]) {
            assert!((found - expected).abs() < 3e-3, "{found} is not {expected}");
        }
    }

    #[test]
    fn one_class_alone_cannot_be_fitted() {
        let input = Input { dense: &[1.0], sparse: &[] };
        assert!(Softmax::fit(&[Labelled { input, class: 0, weight: 1.0 }], 1.0).is_none());
        assert!(Softmax::fit(&[], 1.0).is_none());
    }
}
