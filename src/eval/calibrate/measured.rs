//! How well the gates part the cases that a promise is made on.

use super::{Seen, must_not_be_answered};
use crate::{
    answer::calibration::Calibration,
    eval::{
        Rate,
        metrics::gates::{auroc, calibration_error, fpr_at},
        metrics::selective::risk_coverage,
        report::RiskPoint,
    },
    router::Outcome,
};

/// Bins of the calibration error, as in Guo et al. 2017.
const BINS: usize = 15;

/// A gate's score against what it should let through.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gate {
    /// Cases that it should let through, and others.
    pub n: [usize; 2],
    /// The area under the ROC curve.
    pub auroc: Option<f64>,
    /// The false positive rate where 95% of what should pass does.
    pub fpr95: Option<f64>,
    /// The expected calibration error.
    pub ece: Option<f64>,
}

impl Gate {
    fn of(cases: &[(f64, bool)]) -> Self {
        let (scores, labels): (Vec<f64>, Vec<bool>) = cases.iter().copied().unzip();
        let passing = labels.iter().filter(|l| **l).count();
        Self {
            n: [passing, labels.len() - passing],
            auroc: auroc(&scores, &labels),
            fpr95: fpr_at(&scores, &labels, 0.95),
            ece: calibration_error(&scores, &labels, BINS).map(|e| e.value),
        }
    }
}

/// The gates on cases that they were not fitted on.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// The scope gate: answerable against out of the domain.
    pub scope: Gate,
    /// The evidence gate: answerable against what must not be answered, among what reaches it.
    pub evidence: Gate,
    /// Of what must not be answered, what is.
    pub passed: Rate,
    /// Of what can be answered, what is not.
    pub turned_away: Rate,
    /// What answering only the surest would cost.
    pub curve: Vec<RiskPoint>,
}

impl Measured {
    pub(super) fn of(judged: &[(&Seen<'_>, f64)], calibration: &Calibration) -> Self {
        let bar = f64::from(calibration.evidence_bar);
        let inside = |(s, _): &(&Seen<'_>, f64)| Some((f64::from(s.looked.scope.probability), super::is_inside(s)?));
        let scope: Vec<(f64, bool)> = judged.iter().filter_map(inside).collect();
        let evidence: Vec<(f64, bool)> =
            judged.iter().filter(|(_, p)| p.is_finite()).map(|(s, p)| (*p, !must_not_be_answered(s.case))).collect();
        let of = |wanted: bool| judged.iter().filter(move |(s, _)| s.case.expects(Outcome::Answer) == wanted);
        let (confidences, wrong): (Vec<f64>, Vec<bool>) =
            judged.iter().map(|(s, p)| (p.max(-1.0), must_not_be_answered(s.case))).unzip();
        Self {
            scope: Gate::of(&scope),
            evidence: Gate::of(&evidence),
            passed: Rate::count(of(false).filter(|(s, _)| must_not_be_answered(s.case)), |(_, p)| *p >= bar),
            turned_away: Rate::count(of(true), |(_, p)| *p < bar),
            curve: risk_coverage(&confidences, &wrong),
        }
    }
}
