//! Reading order of a page without tags: parts the page at gutters that no line crosses.
//! Knows where lines stand; does not read them.

use super::glyph::PART;
use super::line::Line;

/// Lines of one column, or between columns, from top to bottom.
pub(super) type Region = Vec<Line>;

/// A column holds at least this many lines; two facing cells of a table are fewer.
const FEWEST: usize = 5;
/// Lines of running text fill this share of their column; the cells of a table do not.
const FULL: f32 = 0.6;
/// Half the width of a gutter, in points: two columns stand a quarter of an inch apart, or a little less.
const HALF_GUTTER: f32 = 4.0;
/// Steps in which a gutter is looked for, in points.
const STEP: f32 = 4.0;
/// Pages with more lines than this are read from top to bottom: a drawing, or a trick.
const MOST_LINES: usize = 5_000;
/// Nested columns beyond this are noise.
const DEEPEST: usize = 8;

/// The page's lines by region, in the order in which they are read.
pub(super) fn regions(lines: Vec<Line>) -> Vec<Region> {
    let mut out = Vec::new();
    let lines = rows(lines).into_iter().flatten().collect::<Vec<_>>();
    if lines.len() > MOST_LINES {
        return vec![lines];
    }
    part(lines, 0, &mut out);
    out
}

/// Lines by baseline, from top to bottom and from left to right; neighbours on a baseline are one.
pub(super) fn rows(mut lines: Vec<Line>) -> Vec<Vec<Line>> {
    lines.sort_by(|one, other| one.y.total_cmp(&other.y));
    let mut rows: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        match rows.last_mut() {
            Some(row) if line.y - row[0].y < 0.3 * line.size.min(row[0].size) => row.push(line),
            _ => rows.push(vec![line]),
        }
    }
    for row in &mut rows {
        row.sort_by(|one, other| one.left.total_cmp(&other.left));
        let mut joined: Vec<Line> = Vec::with_capacity(row.len());
        for line in row.drain(..) {
            match joined.last_mut() {
                Some(last) if line.left - last.right < PART * last.size.min(line.size) => join(last, &line),
                _ => joined.push(line),
            }
        }
        *row = joined;
    }
    rows
}

/// Appends what stands right of `last` on its baseline.
pub(super) fn join(last: &mut Line, line: &Line) {
    if line.left - last.right > super::glyph::SPACE * last.size.max(line.size) {
        last.text.push(' ');
    }
    last.text.push_str(&line.text);
    last.right = last.right.max(line.right);
    last.bold &= line.bold;
}

/// A gutter and the lines between which it runs.
struct Gutter {
    x: f32,
    from: usize,
    to: usize,
    /// Lines on the side that has fewer.
    support: usize,
}

fn part(lines: Region, depth: usize, out: &mut Vec<Region>) {
    let Some(gutter) = (depth < DEEPEST).then(|| gutter(&lines)).flatten() else {
        if !lines.is_empty() {
            out.push(lines);
        }
        return;
    };
    let mut above = lines;
    let below = above.split_off(gutter.to);
    let between = above.split_off(gutter.from);
    let (left, right) = between.into_iter().partition(|line: &Line| line.right <= gutter.x);
    part(above, depth + 1, out);
    part(left, depth + 1, out);
    part(right, depth + 1, out);
    part(below, depth + 1, out);
}

/// The gutter with most lines on both of its sides.
fn gutter(lines: &[Line]) -> Option<Gutter> {
    let left = lines.iter().map(|line| line.left).min_by(f32::total_cmp)?;
    let right = lines.iter().map(|line| line.right).max_by(f32::total_cmp)?;
    let steps = (((right - left) / STEP) as usize).min(1000);
    let found = (1..steps).filter_map(|step| longest_run(lines, left + step as f32 * STEP));
    found.max_by(|one, other| one.support.cmp(&other.support).then(other.x.total_cmp(&one.x)))
}

/// The longest run of lines that leave `x` free and hold two columns of text.
fn longest_run(lines: &[Line], x: f32) -> Option<Gutter> {
    let mut best: Option<Gutter> = None;
    let mut from = 0;
    for at in 0..=lines.len() {
        let crosses = lines.get(at).is_none_or(|line| line.left < x + HALF_GUTTER && line.right > x - HALF_GUTTER);
        if !crosses {
            continue;
        }
        let run = &lines[from..at];
        let support =
            run.iter().filter(|line| line.right <= x).count().min(run.iter().filter(|line| line.left >= x).count());
        if support >= FEWEST && best.as_ref().is_none_or(|best| support > best.support) && both_are_text(run, x) {
            best = Some(Gutter { x, from, to: at, support });
        }
        from = at + 1;
    }
    best
}

/// Both sides look like running text: most of their lines reach across their column.
fn both_are_text(run: &[Line], x: f32) -> bool {
    let (left, right): (Vec<&Line>, Vec<&Line>) = run.iter().partition(|line| line.right <= x);
    [left, right].iter().all(|side| {
        let start = side.iter().map(|line| line.left).fold(f32::MAX, f32::min);
        let end = side.iter().map(|line| line.right).fold(f32::MIN, f32::max);
        let mut widths: Vec<f32> = side.iter().map(|line| (line.right - line.left) / (end - start).max(1.0)).collect();
        widths.sort_by(f32::total_cmp);
        widths.get(widths.len() / 2).is_some_and(|width| *width >= FULL) && end - start > 12.0 * side[0].size
    })
}
