//! What calculators come to, and how their worksheets read.

mod files;

use std::{collections::BTreeMap, path::Path};

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::corpus::facts::{Choices, Table};

const BRACKETS: &str = r#"
title = "Brackets"
document = "tax-brackets"
sentence = "For {tax_year}, {filing_status} pays {rate} over {over}."
columns.tax_year.type = "year"
columns.filing_status = { type = "choice", slot = "filing_status" }
columns.rate.type = "percent"
columns.over.type = "money"
rows = [
  { tax_year = [2024, 2025], filing_status = ["single", "joint"], rate = 10, over = 0 },
  { tax_year = [2024, 2025], filing_status = "single", rate = 12, over = 11925 },
  { tax_year = [2024, 2025], filing_status = "single", rate = 22, over = 48475 },
]
"#;

const DEDUCTION: &str = r#"
title = "Standard deduction"
document = "standard-deduction"
sentence = "For {tax_year}, it is {amount}."
since = 2025
columns.tax_year.type = "year"
columns.filing_status = { type = "choice", slot = "filing_status" }
columns.amount.type = "money"
rows = [{ tax_year = 2025, filing_status = "single", amount = 15750 }]
"#;

const WAGES: &str = r#"
title = "Tax on wages"
answer = "On {wages}, {filing_status} pays {tax} for {tax_year}."
answer_negative = "On {wages}, {filing_status} gets {tax} back for {tax_year}."
result = "tax"
note = "No credits."

[inputs.wages]
type = "money"
label = "Wages"
ask = "How much?"
main = true
max = 1000000

[inputs.filing_status]
type = "choice"
slot = "filing_status"
label = "Filing status"
ask = "Which status?"
said = { single = "a single filer" }

[inputs.children]
type = "count"
label = "Children"
default = 0
state = true

[inputs.blind]
type = "flag"
label = "Blind"
phrases = ["blind"]

[[steps]]
name = "deduction"
label = "Standard deduction"
lookup = { table = "deduction", column = "amount", where = { filing_status = "filing_status" }, absent = 0 }

[[steps]]
name = "extra"
hide = true
value = "when(blind, 2000, 0)"

[[steps]]
name = "taxable"
label = "Taxable income"
value = "max(wages - deduction - extra, 0)"

[[steps]]
name = "gross"
label = "Tax"
brackets = { table = "brackets", of = "taxable", over = "over", rate = "rate", where = { filing_status = "filing_status" } }
round = "dollar"

[[steps]]
name = "tax"
label = "Tax after credits"
value = "gross - children * 2200"

[[examples]]
tax_year = 2025
inputs = { wages = 85000, filing_status = "single" }
result = 10149
"#;

fn choices() -> Choices {
    let values = ["single", "joint"].map(|value| (value.to_owned(), Vec::new()));
    Choices::from([("filing_status".to_owned(), BTreeMap::from(values))])
}

fn tables() -> Tables {
    let table = |id: &str, text: &str| Table::parse(Path::new(&format!("{id}.toml")), text, &choices()).unwrap();
    [table("brackets", BRACKETS), table("deduction", DEDUCTION)].into_iter().collect()
}

fn parse(id: &str, text: &str) -> Result<Calculator, Vec<Problem>> {
    Calculator::parse(Path::new(&format!("{id}.toml")), text, &choices(), &tables())
}

/// Another calculator, which uses the one for wages.
fn nesting(step: &str) -> String {
    format!(
        "title = \"t\"\nanswer = \"{{twice}}\"\nresult = \"twice\"\n\
         [inputs.pay]\ntype = \"money\"\nlabel = \"Pay\"\nask = \"?\"\n\
         [[steps]]\nname = \"tax\"\nlabel = \"Its tax\"\n{step}\n\
         [[steps]]\nname = \"twice\"\nlabel = \"Twice\"\nvalue = \"tax * 2\"\n"
    )
}

fn inputs(wages: u32, status: &str) -> Inputs {
    Inputs::from([("wages".to_owned(), wages.into()), ("filing_status".to_owned(), status.into())])
}

fn calculate(inputs: &Inputs, year: u16) -> Result<Worksheet, Fault> {
    parse("wages", WAGES).unwrap().calculate(inputs, year, &tables(), &Calculators::default())
}

fn lines(sheet: &Worksheet) -> Vec<String> {
    sheet.lines.iter().map(|line| format!("{}{line}", "  ".repeat(line.depth))).collect()
}

#[test]
fn a_worksheet_reads_as_on_paper() {
    let sheet = calculate(&inputs(85_000, "single"), 2025).unwrap();
    assert_eq!(sheet.said, "On $85,000, a single filer pays $10,149 for 2025.");
    assert_eq!(
        lines(&sheet),
        [
            "Standard deduction = $15,750",
            "Taxable income = 85,000 − 15,750 − 0, not below 0 = $69,250",
            "Tax = 10% of 11,925 + 12% of 36,550 + 22% of 20,775 = $10,149",
            "Tax after credits = 10,149 − 0 × 2,200 = $10,149",
        ]
    );
    assert_eq!(
        (sheet.result, sheet.shown.as_str(), sheet.note.as_deref()),
        (10_149.into(), "$10,149", Some("No credits."))
    );
}

#[test]
fn a_line_names_the_rows_of_its_figures() {
    let sheet = calculate(&inputs(40_000, "single"), 2025).unwrap();
    let rows: Vec<Vec<(String, usize)>> = sheet.lines.into_iter().map(|line| line.rows).collect();
    let row = |table: &str, number| (table.to_owned(), number);
    assert_eq!(rows[0], [row("deduction", 0)]);
    assert_eq!(rows[1], [row("deduction", 0)], "the 15,750 stands there");
    assert_eq!(rows[2], [row("brackets", 1), row("brackets", 5)], "only the slices that are used");
    assert!(rows[3].is_empty());
}

#[test]
fn what_was_assumed_is_told() {
    let sheet = calculate(&inputs(40_000, "single"), 2025).unwrap();
    let assumed: Vec<_> = sheet.assumed.iter().map(|a| (a.input.as_str(), a.shown.as_str(), a.state)).collect();
    assert_eq!(assumed, [("children", "0", true), ("blind", "no", false)]);
}

#[test]
fn a_result_below_zero_has_its_own_sentence_and_no_sign() {
    let mut inputs = inputs(20_000, "single");
    inputs.insert("children".into(), 1.into());
    let sheet = calculate(&inputs, 2025).unwrap();
    assert_eq!(sheet.said, "On $20,000, a single filer gets $1,775 back for 2025.");
    assert_eq!(sheet.result, (-1_775).into());
    assert_eq!(sheet.lines.last().unwrap().result, "−$1,775");
}

#[test]
fn what_is_missing_is_asked_for_in_the_files_order() {
    assert_eq!(
        calculate(&Inputs::new(), 2025),
        Err(Fault::Missing { input: "wages".into(), ask: "How much?".into(), choices: vec![] })
    );
    let wages = Inputs::from([("wages".to_owned(), 5.into())]);
    let choices = vec!["joint".to_owned(), "single".to_owned()];
    assert_eq!(
        calculate(&wages, 2025),
        Err(Fault::Missing { input: "filing_status".into(), ask: "Which status?".into(), choices })
    );
}

#[test]
fn what_does_not_fit_is_said_in_plain_words() {
    let said = |inputs: &Inputs, year| calculate(inputs, year).unwrap_err().to_string();
    let too_much = said(&inputs(1_000_001, "single"), 2025);
    assert_eq!(too_much, "Wages: $1,000,001 is out of range; it must be between $0 and $1,000,000");
    assert_eq!(said(&inputs(1, "widow"), 2025), "Filing status: `widow` is none of its values");
    assert_eq!(said(&inputs(1, "single"), 2030), "there are no figures for 2030; there are for 2024 and 2025");
    let mut half = inputs(1, "single");
    half.insert("children".into(), Value::Number(Decimal::new(15, 1)));
    assert_eq!(said(&half, 2025), "Children: 1.5 is no whole number");
}

#[test]
fn a_row_that_is_absent_may_have_a_value_and_an_unknown_year_never() {
    let joint = calculate(&inputs(10_000, "joint"), 2025).unwrap();
    assert_eq!(joint.lines[0].to_string(), "Standard deduction = $0", "no row");
    let earlier = calculate(&inputs(10_000, "single"), 2024).unwrap();
    assert_eq!(earlier.lines[0].to_string(), "Standard deduction = $0", "the rule began in 2025");
    assert!(matches!(calculate(&inputs(1, "single"), 2026), Err(Fault::Year { .. })));
}

#[test]
fn the_years_are_those_that_every_table_knows() {
    let (calculator, tables, none) = (parse("wages", WAGES).unwrap(), tables(), Calculators::default());
    assert_eq!(calculator.years(&tables, &none), [2024, 2025], "before 2025 there was no deduction");
    let strict = parse(
        "wages",
        &WAGES.replace(", absent = 0", "").replace("slot = \"filing_status\"", "values = { single = [] }"),
    );
    let strict = strict.unwrap();
    assert_eq!(strict.years(&tables, &none), [2025]);
    let fault = strict.calculate(&inputs(1, "single"), 2024, &tables, &none);
    assert_eq!(fault, Err(Fault::Year { table: "deduction".into(), year: 2024, known: vec![2025] }));
    let step = "calculator = { id = \"wages\", with = { wages = \"pay\", filing_status = \"'single'\" } }";
    let all = Calculators::checked(vec![parse("user", &nesting(step)).unwrap(), calculator]).unwrap();
    assert_eq!(all.get("user").unwrap().years(&tables, &all), [2024, 2025]);
}

#[test]
fn calculators_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Calculators::default());
}

#[test]
fn a_division_by_zero_is_a_fault() {
    let text = WAGES.replace("gross - children * 2200", "gross / children");
    let fault =
        parse("wages", &text).unwrap().calculate(&inputs(1, "single"), 2025, &tables(), &Calculators::default());
    let (calculator, step) = ("wages".to_owned(), "tax".to_owned());
    assert_eq!(fault, Err(Fault::Arithmetic { calculator, step, arithmetic: Arithmetic::DivisionByZero }));
}

#[test]
fn a_calculator_uses_another_and_shows_its_lines() {
    let step = "calculator = { id = \"wages\", with = { wages = \"pay\", filing_status = \"'single'\" } }";
    let user = parse("user", &nesting(step)).unwrap();
    let all = Calculators::checked(vec![user, parse("wages", WAGES).unwrap()]).unwrap();
    let sheet = |pay: u32| {
        let inputs = Inputs::from([("pay".to_owned(), pay.into())]);
        lines(&all.get("user").unwrap().calculate(&inputs, 2025, &tables(), &all).unwrap())
    };
    assert_eq!(
        sheet(20_000),
        [
            "  Standard deduction = $15,750",
            "  Taxable income = 20,000 − 15,750 − 0, not below 0 = $4,250",
            "  Tax = 10% of 4,250 = $425",
            "Its tax = 425 − 0 × 2,200 = $425",
            "Twice = 425 × 2 = $850",
        ]
    );
    let brief = Calculators::checked(vec![
        parse("user", &nesting(&step.replace(" } }", " }, brief = true }"))).unwrap(),
        parse("wages", WAGES).unwrap(),
    ]);
    let brief = brief.unwrap();
    let inputs = Inputs::from([("pay".to_owned(), 20_000.into())]);
    let short = brief.get("user").unwrap().calculate(&inputs, 2025, &tables(), &brief).unwrap();
    assert_eq!(lines(&short), ["Its tax = $425", "Twice = 425 × 2 = $850"]);
    assert_eq!(sheet(10), ["Its tax = $0", "Twice = 0 × 2 = $0"], "nothing is not explained");
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (any::<i64>(), 0u32..20).prop_map(|(value, scale)| Value::Number(Decimal::new(value, scale))),
        (0i64..2_000_000).prop_map(|value| Value::Number(value.into())),
        Just(Value::Number(Decimal::MAX)),
        prop_oneof![Just("single"), Just("joint"), Just("")].prop_map(Value::from),
        any::<bool>().prop_map(Value::Flag),
    ]
}

proptest! {
    #[test]
    fn no_inputs_make_it_panic(wages in value(), status in value(), children in value(), blind in value(), year in 2023u16..2027) {
        let names = ["wages", "filing_status", "children", "blind"].map(str::to_owned);
        let inputs: Inputs = names.into_iter().zip([wages, status, children, blind]).collect();
        let text = WAGES.replace("max = 1000000", "max = 1000000000000000").replace("gross -", "gross * gross * gross / wages -");
        let _ = parse("wages", &text).unwrap().calculate(&inputs, year, &tables(), &Calculators::default());
    }

    #[test]
    fn brackets_are_the_sum_of_what_each_rate_adds(wages in 0u32..1_000_000) {
        // What is above each threshold is taxed by the difference to the rate before.
        let above = |over: u32, points: u32| Decimal::from(points) * Decimal::from(wages.saturating_sub(15_750).saturating_sub(over));
        let exact = (above(0, 10) + above(11_925, 2) + above(48_475, 10)) / Decimal::ONE_HUNDRED;
        let sheet = calculate(&inputs(wages, "single"), 2025).unwrap();
        prop_assert_eq!(sheet.result, figure::to_decimals(exact, 0));
    }

    #[test]
    fn no_text_makes_reading_panic(at in 0..WAGES.len(), put in "[\\[\\]{}=\"'0-9a-z\n.,()*/-]{0,6}") {
        let mut text = WAGES.to_owned();
        text.replace_range(at..=at, &put);
        let _ = parse("w", &text);
    }
}
