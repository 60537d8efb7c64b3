//! The thread that reads the keyboard, and how it is kept from it while an editor or the shell has the terminal.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    thread,
    time::Duration,
};

use crossterm::event::{self, Event, MouseEventKind};

use super::message::Message;

/// How long a key is waited for before it is looked at whether somebody else wants the keyboard.
const LOOK: Duration = Duration::from_millis(100);
/// Rows that one notch of the wheel scrolls.
const NOTCH: i32 = 3;

/// The keyboard.
pub struct Keyboard {
    wanted: Arc<AtomicBool>,
    reading: Arc<Mutex<()>>,
}

/// The keyboard is somebody else's until this is dropped.
pub struct Pause<'k> {
    wanted: &'k AtomicBool,
    _reading: MutexGuard<'k, ()>,
}

impl Keyboard {
    /// Starts to read.
    pub fn start(out: Sender<Message>) -> Self {
        let keyboard = Self { wanted: Arc::default(), reading: Arc::default() };
        let (wanted, reading) = (keyboard.wanted.clone(), keyboard.reading.clone());
        thread::spawn(move || {
            loop {
                if wanted.load(Ordering::SeqCst) {
                    thread::sleep(LOOK);
                    continue;
                }
                let read = {
                    let _reading = reading.lock().unwrap_or_else(PoisonError::into_inner);
                    read()
                };
                let message = match read {
                    Ok(None) => continue,
                    Ok(Some(message)) => message,
                    Err(_) => Message::Terminated, // the terminal is gone
                };
                let is_over = matches!(message, Message::Terminated);
                if out.send(message).is_err() || is_over {
                    return;
                }
            }
        });
        keyboard
    }

    /// Waits until nothing is being read, and keeps it so.
    pub fn pause(&self) -> Pause<'_> {
        self.wanted.store(true, Ordering::SeqCst);
        Pause { wanted: &self.wanted, _reading: self.reading.lock().unwrap_or_else(PoisonError::into_inner) }
    }
}

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        self.wanted.store(false, Ordering::SeqCst);
    }
}

/// What comes within [`LOOK`], if it means something here.
fn read() -> std::io::Result<Option<Message>> {
    if !event::poll(LOOK)? {
        return Ok(None);
    }
    Ok(match event::read()? {
        Event::Key(key) => Some(Message::Key(key)),
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(columns, rows) => Some(Message::Resized(columns, rows)),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollUp => Some(Message::Wheel(-NOTCH)),
            MouseEventKind::ScrollDown => Some(Message::Wheel(NOTCH)),
            _ => None,
        },
        Event::FocusGained | Event::FocusLost => None,
    })
}
