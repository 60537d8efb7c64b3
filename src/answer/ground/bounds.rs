//! Which way a figure bounds: `up to $50`, `65 or older`. Knows the words for it; what is bounded it does not ask.

use super::{opposites::BOUNDS, quantity::Quantity, text::Text};

/// Words between a bound and its figure.
const NEAR: usize = 3;

/// A bound of a figure.
pub struct Bound {
    figure: usize,
    from_below: bool,
    /// The words that say so.
    pub words: std::ops::Range<usize>,
}

/// Which way each figure bounds, where that is said.
pub fn bounds(text: &Text) -> Vec<Bound> {
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
        if matches!(text.figures[figure].quantity, Quantity::Name(_)) {
            continue; // `by Form 1040` bounds nothing
        }
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

/// The claim's figures that bound from the other side than the same figures of the source do.
pub fn crossed(claim: &Text, source: &Text) -> Vec<String> {
    let (own, theirs) = (bounds(claim), bounds(source));
    let differs = |bound: &&Bound| {
        let quantity = &claim.figures[bound.figure].quantity;
        let mut same = theirs.iter().filter(|t| source.figures[t.figure].quantity.supports(quantity)).peekable();
        same.peek().is_some() && same.all(|t| t.from_below != bound.from_below)
    };
    own.iter().filter(differs).map(|b| claim.written[claim.figures[b.figure].span.clone()].to_owned()).collect()
}
