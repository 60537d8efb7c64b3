//! Words that leave only some cases over, on both sides: `only` beside `not … unless`, `unless` beside `except`. Knows their
//! logic; what the cases are it takes from the words that they reach.

use super::{
    opposites::{LIMITS, MUST, ONLY},
    polarity::{Negation, Polarity, scope},
    text::Text,
    turned::is_same,
};

/// Which words leave only some cases over: `only` and `not … unless` one way, `unless` the other.
struct Limit {
    at: usize,
    is_only: bool,
}

/// `only`, `unless` and their like; `not … unless` is `only`, so its negation is taken out of the list.
pub fn limits(
    claim: &Text,
    source: &Text,
    (own, theirs): (&mut Vec<Negation>, &mut Vec<Negation>),
    is_covered: &dyn Fn(&usize) -> bool,
    polarity: &mut Polarity,
) {
    let read = |text: &Text, other: &Text, negations: &mut Vec<Negation>| {
        // `until June 16` is a date, not a condition.
        let is_dated = |at: usize| {
            let before = at.checked_sub(1).map_or("", |before| text.tokens[before].word.as_str());
            let is_until = text.tokens[at].word == "until";
            text.tokens.get(at + 1).is_some_and(|next| next.figure.is_some())
                || is_until && ["has", "have", "had", "up"].contains(&before)
        };
        let waits = |at: usize| at > 0 && text.tokens[at - 1].word.starts_with("wait");
        let word = |at: usize| text.tokens.get(at).map_or("", |t| t.word.as_str());
        let both =
            |at: usize| ["without", "until"].contains(&word(at)) && other.tokens.iter().any(|t| t.word == word(at));
        // `not only`, `just as`, `let alone` limit nothing.
        let is_idle = |at: usize| {
            let before = at.checked_sub(1).map_or("", word);
            text.tokens[at].is_in(ONLY) && before == "not"
                || word(at) == "just" && ["as", "like", "because"].contains(&word(at + 1))
                || word(at) == "alone" && ["let", "it", "them", "live", "lives"].contains(&before)
        };
        let opens = |at: usize| {
            text.tokens[at].is_in(LIMITS)
                || word(at) == "other" && word(at + 1) == "than"
                || word(at) == "but" && at > 0 && word(at - 1) == "nothing"
        };
        let is_limit = |at: &usize| opens(*at) && !is_dated(*at) && !both(*at) && !is_idle(*at);
        let places = (0..text.tokens.len()).filter(is_limit);
        let mut found = Vec::new();
        for at in places {
            let word = text.tokens[at].word.as_str();
            let same = |n: &Negation| n.at != at && text.tokens[n.at].segment == text.tokens[at].segment;
            let is_only = text.tokens[at].is_in(ONLY) || word == "but";
            let denied = negations.iter().rposition(|n| same(n) && text.tokens[n.at].word != "without");
            // In `if nobody asks, unless …` the condition is what is denied.
            let is_condition = |n: usize| {
                let clause = text.tokens[negations[n].at].clause;
                clause != text.tokens[at].clause
                    && text.tokens[..negations[n].at].iter().any(|t| t.clause == clause && t.word == "if")
            };
            let denied = denied.filter(|n| !is_only && !is_condition(*n));
            if word == "without" && negations.iter().all(|n| n.at >= at) {
                continue; // it denies, and stays among the negations
            }
            if let Some(which) = denied {
                negations.remove(which);
            }
            negations.retain(|n| n.at != at);
            found.push(Limit { at, is_only: is_only || denied.is_some() || word == "until" && waits(at) });
        }
        found
    };
    let (mine, mut rest) = (read(claim, source, own), read(source, claim, theirs));
    let is_all_held = |scope: &[usize]| {
        let is_held =
            |at: &usize| source.tokens.iter().enumerate().any(|(place, _)| is_same((claim, *at), (source, place)));
        !scope.is_empty() && scope.iter().all(is_held)
    };
    let opens_condition = |at: usize| {
        let next = claim.tokens.get(at + 1).map_or("", |t| t.word.as_str());
        ["after", "if", "once", "when", "where", "with"].contains(&next)
    };
    for limit in mine {
        let same = rest.iter().position(|other| other.is_only == limit.is_only);
        if let Some(which) = same {
            let other = rest.remove(which);
            if limit.is_only && is_of_another((claim, limit.at), (source, other.at)) {
                polarity.turned.push(claim.tokens[limit.at].word.clone());
            }
        } else if let Some(which) = rest.iter().position(|o| source.tokens[o.at].word == claim.tokens[limit.at].word) {
            polarity.dropped.push(source.tokens[rest.remove(which).at].word.clone());
        } else if !limit.is_only && theirs.is_empty() && is_all_held(&scope(&claim.tokens, limit.at)) {
            polarity.added.push(claim.tokens[limit.at].word.clone());
        } else if !(limit.is_only && opens_condition(limit.at) && source.tokens.iter().any(|t| t.is_in(MUST))) {
            polarity.limits_added.push(claim.tokens[limit.at].word.clone());
        }
    }
    rest.retain(|limit| scope(&source.tokens, limit.at).iter().any(is_covered));
    // A condition that is kept without its `unless` is turned round.
    rest.retain(|limit| {
        let scope = scope(&source.tokens, limit.at);
        let kept = !limit.is_only && scope.iter().all(is_covered) && !scope.is_empty();
        if kept && own.is_empty() {
            polarity.dropped.push(source.tokens[limit.at].word.clone());
        }
        !kept || !own.is_empty()
    });
    polarity.limits_dropped = rest.iter().map(|limit| source.tokens[limit.at].word.clone()).collect();
}

/// Whether `only` stands before another word here than there, where each text has both.
fn is_of_another((claim, own): (&Text, usize), (source, theirs): (&Text, usize)) -> bool {
    if !claim.tokens[own].is_in(ONLY) || claim.tokens[own].word != source.tokens[theirs].word {
        return false;
    }
    let next = |text: &'_ Text, at: usize| (at + 1..text.tokens.len()).find(|n| text.tokens[*n].is_content);
    let (Some(a), Some(b)) = (next(claim, own), next(source, theirs)) else { return false };
    let has = |text: &Text, of: (&Text, usize)| (0..text.tokens.len()).any(|at| is_same((text, at), of));
    !is_same((claim, a), (source, b)) && has(source, (claim, a)) && has(claim, (source, b))
}

#[cfg(test)]
mod tests {
    use super::super::{polarity::compare, text::Text, words};
    use crate::index::Synonyms;

    fn limited(claim: &str, source: &str) -> usize {
        let (claim, source) = (Text::new(claim), Text::new(source));
        let held = words::held(&claim, &source, &Text::new(""), &Synonyms::default());
        let found = compare(&claim, &source, &held);
        found.limits_added.len() + found.limits_dropped.len() + found.turned.len() + found.dropped.len()
    }

    #[test]
    fn a_limit_in_one_only_or_on_another_word_is_found() {
        assert!(limited("Tenants pay", "Only tenants pay.") > 0);
        assert!(limited("Only the tenant pays and the owner waits", "Only the owner pays and the tenant waits.") > 0);
    }

    #[test]
    fn the_same_limit_in_other_words_is_no_difference() {
        assert_eq!(limited("It counts just for tenants", "It counts only for tenants."), 0);
        assert_eq!(limited("Tenants may stay only if they pay", "Tenants must pay to stay."), 0);
    }
}
