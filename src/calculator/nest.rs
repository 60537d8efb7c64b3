//! The calculators of a pack, and which of them use which.

use std::collections::BTreeMap;

use super::{
    Calculator, Input, InputKind,
    step::{How, Operand, Step, Unit},
};
use crate::{corpus::facts::Tables, error::Problem};

/// No calculator is used through more than this many others.
pub const MOST_NESTED: usize = 4;

/// The calculators of a pack, by id.
#[derive(Debug, Clone, Default)]
pub struct Calculators(BTreeMap<String, Calculator>);

impl Calculators {
    /// Calculators that were each read, checked together.
    ///
    /// # Errors
    /// A step that names a calculator that is not there, or gives it what it does not take, or too little; a calculator
    /// that uses itself, however far around.
    pub fn checked(calculators: Vec<Calculator>) -> Result<Self, Vec<Problem>> {
        let all = Self(calculators.into_iter().map(|calculator| (calculator.id.clone(), calculator)).collect());
        let mut problems = Vec::new();
        for calculator in all.iter() {
            for (step, id, with) in uses(calculator) {
                all.check_use(calculator, step, id, with, &mut problems);
            }
        }
        let mut depths = BTreeMap::new();
        for calculator in all.iter() {
            all.depth(calculator, &mut depths, &mut problems);
        }
        if problems.is_empty() { Ok(all) } else { Err(problems) }
    }

    /// The calculator with this id.
    pub fn get(&self, id: &str) -> Option<&Calculator> {
        self.0.get(id)
    }

    /// Every calculator, in order of ids.
    pub fn iter(&self) -> impl Iterator<Item = &Calculator> {
        self.0.values()
    }

    /// Works out every example; the ones that do not come to their results.
    pub fn check_examples(&self, tables: &Tables) -> Vec<Problem> {
        self.iter().flat_map(|calculator| calculator.check_examples(tables, self)).collect()
    }

    /// The steps of a calculator and of those that it uses, into `steps`.
    pub(super) fn reached<'c>(&'c self, calculator: &'c Calculator, steps: &mut Vec<&'c Step>) {
        let first = steps.len();
        for step in &calculator.steps {
            if steps[..first].iter().any(|known| std::ptr::eq(*known, step)) {
                return; // the calculator was reached on another way
            }
            steps.push(step);
        }
        for (_, id, _) in uses(calculator) {
            if let Some(used) = self.get(id) {
                self.reached(used, steps);
            }
        }
    }

    fn check_use(
        &self,
        own: &Calculator,
        step: &Step,
        id: &str,
        with: &[(String, Operand)],
        problems: &mut Vec<Problem>,
    ) {
        let mut wrong = |message: String| problems.push(Problem::new(step.place.clone(), message));
        let Some(used) = self.get(id) else {
            return wrong(format!("there is no calculator `{id}`"));
        };
        for (name, operand) in with {
            match used.input(name) {
                None => wrong(format!("`{id}` has no input `{name}`")),
                Some(input) if !fits(own, operand, input) => {
                    wrong(format!("what is given as `{name}` is not of the kind that `{id}` takes"));
                }
                Some(_) => {}
            }
        }
        let missing = used.inputs.iter().filter(|input| input.default.is_none());
        for input in missing.filter(|input| !with.iter().any(|(name, _)| *name == input.name)) {
            wrong(format!("`{id}` needs `{}`", input.name));
        }
    }

    /// How many calculators deep one reaches; none while that is being found, which is how a circle shows.
    fn depth<'c>(
        &'c self,
        calculator: &'c Calculator,
        depths: &mut BTreeMap<&'c str, Option<usize>>,
        problems: &mut Vec<Problem>,
    ) -> usize {
        if let Some(depth) = depths.get(calculator.id.as_str()) {
            return depth.unwrap_or_default();
        }
        depths.insert(&calculator.id, None);
        let mut deepest = 0;
        for (step, id, _) in uses(calculator) {
            let Some(used) = self.get(id) else { continue };
            if depths.get(id) == Some(&None) {
                let message = format!("`{id}` and `{}` use each other, round and round", calculator.id);
                problems.push(Problem::new(step.place.clone(), message));
                continue;
            }
            let depth = self.depth(used, depths, problems) + 1;
            if depth == MOST_NESTED + 1 {
                let message = format!("calculators are nested deeper than {MOST_NESTED}");
                problems.push(Problem::new(step.place.clone(), message));
            }
            deepest = deepest.max(depth);
        }
        depths.insert(&calculator.id, Some(deepest));
        deepest
    }
}

/// The steps of a calculator that use others.
fn uses(calculator: &Calculator) -> impl Iterator<Item = (&Step, &str, &[(String, Operand)])> {
    calculator.steps.iter().filter_map(|step| match &step.how {
        How::Nested { id, with, .. } => Some((step, id.as_str(), with.as_slice())),
        _ => None,
    })
}

/// Whether what is given has the kind that an input takes.
fn fits(using: &Calculator, operand: &Operand, input: &Input) -> bool {
    let step_is_flag = |name: &str| {
        let step = using.steps.iter().find(|step| step.name == name);
        step.is_some_and(|step| step.unit == Unit::Flag)
    };
    match (&input.kind, operand) {
        (InputKind::Choice { values, .. }, Operand::Words(words)) => values.contains_key(words),
        (InputKind::Choice { values, .. }, Operand::Name(name)) => match using.input(name).map(|own| &own.kind) {
            Some(InputKind::Choice { values: own, .. }) => own.keys().all(|value| values.contains_key(value)),
            _ => false,
        },
        (InputKind::Flag { .. }, Operand::Flag(_)) => true,
        (InputKind::Flag { .. }, Operand::Name(name)) => match using.input(name) {
            Some(own) => matches!(own.kind, InputKind::Flag { .. }),
            None => step_is_flag(name),
        },
        (_, Operand::Number(_)) => input.bounds().is_some(),
        (_, Operand::Name(name)) => match using.input(name) {
            Some(own) => own.bounds().is_some() && input.bounds().is_some(),
            None => !step_is_flag(name),
        },
        _ => false,
    }
}
