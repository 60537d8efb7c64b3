//! The period that an amount is for: `a month`, `/hr`, `biweekly`, `each`.

use std::ops::Range;

use rust_decimal::Decimal;

use super::token::{Shape, Token};

/// How far from its amount a period may stand, in words.
const REACH: usize = 5;

/// What an amount is paid for each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A year.
    Year,
    /// A quarter of a year.
    Quarter,
    /// A month.
    Month,
    /// Twice a month.
    HalfMonth,
    /// Every two weeks.
    Fortnight,
    /// A week.
    Week,
    /// A day.
    Day,
    /// An hour.
    Hour,
    /// A paycheck, of unknown frequency.
    Paycheck,
    /// A thing or person, of unknown number (`7k each`, `$2,000 per child`).
    Each,
}

impl Period {
    /// How many make a year, where that is fixed.
    pub fn a_year(self) -> Option<Decimal> {
        match self {
            Self::Year => Some(1),
            Self::Quarter => Some(4),
            Self::Month => Some(12),
            Self::HalfMonth => Some(24),
            Self::Fortnight => Some(26),
            Self::Week => Some(52),
            Self::Day | Self::Hour | Self::Paycheck | Self::Each => None,
        }
        .map(Decimal::from)
    }
}

/// Whether the amount is that of one of several: `200 shares at $42.10`, `3 x 2,500`.
pub fn of_one(tokens: &[Token], amount: &Range<usize>) -> bool {
    let times = |token: &Token| token.is("x") || token.is_mark('×') || token.is_mark('*');
    let figure = |token: &Token| matches!(token.shape, Shape::Figure { .. });
    if amount.start > 1 && times(&tokens[amount.start - 1]) && figure(&tokens[amount.start - 2]) {
        return true;
    }
    let at = amount.start > 0 && tokens[amount.start - 1].is("at");
    let share = |token: &Token| token.is_one_of(&["shares", "share", "rsus", "options", "coins", "units"]);
    let stop = |token: &&Token| !matches!(token.shape, Shape::Mark('.' | '?' | '!' | '\n'));
    at && tokens[..amount.start].iter().rev().take_while(stop).any(share)
}

/// The period of the amount at `amount`, and the tokens that say it. Tokens before `free` speak of an earlier amount.
pub fn period(tokens: &[Token], amount: &Range<usize>, free: usize) -> Option<(Period, Range<usize>)> {
    after(tokens, amount.end).or_else(|| before(tokens, amount.start, free))
}

fn after(tokens: &[Token], from: usize) -> Option<(Period, Range<usize>)> {
    for i in from..tokens.len().min(from + REACH) {
        if let Some((period, end)) = phrase(tokens, i, i == from) {
            return Some((period, i..end));
        }
        let token = &tokens[i];
        let last = token.is_stop() || token.is("and") || matches!(token.shape, Shape::Figure { .. } | Shape::Mark('$'));
        // `62k salary weekly`: the period of a verb that comes between belongs to that verb.
        if last || token.is_one_of(&["make", "made", "earn", "earned", "i", "paid"]) {
            return None;
        }
    }
    None
}

fn before(tokens: &[Token], to: usize, free: usize) -> Option<(Period, Range<usize>)> {
    for i in (free.max(to.saturating_sub(REACH))..to).rev() {
        let token = &tokens[i];
        if token.is_stop() || token.is("and") || matches!(token.shape, Shape::Figure { .. } | Shape::Mark('$')) {
            return None;
        }
        if token
            .is_one_of(&["if", "when", "how", "what", "do", "should", "must", "on", "for", "owe", "owed", "because"])
        {
            return None; // `quarterly payments if I owe 16,000`
        }
        let adverb = adverb(token);
        let paid = i > 0 && tokens[i - 1].is_one_of(&["paid", "pay"]); // `paid weekly` says when, not how much
        if let Some(period) = adverb.filter(|_| !paid || i + 1 == to) {
            return Some((period, i..i + 1));
        }
        if token.is_one_of(&["each", "every", "per", "twice"])
            && let Some((period, end)) =
                phrase(tokens, i, false).filter(|(period, end)| *end <= to && *period != Period::Each)
        {
            return Some((period, i..end));
        }
    }
    None
}

/// The period that the words from `i` say, and the token after them.
fn phrase(tokens: &[Token], i: usize, adjacent: bool) -> Option<(Period, usize)> {
    let token = &tokens[i];
    let word = |at: usize| tokens.get(at).filter(|token| token.shape == Shape::Word);
    if let Some(period) = adverb(token) {
        return Some((period, i + 1));
    }
    if token.is("twice") && word(i + 1).is_some_and(|word| word.is_one_of(&["a", "per", "each"])) {
        return match unit(word(i + 2)?)? {
            Period::Month => Some((Period::HalfMonth, i + 3)),
            _ => Some((Period::Each, i + 3)),
        };
    }
    if token.is("every") {
        let two = tokens.get(i + 1).is_some_and(|next| next.text == "2" || next.is_one_of(&["two", "other"]));
        if two {
            return Some((if unit(word(i + 2)?)? == Period::Week { Period::Fortnight } else { Period::Each }, i + 3));
        }
    }
    let slash = token.is_mark('/') && token.glued;
    if slash || token.is_one_of(&["a", "an", "per", "each", "every"]) {
        let found = word(i + 1).and_then(unit).map(|period| (period, i + 2));
        let relative = |end: usize| {
            word(end).is_some_and(|next| next.is_one_of(&["ago", "later", "earlier", "old"]))
                || word(end).is_some_and(|next| next.is_one_of(&["before", "after"])) && !is_of_pay(word(end + 1))
        };
        if let Some((period, end)) = found {
            let pay = word(end)
                .filter(|_| period == Period::Paycheck)
                .is_some_and(|next| next.is_one_of(&["period", "day", "check"]));
            return (!relative(end)).then_some((period, end + usize::from(pay)));
        }
        let each = token.is("each") && adjacent || adjacent && token.is("per") && word(i + 1).is_some();
        return each.then(|| (Period::Each, if token.is("per") { i + 2 } else { i + 1 }));
    }
    let times = token.is("x") || token.is_mark('×') || token.is_mark('*');
    if adjacent && times && tokens.get(i + 1).is_some_and(|next| matches!(next.shape, Shape::Figure { .. })) {
        return Some((Period::Each, i + 1));
    }
    (adjacent && token.is("apiece")).then_some((Period::Each, i + 1))
}

/// The period that stands directly behind a measure (`miles a month`, `hours each week`), and the token after it.
pub fn of_measure(tokens: &[Token], from: usize) -> Option<(Period, usize)> {
    tokens.get(from).and_then(|_| phrase(tokens, from, true)).filter(|(period, _)| *period != Period::Each)
}

/// Whether what follows `a week before` is a thing taken off pay (`taxes`), and not what came later (`the wedding`).
fn is_of_pay(next: Option<&Token>) -> bool {
    const OTHER: &[&str] = &[
        "the", "that", "this", "a", "an", "my", "our", "his", "her", "their", "i", "we", "he", "she", "they", "it",
        "you", "and", "but", "or", "then", "so",
    ];
    next.is_some_and(|next| !next.is_one_of(OTHER))
}

fn adverb(token: &Token) -> Option<Period> {
    if token.shape != Shape::Word {
        return None;
    }
    Some(match token.text.as_str() {
        "monthly" => Period::Month,
        "weekly" => Period::Week,
        "biweekly" | "fortnightly" => Period::Fortnight,
        "semimonthly" | "bimonthly" => Period::HalfMonth,
        "quarterly" => Period::Quarter,
        "hourly" => Period::Hour,
        "daily" => Period::Day,
        "annually" | "yearly" | "annual" => Period::Year,
        _ => return None,
    })
}

fn unit(token: &Token) -> Option<Period> {
    Some(match token.text.as_str() {
        "year" | "yr" | "annum" | "y" => Period::Year,
        "quarter" | "qtr" => Period::Quarter,
        "month" | "mo" | "mth" | "mnth" => Period::Month,
        "week" | "weeks" | "wk" | "wks" => Period::Week,
        "fortnight" => Period::Fortnight,
        "day" => Period::Day,
        "hour" | "hr" | "h" => Period::Hour,
        "share" | "mile" | "kid" | "child" | "person" | "piece" | "unit" | "item" | "trip" | "gallon" | "pop"
        | "head" | "coin" | "employee" | "customer" | "session" | "client" => Period::Each,
        "paycheck" | "check" | "paycheque" | "pay" | "payday" | "cheque" => Period::Paycheck,
        _ => return None,
    })
}
