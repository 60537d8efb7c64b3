//! The small pack about tea with what a cup costs: a document, a table of its figures by year and tea, and a calculator that
//! multiplies. The prices are invented; what tests rely on is that each stands in one row of the document.

use std::fs;

use serde_json::Value;

use crate::{
    home,
    program::{Program, Run},
    tea::Tea,
};

const DOCUMENT: &str = "+++\ntitle = \"Prices\"\ntax_year = [2024, 2025]\n+++\n# Prices\n\nA cup is paid for at the counter.\n\n\
                        | Year | Green tea | Black tea | Oolong |\n|---|---|---|---|\n| 2024 | $3 | $2.50 | $4 |\n\
                        | 2025 | $3.20 | $2.70 | $4.40 |\n";

/// The document's row of each year.
pub const ROW_2024: &str = "| 2024 | $3 | $2.50 | $4 |";
pub const ROW_2025: &str = "| 2025 | $3.20 | $2.70 | $4.40 |";

const SLOTS: &str = r#"
[slots.tax_year]
kind = "year"
default = "2025"
"#;

const EXAMPLES: &str = r#"
[[in]]
topic = "prices"
questions = ["what does a cup of green tea cost", "how much are four cups of oolong"]
"#;

const TABLE: &str = r#"title = "The price of a cup"
document = "prices"
sentence = "In {tax_year}, a cup of {tea} costs {price}."

[columns.tax_year]
type = "year"

[columns.tea]
type = "choice"
values = ["black", "green", "oolong"]
said = { black = "black tea", green = "green tea" }

[columns.price]
type = "money"

"#;

const ROWS: &str = r#"[[rows]]
tax_year = 2024
tea = "green"
price = 3

[[rows]]
tax_year = 2024
tea = "black"
price = "2.50"

[[rows]]
tax_year = 2024
tea = "oolong"
price = 4

[[rows]]
tax_year = 2025
tea = "green"
price = "3.20"

[[rows]]
tax_year = 2025
tea = "black"
price = "2.70"

[[rows]]
tax_year = 2025
tea = "oolong"
price = "4.40"
"#;

/// The calculator of what cups cost, `calculators/cups.toml`.
pub const CUPS: &str = r#"title = "Cups of tea"
answer = "In {tax_year}, {cups} cups of {tea} cost {cost}."
result = "cost"
note = "A tip is not counted."
documents = ["prices"]
when = [
    "how much are four cups of oolong",
    "what do 3 cups of green tea cost",
    "how much do I pay for 12 cups of black tea",
    "what is the cost of 5 cups of tea",
]

[inputs.cups]
type = "count"
label = "Cups"
ask = "How many cups?"
cues = ["cups", "cup"]
main = true
min = 1
max = 100

[inputs.tea]
type = "choice"
values = { black = ["black", "black tea"], green = ["green", "green tea"], oolong = ["oolong"] }
said = { black = "black tea", green = "green tea" }
label = "Tea"
ask = "Which tea is it?"

[[steps]]
name = "price"
label = "Price of a cup"
lookup = { table = "cup-prices", column = "price", where = { tea = "tea" } }

[[steps]]
name = "cost"
label = "Cost"
value = "cups * price"

[[examples]]
tax_year = 2025
inputs = { cups = 3, tea = "green" }
result = "9.60"
"#;

/// The line of the table on which its last row begins: the oolong of 2025.
pub const LAST_ROW: usize = 41;

/// The pack with the table, under a name of its own, so that the shared home keeps its index apart.
pub fn priced(name: &str) -> Tea {
    let tea = Tea::pack();
    tea.edit("domain.toml", "name = \"tea\"", &format!("name = \"{name}\""));
    tea.edit("domain.toml", "leaves, pots and storage\"", "leaves, pots and storage\", \"what a cup of tea costs\"");
    append(&tea, "domain.toml", SLOTS);
    append(&tea, "router.toml", EXAMPLES);
    fs::create_dir(tea.path().join("tables")).unwrap();
    tea.write("corpus/prices.md", DOCUMENT).write("tables/cup-prices.toml", format!("{TABLE}{ROWS}"));
    tea
}

/// The same with the calculator.
pub fn reckoned(name: &str) -> Tea {
    let tea = priced(name);
    fs::create_dir(tea.path().join("calculators")).unwrap();
    tea.write("calculators/cups.toml", CUPS);
    tea
}

/// Adds to the end of a file of the pack.
pub fn append(tea: &Tea, name: &str, text: &str) {
    let whole = fs::read_to_string(tea.path().join(name)).unwrap() + text;
    tea.write(name, whole);
}

/// `purview pack check` of the pack, which is given the name of its folder for it.
pub fn check(tea: &Tea) -> Run {
    let manifest = fs::read_to_string(tea.path().join("domain.toml")).unwrap();
    let name = manifest.lines().find(|line| line.starts_with("name = ")).unwrap().to_owned();
    let folder = format!("name = \"{}\"", tea.path().file_name().unwrap().to_str().unwrap());
    tea.edit("domain.toml", &name, &folder);
    let run = Program::at(home::shared()).args(["pack", "check", "--format", "json"]).arg(tea.path()).run();
    tea.edit("domain.toml", &folder, &name);
    run
}

/// The errors that a check finds: code, file, line (0: the file) and message.
pub fn faults(tea: &Tea) -> Vec<(String, String, usize, String)> {
    let report = check(tea).json();
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] == "error");
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let line = |finding: &Value| finding["line"].as_u64().map_or(0, |line| usize::try_from(line).unwrap());
    findings.map(|f| (text(f, "code"), text(f, "file"), line(f), text(f, "message"))).collect()
}
