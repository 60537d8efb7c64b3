//! Bringing a row of numbers to a common size.

use crate::model::compute::float;

/// Rows that are worth a thread's while.
pub(super) const PART: usize = 8;

/// A norm with its weights.
#[derive(Debug, Clone)]
pub(super) struct Norm {
    pub kind: Kind,
    /// Added under the root.
    pub epsilon: f32,
    pub scale: Vec<f32>,
    pub shift: Option<Vec<f32>>,
}

/// Which norm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By the root of the mean square (Zhang & Sennrich 2019).
    RootMeanSquare,
    /// By mean and deviation (Ba, Kiros & Hinton 2016).
    Layer,
}

impl Norm {
    /// Brings a row, of as many numbers as there are weights, to size.
    pub fn apply(&self, row: &mut [f32]) {
        let count = row.len() as f32;
        if self.kind == Kind::Layer {
            let mean = float::sum(row, |number| number) / count;
            for number in row.iter_mut() {
                *number -= mean;
            }
        }
        let inverse = 1.0 / (float::sum(row, |number| number * number) / count + self.epsilon).sqrt();
        for (number, scale) in row.iter_mut().zip(&self.scale) {
            *number = *number * inverse * scale;
        }
        if let Some(shift) = &self.shift {
            row.iter_mut().zip(shift).for_each(|(number, shift)| *number += shift);
        }
    }
}
