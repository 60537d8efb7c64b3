//! A page over the conversation: the help, why it was decided so, a packet, a document with its quoted span. Knows its lines
//! and how far it is scrolled; what it is about is kept so that its lines can be made again for another width.

use ratatui::text::{Line, Span};

use super::{
    commands::COMMANDS,
    keys::{BINDINGS, Binding, Place},
    markdown::{self, Marks},
    message::HandOff,
    text::drawable,
    theme::Theme,
    turn::{
        Turn,
        lines::{hint_lines, place},
    },
    wrap::wrap,
};
use crate::{answer::Citation, corpus::Document, router::Finding, session::Source, settings::Look};

/// Cells of a signal's bar.
const BAR: usize = 12;
/// Lines that stay above a quoted span.
const ABOVE: usize = 3;

/// What a page is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Keys and commands.
    Help,
    /// Why a turn came out as it did.
    Why(usize),
    /// A citation of a turn, by its marker.
    Citation(usize, usize),
    /// A passage that a turn looked at, by its rank.
    Source(usize, usize),
    /// A turn's packet for a person.
    HandOff(usize),
}

/// A page.
#[derive(Debug)]
pub struct Page {
    /// What it is about.
    pub subject: Subject,
    /// Above it.
    pub title: String,
    lines: Vec<Line<'static>>,
    top: usize,
    height: usize,
    made_for: Option<(u16, Look)>,
    /// Whether it was once scrolled to the quoted span.
    found: bool,
}

impl Page {
    /// A page whose lines are yet to be made.
    pub fn new(subject: Subject) -> Self {
        Self { subject, title: String::new(), lines: Vec::new(), top: 0, height: 0, made_for: None, found: false }
    }

    /// Makes its lines, if the width or the theme is another than before.
    pub fn lay_out(&mut self, width: u16, height: u16, theme: &Theme, turn: Option<&Turn>, documents: &[Document]) {
        self.height = usize::from(height);
        if self.made_for != Some((width, theme.look)) {
            self.made_for = Some((width, theme.look));
            let marked = self.make(width, theme, turn, documents);
            if let (false, Some(line)) = (self.found, marked) {
                self.found = true;
                self.top = line.saturating_sub(ABOVE);
            }
        }
        self.go(self.top);
    }

    /// Has its lines made again: what it is about has changed.
    pub fn renew(&mut self) {
        self.made_for = None;
    }

    /// Makes its lines; the line of the quoted span, where there is one.
    fn make(&mut self, width: u16, theme: &Theme, turn: Option<&Turn>, documents: &[Document]) -> Option<usize> {
        let citations = || turn.iter().flat_map(|turn| turn.answer.iter()).flat_map(|answer| &answer.citations);
        let (title, lines, marked) = match (&self.subject, turn) {
            (Subject::Help, _) => ("Help".to_owned(), help(width, theme), None),
            (Subject::Why(_), Some(turn)) => ("Why".to_owned(), why(turn, width, theme), None),
            (Subject::Citation(_, marker), _) => match citations().find(|citation| citation.marker == *marker) {
                Some(Citation { document, title, start, end, .. }) => {
                    document_page(&format!("[{marker}] {title}"), document, *start..*end, width, theme, documents)
                }
                None => return None,
            },
            (Subject::Source(_, rank), Some(turn)) => match turn.sources.iter().find(|source| source.rank == *rank) {
                Some(Source { document, title, start, end, .. }) => {
                    document_page(&format!("{rank}. {title}"), document, *start..*end, width, theme, documents)
                }
                None => return None,
            },
            (Subject::HandOff(_), Some(Turn { hand_off: Some(hand_off), .. })) => {
                ("For a person".to_owned(), packet(hand_off, width, theme), None)
            }
            (Subject::Why(_) | Subject::Source(..) | Subject::HandOff(_), _) => return None,
        };
        (self.title, self.lines) = (drawable(&title), lines);
        marked
    }

    /// The lines in sight.
    pub fn visible(&self) -> &[Line<'static>] {
        &self.lines[self.top.min(self.lines.len())..self.lines.len().min(self.top + self.height)]
    }

    /// All lines.
    pub fn lines(&self) -> &[Line<'static>] {
        &self.lines
    }

    /// Lines below what is in sight.
    pub fn below(&self) -> usize {
        self.lines.len().saturating_sub(self.top + self.height)
    }

    /// Scrolls by so many rows.
    pub fn scroll(&mut self, rows: i32) {
        self.go(self.top.saturating_add_signed(rows as isize));
    }

    /// Scrolls by so many screens, less a line that is seen again.
    pub fn screens(&mut self, screens: i32) {
        self.scroll(screens * (self.height.max(2) - 1) as i32);
    }

    /// Scrolls to a line.
    pub fn go(&mut self, top: usize) {
        self.top = top.min(self.lines.len().saturating_sub(self.height));
    }
}

fn help(width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![Line::styled("Commands", theme.heading)];
    for command in COMMANDS {
        lines.extend(entry(&format!("{} {}", command.name, command.argument), command.help, width, theme));
    }
    for place in Place::ALL {
        lines.extend([Line::default(), Line::styled(place.name(), theme.heading)]);
        let here: Vec<&Binding> = BINDINGS.iter().filter(|b| shown_under(b) == Some(place)).collect();
        let mut at = 0;
        while let Some(binding) = here.get(at) {
            let silent = here[at + 1..].iter().take_while(|b| b.help.is_empty()).count();
            // `a word back, forward`: the keys of the pair stand together under the first one's text.
            let pair = binding.help.contains(", ") && silent > 0;
            let keys = binding.keys.iter().chain(here.get(at + 1).filter(|_| pair).into_iter().flat_map(|b| b.keys));
            let names: Vec<String> = keys.map(ToString::to_string).collect();
            let names =
                if names.len() > 8 { format!("{}–{}", names[0], names[names.len() - 1]) } else { names.join(" ") };
            if !binding.help.is_empty() {
                lines.extend(entry(&names, binding.help, width, theme));
            }
            at += 1;
        }
    }
    lines.extend([Line::default(), Line::styled("The mouse", theme.heading)]);
    let mouse = "the wheel scrolls; hold Shift (Option on a Mac) to select text";
    lines.extend(wrap(&[Span::raw(mouse)], width, &[Span::raw("  ")], &[Span::raw("  ")]));
    lines
}

/// The one place under which the help shows a binding.
fn shown_under(binding: &Binding) -> Option<Place> {
    Place::ALL.into_iter().find(|place| binding.places.contains(place))
}

fn entry(name: &str, help: &'static str, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let column = usize::from(width / 4).clamp(10, 24);
    let indent = Span::raw(" ".repeat(column + 4));
    let name = Span::styled(format!("{name:<column$}"), theme.accent);
    let help = [Span::styled(help, theme.text)];
    if name.width() <= column {
        return wrap(&help, width, &[Span::raw("  "), name, Span::raw("  ")], &[indent]);
    }
    // Too long a name has lines of its own.
    let mut lines = wrap(&[name], width, &[Span::raw("  ")], &[Span::raw("  ")]);
    lines.extend(wrap(&help, width, std::slice::from_ref(&indent), std::slice::from_ref(&indent)));
    lines
}

/// Every signal against its bar, then the passages that were looked at.
fn why(turn: &Turn, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = wrap(&[Span::styled(drawable(&turn.question), theme.strong)], width, &[], &[]);
    if let Some(answer) = &turn.answer {
        let reason = answer.reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
        lines.push(Line::styled(drawable(&format!("decided: {}{reason}", answer.outcome)), theme.text));
    }
    lines.extend([Line::default(), Line::styled("Signals", theme.heading)]);
    let names = turn.findings.iter().map(|finding| finding.signal.chars().count()).max().unwrap_or(0).min(24);
    for finding in &turn.findings {
        lines.extend(signal(finding, names, width, theme));
    }
    if turn.findings.is_empty() {
        lines.push(Line::styled("none yet", theme.dim));
    }
    lines.extend([Line::default(), Line::styled("Passages looked at", theme.heading)]);
    for source in &turn.sources {
        lines.extend(source_lines(source, turn, width, theme));
    }
    if turn.sources.is_empty() {
        lines.push(Line::styled("none: it was decided before any search", theme.dim));
    }
    lines
}

/// How it is written and where, then the packet letter for letter: rendered, a link would hide where it leads.
fn packet(hand_off: &HandOff, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let how = format!("`/handoff write` writes this to `{}`", hand_off.folder.display());
    let mut lines = hint_lines(&how, theme, width);
    lines.push(Line::default());
    for line in hand_off.packet.preview().lines() {
        let style = if line.starts_with('#') { theme.heading } else { theme.text };
        lines.extend(wrap(&[Span::styled(drawable(line), style)], width, &[], &[]));
    }
    lines
}

/// `scope  0.97  ██████████▏░  bar 0.25  “the nearest example”`
fn signal(finding: &Finding, names: usize, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let cells = |value: f32| (value.clamp(0.0, 1.0) * BAR as f32).round() as usize;
    let full = cells(finding.value);
    let style = match finding.bar {
        Some(bar) if finding.value >= bar => theme.good,
        Some(_) => theme.bad,
        None => theme.dim,
    };
    let verdict = match finding.bar {
        Some(bar) if finding.value >= bar => format!(" ≥ {bar:.2}"),
        Some(bar) => format!(" < {bar:.2}"),
        None => String::new(),
    };
    let note = finding.note.as_ref().map_or_else(String::new, |note| format!("  “{note}”"));
    let spans = [
        Span::styled(format!("{:<names$} ", drawable(&finding.signal).replace('_', " ")), theme.text),
        Span::styled(format!("{:>6.3} ", finding.value), theme.strong),
        Span::styled("█".repeat(full), style),
        Span::styled("░".repeat(BAR - full), theme.dim),
        Span::styled(verdict, style),
        Span::styled(drawable(&note), theme.dim),
    ];
    wrap(&spans, width, &[], &[Span::raw("    ")])
}

/// A passage that was looked at, with its scores, and the citations that stand in it.
pub fn source_lines(source: &Source, turn: &Turn, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let rank = Span::styled(format!("{:>2}. ", source.rank), theme.accent);
    let indent = [Span::raw("    ")];
    let citations = turn.answer.iter().flat_map(|answer| &answer.citations);
    let within = |c: &&Citation| c.document == source.document && c.start < source.end && source.start < c.end;
    let markers = citations.filter(within).map(|c| Span::styled(format!("[{}] ", c.marker), theme.citation));
    let name = Span::styled(drawable(&place(&source.title, &source.section)), theme.text);
    let name: Vec<Span<'static>> = markers.chain([name]).collect();
    let mut lines = wrap(&name, width, &[rank], &indent);
    let bm25 = source.bm25.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}"));
    let cosine = source.cosine.map_or_else(|| "–".to_owned(), |score| format!("{score:.2}"));
    let scores = format!("{:.2} · BM25 {bm25} · cosine {cosine}", source.score);
    lines.extend(wrap(&[Span::styled(scores, theme.dim)], width, &indent, &indent));
    lines
}

fn document_page(
    title: &str,
    id: &str,
    span: std::ops::Range<usize>,
    width: u16,
    theme: &Theme,
    documents: &[Document],
) -> (String, Vec<Line<'static>>, Option<usize>) {
    let Some(document) = documents.iter().find(|document| document.id == id) else {
        let gone = format!("The document `{id}` is not in the pack that is open.");
        return (title.to_owned(), wrap(&[Span::styled(drawable(&gone), theme.warning)], width, &[], &[]), None);
    };
    let mut lines = Vec::new();
    for fact in facts(document) {
        lines.extend(wrap(&[Span::styled(drawable(&fact), theme.dim)], width, &[], &[]));
    }
    lines.push(Line::default());
    let above = lines.len();
    let rendered = markdown::render(&document.body, width, theme, Marks { highlight: Some(span), citations: 0 });
    lines.extend(rendered.lines);
    (title.to_owned(), lines, rendered.marked.map(|line| line + above))
}

/// Where a document comes from and when it holds.
fn facts(document: &Document) -> Vec<String> {
    let years: Vec<String> = document.tax_years.iter().map(u16::to_string).collect();
    let said = |name: &str, value: Option<&str>| value.map(|value| format!("{name} {value}"));
    let facts = [
        Some(document.id.clone()),
        said("by", document.publisher.as_deref()),
        said("for", (!years.is_empty()).then(|| years.join(", ")).as_deref()),
        said("from", document.effective.from.as_deref()),
        said("until", document.effective.to.as_deref()),
        said("looked up", document.retrieved.as_deref()),
        said("licence", document.license.as_deref()),
    ];
    let line = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    [Some(line), document.url.clone()].into_iter().flatten().collect()
}
