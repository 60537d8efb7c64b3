//! What every reader hands over: a sequence of blocks, and the one way they are written as Markdown.
//! Knows headings, paragraphs, lists, tables and code; does not know where a block came from.

use std::fmt::Write;

/// One block of a document; its text stands on one line, except that of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// Plain text. Empty for a table.
    pub(super) text: String,
    /// How many of the text's characters are part of a link: what tells navigation from prose.
    pub(super) linked: usize,
    /// The whole text is bold: a heading in the paragraph, when short.
    pub(super) bold: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Level as the source gives it, from 1.
    Heading(u8),
    Paragraph,
    /// An item of a list, `depth` from 0; a number where the list counts.
    Item {
        depth: u8,
        number: Option<u64>,
    },
    /// More of the item before, after a break: written as a paragraph of that item.
    Continued {
        depth: u8,
    },
    /// Rows of cells; the first is the head.
    Table(Vec<Vec<String>>),
    /// A listing and its language.
    Code(String),
}

/// Deepest heading of Markdown.
const DEEPEST: usize = 6;
/// Spaces per list level: what both `- ` and `1. ` accept as inside.
const INDENT: usize = 3;

impl Block {
    pub(super) fn new(kind: Kind, text: &str) -> Self {
        let text = if matches!(kind, Kind::Code(_)) { text.trim_end().to_owned() } else { one_line(text) };
        Self { kind, text, linked: 0, bold: false }
    }

    pub(super) fn heading(level: u8, text: &str) -> Self {
        Self::new(Kind::Heading(level), text)
    }

    pub(super) fn paragraph(text: &str) -> Self {
        Self::new(Kind::Paragraph, text)
    }

    pub(super) fn item(depth: u8, number: Option<u64>, text: &str) -> Self {
        Self::new(Kind::Item { depth, number }, text)
    }

    /// A table, or nothing when no cell holds a word. Rows are filled up to one width; empty columns are dropped.
    pub(super) fn table(rows: Vec<Vec<String>>) -> Option<Self> {
        let mut rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| one_line(cell)).collect()).collect();
        rows.retain(|row: &Vec<String>| row.iter().any(|cell| !cell.is_empty()));
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        for row in &mut rows {
            row.resize(width, String::new());
        }
        let used: Vec<usize> = (0..width).filter(|&at| rows.iter().any(|row| !row[at].is_empty())).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(|row| used.iter().map(|&at| row[at].clone()).collect()).collect();
        (!rows.is_empty()).then(|| Self::new(Kind::Table(rows), ""))
    }

    /// Whether there is nothing to write.
    pub(super) fn is_blank(&self) -> bool {
        match &self.kind {
            Kind::Table(rows) => rows.is_empty(),
            _ => !self.text.chars().any(|c| !c.is_whitespace()),
        }
    }

    /// Heading level, if this is one.
    pub(super) fn level(&self) -> Option<u8> {
        if let Kind::Heading(level) = self.kind { Some(level) } else { None }
    }
}

/// `text` on one line: every run of white space is one space; invisible characters go.
pub(super) fn one_line(text: &str) -> String {
    let visible = |c: &char| {
        !matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}') && (!c.is_control() || c.is_whitespace())
    };
    let text: String = text.chars().filter(visible).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Title and body of a document: `stated` is its title if the source states one, `stem` the last resort.
///
/// The first heading of the highest rank opens the body when it is the title; the others nest below it without gaps.
pub(super) fn compose(mut blocks: Vec<Block>, stated: Option<String>, stem: &str) -> (String, String) {
    blocks.retain(|block| !block.is_blank());
    let first = blocks.iter().position(|block| block.level() == Some(1));
    let first = first.or_else(|| (blocks.first()?.level().is_some()).then_some(0));
    let stated = stated.map(|title| one_line(&title)).filter(|title| !title.is_empty());
    let title = match (&stated, first) {
        (Some(title), _) => title.clone(),
        (None, Some(at)) => blocks[at].text.clone(),
        (None, None) => one_line(stem),
    };
    if let Some(at) = first
        && same_words(&blocks[at].text, &title)
    {
        blocks.remove(at);
    }
    let body = render(&title, &blocks);
    (title, body)
}

fn same_words(one: &str, other: &str) -> bool {
    let words =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    words(one) == words(other)
}

fn render(title: &str, blocks: &[Block]) -> String {
    let mut body = format!("# {}\n", text_of_line(title));
    let mut above: Vec<u8> = Vec::new();
    let mut last: Option<&Kind> = None;
    for block in blocks {
        let together = matches!((last, &block.kind), (Some(Kind::Item { .. }), Kind::Item { .. }));
        if !together {
            body.push('\n');
        }
        write_block(&mut body, block, &mut above);
        last = Some(&block.kind);
    }
    body
}

fn write_block(body: &mut String, block: &Block, above: &mut Vec<u8>) {
    let text = &block.text;
    // Writing to a string cannot fail.
    let _ = match &block.kind {
        Kind::Heading(level) => {
            while above.last().is_some_and(|last| last >= level) {
                above.pop();
            }
            above.push(*level);
            let depth = (above.len() + 1).min(DEEPEST);
            writeln!(body, "{} {}", "#".repeat(depth), text_of_line(text))
        }
        Kind::Paragraph => writeln!(body, "{}", text_of_line(text)),
        Kind::Item { depth, number } => {
            let indent = " ".repeat(usize::from(*depth) * INDENT);
            let text = text_of_line(text);
            match number {
                Some(number) => writeln!(body, "{indent}{number}. {text}"),
                None => writeln!(body, "{indent}- {text}"),
            }
        }
        Kind::Continued { depth } => {
            writeln!(body, "{}{}", " ".repeat((usize::from(*depth) + 1) * INDENT), text_of_line(text))
        }
        Kind::Table(rows) => {
            for (at, row) in rows.iter().enumerate() {
                let _ =
                    writeln!(body, "| {} |", row.iter().map(|cell| cell_text(cell)).collect::<Vec<_>>().join(" | "));
                if at == 0 {
                    let _ = writeln!(body, "|{}", " --- |".repeat(row.len()));
                }
            }
            Ok(())
        }
        Kind::Code(language) => {
            let fence = if text.contains("```") { "~~~~" } else { "```" };
            writeln!(body, "{fence}{language}\n{text}\n{fence}")
        }
    };
}

fn cell_text(cell: &str) -> String {
    text_of_line(cell).replace('|', "\\|")
}

/// Keeps words from being taken for markup: a tag in angle brackets, a hash that opens the line.
fn text_of_line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    if text.starts_with('#') || text.starts_with("> ") || text.starts_with("```") || text.starts_with("~~~") {
        safe.push('\\');
    }
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c == '<' && characters.peek().is_some_and(|next| next.is_ascii_alphabetic() || "/!?".contains(*next)) {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_nest_below_the_title_and_skip_no_level() {
        let levels = [1, 4, 3, 6, 2, 1, 5];
        let blocks = levels.iter().enumerate().map(|(at, &level)| Block::heading(level, &format!("h{at}"))).collect();
        let (title, body) = compose(blocks, None, "stem");
        assert_eq!(title, "h0");
        assert_eq!(body, "# h0\n\n## h1\n\n## h2\n\n### h3\n\n## h4\n\n## h5\n\n### h6\n");
    }

    #[test]
    fn a_stated_title_stands_once() {
        let blocks = vec![Block::heading(1, "The  Title!"), Block::paragraph("words")];
        let (_, body) = compose(blocks, Some("The title".to_owned()), "stem");
        assert_eq!(body, "# The title\n\nwords\n");
    }

    #[test]
    fn items_stand_together_and_other_blocks_apart() {
        let blocks = vec![
            Block::paragraph("a\n  b"),
            Block::item(0, None, "one"),
            Block::item(1, Some(3), "two"),
            Block::paragraph("c"),
        ];
        assert_eq!(compose(blocks, None, "stem").1, "# stem\n\na b\n\n- one\n   3. two\n\nc\n");
    }

    #[test]
    fn a_table_has_one_width_and_no_empty_column() {
        let rows = vec![vec!["a".into(), String::new(), "b|c".into()], vec!["d".into()], vec![]];
        let blocks = Block::table(rows).into_iter().collect();
        assert_eq!(compose(blocks, None, "s").1, "# s\n\n| a | b\\|c |\n| --- | --- |\n| d |  |\n");
    }

    #[test]
    fn words_are_not_taken_for_markup() {
        let blocks = vec![Block::paragraph("#1 of <b>"), Block::paragraph("2 < 3")];
        assert_eq!(compose(blocks, None, "s").1, "# s\n\n\\#1 of \\<b>\n\n2 < 3\n");
    }
}
