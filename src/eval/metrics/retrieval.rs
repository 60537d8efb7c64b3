//! How well a ranked list finds what is relevant. Knows ids and grades; not whether an id is a passage or a document.
//!
//! Everything is as `trec_eval` has it, with three rules on top. An id that stands twice in a ranking counts at its
//! first place only, and those below it move up. An id without a grade is not relevant, as one of grade 0. Where
//! nothing is relevant no ranking could be right, and every measure is `None` (`trec_eval` says 0).

use std::collections::{BTreeMap, BTreeSet};

/// The share of relevant ids among the first `k` (`trec_eval`'s `recall.k`).
pub fn recall_at<T: Ord>(ranked: &[T], grades: &BTreeMap<T, u32>, k: usize) -> Option<f64> {
    let relevant = relevant(grades)?;
    Some(found(ranked, grades, k) as f64 / relevant as f64)
}

/// The share of the first `k` places that hold a relevant id (`trec_eval`'s `P.k`): a shorter list leaves places empty.
pub fn precision_at<T: Ord>(ranked: &[T], grades: &BTreeMap<T, u32>, k: usize) -> Option<f64> {
    relevant(grades)?;
    Some(found(ranked, grades, k) as f64 / k as f64)
}

/// One over the rank of the first relevant id, 0 when none is among the first `k` (`trec_eval`'s `recip_rank`, cut as
/// MS MARCO's `MRR@10` is).
pub fn reciprocal_rank_at<T: Ord>(ranked: &[T], grades: &BTreeMap<T, u32>, k: usize) -> Option<f64> {
    relevant(grades)?;
    let first = graded(ranked, grades, k).position(|grade| grade > 0);
    Some(first.map_or(0.0, |at| 1.0 / (at + 1) as f64))
}

/// The normalised discounted cumulative gain (Järvelin & Kekäläinen 2002) as `trec_eval`'s `ndcg_cut.k` computes it:
/// an id's gain is its grade, discounted by log₂(rank + 1), over the gain of the best list of the graded ids.
pub fn ndcg_at<T: Ord>(ranked: &[T], grades: &BTreeMap<T, u32>, k: usize) -> Option<f64> {
    relevant(grades)?;
    let mut ideal: Vec<u32> = grades.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    Some(gain(graded(ranked, grades, k)) / gain(ideal.into_iter().take(k)))
}

/// How many ids are relevant; `None` for none.
fn relevant<T>(grades: &BTreeMap<T, u32>) -> Option<usize> {
    let count = grades.values().filter(|&&grade| grade > 0).count();
    (count > 0).then_some(count)
}

/// How many of the first `k` are relevant.
fn found<T: Ord>(ranked: &[T], grades: &BTreeMap<T, u32>, k: usize) -> usize {
    graded(ranked, grades, k).filter(|&grade| grade > 0).count()
}

/// The grades of the first `k` different ids, in rank order.
fn graded<T: Ord>(ranked: &[T], grades: &BTreeMap<T, u32>, k: usize) -> impl Iterator<Item = u32> {
    assert!(k > 0, "a ranking is looked at from its first place on");
    let mut seen = BTreeSet::new();
    ranked.iter().filter(move |&id| seen.insert(id)).take(k).map(|id| grades.get(id).copied().unwrap_or(0))
}

fn gain(grades: impl Iterator<Item = u32>) -> f64 {
    grades.enumerate().map(|(at, grade)| f64::from(grade) / ((at + 2) as f64).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_stands_twice_counts_once_and_the_rest_moves_up() {
        let grades = BTreeMap::from([("a", 1), ("b", 1)]);
        assert_eq!(recall_at(&["x", "x", "a", "a", "b"], &grades, 2), Some(0.5));
        assert_eq!(precision_at(&["a", "a"], &grades, 2), Some(0.5));
        assert_eq!(reciprocal_rank_at(&["x", "x", "a"], &grades, 2), Some(0.5));
        assert_eq!(ndcg_at(&["a", "a", "b"], &grades, 2), Some(1.0));
    }

    #[test]
    fn where_nothing_is_relevant_nothing_is_measured() {
        let grades = BTreeMap::from([("a", 0)]);
        assert_eq!(recall_at(&["a"], &grades, 5), None);
        assert_eq!(precision_at(&["a"], &grades, 5), None);
        assert_eq!(reciprocal_rank_at(&["a"], &grades, 5), None);
        assert_eq!(ndcg_at(&["a"], &grades, 5), None);
    }
}
