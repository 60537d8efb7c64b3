//! Which way of answering is best with a language model: the answerable cases asked in each. Knows cases and specialists;
//! writes no file.

use std::collections::BTreeMap;

use super::{Case, record};
use crate::{
    answer::calibration::{Composed, Composition},
    error::Result,
    pack::Mode,
    router::Outcome,
    specialist::Specialist,
};

/// The ways, that with the least for a language model to do first.
const WAYS: [(Composed, Mode); 3] =
    [(Composed::Extract, Mode::Extract), (Composed::Quote, Mode::Quote), (Composed::Generate, Mode::Generate)];

/// Asks up to `sample` of the answerable cases in every way. `done` is told after each answer.
pub fn measure(
    specialist: &mut Specialist,
    generator: String,
    cases: &[Case],
    sample: usize,
    done: &mut dyn FnMut(),
) -> Result<Composition> {
    let answerable: Vec<&Case> = answerable(cases);
    let step = answerable.len().div_ceil(sample.max(1)).max(1);
    let chosen: Vec<&Case> = answerable.into_iter().step_by(step).collect();
    let mut right = BTreeMap::new();
    for (way, mode) in WAYS {
        specialist.compose_by(mode);
        let mut count = 0;
        for case in &chosen {
            let answer = specialist.ask(&case.as_question(), &mut |_| std::ops::ControlFlow::Continue(()))?;
            count += usize::from(answer.outcome == Outcome::Answer && record::is_right(case, &answer.text));
            done();
        }
        right.insert(way, count);
    }
    Ok(Composition::of(generator, chosen.len(), right))
}

/// The cases that only an answer is right for, and that say what must be in it.
pub fn answerable(cases: &[Case]) -> Vec<&Case> {
    cases.iter().filter(|case| case.expects(Outcome::Answer) && !case.must_include.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equals_the_way_with_less_for_the_model_to_do_is_best() {
        let best = |right: [usize; 3]| {
            Composition::of(String::new(), 10, WAYS.map(|(way, _)| way).into_iter().zip(right).collect()).best
        };
        assert_eq!(best([7, 7, 7]), Composed::Extract);
        assert_eq!(best([7, 8, 8]), Composed::Quote);
        assert_eq!(best([7, 6, 9]), Composed::Generate);
    }
}
