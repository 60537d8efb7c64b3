//! Whether a figure stands among the words that it stands among in the source.

use super::{
    quantity::{Quantity, Unit},
    text::{Text, Token},
    words::{are_forms, are_synonyms},
};

/// Words on each side of a figure that say what it is of.
const BESIDE: usize = 6;

/// Words right before a figure that say which of two it is.
const LEADS: [&str; 5] = ["after", "before", "from", "to", "until"];

/// Figures of the claim that stand among words which the source has beside another figure of the same kind: one alone, or
/// two in each other's place.
pub fn misplaced(claim: &Text, source: &Text) -> (Vec<String>, Vec<String>) {
    let places =
        |text: &Text| (0..text.tokens.len()).filter(|at| text.tokens[*at].figure.is_some()).collect::<Vec<_>>();
    let (own, theirs) = (places(claim), places(source));
    let quantity = |text: &'_ Text, at: usize| text.tokens[at].figure.map(|n| text.figures[n].quantity.clone());
    let holds = |a: usize, b: usize| match (quantity(source, b), quantity(claim, a)) {
        (Some(b), Some(a)) => b.supports(&a),
        _ => false,
    };
    let is_kin = |a: usize, b: usize| match (quantity(claim, a), quantity(source, b)) {
        (Some(Quantity::Number(_, a)), Some(Quantity::Number(_, b))) => a == b,
        (Some(Quantity::Name(_) | Quantity::Year(_)), _) => false,
        (Some(a), Some(b)) => std::mem::discriminant(&a) == std::mem::discriminant(&b),
        _ => false,
    };
    let kind = |a: usize| written(a, claim).chars().take(4).collect::<String>().to_lowercase();
    let are_kin = |a: usize, b: usize| match (quantity(claim, a), quantity(claim, b)) {
        (Some(Quantity::Number(_, a)), Some(Quantity::Number(_, b))) => a == b,
        (Some(Quantity::Year(_)), _) => false, // with what a year goes is looked at elsewhere
        (Some(Quantity::Name(_)), Some(Quantity::Name(_))) => kind(a) == kind(b),
        (Some(a), Some(b)) => std::mem::discriminant(&a) == std::mem::discriminant(&b),
        _ => false,
    };
    let fits: Vec<Vec<f32>> = own.iter().map(|a| theirs.iter().map(|b| fit(claim, *a, source, *b)).collect()).collect();
    let best = |row: usize, is: &dyn Fn(usize) -> bool| {
        (0..theirs.len()).filter(|b| is(theirs[*b])).map(|b| fits[row][b]).max_by(f32::total_cmp)
    };
    let (mut alone, mut exchanged) = (Vec::new(), Vec::new());
    for row in 0..own.len() {
        let with = best(row, &|b| holds(own[row], b));
        let without = best(row, &|b| is_kin(own[row], b) && !holds(own[row], b));
        if let (Some(with), Some(without)) = (with, without)
            && without > with + 0.5
        {
            alone.push(written(own[row], claim));
        }
        for other in row + 1..own.len() {
            let cross = |a: usize, b: usize| {
                best(a, &|place| holds(own[b], place) && are_kin(own[a], own[b]) && !holds(own[a], place))
            };
            let straight = best(row, &|b| holds(own[row], b)).zip(best(other, &|b| holds(own[other], b)));
            if let (Some((a, b)), Some((c, d))) = (straight, cross(row, other).zip(cross(other, row)))
                && c + d > a + b + 0.3
            {
                exchanged.push(written(own[row], claim));
            }
        }
    }
    (alone, exchanged)
}

/// A figure as it is written.
fn written(at: usize, text: &Text) -> String {
    text.tokens[at].figure.map_or_else(String::new, |n| text.written[text.figures[n].span.clone()].to_owned())
}

/// Whether a figure is other than a plain count.
fn is_amount(text: &Text, at: usize) -> bool {
    let quantity = text.tokens[at].figure.map(|n| &text.figures[n].quantity);
    !matches!(quantity, Some(Quantity::Number(_, Unit::Plain)))
}

/// The plain counts in a figure's clause: `$50 with two children`.
fn counts(text: &Text, at: usize) -> Vec<&Quantity> {
    let same = |t: &&Token| t.clause == text.tokens[at].clause;
    let of = |t: &Token| t.figure.map(|n| &text.figures[n].quantity);
    let is_count = |q: &&Quantity| matches!(q, Quantity::Number(_, Unit::Plain));
    text.tokens.iter().filter(same).filter_map(of).filter(is_count).collect()
}

/// How many words around two figures are the same, the nearer the more.
fn fit(claim: &Text, a: usize, source: &Text, b: usize) -> f32 {
    let (own, theirs) = (beside(claim, a), beside(source, b));
    let met = |(token, near): &(&Token, f32)| {
        let same = theirs.iter().filter(|(t, _)| are_forms(t, token) || are_synonyms(&t.stem, &token.stem));
        same.map(|(_, other)| near.min(*other)).fold(0.0, f32::max)
    };
    let leads = |text: &'_ Text, at: usize| {
        at.checked_sub(1).map(|before| text.tokens[before].word.clone()).filter(|w| LEADS.contains(&w.as_str()))
    };
    let led = match (leads(claim, a), leads(source, b)) {
        (Some(own), Some(theirs)) if own == theirs => 1.0,
        _ => 0.0,
    };
    let counted = counts(claim, a).iter().any(|own| counts(source, b).iter().any(|theirs| theirs.supports(own)));
    own.iter().map(met).sum::<f32>() + led + f32::from(u8::from(counted && is_amount(claim, a)))
}

/// The content words around a figure, up to the next figure of its clause or cell, and how near they are.
fn beside(text: &Text, at: usize) -> Vec<(&Token, f32)> {
    let segment = text.tokens[at].segment;
    let joins = ["and", "or", "but", "while", "then", "instead", "not", "than"];
    let same = |t: &&Token| t.segment == segment && t.figure.is_none() && !joins.contains(&t.word.as_str());
    let is_name = |t: &Token| t.figure.is_some_and(|n| matches!(text.figures[n].quantity, Quantity::Name(_)));
    // `Form 1040, line 2b`: the words before the form are before the line too.
    let near = (0..at).rev().take_while(|n| is_name(&text.tokens[*n])).count();
    let before = text.tokens[..at - near].iter().rev().take_while(same).filter(|t| t.is_content).take(BESIDE);
    let clause = text.tokens[at].clause;
    let after = text.tokens[at + 1..]
        .iter()
        .take_while(|t| same(t) && t.clause == clause)
        .filter(|t| t.is_content)
        .take(BESIDE);
    let weigh = |(n, token)| (token, 1.0 / (1.0 + n as f32 / 2.0));
    before.enumerate().map(weigh).chain(after.enumerate().map(weigh)).collect()
}
