//! A query as Postgres is asked it, and what the lexemes that come back score.
//! Pure: knows the statistics; asks no server.

use std::{borrow::Cow, cmp::Reverse, collections::BTreeSet};

use super::{
    lexeme::{stored, within},
    score,
    statistics::Statistics,
    wire::{Found, quoted},
};
use crate::index::{
    Query,
    clause::{Field, clauses},
};

/// A query, made ready.
#[derive(Debug)]
pub struct Search {
    /// Matches every passage that scores anything: a `tsquery`.
    pub matching: String,
    /// Every lexeme that scores depend on, sorted.
    pub lexemes: Vec<String>,
    clauses: Vec<Weighed>,
}

/// A clause with its weight in this index.
#[derive(Debug)]
struct Weighed {
    field: Field,
    /// Its terms' places in [`Search::lexemes`].
    lexemes: Vec<usize>,
    weight: f32,
}

impl Search {
    /// Makes a query ready; `None` where no passage can match it.
    pub fn new(query: &Query, statistics: &Statistics) -> Option<Self> {
        let mut clauses = clauses(query);
        clauses.retain(|clause| clause.terms.iter().all(|term| statistics.frequency(clause.field, term) > 0));
        let rows: BTreeSet<Vec<Cow<'_, str>>> =
            clauses.iter().map(|clause| clause.terms.iter().map(|term| stored(term)).collect()).collect();
        let lexemes: BTreeSet<&str> = rows.iter().flatten().map(AsRef::as_ref).collect();
        let lexemes: Vec<String> = lexemes.into_iter().map(str::to_owned).collect();
        let place = |term: &String| lexemes.binary_search_by(|known| known.as_str().cmp(&stored(term))).ok();
        let weighed = clauses.iter().map(|clause| {
            let idfs = clause.terms.iter().map(|term| statistics.idf(clause.field, term)).sum();
            let lexemes = clause.terms.iter().filter_map(place).collect();
            Weighed { field: clause.field, lexemes, weight: score::weight(idfs, clause.boost) }
        });
        let clauses = weighed.collect();
        (!rows.is_empty()).then(|| Self { matching: matching(&rows, statistics), clauses, lexemes })
    }

    /// What a passage scores in which these lexemes were found and whose fields are so long; `None` if it matches no
    /// clause.
    pub fn score(&self, statistics: &Statistics, norms: [u8; 5], found: &Found<'_>) -> Option<f32> {
        let mut positions: Vec<&[u16]> = vec![&[]; self.lexemes.len()];
        for (lexeme, at) in &found.0 {
            if let Ok(place) = self.lexemes.binary_search_by(|known| known.as_str().cmp(lexeme)) {
                positions[place] = at;
            }
        }
        let scores = self.clauses.iter().filter_map(|clause| {
            let own = |place: &usize| within(clause.field, positions[*place]);
            // Most clauses match nothing, and most that do are one term.
            let occurrences = match clause.lexemes.as_slice() {
                [] => 0,
                [first, ..] if positions[*first].is_empty() => 0,
                [one] => own(one).len(),
                several => score::in_a_row(&several.iter().map(own).collect::<Vec<_>>()),
            };
            let norm = norms[clause.field.number()];
            (occurrences > 0).then(|| statistics.lengths(clause.field).score(clause.weight, norm, occurrences))
        });
        scores.reduce(|sum, score| sum + score)
    }
}

/// Any of these rows of lexemes, the most frequent first: that one holds is often known at once, and the others are not
/// looked for. A row of which one lexeme alone will do is left out.
fn matching(rows: &BTreeSet<Vec<Cow<'_, str>>>, statistics: &Statistics) -> String {
    let alone_will_do = |lexeme: &Cow<'_, str>| rows.contains(std::slice::from_ref(lexeme));
    let mut needed: Vec<_> = rows.iter().filter(|row| row.len() == 1 || !row.iter().any(alone_will_do)).collect();
    let most = |lexeme: &str| Field::ALL.map(|field| statistics.frequency(field, lexeme)).into_iter().max();
    needed.sort_by_key(|row| (row.len(), Reverse(most(&row[0]))));
    let written = |row: &Vec<Cow<'_, str>>| row.iter().map(|lexeme| quoted(lexeme)).collect::<Vec<_>>().join(" <-> ");
    needed.into_iter().map(written).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Expansion;

    fn statistics() -> Statistics {
        let held = [
            ("earn", [0, 0, 0, 2, 0]),
            ("incom", [0, 0, 0, 5, 0]),
            ("tax", [0, 0, 1, 9, 0]),
            ("credit", [0, 0, 1, 0, 0]),
            ("1040", [0, 0, 0, 0, 1]),
        ];
        Statistics::new(10, [10, 10, 10, 100, 10], held.map(|(lexeme, fields)| (lexeme.into(), fields)))
    }

    fn query(terms: &[&str], expansion: &[&str]) -> Query {
        let owned = |terms: &[&str]| terms.iter().map(|term| (*term).to_owned()).collect::<Vec<_>>();
        Query {
            terms: owned(terms),
            expansions: vec![Expansion { of: Vec::new(), terms: owned(expansion) }],
            identifiers: owned(&["1040", "8863"]),
            ..Query::default()
        }
    }

    #[test]
    fn only_what_the_index_holds_is_looked_for_and_rows_only_where_no_term_of_them_is() {
        let search = Search::new(&query(&["tax", "credit"], &["earn", "incom"]), &statistics()).unwrap();
        assert_eq!(search.matching, "'tax' | '1040' | 'credit' | 'earn' <-> 'incom'");
        assert_eq!(search.lexemes, ["1040", "credit", "earn", "incom", "tax"]);
        let search = Search::new(&query(&["earn", "nothing"], &["earn", "incom"]), &statistics()).unwrap();
        assert_eq!(search.matching, "'earn' | '1040'");
        assert!(Search::new(&Query::default(), &statistics()).is_none());
    }

    #[test]
    fn a_passage_without_a_clause_has_no_score_and_terms_in_a_row_count_more_than_apart() {
        let statistics = statistics();
        let search = Search::new(&query(&["tax", "credit"], &["earn", "incom"]), &statistics).unwrap();
        let score = |found| search.score(&statistics, [1; 5], &Found(found));
        assert_eq!(score(vec![("earn", vec![4001]), ("incom", vec![4003])]), None);
        assert_eq!(score(vec![("tax", vec![1, 1001])]), None, "neither title nor path of headings holds it anywhere");
        assert!(score(vec![("earn", vec![4001]), ("incom", vec![4002])]).is_some());
        let (one, apart) = (score(vec![("tax", vec![3001])]), score(vec![("tax", vec![3001]), ("credit", vec![3003])]));
        assert!(score(vec![("tax", vec![3001]), ("credit", vec![3002])]) > apart && apart > one);
    }
}
