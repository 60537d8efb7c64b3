//! Questions for a sum: which calculator they ask for, what it is still to be told, what it comes to.

use std::sync::LazyLock;

use regex::Regex;

use super::{Asked, Finding, Instead, Scope, Specialist, Views};
use crate::{
    answer::{expected::Expected, rank::Candidate},
    calculator::{
        Calculator, Fault, Input, Worksheet,
        asked::{self, Claim},
    },
    corpus::PassageKind,
    error::{Error, Result},
    router::{Decision, Reason, Rule, calculation::Calculation},
};

/// A sum is worked out where it is likelier than not that it is asked for.
pub const SUM_BAR: f32 = 0.5;

/// A question that is this near to a way of asking for a calculator asks for a sum though a rule is near as well; chosen by
/// hand on the dev cases of `us-tax`.
const SUM_NEAR: f32 = 0.55;

/// What a calculator makes of a question.
pub(super) enum Reckoned {
    /// It is worked out, for a year; with the amounts that were named and have no part in it.
    Sheet(Worksheet, u16, Vec<String>),
    /// Something is missing, out of range, or not known for the year.
    Instead(Instead),
}

impl Specialist {
    /// The calculator that could take a question, with what it says of its inputs.
    pub(super) fn claim(&self, plain: &str, views: &Views<'_>) -> Result<Option<Claim<'_>>> {
        let calculators = &self.pack.calculators;
        let Some(masked) = asked::masked(plain).filter(|_| !self.askings.is_empty()) else { return Ok(None) };
        let near = self.askings.near(&masked, &views.vector(&masked)?);
        Ok(asked::claim(plain, calculators, &near))
    }

    /// Whether a question that is near to a rule that defers gives all the numbers of a sum: `do I owe or get money back` is
    /// for the tax office where it names no number, and arithmetic where it names them all.
    pub(super) fn is_sum_after_all(
        &self,
        plain: &str,
        rule: &Rule,
        finding: &Finding,
        views: &Views<'_>,
    ) -> Result<bool> {
        if finding.value >= 1.0 || matches!(self.decided_by(rule), Decision::Refuse(_)) {
            return Ok(false);
        }
        Ok(self.claim(plain, views)?.is_some_and(|claim| claim.missing.is_none() && claim.near >= SUM_NEAR))
    }

    /// What tells whether a question asks for what a calculator comes to.
    pub(super) fn calculation(
        &self,
        claim: &Claim<'_>,
        scope: &Scope,
        asked: &Asked<'_>,
        ranked: &[Candidate],
    ) -> Calculation {
        let (best, best_is_fact) = self.best_of(ranked);
        let up_to_three = |count: usize| count.min(3) as f32;
        let flag = |is: bool| f32::from(u8::from(is));
        Calculation {
            calculator: claim.calculator.id.clone(),
            near: claim.near,
            beyond_examples: claim.near - scope.nearest_inside.0,
            beyond_headings: claim.near - scope.nearest_heading.0,
            lead: claim.lead,
            scope: scope.probability,
            given: claim.given,
            amounts: up_to_three(claim.counts[0]),
            facts: up_to_three(claim.counts[1]),
            unclaimed: up_to_three(claim.counts[2]),
            asks_figure: flag(asked.expected.is_figure()),
            best,
            best_is_fact,
            asks_limit: flag(Expected::asks_limit(&asked.query.text)),
        }
    }

    /// How likely the best unit answers, and whether it is a fact.
    pub(super) fn best_of(&self, ranked: &[Candidate]) -> (f32, f32) {
        let Some(best) = ranked.first() else { return (0.0, 0.0) };
        let is_fact = matches!(self.index.passages()[best.passage].kind, PassageKind::Facts(_));
        (best.probability, f32::from(u8::from(is_fact)))
    }

    /// What the calculator that a question asks for makes of it; none where it asks for none.
    pub(super) fn reckon(
        &self,
        (plain, scope, asked): (&str, &Scope, &Asked<'_>),
        ranked: &[Candidate],
        views: &Views<'_>,
        findings: &mut Vec<Finding>,
    ) -> Result<Option<Reckoned>> {
        let Some(claim) = self.claim(plain, views)? else { return Ok(None) };
        let finding = self.calculation(&claim, scope, asked, ranked).judge(&self.calibration.calculation, SUM_BAR);
        let is_asked = finding.value >= SUM_BAR;
        findings.push(finding);
        if is_asked { self.work_out(plain, &claim, &asked.years) } else { Ok(None) }
    }

    fn work_out(&self, plain: &str, claim: &Claim<'_>, years: &[u16]) -> Result<Option<Reckoned>> {
        if let Some(missing) = claim.missing {
            return Ok(Some(Reckoned::Instead(ask_for(missing))));
        }
        // A pack that asks for no year works its tables out for today's.
        let year = meant(plain, years).unwrap_or(self.today.year() as u16);
        match claim.calculator.calculate(&claim.inputs, year, &self.pack.tables, &self.pack.calculators) {
            Ok(sheet) => Ok(Some(Reckoned::Sheet(sheet, year, claim.left.clone()))),
            Err(fault) => not_worked_out(fault, claim.calculator).map(|instead| Some(Reckoned::Instead(instead))),
        }
    }
}

/// Of several years the one that the sum is for: `what I pay for 2026, my tax of 2025 was …`.
fn meant(question: &str, years: &[u16]) -> Option<u16> {
    let is_for = |year: &&u16| FOR_YEAR.captures_iter(question).any(|found| found[1].parse() == Ok(**year));
    years.iter().find(is_for).or(years.first()).copied()
}

/// `for 2026`, `for tax year 2026`.
static FOR_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\bfor (?:the )?(?:tax )?(?:year )?(\d{4})\b").expect("the pattern is a constant")
});

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
            let why = match &fault {
                Fault::Year { .. } => fault.to_string(),
                _ => "the tables that I have do not cover that case".to_owned(),
            };
            let text = format!("I cannot work that out: {why}.");
            Ok(Instead::plain(Decision::Defer(Reason::NoEvidence), text))
        }
        Fault::Arithmetic { .. } | Fault::Broken { .. } => Err(Error::internal("calculating")(fault)),
    }
}
