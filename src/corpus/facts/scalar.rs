//! A single value in a file of facts: a whole number, a text, or yes or no. Binary fractions are read so that they can be
//! refused with a place; they never become figures.

use rust_decimal::Decimal;
use serde::Deserialize;

/// Figures beyond this are not facts; within it no sum or product of a few overflows.
const LARGEST: i64 = 1_000_000_000_000_000;

/// A value as it is written.
#[derive(Debug, Clone, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(untagged, expecting = "expected a whole number, a text, true or false")]
pub enum Scalar {
    /// `true`.
    Flag(bool),
    /// `15750`.
    Whole(i64),
    /// `72.5`: a fraction that lacks its quotes.
    Binary(f64),
    /// `"72.5"`, `"single"`.
    Text(String),
}

/// What is wrong with a value, and what to do about it.
pub type Wrong = (String, Option<String>);

impl Scalar {
    /// The figure that is written, with at most `decimals` decimals.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn decimal(&self, decimals: u32) -> Result<Decimal, Wrong> {
        let value = match self {
            Self::Whole(value) => Decimal::from(*value),
            Self::Text(text) => from_text(text).ok_or_else(|| {
                (
                    format!("`{text}` is no number"),
                    Some("digits and one point, without signs of units: `\"72.5\"`".into()),
                )
            })?,
            Self::Binary(value) => {
                let hint = format!("write it in quotes: `\"{value}\"`");
                return Err((format!("`{value}` is a binary fraction, which is not exact"), Some(hint)));
            }
            Self::Flag(value) => return Err((format!("`{value}` is no number"), None)),
        };
        if value.abs() > Decimal::from(LARGEST) {
            return Err((format!("`{value}` is too large"), None));
        }
        if value.normalize().scale() > decimals {
            return Err((format!("`{value}` has more than {decimals} decimals"), None));
        }
        Ok(value.normalize())
    }

    /// The value as the file has it, without quotes.
    pub fn written(&self) -> String {
        match self {
            Self::Flag(value) => value.to_string(),
            Self::Whole(value) => value.to_string(),
            Self::Binary(value) => value.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// A number in plain digits: no exponent, no separators.
fn from_text(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    plain.then(|| Decimal::from_str_exact(text).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_exact_or_refused() {
        assert_eq!(Scalar::Whole(15750).decimal(2), Ok(Decimal::from(15750)));
        assert_eq!(Scalar::Text("72.50".into()).decimal(4).unwrap().to_string(), "72.5");
        let (_, hint) = Scalar::Binary(72.5).decimal(4).unwrap_err();
        assert_eq!(hint.as_deref(), Some("write it in quotes: `\"72.5\"`"));
        for text in ["", "-", "1e5", "1_000", "1,000", "$5", ".5", "5.", "1.2.3", "99999999999999999"] {
            assert!(Scalar::Text(text.into()).decimal(4).is_err(), "{text}");
        }
        assert!(Scalar::Text("0.123".into()).decimal(2).is_err());
        assert!(Scalar::Whole(i64::MIN).decimal(2).is_err());
    }
}
