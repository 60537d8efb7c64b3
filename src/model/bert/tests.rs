//! Two tiny encoders against transformers (`tests/reference/encoder.py`), and folders that say how to read them, or are
//! damaged.

mod damage;
mod folder;
mod readings;

use serde::Deserialize;
use serde_json::json;

use super::*;
use folder::Folder;

/// What `tests/reference/encoder/expected.json` has.
#[derive(Deserialize)]
struct Expected {
    texts: Vec<String>,
    tokens: Vec<usize>,
    words: std::collections::BTreeMap<String, bool>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    model: String,
    prefix: String,
    limit: usize,
    pooling: String,
    vectors: Vec<Vec<f32>>,
}

fn expected() -> Expected {
    serde_json::from_str(include_str!("../../../tests/reference/encoder/expected.json")).unwrap()
}

/// The largest difference between the numbers of two lists of vectors.
fn apart(ours: &[Vec<f32>], theirs: &[Vec<f32>]) -> f32 {
    assert_eq!((ours.len(), ours[0].len()), (theirs.len(), theirs[0].len()));
    let differences = ours.iter().flatten().zip(theirs.iter().flatten()).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, |most, one| if one <= most { most } else { one }) // what is not a number counts
}

fn passages(encoder: &Bert, texts: &[String]) -> Vec<Vec<f32>> {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    encoder.encode_passages(&texts, &mut |_| {}).unwrap()
}

fn questions(encoder: &Bert, texts: &[String]) -> Vec<Vec<f32>> {
    texts.iter().map(|text| encoder.encode_query(text).unwrap()).collect()
}

#[test]
fn vectors_are_those_of_transformers() {
    let Expected { texts, cases, .. } = expected();
    for case in &cases {
        let folder = Folder::of(&case.model);
        folder.write("1_Pooling/config.json", &json!({ "pooling_mode": case.pooling }));
        folder.write("sentence_bert_config.json", &json!({ "max_seq_length": case.limit }));
        folder.write("config_sentence_transformers.json", &json!({ "prompts": { "query": case.prefix } }));
        let encoder = folder.open().unwrap();
        let most = apart(&questions(&encoder, &texts), &case.vectors);
        let what = format!("{} {:?} {} {}", case.model, case.prefix, case.limit, case.pooling);
        assert!(most < 1e-5, "{what}: {most}");
        if case.prefix.is_empty() {
            let most = apart(&passages(&encoder, &texts), &case.vectors);
            assert!(most < 1e-5, "{what}, end to end: {most}");
        }
    }
    let kinds = |kind: fn(&Case) -> &str| cases.iter().map(kind).collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!([kinds(|case| &case.model), kinds(|case| &case.prefix), kinds(|case| &case.pooling)], [2, 2, 2]);
}

#[test]
fn a_text_without_an_end_is_read_up_to_the_last_position() {
    let Expected { texts, tokens, .. } = expected();
    let long = tokens.iter().position(|tokens| *tokens > 100).unwrap();
    for (model, positions) in [("xlm-roberta", 42), ("bert", 40)] {
        let encoder = Folder::of(model).open().unwrap();
        assert_eq!(encoder.config.positions, positions);
        assert_eq!(encoder.tokens("", &texts[long]).unwrap().len(), 40, "{model}");
        assert_eq!(encoder.tokens("", "").unwrap().len(), 2, "{model}");
    }
}

#[test]
fn a_word_is_known_where_it_is_one_token() {
    let Expected { words, .. } = expected();
    let encoder = Folder::of("xlm-roberta").open().unwrap();
    for (word, is_known) in &words {
        assert_eq!(encoder.knows(word), *is_known, "{word}");
    }
    assert!(words.values().any(|known| *known) && words.values().any(|known| !known));
    assert!(!encoder.knows("ing") && encoder.tokenizer.token_to_id("ing").is_some(), "a piece is no word");
    assert!(!encoder.knows("") && !encoder.knows("the tax"));
}

#[test]
fn a_model_below_a_head_has_another_prefix() {
    let Expected { texts, cases, .. } = expected();
    for prefix in ["bert.", "roberta."] {
        let folder = Folder::of(&cases[0].model);
        folder.rename_tensors(|name| Some(format!("{prefix}{name}")));
        let most = apart(&passages(&folder.open().unwrap(), &texts), &cases[0].vectors);
        assert!(most < 1e-5, "{prefix}: {most}");
    }
    let folder = Folder::of("bert");
    folder.rename_tensors(|name| Some(format!("electra.{name}")));
    let error = folder.refused();
    assert!(error.contains("no `embeddings.word_embeddings.weight`"), "{error}");
}
