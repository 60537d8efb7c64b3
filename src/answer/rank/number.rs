//! The percentages and amounts that a question names, and whether a text holds them: `24%`, `$15,750`, `8만 달러`.
//! English ones count as they are written, Korean ones by what they are worth. Knows nothing of what is asked.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

/// `24%`, `$15,750`.
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$\d[\d,]*|\b\d[\d.]*%"));
/// `15,750달러`, `1만 5,750달러`, `8만달러`, `2천5백 불`, `65.5센트`.
static KOREAN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"((?:[0-9][0-9,.]*[십백천만억]+\s?)*(?:[0-9][0-9,.]*)?)\s?(달러|불|센트)"));
/// A part of one: digits and the powers of ten behind them.
static PART: LazyLock<Regex> = LazyLock::new(|| pattern(r"([0-9][0-9,.]*)([십백천만억]*)"));
/// `22 percent`, `22 pct`, `22퍼센트`, `22프로`.
static PERCENT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b([0-9]+(?:\.[0-9]+)?) ?(?:per ?cent\b|pct\b|퍼센트|프로)"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant")
}

/// A percentage or an amount that a question names.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Number {
    /// As it is written, which a Korean text may write otherwise: `24%`, `$15,750`.
    Written(String),
    /// A Korean amount, in dollars.
    Dollars(Decimal),
}

impl Number {
    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Written(number) => {
                text.contains(number.as_str()) || dollars(number).is_some_and(|sum| korean(text).any(|it| it == sum))
            }
            Self::Dollars(sum) => {
                let written = WRITTEN.find_iter(text).filter_map(|found| dollars(found.as_str()));
                korean(text).chain(written).any(|it| it == *sum)
            }
        }
    }
}

/// The percentages and amounts that a question names.
pub(super) fn numbers(question: &str) -> Vec<Number> {
    let written = WRITTEN.find_iter(question).map(|found| found.as_str().to_owned());
    let percent = PERCENT.captures_iter(question).map(|found| format!("{}%", &found[1]));
    written.chain(percent).map(Number::Written).chain(korean(question).map(Number::Dollars)).collect()
}

/// The share of them that a text holds; 0 where there are none.
pub(super) fn share_in(numbers: &[Number], text: &str) -> f32 {
    let met = numbers.iter().filter(|number| number.is_in(text)).count();
    met as f32 / numbers.len().max(1) as f32
}

/// What `$15,750` is worth.
fn dollars(written: &str) -> Option<Decimal> {
    decimal(written.strip_prefix('$')?)
}

fn decimal(digits: &str) -> Option<Decimal> {
    digits.replace(',', "").trim_end_matches('.').parse().ok()
}

/// The Korean amounts in a text, in dollars.
fn korean(text: &str) -> impl Iterator<Item = Decimal> {
    KOREAN.captures_iter(text).filter_map(|found| {
        let sum = worth(&found[1])?;
        if &found[2] == "센트" { sum.checked_div(Decimal::ONE_HUNDRED) } else { Some(sum) }
    })
}

/// What digits and powers of ten come to: `1만 5,750` is 15750, `2천5백만` is 25000000.
fn worth(figure: &str) -> Option<Decimal> {
    let mut parts = PART.captures_iter(figure).peekable();
    parts.peek()?;
    let (mut sum, mut below, mut last) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO); // below: of the next 만 or 억
    for part in parts {
        last = decimal(&part[1])?;
        for power in part[2].chars() {
            let power: u32 = match power {
                '십' => 10,
                '백' => 100,
                '천' => 1_000,
                '만' => 10_000,
                _ => 100_000_000,
            };
            if power < 10_000 {
                below = below.checked_add(last.checked_mul(power.into())?)?;
            } else {
                sum = sum.checked_add(below.checked_add(last)?.checked_mul(power.into())?)?;
                below = Decimal::ZERO;
            }
            last = Decimal::ZERO;
        }
    }
    sum.checked_add(below)?.checked_add(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(question: &str, text: &str) -> f32 {
        share_in(&numbers(question), text)
    }

    #[test]
    fn english_numbers_count_as_they_are_written() {
        assert_eq!(
            numbers("is $15,750 taxed at 24%?"),
            [Number::Written("$15,750".into()), Number::Written("24%".into())]
        );
        assert!(share("is $15,750 taxed at 24%?", "It is $15,750.") > 0.4);
        assert!(share("is it $15,750?", "It is 15,750 dollars.") == 0.0);
        assert!(share("how much is it?", "It is $15,750.") == 0.0);
        assert!(share("where does the 24 pct rate start", "24% begins above $103,350.") > 0.9);
    }

    #[test]
    fn a_korean_amount_is_worth_what_it_says() {
        for (written, worth) in [
            ("15,750달러", "15750"),
            ("1만 5,750달러", "15750"),
            ("8만달러", "80000"),
            ("8만 달러", "80000"),
            ("5천불", "5000"),
            ("1만 5천 달러", "15000"),
            ("1.5만 달러", "15000"),
            ("2천5백만 달러", "25000000"),
            ("1억 2천만 달러", "120000000"),
            ("65.5센트", "0.655"),
        ] {
            assert_eq!(korean(written).collect::<Vec<_>>(), [worth.parse().unwrap()], "{written}");
        }
        assert_eq!(korean("2025년 10,000달러, 얼마 안 되는 달러와 10퍼센트").count(), 1);
    }

    #[test]
    fn an_amount_is_met_however_it_is_written_in_korean() {
        for question in ["8만달러 벌었어요", "8만 불 벌었어요", "80,000달러 벌었어요", "$80,000 벌었어요"]
        {
            assert!(share(question, "소득이 80,000달러입니다.") > 0.9, "{question}");
            assert!(share(question, "소득이 180,000달러입니다.") == 0.0, "{question}");
        }
        assert!(share("8만달러 벌었어요", "It is $80,000.") > 0.9);
        assert!(share("22퍼센트 구간은 어디까지", "22% 구간이 끝나는 곳") > 0.9);
    }
}
