//! HTML pages: finds the page's own text, and gives headings, lists, tables and paragraphs.
//! Knows elements and where furniture stands by its markup; link lists among the text are judged elsewhere.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Html, Node, Selector};

use super::block::{Block, Kind, compose};
use super::furniture::drop_furniture;
use super::inline::Inline;
use super::{Draft, Unreadable};

mod page;
mod table;

/// The parser looks through all open elements at every tag: 60,000 of them cost 13 s, 3,000 nothing to speak of.
const DEEPEST: usize = 3000;

/// Reads a page; `stem` is the title of last resort.
pub(super) fn read(text: &str, stem: &str) -> Result<Draft, Unreadable> {
    if page::depth(text) > DEEPEST {
        return Err(Unreadable::Damaged { kind: "HTML", why: format!("elements stand more than {DEEPEST} deep") });
    }
    let page = Html::parse_document(text);
    let root = page::main(&page);
    let (blocks, dropped) = drop_furniture(blocks(root));
    if blocks.iter().all(Block::is_blank) {
        return Err(Unreadable::Empty);
    }
    let headed = blocks.iter().any(|block| block.level() == Some(1));
    let stated = if headed { None } else { page::title(&page) };
    let (title, body) = compose(blocks, stated, stem);
    let mut notes = Vec::new();
    if dropped > 0 {
        notes.push(format!("{dropped} blocks of page furniture (navigation, link lists, footers)"));
    }
    let forms = page.select(&selector("form")).count();
    if forms > 0 {
        notes.push(format!("{forms} forms' fields"));
    }
    Ok(Draft { id: None, title, url: page::url(&page), lang: page::lang(&page), body, notes })
}

/// The blocks of a piece of HTML inside another document.
pub(super) fn blocks_of_fragment(text: &str) -> Vec<Block> {
    if page::depth(text) > DEEPEST {
        return Vec::new();
    }
    blocks(Html::parse_fragment(text).root_element())
}

/// A selector written in this program.
fn selector(text: &'static str) -> Selector {
    Selector::parse(text).expect("the selector is a constant of this module and is well formed")
}

fn blocks(root: ElementRef) -> Vec<Block> {
    let mut reader = Reader::default();
    let mut skipping = None;
    // Iterative: a page may nest a hundred thousand elements, and the stack must not.
    for edge in root.traverse() {
        match (edge, skipping) {
            (Edge::Close(node), Some(id)) if node.id() == id => skipping = None,
            (_, Some(_)) => {}
            (Edge::Open(node), None) => {
                if reader.open(node) == Walk::Past {
                    skipping = Some(node.id());
                }
            }
            (Edge::Close(node), None) => reader.close(node),
        }
    }
    reader.flush();
    reader.blocks
}

/// Whether to look inside an element.
#[derive(PartialEq, Eq)]
enum Walk {
    Inside,
    Past,
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    inline: Inline,
    /// Next number of each open list; none where the list does not count.
    lists: Vec<Option<u64>>,
    item: Option<Kind>,
    heading: Option<u8>,
    /// Line breaks in a row: two end a paragraph.
    breaks: usize,
}

impl Reader {
    fn open(&mut self, node: NodeRef<Node>) -> Walk {
        if let Node::Text(text) = node.value() {
            self.breaks = if text.trim().is_empty() { self.breaks } else { 0 };
            self.inline.push(text);
        }
        let Some(element) = ElementRef::wrap(node) else { return Walk::Inside };
        if page::is_furniture(element) {
            return Walk::Past;
        }
        match element.value().name() {
            "a" => self.inline.links += 1,
            "b" | "strong" => self.inline.bolds += 1,
            "br" => self.line_break(),
            "code" | "kbd" | "samp" => self.inline.push("`"),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = element.value().name()[1..].parse().ok();
            }
            "ul" | "menu" => {
                self.flush();
                self.lists.push(None);
            }
            "ol" => {
                self.flush();
                let start = element.value().attr("start").and_then(|start| start.trim().parse().ok());
                self.lists.push(Some(start.unwrap_or(1)));
            }
            "li" => self.open_item(),
            "pre" => {
                self.flush();
                let text: String = element.text().collect();
                let block = Block::new(Kind::Code(String::new()), text.trim_start_matches('\n'));
                self.blocks.extend((!block.is_blank()).then_some(block));
                return Walk::Past;
            }
            "table" => {
                self.flush();
                if let Some(rows) = table::rows(element) {
                    self.blocks.extend(table::caption(element).map(|caption| Block::paragraph(&caption)));
                    self.blocks.extend(Block::table(rows));
                    return Walk::Past;
                }
            }
            "td" | "th" | "dt" | "dd" => self.flush(),
            name if is_block(name) => self.flush(),
            _ => {}
        }
        Walk::Inside
    }

    fn close(&mut self, node: NodeRef<Node>) {
        let Some(element) = ElementRef::wrap(node) else { return };
        match element.value().name() {
            "a" => self.inline.links = self.inline.links.saturating_sub(1),
            "b" | "strong" => self.inline.bolds = self.inline.bolds.saturating_sub(1),
            "code" | "kbd" | "samp" => self.inline.push("`"),
            "li" => {
                self.flush();
                self.item = None;
            }
            "ul" | "ol" | "menu" => {
                self.flush();
                self.lists.pop();
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "td" | "th" | "dt" | "dd" => self.flush(),
            name if is_block(name) => self.flush(),
            _ => {}
        }
    }

    fn open_item(&mut self) {
        self.flush();
        let depth = depth(self.lists.len());
        let number = self.lists.last_mut().and_then(Option::as_mut).map(|next| {
            *next = next.saturating_add(1);
            *next - 1
        });
        self.item = Some(Kind::Item { depth, number });
    }

    fn line_break(&mut self) {
        self.breaks += 1;
        if self.breaks > 1 && self.heading.is_none() {
            self.flush();
        } else {
            self.inline.push(" ");
        }
    }

    /// Ends the open block.
    fn flush(&mut self) {
        self.breaks = 0;
        let kind = match self.heading {
            Some(level) => Kind::Heading(level),
            None if self.lists.is_empty() => Kind::Paragraph,
            None => self.item.clone().unwrap_or(Kind::Continued { depth: depth(self.lists.len()) }),
        };
        if let Some(block) = self.inline.take(kind) {
            self.item = None;
            self.blocks.push(block);
        }
        self.heading = None;
    }
}

fn depth(lists: usize) -> u8 {
    lists.saturating_sub(1).min(9) as u8
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "main"
            | "p"
            | "section"
            | "summary"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(page: &str) -> Draft {
        read(page, "stem").expect("the page holds text")
    }

    #[test]
    fn the_main_part_is_read_and_what_stands_around_it_is_not() {
        let page =
            "<html lang=ko><head><title>T | Site</title><link rel=canonical href=https://a.example/t></head><body>
            <nav>Menu</nav><header>Logo</header><aside>Ad</aside><main><h1>T</h1><p>Words <a href=b>linked</a>.</p>
            <script>x()</script><form>Name <input></form></main><footer>Foot</footer></body></html>";
        let draft = draft(page);
        assert_eq!((draft.title.as_str(), draft.body.as_str()), ("T", "# T\n\nWords linked.\n"));
        assert_eq!((draft.url.as_deref(), draft.lang.as_deref()), (Some("https://a.example/t"), Some("ko")));
        assert_eq!(draft.notes, ["1 forms' fields"]);
    }

    #[test]
    fn a_page_without_headings_takes_its_title_element_without_the_site() {
        assert_eq!(draft("<title>Moving house | Example City</title><p>Words.").body, "# Moving house\n\nWords.\n");
    }

    #[test]
    fn lists_and_tables_are_markdown() {
        let page = "<h1>T</h1><ol start=4><li>a<ul><li>b</ul><li><p>c<p>d</ol>
            <table><caption>Rates</caption><tr><th>k<th colspan=2>v<tr><td>1<td>2<td>3</table>";
        let body = "# T\n\n4. a\n   - b\n5. c\n\n   d\n\nRates\n\n| k | v |  |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n";
        assert_eq!(draft(page).body, body);
    }

    #[test]
    fn a_table_that_lays_out_the_page_is_read_as_text() {
        assert_eq!(draft("<table><tr><td><h1>T</h1><p>Words.</td></tr></table>").body, "# T\n\nWords.\n");
    }

    #[test]
    fn two_breaks_end_a_paragraph() {
        assert_eq!(draft("<h1>T</h1>one<br>line<br><br>two").body, "# T\n\none line\n\ntwo\n");
    }

    #[test]
    fn nesting_is_read_up_to_a_bound() {
        let page = |deep: usize| format!("{}deep", "<div><ul><li>".repeat(deep));
        assert!(draft(&page(1000)).body.contains("deep"));
        assert!(matches!(read(&page(20_000), "stem"), Err(Unreadable::Damaged { .. })));
    }
}
