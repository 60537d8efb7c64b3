//! Whether a sentence that a language model wrote is supported by what it cites. Compares texts only: it finds no
//! sources, runs no model (how near the encoder puts the two is a parameter), and knows no word of any domain: names for
//! the same thing and the values of choices come from the pack.

pub mod align;
mod bounds;
pub mod choices;
mod concession;
pub mod figures;
pub mod guard;
mod light;
mod limits;
mod opposites;
mod places;
pub mod polarity;
pub mod quantity;
mod roles;
pub mod signals;
pub mod text;
mod thesaurus;
mod turned;
pub mod words;

use std::sync::LazyLock;

use choices::Choice;
pub use guard::{UnsupportedFigure, figures_supported};
use serde::{Deserialize, Serialize};
use text::Text;
use words::Held;

use crate::{index::Synonyms, router::logistic::Logistic};

/// What the pack and its corpus know of words.
#[derive(Clone, Copy)]
pub struct Knowledge<'k> {
    /// Phrases that mean the same.
    pub synonyms: &'k Synonyms,
    /// The choices with their values and the phrases that name them.
    pub choices: &'k [&'k Choice],
    /// How rare a term is in the corpus; that of the empty term is that of terms which it does not have.
    pub idf: &'k dyn Fn(&str) -> f32,
}

/// A sentence to be supported.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    text: Text,
}

impl Claim {
    /// Reads a sentence.
    pub fn new(sentence: &str) -> Self {
        Self { text: Text::new(sentence) }
    }
}

/// A unit of a passage, or neighbouring ones, with what holds for it from around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    text: Text,
    around: Text,
    /// The years it states or, where it states none, those of its headings, else those it is known to hold for.
    years: Vec<u16>,
}

impl Source {
    /// Reads a unit: its text (a row verbalised), its document's title and headings, and the years that its passage holds
    /// for.
    pub fn new(unit: &str, around: &str, years: &[u16]) -> Self {
        let mut stated = figures::years(unit);
        if stated.is_empty() {
            stated = figures::years(around);
            stated.extend(years);
        }
        Self { text: Text::new(unit), around: Text::new(around), years: stated }
    }
}

/// Why a claim is not supported.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "fault", rename_all = "kebab-case")]
pub enum Fault {
    /// A number with its unit that the source does not state.
    Figure {
        /// As the claim writes it.
        stated: String,
    },
    /// A date that it does not state.
    Date {
        /// As the claim writes it.
        stated: String,
    },
    /// A form or section that it does not name.
    Name {
        /// As the claim writes it.
        stated: String,
    },
    /// A year that it is not about, or that it has another figure for.
    Year {
        /// The claim's.
        stated: String,
    },
    /// A value of a choice that it is not about, or that it has another figure for.
    Choice {
        /// The claim's.
        value: String,
    },
    /// A negation in one of the two.
    Negation {
        /// The word that denies or, left out, would.
        word: String,
    },
    /// `only`, `unless` and the like in one of the two.
    Limit {
        /// The word.
        word: String,
    },
    /// The opposite of what the source says.
    Opposite {
        /// The claim's word.
        claim: String,
        /// The source's.
        source: String,
    },
    /// A figure that bounds from the other side, or of something else.
    Bound {
        /// As the claim writes it.
        stated: String,
    },
    /// Something that the source does not speak of.
    Word {
        /// The word.
        word: String,
    },
    /// Two things in each other's place.
    Swap {
        /// The word that they stand around.
        around: String,
    },
    /// All in all too far from it.
    Wording {
        /// That it is supported.
        probability: f32,
    },
}

/// What came of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The source says it.
    Supported {
        /// How probable that is.
        probability: f32,
    },
    /// It does not, or not clearly enough.
    Unsupported(Vec<Fault>),
}

/// The fitted model over the signals, and where it says yes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// What it was fitted on, for people.
    pub learnt_on: String,
    /// Below this probability a claim is not supported.
    pub bar: f32,
    /// Over [`signals::NAMES`].
    pub model: Logistic,
}

static BUILT_IN: LazyLock<Fitted> = LazyLock::new(|| {
    serde_json::from_str(include_str!("ground/fitted.json")).expect("the file is part of the program")
});

impl Fitted {
    /// The numbers that come with the program.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }
}

/// A claim beside its source: the faults that decide alone, and the signals for the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// Faults of which one suffices.
    pub certain: Vec<Fault>,
    /// Faults that count as signals.
    pub doubtful: Vec<Fault>,
    /// In the order of [`signals::NAMES`].
    pub signals: Vec<f32>,
}

/// Whether a source supports a claim. `cosine` is that of their vectors.
pub fn judge(claim: &Claim, source: &Source, knowledge: &Knowledge<'_>, cosine: f32) -> Verdict {
    let fitted = Fitted::built_in();
    let Findings { certain: mut faults, doubtful, signals } = compare(claim, source, knowledge, cosine);
    let probability = fitted.model.probability(&signals);
    if faults.is_empty() && probability >= fitted.bar {
        return Verdict::Supported { probability };
    }
    if probability < fitted.bar {
        faults.extend(doubtful);
        faults.push(Fault::Wording { probability });
    }
    Verdict::Unsupported(faults)
}

/// The source that supports a claim best, by its place, or what is wrong with the claim beside the one that comes nearest;
/// none of none. Each comes with its cosine. Give single units before pairs of neighbours: of equals the first is taken.
pub fn judge_best(claim: &Claim, sources: &[(Source, f32)], knowledge: &Knowledge<'_>) -> Option<(usize, Verdict)> {
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Supported { probability } => (true, *probability),
        Verdict::Unsupported(faults) => (false, -(faults.len() as f32)),
    };
    let judged = sources.iter().map(|(source, cosine)| judge(claim, source, knowledge, *cosine)).enumerate();
    judged.reduce(|best, next| {
        let (a, b) = (rank(&best.1), rank(&next.1));
        if b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).is_gt() { next } else { best }
    })
}

/// Compares a claim with a source, without a decision.
pub fn compare(claim: &Claim, source: &Source, knowledge: &Knowledge<'_>, cosine: f32) -> Findings {
    let mut certain: Vec<Fault> =
        guard::unsupported(claim, source, knowledge).into_iter().map(|(_, fault)| fault).collect();
    let (own, theirs) = (&claim.text, &source.text);
    let mut held = words::held(own, theirs, &source.around, knowledge.synonyms);
    for choice in knowledge.choices {
        // A value that both name is not new, whichever of its phrases each takes.
        for at in choices::places(own, choice, &choices::named(theirs, choice)) {
            if held[at] == Held::No {
                held[at] = Held::Around;
            }
        }
    }
    let alignment = align::align(own, theirs, &held);
    let polarity = polarity::compare(own, theirs, &held);
    for choice in knowledge.choices {
        let (stated, around) = (choices::named(own, choice), choices::named(&source.around, choice));
        let known = choices::named(theirs, choice);
        let new: Vec<&String> = stated
            .iter()
            .filter(|value| {
                !known.contains(*value) && !around.contains(*value) && !choices::hints_at(theirs, choice, value)
            })
            .collect();
        let left_out = known.difference(&stated).count();
        match new.first() {
            // `unless you file jointly` says it of the others.
            Some(value) if !is_excepted(own) && (left_out > 0 || !around.is_empty()) => {
                certain.push(Fault::Choice { value: (*value).clone() });
            }
            _ => {}
        }
    }
    let names = words::unknown_names(own, &held, &[theirs, &source.around]);
    certain.extend(names.into_iter().map(|stated| Fault::Name { stated }));
    certain.dedup();
    let compared =
        signals::Compared { claim: own, source: theirs, held: &held, alignment: &alignment, polarity: &polarity };
    let signals = signals::signals(&compared, knowledge, cosine);
    Findings { certain, doubtful: doubtful(&compared), signals }
}

fn is_excepted(claim: &Text) -> bool {
    claim.tokens.iter().any(|token| token.is_in(&["except", "unless", "neither", "nor"]))
}

fn doubtful(of: &signals::Compared<'_>) -> Vec<Fault> {
    let polarity = of.polarity;
    let negations = polarity.added.iter().chain(&polarity.dropped).chain(&polarity.turned);
    let negations = negations.map(|word| Fault::Negation { word: word.clone() });
    let limits =
        polarity.limits_added.iter().chain(&polarity.limits_dropped).map(|word| Fault::Limit { word: word.clone() });
    let opposite =
        |(claim, source): &(String, String)| Fault::Opposite { claim: claim.clone(), source: source.clone() };
    let opposites = polarity.opposites.iter().map(opposite);
    let bounds = polarity
        .bounds
        .iter()
        .chain(&of.alignment.exchanged)
        .chain(&of.alignment.misplaced)
        .chain(&of.alignment.refigured);
    let bounds = bounds.map(|stated| Fault::Bound { stated: stated.clone() });
    let swaps = of.alignment.reversed.iter().chain(&of.alignment.swapped);
    let swaps = swaps.map(|around| Fault::Swap { around: around.clone() });
    let new = of.claim.tokens.iter().zip(of.held).filter(|(token, held)| token.is_content && **held == Held::No);
    let words = new.map(|(token, _)| Fault::Word { word: token.word.clone() });
    negations.chain(limits).chain(opposites).chain(bounds).chain(swaps).chain(words).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const SOURCE: &str = "For tax year 2025, the fee is $50 for a single filer, and it is not refundable.";

    fn judged(claim: &str, source: &str, cosine: f32) -> Verdict {
        let statuses =
            BTreeMap::from([("single".to_owned(), vec![]), ("married".to_owned(), vec!["couple".to_owned()])]);
        let synonyms = Synonyms::default();
        let knowledge = Knowledge { synonyms: &synonyms, choices: &[&statuses], idf: &|_| 1.0 };
        judge(&Claim::new(claim), &Source::new(source, "The fee", &[2025]), &knowledge, cosine)
    }

    fn is_supported(claim: &str, source: &str, cosine: f32) -> bool {
        matches!(judged(claim, source, cosine), Verdict::Supported { .. })
    }

    #[test]
    fn a_copy_and_a_paraphrase_are_supported() {
        assert!(is_supported(SOURCE, SOURCE, 1.0));
        assert!(is_supported("A single filer pays $50 in 2025, and you can't get it back as a refund.", SOURCE, 0.85));
    }

    #[test]
    fn each_kind_of_invention_has_its_fault() {
        for (claim, is) in [
            (
                "For 2025, the fee is $60 for a single filer.",
                &(|f: &Fault| matches!(f, Fault::Figure { .. })) as &dyn Fn(&_) -> _,
            ),
            ("For 2024, the fee is $50 for a single filer.", &|f| matches!(f, Fault::Year { .. })),
            ("For 2025, the fee is $50 for a couple.", &|f| matches!(f, Fault::Choice { .. })),
            ("For 2025, the fee is $50 on Form 1040.", &|f| matches!(f, Fault::Name { .. })),
            ("The fee of $50 is due by May 1, 2025.", &|f| matches!(f, Fault::Date { .. })),
            ("The fee of $50 goes to the IRS.", &|f| matches!(f, Fault::Name { .. })),
            ("For tax year 2025, the fee is $50 for a single filer, and it is refundable.", &|f| {
                matches!(f, Fault::Negation { .. })
            }),
        ] {
            let Verdict::Unsupported(faults) = judged(claim, SOURCE, 0.95) else { panic!("{claim} is supported") };
            assert!(faults.iter().any(is), "{claim}: {faults:?}");
        }
    }

    #[test]
    fn the_source_that_supports_is_found_among_others() {
        let knowledge = Knowledge { synonyms: &Synonyms::default(), choices: &[], idf: &|_| 1.0 };
        let sources = ["The fee is $50.", "The fine is $70."].map(|text| (Source::new(text, "", &[]), 0.9));
        let best = judge_best(&Claim::new("The fine is $70."), &sources, &knowledge);
        assert!(matches!(best, Some((1, Verdict::Supported { .. }))), "{best:?}");
        assert_eq!(judge_best(&Claim::new("The fine is $70."), &[], &knowledge), None);
    }

    #[test]
    fn what_the_source_does_not_speak_of_is_not_supported() {
        assert!(!is_supported("Penguins swim faster than most fish.", SOURCE, 0.05));
    }
}
