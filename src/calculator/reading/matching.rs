//! The assignment problem: each row its own column, at the least total cost.

/// For each row of `costs` (rows no more than columns) the column that it gets. Hungarian algorithm with potentials,
/// O(rows² × columns) (Kuhn 1955; Munkres 1957).
pub fn assignment(costs: &[Vec<i64>]) -> Vec<usize> {
    let rows = costs.len();
    let columns = costs.first().map_or(0, Vec::len);
    // One-based, with row and column 0 as the root of each search.
    let (mut row_potential, mut column_potential) = (vec![0; rows + 1], vec![0; columns + 1]);
    let mut row_of = vec![0; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut column = 0;
        let mut slack = vec![i64::MAX; columns + 1];
        let mut came_from = vec![0; columns + 1];
        let mut done = vec![false; columns + 1];
        while row_of[column] != 0 {
            done[column] = true;
            let (mut least, mut next) = (i64::MAX, 0);
            for other in 1..=columns {
                if done[other] {
                    continue;
                }
                let reduced =
                    costs[row_of[column] - 1][other - 1] - row_potential[row_of[column]] - column_potential[other];
                if reduced < slack[other] {
                    (slack[other], came_from[other]) = (reduced, column);
                }
                if slack[other] < least {
                    (least, next) = (slack[other], other);
                }
            }
            for other in 0..=columns {
                if done[other] {
                    row_potential[row_of[other]] += least;
                    column_potential[other] -= least;
                } else if slack[other] < i64::MAX {
                    slack[other] -= least;
                }
            }
            column = next;
        }
        while column != 0 {
            row_of[column] = row_of[came_from[column]];
            column = came_from[column];
        }
    }
    let mut assigned = vec![0; rows];
    for column in 1..=columns {
        if row_of[column] > 0 {
            assigned[row_of[column] - 1] = column - 1;
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_counts_rather_than_the_first_best() {
        assert_eq!(assignment(&[vec![1, 0], vec![0, 9]]), [1, 0]);
        assert_eq!(assignment(&[vec![4, 1, 3], vec![2, 0, 5], vec![3, 2, 2]]), [1, 0, 2]);
        assert!(assignment(&[]).is_empty());
    }
}
