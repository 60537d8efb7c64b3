//! A question as words, figures and marks, each with its bytes.
//!
//! Knows how figures are typed (`85,000.50`, `59½`, `'24`); figures that could be read in two ways, and those of a
//! label, come out as `Shape::Unread`.

use std::ops::Range;

use rust_decimal::Decimal;

use super::label;

/// A piece of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its bytes.
    pub span: Range<usize>,
    /// As it is compared: lower case, without apostrophes.
    pub text: String,
    /// What it is.
    pub shape: Shape,
    /// Whether nothing stands between it and the token before.
    pub glued: bool,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A word.
    Word,
    /// A number in digits.
    Figure {
        /// Its value.
        value: Decimal,
        /// Whether it is written with a thousands separator or with cents.
        written_as_money: bool,
    },
    /// A year in two digits (`'24`), or with a prefix (`ty2024`).
    Year(u16),
    /// A mark; `\n` for the end of a line.
    Mark(char),
    /// Digits that are no quantity.
    Unread,
}

impl Token {
    /// Whether it is the word `word`.
    pub fn is(&self, word: &str) -> bool {
        self.shape == Shape::Word && self.text == word
    }

    /// Whether it is one of the `words`.
    pub fn is_one_of(&self, words: &[&str]) -> bool {
        self.shape == Shape::Word && words.contains(&self.text.as_str())
    }

    /// Whether it is the mark `mark`.
    pub fn is_mark(&self, mark: char) -> bool {
        self.shape == Shape::Mark(mark)
    }

    /// Whether a thought ends here: a comma, a full stop, the end of a line.
    pub fn is_stop(&self) -> bool {
        matches!(self.shape, Shape::Mark(',' | '.' | ';' | ':' | '?' | '!' | '\n' | '(' | ')'))
    }

    /// Whether it is a dash.
    pub fn is_dash(&self) -> bool {
        matches!(self.shape, Shape::Mark('-' | '–' | '—' | '−' | '‐' | '‑'))
    }
}

/// The tokens of `text`.
pub fn tokens(text: &str) -> Vec<Token> {
    let labels = label::labels(text);
    let mut labels = labels.into_iter().peekable();
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        while labels.next_if(|label| label.start < at).is_some() {}
        let glued = tokens.last().is_some_and(|last| last.span.end == at);
        let (end, shape) = if let Some(label) = labels.next_if(|label| label.start == at) {
            (label.end, Some(Shape::Unread))
        } else {
            token(text, at, c, glued)
        };
        if let Some(shape) = shape {
            let text = text[at..end].chars().filter(|c| !is_apostrophe(*c)).flat_map(char::to_lowercase).collect();
            tokens.push(Token { span: at..end, text, shape, glued });
        }
        at = end;
    }
    tokens
}

/// The end and shape of the token at `at`; white space has none.
fn token(text: &str, at: usize, c: char, glued: bool) -> (usize, Option<Shape>) {
    let rest = &text[at..];
    let next = at + c.len_utf8();
    if c == '\n' {
        return (next, Some(Shape::Mark('\n')));
    }
    if c.is_whitespace() {
        return (next, None);
    }
    if let Some(year) = short_year(rest).filter(|_| !glued) {
        return (next + 2, Some(Shape::Year(year)));
    }
    if c.is_ascii_digit() || (c == '.' && !glued_to_digit(text, at) && starts_with_digit(&rest[1..])) {
        return figure(text, at);
    }
    if c.is_alphanumeric() {
        let is_word = |c: char| c.is_alphanumeric() || is_apostrophe(c);
        let end = at + rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let word = text[at..end].trim_end_matches(is_apostrophe);
        let end = at + word.len();
        return (end, Some(prefixed_year(word).map_or(Shape::Word, Shape::Year)));
    }
    (next, Some(Shape::Mark(c)))
}

fn is_apostrophe(c: char) -> bool {
    c == '\'' || c == '’'
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

fn glued_to_digit(text: &str, at: usize) -> bool {
    text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// `'24`.
fn short_year(rest: &str) -> Option<u16> {
    let digits = rest.strip_prefix(is_apostrophe)?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let ends = !digits[end..].starts_with(char::is_alphanumeric);
    (end == 2 && ends).then(|| digits[..2].parse::<u16>().ok().map(|year| 2000 + year))?
}

/// `ty2024`.
fn prefixed_year(word: &str) -> Option<u16> {
    let lower = word.to_ascii_lowercase();
    let digits = lower.strip_prefix("ty").or_else(|| lower.strip_prefix("fy"))?;
    digits.parse().ok().filter(|year| (1990..=2099).contains(year))
}

/// The number in digits at `at`.
fn figure(text: &str, at: usize) -> (usize, Option<Shape>) {
    let rest = &text[at..];
    let digits =
        |from: usize| rest[from..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len() - from, |length| length);
    let whole = digits(0);
    let mut end = whole;
    let mut grouped = false;
    let mut clear = whole <= 15;
    while rest[end..].starts_with(',') && starts_with_digit(&rest[end + 1..]) {
        let group = digits(end + 1);
        if whole > 3 && !grouped && !rest[end + 1..].starts_with("000") {
            break; // 62000,5400: a list
        }
        clear &= group == 3 && (1..=3).contains(&whole);
        grouped = true;
        end += 1 + group;
    }
    let mut decimals = 0;
    if rest[end..].starts_with('.') && starts_with_digit(&rest[end + 1..]) {
        decimals = digits(end + 1);
        end += 1 + decimals;
        clear &= decimals <= 6
            && !rest[end..].starts_with(['.', ',']) | !starts_with_digit(rest.get(end + 1..).unwrap_or(""));
        // 85.000 is eighty-five thousand to half the world.
        clear &= decimals != 3 || whole > 3 || rest.starts_with('0') || is_scaled(&rest[end..]) || grouped;
    }
    let padded = whole > 1 && rest.starts_with('0');
    let account = !grouped && decimals == 0 && whole >= 9 && !text[..at].trim_end().ends_with('$');
    let value = rest[..end].replace(',', "").parse::<Decimal>().ok();
    let (Some(mut value), true) = (value, clear && !padded && !account) else {
        return (unread(text, at + end), Some(Shape::Unread));
    };
    let mut written_as_money = grouped || decimals == 2;
    if rest[end..].starts_with('½') {
        value += Decimal::new(5, 1);
        end += '½'.len_utf8();
    } else if is_half(&rest[end..]) {
        value += Decimal::new(5, 1);
        end += " 1/2".len();
    } else if !grouped && decimals == 0 && whole <= 3 {
        while thousands_follow(&rest[end..], written_as_money || text[..at].trim_end().ends_with('$')) {
            value = value * Decimal::ONE_THOUSAND + rest[end + 1..end + 4].parse::<Decimal>().unwrap_or_default();
            written_as_money = true;
            end += 4;
        }
    }
    if is_foreign(&rest[end..]) {
        return (unread(text, at + end), Some(Shape::Unread));
    }
    (at + end, Some(Shape::Figure { value, written_as_money }))
}

/// Whether a scale or `%` follows, with which three decimals are clear.
fn is_scaled(rest: &str) -> bool {
    let rest = rest.trim_start();
    ["%", "k", "m", "percent", "thousand"].iter().any(|scale| rest.starts_with(scale))
}

fn is_half(rest: &str) -> bool {
    rest.strip_prefix(" 1/2").is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Whether ` 000` follows: thousands set apart by a space. Other groups are believed only after a currency.
fn thousands_follow(rest: &str, certain: bool) -> bool {
    let Some(group) = rest.strip_prefix(' ') else {
        return false;
    };
    let digits = group.bytes().take_while(u8::is_ascii_digit).count();
    digits == 3 && (certain || group.starts_with("000")) && !group[3..].starts_with(|c: char| c.is_alphanumeric())
}

/// Whether a letter or digit of another script follows, or one of its words for ten thousand and the like.
fn is_foreign(rest: &str) -> bool {
    let scale = |c: char| "만억천백조万億千百兆亿".contains(c);
    rest.starts_with(|c: char| !c.is_ascii() && c.is_alphanumeric()) || rest.trim_start().starts_with(scale)
}

/// Where an unread figure ends: with what is glued to it.
fn unread(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == ',' || c == '.')).unwrap_or(rest.len());
    from + rest[..end].trim_end_matches([',', '.']).len()
}
