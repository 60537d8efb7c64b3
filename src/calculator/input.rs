//! What a calculator needs to be told, what it may be, and how it reads.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    expression::{Choice, Term},
    fault::Fault,
    figure::Figure,
    step::Unit,
};

/// The values of inputs, by name.
pub type Inputs = BTreeMap<String, Value>;

/// The value of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Dollars, a count, an age, or percent.
    Number(Decimal),
    /// One of a choice's values.
    Choice(String),
    /// Yes or no.
    Flag(bool),
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Number(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Choice(value.to_owned())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

/// An input.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file that any other may go with")]
pub struct Input {
    /// By which steps name it.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// How it is asked for; there where there is no default.
    pub ask: Option<String>,
    /// Words beside which the number stands in a question.
    pub cues: Vec<String>,
    /// Whether it takes the number that no cue claims.
    pub main: bool,
    /// Whether several numbers for it are added up (`she makes 40k and I make 50k`).
    pub sum: bool,
    /// Whether a number for it speaks for another calculator.
    pub elsewhere: bool,
    /// What it is.
    pub kind: InputKind,
    /// What it is where nothing is said.
    pub default: Option<Value>,
    /// Whether the answer states that the default was assumed.
    pub state: bool,
    pub(super) said: BTreeMap<String, String>,
}

/// What an input is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputKind {
    /// Dollars, from the first to the second.
    Money(Decimal, Decimal),
    /// A whole number of things.
    Count(Decimal, Decimal),
    /// Whole years of life.
    Age(Decimal, Decimal),
    /// Percent.
    Percent(Decimal, Decimal),
    /// One of a few values.
    Choice {
        /// The pack's slot whose values these are; none where they are its own.
        slot: Option<String>,
        /// Each value with the phrases that name it.
        values: BTreeMap<String, Vec<String>>,
    },
    /// Yes or no.
    Flag {
        /// It is true where one of these stands in the question.
        phrases: Vec<String>,
        /// And none of these.
        unless: Vec<String>,
    },
}

impl Input {
    /// The values of a choice.
    pub fn choices(&self) -> Vec<String> {
        match &self.kind {
            InputKind::Choice { values, .. } => values.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// The least and the most that a number may be.
    pub fn bounds(&self) -> Option<(Decimal, Decimal)> {
        match self.kind {
            InputKind::Money(least, most)
            | InputKind::Count(least, most)
            | InputKind::Age(least, most)
            | InputKind::Percent(least, most) => Some((least, most)),
            InputKind::Choice { .. } | InputKind::Flag { .. } => None,
        }
    }

    /// A value as people write it: `$85,000`, `a single filer`.
    pub fn shown(&self, value: &Value) -> String {
        match value {
            Value::Number(number) => self.unit().shown(*number),
            Value::Choice(choice) => self.said.get(choice).unwrap_or(choice).clone(),
            Value::Flag(flag) => yes_or_no(*flag).to_owned(),
        }
    }

    /// Whether the input may have this value.
    ///
    /// # Errors
    /// Why it may not.
    pub fn check(&self, value: &Value) -> Result<(), Fault> {
        let unfit = |said: String| Err(Fault::Unfit { input: self.name.clone(), label: self.label.clone(), said });
        match (&self.kind, value, self.bounds()) {
            (InputKind::Choice { values, .. }, Value::Choice(choice), _) => {
                if values.contains_key(choice) {
                    Ok(())
                } else {
                    unfit(format!("`{choice}` is none of its values"))
                }
            }
            (InputKind::Flag { .. }, Value::Flag(_), _) => Ok(()),
            (kind, Value::Number(number), Some((least, most))) => {
                if *number < least || *number > most {
                    return Err(Fault::OutOfRange {
                        input: self.name.clone(),
                        label: self.label.clone(),
                        value: self.shown(value),
                        least: self.unit().shown(least),
                        most: self.unit().shown(most),
                    });
                }
                let whole = matches!(kind, InputKind::Count(..) | InputKind::Age(..));
                if whole && !number.fract().is_zero() { unfit(format!("{number} is no whole number")) } else { Ok(()) }
            }
            (_, Value::Number(number), _) => unfit(format!("{number} is a number, which it is not")),
            (_, Value::Choice(choice), _) => unfit(format!("`{choice}` is not of its kind")),
            (_, Value::Flag(_), _) => unfit("it is more than yes or no".into()),
        }
    }

    /// The value as expressions have it.
    pub(super) fn term(&self, value: &Value) -> Term {
        match value {
            Value::Number(number) => Term::Figure(Figure::given(*number, self.unit().plain(*number), [])),
            Value::Choice(value) => Term::Choice(Choice { value: value.clone(), values: self.choices() }),
            Value::Flag(flag) => Term::Flag(*flag),
        }
    }

    fn unit(&self) -> Unit {
        match self.kind {
            InputKind::Money(..) => Unit::Money,
            InputKind::Percent(..) => Unit::Percent,
            InputKind::Count(..) | InputKind::Age(..) => Unit::Number,
            InputKind::Choice { .. } | InputKind::Flag { .. } => Unit::Flag,
        }
    }
}

/// A flag in words.
pub(super) fn yes_or_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}
