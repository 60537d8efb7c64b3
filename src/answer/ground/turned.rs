//! Words that turn a statement round: opposites, prefixes that deny, the two sides of a deal.

use super::{
    bounds::bounds,
    opposites::{NEGATORS, OPPOSITES},
    text::Text,
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
    let (claim_words, source_words) = (words(claim), words(source));
    for (one, other) in OPPOSITES {
        let is_order = is_order(one);
        for (a, b) in [(one, other), (other, one)] {
            let place = |all: &[Turning], side: &str| {
                let is = |word: &&Turning| side.split(' ').any(|own| own == word.word) && (is_order || !word.bounds);
                all.iter().find(is).map(|word| word.at)
            };
            let missing = |text: &[Turning], other: &[Turning], side: &str| match place(other, side) {
                Some(_) => None,
                None => place(text, side),
            };
            let own = missing(&claim_words, &source_words, a);
            let theirs = missing(&source_words, &claim_words, b);
            if let (Some(own), Some(theirs)) = (own, theirs)
                && is_meant(one, (claim, own), (source, theirs))
            {
                found.push((written(claim, own), written(source, theirs)));
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

/// A word that may have an opposite.
struct Turning {
    at: usize,
    word: String,
    /// Whether it bounds a figure, which is looked at elsewhere.
    bounds: bool,
}

fn words(text: &Text) -> Vec<Turning> {
    let bounds = bounds(text);
    let word = |at: usize| {
        let word = written(text, at).to_lowercase();
        Turning { at, word, bounds: bounds.iter().any(|b| b.words.contains(&at)) }
    };
    (0..text.tokens.len()).map(word).collect()
}

/// A word in lower case, a figure as it is written.
fn written(text: &Text, at: usize) -> String {
    match text.tokens[at].figure {
        Some(n) => text.written[text.figures[n].span.clone()].to_owned(),
        None => text.tokens[at].word.clone(),
    }
}

/// `a before b` is `b after a`: only what follows tells.
fn is_order(side: &str) -> bool {
    side.starts_with("before") || side == "by"
}

/// Whether a word and its opposite are said of the same, where that can be told.
fn is_meant(side: &str, (claim, own): (&Text, usize), (source, theirs): (&Text, usize)) -> bool {
    let clause = |text: &Text, at: usize| text.tokens[at].clause;
    match side {
        "by" => follow_the_same((claim, own), (source, theirs), 1),
        _ if is_order(side) => follow_the_same((claim, own), (source, theirs), REACH),
        // A `yes` or `no` is one where it stands by itself.
        "yes" => [(claim, own), (source, theirs)]
            .iter()
            .all(|(text, at)| text.tokens.get(at + 1).is_none_or(|next| next.clause > clause(text, *at))),
        // `no fee comes with it` is `without a fee`.
        "with" => {
            !([(claim, own), (source, theirs)].iter().any(|(text, at)| {
                text.tokens[..*at].iter().any(|t| t.clause == clause(text, *at) && t.is_in(NEGATORS))
            }))
        }
        _ => true,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn are_opposed(claim: &str, source: &str) -> bool {
        !opposites(&Text::new(claim), &Text::new(source)).is_empty()
    }

    #[test]
    fn opposites_are_found_where_they_are_said_of_the_same() {
        assert!(are_opposed("Sign after the sale", "Sign before the sale."));
        assert!(are_opposed("One spouse signs", "Both spouses sign."));
        assert!(!are_opposed("No fee comes with it", "It comes without a fee."));
        assert!(!are_opposed("It lasts no more than a year", "It lasts a year or less."));
    }
}
