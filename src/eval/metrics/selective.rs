//! What answering only the surest questions would cost and gain. Knows confidences and mistakes; not where either
//! comes from.

use super::ties;
use crate::eval::report::RiskPoint;

/// The risk–coverage curve (El-Yaniv & Wiener 2010), surest first: at each confidence that occurs, the share of
/// cases at least that sure and the share of wrong ones among them. Cases of one confidence form one point, since no
/// threshold parts them. Empty without cases, or when a confidence is not a number.
pub fn risk_coverage(confidences: &[f64], wrong: &[bool]) -> Vec<RiskPoint> {
    let n = confidences.len() as f64;
    let mut answered = Errors::default();
    let point = |group: Tied| {
        answered = Errors { wrong: answered.wrong + group.errors.wrong, of: answered.of + group.errors.of };
        let risk = answered.wrong as f64 / answered.of as f64;
        RiskPoint { coverage: answered.of as f64 / n, risk, threshold: group.confidence }
    };
    tied(confidences, wrong).unwrap_or_default().into_iter().map(point).collect()
}

/// The area under the risk–coverage curve as Geifman, Uziel & El-Yaniv (2019, "Bias-reduced uncertainty estimation for
/// deep neural classifiers", §2) define it: the mean of the risks of the surest 1, 2, …, n cases. `None` without
/// cases, or when a confidence is not a number.
///
/// Where confidences tie, the surest k are not determined. The value is then the expectation over every order of the
/// tied cases, each as likely: j of m tied cases of which e are wrong hold e·j/m wrong ones on average, and the mean
/// of risks is linear in those counts. It does not depend on the order in which cases are given.
pub fn aurc(confidences: &[f64], wrong: &[bool]) -> Option<f64> {
    let groups = tied(confidences, wrong)?;
    let mut before = Errors::default();
    let mut risks = 0.0;
    for Tied { errors, .. } in groups {
        let share = errors.wrong as f64 / errors.of as f64;
        for more in 1..=errors.of {
            risks += (before.wrong as f64 + share * more as f64) / (before.of + more) as f64;
        }
        before = Errors { wrong: before.wrong + errors.wrong, of: before.of + errors.of };
    }
    (before.of > 0).then(|| risks / before.of as f64)
}

/// How far [`aurc`] is above that of confidences which put every mistake last (E-AURC, same paper). That least
/// area is summed exactly here; the paper approximates it by r + (1 − r) ln(1 − r) at error rate r.
pub fn excess_aurc(confidences: &[f64], wrong: &[bool]) -> Option<f64> {
    let oracle: Vec<f64> = wrong.iter().map(|&wrong| if wrong { 0.0 } else { 1.0 }).collect();
    // Among cases that are all right or all wrong the order changes nothing, so its ties are harmless.
    Some(aurc(confidences, wrong)? - aurc(&oracle, wrong)?)
}

/// Mistakes among cases.
#[derive(Default, Clone, Copy)]
struct Errors {
    wrong: usize,
    of: usize,
}

/// Cases of one confidence.
struct Tied {
    confidence: f64,
    errors: Errors,
}

fn tied(confidences: &[f64], wrong: &[bool]) -> Option<Vec<Tied>> {
    assert_eq!(confidences.len(), wrong.len(), "right or wrong for every confidence");
    let of_group = |group: Vec<usize>| Tied {
        confidence: confidences[group[0]],
        errors: Errors { wrong: group.iter().filter(|&&at| wrong[at]).count(), of: group.len() },
    };
    Some(ties::falling(confidences)?.into_iter().map(of_group).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tied_confidences_form_one_point() {
        let curve = risk_coverage(&[0.9, 0.5, 0.5, 0.1], &[false, true, false, true]);
        let seen: Vec<(f64, f64, f64)> = curve.iter().map(|p| (p.coverage, p.risk, p.threshold)).collect();
        assert_eq!(seen, [(0.25, 0.0, 0.9), (0.75, 1.0 / 3.0, 0.5), (1.0, 0.5, 0.1)]);
    }

    #[test]
    fn confidences_that_part_right_from_wrong_have_no_excess() {
        assert_eq!(excess_aurc(&[0.9, 0.8, 0.2], &[false, false, true]), Some(0.0));
    }

    #[test]
    fn no_cases_have_no_curve() {
        assert_eq!((risk_coverage(&[], &[]), aurc(&[], &[])), (vec![], None));
        assert_eq!((risk_coverage(&[f64::NAN], &[true]), aurc(&[f64::NAN], &[true])), (vec![], None));
    }
}
