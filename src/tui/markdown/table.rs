//! Tables: as columns where they fit, otherwise one block of `header: value` lines per row. Knows nothing of what
//! surrounds a table.

use pulldown_cmark::Alignment;
use ratatui::text::{Line, Span};

use crate::tui::theme::Theme;
use crate::tui::wrap::wrap;

/// A column is not made narrower than this (or than its widest cell): about a word.
const NARROWEST: usize = 8;

const BAR: &str = " │ ";
const CROSSING: &str = "─┼─";

type Cell = Vec<Span<'static>>;

/// A table as it is read.
pub(super) struct Table {
    alignments: Vec<Alignment>,
    /// The first is the header.
    rows: Vec<Vec<Cell>>,
}

impl Table {
    pub(super) fn new(alignments: Vec<Alignment>) -> Self {
        Self { alignments, rows: Vec::new() }
    }

    pub(super) fn begin_row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(super) fn push_cell(&mut self, cell: Cell) {
        if let Some(row) = self.rows.last_mut() {
            row.push(cell);
        }
    }

    /// The table in lines of at most `room` columns; spaces may end them.
    pub(super) fn lines(&self, room: usize, theme: &Theme) -> Vec<Line<'static>> {
        let Some((header, body)) = self.rows.split_first() else { return Vec::new() };
        match self.widths(room) {
            Some(widths) => {
                let rule = widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join(CROSSING);
                let mut lines = self.row(header, &widths, theme);
                lines.push(Line::from(Span::styled(rule, theme.border)));
                lines.extend(body.iter().flat_map(|row| self.row(row, &widths, theme)));
                lines
            }
            None => records(header, body, room),
        }
    }

    /// The columns' widths: the widest cell's where all fit, else the widest are cut to one common width. None where
    /// that would be too narrow to read.
    fn widths(&self, room: usize) -> Option<Vec<usize>> {
        let widest = |column| self.rows.iter().filter_map(|row| row.get(column)).map(cell_width).max();
        let natural: Vec<usize> = (0..self.alignments.len()).map(|column| widest(column).unwrap_or(0).max(1)).collect();
        let bars = natural.len().saturating_sub(1) * Span::raw(BAR).width();
        let available = room.checked_sub(bars)?;
        if natural.iter().sum::<usize>() <= available {
            return Some(natural);
        }
        let total = |most: usize| natural.iter().map(|width| (*width).min(most)).sum::<usize>();
        let most = (NARROWEST..=available).take_while(|most| total(*most) <= available).last()?;
        let mut spare = available - total(most);
        let cut = natural.iter().map(|width| {
            let extra = usize::from(*width > most && spare > 0);
            spare -= extra;
            (*width).min(most) + extra
        });
        Some(cut.collect())
    }

    fn row(&self, cells: &[Cell], widths: &[usize], theme: &Theme) -> Vec<Line<'static>> {
        let wrapped = cells.iter().zip(widths).map(|(cell, width)| wrap(cell, *width as u16, &[], &[]));
        let wrapped: Vec<Vec<Line>> = wrapped.collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        let line = |y| {
            let mut spans = Vec::new();
            for (column, ((cell, width), alignment)) in wrapped.iter().zip(widths).zip(&self.alignments).enumerate() {
                if column > 0 {
                    spans.push(Span::styled(BAR, theme.border));
                }
                let line: Line = cell.get(y).cloned().unwrap_or_default();
                let slack = width.saturating_sub(line.width());
                let before = match alignment {
                    Alignment::Right => slack,
                    Alignment::Center => slack / 2,
                    Alignment::Left | Alignment::None => 0,
                };
                spans.push(Span::raw(" ".repeat(before)));
                spans.extend(line.spans);
                spans.push(Span::raw(" ".repeat(slack - before)));
            }
            Line::from(spans)
        };
        (0..height).map(line).collect()
    }
}

fn cell_width(cell: &Cell) -> usize {
    cell.iter().map(Span::width).sum()
}

/// A `header: value` line for each cell, and a blank line between rows; the header alone where there is no row.
fn records(header: &[Cell], body: &[Vec<Cell>], room: usize) -> Vec<Line<'static>> {
    let hung = |spans: &[Span<'static>]| wrap(spans, room as u16, &[], &[Span::raw("  ")]);
    if body.is_empty() {
        return header.iter().flat_map(|name| hung(name)).collect();
    }
    let mut lines = Vec::new();
    for (index, row) in body.iter().enumerate() {
        if index > 0 {
            lines.push(Line::default());
        }
        for (name, value) in header.iter().zip(row) {
            let colon = (!name.is_empty()).then(|| Span::raw(": "));
            let spans: Cell = name.iter().cloned().chain(colon).chain(value.iter().cloned()).collect();
            lines.extend(hung(&spans));
        }
    }
    lines
}
