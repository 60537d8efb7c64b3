//! The command line's contract: exit codes, and what goes to which stream.

use std::fs;

use clap::CommandFactory;
use purview::cli::Cli;

use crate::{
    home,
    program::{Program, Run},
    slow,
    tea::{GREEN, GREEN_ANSWER, Tea, VAGUE},
};

/// A run that needs no model.
fn purview(args: &[&str]) -> Run {
    Program::at(home::empty().path()).args(args).run()
}

#[test]
fn an_answer_goes_to_stdout_and_nothing_to_stderr() {
    let tea = Tea::pack();
    tea.purview("ask").arg(GREEN).run().ok(); // builds the index, of which it may speak
    let run = tea.purview("ask").arg(GREEN).run().ok();
    assert!(run.out.contains(GREEN_ANSWER) && run.out.contains("https://example.org/green"), "{run:#?}");
    assert_eq!(run.err, "");
}

#[test]
fn a_question_on_stdin_is_answered_as_one_behind_the_verb() {
    let tea = Tea::pack();
    let wanted = tea.purview("ask").arg(GREEN).run().ok().out;
    assert_eq!(tea.purview("ask").input(format!("{GREEN}\n")).run().ok().out, wanted);
    assert_eq!(
        tea.purview("chat").input(format!("{GREEN}\n")).run().ok().out,
        wanted,
        "chat without a terminal is ask"
    );
    assert_eq!(tea.purview("ask").args(["--stream", GREEN]).run().ok().out, wanted);
}

#[test]
fn wrong_usage_exits_with_2() {
    purview(&["ask", "--nonsense"]).fails(2, &["--nonsense"]);
    purview(&["eval"]).fails(2, &["<PACK>"]);
    purview(&["completions", "nosh"]).fails(2, &["nosh", "bash"]);
    purview(&["ask", "--batch", "questions.jsonl", "a question"]).fails(2, &["--batch"]);
    purview(&["search", "--top", "many", "tea"]).fails(2, &["many"]);
}

#[test]
fn an_unknown_pack_exits_with_2_and_names_the_known_ones() {
    purview(&["ask", "-p", "no-such-pack", "hello"]).fails(2, &["`no-such-pack`", "hint: known packs: ", "us-tax"]);
}

#[test]
fn a_broken_pack_exits_with_3_and_names_the_place_and_the_right_key() {
    let tea = Tea::pack();
    tea.edit("domain.toml", "title = \"brewing tea\"", "title = \"brewing tea\"\n  licence = \"MIT\"");
    let place = format!("error: `{}:8:3`: ", tea.path().join("domain.toml").display());
    tea.purview("ask").arg(GREEN).run().fails(3, &[&place, "`licence`", "hint: did you mean `license`?"]);
}

#[test]
fn every_broken_file_of_a_pack_is_reported_at_once() {
    let tea = Tea::pack();
    tea.edit("domain.toml", "corpora = [\"corpus\"]", "corpora = [\"nowhere\"]");
    tea.edit("router.toml", "topic = \"coffee\"", "topic = coffee");
    tea.write("glossary.toml", "[[term]]\nterm = \"chai\"\nalso = [\"tea\"]\nand = 1\n");
    tea.purview("ask").arg(GREEN).run().fails(3, &["router.toml:15:9", "glossary.toml:4:1", "`nowhere`"]);
}

#[test]
fn a_selection_without_tests_exits_with_4() {
    purview(&["eval", "us-tax", "--split", "no-such-split"]).fails(4, &["error: none of "]);
}

#[test]
fn a_missing_model_exits_with_5_and_names_the_file_and_its_folder() {
    let (tea, home) = (Tea::pack(), home::empty());
    let folder = home.path().join("cache/models/all-MiniLM-L6-v2");
    let run = tea.purview_at(home.path(), "ask").arg(GREEN).run();
    run.fails(5, &["PURVIEW_OFFLINE", "hint: ", "`model.safetensors`", &folder.display().to_string()]);
}

#[test]
fn exit_codes_tell_outcomes_apart_only_when_asked_to() {
    let tea = Tea::pack();
    let wanted = [(GREEN, 0), ("Can tea cure my illness?", 10), ("Where is my order?", 11), (VAGUE, 12)];
    for (question, code) in wanted {
        let run = tea.purview("ask").args(["--exit-code", question]).run();
        assert_eq!(run.code, Some(code), "{question} {run:#?}");
        assert!(!run.out.is_empty());
        tea.purview("ask").arg(question).run().ok();
    }
}

#[test]
fn an_evaluation_below_what_was_asked_exits_with_100() {
    let tea = Tea::pack();
    tea.write(
        "cases.jsonl",
        format!(r#"{{"id":"a","question":"{GREEN}","expect":"answer","must_include":[["not in the corpus"]]}}"#),
    );
    let evaluated = |gate: &str| {
        let cases = tea.path().join("cases.jsonl");
        Program::at(home::shared())
            .arg("eval")
            .arg(tea.path())
            .arg("--tests")
            .arg(cases)
            .args(["--fail-under", gate])
            .run()
    };
    let below = evaluated("answered_right=0.5");
    assert_eq!(below.code, Some(100), "{below:#?}");
    assert!(below.err.contains("`answered_right` is 0.000 (0/1"), "{below:#?}");
    evaluated("routed_right=1.0").ok();
    assert_eq!(evaluated("no_such_metric=1").code, Some(2));
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let tea = Tea::pack();
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer
    };
    let home = home::empty();
    let runs = [
        tea.purview("ask").arg(GREEN).into(closed()),
        tea.purview("ask").args(["--json", GREEN]).into(closed()),
        tea.purview("ask").args(["--stream", GREEN]).into(closed()),
        Program::at(home.path()).args(["completions", "bash"]).into(closed()),
        Program::at(home.path()).arg("--help").into(closed()),
    ];
    for run in runs {
        assert!(!run.err.contains("panicked") && !run.err.contains("error"), "{run:#?}");
        run.ok();
    }
}

#[test]
fn every_verb_explains_itself() {
    fn verbs(command: &clap::Command, path: &[&str], found: &mut Vec<Vec<String>>) {
        found.push(path.iter().map(ToString::to_string).collect());
        for verb in command.get_subcommands() {
            verbs(verb, &[path, &[verb.get_name()]].concat(), found);
        }
    }
    let mut found = Vec::new();
    verbs(&Cli::command(), &[], &mut found);
    assert!(found.len() > 10, "{found:?}");
    for verb in found {
        let run = Program::at(home::empty().path()).args(&verb).arg("--help").run().ok();
        let usage = format!(
            "Usage: {}",
            ["purview"].into_iter().chain(verb.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
        );
        assert!(run.out.contains(&usage), "`{usage}` is not in: {}", run.out);
        assert_eq!(run.err, "");
    }
}

#[test]
fn completions_and_the_manual_are_printed_without_a_model() {
    for shell in ["bash", "zsh", "fish"] {
        let script = purview(&["completions", shell]).ok().out;
        assert!(["ask", "search", "eval"].iter().all(|verb| script.contains(verb)), "{shell}: {script}");
    }
    let page = purview(&["man"]).ok().out;
    assert!(page.contains(".TH purview 1") && page.contains("completions"), "{page}");
}

#[test]
fn nothing_is_coloured_in_a_pipe() {
    let tea = Tea::pack();
    let runs = [
        tea.purview("ask").arg(GREEN).run(),
        tea.purview("search").arg(GREEN).run(),
        tea.purview("route").arg(GREEN).run(),
        purview(&["--help"]),
        purview(&["ask", "--nonsense"]),
        purview(&["ask", "-p", "no-such-pack", "hello"]),
        purview(&["model", "list"]),
    ];
    for run in runs {
        assert!(!run.out.contains('\x1b') && !run.err.contains('\x1b'), "{run:#?}");
    }
}

#[test]
fn a_document_cannot_talk_to_the_terminal() {
    let tea = Tea::bare("terminal");
    tea.write("corpus/green.md", "# Green tea\n\nGreen tea is brewed\x1b[2J with water\u{9b}31m of 78 °C.\n");
    let run = tea.purview("ask").arg(GREEN).run().ok();
    assert!(run.out.contains("␛[2J") && run.out.contains(GREEN_ANSWER), "{run:#?}");
    assert!(!run.out.contains(['\x1b', '\u{9b}']), "{run:#?}");
    let quote = tea.purview("ask").args(["--json", GREEN]).run().ok().json()["citations"][0]["quote"].clone();
    assert!(quote.as_str().unwrap().contains("\x1b[2J"), "a quote is what stands there: {quote}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let absent = home::empty().path().join("absent.jsonl");
    let run = Tea::pack().purview("ask").arg("--batch").arg(&absent).run();
    run.fails(1, &[&absent.display().to_string()]);
    assert!(!fs::exists(&absent).unwrap());
}

#[test]
fn a_server_writes_only_where_the_user_has_set_one() {
    let tea = Tea::pack();
    let ask = || tea.purview("ask").args(["--mode", "generate", GREEN]);
    let nowhere = ask().env("PURVIEW_SERVER", "http://127.0.0.1:9/v1").env("PURVIEW_SERVER_MODEL", "m").run();
    assert_eq!((nowhere.code, nowhere.out.as_str()), (Some(1), ""), "{nowhere:#?}");
    assert!(nowhere.err.contains("no server can be reached"), "{nowhere:#?}");
    let nameless = ask().env("PURVIEW_SERVER", "http://127.0.0.1:9/v1").run();
    assert_eq!(nameless.code, Some(2), "{nameless:#?}");
    assert!(nameless.err.contains("`PURVIEW_SERVER_MODEL`"), "{nameless:#?}");
    let manifest = tea.path().join("domain.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, format!("{text}\n[server]\nbase_url = \"http://127.0.0.1:9/v1\"\n")).unwrap();
    let pack = ask().run();
    assert_eq!(pack.code, Some(3), "a pack cannot set one: {pack:#?}");
    assert!(pack.err.contains("unknown field `server`"), "{pack:#?}");
}

#[test]
fn an_answer_of_a_server_is_streamed_through_the_same_pipeline() {
    let tea = Tea::pack();
    let mut child = tea
        .purview("ask")
        .args(["--mode", "generate", "--stream", GREEN])
        .env("PURVIEW_SERVER", slow::start("Green tea is brewed with water of 78 °C."))
        .env("PURVIEW_SERVER_MODEL", "slow")
        .start();
    let supported = "Green tea is brewed with water of 78 °C. [1]";
    let mut words = vec![0; supported.len()];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut words).unwrap();
    assert_eq!(String::from_utf8(words).unwrap(), supported);
    child.kill().unwrap(); // it would write for ever
    child.wait().unwrap();
}
