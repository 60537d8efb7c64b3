//! What a model on a server does when the server is well, odd, slow, busy, silent or gone. Loopback only.

mod answers;
mod refusals;
mod stub;
mod surveys;

use std::{ops::ControlFlow, time::Duration};

use self::stub::Stub;
use super::*;
use crate::model::{Message, Speaker};

/// For tests of silence.
const SHORT: Duration = Duration::from_millis(300);

/// Waits for long, does not try again, and has a context that nobody has to be asked about.
fn endpoint(base_url: &str) -> Endpoint {
    let long = Duration::from_secs(20);
    Endpoint {
        base_url: base_url.to_owned(),
        model: "small".into(),
        key: None,
        context_tokens: Some(1000),
        timeouts: Timeouts { connect: long, first: long, silence: long },
        retries: 0,
        seed: 1,
    }
}

fn remote(endpoint: Endpoint) -> Remote {
    Remote::new(endpoint).unwrap()
}

fn at(stub: &Stub) -> Remote {
    remote(endpoint(&stub.base))
}

/// Waits for [`SHORT`] only, once it is connected.
fn impatient(endpoint: Endpoint) -> Endpoint {
    Endpoint { timeouts: Timeouts { first: SHORT, silence: SHORT, ..endpoint.timeouts }, ..endpoint }
}

fn prompt() -> Prompt {
    let message = |speaker, text: &str| Message { speaker, text: text.into() };
    Prompt { messages: vec![message(Speaker::System, "Be brief."), message(Speaker::User, "Why?")], shared: 0 }
}

fn decoding() -> Decoding {
    Decoding::greedy(50)
}

/// What came of a prompt: the pieces, without the empty ones, and how it ended.
fn ask(remote: &mut Remote) -> (Vec<String>, Result<Generation>) {
    let mut pieces = Vec::new();
    let generation = remote.generate(&prompt(), &decoding(), &mut |piece| {
        pieces.push(piece.to_owned());
        ControlFlow::Continue(())
    });
    pieces.retain(|piece| !piece.is_empty());
    (pieces, generation)
}

/// The message and the hint of a prompt's failure.
fn failure(remote: &mut Remote) -> String {
    let error = ask(remote).1.unwrap_err();
    assert_eq!(error.exit_code(), 1);
    format!("{error}\n{}", error.hint().unwrap())
}

#[test]
fn a_name_says_which_model_and_where() {
    assert_eq!(remote(endpoint("http://localhost:8080/v1")).name(), "small at localhost:8080");
}

#[test]
fn a_key_that_anybody_on_the_way_could_read_is_warned_of() {
    let warning = |base: &str, key: Option<&str>| {
        remote(Endpoint { key: key.map(str::to_owned), ..endpoint(base) }).warning().is_some()
    };
    assert!(warning("http://models.example/v1", Some("secret")));
    assert!(!warning("http://models.example/v1", None));
    assert!(!warning("http://models.example/v1", Some("")));
    assert!(!warning("https://models.example/v1", Some("secret")));
    assert!(!warning("http://127.0.0.1:8080/v1", Some("secret")));
}

#[test]
fn a_key_that_cannot_be_sent_is_refused_without_being_shown() {
    for key in ["secret\n", "sécret", "secret\0"] {
        let error = Remote::new(Endpoint { key: Some(key.into()), ..endpoint("http://127.0.0.1:1/v1") });
        let error = error.err().unwrap();
        assert_eq!(error.exit_code(), 2);
        assert!(!format!("{error:?}").contains("cret"), "{error:?}");
    }
}
