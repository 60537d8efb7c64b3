//! The terminal itself: taken over and given back, whatever happens. What a full-screen program changes is changed
//! here and nowhere else, and put back by one function.

use std::{
    io::{self, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    clipboard::CopyToClipboard,
    cursor::Show,
    event::{
        DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, KeyboardEnhancementFlags,
        PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
    },
    execute,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::{Terminal, backend::CrosstermBackend};

/// Opens the stream that the terminal listens to.
pub type Stream = fn() -> io::Stdout;

/// Whether the terminal is taken over now. A terminal is one of a kind in a process, and so is this.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// A terminal that was taken over; given back when dropped.
pub struct Screen {
    stream: Stream,
    mouse: bool,
    terminal: Terminal<CrosstermBackend<io::Stdout>>,
}

impl Screen {
    /// Takes the terminal over. A panic anywhere gives it back before it is reported.
    ///
    /// # Errors
    /// A terminal that refuses.
    pub fn take(stream: Stream, mouse: bool) -> io::Result<Self> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // The worker's and the clerk's panics are caught or end their thread; the screen goes on.
            if std::thread::current().name() == Some("main") {
                give_back(stream);
                before(panic);
            }
        }));
        let terminal = Terminal::new(CrosstermBackend::new(stream()))?;
        let mut screen = Self { stream, mouse, terminal };
        screen.enter()?;
        Ok(screen)
    }

    /// Takes the terminal over again after [`Screen::leave`].
    ///
    /// # Errors
    /// A terminal that refuses.
    pub fn enter(&mut self) -> io::Result<()> {
        TAKEN.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        let mut out = (self.stream)();
        // Terminals that do not know the keyboard protocol pass over it.
        let keyboard = PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES);
        execute!(out, EnterAlternateScreen, EnableBracketedPaste, keyboard)?;
        if self.mouse {
            execute!(out, EnableMouseCapture)?;
        }
        self.terminal.clear()
    }

    /// Gives the terminal back for a while.
    pub fn leave(&mut self) {
        give_back(self.stream);
    }

    /// What draws.
    pub fn terminal(&mut self) -> &mut Terminal<CrosstermBackend<io::Stdout>> {
        &mut self.terminal
    }

    /// Puts text on the clipboard of the machine that the person sits at (OSC 52).
    ///
    /// # Errors
    /// A terminal that is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!((self.stream)(), CopyToClipboard::to_clipboard_from(text))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back(self.stream);
    }
}

/// Puts back everything that [`Screen::enter`] changed, once; harmless where nothing was.
pub fn give_back(stream: Stream) {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = stream();
    // A terminal that is gone needs nothing put back.
    let _ = execute!(
        out,
        DisableMouseCapture,
        PopKeyboardEnhancementFlags,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let _ = disable_raw_mode();
    let _ = out.flush();
}
