//! Whether a text says that something holds whatever the case (`regardless of`, `even if`), or on a condition (`only if`,
//! `depends on`). Knows the words for it; of which case they speak it does not ask.

use super::text::Text;

const WHATEVER: &[&str] = &[
    "either way",
    "even if",
    "even to",
    "even when",
    "irrespective",
    "makes no difference",
    "no matter",
    "regardless",
    "the same for every",
    "whatever",
    "wherever",
    "whether or not",
    "whichever",
    "whoever",
];

const CONDITION: &[&str] = &[
    "as long as",
    "but not if",
    "depend",
    "depending",
    "depends",
    "only after",
    "only if",
    "only once",
    "only when",
    "only where",
    "provided that",
    "so long as",
    "unless",
];

fn says(text: &Text, phrases: &[&str]) -> bool {
    let fits = |at: usize, phrase: &str| {
        let mut words = phrase.split(' ').zip(at..);
        words.all(|(word, at)| text.tokens.get(at).is_some_and(|t| t.figure.is_none() && t.word == word))
    };
    phrases.iter().any(|phrase| (0..text.tokens.len()).any(|at| fits(at, phrase)))
}

/// How far one holds whatever the case and the other on a condition: 1, or 0.5 where the claim alone says the former.
pub fn conceded(claim: &Text, source: &Text) -> f32 {
    let (own, theirs) = (says(claim, WHATEVER), says(source, WHATEVER));
    match (own, theirs) {
        (true, false) if says(source, CONDITION) && !says(claim, CONDITION) => 1.0,
        (false, true) if says(claim, CONDITION) && !says(source, CONDITION) => 1.0,
        (true, false) => 0.5,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_in_any_case_is_not_what_holds_on_a_condition() {
        let of = |claim: &str, source: &str| conceded(&Text::new(claim), &Text::new(source));
        assert!(of("It depends on your age", "It applies whatever your age is.") > 0.9);
        assert!(of("It applies regardless of age", "It applies whatever your age is.") < 0.1);
    }
}
