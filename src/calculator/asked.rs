//! Whether a question asks for a calculation, and for which: by what it says of the calculator's inputs, and by how near it
//! is to the ways people ask for it. Knows calculators and vectors' cosines; encodes nothing.

use super::{
    Calculator, Calculators, Input, InputKind, Inputs, Value,
    quantities::{Kind, quantities},
    reading::{self, Reading, Why},
};

/// Further than this from all the ways people ask for it, no question asks for a calculator: what lies there is not looked at.
const FAR: f32 = 0.4;
/// What every input that is needed and read adds to how near a calculator is, and what every number that no input takes
/// costs; chosen by hand on the dev cases of `us-tax` that are tagged `calculator`.
const READ: f32 = 0.15;
const UNCLAIMED: f32 = 0.08;
/// As how many numbers that no input takes one counts that speaks for another calculator.
const ELSEWHERE: usize = 2;
/// What stands for every amount of money, so that questions are near whatever their amounts.
const AMOUNT: &str = "$50,000";

/// A question as a calculator reads it.
#[derive(Debug, Clone)]
pub struct Claim<'c> {
    /// The calculator.
    pub calculator: &'c Calculator,
    /// What the question says of its inputs.
    pub inputs: Inputs,
    /// The first input that is needed and not given, or of which it is not plain what the question says.
    pub missing: Option<&'c Input>,
    /// The cosine with the nearest way of asking for it.
    pub near: f32,
    /// How well the question fits.
    pub score: f32,
    /// How much better than the next calculator.
    pub lead: f32,
    /// The share of the inputs that are needed and that the question gives.
    pub given: f32,
    /// How many amounts of money, how many other facts were read, how many numbers were left.
    pub counts: [usize; 3],
    /// The amounts of money that no input took, as they were written.
    pub left: Vec<String>,
}

/// A question with every amount of money replaced by the same; none where it says no number.
pub fn masked(question: &str) -> Option<String> {
    let mut found = quantities(question);
    found.retain(|quantity| quantity.kinds[0] != Kind::Year);
    if found.is_empty() {
        return None;
    }
    let mut text = question.to_owned();
    for quantity in found.iter().rev().filter(|quantity| quantity.kinds[0] == Kind::Money) {
        text.replace_range(quantity.span.clone(), AMOUNT);
    }
    Some(text)
}

/// The calculator that a question asks for, if it asks for one. `near` says how near the question is to each calculator's ways
/// of asking, in their order.
pub fn claim<'c>(question: &str, calculators: &'c Calculators, near: &[f32]) -> Option<Claim<'c>> {
    let nearest = calculators.iter().zip(near.iter().copied());
    let claims = nearest.filter(|(_, near)| *near >= FAR).filter_map(|(c, near)| Claim::of(question, c, near));
    let mut claims: Vec<Claim<'c>> = claims.collect();
    claims.sort_by(|a, b| b.score.total_cmp(&a.score)); // stable: ties stay in order of ids
    let next = claims.get(1).map_or(FAR, |claim| claim.score);
    let best = claims.into_iter().next()?;
    Some(Claim { lead: best.score - next, ..best })
}

impl<'c> Claim<'c> {
    /// What a calculator reads from a question; none where it takes none of its numbers.
    fn of(question: &str, calculator: &'c Calculator, near: f32) -> Option<Self> {
        let readings = reading::read(question, &calculator.inputs.iter().map(Input::as_read).collect::<Vec<_>>());
        let mut inputs = Inputs::new();
        let mut doubtful = Vec::new();
        let (mut amounts, mut facts, mut elsewhere) = (0, 0, 0);
        for (input, (_, read)) in calculator.inputs.iter().zip(&readings.inputs) {
            match read {
                Reading::Read { value, .. } => {
                    match value {
                        reading::Value::Number(_) | reading::Value::Flag(true) if input.elsewhere => {
                            elsewhere += ELSEWHERE;
                        }
                        reading::Value::Number(_) if matches!(input.kind, InputKind::Money(..)) => amounts += 1,
                        reading::Value::Number(_) | reading::Value::Flag(true) => facts += 1,
                        reading::Value::Flag(false) | reading::Value::Choice(_) => {}
                    }
                    inputs.insert(input.name.clone(), value.clone().into());
                }
                Reading::Ambiguous { .. } | Reading::Unread(Why::Period { .. }) if input.ask.is_some() => {
                    doubtful.push(input);
                    facts += 1;
                }
                _ => {}
            }
        }
        if amounts + facts == 0 {
            return None;
        }
        let missing = calculator.missing(&inputs);
        let needed = calculator.inputs.iter().filter(|input| input.default.is_none()).count();
        let given = (needed - missing.len().min(needed)) as f32 / needed.max(1) as f32;
        let unclaimed = readings.unclaimed.len() + elsewhere;
        let score = near + READ * given - UNCLAIMED * unclaimed as f32;
        let missing = missing.into_iter().chain(doubtful).next();
        let amounts_left =
            readings.unclaimed.iter().filter(|quantity| quantity.marked && quantity.kinds[0] == Kind::Money);
        let left = amounts_left.map(|quantity| question[quantity.span.clone()].to_owned()).collect();
        Some(Self {
            calculator,
            inputs,
            missing,
            near,
            score,
            lead: 0.0,
            given,
            counts: [amounts, facts, unclaimed],
            left,
        })
    }
}

impl Input {
    /// The input as far as reading it needs.
    fn as_read(&self) -> reading::Input {
        let mut read = reading::Input {
            name: self.name.clone(),
            cues: self.cues.clone(),
            main: self.main,
            sum: self.sum,
            ..reading::Input::default()
        };
        match &self.kind {
            InputKind::Money(..) => read.kind = reading::InputKind::Money,
            InputKind::Count(..) => read.kind = reading::InputKind::Count,
            InputKind::Age(..) => read.kind = reading::InputKind::Age,
            InputKind::Percent(..) => read.kind = reading::InputKind::Percent,
            InputKind::Choice { values, .. } => {
                read.kind = reading::InputKind::Choice;
                read.values.clone_from(values);
            }
            InputKind::Flag { phrases, unless } => {
                read.kind = reading::InputKind::Flag;
                read.phrases.clone_from(phrases);
                read.unless.clone_from(unless);
            }
        }
        read
    }
}

impl From<reading::Value> for Value {
    fn from(value: reading::Value) -> Self {
        match value {
            reading::Value::Number(number) => Self::Number(number),
            reading::Value::Choice(choice) => Self::Choice(choice),
            reading::Value::Flag(flag) => Self::Flag(flag),
        }
    }
}
