//! A frame with two axes in which charts draw: scales, ticks, labels, a title and a description for screen readers.
//! Knows numbers and pixels, not what they mean. Colours come from the style sheet by class.

use super::{super::figure::count, markup::text};

/// Pixels of a plot; it is shown at about this size and shrinks on a narrow screen.
const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 310.0;
/// Room for two lines of words above the frame.
const TOP: f64 = 32.0;
const RIGHT: f64 = 16.0;
const BOTTOM: f64 = 44.0;

/// A scale with its ticks.
#[derive(Debug, Clone)]
pub struct Axis {
    label: String,
    low: f64,
    high: f64,
    ticks: Vec<(f64, String)>,
    is_logarithmic: bool,
}

impl Axis {
    /// From 0 to a round number that is at least `high`; 1 for a share.
    pub fn upto(label: &str, high: f64) -> Self {
        let high = if high.is_finite() && high > 0.0 { high } else { 1.0 };
        let power = 10_f64.powf((high / 5.0).log10().floor());
        let rounds = [1.0, 2.0, 2.5, 5.0, 10.0].map(|round| round * power);
        // Rounding must not turn the five steps of a round number into six.
        let step = rounds.into_iter().find(|step| step * 5.0 >= high * (1.0 - 1e-9)).unwrap_or(10.0 * power);
        let steps = (high / step - 1e-9).ceil().max(1.0);
        let decimals =
            (-step.log10().floor()).max(0.0) as usize + usize::from(step / power > 2.2 && step / power < 2.8);
        let ticks =
            (0..=steps as usize).map(|at| at as f64 * step).map(|at| (at, format!("{at:.decimals$}"))).collect();
        Self { label: label.into(), low: 0.0, high: steps * step, ticks, is_logarithmic: false }
    }

    /// Decades that hold both ends.
    pub fn decades(label: &str, low: f64, high: f64) -> Self {
        let first = low.log10().floor();
        let last = high.log10().ceil().max(first + 1.0);
        let ticks = (first as i32..=last as i32).map(|power| 10_f64.powi(power)).map(|at| (at, decade(at))).collect();
        Self { label: label.into(), low: 10_f64.powf(first), high: 10_f64.powf(last), ticks, is_logarithmic: true }
    }

    /// Names instead of numbers, at 0.5, 1.5, … of as many.
    pub fn names(names: &[&str]) -> Self {
        let ticks = names.iter().enumerate().map(|(at, name)| (at as f64 + 0.5, (*name).to_owned())).collect();
        Self { label: String::new(), low: 0.0, high: names.len() as f64, ticks, is_logarithmic: false }
    }

    /// Where a value lies, in [0, 1].
    fn share(&self, value: f64) -> f64 {
        let share = if self.is_logarithmic {
            (value.max(self.low) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// A power of ten.
fn decade(power: f64) -> String {
    if power < 1.0 { format!("{power}") } else { count(power.round() as usize) }
}

/// A plot that is being drawn.
pub struct Plot {
    id: String,
    x: Axis,
    y: Axis,
    left: f64,
    marks: Vec<String>,
}

impl Plot {
    /// An empty one; `id` is unique in the page.
    pub fn new(id: &str, x: Axis, y: Axis) -> Self {
        let longest = y.ticks.iter().map(|(_, name)| name.chars().count()).max().unwrap_or(0) as f64;
        let left = 14.0 + longest * 7.0 + if y.label.is_empty() { 0.0 } else { 18.0 };
        Self { id: id.into(), x, y, left, marks: Vec::new() }
    }

    /// Pixels of a point.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let (width, height) = (WIDTH - self.left - RIGHT, HEIGHT - TOP - BOTTOM);
        (self.left + self.x.share(x) * width, TOP + (1.0 - self.y.share(y)) * height)
    }

    /// A line through points.
    pub fn line(&mut self, class: &str, points: &[(f64, f64)]) {
        let pixels: Vec<_> =
            points.iter().map(|(x, y)| self.at(*x, *y)).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        self.marks.push(format!(r#"<polyline class="{class}" points="{}"/>"#, pixels.join(" ")));
    }

    /// A box between two corners.
    pub fn bar(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (self.at(from.0, from.1), self.at(to.0, to.1));
        self.marks.push(format!(
            r#"<rect class="{class}" x="{:.1}" y="{:.1}" width="{:.1}" height="{:.1}"/>"#,
            x1.min(x2),
            y1.min(y2),
            (x1 - x2).abs(),
            (y1 - y2).abs()
        ));
    }

    /// A disc; what it says when pointed at.
    pub fn dot(&mut self, class: &str, at: (f64, f64), radius: f64, says: &str) {
        let (x, y) = self.at(at.0, at.1);
        let says = text(says);
        self.marks.push(format!(
            r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="{radius:.1}"><title>{says}</title></circle>"#
        ));
    }

    /// Words `dx` and `dy` pixels from a point.
    pub fn word(&mut self, class: &str, at: (f64, f64), (dx, dy): (f64, f64), word: &str) {
        let (x, y) = self.at(at.0, at.1);
        self.marks.push(format!(r#"<text class="{class}" x="{:.1}" y="{:.1}">{}</text>"#, x + dx, y + dy, text(word)));
    }

    /// The plot as SVG.
    pub fn svg(&self, title: &str, description: &str) -> String {
        let id = &self.id;
        format!(
            r#"<svg class="plot" role="img" aria-labelledby="{id}-title {id}-desc" viewBox="0 0 {WIDTH} {HEIGHT}">
<title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>
{}{}</svg>"#,
            text(title),
            text(description),
            self.frame(),
            self.marks.concat(),
        )
    }

    fn frame(&self) -> String {
        let (bottom, right, left) = (HEIGHT - BOTTOM, WIDTH - RIGHT, self.left);
        let mut drawn = Vec::new();
        for (value, name) in &self.x.ticks {
            let (x, _) = self.at(*value, self.y.low);
            drawn.push(format!(
                r#"<line class="grid" x1="{x:.1}" y1="{TOP}" x2="{x:.1}" y2="{bottom}"/>
<text class="tick middle" x="{x:.1}" y="{:.1}">{}</text>"#,
                bottom + 16.0,
                text(name)
            ));
        }
        for (value, name) in &self.y.ticks {
            let (_, y) = self.at(self.x.low, *value);
            drawn.push(format!(
                r#"<line class="grid" x1="{left:.1}" y1="{y:.1}" x2="{right}" y2="{y:.1}"/>
<text class="tick end" x="{:.1}" y="{:.1}">{}</text>"#,
                left - 6.0,
                y + 4.0,
                text(name)
            ));
        }
        drawn.push(format!(
            r#"<line class="axis" x1="{left:.1}" y1="{bottom}" x2="{right}" y2="{bottom}"/>
<line class="axis" x1="{left:.1}" y1="{TOP}" x2="{left:.1}" y2="{bottom}"/>"#
        ));
        let middle = f64::midpoint(TOP, bottom);
        drawn.push(format!(
            r#"<text class="label middle" x="{:.1}" y="{:.1}">{}</text>"#,
            f64::midpoint(left, right),
            HEIGHT - 8.0,
            text(&self.x.label)
        ));
        drawn.push(format!(
            r#"<text class="label middle" transform="rotate(-90 14 {middle})" x="14" y="{middle}">{}</text>"#,
            text(&self.y.label)
        ));
        drawn.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, name)| name.as_str()).collect()
    }

    #[test]
    fn a_linear_axis_ends_at_a_round_number() {
        assert_eq!(names(&Axis::upto("", 1.0)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(names(&Axis::upto("", 0.11)), ["0.000", "0.025", "0.050", "0.075", "0.100", "0.125"]);
        assert_eq!(names(&Axis::upto("", 0.0)), names(&Axis::upto("", 1.0)));
        assert_eq!(names(&Axis::upto("", f64::NAN)), names(&Axis::upto("", 1.0)));
    }

    #[test]
    fn a_logarithmic_axis_holds_both_ends() {
        assert_eq!(names(&Axis::decades("", 0.3, 42.0)), ["0.1", "1", "10", "100"]);
        assert_eq!(names(&Axis::decades("", 1000.0, 1000.0)), ["1,000", "10,000"]);
    }

    #[test]
    fn what_lies_outside_is_drawn_at_the_edge() {
        let plot = Plot::new("p", Axis::upto("", 1.0), Axis::upto("", 1.0));
        assert_eq!(plot.at(7.0, -3.0), plot.at(1.0, 0.0));
        assert_eq!(plot.at(f64::NAN, f64::NAN), plot.at(0.0, 0.0));
    }
}
