//! How texts lie to the index, kept while one question is looked at: a message, its parts and what it goes on from are asked
//! about more than once. Of many questions the texts are encoded together.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    rc::Rc,
    sync::Arc,
};

use rayon::prelude::*;

use super::{Question, Scope, Specialist};
use crate::{calculator::asked, error::Result, index::Similarities, router::parts};

/// How one text lies to the index, and its scope.
pub(super) struct View {
    pub similarities: Arc<Similarities>,
    pub scope: Scope,
}

/// Vectors by their texts.
pub(super) type Encoded = HashMap<String, Vec<f32>>;

/// The texts that were looked at for one question.
pub(super) struct Views<'s> {
    specialist: &'s Specialist,
    /// What was encoded before.
    known: Option<&'s Encoded>,
    vectors: RefCell<HashMap<String, Rc<[f32]>>>,
    seen: RefCell<HashMap<String, Rc<View>>>,
}

impl<'s> Views<'s> {
    pub fn new(specialist: &'s Specialist) -> Self {
        Self { specialist, known: None, vectors: RefCell::default(), seen: RefCell::default() }
    }

    /// With vectors that are known already.
    pub fn knowing(specialist: &'s Specialist, known: &'s Encoded) -> Self {
        Self { known: Some(known), ..Self::new(specialist) }
    }

    /// The vector of a text.
    ///
    /// # Errors
    /// An encoder that fails.
    pub fn vector(&self, text: &str) -> Result<Rc<[f32]>> {
        if let Some(vector) = self.vectors.borrow().get(text) {
            return Ok(Rc::clone(vector));
        }
        let vector: Rc<[f32]> = match self.known.and_then(|known| known.get(text)) {
            Some(known) => known.as_slice().into(),
            None => self.specialist.encoder.encode_query(text)?.into(),
        };
        self.vectors.borrow_mut().insert(text.to_owned(), Rc::clone(&vector));
        Ok(vector)
    }

    /// How a text lies to the index, and its scope.
    ///
    /// # Errors
    /// An encoder, or an index on a server, that fails.
    pub fn of(&self, text: &str) -> Result<Rc<View>> {
        if let Some(view) = self.seen.borrow().get(text) {
            return Ok(Rc::clone(view));
        }
        let vector = self.vector(text)?;
        let similarities = Arc::new(self.specialist.index.similarities(&vector)?);
        let scope = self.specialist.scope_at(text, &vector, &similarities);
        let view = Rc::new(View { similarities, scope });
        self.seen.borrow_mut().insert(text.to_owned(), Rc::clone(&view));
        Ok(view)
    }
}

impl Specialist {
    /// The vectors of what most questions are looked at by: themselves, their parts, what a calculator is known by. Together
    /// they take half of the time.
    pub(super) fn encoded(&self, questions: &[Question]) -> Result<Encoded> {
        let of = |question: &Question| {
            let plain = self.plain(&question.text);
            let parts = parts::requests(&plain).into_iter().map(|part| part.text.to_owned());
            let mut texts: Vec<String> = parts.chain(asked::masked(&plain)).collect();
            texts.push(plain);
            texts
        };
        let texts: BTreeSet<String> = questions.par_iter().flat_map_iter(of).collect();
        let vectors = self.encoder.encode_queries(&texts.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(texts.into_iter().zip(vectors).collect())
    }
}
