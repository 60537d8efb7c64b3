//! Whether a number can be an input's, and how readily: by its type, its unit and noun, and whose age it is.

use rust_decimal::Decimal;

use super::{Input, InputKind, ages, phrase::WORD};
use crate::calculator::quantities::{Kind, Noun, Person, Quantity};

/// A cue after its number counts as half a word further than one before it.
pub const AFTER: i64 = 1;

/// Whether the input's amounts are those of a year, and not of a month or week as its cues say.
pub fn per_year(input: &Input) -> bool {
    let short =
        |cue: &String| ["month", "week", "hour", "paycheck"].iter().any(|unit| cue.to_lowercase().contains(unit));
    input.kind == InputKind::Money && !input.cues.iter().all(short) || input.cues.is_empty()
}

/// The cost at which `input` claims `q` by a cue `distance` away; `None` where it does not fit, or is too far.
pub fn reach(q: &Quantity, input: &Input, distance: i64, inside: bool) -> Option<i64> {
    let within = |words: i64, more: i64| (distance <= words * WORD + AFTER).then_some(distance + more);
    match input.kind {
        InputKind::Money if q.can_be(Kind::Money) => match q.kinds[0] {
            Kind::Money => Some(distance),
            _ => within(2, WORD),
        },
        InputKind::Count if q.noun.is_some() && q.kinds[0] == Kind::Count => {
            let own = q.noun == Some(Noun::Child) && ages::counts_children(input);
            (inside || own && distance <= 4 * WORD).then_some(0)
        }
        InputKind::Count if q.kinds[0] == Kind::Measure => {
            if inside {
                Some(0)
            } else {
                within(2, WORD)
            }
        }
        InputKind::Count if q.can_be(Kind::Count) && !q.marked => within(2, WORD),
        InputKind::Age if q.can_be(Kind::Age) && is_of(q, input) => {
            if q.kinds.len() == 1 {
                Some(distance)
            } else {
                within(2, 0)
            }
        }
        InputKind::Percent if q.can_be(Kind::Percent) => {
            if q.kinds.len() == 1 {
                Some(distance)
            } else {
                within(2, WORD)
            }
        }
        _ => None,
    }
}

/// The cost at which `input` claims `q` though no cue stands by: children by any name, and ages of the right person.
pub fn without_cue(q: &Quantity, input: &Input) -> Option<i64> {
    match input.kind {
        InputKind::Count => {
            (q.kinds[0] == Kind::Count && q.noun == Some(Noun::Child) && ages::counts_children(input)).then_some(0)
        }
        InputKind::Age if q.kinds == [Kind::Age] && q.person != Some(Person::Both) && is_of(q, input) => Some(2 * WORD),
        _ => None,
    }
}

/// Whether an age is that of the person whose age the input is.
fn is_of(q: &Quantity, input: &Input) -> bool {
    match q.person {
        None => ages::whose(input) == Person::Asker || q.kinds.len() > 1,
        Some(person) => person == ages::whose(input),
    }
}

/// Whether `q` is a figure that `input` may take without a cue.
pub fn is_figure_for(q: &Quantity, input: &Input) -> bool {
    match input.kind {
        InputKind::Money => q.kinds[0] == Kind::Money && (!is_short(q) || q.value >= Decimal::ONE_HUNDRED),
        InputKind::Count => {
            q.kinds[0] == Kind::Count || q.kinds[0] == Kind::Measure || q.kinds == [Kind::Money, Kind::Count]
        }
        InputKind::Age => q.kinds[0] == Kind::Age && q.person.is_none_or(|person| person == Person::Asker),
        InputKind::Percent => q.kinds[0] == Kind::Percent,
        InputKind::Choice | InputKind::Flag => false,
    }
}

/// Whether a number is so small and so bare that thousands could be meant.
pub fn is_short(q: &Quantity) -> bool {
    let small = q.value > Decimal::ZERO && q.value < Decimal::ONE_THOUSAND;
    !q.marked && q.period.is_none() && q.value.is_integer() && small
}
