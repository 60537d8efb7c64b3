//! Drafts for speculative decoding without a second model: what followed the same words before, in the prompt or in
//! the answer ("prompt lookup decoding", Saxena 2023; LLMA, Yang et al. 2023). An answer that quotes its passages is
//! mostly such copies.
//!
//! Knows tokens only. A draft is a guess: the caller has the model judge all of it in one batch and keeps what the
//! model would have written itself, so the answer is the same with and without.

use std::collections::HashMap;

/// How many tokens have to be the same, the most first. After one alone (` the`) anything may follow, and judging a
/// draft that fails is not free. More than four (`LLAMA_NGRAM_MAX` in llama.cpp) hardly ever tell places apart, and
/// four token ids are just what a `u128` holds, so that places need not be compared again.
const RUNS: [usize; 3] = [4, 3, 2];

/// The first draft's length, the `prompt_lookup_num_tokens` of Saxena's code.
const FIRST_LENGTH: usize = 10;
/// Longer drafts gain little: of a batch of 33 tokens one more or less saves 3 % of the steps.
const LONGEST: usize = 32;
/// By how much a draft that was accepted whole lengthens the next: the `heuristic` schedule of `transformers`, which
/// also has the 1 by which any other shortens it.
const LENGTHEN: usize = 2;

/// Where short runs of tokens stood last, in a text that grows.
#[derive(Debug, Clone)]
pub struct Lookup {
    tokens: Vec<u32>,
    /// For each size of [`RUNS`]: the place after the last such run that something follows.
    after: [HashMap<u128, usize>; RUNS.len()],
    length: usize,
}

impl Lookup {
    /// Starts with a prompt.
    pub fn new(prompt: &[u32]) -> Self {
        let mut lookup =
            Self { tokens: Vec::with_capacity(prompt.len()), after: Default::default(), length: FIRST_LENGTH };
        for token in prompt {
            lookup.push(*token);
        }
        lookup
    }

    /// Adds a token that was accepted or written. Amortised constant time.
    pub fn push(&mut self, token: u32) {
        for (size, after) in RUNS.into_iter().zip(&mut self.after) {
            if let Some(run) = last(&self.tokens, size) {
                after.insert(run, self.tokens.len());
            }
        }
        self.tokens.push(token);
    }

    /// The tokens that followed the last four tokens where they stood before, or else the last three, or the last
    /// two; of several such places the latest. `most` of them and no more than [`Lookup::report`] found worth while;
    /// none where the text is new.
    pub fn draft(&self, most: usize) -> &[u32] {
        let mut runs = RUNS.into_iter().zip(&self.after);
        let place = runs.find_map(|(size, after)| after.get(&last(&self.tokens, size)?));
        place.map_or(&[], |place| {
            let following = &self.tokens[*place..];
            &following[..following.len().min(most).min(self.length)]
        })
    }

    /// Says how many tokens of a draft were accepted. Where all were, later drafts are two tokens longer (32 at most);
    /// where any was not, one token shorter (1 at least); an empty draft says nothing.
    pub fn report(&mut self, drafted: usize, accepted: usize) {
        if accepted < drafted {
            self.length = (self.length - 1).max(1);
        } else if drafted > 0 {
            self.length = (self.length + LENGTHEN).min(LONGEST);
        }
    }
}

/// The last `size` tokens as one number; `size` is at most four.
fn last(tokens: &[u32], size: usize) -> Option<u128> {
    let run = &tokens[tokens.len().checked_sub(size)?..];
    Some(run.iter().fold(0, |number, token| number << u32::BITS | u128::from(*token)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_followed_the_same_tokens_is_drafted() {
        let mut lookup = Lookup::new(&[1, 2, 3, 4, 5, 6, 9]);
        assert_eq!(lookup.draft(8), [0u32; 0]);
        lookup.push(2);
        assert_eq!(lookup.draft(8), [0u32; 0]);
        lookup.push(3);
        assert_eq!(lookup.draft(3), [4, 5, 6]);
    }

    #[test]
    fn a_longer_match_goes_before_a_later_one_and_a_later_one_before_an_earlier_one() {
        let text = [1, 2, 3, 10, 7, 2, 3, 20, 8, 2, 3, 30, 9];
        let after = |tokens: &[u32]| Lookup::new(&[&text, tokens].concat()).draft(1).to_vec();
        assert_eq!(after(&[1, 2, 3]), [10]);
        assert_eq!(after(&[6, 2, 3]), [30]);
    }

    #[test]
    fn drafts_grow_while_they_are_accepted_and_shrink_when_they_are_not() {
        let text: Vec<u32> = (0..100).chain(0..2).collect();
        let mut lookup = Lookup::new(&text);
        let length = |lookup: &Lookup| lookup.draft(usize::MAX).len();
        assert_eq!(length(&lookup), 10);
        lookup.report(10, 10);
        assert_eq!(length(&lookup), 12);
        lookup.report(12, 11);
        lookup.report(0, 0);
        assert_eq!(length(&lookup), 11);
        (0..40).for_each(|_| lookup.report(9, 0));
        assert_eq!(length(&lookup), 1);
        (0..40).for_each(|_| lookup.report(1, 1));
        assert_eq!(length(&lookup), 32);
    }

    proptest! {
        #[test]
        fn a_draft_follows_the_latest_place_of_the_longest_match(
            text in prop::collection::vec(0_u32..3, 0..60), cut in 0_usize..60, most in 0_usize..12,
        ) {
            let mut lookup = Lookup::new(&text[..cut.min(text.len())]);
            for token in text.iter().skip(cut) {
                lookup.push(*token);
            }
            let place = RUNS.into_iter().filter(|size| *size <= text.len()).find_map(|size| {
                let suffix = &text[text.len() - size..];
                (size..text.len()).rev().find(|after| text[after - size..*after] == *suffix)
            });
            let expected: Vec<u32> =
                place.map_or(vec![], |at| text[at..].iter().copied().take(most.min(FIRST_LENGTH)).collect());
            prop_assert_eq!(lookup.draft(most), expected);
        }
    }
}
