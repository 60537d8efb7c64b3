//! Which scores are equal, and in which order they come. Knows nothing of what the scores are for.

/// Indices by falling score, equal scores in one group; `None` when a score is not a number.
pub(super) fn falling(scores: &[f64]) -> Option<Vec<Vec<usize>>> {
    if scores.iter().any(|score| score.is_nan()) {
        return None;
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    Some(order.chunk_by(|&a, &b| is_tie(scores[a], scores[b])).map(<[usize]>::to_vec).collect())
}

#[expect(clippy::float_cmp, reason = "a tie is exact, and -0 ties with 0, which `total_cmp` denies")]
fn is_tie(a: f64, b: f64) -> bool {
    a == b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_form_one_group() {
        assert_eq!(falling(&[0.5, -0.0, 0.9, 0.5, 0.0]), Some(vec![vec![2], vec![0, 3], vec![4, 1]]));
    }

    #[test]
    fn scores_that_are_not_numbers_have_no_order() {
        assert_eq!(falling(&[0.5, f64::NAN]), None);
    }
}
