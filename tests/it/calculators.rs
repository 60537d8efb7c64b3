//! A pack's calculators: sums are exact and shown line by line with the rows that they rest on; what is missing is asked for,
//! what cannot be known is not made up, and what is wrong with a calculator is found before anyone asks. On the pack about
//! tea with its prices. Whether a question is taken for a sum is a fitted matter; these are worded so that they are.

use serde_json::{Value, json};

use crate::{
    prices::{CUPS, ROW_2024, ROW_2025, append, check, faults, reckoned},
    shape,
    tea::Tea,
};

/// A calculator of two numbers, both of which have to be told.
const PARTY: &str = r#"title = "Leaves for a party"
answer = "{guests} guests with {cups} cups each drink {total} cups."
result = "total"
when = ["how many cups do 12 guests drink at a party", "cups for a party of 20 guests"]

[inputs.guests]
type = "count"
label = "Guests"
ask = "How many guests come?"
cues = ["guests", "guest"]

[inputs.cups]
type = "count"
label = "Cups each"
ask = "How many cups does each guest drink?"
cues = ["cups", "each"]
main = true

[[steps]]
name = "total"
label = "Cups"
type = "count"
value = "guests * cups"
"#;

/// Answers in order, each in the contract's shape, its quotes the documents' bytes.
fn asked(tea: &Tea, lines: &[Value]) -> Vec<Value> {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    let answers = tea.purview("ask").args(["--batch", "-"]).input(lines.join("\n")).run().ok().lines();
    assert_eq!(answers.len(), lines.len());
    for answer in &answers {
        shape::answer(answer);
        shape::quotes_stand(answer, &tea.path().join("corpus"));
    }
    answers
}

fn ask(tea: &Tea, question: &str) -> Value {
    asked(tea, &[json!({ "question": question })]).remove(0)
}

/// The answer to a reply to what was said to a question.
fn replied(tea: &Tea, question: &str, said: &Value, reply: &str) -> Value {
    let message = |role: &str, content: &Value| json!({ "role": role, "content": content });
    let messages =
        [message("user", &json!(question)), message("assistant", &said["text"]), message("user", &json!(reply))];
    asked(tea, &[json!({ "messages": messages })]).remove(0)
}

fn text(answer: &Value) -> &str {
    answer["text"].as_str().unwrap()
}

fn is_asked_back(answer: &Value, input: &str) {
    let asked = (json!("clarify"), json!(format!("missing:{input}")));
    assert_eq!((&answer["outcome"], &answer["reason"]), (&asked.0, &asked.1), "{answer:#}");
}

/// Asserts that the check finds a fault of the calculators, in this line, and that the pack is not opened.
fn is_wrong(tea: &Tea, line: usize, said: &str) {
    let found = faults(tea);
    let is_it = |(code, file, at, message): &(String, String, usize, String)| {
        code == "invalid-calculator" && file.contains("/calculators/") && *at == line && message.contains(said)
    };
    assert!(found.iter().any(is_it), "`{said}` in line {line}: {found:#?}");
    tea.purview("ask").arg("What do 3 cups of green tea cost?").run().fails(3, &["calculators/", said]);
}

/// The line of the calculator's file that begins so.
fn line_of(start: &str) -> usize {
    CUPS.lines().position(|line| line.starts_with(start)).unwrap() + 1
}

#[test]
fn a_sum_is_exact_and_shown_line_by_line_with_the_row_that_it_rests_on() {
    let tea = reckoned("tea-sums");
    for (question, sentence, worksheet, row) in [
        (
            "How much are 7 cups of oolong in 2024?",
            "In 2024, 7 cups of oolong cost $28.",
            ["- Price of a cup = $4 [1]", "- Cost = 7 × 4 = $28 [1]"],
            ROW_2024,
        ),
        (
            "What do 3 cups of green tea cost in 2025?",
            "In 2025, 3 cups of green tea cost $9.60.",
            ["- Price of a cup = $3.20 [1]", "- Cost = 3 × 3.20 = $9.60 [1]"],
            ROW_2025,
        ),
        (
            "How much do I pay for 100 cups of black tea in 2025?",
            "In 2025, 100 cups of black tea cost $270.",
            ["- Price of a cup = $2.70 [1]", "- Cost = 100 × 2.70 = $270 [1]"],
            ROW_2025,
        ),
    ] {
        let answer = ask(&tea, question);
        assert_eq!((&answer["outcome"], &answer["mode"]), (&json!("answer"), &json!("calculate")), "{answer:#}");
        let lines: Vec<&str> = text(&answer).lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, [sentence, worksheet[0], worksheet[1], "A tip is not counted."], "{answer:#}");
        assert_eq!(answer["citations"].as_array().unwrap().len(), 1, "{answer:#}");
        assert_eq!(
            (&answer["citations"][0]["document"], &answer["citations"][0]["quote"]),
            (&json!("prices"), &json!(row))
        );
    }
}

#[test]
fn the_ruling_on_a_sum_names_the_calculator() {
    let run = reckoned("tea-sums").purview("route").args(["--json", "What do 3 cups of green tea cost in 2025?"]).run();
    let ruling = run.ok().json();
    let finding = ruling["findings"].as_array().unwrap().iter().find(|finding| finding["signal"] == "calculation");
    let finding = finding.unwrap_or_else(|| panic!("{ruling:#}"));
    assert!(finding["note"] == "cups" && finding["value"].as_f64() >= finding["bar"].as_f64(), "{finding}");
}

#[test]
fn a_year_that_was_not_named_is_assumed_and_said_in_the_sum() {
    let answer = ask(&reckoned("tea-sums"), "What do 3 cups of green tea cost?");
    assert!(text(&answer).starts_with("In 2025, 3 cups of green tea cost $9.60."), "{answer:#}");
    assert_eq!(answer["assumed"], json!([{ "slot": "tax_year", "value": "2025" }]));
}

#[test]
fn a_number_that_was_not_given_is_asked_for_and_a_reply_that_says_of_what_resumes_the_sum() {
    let tea = reckoned("tea-party");
    tea.write("calculators/party.toml", PARTY);
    let question = "How many cups do 12 guests drink at a party?";
    let back = ask(&tea, question);
    is_asked_back(&back, "cups");
    assert_eq!(text(&back), "How many cups does each guest drink?");
    for (reply, total) in [("3 cups", 36), ("2 cups each", 24), ("3 each", 36)] {
        let answer = replied(&tea, question, &back, reply);
        let said = format!("drink {total} cups.");
        assert!(
            answer["mode"] == "calculate" && text(&answer).lines().next().unwrap().ends_with(&said),
            "{reply}: {answer:#}"
        );
    }
}

#[test]
fn a_value_out_of_range_is_told_with_its_bounds() {
    let tea = reckoned("tea-sums");
    for number in ["500", "0", "101"] {
        let question = format!("How much do {number} cups of green tea cost in 2025?");
        let back = ask(&tea, &question);
        is_asked_back(&back, "cups");
        let said = format!("Cups: {number} is out of range; it must be between 1 and 100.");
        assert!(text(&back).starts_with(&said) && text(&back).contains("How many cups?"), "{back:#}");
    }
}

#[test]
fn a_year_without_figures_is_deferred_with_the_years_that_are_known() {
    let tea = reckoned("tea-sums");
    for year in [2019, 2035] {
        let answer = ask(&tea, &format!("What do 3 cups of green tea cost in {year}?"));
        assert_eq!((&answer["outcome"], &answer["reason"]), (&json!("defer"), &json!("no_evidence")), "{answer:#}");
        let said = format!("there are no figures for {year}; there are for 2024 and 2025");
        assert!(text(&answer).contains(&said) && !text(&answer).contains('$'), "{answer:#}");
    }
}

#[test]
fn odd_numbers_are_ruled_on_and_never_reckoned_with() {
    let tea = reckoned("tea-sums");
    let huge = "9".repeat(60);
    let numbers = [
        "0",
        "-3",
        "−3",
        "1e309",
        "-1e309",
        "NaN",
        "inf",
        "$",
        "$$",
        "$-",
        "🍵",
        "🍵🍵🍵",
        "3️⃣",
        "½",
        "٣",
        "三",
        &huge,
        "0.0000001",
        "1,2,3",
        "1.2.3",
        "3/0",
        "1_000",
        "0x10",
        "\u{202e}3",
        "",
    ];
    let questions = numbers.map(|number| format!("How much do {number} cups of green tea cost in 2025?"));
    for answer in asked(&tea, &questions.each_ref().map(|question| json!({ "question": question }))) {
        if answer["mode"] == "calculate" {
            // What it took for the number of cups, it says; and then it reckoned right.
            let said = text(&answer).strip_prefix("In 2025, ").unwrap();
            let cups: u64 = said.split(' ').next().unwrap().parse().unwrap();
            let cents = 320 * cups;
            let cost = if cents.is_multiple_of(100) {
                format!("${}.", cents / 100)
            } else {
                format!("${}.{:02}.", cents / 100, cents % 100)
            };
            assert!((1..=100).contains(&cups) && said.lines().next().unwrap().ends_with(&cost), "{answer:#}");
        }
    }
}

#[test]
fn calculators_in_order_are_clean() {
    let tea = reckoned("tea-sums");
    assert_eq!(check(&tea).code, Some(0));
    assert_eq!(faults(&tea), []);
}

#[test]
fn an_example_that_does_not_come_to_its_result_is_found() {
    let tea = reckoned("tea-example");
    tea.edit("calculators/cups.toml", "result = \"9.60\"", "result = \"9.61\"");
    assert_eq!(check(&tea).code, Some(3));
    let found = faults(&tea);
    let [(code, file, line, message)] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((code.as_str(), *line), ("wrong-example", line_of("[[examples]]")), "{found:#?}");
    assert!(
        file.ends_with("calculators/cups.toml") && message.contains("9.6") && message.contains("9.61"),
        "{found:#?}"
    );
}

#[test]
fn an_example_of_a_year_without_figures_is_found() {
    let tea = reckoned("tea-example-year");
    append(
        &tea,
        "calculators/cups.toml",
        "\n[[examples]]\ntax_year = 2019\ninputs = { cups = 1, tea = \"oolong\" }\nresult = 4\n",
    );
    let found = faults(&tea);
    assert!(
        found.iter().any(|(code, _, line, said)| code == "wrong-example"
            && *line > line_of("result = \"9.60\"")
            && said.contains("2019")),
        "{found:#?}"
    );
}

#[test]
fn an_expression_that_does_not_compile_is_told_with_its_place() {
    let cost = line_of("value = \"cups * price\"");
    for (name, expression, said) in [
        ("tea-syntax", "cups * ", ""),
        ("tea-unknown", "cups * prize", "`prize`"),
        ("tea-later", "cups * cost", "`cost`"),
        ("tea-words", "cups * tea", ""),
        ("tea-loop", "while true { }", ""),
        ("tea-call", "open(cups)", ""),
    ] {
        let tea = reckoned(name);
        tea.edit("calculators/cups.toml", "\"cups * price\"", &format!("\"{expression}\""));
        is_wrong(&tea, cost, said);
    }
}

#[test]
fn what_a_calculator_names_has_to_be_there() {
    for (name, from, to, start, said) in [
        (
            "tea-no-table",
            "table = \"cup-prices\"",
            "table = \"cup-princes\"",
            "lookup",
            "there is no table `cup-princes`",
        ),
        ("tea-no-column", "column = \"price\"", "column = \"prize\"", "lookup", "has no column `prize`"),
        ("tea-no-key", ", where = { tea = \"tea\" }", "", "lookup", "`where` lacks `tea`"),
        ("tea-no-step", "result = \"cost\"", "result = \"costs\"", "result = \"cost\"", "`costs` is no step"),
        ("tea-no-gap", "cost {cost}.", "cost {price}.", "answer", "the result is not in the answer"),
        ("tea-no-ask", "ask = \"How many cups?\"\n", "", "[inputs.cups]", "neither `ask` nor `default`"),
        ("tea-extra", "main = true", "mane = true", "main", "unknown field `mane`"),
    ] {
        let tea = reckoned(name);
        tea.edit("calculators/cups.toml", from, to);
        is_wrong(&tea, line_of(start), said);
    }
}

#[test]
fn calculators_that_use_each_other_in_a_circle_are_told_with_their_places() {
    let uses = |id: &str| {
        let with = "with = { cups = \"cups\", tea = \"tea\" }";
        CUPS.replace("value = \"cups * price\"", &format!("calculator = {{ id = \"{id}\", {with} }}"))
    };
    let step = CUPS.lines().take_while(|line| *line != "name = \"cost\"").count(); // the line above the step's name
    let alone = reckoned("tea-self");
    alone.write("calculators/cups.toml", uses("cups"));
    is_wrong(&alone, step, "round and round");
    let pair = reckoned("tea-circle");
    pair.write("calculators/cups.toml", uses("mugs")).write("calculators/mugs.toml", uses("cups"));
    is_wrong(&pair, step, "`cups` and `mugs` use each other, round and round");
}
