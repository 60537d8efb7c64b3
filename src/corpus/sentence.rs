//! Where sentences begin and end: byte spans inside a paragraph.
//! A rule, not a model: it must be exact about bytes and right about the abbreviations of reference prose.

use super::Span;
use crate::prose::{begins_a_sentence, is_abbreviated};

/// Splits `text[within]` into sentences, without the white space around them.
pub fn sentences(text: &str, within: Span) -> Vec<Span> {
    let part = within.of(text);
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = part.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let ends = match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => {
                let closing =
                    part[end..].chars().take_while(|c| matches!(c, '"' | '\'' | ')' | ']' | '”' | '’')).count();
                for _ in 0..closing {
                    chars.next();
                }
                let after = chars.peek().map_or(part.len(), |(i, _)| *i);
                begins_a_sentence(&part[after..]) && !(c == '.' && is_abbreviated(&part[start..at]))
            }
            _ => false,
        };
        if ends {
            let stop = chars.peek().map_or(part.len(), |(i, _)| *i);
            push_trimmed(part, start, stop, within.start, &mut found);
            start = stop;
        }
    }
    push_trimmed(part, start, part.len(), within.start, &mut found);
    found
}

fn push_trimmed(part: &str, start: usize, end: usize, base: usize, found: &mut Vec<Span>) {
    let piece = &part[start..end];
    let trimmed = piece.trim();
    if trimmed.chars().any(char::is_alphanumeric) {
        let lead = piece.len() - piece.trim_start().len();
        found.push(Span { start: base + start + lead, end: base + start + lead + trimmed.len() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text, Span { start: 0, end: text.len() }).into_iter().map(|s| s.of(text)).collect()
    }

    #[test]
    fn abbreviations_and_decimals_do_not_end_a_sentence() {
        assert_eq!(
            split("See Pub. 501 for the U.S. rules. The rate is 7.5 percent. (Ask first.) Done"),
            ["See Pub. 501 for the U.S. rules.", "The rate is 7.5 percent.", "(Ask first.)", "Done"]
        );
    }

    #[test]
    fn spans_stay_inside_the_part_they_were_asked_for() {
        let text = "Skip. One. Two.";
        let spans = sentences(text, Span { start: 6, end: 15 });
        assert_eq!(spans.iter().map(|s| s.of(text)).collect::<Vec<_>>(), ["One.", "Two."]);
    }

    #[test]
    fn korean_and_japanese_sentences_end() {
        assert_eq!(split("세금을 냅니다. 환급도 됩니다."), ["세금을 냅니다.", "환급도 됩니다."]);
        assert_eq!(split("税金です。次です。"), ["税金です。", "次です。"]);
    }
}
