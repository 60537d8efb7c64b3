//! Working out a calculator's steps. Pure: inputs and tables in, a worksheet out. Every step is done once, and no
//! calculation has more than [`MOST_STEPS`] with those of the calculators that it uses.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    Calculator, Calculators, Inputs, TAX_YEAR,
    expression::{self, Names, Term},
    fault::Fault,
    figure::{Arithmetic, Figure, RowOf, to_decimals},
    file::Round,
    input::{Value, yes_or_no},
    nest::MOST_NESTED,
    step::{How, Operand, Step},
    worksheet::{Assumed, Line, Worksheet},
};
use crate::corpus::facts::{Absent, Cell, Key, Row, Table, Tables, show};

/// No calculation has more steps.
const MOST_STEPS: usize = 500;

/// Works out a calculator.
pub fn calculate(
    calculator: &Calculator,
    inputs: &Inputs,
    year: u16,
    tables: &Tables,
    calculators: &Calculators,
) -> Result<Worksheet, Fault> {
    Run::new(calculator, year, tables, calculators, 0).finish(inputs, &mut 0)
}

/// A calculation in progress.
struct Run<'r> {
    calculator: &'r Calculator,
    year: u16,
    tables: &'r Tables,
    calculators: &'r Calculators,
    depth: usize,
    names: Names,
    /// What each name reads as in a sentence.
    said: BTreeMap<String, String>,
    lines: Vec<Line>,
}

/// What a step came to.
struct Outcome {
    term: Term,
    /// How, with the numbers filled in.
    working: String,
    /// How much, with its unit.
    shown: String,
    /// The rows in which figures of the line stand.
    rows: Vec<RowOf>,
    /// The rows in which the value itself stands.
    stands: Vec<RowOf>,
    /// The lines of another calculator.
    before: Vec<Line>,
}

impl<'r> Run<'r> {
    fn new(
        calculator: &'r Calculator,
        year: u16,
        tables: &'r Tables,
        calculators: &'r Calculators,
        depth: usize,
    ) -> Self {
        let (names, said, lines) = (Names::new(), BTreeMap::new(), Vec::new());
        Self { calculator, year, tables, calculators, depth, names, said, lines }
    }

    fn finish(mut self, inputs: &Inputs, steps: &mut usize) -> Result<Worksheet, Fault> {
        let calculator = self.calculator;
        let assumed = self.enter(inputs)?;
        for step in &calculator.steps {
            *steps += 1;
            if *steps > MOST_STEPS || self.depth > MOST_NESTED {
                return Err(self.broken("it has too many steps"));
            }
            self.step(step, steps)?;
        }
        let Some(Term::Figure(figure)) = self.names.get(&calculator.result) else {
            return Err(self.broken("its result is no number"));
        };
        let result = figure.value().map_err(|arithmetic| self.arithmetic(&calculator.result, arithmetic))?;
        let shown = self.said.get(&calculator.result).cloned().unwrap_or_default();
        let answer = match &calculator.answer_negative {
            Some(negative) if result < Decimal::ZERO => {
                if let Some(said) = self.said.get_mut(&calculator.result) {
                    *said = said.replacen('−', "", 1);
                }
                negative
            }
            _ => &calculator.answer,
        };
        Ok(Worksheet {
            title: calculator.title.clone(),
            said: answer.fill(|name| self.said.get(name).cloned(), ""),
            lines: self.lines,
            result,
            shown,
            note: calculator.note.clone(),
            assumed,
        })
    }

    /// Takes in the year and the inputs; what was not given and is assumed.
    fn enter(&mut self, inputs: &Inputs) -> Result<Vec<Assumed>, Fault> {
        let calculator = self.calculator;
        if let Some(name) = inputs.keys().find(|name| calculator.input(name).is_none()) {
            return Err(self.broken(format!("it has no input `{name}`")));
        }
        if let Some(input) = calculator.missing(inputs).first() {
            return Err(Fault::Missing {
                input: input.name.clone(),
                ask: input.ask.clone().unwrap_or_else(|| format!("{}?", input.label)),
                choices: input.choices(),
            });
        }
        let mut assumed = Vec::new();
        for input in &calculator.inputs {
            let Some(value) = inputs.get(&input.name).or(input.default.as_ref()) else { continue };
            input.check(value)?;
            let shown = input.shown(value);
            if !inputs.contains_key(&input.name) {
                let (input, label) = (input.name.clone(), input.label.clone());
                let state = calculator.input(&input).is_some_and(|input| input.state);
                assumed.push(Assumed { input, label, value: value.clone(), shown: shown.clone(), state });
            }
            self.names.insert(input.name.clone(), input.term(value));
            self.said.insert(input.name.clone(), shown);
        }
        let year = self.year.to_string();
        self.names.insert(TAX_YEAR.into(), Term::Figure(Figure::given(self.year.into(), year.clone(), [])));
        self.said.insert(TAX_YEAR.into(), year);
        Ok(assumed)
    }

    fn step(&mut self, step: &Step, steps: &mut usize) -> Result<(), Fault> {
        let mut outcome = match &step.how {
            How::Value(expression) => {
                let term = expression.evaluate(&self.names).map_err(|fault| self.unworkable(step, fault))?;
                self.outcome(step, term, Vec::new())?
            }
            How::Lookup { table, column, keys, absent } => self.look_up(step, table, column, keys, *absent)?,
            How::Brackets { table, of, over, rate, keys } => self.brackets(step, table, of, [over, rate], keys)?,
            How::Nested { id, with, brief } => self.nested(step, (id, with, *brief), steps)?,
        };
        if let Some(template) = &step.shown {
            outcome.working = template.fill(|name| Some(self.in_working(name)), "");
            let gaps = template.gaps().filter_map(|name| self.names.get(name));
            let rows = gaps.filter_map(|term| if let Term::Figure(figure) = term { Some(figure.rows()) } else { None });
            outcome.rows.extend(rows.flatten().cloned());
        }
        outcome.rows.sort();
        outcome.rows.dedup();
        let value = match &outcome.term {
            Term::Figure(figure) => Value::Number(figure.value().map_err(|e| self.arithmetic(&step.name, e))?),
            Term::Flag(flag) => Value::Flag(*flag),
            Term::Choice(choice) => Value::Choice(choice.value.clone()),
        };
        // A figure of a hidden step is cited where it is used: the line that would have cited it is not there.
        let rows = if step.hide { outcome.rows.clone() } else { outcome.stands };
        let term = match &value {
            Value::Number(number) => Term::Figure(Figure::given(*number, step.unit.plain(*number), rows)),
            _ => outcome.term,
        };
        self.names.insert(step.name.clone(), term);
        self.said.insert(step.name.clone(), outcome.shown.clone());
        if !step.hide {
            let (label, depth) = (step.label.clone(), self.depth);
            let (working, result, rows) = (outcome.working, outcome.shown, outcome.rows);
            self.lines.extend(outcome.before);
            self.lines.push(Line { label, working, result, value, rows, depth });
        }
        Ok(())
    }

    /// A term that was worked out, rounded as the step has it.
    fn outcome(&self, step: &Step, term: Term, before: Vec<Line>) -> Result<Outcome, Fault> {
        let (term, working, shown, rows) = match term {
            Term::Figure(figure) => {
                let exact = figure.value().map_err(|arithmetic| self.arithmetic(&step.name, arithmetic))?;
                let value = match step.round {
                    Some(Round::Dollar) => to_decimals(exact, 0),
                    Some(Round::Cent) => to_decimals(exact, 2),
                    None => exact,
                };
                let plain = step.unit.plain(value);
                let working = if figure.shown() == plain { String::new() } else { figure.shown().to_owned() };
                let rows: Vec<RowOf> = figure.rows().iter().cloned().collect();
                (Term::Figure(Figure::given(value, plain, [])), working, step.unit.shown(value), rows)
            }
            Term::Flag(flag) => (Term::Flag(flag), String::new(), yes_or_no(flag).to_owned(), Vec::new()),
            Term::Choice(_) => return Err(self.broken(format!("`{}` comes to words", step.name))),
        };
        Ok(Outcome { term, working, shown, rows, stands: Vec::new(), before })
    }

    fn look_up(
        &self,
        step: &Step,
        table: &str,
        column: &str,
        keys: &[(String, Operand)],
        absent: Option<Decimal>,
    ) -> Result<Outcome, Fault> {
        let table = self.table(table)?;
        let keys = self.keys(keys)?;
        let found = match table.find(self.year, &borrowed(&keys)) {
            Ok(row) => table.figure(row, column).map(|figure| (row, figure)),
            Err(Absent::Row { .. } | Absent::Before { .. }) if absent.is_some() => None,
            Err(fault) => return Err(not_found(step, fault)),
        };
        match (found, absent) {
            (Some((row, figure)), _) => {
                let stands = vec![(table.id.clone(), row.number)];
                let term = Term::Figure(Figure::given(figure, step.unit.plain(figure), stands.clone()));
                let mut outcome = self.outcome(step, term, Vec::new())?;
                (outcome.shown, outcome.stands) = (table.shown(row, column), stands);
                Ok(outcome)
            }
            (None, Some(figure)) => {
                let term = Term::Figure(Figure::given(figure, step.unit.plain(figure), []));
                self.outcome(step, term, Vec::new())
            }
            (None, None) => {
                let case = format!("`{column}` in {}", self.year);
                Err(not_found(step, Absent::Row { table: table.id.clone(), case }))
            }
        }
    }

    fn brackets(
        &self,
        step: &Step,
        table: &str,
        of: &Operand,
        [over, rate]: [&str; 2],
        keys: &[(String, Operand)],
    ) -> Result<Outcome, Fault> {
        let table = self.table(table)?;
        let keys = self.keys(keys)?;
        let Value::Number(of) = self.operand(of)? else {
            return Err(self.broken(format!("`{}` is of no number", step.name)));
        };
        let rows = table.rows_of(self.year, &borrowed(&keys)).map_err(|fault| not_found(step, fault))?;
        let bracket = |row: &'r Row| Some((table.figure(row, over)?, table.figure(row, rate)?, row.number));
        let mut brackets: Vec<(Decimal, Decimal, usize)> = rows.into_iter().filter_map(bracket).collect();
        brackets.sort_unstable();
        let ends = brackets.iter().skip(1).map(|(over, ..)| *over).chain([Decimal::MAX]);
        let slices =
            brackets.iter().zip(ends).filter(|((over, ..), _)| *over < of).map(|((over, rate, number), end)| {
                let slice = Figure::given(of.min(end), String::new(), []).minus(Figure::literal(*over));
                let slice = slice.value().map_err(|arithmetic| self.arithmetic(&step.name, arithmetic))?;
                let slice = Figure::given(slice, show::amount(slice), [(table.id.clone(), *number)]);
                Ok(slice.share(Figure::literal(*rate)))
            });
        let slices = slices.collect::<Result<Vec<Figure>, Fault>>()?;
        let sum = slices.into_iter().reduce(Figure::plus).unwrap_or_else(|| Figure::literal(Decimal::ZERO));
        self.outcome(step, Term::Figure(sum), Vec::new())
    }

    /// The result of another calculator. Its last line, where that is the result, becomes this step's own; a result of
    /// nothing is not explained line by line.
    fn nested(
        &self,
        step: &Step,
        (id, with, brief): (&str, &[(String, Operand)], bool),
        steps: &mut usize,
    ) -> Result<Outcome, Fault> {
        let Some(calculator) = self.calculators.get(id) else {
            return Err(self.broken(format!("there is no calculator `{id}`")));
        };
        let inputs = with.iter().map(|(input, operand)| Ok((input.clone(), self.operand(operand)?)));
        let inputs: Inputs = inputs.collect::<Result<_, Fault>>()?;
        let run = Run::new(calculator, self.year, self.tables, self.calculators, self.depth + 1);
        let mut sheet = run.finish(&inputs, steps)?;
        let own = sheet.lines.pop_if(|line| line.value == Value::Number(sheet.result));
        if sheet.result.is_zero() {
            return self.outcome(step, Term::Figure(Figure::literal(Decimal::ZERO)), Vec::new());
        }
        if brief {
            // Of the rows that led to it, those in which the result itself stands.
            let rows = sheet.lines.iter().chain(&own).flat_map(|line| line.rows.clone());
            let rows: Vec<RowOf> = rows.filter(|row| self.stands_in(sheet.result, row)).collect();
            let figure = Figure::given(sheet.result, step.unit.plain(sheet.result), rows);
            return self.outcome(step, Term::Figure(figure), Vec::new());
        }
        let (plain, rows) = (step.unit.plain(sheet.result), own.iter().flat_map(|line| line.rows.clone()));
        let figure = Figure::given(sheet.result, plain, rows);
        let mut outcome = self.outcome(step, Term::Figure(figure), sheet.lines)?;
        outcome.working = own.map(|line| line.working).unwrap_or_default();
        Ok(outcome)
    }

    /// Whether a figure is a cell of a row.
    fn stands_in(&self, figure: Decimal, (table, number): &RowOf) -> bool {
        let row = self.tables.get(table).and_then(|table| table.rows.get(*number));
        row.is_some_and(|row| row.cells.contains(&Some(Cell::Figure(figure))))
    }

    fn table(&self, id: &str) -> Result<&'r Table, Fault> {
        self.tables.get(id).ok_or_else(|| self.broken(format!("there is no table `{id}`")))
    }

    fn keys<'k>(&self, keys: &'k [(String, Operand)]) -> Result<Vec<(&'k str, Value)>, Fault> {
        keys.iter().map(|(column, operand)| Ok((column.as_str(), self.operand(operand)?))).collect()
    }

    fn operand(&self, operand: &Operand) -> Result<Value, Fault> {
        Ok(match operand {
            Operand::Number(number) => Value::Number(*number),
            Operand::Words(words) => Value::Choice(words.clone()),
            Operand::Flag(flag) => Value::Flag(*flag),
            Operand::Name(name) => match self.names.get(name) {
                Some(Term::Figure(figure)) => {
                    Value::Number(figure.value().map_err(|arithmetic| self.arithmetic(name, arithmetic))?)
                }
                Some(Term::Choice(choice)) => Value::Choice(choice.value.clone()),
                Some(Term::Flag(flag)) => Value::Flag(*flag),
                None => return Err(self.broken(format!("`{name}` is not known"))),
            },
        })
    }

    /// What a name reads as within a working: without a dollar sign, and with a percent sign.
    fn in_working(&self, name: &str) -> String {
        let said = self.said.get(name).cloned().unwrap_or_default();
        match self.names.get(name) {
            Some(Term::Figure(figure)) if !said.ends_with('%') => figure.shown().to_owned(),
            _ => said,
        }
    }

    fn unworkable(&self, step: &Step, fault: expression::Fault) -> Fault {
        match fault {
            expression::Fault::Arithmetic(arithmetic) => self.arithmetic(&step.name, arithmetic),
            other => self.broken(format!("`{}`: {other}", step.name)),
        }
    }

    fn arithmetic(&self, step: &str, arithmetic: Arithmetic) -> Fault {
        Fault::Arithmetic { calculator: self.calculator.id.clone(), step: step.to_owned(), arithmetic }
    }

    fn broken(&self, message: impl Into<String>) -> Fault {
        Fault::Broken { calculator: self.calculator.id.clone(), message: message.into() }
    }
}

fn not_found(step: &Step, absent: Absent) -> Fault {
    match absent {
        Absent::Year { table, year, known } => Fault::Year { table, year, known },
        Absent::Before { table, since, year } => Fault::Year { table, year, known: vec![since] },
        absent => Fault::Case { label: step.label.clone(), absent },
    }
}

/// Keys as a table takes them; a flag is no key.
fn borrowed<'k>(keys: &'k [(&'k str, Value)]) -> Vec<(&'k str, Key<'k>)> {
    let key = |value: &'k Value| match value {
        Value::Number(number) => Key::Figure(*number),
        Value::Choice(words) => Key::Words(words),
        Value::Flag(flag) => Key::Words(yes_or_no(*flag)),
    };
    keys.iter().map(|(column, value)| (*column, key(value))).collect()
}
