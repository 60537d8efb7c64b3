//! How the files beside `config.json`, and names, say that a model is read.

use serde_json::{Value, json};

use super::{super::identity, folder::Folder, *};

const PROMPTS: &str = "config_sentence_transformers.json";
const SENTENCES: &str = "sentence_bert_config.json";
const POOLING: &str = "1_Pooling/config.json";

fn reading(folder: &Folder) -> Reading {
    folder.open().unwrap().reading
}

/// What stands before a question and before a passage.
fn prefixes(folder: &Folder) -> [String; 2] {
    let Reading { query, passage, .. } = reading(folder);
    [query, passage]
}

#[test]
fn without_files_and_a_telling_name_texts_are_read_as_they_are() {
    let folder = Folder::of("bert");
    assert_eq!(prefixes(&folder), ["", ""]);
    assert_eq!(reading(&folder).pooling, Pooling::Mean);
}

#[test]
fn e5_is_known_by_its_folder_its_repository_or_its_configuration() {
    let e5 = ["query: ", "passage: "];
    for name in [
        "multilingual-e5-small",
        "intfloat--multilingual-e5-base",
        "models--intfloat--e5-large-v2/snapshots/0a1b2c",
        "E5_ours",
    ] {
        assert_eq!(prefixes(&Folder::named("xlm-roberta", name)), e5, "{name}");
    }
    for name in ["the5-small", "e5/bert-base", "models--intfloat--e5-large-v2/other/0a1b2c", "me5small"] {
        assert_eq!(prefixes(&Folder::named("xlm-roberta", name)), ["", ""], "{name}");
    }
    let folder = Folder::of("bert");
    for (name, wanted) in [("intfloat/multilingual-e5-small", e5), ("/models/e5-base/", e5), ("/e5/bert/", [""; 2])] {
        folder.configure("_name_or_path", &json!(name));
        assert_eq!(prefixes(&folder), wanted, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_an_e5_folder_is_e5() {
    let folder = Folder::named("xlm-roberta", "multilingual-e5-small");
    let link = folder.path("../link");
    std::os::unix::fs::symlink(folder.path(""), &link).unwrap();
    let config = Config::read(&link.join("config.json")).unwrap();
    assert_eq!(Reading::beside(&link.join("config.json"), &config).unwrap().query, "query: ");
}

#[test]
fn an_instructed_e5_wants_a_task_before_questions_alone() {
    let [query, passage] = prefixes(&Folder::named("xlm-roberta", "multilingual-e5-large-instruct"));
    assert!(query.starts_with("Instruct: ") && query.ends_with("\nQuery: "), "{query}");
    assert_eq!(passage, "");
}

#[test]
fn stated_prompts_come_before_names() {
    let folder = Folder::named("bert", "e5");
    for (stated, wanted) in [
        (json!({ "prompts": { "query": "Q: ", "document": "D: ", "passage": "P: " } }), ["Q: ", "D: "]),
        (json!({ "prompts": { "query": "Q: ", "passage": "" } }), ["Q: ", ""]),
        (json!({ "prompts": { "corpus": "C: " } }), ["", "C: "]),
        (json!({ "prompts": { "query": "Q: ", "other": "O: " }, "default_prompt_name": "other" }), ["Q: ", "O: "]),
        (json!({ "prompts": { "query": "", "document": "" }, "default_prompt_name": null }), ["query: ", "passage: "]),
        (json!({ "prompts": null }), ["query: ", "passage: "]),
        (json!({}), ["query: ", "passage: "]),
    ] {
        folder.write(PROMPTS, &stated);
        assert_eq!(prefixes(&folder), wanted, "{stated}");
    }
    folder.write(PROMPTS, &json!({ "prompts": {}, "default_prompt_name": "absent" }));
    assert!(folder.refused().contains("no prompt `absent`"));
}

#[test]
fn a_prefix_stands_before_questions_or_before_passages() {
    let Expected { texts, cases, .. } = expected();
    let case = cases.iter().find(|case| !case.prefix.is_empty()).unwrap();
    let encoder = Folder::named(&case.model, "multilingual-e5-base").open().unwrap();
    assert!(apart(&questions(&encoder, &texts), &case.vectors) < 1e-5);
    assert!(apart(&passages(&encoder, &texts), &case.vectors) > 1e-2, "`passage: ` is another prefix");
}

#[test]
fn pooling_is_mean_or_cls_in_each_of_the_ways_to_write_it() {
    let folder = Folder::of("xlm-roberta");
    for (stated, wanted) in [
        (json!({ "word_embedding_dimension": 32, "pooling_mode_mean_tokens": true }), Pooling::Mean),
        (json!({ "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false }), Pooling::Cls),
        (json!({ "pooling_mode": "cls", "include_prompt": true }), Pooling::Cls),
        (json!({ "pooling_mode": ["mean"] }), Pooling::Mean),
        (json!({}), Pooling::Mean),
    ] {
        folder.write(POOLING, &stated);
        assert_eq!(reading(&folder).pooling, wanted, "{stated}");
    }
}

#[test]
fn another_pooling_is_refused_by_its_name() {
    let folder = Folder::of("xlm-roberta");
    for (stated, named) in [
        (json!({ "pooling_mode_max_tokens": true }), "`max_tokens`"),
        (json!({ "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true }), "`cls_token` and `mean_tokens`"),
        (json!({ "pooling_mode": "lasttoken" }), "`lasttoken`"),
        (json!({ "pooling_mode": ["mean", "cls"] }), "`mean` and `cls`"),
        (json!({ "pooling_mode": "weightedmean" }), "`weightedmean`"),
    ] {
        folder.write(POOLING, &stated);
        let error = folder.refused();
        let hint = "`mean` and `cls` are supported";
        assert!(error.contains("1_Pooling/config.json") && error.contains(named) && error.ends_with(hint), "{error}");
    }
}

#[test]
fn a_prefix_that_the_mean_leaves_out_is_refused_and_only_then() {
    let folder = Folder::of("bert");
    folder.write(POOLING, &json!({ "pooling_mode_mean_tokens": true, "include_prompt": false }));
    assert_eq!(prefixes(&folder), ["", ""]);
    folder.write(PROMPTS, &json!({ "prompts": { "query": "Q: " } }));
    assert!(folder.refused().contains("`include_prompt`"));
}

#[test]
fn the_steps_are_those_that_are_done_here() {
    let steps = |kinds: &[(&str, &str)]| {
        json!(kinds.iter().map(|(kind, path)| json!({ "type": kind, "path": path })).collect::<Vec<Value>>())
    };
    let usual = ("sentence_transformers.models.Transformer", "");
    let folder = Folder::of("bert");
    folder.write("modules.json", &steps(&[usual, ("sentence_transformers.models.Pooling", "pool")]));
    assert!(folder.refused().contains("pool/config.json` is not there"));
    folder.write("pool/config.json", &json!({ "pooling_mode": "cls" }));
    assert_eq!(reading(&folder).pooling, Pooling::Cls);
    folder.write("modules.json", &steps(&[usual, ("sentence_transformers.models.Dense", "2_Dense")]));
    let error = folder.refused();
    assert!(error.contains("`sentence_transformers.models.Dense`") && error.contains("Normalize"), "{error}");
}

#[test]
fn as_many_tokens_count_as_the_folder_says_and_have_positions() {
    let folder = Folder::of("xlm-roberta");
    for (stated, limit) in [(json!(16), 16), (json!(512), 40), (json!(null), 40)] {
        folder.write(SENTENCES, &json!({ "max_seq_length": stated, "do_lower_case": false }));
        assert_eq!(reading(&folder).limit, limit, "{stated}");
    }
    for stated in [0, 1, 2] {
        folder.write(SENTENCES, &json!({ "max_seq_length": stated }));
        folder.refused();
    }
}

#[test]
fn a_model_that_does_not_say_reads_256_tokens_and_e5_all() {
    let config = |name: &str| {
        let folder = Folder::named("xlm-roberta", name);
        folder.configure("max_position_embeddings", &json!(514));
        let path = folder.path("config.json");
        let config = Config::read(&path).unwrap();
        Reading::beside(&path, &config).unwrap().limit
    };
    assert_eq!([config("paraphrase"), config("multilingual-e5-base")], [256, 512]);
}

#[test]
fn letters_become_small_where_the_folder_says_so() {
    let folder = Folder::of("bert");
    folder.write(SENTENCES, &json!({ "do_lower_case": true }));
    let small = folder.open().unwrap();
    assert_eq!(small.encode_query("THE TAX").unwrap(), small.encode_query("the tax").unwrap());
    let plain = Folder::of("bert").open().unwrap();
    assert_ne!(plain.encode_query("THE TAX").unwrap(), plain.encode_query("the tax").unwrap());
}

#[test]
fn vectors_are_named_by_the_weights_and_by_how_they_are_read() {
    let folder = Folder::of("xlm-roberta");
    folder.configure("max_position_embeddings", &json!(514));
    let name = || identity("hash", &folder.path("config.json")).unwrap();
    assert_eq!(name(), "hash", "read as the default encoder is");
    folder.write(SENTENCES, &json!({ "max_seq_length": 256 }));
    assert_eq!(name(), "hash");
    folder.write(POOLING, &json!({ "pooling_mode": "cls" }));
    let cls = name();
    folder.write(PROMPTS, &json!({ "prompts": { "query": "Q: " } }));
    let prompted = name();
    folder.write(SENTENCES, &json!({ "max_seq_length": 128 }));
    assert!(cls != "hash" && prompted != cls && name() != prompted, "{cls}, {prompted}, {}", name());
}
