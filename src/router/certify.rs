//! Chooses operating points with a guarantee: the threshold that lets most cases through and, with a stated
//! confidence, keeps a stated share of mistakes. Knows scores and mistakes; not what is let through nor by which gate.
//!
//! The guarantee is over draws: whoever draws labelled cases independently from the questions to come, and asks for a
//! certificate at 95% confidence, is given a threshold whose true risk is over the promised one in at most 5% of draws.
//! It holds for every distribution of scores and mistakes (tied scores: see the end) and at every number of cases. It
//! says nothing about questions of another kind than the cases, nor where cases are paraphrases of one another, nor
//! where the score was fitted on the same cases; and two certificates at 95% are together promised at 90% only.
//!
//! # How the threshold is chosen
//! By fixed-sequence testing (Bauer 1991, "Multiple testing in clinical trials"; Angelopoulos, Bates, Candès, Jordan &
//! Lei 2021, "Learn then test", §4): candidates stand in an order that the labels have no say in, each is tested at the
//! full level 1 − confidence with the exact binomial p-value of "the risk is over the promised one", and the last one
//! before the first that fails is taken. A threshold that breaks the promise is given out only if the first candidate
//! to break it passes its own test. To look at all thresholds and take the best that passes would break it.
//!
//! **Share of all** ([`Risk::OfAll`]). Mistakes let through only become more as the threshold falls, so every observed
//! score is a candidate, and there is nothing to pay for that: with c mistakes allowed among n cases the threshold lies
//! next above the (c + 1)th mistake from the top. This is the tolerance limit of Wilks (1941).
//!
//! **Share of the answered** ([`Risk::OfAnswered`]). This risk may rise and fall. Candidate j lets the k surest cases
//! through, where k is the fewest of which j mistakes are allowed ([`Promise::cases_needed`]): between two such numbers
//! one more case can only fail the test. The first k is the first such number from a third of the cases on, the last is
//! all of them. These numbers follow from the number of cases and the promise alone; the threshold T that belongs to k
//! is the score of the case at place k + 1, which is itself not let through. The promise is kept, because:
//!
//! 1. *One test.* Given T, the k cases above it are independent draws from those scoring above T (David & Nagaraja
//!    2003, "Order statistics", §2.5). Their mistakes are binomial with just the risk R(T) that the threshold has: the
//!    test is exact, although T was drawn. The case at T is left out, being no such draw.
//! 2. *The order.* Let α be the promised risk and cut the scores where R crosses it. Over a stretch between two
//!    crossings the cases' mean risk is then α. How many cases fall into each stretch settles which candidate is the
//!    first with R(T) > α. Given those numbers, its mistakes come from whole stretches, at mean risk α, and from its
//!    own stretch above T, at a mean over α, since R(T) > α is the mean of all of them. So they are at least as many as
//!    α alone would make them, and the test passes with a probability of at most 1 − confidence.
//!
//! Scores that tie are let through together. Then fewer than k cases may lie above T, and the test takes those there
//! are; where they are too few for any test to pass, the sequence begins further on. Both depend on scores and not on
//! labels. Each test stays exact, but the second argument no longer covers the order fully, as R jumps over α at a tie.
//! A throwaway search (594 climbs over populations of 2 to 60 tied scores with risks about 5%, 60 to 300 cases, 60,000
//! draws each) found none in which a promise of 95% was broken in more than 4.7% of draws.

pub mod binomial;
mod certificate;

#[cfg(test)]
mod simulation;

use serde::{Deserialize, Serialize};

use certificate::Counted;
pub use certificate::{Certificate, Promise, Shortfall};

/// The first candidate lets a third of the cases through. A stricter start has fewer cases and is likelier to fail by
/// chance; a looser one gives up where only the surest are safe. Of starts at the fewest cases possible, 1/5, 1/4, 1/3,
/// 2/5 and 1/2 it loses least where it does worst, 21 points of coverage against the best of them (23 to 76 for the
/// others): 2,000 draws each of ten simulated risk curves at 100 to 1,000 cases and promises of 2, 5 and 10%, by a
/// throwaway script.
const FIRST_PART: usize = 3;
/// Candidates at most, so that time grows with the number of cases only as sorting does.
const CANDIDATES: usize = 200;

/// Of what the promised share is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// Of all cases: those that are let through and wrong. Over cases that should all be held back it is the false pass
    /// rate.
    OfAll,
    /// Of the cases let through: those that are wrong, the selective risk (Geifman & El-Yaniv 2017, "Selective
    /// classification for deep neural networks").
    OfAnswered,
}

/// A labelled case: let through where its score is the threshold or above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// How sure the gate is. A case whose score is not a number, or −∞, is never let through.
    pub score: f64,
    /// Whether to let it through is a mistake.
    pub wrong: bool,
}

/// The threshold that lets most through and keeps the promise; the same for the same cases in any order.
///
/// # Panics
/// Where [`Promise::fault`] has something to say.
pub fn certify(cases: &[Scored], risk: Risk, promise: Promise) -> Result<Certificate, Shortfall> {
    assert_eq!(promise.fault(), None, "no promise");
    let ranked = Ranked::new(cases);
    match risk {
        Risk::OfAll => of_all(&ranked, promise),
        Risk::OfAnswered => of_answered(&ranked, promise),
    }
}

fn of_all(ranked: &Ranked, promise: Promise) -> Result<Certificate, Shortfall> {
    let (max_risk, confidence) = (promise.max_risk, promise.confidence);
    let Some(allowed) = binomial::errors_allowed(ranked.of, max_risk, confidence) else {
        let nothing = Counted { let_through: 0, wrong: 0, of: ranked.of };
        return Err(Shortfall::new(promise, Risk::OfAll, nothing));
    };
    let one_too_many = ranked.surest_first.iter().filter(|case| case.wrong).nth(allowed);
    let threshold = one_too_many.map_or(f64::MIN, |case| case.score.next_up());
    let counted = ranked.at(threshold);
    // Nothing lies above mistakes at +∞.
    if counted.wrong > allowed {
        return Err(Shortfall::new(promise, Risk::OfAll, counted));
    }
    Ok(Certificate::new(promise, Risk::OfAll, threshold, counted))
}

fn of_answered(ranked: &Ranked, promise: Promise) -> Result<Certificate, Shortfall> {
    let mut best = None;
    for threshold in thresholds(ranked, promise) {
        let counted = ranked.at(threshold);
        if !promise.is_kept_by(counted.wrong, counted.let_through) {
            return best.ok_or_else(|| Shortfall::new(promise, Risk::OfAnswered, counted));
        }
        best = Some(Certificate::new(promise, Risk::OfAnswered, threshold, counted));
    }
    best.ok_or_else(|| Shortfall::new(promise, Risk::OfAnswered, ranked.at(f64::MIN)))
}

/// The candidates for a share of the answered, strictest first, from the scores alone.
fn thresholds(ranked: &Ranked, promise: Promise) -> impl Iterator<Item = f64> {
    let cases = &ranked.surest_first;
    let least = promise.cases_needed(0);
    let above = move |case: &Scored| (case.score.next_up(), cases.partition_point(|other| other.score > case.score));
    let strict = candidates(cases.len(), promise).filter_map(|k| cases.get(k)).map(above);
    let feasible = strict.filter(move |&(_, let_through)| let_through >= least).map(|(threshold, _)| threshold);
    feasible.chain((cases.len() >= least).then_some(f64::MIN))
}

/// How many of `n` cases each candidate lets through, rising: numbers at which one mistake more is allowed.
fn candidates(n: usize, promise: Promise) -> impl Iterator<Item = usize> {
    let allowed = move |n| binomial::errors_allowed(n, promise.max_risk, promise.confidence);
    let budgets = move |most: usize| {
        // The fewest mistakes that are first allowed at a third of the cases or more.
        let first = allowed(n.div_ceil(FIRST_PART) - 1).map_or(0, |errors| errors + 1).min(most);
        (first..=most).step_by((most - first) / CANDIDATES + 1)
    };
    allowed(n).into_iter().flat_map(budgets).map(move |mistakes| promise.cases_needed(mistakes))
}

/// Cases by falling score, without those that are never let through.
struct Ranked {
    surest_first: Vec<Scored>,
    /// All cases.
    of: usize,
}

impl Ranked {
    fn new(cases: &[Scored]) -> Self {
        let mut surest_first: Vec<Scored> =
            cases.iter().copied().filter(|case| case.score > f64::NEG_INFINITY).collect();
        surest_first.sort_by(|a, b| b.score.total_cmp(&a.score));
        Self { surest_first, of: cases.len() }
    }

    /// What a threshold does.
    fn at(&self, threshold: f64) -> Counted {
        let let_through = self.surest_first.partition_point(|case| case.score >= threshold);
        let wrong = self.surest_first[..let_through].iter().filter(|case| case.wrong).count();
        Counted { let_through, wrong, of: self.of }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PROMISE: Promise = Promise { max_risk: 0.05, confidence: 0.95 };

    /// Cases by falling score, from whether each is wrong.
    fn falling(n: i32, wrong: impl Fn(i32) -> bool) -> Vec<Scored> {
        (0..n).map(|i| Scored { score: f64::from(-i), wrong: wrong(i) }).collect()
    }

    #[test]
    fn with_59_right_cases_all_are_let_through_and_with_58_one_is_missing() {
        let right = falling(59, |_| false);
        let found = certify(&right, Risk::OfAnswered, PROMISE).unwrap();
        assert_eq!((found.threshold, found.let_through, found.of), (f64::MIN, 59, 59));
        let short = certify(&right[1..], Risk::OfAnswered, PROMISE).unwrap_err();
        assert_eq!((short.needed, short.more()), (59, Some(1)));
    }

    #[test]
    fn of_a_hundred_outsiders_one_passes_and_the_next_places_the_threshold() {
        let found = certify(&falling(100, |_| true), Risk::OfAll, PROMISE).unwrap();
        assert_eq!((found.threshold, found.let_through, found.wrong), ((-1.0_f64).next_up(), 1, 1));
        assert!(certify(&falling(58, |_| true), Risk::OfAll, PROMISE).is_err());
    }

    #[test]
    fn the_last_candidate_before_the_first_failure_is_taken() {
        // A third of 300 cases or more, where one mistake more is first allowed: 124 (2), 153 (3), 181 (4), 208 (5), …
        let found = certify(&falling(300, |i| i % 50 == 0 || i > 160), Risk::OfAnswered, PROMISE).unwrap_err();
        assert_eq!((found.let_through, found.wrong), (124, 3));
        let found = certify(&falling(300, |i| i % 70 == 10 || i > 180), Risk::OfAnswered, PROMISE).unwrap();
        assert_eq!((found.threshold, found.let_through, found.wrong), ((-181.0_f64).next_up(), 181, 3));
    }

    #[test]
    fn scores_that_tie_are_let_through_together_or_not_at_all() {
        let tied = |i: i32| Scored { score: f64::from(-(i / 100)), wrong: i >= 200 && i % 5 == 0 };
        let cases: Vec<Scored> = (0..300).map(tied).collect();
        let found = certify(&cases, Risk::OfAnswered, PROMISE).unwrap();
        assert_eq!((found.threshold, found.let_through, found.wrong), ((-2.0_f64).next_up(), 200, 0));
        // The first three candidates fall into one tie, with only 40 cases above it: no test could pass on so few.
        let tied_below_40 =
            |i: i32| Scored { score: f64::from(if (40..200).contains(&i) { -40 } else { -i }), wrong: false };
        let cases: Vec<Scored> = (0..300).map(tied_below_40).collect();
        assert_eq!(certify(&cases, Risk::OfAnswered, PROMISE).unwrap().let_through, 300);
        let one_score: Vec<Scored> = (0..300).map(|_| Scored { score: 0.5, wrong: false }).collect();
        assert_eq!(certify(&one_score, Risk::OfAnswered, PROMISE).unwrap().let_through, 300);
    }

    #[test]
    fn scores_without_a_place_are_never_let_through() {
        let mut cases = falling(100, |_| false);
        cases.extend([f64::NAN, f64::NEG_INFINITY].map(|score| Scored { score, wrong: true }));
        for risk in [Risk::OfAll, Risk::OfAnswered] {
            let found = certify(&cases, risk, PROMISE).unwrap();
            assert_eq!((found.let_through, found.wrong, found.of), (100, 0, 102));
        }
    }

    #[test]
    fn mistakes_that_no_threshold_holds_back_are_a_shortfall() {
        let certain: Vec<Scored> = (0..100).map(|_| Scored { score: f64::INFINITY, wrong: true }).collect();
        for risk in [Risk::OfAll, Risk::OfAnswered] {
            let short = certify(&certain, risk, PROMISE).unwrap_err();
            assert_eq!((short.wrong, short.more()), (100, None));
        }
    }

    #[test]
    fn without_cases_there_is_no_threshold() {
        for risk in [Risk::OfAll, Risk::OfAnswered] {
            assert_eq!(certify(&[], risk, PROMISE).unwrap_err().more(), Some(59));
        }
    }

    fn scored() -> impl Strategy<Value = Vec<Scored>> {
        let case = (0_u8..200, 0.0_f64..1.0).prop_map(|(score, chance)| {
            let score = f64::from(score) / 200.0;
            Scored { score, wrong: chance < 0.3 * (1.0 - score) }
        });
        proptest::collection::vec(case, 0..400)
    }

    proptest! {
        #[test]
        fn a_certificate_counts_what_its_threshold_does(cases in scored()) {
            for risk in [Risk::OfAll, Risk::OfAnswered] {
                let Ok(found) = certify(&cases, risk, PROMISE) else { continue };
                let through = cases.iter().filter(|case| case.score >= found.threshold);
                let (let_through, wrong) = through.fold((0, 0), |(n, e), case| (n + 1, e + usize::from(case.wrong)));
                prop_assert_eq!((let_through, wrong, cases.len()), (found.let_through, found.wrong, found.of));
                prop_assert!(found.p_value <= PROMISE.level() && found.bound <= PROMISE.max_risk);
            }
        }

        #[test]
        fn the_order_of_the_cases_does_not_matter(cases in scored(), by in 0_usize..400) {
            let mut turned = cases.clone();
            turned.rotate_left(by % cases.len().max(1));
            for risk in [Risk::OfAll, Risk::OfAnswered] {
                prop_assert_eq!(certify(&turned, risk, PROMISE), certify(&cases, risk, PROMISE));
            }
        }

        #[test]
        fn labels_have_no_say_in_the_candidates(cases in scored()) {
            let flipped: Vec<Scored> = cases.iter().map(|case| Scored { wrong: !case.wrong, ..*case }).collect();
            let candidates = |cases| thresholds(&Ranked::new(cases), PROMISE).collect::<Vec<f64>>();
            prop_assert_eq!(candidates(&cases), candidates(&flipped));
        }

        #[test]
        fn one_mistake_less_never_lets_fewer_through(cases in scored(), at in 0_usize..400) {
            let mut better = cases.clone();
            if let Some(case) = better.get_mut(at) {
                case.wrong = false;
            }
            for risk in [Risk::OfAll, Risk::OfAnswered] {
                let let_through = |cases| certify(cases, risk, PROMISE).map_or(0, |found| found.let_through);
                prop_assert!(let_through(&better) >= let_through(&cases));
            }
        }
    }
}
