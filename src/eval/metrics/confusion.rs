//! Which outcome came where which was expected. Knows outcomes as columns 0 to 3, in the contract's order: answer,
//! clarify, defer, refuse; not what they mean to a router.

use crate::eval::Rate;

const ANSWER: usize = 0;
const CLARIFY: usize = 1;

/// How often each outcome (column) came where each was expected (row); as scikit-learn's `confusion_matrix`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confusion(pub [[usize; 4]; 4]);

impl Confusion {
    /// Counts pairs of what was expected and what came, each a column below 4.
    pub fn count(pairs: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut table = [[0; 4]; 4];
        for (expected, got) in pairs {
            table[expected][got] += 1;
        }
        Self(table)
    }

    /// Of the cases where no answer was expected, those that were answered all the same.
    pub fn false_answers(&self) -> Rate {
        let rows = &self.0[ANSWER + 1..];
        Rate { hits: rows.iter().map(|row| row[ANSWER]).sum(), of: rows.iter().flatten().sum() }
    }

    /// Of the cases where an answer was expected, those that were sent away: deferred or refused. To be asked back is
    /// a detour, and not counted.
    pub fn false_refusals(&self) -> Rate {
        let row = &self.0[ANSWER];
        Rate { hits: row[CLARIFY + 1..].iter().sum(), of: row.iter().sum() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_asked_back_about_is_not_refused() {
        let counted = Confusion::count([(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (3, 3)]);
        assert_eq!(counted.false_refusals(), Rate { hits: 2, of: 4 });
        assert_eq!(counted.false_answers(), Rate { hits: 1, of: 2 });
    }
}
