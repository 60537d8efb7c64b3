//! Answers that do not come, or not in full, and what is told of them.

use std::time::Duration;

use serde_json::json;

use super::{
    stub::{Act, Stub, cut_stream, event, finish, pieces, stream, whole, with_head},
    *,
};

fn persistent(stub: &Stub, retries: u32) -> Remote {
    remote(Endpoint { retries, ..endpoint(&stub.base) })
}

fn yes() -> Act {
    Act::Sends(stream(&(pieces(&["Yes"]) + finish("stop").as_str()), 1000))
}

#[test]
fn a_server_that_is_not_there_is_tried_again_and_then_told_of() {
    let told = failure(&mut remote(Endpoint { retries: 2, ..endpoint("http://127.0.0.1:1/v1") }));
    assert!(told.starts_with("no server can be reached at `http://127.0.0.1:1/v1`"), "{told}");
    assert!(told.contains("refused") && told.contains("tried 3 times") && told.contains("start the server"), "{told}");
}

#[test]
fn a_server_that_recovers_is_not_told_of() {
    for failing in [
        Act::HangsUp,
        Act::Sends(whole("500 Internal Server Error", "text/plain", "oops")),
        Act::Sends(whole("503 Service Unavailable", "application/json", r#"{"error":{"message":"Loading model"}}"#)),
        Act::Sends(cut_stream(": ping\n\n", 1000)),
    ] {
        let stub = Stub::new(&[failing.clone(), yes()]);
        assert_eq!(ask(&mut persistent(&stub, 1)).1.unwrap().text, "Yes", "{failing:?}");
        assert_eq!(stub.prompts().len(), 2);
        let stub = Stub::new(&[failing]);
        assert!(!failure(&mut persistent(&stub, 0)).contains("tried"));
    }
}

#[test]
fn a_server_that_asks_for_rest_gets_it_within_bounds() {
    let busy = |seconds| Act::Sends(with_head("429 Too Many Requests", &format!("Retry-After: {seconds}\r\n"), ""));
    let stub = Stub::new(&[busy(1), yes()]);
    assert_eq!(ask(&mut persistent(&stub, 1)).1.unwrap().text, "Yes");
    let prompts = stub.prompts();
    assert!(prompts[1].at - prompts[0].at >= Duration::from_secs(1));

    let stub = Stub::new(&[busy(3600)]);
    let told = failure(&mut persistent(&stub, 5));
    assert!(told.contains("(429) and wants 3600s of rest"), "{told}");
    assert_eq!(stub.prompts().len(), 1, "no person waits for an hour");
}

#[test]
fn what_will_not_get_better_is_not_tried_again() {
    let refused = |status: &str| Act::Sends(whole(status, "application/json", r#"{"error":"too long"}"#));
    for (status, expected) in [
        ("400 Bad Request", "refused the request (400): too long"),
        ("404 Not Found", "refused the request (404): too long"),
        ("501 Not Implemented", "failed (501): too long"),
    ] {
        let stub = Stub::new(&[refused(status)]);
        let told = failure(&mut persistent(&stub, 3));
        assert!(told.contains(expected), "{told}");
        assert_eq!(stub.prompts().len(), 1);
    }
}

#[test]
fn a_server_that_dies_in_mid_answer_leaves_an_error_and_no_second_attempt() {
    let body = pieces(&["Be", "caüse"]);
    for bytes in [
        cut_stream(&body, 1000),
        cut_stream(&(body.clone() + "data: {\"choi"), 1000),
        stream(&body, 1000),
        stream(&(body + "data: [DONE]\n\n"), 1000),
    ] {
        let stub = Stub::new(&[Act::Sends(bytes)]);
        let (pieces, generation) = ask(&mut persistent(&stub, 3));
        assert_eq!(pieces, ["Be", "caüse"]);
        let told = generation.unwrap_err().to_string();
        assert!(told.ends_with("after 7 characters of the answer: what was shown is not the whole of it"), "{told}");
        assert_eq!(stub.prompts().len(), 1);
    }
}

#[test]
fn silence_is_told_with_what_was_waited_for_and_how_long() {
    let began = cut_stream(&pieces(&["Be"]), 1000);
    for (sent, expected) in [
        (Vec::new(), "did not begin to answer in 300ms"),
        (cut_stream(": ping\n\n", 1000), "did not begin to answer in 300ms"),
        (began, "sent nothing more for 300ms, after 2 characters"),
    ] {
        let stub = Stub::new(&[Act::Stalls(sent)]);
        let told = failure(&mut remote(impatient(Endpoint { retries: 3, ..endpoint(&stub.base) })));
        assert!(told.contains(expected), "{told}");
        stub.hung_up.recv_timeout(Duration::from_secs(10)).unwrap();
        assert_eq!(stub.prompts().len(), 1, "who waited once does not wait again");
    }
}

#[test]
fn an_answer_that_ends_early_says_so() {
    for empty in [stream("", 1), whole("200 OK", "application/json", " "), stream(": ping\n\n", 1000)] {
        let stub = Stub::new(&[Act::Sends(empty)]);
        let told = failure(&mut persistent(&stub, 3)); // llama-cpp-python does so where the prompt is too long for it
        assert!(told.contains("ended its answer without saying that it is whole\n"), "{told}");
        assert!(told.contains("set how many tokens it takes"), "{told}");
        assert_eq!(stub.prompts().len(), 1);
    }
    let stub = Stub::new(&[Act::Sends(stream(&(pieces(&["Be"]) + finish("content_filter").as_str()), 1000))]);
    let told = failure(&mut at(&stub));
    assert!(told.contains("ended its answer early (`content_filter`), after 2 characters"), "{told}");
}

#[test]
fn an_error_within_the_stream_is_told_in_the_servers_words() {
    let said = json!({ "error": { "message": "out of\u{1b}[2J memory", "code": 500 } });
    for last in [event(said.clone()), format!("error: {said}\n\n"), format!("event: error\ndata: {said}\n\n")] {
        let stub = Stub::new(&[Act::Sends(stream(&(pieces(&["Be"]) + last.as_str()), 1000))]);
        let told = failure(&mut at(&stub));
        assert!(told.contains("failed: out of [2J memory, after 2 characters"), "{told}");
    }
}

#[test]
fn what_is_no_answer_of_this_api_points_at_the_address() {
    for (bytes, expected) in [
        (whole("404 Not Found", "text/html", "<html>no</html>"), "there is nothing at"),
        (whole("200 OK", "text/html", "<!doctype html><p>hello"), "answered with a web page"),
        (whole("200 OK", "application/json", r#"{"hello":1}"#), "answered with JSON that is no chat completion"),
        (whole("200 OK", "application/json", r#"{"hello":"#), "answered with something other than JSON"),
        (stream("data: hello\n\n", 1000), "answered with an event that is not JSON"),
    ] {
        let stub = Stub::new(&[Act::Sends(bytes)]);
        let told = failure(&mut at(&stub));
        assert!(told.contains(expected) && told.contains("it usually ends in `/v1`"), "{told}");
        assert!(told.contains(&stub.base), "{told}");
    }
}

#[test]
fn what_does_not_speak_http_points_at_the_address_too() {
    let stub = Stub::new(&[Act::Sends(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec())]);
    let told = failure(&mut at(&stub));
    assert!(told.contains("cannot be talked to") && told.contains("the port too"), "{told}");
}

#[test]
fn the_key_is_sent_to_the_server_and_told_to_nobody() {
    const KEY: &str = "sk-0123456789";
    let long = "x".repeat(295) + KEY; // what is shortened does not leave half of it
    let echo = json!({ "error": { "message": format!("bad key {KEY}") } }).to_string();
    let location = format!("Location: http://127.0.0.1:1/{KEY}\r\n");
    for (act, expected) in [
        (Act::Sends(whole("401 Unauthorized", "application/json", &echo)), "does not take the key (401)"),
        (Act::Sends(whole("403 Forbidden", "application/json", &echo)), "does not take the key (403)"),
        (Act::Sends(whole("400 Bad Request", "application/json", &echo)), "(400): bad key (key)"),
        (Act::Sends(whole("400 Bad Request", "text/plain", &long)), "(400): xxx"),
        (Act::Sends(stream(&format!("data: {echo}\n\n"), 1000)), "failed: bad key (key)"),
        (Act::Sends(with_head("307 Temporary Redirect", &location, "")), "sends on to `http://127.0.0.1:1/(key)`"),
        (Act::Stalls(Vec::new()), "did not begin to answer"),
        (Act::HangsUp, "broke"),
    ] {
        let hung_up = matches!(act, Act::HangsUp);
        let stub = Stub::new(&[act]);
        let endpoint = impatient(Endpoint { key: Some(KEY.into()), ..endpoint(&stub.base) });
        assert!(!format!("{endpoint:?}").contains("sk-"), "{endpoint:?}");
        let error = ask(&mut remote(endpoint)).1.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error:?} {error} {:?}", error.hint()).contains("sk-"), "{error:?}");
        assert!(hung_up || stub.prompts()[0].head["authorization"] == format!("Bearer {KEY}"));
        assert_eq!(stub.prompts().len(), 1);
    }
}

#[test]
fn a_server_that_wants_a_key_says_where_to_put_it() {
    let stub = Stub::new(&[Act::Sends(whole("401 Unauthorized", "text/plain", ""))]);
    let told = failure(&mut at(&stub));
    assert!(told.contains("wants a key (401)") && told.contains("environment variable"), "{told}");
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Stub::new(&[yes()]);
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let head = format!("Location: {}/chat/completions\r\n", elsewhere.base);
        let stub = Stub::new(&[Act::Sends(with_head(status, &head, ""))]);
        let told = failure(&mut at(&stub));
        assert!(told.contains(&format!("sends on to `{}", elsewhere.base)), "{told}");
    }
    assert_eq!(elsewhere.prompts().len(), 0);
}
