//! How often a gate's probability came true, bin by bin, each with its count and its interval.

use super::{
    super::{
        super::{
            figure::{Unit, count},
            rate::Rate,
            report::{Bin, Reliability},
        },
        plot::{Axis, Plot},
    },
    Figure,
};

/// Radius of the fullest bin's disc.
const RADIUS: f64 = 9.0;

/// What a count takes of the frame's width.
const ROOM: f64 = 0.09;

/// The diagram of a gate.
pub fn figure(gate: &Reliability) -> Figure {
    let bar = gate.bar.map(|bar| format!(" The dashed line is the gate's bar, {bar:.3}.")).unwrap_or_default();
    Figure {
        title: format!("Reliability of the {} gate", gate.gate),
        hint: format!("On the diagonal, a probability comes true as often as it says. Discs by number of cases.{bar}"),
        svg: draw(gate),
        head: vec!["Probability", "Came true", "n", "95% interval"],
        rows: gate.bins.iter().map(row).collect(),
    }
}

/// Wilson's interval of a bin.
fn interval(bin: &Bin) -> (f64, f64) {
    Rate { hits: (bin.accuracy * bin.n as f64).round() as usize, of: bin.n }.interval()
}

fn row(bin: &Bin) -> Vec<String> {
    let (low, high) = interval(bin);
    vec![format!("{:.3}", bin.confidence), format!("{:.3}", bin.accuracy), count(bin.n), Unit::Score.range(low, high)]
}

fn draw(gate: &Reliability) -> Option<String> {
    let fullest = gate.bins.iter().map(|bin| bin.n).max().filter(|n| *n > 0)?;
    let id = format!("reliability-{}", gate.gate.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    let mut plot = Plot::new(&id, Axis::upto("Mean probability", 1.0), Axis::upto("Share that came true", 1.0));
    plot.line("diagonal", &[(0.0, 0.0), (1.0, 1.0)]);
    if let Some(bar) = gate.bar {
        plot.line("bar", &[(bar, 0.0), (bar, 1.0)]);
        plot.word("note", (bar, 1.0), if bar > 0.8 { (-24.0, 11.0) } else { (4.0, 11.0) }, "bar");
    }
    for bin in &gate.bins {
        let (low, high) = interval(bin);
        plot.line("whisker", &[(bin.confidence, low), (bin.confidence, high)]);
    }
    let means: Vec<_> = gate.bins.iter().map(|bin| (bin.confidence, bin.accuracy)).collect();
    plot.line("curve", &means);
    for bin in &gate.bins {
        let says = format!("{:.3} said, {:.3} true, n = {}", bin.confidence, bin.accuracy, bin.n);
        let radius = RADIUS * (bin.n as f64 / fullest as f64).sqrt();
        plot.dot("point", (bin.confidence, bin.accuracy), radius.max(2.5), &says);
    }
    counts(gate, &mut plot);
    let of: usize = gate.bins.iter().map(|bin| bin.n).sum();
    let off: f64 = gate.bins.iter().map(|bin| bin.n as f64 * (bin.confidence - bin.accuracy).abs()).sum();
    let description =
        format!("{} bins over {of} cases; on average {:.3} from the diagonal.", gate.bins.len(), off / of as f64);
    Some(plot.svg(&format!("Reliability diagram of the {} gate", gate.gate), &description))
}

/// Each bin's count above the frame, in a second line where the first has no room.
fn counts(gate: &Reliability, plot: &mut Plot) {
    plot.word("count end", (0.0, 1.0), (-6.0, -10.0), "n");
    let mut is_upper = false;
    let mut last = f64::NEG_INFINITY;
    for bin in &gate.bins {
        is_upper = !is_upper && bin.confidence - last < ROOM;
        last = bin.confidence;
        plot.word("count middle", (bin.confidence, 1.0), (0.0, if is_upper { -21.0 } else { -10.0 }), &count(bin.n));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_without_cases_is_not_drawn() {
        let gate = Reliability { gate: "scope".into(), bar: Some(0.5), bins: Vec::new() };
        assert!(figure(&gate).svg.is_none());
    }

    #[test]
    fn each_bin_states_its_count() {
        let bins =
            vec![Bin { confidence: 0.15, accuracy: 0.1, n: 40 }, Bin { confidence: 0.9, accuracy: 0.95, n: 1234 }];
        let figure = figure(&Reliability { gate: "a \"b\"".into(), bar: None, bins });
        let svg = figure.svg.unwrap();
        assert!(svg.contains(">40</text>") && svg.contains(">1,234</text>"), "{svg}");
        assert_eq!(figure.rows[0], ["0.150", "0.100", "40", "0.040 – 0.231"]);
    }
}
