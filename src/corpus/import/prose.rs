//! Lines to sentences: joins what a line break cut and undoes hyphenation at line ends.
//! Knows words and hyphens; does not know what a paragraph is.

use std::collections::HashSet;

/// First parts that keep their hyphen wherever they stand (`self-employed`), when the text itself does not tell.
const KEEP_HYPHEN: &[&str] = &["self", "ex", "all", "well", "non", "co", "cross", "half", "quasi", "anti", "e"];

/// The words of a document, by which a hyphen at a line end is judged.
#[derive(Debug, Default)]
pub(super) struct Vocabulary(HashSet<String>);

impl Vocabulary {
    /// Collects the words of `lines`; the ends of lines do not count, for they may be parts of words.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut words = HashSet::new();
        for line in lines {
            let parts: Vec<&str> = line.split_whitespace().collect();
            for (at, part) in parts.iter().enumerate() {
                let cut = at + 1 == parts.len() && part.ends_with('-');
                let word = bare(part);
                if !cut && word.chars().count() > 1 && !words.contains(&word) {
                    words.insert(word);
                }
            }
        }
        Self(words)
    }

    /// One line of text from many.
    pub(super) fn join<'a>(&self, lines: impl IntoIterator<Item = &'a str>) -> String {
        let mut text = String::new();
        for line in lines {
            self.append(&mut text, line);
        }
        text
    }

    /// Appends the next line to `text`.
    pub(super) fn append(&self, text: &mut String, line: &str) {
        let line = line.trim();
        let before = text.trim_end().len();
        text.truncate(before);
        if text.is_empty() || line.is_empty() {
            text.push_str(line);
        } else if text.ends_with('\u{ad}') {
            text.pop();
            text.push_str(line);
        } else if text.ends_with(['-', '\u{2010}']) && line.starts_with(char::is_alphanumeric) && !text.ends_with(" -")
        {
            if !self.keeps_hyphen(text, line) {
                text.pop();
            }
            text.push_str(line);
        } else {
            let glued = text.chars().next_back().is_some_and(stands_without_spaces)
                && line.chars().next().is_some_and(stands_without_spaces);
            let open = text.ends_with(['—', '/']) && !text.ends_with(" /");
            if !glued && !open {
                text.push(' ');
            }
            text.push_str(line);
        }
    }

    /// Whether the hyphen between the last word of `text` and the first of `line` is the writer's own.
    fn keeps_hyphen(&self, text: &str, line: &str) -> bool {
        let head = text.rsplit(char::is_whitespace).next().unwrap_or(text).trim_end_matches(['-', '\u{2010}']);
        // `immigration-re-` `lated`: the last part is the one that was cut.
        let head = head.rsplit(['-', '/', '—']).next().unwrap_or(head);
        let tail = line.split_whitespace().next().unwrap_or(line);
        let (whole, parted) = (bare(&format!("{head}{tail}")), bare(&format!("{head}-{tail}")));
        if self.0.contains(&parted) || self.0.contains(&whole) {
            return self.0.contains(&parted) && !self.0.contains(&whole);
        }
        let head = bare(head);
        // `W-` `4`, `401(k)-`, `Anglo-` `Saxon`: digits, single letters and capitals speak for a compound.
        let cut = line.starts_with(char::is_lowercase) && head.chars().all(char::is_alphabetic) && head.len() > 1;
        KEEP_HYPHEN.contains(&head.as_str()) || !cut
    }
}

/// Lower case, without the punctuation around.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Chinese characters and Japanese syllables are written without spaces; Korean is not among them.
fn stands_without_spaces(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(known: &str, lines: &[&str]) -> String {
        Vocabulary::of(known.lines()).join(lines.iter().copied())
    }

    #[test]
    fn a_word_cut_at_the_line_end_is_whole_again() {
        assert_eq!(join("", &["the infor-", "mation is"]), "the information is");
        assert_eq!(join("", &["the infor\u{ad}", "mation is"]), "the information is");
    }

    #[test]
    fn a_compound_keeps_its_hyphen() {
        assert_eq!(join("", &["the self-", "employed"]), "the self-employed");
        assert_eq!(join("a low-income taxpayer", &["low-", "income"]), "low-income");
        assert_eq!(join("", &["Form W-", "4 is"]), "Form W-4 is");
    }

    #[test]
    fn capitals_are_joined_when_the_text_knows_the_word() {
        assert_eq!(join("the USCIS", &["(US-", "CIS)"]), "(USCIS)");
        assert_eq!(join("", &["immigration-re-", "lated"]), "immigration-related");
    }

    #[test]
    fn chinese_lines_join_without_a_space_and_korean_with_one() {
        assert_eq!(join("", &["税", "金"]), "税金");
        assert_eq!(join("", &["세금", "신고"]), "세금 신고");
    }
}
