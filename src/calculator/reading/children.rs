//! How many children there are by their ages: `kids 10, 14 and 17` are two `under 17` and one who is not.
//!
//! Knows the bounds that the inputs' own cues state, and no rule: whom an input counts is what its cues say.

use std::ops::Range;

use rust_decimal::Decimal;

use super::{
    Candidate, Doubt, Input, InputKind, Reading, Value, Why,
    ages::{bounds, counts_children},
    phrase::Words,
};
use crate::calculator::quantities::{Bound, Kind, Person, Quantity, is_child};

/// What the children's ages say of a count, where `read` is what was read without them.
pub fn by_age(read: Reading, words: &Words, found: &[Quantity], input: &Input, inputs: &[Input]) -> Reading {
    let children: Vec<&Quantity> = found
        .iter()
        .filter(|q| q.kinds[0] == Kind::Age && q.person == Some(Person::Child) && q.up_to.is_none())
        .collect();
    let first_names_them =
        input.cues.first().is_some_and(|cue| Words::new(cue).0.iter().any(|word| is_child(&word.text)));
    let bounds_here = bounds(input);
    let beside_them = !bounds_here.is_empty() && inputs.iter().any(counts_children);
    if children.is_empty() || !(first_names_them || beside_them) {
        return read;
    }
    let meets = |q: &&&Quantity| meets(q, &bounds_here);
    let spans = |children: &[&Quantity]| children.iter().map(|q| q.span.clone()).collect::<Vec<_>>();
    if !first_names_them {
        // `dependents over 17` where the children's own input leaves some of them over.
        let there: Vec<&Quantity> = children.into_iter().filter(|q| meets(&q)).collect();
        let silent = matches!(read, Reading::Unread(Why::Silent)) && !there.is_empty();
        return if silent { number(there.len().into(), spans(&there)) } else { read };
    }
    let elsewhere = |q: &&Quantity| {
        let others = inputs.iter().filter(|other| other.kind == InputKind::Count && other.name != input.name);
        others.map(bounds).any(|bounds| !bounds.is_empty() && self::meets(q, &bounds))
    };
    let out: Vec<&Quantity> = children.iter().copied().filter(|q| !bounds_here.is_empty() && !meets(&q)).collect();
    let Reading::Read { value: Value::Number(counted), spans: said, .. } = &read else {
        if !matches!(read, Reading::Unread(Why::Silent)) {
            return read;
        }
        let count = Decimal::from(children.len() - out.len());
        if out.iter().all(elsewhere) {
            return number(count, spans(&children));
        }
        let span = children[0].span.start..children[children.len() - 1].span.end;
        let candidates = vec![Candidate { value: Value::Number(Decimal::from(children.len())), span }];
        return Reading::Ambiguous { candidates, doubt: Doubt::Ages };
    };
    // `two kids and a 5 year old` are three; the ages of `two kids, 5 and 7` are of those two.
    let (beside, of_them): (Vec<&Quantity>, Vec<&Quantity>) = children.iter().partition(|q| stands_beside(words, q));
    let is_out = |q: &&&Quantity| out.iter().any(|other| other.span == q.span);
    let said_to_meet = found
        .iter()
        .any(|q| q.kinds[0] == Kind::Threshold && bounds_here.contains(&(q.bound.unwrap_or(Bound::Over), q.value)));
    let less = if said_to_meet || Decimal::from(of_them.len()) > *counted || !out.iter().all(elsewhere) {
        0
    } else {
        of_them.iter().filter(is_out).count()
    };
    let more = beside.iter().filter(|q| !is_out(q)).count();
    let all = said.iter().cloned().chain(spans(&children)).collect();
    number(*counted + Decimal::from(more) - Decimal::from(less), all)
}

fn meets(child: &Quantity, bounds: &[(Bound, Decimal)]) -> bool {
    bounds.iter().any(|(bound, value)| match bound {
        Bound::Under => child.value < *value,
        Bound::Over => child.value >= *value,
    })
}

fn number(count: Decimal, spans: Vec<Range<usize>>) -> Reading {
    Reading::Read { value: Value::Number(count), spans, yearly_from: None }
}

/// Whether an age is of a child named beside others: `and a 5 year old`.
fn stands_beside(words: &Words, child: &Quantity) -> bool {
    let mut before = words.all_before(words.within(&child.span).start);
    let one = matches!(before.next(), Some("a" | "an" | "one" | "another"));
    one && matches!(before.next(), Some("and" | "plus" | "&"))
}
