//! The risk–coverage curve: how much is wrong when only the surest are answered (El-Yaniv and Wiener 2010).

use super::{
    super::{
        super::report::RiskPoint,
        plot::{Axis, Plot},
    },
    Figure,
};

/// Points that are drawn and tabled; a chart of this width shows no more.
const POINTS: usize = 60;

/// The curve.
pub fn figure(points: &[RiskPoint]) -> Figure {
    let shown = thinned(points);
    let hint = if shown.len() < points.len() {
        format!(
            "Answering only the surest questions, how many answers are wrong? {} of {} points.",
            shown.len(),
            points.len()
        )
    } else {
        "Answering only the surest questions, how many answers are wrong?".into()
    };
    Figure {
        title: "Risk and coverage".into(),
        hint,
        svg: draw(&shown),
        head: vec!["Coverage", "Risk", "Threshold"],
        rows: shown
            .iter()
            .map(|point| [point.coverage, point.risk, point.threshold].map(|n| format!("{n:.3}")).into())
            .collect(),
    }
}

/// Evenly many of them, the last among them.
fn thinned(points: &[RiskPoint]) -> Vec<RiskPoint> {
    let of = points.len().min(POINTS);
    (0..of).map(|at| points[(at + 1) * points.len() / of - 1]).collect()
}

fn draw(points: &[RiskPoint]) -> Option<String> {
    let last = points.last()?;
    let highest = points.iter().map(|point| point.risk).filter(|risk| risk.is_finite()).fold(0.0, f64::max);
    let y = Axis::upto("Share of wrong answers", if highest > 0.5 { 1.0 } else { highest.max(0.05) });
    let mut plot = Plot::new("risk", Axis::upto("Share of questions answered", 1.0), y);
    let curve: Vec<(f64, f64)> = points.iter().map(|point| (point.coverage, point.risk)).collect();
    plot.line("curve", &curve);
    let says = format!("coverage {:.3}, risk {:.3}", last.coverage, last.risk);
    plot.dot("point", (last.coverage, last.risk), 4.0, &says);
    let halfway = points.iter().rfind(|point| point.coverage <= 0.5).map(|half| half.risk);
    let halfway = halfway.map(|risk| format!(" At half of the questions it is {risk:.3}.")).unwrap_or_default();
    let description =
        format!("The share of wrong answers is {:.3} when {:.3} are answered.{halfway}", last.risk, last.coverage);
    Some(plot.svg("Risk–coverage curve", &description))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(n: usize) -> Vec<RiskPoint> {
        let point = |at: usize| RiskPoint { coverage: at as f64 / n as f64, risk: 0.1, threshold: 0.5 };
        (1..=n).map(point).collect()
    }

    #[test]
    fn the_table_has_the_points_that_are_drawn() {
        let figure = figure(&points(2000));
        let drawn =
            figure.svg.unwrap().split_once("points=\"").unwrap().1.split_once('"').unwrap().0.split(' ').count();
        assert_eq!((figure.rows.len(), drawn), (POINTS, POINTS));
        assert_eq!(figure.rows.last().unwrap()[0], "1.000");
    }

    #[test]
    fn few_points_are_all_kept() {
        assert_eq!(thinned(&points(7)), points(7));
        assert!(figure(&[]).svg.is_none());
    }
}
