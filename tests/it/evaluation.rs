//! `purview eval` as a person runs it: gates on a change, runs that go on, test sets of others, the report in a browser.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};

use crate::{
    home,
    program::Program,
    tea::{GREEN, GREEN_ANSWER, Tea},
};

/// Cases about tea: what its documents answer, and what they do not.
fn cases(tea: &Tea) {
    let answered = |id: &str, question: &str, text: &str, document: &str| {
        json!({ "id": id, "question": question, "expect": "answer", "must_include": [[text]], "must_cite": [document],
                "reference": text, "tags": ["water"], "split": "dev" })
    };
    let cases = [
        answered("green", GREEN, GREEN_ANSWER, "green"),
        answered("black", "How hot should the water be for black tea?", "100 °C", "black"),
        answered("oolong", "How hot should the water be for oolong?", "90 °C", "oolong"),
        json!({ "id": "espresso", "question": "how do I brew espresso", "expect": "refuse", "tags": ["near"] }),
    ];
    tea.write("tests/dev.jsonl", cases.map(|case| case.to_string() + "\n").concat());
}

fn tea() -> Tea {
    let tea = Tea::pack();
    fs::create_dir(tea.path().join("tests")).unwrap();
    cases(&tea);
    tea
}

fn eval(home: &Path, what: &Path) -> Program {
    Program::at(home).arg("eval").arg(what).arg("--fresh")
}

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn metric<'r>(report: &'r Value, name: &str) -> &'r Value {
    report["metrics"].as_array().unwrap().iter().find(|metric| metric["name"] == name).unwrap()
}

#[test]
fn a_worse_pack_is_caught_and_an_identical_one_never() {
    let (tea, home) = (tea(), home::fresh());
    let baseline = tea.path().join("before.json");
    eval(home.path(), tea.path()).arg("-o").arg(&baseline).run().ok();
    let again = |seed: &str| {
        let gate = eval(home.path(), tea.path()).arg("--baseline").arg(&baseline);
        gate.args(["--max-regressions", "0", "--seed", seed, "--summary"]).run()
    };
    for seed in 0..20 {
        again(&seed.to_string()).ok();
    }
    fs::remove_file(tea.document("oolong")).unwrap();
    tea.edit("tests/dev.jsonl", r#""must_cite":["oolong"],"#, "");
    let worse = again("0");
    assert_eq!(worse.code, Some(100), "{worse:#?}");
    assert!(worse.err.contains("fail now: oolong"), "{worse:#?}");
}

#[test]
fn a_threshold_that_was_moved_is_caught() {
    let (tea, home) = (tea(), home::fresh());
    let baseline = tea.path().join("before.json");
    eval(home.path(), tea.path()).arg("-o").arg(&baseline).run().ok();
    let fitted: Value = serde_json::from_str(include_str!("../../src/answer/calibration.json")).unwrap();
    let mut moved = fitted;
    moved["evidence_bar"] = json!(0.9999);
    tea.write("calibration.json", moved.to_string());
    let gate = eval(home.path(), tea.path()).arg("--baseline").arg(&baseline).args(["--max-regressions", "0"]).run();
    assert_eq!(gate.code, Some(100), "{gate:#?}");
    assert!(gate.out.contains("passed in the baseline"), "{gate:#?}");
}

#[test]
fn a_report_says_what_produced_it_and_every_number_its_n() {
    let (tea, home) = (tea(), home::shared());
    let path = tea.path().join("report.json");
    eval(home, tea.path()).arg("-o").arg(&path).args(["--repeat", "2", "--jobs", "2", "--seed", "7"]).run().ok();
    let report = json_of(&path);
    let hashes: Vec<&str> =
        report["made"]["hashes"].as_array().unwrap().iter().map(|pair| pair[0].as_str().unwrap()).collect();
    assert_eq!(hashes, ["pack", "index", "scope", "calibration", "cases", "encoder"]);
    assert_eq!((&report["made"]["seed"], &report["made"]["repeat"]), (&json!(7), &json!(2)));
    assert_eq!(metric(&report, "answered_right")["n"], 3);
    assert_eq!(metric(&report, "stable")["value"], 1.0);
    assert_eq!(metric(&report, "recall@10")["value"], 1.0);
    assert!(report["cases"].as_array().unwrap().iter().all(|case| case["passed"] == true), "{report:#}");
}

#[test]
fn a_run_that_was_interrupted_goes_on() {
    let (tea, home) = (Tea::pack(), home::fresh());
    fs::create_dir(tea.path().join("tests")).unwrap();
    let line = |n: usize| format!("{{\"id\":\"c{n}\",\"question\":\"{GREEN} {n}\",\"expect\":\"answer\"}}\n");
    tea.write("tests/dev.jsonl", (0..2000).map(line).collect::<String>());
    let mut child = Program::at(home.path()).arg("eval").arg(tea.path()).start();
    let evals = home.path().join("state/evals");
    let asked = || {
        let files = fs::read_dir(&evals).into_iter().flatten().flatten();
        files.map(|file| fs::read_to_string(file.path()).unwrap_or_default().lines().count()).sum::<usize>()
    };
    while asked() < 20 && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let second = Program::at(home.path()).arg("eval").arg(tea.path()).args(["--summary"]).run();
    let (_, before) = second.err.split_once("going on: ").unwrap_or_else(|| panic!("{second:#?}"));
    let before: usize = before.split(' ').next().unwrap().parse().unwrap();
    assert!((20..2000).contains(&before), "{before}");
    assert!(second.out.contains("2000 cases"), "{second:#?}");
}

#[test]
fn cases_that_failed_last_are_asked_again() {
    let (tea, home) = (tea(), home::fresh());
    tea.edit("tests/dev.jsonl", "90 °C", "never said");
    eval(home.path(), tea.path()).run().ok();
    let again = eval(home.path(), tea.path()).arg("--failed").run();
    assert!(again.out.contains("· 1 cases ·") && again.out.contains("✗ oolong [composing]"), "{again:#?}");
}

#[test]
fn a_beir_folder_is_judged_by_retrieval_and_gives_a_run_file() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "corpus.jsonl",
        "{\"_id\":\"d1\",\"title\":\"Green\",\"text\":\"Green tea wants 80 degrees.\"}\n\
         {\"_id\":\"d2\",\"title\":\"Black\",\"text\":\"Black tea wants boiling water.\"}\n",
    );
    write("queries.jsonl", "{\"_id\":\"q1\",\"text\":\"water for black tea\"}\n");
    fs::create_dir(folder.path().join("qrels")).unwrap();
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td2\t2\nq1\td1\t0\n");
    let (report, run) = (folder.path().join("r.json"), folder.path().join("r.trec"));
    let home = home::fresh();
    eval(home.path(), folder.path()).arg("-o").arg(&report).arg("-o").arg(&run).run().ok();
    let report = json_of(&report);
    assert_eq!(metric(&report, "ndcg@10")["value"], 1.0);
    assert!(report["metrics"].as_array().unwrap().iter().all(|metric| metric["name"] != "false_answers"));
    assert!(fs::read_to_string(run).unwrap().starts_with("q1 Q0 d2 1 "));
}

#[test]
fn a_squad_file_is_asked_with_its_gold_spans() {
    let folder = tempfile::tempdir().unwrap();
    let context = "Grüner Tee: green tea is brewed with water of 80 °C. It is never boiled.";
    let start =
        context.chars().collect::<Vec<_>>().windows(5).position(|w| w.iter().collect::<String>() == "80 °C").unwrap();
    let path = folder.path().join("dev.json");
    let asked = json!([
        { "id": "s1", "question": "How hot is the water for green tea?", "is_impossible": false,
          "answers": [{ "text": "80 °C", "answer_start": start }] },
        { "id": "s2", "question": "Who grew the first oolong in 1675?", "is_impossible": true, "answers": [] },
    ]);
    let file = json!({ "data": [{ "title": "Tea", "paragraphs": [{ "context": context, "qas": asked }] }] });
    fs::write(&path, file.to_string()).unwrap();
    let report = folder.path().join("r.json");
    let home = home::fresh();
    eval(home.path(), &path).arg("-o").arg(&report).run().ok();
    let cases = json_of(&report)["cases"].clone();
    assert_eq!((&cases[0]["expected"], &cases[1]["expected"]), (&json!(["answer"]), &json!(["defer"])));
    let scores: Vec<&str> = cases[0]["scores"].as_array().unwrap().iter().map(|s| s[0].as_str().unwrap()).collect();
    assert!(scores.contains(&"span_recall") && scores.contains(&"f1"), "{cases:#}");
    let recall = cases[0]["scores"].as_array().unwrap().iter().find(|score| score[0] == "span_recall").unwrap();
    assert_eq!(recall[1], 1.0, "the quote holds the gold span: {cases:#}");
}

#[test]
fn texts_with_labels_are_cases_of_the_router() {
    let tea = tea();
    tea.write(
        "labels.jsonl",
        "{\"text\":\"how do I brew espresso\",\"label\":\"out\"}\n{\"text\":\"x\",\"label\":\"maybe\"}\n",
    );
    let labels = || eval(home::shared(), tea.path()).arg("--tests").arg(tea.path().join("labels.jsonl")).run();
    labels().fails(3, &["labels.jsonl:2", "no label is called `maybe`"]);
    tea.edit("labels.jsonl", "maybe", "out");
    assert!(labels().out.contains("2 cases"));
}

#[test]
fn broken_cases_are_told_with_their_lines_before_anything_is_asked() {
    let tea = tea();
    tea.edit("tests/dev.jsonl", r#""must_cite":["oolong"]"#, r#""must_cite":["oolongs"]"#);
    eval(home::shared(), tea.path()).run().fails(3, &["dev.jsonl:3", "`oolongs`"]);
}

#[test]
fn the_published_schemas_are_those_that_are_printed() {
    for what in ["case", "report"] {
        let printed = Program::at(home::shared()).args(["eval", "--schema", what]).run().ok().out;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schemas/{what}.json"));
        let published = fs::read_to_string(&path).unwrap();
        assert!(published == printed, "`purview eval --schema {what} > docs/schemas/{what}.json` brings it up to date");
    }
}

/// Where `.ci/run` puts playwright-core.
fn browser() -> Option<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/browser");
    let there = folder.join("node_modules/playwright-core").is_dir() && Path::new("/usr/bin/chromium").is_file();
    if !there {
        eprintln!("skipped: no chromium, or no playwright-core in target/browser (`.ci/run` installs both)");
    }
    there.then_some(folder)
}

#[test]
fn the_html_report_works_in_a_browser() {
    let Some(browser) = browser() else { return };
    let tea = tea();
    tea.edit("tests/dev.jsonl", "90 °C", "never said");
    let path = tea.path().join("report.html");
    eval(home::shared(), tea.path()).arg("-o").arg(&path).run().ok();
    // The script finds playwright-core from its own folder upwards.
    let script = browser.join("report.mjs");
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/report.mjs"), &script).unwrap();
    let output = Command::new("node").arg(&script).arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_turn_marked_wrong_is_a_case_that_the_evaluation_reads_and_leaves_out() {
    let tea = tea();
    let talk = format!("{GREEN}\n/wrong it said too little\n/wrong\n/quit\n");
    let chat = Program::at(home::shared()).args(["chat", "--plain", "--no-save", "-p"]).arg(tea.path());
    chat.input(talk).run().ok();
    let path = tea.path().join("tests/draft.jsonl");
    let (cases, problems) = purview::eval::cases::read(&path, &fs::read_to_string(&path).unwrap());
    assert!(problems.is_empty() && cases.len() == 1, "marked twice, kept once: {problems:?}");
    assert_eq!((cases[0].1.question.as_deref(), cases[0].1.split.as_deref()), (Some(GREEN), Some("draft")));
    assert!(eval(home::shared(), tea.path()).run().ok().out.contains("· 4 cases ·"));
}
