//! How many of an amount's periods there were, where the question says so: `$900 a week, 50 weeks`, `four payments of 900`,
//! `$30 an hour, 40 hours a week`, `2,000 from each of my 26 paychecks`.
//!
//! Knows spans and the words between them. A number of weeks that belongs to something else (`held for 8 weeks`, some
//! words away) is left alone.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;
use rust_decimal::Decimal;

use super::{Kind, Noun, Period, Quantity};

/// Words that may stand between an amount and the number of its periods.
const BETWEEN: usize = 4;
/// Hours up to which, where no period is said, those of a week may be meant.
const A_WEEKS_HOURS: Decimal = Decimal::ONE_HUNDRED;

/// Between a number and the amount of each: `[four] estimated payments of [900]`.
static OF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:\s+[a-z'-]+){0,3}?(?:\s+(?P<plural>[a-z]+s))?\s+of\s+(?:about |around |exactly )?$")
});
/// Before a number of things of which each is meant.
static EACH_OF: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:each|every one|all) (?:of )?(?:my |our |his |her |the |these |those )?$"));
/// What ends a sentence.
static END: LazyLock<Regex> = LazyLock::new(|| pattern(r"[?!;\n]|\.\s"));
static CONJUNCTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:and|but|while|then|plus|held|ago|old)\b"));

fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?i){text}")).expect("the pattern is a constant")
}

/// Gives each amount that is paid several times the number of times; a number that only says how often is no quantity of
/// its own any more.
pub fn count(found: &mut Vec<Quantity>, text: &str) {
    of_each(found, text);
    each_of(found, text);
    for amounts in [false, true] {
        // hours a week before dollars an hour
        for at in (0..found.len()).filter(|at| (found[*at].kinds[0] == Kind::Money) == amounts).collect::<Vec<_>>() {
            if let Some(times) = times(found, at, text) {
                found[at].times = Some(times);
            }
        }
    }
}

/// `four payments of 900 each`.
fn of_each(found: &mut Vec<Quantity>, text: &str) {
    for at in (1..found.len()).rev() {
        let (number, amount) = (&found[at - 1], &found[at]);
        let part = matches!(number.unit.as_deref(), Some("months" | "weeks" | "quarters" | "paychecks"));
        let is_number = part || number.can_be(Kind::Count) && number.noun != Some(Noun::Child) && !number.marked;
        let several = number.value >= Decimal::TWO && number.value <= Decimal::from(366) && number.up_to.is_none();
        let of_one = matches!(amount.period, None | Some(Period::Each | Period::Paycheck));
        let gap = OF.captures(&text[number.span.end..amount.span.start]);
        let things = gap.is_some_and(|gap| part || number.noun.is_some() || gap.name("plural").is_some());
        if is_number && several && of_one && things && amount.kinds[0] == Kind::Money {
            let times = number.value;
            found[at].times = Some(times);
            found[at].period = found[at].period.or(Some(Period::Each));
            if !part {
                found.remove(at - 1);
            }
        }
    }
}

/// `210 out of each of my 26 paychecks`.
fn each_of(found: &mut [Quantity], text: &str) {
    for at in 1..found.len() {
        let paid = found[at].unit.as_deref() == Some("paychecks");
        if !paid || !EACH_OF.is_match(&text[..found[at].span.start]) {
            continue;
        }
        let (times, to) = (found[at].value, found[at].span.start);
        let amount = found[..at].iter_mut().rev().find(|q| q.kinds[0] == Kind::Money);
        if let Some(amount) = amount.filter(|q| q.period.is_none() && !END.is_match(&text[q.span.end..to])) {
            (amount.period, amount.times) = (Some(Period::Paycheck), Some(times));
        }
    }
}

/// How many of the periods of the quantity at `at` there were.
fn times(found: &[Quantity], at: usize, text: &str) -> Option<Decimal> {
    let it = found.get(at).filter(|it| it.times.is_none())?;
    let (unit, most) = match it.period? {
        Period::Quarter => ("quarters", 4),
        Period::Month => ("months", 12),
        Period::Week => ("weeks", 53),
        Period::Day => ("days", 366),
        Period::Hour => ("hours", 10_000),
        Period::Paycheck | Period::Each => ("paychecks", 60),
        Period::Year | Period::HalfMonth | Period::Fortnight => return None,
    };
    let of_unit = |q: &&Quantity| q.kinds[0] == Kind::Measure && q.unit.as_deref() == Some(unit) && q.up_to.is_none();
    let mut measures = found.iter().enumerate().filter(|(other, q)| *other != at && of_unit(q));
    let ((other, measure), None) = (measures.next()?, measures.next()) else { return None };
    let gap = if other > at { it.span.end..measure.span.start } else { measure.span.end..it.span.start };
    let amounts = found[at.min(other) + 1..at.max(other)].iter().any(|q| q.kinds[0] == Kind::Money);
    let of_paychecks = unit == "paychecks" && !END.is_match(&text[gap.clone()]);
    let value = measure.a_year()?;
    let is_whole = unit != "hours" || measure.period.is_some() || value > A_WEEKS_HOURS;
    let near = of_paychecks || !amounts && is_near(text, gap);
    (near && is_whole && value >= Decimal::ONE && value <= Decimal::from(most)).then_some(value)
}

fn is_near(text: &str, gap: Range<usize>) -> bool {
    let gap = &text[gap];
    gap.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count() <= BETWEEN
        && !END.is_match(gap)
        && !CONJUNCTION.is_match(gap)
}
