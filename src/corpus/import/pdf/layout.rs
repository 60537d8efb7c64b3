//! Pages without tags: lines of a region become paragraphs, items and tables by how they are set.
//! Knows leading, indents and columns of cells; headings are told elsewhere, by size and weight.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::column::{self, Region, join};
use super::glyph::{PART, Page};
use super::line::{Body, Line, lines};
use super::piece::{Piece, Role, is_led};

/// A paragraph begins after a gap of this many leadings.
const GAP: f32 = 1.18;
/// An indent is at least this many ems.
const INDENT: f32 = 0.7;
/// A line that ends before this share of its region may be a paragraph's last.
const SHORT: f32 = 0.8;
/// A table has at least this many rows of two cells or more.
const ROWS: usize = 3;
/// A table with more columns than this is a drawing or a form.
const COLUMNS: usize = 12;

/// `•`, `1.`, `(a)` and the like at the head of a line, or standing alone.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:[•‣◦▪●○■□·∙\u{f0b7}\u{f0a7}]|[-–*]\s|(?:\d{1,2}|[a-z])[.)](?:\s|$)|\((?:\d{1,2}|[a-z]{1,3})\)(?:\s|$))",
    )
    .expect("the pattern is a constant of this module and is well formed")
});

/// The pieces of all pages in reading order.
pub(super) fn read(pages: &[Page], body: Body) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for page in pages {
        let lines = lines(page.spans.iter().filter(|span| !span.artifact), body, PART);
        for region in column::regions(lines) {
            read_region(region, body, &mut pieces);
        }
    }
    pieces
}

fn read_region(region: Region, body: Body, pieces: &mut Vec<Piece>) {
    let mut rows = column::rows(region);
    for row in &mut rows {
        // A label set apart from its text is not a cell.
        if row.len() > 1 && LABEL.find(&row[0].text).is_some_and(|found| found.end() == row[0].text.len()) {
            let text = row.remove(1);
            join(&mut row[0], &text);
        }
    }
    let mut flow: Vec<Line> = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        if let Some((end, table)) = table(&rows[at..]) {
            read_flow(&std::mem::take(&mut flow), body, pieces);
            pieces.push(Piece { role: Role::Table(table), lines: Vec::new() });
            at += end;
        } else {
            let mut row = std::mem::take(&mut rows[at]).into_iter();
            if let Some(mut line) = row.next() {
                row.for_each(|cell| join(&mut line, &cell));
                flow.push(line);
            }
            at += 1;
        }
    }
    read_flow(&flow, body, pieces);
}

/// Running text of one column.
fn read_flow(flow: &[Line], body: Body, pieces: &mut Vec<Piece>) {
    let Some(left) = flow.iter().map(|line| line.left).min_by(f32::total_cmp) else { return };
    let right = flow.iter().map(|line| line.right).fold(left, f32::max);
    let leading = leading(flow, body);
    let mut margins: Vec<f32> = Vec::new();
    let mut open: Option<Piece> = None;
    for (at, line) in flow.iter().enumerate() {
        let labelled = LABEL.is_match(&line.text);
        let before = at.checked_sub(1).map(|at| &flow[at]);
        let breaks = match (before, &open) {
            (Some(before), Some(piece)) => labelled || breaks(before, line, piece, leading, (left, right)),
            _ => true,
        };
        match &mut open {
            Some(piece) if !breaks => piece.lines.push(line.clone()),
            _ => {
                pieces.extend(open.take());
                margins.retain(|margin| *margin < line.left - 4.0);
                let role = if labelled {
                    margins.push(line.left);
                    Role::Item { depth: (margins.len() - 1).min(9) as u8, label: String::new() }
                } else {
                    Role::Paragraph
                };
                open = Some(Piece { role, lines: vec![line.clone()] });
            }
        }
    }
    pieces.extend(open);
}

/// Whether `line` opens another paragraph than the one `before` stands in.
fn breaks(before: &Line, line: &Line, piece: &Piece, leading: f32, (left, right): (f32, f32)) -> bool {
    let size = line.size.max(before.size);
    let filled = (before.right - left) / (right - left).max(1.0);
    if line.y - before.y > GAP * leading.max(size * 1.05) || (line.size - before.size).abs() > 1.0 || line.y < before.y
    {
        return true;
    }
    if is_led(before) || is_led(line) {
        return true;
    }
    // A run-in heading may end in the middle of a word.
    let cut = before.text.ends_with('-') && line.text.starts_with(char::is_lowercase);
    if !cut && before.bold != line.bold && filled < 0.92 && piece.lines.iter().all(|line| line.bold == before.bold) {
        return true;
    }
    let moved = line.left - before.left;
    let first = piece.lines.len() == 1;
    let indented = match piece.role {
        // The second line of an item stands under its text; one that goes back to the margin is no part of it.
        Role::Item { .. } => moved < -INDENT * size || (!first && moved > INDENT * size),
        // The second line goes back to the margin after a first line's indent.
        _ => moved > INDENT * size || (!first && moved < -INDENT * size),
    };
    let ended = before.text.ends_with(['.', '!', '?', ':']) && filled < SHORT;
    indented || ended
}

/// The distance between lines that occurs most, in the region's body text.
fn leading(flow: &[Line], body: Body) -> f32 {
    let mut steps: BTreeMap<i32, usize> = BTreeMap::new();
    for pair in flow.windows(2) {
        let step = pair[1].y - pair[0].y;
        if step > 0.0 && step < 2.5 * body.size && (pair[0].size - pair[1].size).abs() < 0.6 {
            *steps.entry((step * 4.0).round() as i32).or_default() += 1;
        }
    }
    let most = steps.iter().max_by_key(|(step, count)| (**count, -**step));
    most.filter(|(_, count)| **count > 1).map_or(body.size * 1.2, |(step, _)| *step as f32 / 4.0)
}

/// A table at the head of `rows`, and after how many rows it ends.
fn table(rows: &[Vec<Line>]) -> Option<(usize, Vec<Vec<String>>)> {
    let many = |row: &Vec<Line>| row.len() > 1;
    if !rows.first().is_some_and(many) {
        return None;
    }
    let mut end = 0;
    let mut anchors: Vec<(f32, f32)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let near = at == 0 || row[0].y - rows[at - 1][0].y < 3.0 * row[0].size;
        // A wrapped cell stands alone on its baseline, under its column.
        let wrapped = row.len() == 1 && anchors.iter().filter(|anchor| overlaps(&row[0], **anchor)).count() == 1;
        if !near || !(many(row) || wrapped) || !fits(row, &mut anchors) {
            break;
        }
        if many(row) {
            end = at + 1;
        }
    }
    let wide = rows[..end].iter().filter(|row| many(row)).count();
    if wide < ROWS || anchors.len() < 2 || anchors.len() > COLUMNS {
        return None;
    }
    anchors.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut cells: Vec<Vec<String>> = Vec::new();
    for row in &rows[..end] {
        let mut texts = vec![String::new(); anchors.len()];
        for cell in row {
            let column = anchors.iter().position(|anchor| overlaps(cell, *anchor)).unwrap_or(0);
            texts[column] = format!("{} {}", texts[column], cell.text);
        }
        match cells.last_mut() {
            Some(last) if row.len() == 1 => {
                last.iter_mut().zip(texts).for_each(|(cell, more)| cell.push_str(&more));
            }
            _ => cells.push(texts),
        }
    }
    Some((end, cells))
}

fn overlaps(cell: &Line, (left, right): (f32, f32)) -> bool {
    cell.left < right && cell.right > left
}

/// Whether every cell of the row stands in a column of its own; widens the columns.
fn fits(row: &[Line], anchors: &mut Vec<(f32, f32)>) -> bool {
    let mut widened = anchors.clone();
    let mut taken = vec![false; anchors.len()];
    for cell in row {
        let under: Vec<usize> = (0..anchors.len()).filter(|&at| overlaps(cell, anchors[at])).collect();
        match under[..] {
            [] => {
                widened.push((cell.left, cell.right));
            }
            [at] if !taken[at] => {
                taken[at] = true;
                widened[at] = (widened[at].0.min(cell.left), widened[at].1.max(cell.right));
            }
            _ => return false,
        }
    }
    *anchors = widened;
    true
}
