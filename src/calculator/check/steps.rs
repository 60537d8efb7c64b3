//! The steps of a calculator's file, each with what was defined before it.

use std::collections::BTreeMap;

use toml::Spanned;

use super::{Reading, in_order, sample};
use crate::{
    calculator::{
        expression::{Expression, Fault, Term},
        file::{BracketsFile, LookupFile, NestedFile, StepFile, UnitName},
        step::{How, Operand, Step, Unit},
    },
    corpus::facts::{Kind, Table, scalar::Scalar, show},
};

impl<'r> Reading<'r> {
    /// The steps that are in order; notes what is wrong with the others.
    pub fn steps(&mut self, written: &[Spanned<StepFile>]) -> Vec<Step> {
        let all: Vec<&str> = written.iter().map(|step| step.get_ref().name.as_str()).collect();
        written.iter().filter_map(|step| self.step(step, &all)).collect()
    }

    fn step(&mut self, written: &Spanned<StepFile>, all: &[&str]) -> Option<Step> {
        let (at, file) = (written.span().start, written.get_ref());
        self.name(at, &file.name);
        if file.label.is_none() && !file.hide {
            self.check.wrong(at, format!("the step `{}` has no `label`", file.name));
        }
        let how = self.how(at, file, all);
        let shown =
            file.shown.as_ref().and_then(|shown| self.check.template(shown, |gap| self.names.contains_key(gap)));
        let unit = match (file.unit, &how) {
            (Some(unit), _) => unit_of(unit),
            (None, Some((_, unit))) => *unit,
            (None, None) => Unit::Money,
        };
        if let Some((_, found)) = &how
            && (*found == Unit::Flag) != (unit == Unit::Flag)
        {
            let message = "a step is of type `flag` where it comes to yes or no, and only there";
            self.check.wrong(at, format!("`{}`: {message}", file.name));
        }
        if unit == Unit::Flag && file.round.is_some() {
            self.check.wrong(at, format!("`{}` is yes or no, which is not rounded", file.name));
        }
        // What is wrong with this step is noted; later steps may still name it.
        let number = u32::try_from(self.names.len()).unwrap_or_default();
        self.names.insert(file.name.clone(), sample(10_007 + 101 * number, unit));
        Some(Step {
            name: file.name.clone(),
            label: file.label.clone().unwrap_or_else(|| file.name.replace('_', " ")),
            unit,
            round: file.round,
            shown,
            hide: file.hide,
            how: how?.0,
            place: self.check.place(at),
        })
    }

    /// How a step is worked out, and what it comes to unless the step says so itself.
    fn how(&mut self, at: usize, file: &StepFile, all: &[&str]) -> Option<(How, Unit)> {
        match (&file.value, &file.lookup, &file.brackets, &file.calculator) {
            (Some(value), None, None, None) => self.value(value, all),
            (None, Some(lookup), None, None) => self.lookup(lookup.get_ref()),
            (None, None, Some(brackets), None) => Some((self.brackets(brackets.get_ref())?, Unit::Money)),
            (None, None, None, Some(nested)) => Some((self.nested(nested.get_ref())?, Unit::Money)),
            _ => {
                let message = "needs one of `value`, `lookup`, `brackets` and `calculator`";
                self.check.wrong(at, format!("the step `{}` {message}", file.name));
                None
            }
        }
    }

    fn value(&mut self, written: &Spanned<String>, all: &[&str]) -> Option<(How, Unit)> {
        let at = written.span().start;
        match Expression::compile(written.get_ref(), &self.names) {
            Ok((expression, Some(Term::Flag(_)))) => Some((How::Value(expression), Unit::Flag)),
            Ok((expression, _)) => Some((How::Value(expression), Unit::Money)),
            Err(Fault::Unknown(name)) if all.contains(&name.as_str()) => {
                let hint = "a step uses only inputs and the steps before it";
                self.check.wrong_hint(at, format!("`{name}` is not worked out until later"), hint);
                None
            }
            Err(fault) => {
                self.check.wrong(at, fault.to_string());
                None
            }
        }
    }

    fn lookup(&mut self, file: &LookupFile) -> Option<(How, Unit)> {
        let table = self.table(&file.table);
        let kind = table.and_then(|table| self.column(table, &file.column));
        let unit = match kind {
            Some(Kind::Money) | None => Unit::Money,
            Some(Kind::Percent) => Unit::Percent,
            Some(Kind::Number { .. }) => Unit::Number,
            Some(_) => {
                self.check.wrong(file.column.span().start, format!("`{}` has no figures", file.column.get_ref()));
                return None;
            }
        };
        let keys = self.keys(table, file.table.span().start, &file.keys, file.absent.is_some());
        let absent = match &file.absent {
            Some(absent) => Some(self.check.or_wrong(absent.span().start, absent.get_ref().decimal(show::DECIMALS))?),
            None => None,
        };
        let (table, column) = (file.table.get_ref().clone(), file.column.get_ref().clone());
        Some((How::Lookup { table, column, keys: keys?, absent }, unit))
    }

    fn brackets(&mut self, file: &BracketsFile) -> Option<How> {
        let table = self.table(&file.table);
        let of = self.operand(&file.of);
        if matches!(&of, Some(Operand::Words(_) | Operand::Flag(_))) {
            self.check.wrong(file.of.span().start, "only a number is cut into brackets");
        }
        for (written, wanted) in [(&file.over, Kind::Money), (&file.rate, Kind::Percent)] {
            let kind = table.and_then(|table| self.column(table, written));
            if kind.is_some_and(|kind| *kind != wanted) {
                let message = "`over` is a column of money, and `rate` one of percent";
                self.check.wrong(written.span().start, message);
            }
        }
        let keys = self.keys(table, file.table.span().start, &file.keys, false);
        let (over, rate) = (file.over.get_ref().clone(), file.rate.get_ref().clone());
        Some(How::Brackets { table: file.table.get_ref().clone(), of: of?, over, rate, keys: keys? })
    }

    fn nested(&mut self, file: &NestedFile) -> Option<How> {
        let with =
            in_order(&file.with).into_iter().map(|(input, operand)| Some((input.clone(), self.operand(operand)?)));
        let with: Vec<Option<(String, Operand)>> = with.collect();
        Some(How::Nested { id: file.id.clone(), with: with.into_iter().collect::<Option<_>>()?, brief: file.brief })
    }

    /// What other columns of a table hold. Every choice and text of the table is among them, or a row is found by chance.
    fn keys(
        &mut self,
        table: Option<&Table>,
        at: usize,
        written: &BTreeMap<String, Spanned<Scalar>>,
        may_lack: bool,
    ) -> Option<Vec<(String, Operand)>> {
        let mut keys = Vec::new();
        let mut complete = true;
        for (column, scalar) in in_order(written) {
            let kind = table.and_then(|table| self.column(table, &Spanned::new(scalar.span(), column.clone())));
            match self.operand(scalar) {
                Some(operand) => {
                    if let Some(kind) = kind
                        && let Err(message) = self.fits(&operand, kind, may_lack)
                    {
                        self.check.wrong(scalar.span().start, format!("`{column}`: {message}"));
                    }
                    keys.push((column.clone(), operand));
                }
                None => complete = false,
            }
        }
        for column in table.into_iter().flat_map(|table| &table.columns) {
            if matches!(column.kind, Kind::Choice(_)) && !written.contains_key(&column.name) {
                self.check.wrong(at, format!("`where` lacks `{}`", column.name));
            }
        }
        complete.then_some(keys)
    }

    /// Whether what is looked for can stand in a column.
    fn fits(&self, operand: &Operand, kind: &Kind, may_lack: bool) -> Result<(), String> {
        let named = match operand {
            Operand::Name(name) => self.names.get(name),
            _ => None,
        };
        match (kind, operand, named) {
            (Kind::Choice(values), Operand::Words(words), _) => {
                let listed = || format!("`{words}` is none of `{}`", values.join("`, `"));
                if values.contains(words) { Ok(()) } else { Err(listed()) }
            }
            (Kind::Choice(values), _, Some(Term::Choice(choice))) => {
                match choice.values.iter().find(|value| !values.contains(value)) {
                    Some(value) if !may_lack => Err(format!("the table has no rows for `{value}`")),
                    _ => Ok(()),
                }
            }
            (Kind::Text, Operand::Words(_), _)
            | (Kind::Text, _, Some(Term::Choice(_)))
            | (Kind::Money | Kind::Percent | Kind::Number { .. }, Operand::Number(_), _)
            | (Kind::Money | Kind::Percent | Kind::Number { .. }, _, Some(Term::Figure(_))) => Ok(()),
            (Kind::Year, ..) => Err("the year is matched by itself".into()),
            _ => Err("what is looked for is not of the column's kind".into()),
        }
    }

    fn table(&mut self, id: &Spanned<String>) -> Option<&'r Table> {
        let found = self.tables.get(id.get_ref());
        if found.is_none() {
            self.check.wrong(id.span().start, format!("there is no table `{}`", id.get_ref()));
        }
        found
    }

    fn column<'t>(&mut self, table: &'t Table, name: &Spanned<String>) -> Option<&'t Kind> {
        let found = table.column(name.get_ref()).map(|(_, column)| &column.kind);
        if found.is_none() {
            let known: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            let message = format!("the table `{}` has no column `{}`", table.id, name.get_ref());
            self.check.wrong_hint(name.span().start, message, format!("its columns are `{}`", known.join("`, `")));
        }
        found
    }
}

fn unit_of(unit: UnitName) -> Unit {
    match unit {
        UnitName::Money => Unit::Money,
        UnitName::Percent => Unit::Percent,
        UnitName::Count | UnitName::Number => Unit::Number,
        UnitName::Flag => Unit::Flag,
    }
}
