//! What the generator does with a model of random weights, and with files that are not what they should be.

use std::{io::Cursor, ops::ControlFlow};

use candle_core::quantized::gguf_file::{Content, Value};

use super::{
    synthetic::{CONTEXT, Tiny},
    *,
};
use crate::model::{Message, Speaker};

fn read(bytes: &[u8]) -> Result<Gguf> {
    Gguf::read(Cursor::new(bytes), bytes.len() as u64, "tiny".into())
}

fn tiny() -> Gguf {
    read(&Tiny::PLAIN.bytes()).unwrap()
}

fn asks(text: &str) -> Prompt {
    Prompt { messages: vec![Message { speaker: Speaker::User, text: text.into() }] }
}

fn generate(model: &mut Gguf, text: &str, tokens: usize) -> Generation {
    model.generate(&asks(text), Limits { tokens }, &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn the_same_prompt_gives_the_same_text_and_the_sink_gets_all_of_it() {
    let mut model = tiny();
    let mut streamed = String::new();
    let first = model
        .generate(&asks("What is due?"), Limits { tokens: 24 }, &mut |text| {
            streamed.push_str(text);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((first.tokens, first.stop), (24, StopReason::Length));
    assert_eq!(first.prompt_tokens, model.count_tokens(&asks("What is due?")).unwrap());
    assert_eq!(streamed, first.text);
    assert_eq!(generate(&mut model, "What is due?", 24), first);
}

#[test]
fn a_second_conversation_does_not_see_the_first() {
    let mut used = tiny();
    let first = generate(&mut used, "Tell me about deductions.", 16);
    let second = generate(&mut used, "And the deadline?", 16);
    assert_ne!(first.text, second.text, "the model must depend on its prompt, or this test says nothing");
    assert_eq!(second, generate(&mut tiny(), "And the deadline?", 16));
}

#[test]
fn a_prompt_read_in_parts_gives_what_it_gives_when_read_at_once() {
    let model = tiny();
    let ids = model.encode(&asks("a prompt that is longer than one part")).unwrap();
    let logits = |part| {
        let mut run = Run { weights: model.weights.clone(), position: 0 };
        run.read(&ids, part, &mut |_| ControlFlow::Continue(())).unwrap().unwrap()
    };
    let (whole, parts) = (logits(ids.len()), logits(7));
    assert_eq!(likeliest(&whole).unwrap(), likeliest(&parts).unwrap());
    assert!(whole.iter().zip(&parts).all(|(a, b)| (a - b).abs() < 1e-2 * a.abs().max(1.0)));
}

#[test]
fn a_sink_that_breaks_stops_before_the_next_token() {
    let mut calls = 0;
    let stopped = tiny()
        .generate(&asks("What is due?"), Limits { tokens: 24 }, &mut |_| {
            calls += 1;
            if calls == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    assert_eq!((calls, stopped.tokens, stopped.stop), (3, 3, StopReason::Cancelled));
}

#[test]
fn a_sink_that_breaks_while_a_prompt_is_read_stops_before_the_next_part() {
    let model = tiny();
    let ids = model.encode(&asks("a prompt that is longer than two parts")).unwrap();
    let mut run = Run { weights: model.weights.clone(), position: 0 };
    let stopped = run.read(&ids, 7, &mut |text| {
        assert_eq!(text, "");
        ControlFlow::Break(())
    });
    assert_eq!((stopped.unwrap(), run.position), (None, 7));
}

#[test]
fn a_token_that_ends_the_turn_ends_it_and_is_not_shown() {
    let whole = generate(&mut tiny(), "What is due?", 24);
    let mut model = tiny();
    let third = {
        let mut run = Run { weights: model.weights.clone(), position: 0 };
        let prompt = model.encode(&asks("What is due?")).unwrap();
        let mut next = |tokens: &[u32]| likeliest(&run.step(tokens).unwrap()).unwrap();
        let first = next(&prompt);
        let second = next(&[first]);
        next(&[second])
    };
    let ended = generate(
        &mut read(&Tiny::with("tokenizer.ggml.eot_token_id", Value::U32(third)).bytes()).unwrap(),
        "What is due?",
        24,
    );
    assert_eq!(ended.stop, StopReason::EndOfTurn);
    assert!(ended.tokens <= 2 && whole.tokens == 24);
    assert_eq!(generate(&mut model, "What is due?", ended.tokens).text, ended.text);
}

#[test]
fn a_prompt_too_long_is_refused_in_tokens_and_an_answer_ends_where_the_context_does() {
    let mut model = tiny();
    let around = model.count_tokens(&asks("x")).unwrap() - 1;
    let exact = "x".repeat(CONTEXT - around);
    let said = model.generate(&asks(&exact), Limits { tokens: 1 }, &mut |_| unreachable!()).unwrap_err();
    assert_eq!(said.to_string(), "the prompt has 256 tokens; `tiny` takes 256, its answer included");
    assert_eq!(generate(&mut model, &exact[2..], 9).tokens, 2);
    assert_eq!(generate(&mut model, "x", 0).tokens, 0);
}

#[test]
fn a_marker_in_a_message_costs_its_letters() {
    let model = tiny();
    let tokens = |text: &str| model.count_tokens(&asks(text)).unwrap();
    assert_eq!(tokens("<|im_end|>") - tokens("x"), "<|im_end|>".len() - 1);
}

#[test]
fn what_a_file_lacks_or_has_wrong_is_named() {
    let said = |tiny: &Tiny| read(&tiny.bytes()).err().expect("the file is wrong").to_string();
    let with = |key, value| said(&Tiny::with(key, value));
    let number = Value::U32;
    assert!(with("general.architecture", Value::String("qwen2".into())).contains("`qwen2`; `llama` is supported"));
    assert!(with("llama.attention.head_count", number(0)).contains("0 heads"));
    assert!(with("llama.attention.head_count_kv", number(0)).contains("0 key heads"));
    assert!(with("llama.rope.dimension_count", number(u32::MAX)).contains("4294967295"));
    assert!(with("llama.block_count", number(u32::MAX)).contains("4294967295"));
    assert!(with("llama.block_count", number(3)).contains("no tensor `blk.2."));
    assert!(with("llama.block_count", number(1)).contains("`blk.1.attn_k.weight`, which is not"));
    assert!(with("llama.feed_forward_length", number(65)).contains("should be"));
    assert!(with("llama.expert_count", number(8)).contains("mixture"));
    assert!(with("llama.rope.scaling.type", Value::String("yarn".into())).contains("`yarn`"));
    assert!(with("llama.context_length", Value::String("long".into())).contains("the text `long`"));
    assert!(with("tokenizer.chat_template", Value::String("{% if %}".into())).contains("chat template"));
    assert!(
        said(&Tiny { without: vec!["output_norm.weight"], ..Tiny::PLAIN }).contains("no tensor `output_norm.weight`")
    );
    assert!(said(&Tiny { stranger: Some("rope_freqs.weight"), ..Tiny::PLAIN }).contains("`rope_freqs.weight`"));
    assert!(read(&Tiny { without: vec!["output.weight"], ..Tiny::PLAIN }.bytes()).is_ok(), "tied weights");
}

#[test]
fn a_file_cut_short_anywhere_is_an_error_and_never_a_panic() {
    let whole = Tiny::PLAIN.bytes();
    let padding = 31; // After the last tensor; candle's writer fills up to the alignment.
    for length in (0..whole.len() - padding).step_by(13) {
        let error = read(&whole[..length]).err().unwrap_or_else(|| panic!("{length} of {} bytes", whole.len()));
        assert!(matches!(error, Error::ModelBroken { .. }), "{length}: {error:?}");
    }
}

#[test]
fn a_file_with_damaged_bytes_is_an_error_or_a_model_and_never_a_panic() {
    let whole = Tiny::PLAIN.bytes();
    let header = Content::read(&mut Cursor::new(&whole)).unwrap().tensor_data_offset as usize;
    let mut refused = 0;
    for at in (0..header).step_by(11) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xFF;
        match read(&damaged) {
            Ok(mut model) => drop(model.generate(&asks("x"), Limits { tokens: 2 }, &mut |_| ControlFlow::Continue(()))),
            Err(error) => {
                refused += 1;
                assert!(matches!(error, Error::ModelBroken { .. }), "byte {at}: {error:?}");
            }
        }
    }
    assert!(refused > header / 11 / 2, "most damage is seen: {refused} of {}", header / 11);
}

#[test]
fn a_missing_file_and_a_file_of_another_kind_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    assert!(matches!(Gguf::open(&path), Err(Error::Io { .. })));
    std::fs::write(&path, "<html>not found</html>").unwrap();
    let said = Gguf::open(&path).err().expect("no model").to_string();
    assert!(said.contains("model.gguf` cannot be used: not a GGUF file: it starts with `<htm`"), "{said}");
    std::fs::write(&path, Tiny::PLAIN.bytes()).unwrap();
    assert_eq!(Gguf::open(&path).unwrap().name(), "model");
}
