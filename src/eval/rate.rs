//! A rate with its numerator, its denominator, and a 95% interval.

use std::fmt;

/// The 97.5% quantile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// `hits` of `of`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate {
    /// How many were as counted.
    pub hits: usize,
    /// How many there were.
    pub of: usize,
}

impl Rate {
    /// Counts those that satisfy a condition.
    pub fn count<T>(items: impl IntoIterator<Item = T>, is: impl Fn(&T) -> bool) -> Self {
        items
            .into_iter()
            .fold(Self::default(), |rate, item| Self { hits: rate.hits + usize::from(is(&item)), of: rate.of + 1 })
    }

    /// The share; none of nothing is 0.
    pub fn value(self) -> f64 {
        if self.of == 0 { 0.0 } else { self.hits as f64 / self.of as f64 }
    }

    /// Wilson's 95% score interval (Wilson 1927).
    pub fn interval(self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 1.0);
        }
        let (p, n) = (self.value(), self.of as f64);
        let centre = p + Z * Z / (2.0 * n);
        let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        (((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.interval();
        write!(f, "{:.3} ({}/{}, 95% {low:.3}–{high:.3})", self.value(), self.hits, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // 46 of 50: statsmodels proportion_confint(46, 50, method="wilson") = (0.81162, 0.96846)
        let (low, high) = Rate { hits: 46, of: 50 }.interval();
        assert!((low - 0.811_62).abs() < 1e-4 && (high - 0.968_46).abs() < 1e-4, "{low} {high}");
        assert!(Rate { hits: 46, of: 50 }.to_string().starts_with("0.920 (46/50"));
    }
}
