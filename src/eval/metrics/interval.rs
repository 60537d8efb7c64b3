//! How far a statistic could be off, by resampling. Knows no particular statistic but the mean; rates have a closed
//! form in [`Rate`](crate::eval::Rate).

use super::random::SplitMix64;

/// Resamples of every bootstrap: what `DiCiccio` & Efron (1996, "Bootstrap confidence intervals") take for intervals.
pub const RESAMPLES: usize = 2_000;

/// The ends of the interval as shares of the resampled statistics below them: 95%.
const ENDS: (f64, f64) = (0.025, 0.975);

/// The 95% percentile bootstrap interval (Efron & Tibshirani 1993, §13.3; scipy's `bootstrap(method="percentile")`) of
/// the mean. Values that are not numbers are left out; of none it is `(0, 0)` and says nothing.
pub fn mean_interval(values: &[f64], seed: u64) -> (f64, f64) {
    let values: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    bootstrap(values.len(), seed, |indices| mean_at(&values, indices)).unwrap_or((0.0, 0.0))
}

/// The 95% percentile bootstrap interval of any statistic of `n` cases.
///
/// `statistic` gets `n` indices below `n`, drawn with replacement. Where it has no value it returns NaN, and that
/// resample is left out: the interval is then of the statistic given that it exists. `None` when it never does, or
/// without cases.
pub fn bootstrap(n: usize, seed: u64, statistic: impl FnMut(&[usize]) -> f64) -> Option<(f64, f64)> {
    percentile_interval(&resample(n, seed, statistic))
}

/// A statistic's values over [`RESAMPLES`] resamples of `n` cases, rising, those that are not numbers left out.
pub(super) fn resample(n: usize, seed: u64, mut statistic: impl FnMut(&[usize]) -> f64) -> Vec<f64> {
    if n == 0 {
        return Vec::new();
    }
    let mut random = SplitMix64::new(seed);
    let mut indices = vec![0; n];
    let mut drawn = || {
        indices.fill_with(|| random.below(n));
        statistic(&indices)
    };
    let mut values: Vec<f64> = (0..RESAMPLES).map(|_| drawn()).filter(|value| !value.is_nan()).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The middle 95% of resampled values, which rise.
pub(super) fn percentile_interval(resampled: &[f64]) -> Option<(f64, f64)> {
    Some((percentile(resampled, ENDS.0)?, percentile(resampled, ENDS.1)?))
}

/// The mean of the values at `indices`.
pub(super) fn mean_at(values: &[f64], indices: &[usize]) -> f64 {
    indices.iter().map(|&at| values[at]).sum::<f64>() / indices.len() as f64
}

/// The value below which a share `q` in [0, 1] of rising values lies, interpolated linearly between neighbours:
/// `numpy.quantile`'s default (Hyndman & Fan 1996, type 7). `None` of no values.
pub fn percentile(sorted: &[f64], q: f64) -> Option<f64> {
    assert!((0.0..=1.0).contains(&q), "the share {q} is not in [0, 1]");
    let at = q * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    let share = at.fract();
    // Neighbours that are equal, infinite ones among them, have nothing between them.
    if below.total_cmp(&above).is_eq() {
        return Some(below);
    }
    // From the nearer end, as numpy does it, so that the result never leaves the two.
    Some(if share < 0.5 { below + (above - below) * share } else { above - (above - below) * (1.0 - share) })
}

/// `wanted` of the numbers below `n`, each set of them as likely as any other, in no order (Fisher & Yates, cut short).
pub fn sample(n: usize, wanted: usize, seed: u64) -> Vec<usize> {
    let mut random = SplitMix64::new(seed);
    let mut numbers: Vec<usize> = (0..n).collect();
    for at in 0..wanted.min(n) {
        numbers.swap(at, at + random.below(n - at));
    }
    numbers.truncate(wanted);
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of twelve uniform numbers less six: near enough to a standard normal variable.
    fn simulated(n: usize, random: &mut SplitMix64) -> Vec<f64> {
        let mut uniform = || random.draw() as f64 / u64::MAX as f64;
        (0..n).map(|_| (0..12).map(|_| uniform()).sum::<f64>() - 6.0).collect()
    }

    #[test]
    fn the_interval_of_a_mean_covers_it_about_95_times_in_100() {
        let mut random = SplitMix64::new(2026);
        let trials = 400;
        let covered = (0..trials)
            .filter(|&trial| {
                let (low, high) = mean_interval(&simulated(50, &mut random), trial);
                low <= 0.0 && 0.0 <= high
            })
            .count();
        // Percentile intervals are a little narrow at n = 50: 94% to 95%, each give or take three standard errors.
        assert!((362..=393).contains(&covered), "{covered} of {trials}");
    }

    #[test]
    fn more_cases_make_a_shorter_interval() {
        let values = simulated(1_600, &mut SplitMix64::new(1));
        let width = |n: usize| {
            let (low, high) = mean_interval(&values[..n], 3);
            high - low
        };
        assert!(width(1_600) < 0.5 * width(200), "{} {}", width(1_600), width(200));
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let values = simulated(40, &mut SplitMix64::new(5));
        assert_eq!(mean_interval(&values, 9), mean_interval(&values, 9));
        assert_ne!(mean_interval(&values, 9), mean_interval(&values, 10));
    }

    #[test]
    fn values_that_are_not_numbers_are_left_out() {
        assert_eq!(mean_interval(&[0.25, f64::NAN, 0.75], 1), mean_interval(&[0.25, 0.75], 1));
        assert_eq!(mean_interval(&[f64::NAN], 1), (0.0, 0.0));
    }

    #[test]
    fn a_statistic_that_never_has_a_value_has_no_interval() {
        assert_eq!(bootstrap(5, 1, |_| f64::NAN), None);
        assert_eq!(bootstrap(0, 1, |_| 1.0), None);
    }

    #[test]
    fn a_percentile_of_infinities_is_infinite() {
        assert_eq!(percentile(&[0.0, f64::INFINITY, f64::INFINITY], 0.75), Some(f64::INFINITY));
    }
}
