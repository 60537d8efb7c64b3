//! Plain text: tells headings, lists, tables and paragraphs by how lines are set.
//! Knows lines only; joins them with what `prose` knows of hyphens.

use std::sync::LazyLock;

use regex::Regex;

use super::block::{Block, Kind, compose};
use super::prose::Vocabulary;
use super::{Draft, Unreadable};

/// Lines longer than this are whole paragraphs: nobody wraps so late.
const WRAPPED_AT: usize = 140;
/// A heading is shorter than this.
const HEADING: usize = 90;

/// `- `, `• `, `1. `, `(a) `: the marker of a list's item.
static MARKER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:[-*+•‣◦▪–·]\s|o\s\s)\s*(?P<b>\S.*)$|^(?P<number>\d{1,3})[.)]\s+(?P<n>\S.*)$"));
/// `1.2 Title`, `Chapter 3`, `제2조`: a heading that counts.
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?P<steps>\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\p{L}|(?P<word>(?i:chapter|part|section|article|appendix|annex)\s+[\dIVXLCA-Z]{1,6}\b|제\s?\d+\s?[장조절편]))",
    )
});
/// `Page 3 of 10`, `- 3 -`: a page's number.
static PAGE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?i:page\s+)?[-–]?\s*\d{1,4}\s*[-–]?(?i:\s+of\s+\d{1,4})?$"));
/// Where columns part.
static GAP: LazyLock<Regex> = LazyLock::new(|| pattern(r"\t+| {2,}"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant of this module and is well formed")
}

/// Reads a text; `stem` is the title of last resort.
pub(super) fn read(text: &str, stem: &str) -> Result<Draft, Unreadable> {
    let blocks = blocks(text);
    if blocks.is_empty() {
        return Err(Unreadable::Empty);
    }
    let (title, body) = compose(blocks, None, stem);
    Ok(Draft { title, body, ..Draft::default() })
}

/// The blocks of a text.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches([' ', '\t'])).collect();
    let words = Vocabulary::of(lines.iter().copied());
    let long = lines.iter().filter(|line| line.chars().count() > WRAPPED_AT).count();
    let one_per_line = long * 4 > lines.iter().filter(|line| line.len() > 40).count();
    let mut chunks: Vec<Vec<&str>> = vec![Vec::new()];
    for (at, line) in lines.iter().enumerate() {
        let number = PAGE.is_match(line.trim()) && near_page_break(&lines, at);
        let line = line.trim_start_matches('\u{c}');
        if line.trim().is_empty() || number {
            chunks.push(Vec::new());
        } else if let Some(chunk) = chunks.last_mut() {
            chunk.push(line);
        }
    }
    chunks.retain(|chunk| !chunk.is_empty());
    let mut blocks = Vec::new();
    for (at, chunk) in chunks.iter().enumerate() {
        let next = chunks.get(at + 1).and_then(|chunk| chunk.first()).copied();
        read_chunk(chunk, next, one_per_line, &words, &mut blocks);
    }
    blocks
}

/// A number by itself is a page's only where pages end: at a form feed, or written as `Page 3`.
fn near_page_break(lines: &[&str], at: usize) -> bool {
    let feed = lines[at.saturating_sub(2)..(at + 3).min(lines.len())].iter().any(|line| line.contains('\u{c}'));
    feed || lines[at].to_lowercase().contains("page") || lines[at].trim().starts_with('-')
}

/// Lines between two blank ones.
fn read_chunk(chunk: &[&str], next: Option<&str>, one_per_line: bool, words: &Vocabulary, blocks: &mut Vec<Block>) {
    if let [only] = chunk
        && let Some(level) = heading(only, next)
    {
        blocks.push(Block::heading(level, only));
        return;
    }
    if let Some(table) = table(chunk) {
        blocks.extend(Block::table(table));
        return;
    }
    let mut at = 0;
    let mut open: Option<Block> = None;
    let mut indent = 0;
    while at < chunk.len() {
        let line = chunk[at];
        let depth = line.len() - line.trim_start().len();
        if let Some(level) = chunk.get(at + 1).and_then(|below| underline(line, below)) {
            blocks.extend(open.take());
            blocks.push(Block::heading(level, line));
            at += 2;
            continue;
        }
        let indented = depth >= indent + 2 && matches!(&open, Some(block) if block.kind == Kind::Paragraph);
        let marked = item(line.trim(), depth);
        match &mut open {
            Some(block) if marked.is_none() && !one_per_line && !indented => words.append(&mut block.text, line),
            _ => {
                blocks.extend(open.take());
                open = Some(marked.unwrap_or_else(|| Block::paragraph(line)));
            }
        }
        indent = depth;
        at += 1;
    }
    blocks.extend(open);
}

/// Level of a heading that stands alone: in capitals, or with a number and no sentence's end.
fn heading(line: &str, next: Option<&str>) -> Option<u8> {
    let line = line.trim();
    let length = line.chars().count();
    if length > HEADING || line.ends_with(['.', ',', ';', ':']) && !line.ends_with("etc.") {
        return None;
    }
    let (upper, lower) = (line.chars().filter(|c| c.is_uppercase()).count(), line.chars().any(char::is_lowercase));
    if upper >= 4 && !lower && upper * 2 > length.saturating_sub(line.matches(' ').count()) {
        return Some(2);
    }
    let found = NUMBERED.captures(line)?;
    let steps =
        found.name("steps").map_or(1, |steps| steps.as_str().split('.').filter(|step| !step.is_empty()).count());
    // Items of a list that stands with blank lines between look the same: the next one tells.
    let listed = found.name("word").is_none() && steps == 1 && next.is_some_and(|next| MARKER.is_match(next.trim()));
    (!listed).then_some((steps as u8).saturating_add(1))
}

fn underline(line: &str, below: &str) -> Option<u8> {
    let (line, below) = (line.trim(), below.trim());
    let drawn = |mark: char| below.chars().all(|c| c == mark);
    let fits = below.len() >= 3 && below.len() + 3 >= line.chars().count() && line.chars().any(char::is_alphanumeric);
    match fits && line.chars().count() <= HEADING {
        true if drawn('=') => Some(1),
        true if drawn('-') || drawn('~') || drawn('_') => Some(2),
        _ => None,
    }
}

fn item(line: &str, depth: usize) -> Option<Block> {
    let found = MARKER.captures(line)?;
    let depth = (depth / 2).min(9) as u8;
    match (found.name("b"), found.name("n"), found.name("number")) {
        (Some(text), ..) => Some(Block::item(depth, None, text.as_str())),
        (_, Some(text), Some(number)) => Some(Block::item(depth, number.as_str().parse().ok(), text.as_str())),
        _ => None,
    }
}

/// At least three lines with as many columns each, or two parted by tabs.
fn table(chunk: &[&str]) -> Option<Vec<Vec<String>>> {
    let ruled = |line: &&str| !line.trim().chars().all(|c| "-=+| ".contains(c));
    let rows: Vec<Vec<String>> =
        chunk.iter().copied().filter(ruled).map(|line| GAP.split(line.trim()).map(str::to_owned).collect()).collect();
    let width = rows.first()?.len();
    let tabbed = chunk.iter().all(|line| line.trim().contains('\t'));
    let enough = rows.len() >= 3 || (rows.len() == 2 && tabbed);
    let listed = chunk.iter().any(|line| MARKER.is_match(line.trim()));
    (enough && width >= 2 && !listed && rows.iter().all(|row| row.len() == width)).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> String {
        read(text, "stem").expect("the text holds words").body
    }

    #[test]
    fn headings_are_told_by_underline_capitals_and_number() {
        let text = "The title\n=========\n\nGENERAL RULES\n\nWords.\n\n1. Scope\n\nWords.\n\n1.1 Who files\n\nWords.\n";
        let expected =
            "# The title\n\n## GENERAL RULES\n\nWords.\n\n## 1. Scope\n\nWords.\n\n### 1.1 Who files\n\nWords.\n";
        assert_eq!(body(text), expected);
    }

    #[test]
    fn wrapped_lines_and_cut_words_are_joined() {
        assert_eq!(body("The infor-\nmation is\nhere.\n\nMore."), "# stem\n\nThe information is here.\n\nMore.\n");
    }

    #[test]
    fn lists_are_lists() {
        let text = "You need:\n- a form\n  and a pen\n- a stamp\n\n1. Write.\n\n2. Send.\n";
        assert_eq!(body(text), "# stem\n\nYou need:\n\n- a form and a pen\n- a stamp\n1. Write.\n2. Send.\n");
    }

    #[test]
    fn columns_are_a_table() {
        let expected = "# stem\n\n| Rate | From |\n| --- | --- |\n| 10% | $0 |\n| 12% | $9,000 |\n";
        assert_eq!(body("Rate   From\n-----  ----\n10%    $0\n12%    $9,000\n"), expected);
    }

    #[test]
    fn page_numbers_at_page_breaks_go() {
        assert_eq!(body("One.\n\n3\n\u{c}\nTwo.\n\nPage 4 of 9\n"), "# stem\n\nOne.\n\nTwo.\n");
    }
}
