//! Output: data to standard output, everything else to standard error; control characters made visible.

use std::io::{self, Write};

use crate::error::{Error, Problem, Result};
pub use crate::tui::text::visible;

/// Writes one line of data to standard output. A reader that went away is not an error of ours: `main` ends
/// quietly on a broken pipe.
pub fn data(line: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())
        .and_then(|()| out.write_all(b"\n"))
        .and_then(|()| out.flush())
        .map_err(Error::io("write to", "standard output"))
}

/// Writes a part of a line of data.
pub fn piece(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::io("write to", "standard output"))
}

/// Says something to the person, on standard error.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}"); // nobody is there to be told that nobody is there
}

/// Asks the person, on standard error; what they answer stands behind it.
pub fn prompt(question: &str) {
    let _ = write!(io::stderr(), "{question} "); // likewise
}

/// Says what went wrong and what to do.
pub fn report(error: &Error) {
    if let Error::Pack(problems) = error {
        for problem in problems {
            say(&shown(problem, "error"));
        }
        return;
    }
    say(&format!("error: {}", visible(&error.to_string())));
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if !error.to_string().contains(&inner.to_string()) {
            say(&format!("  because: {}", visible(&inner.to_string())));
        }
        source = inner.source();
    }
    if let Some(hint) = error.hint() {
        say(&format!("hint: {}", visible(hint)));
    }
}

/// A problem as a person reads it.
pub fn shown(problem: &Problem, severity: &str) -> String {
    let hint = problem.hint.as_ref().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
    visible(&format!("{severity}: {problem}{hint}"))
}
