//! What is said: the worksheet of a calculation, quotations, or what a language model wrote. Whether to answer at all is
//! decided before.

use std::time::Instant;

use super::{Event, Events, Instead, Judged, Mode, Question, Reckoned, Specialist, Weighed, millis};
use crate::{
    answer::{Answer, Assumed, Made, Timings, calculate, extract},
    error::Result,
    model::Generator,
    router::{Finding, Outcome, Ruling},
};

impl Specialist {
    /// Writes an answer.
    pub(super) fn compose(
        &self,
        answer: &mut Answer,
        weighed: &Weighed,
        generator: Option<&mut Box<dyn Generator>>,
        started: Instant,
        events: &mut Events<'_>,
    ) -> Result<()> {
        let Weighed { retrieved, ranked, reckoned, .. } = weighed;
        let asked = self.asked(retrieved);
        let generated = match (self.mode, generator) {
            _ if matches!(reckoned, Some(Reckoned::Sheet(..))) => false,
            (Mode::Generate, Some(generator)) => {
                self.generate(generator.as_mut(), answer, (&asked, retrieved, ranked), started, events)?
            }
            (Mode::Quote, Some(generator)) => self.quote(generator.as_mut(), answer, retrieved, started, events)?,
            _ => false,
        };
        if !generated {
            self.quoted(answer, weighed, started, events);
        }
        Ok(())
    }

    /// Adds a worksheet or quotations to an answer.
    pub(super) fn quoted(&self, answer: &mut Answer, weighed: &Weighed, started: Instant, events: &mut Events<'_>) {
        let Weighed { retrieved, ranked, reckoned, .. } = weighed;
        let (parts, made) = if let Some(Reckoned::Sheet(sheet, year, left)) = reckoned {
            let defaults = sheet.assumed.iter().filter(|assumed| assumed.state);
            answer.assumed.extend(defaults.map(|a| Assumed { slot: a.label.clone(), value: a.shown.clone() }));
            let mut calculated = calculate::compose(sheet, Some(*year), &self.index, &mut answer.citations);
            if !left.is_empty() {
                calculated.parts.push(format!("Not counted here: {}.", left.join(", ")));
            }
            let _ = events(Event::Trace(&calculated.trace));
            (calculated.parts, Made::Calculate)
        } else {
            let asked = self.asked(retrieved);
            let extract = extract::compose(&asked, ranked, &self.index, &mut answer.citations);
            let Some(extract) = extract else { return };
            (extract.parts, extract.made)
        };
        answer.mode.get_or_insert(made);
        if answer.text.is_empty() {
            answer.timings_ms.first_token = millis(started);
        }
        for part in parts {
            let part = if answer.text.is_empty() { part } else { format!("\n\n{part}") };
            answer.text.push_str(&part);
            let _ = events(Event::Verified(&part)); // it is whole already, whatever the sink says
        }
    }

    /// An answer before anything is known.
    pub(super) fn blank(&self, question: &Question, judged: &Judged) -> Answer {
        Answer {
            schema: 1,
            id: question.id.clone(),
            pack: self.pack.label(),
            question: question.text.clone(),
            rewritten: judged.rewritten.clone(),
            outcome: Outcome::Answer,
            reason: None,
            text: String::new(),
            mode: None,
            citations: Vec::new(),
            assumed: Vec::new(),
            findings: Vec::new(),
            generator: None,
            timings_ms: Timings::default(),
            choices: Vec::new(),
            out_of_date: Vec::new(),
            usage: None,
        }
    }
}

/// An answer that is no answer: the decision, its reason, and what is said instead.
pub(super) fn ended(
    mut answer: Answer,
    findings: Vec<Finding>,
    instead: Instead,
    started: Instant,
    events: &mut Events<'_>,
) -> Answer {
    answer.outcome = instead.decision.outcome();
    answer.reason = instead.decision.reason().map(ToString::to_string);
    let ruling = Ruling { decision: instead.decision, findings };
    let _ = events(Event::Ruled(&ruling));
    let _ = events(Event::Token(&instead.text));
    answer.timings_ms.first_token = millis(started);
    answer.timings_ms.total = answer.timings_ms.first_token;
    answer.findings = ruling.findings;
    (answer.text, answer.choices) = (instead.text, instead.choices);
    answer
}
