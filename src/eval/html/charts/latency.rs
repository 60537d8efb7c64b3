//! Percentiles of each stage on one logarithmic scale.

use super::{
    super::{
        super::{
            figure::{Unit, count},
            report::Latency,
        },
        plot::{Axis, Plot},
    },
    Figure,
};

/// What is drawn where a stage took no time that could be measured, in milliseconds.
const LEAST: f64 = 0.01;

/// The percentiles.
pub fn figure(stages: &[Latency]) -> Figure {
    Figure {
        title: "Latency".into(),
        hint: "Per stage: disc = median, band = to the 95th percentile, line = to the slowest. Logarithmic.".into(),
        svg: draw(stages),
        head: vec!["Stage", "n", "p50", "p90", "p95", "p99", "max"],
        rows: stages.iter().map(row).collect(),
    }
}

fn row(stage: &Latency) -> Vec<String> {
    let times = [stage.p50, stage.p90, stage.p95, stage.p99, stage.max];
    let times = times.map(|ms| if stage.n == 0 { f64::NAN } else { ms });
    let written = times.into_iter().map(|ms| Unit::Milliseconds.write(ms));
    [stage.stage.clone(), count(stage.n)].into_iter().chain(written).collect()
}

fn draw(stages: &[Latency]) -> Option<String> {
    let measured: Vec<&Latency> = stages.iter().filter(|stage| stage.n > 0).collect();
    let low = measured.iter().map(|stage| stage.p50).min_by(f64::total_cmp)?;
    let high = measured.iter().map(|stage| stage.max).max_by(f64::total_cmp)?;
    if !(low.is_finite() && high.is_finite()) {
        return None;
    }
    // The first stage is at the top, and the axis counts from the bottom.
    let names: Vec<&str> = measured.iter().rev().map(|stage| stage.stage.as_str()).collect();
    let x = Axis::decades("Milliseconds", low.max(LEAST), high.max(LEAST));
    let mut plot = Plot::new("latency", x, Axis::names(&names));
    for (at, stage) in measured.iter().rev().enumerate() {
        let y = at as f64 + 0.5;
        plot.line("whisker", &[(stage.p50, y), (stage.max, y)]);
        plot.bar("band", (stage.p50, y - 0.12), (stage.p95, y + 0.12));
        for (name, ms) in [("p90", stage.p90), ("p95", stage.p95), ("p99", stage.p99), ("max", stage.max)] {
            plot.line("notch", &[(ms, y - 0.12), (ms, y + 0.12)]);
            plot.dot("hover", (ms, y), 6.0, &format!("{name} {}", Unit::Milliseconds.write(ms)));
        }
        let median = Unit::Milliseconds.write(stage.p50);
        plot.dot("point", (stage.p50, y), 5.0, &format!("p50 {median}"));
        plot.word("note", (stage.p50, y + 0.12), (0.0, -6.0), &median);
    }
    let said: Vec<_> = measured
        .iter()
        .map(|s| {
            let [p50, p95] = [s.p50, s.p95].map(|ms| Unit::Milliseconds.write(ms));
            format!("{}: median {p50}, 95% within {p95}", s.stage)
        })
        .collect();
    Some(plot.svg("Latency of each stage", &format!("{}.", said.join("; "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(n: usize, ms: f64) -> Latency {
        Latency { stage: "route".into(), n, p50: ms, p90: ms, p95: ms, p99: ms, max: ms }
    }

    #[test]
    fn a_stage_that_was_never_run_has_no_times() {
        let figure = figure(&[stage(0, 0.0)]);
        assert!(figure.svg.is_none());
        assert_eq!(figure.rows[0], ["route", "0", "–", "–", "–", "–", "–"]);
    }

    #[test]
    fn no_time_at_all_can_be_drawn() {
        assert!(!figure(&[stage(3, 0.0)]).svg.unwrap().contains("NaN"));
    }
}
