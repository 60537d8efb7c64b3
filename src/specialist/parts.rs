//! A message that asks for several things is held to those that are in the domain; the others are said to be out.

use std::sync::LazyLock;

use regex::Regex;

use super::{Decision, Finding, Reason, Rule, Scope, Specialist, Views};
use crate::{
    error::Result,
    index::analyze,
    router::{
        parts::{self, Request},
        policy,
    },
};

/// Below this probability against anything else, or [`UNLIKELY`] of the domain, a part is out of it by itself. Chosen by
/// hand on the dev cases `--tag mixed --tag injection --tag long` of `us-tax`.
const FAR_OUT: f32 = 0.2;
const UNLIKELY: f32 = 0.05;
/// Below this probability against anything else no rule is taken to be meant; phrases fire wherever they stand.
const STRANGE: f32 = 0.02;
/// Words of a message above which a story hides what is asked; the encoder reads some 200.
const LONG: usize = 60;

/// A part that points back says too little by itself.
static POINTING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(it|that|this|those|these|they|them|there|one|he|she|him|her)\b")
        .expect("the pattern is a constant")
});

/// What of a message is answered, and what is not.
pub(super) struct Parted {
    /// What is answered.
    pub inside: String,
    /// What is said to be out.
    pub outside: Vec<String>,
}

impl Specialist {
    /// What of a message is to be answered, where that is not all of it.
    pub(super) fn parted(&self, plain: &str, views: &Views<'_>) -> Result<Option<Parted>> {
        let requests = parts::requests(plain);
        let bar = self.calibration.scope_bar;
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for request in &requests {
            let scope = &views.of(request.text)?.scope;
            if scope.probability >= bar {
                inside.push(request.text);
            } else if self.says_enough(request) && (scope.far < FAR_OUT || scope.probability < UNLIKELY) {
                outside.push(request);
            }
        }
        if !inside.is_empty() && !outside.is_empty() {
            let rest = outside.iter().fold(plain.to_owned(), |rest, out| rest.replacen(out.text, "", 1));
            let outside = outside.iter().map(|out| out.text.to_owned()).collect();
            return Ok(Some(Parted { inside: parts::tidy(&rest), outside }));
        }
        if inside.is_empty() && outside.len() == requests.len() && outside.iter().any(|out| out.is_order) {
            // What stands around an order does not bring it into the domain.
            let orders: Vec<&str> = outside.iter().filter(|out| out.is_order).map(|out| out.text).collect();
            return Ok(Some(Parted { inside: orders.join(". "), outside: Vec::new() }));
        }
        if !inside.is_empty() && plain.split_whitespace().count() > LONG && views.of(plain)?.scope.probability < bar {
            return Ok(Some(Parted { inside: format!("{}?", inside.join("? ")), outside: Vec::new() }));
        }
        Ok(None)
    }

    /// The rule of the pack that a message falls under, as a whole or by one of the parts that ask for something.
    pub(super) fn policy_of(&self, plain: &str, whole: &Scope, views: &Views<'_>) -> Result<Option<(&Rule, Finding)>> {
        let applies = |text: &str, scope: &Scope| {
            let found = policy::applies(
                &self.rules,
                text,
                &scope.nearest_rules,
                if scope.nearest_heading > scope.nearest_inside { scope.nearest_heading } else { scope.nearest_inside },
            );
            // What is far from the domain has none of its rules' meanings, however near the wording.
            found.filter(|(_, finding)| finding.value >= 1.0 || scope.far >= STRANGE)
        };
        if let Some(found) = applies(plain, whole) {
            return Ok(Some(found));
        }
        for request in parts::requests(plain) {
            let found = applies(request.text, &views.of(request.text)?.scope);
            // A bare clause (`do I owe anything`) is about what stands around it, and no question for a person by itself.
            let is_bare = |(rule, finding): &(&Rule, Finding)| {
                finding.value < 1.0 && !self.refuses(rule) && !self.says_enough(&request)
            };
            if let Some(found) = found.filter(|found| !is_bare(found)) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn refuses(&self, rule: &Rule) -> bool {
        self.pack.manifest.refuse.iter().any(|refusing| refusing.id == rule.id)
    }

    /// What comes of a rule.
    pub(super) fn decided_by(&self, rule: &Rule) -> Decision {
        let reason = Reason::Policy(rule.id.clone());
        if self.refuses(rule) { Decision::Refuse(reason) } else { Decision::Defer(reason) }
    }

    /// Whether a part says by itself what it is about: it has a word that is not common here, and does not point back.
    fn says_enough(&self, part: &Request<'_>) -> bool {
        let has_subject = analyze::terms(part.text).iter().any(|term| !self.is_common(term));
        has_subject && (part.is_order || !POINTING.is_match(part.text))
    }
}
