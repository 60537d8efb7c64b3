//! Numbers in English words: `two hundred thousand`, `fifteen hundred`, `half a million`.
//!
//! Does not guess at what is said in pieces (`two fifty`): such words are taken together and left unread.

use rust_decimal::Decimal;

use super::token::{Shape, Token};

/// A number in words.
pub struct Spelled {
    /// Its value; `None` where the words do not make one number.
    pub value: Option<Decimal>,
    /// The token after it.
    pub end: usize,
    /// Whether a scale (`hundred` and more) is said.
    pub scaled: bool,
}

/// The number in words that starts at token `at`.
pub fn spelled(tokens: &[Token], at: usize) -> Option<Spelled> {
    if let Some(half) = part_of_a_scale(tokens, at) {
        return Some(half);
    }
    let article = tokens[at].is_one_of(&["a", "an"]);
    let from = if article { at + 1 } else { at };
    let first = tokens.get(from)?;
    if article && !first.is_one_of(&["hundred", "thousand", "million", "billion", "grand"])
        || !article && unit(first).is_none()
    {
        return None;
    }
    let (mut total, mut group, mut scaled) = (0_u64, u64::from(article), false);
    let mut last = None; // the value of the last unit or tens word, which limits what may follow it
    let mut i = from;
    let mut clear = true;
    while let Some(token) = tokens.get(i) {
        if let Some(value) = unit(token) {
            match last {
                Some(tens) if (20..100).contains(&tens) && tens % 10 == 0 && (1..10).contains(&value) => group += value,
                None if group % 100 == 0 => group += value,
                _ => clear = false,
            }
            last = Some(value);
        } else if let Some(scale) = scale(token) {
            scaled = true;
            last = None;
            if scale == 100 {
                group *= 100;
            } else {
                total = total.checked_add(group.checked_mul(scale)?)?;
                group = 0;
            }
            if group > 1_000_000 || total > 1_000_000_000_000 {
                clear = false;
                (group, total) = (0, 0);
            }
        } else if !joins(tokens, i, scaled && last.is_none()) {
            break;
        }
        i += 1;
    }
    let value = clear.then(|| Decimal::from(total + group));
    Some(Spelled { value: year_in_words(tokens, from, i).or(value), end: i, scaled })
}

/// The value of the scale that `token` names.
pub fn scale(token: &Token) -> Option<u64> {
    Some(match token.text.as_str() {
        _ if token.shape != Shape::Word => return None,
        "hundred" => 100,
        "k" | "grand" | "thousand" | "thou" => 1_000,
        "m" | "mm" | "mil" | "mill" | "million" | "millions" => 1_000_000,
        "bn" | "billion" => 1_000_000_000,
        _ => return None,
    })
    .filter(|_| token.glued || !matches!(token.text.as_str(), "m" | "mm"))
}

/// Whether `and`, or the hyphen of `eighty-five`, stands between two words of one number.
fn joins(tokens: &[Token], i: usize, after_scale: bool) -> bool {
    let next = tokens.get(i + 1);
    let goes_on = next.is_some_and(|next| unit(next).is_some());
    let hyphen = tokens[i].is_dash()
        && tokens[i].glued
        && next.is_some_and(|next| next.glued && (unit(next).is_some() || scale(next).is_some()));
    // `one hundred and twenty`, but `five thousand and two kids` are two numbers.
    let ends_in_scale = next.is_some() && is_amount_going_on(tokens, i + 1);
    hyphen || tokens[i].is("and") && after_scale && goes_on && i > 0 && tokens[i - 1].is("hundred") && ends_in_scale
}

/// Whether what follows `hundred and` belongs to it: a tens or unit word, after which no noun of its own stands.
fn is_amount_going_on(tokens: &[Token], i: usize) -> bool {
    let mut end = i;
    while tokens.get(end).is_some_and(|token| unit(token).is_some() || scale(token).is_some()) {
        end += 1;
    }
    tokens
        .get(end)
        .is_none_or(|after| after.is_stop() || !after.is_one_of(&["kids", "children", "dependents", "kid", "child"]))
}

/// `half a million`, `a quarter million`.
fn part_of_a_scale(tokens: &[Token], at: usize) -> Option<Spelled> {
    let mut i = at;
    if tokens[i].is("a") {
        i += 1;
    }
    let parts = match tokens.get(i)?.text.as_str() {
        "half" => 2,
        "quarter" => 4,
        _ => return None,
    };
    i += 1;
    while tokens.get(i).is_some_and(|token| token.is_one_of(&["a", "of"])) {
        i += 1;
    }
    let scale = tokens.get(i).filter(|token| token.is_one_of(&["million", "billion", "mil"])).and_then(scale)?;
    Some(Spelled { value: Some(Decimal::from(scale / parts)), end: i + 1, scaled: true })
}

/// `twenty twenty four`.
fn year_in_words(tokens: &[Token], from: usize, end: usize) -> Option<Decimal> {
    let values: Vec<u64> = tokens[from..end].iter().filter_map(unit).collect();
    match values[..] {
        [20, tens] if (10..100).contains(&tens) => Some(Decimal::from(2000 + tens)),
        [20, tens, one] if (20..100).contains(&tens) && one < 10 => Some(Decimal::from(2000 + tens + one)),
        _ => None,
    }
}

fn unit(token: &Token) -> Option<u64> {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if token.shape != Shape::Word {
        return None;
    }
    let small = SMALL.iter().position(|word| *word == token.text).map(|value| value as u64);
    small.or_else(|| TENS.iter().position(|word| *word == token.text).map(|tens| (tens as u64 + 2) * 10))
}
