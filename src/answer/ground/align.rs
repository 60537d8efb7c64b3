//! How a claim's words lie along its source's: what they cover, in which order, what stands in another's place.

use super::{
    places::misplaced,
    text::{Text, Token},
    turned::are_turned,
    words::{Held, are_forms, are_synonyms, are_two_sides},
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
    /// Roles of people, and names, in the claim that the source does not speak of, where it speaks of others.
    pub roles: Vec<(String, String)>,
}

/// What a person can be to another or to the law, in any domain: one is seldom a paraphrase of another.
const ROLES: &[&str] = &[
    "adult",
    "agent",
    "aunt",
    "beneficiary",
    "borrower",
    "brother",
    "buyer",
    "child",
    "citizen",
    "client",
    "company",
    "consumer",
    "contractor",
    "creditor",
    "customer",
    "daughter",
    "debtor",
    "dependent",
    "director",
    "divorced",
    "doctor",
    "donee",
    "donor",
    "driver",
    "employed",
    "employee",
    "employer",
    "executor",
    "farmer",
    "father",
    "founder",
    "friend",
    "giver",
    "grandchild",
    "grandparent",
    "guarantor",
    "guardian",
    "guest",
    "heir",
    "host",
    "householder",
    "husband",
    "immigrant",
    "individual",
    "infant",
    "inspector",
    "investor",
    "judge",
    "landlord",
    "lawyer",
    "lender",
    "lessee",
    "lessor",
    "manager",
    "member",
    "minor",
    "mother",
    "neighbor",
    "neighbour",
    "nephew",
    "niece",
    "nurse",
    "officer",
    "operator",
    "owner",
    "parent",
    "partner",
    "partnership",
    "passenger",
    "patient",
    "payee",
    "payer",
    "payor",
    "pensioner",
    "physician",
    "professional",
    "promoter",
    "provider",
    "public",
    "recipient",
    "relative",
    "renter",
    "resident",
    "retiree",
    "selfemployed",
    "seller",
    "shareholder",
    "sibling",
    "sister",
    "soldier",
    "son",
    "spouse",
    "state",
    "stepchild",
    "student",
    "supplier",
    "surety",
    "survivor",
    "teacher",
    "tenant",
    "trader",
    "trustee",
    "tutor",
    "user",
    "vendor",
    "veteran",
    "visitor",
    "volunteer",
    "widow",
    "widower",
    "wife",
    "witness",
    "worker",
];

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
        roles: roles(claim, source, held),
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
        let theirs: Vec<&Token> =
            source.tokens[from.1..next.1].iter().filter(|t| t.is_content && !t.is_header).collect();
        let gap = from.1..next.1;
        let is_new = |at: &&usize| match held[**at] {
            Held::No | Held::Around => true,
            Held::Word(place) | Held::Synonym(place) => !gap.contains(&place),
        };
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

fn is_role(token: &Token) -> bool {
    let word = token.word.as_str();
    ROLES.contains(&word) || word.strip_suffix('s').is_some_and(|one| ROLES.contains(&one))
}

/// Roles that only the claim names, each with one that only the source names.
fn roles(claim: &Text, source: &Text, held: &[Held]) -> Vec<(String, String)> {
    let only_there = |token: &&Token| !claim.tokens.iter().any(|t| t.is_content && are_forms(t, token));
    let theirs: Vec<&Token> = source.tokens.iter().filter(|token| is_role(token)).filter(only_there).collect();
    let own = || claim.tokens.iter().zip(held).filter(|(_, held)| matches!(held, Held::No | Held::Around));
    let lost_name = source.content().filter(|t| t.is_name()).find(only_there);
    let new_name = own().map(|(token, _)| token).find(|token| token.is_name() && token.is_content);
    let names = new_name.zip(lost_name).map(|(own, other)| (own.word.clone(), other.word.clone()));
    own()
        .map(|(token, _)| token)
        .filter(|token| is_role(token))
        .filter_map(|token| {
            let other = theirs.iter().find(|t| !are_synonyms(&t.stem, &token.stem))?;
            Some((token.word.clone(), other.word.clone()))
        })
        .chain(names)
        .collect()
}

/// Words that are each other's opposites or two roles, in one order in the claim and in the other in the source.
fn reversed(claim: &Text, source: &Text) -> Vec<String> {
    let first = |text: &Text, of: &Token| text.tokens.iter().position(|t| t.figure.is_none() && t.word == of.word);
    let has_by = |text: &Text| text.tokens.iter().any(|t| t.word == "by");
    if has_by(claim) != has_by(source) {
        return Vec::new();
    }
    let own: Vec<&Token> = claim.content().filter(|t| first(source, t).is_some()).collect();
    let mut found = Vec::new();
    for (number, one) in own.iter().enumerate() {
        for other in &own[number + 1..] {
            let (a, b) = (first(claim, one) < first(claim, other), first(source, one) < first(source, other));
            let are_roles = is_role(one) && is_role(other) && !are_synonyms(&one.stem, &other.stem);
            if one.word != other.word
                && a != b
                && (are_roles || are_two_sides(&one.word, &other.word) || are_turned(&one.word, &other.word))
            {
                found.push(one.word.clone());
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
