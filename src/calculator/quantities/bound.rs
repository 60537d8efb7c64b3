//! Thresholds: `under 17`, `65 or older`, `the $10,000 limit` speak of a rule, not of the asker's figures.

use rust_decimal::Decimal;

use super::{
    Bound,
    amount::{Amount, Written, is_year},
    token::Token,
};

/// The side on which the cases lie that the number bounds, where it is a bound.
pub fn bound(tokens: &[Token], amount: &Amount) -> Option<Bound> {
    let (from, end) = (amount.tokens.start, amount.tokens.end);
    let before = |back: usize| from.checked_sub(back).and_then(|i| tokens.get(i));
    let after = |forward: usize| tokens.get(end + forward);
    let about = ["just", "little", "slightly", "bit", "barely", "tad", "hair", "somewhat", "right"];
    let vague = |back: usize| before(back).is_some_and(|word| word.is_one_of(&about));
    let age = amount.written <= Written::Bare && amount.value.is_some_and(|(value, _)| value <= Decimal::ONE_HUNDRED);
    if let Some(last) = before(1) {
        let than =
            last.is("than") || last.is("then") && before(2).is_some_and(|word| word.is_one_of(&["more", "less"]));
        let comparison = before(2).filter(|_| than);
        let under =
            last.is_mark('<') || last.is_one_of(&["under", "below"]) || last.is("before") && age && !is_dated(amount);
        let over = last.is_mark('>')
            || last.is_one_of(&["over", "above", "exceeds", "exceed", "exceeding", "past"])
            || last.is("after") && age && amount.value.is_some_and(|(value, _)| !value.is_integer());
        if (under || over) && !vague(2) {
            return Some(if under { Bound::Under } else { Bound::Over });
        }
        if comparison.is_some_and(|word| word.is_one_of(&["less", "younger", "fewer", "lower"])) && !vague(3) {
            return Some(Bound::Under);
        }
        if comparison.is_some_and(|word| word.is_one_of(&["more", "older", "greater", "higher"])) && !vague(3) {
            return Some(if before(3).is_some_and(|word| word.is("no")) { Bound::Under } else { Bound::Over });
        }
        let second = |word: &str| before(2).is_some_and(|token| token.is(word));
        let sums = before(3).is_some_and(|word| word.is_one_of(&["add", "adds", "added", "adding", "summed", "sums"]));
        if last.is("to") && second("up") && !sums {
            return Some(Bound::Under);
        }
        if last.is("least") && second("at") || last.is("of") && second("minimum") {
            return Some(Bound::Over);
        }
    }
    if amount.plus && age {
        return Some(Bound::Over);
    }
    let next = after(0)?;
    let then = after(1);
    let bounded = |words: &[&str]| then.is_some_and(|word| word.is_one_of(words));
    if next.is_one_of(&["or", "and"]) && bounded(&["older", "over", "up", "more", "above", "plus", "better", "higher"])
    {
        return Some(Bound::Over);
    }
    if next.is_one_of(&["or", "and"]) && bounded(&["under", "younger", "less", "below", "fewer"]) {
        return Some(Bound::Under);
    }
    let limit = [
        "limit",
        "limits",
        "cap",
        "threshold",
        "thresholds",
        "ceiling",
        "floor",
        "max",
        "maximum",
        "exemption",
        "exclusion",
        "phaseout",
    ];
    if next.is_one_of(&limit) || next.is("phase") {
        return Some(Bound::Over);
    }
    None
}

/// The first token of what makes the number at `from` a bound.
pub fn said_from(tokens: &[Token], from: usize) -> usize {
    let words = [
        "under", "below", "over", "above", "past", "than", "more", "less", "older", "younger", "least", "at", "up",
        "to",
    ];
    let mut start = from;
    while start > 0
        && (tokens[start - 1].is_one_of(&words) || tokens[start - 1].is_mark('<') || tokens[start - 1].is_mark('>'))
    {
        start -= 1;
    }
    start
}

fn is_dated(amount: &Amount) -> bool {
    amount.written == Written::Year || amount.value.is_some_and(|(value, _)| is_year(value))
}
