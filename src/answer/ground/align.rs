//! How a claim's words lie along its source's: what they cover, in which order, what stands in another's place.

use super::{
    light::is_light,
    places::misplaced,
    roles::{agents, reversed, roles},
    text::{Text, Token},
    words::{Held, are_forms, are_synonyms},
};

/// The claim's tokens along the source's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Alignment {
    /// The longest common subsequence, as a share of the claim's words and figures.
    pub in_order: f32,
    /// The share of neighbouring content words of the claim that are near each other in the source, in that order.
    pub pairs: f32,
    /// Content words of the claim that stand where the source has others, between words that are the same.
    pub replaced: Vec<(String, String)>,
    /// Opposites that both texts have, in the other order.
    pub reversed: Vec<String>,
    /// Figures whose surroundings fit another figure of the source better.
    pub misplaced: Vec<String>,
    /// Pairs of figures whose surroundings fit better the other way round.
    pub exchanged: Vec<String>,
    /// Figures that stand where the source has another, and nowhere in it.
    pub refigured: Vec<String>,
    /// Roles of people, and names, in the claim that the source does not speak of, where it speaks of others.
    pub roles: Vec<(String, String)>,
    /// The share of common words that stand after another role.
    pub agents: f32,
    /// New content words put in between words that are the same.
    pub inserted: usize,
    /// Words that stand in each other's place between words that are the same.
    pub swapped: Vec<String>,
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
    let (misplaced, exchanged) = misplaced(claim, source);
    Alignment {
        in_order: matched.len() as f32 / claim.tokens.len().max(1) as f32,
        pairs: pairs(claim, held),
        replaced: replaced(claim, source, &matched, held),
        reversed: reversed(claim, source),
        misplaced,
        exchanged,
        refigured: refigured(claim, source, &matched),
        roles: roles(claim, source, held),
        agents: agents(claim, source, held),
        inserted: inserted(claim, source, &matched, held),
        swapped: swapped(claim, source, &matched),
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

/// Up to three content words in a gap of the common subsequence, against up to four of the source in the same gap.
fn replaced(claim: &Text, source: &Text, matched: &[(usize, usize)], held: &[Held]) -> Vec<(String, String)> {
    let count = |text: &Text, of: &Token| text.content().filter(|c| are_forms(c, of)).count();
    let is_repeated = |of: &Token| count(claim, of) > count(source, of);
    let mut found = Vec::new();
    let (ends, mut last) = ((claim.tokens.len(), source.tokens.len()), (usize::MAX, usize::MAX));
    for next in matched.iter().copied().chain([ends]) {
        let from = (last.0.wrapping_add(1), last.1.wrapping_add(1));
        let own: Vec<usize> = (from.0..next.0).filter(|at| claim.tokens[*at].is_content).collect();
        let theirs: Vec<&Token> =
            source.tokens[from.1..next.1].iter().filter(|t| t.is_content && !t.is_header).collect();
        let gap = from.1..next.1;
        let is_new = |at: &&usize| match held[**at] {
            Held::No | Held::Around => true,
            Held::Word(place) => !gap.contains(&place) && is_repeated(&claim.tokens[**at]),
            Held::Synonym(place) => !gap.contains(&place),
        };
        let is_new = |at: &&usize| is_new(at) && !is_light(&claim.tokens[**at].stem);
        if let (1..=3, 1..=4, Some(new)) = (own.len(), theirs.len(), own.iter().find(is_new)) {
            let token = &claim.tokens[*new];
            let is_other = |t: &&&Token| {
                !are_synonyms(&t.stem, &token.stem) && !are_forms(t, token) && count(claim, t) < count(source, t)
            };
            found.extend(theirs.iter().find(is_other).map(|t| (token.word.clone(), t.word.clone())));
        }
        last = next;
    }
    found
}

/// New content words where the source has nothing but grammar in the same gap of the common subsequence.
fn inserted(claim: &Text, source: &Text, matched: &[(usize, usize)], held: &[Held]) -> usize {
    let ends = [(claim.tokens.len(), source.tokens.len())];
    let (mut found, mut last) = (0, (usize::MAX, usize::MAX));
    for next in matched.iter().copied().chain(ends) {
        let is_new = |at: &usize| {
            let token = &claim.tokens[*at];
            token.is_content && !is_light(&token.stem) && matches!(held[*at], Held::No | Held::Around)
        };
        if !source.tokens[last.1.wrapping_add(1)..next.1].iter().any(|t| t.is_content) {
            found += (last.0.wrapping_add(1)..next.0).filter(is_new).count();
        }
        last = next;
    }
    found
}

/// Figures of the claim where the source has another of the same kind in the same gap, and nowhere the claim's.
fn refigured(claim: &Text, source: &Text, matched: &[(usize, usize)]) -> Vec<String> {
    let ends = [(claim.tokens.len(), source.tokens.len())];
    let (mut found, mut last) = (Vec::new(), (usize::MAX, usize::MAX));
    for next in matched.iter().copied().chain(ends) {
        let own = claim.tokens[last.0.wrapping_add(1)..next.0].iter().filter_map(|t| t.figure);
        let theirs: Vec<usize> =
            source.tokens[last.1.wrapping_add(1)..next.1].iter().filter_map(|t| t.figure).collect();
        for figure in own.map(|n| &claim.figures[n]).filter(|f| f.is_stated) {
            let is_new = !source.figures.iter().any(|f| f.quantity.supports(&figure.quantity));
            let is_kin = |n: &usize| {
                std::mem::discriminant(&source.figures[*n].quantity) == std::mem::discriminant(&figure.quantity)
            };
            if is_new && theirs.iter().any(is_kin) {
                found.push(claim.written[figure.span.clone()].to_owned());
            }
        }
        last = next;
    }
    found
}

/// Words that only join what stands beside them: `the cat and the dog` is `the dog and the cat`.
const JOINS: &[&str] = &[
    "a", "an", "and", "are", "be", "between", "both", "either", "for", "is", "of", "or", "the", "to", "was", "were",
    "your",
];

/// Content words of two gaps of the common subsequence that each stand in the other gap of the source, with something
/// between them that does more than join.
fn swapped(claim: &Text, source: &Text, matched: &[(usize, usize)]) -> Vec<String> {
    let content = |text: &Text, from: usize, to: usize| -> Vec<usize> {
        (from..to).filter(|at| text.tokens[*at].figure.is_none() && !text.tokens[*at].is_in(JOINS)).collect()
    };
    let mut gaps = Vec::new(); // (claim, source), each with how many pairs of the subsequence come before
    let (ends, mut last) = ((claim.tokens.len(), source.tokens.len()), (usize::MAX, usize::MAX));
    for (number, next) in matched.iter().copied().chain([ends]).enumerate() {
        let own = content(claim, last.0.wrapping_add(1), next.0);
        let theirs = content(source, last.1.wrapping_add(1), next.1);
        if !own.is_empty() && !theirs.is_empty() {
            gaps.push((number, own, theirs));
        }
        last = next;
    }
    let crosses = |own: &[usize], theirs: &[usize], not: &[usize]| {
        own.iter().copied().find(|a| {
            let is = |b: &usize| are_same(claim, &claim.tokens[*a], source, &source.tokens[*b]);
            theirs.iter().any(is) && !not.iter().any(is)
        })
    };
    let mut found = Vec::new();
    for (number, (first, own, theirs)) in gaps.iter().enumerate() {
        for (second, other_own, other_theirs) in &gaps[number + 1..] {
            let says = |(at, _): &(usize, usize)| !claim.tokens[*at].is_in(JOINS);
            if matched[*first..*second].iter().any(says)
                && let Some(at) = crosses(own, other_theirs, theirs)
                && let Some(other) = crosses(other_own, theirs, other_theirs)
                && (claim.tokens[at].is_content || claim.tokens[other].is_content)
            {
                found.push(claim.tokens[at].word.clone());
            }
        }
    }
    found
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
    fn phrases_in_each_others_place_are_seen_and_an_enumeration_is_none() {
        let source = "The school year counts and not the calendar year.";
        assert!(!of("The calendar year counts and not the school year", source).swapped.is_empty());
        assert!(of("The cat and the dog sleep", "The dog and the cat sleep.").swapped.is_empty());
    }

    #[test]
    fn exchanged_sides_are_seen_and_a_passive_is_not_one() {
        assert!(!of("The tenant sues the landlord", "The landlord sues the tenant.").reversed.is_empty());
        assert!(of("The tenant is sued by the landlord", "The landlord sues the tenant.").reversed.is_empty());
    }

    #[test]
    fn a_figure_among_the_words_of_another_is_misplaced() {
        let source = "The deposit is $100 and the monthly rent is $700.";
        assert_eq!(of("Rent is $100 each month", source).misplaced, ["$100"]);
        assert!(of("Rent is $700 each month", source).misplaced.is_empty());
    }
}
