//! Several packs as one: each rules on a question, and the one whose ruling is the best answers it. Knows what a ruling
//! says and which languages a pack is in; how a pack comes to its ruling is the pack's own business.

use std::{cmp::Ordering, time::Instant};

use super::{Events, Question, Specialist, millis};
use crate::{
    answer::Answer,
    error::Result,
    router::{Outcome, Ruling},
};

/// Packs that are ready to answer, at least one, in the order in which they were named.
pub struct Several {
    specialists: Vec<Specialist>,
}

impl Several {
    /// These packs as one; none where there is none.
    pub fn new(specialists: Vec<Specialist>) -> Option<Self> {
        (!specialists.is_empty()).then_some(Self { specialists })
    }

    /// The packs.
    pub fn specialists(&self) -> &[Specialist] {
        &self.specialists
    }

    /// The pack of this label; where its version is another one by now, that.
    pub fn labelled(&self, label: &str) -> Option<&Specialist> {
        let name = label.split('@').next().unwrap_or(label);
        let same = self.specialists.iter().find(|specialist| specialist.pack.label() == label);
        same.or_else(|| self.specialists.iter().find(|specialist| specialist.pack.manifest.pack.name == name))
    }

    /// Puts a pack that was built anew into the place of the one from the same folder, whose language model it goes on
    /// with; none: it is not among these.
    pub fn renew(&mut self, mut renewed: Specialist) -> Option<&Specialist> {
        let old = self.specialists.iter_mut().find(|old| old.pack.folder == renewed.pack.folder)?;
        renewed.take_over(old);
        *old = renewed;
        Some(old)
    }

    /// Answers a question by the pack that it is for, and says which that is.
    pub fn ask(&mut self, question: &Question, events: &mut Events<'_>) -> Result<(Answer, &Specialist)> {
        let chosen = self.choose(question)?;
        self.ask_chosen(chosen, question, events)
    }

    /// Which pack a question is for. One that is alone is not chosen first.
    pub fn choose(&mut self, question: &Question) -> Result<Chosen> {
        if self.specialists.len() == 1 {
            return Ok(Chosen { at: 0, took: None });
        }
        let started = Instant::now();
        let ruled = self.ruled(question)?;
        Ok(Chosen { at: self.best(question, &ruled), took: Some(millis(started)) })
    }

    /// The pack that was chosen.
    pub fn chosen(&self, chosen: Chosen) -> &Specialist {
        &self.specialists[chosen.at]
    }

    /// Answers a question by the pack that was chosen for it.
    pub fn ask_chosen(
        &mut self,
        chosen: Chosen,
        question: &Question,
        events: &mut Events<'_>,
    ) -> Result<(Answer, &Specialist)> {
        let mut answer = self.specialists[chosen.at].ask(question, events)?;
        if let Some(choosing) = chosen.took {
            let timings = &mut answer.timings_ms;
            for stage in [&mut timings.route, &mut timings.first_token, &mut timings.total] {
                *stage = ((*stage + choosing) * 1e3).round() / 1e3;
            }
        }
        Ok((answer, &self.specialists[chosen.at]))
    }

    /// The ruling alone: the pack that a question is for, with its scope gate's probability and its decision.
    pub fn route(&mut self, question: &Question) -> Result<(&Specialist, f32, Ruling)> {
        let mut ruled = self.ruled(question)?;
        let chosen = self.best(question, &ruled);
        let (scope, ruling) = ruled.swap_remove(chosen);
        Ok((&self.specialists[chosen], scope, ruling))
    }

    fn ruled(&mut self, question: &Question) -> Result<Vec<(f32, Ruling)>> {
        self.specialists.iter_mut().map(|specialist| specialist.route(question)).collect()
    }

    fn best(&self, question: &Question, ruled: &[(f32, Ruling)]) -> usize {
        let languages = self.specialists.iter().map(|specialist| &specialist.pack.manifest.pack.languages[..]);
        let bids = languages.zip(ruled).map(|(languages, (scope, ruling))| Bid {
            outcome: ruling.decision.outcome(),
            speaks: speaks(languages, &question.text),
            weight: weight(*scope, ruling),
        });
        best(bids)
    }
}

/// The pack that a question is for, among these.
#[derive(Debug, Clone, Copy)]
pub struct Chosen {
    at: usize,
    /// Milliseconds that choosing took, where there was a choice.
    took: Option<f64>,
}

/// What a pack would make of a question, as it is held against what the others would.
#[derive(Debug, Clone, Copy)]
struct Bid {
    outcome: Outcome,
    /// Whether the pack is in the question's language, as far as its script tells.
    speaks: bool,
    weight: f32,
}

impl Bid {
    /// Better bids first: what answers, then what asks back, defers, refuses; then by language; then by weight.
    fn order(self, other: Self) -> Ordering {
        let outcome = self.outcome.cmp(&other.outcome);
        outcome.then(other.speaks.cmp(&self.speaks)).then(other.weight.total_cmp(&self.weight))
    }
}

/// The place of the best bid, and of several as good the first.
fn best(bids: impl Iterator<Item = Bid>) -> usize {
    bids.enumerate().min_by(|(_, a), (_, b)| a.order(*b)).map_or(0, |(at, _)| at)
}

/// How likely a question is the pack's and is met by what the pack has. Where no evidence was weighed (a worksheet, a
/// rule, a refusal) the scope alone says it.
fn weight(scope: f32, ruling: &Ruling) -> f32 {
    let evidence = ruling.findings.iter().find(|finding| finding.signal == "evidence");
    scope * evidence.map_or(1.0, |finding| finding.value)
}

/// Whether a pack in these languages is in a question's language. Only Hangul is one language's alone; any other script
/// tells nothing, and neither does a pack that names no language.
fn speaks(languages: &[String], question: &str) -> bool {
    let is_korean = |tag: &String| tag == "ko" || tag.starts_with("ko-");
    languages.is_empty() || !question.chars().any(is_hangul) || languages.iter().any(is_korean)
}

/// Syllables and jamo.
fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::{Decision, Finding, Reason};

    fn bid(outcome: Outcome, weight: f32) -> Bid {
        Bid { outcome, speaks: true, weight }
    }

    fn chosen(bids: &[Bid]) -> usize {
        best(bids.iter().copied())
    }

    fn ruling(decision: Decision, findings: &[(&str, f32)]) -> Ruling {
        let finding = |(signal, value): &(&str, f32)| Finding {
            signal: (*signal).to_owned(),
            value: *value,
            bar: None,
            note: None,
        };
        Ruling { decision, findings: findings.iter().map(finding).collect() }
    }

    fn tags(languages: &[&str]) -> Vec<String> {
        languages.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn of_packs_that_would_answer_the_likeliest_does() {
        let bids = [0.4, 0.9, 0.6].map(|weight| bid(Outcome::Answer, weight));
        assert_eq!(chosen(&bids), 1);
    }

    #[test]
    fn an_answer_comes_before_a_question_back_a_deferral_and_a_refusal_however_likely_they_are() {
        let outcomes = [Outcome::Refuse, Outcome::Defer, Outcome::Clarify, Outcome::Answer];
        let bids: Vec<Bid> = outcomes.into_iter().zip([0.9, 0.7, 0.5, 0.3]).map(|(o, weight)| bid(o, weight)).collect();
        for count in 1..=bids.len() {
            assert_eq!(chosen(&bids[..count]), count - 1, "{:?}", &bids[..count]);
        }
    }

    #[test]
    fn of_packs_that_are_as_good_the_first_that_was_named_is_taken() {
        for outcome in [Outcome::Answer, Outcome::Clarify, Outcome::Defer, Outcome::Refuse] {
            assert_eq!(chosen(&[0.2, 0.5, 0.5].map(|weight| bid(outcome, weight))), 1, "{outcome}");
        }
    }

    #[test]
    fn an_answer_weighs_its_scope_times_its_evidence() {
        let quoted = ruling(Decision::Answer, &[("scope", 0.8), ("evidence", 0.5), ("evidence.best", 0.1)]);
        assert!((weight(0.8, &quoted) - 0.4).abs() < 1e-6);
    }

    #[test]
    fn a_calculation_is_evidence_enough() {
        let worked_out = ruling(Decision::Answer, &[("scope", 0.8), ("calculation", 0.6)]);
        assert!((weight(0.8, &worked_out) - 0.8).abs() < 1e-6);
    }

    #[test]
    fn a_refusal_weighs_its_scope() {
        let refused = ruling(Decision::Refuse(Reason::OutOfScope), &[("scope", 0.3), ("nearest.example", 0.9)]);
        assert!((weight(0.3, &refused) - 0.3).abs() < 1e-6);
    }

    #[test]
    fn a_question_in_hangul_is_for_a_pack_in_korean() {
        for question in ["표준 공제는 얼마인가요?", "401(k) 한도?", "\u{1112}\u{1161}\u{11ab}"] {
            assert!(speaks(&tags(&["en", "ko"]), question) && speaks(&tags(&["ko-KR"]), question), "{question}");
            assert!(!speaks(&tags(&["en"]), question) && !speaks(&tags(&["kok"]), question), "{question}");
        }
    }

    #[test]
    fn other_scripts_and_packs_that_name_no_language_tell_nothing() {
        for question in ["What is the standard deduction?", "控除はいくらですか", "2025?", ""] {
            assert!(speaks(&tags(&["ko"]), question) && speaks(&tags(&["en"]), question), "{question}");
        }
        assert!(speaks(&[], "표준 공제"));
    }

    #[test]
    fn the_language_tells_packs_apart_that_would_do_the_same() {
        let stranger = |outcome| Bid { speaks: false, ..bid(outcome, 0.9) };
        assert_eq!(chosen(&[stranger(Outcome::Answer), bid(Outcome::Answer, 0.4)]), 1);
        assert_eq!(chosen(&[stranger(Outcome::Answer), bid(Outcome::Refuse, 0.4)]), 0);
    }
}
