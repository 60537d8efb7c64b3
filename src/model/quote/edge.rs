//! Where a quotation may be cut: the edges of words, phrases, clauses and sentences. Knows text only, no tokens.
//!
//! Words are what white space parts, so that a cut never falls into `15,750`, `$1.50`, `irs.gov` or `non-refundable`,
//! and a mark ends something only where white space or the passage's end follows.

use crate::prose::{begins_a_sentence, is_abbreviated};

/// What a mark may be followed by and still end what it ends.
const CLOSING: [char; 8] = ['"', '\'', ')', ']', '”', '’', '*', '_'];

/// How deep a cut is. Where one may be made, a deeper one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edge {
    /// Between two words.
    Word,
    /// After `,`.
    Phrase,
    /// After `;` or `:`.
    Clause,
    /// After `.`, `!` or `?`, at a line break, and where a passage begins or ends.
    Sentence,
}

/// The edge at a byte of a passage, white space around it looked through; nothing inside a word.
pub fn edge(passage: &str, at: usize) -> Option<Edge> {
    let (before, after) = passage.split_at_checked(at)?;
    let (left, right) = (before.trim_ascii_end(), after.trim_ascii_start());
    let gap = &passage[left.len()..passage.len() - right.len()];
    if left.is_empty() || right.is_empty() || gap.contains('\n') {
        return Some(Edge::Sentence);
    }
    let body = left.trim_end_matches(CLOSING);
    match body.chars().next_back() {
        Some('。' | '！' | '？') => Some(Edge::Sentence),
        _ if gap.is_empty() => None,
        Some('.') if numbers_an_item(body) || is_abbreviated(&body[..body.len() - 1]) => Some(Edge::Word),
        Some('.' | '!' | '?') if begins_a_sentence(&passage[left.len()..]) => Some(Edge::Sentence),
        Some(';' | ':') => Some(Edge::Clause),
        Some(',') => Some(Edge::Phrase),
        _ => Some(Edge::Word),
    }
}

/// Whether a text ends with a mark, closing quotes and brackets after it looked through.
pub fn ends_with_mark(text: &str) -> bool {
    text.trim_ascii_end().trim_end_matches(CLOSING).ends_with(is_mark)
}

/// Whether a character parts phrases or sentences.
pub fn is_mark(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | ';' | ':' | ',' | '。' | '！' | '？')
}

/// Whether a line is `2.` and nothing more: its text follows.
fn numbers_an_item(left: &str) -> bool {
    let line = left.rsplit('\n').next().unwrap_or(left);
    line.trim_ascii_start().trim_end_matches('.').bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Cuts a text before the first character of each word, wherever the edge is at least so deep.
    fn cut(text: &str, least: Edge) -> Vec<&str> {
        let visible = |at: usize| text[at..].starts_with(|first: char| !first.is_ascii_whitespace());
        let places = text.char_indices().map(|(at, _)| at).filter(|at| *at > 0 && visible(*at));
        let mut cuts: Vec<usize> = places.filter(|at| edge(text, *at) >= Some(least)).collect();
        cuts.insert(0, 0);
        cuts.push(text.len());
        cuts.windows(2).map(|pair| text[pair[0]..pair[1]].trim()).collect()
    }

    #[test]
    fn marks_end_phrases_clauses_and_sentences() {
        let text = "If you are single, file: it is due; pay (now!) Late? Ask.\nNote";
        assert_eq!(
            cut(text, Edge::Sentence),
            ["If you are single, file: it is due; pay (now!)", "Late?", "Ask.", "Note"]
        );
        assert_eq!(cut("One, two; three: four", Edge::Clause), ["One, two;", "three:", "four"]);
        assert_eq!(cut("One, two; three: four", Edge::Phrase), ["One,", "two;", "three:", "four"]);
        assert_eq!(cut("One, two", Edge::Word), ["One,", "two"]);
    }

    #[test]
    fn numbers_names_and_abbreviations_are_never_cut() {
        assert_eq!(cut("It is $15,750 or 7.5% at irs.gov/a.b now.", Edge::Phrase).len(), 1);
        assert_eq!(cut("See Pub. 501 (or “Form 1” and Pub.) 17 for the U.S. rules, e.g. Those", Edge::Clause).len(), 1);
        assert_eq!(cut("$1.50 non-refundable don't", Edge::Word), ["$1.50", "non-refundable", "don't"]);
    }

    #[test]
    fn the_number_of_a_list_item_is_not_a_sentence() {
        assert_eq!(
            cut("1. File it.\n2. Pay it in 2024. Or not", Edge::Sentence),
            ["1. File it.", "2. Pay it in 2024.", "Or not"]
        );
    }

    #[test]
    fn a_mark_may_stand_before_closing_quotes_and_brackets() {
        assert_eq!(cut("(Ask us.) “Pay us.” Now", Edge::Sentence), ["(Ask us.)", "“Pay us.”", "Now"]);
        assert!(ends_with_mark("Pay us.”)\n") && !ends_with_mark("Pay (us)"));
    }

    #[test]
    fn wide_marks_need_no_white_space() {
        assert_eq!(cut("税金です。次です。", Edge::Sentence), ["税金です。", "次です。"]);
    }

    #[test]
    fn both_sides_of_a_line_break_and_a_passages_ends_are_edges_of_sentences() {
        for at in [0, 1, 2, 3, 4] {
            assert_eq!(edge("a\nb", at) == Some(Edge::Sentence), at < 4, "{at}");
        }
    }

    proptest! {
        #[test]
        fn an_edge_is_where_white_space_is_and_nowhere_else(text in "[a-z0-9.,;$ \n]{2,24}") {
            for (at, pair) in (1..).zip(text.as_bytes().windows(2)) {
                let within = pair.iter().all(|byte| !byte.is_ascii_whitespace());
                prop_assert_eq!(edge(&text, at).is_none(), within);
            }
        }
    }
}
