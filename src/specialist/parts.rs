//! A message that asks for several things is held to the parts that are in the domain; the others are said to be out.

use super::{Scope, Specialist};
use crate::{error::Result, index::analyze, router::parts};

/// Below this probability against anything else, an order is out of the domain whatever stands around it. Chosen by
/// hand on the dev cases `--tag mixed --tag injection` of `us-tax`.
const FAR_OUT: f32 = 0.2;

/// What of a message is answered, and what is not.
pub(super) struct Parted {
    /// What is answered; everything, where nothing asks for what is in the domain.
    pub inside: String,
    /// What is said to be out.
    pub outside: Vec<String>,
}

impl Specialist {
    /// The parts of a message that are in the domain, where that changes anything.
    pub(super) fn parted(&self, plain: &str) -> Result<Option<Parted>> {
        let requests = parts::requests(plain);
        if requests.is_empty() {
            return Ok(None);
        }
        let whole = self.scope_of_text(plain)?;
        let bar = self.calibration.scope_bar;
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for request in &requests {
            let scope = self.scope_of_text(request)?;
            if scope.probability >= bar {
                inside.push(*request);
            } else if self.has_subject(request) {
                outside.push((*request, scope.far));
            }
        }
        let is_far_out = outside.iter().any(|(_, far)| *far < FAR_OUT);
        let texts = |parts: &[(&str, f32)]| parts.iter().map(|(part, _)| (*part).to_owned()).collect::<Vec<_>>();
        Ok(match (inside.is_empty(), outside.is_empty()) {
            (false, false) => Some(Parted { inside: inside.join("? ") + "?", outside: texts(&outside) }),
            (false, true) if whole.probability < bar => {
                Some(Parted { inside: inside.join("? ") + "?", outside: Vec::new() })
            }
            (true, false) if is_far_out && outside.len() == requests.len() => {
                Some(Parted { inside: texts(&outside).join(". "), outside: Vec::new() })
            }
            _ => None,
        })
    }

    fn scope_of_text(&self, text: &str) -> Result<Scope> {
        let vector = self.encoder.encode_query(text)?;
        Ok(self.scope_of(text, &vector, &self.index.similarities(&vector)))
    }

    /// Whether a part says by itself what it is about: a word that is not common here.
    fn has_subject(&self, part: &str) -> bool {
        analyze::terms(part).iter().any(|term| !self.is_common(term))
    }
}
