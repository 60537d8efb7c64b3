//! One question, end to end: rewrite → scope → policy → slots → retrieve → evidence → compose. The pipeline and
//! nothing else; `ask`, `eval` and whatever else answers run this one path.

mod askings;
mod hand_off;
pub mod built;
mod compose;
mod instead;
pub mod look;
mod neighbours;
pub mod open;
mod parts;
mod phrases;
mod reckon;
pub mod several;
mod understand;
mod views;
pub mod watch;
mod weigh;
mod write;

use std::{ops::ControlFlow, sync::Arc, time::Instant};

use crate::{
    answer::{Answer, Asked, Assumed, Trace, calibration::Calibration},
    corpus::table::years_in,
    error::Result,
    index::{Filter, Hit, Index, Query, Similarities, Synonyms, fusion},
    model::{Encoder, Generator},
    pack::{Mode, Pack, SlotKind},
    router::{Decision, Finding, Reason, Rule, Ruling, Scope, ScopeModel},
    session::{Turn, rewrite::Understood},
};
use askings::Askings;
use compose::ended;
pub use fusion::Retrieval;
use neighbours::Neighbours;
pub use open::{Gates, Options, Plan, plan};
use parts::Parted;
use reckon::Reckoned;
pub use reckon::SUM_BAR;
use views::Views;
use weigh::{Weighed, findings};

/// A question with what was said before it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// Given back with the answer.
    pub id: Option<serde_json::Value>,
    /// As it was asked.
    pub text: String,
    /// Earlier turns, oldest first.
    pub history: Vec<Turn>,
    /// The year that `this year` means; none: the clock's.
    pub today: Option<u16>,
}

/// What happens while a question is answered, in order.
pub enum Event<'e> {
    /// Passages were found, in this index.
    Retrieved(&'e [Hit], &'e Index),
    /// It is decided what to do.
    Ruled(&'e Ruling),
    /// A language model wrote a piece, of which nothing can be said before it is verified.
    Writing,
    /// A piece of the text that nobody checks against sources.
    Token(&'e str),
    /// A piece of the text that stands in its sources, with its markers.
    Verified(&'e str),
    /// How a figure was calculated.
    Trace(&'e Trace),
}

/// Takes events; `Break` ends the answer where it stands.
pub type Events<'s> = dyn FnMut(Event<'_>) -> ControlFlow<()> + 's;

/// A pack that is ready to answer.
pub struct Specialist {
    pack: Pack,
    rules: Vec<Rule>,
    index: Index,
    encoder: Box<dyn Encoder>,
    scope: ScopeModel,
    synonyms: Synonyms,
    calibration: Calibration,
    generator: Option<Box<dyn Generator>>,
    mode: Mode,
    retrieval: Retrieval,
    gates: Gates,
    /// The clock's date when the pack was opened.
    today: time::Date,
    fingerprints: Fingerprints,
    neighbours: Neighbours,
    /// The ways in which people ask for the pack's calculators.
    askings: Askings,
}

/// What a calibration depends on, as hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprints {
    /// Of the encoder's weights.
    pub encoder: String,
    /// Of index, manifest and router examples.
    pub index: String,
    /// The language model's name and hash, where one was opened.
    pub generator: Option<String>,
}

/// A question as far as retrieval.
pub struct Retrieved {
    /// As retrieval saw it.
    pub query: Query,
    /// The passages, best first.
    pub hits: Vec<Hit>,
    /// The question's cosines with the index.
    pub similarities: Arc<Similarities>,
    /// Years that the question is about.
    pub years: Vec<u16>,
    /// What was assumed.
    pub assumed: Vec<Assumed>,
}

/// A ruling that is not to answer, and what is said instead.
#[derive(Clone)]
struct Instead {
    decision: Decision,
    text: String,
    /// What can be replied.
    choices: Vec<String>,
}

/// A question as it is answered.
struct Standing {
    rewritten: Option<String>,
    plain: String,
    /// What of the message is not answered.
    aside: Vec<String>,
    /// The subject whose scope it has, where it has none of its own.
    inherits: Option<String>,
}

/// A question as far as its scope.
struct Judged {
    rewritten: Option<String>,
    /// The stand-alone question in plain words: what everything after looks at.
    plain: String,
    /// What of the message is not answered.
    aside: Vec<String>,
    similarities: Arc<Similarities>,
    scope: Scope,
    /// What ends the matter before retrieval.
    ended: Option<Instead>,
    findings: Vec<Finding>,
}

impl Specialist {
    /// The pack.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// The index.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// How answers are made.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Answers in another way from now on; one in which a language model takes part needs that it was opened.
    pub fn compose_by(&mut self, mode: Mode) {
        self.mode = mode;
    }

    /// Which retrievers count.
    pub fn retrieval(&self) -> Retrieval {
        self.retrieval
    }

    /// The language model, where one writes.
    pub fn generator(&self) -> Option<&str> {
        self.generator.as_deref().map(Generator::name)
    }

    /// The fitted numbers in use.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// Puts the numbers to use that come with the program: what a calibration begins from.
    pub fn forget_calibration(&mut self) {
        self.calibration = Calibration::built_in();
    }

    /// What the calibration in use depends on.
    pub fn fingerprints(&self) -> &Fingerprints {
        &self.fingerprints
    }

    /// Goes on with the language model of a specialist that this one replaces, and answers as that one did.
    pub fn take_over(&mut self, before: &mut Self) {
        self.generator = before.generator.take();
        self.mode = before.mode;
        self.fingerprints.generator.clone_from(&before.fingerprints.generator);
    }

    /// Answers a question.
    pub fn ask(&mut self, question: &Question, events: &mut Events<'_>) -> Result<Answer> {
        let mut generator = self.generator.take(); // it changes while it writes; everything else is only read
        let answered = self.answered(question, generator.as_mut(), events);
        self.generator = generator;
        answered
    }

    fn answered(
        &self,
        question: &Question,
        generator: Option<&mut Box<dyn Generator>>,
        events: &mut Events<'_>,
    ) -> Result<Answer> {
        let started = Instant::now();
        let views = Views::new(self);
        let judged = self.judge(question, &views)?;
        let mut answer = self.blank(question, &judged);
        answer.timings_ms.route = millis(started);
        if let Some(instead) = judged.ended {
            return Ok(ended(answer, judged.findings, instead, started, events));
        }
        let before = Instant::now();
        let mut weighed = self.weighed(&judged, question, &views)?;
        answer.timings_ms.retrieve = millis(before);
        for Weighed { retrieved, .. } in &weighed {
            let new = retrieved.assumed.iter().filter(|assumed| !answer.assumed.contains(assumed));
            let new: Vec<Assumed> = new.cloned().collect();
            answer.assumed.extend(new);
            let _ = events(Event::Retrieved(&retrieved.hits, &self.index)); // a break takes effect at the first token
        }
        let findings = findings(judged.findings, &weighed);
        if let Some(instead) = weighed.iter_mut().find_map(|weighed| weighed.instead.take()) {
            return Ok(ended(answer, findings, instead, started, events));
        }
        let _ = events(Event::Ruled(&Ruling { decision: Decision::Answer, findings: findings.clone() }));
        answer.findings = findings;
        if let [whole] = &weighed[..] {
            self.compose(&mut answer, whole, generator, started, events)?;
        } else {
            for part in &weighed {
                self.quoted(&mut answer, part, started, events);
            }
        }
        if !judged.aside.is_empty() {
            let aside = format!("\n\n{}", Self::not_mine(&judged.aside));
            let _ = events(Event::Token(&aside)); // the answer is over, whatever the sink says
            answer.text.push_str(&aside);
        }
        answer.out_of_date = self.out_of_date(&answer.citations);
        answer.timings_ms.total = millis(started);
        Ok(answer)
    }

    /// The ruling alone: the scope gate's probability and the decision with its findings.
    pub fn route(&mut self, question: &Question) -> Result<(f32, Ruling)> {
        let views = Views::new(self);
        let judged = self.judge(question, &views)?;
        let probability = judged.scope.probability;
        if let Some(instead) = judged.ended {
            return Ok((probability, Ruling { decision: instead.decision, findings: judged.findings }));
        }
        let mut weighed = self.weighed(&judged, question, &views)?;
        let instead = weighed.iter_mut().find_map(|weighed| weighed.instead.take());
        let decision = instead.map_or(Decision::Answer, |instead| instead.decision);
        Ok((probability, Ruling { decision, findings: findings(judged.findings, &weighed) }))
    }

    /// Passages for a question, without routing it.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<Hit>> {
        let vector = self.encoder.encode_query(text)?;
        let query =
            Query::new(text, &self.synonyms, Filter { jurisdiction: self.jurisdiction(), years: years_in(text) });
        fusion::search(&self.index, &query, &self.index.similarities(&vector)?, self.retrieval, limit)
    }

    /// What of a question is answered: it stands alone, in plain words, without the parts that are not in the domain.
    fn standing(&self, question: &Question, views: &Views<'_>) -> Result<Standing> {
        let Understood { text: plain, is_rewritten, inherits } = self.understood(question, views)?;
        if inherits.is_none()
            && let Some(Parted { inside, outside }) = self.parted(&plain, views)?
        {
            return Ok(Standing { rewritten: Some(inside.clone()), plain: inside, aside: outside, inherits });
        }
        Ok(Standing { rewritten: is_rewritten.then(|| plain.clone()), plain, aside: Vec::new(), inherits })
    }

    fn judge(&self, question: &Question, views: &Views<'_>) -> Result<Judged> {
        let Standing { rewritten, plain, aside, inherits } = self.standing(question, views)?;
        let (similarities, scope) = self.seen(&plain, inherits.as_deref(), views)?;
        let bar = self.calibration.scope_bar;
        let overall = Finding { signal: "scope".into(), value: scope.probability, bar: Some(bar), note: None };
        let mut findings: Vec<Finding> = std::iter::once(overall).chain(scope.findings.iter().cloned()).collect();
        let ended = if let Some((rule, finding)) = self.policy_of(&plain, &scope, views)?
            && !self.is_sum_after_all(&plain, rule, &finding, views)?
        {
            findings.push(finding);
            let said =
                rule.contact.as_ref().map_or_else(|| rule.message.clone(), |to| format!("{} See {to}", rule.message));
            Some(Instead::plain(self.decided_by(rule), said))
        } else if self.gates.scope && scope.probability < bar {
            Some(Instead::plain(Decision::Refuse(Reason::OutOfScope), self.out_of_scope(&plain, &scope)?))
        } else {
            None
        };
        Ok(Judged { rewritten, plain, aside, similarities, scope, ended, findings })
    }

    /// How a question lies to the index, and its scope: of a turn without a subject of its own, that of the subject that it
    /// goes on with, if that is likelier inside.
    fn seen(&self, plain: &str, subject: Option<&str>, views: &Views<'_>) -> Result<(Arc<Similarities>, Scope)> {
        let view = views.of(plain)?;
        let mut scope = view.scope.clone();
        if let (true, Some(subject)) = (scope.probability < self.calibration.scope_bar, subject) {
            scope.probability = scope.probability.max(views.of(subject)?.scope.probability);
        }
        Ok((Arc::clone(&view.similarities), scope))
    }

    fn choices(&self) -> impl Iterator<Item = &std::collections::BTreeMap<String, Vec<String>>> {
        self.pack.manifest.slots.values().filter(|slot| slot.kind == SlotKind::Choice).map(|slot| &slot.values)
    }

    fn jurisdiction(&self) -> Option<String> {
        self.pack.manifest.retrieval.jurisdiction.clone()
    }
}

impl Instead {
    /// Without anything to choose from.
    fn plain(decision: Decision, text: String) -> Self {
        Self { decision, text, choices: Vec::new() }
    }
}

fn millis(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e6).round() / 1e3
}
