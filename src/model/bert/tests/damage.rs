//! Files that do not fit each other or are damaged give errors that name the file, and nothing else happens.

use std::fs;

use serde_json::{Value, json};

use super::*;

#[test]
fn another_family_is_refused_by_its_name() {
    let folder = Folder::of("bert");
    for (family, named) in
        [(json!("mpnet"), "`mpnet`"), (json!("modernbert"), "`modernbert`"), (Value::Null, "no `model_type`")]
    {
        folder.configure("model_type", &family);
        let error = folder.refused();
        assert!(error.contains("config.json") && error.contains(named) && error.contains("`xlm-roberta`"), "{error}");
    }
}

#[test]
fn another_activation_or_kind_of_position_is_refused_by_its_name() {
    for (key, value) in [("hidden_act", "gelu_new"), ("position_embedding_type", "relative_key")] {
        let folder = Folder::of("bert");
        folder.configure(key, &json!(value));
        let error = folder.refused();
        assert!(error.contains(key) && error.contains(value), "{error}");
    }
}

#[test]
fn roberta_without_a_padding_id_has_that_of_roberta() {
    let Expected { texts, cases, .. } = expected();
    let folder = Folder::of("xlm-roberta");
    folder.configure("pad_token_id", &Value::Null);
    folder.configure("model_type", &json!("roberta"));
    assert!(apart(&passages(&folder.open().unwrap(), &texts), &cases[0].vectors) < 1e-5);
}

#[test]
fn shapes_that_are_not_what_the_configuration_says_are_refused() {
    for (key, value, named) in [
        ("max_position_embeddings", 43, "position_embeddings"),
        ("max_position_embeddings", 41, "position_embeddings"),
        ("max_position_embeddings", 514, "position_embeddings"),
        ("max_position_embeddings", 2, "positions"),
        ("max_position_embeddings", 0, "positions"),
        ("pad_token_id", 41, "positions"),
        ("pad_token_id", i64::MAX, "positions"),
        ("hidden_size", 64, "word vectors"),
        ("hidden_size", 0, "numbers"),
        ("num_attention_heads", 5, "heads"),
        ("num_attention_heads", 0, "heads"),
        ("num_hidden_layers", 1, "encoder.layer.1"),
        ("num_hidden_layers", 3, "encoder.layer.2"),
        ("num_hidden_layers", i64::MAX, "encoder.layer."),
        ("intermediate_size", 63, "intermediate.dense"),
        ("intermediate_size", 0, "intermediate.dense"),
    ] {
        let folder = Folder::of("xlm-roberta");
        folder.configure(key, &json!(value));
        let error = folder.refused();
        assert!(error.contains(named), "{key} = {value}: {error}");
    }
}

#[test]
fn odd_values_in_the_configuration_are_errors() {
    for key in ["hidden_size", "num_hidden_layers", "max_position_embeddings", "layer_norm_eps", "hidden_act"] {
        for value in [json!(-1.5), json!([1]), json!("many"), json!({}), Value::Null] {
            let folder = Folder::of("bert");
            folder.configure(key, &value);
            if key != "layer_norm_eps" || !value.is_number() {
                folder.refused();
            }
        }
    }
}

#[test]
fn a_tokenizer_with_more_tokens_than_word_vectors_is_refused() {
    let folder = Folder::of("bert");
    let text = fs::read_to_string(folder.path("tokenizer.json")).unwrap();
    let mut tokenizer: Value = serde_json::from_str(&text).unwrap();
    tokenizer["model"]["vocab"].as_array_mut().unwrap().push(json!(["▁another", -9.0]));
    folder.write("tokenizer.json", &tokenizer);
    let error = folder.refused();
    assert!(error.contains("tokenizer.json") && error.contains("233 tokens") && error.contains("232"), "{error}");
}

#[test]
fn a_token_past_the_word_vectors_is_an_error_of_its_text() {
    let folder = Folder::of("bert");
    let text = fs::read_to_string(folder.path("tokenizer.json")).unwrap();
    let mut tokenizer: Value = serde_json::from_str(&text).unwrap();
    tokenizer["post_processor"]["special_tokens"]["<s>"]["ids"] = json!([4000]);
    folder.write("tokenizer.json", &tokenizer);
    let encoder = folder.open().unwrap();
    let error = encoder.encode_query("tax").unwrap_err();
    assert!(error.to_string().contains("4000") && error.hint().is_some(), "{error}");
    assert!(encoder.encode_passages(&["tax"], &mut |_| {}).is_err());
}

#[test]
fn a_file_that_is_cut_off_is_an_error() {
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        let folder = Folder::of("xlm-roberta");
        let whole = fs::read(folder.path(file)).unwrap();
        for part in 0..24 {
            fs::write(folder.path(file), &whole[..whole.len() * part / 24]).unwrap();
            let error = folder.refused();
            assert!(error.contains(file), "{error}");
        }
        fs::remove_file(folder.path(file)).unwrap();
        assert!(folder.refused().contains(file));
    }
}

#[test]
fn files_that_say_how_to_read_are_no_less_checked() {
    for file in
        ["modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "config_sentence_transformers.json"]
    {
        for content in [json!("no"), json!(7), json!([3]), json!({ "prompts": [1], "max_seq_length": -1 })] {
            let folder = Folder::of("bert");
            folder.write(file, &content);
            let is_harmless = file.starts_with("1_") && content.is_object();
            assert!(is_harmless || folder.refused().contains(file), "{file}: {content}");
        }
    }
}

#[test]
fn a_file_with_a_tensor_less_is_an_error_that_names_it() {
    let folder = Folder::of("xlm-roberta");
    let bytes = fs::read(folder.path("model.safetensors")).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    for lost in tensors.names() {
        let folder = Folder::of("xlm-roberta");
        folder.rename_tensors(|name| (name != lost).then(|| name.to_owned()));
        let error = folder.refused();
        assert!(error.contains(lost), "{lost}: {error}");
    }
}

#[test]
fn a_header_with_a_changed_byte_never_panics() {
    let folder = Folder::of("bert");
    let whole = fs::read(folder.path("model.safetensors")).unwrap();
    let header = 8 + u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    for at in (0..header).step_by(61) {
        let mut bytes = whole.clone();
        bytes[at] = bytes[at].wrapping_add(1);
        fs::write(folder.path("model.safetensors"), &bytes).unwrap();
        if let Ok(encoder) = folder.open() {
            assert_eq!(encoder.encode_query("the tax").unwrap().len(), 32);
        }
    }
}

#[test]
fn weights_that_are_no_numbers_give_vectors_and_no_panic() {
    let folder = Folder::of("bert");
    let mut bytes = fs::read(folder.path("model.safetensors")).unwrap();
    let header = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    bytes[header..].fill(0xff);
    fs::write(folder.path("model.safetensors"), &bytes).unwrap();
    assert_eq!(folder.open().unwrap().encode_query("the tax").unwrap().len(), 32);
}
