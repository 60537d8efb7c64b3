//! Figures as people write them: `$15,750`, `22%`, `April 15, 2026`.
//! Knows decimals and dates; knows nothing of tables.

use rust_decimal::{Decimal, RoundingStrategy};
use time::Date;

/// The minus sign of figures that are read, not typed.
const MINUS: char = '−';

/// At most this many decimals of a number or a percentage are shown.
pub const DECIMALS: u32 = 4;

/// An amount of money without its sign: `15,750`, and cents only where there are some: `15,750.50`.
pub fn amount(value: Decimal) -> String {
    let cents = value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    if cents.fract().is_zero() { grouped(cents.trunc()) } else { grouped(with_scale(cents, 2)) }
}

/// An amount of money: `$15,750`, `−$3.50`.
pub fn money(value: Decimal) -> String {
    let shown = amount(value);
    match shown.strip_prefix(MINUS) {
        Some(size) => format!("{MINUS}${size}"),
        None => format!("${shown}"),
    }
}

/// A number without a unit: `12.4`, `1,000`.
pub fn number(value: Decimal) -> String {
    grouped(value.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero).normalize())
}

/// A percentage: `22%`.
pub fn percent(value: Decimal) -> String {
    format!("{}%", number(value))
}

/// A date, written out: `April 15, 2026`.
pub fn date(value: Date) -> String {
    format!("{} {}, {}", value.month(), value.day(), value.year())
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed<S: AsRef<str>>(items: &[S]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn with_scale(mut value: Decimal, scale: u32) -> Decimal {
    value.rescale(scale);
    value
}

/// Thousands separators.
fn grouped(value: Decimal) -> String {
    let digits = value.abs().to_string();
    let (whole, fraction) = digits.split_once('.').map_or((digits.as_str(), None), |(w, f)| (w, Some(f)));
    let mut shown = String::new();
    if value.is_sign_negative() && !value.is_zero() {
        shown.push(MINUS);
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if let Some(fraction) = fraction {
        shown.push('.');
        shown.push_str(fraction);
    }
    shown
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn money_has_cents_only_where_there_are_some() {
        assert_eq!(money(decimal("15750")), "$15,750");
        assert_eq!(money(decimal("15750.00")), "$15,750");
        assert_eq!(money(decimal("1234567.5")), "$1,234,567.50");
        assert_eq!(money(decimal("0.999")), "$1");
        assert_eq!(money(decimal("-1200")), "−$1,200");
        assert_eq!(money(decimal("-0.001")), "$0");
    }

    #[test]
    fn numbers_drop_zeros_that_say_nothing() {
        assert_eq!(number(decimal("72.50")), "72.5");
        assert_eq!(number(decimal("1000")), "1,000");
        assert_eq!(percent(decimal("22.0")), "22%");
        assert_eq!(number(Decimal::MAX).matches(',').count(), 9);
    }

    #[test]
    fn a_date_is_written_out() {
        assert_eq!(super::date(date!(2026 - 04 - 15)), "April 15, 2026");
    }

    #[test]
    fn a_list_ends_with_and() {
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!(listed::<&str>(&[]), "");
    }
}
