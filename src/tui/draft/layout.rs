//! A text as rows of a given width, and the place of its cursor among them.
//!
//! It measures grapheme clusters in terminal columns; it paints nothing, scrolls nothing, and hides nothing: every
//! cluster but a line break is in exactly one row, spaces at a row's end too, so that the cursor can stand by each.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::tui::text::width as columns;

/// A tab as it is drawn, as wide as in [`drawable`](crate::tui::text::drawable).
pub(super) const TAB: &str = "    ";

/// A row: the byte range of its text, without the line break.
pub type Row = Range<usize>;

/// How a text lies on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The rows, top to bottom; at least one.
    pub rows: Vec<Row>,
    /// The cursor's row, an index into `rows`, and its column, less than the width (0 at width 0).
    pub cursor: (usize, u16),
}

/// Lays `text` out at `width` columns. After a row that is full to its end the cursor stands at the start of the next
/// row, which is an empty one made for it where the line ends there.
pub(super) fn layout(text: &str, cursor: usize, width: u16) -> Layout {
    let width = width.max(1);
    let mut rows = wrap(text, usize::from(width));
    let row = rows.partition_point(|row| row.start <= cursor) - 1;
    let before: usize = text[rows[row].start..cursor].graphemes(true).map(cluster_width).sum();
    match u16::try_from(before) {
        Ok(column) if column < width => Layout { rows, cursor: (row, column) },
        _ => {
            rows.insert(row + 1, cursor..cursor);
            Layout { rows, cursor: (row + 1, 0) }
        }
    }
}

impl Layout {
    /// The last place on `row` that is no further right than `column`, as a byte offset.
    pub(super) fn offset(&self, text: &str, row: usize, column: u16) -> usize {
        let range = self.rows[row].clone();
        // Where a row goes on below, its end is the start of the row below.
        let goes_on = self.rows.get(row + 1).is_some_and(|below| below.start == range.end);
        let mut columns = 0;
        for (at, cluster) in text[range.clone()].grapheme_indices(true) {
            let at = range.start + at;
            columns += cluster_width(cluster);
            if columns > usize::from(column) || (goes_on && at + cluster.len() == range.end) {
                return at;
            }
        }
        range.end
    }
}

/// A row that is being filled.
#[derive(Default)]
struct Filling {
    start: usize,
    columns: usize,
    /// The last place in the row where it may be broken: byte offset, and the columns before it.
    seam: Option<(usize, usize)>,
}

fn wrap(text: &str, width: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = Filling::default();
    let mut last = "";
    for (at, cluster) in text.grapheme_indices(true) {
        if cluster == "\n" {
            rows.push(row.start..at);
            row = Filling { start: at + 1, ..Filling::default() };
            last = "";
            continue;
        }
        let takes = cluster_width(cluster);
        if at > row.start && may_part(last, cluster) {
            row.seam = Some((at, row.columns));
        }
        // Nothing follows in a full row, not even what takes no column: the cursor before it would stand outside.
        while at > row.start && (row.columns + takes > width || row.columns >= width) {
            let (end, columns) = row.seam.unwrap_or((at, row.columns));
            rows.push(row.start..end);
            row = Filling { start: end, columns: row.columns - columns, seam: None };
        }
        row.columns += takes;
        last = cluster;
    }
    rows.push(row.start..text.len());
    rows
}

/// Whether a row may end between two neighbours: after spaces, and on either side of a Hangul or CJK glyph or an emoji,
/// where punctuation stays with what it closes or opens.
fn may_part(left: &str, right: &str) -> bool {
    // The commonest of the classes CL, EX, IS, QU and OP of Unicode Standard Annex 14.
    const CLOSES: &[char] = &[
        '.', ',', '!', '?', ':', ';', ')', ']', '}', '%', '"', '\'', '…', '’', '”', '、', '。', '，', '．', '！', '？',
        '：', '；', '）', '］', '｝', '」', '』', '】', '》', '〉',
    ];
    const OPENS: &[char] = &['(', '[', '{', '"', '\'', '‘', '“', '（', '［', '｛', '「', '『', '【', '《', '〈'];

    if is_space(left) || is_space(right) || (left.is_ascii() && right.is_ascii()) {
        return is_space(left) && !is_space(right);
    }
    (columns(left) > 1 || columns(right) > 1) && !right.starts_with(CLOSES) && !left.starts_with(OPENS)
}

fn is_space(cluster: &str) -> bool {
    matches!(cluster, " " | "\t")
}

/// Columns that one grapheme cluster takes.
fn cluster_width(cluster: &str) -> usize {
    match cluster {
        "\t" => TAB.len(),
        _ => columns(cluster),
    }
}
