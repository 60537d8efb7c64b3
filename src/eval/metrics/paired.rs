//! Whether the same cases came out differently twice. Knows pairs of results; not which run is the baseline's nor
//! which direction is better.

use super::interval::{mean_at, percentile_interval, resample};
use crate::eval::Rate;

/// The same cases judged right or wrong twice: the 2×2 table of `McNemar`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PairedRates {
    /// Right both times.
    pub both: usize,
    /// Right before, wrong after.
    pub only_before: usize,
    /// Wrong before, right after.
    pub only_after: usize,
    /// Wrong both times.
    pub neither: usize,
}

impl PairedRates {
    /// Counts pairs of right-before and right-after.
    pub fn count(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut table = Self::default();
        for pair in pairs {
            match pair {
                (true, true) => table.both += 1,
                (true, false) => table.only_before += 1,
                (false, true) => table.only_after += 1,
                (false, false) => table.neither += 1,
            }
        }
        table
    }

    /// Cases.
    pub fn n(self) -> usize {
        self.both + self.only_before + self.only_after + self.neither
    }

    /// Right before.
    pub fn before(self) -> Rate {
        Rate { hits: self.both + self.only_before, of: self.n() }
    }

    /// Right after.
    pub fn after(self) -> Rate {
        Rate { hits: self.both + self.only_after, of: self.n() }
    }

    /// What the rate gained.
    pub fn difference(self) -> f64 {
        self.after().value() - self.before().value()
    }

    /// The two-sided p of `McNemar`'s test (1947), exact: twice the chance of so few discordant pairs, or fewer, on
    /// the rarer side were both sides equally likely, at most 1 (statsmodels' `mcnemar(exact=True)`). Above 0 even
    /// where it is too small for a float.
    pub fn mcnemar(self) -> f64 {
        let (few, many) = (self.only_before.min(self.only_after), self.only_before.max(self.only_after));
        (2.0 * fair_tail(few, few + many)).clamp(f64::MIN_POSITIVE, 1.0)
    }

    /// The 95% interval of [`Self::difference`]: Newcombe's method 10 (1998, "Improved confidence intervals for the
    /// difference between binomial proportions based on paired data"), the "square-and-add" of Fagerland, Lydersen &
    /// Laake (2017, chapter 8). It joins the two Wilson intervals, allowing for their correlation φ with a continuity
    /// correction. Of no cases it is `(-1, 1)`.
    pub fn interval(self) -> (f64, f64) {
        if self.n() == 0 {
            return (-1.0, 1.0);
        }
        let (before, after) = (self.before(), self.after());
        let ((before_low, before_high), (after_low, after_high)) = (before.interval(), after.interval());
        let phi = self.correlation();
        let joined = |a: f64, b: f64| (a * a - 2.0 * phi * a * b + b * b).max(0.0).sqrt();
        let down = joined(after.value() - after_low, before_high - before.value());
        let up = joined(after_high - after.value(), before.value() - before_low);
        ((self.difference() - down).max(-1.0), (self.difference() + up).min(1.0))
    }

    /// Newcombe's φ: the correlation of before and after, half the cases taken off what agrees more than by chance.
    fn correlation(self) -> f64 {
        let [a, b, c, d] = [self.both, self.only_before, self.only_after, self.neither].map(|count| count as f64);
        let margins = (a + b) * (c + d) * (a + c) * (b + d);
        let agreement = a * d - b * c;
        let corrected = if agreement > 0.0 { (agreement - (a + b + c + d) / 2.0).max(0.0) } else { agreement };
        // A margin of 0: one of the two never varies.
        if margins > 0.0 { corrected / margins.sqrt() } else { 0.0 }
    }
}

/// The chance of `few` heads or fewer in `n` throws of a fair coin, for `few` up to half of `n`.
fn fair_tail(few: usize, n: usize) -> f64 {
    // The binomial coefficient grows with every factor; halving on the way keeps it within a float's range.
    let (mut term, mut halvings) = (1.0, n);
    for i in 1..=few {
        term *= (n - few + i) as f64 / i as f64;
        while term > 1.0 && halvings > 0 {
            term *= 0.5;
            halvings -= 1;
        }
    }
    term *= 0.5_f64.powi(halvings as i32);
    // From the largest term down: C(n, k − 1) = C(n, k) · k / (n − k + 1).
    let mut sum = term;
    for k in (1..=few).rev() {
        term *= k as f64 / (n - k + 1) as f64;
        sum += term;
    }
    sum
}

/// What the mean of the same cases gained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanDifference {
    /// The mean after, less the mean before.
    pub difference: f64,
    /// The lower end of its 95% interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How likely a difference this large is by chance, two-sided.
    pub p: f64,
    /// Cases.
    pub n: usize,
}

/// The paired bootstrap of a difference of means: cases are drawn with replacement, each with both its values.
///
/// The interval is the percentile one. The p inverts it (Efron & Tibshirani 1993, §15.4; Koehn 2004 compares systems
/// so): the share of resampled differences at zero or on its other side, doubled, at most 1. Like a Monte Carlo
/// test's, the share is (1 + count) / (1 + resamples), so that it is never 0 (Davison & Hinkley 1997, eq. 4.11).
/// Pairs with a value that is not a number are left out; `None` when none remain.
pub fn difference_of_means(before: &[f64], after: &[f64], seed: u64) -> Option<MeanDifference> {
    assert_eq!(before.len(), after.len(), "a value before and after for every case");
    let gains: Vec<f64> = before.iter().zip(after).map(|(b, a)| a - b).filter(|gain| !gain.is_nan()).collect();
    let resampled = resample(gains.len(), seed, |indices| mean_at(&gains, indices));
    let (low, high) = percentile_interval(&resampled)?;
    let share = |count: usize| (1 + count) as f64 / (1 + resampled.len()) as f64;
    let below = share(resampled.iter().filter(|&&gain| gain <= 0.0).count());
    let above = share(resampled.iter().filter(|&&gain| gain >= 0.0).count());
    let difference = gains.iter().sum::<f64>() / gains.len() as f64;
    Some(MeanDifference { difference, low, high, p: (2.0 * below.min(above)).min(1.0), n: gains.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_paired_rates_is_newcombes() {
        // Complete response before and after consolidation therapy (Cavo et al. 2012). For before less after, the test
        // of `Newcombe_square_and_add_CI_paired_2x2` in R's contingencytables has −0.0621 (−0.1186 to −0.0046).
        let (low, high) = PairedRates { both: 59, only_before: 6, only_after: 16, neither: 80 }.interval();
        assert!((low - 0.0046).abs() < 5e-5 && (high - 0.1186).abs() < 5e-5, "{low} {high}");
    }

    #[test]
    fn no_cases_leave_everything_open() {
        let none = PairedRates::count([]);
        assert_eq!((none.interval(), none.n()), ((-1.0, 1.0), 0));
        assert!((none.mcnemar() - 1.0).abs() < f64::EPSILON);
        assert_eq!(difference_of_means(&[], &[], 1), None);
        assert_eq!(difference_of_means(&[f64::NAN], &[1.0], 1), None);
    }

    #[test]
    fn equal_results_differ_by_chance_only() {
        let same = difference_of_means(&[0.2, 0.9], &[0.2, 0.9], 1).unwrap();
        assert_eq!(same, MeanDifference { difference: 0.0, low: 0.0, high: 0.0, p: 1.0, n: 2 });
    }

    #[test]
    fn a_gain_of_every_case_has_the_least_p() {
        let gained = difference_of_means(&[0.0; 30], &[0.5; 30], 1).unwrap();
        assert!((gained.p - 2.0 / 2_001.0).abs() < 1e-15, "{}", gained.p);
    }

    #[test]
    fn thousands_of_discordant_pairs_still_have_a_p() {
        let table = PairedRates { only_after: 5_000, ..PairedRates::default() };
        assert!(table.mcnemar() > 0.0);
    }
}
