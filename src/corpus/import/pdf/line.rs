//! Spans to lines: what stands on one baseline, in order, with the gaps that are spaces.
//! Knows the body's size and weight, against which headings are told; does not know columns.

use std::collections::BTreeMap;

use super::glyph::{Page, SPACE, Span};

/// The document's ordinary text: most of its characters are of this size and weight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body {
    pub(super) size: f32,
    pub(super) ink: f32,
}

/// Letters with this much more ink than the body's are bold. Regular text measures 0.22 to 0.26 and its bold 0.31 to
/// 0.33 in the IRS publications' Helvetica; Times is lighter, in the same proportion.
const BOLD: f32 = 1.18;

impl Body {
    /// The size of most characters, to half a point, and the median ink at that size.
    pub(super) fn of(pages: &[Page]) -> Self {
        let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
        let spans = || pages.iter().flat_map(|page| &page.spans).filter(|span| !span.artifact);
        for span in spans() {
            *sizes.entry(halves(span.size)).or_default() += span.text.len();
        }
        let most = sizes.iter().max_by_key(|(_, count)| **count).map_or(20, |(size, _)| *size);
        let mut inks: Vec<f32> =
            spans().filter(|span| halves(span.size) == most && span.ink > 0.0).map(|span| span.ink).collect();
        inks.sort_by(f32::total_cmp);
        let ink = inks.get(inks.len() / 2).copied().unwrap_or(0.0);
        Self { size: most as f32 / 2.0, ink }
    }

    pub(super) fn is_bold(self, ink: f32) -> bool {
        self.ink > 0.0 && ink > self.ink * BOLD
    }
}

fn halves(size: f32) -> u32 {
    (size * 2.0).round() as u32
}

/// Text on one baseline.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) y: f32,
    /// From 0.
    pub(super) page: usize,
    /// Of most of its characters.
    pub(super) size: f32,
    /// All of its letters are bold.
    pub(super) bold: bool,
}

/// Joins spans that follow one another on a baseline with at most `gap` ems between them.
pub(super) fn lines<'a>(spans: impl IntoIterator<Item = &'a Span>, body: Body, gap: f32) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for span in spans {
        let has_letters = span.text.chars().any(char::is_alphabetic);
        let bold = !has_letters || span.ink == 0.0 || body.is_bold(span.ink);
        let joined = lines.last_mut().filter(|line| {
            let size = line.size.max(span.size);
            let between = (span.left - line.right) / size;
            line.page == span.page && (line.y - span.y).abs() < 0.45 * size && between > -0.6 && between < gap
        });
        match joined {
            Some(line) => {
                if !line.text.ends_with(' ') && span.left - line.right > SPACE * line.size.max(span.size) {
                    line.text.push(' ');
                }
                if span.text.len() > line.text.len() {
                    (line.size, line.y) = (span.size, span.y);
                }
                line.text.push_str(&span.text);
                line.right = line.right.max(span.right);
                line.bold &= bold;
            }
            None => lines.push(Line {
                text: span.text.clone(),
                left: span.left,
                right: span.right,
                y: span.y,
                page: span.page,
                size: span.size,
                bold,
            }),
        }
    }
    for line in &mut lines {
        line.text.truncate(line.text.trim_end().len());
    }
    lines
}
