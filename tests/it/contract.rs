//! The JSON contract of `ask`, `search` and `route`, one question at a time and in batches.

use serde_json::{Value, json};

use crate::{
    program::Run,
    shape,
    tea::{GREEN, GREEN_ANSWER, Tea, VAGUE},
};

/// One batch of lines through a verb.
fn batch(tea: &Tea, verb: &str, lines: &[String]) -> Run {
    tea.write("batch.jsonl", lines.join("\n"));
    tea.purview(verb).arg("--batch").arg(tea.path().join("batch.jsonl")).run()
}

#[test]
fn ask_prints_the_contracts_record_whatever_the_outcome() {
    let tea = Tea::pack();
    let wanted = [
        (GREEN, "answer", Value::Null),
        ("How many leaves of oolong per cup?", "answer", Value::Null),
        ("best pizza in Leeds?", "refuse", json!("out_of_scope")),
        ("Can tea cure my illness?", "refuse", json!("policy:medicine")),
        ("Where is my order?", "defer", json!("policy:order")),
        (VAGUE, "clarify", json!("missing:topic")),
    ];
    for (question, outcome, reason) in wanted {
        let answer = tea.purview("ask").args(["--json", question]).run().ok().json();
        shape::answer(&answer);
        assert_eq!(answer["outcome"], outcome, "{answer:#}");
        assert_eq!((&answer["reason"], &answer["question"]), (&reason, &json!(question)), "{answer:#}");
        assert_eq!((&answer["pack"], &answer["id"]), (&json!("tea@1.2.3"), &Value::Null));
        assert_eq!(answer["citations"].as_array().unwrap().is_empty(), outcome != "answer", "{answer:#}");
    }
}

#[test]
fn citations_are_byte_exact_behind_front_matter_and_in_tables() {
    let tea = Tea::pack();
    for question in [GREEN, "How hot is the water for black tea?", "How many leaves of oolong per cup?"] {
        let answer = tea.purview("ask").args(["--json", question]).run().ok().json();
        assert!(shape::quotes_stand(&answer, &tea.path().join("corpus")) > 0, "{answer:#}");
    }
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_not_shift_citations() {
    let tea = Tea::bare("windows");
    let text = "\u{feff}+++\r\ntitle = \"Grüner Tee\"\r\n+++\r\n# Green tea\r\n\r\nGreen tea is brewed with\r\nwater of \
                78 °C. 🍵 Boiling water makes it bitter.\r\n";
    tea.write("corpus/green.md", text);
    let answer = tea.purview("ask").args(["--json", GREEN]).run().ok().json();
    assert!(shape::quotes_stand(&answer, &tea.path().join("corpus")) > 0, "{answer:#}");
    assert!(answer["text"].as_str().unwrap().contains(GREEN_ANSWER), "{answer:#}");
}

#[test]
fn search_prints_the_contracts_hits_best_first() {
    let tea = Tea::pack();
    let found = tea.purview("search").args(["--json", "--top", "3", "green tea water"]).run().ok().json();
    shape::exactly(&found, &[("query", "string"), ("hits", "array")]);
    assert_eq!((found["hits"].as_array().unwrap().len(), &found["query"]), (3, &json!("green tea water")));
    shape::each(&found["hits"], |hit| {
        let texts = ["document", "passage", "section", "title", "text"].map(|key| (key, "string"));
        let numbers = [("rank", "number"), ("bm25", "null number"), ("cosine", "null number"), ("score", "number")];
        shape::exactly(hit, &[texts.as_slice(), &numbers].concat());
    });
    let hits = found["hits"].as_array().unwrap();
    assert!(hits.iter().zip(1..).all(|(hit, rank)| hit["rank"] == rank), "{found:#}");
    assert!(hits.is_sorted_by(|a, b| a["score"].as_f64() >= b["score"].as_f64()), "{found:#}");
    assert_eq!(hits[0]["document"], "green", "{found:#}");
}

#[test]
fn a_search_for_any_number_of_hits_gives_what_there_is() {
    let tea = Tea::pack();
    let found = |top: &str| {
        let found = tea.purview("search").args(["--json", "--top", top, "tea"]).run().ok().json();
        found["hits"].as_array().unwrap().len()
    };
    let all = found("1000");
    assert_eq!((found("0"), found("1"), found(&u64::MAX.to_string())), (0, 1, all));
}

#[test]
fn route_prints_the_contracts_ruling() {
    let tea = Tea::pack();
    for (question, inside) in [(GREEN, true), ("best pizza in Leeds?", false), (VAGUE, true)] {
        let ruling = tea.purview("route").args(["--json", question]).run().ok().json();
        let texts = [("question", "string"), ("outcome", "string"), ("reason", "null string")];
        shape::exactly(&ruling, &[texts.as_slice(), &[("scope", "number"), ("findings", "array")]].concat());
        shape::findings(&ruling["findings"]);
        shape::outcome(&ruling);
        let scope = ruling["scope"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&scope) && (scope > 0.5) == inside, "{ruling:#}");
    }
}

#[test]
fn route_rules_as_ask_does() {
    let tea = Tea::pack();
    for question in [GREEN, "best pizza in Leeds?", "Where is my order?", VAGUE, ""] {
        let asked = tea.purview("ask").args(["--json", question]).run().ok().json();
        let routed = tea.purview("route").args(["--json", question]).run().ok().json();
        for key in ["outcome", "reason", "findings"] {
            assert_eq!(asked[key], routed[key], "`{key}` of `{question}`");
        }
    }
}

#[test]
fn a_batch_keeps_order_and_ids() {
    let tea = Tea::pack();
    let ids = [json!("a"), json!(7), Value::Null, json!("a"), json!(9_007_199_254_740_993_u64), json!(""), json!(-1)];
    let mut lines: Vec<String> =
        ids.iter().map(|id| json!({ "id": id, "question": format!("tea and {id}?") }).to_string()).collect();
    lines.push(json!({ "question": "Without an id?" }).to_string());
    for verb in ["ask", "search", "route"] {
        let records = batch(&tea, verb, &lines).ok().lines();
        let found: Vec<&Value> = records.iter().map(|record| &record["id"]).collect();
        assert_eq!(found, ids.iter().chain([&Value::Null]).collect::<Vec<_>>(), "{verb}");
        for (line, record) in lines.iter().zip(&records) {
            let asked: Value = serde_json::from_str(line).unwrap();
            let echoed = if verb == "search" { &record["query"] } else { &record["question"] };
            assert_eq!(echoed, &asked["question"], "{verb}");
        }
    }
}

#[test]
fn a_batch_answers_as_single_questions_are_answered() {
    let tea = Tea::pack();
    let mut single = tea.purview("ask").args(["--json", GREEN]).run().ok().json();
    let lines = ["best pizza in Leeds?", GREEN, GREEN].map(|q| json!({ "question": q }).to_string());
    for mut record in batch(&tea, "ask", &lines).ok().lines().into_iter().skip(1) {
        shape::answer(&record);
        record["timings_ms"] = Value::Null;
        single["timings_ms"] = Value::Null;
        assert_eq!(record, single);
    }
}

#[test]
fn a_batch_takes_conversations_and_whole_cases() {
    let tea = Tea::pack();
    let said = |role: &str, content: &str| json!({ "role": role, "content": content });
    let lines = [
        json!({ "id": "talk", "messages": [said("user", GREEN), said("assistant", "…"), said("user", "and for black tea?")] }),
        json!({
            "id": "case", "question": GREEN, "expect": "answer", "must_include": [["78"]], "must_not_include": ["100"],
            "must_cite": ["green"], "number": { "value": 78, "tolerance": 0, "unit": "°C" }, "reference": "78 °C",
            "tags": ["a"], "lang": "en", "as_of": "2025-06-01", "split": "dev", "note": "n",
        }),
    ];
    let records = batch(&tea, "ask", &lines.map(|line| line.to_string())).ok().lines();
    assert_eq!(records[0]["question"], "and for black tea?");
    assert!(records[0]["rewritten"].as_str().unwrap().contains("black tea"), "{:#}", records[0]);
    records.iter().for_each(shape::answer);
    assert_eq!((&records[1]["rewritten"], &records[1]["citations"][0]["document"]), (&Value::Null, &json!("green")));
}

#[test]
fn broken_lines_stop_a_batch_with_their_numbers_before_anything_is_answered() {
    let tea = Tea::pack();
    let good = json!({ "id": 1, "question": GREEN }).to_string();
    let wrong = [r#"{"id": 2, "question": "#, r#"{"id": 3}"#, "", "[]", r#"{"id": 4, "question": 5}"#];
    let lines: Vec<String> = std::iter::once(good.as_str()).chain(wrong).map(str::to_owned).collect();
    let run = batch(&tea, "ask", &lines);
    assert_eq!(run.out, "");
    assert!(run.code.is_some_and(|code| code != 0 && code != 101), "{run:#?}");
    let named: Vec<bool> = (1..=6).map(|line| run.err.contains(&format!("batch.jsonl:{line}`"))).collect();
    assert_eq!(named, [false, true, true, false, true, true], "{}", run.err);
}

#[test]
fn a_line_that_is_not_utf_8_stops_a_batch_with_its_number() {
    let tea = Tea::pack();
    tea.write("batch.jsonl", b"{\"question\":\"a\"}\n{\"question\":\"\xff\"}\n");
    let run = tea.purview("ask").arg("--batch").arg(tea.path().join("batch.jsonl")).run();
    assert_eq!(run.out, "");
    assert!(run.code != Some(0) && run.err.contains("batch.jsonl:2`"), "{run:#?}");
}

#[test]
fn a_batch_on_stdin_is_read_to_its_end() {
    let lines = (0..3).map(|id| json!({ "id": id, "question": GREEN }).to_string() + "\r\n").collect::<String>();
    let run = Tea::pack().purview("ask").args(["--batch", "-"]).input(lines).run().ok();
    assert_eq!(run.lines().iter().map(|r| r["id"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn a_question_about_something_else_is_refused_also_after_one_that_was_answered() {
    let tea = Tea::pack();
    let said = |text: &str| json!({ "role": "user", "content": text });
    let line = json!({ "id": 1, "messages": [said(GREEN), said("how do I brew espresso")] });
    let run = tea.purview("ask").args(["--batch", "-"]).input(line.to_string()).run();
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&answer["outcome"], &answer["rewritten"]), (&json!("refuse"), &Value::Null), "{answer:#}");
}
