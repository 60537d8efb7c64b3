//! Cuts a document's body into passages along its headings.
//!
//! **Invariant:** the passages' spans tile the body: the first starts at 0, each next one where the last
//! ended, the last ends at the body's end. Every heading belongs to the passage that follows it; every
//! table row is a passage of its own, the table's head belonging to its first row.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde::{Deserialize, Serialize};

use super::{Document, Span, sentence, table::Row, table::years_in};

/// A passage closes at the first block that would take it past this many words: about what the default
/// encoder reads (256 tokens) with its header.
const PASSAGE_WORDS: usize = 170;

/// What kind of text a passage is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PassageKind {
    /// Paragraphs, lists, code.
    Prose,
    /// One row of a table.
    Row(Row),
    /// Rows of a pack's own table of facts, about one tax year.
    Facts(Facts),
}

/// Rows of a table of facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The table's id.
    pub table: String,
    /// The rows' numbers in the table, one a unit.
    pub rows: Vec<usize>,
    /// Each row as a sentence, one a unit. The units' bytes are where its figures stand in the document.
    pub sentences: Vec<String>,
    /// What each row is about and says, one a unit.
    pub cases: Vec<Case>,
}

/// A row of a table of facts in parts, so that rows can be listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What tells the row from others, its choices aside: rows that have it in common can be listed together.
    pub of: String,
    /// The values of its choices.
    pub choices: Vec<String>,
    /// Those choices as they are said: `a single filer`.
    pub who: String,
    /// Its figures: `$15,750`, or `starts $79,000, ends $89,000`.
    pub figures: String,
}

/// A retrievable piece of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// `document#number`, numbered from 0.
    pub id: String,
    /// The headings above it, outermost first.
    pub heading_path: Vec<String>,
    /// Prose, a table row, or facts.
    pub kind: PassageKind,
    /// Its bytes in the body, headings included.
    pub span: Span,
    /// The body's text at `span`.
    pub text: String,
    /// Sentences, or the row itself: what can be quoted, as bytes in the body.
    pub units: Vec<Span>,
    /// The tax years it holds for; empty: any.
    pub years: Vec<u16>,
}

impl Passage {
    /// The text of one of its units.
    pub fn quote(&self, unit: Span) -> &str {
        &self.text[unit.start - self.span.start..unit.end - self.span.start]
    }

    /// The unit with this number as it is searched and encoded: a sentence as it stands, a row verbalised, a fact said.
    pub fn unit_text(&self, number: usize) -> String {
        match &self.kind {
            PassageKind::Prose => self.quote(self.units[number]).to_owned(),
            PassageKind::Row(row) => row.verbalised(),
            PassageKind::Facts(facts) => facts.sentences[number].clone(),
        }
    }

    /// The quotable text as it is searched: sentences in order, or the row verbalised.
    pub fn search_text(&self) -> String {
        let units: Vec<String> = (0..self.units.len()).map(|unit| self.unit_text(unit)).collect();
        units.join(" ")
    }

    /// The nearest heading.
    pub fn section(&self) -> &str {
        self.heading_path.last().map_or("", String::as_str)
    }
}

/// A top-level block of Markdown.
struct Block {
    range: Range<usize>,
    kind: BlockKind,
}

enum BlockKind {
    Heading(HeadingLevel, String),
    TableHead,
    Row(Row),
    Text,
}

/// Cuts a document into its passages.
pub fn passages(document: &Document) -> Vec<Passage> {
    let body = document.body.as_str();
    let mut cutter = Cutter { document, open: Draft::default(), headings: Vec::new(), done: Vec::new() };
    for block in blocks(body) {
        cutter.take(block);
    }
    cutter.close(body.len());
    cutter.done
}

/// A passage that is being filled.
#[derive(Default)]
struct Draft {
    start: usize,
    units: Vec<Span>,
    words: usize,
    row: Option<Row>,
}

struct Cutter<'d> {
    document: &'d Document,
    open: Draft,
    headings: Vec<(HeadingLevel, String)>,
    done: Vec<Passage>,
}

impl Cutter<'_> {
    fn take(&mut self, block: Block) {
        match block.kind {
            BlockKind::Heading(level, text) => {
                self.cut_if_filled(block.range.start);
                self.headings.retain(|(above, _)| *above < level);
                self.headings.push((level, text));
            }
            BlockKind::TableHead => self.cut_if_filled(block.range.start),
            BlockKind::Row(row) => {
                self.cut_if_filled(block.range.start);
                self.open.units.push(trimmed(&self.document.body, block.range));
                self.open.row = Some(row);
            }
            BlockKind::Text => {
                for piece in pieces(&self.document.body, block.range) {
                    let words = piece.of(&self.document.body).split_whitespace().count();
                    if self.open.row.is_some() || (self.open.words > 0 && self.open.words + words > PASSAGE_WORDS) {
                        self.cut_if_filled(piece.start);
                    }
                    self.open.units.extend(sentence::sentences(&self.document.body, piece));
                    self.open.words += words;
                }
            }
        }
    }

    /// Closes the open passage unless it holds nothing but headings.
    fn cut_if_filled(&mut self, at: usize) {
        if !self.open.units.is_empty() {
            self.close(at);
        }
    }

    fn close(&mut self, end: usize) {
        let draft = std::mem::replace(&mut self.open, Draft { start: end, ..Draft::default() });
        if draft.start == end {
            return;
        }
        let span = Span { start: draft.start, end };
        let heading_path: Vec<String> = self.headings.iter().map(|(_, text)| text.clone()).collect();
        let stated = match &draft.row {
            Some(row) => row.years(),
            None => heading_path.last().map(|h| years_in(h)).unwrap_or_default(),
        };
        self.done.push(Passage {
            id: format!("{}#{}", self.document.id, self.done.len()),
            years: if stated.is_empty() { self.document.tax_years.clone() } else { stated },
            heading_path,
            kind: draft.row.map_or(PassageKind::Prose, PassageKind::Row),
            span,
            text: span.of(&self.document.body).to_owned(),
            units: draft.units,
        });
    }
}

fn trimmed(body: &str, range: Range<usize>) -> Span {
    let text = &body[range.clone()];
    let start = range.start + text.len() - text.trim_start().len();
    Span { start, end: start + text.trim().len() }
}

/// A block in parts of at most twice a passage's words, cut between sentences, or between words where
/// a sentence has no end.
fn pieces(body: &str, range: Range<usize>) -> Vec<Span> {
    let whole = trimmed(body, range);
    if whole.of(body).split_whitespace().count() <= 2 * PASSAGE_WORDS {
        return vec![whole];
    }
    let mut cuts = vec![whole.start];
    let mut words = 0;
    for sentence in sentence::sentences(body, whole) {
        for word in word_starts(body, sentence) {
            if words >= PASSAGE_WORDS && (word == sentence.start || words >= 2 * PASSAGE_WORDS) {
                cuts.push(word);
                words = 0;
            }
            words += 1;
        }
    }
    cuts.push(whole.end);
    cuts.windows(2).map(|pair| trimmed(body, pair[0]..pair[1])).collect()
}

fn word_starts(body: &str, span: Span) -> impl Iterator<Item = usize> {
    let text = span.of(body);
    let origin = text.as_ptr() as usize;
    text.split_whitespace().map(move |word| span.start + word.as_ptr() as usize - origin)
}

/// The body's headings, table rows and runs of text between other block boundaries, in order.
fn blocks(body: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut header = Vec::new();
    let mut cells: Vec<String> = Vec::new();
    let mut text: Option<Range<usize>> = None;
    let mut inside = Inside::Text;
    for (event, range) in Parser::new_ext(body, Options::ENABLE_TABLES).into_offset_iter() {
        let inline = match &event {
            Event::Start(tag) => is_inline(tag.to_end()),
            Event::End(tag) => is_inline(*tag),
            _ => true,
        };
        if !inline && let Some(range) = text.take() {
            blocks.push(Block { range, kind: BlockKind::Text });
        }
        match (event, &mut inside) {
            (Event::Start(Tag::Heading { .. }), _) => inside = Inside::Heading(String::new()),
            (Event::End(TagEnd::Heading(level)), Inside::Heading(heading)) => {
                blocks.push(Block { range, kind: BlockKind::Heading(level, heading.trim().to_owned()) });
                inside = Inside::Text;
            }
            (Event::Start(Tag::TableCell), _) => inside = Inside::Cell(String::new()),
            (Event::End(TagEnd::TableCell), Inside::Cell(cell)) => {
                cells.push(cell.trim().to_owned());
                inside = Inside::Text;
            }
            (Event::End(TagEnd::TableHead), _) => {
                header = std::mem::take(&mut cells);
                blocks.push(Block { range, kind: BlockKind::TableHead });
            }
            (Event::End(TagEnd::TableRow), _) => {
                let row = Row { header: header.clone(), cells: std::mem::take(&mut cells) };
                blocks.push(Block { range, kind: BlockKind::Row(row) });
            }
            (Event::Text(piece) | Event::Code(piece), Inside::Heading(into) | Inside::Cell(into)) => {
                into.push_str(&piece);
            }
            (Event::SoftBreak | Event::HardBreak, Inside::Heading(into)) => into.push(' '),
            (_, Inside::Text) if inline => {
                let run = text.get_or_insert(range.clone());
                run.end = run.end.max(range.end);
            }
            _ => {}
        }
    }
    blocks.extend(text.map(|range| Block { range, kind: BlockKind::Text }));
    blocks
}

/// What the parser's text events belong to.
enum Inside {
    Text,
    Heading(String),
    Cell(String),
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<Passage> {
        passages(&Document::parse(Path::new("d.md"), text.as_bytes()).unwrap())
    }

    #[test]
    fn passages_follow_headings_and_keep_their_path() {
        let passages = cut("# Tax\n\nIntro.\n\n## Rates\n\nThe rate is 10 percent. It rises.\n\n### Old\n\nNone.\n");
        let paths: Vec<_> = passages.iter().map(|p| p.heading_path.join(" › ")).collect();
        assert_eq!(paths, ["Tax", "Tax › Rates", "Tax › Rates › Old"]);
        assert_eq!(
            passages[1].units.iter().map(|u| passages[1].quote(*u)).collect::<Vec<_>>(),
            ["The rate is 10 percent.", "It rises."]
        );
    }

    #[test]
    fn a_table_row_is_a_passage_with_its_header_cells() {
        let passages = cut(
            "+++\ntax_year = [2024, 2025]\n+++\n## Amounts\n\nBy year.\n\n| Tax year | Single |\n|---|---|\n| 2024 | $14,600 |\n| 2025 | $15,750 |\n\nAfter.\n",
        );
        assert_eq!(passages.len(), 4);
        assert_eq!(passages[2].search_text(), "Tax year: 2025; Single: $15,750");
        assert_eq!(passages[2].quote(passages[2].units[0]), "| 2025 | $15,750 |");
        assert_eq!((passages[1].years.as_slice(), passages[3].years.as_slice()), (&[2024][..], &[2024, 2025][..]));
    }

    #[test]
    fn list_items_are_split_and_nothing_is_quoted_twice() {
        let passages = cut("Before:\n\n- One thing. And more.\n- Two things.\n  - An inner one.\n- Three.\n");
        let quotes: Vec<_> = passages.iter().flat_map(|p| p.units.iter().map(|u| p.quote(*u).to_owned())).collect();
        assert!(quotes.iter().any(|q| q.contains("An inner one.")), "{quotes:?}");
        assert_eq!(quotes.iter().filter(|q| q.contains("Two things")).count(), 1, "{quotes:?}");
    }

    #[test]
    fn an_endless_paragraph_is_cut() {
        let passages = cut(&"word ".repeat(5000));
        assert!(passages.len() > 10);
    }

    proptest! {
        #[test]
        fn passages_tile_the_body(body in r"([#|*\- a-zA-Zé세0-9.\n`>\[\]!$]|\n\n|\n# |\n- |\n\| a \| b \|\n\|---\|---\|\n\| 1 \| 2 \|\n){0,120}x") {
            let document = Document::parse(Path::new("d.md"), body.as_bytes());
            prop_assume!(document.is_ok());
            let document = document.unwrap();
            let mut at = 0;
            for passage in passages(&document) {
                prop_assert_eq!(passage.span.start, at);
                prop_assert_eq!(passage.span.of(&document.body), passage.text.as_str());
                let mut last = at;
                for unit in &passage.units {
                    prop_assert!(unit.start >= last && unit.end <= passage.span.end, "units are ordered and inside");
                    prop_assert!(!passage.quote(*unit).is_empty());
                    last = unit.end;
                }
                at = passage.span.end;
            }
            prop_assert_eq!(at, document.body.len());
        }
    }
}
