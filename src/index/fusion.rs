//! Two rankings into one. Knows scores; does not know what produced them.
//!
//! A convex combination of the BM25 score, as a share of the best one, and the cosine (Bruch et al. 2023,
//! "An Analysis of Fusion Functions for Hybrid Retrieval"). On the IRS index entries it beats either
//! retriever alone and reciprocal rank fusion: `tests/reference/irs_retrieval.py`, figures in ARCHITECTURE.md.

use super::{Bm25, Cosine, Hit, Index, Query, Retriever, Similarities};
use crate::error::Result;

/// The weight of the cosine against BM25: the best of 0.35, 0.5, 0.65 and 0.8 on every other IRS query.
const DENSE_WEIGHT: f32 = 0.8;
/// How many passages each retriever brings to the fusion.
const DEPTH: usize = 100;

/// Which rankings count; one alone serves for comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Retrieval {
    /// Both, fused.
    #[default]
    Fused,
    /// BM25 alone.
    Lexical,
    /// Vectors alone.
    Dense,
}

/// The passages for a query, best first.
pub fn search(
    index: &Index,
    query: &Query,
    similarities: &Similarities,
    retrieval: Retrieval,
    limit: usize,
) -> Result<Vec<Hit>> {
    let lexical =
        if retrieval == Retrieval::Dense { Vec::new() } else { index.lexical().retrieve(query, DEPTH.max(limit))? };
    let mut dense: Vec<(usize, Cosine)> = Vec::new();
    if retrieval != Retrieval::Lexical && !similarities.is_empty() {
        let admitted = index.candidates(similarities, &query.filter);
        dense = admitted.into_iter().map(|p| (p, passage_similarity(index, similarities, p))).collect();
        dense.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
        dense.truncate(DEPTH.max(limit));
    }
    let similarity = |passage| (!similarities.is_empty()).then(|| passage_similarity(index, similarities, passage));
    Ok(fuse(&lexical, &dense, &similarity, limit))
}

/// A passage is as near as its whole, lifted by its nearest part: a question may match one sentence of it
/// or its heading.
fn passage_similarity(index: &Index, similarities: &Similarities, passage: usize) -> Cosine {
    let whole = index.passage_cosine(similarities, passage).0;
    let units = index.passages()[passage].units.len();
    let nearest = (0..units)
        .map(|unit| index.unit_cosine(similarities, passage, unit).0)
        .fold(index.heading_cosine(similarities, passage).0, f32::max);
    Cosine(0.5 * whole + 0.5 * nearest)
}

/// Fuses two ranked lists; `similarity` gives the cosine of passages that only the first one holds.
/// The order of the inputs' entries does not matter; ties go to the lower passage number.
fn fuse(
    lexical: &[(usize, Bm25)],
    dense: &[(usize, Cosine)],
    similarity: &dyn Fn(usize) -> Option<Cosine>,
    limit: usize,
) -> Vec<Hit> {
    let best = lexical.iter().map(|(_, score)| score.0).fold(f32::EPSILON, f32::max);
    let mut found: std::collections::BTreeMap<usize, (Option<Bm25>, Option<Cosine>)> = lexical
        .iter()
        .map(|(passage, score)| (*passage, (Some(*score), if dense.is_empty() { None } else { similarity(*passage) })))
        .collect();
    for (passage, cosine) in dense {
        found.entry(*passage).or_default().1 = Some(*cosine);
    }
    let weight = match (lexical.is_empty(), dense.is_empty()) {
        (_, true) => 0.0,
        (true, false) => 1.0,
        (false, false) => DENSE_WEIGHT,
    };
    let mut hits: Vec<Hit> = found
        .into_iter()
        .map(|(passage, (lexical, dense))| {
            let bm25 = lexical.map_or(0.0, |s| s.0 / best);
            let cosine = dense.map_or(0.0, |c| c.0.max(0.0));
            Hit { passage, rank: 0, lexical, dense, score: (1.0 - weight) * bm25 + weight * cosine }
        })
        .collect();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage)));
    hits.truncate(limit);
    for (at, hit) in hits.iter_mut().enumerate() {
        hit.rank = at + 1;
    }
    hits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn fusion_ignores_input_order(scores in proptest::collection::vec((0_usize..50, 0.0_f32..9.0, -1.0_f32..1.0), 0..40), limit in 1_usize..20) {
            let mut seen = std::collections::BTreeSet::new();
            let rows: Vec<_> = scores.into_iter().filter(|(p, ..)| seen.insert(*p)).collect();
            let lexical: Vec<_> = rows.iter().map(|(p, s, _)| (*p, Bm25(*s))).collect();
            let dense: Vec<_> = rows.iter().map(|(p, _, c)| (*p, Cosine(*c))).collect();
            let reversed: (Vec<_>, Vec<_>) = (lexical.iter().rev().copied().collect(), dense.iter().rev().copied().collect());
            let none = |_| None;
            prop_assert_eq!(fuse(&lexical, &dense, &none, limit), fuse(&reversed.0, &reversed.1, &none, limit));
        }
    }

    #[test]
    fn a_passage_that_both_find_beats_one_that_either_finds() {
        let hits =
            fuse(&[(1, Bm25(5.0)), (2, Bm25(5.0))], &[(2, Cosine(0.8)), (3, Cosine(0.8))], &|_| Some(Cosine(0.1)), 3);
        assert_eq!(hits[0].passage, 2);
        assert_eq!(hits.iter().map(|h| h.rank).collect::<Vec<_>>(), [1, 2, 3]);
    }
}
