//! A view cut into words, digits, gaps and marks, for looking ahead and back.

use std::ops::Range;

use super::view::{Cell, MASKED, View};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Letters, with the marks that combine with them.
    Word,
    /// ASCII digits.
    Digits,
    /// Digits in groups of three after commas: an amount, and no one's number.
    Amount,
    /// Spaces in a line.
    Space,
    /// Ends of lines, with the spaces around them.
    Break,
    /// Personal data that is masked already.
    Masked,
    /// Any other character.
    Mark(char),
    /// Before the first and after the last token.
    Edge,
}

#[derive(Debug)]
struct Token {
    sort: Sort,
    cells: Range<usize>,
    /// Bytes of `Tokens::exact`.
    exact: Range<usize>,
    /// Bytes of `Tokens::lower`.
    lower: Range<usize>,
    /// The nearest word before, with nothing masked between.
    word_before: Option<usize>,
}

/// The tokens of a view. An index past either end is an [`Sort::Edge`]; `index.wrapping_sub(1)` is past the left one.
#[derive(Debug)]
pub(super) struct Tokens {
    list: Vec<Token>,
    exact: String,
    lower: String,
}

impl Tokens {
    pub fn of(view: &View) -> Self {
        let exact: String = view.cells.iter().map(|cell| cell.glyph).collect();
        // One character for each, so that a word's letters can be counted in either.
        let lower = exact.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
        let mut tokens = Self { list: Vec::with_capacity(view.cells.len() / 3), exact, lower };
        let (mut cell, mut exact, mut lower, mut word_before) = (0, 0, 0, None);
        while cell < view.cells.len() {
            let (sort, length) = first(&view.cells[cell..]);
            let width = |text: &str, from: usize| text[from..].chars().take(length).map(char::len_utf8).sum::<usize>();
            let (exact_end, lower_end) = (exact + width(&tokens.exact, exact), lower + width(&tokens.lower, lower));
            let cells = cell..cell + length;
            tokens.list.push(Token { sort, cells, exact: exact..exact_end, lower: lower..lower_end, word_before });
            match sort {
                Sort::Word => word_before = Some(tokens.list.len() - 1),
                // What stands before it says nothing of what comes after: else, masking would bring words nearer.
                Sort::Masked => word_before = None,
                _ => {}
            }
            (cell, exact, lower) = (cell + length, exact_end, lower_end);
        }
        tokens
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn sort(&self, at: usize) -> Sort {
        self.list.get(at).map_or(Sort::Edge, |token| token.sort)
    }

    /// A word in lower case; empty where no word is.
    pub fn word(&self, at: usize) -> &str {
        self.list.get(at).filter(|token| token.sort == Sort::Word).map_or("", |token| &self.lower[token.lower.clone()])
    }

    /// A token as it is written; empty past the ends.
    pub fn exact(&self, at: usize) -> &str {
        self.list.get(at).map_or("", |token| &self.exact[token.exact.clone()])
    }

    /// Digits; empty where none are.
    pub fn digits(&self, at: usize) -> &str {
        if self.sort(at) == Sort::Digits { self.exact(at) } else { "" }
    }

    pub fn is(&self, at: usize, mark: char) -> bool {
        self.sort(at) == Sort::Mark(mark)
    }

    /// Whether a word begins with a capital letter, or with a letter of a script that has none.
    pub fn is_capitalised(&self, at: usize) -> bool {
        self.sort(at) == Sort::Word && self.exact(at).chars().next().is_some_and(|first| !first.is_lowercase())
    }

    /// The nearest word before a token; none, if something masked is nearer.
    pub fn word_before(&self, at: usize) -> Option<usize> {
        self.list.get(at)?.word_before
    }

    /// Whether a token would go on in one right after it. What is masked was a word or a number, and still joins.
    pub fn joins(&self, at: usize) -> bool {
        matches!(self.sort(at), Sort::Digits | Sort::Amount | Sort::Masked) || self.is_joined_word(at)
    }

    /// Whether a word is one of a script that writes words apart.
    pub fn is_joined_word(&self, at: usize) -> bool {
        self.sort(at) == Sort::Word && !self.exact(at).starts_with(is_unspaced)
    }

    /// The place after a space that may be there.
    pub fn after_space(&self, at: usize) -> usize {
        at + usize::from(self.sort(at) == Sort::Space)
    }

    /// The place after a mark that may be there.
    pub fn after_mark(&self, at: usize, mark: char) -> usize {
        at + usize::from(self.is(at, mark))
    }

    /// Words and digits in lower case with a space between: what makes two spellings of a name or an address one.
    pub fn spelled(&self, tokens: Range<usize>) -> String {
        let spelled = tokens.filter(|&at| matches!(self.sort(at), Sort::Word | Sort::Digits));
        spelled.map(|at| &self.lower[self.list[at].lower.clone()]).collect::<Vec<_>>().join(" ")
    }

    /// The cells of a range of tokens, which is not empty.
    pub fn cells(&self, tokens: &Range<usize>) -> Range<usize> {
        self.list[tokens.start].cells.start..self.list[tokens.end - 1].cells.end
    }

    /// The token that holds a cell.
    pub fn holding(&self, cell: usize) -> usize {
        self.list.partition_point(|token| token.cells.end <= cell)
    }

    /// The number of cells of a token.
    pub fn width(&self, at: usize) -> usize {
        self.list.get(at).map_or(0, |token| token.cells.len())
    }
}

/// The first token of cells, which are not empty, and its length.
fn first(cells: &[Cell]) -> (Sort, usize) {
    let run = |of: fn(char) -> bool| cells.iter().take_while(|cell| of(cell.glyph)).count();
    let glyph = cells[0].glyph;
    match glyph {
        MASKED => (Sort::Masked, 1),
        ' ' | '\n' => {
            let length = run(|c| matches!(c, ' ' | '\n'));
            let broken = cells[..length].iter().any(|cell| cell.glyph == '\n');
            (if broken { Sort::Break } else { Sort::Space }, length)
        }
        '0'..='9' => {
            let digits = run(|c| c.is_ascii_digit());
            amount(cells, digits).map_or((Sort::Digits, digits), |length| (Sort::Amount, length))
        }
        c if is_unspaced(c) => (Sort::Word, run(is_unspaced)),
        c if c.is_alphabetic() => (Sort::Word, run(|c| c.is_alphabetic() && !is_unspaced(c) || combines(c))),
        c => (Sort::Mark(c), 1),
    }
}

/// The length of an amount such as `1,234,567.89` that begins with so many digits.
fn amount(cells: &[Cell], digits: usize) -> Option<usize> {
    let is_digit = |at: usize| cells.get(at).is_some_and(|cell| cell.glyph.is_ascii_digit());
    let is_group =
        |at: usize| cells.get(at).is_some_and(|cell| cell.glyph == ',') && (1..4).all(|by| is_digit(at + by));
    let mut length = digits;
    while is_group(length) && !is_digit(length + 4) {
        length += 4;
    }
    if digits > 3 || length == digits {
        return None;
    }
    if cells.get(length).is_some_and(|cell| cell.glyph == '.') && is_digit(length + 1) {
        length += 1 + cells[length + 1..].iter().take_while(|cell| cell.glyph.is_ascii_digit()).count();
    }
    Some(length)
}

/// Whether a letter is of a script that writes words without spaces, or particles right after them: the blocks of
/// Hangul, Kana and Han. An address or a number ends before one.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{318f}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}'
    ) && c.is_alphabetic()
}

/// Whether a character is drawn onto the one before: the blocks of combining diacritical marks.
fn combines(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(Sort, String)> {
        let tokens = Tokens::of(&View::of(text));
        (0..tokens.len()).map(|at| (tokens.sort(at), tokens.exact(at).to_owned())).collect()
    }

    #[test]
    fn amounts_are_no_digits() {
        let found = cut("$1,234,567.89");
        assert_eq!(found[1], (Sort::Amount, "1,234,567.89".to_owned()));
        assert!(cut("12345678,123 1,23 1,2345").iter().all(|(sort, _)| *sort != Sort::Amount));
    }

    #[test]
    fn a_word_keeps_its_accents() {
        assert_eq!(cut("Jose\u{301} 5B")[0], (Sort::Word, "Jose\u{301}".to_owned()));
        assert_eq!(cut("5B").len(), 2);
    }

    #[test]
    fn a_particle_is_no_part_of_the_word_before() {
        assert_eq!(cut("gov로")[1], (Sort::Word, "로".to_owned()));
    }

    #[test]
    fn tokens_are_spelled_alike_whatever_stands_between() {
        let tokens = Tokens::of(&View::of("İO'Neil-Ünal, 12\nB"));
        assert_eq!(tokens.spelled(0..tokens.len()), "io neil ünal 12 b");
    }
}
