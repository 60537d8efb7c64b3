//! A calculator's file as it is written. Shapes only; `check.rs` finds what is wrong with it.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::corpus::facts::scalar::Scalar;

/// `calculators/<id>.toml`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalculatorFile {
    /// What is calculated.
    #[schemars(with = "String")]
    pub title: Spanned<String>,
    /// The sentence that answers.
    #[schemars(with = "String")]
    pub answer: Spanned<String>,
    /// The sentence that answers where the result is below zero; the result is shown without its sign.
    #[schemars(with = "Option<String>")]
    pub answer_negative: Option<Spanned<String>>,
    /// The step that answers.
    #[schemars(with = "String")]
    pub result: Spanned<String>,
    /// What is stated below the worksheet.
    #[schemars(with = "Option<String>")]
    pub note: Option<Spanned<String>>,
    /// Ids of the documents that explain the rule.
    #[serde(default)]
    pub documents: Vec<String>,
    /// Ways people ask for it.
    #[serde(default)]
    pub when: Vec<String>,
    /// `[inputs.NAME]`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, InputFile>")]
    pub inputs: BTreeMap<String, Spanned<InputFile>>,
    /// `[[steps]]`.
    #[serde(default)]
    #[schemars(with = "Vec<StepFile>")]
    pub steps: Vec<Spanned<StepFile>>,
    /// `[[examples]]`.
    #[serde(default)]
    #[schemars(with = "Vec<ExampleFile>")]
    pub examples: Vec<Spanned<ExampleFile>>,
}

/// `[inputs.NAME]`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key that any other may go with")]
pub struct InputFile {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: InputName,
    /// What people call it.
    pub label: String,
    /// How it is asked for; needed where there is no default.
    pub ask: Option<String>,
    /// Words beside which the number stands in a question.
    #[serde(default)]
    pub cues: Vec<String>,
    /// Whether it takes the number that no cue claims.
    #[serde(default)]
    pub main: bool,
    /// Whether several numbers for it are added up.
    #[serde(default)]
    pub sum: bool,
    /// Whether a number for it, or a flag that is stated, speaks for another calculator: tax withheld, where the sum is of
    /// wages alone.
    #[serde(default)]
    pub elsewhere: bool,
    /// The least it may be.
    #[schemars(with = "Option<Scalar>")]
    pub min: Option<Spanned<Scalar>>,
    /// The most it may be.
    #[schemars(with = "Option<Scalar>")]
    pub max: Option<Spanned<Scalar>>,
    /// For a choice: the slot whose values it has.
    pub slot: Option<String>,
    /// For a choice: its own values, each with the phrases that name it.
    pub values: Option<BTreeMap<String, Vec<String>>>,
    /// For a choice: how values read in a sentence.
    #[serde(default)]
    pub said: BTreeMap<String, String>,
    /// What it is where nothing is said.
    #[schemars(with = "Option<Scalar>")]
    pub default: Option<Spanned<Scalar>>,
    /// Whether the answer states that the default was assumed.
    #[serde(default)]
    pub state: bool,
    /// For a flag: it is true where one of these stands in the question.
    #[serde(default)]
    pub phrases: Vec<String>,
    /// For a flag: and none of these.
    #[serde(default)]
    pub unless: Vec<String>,
}

/// What an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InputName {
    /// Dollars.
    Money,
    /// A whole number of things.
    Count,
    /// Whole years of life.
    Age,
    /// Percent.
    Percent,
    /// One of a few values.
    Choice,
    /// Yes or no.
    Flag,
}

/// `[[steps]]`: one of `value`, `lookup`, `brackets` and `calculator`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepFile {
    /// By which later steps name it.
    pub name: String,
    /// What people call it; needed unless it is hidden.
    pub label: Option<String>,
    /// What it comes to.
    #[serde(rename = "type")]
    pub unit: Option<UnitName>,
    /// To what it is rounded.
    pub round: Option<Round>,
    /// The working, where the expression itself would read badly.
    #[schemars(with = "Option<String>")]
    pub shown: Option<Spanned<String>>,
    /// Whether the worksheet leaves it out.
    #[serde(default)]
    pub hide: bool,
    /// An expression.
    #[schemars(with = "Option<String>")]
    pub value: Option<Spanned<String>>,
    /// A cell of a table.
    #[schemars(with = "Option<LookupFile>")]
    pub lookup: Option<Spanned<LookupFile>>,
    /// A sum over the rows of a table.
    #[schemars(with = "Option<BracketsFile>")]
    pub brackets: Option<Spanned<BracketsFile>>,
    /// The result of another calculator.
    #[schemars(with = "Option<NestedFile>")]
    pub calculator: Option<Spanned<NestedFile>>,
}

/// What a step comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UnitName {
    /// Dollars.
    Money,
    /// Percent.
    Percent,
    /// A number of things.
    Count,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
}

/// To what a figure is rounded; halves go up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Round {
    /// Whole dollars.
    Dollar,
    /// Two decimals.
    Cent,
}

/// `lookup = { … }`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookupFile {
    /// A table's id.
    #[schemars(with = "String")]
    pub table: Spanned<String>,
    /// Which cell of the row.
    #[schemars(with = "String")]
    pub column: Spanned<String>,
    /// What other columns hold.
    #[serde(rename = "where", default)]
    #[schemars(with = "BTreeMap<String, Scalar>")]
    pub keys: BTreeMap<String, Spanned<Scalar>>,
    /// What it comes to where there is no such row or cell.
    #[schemars(with = "Option<Scalar>")]
    pub absent: Option<Spanned<Scalar>>,
}

/// `brackets = { … }`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BracketsFile {
    /// A table's id.
    #[schemars(with = "String")]
    pub table: Spanned<String>,
    /// What is cut into slices.
    #[schemars(with = "Scalar")]
    pub of: Spanned<Scalar>,
    /// The column of the figures at which slices begin.
    #[schemars(with = "String")]
    pub over: Spanned<String>,
    /// The column of the slices' rates.
    #[schemars(with = "String")]
    pub rate: Spanned<String>,
    /// What other columns hold.
    #[serde(rename = "where", default)]
    #[schemars(with = "BTreeMap<String, Scalar>")]
    pub keys: BTreeMap<String, Spanned<Scalar>>,
}

/// `calculator = { … }`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NestedFile {
    /// A calculator's id.
    pub id: String,
    /// Its inputs.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Scalar>")]
    pub with: BTreeMap<String, Spanned<Scalar>>,
    /// Whether its own lines are left out of the worksheet.
    #[serde(default)]
    pub brief: bool,
}

/// `[[examples]]`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    /// For which year.
    pub tax_year: u16,
    /// Of what.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Scalar>")]
    pub inputs: BTreeMap<String, Spanned<Scalar>>,
    /// How much it comes to.
    #[schemars(with = "Scalar")]
    pub result: Spanned<Scalar>,
}
