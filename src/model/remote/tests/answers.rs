//! Answers that come, in full or in part.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{
    stub::{Act, Stub, cut_stream, event, finish, pieces, stream, whole},
    *,
};

#[test]
fn text_comes_piece_by_piece_and_the_pieces_are_the_text() {
    let usage = event(json!({ "choices": [], "usage": { "prompt_tokens": 11, "completion_tokens": 3 } }));
    let ended = event(json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] }));
    let body = pieces(&["Be", "cause", "."]) + ended.as_str() + usage.as_str() + "data: [DONE]\n\n";
    let stub = Stub::new(&[Act::Sends(stream(&body, 1000))]);
    let (pieces, generation) = ask(&mut at(&stub));
    assert_eq!(pieces, ["Be", "cause", "."]);
    let expected = Generation {
        text: "Because.".into(),
        prompt_tokens: 11,
        reused: 0,
        tokens: 3,
        stop: StopReason::EndOfTurn,
        parts: Vec::new(),
    };
    assert_eq!(generation.unwrap(), expected);
}

#[test]
fn a_prompt_is_sent_with_roles_and_limits_and_without_a_key_that_is_not_there() {
    let stub = Stub::new(&[Act::Sends(stream(&finish("stop"), 1000))]);
    ask(&mut at(&stub)).1.unwrap();
    let seen = &stub.prompts()[0];
    assert_eq!(
        seen.body,
        json!({
            "model": "small",
            "messages": [{ "role": "system", "content": "Be brief." }, { "role": "user", "content": "Why?" }],
            "max_tokens": 50, "temperature": 0.0, "top_p": 1.0, "seed": 0,
            "stream": true, "stream_options": { "include_usage": true },
        })
    );
    assert_eq!(seen.head["content-type"], "application/json");
    assert!(!seen.head.contains_key("authorization"));
}

#[test]
fn bytes_may_be_cut_anywhere_even_inside_a_character() {
    let body = ": ping\r\n\r\n".to_owned()
        + pieces(&["é", "😀", "\"\n"]).replace('\n', "\r\n").as_str()
        + finish("length").as_str();
    for chunk in [1, 2, 3, 7] {
        let stub = Stub::new(&[Act::Sends(stream(&body, chunk))]);
        let generation = ask(&mut at(&stub)).1.unwrap();
        assert_eq!((generation.text.as_str(), generation.stop), ("é😀\"\n", StopReason::Length), "{chunk}");
        assert_eq!(generation.tokens, 3, "where the server does not count, a piece is a token");
    }
}

#[test]
fn a_server_that_does_not_stream_is_understood() {
    let answer = json!({
        "choices": [{ "message": { "role": "assistant", "content": "Because." }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 11, "completion_tokens": 3 },
    });
    let stub = Stub::new(&[Act::Sends(whole("200 OK", "application/json", &answer.to_string()))]);
    let (pieces, generation) = ask(&mut at(&stub));
    assert_eq!((pieces, generation.unwrap().tokens), (vec!["Because.".to_owned()], 3));
}

#[test]
fn a_break_closes_the_connection_at_once() {
    let stub = Stub::new(&[Act::Stalls(cut_stream(&pieces(&["Be", "cause"]), 1000))]);
    let mut broken_at = None;
    let generation = at(&stub).generate(&prompt(), &decoding(), &mut |piece| {
        if piece == "Be" {
            broken_at = Some(Instant::now());
            return ControlFlow::Break(());
        }
        assert!(broken_at.is_none(), "the sink is not asked after a break");
        ControlFlow::Continue(())
    });
    let generation = generation.unwrap();
    assert_eq!((generation.text.as_str(), generation.stop), ("Be", StopReason::Cancelled));
    let hung_up = stub.hung_up.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(hung_up - broken_at.unwrap() < Duration::from_secs(1));
}

/// Breaks at the first call after `then`, with servers that wait much longer.
fn cancelled_after(stub: &Stub, retries: u32, then: Duration) -> Generation {
    let long = Duration::from_mins(1);
    let timeouts = Timeouts { connect: long, first: long, silence: long };
    let mut remote = remote(Endpoint { timeouts, retries, ..endpoint(&stub.base) });
    let started = Instant::now();
    let generation = remote.generate(&prompt(), &decoding(), &mut |_| {
        if started.elapsed() > then { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(started.elapsed() < then + Duration::from_secs(1), "{:?}", started.elapsed());
    generation.unwrap()
}

#[test]
fn a_silent_server_is_cancelled_within_a_second() {
    for (sent, text) in [(Vec::new(), ""), (cut_stream("", 1), ""), (cut_stream(&pieces(&["Be"]), 1000), "Be")] {
        let stub = Stub::new(&[Act::Stalls(sent)]);
        let generation = cancelled_after(&stub, 0, Duration::from_millis(150));
        assert_eq!((generation.text.as_str(), generation.stop), (text, StopReason::Cancelled));
        stub.hung_up.recv_timeout(Duration::from_secs(10)).expect("the server sees that the other side hung up");
    }
}

#[test]
fn a_wait_for_another_attempt_is_cancelled_within_a_second() {
    let busy = stub::with_head("429 Too Many Requests", "Retry-After: 20\r\n", "");
    let stub = Stub::new(&[Act::Sends(busy)]);
    let generation = cancelled_after(&stub, 3, Duration::from_millis(150));
    assert_eq!((generation.text.as_str(), generation.stop), ("", StopReason::Cancelled));
}

#[test]
fn an_answer_that_is_whole_needs_nothing_after_it() {
    let ended = event(json!({ "choices": [{ "delta": { "content": "Yes" }, "finish_reason": "stop" }] }));
    for act in [
        Act::Sends(cut_stream(&ended, 1000)),
        Act::Sends(stream(&ended, 1000)),
        Act::Sends(stream(ended.trim_end(), 1000)),
        Act::Sends(stream(&(ended.clone() + "data: {}\n\n"), 1000)),
    ] {
        let stub = Stub::new(&[act]);
        assert_eq!(ask(&mut at(&stub)).1.unwrap().text, "Yes");
    }
}

#[test]
fn nothing_is_asked_where_nothing_may_be_written() {
    let stub = Stub::new(&[]);
    let generation = at(&stub).generate(&prompt(), &Decoding::greedy(0), &mut |_| ControlFlow::Continue(()));
    assert_eq!(generation.unwrap().stop, StopReason::Length);
    assert_eq!(stub.prompts().len(), 0);
}
