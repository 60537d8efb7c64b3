//! What a table knows and how it says it.

use std::path::Path;

use super::*;

const STANDARD: &str = r#"
title = "Standard deduction"
document = "standard-deduction"
sentence = "For tax year {tax_year}, the standard deduction for {filing_status} is {amount}."
[columns.tax_year]
type = "year"
[columns.filing_status]
type = "choice"
slot = "filing_status"
[columns.filing_status.said]
"single" = "a single filer"
[columns.amount]
type = "money"

[[rows]]
tax_year = 2025
filing_status = ["single", "married filing separately"]
amount = 15750

[[rows]]
tax_year = [2023, 2024]
filing_status = "single"
amount = "13850.50"
"#;

fn choices() -> Choices {
    let values = ["single", "married filing separately"].map(|value| (value.to_owned(), Vec::new()));
    Choices::from([("filing_status".to_owned(), BTreeMap::from(values))])
}

fn table(text: &str) -> Table {
    Table::parse(Path::new("tables/standard-deduction.toml"), text, &choices()).unwrap()
}

fn problems(text: &str) -> Vec<String> {
    let problems = Table::parse(Path::new("t.toml"), text, &choices()).unwrap_err();
    problems
        .into_iter()
        .map(|p| format!("{p}{}", p.hint.as_ref().map(|h| format!(" ({h})")).unwrap_or_default()))
        .collect()
}

#[test]
fn a_list_stands_for_a_row_each() {
    let table = table(STANDARD);
    assert_eq!(table.id, "standard-deduction");
    assert_eq!(table.rows.len(), 4);
    assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [15, 15, 20, 20]);
    assert_eq!(table.years(), [2023, 2024, 2025]);
}

#[test]
fn a_row_reads_as_a_sentence() {
    let table = table(STANDARD);
    let sentences: Vec<String> = table.rows.iter().map(|row| table.sentence(row)).collect();
    assert_eq!(sentences[0], "For tax year 2025, the standard deduction for a single filer is $15,750.");
    assert_eq!(sentences[1], "For tax year 2025, the standard deduction for married filing separately is $15,750.");
    assert_eq!(sentences[2], "For tax year 2023, the standard deduction for a single filer is $13,850.50.");
}

#[test]
fn a_row_is_found_by_year_and_case() {
    let table = table(STANDARD);
    let single = [("filing_status", Key::Words("single"))];
    assert_eq!(table.find(2024, &single).unwrap().number, 3);
    let year = table.find(2022, &single).unwrap_err();
    assert_eq!(year.to_string(), "`standard-deduction` has no figures for 2022; it has them for 2023, 2024 and 2025");
    let row = table.find(2024, &[("filing_status", Key::Words("married filing separately"))]).unwrap_err();
    assert_eq!(row.to_string(), "`standard-deduction` has no row for 2024, married filing separately");
    assert!(matches!(table.find(2025, &[]), Err(Absent::Several { count: 2, .. })));
    assert!(matches!(table.find(2025, &[("nothing", Key::Words("x"))]), Err(Absent::Row { .. })));
}

#[test]
fn before_a_rule_began_there_is_nothing_to_know() {
    let table = table(&STANDARD.replace("[columns.tax_year]", "since = 2023\n[columns.tax_year]"));
    assert_eq!(table.find(2022, &[]).unwrap_err().to_string(), "`standard-deduction` begins with 2023");
    assert!(matches!(table.find(2026, &[]), Err(Absent::Year { year: 2026, .. })));
    let wrong = problems(&STANDARD.replace("[columns.tax_year]", "since = 2024\n[columns.tax_year]"));
    assert_eq!(wrong, ["`t.toml:5:9`: the first row is of 2023, not of 2024"]);
}

#[test]
fn a_cell_shows_its_unit_and_one_left_out_says_so() {
    let table = table(
        "title = \"t\"\ndocument = \"d\"\nsentence = \"{rate}% and {mile}, until {day} up to {most} for {children}.\"\n\
         columns.rate.type = \"percent\"\ncolumns.mile = { type = \"number\", unit = \"cents a mile\" }\n\
         columns.day.type = \"date\"\ncolumns.most.type = \"money\"\n\
         columns.children = { type = \"number\", said = { \"3\" = \"three or more children\" } }\n\
         [[rows]]\nrate = \"12.4\"\nmile = \"72.5\"\nday = \"2026-04-15\"\nchildren = 3\n",
    );
    assert_eq!(
        table.sentence(&table.rows[0]),
        "12.4% and 72.5 cents a mile, until April 15, 2026 up to no limit for three or more children."
    );
    assert!(table.years().is_empty());
    assert!(table.find(1999, &[("children", Key::Figure(Decimal::from(3)))]).is_ok(), "it holds for every year");
}

#[test]
fn every_fault_is_placed() {
    let broken = STANDARD.replace("15750", "15750.5").replace("\"married filing separately\"", "\"maried\"");
    assert_eq!(
        problems(&broken.replace("is {amount}", "is {amont}")),
        [
            "`t.toml:4:12`: `{amont}` is not known here",
            "`t.toml:18:10`: `15750.5` is a binary fraction, which is not exact (write it in quotes: `\"15750.5\"`)",
            "`t.toml:17:17`: `maried` is no value of `filing_status` (its values are `married filing separately`, `single`)",
        ]
    );
    assert_eq!(
        problems(&STANDARD.replace("2025", "\"2025\"")),
        ["`t.toml:16:12`: `2025` is no tax year (a year is a bare number: `2025`)"]
    );
    assert!(problems(&STANDARD.replace("[[rows]]", "[[row]]"))[0].starts_with("`t.toml:15:3`: unknown field `row`"));
    assert_eq!(
        problems(&STANDARD.replace("slot = \"filing_status\"", "slot = \"status\"")),
        ["`t.toml:7:1`: the pack has no slot `status`"]
    );
    assert_eq!(problems(&STANDARD.replace("[2023, 2024]", "[2023, 2023]")), ["`t.toml:20:1`: the row stands twice"]);
    assert_eq!(
        problems(&STANDARD.replace("filing_status = \"single\"\n", "")),
        ["`t.toml:20:1`: the row lacks `filing_status`"]
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_reading_panic(at in 0..STANDARD.len(), put in "[\\[\\]{}=\"'0-9a-z\n.,-]{0,6}") {
        let mut text = STANDARD.to_owned();
        text.replace_range(at..=at, &put);
        let _ = Table::parse(Path::new("t.toml"), &text, &choices());
    }
}
