//! What is said instead of an answer: not my field, what is it about, nothing known of it.

use std::collections::BTreeSet;

use super::{Instead, Scope, Specialist, phrases::Phrases};
use crate::{
    answer::{Asked, Citation, expected::Expected, rank::Candidate},
    error::Result,
    index::{Hit, analyze},
    router::{Decision, Reason, slots},
};

/// Content words below which a question whose best documents differ is asked back about.
const VAGUE_TERMS: usize = 3;
/// What is this near to an example is that question in other words; chosen by hand on the dev cases.
const PLAIN: f32 = 0.8;
/// A word in this share of the passages tells none of them apart; chosen by hand on the dev cases to ask back about.
const COMMON: f32 = 0.05;
/// And in so many: in a corpus of a few passages every word would be common.
const COMMON_PASSAGES: f32 = 3.0;

/// What is this near to the best candidate's probability answers as well; chosen by hand: on the dev cases of `us-tax`
/// it asks back about none that can be answered.
const AS_WELL: f32 = 0.5;

impl Specialist {
    pub(super) fn out_of_scope(&self, question: &str, scope: &Scope) -> Result<String> {
        let claimed = self.neighbours.claim(question, &|| self.encoder.encode_query(question))?;
        let phrases = self.phrases();
        let other = claimed.map_or_else(String::new, |(name, title)| phrases.other_pack(name, title));
        let instead = scope.instead.as_ref().map_or_else(String::new, |who| phrases.instead(who));
        let kinds: Vec<&str> = self.pack.manifest.scope.inside.iter().map(String::as_str).take(3).collect();
        Ok(phrases.out_of_scope(&self.pack.manifest.pack.title, &format!("{other}{instead}"), &kinds))
    }

    fn phrases(&self) -> Phrases {
        Phrases::of(&self.pack.manifest.pack.languages)
    }

    /// What is said of the parts of a message that are not answered.
    pub(super) fn not_mine(parts: &[String]) -> String {
        let parts: Vec<String> = parts.iter().map(|part| format!("“{part}”")).collect();
        format!("As for {}: that is not my field.", parts.join(" and "))
    }

    pub(super) fn unit_text(&self, candidate: &Candidate) -> String {
        self.index.passages()[candidate.passage].unit_text(candidate.unit)
    }

    /// Whether a word tells none of the passages apart.
    pub(super) fn is_common(&self, term: &str) -> bool {
        let share = self.index.passage_share(term);
        share >= COMMON && share * self.index.passages().len() as f32 >= COMMON_PASSAGES
    }

    /// The titles to choose from, if the question names nothing that tells documents apart: few words, all of
    /// them common here, not a document's title, and not nearly a question that the pack is known to be asked.
    pub(super) fn vague(&self, scope: &Scope, asked: &Asked<'_>, hits: &[Hit]) -> Option<Vec<String>> {
        let terms = &asked.query.terms;
        if terms.len() > VAGUE_TERMS
            || scope.nearest_inside.0 >= PLAIN
            || asked.expected == Expected::Date
            || !asked.query.identifiers.is_empty()
            || !terms.iter().all(|term| self.is_common(term))
        {
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

    /// The question that a slot of the pack asks, with the values to choose from: where the question names none of them,
    /// what answers best says one alone, and what answers about as well says another.
    pub(super) fn undecided(&self, asked: &Asked<'_>, ranked: &[Candidate]) -> Option<Instead> {
        let best = ranked.first()?;
        let rivals = ranked.iter().take_while(|c| c.probability >= AS_WELL * best.probability);
        let texts: Vec<String> = rivals.map(|c| self.unit_text(c)).collect();
        self.pack.manifest.slots.iter().find_map(|(name, slot)| {
            let ask = slot.ask.as_ref()?;
            if !slots::named(&asked.query.text, &slot.values).is_empty() {
                return None;
            }
            let said: Vec<Vec<&str>> = texts.iter().map(|text| slots::named(text, &slot.values)).collect();
            let alone: BTreeSet<&str> = said.iter().filter(|named| named.len() == 1).map(|named| named[0]).collect();
            // What answers best is for one value; a text that names several would answer for all of them.
            if said.first()?.len() != 1 || alone.len() < 2 || said.iter().any(|named| named.len() > 1) {
                return None;
            }
            let choices: Vec<String> = alone.into_iter().map(str::to_owned).collect();
            let text = format!("{ask}\n- {}", choices.join("\n- "));
            Some(Instead { decision: Decision::Clarify(Reason::Missing(name.clone())), text, choices })
        })
    }

    /// Whether a figure is asked for, and only for years of which no document speaks.
    pub(super) fn is_of_unknown_years(&self, asked: &Asked<'_>) -> bool {
        let known = self.index.known_years();
        let asks_figure = asked.expected.is_figure() || Expected::asks_limit(&asked.query.text);
        let is_unknown = |years: &[u16]| !years.is_empty() && years.iter().all(|year| !known.contains(year));
        let text = asked.query.text.as_str();
        let past = slots::past_years(text);
        let is_past = past.iter().any(|year| !slots::is_of_an_event(text, *year)) && slots::years(text, 0).is_empty();
        asks_figure && !known.is_empty() && (is_unknown(&asked.years) || is_past)
    }

    pub(super) fn no_evidence(&self, asked: &Asked<'_>) -> String {
        let known = self.index.known_years();
        let named = asked.years.iter().copied().chain(slots::past_years(&asked.query.text));
        let unknown: Vec<String> = named.filter(|y| !known.contains(y)).map(|year| year.to_string()).collect();
        if let (false, Some(first), Some(last)) = (unknown.is_empty(), known.first(), known.last()) {
            return self.phrases().unknown_years(&unknown, *first, *last);
        }
        self.phrases().no_evidence(&self.pack.manifest.pack.title)
    }

    /// The titles of the cited documents whose last day has passed, unless the quote was asked for in its own year.
    pub(super) fn out_of_date(&self, citations: &[Citation]) -> Vec<String> {
        let today = self.today.to_string();
        let mut titles = Vec::new();
        for citation in citations {
            let document = self.index.documents().iter().find(|document| document.id == citation.document);
            let Some(last) = document.and_then(|document| document.effective.to.as_ref()) else { continue };
            let in_its_year = citation.tax_year.as_ref().is_some_and(|year| last.starts_with(year.as_str()));
            if *last < today && !in_its_year && !titles.contains(&citation.title) {
                titles.push(citation.title.clone());
            }
        }
        titles
    }
}
