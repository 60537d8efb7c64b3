//! A question as the pipeline takes it: in plain words, and standing alone.

use super::{Question, Specialist};
use crate::{answer::Asked, error::Result, index::analyze, session::rewrite};

impl Specialist {
    /// The question made to stand alone, where it does not, and in plain words.
    pub(super) fn understood(&self, question: &Question) -> Result<(Option<String>, String)> {
        let plain = self.index.vocabulary().plain(&question.text, &|word| self.encoder.knows(word));
        let rewritten = rewrite::rewrite(&plain, &question.history, self.choices());
        if rewritten.is_some() && rewrite::is_whole(&plain) && self.stands_alone(&plain, question.today)? {
            return Ok((None, plain));
        }
        let understood = rewritten.clone().unwrap_or(plain);
        Ok((rewritten, understood))
    }

    /// Whether a short question that is worded as a whole one means something by itself: it is refused alone, or the
    /// passages answer it alone. What was said before would only hide that. Of words that are common here (`what is the
    /// limit`) it is not known what they are about.
    fn stands_alone(&self, plain: &str, today: Option<u16>) -> Result<bool> {
        if analyze::terms(plain).iter().all(|term| self.is_common(term)) {
            return Ok(false);
        }
        let vector = self.encoder.encode_query(plain)?;
        let similarities = self.index.similarities(&vector);
        let scope = self.scope_of(plain, &vector, &similarities);
        if scope.probability < self.calibration.scope_bar {
            return Ok(true);
        }
        let retrieved = self.retrieve(plain, similarities, today)?;
        let asked = Asked::new(&retrieved.query, retrieved.years.clone(), self.choices());
        let ranked = self.ranked(&asked, &retrieved);
        Ok(self.rule(&scope, &asked, &retrieved, &ranked, Vec::new()).0.is_none())
    }
}
