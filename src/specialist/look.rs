//! What the fitted numbers are fitted on: a question as far as its candidates, before anything is weighed. Many at a
//! time, since calibration looks at every case. Decides nothing.

use rayon::prelude::*;

use super::{Question, Retrieved, Specialist, Views};
use crate::{
    answer::rank,
    error::Result,
    router::{Decision, Scope, calculation::Calculation, evidence::Evidence, logistic::Logistic},
};

/// A question as the gates see it.
pub struct Looked {
    /// What the scope gate found.
    pub scope: Scope,
    /// What a rule of the pack decided.
    pub ruled: Option<Decision>,
    /// The question, standing alone.
    pub text: String,
    /// Whether it is too vague to be held against any evidence.
    pub is_vague: bool,
    /// What tells whether it asks for a sum, as far as the ranker has no part in it, and whether that can be worked out;
    /// none where no calculator could take it.
    pub claimed: Option<Claimed>,
    /// Every unit that could be quoted, in no order.
    pub candidates: Vec<rank::Candidate>,
    retrieved: Retrieved,
}

/// A calculator that could take a question.
pub struct Claimed {
    signals: Calculation,
    /// Whether it says all that is needed.
    pub is_complete: bool,
}

impl Specialist {
    /// Looks at questions.
    pub fn look(&self, questions: &[Question]) -> Result<Vec<Looked>> {
        let encoded = self.encoded(questions)?;
        questions.par_iter().map(|question| self.looked(question, &Views::knowing(self, &encoded))).collect()
    }

    fn looked(&self, question: &Question, views: &Views<'_>) -> Result<Looked> {
        let standing = self.standing(question, views)?;
        let plain = standing.plain.as_str();
        let (similarities, scope) = self.seen(plain, standing.inherits.as_deref(), views)?;
        let ruled = self.policy_of(plain, &scope, views)?.map(|(rule, _)| self.decided_by(rule));
        let retrieved = self.retrieve(plain, similarities, question.today)?;
        let asked = self.asked(&retrieved);
        let candidates = rank::candidates(&asked, &retrieved.hits, &self.index, &retrieved.similarities);
        let claim = self.claim(plain, views)?;
        let claimed = claim.map(|claim| Claimed {
            signals: self.calculation(&claim, &scope, &asked, &[]),
            is_complete: claim.missing.is_none(),
        });
        let is_vague = self.vague(&scope, &asked, &retrieved.hits).is_some();
        Ok(Looked { text: plain.to_owned(), scope, ruled, is_vague, claimed, candidates, retrieved })
    }

    /// What tells whether a question asks for a sum, by a ranker.
    pub fn sum_features(&self, looked: &Looked, ranker: &Logistic) -> Option<Vec<f32>> {
        let mut ordered = looked.candidates.clone();
        rank::rank(&mut ordered, ranker);
        let signals = &looked.claimed.as_ref()?.signals;
        let (best, best_is_fact) = self.best_of(&ordered);
        let scope = looked.scope.probability;
        Some(Calculation { scope, best, best_is_fact, ..signals.clone() }.features())
    }

    /// The evidence for a question as a ranker puts it, with some passages as good as absent.
    pub fn evidence(&self, looked: &Looked, ranker: &Logistic, is_absent: &dyn Fn(usize) -> bool) -> Option<Evidence> {
        let Looked { retrieved, .. } = looked;
        let asked = self.asked(retrieved);
        let hits: Vec<_> = retrieved.hits.iter().filter(|hit| !is_absent(hit.passage)).cloned().collect();
        let mut ordered: Vec<_> = looked.candidates.iter().filter(|c| !is_absent(c.passage)).cloned().collect();
        rank::rank(&mut ordered, ranker);
        rank::evidence(&looked.scope, &asked, (&hits, &retrieved.similarities), &ordered, &self.index)
    }
}
