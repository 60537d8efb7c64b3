//! Awkward questions: whatever is typed, the program answers by its contract and does not crash.

use std::path::Path;

use serde_json::json;

use crate::{program::Run, shape, tea::Tea};

/// Questions that no one means.
fn awkward() -> Vec<String> {
    let own = [
        "",
        " \t\r\n ",
        "?",
        "😀🍵🫖👩‍👩‍👧",
        "\0",
        "how hot\0is tea?",
        "\u{feff}tea",
        "\x1b[31mtea\x1b[0m",
        "ṱ̺̺̕e̖̍̆a",
        "\u{202e}aet",
        "\u{10ffff}",
    ];
    let long = ["x".repeat(10_000), "tea ".repeat(2_500), "?".repeat(10_000), "茶".repeat(10_000), "🍵".repeat(10_000)];
    own.map(str::to_owned).into_iter().chain(long).collect()
}

/// Each question through one batch of a verb.
fn batch(verb: &str, questions: &[String]) -> Run {
    let tea = Tea::pack();
    let lines = questions.iter().enumerate().map(|(id, q)| json!({ "id": id, "question": q }).to_string() + "\n");
    tea.write("batch.jsonl", lines.collect::<String>());
    tea.purview(verb).arg("--batch").arg(tea.path().join("batch.jsonl")).run().ok()
}

/// Asserts that each question has its answer, and its own.
fn answered(questions: &[String]) {
    let answers = batch("ask", questions).lines();
    assert_eq!(answers.len(), questions.len());
    for (id, (question, answer)) in questions.iter().zip(&answers).enumerate() {
        shape::answer(answer);
        assert_eq!((&answer["id"], &answer["question"]), (&json!(id), &json!(question)));
        assert!(!answer["text"].as_str().unwrap().is_empty(), "{question:?}");
    }
}

#[test]
fn awkward_questions_are_answered_by_the_contract() {
    answered(&awkward());
}

#[test]
fn the_naughty_strings_are_answered_by_the_contract() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/security/naughty_strings.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: `{}` is not there", path.display());
        return;
    };
    let naughty: Vec<String> = serde_json::from_str(&text).unwrap();
    assert!(naughty.len() > 500);
    answered(&naughty);
}

#[test]
fn awkward_queries_are_searched_for_and_routed() {
    let awkward = awkward();
    assert_eq!(batch("search", &awkward).lines().len(), awkward.len());
    assert_eq!(batch("route", &awkward).lines().len(), awkward.len());
}

#[test]
fn stdin_may_hold_anything() {
    let tea = Tea::pack();
    let odd: [&[u8]; 5] = [b"", b"\n", b"\xff\xfe\x00", b"how hot\0is tea?", &[b'x'; 10_000]];
    for input in odd {
        let run = tea.purview("ask").arg("--json").input(input).run().ok();
        shape::answer(&run.json());
    }
}
