//! The chat's outside on a terminal: signals, the clock, the editor, the loop that draws. Carries out the app's
//! effects and decides nothing.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP},
    iterator::Signals,
};
use time::OffsetDateTime;

use super::{
    app::{App, Start},
    backstage::Backstage,
    keyboard::Keyboard,
    message::{Effect, Filed, Message},
    terminal::{Screen, Stream},
    view,
};
use crate::{
    error::{Error, Result},
    settings::Settings,
    specialist::Retrieval,
};

/// The least time between two pictures: at most 30 a second.
const FRAME: Duration = Duration::from_millis(34);
/// The time between two pictures of something that moves by itself.
const MOVE: Duration = Duration::from_millis(120);
/// Messages that are taken between two pictures at most.
const BATCH: usize = 1000;

/// What the chat needs of its surroundings.
pub struct Surroundings {
    /// The user's settings.
    pub settings: Settings,
    /// Which retrievers count.
    pub retrieval: Retrieval,
    /// What edits a text, as a shell command.
    pub editor: Option<String>,
    /// Whether a pack is built anew when its files change.
    pub watch: bool,
}

/// Runs the chat on a terminal until it ends; the signal that ended it, if one did.
///
/// # Errors
/// A terminal that refuses.
pub fn run(start: Start, surroundings: &Surroundings, stream: Stream) -> Result<Option<i32>> {
    let (out, messages) = mpsc::channel();
    let failed = |source| Error::io("use", "the terminal")(source);
    let mut screen = Screen::take(stream, surroundings.settings.mouse).map_err(failed)?;
    let ended_by = listen(&out).map_err(failed)?;
    let mut stage = Stage {
        backstage: Backstage::start(surroundings, &out),
        keyboard: Keyboard::start(out.clone()),
        editor: surroundings.editor.as_deref().unwrap_or("vi"),
        out,
    };
    let (app, effects) = App::new(start);
    let played = stage.play(app, effects, &messages, &mut screen);
    drop(screen); // before what is left is written, which may take a moment
    played.map_err(failed)?;
    Ok(Some(ended_by.load(Ordering::SeqCst)).filter(|signal| *signal != 0))
}

struct Stage<'s> {
    backstage: Backstage,
    keyboard: Keyboard,
    editor: &'s str,
    out: Sender<Message>,
}

impl Stage<'_> {
    fn play(
        &mut self,
        mut app: App,
        mut effects: Vec<Effect>,
        messages: &Receiver<Message>,
        screen: &mut Screen,
    ) -> io::Result<()> {
        loop {
            for effect in effects.drain(..) {
                if let Some(effect) = self.backstage.carry_out(effect)
                    && self.perform(effect, screen)?
                {
                    return Ok(());
                }
            }
            view::lay_out(&mut app);
            screen.terminal().draw(|frame| view::draw(&app, frame))?;
            let drawn = Instant::now();
            let first = next(messages, app.is_busy());
            // A picture was just drawn; what comes until the next is due is taken together.
            thread::sleep(FRAME.saturating_sub(drawn.elapsed()));
            for message in std::iter::once(first).chain(messages.try_iter().take(BATCH)) {
                effects.extend(app.update(message, OffsetDateTime::now_utc()));
            }
        }
    }

    /// Carries out what needs the terminal; whether it ends.
    fn perform(&mut self, effect: Effect, screen: &mut Screen) -> io::Result<bool> {
        match effect {
            Effect::Quit => return Ok(true),
            Effect::Redraw => screen.terminal().clear()?,
            Effect::Copy(text) => screen.copy(&text)?,
            Effect::Reenter => {
                screen.leave();
                screen.enter()?;
            }
            Effect::Suspend => {
                let _pause = self.keyboard.pause();
                screen.leave();
                signal_hook::low_level::emulate_default_handler(SIGTSTP)?;
                screen.enter()?;
            }
            Effect::Edit(text) => {
                let edited = {
                    let _pause = self.keyboard.pause();
                    screen.leave();
                    let edited = edit(self.editor, &text);
                    screen.enter()?;
                    edited
                };
                let message = match edited {
                    Ok(text) => Message::Edited(text),
                    Err(error) => Message::Clerk(Filed::Failed((&error).into())),
                };
                let _ = self.out.send(message); // the other end is ours
            }
            // What the backstage carries out never comes here.
            Effect::Open(_) | Effect::Ask(..) | Effect::HandOff(..) | Effect::Stop | Effect::File(_) => {}
        }
        Ok(false)
    }
}

/// The next message; where something moves by itself, the time for its next picture.
fn next(messages: &Receiver<Message>, moves: bool) -> Message {
    let wait = if moves { MOVE } else { Duration::MAX };
    match messages.recv_timeout(wait) {
        Ok(message) => message,
        Err(RecvTimeoutError::Timeout) => Message::Tick,
        Err(RecvTimeoutError::Disconnected) => Message::Terminated,
    }
}

/// Opens an editor on a text; the text as it was saved.
fn edit(editor: &str, text: &str) -> Result<String> {
    let file = tempfile::Builder::new().prefix("purview-").suffix(".md").tempfile();
    let file = file.map_err(Error::io("create", "a temporary file"))?;
    std::fs::write(file.path(), text).map_err(Error::io("write", file.path()))?;
    // As git runs it: the variable may hold arguments, so a shell reads it.
    let command = format!("{editor} \"$1\"");
    let status = std::process::Command::new("sh").args(["-c", &command, "sh"]).arg(file.path()).status();
    let status = status.map_err(Error::io("run the editor", editor))?;
    if !status.success() {
        let message = format!("`{editor}` ended with {status}; the draft is as it was");
        return Err(Error::usage(message, "set `VISUAL` or `EDITOR` to an editor that is here"));
    }
    std::fs::read_to_string(file.path()).map_err(Error::io("read", file.path()))
}

/// Turns signals into messages; the one that ends the chat is kept, 0 before it comes.
fn listen(out: &Sender<Message>) -> io::Result<Arc<AtomicI32>> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT])?;
    let (out, ended_by) = (out.clone(), Arc::new(AtomicI32::new(0)));
    let kept = ended_by.clone();
    thread::spawn(move || {
        for signal in &mut signals {
            let message = match signal {
                SIGTSTP => Message::Suspended,
                SIGCONT => Message::Continued,
                // Ctrl+C is read as a key, so a SIGINT comes from outside.
                _ => {
                    kept.store(signal, Ordering::SeqCst);
                    Message::Terminated
                }
            };
            if out.send(message).is_err() {
                return;
            }
        }
    });
    Ok(ended_by)
}
