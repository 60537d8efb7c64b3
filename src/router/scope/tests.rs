//! Facts about the scope gate, with an encoder that knows letters only.

use super::*;
use crate::router;

/// A stand-in for an encoder: how often each letter occurs, as a unit vector.
#[expect(clippy::unnecessary_wraps, reason = "it stands in for an encoder, which may fail")]
fn letters(texts: &[&str]) -> Result<Vec<Vec<f32>>> {
    let vector = |text: &&str| {
        let mut counts = [1e-3_f32; 26];
        text.to_lowercase().bytes().filter(u8::is_ascii_lowercase).for_each(|b| counts[usize::from(b - b'a')] += 1.0);
        let length = counts.iter().map(|c| c * c).sum::<f32>().sqrt();
        counts.iter().map(|c| c / length).collect()
    };
    Ok(texts.iter().map(vector).collect())
}

const SPACE: Space<'_> = Space { encoder: "letters", dims: 26 };

fn topic(name: &str, questions: &[&str], instead: Option<&str>) -> router::Topic {
    router::Topic {
        topic: name.into(),
        instead: instead.map(str::to_owned),
        questions: questions.iter().map(|q| (*q).to_owned()).collect(),
    }
}

fn model(closed: bool) -> ScopeModel {
    let examples = Examples {
        inside: vec![
            topic(
                "green tea",
                &["how hot for green tea", "steep sencha how long", "green tea bitter why", "which sencha is sweet"],
                None,
            ),
            topic(
                "black tea",
                &["milk in black tea", "assam steep time", "black tea with lemon", "how strong is assam"],
                None,
            ),
        ],
        near: vec![topic(
            "coffee",
            &["how do i grind coffee", "espresso too sour", "coffee beans roast", "espresso machine"],
            Some("a barista"),
        )],
        closed,
    };
    let teaching = Teaching { examples: &examples, inside: &[], outside: &[], rules: &[], elsewhere: &[] };
    ScopeModel::fit(teaching, Recipe::of(closed), None, &[], SPACE, &mut letters).unwrap()
}

fn judge(model: &ScopeModel, question: &str) -> Scope {
    let vector = letters(&[question]).unwrap().remove(0);
    model.judge(question, &vector, None, 0)
}

#[test]
fn a_question_of_the_pack_is_likelier_inside_than_a_near_miss_and_than_anything_else() {
    let model = model(false);
    let [inside, near, far] =
        ["how long do i steep sencha green tea", "espresso coffee grind", "who won the football match"]
            .map(|question| judge(&model, question));
    assert!(inside.probability > 0.5, "{inside:?}");
    assert!(near.near < inside.near && far.far < inside.far, "{near:?} {far:?}");
}

#[test]
fn a_near_miss_names_who_can_help_and_the_nearest_examples() {
    let found = judge(&model(false), "how do i grind espresso coffee");
    assert_eq!(found.instead.as_deref(), Some("a barista"));
    let note = |signal: &str| found.findings.iter().find(|f| f.signal == signal).and_then(|f| f.note.clone());
    assert_eq!(note("nearest.near_miss").as_deref(), Some("how do i grind coffee"));
    assert!(note("nearest.example").is_some());
}

#[test]
fn a_stored_model_judges_as_the_fitted_one() {
    let fitted = model(true);
    let folder = tempfile::tempdir().unwrap();
    fitted.save(folder.path()).unwrap();
    let opened = ScopeModel::open(folder.path()).unwrap();
    assert_eq!(judge(&fitted, "green tea?"), judge(&opened, "green tea?"));
    let path = folder.path().join(WORDS);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert!(ScopeModel::open(folder.path()).is_err(), "a file cut short is refused");
}

#[test]
fn a_fit_is_the_same_every_time() {
    let [one, other] = [model(false), model(false)].map(|model| judge(&model, "oolong?"));
    assert_eq!(one, other);
}

#[test]
fn the_odds_against_both_kinds_add_up() {
    assert!((together(0.5, 0.5) - 1.0 / 3.0).abs() < 1e-6);
    assert!((together(1.0, 0.8) - 0.8).abs() < 1e-6);
    assert!(together(0.0, 1.0) < 1e-6);
}
