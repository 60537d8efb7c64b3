//! What a language model wrote and the program let stand: each sentence has a marker, each marker the document's bytes, and
//! no figure is said that is not in them. On the pack that comes with the program, with the default model.

use std::{path::Path, sync::LazyLock};

use regex::Regex;
use serde_json::{Value, json};

use crate::{home, program::Program, shape};

/// Prose answers most of them; tables and quotations the others.
const QUESTIONS: [&str; 12] = [
    "How are tips taxed in 2025, and is there a deduction for them?",
    "What is the penalty for taking money out of my IRA early?",
    "How much is the adoption credit for each child?",
    "What is the gift tax exclusion for 2025?",
    "Can I deduct my gambling losses?",
    "With two children in day care, what is the most expense I can count for the child and dependent care credit?",
    "Can I get the earned income credit at 23 with no children and no spouse?",
    "My spouse and I file separately and she itemizes. Am I still allowed the standard deduction?",
    "What happens if I file my return late?",
    "Do I pay tax on my Social Security benefits?",
    "What is the standard deduction for a single filer in 2025?",
    "How much can a teacher deduct for classroom supplies in 2025?",
];

/// A marker: ` [2]`.
static MARKER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\s*\[(\d+)\]").unwrap());
/// `$15,750`, `22%`.
static FIGURE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\$\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:\.\d+)?%").unwrap());

/// Answers that the model wrote, of all that were asked; what no source supports gives way to a quotation.
fn written() -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lines = QUESTIONS.map(|question| json!({ "question": question }).to_string());
    let program = Program::at(home::with_generator()).args(["ask", "-p"]).arg(root.join("domains/us-tax"));
    let answers = program.args(["--mode", "generate", "--batch", "-"]).input(lines.join("\n")).run().ok().lines();
    assert_eq!(answers.len(), QUESTIONS.len());
    for answer in &answers {
        shape::answer(answer);
        shape::quotes_stand(answer, &root.join("corpora/us-tax"));
    }
    let (written, other): (Vec<Value>, Vec<Value>) =
        answers.into_iter().partition(|answer| answer["mode"] == "generate");
    assert!(written.len() >= 5, "the model wrote {} of {} answers", written.len(), QUESTIONS.len());
    assert!(other.iter().all(|answer| answer["mode"] == "extract" || answer["mode"] == "lookup"), "{other:#?}");
    written
}

/// The sentences of a text, each with its marker's number; panics at what has none.
fn sentences(text: &str) -> Vec<(&str, u64)> {
    let mut from = 0;
    let sentences = MARKER.captures_iter(text).map(|found| {
        let whole = found.get(0).unwrap();
        let sentence = text[from..whole.start()].trim();
        from = whole.end();
        (sentence, found[1].parse().unwrap())
    });
    let sentences: Vec<(&str, u64)> = sentences.collect();
    assert_eq!(text[from..].trim(), "", "it has no marker: {text}");
    sentences
}

/// The figures of a text; a comma or a point that ends a clause is no part of one.
fn figures(text: &str) -> Vec<&str> {
    FIGURE.find_iter(text).map(|found| found.as_str().trim_end_matches(',')).collect()
}

#[test]
fn what_a_model_wrote_is_a_marker_a_sentence_and_every_figure_stands_in_what_is_cited() {
    let mut figured = 0;
    for answer in written() {
        assert!(answer["generator"].as_str().unwrap().starts_with("SmolLM2-135M"), "{answer:#}");
        let citations = answer["citations"].as_array().unwrap();
        let mut used = Vec::new();
        for (sentence, marker) in sentences(answer["text"].as_str().unwrap()) {
            assert!(sentence.ends_with(['.', '!']), "`{sentence}` is no whole sentence: {answer:#}");
            let inner = sentence.trim_end_matches(['.', '!']);
            assert!(!inner.contains(". ") || inner.contains("U.S. "), "`{sentence}` is more than one: {answer:#}");
            let cited = citations.iter().find(|citation| citation["marker"] == marker);
            let cited = cited.unwrap_or_else(|| panic!("[{marker}] stands for nothing: {answer:#}"));
            let stated = figures(cited["quote"].as_str().unwrap());
            for figure in figures(sentence) {
                assert!(stated.contains(&figure), "{figure} of `{sentence}` is not in its quote: {answer:#}");
                figured += 1;
            }
            used.push(marker);
        }
        used.sort_unstable();
        used.dedup();
        assert_eq!(used.len(), citations.len(), "every citation is used: {answer:#}");
    }
    assert!(figured >= 4, "only {figured} figures were written");
}
