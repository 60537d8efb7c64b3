//! The chat line by line, for screen readers and simple terminals: it writes nothing but text.

use std::{
    fs,
    io::{Read, Write},
    process::Child,
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use regex::Regex;

use super::command;
use crate::{
    home,
    tea::{GREEN, GREEN_ANSWER, Tea},
    tmux::Pane,
};

/// How long the next piece of text may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// A chat over pipes, and what it has written so far.
struct Talk {
    chat: Child,
    pieces: Receiver<Vec<u8>>,
    said: Vec<u8>,
}

impl Talk {
    fn with(mut chat: Child) -> Self {
        let mut stdout = chat.stdout.take().unwrap();
        let (out, pieces) = mpsc::channel();
        thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = stdout.read(&mut piece) {
                let _ = out.send(piece[..length].to_vec()); // a test that failed listens no more
            }
        });
        Self { chat, pieces, said: Vec::new() }
    }

    fn writes(&mut self, line: &str) {
        writeln!(self.chat.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Waits until it has written this, and asks for more; everything that it has written since the last time.
    fn says(&mut self, part: &str) -> String {
        loop {
            let said = String::from_utf8_lossy(&self.said);
            if said.contains(part) && said.ends_with("> ") {
                return String::from_utf8(std::mem::take(&mut self.said)).unwrap();
            }
            let next = self.pieces.recv_timeout(PATIENCE);
            self.said.extend(next.unwrap_or_else(|why| panic!("`{part}` was not said ({why}), but:\n{said}")));
        }
    }
}

#[test]
fn a_conversation_over_pipes_is_plain_text() {
    let tea = Tea::pack();
    let mut talk = Talk::with(tea.purview("chat").args(["--plain", "--no-save"]).converse());
    let mut said = talk.says("brewing tea (tea@1.2.3)");
    talk.writes(GREEN);
    let answer = talk.says("✓ answered");
    assert!(answer.contains(GREEN_ANSWER), "{answer}");
    talk.writes("/why");
    let why = talk.says("Passages looked at");
    assert!(why.contains("evidence"), "{why}");
    talk.writes("/quit");
    assert_eq!(talk.chat.wait().unwrap().code(), Some(0));
    said.extend([answer, why]);
    said.extend(talk.pieces.iter().map(|piece| String::from_utf8(piece).unwrap()));
    assert!(!said.contains('\x1b'), "{said:?}");
}

#[test]
fn a_dumb_terminal_is_written_on_line_by_line() {
    let tea = Tea::pack();
    let Some(pane) = Pane::open(home::shared()) else { return };
    pane.enter(&format!("TERM=dumb {}", command(tea.path(), "--no-save")));
    pane.wait_for("(?m)^>$");
    let written = pane.record();
    pane.enter(GREEN);
    let screen = pane.wait_for("(?m)✓ answered(.*\n)+>$");
    assert!(screen.contains(GREEN_ANSWER), "{screen}");
    pane.enter("/why");
    let read = || fs::read_to_string(&written).unwrap_or_default();
    let measured = Regex::new(r"evidence +(0\.\d{3}|1\.000) █+░* ≥ 0\.\d\d").unwrap();
    pane.until("the evidence in what was written", |_| measured.is_match(&read()));
    pane.until("a record up to the next prompt", |_| read().ends_with("> "));
    assert!(!read().contains('\x1b'), "{:?}", read());
    assert_eq!(pane.value("#{alternate_on} #{mouse_any_flag}"), "0 0");
    assert!(pane.is_cooked());
    pane.enter("/quit");
    pane.wait_for(r"(?m)^\[0\]\$$");
}
