//! A calculation as a pack states it: what it needs, its steps, and the sentence that answers.
//! Knows tables and arithmetic; how inputs are read from a question, and how a worksheet is shown and cited, is for others.

pub mod asked;
mod check;
mod expression;
mod fault;
mod figure;
pub mod file;
mod input;
mod nest;
pub mod quantities;
pub mod reading;
mod run;
mod step;
mod worksheet;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use rust_decimal::Decimal;

pub use fault::Fault;
pub use figure::Arithmetic;
pub use input::{Input, InputKind, Inputs, Value};
pub use nest::Calculators;
pub use worksheet::{Assumed, Line, Worksheet};

use crate::{
    corpus::facts::{Tables, template::Template},
    error::{Place, Problem},
};
use step::Step;

/// The name by which expressions and sentences know the year.
const TAX_YEAR: &str = "tax_year";

/// A calculator.
#[derive(Debug, Clone)]
pub struct Calculator {
    /// The file's stem.
    pub id: String,
    /// Where it was read from.
    pub path: PathBuf,
    /// What is calculated.
    pub title: String,
    /// Ways people ask for it.
    pub when: Vec<String>,
    /// Ids of the documents that explain the rule.
    pub documents: Vec<String>,
    /// What it needs, in the file's order.
    pub inputs: Vec<Input>,
    /// What is stated below the worksheet.
    pub note: Option<String>,
    answer: Template,
    answer_negative: Option<Template>,
    steps: Vec<Step>,
    /// The name of the step that answers.
    result: String,
    examples: Vec<Example>,
}

/// A calculation whose result is known.
#[derive(Debug, Clone)]
struct Example {
    place: Place,
    year: u16,
    inputs: Inputs,
    result: Decimal,
}

impl Calculator {
    /// The input with this name.
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The inputs that are needed and not given, in the file's order.
    pub fn missing<'c>(&'c self, given: &Inputs) -> Vec<&'c Input> {
        self.inputs.iter().filter(|input| input.default.is_none() && !given.contains_key(&input.name)).collect()
    }

    /// The ids of the tables that it looks into itself.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(Step::table)
    }

    /// The years for which it can be worked out, with what the calculators that it uses look into; empty where its tables
    /// hold for every year, or it has none.
    pub fn years(&self, tables: &Tables, calculators: &Calculators) -> Vec<u16> {
        let mut steps = Vec::new();
        calculators.reached(self, &mut steps);
        let lookups = || steps.iter().filter_map(|step| Some((tables.get(step.table()?)?, step)));
        let years: BTreeSet<u16> = lookups().flat_map(|(table, _)| table.years()).collect();
        let known = |year: &u16| lookups().all(|(table, step)| table.knows(*year) || step.may_lack(table, *year));
        years.into_iter().filter(known).collect()
    }

    /// Works it out.
    ///
    /// # Errors
    /// What is missing, out of range, or not known for the year.
    pub fn calculate(
        &self,
        inputs: &Inputs,
        year: u16,
        tables: &Tables,
        calculators: &Calculators,
    ) -> Result<Worksheet, Fault> {
        run::calculate(self, inputs, year, tables, calculators).map_err(|fault| match fault {
            // One table's years are not the calculator's.
            Fault::Year { table, year, .. } => Fault::Year { table, year, known: self.years(tables, calculators) },
            other => other,
        })
    }

    /// Works out every example; the ones that do not come to their results.
    pub fn check_examples(&self, tables: &Tables, calculators: &Calculators) -> Vec<Problem> {
        let wrong = |example: &Example| {
            let message = match self.calculate(&example.inputs, example.year, tables, calculators) {
                Ok(sheet) if figure::to_decimals(sheet.result, 2) == figure::to_decimals(example.result, 2) => {
                    return None;
                }
                Ok(sheet) => {
                    format!("the example comes to `{}`, not to `{}`: {sheet}", sheet.result.normalize(), example.result)
                }
                Err(fault) => format!("the example has no result: {fault}"),
            };
            Some(Problem::new(example.place.clone(), message))
        };
        self.examples.iter().filter_map(wrong).collect()
    }
}

/// The id of a file: its stem.
fn id(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
