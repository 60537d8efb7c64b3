//! What tells a claim that its source supports from one that it does not, as numbers for a small fitted model.

use super::{Knowledge, align::Alignment, light::is_light, polarity::Polarity, text::Text, words::Held};

/// The signals, in order.
pub const NAMES: [&str; 24] = [
    "cosine",
    "new words",
    "new words × how common in the corpus",
    "words from the headings",
    "in order",
    "words replaced",
    "words replaced × in order",
    "words put in × in order",
    "roles",
    "agents",
    "figures misplaced",
    "figures in another's place",
    "length ratio",
    "source covered",
    "negation in one only",
    "negation in one only × in order",
    "negations turned",
    "limits in one only × in order",
    "pairs in order",
    "whatever the case in one only",
    "opposites",
    "opposites × in order",
    "bounds crossed",
    "phrases swapped × in order",
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
    let is_new = |(at, _): &&(usize, f32)| of.held[*at] == Held::No && !is_light(&of.claim.tokens[*at].stem);
    let new: Vec<&(usize, f32)> = content.iter().filter(is_new).collect();
    let common: f32 = new.iter().map(|(_, weight)| 1.0 - weight).sum();
    let used =
        |at: usize| of.held.iter().any(|held| matches!(held, Held::Word(own) | Held::Synonym(own) if *own == at));
    let theirs: Vec<usize> = (0..of.source.tokens.len()).filter(|at| of.source.tokens[*at].is_content).collect();
    let covered = theirs.iter().filter(|at| used(**at)).count() as f32 / theirs.len().max(1) as f32;
    let count = |n: usize| (n as f32).min(3.0);
    let (polarity, alignment) = (of.polarity, of.alignment);
    let denied = polarity.added.len() + polarity.dropped.len();
    let limits = polarity.limits_added.len() + polarity.limits_dropped.len();
    let denied = count(denied) * if polarity.denials > 0 { DOUBT } else { 1.0 }
        + LOOSE * count(polarity.loose)
        + count(polarity.deniers.len()) * alignment.in_order.powi(2);
    let opposites = count(polarity.opposites.len());
    vec![
        cosine,
        count(new.len()),
        common.min(3.0),
        share(&|held| *held == Held::Around),
        alignment.in_order,
        count(alignment.replaced.len()),
        count(alignment.replaced.len()) * (alignment.in_order - 0.5).max(0.0),
        count(alignment.inserted) * (alignment.in_order - 0.5).max(0.0),
        count(alignment.roles.len()),
        alignment.agents,
        count(alignment.misplaced.len()),
        count(alignment.refigured.len()),
        (of.claim.tokens.len().max(1) as f32 / of.source.tokens.len().max(1) as f32).ln(),
        covered,
        denied,
        denied * alignment.in_order.powi(2),
        count(polarity.turned.len()),
        count(limits) * alignment.in_order,
        alignment.pairs,
        polarity.conceded,
        opposites,
        opposites * alignment.in_order.powi(2),
        count(polarity.bounds.len() + alignment.exchanged.len()),
        count(alignment.swapped.len()).min(1.0) * (alignment.in_order - 0.5).max(0.0),
    ]
}
