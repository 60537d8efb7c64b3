//! The chat line by line, for screen readers and simple terminals: the same app, printed as it goes instead of drawn.

use std::{
    collections::VecDeque,
    io::{self, BufRead, Write},
    sync::mpsc::{self, Sender},
    thread,
};

use ratatui::text::Line;
use signal_hook::{consts::SIGINT, iterator::Signals};
use time::OffsetDateTime;

use super::{
    app::{App, Overlay, Start},
    backstage::Backstage,
    message::{Effect, Message, Report},
    shell::Surroundings,
    text::drawable,
    transcript::Block,
    turn::{
        State,
        lines::{Canvas, reply_lines},
    },
};
use crate::error::{Error, Result};

/// Runs the chat over lines until the input ends.
///
/// # Errors
/// An output that cannot be written.
pub fn run(
    start: Start,
    surroundings: &Surroundings,
    input: impl BufRead + Send + 'static,
    output: &mut dyn Write,
) -> Result<()> {
    let failed = |source| Error::io("write to", "standard output")(source);
    let (out, messages) = mpsc::channel();
    read_lines(input, out.clone());
    interrupts(out.clone()).map_err(|source| Error::io("listen to", "signals")(source))?;
    let mut backstage = Backstage::start(surroundings, &out);
    let width = start.size.0;
    let (mut app, mut effects) = App::new(start);
    let mut lines = VecDeque::new();
    let mut printer = Printer { output, width, cleared: 0, printed: 0, listed: false, prompted: false };
    loop {
        for effect in effects.drain(..) {
            match backstage.carry_out(effect) {
                Some(Effect::Quit) => return Ok(()),
                Some(Effect::Copy(_)) => app.say("there is no clipboard here; `/export FILE` writes the conversation"),
                _ => {}
            }
        }
        printer.print(&mut app).map_err(failed)?;
        // A line is taken when what came before it is done: there may be a file of them.
        let held = if app.is_busy() { None } else { lines.pop_front() };
        let Some(message) = held.or_else(|| messages.recv().ok()) else { return Ok(()) };
        if app.is_busy() && matches!(message, Message::Line(_) | Message::InputEnded) {
            lines.push_back(message);
            continue;
        }
        printer.listed &= !matches!(message, Message::Line(_)); // what the line opens is printed
        printer.prompted &= !matches!(message, Message::Line(_));
        if let Message::Worker(Report::Began { what, .. } | Report::Note(what)) = &message {
            writeln!(printer.output, "… {}", drawable(what)).map_err(failed)?;
        }
        effects.extend(app.update(message, OffsetDateTime::now_utc()));
    }
}

struct Printer<'o> {
    output: &'o mut dyn Write,
    width: u16,
    /// How often the conversation had begun anew.
    cleared: usize,
    /// Blocks of it that were printed.
    printed: usize,
    /// Whether the list that is open was.
    listed: bool,
    /// Whether the prompt stands there, and no line was written behind it.
    prompted: bool,
}

impl Printer<'_> {
    /// Prints what is new and whole; then, if it is the person's turn, the prompt.
    fn print(&mut self, app: &mut App) -> io::Result<()> {
        let mut is_news = false;
        if self.cleared != app.transcript.cleared() {
            (self.cleared, self.printed) = (app.transcript.cleared(), 0);
        }
        let theme = app.theme;
        while let Some(block) = app.transcript.blocks().nth(self.printed) {
            let lines = match block {
                Block::Opening(opening) if opening.is_over() => opening.lines(self.width, &theme),
                Block::Turn(turn) if !matches!(turn.state, State::Waiting | State::Working) => {
                    let disclaimer = app.transcript.disclaimer(turn);
                    let width = self.width;
                    reply_lines(turn, &Canvas { width, theme: &theme, sources_beside: true, disclaimer })
                }
                _ => break,
            };
            self.lines(&lines)?;
            self.printed += 1;
            is_news = true;
        }
        if let Some(notice) = app.notice.take() {
            self.below_the_prompt()?;
            writeln!(self.output, "{}", drawable(&notice.text))?;
            is_news = true;
        }
        is_news |= self.overlay(app)?;
        if is_news && !app.is_busy() {
            write!(self.output, "> ")?;
            self.prompted = true;
        }
        self.output.flush()
    }

    /// What comes unasked stands on a line of its own.
    fn below_the_prompt(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.prompted) { writeln!(self.output) } else { Ok(()) }
    }

    /// A page is printed whole; of a list the lines are numbered, and it stays open for a number.
    fn overlay(&mut self, app: &mut App) -> io::Result<bool> {
        let listed = std::mem::replace(&mut self.listed, matches!(app.overlay, Some(Overlay::List(_))));
        match &app.overlay {
            None => return Ok(false),
            Some(Overlay::List(_)) if listed => return Ok(false),
            Some(Overlay::List(list)) => {
                writeln!(self.output, "{} (a number chooses):", drawable(&list.title))?;
                for (number, (_, item)) in list.shown().iter().enumerate() {
                    writeln!(self.output, "{}) {}  {}", number + 1, drawable(&item.label), drawable(&item.detail))?;
                }
                return Ok(true);
            }
            Some(Overlay::Page(_)) => {}
        }
        app.size = (self.width, u16::MAX);
        super::view::lay_out(app);
        if let Some(Overlay::Page(page)) = app.overlay.take() {
            writeln!(self.output, "{}", page.title)?;
            self.lines(page.lines())?;
        }
        Ok(true)
    }

    fn lines(&mut self, lines: &[Line<'static>]) -> io::Result<()> {
        lines.iter().try_for_each(|line| writeln!(self.output, "{}", line.to_string().trim_end()))
    }
}

fn read_lines(input: impl BufRead + Send + 'static, out: Sender<Message>) {
    thread::spawn(move || {
        let lines = input.lines().map_while(std::result::Result::ok);
        for message in lines.map(Message::Line).chain([Message::InputEnded]) {
            if out.send(message).is_err() {
                return;
            }
        }
    });
}

fn interrupts(out: Sender<Message>) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT])?;
    thread::spawn(move || signals.forever().try_for_each(|_| out.send(Message::Interrupted)));
    Ok(())
}
