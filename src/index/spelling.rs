//! Careless wording made plain before it is searched: chat shorthand written out, and slips of the keyboard mended
//! towards the corpus's own words. A word that the encoder or the corpus knows is never touched.

use std::collections::BTreeMap;

/// What people type instead of English words.
const SHORTHAND: &[(&str, &str)] = &[
    ("abt", "about"),
    ("acct", "account"),
    ("amt", "amount"),
    ("arent", "are not"),
    ("b4", "before"),
    ("bc", "because"),
    ("biz", "business"),
    ("bout", "about"),
    ("btw", "by the way"),
    ("cant", "cannot"),
    ("coz", "because"),
    ("cuz", "because"),
    ("ded", "deduction"),
    ("deets", "details"),
    ("didnt", "did not"),
    ("doesnt", "does not"),
    ("dont", "do not"),
    ("fed", "federal"),
    ("gonna", "going to"),
    ("gotta", "have to"),
    ("govt", "government"),
    ("hafta", "have to"),
    ("havent", "have not"),
    ("hrs", "hours"),
    ("hubby", "husband"),
    ("idk", "i do not know"),
    ("isnt", "is not"),
    ("kinda", "kind of"),
    ("lemme", "let me"),
    ("max", "maximum"),
    ("min", "minimum"),
    ("mo", "month"),
    ("mos", "months"),
    ("n", "and"),
    ("outta", "out of"),
    ("pls", "please"),
    ("plz", "please"),
    ("ppl", "people"),
    ("r", "are"),
    ("sumone", "someone"),
    ("sumthing", "something"),
    ("tho", "though"),
    ("thru", "through"),
    ("tmrw", "tomorrow"),
    ("u", "you"),
    ("ur", "your"),
    ("w", "with"),
    ("wanna", "want to"),
    ("wat", "what"),
    ("wats", "what is"),
    ("whats", "what is"),
    ("wk", "week"),
    ("wks", "weeks"),
    ("wo", "without"),
    ("wont", "will not"),
    ("wut", "what"),
    ("yall", "you all"),
    ("yr", "year"),
    ("yrs", "years"),
];

/// What joins the parts of an identifier.
const JOINTS: [char; 3] = ['-', '(', '/'];
/// Shorter words have too many neighbours to be mended.
const SHORTEST: usize = 4;
/// From this length on two slips are mended, below it one.
const LONG: usize = 7;
/// A word that the corpus uses less often is no target: it may be a slip itself.
const FREQUENT: u32 = 2;

/// The words of a corpus with their counts.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Vocabulary(BTreeMap<String, u32>);

impl Vocabulary {
    /// Counts the words of texts.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut counts = BTreeMap::new();
        for text in texts {
            for word in super::analyze::words(text).into_iter().filter(|w| w.chars().all(char::is_alphabetic)) {
                *counts.entry(word).or_default() += 1;
            }
        }
        Self(counts)
    }

    /// The question with shorthand written out and unknown words mended; `knows` says whether a word is one that
    /// the encoder knows. Everything else, capitals and punctuation included, stays as it is.
    pub fn plain(&self, question: &str, knows: &dyn Fn(&str) -> bool) -> String {
        let mut plain = String::with_capacity(question.len());
        let mut rest = question;
        while let Some(first) = rest.chars().next() {
            let is_word = first.is_alphanumeric();
            let end =
                rest.find(|c: char| (c.is_alphanumeric() || matches!(c, '\'' | '’')) != is_word).unwrap_or(rest.len());
            let (part, later) = rest.split_at(end.max(first.len_utf8()));
            if is_word {
                plain.push_str(&self.word(part, plain.ends_with(JOINTS) || later.starts_with(JOINTS), knows));
            } else {
                plain.push_str(part);
            }
            rest = later;
        }
        plain
    }

    fn word(&self, word: &str, is_joined: bool, knows: &dyn Fn(&str) -> bool) -> String {
        let lower = word.to_lowercase();
        if is_joined || word.chars().all(|c| c.is_ascii_uppercase()) && word.len() > 1 {
            return word.to_owned(); // part of an identifier, or an abbreviation
        }
        let bare = lower.replace(['\'', '’'], "");
        if let Some((_, long)) = SHORTHAND.iter().find(|(short, _)| *short == bare) {
            return (*long).to_owned();
        }
        let is_plain = lower.chars().all(|c| c.is_ascii_lowercase());
        if !is_plain || lower.len() < SHORTEST || self.0.contains_key(&lower) || knows(&lower) {
            return word.to_owned();
        }
        self.nearest(&lower).map_or_else(|| word.to_owned(), str::to_owned)
    }

    /// The corpus's word that is fewest slips away, the more frequent of two.
    fn nearest(&self, word: &str) -> Option<&str> {
        let allowed = if word.len() >= LONG { 2 } else { 1 };
        let first = word.chars().next()?;
        let near = self.0.iter().filter(|(known, count)| {
            **count >= FREQUENT && known.starts_with(first) && known.len().abs_diff(word.len()) <= allowed
        });
        near.filter_map(|(known, count)| {
            let slips = strsim::osa_distance(word, known);
            (slips <= allowed).then_some((slips, std::cmp::Reverse(*count), known.as_str()))
        })
        .min()
        .map(|(_, _, known)| known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(question: &str) -> String {
        let vocabulary = Vocabulary::of(["the standard deduction of a couple for a dependent"; 2]);
        vocabulary.plain(question, &|word| ["leeds", "pizza", "for", "best", "form"].contains(&word))
    }

    #[test]
    fn slips_are_mended_towards_the_corpus() {
        assert_eq!(plain("Standrad deducton for a cuple?"), "standard deduction for a couple?");
        assert_eq!(plain("my dependant n b4"), "my dependent and before");
    }

    #[test]
    fn known_words_names_and_identifiers_are_left_alone() {
        for text in ["best pizza in Leeds?", "Form W-2 and 401(k)", "FBAR", "세금 공제"] {
            assert_eq!(plain(text), text);
        }
    }
}
