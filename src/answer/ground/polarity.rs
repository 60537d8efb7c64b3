//! Whether a claim and its source say yes and no to the same things: negations with what they reach, words that leave
//! only some cases over, opposites, and which way a figure bounds.

use std::collections::HashSet;

use super::{
    bounds::{bounds, crossed},
    concession::conceded,
    limits::limits,
    opposites::{AUXILIARIES, CEILINGS, COMPARATIVES, DENIALS, DENIERS, NEGATORS, SUBORDINATORS},
    quantity::Quantity,
    text::{Text, Token},
    turned::{ANYONE, are_turned, is_same, opposites},
    words::{Held, are_forms},
};

/// Content words that a negation reaches; of 3 and 5 this lost fewer supported claims of `tests/grounding/dev.jsonl`.
const REACH: usize = 3;

/// Verbs that deny with `out`.
const LEAVE: [&str; 10] = ["leave", "leaves", "leaving", "left", "miss", "misses", "rule", "ruled", "rules", "shut"];

/// How a claim's yes and no differ from its source's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Polarity {
    /// The claim's negations that the source has not.
    pub added: Vec<String>,
    /// The source's negations of what the claim says, which the claim has not.
    pub dropped: Vec<String>,
    /// Negations on both sides that reach different words.
    pub loose: usize,
    /// Those of them that each reach what the other text affirms.
    pub turned: Vec<String>,
    /// Words that deny without being a negation, in one of the two only.
    pub denials: usize,
    /// Words like `waive` that one of the two has, where the other denies nothing.
    pub deniers: Vec<String>,
    /// `only`, `unless` and the like, in the claim only.
    pub limits_added: Vec<String>,
    /// And in the source only.
    pub limits_dropped: Vec<String>,
    /// Words of the claim with their opposites in the source.
    pub opposites: Vec<(String, String)>,
    /// How far one holds whatever the case, and the other on a condition: 1, or 0.5 where only the claim says the former.
    pub conceded: f32,
    /// Figures that are bounded from the other side.
    pub bounds: Vec<String>,
}

/// A word that denies.
pub struct Negation {
    /// Where it stands.
    pub at: usize,
    /// What it reaches: content words and figures.
    pub scope: Vec<usize>,
    /// The content words before it in its clause.
    subject: Vec<usize>,
}

/// The negations of a text; what bounds a figure (`not more than`) is none. A prefix that denies counts where the other
/// text has the word without it.
fn negations(text: &Text, other: &Text) -> Vec<Negation> {
    let tokens = &text.tokens;
    let all_bounds = bounds(text);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_bound = || all_bounds.iter().any(|b| b.words.contains(&at));
        let is_turned =
            |own: &Token| own.is_content && own.word.len() < token.word.len() && are_turned(&own.word, &token.word);
        let scope = if token.word == "non" && at + 1 < tokens.len() {
            vec![at + 1]
        } else if token.is_content
            && other.tokens.iter().any(is_turned)
            && !other.has(&token.stem)
            && !tokens.iter().any(is_turned)
        {
            vec![at]
        } else if token.is_in(NEGATORS) && !is_bound() && !is_idle(tokens, at) && !is_ceiling(tokens, at, other) {
            let scope = scope(tokens, at);
            // `don't lose` is `keep`.
            let twice = scope.iter().any(|at| tokens[*at].is_in(DENIALS) && !other.has(&tokens[*at].stem));
            if twice {
                continue;
            }
            scope
        } else {
            continue;
        };
        let before = (0..at).rev().take_while(|own| tokens[*own].segment == token.segment);
        let subject = before.filter(|own| tokens[*own].is_content).take(4).collect();
        found.push(Negation { at, scope, subject });
    }
    found
}

/// `not only`, `no matter`, `whether or not`, and the `No,` that opens an answer, which what follows says again.
fn is_idle(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |t| t.word.as_str());
    let opens = at == 0 && tokens.get(1).is_some_and(|next| next.clause > tokens[0].clause);
    let before = at.checked_sub(1).map_or("", word);
    let denied_before = (0..at).any(|own| tokens[own].segment == tokens[at].segment && tokens[own].is_in(NEGATORS));
    // `even if you don't` says of what follows that it does not matter.
    let is_conceded = (at.saturating_sub(8)..at).any(|own| {
        tokens[own].clause == tokens[at].clause
            && word(own) == "even"
            && ["if", "when", "though"].contains(&word(own + 1))
    });
    (word(at) == "nor" && denied_before)
        || is_conceded
        || (word(at) == "no" && (opens || word(at + 1) == "matter"))
        || (word(at) == "not" && (word(at + 1) == "only" || word(at + 1) == "just" || before == "or"))
        || (word(at) == "nothing" && word(at + 1) == "but")
}

/// `not more than what it brings in`, where the other text says `up to`.
fn is_ceiling(tokens: &[Token], at: usize, other: &Text) -> bool {
    let next = &tokens[at + 1..tokens.len().min(at + 4)];
    let than = |at: usize| next.get(at + 1).is_some_and(|t| t.word == "than");
    let compares = (0..next.len())
        .any(|n| next[n].is_in(COMPARATIVES) && than(n) || ["exceed", "exceeds"].contains(&next[n].word.as_str()));
    compares && other.tokens.iter().any(|t| t.is_in(CEILINGS))
}

/// What a word that denies or limits reaches.
pub fn scope(tokens: &[Token], at: usize) -> Vec<usize> {
    let mut passes = usize::from(["no", "none", "neither", "nobody", "nothing"].contains(&tokens[at].word.as_str()));
    let mut reached = Vec::new();
    for (next, token) in tokens.iter().enumerate().skip(at + 1) {
        if token.segment != tokens[at].segment || reached.len() == REACH {
            break;
        }
        if reached.iter().any(|at: &usize| !tokens[*at].is_in(ANYONE))
            && (token.clause != tokens[at].clause || token.is_in(SUBORDINATORS))
        {
            break;
        }
        if token.is_in(AUXILIARIES) && !reached.is_empty() {
            if passes == 0 {
                break;
            }
            passes -= 1;
        }
        if token.is_content || token.figure.is_some() {
            reached.push(next);
        }
    }
    if reached.is_empty() {
        // `Taxable: no` denies what stands before it.
        let before = (0..at).rev().take_while(|own| tokens[*own].segment == tokens[at].segment);
        reached.extend(before.filter(|own| tokens[*own].is_content).take(REACH));
    }
    reached
}

/// Compares the two.
pub fn compare(claim: &Text, source: &Text, held: &[Held]) -> Polarity {
    let covered: HashSet<usize> = held
        .iter()
        .filter_map(|held| match held {
            Held::Word(place) | Held::Synonym(place) => Some(*place),
            _ => None,
        })
        .collect();
    let is_covered = |at: &usize| {
        let own = &source.tokens[*at];
        let is_said = |t: &Token| t.is_content && (are_forms(t, own) || are_turned(&t.word, &own.word));
        covered.contains(at) || claim.tokens.iter().any(is_said)
    };
    let (mut own, mut theirs) = (negations(claim, source), negations(source, claim));
    let mut polarity = Polarity::default();
    limits(claim, source, (&mut own, &mut theirs), &is_covered, &mut polarity);
    let texts = (claim, source);
    pair(&mut own, &mut theirs, &|a, b| {
        let (related, of) = related(texts, &a.scope, &b.scope);
        related * 2 >= of && related > 0
    });
    let affirmed = |text: &Text, by: &Negation, other: &Text, negations: &[Negation]| {
        let is_free = |at: &usize| !negations.iter().any(|n| n.scope.contains(at));
        let places: Vec<usize> = (0..other.tokens.len()).filter(is_free).collect();
        let met = by.scope.iter().filter(|at| places.iter().any(|p| is_same((text, **at), (other, *p)))).count();
        met * 2 > by.scope.len()
    };
    let (all_own, all_theirs) = (negations(claim, source), negations(source, claim));
    polarity.loose = pair(&mut own, &mut theirs, &|a, b| {
        !affirmed(claim, a, source, &all_theirs) && !affirmed(source, b, claim, &all_own)
    });
    // What is left on both sides reaches what the other affirms: a passive does that, `this, not that` does not.
    let exchanged = own.len().min(theirs.len());
    for (a, b) in own.drain(..exchanged).zip(theirs.drain(..exchanged)) {
        if contrasts(claim, a.at) && contrasts(source, b.at) {
            polarity.turned.push(claim.tokens[a.at].word.clone());
        }
    }
    theirs.retain(|negation| {
        let about: Vec<&usize> = negation.scope.iter().chain(&negation.subject).collect();
        about.iter().filter(|at| is_covered(at)).count() * 2 > about.len()
    });
    polarity.denials =
        if own.len() > theirs.len() { denials(source, claim, &all_theirs) } else { denials(claim, source, &all_own) };
    // `does not have to` is `may`.
    let is_excused = |text: &Text, n: &Negation| {
        let next = text.tokens.iter().skip(n.at + 1).take(3);
        next.into_iter().any(|t| t.is_in(&["have", "need", "required", "necessary"]))
    };
    let may = |text: &Text| text.tokens.iter().any(|t| t.is_in(&["can", "could", "free", "may", "optional"]));
    let excused = theirs.iter().filter(|n| is_excused(source, n)).count() * usize::from(may(claim))
        + own.iter().filter(|n| is_excused(claim, n)).count() * usize::from(may(source));
    polarity.denials += excused;
    // `not … if` is `unless`, and `not other ones` is `only`.
    let mut popped = 0;
    if own.len() > theirs.len() && !polarity.limits_dropped.is_empty() {
        polarity.limits_dropped.pop();
        own.pop();
        popped += 1;
    } else if theirs.len() > own.len() && !polarity.limits_added.is_empty() {
        polarity.limits_added.pop();
        theirs.pop();
        popped += 1;
    }
    polarity.added.extend(own.iter().map(|n| claim.tokens[n.at].word.clone()));
    polarity.dropped.extend(theirs.iter().map(|n| source.tokens[n.at].word.clone()));
    polarity.conceded = conceded(claim, source);
    polarity.opposites = opposites(claim, source);
    polarity.bounds = crossed(claim, source);
    // `above it does not count` is `up to it counts`.
    if !polarity.bounds.is_empty() && polarity.added.len() + polarity.dropped.len() + popped > 0 {
        polarity.bounds.pop();
        if polarity.added.pop().is_none() {
            polarity.dropped.pop();
        }
    }
    if is_quiet(claim) {
        polarity.deniers = deniers(source);
    } else if is_quiet(source) {
        polarity.deniers = deniers(claim);
    }
    polarity
}

/// How many words of a text deny that the other has not, without being among its negations.
fn denials(text: &Text, other: &Text, negations: &[Negation]) -> usize {
    let denies = |at: &usize| {
        let token = &text.tokens[*at];
        let is_there = |token: &Token| match token.figure {
            Some(n) => other.figures.iter().any(|f| f.quantity.supports(&text.figures[n].quantity)),
            None => other.has(&token.stem),
        };
        // `more than`, `comes out`, `too` as `also` deny nothing.
        let is_plain = |at: usize| {
            let word = |at: usize| text.tokens.get(at).map_or("", |t| t.word.as_str());
            let before = at.checked_sub(1).map_or("", word);
            match word(at) {
                "than" => !["rather", "other"].contains(&before),
                "out" => word(at + 1) != "of" && !LEAVE.contains(&before),
                "off" => word(at + 1) != "limits",
                "too" => text.tokens.get(at + 1).is_none_or(|t| t.clause > text.tokens[at].clause),
                _ => false,
            }
        };
        let is_zero = |n: usize| matches!(text.figures[n].quantity, Quantity::Number(value, _) if value == 0.0);
        (token.figure.is_some_and(is_zero)
            || token.is_in(DENIALS) && !is_plain(*at)
            || token.word.starts_with("un") && token.is_content)
            && !is_there(token)
            && !negations.iter().any(|n| n.at == *at)
    };
    (0..text.tokens.len()).filter(denies).count()
}

fn is_quiet(text: &Text) -> bool {
    !text.tokens.iter().any(|t| t.is_in(NEGATORS) || t.is_in(DENIALS) || t.is_in(DENIERS) || t.word.starts_with("un"))
}

fn deniers(text: &Text) -> Vec<String> {
    text.tokens.iter().filter(|t| t.is_in(DENIERS)).map(|t| t.word.clone()).collect()
}

/// Whether a negation sets what follows against what went before: `this, not that`.
fn contrasts(text: &Text, at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &text.tokens[before]);
    let opens = |token: &Token| token.clause < text.tokens[at].clause || token.word == "but" || token.word == "and";
    text.tokens[at].word == "not" && before.is_some_and(opens)
}

/// Takes out of both lists what belongs together; how many pairs those are.
fn pair(own: &mut Vec<Negation>, theirs: &mut Vec<Negation>, belong: &dyn Fn(&Negation, &Negation) -> bool) -> usize {
    let before = own.len();
    own.retain(|negation| match theirs.iter().position(|other| belong(negation, other)) {
        Some(at) => {
            theirs.remove(at);
            false
        }
        None => true,
    });
    before - own.len()
}

/// How many words of the smaller scope the other has, and of how many.
fn related(texts: (&Text, &Text), own: &[usize], theirs: &[usize]) -> (usize, usize) {
    let counts = |text: &Text, scope: &[usize]| scope.iter().filter(|at| !text.tokens[**at].is_in(ANYONE)).count();
    let (of_own, of_theirs) = (counts(texts.0, own), counts(texts.1, theirs));
    let met = if of_own <= of_theirs {
        own.iter().filter(|a| theirs.iter().any(|b| is_same((texts.0, **a), (texts.1, *b)))).count()
    } else {
        theirs.iter().filter(|b| own.iter().any(|a| is_same((texts.0, *a), (texts.1, **b)))).count()
    };
    (met, of_own.min(of_theirs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{answer::ground::words, index::Synonyms};

    fn of(claim: &str, source: &str) -> Polarity {
        let (claim, source, around) = (Text::new(claim), Text::new(source), Text::new(""));
        let held = words::held(&claim, &source, &around, &Synonyms::default());
        compare(&claim, &source, &held)
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
