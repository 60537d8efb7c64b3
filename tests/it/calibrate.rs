//! `purview pack calibrate`: what it promises, what it refuses to, and what becomes of a calibration that its pack has
//! outgrown.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    home,
    program::{Program, Run},
    shape,
    tea::{GREEN, GREEN_ANSWER, Tea},
};

fn us_tax() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("domains/us-tax")
}

fn calibrate(pack: &Path) -> Program {
    Program::at(home::shared()).args(["pack", "calibrate"]).arg(pack)
}

/// Every file of a pack.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// The tea pack with a few dev cases, under a name of its own.
fn cased(name: &str) -> Tea {
    let tea = Tea::pack();
    tea.edit("domain.toml", "name = \"tea\"", &format!("name = \"{name}\""));
    let answered = [
        (GREEN, GREEN_ANSWER),
        ("How many leaves of oolong per cup?", "5 g"),
        ("Which pot is best for oolong?", "clay"),
        ("How long does black tea keep?", "three years"),
    ];
    let refused = ["best pizza in Leeds?", "how do I brew espresso", "Who won the world cup in 2018?"];
    let answered = answered.map(|(question, holds)| {
        json!({ "id": question, "question": question, "expect": "answer", "must_include": [[holds]], "split": "dev" })
    });
    let refused = refused.map(
        |question| json!({ "id": question, "question": question, "expect": "refuse", "tags": ["far"], "split": "dev" }),
    );
    let lines: Vec<String> = answered.iter().chain(&refused).map(Value::to_string).collect();
    fs::create_dir(tea.path().join("tests")).unwrap();
    tea.write("tests/dev.jsonl", lines.join("\n"));
    tea
}

fn calibration(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn two_calibrations_of_a_pack_are_the_same_and_leave_it_as_it_was() {
    let (before, folder) = (files(&us_tax()), home::empty());
    let outputs = ["first.json", "second.json"].map(|name| folder.path().join(name));
    let start = |output: &PathBuf| calibrate(&us_tax()).arg("-o").arg(output).start();
    let runs = [start(&outputs[0]), start(&outputs[1])].map(|child| Run::of(child).ok());
    let [first, second] = outputs.each_ref().map(|output| fs::read(output).unwrap());
    assert!(first == second, "{runs:#?}");
    let kept = &calibration(&outputs[0])["kept"];
    for (risk, of) in [
        ("of_all", "of questions outside the domain, the share answered"),
        ("of_answered", "of answers, the share that ought not to be"),
    ] {
        let is_promised = !kept[risk].is_null();
        let said = format!("{} ({of}): at most 5% ", if is_promised { "promised" } else { "not promised" });
        assert!(runs[0].out.lines().any(|line| line.starts_with(&said)), "{said:?} {runs:#?}");
    }
    assert!(runs[0].out.contains(outputs[0].to_str().unwrap()), "{runs:#?}");
    assert!(files(&us_tax()) == before);
}

#[test]
fn a_promise_that_the_cases_cannot_carry_is_not_made_and_says_how_many_are_needed() {
    let tea = cased("tea-short");
    let output = tea.path().join("other.json");
    let run = calibrate(tea.path()).args(["--max-risk", "0.0001", "-o"]).arg(&output).run();
    // ln 0.05 / ln 0.9999 cases without an error.
    let short = "at most 0.01% wrongly let through with 95% confidence needs 29956 cases without an error; there are 3";
    assert!(run.out.contains(&format!("not promised (of questions outside the domain, the share answered): {short}")));
    assert!(!run.out.lines().any(|line| line.starts_with("promised")), "{run:#?}");
    assert_eq!((run.code, output.exists()), (Some(100), false), "{run:#?}");
}

#[test]
fn shares_that_are_no_shares_are_usage_errors() {
    let tea = Tea::pack();
    for (flag, value, named) in [
        ("--max-risk", "2", "`max_risk` is 2"),
        ("--confidence", "0", "`confidence` is 0"),
        ("--max-risk", "0", "is 0"),
    ] {
        let run = calibrate(tea.path()).args([flag, value]).run();
        run.fails(2, &[named, "has to lie between 0 and 1", "hint:"]);
        assert!(!tea.path().join("calibration.json").exists());
    }
}

#[test]
fn a_pack_without_dev_cases_is_not_calibrated() {
    let tea = Tea::pack();
    calibrate(tea.path()).run().fails(4, &["has no case with `\"split\": \"dev\"`"]);
    assert!(!tea.path().join("calibration.json").exists());
}

#[test]
fn the_calibration_that_comes_with_the_program_fits_its_pack() {
    let run = Program::at(home::shared()).args(["ask", "-p"]).arg(us_tax()).arg("best pizza in Leeds?").run().ok();
    assert!(!run.err.contains("stale"), "{run:#?}");
    assert!(!calibration(&us_tax().join("calibration.json"))["kept"].is_null());
}

#[test]
fn a_pack_that_changed_after_its_calibration_says_so_and_answers() {
    let tea = cased("tea-stale");
    calibrate(tea.path()).args(["--max-risk", "0.8"]).run().ok(); // three cases carry no more
    let fresh = tea.purview("ask").arg(GREEN).run().ok();
    assert!(fresh.out.contains(GREEN_ANSWER) && !fresh.err.contains("stale"), "{fresh:#?}");
    tea.edit("router.toml", "\"how do I brew espresso\"", "\"how do I brew espresso\", \"how do I froth milk\"");
    let run = tea.purview("ask").args(["--json", GREEN]).run().ok();
    assert!(
        run.err.contains("the calibration of `tea-stale` is stale: the corpus or the examples changed"),
        "{run:#?}"
    );
    let command = format!("`purview pack calibrate {}`", tea.path().display());
    assert!(run.err.contains(&command), "{run:#?}");
    let answer = run.json();
    shape::answer(&answer);
    assert!(answer["outcome"] == "answer" && answer["text"].as_str().unwrap().contains(GREEN_ANSWER), "{answer:#}");
    calibrate(tea.path()).args(["--max-risk", "0.8"]).run().ok(); // three cases carry no more
    let again = tea.purview("ask").arg(GREEN).run().ok();
    assert!(!again.err.contains("stale"), "{again:#?}");
}

#[test]
fn a_damaged_calibration_is_named_with_what_to_do_about_it() {
    let tea = cased("tea-damaged");
    calibrate(tea.path()).args(["--max-risk", "0.8"]).run().ok(); // three cases carry no more
    let whole = fs::read_to_string(tea.path().join("calibration.json")).unwrap();
    let half = whole[..whole.len() / 2].to_owned();
    for damaged in ["", "null", "{\"bars\": 1}", half.as_str(), &whole.replacen("weights", "waits", 1)] {
        tea.write("calibration.json", damaged);
        let run = tea.purview("ask").arg(GREEN).run();
        run.fails(3, &["calibration.json`:", " at line ", "hint: `purview pack calibrate` writes it anew"]);
    }
}

#[test]
fn a_calibration_for_other_signals_is_not_used() {
    let tea = cased("tea-signals");
    calibrate(tea.path()).args(["--max-risk", "0.8"]).run().ok(); // three cases carry no more
    let mut fitted = calibration(&tea.path().join("calibration.json"));
    for part in ["weights", "means", "deviations"] {
        fitted["evidence"][part].as_array_mut().unwrap().pop();
    }
    tea.write("calibration.json", fitted.to_string());
    let said = ["it was fitted for other signals than this version of purview has", "hint:"];
    tea.purview("ask").arg(GREEN).run().fails(3, &said);
}
