//! What is promised, what was found to keep it, and what is missing where nothing was. Knows counts and their wording;
//! not how a threshold is chosen.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Risk, binomial};

/// "At most this share, and this surely."
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// The share that may be wrong, strictly between 0 and 1.
    pub max_risk: f64,
    /// How likely, over draws of the cases, a threshold that is given out keeps to that share; strictly between 0
    /// and 1.
    pub confidence: f64,
}

impl Promise {
    /// What makes it no promise, for whoever wrote it; `None` for a sound one.
    pub fn fault(&self) -> Option<String> {
        let shares = [("max_risk", self.max_risk), ("confidence", self.confidence)];
        let (name, value) = shares.into_iter().find(|&(_, value)| !(0.0 < value && value < 1.0))?;
        Some(format!("`{name}` is {value}, and has to lie between 0 and 1"))
    }

    /// The probability of giving out a threshold that breaks the promise: 1 − confidence.
    pub fn level(&self) -> f64 {
        1.0 - self.confidence
    }

    /// Whether this many wrong of `of` keep it at a threshold that was fixed beforehand.
    pub fn is_kept_by(&self, wrong: usize, of: usize) -> bool {
        binomial::p_value(wrong, of, self.max_risk) <= self.level()
    }

    /// The fewest cases of which so many may be wrong.
    pub fn cases_needed(&self, wrong: usize) -> usize {
        binomial::cases_needed(wrong, self.max_risk, self.confidence)
    }
}

/// A threshold that keeps a promise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// What is promised.
    pub promise: Promise,
    /// Of what it is a share.
    pub risk: Risk,
    /// A case is let through when its score, as an f64, is this or above. It lies next above the score of a case that
    /// is not let through, so it must not be rounded; `f64::MIN` lets every finite score through.
    pub threshold: f64,
    /// Cases let through.
    pub let_through: usize,
    /// Wrong ones among them.
    pub wrong: usize,
    /// All cases.
    pub of: usize,
    /// The upper bound of Clopper & Pearson on the risk at this threshold, at most the promised one. What is promised
    /// is `max_risk`: this number would be promised only if the threshold had been fixed beforehand.
    pub bound: f64,
    /// The exact binomial p-value of "the risk is over `max_risk`" at this threshold.
    pub p_value: f64,
}

impl Certificate {
    pub(super) fn new(promise: Promise, risk: Risk, threshold: f64, counted: Counted) -> Self {
        let Counted { let_through, wrong, of } = counted;
        let trials = counted.trials(risk);
        let bound = binomial::upper_bound(wrong, trials, promise.confidence);
        let p_value = binomial::p_value(wrong, trials, promise.max_risk);
        Self { promise, risk, threshold, let_through, wrong, of, bound, p_value }
    }
}

/// Why no threshold keeps a promise, counted where it would be easiest to keep: at the strictest threshold that was
/// looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shortfall {
    /// What was to be promised.
    pub promise: Promise,
    /// Of what it is a share.
    pub risk: Risk,
    /// Cases let through there.
    pub let_through: usize,
    /// Wrong ones among them.
    pub wrong: usize,
    /// All cases.
    pub of: usize,
    /// How many cases the risk would have to be a share of, with as many wrong ones, for the promise to be kept.
    pub needed: usize,
}

impl Shortfall {
    pub(super) fn new(promise: Promise, risk: Risk, counted: Counted) -> Self {
        let Counted { let_through, wrong, of } = counted;
        Self { promise, risk, let_through, wrong, of, needed: promise.cases_needed(wrong) }
    }

    /// How many more cases, none of them wrong, would keep the promise there; `None` where the share that is wrong is
    /// over the promised one, so that more of the same would not.
    pub fn more(&self) -> Option<usize> {
        (self.observed() <= self.promise.max_risk).then(|| self.needed.saturating_sub(self.trials()))
    }

    /// The share that was wrong; of nothing 0.
    pub fn observed(&self) -> f64 {
        if self.trials() == 0 { 0.0 } else { self.wrong as f64 / self.trials() as f64 }
    }

    fn trials(&self) -> usize {
        Counted { let_through: self.let_through, wrong: self.wrong, of: self.of }.trials(self.risk)
    }
}

/// `at most 5% wrong with 95% confidence: 120 of 280 let through, 1 of them wrong`.
impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { let_through, wrong, of, .. } = self;
        write!(f, "{}: {let_through} of {of} let through, {wrong} of them wrong", said(self.promise, self.risk))
    }
}

/// `at most 2% wrong with 95% confidence needs 149 answered cases without an error; there are 61 (0 wrong): 88 more`.
impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (trials, wrong, needed) = (self.trials(), self.wrong, self.needed);
        let cases = match self.risk {
            Risk::OfAll => "cases",
            Risk::OfAnswered => "answered cases",
        };
        let there = if trials == self.of {
            format!("{trials} ({wrong} wrong)")
        } else {
            format!("{trials} ({wrong} wrong), the surest of {}", self.of)
        };
        write!(f, "{} needs ", said(self.promise, self.risk))?;
        match (self.more(), wrong) {
            (Some(more), 0) => write!(f, "{needed} {cases} without an error; there are {there}: {more} more"),
            (Some(more), _) => {
                write!(f, "{needed} {cases} with {wrong} wrong; there are {there}: {more} more without an error")
            }
            (None, _) => {
                let observed = percent((self.observed() * 1e3).round() / 1e3);
                let target = percent(self.promise.max_risk);
                write!(f, "a lower risk than was seen: of {trials} {cases} {wrong} were wrong, {observed}, ")?;
                write!(f, "which is over {target} itself; more cases alone will not help")
            }
        }
    }
}

/// A promise in words.
fn said(promise: Promise, risk: Risk) -> String {
    let wrong = match risk {
        Risk::OfAll => "wrongly let through",
        Risk::OfAnswered => "wrong",
    };
    format!("at most {} {wrong} with {} confidence", percent(promise.max_risk), percent(promise.confidence))
}

/// What a threshold does to the cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) let_through: usize,
    pub(super) wrong: usize,
    pub(super) of: usize,
}

impl Counted {
    /// How many cases the risk is a share of.
    pub(super) fn trials(&self, risk: Risk) -> usize {
        match risk {
            Risk::OfAll => self.of,
            Risk::OfAnswered => self.let_through,
        }
    }
}

/// A share as people write it: up to four decimals of a percent, and no more than it has.
fn percent(share: f64) -> String {
    format!("{}%", (share * 1e6).round() / 1e4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortfall(max_risk: f64, risk: Risk, let_through: usize, wrong: usize, of: usize) -> String {
        let promise = Promise { max_risk, confidence: 0.95 };
        Shortfall::new(promise, risk, Counted { let_through, wrong, of }).to_string()
    }

    #[test]
    fn a_shortfall_says_how_many_cases_are_missing() {
        assert_eq!(
            shortfall(0.02, Risk::OfAnswered, 61, 0, 61),
            "at most 2% wrong with 95% confidence needs 149 answered cases without an error; there are 61 (0 wrong): \
             88 more"
        );
        assert_eq!(
            shortfall(0.05, Risk::OfAnswered, 93, 2, 280),
            "at most 5% wrong with 95% confidence needs 124 answered cases with 2 wrong; there are 93 (2 wrong), the \
             surest of 280: 31 more without an error"
        );
        assert_eq!(
            shortfall(0.05, Risk::OfAll, 0, 0, 40),
            "at most 5% wrongly let through with 95% confidence needs 59 cases without an error; there are 40 (0 \
             wrong): 19 more"
        );
    }

    #[test]
    fn where_too_much_is_wrong_more_cases_are_not_asked_for() {
        assert_eq!(
            shortfall(0.025, Risk::OfAnswered, 180, 15, 180),
            "at most 2.5% wrong with 95% confidence needs a lower risk than was seen: of 180 answered cases 15 were \
             wrong, 8.3%, which is over 2.5% itself; more cases alone will not help"
        );
    }

    #[test]
    fn what_is_missing_is_enough_once_it_is_there() {
        let promise = Promise { max_risk: 0.05, confidence: 0.95 };
        let short = Shortfall::new(promise, Risk::OfAnswered, Counted { let_through: 100, wrong: 3, of: 100 });
        let more = short.more().unwrap();
        assert!(promise.is_kept_by(3, 100 + more) && !promise.is_kept_by(3, 99 + more));
        // A rate that is just the promised one is not over it.
        let at_the_target = Shortfall::new(promise, Risk::OfAnswered, Counted { let_through: 100, wrong: 5, of: 100 });
        assert_eq!(at_the_target.more(), Some(108));
    }

    #[test]
    fn shares_of_nothing_or_everything_are_no_promise() {
        let fault = |max_risk, confidence| Promise { max_risk, confidence }.fault();
        assert_eq!(fault(0.05, 0.95), None);
        assert_eq!(fault(0.05, 95.0).as_deref(), Some("`confidence` is 95, and has to lie between 0 and 1"));
        assert!(fault(0.0, 0.95).is_some() && fault(f64::NAN, 0.95).is_some());
    }
}
