//! How long it takes to draw a long conversation: `cargo bench --bench transcript`. The screen is a buffer, so what a
//! terminal makes of it is not measured.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::time::{Duration, Instant};

use purview::{
    settings::Look,
    tui::{
        app::{App, Start},
        message::{Choice, Filed, Message},
        view,
    },
};
use ratatui::{Terminal, backend::TestBackend};
use serde_json::json;
use time::OffsetDateTime;

/// Turns of the conversation, eight lines or more each.
const TURNS: usize = 400;
const DRAWS: usize = 1000;

fn main() {
    let text = "Green tea wants **80 °C**; black tea wants boiling water. ".repeat(5);
    let answer = json!({
        "schema": 1, "id": null, "pack": "tea@1.0.0", "question": "q", "rewritten": null, "outcome": "answer",
        "reason": null, "text": text, "mode": "extract", "citations": [], "assumed": [], "findings": [],
        "generator": null, "timings_ms": { "route": 1.0, "retrieve": 1.0, "first_token": 1.0, "total": 1.0 },
    });
    let head = json!({
        "kind": "session", "schema": 1, "id": "a", "pack": "tea@1.0.0", "place": "tea",
        "started": "2026-01-01T00:00:00Z", "version": "0",
    });
    let turn = |n: usize| {
        let question = json!({ "kind": "question", "at": "", "text": format!("question {n}, which is not short?") });
        [question, json!({ "kind": "answer", "at": "", "answer": answer })]
    };
    let records = std::iter::once(head).chain((0..TURNS).flat_map(turn));
    let records = records.map(|record| serde_json::from_value(record).expect("the records are well formed"));
    let choice = Choice { pack: "tea".into(), ..Choice::default() };
    let start = Start { choice, look: Look::Dark, save: false, size: (100, 40), process: 1 };
    let (mut app, _) = App::new(start);
    let now = OffsetDateTime::UNIX_EPOCH;
    app.update(Message::Clerk(Filed::Resumed(records.collect())), now);

    let began = Instant::now();
    view::lay_out(&mut app);
    let all = began.elapsed();
    let mut screen = Terminal::new(TestBackend::new(100, 40)).expect("a buffer");
    let mut draw = |app: &mut App, rows: i32| {
        app.update(Message::Wheel(rows), now);
        let began = Instant::now();
        view::lay_out(app);
        screen.draw(|frame| view::draw(app, frame)).expect("a buffer");
        began.elapsed()
    };
    let mut times: Vec<Duration> = (0..DRAWS).map(|n| draw(&mut app, if n % 500 < 250 { -7 } else { 7 })).collect();
    times.sort();
    let lines = app.lines();
    println!("n: {DRAWS} draws of a conversation of {lines} lines on a buffer of 100 by 40, scrolling");
    println!("lines made once for a width: {:.2} ms", millis(all));
    println!("a draw: median {:.3} ms, worst {:.3} ms", millis(times[DRAWS / 2]), millis(times[DRAWS - 1]));
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
