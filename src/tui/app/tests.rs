//! What the chat decides, message by message.

mod hand_off;
mod packs;
mod renewal;

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use time::macros::datetime;

use super::*;
use crate::{
    answer::{Answer, Timings},
    pack::Mode,
    router::Outcome,
    session::record::Reply,
    tui::{
        message::{Filed, Report, Step},
        turn::Badge,
    },
};

fn app() -> App {
    let choice = Choice { pack: "tea".into(), ..Choice::default() };
    App::new(Start { choice, look: Look::NoColour, save: true, size: (80, 24), process: 7 }).0
}

fn opened() -> Opened {
    Opened {
        label: "tea@1.0.0".into(),
        place: "tea".into(),
        title: "Tea".into(),
        as_of: None,
        mode: Mode::Extract,
        generator: None,
        disclaimer: None,
        covers: Vec::new(),
        documents: Arc::from([]),
    }
}

fn ready() -> App {
    let mut app = app();
    take(&mut app, Message::Worker(Report::Opened(Box::new(opened()))));
    app
}

fn take(app: &mut App, message: Message) -> Vec<Effect> {
    app.update(message, datetime!(2026-11-22 12:00 UTC))
}

fn key(app: &mut App, code: KeyCode) -> Vec<Effect> {
    take(app, Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

fn ctrl(app: &mut App, letter: char) -> Vec<Effect> {
    take(app, Message::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)))
}

fn write(app: &mut App, text: &str) {
    for letter in text.chars() {
        key(app, KeyCode::Char(letter));
    }
}

fn send(app: &mut App, text: &str) -> Vec<Effect> {
    write(app, text);
    key(app, KeyCode::Enter)
}

fn answer(question: &str, outcome: Outcome, choices: &[&str]) -> Box<Answer> {
    Box::new(Answer {
        schema: 1,
        id: None,
        pack: "tea@1.0.0".into(),
        question: question.into(),
        rewritten: None,
        outcome,
        reason: None,
        text: format!("about {question}"),
        mode: None,
        citations: Vec::new(),
        assumed: Vec::new(),
        findings: Vec::new(),
        generator: None,
        timings_ms: Timings::default(),
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        out_of_date: Vec::new(),
        usage: None,
    })
}

fn finish(app: &mut App, turn: usize, question: &str, stopped: bool) -> Vec<Effect> {
    let answer = answer(question, Outcome::Answer, &[]);
    take(app, Message::Worker(Report::Turn(turn, Step::Finished { answer, stopped })))
}

/// The questions that the effects ask.
fn asked(effects: &[Effect]) -> Vec<&str> {
    let asks = effects.iter().filter_map(|effect| match effect {
        Effect::Ask(_, question) => Some(question.text.as_str()),
        _ => None,
    });
    asks.collect()
}

fn state(app: &App, turn: usize) -> &State {
    &app.transcript.turn(turn).unwrap().state
}

#[test]
fn a_question_waits_for_the_pack_and_then_for_the_one_before_it() {
    let mut app = app();
    assert!(asked(&send(&mut app, "one?")).is_empty());
    assert!(asked(&send(&mut app, "two?")).is_empty());
    assert_eq!(asked(&take(&mut app, Message::Worker(Report::Opened(Box::new(opened()))))), ["one?"]);
    assert_eq!(state(&app, 1), &State::Waiting);
    assert_eq!(asked(&finish(&mut app, 0, "one?", false)), ["two?"]);
}

#[test]
fn a_follow_up_is_asked_with_what_was_said_before() {
    let mut app = ready();
    send(&mut app, "one?");
    finish(&mut app, 0, "one?", false);
    let effects = send(&mut app, "and two?");
    let Some(Effect::Ask(_, question)) = effects.last() else { panic!("{effects:?}") };
    assert_eq!(question.history.iter().map(|turn| turn.question.as_str()).collect::<Vec<_>>(), ["one?"]);
}

#[test]
fn esc_stops_the_answer_and_keeps_what_is_there() {
    let mut app = ready();
    send(&mut app, "one?");
    take(&mut app, Message::Worker(Report::Turn(0, Step::Token("half an".into()))));
    assert_eq!(key(&mut app, KeyCode::Esc), [Effect::Stop]);
    finish(&mut app, 0, "half an", true);
    assert_eq!(state(&app, 0), &State::Done(Badge::Cancelled));
    assert_eq!(app.transcript.turn(0).unwrap().text().0, "about half an");
}

#[test]
fn esc_takes_back_a_question_that_waits() {
    let mut app = app();
    send(&mut app, "one?");
    key(&mut app, KeyCode::Esc);
    assert_eq!(state(&app, 0), &State::Withdrawn);
    assert!(asked(&take(&mut app, Message::Worker(Report::Opened(Box::new(opened()))))).is_empty());
}

#[test]
fn esc_twice_edits_the_last_question() {
    let mut app = ready();
    send(&mut app, "one?");
    finish(&mut app, 0, "one?", false);
    key(&mut app, KeyCode::Esc);
    assert!(app.draft.is_empty());
    key(&mut app, KeyCode::Esc);
    assert_eq!(app.draft.text(), "one?");
}

#[test]
fn ctrl_c_stops_then_clears_then_quits() {
    let mut app = ready();
    send(&mut app, "one?");
    write(&mut app, "draft");
    assert_eq!(ctrl(&mut app, 'c'), [Effect::Stop]);
    finish(&mut app, 0, "one?", true);
    assert!(ctrl(&mut app, 'c').is_empty() && app.draft.is_empty());
    key(&mut app, KeyCode::Up);
    assert_eq!(app.draft.text(), "draft", "what was cleared comes back");
    ctrl(&mut app, 'c');
    assert!(ctrl(&mut app, 'c').is_empty());
    assert_eq!(ctrl(&mut app, 'c'), [Effect::Quit]);
}

#[test]
fn another_key_between_them_takes_quitting_back() {
    let mut app = ready();
    ctrl(&mut app, 'c');
    key(&mut app, KeyCode::Left);
    assert!(ctrl(&mut app, 'c').is_empty());
}

#[test]
fn ctrl_d_quits_on_an_empty_draft_only() {
    let mut app = ready();
    write(&mut app, "a");
    assert!(ctrl(&mut app, 'd').is_empty());
    ctrl(&mut app, 'u');
    assert_eq!(ctrl(&mut app, 'd'), [Effect::Quit]);
}

#[test]
fn a_misspelt_command_stays_in_the_draft() {
    let mut app = ready();
    assert!(send(&mut app, "/hlep").is_empty());
    assert_eq!(app.draft.text(), "/hlep");
    assert!(app.notice.as_ref().unwrap().text.contains("`/help`"));
}

#[test]
fn a_reply_is_chosen_by_its_number_or_written() {
    for (keys, reply) in [("2", "black"), ("x\n", "x")] {
        let mut app = ready();
        send(&mut app, "hot?");
        let answer = answer("hot?", Outcome::Clarify, &["green", "black"]);
        take(&mut app, Message::Worker(Report::Turn(0, Step::Finished { answer, stopped: false })));
        let mut effects = Vec::new();
        for letter in keys.chars() {
            let code = if letter == '\n' { KeyCode::Enter } else { KeyCode::Char(letter) };
            effects = key(&mut app, code);
        }
        assert_eq!(asked(&effects), [reply]);
    }
}

#[test]
fn a_question_and_its_answer_are_recorded_in_order_and_the_session_first() {
    let mut app = ready();
    let mut effects = send(&mut app, "one?");
    effects.extend(finish(&mut app, 0, "one?", false));
    let filed = effects.into_iter().filter_map(|effect| match effect {
        Effect::File(Filing::Record(records)) => Some(records),
        _ => None,
    });
    let kinds: Vec<&str> = filed
        .flatten()
        .map(|record| match record {
            Record::Session(_) => "session",
            Record::Question { .. } => "question",
            Record::Answer(_) => "answer",
        })
        .collect();
    assert_eq!(kinds, ["session", "question", "answer"]);
}

#[test]
fn nothing_is_recorded_where_nothing_is_to_be_saved() {
    let choice = Choice { pack: "tea".into(), ..Choice::default() };
    let mut app = App::new(Start { choice, look: Look::NoColour, save: false, size: (80, 24), process: 7 }).0;
    let mut effects = take(&mut app, Message::Worker(Report::Opened(Box::new(opened()))));
    effects.extend(send(&mut app, "one?"));
    effects.extend(finish(&mut app, 0, "one?", false));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::File(_))), "{effects:?}");
    let exported = send(&mut app, "/export a.md");
    assert!(matches!(&exported[..], [Effect::File(Filing::Export(_, records))] if records.len() == 3), "{exported:?}");
}

#[test]
fn a_resumed_session_shows_its_turns_and_opens_its_pack() {
    let mut app = ready();
    let header = Header {
        schema: 1,
        id: "a".into(),
        pack: "milk@1.0.0".into(),
        place: "milk".into(),
        started: "2026-01-01T00:00:00Z".into(),
        version: "0.1.0".into(),
    };
    let reply = Reply {
        at: "2026-01-01T00:00:00Z".into(),
        stopped: false,
        sources: Vec::new(),
        trace: None,
        choices: Vec::new(),
        out_of_date: Vec::new(),
        answer: *answer("one?", Outcome::Defer, &[]),
    };
    let question = |text: &str| Record::Question { at: "2026-01-01T00:00:00Z".into(), text: text.into() };
    let records =
        vec![Record::Session(header), question("one?"), Record::Answer(Box::new(reply)), question("never answered?")];
    let effects = take(&mut app, Message::Clerk(Filed::Resumed(records)));
    let states: Vec<&State> = app.transcript.turns().map(|turn| &turn.state).collect();
    assert_eq!(states, [&State::Done(Badge::Deferred), &State::Withdrawn]);
    assert_eq!(effects, [Effect::Open(Choice { pack: "milk".into(), ..Choice::default() })]);
}

#[test]
fn a_pack_that_cannot_be_opened_leaves_the_one_before_open() {
    let mut app = ready();
    send(&mut app, "/pack milk");
    let failure = Failure { message: "no pack is called `milk`".into(), hint: None };
    take(&mut app, Message::Worker(Report::Unopened(failure)));
    assert_eq!(asked(&send(&mut app, "one?")), ["one?"]);
}

#[test]
fn an_answer_that_comes_after_a_new_conversation_began_is_not_shown() {
    let mut app = ready();
    send(&mut app, "one?");
    assert!(send(&mut app, "/new").contains(&Effect::Stop));
    assert!(finish(&mut app, 0, "one?", true).is_empty());
    assert_eq!(app.transcript.turns().count(), 0);
    assert_eq!(asked(&send(&mut app, "two?")), ["two?"]);
}

#[test]
fn where_lines_come_in_a_number_takes_from_the_list_and_the_end_quits() {
    let mut app = ready();
    take(&mut app, Message::Line("hot?".into()));
    let answer = answer("hot?", Outcome::Clarify, &["green", "black"]);
    take(&mut app, Message::Worker(Report::Turn(0, Step::Finished { answer, stopped: false })));
    assert_eq!(asked(&take(&mut app, Message::Line("2".into()))), ["black"]);
    finish(&mut app, 1, "black", false);
    assert_eq!(take(&mut app, Message::InputEnded), [Effect::Quit]);
}

#[test]
fn a_turn_marked_wrong_goes_to_its_pack_with_what_was_said_of_it() {
    let mut app = ready();
    send(&mut app, "one?");
    finish(&mut app, 0, "one?", false);
    let effects = send(&mut app, "/wrong it is 80 °C");
    let [Effect::File(Filing::Wrong(pack, case))] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((pack.as_str(), case["question"].as_str()), ("tea", Some("one?")));
    assert!(case["note"].as_str().unwrap().starts_with("it is 80 °C; "));
}
