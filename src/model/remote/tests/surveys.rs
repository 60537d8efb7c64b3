//! What a server tells beside answers, and what is made of a server that tells nothing.

use std::net::TcpListener;

use serde_json::{Value, json};

use super::{
    stub::{Act, Stub, finish, stream},
    *,
};

fn models(names: &[&str]) -> Value {
    json!({ "object": "list", "data": names.iter().map(|name| json!({ "id": name })).collect::<Vec<_>>() })
}

/// Of a server with these paths, and with settings that say nothing.
fn unsettled(paths: &[(&str, Value)]) -> (Stub, Remote) {
    let stub = Stub::with(&[], paths);
    let remote = remote(Endpoint { context_tokens: None, ..endpoint(&stub.base) });
    (stub, remote)
}

#[test]
fn a_probe_finds_the_model_among_the_servers() {
    for name in ["small", "small:latest"] {
        let (_stub, remote) = unsettled(&[("/v1/models", models(&["large", name]))]);
        assert_eq!(remote.probe().unwrap(), ["large", name]);
    }
}

#[test]
fn a_probe_says_what_is_wrong() {
    let told = |paths: &[(&str, Value)]| {
        let (_stub, remote) = unsettled(paths);
        let error = remote.probe().unwrap_err();
        format!("{error}\n{}", error.hint().unwrap())
    };
    let other = told(&[("/v1/models", models(&["large", "huge"]))]);
    assert!(other.contains("has no model `small`") && other.contains("it has `large`, `huge`"), "{other}");
    assert!(told(&[("/v1/models", models(&[]))]).contains("has no model\n"));
    assert!(told(&[("/v1/models", json!({}))]).contains("no list of models"));
    assert!(told(&[]).contains("there is nothing at"));
    let gone = remote(endpoint("http://127.0.0.1:1/v1")).probe().unwrap_err().to_string();
    assert!(gone.starts_with("no server can be reached at"), "{gone}");
}

#[test]
fn the_context_is_as_the_settings_or_the_server_say() {
    let listed = |more: Value| {
        let mut entry = json!({ "id": "small" });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ("/v1/models", json!({ "data": [{ "id": "large", "max_model_len": 9 }, entry] }))
    };
    let props = || ("/props", json!({ "default_generation_settings": { "n_ctx": 2048 } }));
    let trained = || listed(json!({ "meta": { "n_ctx_train": 8192 } }));
    for (paths, expected) in [
        (vec![listed(json!({ "max_model_len": 512 })), props()], 512),
        (vec![trained(), props()], 2048),
        (vec![trained()], 8192),
        (vec![props()], 2048),
        (vec![], GUESSED_CONTEXT),
    ] {
        let (stub, remote) = unsettled(&paths);
        assert_eq!((remote.context_tokens(), remote.context_tokens()), (expected, expected));
        assert_eq!(stub.seen("/v1/models").len(), 1, "it is asked once");
    }
    assert_eq!(remote(endpoint("http://127.0.0.1:1/v1")).context_tokens(), 1000);
}

/// What the prompt is counted as, and what the server was asked for that.
fn counted(paths: &[(&str, Value)]) -> (usize, Vec<(String, Value)>) {
    let (stub, remote) = unsettled(paths);
    let count = remote.count_tokens(&prompt()).unwrap();
    assert_eq!(remote.count_tokens(&prompt()).unwrap(), count, "who counts is found out once");
    (count, stub.seen("").into_iter().map(|seen| (seen.line, seen.body)).collect())
}

#[test]
fn tokens_are_counted_by_the_server_where_it_can() {
    let margin = 3 * 6; // two messages and the answer's head
    let (text, messages) = ("Be brief.\nWhy?", json!({ "content": "Be brief.\nWhy?" }));
    let in_llama_server = ("POST /tokenize".to_owned(), messages);
    let in_llama_cpp_python = ("POST /extras/tokenize/count".to_owned(), json!({ "model": "small", "input": text }));

    let (count, asked) = counted(&[("/tokenize", json!({ "tokens": [1, 2, 3, 4, 5] }))]);
    assert_eq!((count, asked), (5 + margin, vec![in_llama_server.clone(); 2]));

    let (count, asked) = counted(&[("/extras/tokenize/count", json!({ "count": 7 }))]);
    assert_eq!((count, asked.len()), (7 + margin, 4));
    assert_eq!((&asked[0], &asked[2], &asked[3]), (&in_llama_server, &in_llama_cpp_python, &in_llama_cpp_python));

    let (count, asked) = counted(&[]);
    assert_eq!((count, asked.len()), (text.len().div_ceil(2) + margin, 3));
}

#[test]
fn vllm_counts_the_template_too() {
    let needs_messages = |seen: &Value| match seen.get("messages") {
        Some(messages) => json!({ "count": messages.as_array().unwrap().len() * 10, "max_model_len": 4096 }),
        None => json!({ "error": { "message": "Field required" } }),
    };
    let stub = Stub::answering("/tokenize", needs_messages);
    let remote = at(&stub);
    assert_eq!((remote.count_tokens(&prompt()).unwrap(), remote.count_tokens(&prompt()).unwrap()), (20, 20));
    assert_eq!(stub.seen("/tokenize").len(), 3);
}

#[test]
fn a_server_of_llama_cpp_is_kept_from_punishing_repetition() {
    for (paths, expected) in [(&[("/tokenize", json!({ "tokens": [1] }))][..], json!(1.0)), (&[], Value::Null)] {
        let stub = Stub::with(&[Act::Sends(stream(&finish("stop"), 1000))], paths);
        ask(&mut at(&stub)).1.unwrap();
        assert_eq!(stub.prompts()[0].body["repeat_penalty"], expected);
    }
}

#[test]
fn who_is_not_there_is_asked_again_only_by_a_prompt() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let mut remote = remote(Endpoint { context_tokens: None, ..endpoint(&base) });
    let told = std::thread::spawn(move || {
        assert_eq!((remote.context_tokens(), remote.context_tokens()), (GUESSED_CONTEXT, GUESSED_CONTEXT));
        assert_eq!(remote.count_tokens(&prompt()).unwrap(), 25);
        failure(&mut remote)
    });
    for _ in 0..2 {
        drop(listener.accept().unwrap()); // the first question about the context, and the prompt
    }
    drop(listener);
    let told = told.join().unwrap();
    assert!(told.contains("the connection to") && told.contains("broke"), "{told}");
}

#[test]
fn a_prompt_that_is_too_long_is_refused_in_tokens_and_not_sent() {
    let counting = |count: usize| {
        let stub = Stub::with(
            &[Act::Sends(stream(&finish("stop"), 1000))],
            &[("/extras/tokenize/count", json!({ "count": count }))],
        );
        let error = ask(&mut at(&stub)).1.err();
        (error, stub)
    };
    let (error, stub) = counting(982);
    let error = error.unwrap();
    let host = stub.base.trim_start_matches("http://").trim_end_matches("/v1");
    let expected = format!("the prompt has 1000 tokens; `small at {host}` takes 1000, its answer included");
    assert_eq!((error.to_string(), error.exit_code()), (expected, 2));
    assert_eq!(stub.prompts().len(), 0);

    let (error, stub) = counting(972);
    assert!(error.is_none());
    assert_eq!(stub.prompts()[0].body["max_tokens"], 10, "the answer gets what is left");
}

#[test]
fn an_estimate_is_told_as_one() {
    let stub = Stub::new(&[]);
    let error = ask(&mut remote(Endpoint { context_tokens: Some(20), ..endpoint(&stub.base) })).1.unwrap_err();
    assert!(error.to_string().starts_with("the prompt has about 25 tokens"), "{error}");
}

#[test]
fn an_empty_prompt_is_refused() {
    let stub = Stub::new(&[]);
    let error = at(&stub).generate(&Prompt::default(), &decoding(), &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.exit_code()), ("the prompt is empty", 2));
    assert_eq!(stub.seen("").len(), 0);
}

#[test]
fn a_context_that_nobody_knows_is_left_to_the_server() {
    let stub = Stub::new(&[Act::Sends(stream(&finish("stop"), 1000))]);
    let mut remote = remote(Endpoint { context_tokens: None, ..endpoint(&stub.base) });
    let long = Prompt { messages: vec![Message { speaker: Speaker::User, text: "word ".repeat(10_000) }], shared: 0 };
    remote.generate(&long, &decoding(), &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(stub.prompts()[0].body["max_tokens"], 50);
}
