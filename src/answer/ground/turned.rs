//! Words that turn a statement round: opposites, prefixes that deny, the two sides of a deal.

use super::{
    bounds::bounds,
    opposites::{NEGATORS, OPPOSITES},
    text::{Text, Token},
    words::{are_forms, are_synonyms, are_two_sides},
};

/// Words after one that tells an order in which it is looked for what comes before or after.
const REACH: usize = 3;
/// Prefixes that deny, and how many letters of the word must follow: `in` and `im` are mostly something else.
const PREFIXES: &[(&str, usize)] = &[("non", 3), ("un", 3), ("dis", 4), ("in", 5), ("im", 5), ("ir", 5), ("il", 5)];
/// Words that stand for anyone or anything, which two negations may reach without being one.
pub const ANYONE: &[&str] = &["individual", "individuals", "people", "person", "persons", "someone", "thing", "things"];

/// Whether two tokens of two texts say the same, whatever prefix denies it.
pub fn is_same((a_text, a): (&Text, usize), (b_text, b): (&Text, usize)) -> bool {
    let (one, other) = (&a_text.tokens[a], &b_text.tokens[b]);
    match (one.figure, other.figure) {
        (Some(a), Some(b)) => {
            let (a, b) = (&a_text.figures[a].quantity, &b_text.figures[b].quantity);
            a.supports(b) || b.supports(a)
        }
        (None, None) => {
            (one.is_content || other.is_content)
                && !one.is_in(ANYONE)
                && (are_forms(one, other) || are_synonyms(&one.stem, &other.stem) || are_turned(&one.word, &other.word))
        }
        _ => false,
    }
}

/// Words of the claim that the source has not, where it has their opposites, and the claim has not those.
pub fn opposites(claim: &Text, source: &Text) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let missing = |text: &Text, other: &Text, side: &str| -> Option<usize> {
        let words: Vec<&str> = side.split(' ').collect();
        let is_one = |text: &Text, n: usize| text.written[text.figures[n].span.clone()].eq_ignore_ascii_case("one");
        let says = |text: &Text, t: &Token| {
            t.is_in(&words) || words.contains(&"one") && t.figure.is_some_and(|n| is_one(text, n))
        };
        let place = |text: &Text| {
            let is_free = |at: &usize| !bounds(text).iter().any(|b| b.words.contains(at));
            let mut all = (0..text.tokens.len()).filter(|at| says(text, &text.tokens[*at]));
            all.find(|at| is_free(at) || words.contains(&"after"))
        };
        if place(other).is_some() { None } else { place(text) }
    };
    for (one, other) in OPPOSITES {
        for (a, b) in [(one, other), (other, one)] {
            let (Some(own), Some(theirs)) = (missing(claim, source, a), missing(source, claim, b)) else { continue };
            // `a before b` is `b after a`: only what follows tells.
            let is_order = one.starts_with("before") || *one == "by";
            let reach = if *one == "by" { 1 } else { REACH };
            // A `yes` or `no` is one where it stands by itself.
            let stands_alone = |text: &Text, at: usize| {
                text.tokens.get(at + 1).is_none_or(|next| next.clause > text.tokens[at].clause)
            };
            if *one == "yes" && !(stands_alone(claim, own) && stands_alone(source, theirs)) {
                continue;
            }
            // `no fee comes with it` is `without a fee`.
            let denies = |text: &Text, at: usize| {
                text.tokens[..at].iter().any(|t| t.clause == text.tokens[at].clause && t.is_in(NEGATORS))
            };
            if *one == "with" && (denies(claim, own) || denies(source, theirs)) {
                continue;
            }
            if !is_order || follow_the_same((claim, own), (source, theirs), reach) {
                let word = |text: &Text, at: usize| match text.tokens[at].figure {
                    Some(n) => text.written[text.figures[n].span.clone()].to_owned(),
                    None => text.tokens[at].word.clone(),
                };
                found.push((word(claim, own), word(source, theirs)));
            }
        }
    }
    for token in claim.content().filter(|t| !source.has(&t.stem) || !source.tokens.iter().any(|s| s.word == t.word)) {
        let turned = source.content().find(|own| {
            let is_new = !claim.tokens.iter().any(|t| t.word == own.word);
            is_new && are_two_sides(&own.word, &token.word)
        });
        found.extend(turned.map(|own| (token.word.clone(), own.word.clone())));
    }
    found
}

fn follow_the_same((claim, own): (&Text, usize), (source, theirs): (&Text, usize), reach: usize) -> bool {
    let next = |text: &Text, at: usize| {
        let after =
            (at + 1..text.tokens.len()).filter(|n| text.tokens[*n].is_content || text.tokens[*n].figure.is_some());
        after.take(reach).collect::<Vec<_>>()
    };
    let theirs = next(source, theirs);
    next(claim, own).iter().any(|a| theirs.iter().any(|b| is_same((claim, *a), (source, *b))))
}

/// `taxable` and `nontaxable`: one is the other with a prefix that denies.
pub fn are_turned(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    PREFIXES.iter().filter_map(|(prefix, least)| Some((long.strip_prefix(prefix)?, *least))).any(|(rest, least)| {
        let shared = rest.bytes().zip(short.bytes()).take_while(|(a, b)| a == b).count();
        shared >= least && shared + 3 >= rest.len().max(short.len())
    })
}
