//! A text as it is matched: one plain glyph a character, each with the bytes it stands for. Knows digits, dashes,
//! spaces and letters that look like others; not what they mean.

use std::ops::Range;

use super::placeholder;

/// What stands for personal data that is masked already. It is no word, no digit and no sign of anything near it.
pub(super) const MASKED: char = '\u{FFFC}';

/// A glyph and the bytes of the text it stands for.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub glyph: char,
    pub at: Range<usize>,
}

/// A text in plain glyphs.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub cells: Vec<Cell>,
}

impl View {
    /// The view of a text; a placeholder in it is one masked cell.
    pub fn of(text: &str) -> Self {
        let mut cells = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let start = text.len() - rest.len();
            let (glyph, length) = match placeholder::at_start(rest) {
                Some(placeholder) => (Some(MASKED), placeholder.length),
                None => (plain(first), first.len_utf8()),
            };
            cells.extend(glyph.map(|glyph| Cell { glyph, at: start..start + length }));
            rest = &rest[length..];
        }
        Self { cells }
    }

    /// The bytes of a range of cells, which is not empty.
    pub fn bytes(&self, cells: &Range<usize>) -> Range<usize> {
        self.cells[cells.start].at.start..self.cells[cells.end - 1].at.end
    }

    /// Makes each of the ranges, which are ordered and disjoint, one masked cell: what the view of the text would be
    /// with placeholders in their place.
    pub fn collapse<'r>(&mut self, ranges: impl Iterator<Item = &'r Range<usize>>) {
        let mut cells = Vec::with_capacity(self.cells.len());
        let mut kept = 0;
        for range in ranges {
            cells.extend_from_slice(&self.cells[kept..range.start]);
            cells.push(Cell { glyph: MASKED, at: self.bytes(range) });
            kept = range.end;
        }
        cells.extend_from_slice(&self.cells[kept..]);
        self.cells = cells;
    }
}

/// The plain glyph of a character; none, if nothing of it is seen.
fn plain(c: char) -> Option<char> {
    Some(match c {
        ' '..='~' => c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        c if is_unseen(c) => return None,
        // The full-width forms follow ASCII's order.
        '！'..='～' => char::from((u32::from(c) - 0xFEE0) as u8),
        // Unicode's dashes (Pd) of Latin text, the minus, and the small and ideographic ones.
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2e3a}' | '\u{2e3b}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{b4}' => '\'',
        '\u{2024}' | '\u{fe52}' | '\u{3002}' => '.',
        '\u{fe6b}' => '@',
        '\u{2044}' | '\u{2215}' => '/',
        c if c.is_whitespace() => ' ',
        c => digit(c).unwrap_or(c),
    })
}

/// Format characters that are drawn as nothing: soft hyphen, joiners, marks and isolates of direction, and variation
/// selectors.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// The code points of the digit zero in each script: the decimal digits (general category `Nd`) of Unicode 14.0's
/// `UnicodeData.txt` come in runs of ten, zero first.
#[rustfmt::skip]
const ZEROS: [u32; 65] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// The ASCII digit of a decimal digit of any script.
fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = ZEROS[..ZEROS.partition_point(|&zero| zero <= code)].last()?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyphs(text: &str) -> String {
        View::of(text).cells.iter().map(|cell| cell.glyph).collect()
    }

    #[test]
    fn what_looks_alike_is_alike() {
        assert_eq!(glyphs("１２３–４５—６７８９"), "123-45-6789");
        assert_eq!(glyphs("٣\u{a0}𝟗\u{2009}०"), "3 9 0");
        assert_eq!(glyphs("a\u{200b}＠\u{ad}ｂ．ｃ"), "a@b.c");
        assert_eq!(glyphs("½ ² Ⅷ é"), "½ ² Ⅷ é");
    }

    #[test]
    fn a_cell_knows_its_bytes() {
        let view = View::of("é\u{200b}１2");
        let bytes: Vec<Range<usize>> = view.cells.iter().map(|cell| cell.at.clone()).collect();
        assert_eq!(bytes, [0..2, 5..8, 8..9]);
    }

    #[test]
    fn a_collapsed_view_is_that_of_the_masked_text() {
        let mut view = View::of("é 123 é");
        view.collapse(std::iter::once(&(2..5)));
        let masked: Vec<char> = view.cells.iter().map(|cell| cell.glyph).collect();
        assert_eq!(masked, View::of("é [SSN] é").cells.iter().map(|cell| cell.glyph).collect::<Vec<_>>());
    }
}
