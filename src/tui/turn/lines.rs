//! A turn as lines: the question, the badge, the text as Markdown, what it rests on. Pure.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{Badge, State, Turn};
use crate::{
    answer::{Answer, Made, Trace},
    router::Outcome,
    tui::{
        markdown::{self, Marks},
        message::{Failure, name_of},
        text::drawable,
        theme::Theme,
        wrap::wrap,
    },
};

/// Sources that are shown under a question while it is being answered.
const SOURCES: usize = 3;

/// What a turn is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Canvas<'c> {
    /// Columns.
    pub width: u16,
    /// Styles.
    pub theme: &'c Theme,
    /// Whether the sources stand beside the transcript.
    pub sources_beside: bool,
    /// What is said of an answer, where this turn is to say it.
    pub disclaimer: Option<&'c str>,
}

/// The turn's lines, an empty one behind them.
pub fn lines(turn: &Turn, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let mut page = Page { canvas, lines: Vec::new() };
    page.behind(Span::styled("› ", canvas.theme.accent), &turn.question, canvas.theme.strong);
    page.lines.extend(reply_lines(turn, canvas));
    page.lines
}

/// What came of the question, an empty line behind it.
pub fn reply_lines(turn: &Turn, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let mut page = Page { canvas, lines: Vec::new() };
    match &turn.state {
        State::Waiting => page.plain("waiting", canvas.theme.dim),
        State::Withdrawn => page.badge(Badge::Cancelled, ""),
        State::Working => page.working(turn),
        State::Done(badge) => page.done(turn, *badge),
        State::Failed(failure) => page.failure(failure),
    }
    page.lines.push(Line::default());
    page.lines
}

struct Page<'p> {
    canvas: &'p Canvas<'p>,
    lines: Vec<Line<'static>>,
}

impl Page<'_> {
    /// Wrapped text behind a prefix; further lines are indented as far.
    fn behind(&mut self, prefix: Span<'static>, text: &str, style: Style) {
        let indent = [Span::raw(" ".repeat(prefix.width()))];
        self.lines.extend(wrap(&[Span::styled(drawable(text), style)], self.canvas.width, &[prefix], &indent));
    }

    fn plain(&mut self, text: &str, style: Style) {
        self.lines.extend(wrap(&[Span::styled(drawable(text), style)], self.canvas.width, &[], &[]));
    }

    fn badge(&mut self, badge: Badge, detail: &str) {
        let theme = self.canvas.theme;
        let style = match badge {
            Badge::Answered => theme.good,
            Badge::AskedBack | Badge::Deferred | Badge::OutOfDate | Badge::Cancelled => theme.warning,
            Badge::Refused | Badge::Failed => theme.bad,
        };
        let spans = [
            Span::styled(format!("{} {}", badge.symbol(), badge.word()), style),
            Span::styled(drawable(detail), theme.dim),
        ];
        self.lines.extend(wrap(&spans, self.canvas.width, &[], &[Span::raw("  ")]));
    }

    fn working(&mut self, turn: &Turn) {
        let theme = self.canvas.theme;
        if !turn.sources.is_empty() && !self.canvas.sources_beside {
            let of = turn.pack.as_ref().map_or_else(String::new, |label| format!(" of {}", name_of(label)));
            self.plain(&format!("looking at {} passages{of}", turn.sources.len()), theme.dim);
            // Rows of one table stand in one place; it is named once.
            let mut places: Vec<(usize, String)> = Vec::new();
            for source in &turn.sources {
                let place = place(&source.title, &source.section);
                if places.iter().all(|(_, named)| *named != place) {
                    places.push((source.rank, place));
                }
            }
            for (rank, place) in places.into_iter().take(SOURCES) {
                self.behind(Span::styled(format!("{rank:>3}. "), theme.dim), &place, theme.dim);
            }
        }
        let (verified, rest) = turn.text();
        self.markdown(verified, 9, None);
        self.markdown(rest, 0, Some(theme.dim));
    }

    fn done(&mut self, turn: &Turn, badge: Badge) {
        let Some(answer) = &turn.answer else { return self.badge(badge, "") };
        let theme = self.canvas.theme;
        if let Some(rewritten) = &answer.rewritten {
            self.plain(&format!("understood as: {rewritten}"), theme.dim);
        }
        self.badge(badge, &detail(turn, answer));
        let generated = answer.mode == Some(Made::Generate);
        // The worksheet is shown by itself, folded.
        let worksheet = turn.trace.as_ref().map(|trace| format!("\n\n{}", trace.worksheet()));
        let text = worksheet.map_or_else(|| answer.text.clone(), |worksheet| answer.text.replacen(&worksheet, "", 1));
        self.markdown(&text, answer.citations.len(), generated.then_some(theme.text));
        for title in &answer.out_of_date {
            self.behind(
                Span::styled("! ", theme.warning),
                &format!("`{title}` no longer holds as it stands here"),
                theme.warning,
            );
        }
        if let Some(trace) = &turn.trace {
            self.trace(trace, turn.unfolded);
        }
        if answer.outcome == Outcome::Answer {
            for assumed in &answer.assumed {
                self.plain(&format!("Assumed: {} {}.", assumed.slot.replace('_', " "), assumed.value), theme.dim);
            }
        }
        for citation in &answer.citations {
            let year = citation.tax_year.as_ref().map_or_else(String::new, |year| format!(" · {year}"));
            let text = format!("{}{year}", place(&citation.title, &citation.section));
            self.behind(Span::styled(format!("[{}] ", citation.marker), theme.citation), &text, theme.dim);
        }
        if let (Some(disclaimer), Outcome::Answer) = (self.canvas.disclaimer, answer.outcome) {
            self.plain(disclaimer, theme.dim);
        }
        if badge == Badge::Deferred {
            self.hint("`/handoff` makes a packet of this question for a person");
        }
    }

    fn markdown(&mut self, text: &str, citations: usize, over: Option<Style>) {
        let marks = Marks { citations, ..Marks::default() };
        let rendered = markdown::render(text, self.canvas.width, self.canvas.theme, marks);
        self.lines.extend(rendered.lines.into_iter().map(|line| match over {
            Some(style) => line.patch_style(style),
            None => line,
        }));
    }

    /// A worksheet: a line that says what it is, and its steps where it is unfolded.
    fn trace(&mut self, trace: &Trace, unfolded: bool) {
        let theme = self.canvas.theme;
        let fold = if unfolded { "▾ " } else { "▸ " };
        let count = trace.steps.len();
        self.behind(Span::styled(fold, theme.accent), &format!("{} ({count} steps)", trace.title), theme.strong);
        for step in trace.steps.iter().filter(|_| unfolded) {
            let indent = "  ".repeat(step.depth + 1);
            let working = if step.working.is_empty() { String::new() } else { format!("{} = ", step.working) };
            let spans = [
                Span::styled(drawable(&format!("{} = {working}", step.label)), theme.text),
                Span::styled(drawable(&step.result), theme.strong),
                Span::styled(step.marks(), theme.citation),
            ];
            let hanging = [Span::raw(format!("{indent}  "))];
            self.lines.extend(wrap(&spans, self.canvas.width, &[Span::raw(indent)], &hanging));
        }
    }

    fn hint(&mut self, text: &str) {
        self.lines.extend(hint_lines(text, self.canvas.theme, self.canvas.width));
    }

    fn failure(&mut self, failure: &Failure) {
        self.badge(Badge::Failed, "");
        self.lines.extend(failure_lines(failure, self.canvas.theme, self.canvas.width));
    }
}

/// What went wrong, and the next step.
pub fn failure_lines(failure: &Failure, theme: &Theme, width: u16) -> Vec<Line<'static>> {
    let mut lines = wrap(&[Span::styled(drawable(&failure.message), theme.bad)], width, &[], &[]);
    lines.extend(failure.hint.iter().flat_map(|hint| hint_lines(hint, theme, width)));
    lines
}

/// The next step.
pub fn hint_lines(text: &str, theme: &Theme, width: u16) -> Vec<Line<'static>> {
    let first = [Span::styled("hint: ", theme.strong)];
    wrap(&[Span::raw(drawable(text))], width, &first, &[Span::raw("      ")])
}

/// A document and its section, without saying the same twice.
pub fn place(title: &str, section: &str) -> String {
    if section.is_empty() || section.starts_with(title) {
        return if section.is_empty() { title.to_owned() } else { section.to_owned() };
    }
    format!("{title} › {section}")
}

/// Which of several packs it is of, how an answer was made, and how long it took; or why it is none.
fn detail(turn: &Turn, answer: &Answer) -> String {
    let by = turn.pack.as_ref().map_or_else(String::new, |label| format!(" · {}", name_of(label)));
    let how = match answer.mode {
        Some(Made::Extract) => " · quoted".to_owned(),
        Some(Made::Lookup) => " · looked up".to_owned(),
        Some(Made::Calculate) => " · worked out".to_owned(),
        Some(Made::Generate) => " · written by a language model, each sentence held against its source".to_owned(),
        None => answer
            .reason
            .as_deref()
            .map_or_else(String::new, |reason| format!(" · {}", reason.replace(['_', ':'], " "))),
    };
    let millis = answer.timings_ms.total;
    let time = if millis < 1000.0 { format!("{millis:.0} ms") } else { format!("{:.1} s", millis / 1000.0) };
    format!("{by}{how} · {time}")
}
