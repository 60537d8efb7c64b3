//! Facts about calibration: what is promised on one half of real cases, held against the other half and against all.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::router::certify::{Promise, Risk, Scored, binomial, certify};

const PROMISE: Promise = Promise { max_risk: 0.05, confidence: 0.95 };
const SPLITS: usize = 200;
/// Splits that may break a promise of 95%.
const MAY_BREAK: usize = SPLITS / 20;

/// What the evidence gate of `us-tax` says of its dev cases, 0 where a question did not reach it: the finding `evidence`
/// of `purview ask --batch`, to four digits. `outside` are the cases tagged `far` or `near` that must not be answered,
/// `answerable` those that may be. The gate knows some of these cases; here they are a population of scores and labels,
/// and nothing is asked of how it came about.
#[derive(Deserialize)]
struct Scores {
    outside: Vec<f64>,
    answerable: Vec<f64>,
}

/// What each risk is a share of: the questions outside the domain, or what is answered of both.
fn population(risk: Risk) -> Vec<Scored> {
    let scores: Scores = serde_json::from_str(include_str!("scores.json")).unwrap();
    let outside = scores.outside.into_iter().map(|score| Scored { score, wrong: true });
    let answerable = scores.answerable.into_iter().map(|score| Scored { score, wrong: false });
    match risk {
        Risk::OfAll => outside.collect(),
        Risk::OfAnswered => outside.chain(answerable).collect(),
    }
}

/// Two halves of the cases, by the hashes of their places.
fn halves(of: &[Scored], split: usize) -> (Vec<Scored>, Vec<Scored>) {
    let mut order: Vec<usize> = (0..of.len()).collect();
    order.sort_by_cached_key(|at| Sha256::digest(format!("{split} {at}")));
    let taken = |places: &[usize]| places.iter().map(|at| of[*at]).collect();
    let (labelled, unseen) = order.split_at(of.len() / 2);
    (taken(labelled), taken(unseen))
}

fn is_over(cases: &[Scored], risk: Risk, threshold: f64) -> bool {
    let through = || cases.iter().filter(|case| case.score >= threshold);
    let wrong = through().filter(|case| case.wrong).count();
    let trials = if risk == Risk::OfAll { cases.len() } else { through().count() };
    wrong as f64 > PROMISE.max_risk * trials as f64
}

/// What came of choosing a threshold on one half, [`SPLITS`] times.
#[derive(Debug, Default)]
struct Found {
    /// Splits in which there was a threshold.
    given: usize,
    /// Those in which its risk over the whole population is over the promised one.
    broken: usize,
    /// Those in which its rate on the other half is.
    over_there: usize,
}

fn found(risk: Risk, choose: impl Fn(&[Scored]) -> Option<f64>) -> Found {
    let everyone = population(risk);
    let mut found = Found::default();
    for split in 0..SPLITS {
        let (labelled, unseen) = halves(&everyone, split);
        let Some(threshold) = choose(&labelled) else { continue };
        found.given += 1;
        found.broken += usize::from(is_over(&everyone, risk, threshold));
        found.over_there += usize::from(is_over(&unseen, risk, threshold));
    }
    found
}

fn certified(risk: Risk) -> Found {
    found(risk, |labelled| Some(certify(labelled, risk, PROMISE).ok()?.threshold))
}

/// ln of n over k.
fn ln_choose(n: usize, k: usize) -> f64 {
    (0..k).map(|at| ((n - at) as f64 / (at + 1) as f64).ln()).sum()
}

/// The probability that the rate on the other half is over the promised one, where all cases are wrong and the
/// threshold lies next above the (c + 1)th of a half of `labelled`: that c of them at most are among the surest c + m of
/// both halves, m being the fewest in the other half that are too many. It is hypergeometric, and knows no scores.
fn over_by_chance(labelled: usize, unseen: usize) -> f64 {
    let allowed = binomial::errors_allowed(labelled, PROMISE.max_risk, PROMISE.confidence).unwrap();
    let surest = allowed + 1 + (PROMISE.max_risk * unseen as f64) as usize;
    let all = labelled + unseen;
    let exactly = |c| ln_choose(surest, c) + ln_choose(all - surest, labelled - c) - ln_choose(all, labelled);
    (0..=allowed).map(|c| exactly(c).exp()).sum()
}

/// The population's own risk is the truth that a certificate speaks of. A half drawn without replacement spreads less
/// about it than independent draws do, so at most 5% of thresholds break 5% at 95%; that is what is asserted of both
/// risks. On the other half a threshold that keeps the promise is over it now and then, since that half has chance of
/// its own, and more wrong cases the fewer the first one had. For a share of all, how often is known exactly
/// ([`over_by_chance`]; with ties less often, as they are held back together), and the splits that are over must not be
/// more than all but one in a thousand runs of independent splits would have. For a share of the answered nothing exact
/// is known, and nothing is asserted of the other half.
#[test]
fn the_promise_holds_over_200_random_splits() {
    for risk in [Risk::OfAll, Risk::OfAnswered] {
        let found = certified(risk);
        assert!(found.given >= SPLITS / 2 && found.broken <= MAY_BREAK, "{risk:?}: {found:?}");
    }
    let n = population(Risk::OfAll).len();
    let by_chance = over_by_chance(n / 2, n - n / 2);
    let at_most = (0..=SPLITS).find(|over| binomial::cdf(*over, SPLITS, by_chance) >= 0.999).unwrap();
    let found = certified(Risk::OfAll);
    assert!(found.over_there <= at_most, "{found:?}: {by_chance} is {at_most} at most");
}

/// The same splits tell a threshold that keeps the promise from one that only looks as if it did on its half.
#[test]
fn the_threshold_that_looks_best_on_one_half_breaks_the_promise() {
    for risk in [Risk::OfAll, Risk::OfAnswered] {
        let loosest = |labelled: &[Scored]| {
            let scores = labelled.iter().map(|case| case.score).filter(|score| !is_over(labelled, risk, *score));
            scores.min_by(f64::total_cmp)
        };
        let found = found(risk, loosest);
        assert!(found.broken > 3 * MAY_BREAK, "{risk:?}: {found:?}");
    }
}
