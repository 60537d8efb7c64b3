//! Amounts that say again what others said: their sum, their difference, what an hourly wage comes to over the year.

use super::claim::Claims;
use crate::calculator::quantities::{Kind, Quantity};

/// Words between an amount and what it comes to.
const COMES_TO: &[&str] = &[
    "works", "worked", "work", "out", "to", "comes", "came", "come", "adds", "up", "so", "thats", "that", "is",
    "which", "makes", "equals", "about", "roughly", "around", "for", "the", "year", "a", "total", "in", "all", "i",
    "made", "or", "totals", "totaling",
];

/// Words beside an amount that say again what others come to.
const SAYS_AGAIN: &[&str] = &[
    "so",
    "thats",
    "total",
    "totals",
    "totaling",
    "together",
    "altogether",
    "combined",
    "makes",
    "making",
    "leaves",
    "leaving",
    "left",
    "remaining",
    "comes",
    "sum",
    "meaning",
    "which",
    "or",
    "all",
    "guess",
    "ie",
    "equals",
];
/// Words after an amount in which it may be said that it is the total: `70k together`.
const AFTER: usize = 3;

impl Claims<'_> {
    /// Whether an amount is what two said before it come to, as their sum or their difference (`40k and 30k, 70k together`):
    /// beside them it adds nothing.
    pub(super) fn is_result(&self, q: &Quantity) -> bool {
        let before =
            || self.found.iter().filter(|other| other.kinds[0] == Kind::Money && other.span.end <= q.span.start);
        let last = before().map(|other| other.span.end).max().unwrap_or_default();
        let here = self.words.within(&q.span);
        let around =
            self.words.within(&(last..q.span.start)).chain(here.end..(here.end + AFTER).min(self.words.0.len()));
        let says_again = around.into_iter().any(|at| SAYS_AGAIN.contains(&self.words.0[at].text.as_str()));
        says_again
            && before().any(|a| {
                let apart = |b: &Quantity| a.span != b.span && b.value != q.value;
                before().any(|b| apart(b) && (a.value + b.value == q.value || a.value - b.value == q.value))
            })
    }

    /// What an amount is said to come to over the year: `23.50 an hour, works out to 48,880`.
    pub(super) fn come_to(&self, q: &Quantity, input: usize) -> Option<&Quantity> {
        let at = self.found.iter().position(|other| other.span == q.span)?;
        let (total, of) = self.found.iter().zip(&self.of).skip(at + 1).find(|(q, _)| q.kinds[0] == Kind::Money)?;
        let between = self.words.within(&(q.span.end..total.span.start));
        let restated = self.words.0[between].iter().all(|word| COMES_TO.contains(&word.text.as_str()));
        (restated && of.is_none_or(|of| of == input) && !self.of_no_year(total, &self.inputs[input])).then_some(total)
    }
}
