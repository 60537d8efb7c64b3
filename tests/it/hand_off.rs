//! A deferred question on its way to a person: what is shown, what is written, and that nothing is without a yes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    home,
    program::Program,
    tea::{GREEN, Tea},
    tmux::{PROMPT, Pane},
};

/// A question that a rule of the pack leaves to the shop, with what is nobody else's business.
const ORDER: &str = "Where is my order? My name is Jane Miller, SSN 123-45-6789, jane@example.com.";
const PERSONAL: [&str; 3] = ["Miller", "123-45-6789", "jane@example.com"];
/// The rule's contact.
const CONTACT: &str = "- Contact: https://example.org/shop";

/// The files in a folder, sorted; none where there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The packet in a folder, which must hold one: its JSON and its Markdown, with nothing personal in either.
fn packet(folder: &Path) -> (Value, String) {
    let files = files(folder);
    let [json, markdown] = &files[..] else { panic!("{files:?}") };
    let [json, markdown] = [json, markdown].map(|file| fs::read_to_string(file).unwrap());
    for value in PERSONAL {
        assert!(!json.contains(value) && !markdown.contains(value), "`{value}` in {json} {markdown}");
    }
    (serde_json::from_str(&json).unwrap(), markdown)
}

/// A question whose packet goes into this folder.
fn ask(tea: &Tea, folder: &Path) -> Program {
    tea.purview("ask").arg(format!("--handoff={}", folder.display()))
}

#[test]
fn a_deferred_question_is_written_for_a_person_with_its_personal_data_masked() {
    let (tea, folder) = (Tea::pack(), tempfile::tempdir().unwrap());
    let folder = folder.path().join("for/people");
    let told = tea.purview("ask").arg(ORDER).run().ok().out;
    let run = ask(&tea, &folder).args(["--yes", ORDER]).run().ok();
    assert_eq!(run.out, told, "the answer is the answer");
    let (json, markdown) = packet(&folder);
    assert!(run.err.contains(&markdown), "{run:#?}");
    assert!(run.err.ends_with(&format!("written to `{}`\n", files(&folder)[1].display())), "{run:#?}");
    for part in [
        "# Question for a person: tea@1.2.3",
        "- Reason: a rule of the pack, `order`: Only the shop can see your order.",
        CONTACT,
        "> Where is my order? My name is [name], SSN [SSN], [e-mail].",
        "## What was looked at",
        "\"signal\": \"policy:order\"",
    ] {
        assert!(markdown.contains(part), "`{part}` is not in {markdown}");
    }
    let looked_at = json["looked_at"].as_array().unwrap();
    assert!(!looked_at.is_empty() && looked_at.len() <= 5, "{json:#}");
    assert!(looked_at.iter().enumerate().all(|(at, source)| !looked_at[..at].contains(source)), "{json:#}");
}

#[cfg(unix)]
#[test]
fn a_packet_is_for_its_owner_alone_and_goes_into_the_state_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let (tea, home) = (Tea::pack(), home::fresh());
    let ask = || tea.purview_at(home.path(), "ask").args(["--handoff", "--yes", ORDER]);
    ask().run().ok();
    let folder = home.path().join("state/handoffs");
    packet(&folder);
    for file in files(&folder) {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    let before = files(&folder);
    ask().run().ok();
    assert_eq!(files(&folder), before, "the same packet is the same file");
}

#[test]
fn nothing_is_written_without_a_yes() {
    let (tea, folder) = (Tea::pack(), tempfile::tempdir().unwrap());
    let folder = folder.path().join("packets");
    for run in [ask(&tea, &folder).arg(ORDER).run(), ask(&tea, &folder).input(format!("{ORDER}\ny\n")).run()] {
        let run = run.ok();
        assert!(run.err.contains("> Where is my order? My name is [name]"), "{run:#?}");
        let hint = format!("nothing is written\nhint: `--yes` writes it to `{}`\n", folder.display());
        assert!(run.err.ends_with(&hint), "{run:#?}");
    }
    assert!(!folder.exists());
}

#[test]
fn only_a_deferred_question_is_handed_over() {
    let (tea, folder) = (Tea::pack(), tempfile::tempdir().unwrap());
    for question in [GREEN, "Can tea cure my illness?", "What water?"] {
        let run = ask(&tea, folder.path()).args(["--yes", question]).run().ok();
        assert_eq!(run.err, "", "{question}");
    }
    assert_eq!(files(folder.path()), [""; 0].map(PathBuf::from));
}

#[test]
fn the_record_of_a_deferred_question_is_as_it_was() {
    let (tea, folder) = (Tea::pack(), tempfile::tempdir().unwrap());
    let record = |program: Program| {
        let mut record = program.args(["--json", ORDER]).run().ok().json();
        record["timings_ms"].take();
        record
    };
    assert_eq!(record(ask(&tea, folder.path()).arg("--yes")), record(tea.purview("ask")));
    assert_eq!(ask(&tea, folder.path()).args(["--yes", "--exit-code", ORDER]).run().code, Some(11));
}

#[test]
fn a_packet_that_cannot_be_written_is_a_failure_and_the_answer_stands() {
    let tea = Tea::pack();
    let file = tea.path().join("domain.toml");
    let run = ask(&tea, &file).args(["--yes", ORDER]).run();
    assert_eq!(run.code, Some(1), "{run:#?}");
    assert!(run.out.contains("Only the shop can see your order."), "{run:#?}");
    assert!(run.err.contains(&format!("cannot write the packet into `{}`", file.display())), "{run:#?}");
}

#[test]
fn a_batch_is_not_handed_over() {
    let usage = |args: &[&str]| Program::at(home::empty().path()).arg("ask").args(args).run();
    usage(&["--handoff", "--batch", "questions.jsonl"]).fails(2, &["--handoff", "--batch"]);
    usage(&["--yes", "Where?"]).fails(2, &["--handoff"]);
}

#[test]
fn a_question_cannot_talk_to_the_terminal_by_way_of_its_packet() {
    let (tea, folder) = (Tea::pack(), tempfile::tempdir().unwrap());
    let run = ask(&tea, folder.path()).args(["--yes", "Where is my order?\x1b[2J \u{202e}now"]).run().ok();
    assert!(!run.err.contains(['\x1b', '\u{202e}']), "{run:#?}");
}

#[test]
fn a_person_at_a_terminal_is_asked() {
    let tea = Tea::pack();
    let Some(pane) = Pane::open(home::shared()) else { return };
    let folder = pane.folder().join("packets");
    let ask = format!("clear; purview ask -p {} --handoff=packets 'Where is my order?'", tea.path().display());
    for (answer, end) in [("", "nothing is written"), ("no", "nothing is written"), ("y", "written to `packets/")] {
        assert!(!folder.exists(), "{answer}");
        pane.enter(&ask);
        pane.wait_for(r"write it to `packets`\? \[y/N\]");
        pane.enter(answer);
        pane.until(end, |screen| screen.contains(end) && screen.trim_end().ends_with(PROMPT.replace("$?", "0").trim()));
    }
    assert!(packet(&folder).1.contains(CONTACT));
}

#[test]
fn the_chat_shows_a_packet_and_then_writes_it() {
    let (tea, home) = (Tea::pack(), home::fresh());
    let folder = home.path().join("state/handoffs");
    let Some(pane) = Pane::open(home.path()) else { return };
    pane.enter(&format!("purview chat --no-save -p {}", tea.path().display()));
    pane.wait_for("tea@1.2.3 · ready");
    pane.enter(ORDER);
    pane.wait_for("`/handoff` makes a packet");
    pane.enter("/handoff");
    pane.wait_for("# Question for a person: tea@1.2.3");
    assert_eq!(files(&folder), [""; 0].map(PathBuf::from), "it is only shown");
    pane.keys(&["Escape"]);
    pane.wait_for("→ deferred");
    pane.enter("/handoff write");
    pane.wait_for("written to `");
    assert!(packet(&folder).1.contains(CONTACT));
}

#[test]
fn a_chat_line_by_line_hands_over_what_was_said_before() {
    let (tea, home) = (Tea::pack(), home::fresh());
    let folder = home.path().join("state/handoffs");
    let lines = format!("/handoff\n{GREEN}\n{ORDER}\n/handoff write\n/handoff\n/handoff write\n");
    let run = tea.purview_at(home.path(), "chat").args(["--plain", "--no-save"]).input(lines).run().ok();
    let (_, markdown) = packet(&folder);
    assert!(markdown.contains(&format!("## Earlier in the conversation\n\n1. > {GREEN}\n")), "{markdown}");
    let places = [
        "no question was deferred yet",
        "hint: `/handoff` makes a packet",
        "what is written is shown first",
        "# Question for a person: tea@1.2.3",
        &format!("written to `{}`", files(&folder)[1].display()),
    ];
    let at = places.map(|part| run.out.find(part).unwrap_or_else(|| panic!("`{part}` is not in {}", run.out)));
    assert!(at.is_sorted(), "{at:?} {}", run.out);
}
