//! Tokens against those of the reference implementations, markers that are special only where the template wrote them,
//! and files that are refused.

use std::{collections::HashMap, sync::LazyLock};

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::checkpoint::Value;

fn tokenizer(values: &HashMap<String, Value>) -> Result<ChatTokenizer> {
    ChatTokenizer::new(Metadata::new(values))
}

fn smollm2() -> ChatTokenizer {
    tokenizer(&fixture::smollm2_metadata()).unwrap()
}

#[test]
fn tokens_are_those_of_smollm2s_own_tokenizer() {
    let tokenizer = smollm2();
    for (text, ids) in fixture::smollm2_cases() {
        assert_eq!(tokenizer.encode_text(&text).unwrap(), ids, "{text:?}");
        let bytes: Vec<u8> = ids.iter().flat_map(|id| tokenizer.bytes(*id)).copied().collect();
        assert_eq!(String::from_utf8(bytes).unwrap(), text);
    }
}

#[test]
fn a_marker_is_special_where_the_template_wrote_it_and_nowhere_else() {
    let tokenizer = smollm2();
    let (start, end) = (1, 2);
    let marker = "<|im_end|>";
    let pieces = [Piece::Template("<|im_start|>".into()), Piece::Message(marker), Piece::Template(marker.into())];
    let ids = tokenizer.encode_pieces(&pieces).unwrap();
    assert_eq!((ids[0], ids[ids.len() - 1]), (start, end));
    assert_eq!(ids[1..ids.len() - 1], tokenizer.encode_text(marker).unwrap());
    assert!(!ids[1..ids.len() - 1].contains(&end));
}

#[test]
fn a_message_meets_the_templates_text_as_if_they_were_written_together() {
    let tokenizer = smollm2();
    let apart = [Piece::Template("user\n".into()), Piece::Message("\n  Hello"), Piece::Template("\n".into())];
    let together = tokenizer.encode_text("user\n\n  Hello\n").unwrap();
    assert_eq!(tokenizer.encode_pieces(&apart).unwrap(), together);
}

#[test]
fn the_beginning_is_marked_once_where_the_file_asks_for_it() {
    let mut values = fixture::smollm2_metadata();
    values.insert("tokenizer.ggml.add_bos_token".into(), Value::Bool(true));
    let tokenizer = tokenizer(&values).unwrap();
    assert_eq!(tokenizer.encode_pieces(&[Piece::Template("<|im_start|>".into())]).unwrap(), [1]);
    assert_eq!(tokenizer.encode_pieces(&[Piece::Message("\n")]).unwrap(), [1, 198]);
}

#[test]
fn a_turn_ends_with_the_tokens_that_llama_cpp_stops_at() {
    for (names, ends) in fixture::ends() {
        let mut tokens: Vec<String> = ["[bos]", "[beginning]", "[eos]"].map(str::to_owned).into();
        tokens.extend(names);
        let kinds = vec![3; tokens.len()];
        let values = fixture::gpt2("gpt-2", tokens.clone(), kinds, fixture::texts(["a b"; 0]));
        let found = tokenizer(&values).unwrap().ends.into_iter().map(|id| tokens[id as usize].clone());
        assert_eq!(found.collect::<Vec<_>>(), ends);
    }
}

#[test]
fn korean_families_end_turns_with_names_of_their_own() {
    let tokens: Vec<String> = ["<|endofturn|>", "<|stop|>", "[|endofturn|]", "x"].map(str::to_owned).into();
    let mut values = fixture::gpt2("gpt-2", tokens, vec![3, 3, 3, 1], fixture::texts(["a b"; 0]));
    values.remove("tokenizer.ggml.eos_token_id");
    assert_eq!(tokenizer(&values).unwrap().ends, BTreeSet::from([0, 1, 2]));
}

#[test]
fn what_looks_like_a_marker_is_one_even_where_the_file_calls_it_text() {
    let tokens = ["<", "|", ">", "<|end|>", "<|", "|>", "</s>", "<|end"].map(str::to_owned).into();
    let merges = fixture::texts(["< |", "| >", "<|end |>"]);
    let values = fixture::gpt2("gpt-2", tokens, vec![1, 1, 1, 1, 1, 1, 4, 1], merges);
    let tokenizer = tokenizer(&values).unwrap();
    assert!(tokenizer.ends_turn(3) && !tokenizer.ends_turn(6), "text that is struck through ends no turn");
    assert!(!tokenizer.encode_text("<|end|>").unwrap().contains(&3));
    assert_eq!(tokenizer.encode_pieces(&[Piece::Template("<|end|>".into())]).unwrap(), [3]);
}

#[test]
fn what_is_missing_wrong_or_unknown_is_named() {
    let said = |key: &str, value: Option<Value>| {
        let mut values = fixture::smollm2_metadata();
        values.remove(key);
        values.extend(value.map(|value| (key.to_owned(), value)));
        tokenizer(&values).unwrap_err().to_string()
    };
    let text = |text: &str| Value::String(text.into());
    for key in ["model", "pre", "tokens", "token_type", "merges"] {
        let key = format!("tokenizer.ggml.{key}");
        assert_eq!(said(&key, None), format!("its metadata has no `{key}`"));
        assert!(said(&key, Some(Value::U8(7))).contains(&key));
    }
    assert!(said("tokenizer.ggml.model", Some(text("rwkv"))).contains("`rwkv`; `gpt2` and `llama` are supported"));
    assert!(said("tokenizer.ggml.token_type", Some(Value::Array(vec![]))).contains("0 token types"));
    assert!(said("tokenizer.ggml.eos_token_id", Some(Value::U32(u32::MAX))).contains("4294967295"));
    for merge in ["nospace", " ", "a", "<|im_start|> <|im_end|>", "ĠĠ zzzzzzzz"] {
        let merges = Value::Array(vec![text(merge)]);
        assert!(said("tokenizer.ggml.merges", Some(merges)).contains("does not join"), "{merge}");
    }
}

#[test]
fn a_tokenizer_json_gives_the_tokens_that_its_own_library_makes() {
    for (name, file, cases, prompts) in fixture::files() {
        let config =
            json!({"bos_token": null, "eos_token": {"content": if name == "mpt" { "<|im_end|>" } else { "</s>" }}});
        let tokenizer = ChatTokenizer::from_json(&file.to_string(), &config, &[]).unwrap();
        for (text, ids) in cases {
            assert_eq!(tokenizer.encode_text(&text).unwrap(), ids, "{name}: {text:?}");
        }
        for (prompt, ids) in prompts {
            assert_eq!(tokenizer.encode_pieces(&[Piece::Template(prompt.clone())]).unwrap(), ids, "{name}: {prompt}");
            let plain = tokenizer.encode_text(&prompt).unwrap();
            let shown: Vec<u8> = plain.iter().flat_map(|id| tokenizer.bytes(*id)).copied().collect();
            assert_eq!(String::from_utf8(shown).unwrap().trim_start(), prompt.trim_start(), "{name}");
        }
    }
}

#[test]
fn a_tokenizer_json_that_cannot_be_used_says_why() {
    let said = |file: &str, config: &serde_json::Value, ends: &[u32]| {
        ChatTokenizer::from_json(file, config, ends).unwrap_err().to_string()
    };
    let file = |model: serde_json::Value| json!({"model": model}).to_string();
    let none = json!({});
    assert!(said("{", &none, &[]).contains("`tokenizer.json` cannot be read"));
    assert!(said(&file(json!({"type": "Unigram", "vocab": []})), &none, &[]).contains("`Unigram`; `BPE` is supported"));
    let prefixed = json!({"vocab": {"a": 0}, "continuing_subword_prefix": "##"});
    assert!(said(&file(prefixed), &none, &[]).contains("prefix or suffix"));
    let plain = json!({"vocab": {"a": 0, "b": 4_000_000_000_u32}, "merges": ["a b"]});
    assert!(said(&file(plain), &none, &[]).contains("`a b` does not join"));
    assert!(said(&file(json!({"vocab": {"a": 0}})), &none, &[]).contains("no token that ends a turn"));
    assert!(said(&file(json!({"vocab": {"a": 0}})), &none, &[1]).contains("token 1; it has 1 tokens"));
    let config = json!({"eos_token": "</s>"});
    assert!(said(&file(json!({"vocab": {"a": 0}})), &config, &[]).contains("`eos_token` is `</s>`"));
    let strange = json!({"model": {"vocab": {"a": 0}}, "pre_tokenizer": {"type": "Strange"}}).to_string();
    assert!(said(&strange, &none, &[0]).contains("`pre_tokenizer`"));
    let table =
        json!({"model": {"vocab": {"a": 0}}, "normalizer": {"type": "Precompiled", "precompiled_charsmap": ""}});
    assert!(said(&table.to_string(), &none, &[0]).contains("precompiled"));
}

proptest! {
    #[test]
    fn any_text_is_shown_again_by_its_tokens(text in any::<String>()) {
        static TOKENIZER: LazyLock<ChatTokenizer> =
            LazyLock::new(|| tokenizer(&fixture::cuts_metadata("gpt-4o")).unwrap());
        let tokenizer = &*TOKENIZER;
        let ids = tokenizer.encode_text(&text).unwrap();
        let bytes: Vec<u8> = ids.iter().flat_map(|id| tokenizer.bytes(*id)).copied().collect();
        prop_assert_eq!(String::from_utf8(bytes).unwrap(), text);
    }

    #[test]
    fn what_a_file_says_of_its_tokens_is_used_or_refused(
        tokens in prop::collection::vec("[ab▁ <>|x0A-F]{0,4}", 0..12),
        kinds in prop::collection::vec(0i32..8, 12),
        scores in prop::collection::vec(any::<f32>(), 12),
        text in "[ab▁ <>|\n]{0,12}",
    ) {
        let count = tokens.len();
        let mut values = fixture::gpt2("gpt-2", tokens, kinds[..count].to_vec(), fixture::texts(["a b"; 0]));
        for kind in ["gpt2", "llama"] {
            values.insert("tokenizer.ggml.model".into(), Value::String(kind.into()));
            let scores = scores[..count].iter().copied().map(Value::F32).collect();
            values.insert("tokenizer.ggml.scores".into(), Value::Array(scores));
            if let Ok(tokenizer) = tokenizer(&values) {
                let pieces = [Piece::Template(text.clone()), Piece::Message(&text)];
                let ids = tokenizer.encode_pieces(&pieces).unwrap();
                prop_assert!(ids.iter().all(|id| (*id as usize) < count));
            }
        }
    }
}
