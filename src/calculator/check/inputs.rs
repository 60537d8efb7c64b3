//! The inputs of a calculator's file.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use toml::Spanned;

use super::{Reading, in_order, sample, sample_of};
use crate::{
    calculator::{
        fault::Fault,
        file::{InputFile, InputName},
        input::{Input, InputKind, Value},
        step::Unit,
    },
    corpus::facts::{
        scalar::{Scalar, Wrong},
        show,
    },
};

/// What a number may be where the file sets no bounds. A loss is asked for as one: amounts are not below zero by themselves.
const BOUNDS: [(InputName, u64); 4] = [
    (InputName::Money, 1_000_000_000_000),
    (InputName::Count, 1_000_000),
    (InputName::Age, 130), // no one has been known to reach it
    (InputName::Percent, 100),
];

impl Reading<'_> {
    /// Takes in the inputs that are in order, and notes what is wrong with the others.
    pub fn inputs(&mut self, written: &BTreeMap<String, Spanned<InputFile>>) {
        for (name, file) in in_order(written) {
            self.name(file.span().start, name);
            let number = u32::try_from(self.names.len()).unwrap_or_default();
            let Some(input) = self.input(name, file) else {
                // What is wrong with it is noted; that steps name it is not wrong as well.
                if !matches!(file.get_ref().kind, InputName::Choice) {
                    self.names.insert(name.clone(), sample(1_009 + 101 * number, Unit::Number));
                }
                continue;
            };
            self.names.insert(name.clone(), sample_of(&input, number));
            self.inputs.push(input);
        }
        let mains: Vec<_> = in_order(written).into_iter().filter(|(_, file)| file.get_ref().main).collect();
        if let [_, (_, second), ..] = mains.as_slice() {
            self.check.wrong(second.span().start, "another input is the main one already");
        }
    }

    fn input(&mut self, name: &str, written: &Spanned<InputFile>) -> Option<Input> {
        let (at, file) = (written.span().start, written.get_ref());
        let kind = self.kind(name, written)?;
        let numeric = !matches!(file.kind, InputName::Choice | InputName::Flag);
        let misplaced = [
            ("`min` and `max` are", !numeric && (file.min.is_some() || file.max.is_some())),
            ("`main` is", !numeric && file.main),
            ("`sum` is", !numeric && file.sum),
            ("`slot`, `values` and `said` are", {
                let of_choice = file.slot.is_some() || file.values.is_some() || !file.said.is_empty();
                of_choice && file.kind != InputName::Choice
            }),
            ("`phrases` and `unless` are", {
                file.kind != InputName::Flag && !(file.phrases.is_empty() && file.unless.is_empty())
            }),
        ];
        for (keys, _) in misplaced.into_iter().filter(|(_, wrong)| *wrong) {
            self.check.wrong(at, format!("{keys} not for an input of this type"));
        }
        let mut input = Input {
            name: name.to_owned(),
            label: file.label.clone(),
            ask: file.ask.clone(),
            cues: file.cues.clone(),
            main: file.main,
            elsewhere: file.elsewhere,
            sum: file.sum,
            kind,
            default: (file.kind == InputName::Flag).then_some(Value::Flag(false)),
            state: file.state,
            said: file.said.clone(),
        };
        if let Some(default) = &file.default {
            input.default = Some(self.check.or_wrong(default.span().start, value(&input, default.get_ref()))?);
        } else if input.default.is_none() && input.ask.is_none() {
            let hint = "say in `ask` how it is asked for, or what it is otherwise in `default`";
            self.check.wrong_hint(at, format!("`{name}` has neither `ask` nor `default`"), hint);
        }
        let values = input.choices();
        for said in file.said.keys().filter(|said| !values.contains(said) && file.kind == InputName::Choice) {
            self.check.wrong(at, format!("`said` speaks of `{said}`, which is no value of `{name}`"));
        }
        Some(input)
    }

    fn kind(&mut self, name: &str, written: &Spanned<InputFile>) -> Option<InputKind> {
        let (at, file) = (written.span().start, written.get_ref());
        Some(match (file.kind, &file.slot, &file.values) {
            (InputName::Choice, Some(slot), None) => {
                let Some(values) = self.choices.get(slot) else {
                    self.check.wrong(at, format!("the pack has no slot `{slot}`"));
                    return None;
                };
                InputKind::Choice { slot: Some(slot.clone()), values: values.clone() }
            }
            (InputName::Choice, None, Some(values)) if !values.is_empty() => {
                InputKind::Choice { slot: None, values: values.clone() }
            }
            (InputName::Choice, ..) => {
                self.check.wrong(at, format!("the choice `{name}` needs either `slot` or `values`"));
                return None;
            }
            (InputName::Flag, ..) => InputKind::Flag { phrases: file.phrases.clone(), unless: file.unless.clone() },
            (InputName::Money, ..) => self.bounds(written).map(|(a, b)| InputKind::Money(a, b))?,
            (InputName::Count, ..) => self.bounds(written).map(|(a, b)| InputKind::Count(a, b))?,
            (InputName::Age, ..) => self.bounds(written).map(|(a, b)| InputKind::Age(a, b))?,
            (InputName::Percent, ..) => self.bounds(written).map(|(a, b)| InputKind::Percent(a, b))?,
        })
    }

    fn bounds(&mut self, written: &Spanned<InputFile>) -> Option<(Decimal, Decimal)> {
        let (at, file) = (written.span().start, written.get_ref());
        let most = BOUNDS.iter().find(|(kind, _)| *kind == file.kind).map_or(0, |(_, most)| *most);
        let mut bound = |written: &Option<Spanned<Scalar>>, otherwise: u64| match written {
            Some(written) => self.check.or_wrong(written.span().start, written.get_ref().decimal(show::DECIMALS)),
            None => Some(otherwise.into()),
        };
        let (least, most) = (bound(&file.min, 0)?, bound(&file.max, most)?);
        if least > most {
            self.check.wrong(at, format!("`min` is above `max`: {least}, {most}"));
            return None;
        }
        Some((least, most))
    }
}

/// The value of an input, as it is written.
pub fn value(input: &Input, scalar: &Scalar) -> Result<Value, Wrong> {
    let value = match (&input.kind, scalar) {
        (InputKind::Choice { .. }, Scalar::Text(text)) => Value::Choice(text.clone()),
        (InputKind::Flag { .. }, Scalar::Flag(flag)) => Value::Flag(*flag),
        (InputKind::Choice { .. } | InputKind::Flag { .. }, scalar) => {
            return Err((format!("`{}` is not of the kind of `{}`", scalar.written(), input.name), None));
        }
        (_, scalar) => Value::Number(scalar.decimal(show::DECIMALS)?),
    };
    input.check(&value).map_err(|fault| match fault {
        Fault::Unfit { said, .. } if !input.choices().is_empty() => {
            (said, Some(format!("its values are `{}`", input.choices().join("`, `"))))
        }
        fault => (fault.to_string(), None),
    })?;
    Ok(value)
}
