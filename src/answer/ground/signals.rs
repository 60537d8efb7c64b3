//! What tells a claim that its source supports from one that it does not, as numbers for a small fitted model.

use super::{Knowledge, align::Alignment, polarity::Polarity, text::Text, words::Held};

/// The signals, in order.
pub const NAMES: [&str; 15] = [
    "cosine",
    "coverage by rarity",
    "words that nothing has",
    "words from the headings",
    "in order",
    "words replaced",
    "words replaced × in order",
    "roles",
    "figures misplaced",
    "length ratio",
    "source covered",
    "negation in one only",
    "limits in one only × in order",
    "choice added or left out",
    "pairs in order",
];

/// What a negation counts where the other text may deny in another way; set by judgement, as is the next.
const DOUBT: f32 = 0.3;

/// What two negations count that reach different words.
const LOOSE: f32 = 0.3;

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
    let used =
        |at: usize| of.held.iter().any(|held| matches!(held, Held::Word(own) | Held::Synonym(own) if *own == at));
    let theirs: Vec<usize> = (0..of.source.tokens.len()).filter(|at| of.source.tokens[*at].is_content).collect();
    let covered = theirs.iter().filter(|at| used(**at)).count() as f32 / theirs.len().max(1) as f32;
    let count = |n: usize| (n as f32).min(3.0);
    let (polarity, alignment) = (of.polarity, of.alignment);
    let denied = polarity.added.len() + polarity.dropped.len();
    let limits = polarity.limits_added.len() + polarity.limits_dropped.len();
    vec![
        cosine,
        share(&|held| *held != Held::No),
        count(new.iter().filter(|(_, weight)| *weight >= 0.999).count()),
        share(&|held| *held == Held::Around),
        alignment.in_order,
        count(alignment.replaced.len()),
        count(alignment.replaced.len()) * (alignment.in_order - 0.5).max(0.0),
        count(alignment.roles.len()),
        count(alignment.misplaced.len()),
        (of.claim.tokens.len().max(1) as f32 / of.source.tokens.len().max(1) as f32).ln(),
        covered,
        count(denied) * if polarity.denials > 0 { DOUBT } else { 1.0 }
            + LOOSE * count(polarity.loose)
            + count(polarity.deniers.len()) * alignment.in_order.powi(2),
        count(limits) * alignment.in_order,
        count(of.choices),
        alignment.pairs,
    ]
}
