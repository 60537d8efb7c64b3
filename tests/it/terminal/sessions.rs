//! What is kept of a conversation: in the session's file, in an export, and not at all.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{asked, chat_at};
use crate::{
    home,
    tea::{GREEN, GREEN_ANSWER, Tea},
};

/// The files of a home's sessions.
fn sessions(home: &Path) -> Vec<PathBuf> {
    let folder = fs::read_dir(home.join("state/sessions"));
    folder.into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
}

/// What kind the records of a session are; none while it is not whole.
fn kinds(session: &Path) -> Option<Vec<String>> {
    let text = fs::read_to_string(session).unwrap();
    let kind = |line: &str| Some(serde_json::from_str::<Value>(line).ok()?["kind"].as_str()?.to_owned());
    text.ends_with('\n').then_some(())?;
    text.lines().map(kind).collect()
}

#[test]
fn a_conversation_whose_program_was_killed_goes_on() {
    let (tea, home) = (Tea::pack(), home::fresh());
    let Some(pane) = chat_at(home.path(), &tea, "") else { return };
    asked(&pane, GREEN, "✓ answered");
    let whole = Some(["session", "question", "answer"].map(str::to_owned).to_vec());
    pane.until("a whole session", |_| sessions(home.path()).first().and_then(|path| kinds(path)) == whole);
    pane.signal("KILL");
    pane.wait_for("Killed");
    drop(pane);

    let Some(pane) = chat_at(home.path(), &tea, "") else { return };
    pane.enter("/resume");
    pane.wait_for("Conversations");
    pane.keys(&["Enter"]);
    let screen = pane.wait_for("the conversation goes on");
    assert!(screen.contains(GREEN) && screen.contains(GREEN_ANSWER) && screen.contains("✓ answered"), "{screen}");
    asked(&pane, "Can tea cure my illness?", "✗ refused");
    pane.enter("/quit");
    pane.wait_for(r"(?m)^\[0\]\$$");
    let kept = sessions(home.path());
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kinds(&kept[0]).unwrap(), ["session", "question", "answer", "question", "answer"]);
}

#[test]
fn a_conversation_that_is_not_kept_can_be_exported() {
    let (tea, home) = (Tea::pack(), home::fresh());
    let Some(pane) = chat_at(home.path(), &tea, "--no-save") else { return };
    asked(&pane, GREEN, "✓ answered");
    pane.enter("/export tea.md");
    pane.wait_for("written to `tea.md`");
    pane.enter("/export tea.json");
    pane.wait_for("written to `tea.json`");
    pane.enter("/export tea.md");
    pane.wait_for("`tea.md` is there already");
    pane.enter("/quit");
    pane.wait_for(r"(?m)^\[0\]\$$");

    let read = |name: &str| fs::read_to_string(pane.folder().join(name)).unwrap();
    let (markdown, records) = (read("tea.md"), serde_json::from_str::<Value>(&read("tea.json")).unwrap());
    assert!(markdown.contains(&format!("## {GREEN}")) && markdown.contains(GREEN_ANSWER), "{markdown}");
    let answer = &records["records"][2];
    assert!(answer["answer"]["text"].as_str().unwrap().contains(GREEN_ANSWER), "{records:#}");
    assert!(sessions(home.path()).is_empty());
}
