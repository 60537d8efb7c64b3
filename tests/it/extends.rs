//! A pack that extends another: what it answers, what it may replace, how it travels.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{
    home,
    program::Program,
    tea::{GREEN, GREEN_ANSWER, Tea},
};

const MANIFEST: &str = r#"schema = 1
extends = "tea"
corpora = ["corpus"]

[pack]
name = "iced"
version = "0.1.0"
title = "iced tea"

[scope]
in = ["iced tea: ice cubes, glasses, how long it is cooled"]

[[defer]]
id = "order"
any = ["my order"]
message = "Only the bar can see your order."
"#;

const EXAMPLES: &str = r#"
[[in]]
topic = "ice"
questions = ["how many ice cubes for iced tea", "how do I cool tea"]
"#;

const ICED: &str = "# Iced tea\n\n## Ice\n\nIced tea is cooled with six ice cubes in each glass.\n";

/// A shelf with the pack about tea and one that extends it.
fn shelf() -> (TempDir, PathBuf) {
    let shelf = tempfile::tempdir().unwrap();
    copy(Tea::pack().path(), &shelf.path().join("tea"));
    let iced = shelf.path().join("iced");
    fs::create_dir_all(iced.join("corpus")).unwrap();
    for (name, text) in [("domain.toml", MANIFEST), ("router.toml", EXAMPLES), ("corpus/iced.md", ICED)] {
        fs::write(iced.join(name), text).unwrap();
    }
    (shelf, iced)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let into = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &into);
        } else {
            fs::copy(entry.path(), into).unwrap();
        }
    }
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

fn ask(pack: &Path, question: &str) -> String {
    Program::at(home::shared()).args(["ask", "-p"]).arg(pack).arg(question).run().ok().out
}

fn pack(home: &Path, verb: &str) -> Program {
    Program::at(home).args(["pack", verb])
}

#[test]
fn it_answers_from_its_own_documents_and_from_those_that_it_extends() {
    let (_shelf, iced) = shelf();
    assert!(ask(&iced, GREEN).contains(GREEN_ANSWER));
    let own = ask(&iced, "How many ice cubes cool iced tea?");
    assert!(own.contains("six ice cubes"), "{own}");
}

#[test]
fn a_rule_of_the_other_pack_holds_unless_it_is_replaced() {
    let (_shelf, iced) = shelf();
    assert!(ask(&iced, "Can tea cure my illness?").contains("I cannot give medical advice."));
    let replaced = ask(&iced, "Where is my order?");
    assert!(replaced.contains("Only the bar") && !replaced.contains("Only the shop"), "{replaced}");
}

#[test]
fn a_document_of_the_other_pack_that_changes_is_quoted_as_it_is_now() {
    let (shelf, iced) = shelf();
    assert!(ask(&iced, GREEN).contains(GREEN_ANSWER));
    edit(&shelf.path().join("tea/corpus/green.md"), GREEN_ANSWER, "71 °C");
    assert!(ask(&iced, GREEN).contains("71 °C"));
}

#[test]
fn a_pack_that_is_not_there_is_an_error_with_its_place() {
    let (_shelf, iced) = shelf();
    edit(&iced.join("domain.toml"), "extends = \"tea\"", "extends = \"coffee\"");
    let run = pack(home::shared(), "check").arg(&iced).run();
    assert_eq!(run.code, Some(3));
    assert!(run.out.contains("invalid-base") && run.out.contains("domain.toml:2:11"), "{}", run.out);
    assert!(run.out.contains("no pack is called `coffee`"), "{}", run.out);
}

#[test]
fn two_packs_cannot_extend_each_other() {
    let (shelf, iced) = shelf();
    edit(&shelf.path().join("tea/domain.toml"), "schema = 1\n", "schema = 1\nextends = \"iced\"\n");
    let run = pack(home::shared(), "check").arg(&iced).run();
    assert_eq!(run.code, Some(3));
    assert!(run.out.contains("invalid-base"), "{}", run.out);
}

#[test]
fn a_check_finds_nothing_to_say_about_what_the_other_pack_brings() {
    let (shelf, iced) = shelf();
    edit(&iced.join("corpus/iced.md"), "# Iced tea", "+++\nurl = \"https://example.org/iced\"\n+++\n# Iced tea");
    let run = pack(home::shared(), "check").arg(&iced).run();
    assert_eq!(run.code, Some(0), "{}", run.out);
    assert!(!run.out.contains(&shelf.path().join("tea").display().to_string()), "{}", run.out);
}

#[test]
fn it_is_added_where_the_other_pack_is_which_then_stays() {
    let (shelf, iced) = shelf();
    let home = home::fresh();
    let archive = shelf.path().join("iced.purview");
    pack(home.path(), "package").arg(&iced).arg("-o").arg(&archive).run().ok();
    let add = |source: &Path| pack(home.path(), "add").arg(source).args(["--yes", "--force"]).run();
    let refused = add(&archive);
    assert_ne!(refused.code, Some(0));
    assert!(refused.err.contains("extends `tea`"), "{}", refused.err);
    add(&shelf.path().join("tea")).ok();
    add(&archive).ok();
    let said = Program::at(home.path()).args(["ask", "-p", "iced", GREEN]).run().ok().out;
    assert!(said.contains(GREEN_ANSWER), "{said}");
    let kept = pack(home.path(), "remove").arg("tea").run();
    assert!(kept.code != Some(0) && kept.err.contains("`iced` extends `tea`"), "{}", kept.err);
    pack(home.path(), "remove").arg("iced").run().ok();
    pack(home.path(), "remove").arg("tea").run().ok();
}
