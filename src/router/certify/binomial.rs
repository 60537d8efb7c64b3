//! Exact binomial tails and what follows from them: bounds, p-values and the number of cases that a promise needs.
//! Knows counts and shares; not what is counted.

use std::f64::consts::TAU;

/// P(Bin(n, p) ≤ `errors`), to ten digits at n = 100,000 and more below. `p` is a share in [0, 1].
///
/// The term at `errors` is Loader's ("Fast and accurate computation of binomial probabilities", 2000); from it the
/// terms are summed away from the mean by their ratio, so that the smaller tail is the one that is summed.
pub fn cdf(errors: usize, n: usize, p: f64) -> f64 {
    assert!((0.0..=1.0).contains(&p), "the share {p} is not in [0, 1]");
    if errors >= n || p <= 0.0 {
        return 1.0;
    }
    if p >= 1.0 {
        return 0.0;
    }
    let (of, odds) = (n as f64, p / (1.0 - p));
    if (errors as f64) < of * p {
        let ratios = (1..=errors).rev().map(|k| k as f64 / ((of - k as f64 + 1.0) * odds));
        sum(probability(errors, n, p), ratios)
    } else {
        let ratios = (errors + 1..n).map(|k| (of - k as f64) * odds / (k as f64 + 1.0));
        1.0 - sum(probability(errors + 1, n, p), ratios)
    }
}

/// The first term and those that follow by these ratios, which fall, until one no longer counts.
fn sum(first: f64, ratios: impl Iterator<Item = f64>) -> f64 {
    let (mut term, mut total) = (first, first);
    for ratio in ratios {
        term *= ratio;
        total += term;
        // The rest is less than this term times a geometric series, whose ratio nears 1 only about the mean.
        if term <= total * f64::EPSILON * (1.0 - ratio) {
            break;
        }
    }
    total
}

/// P(Bin(n, p) = k) for 0 < p < 1: Stirling's formula with its error, and the deviance in a form that does not cancel
/// (Loader 2000, eq. 3).
fn probability(k: usize, n: usize, p: f64) -> f64 {
    let (of, q) = (n as f64, 1.0 - p);
    if k == 0 {
        return (of * (-p).ln_1p()).exp();
    }
    if k == n {
        return (of * p.ln()).exp();
    }
    let (hits, misses) = (k as f64, (n - k) as f64);
    let correction = stirling_error(n) - stirling_error(k) - stirling_error(n - k);
    let exponent = correction - deviance(hits, of * p) - deviance(misses, of * q);
    (of / (TAU * hits * misses)).sqrt() * exponent.exp()
}

/// ln n! − ln(√(2πn) (n/e)ⁿ): its series (Abramowitz & Stegun 6.1.41) from 16 on, where the first term left out is
/// below 2e-18; the factorial itself, which an f64 holds, below.
fn stirling_error(n: usize) -> f64 {
    let x = n as f64;
    if n < 16 {
        let factorial: f64 = (1..=n).map(|k| k as f64).product();
        return factorial.ln() - (x + 0.5) * x.ln() + x - 0.5 * TAU.ln();
    }
    let square = x * x;
    let tail = 1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0 - 691.0 / 360_360.0 / square) / square) / square;
    (1.0 / 12.0 - (1.0 / 360.0 - tail / square) / square) / x
}

/// x ln(x / mean) + mean − x; by its series in (x − mean) / (x + mean) where the two are near (Loader 2000, §2).
fn deviance(x: f64, mean: f64) -> f64 {
    let v = (x - mean) / (x + mean);
    if v.abs() >= 0.1 {
        return x * (x / mean).ln() + mean - x;
    }
    let (mut total, mut power) = ((x - mean) * v, 2.0 * x * v);
    for odd in (3_u8..).step_by(2) {
        power *= v * v;
        let longer = total + power / f64::from(odd);
        if longer.total_cmp(&total).is_eq() {
            break;
        }
        total = longer;
    }
    total
}

/// The one-sided upper bound of Clopper & Pearson (1934) on a share that came `errors` times in `n`: the p at which
/// that few come with probability 1 − `confidence`. 1 of no cases.
///
/// Found by bisection to the last bit, and rounded upwards. `confidence` lies strictly between 0 and 1.
pub fn upper_bound(errors: usize, n: usize, confidence: f64) -> f64 {
    assert!(errors <= n, "{errors} errors of {n}");
    assert!(0.0 < confidence && confidence < 1.0, "the confidence {confidence} is not between 0 and 1");
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return high;
        }
        if p_value(errors, n, middle) <= 1.0 - confidence {
            high = middle;
        } else {
            low = middle;
        }
    }
}

/// The exact binomial p-value of "the risk is over `max_risk`" where `errors` came in `n`: how likely so few are at
/// that risk (Bates et al. 2021, "Distribution-free, risk-controlling prediction sets"; Angelopoulos, Bates, Candès,
/// Jordan & Lei 2021, "Learn then test", for losses of 0 and 1). 1 of no cases.
pub fn p_value(errors: usize, n: usize, max_risk: f64) -> f64 {
    cdf(errors, n, max_risk)
}

/// The fewest cases of which `errors` may be wrong so that the risk is at most `max_risk` with `confidence`: the least
/// n whose [`upper_bound`] is at most `max_risk`.
///
/// For no error and 95% that is 59 at 5% and 149 at 2%: 0.98¹⁴⁸ = 0.0503 and 0.98¹⁴⁹ = 0.0493. The 150 one meets is the
/// rule of three, 3 / 0.02 (Hanley & Lippman-Hand 1983), which rounds ln 20 up. Both shares lie strictly between 0
/// and 1; `usize::MAX` stands for "more than can be counted".
pub fn cases_needed(errors: usize, max_risk: f64, confidence: f64) -> usize {
    assert!(0.0 < max_risk && max_risk < 1.0, "the risk {max_risk} is not between 0 and 1");
    assert!(0.0 < confidence && confidence < 1.0, "the confidence {confidence} is not between 0 and 1");
    let enough = |n: usize| p_value(errors, n, max_risk) <= 1.0 - confidence;
    // With as many errors as cases the p-value is 1.
    let (mut few, mut many) = (errors, errors.saturating_mul(2).saturating_add(1));
    while many < usize::MAX && !enough(many) {
        (few, many) = (many, many.saturating_mul(2));
    }
    while many - few > 1 {
        let middle = few.midpoint(many);
        if enough(middle) {
            many = middle;
        } else {
            few = middle;
        }
    }
    many
}

/// The most errors among `n` cases with which the risk is at most `max_risk` with `confidence`, the inverse of
/// [`cases_needed`]; `None` where not even none would do.
pub fn errors_allowed(n: usize, max_risk: f64, confidence: f64) -> Option<usize> {
    let allowed = |errors: usize| p_value(errors, n, max_risk) <= 1.0 - confidence;
    if !allowed(0) {
        return None;
    }
    // n errors of n have the p-value 1, so this ends inside.
    let (mut fine, mut over) = (0, n);
    while over - fine > 1 {
        let middle = fine.midpoint(over);
        if allowed(middle) {
            fine = middle;
        } else {
            over = middle;
        }
    }
    Some(fine)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tails_are_those_of_sixty_digit_arithmetic() {
        // The sum of C(n, i) pⁱ qⁿ⁻ⁱ with Python's `decimal` at 60 digits; `scipy.stats.binom.cdf` agrees to 1e-13.
        let known = [
            (0, 59, 0.05, 0.048_494_525_249_423_23),
            (1, 93, 0.05, 0.049_975_795_242_616_53),
            (3, 100, 0.05, 0.257_838_659_116_016_33),
            (50, 100, 0.5, 0.539_794_618_693_589_4),
            (90, 100, 0.95, 0.028_188_294_163_416_255),
            (10, 1_000, 0.02, 0.010_236_548_159_763_444),
            (700, 1_000, 0.75, 0.000_193_590_321_949_078_96),
            (20, 1_000, 0.5, 3.234_135_263_244_699e-260),
            (1_900, 100_000, 0.02, 0.011_834_014_434_186_576),
            (4_900, 100_000, 0.05, 0.074_076_266_155_551_48),
            (5_000, 100_000, 0.05, 0.503_762_404_804_662_3),
            (5_200, 100_000, 0.05, 0.998_093_344_809_656_8),
            (20, 100_000, 0.000_1, 0.998_412_672_226_401_2),
            (99_000, 100_000, 0.991, 0.000_521_079_510_483_298_6),
            (99_990, 100_000, 0.999_9, 0.542_076_541_384_301_6),
        ];
        for (errors, n, p, expected) in known {
            let found = cdf(errors, n, p);
            assert!((found / expected - 1.0).abs() < 1e-10, "{errors} of {n} at {p}: {found} is not {expected}");
        }
    }

    #[test]
    fn bounds_are_clopper_and_pearsons() {
        // `scipy.stats.beta.ppf(confidence, errors + 1, n - errors)`, polished on the exact tail.
        let known = [
            (0, 1, 0.95, 0.95),
            (0, 59, 0.95, 0.049_507_609_888_226_944),
            (0, 100, 0.95, 0.029_513_049_607_039_935),
            (1, 93, 0.95, 0.049_993_978_387_988_32),
            (3, 100, 0.95, 0.075_710_793_749_830_06),
            (46, 50, 0.95, 0.972_212_331_607_069_4),
            (49, 50, 0.95, 0.998_974_660_132_767_9),
            (5, 1_000, 0.99, 0.013_055_421_233_690_193),
            (50, 1_000, 0.9, 0.060_024_857_427_164_9),
            (500, 1_000, 0.95, 0.526_482_268_764_308_8),
            (0, 100_000, 0.95, 2.995_687_401_942_795_8e-5),
            (1_900, 100_000, 0.95, 0.019_725_540_996_991_236),
            (99_999, 100_000, 0.95, 0.999_999_487_067_187_7),
        ];
        for (errors, n, confidence, expected) in known {
            let found = upper_bound(errors, n, confidence);
            assert!((found - expected).abs() < 1e-9, "{errors} of {n}: {found} is not {expected}");
        }
    }

    #[test]
    fn where_nothing_is_known_the_bound_is_one() {
        let nothing_known = [upper_bound(0, 0, 0.95), upper_bound(7, 7, 0.95), p_value(0, 0, 0.05)];
        assert!(nothing_known.iter().all(|bound| bound.total_cmp(&1.0).is_eq()), "{nothing_known:?}");
    }

    #[test]
    fn no_error_needs_59_cases_at_5_percent_and_149_at_2() {
        assert_eq!([0, 1, 2].map(|errors| cases_needed(errors, 0.05, 0.95)), [59, 93, 124]);
        assert_eq!(cases_needed(0, 0.02, 0.95), 149);
        assert_eq!(cases_needed(0, 0.5, 0.5), 1);
        assert_eq!([58, 59, 92, 93].map(|n| errors_allowed(n, 0.05, 0.95)), [None, Some(0), Some(0), Some(1)]);
    }

    proptest! {
        #[test]
        fn a_tail_is_the_sum_of_its_terms(n in 1_usize..60, k in 0_usize..60, p in 0.001_f64..0.999) {
            let mut term = (1.0 - p).powi(n as i32);
            let mut total = term;
            for i in 1..=k.min(n) {
                term *= (n - i + 1) as f64 / i as f64 * p / (1.0 - p);
                total += term;
            }
            prop_assert!((cdf(k, n, p) - total).abs() < 1e-12);
        }

        #[test]
        fn bound_p_value_and_cases_needed_say_the_same(
            errors in 0_usize..40, n in 40_usize..2_000, risk in 0.005_f64..0.5
        ) {
            let promised = p_value(errors, n, risk) <= 1.0 - 0.95;
            prop_assert_eq!(upper_bound(errors, n, 0.95) <= risk, promised);
            prop_assert_eq!(cases_needed(errors, risk, 0.95) <= n, promised);
            prop_assert_eq!(errors_allowed(n, risk, 0.95).is_some_and(|most| errors <= most), promised);
        }
    }
}
