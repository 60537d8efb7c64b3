//! Text to index terms: stemmed English words, bigrams for Korean, Japanese and Chinese.
//! The same function serves documents, queries, the router and the sentence ranker.

use frostem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

/// Words that say how something is asked rather than what about.
const STOP_WORDS: &[&str] = &[
    "a", "about", "am", "an", "and", "any", "are", "arent", "as", "at", "be", "been", "being", "but", "by", "can",
    "cannot", "cant", "could", "couldnt", "did", "didnt", "do", "does", "doesnt", "doing", "dont", "for", "from",
    "get", "got", "had", "has", "hasnt", "have", "havent", "having", "he", "her", "him", "his", "how", "i", "if", "im",
    "in", "into", "is", "isnt", "it", "its", "ive", "just", "let", "like", "ll", "me", "my", "of", "on", "or", "our",
    "please", "re", "s", "she", "should", "so", "some", "t", "tell", "than", "that", "thats", "the", "their", "them",
    "then", "there", "theres", "these", "they", "this", "those", "to", "too", "u", "us", "ve", "was", "wasnt", "we",
    "were", "what", "whats", "when", "where", "which", "who", "whom", "why", "will", "with", "wont", "would",
    "wouldnt", "you", "your", "youre",
];

/// The index terms of `text`, in order, without stop words. A bigram spans the gap between two words as well, so that
/// spacing, which Korean writers vary, changes little.
pub fn terms(text: &str) -> Vec<String> {
    let stemmer = Stemmer::new(Algorithm::English);
    let mut terms = Vec::new();
    let mut before = None;
    for word in words(text) {
        if word.chars().any(is_cjk) {
            let across = before.zip(word.chars().next()).map(|(last, first)| String::from_iter([last, first]));
            terms.extend(across);
            terms.extend(bigrams(&word));
            before = word.chars().next_back();
        } else {
            terms.extend(english(&stemmer, &word));
            before = None;
        }
    }
    terms
}

/// The words of `text` as they are typed: NFKC, lower case, split where the script changes.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut cjk = false;
    for c in text.nfkc().flat_map(char::to_lowercase) {
        if c == '\'' || c == '’' {
            continue; // don't → dont, taxpayer's → taxpayers
        }
        let is_word = c.is_alphanumeric();
        if !word.is_empty() && (!is_word || is_cjk(c) != cjk) {
            words.push(std::mem::take(&mut word));
        }
        if is_word {
            cjk = is_cjk(c);
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether a word carries no topic (`what`, `the`).
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

fn english(stemmer: &Stemmer, word: &str) -> Option<String> {
    (!is_stop_word(word)).then(|| stemmer.stem(word).into_owned())
}

fn bigrams(run: &str) -> Vec<String> {
    let chars: Vec<char> = run.chars().collect();
    if chars.len() == 1 {
        return vec![run.to_owned()];
    }
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}

/// Hangul, kana and Han: scripts whose words are not separated, or carry particles.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_stemmed_and_stop_words_go() {
        assert_eq!(terms("What are the deductions for self-employed filers?"), ["deduct", "self", "employ", "filer"]);
    }

    #[test]
    fn stop_words_are_sorted_for_the_binary_search() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn a_korean_word_is_found_under_its_particle() {
        let document = terms("부가가치세를");
        assert!(terms("부가가치세").iter().all(|t| document.contains(t)));
    }

    #[test]
    fn korean_words_are_found_however_they_are_spaced() {
        let document = terms("표준 공제");
        assert!(terms("표준공제").iter().all(|t| document.contains(t)));
        assert_eq!(terms("표준 tax 공제"), ["표준", "tax", "공제"]);
    }
}
