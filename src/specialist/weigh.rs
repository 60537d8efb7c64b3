//! A question held against what is found for it: passages, the sum that it may ask for, the evidence. Of a message that asks
//! for several things each is weighed by itself.

use std::sync::Arc;

use super::{Decision, Instead, Judged, Question, Reckoned, Retrieved, Specialist, Views};
use crate::{
    answer::{Asked, Assumed, rank},
    corpus::table::years_in,
    error::Result,
    index::{Filter, Query, Similarities, fusion},
    pack::{Mode, SlotKind},
    router::{Finding, Reason, Scope, parts, slots},
    session::Turn,
};

/// Hits that the ranker gets.
pub(super) const HITS: usize = 20;
/// Things that one message is answered about at most.
const PARTS: usize = 3;

/// A question with what was found for it.
pub(super) struct Weighed {
    pub retrieved: Retrieved,
    pub ranked: Vec<rank::Candidate>,
    /// What a calculator makes of it.
    pub reckoned: Option<Reckoned>,
    /// What is said instead of an answer.
    pub instead: Option<Instead>,
    /// What decided.
    pub findings: Vec<Finding>,
}

/// What was found first, and what decided about each part.
pub(super) fn findings(first: Vec<Finding>, weighed: &[Weighed]) -> Vec<Finding> {
    first.into_iter().chain(weighed.iter().flat_map(|weighed| weighed.findings.iter().cloned())).collect()
}

impl Specialist {
    /// A question that is in the domain, weighed: as one, or, where it asks for several things that different passages
    /// answer, each of them.
    pub(super) fn weighed(&self, judged: &Judged, question: &Question, views: &Views<'_>) -> Result<Vec<Weighed>> {
        let seen = (Arc::clone(&judged.similarities), &judged.scope);
        let whole = self.weigh(&judged.plain, seen, question.today, views)?;
        if matches!(whole.reckoned, Some(Reckoned::Sheet(..))) || self.mode != Mode::Extract {
            return Ok(vec![whole]);
        }
        let parts = self.each(&judged.plain, question.today, views)?;
        Ok(if parts.len() > 1 { parts } else { vec![whole] })
    }

    /// The things that a message asks for, each weighed, as far as they are answered, and by different passages.
    fn each(&self, plain: &str, today: Option<u16>, views: &Views<'_>) -> Result<Vec<Weighed>> {
        let requests = parts::requests(plain);
        if requests.len() < 2 || requests.len() > PARTS {
            return Ok(Vec::new());
        }
        let mut found: Vec<Weighed> = Vec::new();
        let mut before: Vec<Turn> = Vec::new();
        for request in &requests {
            // What is said around the requests holds for each of them.
            let others = requests.iter().filter(|other| other.text != request.text);
            let alone = parts::tidy(&others.fold(plain.to_owned(), |rest, other| rest.replacen(other.text, "", 1)));
            let (text, inherits) = if before.is_empty() {
                (alone, None)
            } else {
                let part = Question { text: request.text.to_owned(), history: before.clone(), today, id: None };
                let understood = self.understood(&part, views)?;
                let text = if understood.is_rewritten { understood.text } else { alone };
                (text, understood.inherits)
            };
            before.push(Turn { question: text.clone(), asked_back: None });
            let (similarities, scope) = self.seen(&text, inherits.as_deref(), views)?;
            if scope.probability < self.calibration.scope_bar {
                continue;
            }
            let weighed = self.weigh(&text, (similarities, &scope), today, views)?;
            let is_new = |other: &Weighed| self.told_by(other) != self.told_by(&weighed);
            if weighed.instead.is_none() && found.iter().all(is_new) {
                found.push(weighed);
            }
        }
        Ok(found)
    }

    /// A text that stands alone, weighed.
    fn weigh(
        &self,
        text: &str,
        (similarities, scope): (Arc<Similarities>, &Scope),
        today: Option<u16>,
        views: &Views<'_>,
    ) -> Result<Weighed> {
        let retrieved = self.retrieve(text, similarities, today)?;
        let asked = self.asked(&retrieved);
        let ranked = self.ranked(&asked, &retrieved);
        let mut findings = Vec::new();
        let reckoned = self.reckon((text, scope, &asked), &ranked, views, &mut findings)?;
        let (instead, findings) = self.rule((scope, &asked, &retrieved), &ranked, reckoned.as_ref(), findings);

        Ok(Weighed { retrieved, ranked, reckoned, instead, findings })
    }

    /// What answers best; nothing of the documents answers a sum.
    fn told_by(&self, weighed: &Weighed) -> Option<String> {
        let is_sum = matches!(weighed.reckoned, Some(Reckoned::Sheet(..)));
        weighed.ranked.first().filter(|_| !is_sum).map(|best| self.unit_text(best))
    }

    /// A question as the ranker sees it.
    pub(super) fn asked<'q>(&'q self, retrieved: &'q Retrieved) -> Asked<'q> {
        Asked::new(&retrieved.query, retrieved.years.clone(), self.choices())
    }

    pub(super) fn ranked(&self, asked: &Asked<'_>, retrieved: &Retrieved) -> Vec<rank::Candidate> {
        let mut ranked = rank::candidates(asked, &retrieved.hits, &self.index, &retrieved.similarities);
        rank::rank(&mut ranked, &self.calibration.ranker);
        ranked
    }

    pub(super) fn retrieve(
        &self,
        text: &str,
        similarities: Arc<Similarities>,
        today: Option<u16>,
    ) -> Result<Retrieved> {
        let mut assumed = Vec::new();
        let mut years = Vec::new();
        let slot = self.pack.manifest.slots.iter().find(|(_, slot)| slot.kind == SlotKind::Year);
        if let Some((name, slot)) = slot {
            let known = self.index.known_years();
            years = slots::years(text, today.unwrap_or(self.today.year() as u16));
            years.retain(|year| known.contains(year) || !slots::is_of_an_event(text, *year));
            if let (true, Some(default)) = (years.is_empty(), &slot.default) {
                years = years_in(default);
                assumed.push(Assumed { slot: name.clone(), value: default.clone() });
            }
        }
        let filter = Filter { years: years.clone(), jurisdiction: self.jurisdiction() };
        let query = Query::new(text, &self.synonyms, filter);
        let hits = fusion::search(&self.index, &query, &similarities, self.retrieval, HITS)?;
        Ok(Retrieved { query, hits, similarities, years, assumed })
    }

    /// The evidence gate, and the question that is too vague to hold against any evidence. Nothing instead: answer.
    pub(super) fn rule(
        &self,
        (scope, asked, retrieved): (&Scope, &Asked<'_>, &Retrieved),
        ranked: &[rank::Candidate],
        reckoned: Option<&Reckoned>,
        mut findings: Vec<Finding>,
    ) -> (Option<Instead>, Vec<Finding>) {
        match reckoned {
            Some(Reckoned::Sheet(..)) => return (None, findings), // a worksheet is its own evidence
            Some(Reckoned::Instead(instead)) => return (Some(instead.clone()), findings),
            None => {}
        }
        if let Some(choices) = self.vague(scope, asked, &retrieved.hits) {
            let text = format!("What is it about? For example:\n- {}", choices.join("\n- "));
            let decision = Decision::Clarify(Reason::Missing("topic".into()));
            return (Some(Instead { decision, text, choices }), findings);
        }
        let bar = self.calibration.evidence_bar;
        let judged = rank::evidence(scope, asked, (&retrieved.hits, &retrieved.similarities), ranked, &self.index)
            .map(|e| e.judge(&self.calibration.evidence, bar));
        let is_foreign = self.is_of_unknown_years(asked);
        let is_enough = |probability: f32| !self.gates.evidence || probability >= bar && !is_foreign;
        let suffices = judged.as_ref().is_some_and(|(probability, _)| is_enough(*probability));
        findings.extend(judged.into_iter().flat_map(|(_, found)| found));
        let no_evidence = || Instead::plain(Decision::Defer(Reason::NoEvidence), self.no_evidence(asked));
        if !suffices {
            return (Some(no_evidence()), findings);
        }
        (self.undecided(asked, ranked), findings)
    }
}
