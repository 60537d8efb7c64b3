//! A decimal together with how it was worked out, in words and signs: `85,000 − 15,750`.
//! Knows arithmetic and how it is written; knows nothing of expressions or tables.

use std::collections::BTreeSet;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::corpus::facts::show;

/// A row of a table: the table's id, and the row's number.
pub type RowOf = (String, usize);

/// A calculation that has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Arithmetic {
    /// Something was divided by zero.
    #[error("a division by zero")]
    DivisionByZero,
    /// A result is beyond what decimals hold.
    #[error("a figure that is too large")]
    Overflow,
    /// Something was rounded to multiples of zero, or of less.
    #[error("a rounding to multiples of nothing")]
    NoMultiple,
}

/// How tightly a working holds together: what is looser is put in parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Words,
    Sum,
    Share,
    Product,
    Atom,
}

/// A decimal, or why there is none, and how it was worked out.
#[derive(Debug, Clone)]
pub struct Figure {
    value: Result<Decimal, Arithmetic>,
    shown: String,
    strength: Strength,
    /// Whether the file gives it as a number.
    literal: bool,
    /// The rows in which figures of the working stand.
    rows: BTreeSet<RowOf>,
}

/// Which way a figure is rounded to a multiple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    /// To the next multiple.
    Up,
    /// To the multiple before.
    Down,
    /// To whichever is nearer; halves go up.
    Nearest,
}

impl Figure {
    /// A figure that is known, as it is shown without a unit.
    pub fn given(value: Decimal, shown: String, rows: impl IntoIterator<Item = RowOf>) -> Self {
        let strength = if value.is_sign_negative() { Strength::Sum } else { Strength::Atom };
        Self { value: Ok(value), shown, strength, literal: false, rows: rows.into_iter().collect() }
    }

    /// A number that an expression states.
    pub fn literal(value: Decimal) -> Self {
        Self { literal: true, ..Self::given(value, show::number(value), []) }
    }

    /// How much it is.
    ///
    /// # Errors
    /// Why there is no result.
    pub fn value(&self) -> Result<Decimal, Arithmetic> {
        self.value
    }

    /// How it was worked out.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The rows in which figures of the working stand.
    pub fn rows(&self) -> &BTreeSet<RowOf> {
        &self.rows
    }

    /// `a + b`
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let shown = format!("{} + {}", self.at_least(Strength::Sum), other.at_least(Strength::Share));
        self.joined(&other, Decimal::checked_add, shown, Strength::Sum)
    }

    /// `a − b`
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        let shown = format!("{} − {}", self.at_least(Strength::Sum), other.at_least(Strength::Share));
        self.joined(&other, Decimal::checked_sub, shown, Strength::Sum)
    }

    /// `a × b`
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let shown = format!("{} × {}", self.at_least(Strength::Product), other.at_least(Strength::Product));
        self.joined(&other, Decimal::checked_mul, shown, Strength::Product)
    }

    /// `a ÷ b`
    #[must_use]
    pub fn divided_by(self, other: Self) -> Self {
        let shown = format!("{} ÷ {}", self.at_least(Strength::Product), other.at_least(Strength::Atom));
        if other.value.is_ok_and(|divisor| divisor.is_zero()) {
            return self.joined(
                &Self { value: Err(Arithmetic::DivisionByZero), ..other },
                |_, _| None,
                shown,
                Strength::Product,
            );
        }
        self.joined(&other, Decimal::checked_div, shown, Strength::Product)
    }

    /// `−a`
    #[must_use]
    pub fn negated(self) -> Self {
        let shown = format!("−{}", self.at_least(Strength::Atom));
        Self { value: self.value.map(|value| -value), shown, strength: Strength::Sum, ..self }
    }

    /// `percent% of a`
    #[must_use]
    pub fn share(self, percent: Self) -> Self {
        let of = |a: Decimal, percent: Decimal| a.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED);
        let shown = format!("{}% of {}", percent.at_least(Strength::Atom), self.at_least(Strength::Product));
        self.joined(&percent, of, shown, Strength::Share)
    }

    /// The smallest of some figures.
    pub fn smallest(figures: Vec<Self>) -> Option<Self> {
        Self::chosen(figures, ["smaller", "smallest"], |a, b| Some(a.min(b)))
    }

    /// The largest of some figures; of one and a zero, the one, not below 0.
    pub fn largest(figures: Vec<Self>) -> Option<Self> {
        let floor = |figure: &Self| figure.literal && figure.value == Ok(Decimal::ZERO);
        if let [a, b] = figures.as_slice()
            && floor(a) != floor(b)
        {
            let (over, zero) = if floor(a) { (b.clone(), a) } else { (a.clone(), b) };
            let shown = format!("{}, not below 0", over.at_least(Strength::Sum));
            return Some(over.joined(zero, |a, b| Some(a.max(b)), shown, Strength::Words));
        }
        Self::chosen(figures, ["larger", "largest"], |a, b| Some(a.max(b)))
    }

    /// The figure, rounded to a multiple.
    #[must_use]
    pub fn rounded_to(self, multiple: Self, towards: Towards) -> Self {
        let way = match towards {
            Towards::Up => "up to a multiple of",
            Towards::Down => "down to a multiple of",
            Towards::Nearest => "to the nearest",
        };
        let shown = format!("{}, rounded {way} {}", self.at_least(Strength::Sum), multiple.at_least(Strength::Atom));
        if multiple.value.is_ok_and(|multiple| multiple <= Decimal::ZERO) {
            let none = Self { value: Err(Arithmetic::NoMultiple), ..multiple };
            return self.joined(&none, |_, _| None, shown, Strength::Words);
        }
        self.joined(&multiple, |value, multiple| rounded(value, multiple, towards), shown, Strength::Words)
    }

    fn chosen(
        figures: Vec<Self>,
        [of_two, of_more]: [&str; 2],
        choose: fn(Decimal, Decimal) -> Option<Decimal>,
    ) -> Option<Self> {
        let which = if figures.len() > 2 { of_more } else { of_two };
        let parts: Vec<String> = figures.iter().map(|figure| figure.at_least(Strength::Sum)).collect();
        let shown = format!("the {which} of {}", show::listed(&parts));
        figures.into_iter().reduce(|a, b| a.joined(&b, choose, shown.clone(), Strength::Words))
    }

    fn joined(
        self,
        other: &Self,
        how: impl Fn(Decimal, Decimal) -> Option<Decimal>,
        shown: String,
        strength: Strength,
    ) -> Self {
        let value = self.value.and_then(|a| other.value.and_then(|b| how(a, b).ok_or(Arithmetic::Overflow)));
        let mut rows = self.rows;
        rows.extend(other.rows.iter().cloned());
        Self { value, shown, strength, literal: false, rows }
    }

    /// How it is written where it must hold together this tightly.
    fn at_least(&self, strength: Strength) -> String {
        if self.strength >= strength { self.shown.clone() } else { format!("({})", self.shown) }
    }
}

/// A value to a multiple, which is above zero.
fn rounded(value: Decimal, multiple: Decimal, towards: Towards) -> Option<Decimal> {
    let rest = value.checked_rem(multiple)?;
    let above = if rest.is_sign_negative() && !rest.is_zero() { rest.checked_add(multiple)? } else { rest };
    let down = value.checked_sub(above)?;
    let up = match towards {
        Towards::Up => !above.is_zero(),
        Towards::Down => false,
        Towards::Nearest => above >= multiple.checked_sub(above)?,
    };
    if up { down.checked_add(multiple) } else { Some(down) }
}

/// A value to so many decimals. Halves go up, and below zero away from it, so that a refund is rounded as a tax is.
pub fn to_decimals(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(value: i64) -> Figure {
        Figure::given(value.into(), show::amount(value.into()), [])
    }

    fn literal(value: i64) -> Figure {
        Figure::literal(value.into())
    }

    #[test]
    fn a_working_has_the_parentheses_it_needs_and_no_others() {
        let taxable = Figure::largest(vec![known(85_000).minus(known(15_750)), literal(0)]).unwrap();
        assert_eq!(taxable.shown(), "85,000 − 15,750, not below 0");
        assert_eq!(taxable.value(), Ok(69_250.into()));
        assert_eq!(known(1).minus(known(2).minus(known(3))).shown(), "1 − (2 − 3)");
        assert_eq!(known(1).minus(known(2)).minus(known(3)).shown(), "1 − 2 − 3");
        assert_eq!(known(1).plus(known(2)).times(literal(3)).shown(), "(1 + 2) × 3");
        assert_eq!(known(1).divided_by(known(2).times(known(3))).shown(), "1 ÷ (2 × 3)");
        assert_eq!(known(5).minus(known(-3)).shown(), "5 − (−3)");
        assert_eq!(known(100).share(literal(22)).plus(known(5)).shown(), "22% of 100 + 5");
        assert_eq!(known(3).minus(known(1)).share(literal(6)).shown(), "6% of (3 − 1)");
        assert_eq!(known(3).negated().shown(), "−3");
    }

    #[test]
    fn the_larger_and_the_smaller_are_said_in_words() {
        assert_eq!(Figure::largest(vec![known(1), known(2)]).unwrap().shown(), "the larger of 1 and 2");
        assert_eq!(Figure::smallest(vec![known(1), known(2)]).unwrap().shown(), "the smaller of 1 and 2");
        let three = Figure::smallest(vec![known(3), known(1).plus(known(1)), known(5)]).unwrap();
        assert_eq!((three.shown(), three.value()), ("the smallest of 3, 1 + 1 and 5", Ok(2.into())));
    }

    #[test]
    fn a_multiple_is_above_or_below_or_nearest() {
        let to = |value: i64, towards| known(value).rounded_to(literal(50), towards).value().unwrap();
        assert_eq!(
            [to(101, Towards::Up), to(100, Towards::Up), to(-101, Towards::Up)],
            [150, 100, -100].map(Decimal::from)
        );
        assert_eq!([to(149, Towards::Down), to(-101, Towards::Down)], [100, -150].map(Decimal::from));
        assert_eq!([to(125, Towards::Nearest), to(124, Towards::Nearest)], [150, 100].map(Decimal::from));
        assert_eq!(known(7).rounded_to(literal(0), Towards::Up).value(), Err(Arithmetic::NoMultiple));
    }

    #[test]
    fn what_has_no_result_says_why() {
        assert_eq!(known(1).divided_by(known(0)).plus(known(1)).value(), Err(Arithmetic::DivisionByZero));
        let most = || Figure::given(Decimal::MAX, String::new(), []);
        assert_eq!(most().plus(most()).value(), Err(Arithmetic::Overflow));
        assert_eq!(most().times(most()).value(), Err(Arithmetic::Overflow));
    }

    #[test]
    fn halves_go_away_from_zero() {
        let to_dollar = |text: &str| to_decimals(text.parse().unwrap(), 0);
        assert_eq!([to_dollar("0.5"), to_dollar("1.49"), to_dollar("-0.5")], [1, 1, -1].map(Decimal::from));
    }
}
