//! What the chat decides about packets for a person.

use proptest::prelude::*;

use super::*;
use crate::{
    handoff::{Draft as Words, Packet},
    tui::message::HandOff,
};

/// A packet that differs from others by its question.
fn packet(question: &str) -> Box<HandOff> {
    let words = Words { pack: "tea@1.0.0".into(), question: question.into(), ..Words::default() };
    Box::new(HandOff { packet: Packet::new(words), folder: "handoffs".into() })
}

fn made(app: &mut App, turn: usize, packet: Box<HandOff>) -> Vec<Effect> {
    take(app, Message::Worker(Report::HandOff(turn, Ok(packet))))
}

/// A question was asked and deferred.
fn deferred(app: &mut App, turn: usize, question: &str) {
    send(app, question);
    let answer = answer(question, Outcome::Defer, &[]);
    take(app, Message::Worker(Report::Turn(turn, Step::Finished { answer, stopped: false })));
}

/// The packet that is shown.
fn shown(app: &App) -> Option<&HandOff> {
    match &app.overlay {
        Some(Overlay::Page(page)) if matches!(page.subject, Subject::HandOff(_)) => {
            app.turn_of(&page.subject)?.hand_off.as_deref()
        }
        _ => None,
    }
}

fn said(app: &App) -> &str {
    &app.notice.as_ref().unwrap().text
}

#[test]
fn the_worker_is_asked_for_a_packet_with_what_was_said_before() {
    let mut app = ready();
    deferred(&mut app, 0, "one?");
    deferred(&mut app, 1, "two?");
    send(&mut app, "three?");
    finish(&mut app, 2, "three?", false);
    let effects = send(&mut app, "/handoff");
    let [Effect::HandOff(1, question, answer)] = &effects[..] else { panic!("{effects:?}") };
    let before: Vec<&str> = question.history.iter().map(|turn| turn.question.as_str()).collect();
    assert_eq!((question.text.as_str(), before, answer.outcome), ("two?", vec!["one?"], Outcome::Defer));
    assert!(app.is_busy() && app.busy_with().unwrap().contains("packet"));
    assert!(send(&mut app, "/handoff").is_empty(), "it is being made");
}

#[test]
fn a_packet_is_shown_and_then_written_as_it_was_shown() {
    let mut app = ready();
    deferred(&mut app, 0, "one?");
    send(&mut app, "/handoff");
    assert!(send(&mut app, "/handoff write").is_empty() && said(&app).contains("shown first"));
    assert!(made(&mut app, 0, packet("one?")).is_empty());
    assert_eq!(shown(&app), Some(&*packet("one?")));
    assert!(made(&mut app, 0, packet("another?")).is_empty(), "nobody waits for it");
    key(&mut app, KeyCode::Esc);
    assert_eq!(send(&mut app, "/handoff write"), [Effect::File(Filing::HandOff(packet("one?")))]);
    assert!(app.is_busy());
    take(&mut app, Message::Clerk(Filed::Done("written to `a.md`".into())));
    assert!(!app.is_busy() && said(&app) == "written to `a.md`");
}

#[test]
fn a_packet_that_was_made_is_not_made_again() {
    let mut app = ready();
    deferred(&mut app, 0, "one?");
    send(&mut app, "/handoff");
    made(&mut app, 0, packet("one?"));
    key(&mut app, KeyCode::Esc);
    assert!(send(&mut app, "/handoff").is_empty());
    assert_eq!(shown(&app), Some(&*packet("one?")));
}

#[test]
fn the_packet_of_a_later_question_is_shown_before_it_is_written() {
    let mut app = ready();
    deferred(&mut app, 0, "one?");
    send(&mut app, "/handoff");
    made(&mut app, 0, packet("one?"));
    key(&mut app, KeyCode::Esc);
    deferred(&mut app, 1, "two?");
    assert!(send(&mut app, "/handoff write").is_empty() && said(&app).contains("shown first"));
}

#[test]
fn a_packet_does_not_come_in_between_while_someone_writes() {
    let mut app = ready();
    deferred(&mut app, 0, "one?");
    send(&mut app, "/handoff");
    write(&mut app, "two");
    made(&mut app, 0, packet("one?"));
    assert!(shown(&app).is_none() && app.draft.text() == "two" && said(&app).contains("`/handoff` shows it"));
    ctrl(&mut app, 'u');
    assert!(send(&mut app, "/handoff write").is_empty(), "it was not shown");
    send(&mut app, "/handoff");
    assert!(shown(&app).is_some());
}

#[test]
fn without_a_deferred_question_there_is_no_packet() {
    let mut app = ready();
    for line in ["/handoff", "/handoff write"] {
        assert!(send(&mut app, line).is_empty() && said(&app).contains("no question was deferred"));
        send(&mut app, "one?");
        finish(&mut app, 0, "one?", false);
    }
    deferred(&mut app, 2, "two?");
    assert!(send(&mut app, "/handoff wrlte").is_empty() && said(&app).contains("`wrlte`"));
    send(&mut app, "/new");
    assert!(send(&mut app, "/handoff").is_empty() && said(&app).contains("no question was deferred"));
}

#[test]
fn a_packet_is_made_by_the_pack_that_was_asked() {
    let mut app = ready();
    deferred(&mut app, 0, "one?");
    send(&mut app, "/pack milk");
    assert!(send(&mut app, "/handoff").is_empty() && said(&app).contains("is being opened"));
    let milk = Opened { label: "milk@1.0.0".into(), place: "milk".into(), ..opened() };
    take(&mut app, Message::Worker(Report::Opened(Box::new(milk))));
    assert!(send(&mut app, "/handoff").is_empty() && said(&app).contains("`/pack tea`"));
}

#[test]
fn a_packet_that_cannot_be_made_is_said_to_be_so() {
    let mut app = ready();
    deferred(&mut app, 0, "one?");
    send(&mut app, "/handoff");
    let failure = Failure { message: "no".into(), hint: None };
    take(&mut app, Message::Worker(Report::HandOff(0, Err(failure))));
    assert!(!app.is_busy() && app.notice.as_ref().unwrap().is_bad && shown(&app).is_none());
}

/// What happens next.
#[derive(Debug, Clone)]
enum Deed {
    /// A line is sent.
    Line(&'static str),
    /// A page is closed.
    Close,
    /// A line is begun, or what was begun is taken back.
    Begin(bool),
    /// The worker or the clerk does what it was asked to do first; a question is deferred, or a packet made, if so.
    Works(bool),
    /// A packet comes of which nobody knows.
    Stray(usize),
}

fn deeds() -> impl Strategy<Value = Deed> {
    let lines =
        vec!["one?", "/handoff", "/handoff write", "/handoff", "/handoff write", "/pack milk", "/pack tea", "/new"];
    prop_oneof![
        8 => prop::sample::select(lines).prop_map(Deed::Line),
        8 => prop::bool::weighted(0.8).prop_map(Deed::Works),
        4 => Just(Deed::Close),
        1 => any::<bool>().prop_map(Deed::Begin),
        1 => (0_usize..4).prop_map(Deed::Stray),
    ]
}

/// What the worker and the clerk say of what they were asked to do.
fn replied(effect: Effect, well: bool, number: usize) -> Option<Message> {
    let failure = Failure { message: "no".into(), hint: None };
    Some(match effect {
        Effect::Open(choice) => {
            let place = choice.pack.to_string();
            let label = format!("{place}@1.0.0");
            Message::Worker(Report::Opened(Box::new(Opened { label, place, ..opened() })))
        }
        Effect::Ask(turn, _) => {
            let outcome = if well { Outcome::Defer } else { Outcome::Answer };
            let step = Step::Finished { answer: answer("one?", outcome, &[]), stopped: false };
            Message::Worker(Report::Turn(turn, step))
        }
        Effect::HandOff(turn, ..) => {
            let packet = packet(&format!("number {number}?"));
            Message::Worker(Report::HandOff(turn, if well { Ok(packet) } else { Err(failure) }))
        }
        Effect::File(Filing::HandOff(_)) if well => Message::Clerk(Filed::Done("written".into())),
        Effect::File(Filing::HandOff(_)) => Message::Clerk(Filed::Failed(failure)),
        _ => return None,
    })
}

proptest! {
    #[test]
    fn in_whatever_order_things_come_only_what_was_shown_last_is_written(
        deeds in prop::collection::vec(deeds(), 0..80),
    ) {
        let mut app = ready();
        let (mut asked, mut last) = (std::collections::VecDeque::new(), None);
        for (number, deed) in deeds.into_iter().enumerate() {
            let effects = match deed {
                Deed::Line(line) => take(&mut app, Message::Line(line.into())),
                Deed::Close => key(&mut app, KeyCode::Esc),
                Deed::Begin(true) => key(&mut app, KeyCode::Char('a')),
                Deed::Begin(false) => ctrl(&mut app, 'u'),
                Deed::Works(well) => asked
                    .pop_front()
                    .and_then(|effect| replied(effect, well, number))
                    .map_or_else(Vec::new, |message| take(&mut app, message)),
                Deed::Stray(turn) => made(&mut app, turn, packet("a stray?")),
            };
            for effect in effects {
                if let Effect::File(Filing::HandOff(written)) = &effect {
                    prop_assert_eq!(Some(&**written), last.as_ref());
                }
                if !matches!(effect, Effect::File(Filing::Record(_) | Filing::History(_))) {
                    asked.push_back(effect);
                }
            }
            last = shown(&app).cloned().or(last);
        }
    }
}
