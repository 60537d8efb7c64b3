//! Leaving the chat, for good or for a while: the terminal is as it was, and the exit code says why.

use super::{asked, chat, command};
use crate::{
    home,
    tea::{GREEN, GREEN_ANSWER, Tea},
    tmux::Pane,
};

/// On the other screen, the cursor hidden or shown, the mouse asked for.
const MODES: &str = "#{alternate_on} #{cursor_flag} #{mouse_any_flag}";

/// Waits for the shell, which the program has left with this code; asserts that the terminal is as it was.
fn left(pane: &Pane, code: u8) {
    let screen = pane.wait_for(&format!(r"(?m)^\[{code}\]\$$"));
    is_given_back(pane, &screen);
    // Marked pastes would show their marks here: this shell reads plain lines.
    pane.paste("plain");
    let screen = pane.wait_for(&format!(r"(?m)^\[{code}\]\$ .*plain"));
    assert!(screen.contains(&format!("[{code}]$ plain")), "{screen}");
}

fn is_given_back(pane: &Pane, screen: &str) {
    let first = screen.lines().next().unwrap_or_default();
    assert!(first.contains("purview chat -p "), "what stood there before is gone:\n{screen}");
    assert_eq!(pane.value(MODES), "0 1 0");
    assert!(pane.is_cooked());
}

/// Asserts that the program has what [`is_given_back`] looks at.
fn is_taken(pane: &Pane) {
    assert_eq!(pane.value(MODES), "1 1 1");
    assert!(!pane.is_cooked());
}

#[test]
fn quit_leaves_the_terminal_as_it_was() {
    let tea = Tea::pack();
    let Some(pane) = chat(&tea) else { return };
    is_taken(&pane);
    pane.enter("/quit");
    left(&pane, 0);
}

#[test]
fn ctrl_c_twice_leaves_the_terminal_as_it_was() {
    let tea = Tea::pack();
    let Some(pane) = chat(&tea) else { return };
    pane.keys(&["C-c"]);
    pane.wait_for("Ctrl\\+C again quits");
    pane.keys(&["C-c"]);
    left(&pane, 0);
}

#[test]
fn ctrl_d_on_an_empty_draft_leaves_the_terminal_as_it_was() {
    let tea = Tea::pack();
    let Some(pane) = chat(&tea) else { return };
    pane.text("x");
    pane.wait_for("(?m)^› x$");
    pane.keys(&["C-d", "C-h", "C-d"]); // what is written stays, is deleted, and then it ends
    left(&pane, 0);
}

#[test]
fn a_signal_that_ends_it_is_its_exit_code() {
    let tea = Tea::pack();
    for (signal, code) in [("HUP", 129), ("INT", 130), ("TERM", 143)] {
        let Some(pane) = chat(&tea) else { return };
        asked(&pane, GREEN, "✓ answered");
        pane.signal(signal);
        left(&pane, code);
    }
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_back() {
    let tea = Tea::pack();
    let Some(pane) = chat(&tea) else { return };
    asked(&pane, GREEN, "✓ answered");
    for _ in 0..2 {
        pane.keys(&["C-z"]);
        let screen = pane.wait_for(r"(?m)Stopped.*\n\[\d+\]\$$");
        is_given_back(&pane, &screen);
        pane.enter("clear; fg"); // so that the next `Stopped` is another one
        let screen = pane.wait_for("F1 help");
        assert!(screen.contains(GREEN) && screen.contains(GREEN_ANSWER), "{screen}");
        is_taken(&pane);
    }
    pane.enter("/why");
    pane.wait_for("evidence");
}

#[test]
fn it_draws_itself_anew_after_it_was_stopped_from_outside() {
    let tea = Tea::pack();
    let Some(pane) = Pane::open(home::shared()) else { return };
    pane.enter("set +m"); // the shell keeps out of it
    pane.enter(&command(tea.path(), "--no-save"));
    pane.wait_for("tea@1.2.3 · ready");
    asked(&pane, GREEN, "✓ answered");
    pane.signal("STOP");
    pane.scribble("\x1b[2J\x1b[Hsomebody else was here");
    pane.wait_for("somebody else was here");
    pane.signal("CONT");
    pane.until("the chat", |screen| screen.contains(GREEN_ANSWER) && screen.contains("F1 help"));
    pane.until("nobody else", |screen| !screen.contains("somebody else"));
    is_taken(&pane);
    pane.enter("/why");
    pane.wait_for("evidence");
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_told() {
    let example = std::path::Path::new(crate::program::BINARY).with_file_name("examples").join("panic");
    if !example.is_file() {
        eprintln!("skipped: only a `cargo test` of everything builds the example `panic`");
        return;
    }
    let Some(pane) = Pane::open(home::shared()) else { return };
    pane.script("panics", &format!("exec '{}'", example.display()));
    pane.enter("panics");
    let screen = pane.wait_for(r"(?m)^\[101\]\$$");
    assert!(screen.contains("on purpose"), "{screen}");
    assert_eq!(pane.value(MODES), "0 1 0");
    assert!(pane.is_cooked());
}
