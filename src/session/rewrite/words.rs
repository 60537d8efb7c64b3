//! The words of a question with their places, and which of them could be a subject. Knows English function words and
//! words that fit any subject; knows no word of any domain.

use std::ops::Range;

use crate::index::analyze;

/// Words that say nothing of what a question is about: persons whose question it is, light verbs, change and
/// quantity, time, order, opinion.
const GENERIC: &[&str] = &[
    "actually", "again", "age", "ago", "all", "allowed", "already", "also", "always", "amount", "anymore", "anything",
    "anyway", "apply", "april", "ask", "asking", "august", "back", "become", "becomes", "before", "behind", "below",
    "big", "boss", "both", "bother", "bring", "brother", "case", "cases", "cause", "change", "changed", "changes",
    "chunk", "come", "comes", "count", "counted", "counts", "couple", "dad", "daughter", "december", "done", "down",
    "drop", "dropped", "each", "early", "either", "else", "end", "ended", "ends", "enough", "even", "ever", "every",
    "everyone", "exact", "exactly", "example", "extra", "fall", "father", "february", "few", "figure", "find", "first",
    "fix", "fixed", "gave", "get", "gets", "getting", "give", "given", "go", "goes", "going", "gone", "grow",
    "growing", "grown", "guy", "half", "happen", "happened", "happens", "help", "hers", "high", "higher", "hit",
    "hold", "husband", "ill", "include", "included", "instead", "january", "july", "june", "keep", "kind", "kinds",
    "know", "large", "larger", "last", "late", "later", "least", "leave", "left", "less", "little", "live", "lived",
    "lives", "long", "longer", "look", "lot", "lots", "low", "lower", "made", "make", "makes", "making", "man", "many",
    "march", "matter", "matters", "may", "mean", "means", "meant", "mine", "mom", "more", "most", "mother", "move",
    "moved", "much", "myself", "need", "needed", "needs", "never", "new", "next", "no", "none", "not", "nothing",
    "november", "now", "number", "october", "off", "okay", "old", "older", "once", "one", "ones", "online", "only",
    "other", "others", "out", "over", "own", "parents", "part", "partner", "people", "per", "person", "plus",
    "possible", "previous", "prior", "probably", "put", "qualify", "quick", "quickly", "rather", "ready", "really",
    "reason", "rest", "right", "rise", "rose", "said", "same", "save", "say", "says", "see", "seen", "send", "sent",
    "shrink", "shrinks", "since", "sister", "small", "smaller", "son", "soon", "sort", "spouse", "start", "started",
    "starts", "stay", "stays", "still", "stop", "stops", "such", "sure", "take", "taken", "takes", "taking", "thing",
    "things", "though", "time", "times", "together", "told", "too", "took", "total", "true", "turn", "turned", "turns",
    "type", "under", "until", "up", "use", "used", "usually", "want", "wanted", "way", "went", "wife", "within",
    "without", "woman", "work", "works", "worth", "year", "years", "yes", "yet", "young", "younger",
];
/// Longer ones.
const LONGER: &[&str] =
    &["boyfriend", "difference", "different", "everything", "girlfriend", "qualifies", "september", "something"];

/// Numbers that are written out.
const NUMBERS: &[&str] =
    &["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// A word where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// In lower case, without apostrophes.
    pub text: String,
    /// Its index terms: none for a function word.
    pub terms: Vec<String>,
    /// Its bytes.
    pub span: Range<usize>,
}

impl Word {
    /// Whether it could stand in a question about anything.
    pub fn is_generic(&self) -> bool {
        let is_listed = |text: &str| GENERIC.binary_search(&text).is_ok() || LONGER.contains(&text);
        let of_one = self.text.strip_suffix('s').filter(|one| self.span.len() > one.len() + 1); // the son's
        self.terms.is_empty() || is_listed(&self.text) || of_one.is_some_and(is_listed) || self.is_number()
    }

    /// Whether it is a number, in digits or written out.
    pub fn is_number(&self) -> bool {
        self.text.bytes().all(|b| b.is_ascii_digit()) || NUMBERS.contains(&self.text.as_str())
    }
}

/// The words of a text, in order.
pub fn words(text: &str) -> Vec<Word> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut open: Option<Range<usize>> = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if c.is_alphanumeric() {
            open = Some(open.map_or(at..end, |span| span.start..end));
        } else if !matches!(c, '\'' | '’') {
            spans.extend(open.take());
        }
    }
    spans.extend(open);
    let word = |span: Range<usize>| {
        let text: String = text[span.clone()].to_lowercase().chars().filter(|c| !matches!(c, '\'' | '’')).collect();
        Word { terms: analyze::terms(&text), text, span }
    };
    spans.into_iter().map(word).collect()
}

/// Where phrases stand in `words`, the longest first where they overlap, in the text's order: the phrase's number and
/// the words' numbers.
pub fn find(words: &[Word], phrases: &[Vec<String>]) -> Vec<(usize, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let fits = |phrase: &Vec<String>| {
            let here = words[at..].iter().map(|word| &word.text);
            !phrase.is_empty() && phrase.len() <= words.len() - at && here.zip(phrase).all(|(word, part)| word == part)
        };
        let longest = (0..phrases.len()).filter(|p| fits(&phrases[*p])).max_by_key(|p| phrases[*p].len());
        if let Some(phrase) = longest {
            found.push((phrase, at..at + phrases[phrase].len()));
            at += phrases[phrase].len();
        } else {
            at += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generic_words_are_sorted_for_the_binary_search() {
        assert!(GENERIC.is_sorted(), "{:?}", GENERIC.windows(2).find(|w| w[0] > w[1]));
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "What's a 401(k)?";
        let places: Vec<&str> = words(text).iter().map(|w| &text[w.span.clone()]).collect();
        assert_eq!(places, ["What's", "a", "401", "k"]);
    }

    #[test]
    fn words_that_fit_any_subject_are_generic() {
        let own = |text: &str| words(text).into_iter().filter(|w| !w.is_generic()).map(|w| w.text).collect::<Vec<_>>();
        assert!(own("does it ever stop growing, and how much is it per person?").is_empty());
        assert_eq!(own("and for boats in two years?"), ["boats"]);
    }
}
