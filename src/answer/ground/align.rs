//! How a claim's words lie along its source's: what they cover, in which order, what stands in another's place.

use std::collections::BTreeSet;

use super::{
    text::{Text, Token},
    words::{Held, are_forms, are_synonyms},
};

/// Content words on each side of a word that two things can be exchanged around.
const SIDE: usize = 4;
/// Words on each side of a figure that say what it is of.
const BESIDE: usize = 6;

/// The claim's tokens along the source's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Alignment {
    /// The longest common subsequence, as a share of the claim's words and figures.
    pub in_order: f32,
    /// The share of neighbouring content words of the claim that are near each other in the source, in that order.
    pub pairs: f32,
    /// Content words of the claim that stand where the source has others, between words that are the same.
    pub replaced: Vec<(String, String)>,
    /// Words whose two sides are exchanged.
    pub swapped: Vec<String>,
    /// Figures whose surroundings fit another figure of the source better.
    pub misplaced: Vec<String>,
}

/// Whether two tokens are the same word or figure.
fn are_same(claim: &Text, a: &Token, source: &Text, b: &Token) -> bool {
    match (a.figure, b.figure) {
        (Some(a), Some(b)) => source.figures[b].quantity.supports(&claim.figures[a].quantity),
        (None, None) => a.word == b.word || (a.is_content && b.is_content && are_forms(a, b)),
        _ => false,
    }
}

/// Lays the claim along the source.
pub fn align(claim: &Text, source: &Text, held: &[Held]) -> Alignment {
    let matched = subsequence(claim, source);
    let misplaced = misplaced(claim, source);
    Alignment {
        in_order: matched.len() as f32 / claim.tokens.len().max(1) as f32,
        pairs: pairs(claim, held),
        replaced: replaced(claim, source, &matched, held),
        swapped: swapped(claim, source),
        misplaced,
    }
}

/// The longest common subsequence as pairs of places.
fn subsequence(claim: &Text, source: &Text) -> Vec<(usize, usize)> {
    let (a, b) = (&claim.tokens, &source.tokens);
    let mut best = vec![vec![0_u16; b.len() + 1]; a.len() + 1]; // (claim + 1, source + 1), filled from the end
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            best[i][j] = if are_same(claim, &a[i], source, &b[j]) {
                best[i + 1][j + 1] + 1
            } else {
                best[i + 1][j].max(best[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if are_same(claim, &a[i], source, &b[j]) {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[i + 1][j] >= best[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

fn pairs(claim: &Text, held: &[Held]) -> f32 {
    let content: Vec<usize> = (0..claim.tokens.len()).filter(|at| claim.tokens[*at].is_content).collect();
    let place = |at: usize| match held[at] {
        Held::Word(place) | Held::Synonym(place) => Some(place),
        _ => None,
    };
    let near = content.windows(2).filter(|pair| match (place(pair[0]), place(pair[1])) {
        (Some(a), Some(b)) => a < b && b - a <= 4,
        _ => false,
    });
    near.count() as f32 / (content.len().saturating_sub(1)).max(1) as f32
}

/// One or two content words in a gap of the common subsequence, against one to three of the source in the same gap.
fn replaced(claim: &Text, source: &Text, matched: &[(usize, usize)], held: &[Held]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let (ends, mut last) = ((claim.tokens.len(), source.tokens.len()), (usize::MAX, usize::MAX));
    for next in matched.iter().copied().chain([ends]) {
        let from = (last.0.wrapping_add(1), last.1.wrapping_add(1));
        let own: Vec<usize> = (from.0..next.0).filter(|at| claim.tokens[*at].is_content).collect();
        let theirs: Vec<&Token> = source.tokens[from.1..next.1].iter().filter(|t| t.is_content).collect();
        let is_new = |at: &&usize| matches!(held[**at], Held::No | Held::Around);
        if let (1..=2, 1..=3, Some(new)) = (own.len(), theirs.len(), own.iter().find(is_new)) {
            let token = &claim.tokens[*new];
            let is_other = |t: &&&Token| {
                !are_synonyms(&t.stem, &token.stem) && !claim.tokens.iter().any(|c| c.is_content && are_forms(c, t))
            };
            found.extend(theirs.iter().find(is_other).map(|t| (token.word.clone(), t.word.clone())));
        }
        last = next;
    }
    found
}

/// Words that both have once, with what stands left of the one right of the other and the other way round.
fn swapped(claim: &Text, source: &Text) -> Vec<String> {
    let once = |text: &Text, token: &Token| {
        text.tokens.iter().filter(|t| t.figure.is_none() && t.stem == token.stem).count() == 1
    };
    let sides = |text: &Text, at: usize| {
        let stems = |tokens: Vec<&Token>| tokens.into_iter().map(|t| key(text, t)).collect::<BTreeSet<String>>();
        let clause = text.tokens[at].segment;
        let is = |t: &&Token| (t.is_content || t.figure.is_some()) && t.segment == clause;
        let left = stems(text.tokens[..at].iter().rev().filter(is).take(SIDE).collect());
        let right = stems(text.tokens[at + 1..].iter().filter(is).take(SIDE).collect());
        (left, right)
    };
    let is_passive = |text: &Text, at: usize| text.tokens[at..].iter().take(6).any(|t| t.word == "by");
    let mut found = Vec::new();
    for (at, token) in claim.tokens.iter().enumerate() {
        if token.figure.is_some() || !once(claim, token) || !once(source, token) {
            continue;
        }
        let Some(place) = source.tokens.iter().position(|t| t.figure.is_none() && t.stem == token.stem) else {
            continue;
        };
        if is_passive(claim, at) != is_passive(source, place) {
            continue;
        }
        let ((left, right), (own_left, own_right)) = (sides(source, place), sides(claim, at));
        let (kept_left, kept_right) = (own_left.intersection(&left).count(), own_right.intersection(&right).count());
        let crossed = (own_left.intersection(&right).count(), own_right.intersection(&left).count());
        if kept_left + kept_right == 0 && crossed.0 > 0 && crossed.1 > 0 {
            found.push(token.word.clone());
        }
    }
    found
}

fn key(text: &Text, token: &Token) -> String {
    match token.figure {
        Some(n) => format!("{:?}", text.figures[n].quantity),
        None if token.word.ends_with("ee") || token.word.ends_with("ees") => {
            token.word.trim_end_matches('s').to_owned()
        }
        None => token.stem.clone(),
    }
}

/// Figures of the claim that stand among words which the source has beside another figure of the same unit.
fn misplaced(claim: &Text, source: &Text) -> Vec<String> {
    let places: Vec<usize> = (0..source.tokens.len()).filter(|at| source.tokens[*at].figure.is_some()).collect();
    if places.len() < 2 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, token) in claim.tokens.iter().enumerate() {
        let Some(figure) = token.figure else { continue };
        let quantity = &claim.figures[figure].quantity;
        let own = beside(claim, at);
        let fit = |place: &usize| {
            let words = beside(source, *place);
            own.iter()
                .filter(|(t, _)| words.iter().any(|(w, _)| are_forms(w, t) || are_synonyms(&w.stem, &t.stem)))
                .map(|(_, near)| *near)
                .sum::<f32>()
        };
        let holds = |place: &&usize| {
            source.tokens[**place].figure.is_some_and(|n| source.figures[n].quantity.supports(quantity))
        };
        let kind = std::mem::discriminant(quantity);
        let rival = |place: &&usize| {
            source.tokens[**place].figure.is_some_and(|n| std::mem::discriminant(&source.figures[n].quantity) == kind)
                && !holds(place)
        };
        let best = |of: &dyn Fn(&&usize) -> bool| places.iter().filter(of).map(fit).max_by(f32::total_cmp);
        if let (Some(with), Some(without)) = (best(&holds), best(&rival))
            && without > with + 0.5
        {
            found.push(claim.written[claim.figures[figure].span.clone()].to_owned());
        }
    }
    found
}

/// The content words around a figure, up to the next figure of its clause or cell, and how near they are.
fn beside(text: &Text, at: usize) -> Vec<(&Token, f32)> {
    let segment = text.tokens[at].segment;
    let joins = ["and", "or", "but", "while", "then"];
    let same = |t: &&Token| t.segment == segment && t.figure.is_none() && !joins.contains(&t.word.as_str());
    let before = text.tokens[..at].iter().rev().take_while(same).filter(|t| t.is_content).take(BESIDE);
    let after = text.tokens[at + 1..].iter().take_while(same).filter(|t| t.is_content).take(BESIDE);
    let weigh = |(n, token)| (token, 1.0 / (1.0 + n as f32 / 2.0));
    before.enumerate().map(weigh).chain(after.enumerate().map(weigh)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{answer::ground::words, index::Synonyms};

    fn of(claim: &str, source: &str) -> Alignment {
        let (claim, source) = (Text::new(claim), Text::new(source));
        align(&claim, &source, &words::held(&claim, &source, &Text::new(""), &Synonyms::default()))
    }

    #[test]
    fn a_word_in_anothers_place_is_seen() {
        let found = of("The bank keeps the receipt", "The charity keeps the receipt.");
        assert_eq!(found.replaced, [("bank".to_owned(), "charity".to_owned())]);
        assert!(of("The charity holds the receipt", "The charity keeps the receipt.").replaced.len() < 2);
    }

    #[test]
    fn exchanged_sides_are_seen_and_a_passive_is_not_one() {
        assert!(!of("The tenant sues the landlord", "The landlord sues the tenant.").swapped.is_empty());
        assert!(of("The tenant is sued by the landlord", "The landlord sues the tenant.").swapped.is_empty());
    }

    #[test]
    fn a_figure_among_the_words_of_another_is_misplaced() {
        let source = "The deposit is $100 and the monthly rent is $700.";
        assert_eq!(of("Rent is $100 each month", source).misplaced, ["$100"]);
        assert!(of("Rent is $700 each month", source).misplaced.is_empty());
    }
}
