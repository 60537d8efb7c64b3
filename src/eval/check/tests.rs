//! Each lint is triggered once; a clean pack gives nothing.

use std::path::Path;

use super::check;
use crate::pack::check::fixture::{Pack, shown};

/// What is found in a clean pack after something was done to it.
fn found(spoil: impl FnOnce(&Pack)) -> Vec<String> {
    let pack = Pack::clean();
    spoil(&pack);
    shown(&check(&pack.folder(), Path::new("")))
}

/// What is found with another case in `test.jsonl`; it stands on line 2.
fn with(case: &str) -> Vec<String> {
    found(|pack| pack.append("tests/test.jsonl", &format!("\n{case}\n")))
}

#[test]
fn a_clean_pack_gives_nothing() {
    assert_eq!(found(|_| {}), [""; 0]);
}

#[test]
fn a_line_that_is_no_case_is_found_beside_the_other_faults() {
    let found = with(
        "{\"id\":\"t\",\"question\":\"?\",\"expect\":\"answer\"}\n{\"id\":\"u\"}\n{\"id\":\"v\",\"must_cite\":[\"gren\"],\"question\":\"!\",\"expect\":\"answer\"}\nx",
    );
    assert_eq!(
        found,
        [
            "error duplicate-case test.jsonl:2",
            "error invalid-case test.jsonl:3",
            "error dangling-citation test.jsonl:4:24",
            "error invalid-case test.jsonl:5:1",
        ]
    );
}

#[test]
fn a_case_cites_documents_that_exist() {
    let pack = Pack::clean();
    pack.append(
        "tests/test.jsonl",
        "\n{\"id\":\"u\",\"must_cite\":[\"green\",\"grean\"],\"question\":\"?\",\"expect\":\"answer\"}",
    );
    let checked = check(&pack.folder(), Path::new(""));
    assert_eq!(shown(&checked), ["error dangling-citation test.jsonl:2:32"]);
    assert_eq!(checked.findings[0].problem.hint.as_deref(), Some("did you mean `green`?"));
}

#[test]
fn a_document_that_does_not_parse_is_not_missing_as_well() {
    let found = found(|pack| pack.write("../../corpora/tea/green.md", ""));
    assert_eq!(found, ["error invalid-document green.md"]);
}

#[test]
fn citations_are_not_looked_at_where_a_corpus_cannot_be() {
    let found = found(|pack| pack.change("domain.toml", "corpora/tea", "corpora/coffee"));
    assert_eq!(found, ["error invalid-corpus domain.toml:2:12"]);
}

#[test]
fn a_fault_in_the_manifest_hides_no_other() {
    let found = found(|pack| {
        pack.change("domain.toml", "version = \"0.1.0\"", "");
        pack.change("tests/dev.jsonl", "\"green\"", "\"grey\"");
        pack.write("../../corpora/tea/black.md", "");
    });
    assert_eq!(
        found,
        [
            "error invalid-document black.md",
            "error missing-key domain.toml:3:1",
            "error dangling-citation dev.jsonl:1:73"
        ]
    );
}

#[test]
fn a_taught_question_measures_nothing() {
    let case = |question: &str, split: &str| {
        format!("{{\"id\":\"u\",\"question\":\"{question}\",\"expect\":\"answer\",\"split\":\"{split}\"}}")
    };
    assert_eq!(with(&case("how long does it STEEP", "test")), ["error leaked-question test.jsonl:2:22"]);
    assert_eq!(with(&case("How is drink 3 made", "test")), ["error leaked-question test.jsonl:2:22"]);
    assert_eq!(with(&case("Which tea is poisonous?", "dev")), ["warning leaked-question test.jsonl:2:22"]);
    assert_eq!(with(&case("How long does green tea steep?", "test")), [""; 0]);
}

#[test]
fn a_case_stands_in_one_split_under_one_id() {
    let twice = "{\"id\":\"u\",\"question\":\"how many minutes\",\"expect\":\"answer\",\"split\":\"test\"}";
    assert_eq!(with(twice), ["warning shared-question test.jsonl:2:22"]);
    let taken = "{\"id\":\"a\",\"question\":\"?\",\"expect\":\"answer\",\"split\":\"test\"}";
    assert_eq!(with(taken), ["error duplicate-case test.jsonl:2:7"]);
    let elsewhere = "{\"id\":\"u\",\"question\":\"?\",\"expect\":\"answer\",\"split\":\"train\"}";
    assert_eq!(with(elsewhere), ["warning unknown-split test.jsonl:2:52"]);
}

#[test]
fn the_user_has_the_last_word() {
    let case =
        r#"{"id":"u","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"expect":"answer"}"#;
    assert_eq!(with(case), ["error invalid-case test.jsonl:2"]);
}

#[test]
fn fewer_refusals_than_the_statistics_need_are_told_of() {
    let found = found(|pack| pack.change("tests/dev.jsonl", "\"refuse\"", "\"answer\""));
    assert_eq!(found, ["warning few-refusals tests"]);
}

#[test]
fn a_pack_without_cases_is_told_so() {
    assert_eq!(found(|pack| std::fs::remove_dir_all(pack.folder().join("tests")).unwrap()), ["warning no-cases tests"]);
}
