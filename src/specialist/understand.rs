//! A question as the pipeline takes it: in plain words, and standing alone.

use std::{collections::BTreeSet, sync::Arc};

use super::{Question, Specialist, Views};
use crate::{
    calculator::quantities::quantities,
    error::Result,
    index::{Similarities, analyze},
    router::Scope,
    session::{
        Turn,
        rewrite::{self, Ground, Lexicon, Understood},
    },
};

/// Words of a reply that is little more than a number.
const REPLY_WORDS: usize = 2;
/// Documents that a carried question leads to: where the words of a follow-up are looked for.
const DOCUMENTS: usize = 3;

/// What the corpus makes of a turn that might be a follow-up.
struct Here<'s> {
    specialist: &'s Specialist,
    views: &'s Views<'s>,
    today: Option<u16>,
}

impl Specialist {
    /// The question in plain words, made to stand alone where it does not.
    pub(super) fn understood(&self, question: &Question, views: &Views<'_>) -> Result<Understood> {
        let turn = |turn: &Turn| Turn { question: self.plain(&turn.question), ..turn.clone() };
        let history: Vec<Turn> = question.history.iter().map(turn).collect();
        let (choices, years) = (self.choices().collect::<Vec<_>>(), self.index.known_years());
        let lexicon = Lexicon { choices: &choices, synonyms: &self.synonyms, years: &years };
        let here = Here { specialist: self, views, today: question.today };
        let said = self.plain(&question.text);
        let again = |text: &str, before: &[Turn]| rewrite::understand(text, before, lexicon, &here);
        let told = self.told(&said, &history, views, &again)?;
        rewrite::understand(&told, &history, lexicon, &here)
    }

    /// A text in plain words.
    pub(super) fn plain(&self, text: &str) -> String {
        self.index.vocabulary().plain(text, &|word| self.encoder.knows(word))
    }

    /// A reply that is little more than a number, with the word of the input that was asked for beside it.
    fn told(
        &self,
        reply: &str,
        history: &[Turn],
        views: &Views<'_>,
        understand: &dyn Fn(&str, &[Turn]) -> Result<Understood>,
    ) -> Result<String> {
        let reply = reply.trim();
        let is_number = matches!(&quantities(reply)[..], [_]) && reply.split_whitespace().count() <= REPLY_WORDS;
        let Some((last, before)) = history.split_last().filter(|(last, _)| is_number && last.asked_back.is_some())
        else {
            return Ok(reply.to_owned());
        };
        let standing = understand(&last.question, before)?;
        let claim = self.claim(&standing.text, views)?;
        let cue = claim.and_then(|claim| claim.missing?.cues.first().cloned());
        Ok(cue.map_or_else(|| reply.to_owned(), |cue| format!("{reply} {cue}")))
    }

    /// What the scope gate finds, its probability as it comes true for this pack.
    pub(super) fn scope_at(&self, text: &str, vector: &[f32], similarities: &Similarities) -> Scope {
        let mut scope = self.scope.judge(text, vector, Some((&self.index, similarities)), self.rules.len());
        if let Some(line) = &self.calibration.scope_line {
            scope.probability = line.probability(f64::from(scope.probability)) as f32;
        }
        scope
    }
}

impl Ground for Here<'_> {
    fn is_common(&self, term: &str) -> bool {
        self.specialist.is_common(term)
    }

    fn is_inside(&self, text: &str) -> Result<bool> {
        Ok(self.views.of(text)?.scope.probability >= self.specialist.calibration.scope_bar)
    }

    fn answers(&self, text: &str) -> Result<bool> {
        let specialist = self.specialist;
        let view = self.views.of(text)?;
        if view.scope.probability < specialist.calibration.scope_bar {
            return Ok(false);
        }
        let retrieved = specialist.retrieve(text, Arc::clone(&view.similarities), self.today)?;
        let asked = specialist.asked(&retrieved);
        let ranked = specialist.ranked(&asked, &retrieved);
        Ok(specialist.rule((&view.scope, &asked, &retrieved), &ranked, None, Vec::new()).0.is_none())
    }

    fn covers(&self, subject: &str, terms: &[String]) -> Result<bool> {
        let (index, synonyms) = (&self.specialist.index, &self.specialist.synonyms);
        let similarities = Arc::clone(&self.views.of(subject)?.similarities);
        let retrieved = self.specialist.retrieve(subject, similarities, self.today)?;
        let mut documents: Vec<&str> = Vec::new();
        for hit in &retrieved.hits {
            let id = index.document_of(hit.passage).id.as_str();
            if documents.len() < DOCUMENTS && !documents.contains(&id) {
                documents.push(id);
            }
        }
        let mut there: BTreeSet<String> = BTreeSet::new();
        for (number, passage) in index.passages().iter().enumerate() {
            if documents.contains(&index.document_of(number).id.as_str()) {
                there.extend(analyze::terms(&passage.text));
                there.extend(passage.heading_path.iter().flat_map(|heading| analyze::terms(heading)));
            }
        }
        let has = |phrase: &Vec<String>| phrase.iter().all(|term| there.contains(term));
        let is_meant = |term: &String| {
            let groups = synonyms.meanings(terms).into_iter();
            groups.filter(|group| group.iter().any(|phrase| phrase.contains(term))).any(|group| group.iter().any(has))
        };
        Ok(terms.iter().all(|term| there.contains(term) || is_meant(term)))
    }
}
