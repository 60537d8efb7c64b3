//! Which of a pack's rules applies to a question: by phrase, or by meaning.

use super::{Finding, Rule};
use crate::index::{Cosine, analyze};

/// A question has a rule's meaning when it is nearer to one of its examples than to any question that the pack is for,
/// and at least this near. With all-MiniLM-L6-v2, 36 examples of three rules and the dev cases of `us-tax`: a floor of 0.55 caught
/// 13 of 38 questions for a rule, of 0.35 and 0.4 21, each with 1 of 224 answerable ones (a throwaway script); at 0.4
/// fewer near misses fall to a rule.
const FLOOR: f32 = 0.4;

/// The rule that applies, with what showed it.
pub fn applies<'r>(
    rules: &'r [Rule],
    question: &str,
    nearest_when: &[Option<(Cosine, usize)>],
    nearest_inside: Cosine,
) -> Option<(&'r Rule, Finding)> {
    let terms = analyze::terms(question);
    for rule in rules {
        if let Some(phrase) = rule.any.iter().find(|phrase| holds(&terms, phrase)) {
            let finding = Finding {
                signal: format!("policy:{}", rule.id),
                value: 1.0,
                bar: Some(1.0),
                note: Some(phrase.clone()),
            };
            return Some((rule, finding));
        }
    }
    let near = rules.iter().zip(nearest_when).filter_map(|(rule, nearest)| Some((rule, (*nearest)?)));
    let (rule, (cosine, example)) = near.max_by(|a, b| a.1.0.0.total_cmp(&b.1.0.0))?;
    let bar = FLOOR.max(nearest_inside.0);
    (cosine.0 >= bar).then(|| {
        let note = rule.when.get(example).cloned();
        (rule, Finding { signal: format!("policy:{}", rule.id), value: cosine.0, bar: Some(bar), note })
    })
}

fn holds(terms: &[String], phrase: &str) -> bool {
    let phrase = analyze::terms(phrase);
    !phrase.is_empty() && terms.windows(phrase.len()).any(|window| window == phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> Rule {
        Rule {
            id: "own-case".into(),
            when: vec!["where is my refund".into()],
            any: vec!["look up my account".into()],
            message: String::new(),
            contact: None,
        }
    }

    #[test]
    fn a_phrase_fires_whatever_the_encoder_says() {
        let rules = [rule()];
        let (_, finding) = applies(&rules, "Please look up my accounts!", &[None], Cosine(1.0)).unwrap();
        assert_eq!(finding.note.as_deref(), Some("look up my account"));
    }

    #[test]
    fn meaning_fires_only_when_it_is_nearer_than_the_packs_own_questions() {
        let rules = [rule()];
        let near = [Some((Cosine(0.7), 0))];
        assert!(applies(&rules, "refund?", &near, Cosine(0.6)).is_some());
        assert!(applies(&rules, "refund?", &near, Cosine(0.8)).is_none());
        assert!(applies(&rules, "refund?", &[Some((Cosine(0.3), 0))], Cosine(0.1)).is_none());
    }
}
