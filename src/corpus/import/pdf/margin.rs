//! Running heads, feet and page numbers: the same text at the same height on several pages.
//! Knows places and repetition; does not know columns.

use std::collections::HashMap;

use super::glyph::{Page, Span};

/// Heads and feet stand in this share of the page's height, at its top and at its bottom.
const ZONE: f32 = 0.12;
/// On fewer pages the same words may be text.
const PAGES: usize = 3;

/// Marks the spans that repeat as furniture; gives on how many pages there were some.
pub(super) fn mark_repeated(pages: &mut [Page]) -> usize {
    let mut seen: HashMap<(String, i32), usize> = HashMap::new();
    for page in &*pages {
        let mut here: Vec<(String, i32)> =
            page.spans.iter().filter(|span| in_zone(span, page.height)).map(key).collect();
        here.sort();
        here.dedup();
        for key in here {
            *seen.entry(key).or_default() += 1;
        }
    }
    let mut marked = 0;
    for page in pages {
        let repeats = |span: &Span| {
            let (text, y) = key(span);
            // A line may lie on the border between two heights.
            (-1..=1).map(|off| seen.get(&(text.clone(), y + off)).copied().unwrap_or(0)).sum::<usize>() >= PAGES
        };
        let mut order: Vec<usize> = (0..page.spans.len()).collect();
        order.sort_by(|&one, &other| page.spans[one].y.total_cmp(&page.spans[other].y));
        let mut gone = outermost(page, order.iter().copied(), repeats);
        gone.extend(outermost(page, order.iter().rev().copied(), repeats));
        marked += usize::from(!gone.is_empty());
        for at in gone {
            page.spans[at].artifact = true;
        }
    }
    marked
}

/// From the page's edge inwards: rows all of whose spans repeat, up to the first that is the page's own.
fn outermost(page: &Page, from_edge: impl Iterator<Item = usize>, repeats: impl Fn(&Span) -> bool) -> Vec<usize> {
    let (mut gone, mut row): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for at in from_edge.filter(|&at| !page.spans[at].artifact) {
        let span = &page.spans[at];
        if row.first().is_some_and(|&first| (page.spans[first].y - span.y).abs() > 3.0) {
            gone.append(&mut row);
        }
        if !in_zone(span, page.height) || !repeats(span) {
            return gone;
        }
        row.push(at);
    }
    gone
}

fn in_zone(span: &Span, height: f32) -> bool {
    span.y < height * ZONE || span.y > height * (1.0 - ZONE)
}

/// The text with its numbers made alike, and its height in steps of three points.
fn key(span: &Span) -> (String, i32) {
    let mut text = String::new();
    for c in span.text.chars() {
        if !c.is_ascii_digit() {
            text.extend(c.to_lowercase());
        } else if !text.ends_with('#') {
            text.push('#');
        }
    }
    (text, (span.y / 3.0).round() as i32)
}
