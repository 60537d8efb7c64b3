//! What the fitted numbers are fitted on: a question as far as its candidates, before anything is weighed. Many at a
//! time, since calibration looks at every case. Decides nothing.

use rayon::prelude::*;

use super::{Question, Retrieved, Specialist};
use crate::{
    answer::{Asked, rank},
    error::Result,
    router::{Decision, Scope, evidence::Evidence, logistic::Logistic, policy},
};

/// A question as the gates see it.
pub struct Looked {
    /// What the scope gate found.
    pub scope: Scope,
    /// What a rule of the pack decided.
    pub ruled: Option<Decision>,
    /// Whether it is too vague to be held against any evidence.
    pub is_vague: bool,
    /// Every unit that could be quoted, in no order.
    pub candidates: Vec<rank::Candidate>,
    retrieved: Retrieved,
}

impl Specialist {
    /// Looks at questions.
    pub fn look(&self, questions: &[Question]) -> Result<Vec<Looked>> {
        let plain =
            questions.par_iter().map(|question| Ok(self.standing(question)?.plain)).collect::<Result<Vec<_>>>()?;
        let vectors =
            self.encoder.encode_passages(&plain.iter().map(String::as_str).collect::<Vec<_>>(), &mut |_| {})?;
        let each = questions.par_iter().zip(plain).zip(vectors);
        each.map(|((question, plain), vector)| self.looked(question, &plain, &vector)).collect()
    }

    fn looked(&self, question: &Question, plain: &str, vector: &[f32]) -> Result<Looked> {
        let similarities = self.index.similarities(vector);
        let scope = self.scope_of(plain, vector, &similarities);
        let ruled = policy::applies(&self.rules, plain, &scope.nearest_rules, scope.nearest_inside)
            .map(|(rule, _)| self.decided_by(rule));
        let retrieved = self.retrieve(plain, similarities, question.today)?;
        let asked = Asked::new(&retrieved.query, retrieved.years.clone(), self.choices());
        let candidates = rank::candidates(&asked, &retrieved.hits, &self.index, &retrieved.similarities);
        let is_vague = self.vague(&asked, &retrieved.hits).is_some();
        Ok(Looked { scope, ruled, is_vague, candidates, retrieved })
    }

    /// The evidence for a question as a ranker puts it, with some passages as good as absent.
    pub fn evidence(&self, looked: &Looked, ranker: &Logistic, is_absent: &dyn Fn(usize) -> bool) -> Option<Evidence> {
        let Looked { retrieved, .. } = looked;
        let asked = Asked::new(&retrieved.query, retrieved.years.clone(), self.choices());
        let hits: Vec<_> = retrieved.hits.iter().filter(|hit| !is_absent(hit.passage)).cloned().collect();
        let mut ranked: Vec<_> = looked.candidates.iter().filter(|c| !is_absent(c.passage)).cloned().collect();
        rank::rank(&mut ranked, ranker);
        rank::evidence(&looked.scope, &asked, &hits, &ranked, &self.index)
    }
}
