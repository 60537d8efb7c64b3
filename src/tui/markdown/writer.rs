//! From Markdown's events to the page: which style and which frame each part of a document gets. Knows the roles of a
//! theme; how lines break and where margins go is the page's.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::Marks;
use super::inline::{Inline, Kind};
use super::page::{Frame, Page};
use super::table::Table;
use crate::tui::theme::Theme;
use crate::tui::wrap::{chop, wrap};

/// Writes one document.
pub(super) struct Writer<'a> {
    theme: &'a Theme,
    marks: Marks,
    page: Page,
    inline: Inline,
    /// The style of text at each depth of markup.
    styles: Vec<Style>,
    /// The next number of each open list, none for bullets.
    lists: Vec<Option<u64>>,
    table: Option<Table>,
    link: Option<Link<'a>>,
    in_code: bool,
}

/// A link that is being read.
struct Link<'a> {
    address: CowStr<'a>,
    text: String,
}

impl<'a> Writer<'a> {
    pub(super) fn new(theme: &'a Theme, marks: Marks, width: u16) -> Self {
        Self {
            theme,
            marks,
            page: Page::new(width),
            inline: Inline::default(),
            styles: vec![theme.text],
            lists: Vec::new(),
            table: None,
            link: None,
            in_code: false,
        }
    }

    /// The lines of the source.
    pub(super) fn write(mut self, source: &'a str) -> Vec<Line<'static>> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
            match event {
                Event::Start(tag) => self.start(tag),
                Event::End(TagEnd::Link) => self.end_link(source, range),
                Event::End(tag) => self.end(tag),
                Event::Text(text) => self.text(&text, range),
                Event::Code(code) => self.code_span(&code, range),
                Event::Html(html) | Event::InlineHtml(html) => self.literal(&html, range, self.theme.dim),
                Event::SoftBreak => self.text(" ", range),
                Event::HardBreak => self.text("\n", range),
                Event::Rule => self.rule(),
                Event::TaskListMarker(done) => self.task(done),
                // Only with options that are not set.
                Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {}
            }
        }
        self.flush();
        self.page.into_lines()
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::Paragraph => {
                self.open();
                self.page.reframe(|frame| Frame { loose: true, ..frame });
            }
            Tag::Heading { level, .. } => {
                self.open();
                let marker = Span::styled("#".repeat(level as usize) + " ", self.theme.dim);
                self.page.enter(Frame::hanging(marker, true));
                self.push_style(self.theme.heading);
            }
            Tag::BlockQuote(_) => {
                self.open();
                self.page.enter(Frame { marker: None, margin: Span::styled("│ ", self.theme.border), loose: true });
                self.push_style(self.theme.quote);
            }
            Tag::CodeBlock(_) => {
                self.open();
                self.page.enter(Frame { marker: None, margin: Span::raw("  "), loose: true });
                self.push_style(self.theme.code);
                self.in_code = true;
            }
            Tag::List(number) => {
                self.open();
                self.lists.push(number);
            }
            Tag::Item => self.item(),
            Tag::Table(alignments) => {
                self.open();
                self.table = Some(Table::new(alignments));
            }
            Tag::TableHead => {
                self.push_style(self.theme.strong);
                self.begin_row();
            }
            Tag::TableRow => self.begin_row(),
            Tag::Emphasis => self.push_style(self.theme.emphasis),
            Tag::Strong => self.push_style(self.theme.strong),
            Tag::Strikethrough => self.push_style(Style::new().add_modifier(Modifier::CROSSED_OUT)),
            Tag::Link { dest_url, .. } => {
                self.push_style(self.theme.link);
                self.link = Some(Link { address: dest_url, text: String::new() });
            }
            Tag::HtmlBlock => self.open(),
            // An image is its alternative text, a cell what is in it; the rest needs options that are not set.
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => {
                self.flush();
                self.page.close();
            }
            TagEnd::Heading(_) => {
                self.flush();
                self.leave();
            }
            TagEnd::BlockQuote(_) => self.leave(),
            TagEnd::CodeBlock => {
                self.in_code = false;
                if !self.inline.is_empty() {
                    self.page.put(&self.inline.take(self.theme, &self.marks), chop);
                }
                self.leave();
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.page.close();
            }
            TagEnd::Item => {
                self.flush();
                self.page.put_marker();
                self.page.leave();
            }
            TagEnd::TableCell => {
                let cell = self.inline.take(self.theme, &self.marks);
                if let Some(table) = &mut self.table {
                    table.push_cell(cell);
                }
            }
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => self.pop_style(),
            _ => {}
        }
    }

    /// A block begins: what stands before it in a tight list's item is a block of its own.
    fn open(&mut self) {
        self.flush();
        self.page.open();
    }

    /// A block with a frame and a style ends.
    fn leave(&mut self) {
        self.pop_style();
        self.page.leave();
        self.page.close();
    }

    fn flush(&mut self) {
        if !self.inline.is_empty() {
            self.page.put(&self.inline.take(self.theme, &self.marks), wrap);
        }
    }

    fn item(&mut self) {
        let marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "• ".to_owned(),
        };
        self.page.open();
        self.page.enter(Frame::hanging(Span::styled(marker, self.theme.dim), false));
    }

    fn task(&mut self, done: bool) {
        let marker = Span::styled(if done { "[x] " } else { "[ ] " }, self.theme.dim);
        self.page.reframe(|frame| Frame::hanging(marker, frame.loose));
    }

    fn rule(&mut self) {
        self.open();
        let rule = "─".repeat(self.page.room());
        self.page.put(&[Span::styled(rule, self.theme.border)], wrap);
        self.page.close();
    }

    fn begin_row(&mut self) {
        if let Some(table) = &mut self.table {
            table.begin_row();
        }
    }

    fn end_table(&mut self) {
        if let Some(table) = self.table.take() {
            for line in table.lines(self.page.room(), self.theme) {
                self.page.put(&line.spans, wrap);
            }
        }
        self.page.close();
    }

    /// The address after the text, unless the text says it already.
    fn end_link(&mut self, source: &str, range: Range<usize>) {
        self.pop_style();
        let Some(Link { address, text }) = self.link.take() else { return };
        if address.is_empty() || *address == *text || address.strip_prefix("mailto:") == Some(&*text) {
            return;
        }
        let (before, after) = if text.is_empty() { ("", "") } else { (" (", ")") };
        let read_from = match source[range.clone()].rfind(&*address) {
            Some(at) => range.start + at..range.start + at + address.len(),
            None => range,
        };
        self.literal(before, 0..0, self.theme.dim);
        self.literal(&address, read_from, self.theme.dim);
        self.literal(after, 0..0, self.theme.dim);
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if let Some(link) = &mut self.link {
            link.text.push_str(text);
        }
        let kind = if self.in_code { Kind::Literal } else { Kind::Prose };
        self.inline.push(text, range, self.style(), kind);
    }

    /// Keeps the backticks: not every theme has a colour for code. Both ends of the source have as many characters
    /// around the code (ticks, and perhaps a space).
    fn code_span(&mut self, code: &str, range: Range<usize>) {
        if let Some(link) = &mut self.link {
            link.text.push_str(code);
        }
        let around = range.len().saturating_sub(code.len()) / 2;
        self.literal("`", range.start..range.start + 1, self.theme.code);
        self.literal(code, range.start + around..range.end - around, self.theme.code);
        self.literal("`", range.end - 1..range.end, self.theme.code);
    }

    fn literal(&mut self, text: &str, range: Range<usize>, style: Style) {
        if !text.is_empty() {
            self.inline.push(text, range, self.style().patch(style), Kind::Literal);
        }
    }

    fn style(&self) -> Style {
        self.styles.last().copied().unwrap_or(self.theme.text)
    }

    fn push_style(&mut self, style: Style) {
        self.styles.push(self.style().patch(style));
    }

    fn pop_style(&mut self) {
        self.styles.pop();
    }
}
