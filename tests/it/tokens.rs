//! Whole vocabularies: the same tokens as those that `tests/reference/tokenizer.py` has of the models' own tokenizers. The
//! tests beside the tokenizer have only as much of each vocabulary as their texts need.

use std::{
    fs,
    path::{Path, PathBuf},
};

use purview::model::{checkpoint::Checkpoint, tokenizer::ChatTokenizer};
use serde_json::{Value, json};

/// A file of `../shared/data/models`; with a note where it is absent.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/models").join(name);
    if !path.is_file() {
        eprintln!("skipped: `{}` is not there", path.display());
        return None;
    }
    Some(path)
}

/// Asserts that texts become the tokens that the reference made of them: where it has them at `pointer`.
fn gives_the_tokens(tokenizer: &ChatTokenizer, pointer: &str) {
    let reference: Value = serde_json::from_str(include_str!("../reference/tokenizer.json")).unwrap();
    let cases: Vec<(String, Vec<u32>)> = serde_json::from_value(reference.pointer(pointer).unwrap().clone()).unwrap();
    assert!(cases.len() > 30, "{} cases", cases.len());
    for (text, ids) in cases {
        assert_eq!(tokenizer.encode_text(&text).unwrap(), ids, "{text:?}");
    }
}

#[test]
fn smollm2s_whole_file_gives_its_tokens() {
    let Some(path) = shared("smollm2.tokenizer.json") else { return };
    let file = fs::read_to_string(path).unwrap();
    let tokenizer = ChatTokenizer::from_json(&file, &json!({ "eos_token": "<|im_end|>" }), &[0]).unwrap();
    assert_eq!((tokenizer.tokens(), tokenizer.ends()), (49152, vec![0, 2]));
    gives_the_tokens(&tokenizer, "/smollm2/cases");
}

#[test]
fn llamas_whole_vocabulary_gives_its_tokens() {
    let Some(path) = shared("ggml-vocab-llama.gguf") else { return };
    let file = Checkpoint::open(&path).unwrap();
    let tokenizer = ChatTokenizer::new(file.metadata()).unwrap();
    assert_eq!((tokenizer.tokens(), tokenizer.ends()), (32000, vec![2]));
    gives_the_tokens(&tokenizer, "/pieces/families/0/cases"); // the first is Llama itself
}
