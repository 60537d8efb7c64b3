//! A metric's interval as a bar no higher than a line of text.

use super::{
    super::{
        figure::{self, Unit},
        report::Metric,
    },
    markup::text,
};

const WIDTH: f64 = 120.0;

/// The interval as a band and the value as a tick, over [0, 1], or from 0 on for what is larger; empty over no cases.
pub fn interval(metric: &Metric) -> String {
    let ends = [metric.low, metric.value, metric.high];
    if metric.n == 0 || !ends.iter().all(|end| end.is_finite()) {
        return String::new();
    }
    let is_share = Unit::of(metric) == Unit::Score && metric.high <= 1.0;
    // A little room on the right shows that such a scale has no end.
    let scale = if is_share { 1.0 } else { metric.high.max(metric.value).max(f64::MIN_POSITIVE) * 1.15 };
    let [low, value, high] = ends.map(|end| (end / scale).clamp(0.0, 1.0) * WIDTH);
    format!(
        r#"<svg class="spark" role="img" aria-label="{label}"
viewBox="-2 0 {box_width} 12" preserveAspectRatio="none">
<rect class="track" x="0" y="4" width="{WIDTH}" height="4"/>
<rect class="band" x="{low:.1}" y="2" width="{band:.1}" height="8"/>
<rect class="tick" x="{tick:.1}" y="0" width="2" height="12"/></svg>"#,
        label = text(&format!("95% interval {}", figure::interval(metric))),
        box_width = WIDTH + 4.0,
        band = (high - low).max(0.5),
        tick = value - 1.0,
    )
}
