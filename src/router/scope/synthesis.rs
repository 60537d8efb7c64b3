//! Questions made of a corpus, for a pack that brings none or few: its headings, the names of its documents and its
//! sentences, worded as people ask. Knows the index; judges nothing.

use crate::index::{Index, analyze};

/// Questions of each form, at most; more of a large corpus would outweigh what people wrote.
const MOST: usize = 300;
/// How people begin, in turn. Only for corpora in the Latin script; others are asked about in their own words alone.
const OPENINGS: [&str; 8] =
    ["", "what is ", "how does this work: ", "can i ", "do i need ", "tell me about ", "when is ", "what about my "];

/// A question that was made of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The question.
    pub text: String,
    /// The document's id.
    pub document: String,
}

/// Questions about what a corpus says, spread evenly over it.
pub fn questions(index: &Index) -> Vec<Made> {
    let passages = index.passages();
    let opens = |at: &usize| *at == 0 || passages[*at].section() != passages[at - 1].section();
    let sections: Vec<usize> = (0..passages.len()).filter(opens).collect();
    let spread = |from: &[usize]| from.iter().copied().step_by(from.len().div_ceil(MOST).max(1)).collect::<Vec<_>>();
    let made = |at: usize, text: String| Made { text, document: index.document_of(at).id.clone() };
    let headings = spread(&sections).into_iter().enumerate();
    let asked = headings.map(|(turn, at)| made(at, opened(turn, &plain(passages[at].section()))));
    let prose: Vec<usize> = (0..passages.len()).filter(|at| passages[*at].units.len() > 1).collect();
    let told = spread(&prose).into_iter().enumerate().map(|(turn, at)| {
        let unit = turn % passages[at].units.len();
        made(at, opened(turn, &thinned(&passages[at].unit_text(unit))))
    });
    asked.chain(told).filter(|made| !analyze::terms(&made.text).is_empty()).collect()
}

/// As people type it: without capitals and marks.
fn plain(text: &str) -> String {
    analyze::words(text).join(" ")
}

/// A sentence's words without every third one and no more than twelve, so that it is not its own answer.
fn thinned(sentence: &str) -> String {
    let words = analyze::words(sentence).into_iter().enumerate().filter(|(n, _)| n % 3 != 2);
    words.map(|(_, word)| word).take(12).collect::<Vec<_>>().join(" ")
}

fn opened(turn: usize, text: &str) -> String {
    let is_latin = text.chars().filter(|c| c.is_alphabetic()).all(|c| c < '\u{250}');
    if is_latin { format!("{}{text}", OPENINGS[turn % OPENINGS.len()]) } else { text.to_owned() }
}
