//! Whether a claim and its source say yes and no to the same things: negations with what they reach, words that leave
//! only some cases over, opposites, and which way a figure bounds.

use std::collections::HashSet;

use super::{
    opposites::{AUXILIARIES, BOUNDS, DENIALS, LIMITS, NEGATORS, OPPOSITES, SUBORDINATORS},
    text::{Text, Token},
    words::{Held, are_forms, are_two_sides},
};

/// Content words that a negation reaches.
const REACH: usize = 5;
/// Words between a bound and its figure.
const NEAR: usize = 3;

/// How a claim's yes and no differ from its source's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Polarity {
    /// The claim's negations that the source has not.
    pub added: Vec<String>,
    /// The source's negations of what the claim says, which the claim has not.
    pub dropped: Vec<String>,
    /// Words that deny without being a negation, in one of the two only.
    pub denials: usize,
    /// `only`, `unless` and the like, in the claim only.
    pub limits_added: Vec<String>,
    /// And in the source only.
    pub limits_dropped: Vec<String>,
    /// Words of the claim with their opposites in the source.
    pub opposites: Vec<(String, String)>,
    /// Figures that are bounded from the other side.
    pub bounds: Vec<String>,
}

struct Negation {
    at: usize,
    scope: Vec<usize>,
}

fn is(list: &[&str], token: &Token) -> bool {
    token.figure.is_none() && list.contains(&token.word.as_str())
}

/// The negations of a text. `not … unless` and the like is `only`, and counted there; what bounds a figure
/// (`not more than`) is none.
fn negations(text: &Text) -> Vec<Negation> {
    let tokens = &text.tokens;
    let in_bound = bounds(text);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let non = token.word == "non" || token.word.len() > 6 && token.word.starts_with("non");
        let denies = is(NEGATORS, token) || non;
        if !denies || in_bound.iter().any(|b| b.words.contains(&at)) || is_idle(tokens, at) {
            continue;
        }
        found.push(Negation {
            at,
            scope: if non {
                vec![(at + usize::from(token.word == "non")).min(tokens.len() - 1)]
            } else {
                scope(tokens, at)
            },
        });
    }
    found
}

/// `not only`, `no matter`, `whether or not`, and the `No,` that opens an answer, which what follows says again.
fn is_idle(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |t| t.word.as_str());
    let opens = at == 0 && tokens.get(1).is_some_and(|next| next.clause > tokens[0].clause);
    let before = at.checked_sub(1).map_or("", word);
    (word(at) == "no" && (opens || word(at + 1) == "matter"))
        || (word(at) == "not" && (word(at + 1) == "only" || word(at + 1) == "just" || before == "or"))
        || (word(at) == "nothing" && word(at + 1) == "but")
}

fn scope(tokens: &[Token], at: usize) -> Vec<usize> {
    let mut passes = usize::from(["no", "none", "neither", "nobody", "nothing"].contains(&tokens[at].word.as_str()));
    let mut reached = Vec::new();
    for (next, token) in tokens.iter().enumerate().skip(at + 1) {
        if token.segment != tokens[at].segment || reached.len() == REACH {
            break;
        }
        if !reached.is_empty() && (token.clause != tokens[at].clause || is(SUBORDINATORS, token)) {
            break;
        }
        if is(AUXILIARIES, token) && !reached.is_empty() {
            if passes == 0 {
                break;
            }
            passes -= 1;
        }
        if token.is_content || token.figure.is_some() {
            reached.push(next);
        }
    }
    reached
}

struct Bound {
    figure: usize,
    from_below: bool,
    words: std::ops::Range<usize>,
}

/// Which way each figure bounds, where that is said.
fn bounds(text: &Text) -> Vec<Bound> {
    let tokens = &text.tokens;
    let phrase_at = |at: usize| {
        BOUNDS.iter().find_map(|(phrase, from_below)| {
            let length = phrase.split(' ').count();
            let fits = tokens.len() >= at + length
                && phrase
                    .split(' ')
                    .zip(&tokens[at..])
                    .all(|(word, token)| token.figure.is_none() && token.word == word);
            fits.then_some((length, *from_below))
        })
    };
    let mut found: Vec<Bound> = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let Some(figure) = token.figure else { continue };
        let same = |at: usize| tokens[at].segment == token.segment && tokens[at].clause == token.clause;
        let mut best: Option<Bound> = None;
        let before = (place.saturating_sub(NEAR + 3)..place).filter(|at| same(*at));
        for at in before {
            if let Some((length, from_below)) = phrase_at(at)
                && at + length <= place
                && place - (at + length) <= 1
                && tokens[at + length..place].iter().all(|t| t.figure.is_none())
                && best.as_ref().is_none_or(|b| b.words.end < at + length)
            {
                best = Some(Bound { figure, from_below, words: at..at + length });
            }
        }
        for at in (place + 1..(place + 1 + NEAR).min(tokens.len())).filter(|at| same(*at)) {
            if tokens[at].figure.is_some() {
                break;
            }
            if ["or", "and"].contains(&tokens[at].word.as_str())
                && let Some((length, from_below)) = phrase_at(at)
            {
                best = Some(Bound { figure, from_below, words: at..at + length });
                break;
            }
        }
        found.extend(best);
    }
    found
}

/// Compares the two.
pub fn compare(claim: &Text, source: &Text, held: &[Held], around: &Text) -> Polarity {
    let place_of = |at: usize| match held[at] {
        Held::Word(place) | Held::Synonym(place) => Some(place),
        _ => None,
    };
    let covered: HashSet<usize> = (0..claim.tokens.len()).filter_map(place_of).collect();
    let is_covered = |at: &usize| {
        covered.contains(at) || claim.tokens.iter().any(|t| t.is_content && are_forms(t, &source.tokens[*at]))
    };
    let (mut own, mut theirs) = (negations(claim), negations(source));
    let mut polarity = Polarity::default();
    limits(claim, source, &mut own, &mut theirs, &is_covered, &mut polarity);
    // Negations that reach the same words belong together; then those of what is left that reach near ones.
    own.retain(|negation| {
        let reached: HashSet<usize> = negation.scope.iter().filter_map(|at| place_of(*at)).collect();
        match theirs.iter().position(|other| other.scope.iter().any(|at| reached.contains(at))) {
            Some(at) => {
                theirs.remove(at);
                false
            }
            None => true,
        }
    });
    own.retain(|negation| {
        let word = claim.tokens[negation.at].word.as_str();
        let near =
            theirs.iter().position(|other| source.tokens[other.at].word == word || own_scope_empty(negation, other));
        let near = near.or(if theirs.is_empty() { None } else { Some(0) });
        match near {
            Some(at) => {
                theirs.remove(at);
                false
            }
            None => true,
        }
    });
    theirs.retain(|negation| {
        let known = negation.scope.iter().filter(|at| is_covered(at)).count();
        known * 2 >= negation.scope.len() && !negation.scope.is_empty()
    });
    let denials = |text: &Text, other: &Text| {
        text.tokens
            .iter()
            .filter(|t| is(DENIALS, t) || t.word.starts_with("un") && t.is_content)
            .filter(|t| !other.has(&t.stem))
            .count()
    };
    polarity.denials = if own.len() > theirs.len() { denials(source, claim) } else { denials(claim, source) };
    polarity.added = own.iter().map(|n| claim.tokens[n.at].word.clone()).collect();
    polarity.dropped = theirs.iter().map(|n| source.tokens[n.at].word.clone()).collect();
    polarity.opposites = opposites(claim, source, around);
    polarity.bounds = crossed(claim, source);
    polarity
}

fn own_scope_empty(one: &Negation, other: &Negation) -> bool {
    one.scope.is_empty() || other.scope.is_empty()
}

/// `only`, `unless` and their like; `not … unless` is `only`, so its negation is taken out of the list.
fn limits(
    claim: &Text,
    source: &Text,
    own: &mut Vec<Negation>,
    theirs: &mut Vec<Negation>,
    is_covered: &dyn Fn(&usize) -> bool,
    polarity: &mut Polarity,
) {
    let read = |text: &Text, negations: &mut Vec<Negation>| {
        let mut found: Vec<usize> = (0..text.tokens.len()).filter(|at| is(LIMITS, &text.tokens[*at])).collect();
        found.retain(|at| text.tokens[*at].word != "without" || negations.iter().any(|n| n.at < *at));
        for at in &found {
            let same = |n: &Negation| n.at != *at && text.tokens[n.at].segment == text.tokens[*at].segment;
            let word = text.tokens[*at].word.as_str();
            if word != "only"
                && word != "alone"
                && let Some(which) = negations.iter().rposition(|n| n.at < *at && same(n))
            {
                negations.remove(which);
            }
            negations.retain(|n| n.at != *at);
        }
        found
    };
    let (mine, mut rest) = (read(claim, own), read(source, theirs));
    for at in mine {
        if rest.is_empty() {
            polarity.limits_added.push(claim.tokens[at].word.clone());
        } else {
            let same = rest.iter().position(|other| source.tokens[*other].word == claim.tokens[at].word);
            rest.remove(same.unwrap_or(0));
        }
    }
    rest.retain(|at| scope(&source.tokens, *at).iter().any(is_covered));
    polarity.limits_dropped = rest.iter().map(|at| source.tokens[*at].word.clone()).collect();
}

/// Words of the claim that the source has not, where it has their opposites, and the claim has not those.
fn opposites(claim: &Text, source: &Text, around: &Text) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let missing = |text: &Text, other: &Text, side: &str| -> Option<String> {
        let words: Vec<&str> = side.split(' ').collect();
        let has = |text: &Text| text.tokens.iter().find(|t| is(&words, t)).map(|t| t.word.clone());
        if has(other).is_some() { None } else { has(text) }
    };
    for (one, other) in OPPOSITES {
        for (a, b) in [(one, other), (other, one)] {
            if let (Some(own), Some(theirs)) = (missing(claim, source, a), missing(source, claim, b)) {
                found.push((own, theirs));
            }
        }
    }
    for token in claim.content().filter(|t| !source.has(&t.stem) || !source.tokens.iter().any(|s| s.word == t.word)) {
        let turned = source.content().find(|own| {
            let is_new = !claim.tokens.iter().any(|t| t.word == own.word);
            is_new && (are_two_sides(&own.word, &token.word) || are_turned(&own.word, &token.word))
        });
        found.extend(turned.map(|own| (token.word.clone(), own.word.clone())));
    }
    let _ = around;
    found
}

/// `taxable` and `nontaxable`: one is the other with a prefix that denies.
fn are_turned(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let root = |word: &str| {
        ["non", "un", "in", "im", "dis", "ir", "il"].iter().filter_map(|prefix| word.strip_prefix(prefix)).any(|rest| {
            let shared = rest.bytes().zip(short.bytes()).take_while(|(a, b)| a == b).count();
            shared >= 5 && shared + 3 >= rest.len().max(short.len())
        })
    };
    root(long)
}

/// The claim's figures that bound from the other side than the same figures of the source do.
fn crossed(claim: &Text, source: &Text) -> Vec<String> {
    let (own, theirs) = (bounds(claim), bounds(source));
    let differs = |bound: &&Bound| {
        let quantity = &claim.figures[bound.figure].quantity;
        let mut same = theirs.iter().filter(|t| source.figures[t.figure].quantity.supports(quantity)).peekable();
        same.peek().is_some() && same.all(|t| t.from_below != bound.from_below)
    };
    own.iter().filter(differs).map(|b| claim.written[claim.figures[b.figure].span.clone()].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{answer::ground::words, index::Synonyms};

    fn of(claim: &str, source: &str) -> Polarity {
        let (claim, source, around) = (Text::new(claim), Text::new(source), Text::new(""));
        let held = words::held(&claim, &source, &around, &Synonyms::default());
        compare(&claim, &source, &held, &around)
    }

    fn is_turned(claim: &str, source: &str) -> bool {
        let found = of(claim, source);
        let counts = [found.added.len(), found.dropped.len(), found.opposites.len(), found.bounds.len()];
        counts.iter().sum::<usize>() > 0
    }

    #[test]
    fn a_negation_in_one_of_the_two_is_found() {
        assert!(is_turned("A pledge is deductible", "A pledge is not deductible."));
        assert!(is_turned("Foreign charities never count", "Foreign charities count."));
        assert!(is_turned("Your employer pays a share", "Employers pay no share."));
    }

    #[test]
    fn the_same_no_in_other_words_is_no_difference() {
        assert!(!is_turned("There is no appeal from the decision", "The decision cannot be appealed."));
        assert!(!is_turned("You can't deduct dues", "No deduction is allowed for dues."));
        assert!(!is_turned("Pledges count only once they are paid", "A pledge does not count until it is paid."));
    }

    #[test]
    fn a_negation_of_what_the_claim_leaves_out_is_none_of_its_business() {
        assert!(!is_turned("The gift counts", "The gift counts, and the receipt cannot be deducted elsewhere."));
    }

    #[test]
    fn opposites_and_prefixes_turn_a_statement_round() {
        assert!(is_turned("File before the sale", "File after the sale."));
        assert!(is_turned("The pay is taxable", "The pay is nontaxable."));
        assert!(is_turned("The employee pays it", "The employer pays it."));
    }

    #[test]
    fn a_limit_from_the_other_side_is_found() {
        assert!(is_turned("Gifts under $250 need a receipt", "Gifts of more than $250 need a receipt."));
        assert!(!is_turned("It is no more than $250", "It is up to $250."));
    }
}
