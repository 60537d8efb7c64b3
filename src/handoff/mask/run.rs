//! Digits that belong together: `4111 1111 1111 1111` is one number in four pieces. Knows how pieces are joined; not
//! whose number they make.

use std::ops::Range;

use super::token::{Sort, Tokens};
use super::words;

/// What joins a piece to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// Nothing: it is the first.
    Start,
    Dash,
    Dot,
    Space,
    /// A dash between spaces.
    Apart,
}

/// Digits in a row, by token, and what joins them to those before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    token: usize,
    joint: Joint,
}

/// No number here is written in more pieces.
const MOST_PIECES: usize = 6;
/// Digits of the numbers that are looked for: those of a local telephone number, and those of the longest card's.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=19;

/// Pieces in a row that could be one number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window<'t> {
    pub tokens: &'t Tokens,
    pieces: &'t [Piece],
    /// Whether digits go on at either side, after a space.
    goes_on: bool,
}

/// All the pieces of a text, in rows that are joined.
pub(super) fn runs(tokens: &Tokens) -> Vec<Vec<Piece>> {
    let mut runs: Vec<Vec<Piece>> = Vec::new();
    let mut next = None;
    for token in (0..tokens.len()).filter(|&at| tokens.sort(at) == Sort::Digits) {
        match (next, runs.last_mut()) {
            (Some((at, joint)), Some(run)) if at == token => run.push(Piece { token, joint }),
            _ => runs.push(vec![Piece { token, joint: Joint::Start }]),
        }
        next = joined(tokens, token);
    }
    runs
}

/// The piece that is joined to one, and how.
fn joined(tokens: &Tokens, token: usize) -> Option<(usize, Joint)> {
    let sort = |by: usize| tokens.sort(token + by);
    let (by, joint) = match (sort(1), sort(2), sort(3)) {
        (Sort::Mark('-'), Sort::Digits, _) => (2, Joint::Dash),
        (Sort::Mark('.'), Sort::Digits, _) => (2, Joint::Dot),
        (Sort::Space, Sort::Digits, _) => (2, Joint::Space),
        (Sort::Space, Sort::Mark('-'), Sort::Space) if sort(4) == Sort::Digits => (4, Joint::Apart),
        _ => return None,
    };
    Some((token + by, joint))
}

/// Where windows may be cut from the rest of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// At spaces, as between the numbers of a list.
    Spaces,
    /// Anywhere, for numbers that are known.
    Anywhere,
}

/// The windows of a run that have as many digits as numbers that are looked for.
pub(super) fn windows<'t>(tokens: &'t Tokens, run: &'t [Piece], cut: Cut) -> impl Iterator<Item = Window<'t>> {
    let is_tight = move |piece: &Piece| cut == Cut::Spaces && matches!(piece.joint, Joint::Dash | Joint::Dot);
    let loose = move |at: usize| run.get(at).is_none_or(|piece| !is_tight(piece));
    let starts = (0..run.len()).filter(move |&start| loose(start));
    starts.flat_map(move |start| {
        let ends = (start + 1..=run.len().min(start + MOST_PIECES)).filter(move |&end| loose(end));
        ends.map(move |end| {
            let goes_on = start > 0 || end < run.len();
            Window { tokens, pieces: &run[start..end], goes_on }
        })
        .take_while(|window| window.count() <= *DIGITS.end())
        .filter(|window| DIGITS.contains(&window.count()) && window.stands_free())
    })
}

impl Window<'_> {
    pub fn span(&self) -> Range<usize> {
        self.pieces[0].token..self.pieces[self.pieces.len() - 1].token + 1
    }

    /// How many digits it has.
    pub fn count(&self) -> usize {
        self.lengths().sum()
    }

    pub fn digits(&self) -> String {
        self.pieces.iter().map(|piece| self.tokens.digits(piece.token)).collect()
    }

    pub fn lengths(&self) -> impl Iterator<Item = usize> {
        self.pieces.iter().map(|piece| self.tokens.digits(piece.token).len())
    }

    pub fn is_shaped(&self, shape: &[usize]) -> bool {
        self.lengths().eq(shape.iter().copied())
    }

    pub fn is_one_piece(&self) -> bool {
        self.pieces.len() == 1
    }

    /// Whether one joint, of those given, is between all its pieces; so it is in one piece.
    pub fn is_joined_by(&self, joints: &[Joint]) -> bool {
        joints.iter().any(|joint| self.pieces[1..].iter().all(|piece| piece.joint == *joint))
    }

    /// Whether only spaces are between its pieces, as between numbers of a list.
    pub fn is_spaced(&self) -> bool {
        !self.is_one_piece() && self.is_joined_by(&[Joint::Space])
    }

    /// Whether no digits go on beside it.
    pub fn is_alone(&self) -> bool {
        !self.goes_on
    }

    /// Whether every piece could be a year of living memory.
    pub fn is_years(&self) -> bool {
        self.pieces.iter().all(|piece| is_year(self.tokens.digits(piece.token)))
    }

    /// Whether it is neither a part of a word, as in `A123`, nor of a date, fraction or decimal, as in `1/2` and `1,5`.
    /// A word that names the number may stand right before it, and an extension or a letter or two of it right after.
    fn stands_free(&self) -> bool {
        let (tokens, span) = (self.tokens, self.span());
        let (before, after) = (span.start.wrapping_sub(1), span.end);
        let is_digits = |at: usize| matches!(tokens.sort(at), Sort::Digits | Sort::Amount);
        let free_before = match tokens.sort(before) {
            Sort::Word if tokens.is_joined_word(before) => words::cue(tokens.word(before), "").is_some(),
            Sort::Mark('/') => !is_digits(before.wrapping_sub(1)),
            sort => sort != Sort::Masked,
        };
        let free_after = match tokens.sort(after) {
            Sort::Word if tokens.is_joined_word(after) => {
                tokens.word(after).starts_with('x') || !self.is_one_piece() && tokens.width(after) <= 2
            }
            Sort::Mark('/' | ',') => !is_digits(after + 1),
            sort => sort != Sort::Masked,
        };
        free_before && free_after
    }
}

/// Whether digits could be a year of living memory.
pub(super) fn is_year(digits: &str) -> bool {
    digits.len() == 4 && matches!(&digits[..2], "19" | "20")
}

/// Whether eight digits could be a day, written year first.
pub(super) fn is_day(digits: &str) -> bool {
    let two = |at: usize| digits.get(at..at + 2).and_then(|part| part.parse().ok()).unwrap_or(0);
    let is_year = digits.get(..4).is_some_and(is_year);
    digits.len() == 8 && is_year && matches!(two(4), 1..=12) && matches!(two(6), 1..=31)
}

#[cfg(test)]
mod tests {
    use super::{super::view::View, *};

    fn found(text: &str) -> Vec<String> {
        let tokens = Tokens::of(&View::of(text));
        runs(&tokens)
            .iter()
            .flat_map(|run| windows(&tokens, run, Cut::Spaces).map(|w| w.digits()).collect::<Vec<_>>())
            .collect()
    }

    #[test]
    fn dashes_join_and_spaces_may() {
        assert_eq!(found("123-45-6789"), ["123456789"]);
        assert_eq!(found("123 456 7890"), ["1234567890", "4567890"]);
        assert_eq!(found("555-0100 2024"), ["5550100", "55501002024"]);
    }

    #[test]
    fn parts_of_other_things_are_no_numbers() {
        for text in
            ["A1234567", "1234567k", "1/1234567", "1234567,50", "1,234,567", "3.14159265-", "12345678901234567890"]
        {
            assert!(found(text).iter().all(|digits| digits == "314159265"), "{text}");
        }
    }

    #[test]
    fn a_day_has_a_month() {
        assert!(is_day("20241231") && !is_day("20241331") && !is_day("18991231") && !is_day("2024123"));
    }
}
