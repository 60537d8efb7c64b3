//! Who does what to whom: the roles of people and offices in two texts, exchanged, reversed or put to another's deed.

use super::{
    text::{Text, Token},
    turned::are_turned,
    words::{Held, are_forms, are_synonyms, are_two_sides},
};

/// Words between a role and what is said of it.
const REACH: usize = 7;

/// What a person or an office can be to another or to the law, in any domain: one is seldom a paraphrase of another.
const ROLES: &[&str] = &[
    "adult",
    "agency",
    "agent",
    "applicant",
    "aunt",
    "authority",
    "bank",
    "beneficiary",
    "borrower",
    "broker",
    "brother",
    "buyer",
    "caregiver",
    "carer",
    "charity",
    "child",
    "citizen",
    "client",
    "company",
    "consumer",
    "contractor",
    "court",
    "creditor",
    "customer",
    "daughter",
    "dealer",
    "debtor",
    "dependent",
    "director",
    "divorced",
    "doctor",
    "donee",
    "donor",
    "driver",
    "elector",
    "employed",
    "employee",
    "employer",
    "estate",
    "executor",
    "farmer",
    "father",
    "founder",
    "friend",
    "giver",
    "grandchild",
    "grandparent",
    "grantee",
    "grantor",
    "guarantor",
    "guardian",
    "guest",
    "heir",
    "holder",
    "hospital",
    "host",
    "householder",
    "husband",
    "immigrant",
    "individual",
    "infant",
    "inspector",
    "institution",
    "insurer",
    "investor",
    "judge",
    "landlord",
    "lawyer",
    "lender",
    "lessee",
    "lessor",
    "maker",
    "manager",
    "member",
    "minor",
    "mother",
    "nanny",
    "neighbor",
    "neighbour",
    "nephew",
    "network",
    "niece",
    "nurse",
    "officer",
    "operator",
    "organization",
    "owner",
    "parent",
    "participant",
    "partner",
    "partnership",
    "passenger",
    "patient",
    "payee",
    "payer",
    "payor",
    "pensioner",
    "physician",
    "plan",
    "preparer",
    "professional",
    "promoter",
    "provider",
    "public",
    "purchaser",
    "recipient",
    "relative",
    "renter",
    "resident",
    "retiree",
    "school",
    "selfemployed",
    "seller",
    "shareholder",
    "sibling",
    "sister",
    "soldier",
    "son",
    "sponsor",
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
    "trust",
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
    "winner",
    "witness",
    "worker",
];

fn is_role(token: &Token) -> bool {
    let word = token.word.as_str();
    ROLES.contains(&word) || word.strip_suffix('s').is_some_and(|one| ROLES.contains(&one))
}

/// Roles that only the claim names, each with one that only the source names.
pub fn roles(claim: &Text, source: &Text, held: &[Held]) -> Vec<(String, String)> {
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
pub fn reversed(claim: &Text, source: &Text) -> Vec<String> {
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

/// The share of the words that both texts have which stand after another role here than there.
pub fn agents(claim: &Text, source: &Text, held: &[Held]) -> f32 {
    let before = |text: &'_ Text, at: usize| {
        let segment = text.tokens[at].segment;
        let near = (at.saturating_sub(REACH)..at).rev().take_while(|n| text.tokens[*n].segment == segment);
        near.into_iter().find(|n| is_role(&text.tokens[*n]))
    };
    let (mut same, mut other) = (0, 0);
    for (at, held) in held.iter().enumerate().filter(|(at, _)| claim.tokens[*at].is_content) {
        let Held::Word(place) = held else { continue };
        if is_role(&claim.tokens[at]) {
            continue;
        }
        let (Some(own), Some(theirs)) = (before(claim, at), before(source, *place)) else { continue };
        let (own, theirs) = (&claim.tokens[own], &source.tokens[theirs]);
        if are_forms(own, theirs) || are_synonyms(&own.stem, &theirs.stem) {
            same += 1;
        } else {
            other += 1;
        }
    }
    other as f32 / (same + other + 1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{answer::ground::words, index::Synonyms};

    fn differ(claim: &str, source: &str) -> bool {
        let (claim, source) = (Text::new(claim), Text::new(source));
        agents(&claim, &source, &words::held(&claim, &source, &Text::new(""), &Synonyms::default())) > 0.3
    }

    #[test]
    fn what_another_does_is_seen() {
        let source = "The owner pays the bill, and the tenant keeps the receipt.";
        assert!(differ("It is the owner who keeps the receipt", source));
        assert!(!differ("The tenant keeps the receipt", source));
    }
}
