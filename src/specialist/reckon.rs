//! Questions for a sum: which calculator they ask for, what it is still to be told, what it comes to.

use super::{Assumed, Instead, Retrieved, Specialist};
use crate::{
    calculator::{Calculator, Fault, Input, Worksheet, asked},
    error::{Error, Result},
    router::{Decision, Reason},
};

/// What a calculator makes of a question.
pub(super) enum Reckoned {
    /// It is worked out.
    Sheet(Worksheet),
    /// Something is missing, out of range, or not known for the year.
    Instead(Instead),
}

impl Specialist {
    /// What the calculator that a question asks for makes of it; none where it asks for none.
    pub(super) fn reckon(&self, plain: &str, retrieved: &mut Retrieved) -> Result<Option<Reckoned>> {
        let calculators = &self.pack.calculators;
        let Some(masked) = asked::masked(plain).filter(|_| calculators.iter().next().is_some()) else {
            return Ok(None);
        };
        let cosines = self.askings.cosines(&self.encoder.encode_query(&masked)?);
        let near = |calculator: &Calculator| self.nearest_asking(calculator, &cosines);
        let Some(claim) = asked::claim(plain, calculators, near) else { return Ok(None) };
        if let Some(missing) = claim.missing {
            return Ok(Some(Reckoned::Instead(ask_for(missing))));
        }
        let Some(year) = retrieved.years.first().copied() else { return Ok(None) };
        match claim.calculator.calculate(&claim.inputs, year, &self.pack.tables, calculators) {
            Ok(sheet) => {
                let stated = sheet.assumed.iter().filter(|assumed| assumed.state);
                let assumed = stated.map(|a| Assumed { slot: a.label.clone(), value: a.shown.clone() });
                retrieved.assumed.extend(assumed);
                Ok(Some(Reckoned::Sheet(sheet)))
            }
            Err(fault) => not_worked_out(fault, claim.calculator).map(|instead| Some(Reckoned::Instead(instead))),
        }
    }

    /// The cosine of a question with the nearest way of asking for a calculator. The ways stand in the order of the
    /// calculators.
    fn nearest_asking(&self, calculator: &Calculator, cosines: &[crate::index::Cosine]) -> f32 {
        let before = self.pack.calculators.iter().take_while(|other| other.id != calculator.id);
        let first: usize = before.map(|other| other.when.len()).sum();
        let own = cosines.iter().skip(first).take(calculator.when.len());
        own.map(|cosine| cosine.0).fold(f32::NEG_INFINITY, f32::max)
    }
}

/// The question for an input.
fn ask_for(input: &Input) -> Instead {
    let choices = input.choices();
    let ask = input.ask.clone().unwrap_or_else(|| format!("{}?", input.label));
    let text = if choices.is_empty() { ask } else { format!("{ask}\n- {}", choices.join("\n- ")) };
    Instead { decision: Decision::Clarify(Reason::Missing(input.name.clone())), text, choices }
}

/// What is said where a calculation was not made.
fn not_worked_out(fault: Fault, calculator: &Calculator) -> Result<Instead> {
    match &fault {
        Fault::Missing { input, .. } | Fault::OutOfRange { input, .. } | Fault::Unfit { input, .. } => {
            let Some(asked) = calculator.input(input) else { return Err(Error::internal("calculating")(fault)) };
            let instead = ask_for(asked);
            let is_missing = matches!(fault, Fault::Missing { .. });
            let text = if is_missing { instead.text } else { format!("{fault}.\n{}", instead.text) };
            Ok(Instead { text, ..instead })
        }
        Fault::Year { .. } | Fault::Case { .. } => {
            let text = format!("I cannot work that out: {fault}.");
            Ok(Instead::plain(Decision::Defer(Reason::NoEvidence), text))
        }
        Fault::Arithmetic { .. } | Fault::Broken { .. } => Err(Error::internal("calculating")(fault)),
    }
}
