//! Other people's Markdown: keeps headings, lists, tables, listings and what the front matter states.
//! Links give their text, pictures nothing; furniture is judged elsewhere.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block::{Block, Kind, compose};
use super::furniture::drop_furniture;
use super::inline::Inline;
use super::{Draft, Unreadable, front_matter, html};

/// Lines longer than this are whole paragraphs: nobody wraps so late.
const WRAPPED_AT: usize = 160;
/// A bold line of at most this many words heads the paragraph below it.
const RUN_IN: usize = 14;

/// Reads a page; `stem` is the title of last resort.
pub(super) fn read(text: &str, stem: &str) -> Result<Draft, Unreadable> {
    let (stated, text) = front_matter::split(text)?;
    let (blocks, dropped) = drop_furniture(blocks(text));
    if blocks.iter().all(Block::is_blank) {
        return Err(Unreadable::Empty);
    }
    let (title, body) = compose(blocks, stated.title, stem);
    let mut notes = Vec::new();
    if dropped > 0 {
        notes.push(format!("{dropped} blocks of page furniture (navigation, link lists, footers)"));
    }
    Ok(Draft { id: stated.id, title, url: stated.url, lang: stated.lang, body, notes })
}

/// Whether text of unknown kind is Markdown: a heading, a listing, a link or a table's rule.
pub(super) fn looks_like(text: &str) -> bool {
    let rule = |line: &str| line.len() > 4 && line.contains('|') && line.chars().all(|c| "|-: ".contains(c));
    text.lines().take(400).any(|line| {
        let hashes = line.chars().take_while(|c| *c == '#').count();
        let heading = (1..=6).contains(&hashes) && line[hashes..].starts_with(' ');
        heading || line.starts_with("```") || line.contains("](http") || rule(line.trim())
    })
}

/// The blocks of a page, as they stand.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let text = separate(text);
    let mut reader = Reader::default();
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        reader.event(event);
    }
    reader.flush();
    run_in(reader.blocks)
}

/// Writers who put a paragraph on a line often leave out the blank line between two: this puts it back.
fn separate(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let long = lines.iter().filter(|line| line.len() > WRAPPED_AT).count();
    let one_per_line = long * 10 > lines.iter().filter(|line| line.len() > 40).count();
    let mut out = String::with_capacity(text.len() + lines.len());
    let mut fenced = false;
    for (at, line) in lines.iter().enumerate() {
        let fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        let table_ends = at > 0 && lines[at - 1].contains('|') && !line.contains('|');
        let table_begins = lines.get(at + 1).is_some_and(|next| is_table_rule(next));
        let prose = one_per_line && at > 0 && is_prose(line) && is_prose(lines[at - 1]);
        let joined = (table_ends && one_per_line) || table_begins || prose;
        if !fenced && !fence && joined && !is_table_rule(line) && at > 0 && !lines[at - 1].trim().is_empty() {
            out.push('\n');
        }
        fenced ^= fence;
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn is_table_rule(line: &str) -> bool {
    let line = line.trim();
    line.contains("---") && line.contains('|') && line.chars().all(|c| "|-: ".contains(c))
}

/// A line that opens neither a list, a table, a quotation nor a heading, and stands at the margin.
fn is_prose(line: &str) -> bool {
    let first = line.chars().next();
    let listed = line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(". ")
        || ["- ", "* ", "+ "].iter().any(|marker| line.starts_with(marker));
    first.is_some_and(|c| !c.is_whitespace() && !"#>|<=".contains(c))
        && !listed
        && !line.contains('|')
        && !line.starts_with("---")
}

/// Joins a short bold line with the paragraph that it heads: `**Balance due.**` and what follows.
fn run_in(blocks: Vec<Block>) -> Vec<Block> {
    let mut joined: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        let heads = joined.last().is_some_and(|last| {
            let words = last.text.split_whitespace().count();
            last.bold
                && last.kind == Kind::Paragraph
                && words <= RUN_IN
                && last.text.ends_with(['.', '?', '!', ':', '—'])
        });
        match joined.last_mut() {
            Some(last) if heads && block.kind == Kind::Paragraph && !block.bold => {
                last.text = format!("{} {}", last.text, block.text);
                last.linked += block.linked;
                last.bold = false;
            }
            _ => joined.push(block),
        }
    }
    joined
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    inline: Inline,
    /// Next number of each open list; none where the list does not count.
    lists: Vec<Option<u64>>,
    /// The open item's marker, until its first text is written.
    item: Option<Kind>,
    heading: Option<u8>,
    code: Option<String>,
    rows: Option<Vec<Vec<String>>>,
    html: String,
    /// Open pictures: their text is not shown.
    pictures: usize,
}

impl Reader {
    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Html(text) => self.html.push_str(&text),
            Event::Text(text) if self.pictures == 0 => self.inline.push(&text),
            Event::Code(text) if self.pictures == 0 => self.inline.push(&format!("`{text}`")),
            Event::SoftBreak | Event::HardBreak => self.inline.push(" "),
            Event::InlineHtml(tag) if tag.to_lowercase().starts_with("<br") => self.inline.push(" "),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(level as u8);
            }
            Tag::Paragraph | Tag::BlockQuote(_) => self.flush(),
            Tag::CodeBlock(kind) => {
                self.flush();
                self.code = Some(match kind {
                    CodeBlockKind::Fenced(language) => language.split_whitespace().next().unwrap_or("").to_owned(),
                    CodeBlockKind::Indented => String::new(),
                });
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                let depth = depth(self.lists.len());
                let number = self.lists.last_mut().and_then(Option::as_mut).map(|next| {
                    *next += 1;
                    *next - 1
                });
                self.item = Some(Kind::Item { depth, number });
            }
            Tag::Table(_) => {
                self.flush();
                self.rows = Some(Vec::new());
            }
            Tag::TableHead | Tag::TableRow => self.rows.iter_mut().for_each(|rows| rows.push(Vec::new())),
            Tag::Link { .. } => self.inline.links += 1,
            Tag::Strong => self.inline.bolds += 1,
            Tag::Image { .. } => self.pictures += 1,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::BlockQuote(_) => self.flush(),
            TagEnd::Item => {
                self.flush();
                self.item = None;
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::TableCell => {
                let cell = self.inline.take_text();
                if let Some(row) = self.rows.as_mut().and_then(|rows| rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                let rows = self.rows.take().unwrap_or_default();
                self.blocks.extend(Block::table(rows));
            }
            TagEnd::HtmlBlock => {
                self.flush();
                let page = std::mem::take(&mut self.html);
                self.blocks.extend(html::blocks_of_fragment(&page));
            }
            TagEnd::Link => self.inline.links = self.inline.links.saturating_sub(1),
            TagEnd::Strong => self.inline.bolds = self.inline.bolds.saturating_sub(1),
            TagEnd::Image => self.pictures = self.pictures.saturating_sub(1),
            _ => {}
        }
    }

    /// Ends the open block.
    fn flush(&mut self) {
        let kind = match (self.heading.take(), self.code.take()) {
            (Some(level), _) => Kind::Heading(level),
            (None, Some(language)) => Kind::Code(language),
            (None, None) if self.lists.is_empty() => Kind::Paragraph,
            (None, None) => self.item.clone().unwrap_or(Kind::Continued { depth: depth(self.lists.len()) }),
        };
        if let Some(block) = self.inline.take(kind) {
            self.item = None;
            self.blocks.push(block);
        }
    }
}

/// Depth of an item in the innermost of so many lists; hostile nesting ends at nine.
fn depth(lists: usize) -> u8 {
    lists.saturating_sub(1).min(9) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> String {
        read(text, "stem").expect("the page holds text").body
    }

    #[test]
    fn links_give_their_text_and_pictures_nothing() {
        assert_eq!(body("# T\n\n![logo](a.svg)\n\nSee [the *form*](b) now."), "# T\n\nSee the form now.\n");
    }

    #[test]
    fn lists_keep_their_depth_and_numbers() {
        assert_eq!(body("# T\n\n3. a\n4. b\n    * c\n\n      more"), "# T\n\n3. a\n4. b\n   - c\n\n      more\n");
    }

    #[test]
    fn paragraphs_on_lines_of_their_own_stay_apart() {
        let long = "word ".repeat(50);
        let text = format!("# T\n{long}\n**Balance due.**\n{long}\nA | B\n---|---\n1 | 2\nEnd.");
        let long = long.trim();
        let expected = format!("# T\n\n{long}\n\nBalance due. {long}\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\nEnd.\n");
        assert_eq!(body(&text), expected);
    }

    #[test]
    fn wrapped_lines_are_one_paragraph() {
        assert_eq!(body("one\ntwo\n\nthree"), "# stem\n\none two\n\nthree\n");
    }

    #[test]
    fn front_matter_states_the_title() {
        let draft = read("---\ntitle: Stated\nlang: ko\n---\n# Heading\n\nwords", "stem").expect("well formed");
        assert_eq!((draft.title.as_str(), draft.lang.as_deref()), ("Stated", Some("ko")));
        assert_eq!(draft.body, "# Stated\n\n## Heading\n\nwords\n");
    }

    #[test]
    fn a_listing_keeps_its_lines() {
        assert_eq!(body("# T\n\n```rust\nfn a() {\n}\n```\n"), "# T\n\n```rust\nfn a() {\n}\n```\n");
    }

    #[test]
    fn html_inside_is_read_as_html() {
        let text = "# T\n\n<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>\n\nend";
        assert_eq!(body(text), "# T\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nend\n");
    }
}
