//! The pack that comes with the program. Its index takes over a minute to build, once, in the shared home.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{home, program::Program, shape};

const STANDARD_DEDUCTION: &str = "What is the standard deduction for a single filer in 2025?";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn corpus() -> PathBuf {
    root().join("corpora/us-tax")
}

fn ask(program: Program, args: &[&str]) -> Program {
    program.args(["ask", "-p"]).arg(root().join("domains/us-tax")).args(args)
}

fn asked(question: &str) -> Value {
    ask(Program::at(home::shared()), &["--json", question]).run().ok().json()
}

#[test]
fn the_standard_deduction_is_answered_with_its_amount_and_a_quote_that_stands() {
    let answer = asked(STANDARD_DEDUCTION);
    shape::answer(&answer);
    assert_eq!(answer["outcome"], "answer", "{answer:#}");
    assert!(answer["text"].as_str().unwrap().contains("$15,750"), "{answer:#}");
    assert!(shape::quotes_stand(&answer, &corpus()) > 0, "{answer:#}");
    let quotes = answer["citations"].as_array().unwrap();
    assert!(quotes.iter().any(|citation| citation["quote"].as_str().unwrap().contains("15,750")), "{answer:#}");
}

#[test]
fn a_year_that_was_not_named_is_assumed_and_said() {
    let answer = asked("What is the standard deduction for a single filer?");
    let assumed = &answer["assumed"][0];
    assert_eq!((&assumed["slot"], &assumed["value"]), (&"tax_year".into(), &"2025".into()), "{answer:#}");
    assert!(asked(STANDARD_DEDUCTION)["assumed"].as_array().unwrap().is_empty());
}

#[test]
fn a_question_about_pizza_is_refused() {
    let answer = asked("best pizza in Leeds?");
    assert_eq!((answer["outcome"].as_str(), answer["reason"].as_str()), (Some("refuse"), Some("out_of_scope")));
    let run = ask(Program::at(home::shared()), &["--exit-code", "best pizza in Leeds?"]).run();
    assert_eq!(run.code, Some(10), "{run:#?}");
}

#[test]
fn every_citation_of_30_dev_questions_is_byte_exact() {
    let cases = std::fs::read_to_string(root().join("domains/us-tax/tests/dev.jsonl")).unwrap();
    let lines: Vec<&str> = cases.lines().filter(|line| line.contains(r#""expect": "answer""#)).take(30).collect();
    let answers = ask(Program::at(home::shared()), &["--batch", "-"]).input(lines.join("\n")).run().ok().lines();
    assert_eq!(answers.len(), 30);
    let mut citations = 0;
    for answer in &answers {
        shape::answer(answer);
        citations += shape::quotes_stand(answer, &corpus());
    }
    assert!(citations >= 20, "{citations} citations for 30 questions that have answers");
}

/// Answers to dev questions for which the language model may choose what is quoted.
fn chosen() -> Vec<Value> {
    let cases = std::fs::read_to_string(root().join("domains/us-tax/tests/dev.jsonl")).unwrap();
    let lines: Vec<&str> = cases.lines().filter(|line| line.contains(r#""expect": "answer""#)).take(12).collect();
    let home = Program::at(home::with_generator());
    ask(home, &["--mode", "quote", "--batch", "-"]).input(lines.join("\n")).run().ok().lines()
}

#[test]
fn a_model_that_is_held_to_quotations_writes_nothing_but_quotes() {
    let mut count = 0;
    for answer in chosen() {
        shape::answer(&answer);
        shape::quotes_stand(&answer, &corpus());
        if answer["generator"].is_null() {
            continue; // a table's row was quoted without it, or nothing
        }
        count += 1;
        let mut rest = answer["text"].as_str().unwrap().to_owned();
        for citation in answer["citations"].as_array().unwrap() {
            let words: Vec<&str> = citation["quote"].as_str().unwrap().split_whitespace().collect();
            let quoted = format!("{} [{}]", words.join(" "), citation["marker"]);
            assert!(rest.contains(&quoted), "{quoted:?} in {answer:#}");
            rest = rest.replacen(&quoted, "", 1);
        }
        for word in ["and", "or", "but", "Also,", "However,", ","] {
            rest = rest.replace(word, "");
        }
        assert_eq!(rest.trim(), "", "{answer:#}");
    }
    assert!(count >= 4, "the model chose in {count} answers");
}

#[test]
fn questions_are_answered_without_a_network() {
    asked(STANDARD_DEDUCTION); // the index is built
    let program = Program::unplugged(home::shared()).unwrap_or_else(|| {
        eprintln!("`unshare -rn` is not permitted here: the network is off by `PURVIEW_OFFLINE` only");
        Program::at(home::shared())
    });
    let run = ask(program, &[STANDARD_DEDUCTION]).run().ok();
    assert!(run.out.contains("$15,750"), "{run:#?}");
    assert_eq!(run.err, "");
}
