//! A question as the retrievers see it: terms, glossary expansions, identifiers, and what must hold.

use super::{analyze, identifier};

/// What passages must satisfy before they are ranked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Tax years any of which a dated passage must hold for; empty: no filter. Undated passages pass.
    pub years: Vec<u16>,
    /// Jurisdiction that a passage must belong to; passages that name none pass.
    pub jurisdiction: Option<String>,
}

/// A question made ready for retrieval.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// As it is encoded.
    pub text: String,
    /// Its index terms, in order.
    pub terms: Vec<String>,
    /// Other ways to say parts of it.
    pub expansions: Vec<Expansion>,
    /// Its normalised identifiers.
    pub identifiers: Vec<String>,
    /// What passages must satisfy.
    pub filter: Filter,
}

/// A part of the question in other words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expansion {
    /// The question's terms that it stands for.
    pub of: Vec<String>,
    /// The terms it adds.
    pub terms: Vec<String>,
}

/// Groups of phrases that mean the same, as index terms.
#[derive(Debug, Clone, Default)]
pub struct Synonyms {
    groups: Vec<Vec<Vec<String>>>,
}

impl Synonyms {
    /// From groups of phrases as they are written.
    pub fn new<'p>(groups: impl IntoIterator<Item = Vec<&'p str>>) -> Self {
        let analysed = groups.into_iter().map(|group| {
            let mut phrases: Vec<Vec<String>> =
                group.into_iter().map(analyze::terms).filter(|t| !t.is_empty()).collect();
            phrases.dedup();
            phrases
        });
        Self { groups: analysed.collect() }
    }

    /// Whether these terms are one of the phrases.
    pub fn knows(&self, terms: &[String]) -> bool {
        self.groups.iter().flatten().any(|phrase| phrase == terms)
    }

    /// Whether two phrases mean the same.
    pub fn same_group(&self, one: &[String], other: &[String]) -> bool {
        let has = |group: &&Vec<Vec<String>>, terms: &[String]| group.iter().any(|phrase| phrase == terms);
        self.groups.iter().any(|group| has(&group, one) && has(&group, other))
    }

    /// Whether two phrases name things of one kind: of one group, or of groups that each have a phrase of several words
    /// ending in the same word (`health account`, `savings account`).
    pub fn same_kind(&self, one: &[String], other: &[String]) -> bool {
        let heads = |terms: &[String]| -> std::collections::BTreeSet<&String> {
            let own = self.groups.iter().filter(|group| group.iter().any(|phrase| phrase == terms));
            own.flatten().filter(|phrase| phrase.len() > 1).filter_map(|phrase| phrase.last()).collect()
        };
        self.same_group(one, other) || !heads(one).is_disjoint(&heads(other))
    }

    /// Every phrase that means the same as one that stands in these terms.
    pub fn meanings(&self, terms: &[String]) -> Vec<&Vec<Vec<String>>> {
        self.groups.iter().filter(|group| group.iter().any(|phrase| contains(terms, phrase))).collect()
    }

    /// What the groups add to a question of these terms.
    fn expand(&self, terms: &[String]) -> Vec<Expansion> {
        let mut expansions = Vec::new();
        for group in &self.groups {
            let Some(found) = group.iter().filter(|phrase| contains(terms, phrase)).max_by_key(|phrase| phrase.len())
            else {
                continue;
            };
            for other in group.iter().filter(|phrase| !contains(terms, phrase)) {
                let expansion = Expansion { of: found.clone(), terms: other.clone() };
                if !expansions.contains(&expansion) {
                    expansions.push(expansion);
                }
            }
        }
        expansions
    }
}

fn contains(terms: &[String], phrase: &[String]) -> bool {
    terms.windows(phrase.len().max(1)).any(|window| window == phrase)
}

impl Query {
    /// Analyses a question.
    pub fn new(text: &str, synonyms: &Synonyms, filter: Filter) -> Self {
        let mut terms = analyze::terms(text);
        let expansions = synonyms.expand(&terms);
        let mut seen = std::collections::HashSet::new();
        terms.retain(|term| seen.insert(term.clone()));
        Self { text: text.to_owned(), terms, expansions, identifiers: identifier::identifiers(text), filter }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abbreviation_brings_its_long_form_and_the_other_way_round() {
        let synonyms = Synonyms::new([vec!["earned income tax credit", "EITC", "EIC"]]);
        let short = Query::new("who gets the eitc?", &synonyms, Filter::default());
        assert!(short.expansions.iter().any(|e| e.terms == ["earn", "incom", "tax", "credit"]));
        let long = Query::new("earned income tax credit limits", &synonyms, Filter::default());
        assert!(long.expansions.iter().any(|e| e.terms == ["eitc"]));
    }
}
