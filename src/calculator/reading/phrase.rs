//! A question's words with their bytes, how far apart they are in thought, and where phrases stand in them.

use std::ops::Range;

use frostem::{Algorithm, Stemmer};

/// The cost of a word between a number and its cue. Measured in these: about half a word is 1.
pub const WORD: i64 = 2;
const COMMA: i64 = 8;
const SENTENCE: i64 = 12;
const AND: i64 = 8;
/// Words that an aside between commas may have.
const ASIDE: usize = 6;

/// Words that begin another thought.
const CONJUNCTIONS: &[&str] = &["and", "but", "while", "whereas", "plus", "then", "also", "&"];

/// Words that deny what follows them.
const NEGATORS: &[&str] = &[
    "not", "no", "nothing", "none", "zero", "isnt", "arent", "wasnt", "werent", "dont", "doesnt", "didnt", "never",
    "without", "neither", "nor", "cant", "cannot", "havent", "hasnt", "aint", "non", "wont", "nobody", "hadnt",
];

/// Words that may stand between a negator and what it denies.
const FILLERS: &[&str] = &[
    "a",
    "an",
    "the",
    "any",
    "really",
    "was",
    "were",
    "has",
    "had",
    "other",
    "more",
    "longer",
    "of",
    "us",
    "actually",
    "currently",
    "legally",
    "yet",
    "being",
    "is",
    "am",
    "to",
    "been",
    "of",
    "us",
    "be",
    "have",
    "got",
    "considered",
    "also",
    "even",
    "by",
    "my",
    "at",
    "in",
    "get",
];

/// A word of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it is compared: lower case, without apostrophes.
    pub text: String,
    /// Its stem.
    pub stem: String,
    /// Its bytes.
    pub span: Range<usize>,
    /// Its place; differences of places are distances.
    pub place: i64,
    /// Whether a stop stands before it, which no phrase reaches across.
    pub stopped: bool,
    /// The number of stops before it, so that words of one thought have the same.
    pub thought: usize,
}

/// The words of a question.
pub struct Words(pub Vec<Word>);

impl Words {
    /// The words of `text`.
    pub fn new(text: &str) -> Self {
        let stemmer = Stemmer::new(Algorithm::English);
        let mut words = Vec::new();
        let (mut place, mut thought) = (0, 0);
        let mut at = 0;
        for span in spans(text) {
            let word: String = text[span.clone()]
                .chars()
                .filter(|c| !matches!(c, '\'' | '’' | '(' | ')'))
                .flat_map(char::to_lowercase)
                .collect();
            let mut stop = stop(&text[at..span.start]);
            let verb = matches!(word.as_str(), "is" | "was" | "are" | "were");
            if stop == COMMA && verb && words.iter().rev().take(ASIDE).any(|word: &Word| word.stopped) {
                stop = 0; // `our income, after all of that, is …`: the aside ends
            }
            let conjunction = CONJUNCTIONS.contains(&word.as_str());
            place += WORD + stop + if conjunction { AND } else { 0 };
            thought += usize::from(stop > 0 || conjunction);
            at = span.end;
            let stem = stemmer.stem(&word).into_owned();
            words.push(Word { text: word, stem, span, place, stopped: stop > 0, thought });
        }
        Self(words)
    }

    /// The places in words at which `phrase` stands, word forms aside.
    pub fn cue(&self, phrase: &str) -> Vec<Range<usize>> {
        let phrase: Vec<String> = Self::new(phrase).0.into_iter().map(|word| word.stem).collect();
        self.find(&phrase, |word| &word.stem)
    }

    /// The places in words at which `phrase` stands as it is written.
    pub fn phrase(&self, phrase: &str) -> Vec<Range<usize>> {
        let phrase: Vec<String> = Self::new(phrase).0.into_iter().map(|word| word.text).collect();
        self.find(&phrase, |word| &word.text)
    }

    fn find(&self, phrase: &[String], form: impl Fn(&Word) -> &String) -> Vec<Range<usize>> {
        if phrase.is_empty() {
            return Vec::new();
        }
        let windows = self.0.windows(phrase.len()).enumerate();
        let whole = windows.filter(|(_, window)| window[1..].iter().all(|word| !word.stopped));
        whole.filter(|(_, window)| window.iter().map(&form).eq(phrase)).map(|(i, _)| i..i + phrase.len()).collect()
    }

    /// The bytes of some words.
    pub fn bytes(&self, words: &Range<usize>) -> Range<usize> {
        self.0[words.start].span.start..self.0[words.end - 1].span.end
    }

    /// The words that `bytes` holds.
    pub fn within(&self, bytes: &Range<usize>) -> Range<usize> {
        let start = self.0.partition_point(|word| word.span.end <= bytes.start);
        start..self.0.partition_point(|word| word.span.start < bytes.end).max(start)
    }

    /// The words before `at`, backwards.
    pub fn all_before(&self, at: usize) -> impl Iterator<Item = &str> {
        self.0[..at].iter().rev().map(|word| word.text.as_str())
    }

    /// The words before `at`, backwards, as far as the thought goes.
    pub fn before(&self, at: usize) -> impl Iterator<Item = &str> {
        let thought = self.0.get(at).map_or(0, |word| word.thought);
        self.0[..at].iter().rev().take_while(move |word| word.thought == thought).map(|word| word.text.as_str())
    }

    /// Whether what starts at word `at` is denied.
    pub fn denied(&self, at: usize) -> bool {
        let mut before = self.before(at).skip_while(|word| FILLERS.contains(word));
        let negator = before.next().is_some_and(|word| NEGATORS.contains(&word));
        negator && before.next() != Some("why") // `why not`
    }

    /// Whether a phrase that begins with a denial goes on in the one that directly follows: `no plan` `at my job`.
    pub fn goes_on_denied(&self, phrase: &Range<usize>, next: &Range<usize>) -> bool {
        let denies = NEGATORS.contains(&self.0[phrase.start].text.as_str());
        denies && phrase.end == next.start && !self.0[next.start].stopped
    }

    /// Whether the asker does not know what starts at word `at`.
    pub fn unsure(&self, at: usize) -> bool {
        let before: Vec<&str> = self.before(at).take(8).collect();
        let pair = |first: &str, second: &str| before.windows(2).any(|pair| pair[1] == first && pair[0] == second);
        pair("not", "sure")
            || pair("dont", "know")
            || before.iter().any(|word| matches!(*word, "unsure" | "idk" | "whether" | "dunno"))
    }

    /// Whether what starts at word `at` is what the question asks for: `how much of my`, `what is the`.
    pub fn asked_for(&self, at: usize) -> bool {
        const BETWEEN: &[&str] =
            &["of", "the", "my", "our", "in", "federal", "state", "total", "more", "a", "an", "is", "your", "will"];
        let mut before = self.before(at).skip_while(|word| BETWEEN.contains(word));
        match before.next() {
            Some("much" | "many") => before.next() == Some("how"),
            Some("whats" | "what") => true,
            _ => false,
        }
    }
}

/// The bytes of the words of `text`: letters and digits, apostrophes inside, and a letter in brackets at a number (`401(k)`).
fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut start = None;
    let mut label = 0; // the bytes before this one belong to a label
    for (at, c) in text.char_indices() {
        if start.is_some() && c == '(' && is_label(text, at) {
            label = at + 3;
        }
        let inside = at < label || c.is_alphanumeric() || start.is_some() && matches!(c, '\'' | '’') || c == '&';
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                spans.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    spans.extend(start.map(|from| from..text.len()));
    spans
}

/// Whether a letter in brackets stands at a number.
fn is_label(text: &str, at: usize) -> bool {
    let bracket = text.as_bytes().get(at..at + 3);
    text[..at].ends_with(|c: char| c.is_ascii_digit())
        && bracket.is_some_and(|bracket| bracket[1].is_ascii_lowercase() && bracket[2] == b')')
}

/// What stands between two words costs.
fn stop(between: &str) -> i64 {
    if between.contains(['?', '!', ';', '\n']) || between.contains('.') && between.len() > 1 {
        SENTENCE
    } else if between.contains(',') && between.len() > 1
        || between.contains(['(', ')', '—', '–'])
        || between.contains(" - ")
    {
        COMMA
    } else {
        0
    }
}
