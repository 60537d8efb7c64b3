//! Finds personal data in free text and puts placeholders in its place, before a question is handed to a person.
//!
//! Knows the forms of numbers and addresses and the words that announce them; no model and no list of names. What
//! nothing announces is not found: a mask lowers what is given away and promises nothing. Amounts, years, forms and
//! sections of the law are left, since the question is about them; so are toll-free numbers, which no person has.

mod address;
mod checksum;
mod contact;
mod context;
mod known;
mod name;
mod number;
mod place;
mod placeholder;
mod run;
#[cfg(test)]
mod tests;
mod token;
mod view;
mod words;

use std::{cmp::Reverse, ops::Range};

use serde::{Deserialize, Serialize};

use self::{known::Known, placeholder::Placeholders, token::Tokens, view::View};

/// What personal data is. The order is that of preference where two are equally long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A Social Security number.
    Ssn,
    /// An employer identification number.
    Ein,
    /// An individual taxpayer identification number.
    Itin,
    /// The number of a payment card.
    Card,
    /// The number of a bank account.
    Account,
    /// An international bank account number.
    Iban,
    /// The ABA routing number of a bank.
    RoutingNumber,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A street address or post office box, with its town.
    Address,
    /// A person's name.
    Name,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Ssn,
        Self::Ein,
        Self::Itin,
        Self::Card,
        Self::Account,
        Self::Iban,
        Self::RoutingNumber,
        Self::Email,
        Self::Phone,
        Self::Address,
        Self::Name,
    ];

    /// The word for it in what is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ssn => "ssn",
            Self::Ein => "ein",
            Self::Itin => "itin",
            Self::Card => "card",
            Self::Account => "account",
            Self::Iban => "iban",
            Self::RoutingNumber => "routing-number",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Name => "name",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text without the personal data that was found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The text, with a placeholder where personal data was.
    pub text: String,
    /// What was found, in order and disjoint.
    pub found: Vec<Found>,
}

/// Personal data in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Where it stood: bytes of the original text.
    pub at: Range<usize>,
}

/// Masks one text.
///
/// Masking a masked text changes nothing; a text without personal data comes back as it is. The text is read until
/// nothing more is found, two or three times, and each reading takes time in proportion to its length.
///
/// What was found once is masked wherever it stands, but for a name that is a word of every day too ("May", "Will",
/// "Roth"), which is masked only where something announces it.
pub fn mask(text: &str) -> Masked {
    mask_together(&[text]).pop().unwrap_or_else(|| Masked { text: String::new(), found: Vec::new() })
}

/// Masks several texts as one: what is found in one is masked in all, and has the same number everywhere.
pub fn mask_together(texts: &[&str]) -> Vec<Masked> {
    let mut views: Vec<View> = texts.iter().map(|text| View::of(text)).collect();
    let mut spots: Vec<Vec<Spot>> = texts.iter().map(|_| Vec::new()).collect();
    let mut known = Known::default();
    // Until nothing is found any more, so that nothing would be found in what is written either.
    while find_more(&mut views, &mut spots, &mut known) {}
    for spots in &mut spots {
        spots.sort_by_key(|spot| spot.at.start);
    }
    for spot in spots.iter_mut().flatten() {
        spot.value = known.whole(spot.kind, &spot.value).to_owned();
    }
    let values = spots.iter().flatten().map(|spot| (spot.kind, spot.value.as_str()));
    let placeholders = Placeholders::of(texts, values);
    texts.iter().zip(spots).map(|(text, spots)| written(text, spots, &placeholders)).collect()
}

/// Personal data by its tokens, and what makes two spellings of it one.
#[derive(Debug, Clone)]
struct Hit {
    kind: Kind,
    tokens: Range<usize>,
    value: String,
}

/// Personal data by the bytes of the text.
struct Spot {
    kind: Kind,
    at: Range<usize>,
    value: String,
}

/// Finds what the views still show, and collapses it in them. Whether there was any.
fn find_more(views: &mut [View], spots: &mut [Vec<Spot>], known: &mut Known) -> bool {
    let cut: Vec<Tokens> = views.iter().map(Tokens::of).collect();
    let mut chosen: Vec<Vec<Hit>> = Vec::with_capacity(cut.len());
    for (view, tokens) in views.iter().zip(&cut) {
        let mut hits = Vec::new();
        number::find(tokens, &mut hits);
        contact::find(view, tokens, &mut hits);
        address::find(tokens, &mut hits);
        name::find(tokens, &mut hits);
        chosen.push(disjoint(tokens, Vec::new(), hits));
    }
    for (tokens, hits) in cut.iter().zip(&chosen) {
        for hit in hits {
            known.learn(tokens, hit);
        }
    }
    let mut is_more = false;
    for (((view, tokens), spots), chosen) in views.iter_mut().zip(&cut).zip(spots).zip(chosen) {
        let mut elsewhere = Vec::new();
        known.find(tokens, &mut elsewhere);
        let hits = disjoint(tokens, chosen, elsewhere);
        is_more |= !hits.is_empty();
        let cells: Vec<Range<usize>> = hits.iter().map(|hit| tokens.cells(&hit.tokens)).collect();
        let found = hits.into_iter().zip(&cells);
        spots.extend(found.map(|(hit, cells)| Spot { kind: hit.kind, at: view.bytes(cells), value: hit.value }));
        view.collapse(cells.iter());
    }
    is_more
}

/// The hits that are kept, and of the others the longest that do not overlap: of equally long ones the more specific.
/// In the order of the text.
fn disjoint(tokens: &Tokens, mut kept: Vec<Hit>, mut others: Vec<Hit>) -> Vec<Hit> {
    let mut taken = vec![false; tokens.len()];
    for hit in &kept {
        taken[hit.tokens.clone()].fill(true);
    }
    others.sort_by_key(|hit| (Reverse(tokens.cells(&hit.tokens).len()), hit.kind, hit.tokens.start));
    for hit in others {
        if !taken[hit.tokens.clone()].contains(&true) {
            taken[hit.tokens.clone()].fill(true);
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| hit.tokens.start);
    kept
}

fn written(text: &str, spots: Vec<Spot>, placeholders: &Placeholders) -> Masked {
    let mut masked = Masked { text: String::with_capacity(text.len()), found: Vec::with_capacity(spots.len()) };
    let mut copied = 0;
    for spot in spots {
        masked.text += &text[copied..spot.at.start];
        masked.text += &placeholders.get(spot.kind, &spot.value);
        copied = spot.at.end;
        masked.found.push(Found { kind: spot.kind, at: spot.at });
    }
    masked.text += &text[copied..];
    masked
}
