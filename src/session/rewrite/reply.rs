//! A reply to a question that was asked back: which of the choices it takes.

use super::words::{Word, words};

/// Words that may stand around a number or a choice's own words.
const AROUND: &[&str] = &[
    "a", "choice", "i", "is", "it", "its", "mean", "meant", "number", "one", "option", "please", "that", "the",
    "thats", "think", "would", "yes",
];
const ORDINALS: &[&str] =
    &["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

/// The choice that a reply takes: itself, its number, or words that only it has.
pub fn chosen<'c>(reply: &str, choices: &'c [String]) -> Option<&'c String> {
    let same = |choice: &&String| choice.trim().eq_ignore_ascii_case(reply.trim());
    choices
        .iter()
        .find(same)
        .or_else(|| choices.get(number(reply, choices.len())?))
        .or_else(|| by_words(reply, choices))
}

/// Which choice a reply numbers, from 0.
fn number(reply: &str, choices: usize) -> Option<usize> {
    let words = words(reply);
    let mut rest = words.iter().filter(|w| !AROUND.contains(&w.text.as_str()));
    let (word, after) = match (rest.next(), rest.next()) {
        (Some(word), after) => (word.text.as_str(), after),
        (None, _) => (words.iter().find(|w| w.text == "one")?.text.as_str(), None),
    };
    let number = ORDINALS.iter().position(|o| *o == word).or_else(|| match word {
        "last" | "latter" => choices.checked_sub(1),
        "former" | "one" => Some(0),
        "two" => Some(1),
        "three" => Some(2),
        "four" => Some(3),
        _ => word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<usize>().ok()?.checked_sub(1),
    });
    number.filter(|_| after.is_none())
}

/// The only choice that has the most of a short reply's words, at least half of them.
fn by_words<'c>(reply: &str, choices: &'c [String]) -> Option<&'c String> {
    let said: Vec<String> = terms(words(reply).into_iter().filter(|w| !AROUND.contains(&w.text.as_str())));
    let shared = |choice: &String| {
        let there = terms(words(choice).into_iter());
        said.iter().filter(|term| there.contains(term)).count()
    };
    let most = choices.iter().map(shared).max().filter(|most| *most > 0 && 2 * most >= said.len())?;
    let mut best = choices.iter().filter(|choice| shared(choice) == most);
    best.next().filter(|_| best.next().is_none())
}

fn terms(words: impl Iterator<Item = Word>) -> Vec<String> {
    words.flat_map(|word| word.terms).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_takes_a_choice_by_name_number_or_a_few_words() {
        let choices = ["Black tea".to_owned(), "Green tea from Japan".to_owned(), "Cups and pots".to_owned()];
        for (reply, expected) in [
            ("Green tea from Japan", Some(1)),
            ("green tea from japan", Some(1)),
            ("2", Some(1)),
            ("2.", Some(1)),
            ("the second one", Some(1)),
            ("the 3rd", Some(2)),
            ("the last one please", Some(2)),
            ("one", Some(0)),
            ("the green one", Some(1)),
            ("pots", Some(2)),
            ("tea", None),
            ("9", None),
            ("who won the game", None),
            ("is the water for coffee hot", None),
        ] {
            assert_eq!(chosen(reply, &choices), expected.map(|at: usize| &choices[at]), "{reply}");
        }
    }
}
