//! The quantities in a careless English question: amounts, ages, counts, percentages, years and measures, in order.
//!
//! Knows how people type numbers and what stands beside them. Does not know any calculator: which input a number
//! belongs to is `reading`'s work. Numbers that name things (`Form 1040`, `401(k)`, a date) are no quantities, and what
//! could be read in two ways by a stranger to the place (`85.000,50`, `1만`, `€85k`) is left unread, never guessed.

mod amount;
mod bound;
mod count;
mod kind;
mod label;
mod measure;
mod period;
mod person;
#[cfg(test)]
mod tests;
mod times;
mod token;
mod words;

use std::ops::Range;

use rust_decimal::Decimal;

pub use self::{
    count::Noun,
    kind::Kind,
    period::Period,
    person::{Person, is_child, subject},
};

/// The side of a threshold on which a case lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// `under 17`, `up to 7,000`.
    Under,
    /// `over 65`, `65 or older`, and what is called a limit.
    Over,
}

/// A number of a question, and what it can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// Its bytes in the question, with a unit or period that stands directly at it.
    pub span: Range<usize>,
    /// The number; of a range, its lower end.
    pub value: Decimal,
    /// The upper end of a range (`80-90k`).
    pub up_to: Option<Decimal>,
    /// What it can be, the likeliest first; never empty.
    pub kinds: Vec<Kind>,
    /// The period that an amount is for, where one is said.
    pub period: Option<Period>,
    /// How many of these periods the question says there were: 50 of `$900 a week, 50 weeks`.
    pub times: Option<Decimal>,
    /// Whether something marks it as an amount of money beyond doubt: a currency, `85k`, a comma or cents.
    pub marked: bool,
    /// The unit of a measure (`miles`, `months`).
    pub unit: Option<String>,
    /// What a count counts, where it is a noun known here.
    pub noun: Option<Noun>,
    /// The side of a threshold.
    pub bound: Option<Bound>,
    /// Whose age it is, or who stands on the side of a threshold.
    pub person: Option<Person>,
}

impl Quantity {
    /// Whether it can be a `kind`.
    pub fn can_be(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// The amount of a whole year: twelve months, fifty-two weeks; as it is where no period is said. `None` for periods
    /// of which a year has no fixed number (an hour, a paycheck, `each`), unless the question says how many there were.
    pub fn a_year(&self) -> Option<Decimal> {
        self.period.map_or(Some(self.value), |period| self.value.checked_mul(self.times.or_else(|| period.a_year())?))
    }
}

/// The quantities of `text`, in order; their spans do not overlap.
pub fn quantities(text: &str) -> Vec<Quantity> {
    let tokens = token::tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    let mut free = 0; // tokens before this one belong to an earlier quantity
    while at < tokens.len() {
        let amount = amount::amount(&tokens, at);
        let (quantity, end) = match &amount {
            Some(amount) => kind::classified(&tokens, amount, free),
            None => count::implied(&tokens, at).map_or((None, at + 1), |(quantity, end)| (Some(quantity), end)),
        };
        if amount.is_some() || quantity.is_some() {
            free = end;
        }
        found.extend(quantity);
        at = end;
    }
    person::carry(&mut found, text);
    times::count(&mut found, text);
    found
}
