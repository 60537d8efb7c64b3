//! A pack's tables of facts: their figures stand in its documents or the pack does not open, and a row is an answer whose
//! quote is the document's own bytes. On the pack about tea with its prices.

use serde_json::{Value, json};

use crate::{
    prices::{self, ROW_2024, ROW_2025, append, check, faults, priced},
    shape,
    tea::Tea,
};

const TABLE: &str = "tables/cup-prices.toml";

fn asked(tea: &Tea, question: &str) -> Value {
    let answer = tea.purview("ask").args(["--json", question]).run().ok().json();
    shape::answer(&answer);
    shape::quotes_stand(&answer, &tea.path().join("corpus"));
    answer
}

fn quotes(answer: &Value) -> Vec<&str> {
    answer["citations"].as_array().unwrap().iter().map(|citation| citation["quote"].as_str().unwrap()).collect()
}

/// Asserts that a file of facts is wrong at this line, and that the pack is not opened.
fn is_wrong(tea: &Tea, (code, line): (&str, usize), said: &str) {
    let found = faults(tea);
    let is_it = |fault: &&(String, String, usize, String)| (fault.0.as_str(), fault.2) == (code, line);
    let fault = found.iter().find(is_it).unwrap_or_else(|| panic!("no {code} in line {line}: {found:#?}"));
    assert!(fault.1.ends_with(TABLE) && fault.3.contains(said), "{fault:?}");
    let place = if line == 0 { format!("{TABLE}`") } else { format!("{TABLE}:{line}") };
    tea.purview("ask").arg("What does a cup of green tea cost?").run().fails(3, &[&place, said]);
}

#[test]
fn a_table_whose_figures_stand_in_its_document_is_clean() {
    let tea = priced("tea-facts");
    let run = check(&tea);
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert_eq!(faults(&tea), []);
}

#[test]
fn a_row_whose_figure_stands_nowhere_keeps_the_pack_from_opening() {
    let tea = priced("tea-unstated");
    tea.edit(TABLE, "\"4.40\"", "\"4.45\"");
    assert_eq!(check(&tea).code, Some(3));
    is_wrong(&tea, ("unstated-figure", prices::LAST_ROW), "`$4.45` for 2025 stands in no one sentence or table row");
}

#[test]
fn a_figure_that_stands_for_another_year_does_not_serve() {
    let tea = priced("tea-other-year");
    tea.edit(TABLE, "\"4.40\"", "4"); // the price of 2024
    is_wrong(&tea, ("unstated-figure", prices::LAST_ROW), "`$4` for 2025");
}

#[test]
fn a_figure_that_is_part_of_a_longer_one_does_not_serve() {
    let tea = priced("tea-part");
    tea.edit(TABLE, "\"4.40\"", "\"4.4\"");
    assert_eq!(faults(&tea), [], "4.4 is shown as $4.40");
    tea.edit("corpus/prices.md", "| $4.40 |", "| $14.40 |");
    is_wrong(&tea, ("unstated-figure", prices::LAST_ROW), "`$4.40` for 2025");
}

#[test]
fn a_document_that_changes_under_its_table_is_found_out() {
    let tea = priced("tea-drifted");
    tea.edit("corpus/prices.md", "$3.20", "$3.30");
    is_wrong(&tea, ("unstated-figure", prices::LAST_ROW - 10), "`$3.20` for 2025");
}

#[test]
fn a_table_of_an_unknown_document_dangles() {
    let tea = priced("tea-dangling");
    tea.edit(TABLE, "document = \"prices\"", "document = \"princes\"");
    assert_eq!(check(&tea).code, Some(3));
    let found = faults(&tea);
    let [(code, file, _, message)] = &found[..] else { panic!("{found:#?}") };
    assert!(code == "dangling-table" && file.ends_with(TABLE) && message.contains("`princes`"), "{found:#?}");
}

#[test]
fn a_table_that_is_written_wrongly_is_told_with_its_place() {
    let row = "\n[[rows]]\ntax_year = 2025\ntea = \"oolong\"\nprice = \"4.40\"\n";
    let first = prices::LAST_ROW + 5; // of a row that is added
    for (name, added, line, said) in [
        (
            "tea-column",
            "\n[[rows]]\ntax_year = 2025\ntea = \"green\"\ncost = \"3.20\"\n",
            first + 3,
            "there is no column `cost`",
        ),
        ("tea-float", "\n[[rows]]\ntax_year = 2025\ntea = \"green\"\nprice = 3.5\n", first + 3, "binary fraction"),
        ("tea-twice", row, first, "the row stands twice"),
        (
            "tea-value",
            "\n[[rows]]\ntax_year = 2025\ntea = \"mate\"\nprice = 4\n",
            first + 2,
            "`mate` is no value of `tea`",
        ),
        (
            "tea-year",
            "\n[[rows]]\ntax_year = \"2025\"\ntea = \"green\"\nprice = 4\n",
            first + 1,
            "`2025` is no tax year",
        ),
        ("tea-cell", "\n[[rows]]\ntax_year = 2025\nprice = 4\n", first, "the row lacks `tea`"),
        (
            "tea-amount",
            "\n[[rows]]\ntax_year = 2025\ntea = \"green\"\nprice = \"$3.20\"\n",
            first + 3,
            "`$3.20` is no number",
        ),
    ] {
        let tea = priced(name);
        append(&tea, TABLE, added);
        is_wrong(&tea, ("invalid-table", line), said);
    }
}

#[test]
fn a_key_that_tables_do_not_have_is_told_with_its_place() {
    let tea = priced("tea-key");
    tea.edit(TABLE, "document = ", "documents = ");
    let found = faults(&tea);
    assert!(
        found.iter().any(|(code, _, line, said)| code == "invalid-table" && *line == 2 && said.contains("`documents`")),
        "{found:#?}"
    );
}

#[test]
fn a_question_for_one_row_is_answered_with_its_sentence_and_the_documents_bytes() {
    let tea = priced("tea-facts");
    for (question, sentence, row) in [
        ("What does a cup of green tea cost in 2025?", "In 2025, a cup of green tea costs $3.20. [1]", ROW_2025),
        ("What did a cup of black tea cost in 2024?", "In 2024, a cup of black tea costs $2.50. [1]", ROW_2024),
        ("What does a cup of oolong cost in 2025?", "In 2025, a cup of oolong costs $4.40. [1]", ROW_2025),
    ] {
        let answer = asked(&tea, question);
        assert_eq!((&answer["mode"], &answer["text"]), (&json!("lookup"), &json!(sentence)), "{answer:#}");
        assert_eq!(quotes(&answer), [row], "{answer:#}");
    }
}

#[test]
fn a_question_that_leaves_the_choice_open_lists_every_row_of_its_year() {
    let tea = priced("tea-facts");
    let answer = asked(&tea, "What does a cup of tea cost in 2025?");
    let text = answer["text"].as_str().unwrap();
    for line in ["- green tea: $3.20 [1]", "- black tea: $2.70 [1]", "- oolong: $4.40 [1]"] {
        assert!(text.lines().any(|said| said == line), "{answer:#}");
    }
    assert!(text.contains("2025") && !text.contains("$2.50") && !text.contains("$3 "), "{answer:#}");
    assert_eq!((&answer["mode"], quotes(&answer)), (&json!("lookup"), vec![ROW_2025]), "{answer:#}");
}

#[test]
fn a_year_that_was_not_named_is_the_packs_own_and_said() {
    let answer = asked(&priced("tea-facts"), "What does a cup of green tea cost?");
    assert!(answer["text"].as_str().unwrap().starts_with("In 2025, a cup of green tea costs $3.20."), "{answer:#}");
    assert_eq!(answer["assumed"], json!([{ "slot": "tax_year", "value": "2025" }]));
}

#[test]
fn of_a_year_without_figures_no_other_years_figure_is_told() {
    let answer = asked(&priced("tea-facts"), "How much does a cup of green tea cost in 2019?");
    assert_eq!((&answer["outcome"], &answer["reason"]), (&json!("defer"), &json!("no_evidence")), "{answer:#}");
    assert!(
        answer["text"].as_str().unwrap().contains("I have nothing for 2019: the documents cover 2024 to 2025"),
        "{answer:#}"
    );
}
