//! One number of a question with its sign, currency, scale and percent sign, or a range of two.
//!
//! Does not know what the number is of; `kind` looks at what stands around it.

use std::ops::Range;

use rust_decimal::Decimal;

use super::{
    person::is_child,
    token::{Shape, Token},
    words,
};

/// Units that may stand directly at a figure (`67yo`, `12k mi`).
const GLUED_UNITS: &[&str] = &[
    "yo",
    "yr",
    "yrs",
    "y",
    "mi",
    "miles",
    "hr",
    "hrs",
    "mo",
    "mos",
    "f",
    "cents",
    "dollars",
    "bucks",
    "percent",
    "years",
    "months",
    "weeks",
    "days",
    "hours",
    "shares",
    "dependents",
    "sqft",
];

/// Words after a number that say it is not an amount of dollars, or no figure at all.
const FOREIGN: &[&str] = &[
    "euro", "euros", "eur", "pounds", "gbp", "cad", "aud", "yen", "pesos", "rupees", "rs", "inr", "lakh", "lakhs",
    "crore", "crores", "francs", "yuan", "rmb", "krw", "php", "figures", "figure", "fold",
];

/// How a number is written, and what that tells of it. Of a range the greater counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Written {
    /// As a small number in words (`two`), which means little without a noun.
    SmallWord,
    /// As digits or words and no more.
    Bare,
    /// As amounts are: with a scale, a comma, cents.
    Scaled,
    /// With a currency.
    Dollars,
    /// With a percent sign.
    Percent,
    /// As a year and nothing else (`'24`).
    Year,
}

/// A number as it is said.
#[derive(Debug, Clone)]
pub struct Amount {
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Its value, and the upper end of a range; `None` where it is not read.
    pub value: Option<(Decimal, Option<Decimal>)>,
    /// How it is written.
    pub written: Written,
    /// Whether `+` stands at it.
    pub plus: bool,
    /// Its value before the scale, and the scale.
    parts: (Decimal, Decimal),
}

impl Amount {
    /// The number before its scale: 85 of `85k`.
    pub fn unscaled(&self) -> Decimal {
        self.parts.0
    }
}

/// The number or range that starts at token `at`.
pub fn amount(tokens: &[Token], at: usize) -> Option<Amount> {
    tokens.get(at)?;
    let low = one(tokens, at)?;
    let between = at > 0 && tokens[at - 1].is("between");
    let mut from = low.tokens.end;
    let dash = tokens.get(from).is_some_and(Token::is_dash);
    let spaced = dash && !tokens[from].glued;
    let to = tokens.get(from).is_some_and(|token| token.is("to") || between && token.is("and"));
    if !(dash || to) || low.plus {
        return Some(low);
    }
    from += 1;
    let Some(high) = tokens.get(from).and_then(|_| one(tokens, from)) else {
        return Some(low);
    };
    Some(range(&low, &high, spaced).unwrap_or(low))
}

/// `low` to `high`, where they make a range.
fn range(low: &Amount, high: &Amount, spaced: bool) -> Option<Amount> {
    let ((mut bottom, None), (top, None)) = (low.value?, high.value?) else {
        return None;
    };
    let is_year = |amount: &Amount, value: Decimal| {
        amount.written == Written::Year || amount.written == Written::Bare && is_year(value)
    };
    if is_year(low, bottom) || is_year(high, top) || low.written == Written::Percent && high.written != Written::Percent
    {
        return None;
    }
    if low.parts.1 == Decimal::ONE && high.parts.1 > Decimal::ONE && bottom < high.parts.0 {
        bottom = bottom.checked_mul(high.parts.1)?; // 80-90k
        if low.written == Written::SmallWord && top > bottom.saturating_mul(Decimal::TEN) {
            // `two to three hundred thousand`: of the two scales said, the first may lack one or both.
            return Some(Amount { tokens: low.tokens.start..high.tokens.end, value: None, ..low.clone() });
        }
    }
    let plausible = bottom < top && (!spaced || Decimal::from(3).checked_mul(bottom)? > top);
    plausible.then(|| Amount {
        tokens: low.tokens.start..high.tokens.end,
        value: Some((bottom, Some(top))),
        written: low.written.max(high.written),
        ..high.clone()
    })
}

/// Whether a number without marks is a year.
pub fn is_year(value: Decimal) -> bool {
    value.is_integer() && value >= Decimal::from(1990) && value <= Decimal::from(2099)
}

fn one(tokens: &[Token], at: usize) -> Option<Amount> {
    let mut i = at;
    let mut dollars = false;
    let negative_at = |i: usize| {
        let sign = tokens.get(i).is_some_and(|token| matches!(token.shape, Shape::Mark('-' | '−')));
        let next = tokens.get(i + 1).is_some_and(|next| next.glued && (is_figure(next) || next.is_mark('$')));
        sign && next
    };
    let apart = !tokens[i].glued || i > 0 && tokens[i - 1].is_mark('(');
    let mut negative = apart && negative_at(i);
    i += usize::from(negative);
    if tokens[i].is_mark('$') || tokens[i].is("usd") {
        let foreign = tokens[i].glued && i > 0 && tokens[i - 1].shape == Shape::Word && !tokens[i - 1].is("us");
        dollars = !foreign;
        i += 1;
        if negative_at(i) {
            negative = true;
            i += 1;
        }
        if foreign || !tokens.get(i).is_some_and(is_figure) {
            return None;
        }
    }
    let token = tokens.get(i)?;
    let after_foreign = i > 0 && (is_foreign_mark(&tokens[i - 1]) || is_foreign_sign(tokens, i - 1));
    let mut said = match token.shape {
        Shape::Figure { value, written_as_money } => {
            let value = if negative { -value } else { value };
            Amount {
                written: if written_as_money { Written::Scaled } else { Written::Bare },
                ..plain(at..i + 1, value)
            }
        }
        Shape::Year(year) => return Some(Amount { written: Written::Year, ..plain(at..i + 1, Decimal::from(year)) }),
        Shape::Word => {
            let spelled = words::spelled(tokens, i)?;
            let Some(value) = spelled.value else {
                return Some(Amount { value: None, ..plain(at..spelled.end, Decimal::ZERO) });
            };
            let written = match spelled.scaled {
                true => Written::Scaled,
                false if value <= Decimal::from(12) => Written::SmallWord,
                false => Written::Bare,
            };
            Amount { written, parts: parts(value), ..plain(at..spelled.end, value) }
        }
        _ => return None,
    };
    if dollars {
        said.written = Written::Dollars;
    }
    let read = suffixed(tokens, &mut said) && !after_foreign;
    if !read {
        said.value = None;
    }
    Some(said)
}

fn plain(tokens: Range<usize>, value: Decimal) -> Amount {
    Amount { tokens, value: Some((value, None)), written: Written::Bare, plus: false, parts: (value, Decimal::ONE) }
}

/// A number in words as a number and its scale.
fn parts(value: Decimal) -> (Decimal, Decimal) {
    let scales = [1_000_000, 1_000].map(Decimal::from);
    let scale = scales.into_iter().find(|scale| value >= *scale && (value / scale).is_integer());
    scale.map_or((value, Decimal::ONE), |scale| (value / scale, scale))
}

fn is_figure(token: &Token) -> bool {
    matches!(token.shape, Shape::Figure { .. })
}

fn is_foreign_mark(token: &Token) -> bool {
    matches!(token.shape, Shape::Mark('€' | '£' | '¥' | '₩' | '₹' | '₽' | '฿' | '@' | '#' | '_' | '\\' | '^'))
}

/// `C$` and the like.
fn is_foreign_sign(tokens: &[Token], i: usize) -> bool {
    i > 0 && tokens[i].is_mark('$') && tokens[i].glued && tokens[i - 1].shape == Shape::Word && !tokens[i - 1].is("us")
}

/// Takes what follows the number: scale, currency, percent. Returns whether it can be read with that.
fn suffixed(tokens: &[Token], said: &mut Amount) -> bool {
    let mut i = said.tokens.end;
    let mut clear = true;
    let mut scale = Decimal::ONE;
    if let Some(suffix) = tokens.get(i).filter(|token| token.glued && token.shape == Shape::Word) {
        let word = suffix.text.trim_end_matches("ish");
        let known = Token { text: word.to_owned(), ..suffix.clone() };
        let (value, _) = said.value.unwrap_or_default();
        let age = value.is_integer() && value >= Decimal::from(18) && value < Decimal::ONE_HUNDRED;
        let bracketed = said.tokens.start > 0 && tokens[said.tokens.start - 1].is_mark('(');
        if word == "m" && age && said.written == Written::Bare && !bracketed {
            clear = false; // 34m: a man of thirty-four, or millions
            i += 1;
        } else if let Some(by) = words::scale(&known) {
            scale = Decimal::from(by);
            said.written = said.written.max(Written::Scaled);
            i += 1;
        } else if word == "usd" {
            said.written = Written::Dollars;
            i += 1;
        } else if word.is_empty() {
            i += 1;
        } else if !(GLUED_UNITS.contains(&word) || is_child(word)) {
            clear = false;
            i += 1;
        }
    }
    while let Some(by) = tokens.get(i).filter(|token| !token.glued).and_then(words::scale) {
        scale = scale.saturating_mul(Decimal::from(by));
        said.written = said.written.max(Written::Scaled);
        i += 1;
    }
    let (value, _) = said.value.unwrap_or_default();
    if scale > Decimal::ONE {
        said.parts = (value, scale);
    }
    said.value = value
        .checked_mul(scale)
        .filter(|value| value.abs() < Decimal::from(1_000_000_000_000_000_i64))
        .map(|v| (v, None));
    if tokens.get(i).is_some_and(|token| token.is_mark('+') && token.glued) {
        said.plus = true;
        i += 1;
    }
    if tokens.get(i).is_some_and(Token::is_dash) && tokens.get(i + 1).is_some_and(|next| next.is("ish")) {
        i += 2;
    }
    let stands_alone = |i: usize| !tokens.get(i + 1).is_some_and(|next| next.glued && is_figure(next));
    match tokens.get(i) {
        Some(token) if token.is_mark('$') && token.glued && stands_alone(i) => {
            said.written = Written::Dollars;
            i += 1;
        }
        Some(token) if token.is_one_of(&["dollars", "dollar", "bucks", "usd", "dollors", "dollers"]) => {
            said.written = Written::Dollars;
            i += 1;
        }
        Some(token) if token.is_mark('%') || token.is_one_of(&["percent", "pct", "percents"]) => {
            said.written = Written::Percent;
            i += 1;
        }
        Some(token) if token.is("per") && tokens.get(i + 1).is_some_and(|next| next.is("cent")) => {
            said.written = Written::Percent;
            i += 2;
        }
        Some(token) if token.is_one_of(FOREIGN) || is_foreign_mark(token) && token.glued => {
            clear = false;
            i += 1;
        }
        _ => {}
    }
    said.tokens.end = i;
    clear && said.value.is_some()
}
