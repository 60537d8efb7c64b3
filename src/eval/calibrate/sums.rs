//! Which cases ask for a sum: a classifier of what a calculator could take, fitted on the cases that are tagged `calculator`
//! and those that are not; each case is judged by one that was fitted without it.

use std::collections::BTreeMap;

use super::{FOLDS, Seen};
use crate::{
    router::logistic::{Logistic, Sample},
    specialist::Specialist,
};

/// The tag of cases whose answer is worked out.
const TAG: &str = "calculator";
/// As for the evidence gate; not searched for.
const RIDGE: f64 = 3.0;
/// Cases of each kind below which nothing is fitted anew: a dozen weights need some dozens.
const ENOUGH: usize = 30;

/// Which cases ask for a sum.
pub struct Sums {
    /// Of the cases that a calculator could take, by id, whether it does.
    taken: BTreeMap<String, bool>,
    /// Fitted on all of them; none where they are too few.
    model: Option<Logistic>,
}

impl Sums {
    /// Fits and judges.
    pub fn fit(specialist: &Specialist, seen: &[Seen<'_>], rankers: &[Logistic]) -> Self {
        let samples: Vec<(&Seen<'_>, Sample)> = seen
            .iter()
            .filter_map(|s| {
                let features = specialist.sum_features(&s.looked, &rankers[s.fold])?;
                let positive = s.case.tags.iter().any(|tag| tag == TAG);
                Some((s, Sample { features, positive, weight: 1.0 }))
            })
            .collect();
        let positives = samples.iter().filter(|(_, sample)| sample.positive).count();
        let present = &specialist.calibration().calculation;
        let enough = positives.min(samples.len() - positives) >= ENOUGH;
        let without = |fold: usize| -> Option<Logistic> {
            let rest = samples.iter().filter(|(s, _)| s.fold != fold).map(|(_, sample)| sample.clone());
            Logistic::fit(&rest.collect::<Vec<_>>(), RIDGE).filter(|_| enough)
        };
        let folds: Vec<Option<Logistic>> = (0..FOLDS).map(without).collect();
        let taken = samples.iter().map(|(s, sample)| {
            let model = folds[s.fold].as_ref().unwrap_or(present);
            (s.case.id.clone(), model.probability(&sample.features) >= crate::specialist::SUM_BAR)
        });
        Self { taken: taken.collect(), model: without(usize::MAX) }
    }

    /// The model that knows every case; where there are too few, the present one.
    pub fn model(&self, present: &Logistic) -> Logistic {
        self.model.clone().unwrap_or_else(|| present.clone())
    }

    /// Whether a calculator takes a case.
    pub fn takes(&self, seen: &Seen<'_>) -> bool {
        self.taken.get(&seen.case.id).copied().unwrap_or(false)
    }
}
