//! What BM25 looks for and where: the fields of a passage, their weights, and the clauses of a query.
//! Every lexical retriever asks here, so that one query means the same to each; none is named.

use super::{Query, analyze, identifier};
use crate::corpus::{Document, Passage};

/// What a glossary expansion counts against the words that were typed; chosen by hand.
const EXPANSION: f32 = 0.6;
/// Two neighbouring terms of the question that are neighbours in the passage's own heading.
const HEADING_PAIR: f32 = 0.3;

/// A field of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The document's title.
    Title,
    /// All headings on the path to the passage.
    Headings,
    /// The passage's own heading, the last of its path, which `Headings` counts as well.
    Heading,
    /// What is searched of the passage's text.
    Body,
    /// Normalised identifiers of headings and text.
    Identifiers,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 5] = [Self::Title, Self::Headings, Self::Heading, Self::Body, Self::Identifiers];
    /// Those that hold words.
    const WORDS: [Self; 4] = [Self::Title, Self::Headings, Self::Heading, Self::Body];

    /// Its place in [`Field::ALL`].
    pub fn number(self) -> usize {
        self as usize
    }

    /// Its weight, chosen on every other IRS query in English and in Korean (`tests/reference/irs_retrieval.py`); the
    /// weights of body and identifiers were not searched for.
    fn weight(self) -> f32 {
        match self {
            Self::Title => 0.2,
            Self::Headings => 0.6,
            Self::Heading => 0.4,
            Self::Body | Self::Identifiers => 1.0,
        }
    }
}

/// A term of a field, or terms in a row, and what finding them counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clause<'q> {
    /// Where.
    pub field: Field,
    /// What, at least one.
    pub terms: &'q [String],
    /// How much it counts.
    pub boost: f32,
}

/// What a passage may match, each for itself.
pub fn clauses(query: &Query) -> Vec<Clause<'_>> {
    let anywhere = |terms, weight| Field::WORDS.map(|field| Clause { field, terms, boost: field.weight() * weight });
    let words = query.terms.iter().flat_map(|term| anywhere(std::slice::from_ref(term), 1.0));
    let pairs = query.terms.windows(2).map(|terms| Clause { field: Field::Heading, terms, boost: HEADING_PAIR });
    let expansions = query.expansions.iter().filter(|expansion| !expansion.terms.is_empty());
    let expansions = expansions.flat_map(|expansion| anywhere(&expansion.terms, EXPANSION));
    let identifiers = query.identifiers.iter().map(|identifier| Clause {
        field: Field::Identifiers,
        terms: std::slice::from_ref(identifier),
        boost: Field::Identifiers.weight(),
    });
    words.chain(pairs).chain(expansions).chain(identifiers).collect()
}

/// The terms of each field of a passage, in the order of [`Field::ALL`].
pub fn fields(passage: &Passage, document: &Document) -> [Vec<String>; 5] {
    let text = passage.search_text();
    let headings = passage.heading_path.join(" ");
    let heading = passage.heading_path.last().map_or(document.title.as_str(), String::as_str);
    [
        analyze::terms(&document.title),
        analyze::terms(&headings),
        analyze::terms(heading),
        analyze::terms(&text),
        identifier::identifiers(&format!("{headings}\n{text}")),
    ]
}
