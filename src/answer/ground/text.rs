//! A sentence as it is compared: words with their stems and clauses, and its figures in their places.

use super::{
    figures::{Figure, figures},
    opposites::NEGATORS,
};
use crate::index::analyze;

/// Words that carry grammar, a degree or a relation rather than a topic, beyond the stop words of search.
const GRAMMAR: &[&str] = &[
    "after",
    "all",
    "also",
    "although",
    "among",
    "another",
    "anyone",
    "before",
    "below",
    "besides",
    "between",
    "both",
    "cannot",
    "down",
    "during",
    "each",
    "either",
    "else",
    "even",
    "ever",
    "every",
    "everyone",
    "except",
    "few",
    "fewer",
    "first",
    "further",
    "generally",
    "however",
    "instead",
    "itself",
    "last",
    "later",
    "least",
    "less",
    "many",
    "may",
    "merely",
    "might",
    "more",
    "most",
    "much",
    "must",
    "neither",
    "never",
    "no",
    "nobody",
    "none",
    "nor",
    "normally",
    "not",
    "nothing",
    "off",
    "often",
    "once",
    "one",
    "only",
    "onto",
    "other",
    "others",
    "otherwise",
    "out",
    "over",
    "own",
    "per",
    "rather",
    "regardless",
    "same",
    "several",
    "shall",
    "simply",
    "since",
    "solely",
    "someone",
    "something",
    "still",
    "such",
    "themselves",
    "therefore",
    "though",
    "through",
    "throughout",
    "thus",
    "together",
    "toward",
    "towards",
    "typically",
    "under",
    "unless",
    "until",
    "up",
    "upon",
    "usually",
    "very",
    "via",
    "well",
    "whatever",
    "whether",
    "while",
    "whoever",
    "whose",
    "within",
    "without",
    "yes",
    "yet",
];

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// As any word, also at the beginning of a sentence.
    Plain,
    /// With a capital inside a sentence.
    Name,
    /// In capitals (`IRS`).
    Acronym,
}

/// A word or a figure of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// In lower case, without apostrophes; a figure's is empty.
    pub word: String,
    /// Its stem; a figure's is empty.
    pub stem: String,
    /// Whether it says what the text is about.
    pub is_content: bool,
    /// How it is written.
    pub case: Case,
    /// Whether a colon follows it in its cell or sentence.
    pub is_header: bool,
    /// The figure's number in the text.
    pub figure: Option<usize>,
    /// The clause it stands in: how many commas, full stops, brackets came before.
    pub clause: usize,
    /// The cell or sentence it stands in: how many semicolons and full stops came before.
    pub segment: usize,
}

impl Token {
    /// Whether it is written as a name.
    pub fn is_name(&self) -> bool {
        self.case != Case::Plain
    }

    /// Whether it is one of these words.
    pub fn is_in(&self, list: &[&str]) -> bool {
        self.figure.is_none() && list.contains(&self.word.as_str())
    }
}

/// A text made ready to be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// As it is written.
    pub written: String,
    /// Its words and figures in order.
    pub tokens: Vec<Token>,
    /// Its figures in order.
    pub figures: Vec<Figure>,
}

impl Text {
    /// Reads a text.
    pub fn new(text: &str) -> Self {
        let figures = figures(text);
        let mut reader = Reader { tokens: Vec::new(), clause: 0, segment: 0, opens: true };
        let mut at = 0;
        for (number, figure) in figures.iter().enumerate() {
            reader.words(&text[at..figure.span.start]);
            reader.figure(number);
            at = figure.span.end;
        }
        reader.words(&text[at..]);
        Self { written: text.to_owned(), tokens: reader.tokens, figures }
    }

    /// The stems of what it is about, in order, repeated where they are.
    pub fn content(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.is_content)
    }

    /// Whether it holds a word of this stem, or one that begins like it.
    pub fn has(&self, stem: &str) -> bool {
        self.tokens.iter().any(|token| token.stem == stem)
    }
}

struct Reader {
    tokens: Vec<Token>,
    clause: usize,
    segment: usize,
    opens: bool,
}

impl Reader {
    fn figure(&mut self, number: usize) {
        let (clause, segment) = (self.clause, self.segment);
        self.opens = false;
        self.tokens.push(Token {
            word: String::new(),
            stem: String::new(),
            is_content: false,
            case: Case::Plain,
            is_header: false,
            figure: Some(number),
            clause,
            segment,
        });
    }

    fn words(&mut self, text: &str) {
        let mut word = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c.is_alphanumeric() || c == '\'' || c == '’' {
                word.push(c);
                continue;
            }
            if c == '-' && word.eq_ignore_ascii_case("self") {
                continue; // `self-employed` is another thing than `employed`
            }
            self.word(&mut word);
            match c {
                '?' if chars.peek() == Some(&':') => {} // a table's header
                '.' if chars.peek().is_some_and(|next| next.is_alphanumeric()) => {}
                '.' | ';' | '?' | '!' | '|' | '\n' => {
                    self.clause += 1;
                    self.segment += 1;
                    self.opens = true;
                }
                ':' => {
                    self.clause += 1;
                    self.opens = true;
                    let segment = self.segment;
                    self.tokens.iter_mut().rev().take_while(|t| t.segment == segment).for_each(|t| t.is_header = true);
                }
                ',' | '(' | ')' | '—' | '–' => self.clause += 1,
                _ => {}
            }
        }
        self.word(&mut word);
    }

    fn word(&mut self, word: &mut String) {
        let written = std::mem::take(word);
        let is_name = !self.opens && written.starts_with(char::is_uppercase);
        let capitals = written.chars().filter(|c| c.is_uppercase()).count();
        let is_acronym = capitals > 1 && capitals + 1 >= written.chars().filter(|c| c.is_alphabetic()).count();
        let case = match () {
            () if is_acronym => Case::Acronym,
            () if is_name => Case::Name,
            () => Case::Plain,
        };
        let one = if is_acronym { written.trim_end_matches('s') } else { &written };
        for lower in analyze::words(one) {
            let stems = analyze::terms(&lower);
            let is_content = !stems.is_empty()
                && !NEGATORS.contains(&lower.as_str())
                && GRAMMAR.binary_search(&lower.as_str()).is_err();
            let (clause, segment) = (self.clause, self.segment);
            let token = |stem: String| Token {
                word: lower.clone(),
                stem,
                is_content,
                case,
                is_header: false,
                figure: None,
                clause,
                segment,
            };
            if stems.is_empty() {
                self.tokens.push(token(lower.clone()));
            } else {
                self.tokens.extend(stems.into_iter().map(token));
            }
            self.opens = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_words_and_figures_in_order() {
        let text = Text::new("The employer pays $50, not the state.");
        let content: Vec<&str> = text.content().map(|t| t.stem.as_str()).collect();
        assert_eq!(content, ["employ", "pay", "state"]);
        assert!(text.tokens[3].figure.is_some() && text.tokens[4].clause == 1);
    }

    #[test]
    fn the_words_of_grammar_are_sorted_for_the_binary_search() {
        assert!(GRAMMAR.is_sorted());
    }
}
