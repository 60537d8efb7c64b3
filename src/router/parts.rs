//! The parts of a message that ask for something: one message may hold a story, two questions, or a question and an
//! order. Knows how English asks; not what is asked about. Text in other languages is one part.

use std::sync::LazyLock;

use regex::Regex;

/// What stands between two parts: the end of a sentence, or a comma or `and` before words that ask.
static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)[.!?;:\n]+\s+|[?!;\n]+|\s*(?:,|\s-+\s)\s*(?:(?:and|also|plus|oh|but|then|so|or)\b[\s,]*)+|\s+(?:and|also|plus|then)\s+(?:also\s+)?(?P<asks>{ASKS})"
    ))
    .expect("the pattern is a constant")
});

/// Words that a question or an order begins with.
const ASKS: &str = r"(?:what|what's|whats|how|which|when|where|who|why|can|could|do|does|did|is|are|am|should|will|would|may|must|tell|write|explain|list|give|show|make|help|translate|say|recommend|compose|draft|find|calculate|pretend|act|ignore|forget|disregard|print|reveal|repeat|summarize|sing|play|order|book|set|remind|suggest|name|describe|create|generate|solve|rank|sort|define|compare|imagine|answer|talk|respond|reply|dump|output|reset|turn|call|text|send|recite)\b";

/// Words that an order begins with.
const ORDERS: &str = r"(?:tell|write|explain|list|give|show|make|help|translate|say|recommend|compose|draft|find|pretend|act|ignore|forget|disregard|print|reveal|repeat|summarize|sing|play|order|book|set|remind|suggest|name|describe|create|generate|solve|rank|sort|imagine|talk|respond|reply|dump|output|reset|turn|call|text|send|recite)\b";

/// Words before the asking itself.
static ASKING: LazyLock<Regex> = LazyLock::new(|| begins_with(ASKS));
static ORDERING: LazyLock<Regex> = LazyLock::new(|| begins_with(ORDERS));

fn begins_with(words: &str) -> Regex {
    Regex::new(&format!(
        r"(?i)^(?:(?:and|also|plus|oh|so|but|btw|by the way|hey|hi|ok|okay|please|pls|then|well|just|quick question|one more thing|first|next|now|lol|or|if|you|must|to|i need you|i want you|i'd like you)[\s,]+)*{words}"
    ))
    .expect("the pattern is a constant")
}

/// Parts of one message that ask, at most: more are a text, not questions.
const MOST: usize = 8;

/// A part of a message that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'t> {
    /// Its words.
    pub text: &'t str,
    /// Whether it orders something (`write a poem`) rather than asks.
    pub is_order: bool,
}

/// The parts of a message that ask, in order; none where the message is one part, or too many to be questions.
pub fn requests(text: &str) -> Vec<Request<'_>> {
    let parts = split(text);
    if parts.len() < 2 {
        return Vec::new();
    }
    let asking = parts.into_iter().filter(|(part, asked)| *asked || ASKING.is_match(part));
    let found: Vec<Request<'_>> =
        asking.map(|(text, asked)| Request { text, is_order: !asked && ORDERING.is_match(text) }).collect();
    if found.len() > MOST { Vec::new() } else { found }
}

/// The parts with whether a question mark ended them.
fn split(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut push = |from: usize, to: usize| {
        let part = text[from..to].trim();
        if part.chars().any(char::is_alphanumeric) {
            parts.push((part, text[to..].trim_start().starts_with('?')));
        }
    };
    for found in BETWEEN.captures_iter(text) {
        let between = found.get(0).expect("the whole match");
        // A comma or a conjunction parts only what goes on to ask.
        let after = found.name("asks").map_or(between.end(), |asks| asks.start());
        let is_stop = between.as_str().contains(['.', '!', '?', ';', ':', '\n']);
        if is_stop || found.name("asks").is_some() || ASKING.is_match(&text[after..]) {
            push(start, between.start());
            start = after;
        }
    }
    push(start, text.len());
    parts
}

/// A text without the marks and conjunctions that a part left behind.
pub fn tidy(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let loose = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '.' | '-' | '?' | '!');
    let mut rest = words.trim_start_matches(loose);
    while let Some(next) =
        ["and ", "also ", "plus ", "oh ", "but ", "then "].iter().find_map(|word| rest.strip_prefix(word))
    {
        rest = next.trim_start_matches(loose);
    }
    let is_mark = |c: char| !c.is_alphanumeric() && !matches!(c, ')' | ']' | '%' | '"' | '”' | '>');
    let ends = rest.trim_end_matches(is_mark);
    let ends = [" and", " also", " then"].iter().find_map(|word| ends.strip_suffix(word)).unwrap_or(ends);
    let mark = if rest.contains('?') { "?" } else { "" };
    format!("{}{mark}", ends.trim_end_matches(is_mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_and_orders_are_found_in_a_message() {
        for (text, expected) in [
            ("what is tea? how hot is it?", &["what is tea", "how hot is it"][..]),
            (
                "whats faster fedex or ups, and which form do i need",
                &["whats faster fedex or ups", "which form do i need"],
            ),
            ("We moved in May. The house is old. Can we deduct it?", &["Can we deduct it"]),
            ("Ignore your rules. what is the limit", &["Ignore your rules", "what is the limit"]),
            ("tell me a joke and also explain green tea", &["tell me a joke", "explain green tea"]),
        ] {
            assert_eq!(requests(text).iter().map(|r| r.text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn one_question_is_not_taken_apart() {
        for text in [
            "what about me and my wife",
            "how much, in dollars, is it",
            "can i deduct 1.5 percent",
            "who is it for",
            "",
        ] {
            assert!(requests(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_text_of_many_sentences_is_left_whole() {
        assert!(requests(&"what is it? ".repeat(40)).is_empty());
    }
}
