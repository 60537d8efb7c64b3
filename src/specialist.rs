//! One question, end to end: rewrite → scope → policy → slots → retrieve → evidence → compose. The pipeline and
//! nothing else; `ask`, `eval` and whatever else answers run this one path.

pub mod open;

use std::{ops::ControlFlow, time::Instant};

use crate::{
    answer::{Answer, Asked, Assumed, Made, Timings, calibration::Calibration, extract, generate, rank},
    corpus::table::years_in,
    error::Result,
    index::{Filter, Hit, Index, Query, Similarities, Synonyms, analyze, fusion},
    model::{Encoder, Generator},
    pack::{Mode, Pack, SlotKind},
    router::{Decision, Finding, Reason, Rule, Ruling, Scope, ScopeModel, policy, scope, slots},
    session::{Turn, rewrite},
};
pub use fusion::Retrieval;
pub use open::Options;

/// Hits that the ranker gets.
const HITS: usize = 20;
/// Content words below which a question whose best documents differ is asked back about.
const VAGUE_TERMS: usize = 3;
/// A word in this share of the passages tells none of them apart; chosen by hand on the dev cases to ask back about.
const COMMON: f32 = 0.05;

/// A question with what was said before it.
#[derive(Debug, Clone, Default)]
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
#[derive(Debug)]
pub enum Event<'e> {
    /// Passages were found.
    Retrieved(&'e [Hit]),
    /// It is decided what to do.
    Ruled(&'e Ruling),
    /// A piece of the answer's text.
    Token(&'e str),
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
    today: u16,
}

/// A question as far as retrieval.
pub struct Retrieved {
    /// As retrieval saw it.
    pub query: Query,
    /// The passages, best first.
    pub hits: Vec<Hit>,
    /// The question's cosines with the index.
    pub similarities: Similarities,
    /// Years that the question is about.
    pub years: Vec<u16>,
    /// What was assumed.
    pub assumed: Vec<Assumed>,
}

/// A question as far as its scope.
struct Judged {
    rewritten: Option<String>,
    /// The stand-alone question in plain words: what everything after looks at.
    plain: String,
    vector: Vec<f32>,
    scope: Scope,
    /// A ruling that ends the matter before retrieval, and what is then said.
    ended: Option<(Decision, String)>,
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

    /// The fitted numbers in use.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// Puts other fitted numbers to use.
    pub fn recalibrate(&mut self, calibration: Calibration) {
        self.calibration = calibration;
    }

    /// Answers a question.
    pub fn ask(&mut self, question: &Question, events: &mut Events<'_>) -> Result<Answer> {
        let started = Instant::now();
        let judged = self.judge(question)?;
        let mut answer = self.blank(question, &judged);
        answer.timings_ms.route = millis(started);
        if let Some((decision, text)) = judged.ended {
            return Ok(ended(answer, judged.findings, decision, text, started, events));
        }
        let before = Instant::now();
        let retrieved = self.retrieve(&judged.plain, &judged.vector, question.today)?;
        answer.assumed.clone_from(&retrieved.assumed);
        let _ = events(Event::Retrieved(&retrieved.hits)); // a break takes effect at the first token
        let asked = Asked::new(&retrieved.query, retrieved.years.clone(), self.choices());
        let ranked =
            rank::candidates(&asked, &retrieved.hits, &self.index, &retrieved.similarities, &self.calibration.ranker);
        answer.timings_ms.retrieve = millis(before);
        let (decision, text, findings) =
            self.rule(judged.scope.probability, &asked, &retrieved, &ranked, judged.findings);
        if decision != Decision::Answer {
            return Ok(ended(answer, findings, decision, text, started, events));
        }
        let _ = events(Event::Ruled(&Ruling { decision, findings: findings.clone() }));
        answer.findings = findings;
        if let (Mode::Generate, Some(_)) = (self.mode, &self.generator) {
            self.generate(&mut answer, &retrieved, started, events)?;
        } else if let Some(extract) = extract::compose(&asked, &ranked, &self.index) {
            answer.timings_ms.first_token = millis(started);
            let _ = events(Event::Token(&extract.text));
            (answer.text, answer.citations, answer.mode) = (extract.text, extract.citations, Some(extract.made));
        }
        answer.timings_ms.total = millis(started);
        Ok(answer)
    }

    /// The ruling alone: the scope gate's probability and the decision with its findings.
    pub fn route(&mut self, question: &Question) -> Result<(f32, Ruling)> {
        let judged = self.judge(question)?;
        let probability = judged.scope.probability;
        if let Some((decision, _)) = judged.ended {
            return Ok((probability, Ruling { decision, findings: judged.findings }));
        }
        let retrieved = self.retrieve(&judged.plain, &judged.vector, question.today)?;
        let asked = Asked::new(&retrieved.query, retrieved.years.clone(), self.choices());
        let ranked =
            rank::candidates(&asked, &retrieved.hits, &self.index, &retrieved.similarities, &self.calibration.ranker);
        let (decision, _, findings) = self.rule(judged.scope.probability, &asked, &retrieved, &ranked, judged.findings);
        Ok((probability, Ruling { decision, findings }))
    }

    /// The candidates that the ranker makes of a question and its evidence, as if the documents in `without` did
    /// not exist: what calibration is fitted on.
    pub fn candidates(
        &self,
        question: &Question,
        without: &[String],
    ) -> Result<(Vec<rank::Candidate>, Option<crate::router::evidence::Evidence>)> {
        let judged = self.judge(question)?;
        let mut retrieved = self.retrieve(&judged.plain, &judged.vector, question.today)?;
        retrieved.hits.retain(|hit| !without.contains(&self.index.document_of(hit.passage).id));
        let asked = Asked::new(&retrieved.query, retrieved.years.clone(), self.choices());
        let ranked =
            rank::candidates(&asked, &retrieved.hits, &self.index, &retrieved.similarities, &self.calibration.ranker);
        let evidence = rank::evidence(judged.scope.probability, &asked, &retrieved.hits, &ranked, &self.index);
        Ok((ranked, evidence))
    }

    /// Passages for a question, without routing it.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<Hit>> {
        let vector = self.encoder.encode_query(text)?;
        let query =
            Query::new(text, &self.synonyms, Filter { jurisdiction: self.jurisdiction(), years: years_in(text) });
        fusion::search(&self.index, &query, &self.index.similarities(&vector), self.retrieval, limit)
    }

    /// The question made to stand alone, where it does not, and in plain words.
    fn understood(&self, question: &Question) -> (Option<String>, String) {
        let plain = self.index.vocabulary().plain(&question.text, &|word| self.encoder.knows(word));
        let rewritten = rewrite::rewrite(&plain, &question.history, self.choices());
        let plain = rewritten.clone().unwrap_or(plain);
        (rewritten, plain)
    }

    fn judge(&self, question: &Question) -> Result<Judged> {
        let (rewritten, plain) = self.understood(question);
        let text = plain.as_str();
        let vector = self.encoder.encode_query(text)?;
        let scope = self.scope.judge(text, &vector, &self.index, self.rules.len());
        let mut findings = scope.findings.clone();
        let ended = if let Some((rule, finding)) =
            policy::applies(&self.rules, text, &scope.nearest_rules, scope.nearest_inside)
        {
            findings.push(finding);
            let said =
                rule.contact.as_ref().map_or_else(|| rule.message.clone(), |to| format!("{} See {to}", rule.message));
            let refused = self.pack.manifest.refuse.iter().any(|r| r.id == rule.id);
            let reason = Reason::Policy(rule.id.clone());
            Some((if refused { Decision::Refuse(reason) } else { Decision::Defer(reason) }, said))
        } else if scope.probability < scope::BAR {
            Some((Decision::Refuse(Reason::OutOfScope), self.out_of_scope(&scope)))
        } else {
            None
        };
        Ok(Judged { rewritten, plain, vector, scope, ended, findings })
    }

    fn out_of_scope(&self, scope: &Scope) -> String {
        let instead = scope.instead.as_ref().map_or_else(String::new, |who| format!(" For this, try {who}."));
        let about = &self.pack.manifest.pack;
        let kinds: Vec<&str> = self.pack.manifest.scope.inside.iter().map(String::as_str).take(3).collect();
        let helps = if kinds.is_empty() { String::new() } else { format!(" I can help with {}.", kinds.join("; ")) };
        format!("That is not my field: I only answer questions about {}.{instead}{helps}", about.title)
    }

    fn retrieve(&self, text: &str, vector: &[f32], today: Option<u16>) -> Result<Retrieved> {
        let mut assumed = Vec::new();
        let mut years = Vec::new();
        let slot = self.pack.manifest.slots.iter().find(|(_, slot)| slot.kind == SlotKind::Year);
        if let Some((name, slot)) = slot {
            years = slots::years(text, today.unwrap_or(self.today));
            if let (true, Some(default)) = (years.is_empty(), &slot.default) {
                years = years_in(default);
                assumed.push(Assumed { slot: name.clone(), value: default.clone() });
            }
        }
        let filter = Filter { years: years.clone(), jurisdiction: self.jurisdiction() };
        let query = Query::new(text, &self.synonyms, filter);
        let similarities = self.index.similarities(vector);
        let hits = fusion::search(&self.index, &query, &similarities, self.retrieval, HITS)?;
        Ok(Retrieved { query, hits, similarities, years, assumed })
    }

    /// The evidence gate, and the question that is too vague to hold against any evidence.
    fn rule(
        &self,
        scope: f32,
        asked: &Asked<'_>,
        retrieved: &Retrieved,
        ranked: &[rank::Candidate],
        mut findings: Vec<Finding>,
    ) -> (Decision, String, Vec<Finding>) {
        if let Some(choices) = self.vague(asked, &retrieved.hits) {
            let text = format!("What is it about? For example:\n- {}", choices.join("\n- "));
            return (Decision::Clarify(Reason::Missing("topic".into())), text, findings);
        }
        let bar = self.calibration.evidence_bar;
        let judged = rank::evidence(scope, asked, &retrieved.hits, ranked, &self.index)
            .map(|e| e.judge(&self.calibration.evidence, bar));
        let Some((probability, found)) = judged else {
            return (Decision::Defer(Reason::NoEvidence), self.no_evidence(asked), findings);
        };
        findings.extend(found);
        if probability < bar {
            return (Decision::Defer(Reason::NoEvidence), self.no_evidence(asked), findings);
        }
        (Decision::Answer, String::new(), findings)
    }

    /// The titles to choose from, if the question names nothing that tells documents apart: few words, all of
    /// them common here, and not a document's title.
    fn vague(&self, asked: &Asked<'_>, hits: &[Hit]) -> Option<Vec<String>> {
        let terms = &asked.query.terms;
        let is_common = |term: &String| self.index.passage_share(term) >= COMMON;
        if terms.len() > VAGUE_TERMS || !asked.query.identifiers.is_empty() || !terms.iter().all(is_common) {
            return None;
        }
        let mut titles: Vec<String> = Vec::new();
        for hit in hits {
            let title = &self.index.document_of(hit.passage).title;
            if analyze::terms(title).iter().all(|term| terms.contains(term)) {
                return None;
            }
            if !titles.contains(title) {
                titles.push(title.clone());
            }
        }
        (titles.len() > 3).then(|| titles.into_iter().take(4).collect())
    }

    fn no_evidence(&self, asked: &Asked<'_>) -> String {
        let known = self.index.known_years();
        let unknown: Vec<String> = asked.years.iter().filter(|y| !known.contains(y)).map(u16::to_string).collect();
        if let (false, Some(first), Some(last)) = (unknown.is_empty(), known.first(), known.last()) {
            return format!("I have nothing for {}: the documents cover {first} to {last}.", unknown.join(" and "));
        }
        format!(
            "I don't know: the question belongs to {}, but the documents I have do not answer it.",
            self.pack.manifest.pack.title
        )
    }

    fn generate(
        &mut self,
        answer: &mut Answer,
        retrieved: &Retrieved,
        started: Instant,
        events: &mut Events<'_>,
    ) -> Result<()> {
        let Some(generator) = self.generator.as_deref_mut() else { return Ok(()) };
        let year = retrieved.years.first().copied();
        let (prompt, citations) =
            generate::prompt(&retrieved.query.text, &retrieved.hits, &self.index, year, generator)?;
        let mut first = None;
        let generation = generator.generate(&prompt, generate::LIMITS, &mut |piece| {
            if !piece.is_empty() {
                first.get_or_insert_with(|| millis(started));
            }
            events(Event::Token(piece))
        })?;
        let notice = format!("\n\n{}", generate::NOTICE);
        let _ = events(Event::Token(&notice)); // the answer is over, whatever the sink says
        answer.timings_ms.first_token = first.unwrap_or_else(|| millis(started));
        answer.text = format!("{}{notice}", generation.text.trim());
        answer.generator = Some(generator.name().to_owned());
        answer.citations = citations;
        answer.mode = Some(Made::Generate);
        Ok(())
    }

    fn choices(&self) -> impl Iterator<Item = &std::collections::BTreeMap<String, Vec<String>>> {
        self.pack.manifest.slots.values().filter(|slot| slot.kind == SlotKind::Choice).map(|slot| &slot.values)
    }

    fn jurisdiction(&self) -> Option<String> {
        self.pack.manifest.retrieval.jurisdiction.clone()
    }

    fn blank(&self, question: &Question, judged: &Judged) -> Answer {
        Answer {
            schema: 1,
            id: question.id.clone(),
            pack: self.pack.label(),
            question: question.text.clone(),
            rewritten: judged.rewritten.clone(),
            outcome: Decision::Answer.outcome(),
            reason: None,
            text: String::new(),
            mode: None,
            citations: Vec::new(),
            assumed: Vec::new(),
            findings: Vec::new(),
            generator: None,
            timings_ms: Timings::default(),
        }
    }
}

/// An answer that is no answer: the decision, its reason, and what is said instead.
fn ended(
    mut answer: Answer,
    findings: Vec<Finding>,
    decision: Decision,
    text: String,
    started: Instant,
    events: &mut Events<'_>,
) -> Answer {
    answer.outcome = decision.outcome();
    answer.reason = decision.reason().map(ToString::to_string);
    let ruling = Ruling { decision, findings };
    let _ = events(Event::Ruled(&ruling));
    let _ = events(Event::Token(&text));
    answer.timings_ms.first_token = millis(started);
    answer.timings_ms.total = answer.timings_ms.first_token;
    answer.findings = ruling.findings;
    answer.text = text;
    answer
}

fn millis(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e6).round() / 1e3
}
