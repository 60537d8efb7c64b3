//! What a generator does with a model of random weights, and with files that are not what they should be.

mod tiny;

use std::ops::ControlFlow;

use self::tiny::{CONTEXT, file, read, tiny, with};
use super::*;
use crate::model::{Message, Speaker, StopReason, checkpoint::Value, checkpoint::writer::Writer, sampler::Sampling};

fn asks(text: &str) -> Prompt {
    Prompt { messages: vec![Message { speaker: Speaker::User, text: text.into() }], shared: 0 }
}

fn go_on(_: &str) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn generate(model: &mut Local, text: &str, tokens: usize) -> Generation {
    model.generate(&asks(text), &Decoding::greedy(tokens), &mut go_on).unwrap()
}

#[test]
fn the_same_prompt_gives_the_same_text_and_the_sink_gets_all_of_it() {
    let mut model = tiny();
    let mut streamed = String::new();
    let first = model
        .generate(&asks("What is due?"), &Decoding::greedy(24), &mut |text| {
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
fn guessing_ahead_changes_nothing_that_is_written() {
    for text in ["What is due?", "abcabcabcabcabcabcabc", "aaaaaaaaaaaaaaaaaaaaaaaa"] {
        let mut plain = tiny();
        plain.speculate(Speculation::Off);
        assert_eq!(generate(&mut tiny(), text, 120), generate(&mut plain, text, 120), "{text}");
    }
}

#[test]
fn a_shared_beginning_is_computed_once_and_changes_nothing_that_is_written() {
    let passages = "Passages that come before every question, one after the other. ".repeat(2);
    let prompt = |question: &str| Prompt { shared: passages.len(), ..asks(&format!("{passages}{question}")) };
    let mut model = tiny();
    let mut ask = |question: &str| model.generate(&prompt(question), &Decoding::greedy(20), &mut go_on).unwrap();
    let cold = ask("What is due?");
    assert_eq!(cold.reused, 0);
    let warm = ask("And when?");
    assert!(warm.reused >= passages.len(), "{} of {}", warm.reused, warm.prompt_tokens);
    let fresh = tiny().generate(&prompt("And when?"), &Decoding::greedy(20), &mut go_on).unwrap();
    assert_eq!(Generation { reused: 0, ..warm }, fresh);
    assert_eq!(ask("What is due?").text, cold.text);
}

#[test]
fn a_shared_beginning_on_disk_is_used_by_the_next_start_and_one_that_is_damaged_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    std::fs::write(&path, file().bytes()).unwrap();
    let cache = folder.path().join("cache");
    let setup = Setup { panels: Some(cache.join("panels")), prefixes: Some(cache.join("prefixes")), ..tiny::setup() };
    let text = "Passages that come before every question, one after the other.";
    let prompt = Prompt { shared: text.len(), ..asks(&format!("{text} Why?")) };
    let ask = || Local::open(&path, &setup).unwrap().generate(&prompt, &Decoding::greedy(20), &mut go_on).unwrap();
    let cold = ask();
    let warm = ask();
    assert!(cold.reused == 0 && warm.reused >= text.len(), "{} then {}", cold.reused, warm.reused);
    assert_eq!(warm.text, cold.text);
    let kept: Vec<_> = std::fs::read_dir(folder.path().join("cache/prefixes")).unwrap().flatten().collect();
    assert_eq!(kept.len(), 1);
    let bytes = std::fs::read(kept[0].path()).unwrap();
    std::fs::write(kept[0].path(), &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(ask(), cold);
    let panels: Vec<_> = std::fs::read_dir(folder.path().join("cache/panels")).unwrap().flatten().collect();
    assert_eq!(panels.len(), 1, "packed once");
    std::fs::write(panels[0].path(), b"cut short").unwrap();
    assert_eq!(ask().text, cold.text, "packed again");
}

#[test]
fn sampling_is_decided_by_its_seed() {
    let ask = |seed| {
        let sampling = Sampling { temperature: 1.5, seed, ..Sampling::default() };
        let decoding = Decoding { sampling, ..Decoding::greedy(24) };
        tiny().generate(&asks("What is due?"), &decoding, &mut go_on).unwrap().text
    };
    assert_eq!(ask(1), ask(1));
    assert_ne!(ask(1), ask(2));
    let wrong = Decoding { sampling: Sampling { top_p: 2.0, ..Sampling::default() }, ..Decoding::greedy(1) };
    assert!(tiny().generate(&asks("x"), &wrong, &mut go_on).unwrap_err().to_string().contains("`top_p` is 2"));
}

#[test]
fn what_is_held_to_quotations_writes_nothing_else() {
    let passage = "The return is due on April 15. A late return costs a penalty. Ask for more time by then.";
    let decoding = Decoding { quotes: Some(vec![passage.into()]), ..Decoding::greedy(200) };
    let said = tiny().generate(&asks(&format!("{passage} When is it due?")), &decoding, &mut go_on).unwrap();
    assert_eq!(said.stop, StopReason::EndOfTurn);
    let sentences = said.text.trim().split_inclusive(". ").map(str::trim);
    for sentence in sentences {
        let words = sentence.trim_start_matches(['\n', ' ']);
        let bare = ["and ", "or ", "but ", "Also, ", "However, "]
            .iter()
            .fold(words, |text, start| text.trim_start_matches(start));
        assert!(passage.contains(bare.trim_end_matches(',')), "{sentence:?} in {:?}", said.text);
    }
    assert!(!said.text.trim().is_empty());
}

#[test]
fn a_sink_that_breaks_stops_before_the_next_token() {
    let mut pieces = Vec::new();
    let stopped = tiny()
        .generate(&asks("What is due?"), &Decoding::greedy(24), &mut |text| {
            pieces.extend((!text.is_empty()).then(|| text.to_owned()));
            if pieces.len() == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    assert_eq!((stopped.stop, stopped.text), (StopReason::Cancelled, pieces.concat()));
    assert_eq!(pieces.len(), 3);
}

#[test]
fn a_token_that_ends_the_turn_ends_it_and_is_not_shown() {
    let whole = generate(&mut tiny(), "What is due?", 24);
    let (at, shown) = whole.text.char_indices().find(|(_, shown)| shown.is_ascii()).unwrap();
    let token = 3 + crate::model::tokenizer::alphabet().values().position(|byte| char::from(*byte) == shown).unwrap();
    let changed = with("tokenizer.ggml.eot_token_id", Value::U32(token as u32));
    let ended = generate(&mut read(&changed.bytes()).unwrap(), "What is due?", 24);
    assert_eq!(ended.stop, StopReason::EndOfTurn);
    assert_eq!(ended.text, whole.text[..at]);
}

#[test]
fn a_prompt_too_long_is_refused_in_tokens_and_an_answer_ends_where_the_context_does() {
    let mut model = tiny();
    let around = model.count_tokens(&asks("x")).unwrap() - 1;
    let exact = "x".repeat(CONTEXT - around);
    let said = model.generate(&asks(&exact), &Decoding::greedy(1), &mut |_| unreachable!()).unwrap_err();
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
    let said = |file: &Writer| read(&file.bytes()).err().expect("the file is wrong").to_string();
    let with = |key, value| said(&with(key, value));
    let number = Value::U32;
    assert!(with("general.architecture", Value::String("bert".into())).contains("`bert`; llama, qwen2, qwen3"));
    assert!(with("llama.attention.head_count", number(0)).contains("`llama.attention.head_count` is 0"));
    assert!(with("llama.attention.head_count_kv", number(0)).contains("0 key heads"));
    assert!(with("llama.rope.dimension_count", number(u32::MAX)).contains("4294967295"));
    assert!(with("llama.block_count", number(u32::MAX)).contains("4294967295"));
    assert!(with("llama.block_count", number(3)).contains("no tensor `blk.2."));
    assert!(with("llama.block_count", number(1)).contains("`blk.1.attn_k.weight`, which is not"));
    assert!(with("llama.feed_forward_length", number(65)).contains("should be"));
    assert!(with("llama.embedding_length", number(u32::MAX)).contains("4294967295"));
    assert!(with("llama.expert_count", number(8)).contains("mixture"));
    assert!(with("llama.rope.scaling.type", Value::String("yarn".into())).contains("`yarn`"));
    assert!(with("llama.context_length", Value::String("long".into())).contains("the text `long`"));
    assert!(with("tokenizer.chat_template", Value::String("{% if %}".into())).contains("chat template"));
    assert!(with("general.alignment", number(0)).contains("`general.alignment` is 0"));
    let without = |name: &str| {
        let mut file = file();
        file.tensors.retain(|tensor| tensor.0 != name);
        read(&file.bytes())
    };
    let said = without("output_norm.weight").err().expect("it is needed").to_string();
    assert!(said.contains("no tensor `output_norm.weight`"), "{said}");
    assert!(without("output.weight").is_ok(), "tied weights");
}

#[test]
fn a_file_cut_short_anywhere_is_an_error_and_never_a_panic() {
    let whole = file().bytes();
    for length in (0..whole.len()).step_by(13) {
        let error = read(&whole[..length]).err().unwrap_or_else(|| panic!("{length} of {} bytes", whole.len()));
        assert!(matches!(error, Error::ModelBroken { .. }), "{length}: {error:?}");
    }
}

#[test]
fn a_file_with_damaged_bytes_is_an_error_or_a_model_and_never_a_panic() {
    let whole = file().bytes();
    let weights: usize = file().tensors.iter().map(|tensor| tensor.3.len().next_multiple_of(32)).sum();
    let header = whole.len() - weights;
    let mut refused = 0;
    for at in (0..header).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xFF;
        match read(&damaged) {
            Ok(mut model) => drop(model.generate(&asks("x"), &Decoding::greedy(2), &mut go_on)),
            Err(error) => {
                refused += 1;
                assert!(matches!(error, Error::ModelBroken { .. }), "byte {at}: {error:?}");
            }
        }
    }
    assert!(refused > header / 7 / 4, "much of the damage is seen: {refused} of {}", header / 7);
}

#[test]
fn a_missing_file_and_a_file_of_another_kind_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    assert!(matches!(Local::open(&path, &tiny::setup()), Err(Error::Io { .. })));
    std::fs::write(&path, "<html>not found</html>").unwrap();
    let said = Local::open(&path, &tiny::setup()).err().expect("no model").to_string();
    assert!(said.contains("model.gguf` cannot be used: not a GGUF file: it starts with `<htm`"), "{said}");
    std::fs::write(&path, file().bytes()).unwrap();
    assert_eq!(Local::open(&path, &tiny::setup()).unwrap().name(), "model");
}
