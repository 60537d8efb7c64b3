//! The chat on a real terminal: asking, writing, being resized, and what can go wrong before and while it answers.

mod leaving;
mod lines;
mod sessions;

use std::{fs, path::Path};

use crate::{
    home, slow,
    tea::{GREEN, GREEN_ANSWER, Tea},
    tmux::Pane,
};

/// What the draft shows when nothing is written.
const EMPTY_DRAFT: &str = "› Ask, or / for commands";

/// The line that starts a chat about this pack.
fn command(pack: &Path, flags: &str) -> String {
    format!("purview chat -p {} {flags}", pack.display())
}

/// A chat that is ready, in this home.
fn chat_at(home: &Path, tea: &Tea, flags: &str) -> Option<Pane> {
    let pane = Pane::open(home)?;
    pane.enter(&command(tea.path(), flags));
    pane.wait_for("tea@1.2.3 · ready");
    Some(pane)
}

/// A chat that is ready, in the shared home, where nothing is kept of it.
fn chat(tea: &Tea) -> Option<Pane> {
    chat_at(home::shared(), tea, "--no-save")
}

/// The chat, in which this was asked and came out so.
fn asked(pane: &Pane, question: &str, badge: &str) -> String {
    pane.enter(question);
    pane.wait_for(badge)
}

/// Waits for a screen of so many columns that is drawn down to its status line.
fn whole(pane: &Pane, (columns, rows): (usize, usize)) -> String {
    pane.until("a whole screen", |screen| {
        let lines: Vec<&str> = screen.lines().collect();
        let [.., rule, draft, status] = lines.as_slice() else { return false };
        let is_whole = rule.starts_with('─') && rule.chars().count() == columns && draft.starts_with('›');
        is_whole && lines.len() == rows && status.ends_with("F1 help") && status.chars().count() == columns - 1
    })
}

#[test]
fn a_question_is_answered_and_its_citation_opens_the_document() {
    let tea = Tea::pack();
    let Some(pane) = chat(&tea) else { return };
    let screen = asked(&pane, GREEN, "✓ answered");
    assert!(screen.contains(GREEN_ANSWER), "{screen}");
    pane.keys(&["Tab", "1"]);
    let document = pane.wait_for("Esc closes");
    assert!(document.contains("│ Green tea is brewed with water of 78 °C."), "{document}");
    pane.keys(&["Escape"]);
    pane.until("the conversation", |screen| !screen.contains("Esc closes") && screen.contains("✓ answered"));
}

#[test]
fn why_shows_the_evidence_against_its_bar() {
    let tea = Tea::pack();
    let Some(pane) = chat(&tea) else { return };
    asked(&pane, GREEN, "✓ answered");
    pane.enter("/why");
    pane.wait_for(r"evidence +(0\.\d{3}|1\.000) █+░* ≥ 0\.\d\d");
}

#[test]
fn a_question_about_something_else_is_refused() {
    let tea = Tea::pack();
    let Some(pane) = chat(&tea) else { return };
    let screen = asked(&pane, "how do I brew espresso", "✗ refused");
    assert!(screen.contains("try a barista"), "{screen}");
}

/// What the language model writes that is `writing`; a sentence of the pack, so that it is said.
const WRITTEN: &str = "Keep tea leaves in a closed tin, away from light.";

/// A chat in which a language model has written a sentence and goes on.
fn writing(tea: &Tea) -> Option<Pane> {
    let pane = Pane::open(home::shared())?;
    let chat = command(tea.path(), "--no-save --mode generate");
    pane.enter(&format!("PURVIEW_SERVER={} PURVIEW_SERVER_MODEL=slow {chat}", slow::start(WRITTEN)));
    pane.wait_for("tea@1.2.3 · ready");
    pane.enter("How do I store tea leaves and how long does each tea keep?");
    let screen = pane.wait_for(r"writing, (1[2-9]|[2-9]\d|\d{3}) tokens");
    assert!(screen.contains(WRITTEN) && !screen.contains("✓ answered"), "{screen}");
    Some(pane)
}

/// Goes to the beginning of the conversation, where all of this must stand.
fn begins_with(pane: &Pane, parts: &[&str]) {
    pane.keys(&["Home"]);
    pane.until(&format!("{parts:?}"), |screen| parts.iter().all(|part| screen.contains(part)));
}

#[test]
fn what_a_model_wrote_stays_when_it_is_stopped() {
    let tea = Tea::pack();
    let Some(pane) = writing(&tea) else { return };
    pane.keys(&["Escape"]);
    pane.until("an end", |screen| !screen.contains("Esc stops"));
    begins_with(&pane, &["■ cancelled", WRITTEN, EMPTY_DRAFT]);
}

#[test]
fn resizing_while_a_model_writes_loses_nothing() {
    let tea = Tea::pack();
    let Some(pane) = writing(&tea) else { return };
    for (columns, rows) in [(50, 15), (120, 40), (100, 30)] {
        pane.resize(columns, rows);
        whole(&pane, (columns.into(), rows.into()));
    }
    begins_with(&pane, &[WRITTEN, EMPTY_DRAFT]);
}

#[test]
fn ten_thousand_pasted_characters_arrive_whole_and_can_be_edited() {
    let line = "A tin keeps the leaves dry. 찻잎은 빛이 들지 않는 통에 둔다.\n";
    let text = format!("{}the end 끝", line.repeat(10_000 / line.chars().count() + 1));
    assert!(text.chars().count() >= 10_000);
    let tea = Tea::pack();
    let Some(pane) = Pane::open(home::shared()) else { return };
    pane.script("edit", "cp \"$1\" edited && echo shorter >\"$1\"");
    pane.enter(&format!("EDITOR=./edit {}", command(tea.path(), "--no-save")));
    pane.wait_for("ready");
    pane.paste(&text);
    let screen = pane.wait_for("the end 끝");
    assert!(screen.contains("brewing tea (tea@1.2.3)") && screen.contains("F1 help"), "{screen}");
    pane.keys(&["C-g"]);
    pane.wait_for("(?m)^› shorter$");
    assert!(fs::read_to_string(pane.folder().join("edited")).unwrap() == text);
    pane.keys(&["C-c"]);
    pane.wait_for(EMPTY_DRAFT);
    asked(&pane, GREEN, "✓ answered");
}

#[test]
fn text_cannot_command_the_terminal() {
    let tea = Tea::pack();
    tea.edit("corpus/green.md", "brewed with water", "\x1b]0;evil\x07brewed\x1b[2J with water");
    tea.edit("domain.toml", "name = \"tea\"", "name = \"wild-tea\""); // its index is kept apart
    let Some(pane) = Pane::open(home::shared()) else { return };
    let title = pane.value("#{pane_title}");
    pane.enter(&command(tea.path(), "--no-save"));
    pane.wait_for("ready");
    pane.paste("\x1b]0;worse\x07\x1b[2JHow hot should the water be for green tea?");
    pane.wait_for("(?m)^› ␛]0;worse␇␛\\[2JHow hot");
    pane.keys(&["Enter"]);
    let screen = pane.wait_for("✓ answered");
    assert!(screen.contains("› ␛]0;worse␇␛[2JHow hot"), "{screen}");
    assert!(screen.contains("␛]0;evil␇brewed␛[2J with water of 78 °C"), "{screen}");
    pane.keys(&["Tab", "1"]);
    let document = pane.wait_for("Esc closes");
    assert!(document.contains("│ Green tea is ␛]0;evil␇brewed␛[2J with"), "{document}");
    assert_eq!(pane.value("#{pane_title}"), title);
}

#[test]
fn an_unknown_pack_is_said_with_the_next_step() {
    let Some(pane) = Pane::open(home::shared()) else { return };
    pane.enter(&command(Path::new("nowhere"), "--no-save"));
    let screen = pane.wait_for("‼ `nowhere` cannot be opened");
    assert!(screen.contains("hint: ") && screen.contains("`/pack` chooses another pack"), "{screen}");
    pane.enter("/quit");
    pane.wait_for(r"(?m)^\[0\]\$$");
}

#[test]
fn a_broken_pack_is_opened_once_it_is_mended() {
    let tea = Tea::pack();
    tea.edit("domain.toml", "schema = 1", "schema = 1\nkettle = \"iron\"");
    let Some(pane) = Pane::open(home::shared()) else { return };
    pane.enter(&command(tea.path(), "--no-save"));
    let screen = pane.wait_for("cannot be opened");
    assert!(screen.contains("domain.toml:2:1") && screen.contains("unknown field `kettle`"), "{screen}");
    assert!(screen.contains("`/retry` tries again"), "{screen}");
    tea.edit("domain.toml", "\nkettle = \"iron\"", "");
    pane.enter("/retry");
    pane.wait_for("tea@1.2.3 · ready");
    asked(&pane, GREEN, "✓ answered");
}

#[test]
fn a_question_goes_to_the_pack_that_it_is_for() {
    let (tea, milk) = (Tea::pack(), Tea::bare("foam"));
    milk.write("corpus/milk.md", "# Milk\n\nMilk is kept at 4 °C and is heated to 65 °C for foam.\n");
    let Some(pane) = Pane::open(home::shared()) else { return };
    let both = format!("{},{}", tea.path().display(), milk.path().display());
    pane.enter(&command(Path::new(&both), "--no-save"));
    let screen = pane.wait_for("tea \\+ foam · ready");
    assert!(screen.contains("2 packs") && screen.contains("(tea@1.2.3)"), "{screen}");
    let screen = asked(&pane, GREEN, "✓ answered · tea");
    assert!(screen.contains(GREEN_ANSWER), "{screen}");
}

#[test]
fn a_pack_that_is_edited_is_built_anew_while_the_chat_goes_on() {
    let (tea, home) = (Tea::pack(), home::fresh());
    let Some(pane) = chat_at(home.path(), &tea, "--no-save --watch") else { return };
    asked(&pane, GREEN, GREEN_ANSWER);
    tea.edit("corpus/green.md", GREEN_ANSWER, "81 °C");
    pane.wait_for("tea was built anew");
    pane.enter("/new");
    pane.until("an empty conversation", |screen| !screen.contains(GREEN_ANSWER));
    asked(&pane, GREEN, "81 °C");
    tea.edit("domain.toml", "schema = 1", "schema = 1\nkettle = \"iron\"");
    let screen = pane.wait_for("domain.toml:2:1");
    assert!(screen.contains("tea answers as before"), "{screen}");
    tea.edit("domain.toml", "\nkettle = \"iron\"", "");
    pane.wait_for("tea was built anew");
}

#[test]
fn without_models_and_network_it_says_what_to_put_where_and_can_be_left() {
    let (tea, home) = (Tea::pack(), home::empty());
    let Some(pane) = Pane::open(home.path()) else { return };
    pane.enter(&command(tea.path(), ""));
    let screen = pane.wait_for("cannot be opened").split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["`all-MiniLM-L6-v2` is not on this machine", "hint: get `model.safetensors`", "and put it into"] {
        assert!(screen.contains(part), "`{part}` is not in\n{screen}");
    }
    pane.enter("/help");
    pane.wait_for("Esc closes");
    pane.keys(&["Escape"]);
    pane.until("the conversation", |screen| !screen.contains("Esc closes"));
    pane.enter("/quit");
    pane.wait_for(r"(?m)^\[0\]\$$");
}
