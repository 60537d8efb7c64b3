//! From a calculator's file to a calculator, and whatever is wrong with it. Calculators that use each other are checked
//! together, in `nest.rs`; whether examples come to their results is found by working them out.

mod inputs;
mod steps;

use std::{collections::BTreeMap, path::Path};

use rust_decimal::Decimal;
use toml::Spanned;

use super::{
    Calculator, Example, TAX_YEAR,
    expression::{Names, Term, is_name},
    figure::Figure,
    file::{CalculatorFile, ExampleFile},
    id,
    input::{Input, Inputs, Value},
    step::{Operand, Unit},
};
use crate::{
    corpus::facts::{
        Choices, Tables,
        file::{Check, read},
        scalar::Scalar,
        show,
    },
    error::Problem,
};

/// No calculator has more steps, or more inputs.
const MOST: usize = 64;

/// No file is longer, in bytes.
const LONGEST: usize = 100_000;

impl Calculator {
    /// Reads a calculator from its file's text.
    ///
    /// # Errors
    /// Every fault found; of a text that is not of this format, the first.
    pub fn parse(path: &Path, text: &str, choices: &Choices, tables: &Tables) -> Result<Self, Vec<Problem>> {
        let file = read(path, text).map_err(|problem| vec![problem])?;
        Self::checked(path, text, file, choices, tables)
    }

    /// The calculator of a file that was read already.
    ///
    /// # Errors
    /// Every fault found.
    pub fn checked(
        path: &Path,
        text: &str,
        file: CalculatorFile,
        choices: &Choices,
        tables: &Tables,
    ) -> Result<Self, Vec<Problem>> {
        let mut reading =
            Reading { check: Check::new(path, text), choices, tables, inputs: Vec::new(), names: Names::new() };
        if text.len() > LONGEST || file.steps.len() > MOST || file.inputs.len() > MOST {
            reading.check.wrong(0, format!("the file has more than {MOST} steps or inputs, or {LONGEST} bytes"));
            return Err(reading.check.problems);
        }
        reading.names.insert(TAX_YEAR.into(), sample(2025, Unit::Number));
        reading.inputs(&file.inputs);
        let steps = reading.steps(&file.steps);
        let examples: Vec<Example> = file.examples.iter().filter_map(|example| reading.example(example)).collect();
        let known = |names: &Names, gap: &str| names.contains_key(gap);
        let answer = reading.check.template(&file.answer, |gap| known(&reading.names, gap));
        let negative = file.answer_negative.as_ref();
        let answer_negative = negative.and_then(|text| reading.check.template(text, |gap| known(&reading.names, gap)));
        let (result, at) = (file.result.get_ref(), file.result.span().start);
        match steps.iter().find(|step| step.name == *result) {
            None => reading.check.wrong(at, format!("`{result}` is no step")),
            Some(step) if step.unit == Unit::Flag => reading.check.wrong(at, format!("`{result}` is no number")),
            Some(_) => {}
        }
        for (template, written) in [(&answer, Some(&file.answer)), (&answer_negative, negative)] {
            if let (Some(template), Some(written)) = (template, written)
                && !template.gaps().any(|gap| gap == result)
            {
                let hint = format!("put `{{{result}}}` where it belongs");
                reading.check.wrong_hint(written.span().start, "the result is not in the answer", hint);
            }
        }
        if let Some(note) = file.note.as_ref().filter(|note| note.get_ref().contains(|c: char| c.is_ascii_digit())) {
            let hint = "a note says what is left out; a figure comes from a table, by a step";
            reading.check.wrong_hint(note.span().start, "the note states a figure, which nothing supports", hint);
        }
        let Reading { check, inputs, .. } = reading;
        match answer {
            Some(answer) if check.problems.is_empty() => Ok(Self {
                id: id(path),
                path: path.to_owned(),
                title: file.title.into_inner(),
                when: file.when,
                documents: file.documents,
                inputs,
                note: file.note.map(Spanned::into_inner),
                answer,
                answer_negative,
                steps,
                result: result.clone(),
                examples,
            }),
            _ => Err(check.problems),
        }
    }
}

/// A file that is being checked, as far as it is known.
struct Reading<'r> {
    check: Check<'r>,
    choices: &'r Choices,
    tables: &'r Tables,
    /// Those that are in order.
    inputs: Vec<Input>,
    /// What has been defined so far, with a value of its kind.
    names: Names,
}

impl Reading<'_> {
    /// Notes a name that is taken or cannot be used.
    fn name(&mut self, at: usize, name: &str) {
        if self.names.contains_key(name) {
            self.check.wrong(at, format!("the name `{name}` is taken"));
        } else if !is_name(name) {
            let hint = "names are of small letters, digits and `_`, and are no words of expressions";
            self.check.wrong_hint(at, format!("`{name}` cannot be a name"), hint);
        }
    }

    /// What is put in somewhere: a name that is known, a number, or a value in single quotes.
    fn operand(&mut self, written: &Spanned<Scalar>) -> Option<Operand> {
        let at = written.span().start;
        let Scalar::Text(text) = written.get_ref() else {
            if let Scalar::Flag(flag) = written.get_ref() {
                return Some(Operand::Flag(*flag));
            }
            return self.check.or_wrong(at, written.get_ref().decimal(show::DECIMALS)).map(Operand::Number);
        };
        if let Some(words) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
            return Some(Operand::Words(words.to_owned()));
        }
        if self.names.contains_key(text) {
            return Some(Operand::Name(text.clone()));
        }
        if let Ok(number) = written.get_ref().decimal(show::DECIMALS) {
            return Some(Operand::Number(number));
        }
        let hint = format!("a value of its own stands in single quotes: `\"'{text}'\"`");
        self.check.wrong_hint(at, format!("`{text}` is neither an input nor an earlier step"), hint);
        None
    }

    fn example(&mut self, written: &Spanned<ExampleFile>) -> Option<Example> {
        let (at, example) = (written.span().start, written.get_ref());
        let mut inputs = Inputs::new();
        for (name, scalar) in &example.inputs {
            let Some(input) = self.inputs.iter().find(|input| input.name == *name) else {
                if !self.names.contains_key(name) {
                    self.check.wrong(scalar.span().start, format!("there is no input `{name}`"));
                }
                continue;
            };
            let value = inputs::value(input, scalar.get_ref());
            if let Some(value) = self.check.or_wrong(scalar.span().start, value) {
                inputs.insert(name.clone(), value);
            }
        }
        for input in self.inputs.iter().filter(|input| input.default.is_none() && !inputs.contains_key(&input.name)) {
            self.check.wrong(at, format!("the example lacks `{}`", input.name));
        }
        let result =
            self.check.or_wrong(example.result.span().start, example.result.get_ref().decimal(show::DECIMALS))?;
        Some(Example { place: self.check.place(at), year: example.tax_year, inputs, result })
    }
}

/// A value on which expressions are tried. It is no round number, lest a difference of two be zero.
fn sample(value: u32, unit: Unit) -> Term {
    match unit {
        Unit::Flag => Term::Flag(false),
        _ => Term::Figure(Figure::given(Decimal::from(value), unit.plain(value.into()), [])),
    }
}

/// A value of an input to try expressions on; `number` is another one for each.
fn sample_of(input: &Input, number: u32) -> Term {
    let value = match (&input.default, input.bounds()) {
        (Some(value), None) => value.clone(),
        (None, None) => input.choices().first().map_or(Value::Flag(false), |value| Value::Choice(value.clone())),
        (_, Some(_)) => Value::Number((1_009 + 101 * number).into()),
    };
    input.term(&value)
}

/// Keys of a map in the order in which the file has them.
fn in_order<T>(map: &BTreeMap<String, Spanned<T>>) -> Vec<(&String, &Spanned<T>)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(_, value)| value.span().start);
    entries
}
