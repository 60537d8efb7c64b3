//! Years as people say them, on the pack that comes with the program: counted from the day of the question, and answered
//! with that year's figure and no other's. The standard deduction of a single filer is another in each year.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{home, program::Program, shape};

/// What a single filer's standard deduction is.
const FIGURES: [(u16, &str); 4] = [(2023, "$13,850"), (2024, "$14,600"), (2025, "$15,750"), (2026, "$16,100")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).into()
}

/// Answers to questions, each asked on the first of March of a year.
fn asked(questions: &[(String, u16)]) -> Vec<Value> {
    let line = |(question, year): &(String, u16)| json!({ "question": question, "as_of": format!("{year}-03-01") });
    let lines: Vec<String> = questions.iter().map(|asked| line(asked).to_string()).collect();
    let program = Program::at(home::shared()).args(["ask", "-p"]).arg(root().join("domains/us-tax"));
    let answers = program.args(["--batch", "-"]).input(lines.join("\n")).run().ok().lines();
    assert_eq!(answers.len(), questions.len());
    for answer in &answers {
        shape::answer(answer);
        shape::quotes_stand(answer, &root().join("corpora/us-tax"));
    }
    answers
}

/// The figure of a year is told, quoted from a passage for that year, and no other year's is.
fn tells_the_figure_of(answer: &Value, year: u16) {
    let (text, cited) = (answer["text"].as_str().unwrap(), &answer["citations"][0]);
    assert_eq!(answer["outcome"], "answer", "{answer:#}");
    for (other, figure) in FIGURES {
        assert_eq!(text.contains(figure), other == year, "{figure} of {other} for {year}: {answer:#}");
    }
    let figure = FIGURES.iter().find(|(known, _)| *known == year).unwrap().1;
    assert!(cited["quote"].as_str().unwrap().contains(figure), "{answer:#}");
    assert_eq!(cited["tax_year"], year.to_string(), "{answer:#}");
}

fn knows_nothing_of(answer: &Value, year: u16) {
    assert_eq!((&answer["outcome"], &answer["reason"]), (&json!("defer"), &json!("no_evidence")), "{answer:#}");
    let said = format!("I have nothing for {year}: the documents cover 2023 to 2026.");
    assert_eq!(answer["text"], json!(said), "{answer:#}");
    assert_eq!(answer["citations"], json!([]));
}

fn deduction(when: &str) -> String {
    format!("What is the standard deduction for a single filer {when}?")
}

#[test]
fn a_year_that_is_counted_from_today_gives_that_years_figure_and_no_other() {
    let cases = [
        ("last year", 2024, 2023),
        ("last year", 2025, 2024),
        ("last year", 2026, 2025),
        ("this year", 2024, 2024),
        ("this year", 2025, 2025),
        ("this year", 2026, 2026),
        ("next year", 2024, 2025),
        ("next year", 2025, 2026),
        ("two years ago", 2025, 2023),
        ("two years ago", 2026, 2024),
        ("three years ago", 2026, 2023),
    ];
    let questions = cases.map(|(when, today, _)| (deduction(when), today));
    for (answer, (.., year)) in asked(&questions).iter().zip(cases) {
        tells_the_figure_of(answer, year);
        assert_eq!(answer["assumed"], json!([]), "it was said which year: {answer:#}");
    }
}

#[test]
fn a_year_that_is_named_is_that_year_whatever_the_day() {
    let cases: Vec<(u16, u16)> =
        FIGURES.iter().flat_map(|(year, _)| [2023, 2026, 2040].map(|today| (*year, today))).collect();
    let questions: Vec<(String, u16)> =
        cases.iter().map(|(year, today)| (deduction(&format!("in {year}")), *today)).collect();
    for (answer, (year, _)) in asked(&questions).iter().zip(cases) {
        tells_the_figure_of(answer, year);
        assert_eq!(answer["assumed"], json!([]), "{answer:#}");
    }
}

#[test]
fn a_year_without_documents_is_deferred_with_the_years_that_there_are() {
    let cases = [
        ("in 2012", 2026, 2012),
        ("in 2035", 2026, 2035),
        ("in 2022", 2026, 2022),
        ("in 2027", 2026, 2027),
        ("next year", 2026, 2027),
        ("last year", 2023, 2022),
        ("two years ago", 2024, 2022),
        ("ten years ago", 2026, 2016),
    ];
    let questions = cases.map(|(when, today, _)| (deduction(when), today));
    for (answer, (.., year)) in asked(&questions).iter().zip(cases) {
        knows_nothing_of(answer, year);
    }
}

#[test]
fn a_year_that_is_not_said_is_the_packs_own_whatever_the_day_and_is_stated() {
    let question = "What is the standard deduction for a single filer?".to_owned();
    for answer in asked(&[2023, 2025, 2026, 2040].map(|today| (question.clone(), today))) {
        tells_the_figure_of(&answer, 2025);
        assert_eq!(answer["assumed"], json!([{ "slot": "tax_year", "value": "2025" }]), "{answer:#}");
    }
}

#[test]
fn a_sum_is_worked_out_for_the_year_that_is_counted_from_today() {
    let question = |when: &str| format!("How much federal income tax do I pay on $85,000 of salary, single, {when}?");
    let answers = asked(&[
        (question("last year"), 2026),
        (question("last year"), 2025),
        (question("in 2026"), 2025),
        (question("in 2012"), 2026),
    ]);
    for (answer, (year, deduction)) in answers.iter().zip([(2025, "$15,750"), (2024, "$14,600"), (2026, "$16,100")]) {
        let text = answer["text"].as_str().unwrap();
        assert_eq!(answer["mode"], "calculate", "{answer:#}");
        assert!(text.contains(&format!(" for {year} is ")) && text.contains(deduction), "{answer:#}");
        for (_, other) in FIGURES.iter().filter(|(other, _)| *other != year) {
            assert!(!text.contains(other), "{other} for {year}: {answer:#}");
        }
    }
    let unknown = &answers[3];
    assert_eq!((&unknown["outcome"], &unknown["reason"]), (&json!("defer"), &json!("no_evidence")), "{unknown:#}");
    let said = "there are no figures for 2012; there are for 2023, 2024, 2025 and 2026";
    assert!(unknown["text"].as_str().unwrap().contains(said), "{unknown:#}");
}
