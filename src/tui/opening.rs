//! A pack being opened, or several: what is fetched and built, how far it is, and what came of it. Takes the worker's
//! reports.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{
    message::{Failure, Opened, Packs, Report},
    text::drawable,
    theme::Theme,
    turn::lines::failure_lines,
    wrap::wrap,
};
use crate::{model::catalogue::Model, specialist::Plan};

/// Cells of a bar.
const BAR: u16 = 20;

/// A part of the work.
#[derive(Debug, Clone)]
struct Stage {
    what: String,
    total: u64,
    bytes: bool,
    done: u64,
    over: bool,
}

/// How it stands.
#[derive(Debug, Clone)]
enum State {
    Working,
    Ready,
    Failed(Failure),
}

/// A pack that is ready.
#[derive(Debug, Clone)]
struct Pack {
    /// Its title and its label.
    heading: String,
    covers: Vec<String>,
}

/// A pack being opened, or several.
#[derive(Debug, Clone)]
pub struct Opening {
    packs: Packs,
    /// Whether no other pack was open before.
    is_first: bool,
    /// Those that are ready.
    ready: Vec<Pack>,
    /// Those that cannot be opened and that nobody named, and why.
    left_out: Vec<String>,
    plan: Option<Plan>,
    stages: Vec<Stage>,
    notes: Vec<String>,
    state: State,
}

impl Opening {
    /// The opening of the packs that were named so.
    pub fn new(packs: &Packs, is_first: bool) -> Self {
        Self {
            packs: packs.clone(),
            is_first,
            ready: Vec::new(),
            left_out: Vec::new(),
            plan: None,
            stages: Vec::new(),
            notes: Vec::new(),
            state: State::Working,
        }
    }

    /// Takes what the worker says of it.
    pub fn take(&mut self, report: &Report) {
        match report {
            Report::Planned(plan) => self.plan = Some(plan.clone()),
            Report::Began { what, total, bytes } => {
                self.stages.push(Stage { what: what.clone(), total: *total, bytes: *bytes, done: 0, over: false });
            }
            Report::Advanced(by) => self.stages.last_mut().into_iter().for_each(|stage| stage.done += by),
            Report::Ended => self.stages.last_mut().into_iter().for_each(|stage| stage.over = true),
            Report::Note(note) => self.notes.push(note.clone()),
            Report::Opened(opened) => {
                self.ready = vec![Pack::of(opened)];
                self.state = State::Ready;
            }
            Report::Joined(opened) => {
                self.ready.push(Pack::of(opened));
                self.next_pack();
            }
            Report::LeftOut(name, why) => {
                self.left_out.push(format!("`{name}` is left out: {}", why.message));
                self.next_pack();
            }
            Report::Complete => self.state = State::Ready,
            Report::Unopened(failure) => self.state = State::Failed(failure.clone()),
            Report::Turn(..)
            | Report::HandOff(..)
            | Report::Renewing(..)
            | Report::Renewed(_)
            | Report::Unrenewed(..) => {}
        }
    }

    /// What comes is about another pack.
    fn next_pack(&mut self) {
        self.plan = None;
        self.stages.clear();
    }

    /// Whether it is ready or has failed.
    pub fn is_over(&self) -> bool {
        !matches!(self.state, State::Working)
    }

    /// The part that is being worked on, in a few words.
    pub fn stage(&self) -> Option<String> {
        let stage = self.stages.last().filter(|stage| !stage.over)?;
        Some(match stage.percent() {
            Some(percent) => format!("{} {percent}%", stage.what),
            None => stage.what.clone(),
        })
    }

    /// How it looks, an empty line behind it.
    pub fn lines(&self, width: u16, theme: &Theme) -> Vec<Line<'static>> {
        let mut page = Page { width, theme, lines: Vec::new() };
        match &self.state {
            State::Ready => self.opened(&mut page),
            State::Failed(failure) => {
                let said = match &self.packs {
                    Packs::Named(named) => format!("‼ `{named}` cannot be opened"),
                    Packs::All => "‼ no pack can be opened".to_owned(),
                };
                page.say(&said, theme.bad);
                page.lines.extend(failure_lines(failure, theme, width));
                page.say("`/retry` tries again, `/pack` chooses another pack, `/quit` ends.", theme.dim);
            }
            State::Working => self.working(&mut page),
        }
        page.lines.push(Line::default());
        page.lines
    }

    fn opened(&self, page: &mut Page<'_>) {
        let theme = page.theme;
        if let [pack] = self.ready.as_slice() {
            page.say(&pack.heading, theme.heading);
            if self.is_first && !pack.covers.is_empty() {
                page.say("Ask about", theme.text);
                pack.covers.iter().for_each(|about| page.item("• ", about, theme.text));
            }
        } else {
            let count = self.ready.len();
            page.say(&format!("{count} packs; a question is answered by the one that it is for"), theme.heading);
            self.ready.iter().for_each(|pack| page.item("• ", &pack.heading, theme.text));
        }
        self.left_out.iter().for_each(|note| page.item("! ", note, theme.warning));
        if self.is_first {
            page.say("Anything else is refused, and what the documents do not say is not made up.", theme.dim);
        }
    }

    fn working(&self, page: &mut Page<'_>) {
        let theme = page.theme;
        let heading = match &self.packs {
            Packs::Named(named) => format!("Opening `{named}`"),
            Packs::All => "Opening every pack".to_owned(),
        };
        page.say(&heading, theme.heading);
        self.ready.iter().for_each(|pack| page.ready(&pack.heading));
        if let Some(plan) = self.plan.as_ref().filter(|plan| !plan.fetch.is_empty() || plan.build) {
            page.say(
                "This is done once. You can type meanwhile; what you ask is answered when the pack is ready.",
                theme.text,
            );
            for model in &plan.fetch {
                page.item("• ", &fetched(model), theme.text);
            }
            if plan.build {
                page.item(
                    "• ",
                    "the index of the pack's documents is built: a minute or two for 100 documents",
                    theme.text,
                );
            }
        }
        self.left_out.iter().chain(&self.notes).for_each(|note| page.item("! ", note, theme.warning));
        for stage in &self.stages {
            page.stage(stage);
        }
    }
}

/// A model that will be fetched: what, how large, from where, under which licence.
fn fetched(model: &Model) -> String {
    let hub = model.repository.as_ref().map(|repository| format!("the Hugging Face hub (`{repository}`)"));
    let package = model.package.as_ref().map(|p| format!("the Python package `{}` {}", p.name, p.version));
    let from: Vec<String> = hub.into_iter().chain(package).collect();
    let size = if model.bytes() == 0 { "of unknown size".to_owned() } else { mebibytes(model.bytes()) };
    format!("{} is fetched: {size}, {}, from {}", model.name, model.license, from.join(" or "))
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / 1024.0 / 1024.0)
}

impl Pack {
    fn of(opened: &Opened) -> Self {
        Self { heading: format!("{} ({})", opened.title, opened.label), covers: opened.covers.clone() }
    }
}

impl Stage {
    fn percent(&self) -> Option<u64> {
        (self.total > 0).then(|| (self.done * 100 / self.total).min(100))
    }
}

struct Page<'p> {
    width: u16,
    theme: &'p Theme,
    lines: Vec<Line<'static>>,
}

impl Page<'_> {
    fn say(&mut self, text: &str, style: Style) {
        self.lines.extend(wrap(&[Span::styled(drawable(text), style)], self.width, &[], &[]));
    }

    fn item(&mut self, bullet: &'static str, text: &str, style: Style) {
        let (first, rest) = ([Span::styled(bullet, self.theme.accent)], [Span::raw("  ")]);
        self.lines.extend(wrap(&[Span::styled(drawable(text), style)], self.width, &first, &rest));
    }

    fn ready(&mut self, what: &str) {
        let (first, rest) = ([Span::styled("✓ ", self.theme.good)], [Span::raw("  ")]);
        self.lines.extend(wrap(&[Span::styled(drawable(what), self.theme.text)], self.width, &first, &rest));
    }

    fn stage(&mut self, stage: &Stage) {
        let theme = self.theme;
        let mark = if stage.over { "✓ " } else { "… " };
        let mut spans = vec![Span::styled(drawable(&stage.what), theme.text)];
        if let Some(percent) = stage.percent().filter(|_| !stage.over) {
            let full = (percent as u16 * BAR / 100) as usize;
            let bar = format!("{}{}", "█".repeat(full), "░".repeat(usize::from(BAR) - full));
            let amount = if stage.bytes {
                format!(" {} of {}", mebibytes(stage.done), mebibytes(stage.total))
            } else {
                format!(" {} of {}", stage.done, stage.total)
            };
            spans.extend([
                Span::raw(" "),
                Span::styled(bar, theme.accent),
                Span::styled(format!(" {percent}%{amount}"), theme.dim),
            ]);
        }
        let first = [Span::styled(mark, if stage.over { theme.good } else { theme.accent })];
        self.lines.extend(wrap(&spans, self.width, &first, &[Span::raw("  ")]));
    }
}
