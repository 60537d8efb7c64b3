//! How a report's figures are written for people, the same on every page: values with their units, intervals, counts,
//! changes with a word. Knows nothing of HTML or Markdown, so nothing is escaped here.

use super::report::{CaseRecord, Change, Metric, Provenance, Report};

/// What stands for a value that there is none of.
pub const NONE: &str = "–";

/// The outcomes, in the order of the confusion matrix.
pub const OUTCOMES: [&str; 4] = ["answer", "clarify", "defer", "refuse"];

/// Metrics of each group that are shown first; a report has them in reading order.
const MAIN_PER_GROUP: usize = 2;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A share or a mean score, three digits behind the point.
    Score,
    /// Milliseconds.
    Milliseconds,
}

impl Unit {
    /// The metric's unit: the group `time` is in milliseconds.
    pub fn of(metric: &Metric) -> Self {
        if metric.group == "time" { Self::Milliseconds } else { Self::Score }
    }

    /// The unit of the metric of that name.
    pub fn named(report: &Report, name: &str) -> Self {
        report.metrics.iter().find(|metric| metric.name == name).map_or(Self::Score, Self::of)
    }

    /// The figure with its unit; none for what is not a number.
    pub fn write(self, value: f64) -> String {
        match self {
            _ if !value.is_finite() => NONE.into(),
            Self::Score => format!("{value:.3}"),
            Self::Milliseconds => format!("{} ms", digits(value)),
        }
    }

    /// The two ends of an interval.
    pub fn range(self, low: f64, high: f64) -> String {
        if !(low.is_finite() && high.is_finite()) {
            return NONE.into();
        }
        match self {
            Self::Score => format!("{} – {}", self.write(low), self.write(high)),
            Self::Milliseconds => format!("{} – {} ms", digits(low), digits(high)),
        }
    }

    /// A difference, with its sign.
    pub fn difference(self, value: f64) -> String {
        let sign = if value < 0.0 { "−" } else { "+" };
        if value.is_finite() { format!("{sign}{}", self.write(value.abs())) } else { NONE.into() }
    }
}

/// Three digits that matter, and no more.
fn digits(value: f64) -> String {
    match value.abs() {
        size if size < 10.0 => format!("{value:.2}"),
        size if size < 100.0 => format!("{value:.1}"),
        size if size < 1000.0 => format!("{value:.0}"),
        size => format!("{}{}", if value < 0.0 { "−" } else { "" }, count(size.round() as usize)),
    }
}

/// A count with its thousands set apart: `2,000`.
pub fn count(n: usize) -> String {
    let plain = n.to_string();
    let first = (plain.len() - 1) % 3 + 1;
    let rest = plain.as_bytes()[first..].chunks(3).map(|three| String::from_utf8_lossy(three));
    std::iter::once(plain[..first].into()).chain(rest).collect::<Vec<_>>().join(",")
}

/// A metric's value; none over no cases.
pub fn value(metric: &Metric) -> String {
    if metric.n == 0 { NONE.into() } else { Unit::of(metric).write(metric.value) }
}

/// What a metric was taken over: `46/50` for a rate, else `50`.
pub fn over(metric: &Metric) -> String {
    match metric.hits {
        _ if metric.n == 0 => "0".into(),
        Some(hits) => format!("{}/{}", count(hits), count(metric.n)),
        None => count(metric.n),
    }
}

/// A metric's 95% interval; none over no cases.
pub fn interval(metric: &Metric) -> String {
    if metric.n == 0 { NONE.into() } else { Unit::of(metric).range(metric.low, metric.high) }
}

/// The metrics to show first: the first two of each group.
pub fn main(report: &Report) -> Vec<&Metric> {
    let before = |at: usize, group: &str| report.metrics[..at].iter().filter(|m| m.group == group).count();
    let numbered = report.metrics.iter().enumerate();
    numbered.filter(|(at, metric)| before(*at, &metric.group) < MAIN_PER_GROUP).map(|(_, metric)| metric).collect()
}

/// What a change comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole interval is on the good side.
    Better,
    /// The whole interval is on the bad side.
    Worse,
    /// The interval holds zero: it may be chance.
    Unclear,
    /// Nothing changed.
    Same,
}

impl Verdict {
    /// Of a change.
    pub fn of(change: &Change) -> Self {
        let is_better = if change.higher_is_better { change.low > 0.0 } else { change.high < 0.0 };
        let is_worse = if change.higher_is_better { change.high < 0.0 } else { change.low > 0.0 };
        match () {
            () if is_better => Self::Better,
            () if is_worse => Self::Worse,
            () if change.before.total_cmp(&change.after).is_eq() => Self::Same,
            () => Self::Unclear,
        }
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Unclear => "unclear",
            Self::Same => "same",
        }
    }
}

/// Which way a metric went.
pub fn arrow(change: &Change) -> &'static str {
    match change.after.total_cmp(&change.before) {
        std::cmp::Ordering::Greater => "▲",
        std::cmp::Ordering::Less => "▼",
        std::cmp::Ordering::Equal => "=",
    }
}

/// A probability as it is usually written.
pub fn p(value: f64) -> String {
    match value {
        p if !p.is_finite() => NONE.into(),
        p if p < 0.001 => "< 0.001".into(),
        p => format!("{p:.3}"),
    }
}

/// The outcome that came.
pub fn outcome(case: &CaseRecord) -> &str {
    case.answer["outcome"].as_str().unwrap_or(NONE)
}

/// The question that was asked.
pub fn question(case: &CaseRecord) -> &str {
    case.messages.last().map_or("", String::as_str)
}

/// The right outcomes.
pub fn expected(case: &CaseRecord) -> String {
    if case.expected.is_empty() { NONE.into() } else { case.expected.join(" or ") }
}

/// A command as a shell would take it.
pub fn command(made: &Provenance) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=:@,+%".contains(c);
    let quoted = made.command.iter().map(|word| match word {
        word if !word.is_empty() && word.chars().all(is_plain) => word.clone(),
        word => format!("'{}'", word.replace('\'', r"'\''")),
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Names of what the numbers depend on that is not the same as in the baseline.
pub fn differing(made: &Provenance, baseline: &Provenance) -> Vec<String> {
    let in_both = |name: &String, hash| baseline.hashes.iter().any(|(n, h)| n == name && h == hash);
    let changed = made.hashes.iter().filter(|(name, hash)| !in_both(name, hash)).map(|(name, _)| name.clone());
    let gone = baseline.hashes.iter().filter(|(name, _)| made.hashes.iter().all(|(n, _)| n != name));
    changed.chain(gone.map(|(name, _)| name.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: f64, after: f64, low: f64, high: f64, higher_is_better: bool) -> Change {
        Change { name: "m".into(), before, after, low, high, p: 0.5, higher_is_better }
    }

    #[test]
    fn a_metric_over_no_cases_has_no_value() {
        let metric = Metric {
            name: "m".into(),
            group: "time".into(),
            about: String::new(),
            value: 1.0,
            n: 0,
            hits: Some(0),
            low: 0.0,
            high: 1.0,
            higher_is_better: true,
        };
        assert_eq!((value(&metric), over(&metric), interval(&metric)), ("–".into(), "0".into(), "–".into()));
    }

    #[test]
    fn what_is_not_a_number_is_not_written() {
        assert_eq!(Unit::Score.write(f64::NAN), "–");
        assert_eq!(Unit::Score.range(0.1, f64::INFINITY), "–");
        assert_eq!(Unit::Milliseconds.difference(f64::NAN), "–");
        assert_eq!(p(f64::NAN), "–");
    }

    #[test]
    fn thousands_are_set_apart() {
        let written: Vec<_> = [0, 12, 999, 1000, 123_456, 1_234_567].map(count).into();
        assert_eq!(written, ["0", "12", "999", "1,000", "123,456", "1,234,567"]);
    }

    #[test]
    fn milliseconds_keep_three_digits() {
        let written: Vec<_> = [1.234, 12.34, 123.4, 1234.5].map(|ms| Unit::Milliseconds.write(ms)).into();
        assert_eq!(written, ["1.23 ms", "12.3 ms", "123 ms", "1,235 ms"]);
    }

    #[test]
    fn a_change_is_clear_only_when_its_interval_leaves_out_zero() {
        assert_eq!(Verdict::of(&change(0.8, 0.9, 0.02, 0.2, true)), Verdict::Better);
        assert_eq!(Verdict::of(&change(0.8, 0.9, -0.02, 0.2, true)), Verdict::Unclear);
        assert_eq!(Verdict::of(&change(0.8, 0.8, 0.0, 0.0, true)), Verdict::Same);
    }

    #[test]
    fn more_is_worse_where_less_is_better() {
        let slower = change(10.0, 20.0, 5.0, 15.0, false);
        assert_eq!((Verdict::of(&slower), arrow(&slower)), (Verdict::Worse, "▲"));
    }

    #[test]
    fn a_command_is_quoted_for_a_shell() {
        let made =
            Provenance { command: vec!["purview".into(), "it's".into(), String::new()], ..Provenance::default() };
        assert_eq!(command(&made), r"purview 'it'\''s' ''");
    }

    #[test]
    fn hashes_that_changed_came_or_went_differ() {
        let with = |hashes: &[(&str, &str)]| Provenance {
            hashes: hashes.iter().map(|(n, h)| ((*n).into(), (*h).into())).collect(),
            ..Provenance::default()
        };
        let (made, baseline) =
            (with(&[("a", "1"), ("b", "2"), ("c", "3")]), with(&[("a", "1"), ("b", "9"), ("d", "4")]));
        assert_eq!(differing(&made, &baseline), ["b", "c", "d"]);
    }
}
