//! What tells a claim that its source supports from one that it does not, as numbers for a small fitted model.

use super::{Knowledge, align::Alignment, polarity::Polarity, text::Text, words::Held};

/// The signals, in order.
pub const NAMES: [&str; 24] = [
    "cosine",
    "coverage by rarity",
    "coverage",
    "known words that the source has not",
    "the rarest of them",
    "words that nothing has",
    "names that the source has not",
    "words from the headings",
    "in order",
    "pairs in order",
    "words replaced",
    "sides exchanged",
    "figures misplaced",
    "length ratio",
    "source covered",
    "negations added",
    "negations dropped",
    "negations odd",
    "denials instead",
    "limits added",
    "limits dropped",
    "opposites",
    "bounds crossed",
    "choice added or left out",
];

/// What the signals are taken from.
pub struct Compared<'c> {
    /// The claim.
    pub claim: &'c Text,
    /// Its source.
    pub source: &'c Text,
    /// How the claim's words are held.
    pub held: &'c [Held],
    /// How they are laid along.
    pub alignment: &'c Alignment,
    /// How yes and no differ.
    pub polarity: &'c Polarity,
    /// Values of choices that one of the two names and the other does not.
    pub choices: usize,
}

/// The signals of a claim and its source.
pub fn signals(of: &Compared<'_>, knowledge: &Knowledge<'_>, cosine: f32) -> Vec<f32> {
    let rarest = (knowledge.idf)("");
    let content: Vec<(usize, f32)> = (0..of.claim.tokens.len())
        .filter(|at| of.claim.tokens[*at].is_content)
        .map(|at| (at, (knowledge.idf)(&of.claim.tokens[at].stem) / rarest))
        .collect();
    let total: f32 = content.iter().map(|(_, weight)| weight).sum();
    let share = |is: &dyn Fn(&Held) -> bool| {
        let held: f32 = content.iter().filter(|(at, _)| is(&of.held[*at])).map(|(_, weight)| weight).sum();
        if total > 0.0 { held / total } else { 1.0 }
    };
    let new: Vec<&(usize, f32)> = content.iter().filter(|(at, _)| of.held[*at] == Held::No).collect();
    let known = || new.iter().map(|(_, weight)| *weight).filter(|weight| *weight < 0.999);
    let names = new.iter().filter(|(at, _)| of.claim.tokens[*at].is_name).count();
    let used =
        |at: usize| of.held.iter().any(|held| matches!(held, Held::Word(own) | Held::Synonym(own) if *own == at));
    let theirs: Vec<usize> = (0..of.source.tokens.len()).filter(|at| of.source.tokens[*at].is_content).collect();
    let covered = theirs.iter().filter(|at| used(**at)).count() as f32 / theirs.len().max(1) as f32;
    let count = |n: usize| (n as f32).min(3.0);
    let odd = (of.polarity.added.len() + of.polarity.dropped.len()) % 2 == 1;
    vec![
        cosine,
        share(&|held| *held != Held::No),
        1.0 - new.len() as f32 / content.len().max(1) as f32,
        known().sum::<f32>(),
        known().fold(0.0, f32::max),
        count(new.iter().filter(|(_, weight)| *weight >= 0.999).count()),
        count(names),
        share(&|held| *held == Held::Around),
        of.alignment.in_order,
        of.alignment.pairs,
        count(of.alignment.replaced.len()),
        count(of.alignment.swapped.len()),
        count(of.alignment.misplaced.len()),
        (of.claim.tokens.len().max(1) as f32 / of.source.tokens.len().max(1) as f32).ln(),
        covered,
        count(of.polarity.added.len()),
        count(of.polarity.dropped.len()),
        f32::from(u8::from(odd)),
        if odd { count(of.polarity.denials) } else { 0.0 },
        count(of.polarity.limits_added.len()),
        count(of.polarity.limits_dropped.len()),
        count(of.polarity.opposites.len()),
        count(of.polarity.bounds.len()),
        count(of.choices),
    ]
}
