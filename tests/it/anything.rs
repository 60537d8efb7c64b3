//! Whatever is pressed, pasted, resized and said by the worker, in whatever order: the chat does not panic, and the
//! cursor stays on the screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use purview::{
    router::{Decision, Reason, Ruling},
    tui::{
        commands::COMMANDS,
        keys::BINDINGS,
        message::{Filed, Message, Report, Step},
    },
};

use crate::stage::{Stage, answer, failure, findings, hand_off, instead, opened, plan, sources, trace};

const LETTERS: &[&str] =
    &["a", " ", "1", "?", "/", "세", "ᄒ", "👨‍👩‍👧", "é", "\u{301}", "\t", "\n", "\x1b[2J", "\u{202e}"];

fn keys() -> impl Strategy<Value = Message> {
    let bound: Vec<KeyEvent> = BINDINGS.iter().flat_map(|b| b.keys).map(|key| KeyEvent::new(key.1, key.0)).collect();
    let typed = prop::sample::select(LETTERS)
        .prop_map(|text| KeyEvent::new(KeyCode::Char(text.chars().next().unwrap()), KeyModifiers::NONE));
    prop_oneof![prop::sample::select(bound), typed].prop_map(Message::Key)
}

fn pasted() -> impl Strategy<Value = Message> {
    let commands = COMMANDS.iter().flat_map(|c| ["", " 1", " write"].map(|argument| format!("{}{argument}", c.name)));
    let commands: Vec<String> = commands.collect();
    let text = prop::collection::vec(prop::sample::select(LETTERS), 0..200).prop_map(|parts| parts.concat());
    prop_oneof![text, prop::sample::select(commands)].prop_map(Message::Paste)
}

fn steps() -> impl Strategy<Value = Message> {
    let asked_back = instead(&Decision::Clarify(Reason::Missing("topic".into())), "Which?", &["green", "우롱차"]);
    let deferred = instead(&Decision::Defer(Reason::NoEvidence), "I don't know.", &[]);
    let step = prop_oneof![
        Just(Step::Retrieved(sources())),
        Just(Step::Ruled(Ruling { decision: Decision::Answer, findings: findings() })),
        prop::sample::select(LETTERS).prop_map(|text| Step::Token(text.into())),
        prop::sample::select(LETTERS).prop_map(|text| Step::Verified(text.into())),
        Just(Step::Trace(trace())),
        any::<bool>().prop_map(|stopped| Step::Finished { answer: Box::new(answer()), stopped }),
        Just(Step::Finished { answer: Box::new(asked_back), stopped: false }),
        Just(Step::Finished { answer: Box::new(deferred), stopped: false }),
        Just(Step::Failed(failure())),
    ];
    (0_usize..6, step).prop_map(|(turn, step)| Message::Worker(Report::Turn(turn, step)))
}

fn others() -> impl Strategy<Value = Message> {
    let report = prop_oneof![
        Just(Report::Planned(plan())),
        (0_u64..9).prop_map(|total| Report::Began {
            what: "fetching\x1b]0;x\x07".into(),
            total,
            bytes: total % 2 == 0
        }),
        (0_u64..u64::MAX / 200).prop_map(Report::Advanced),
        Just(Report::Ended),
        Just(Report::Note("a note".into())),
        Just(Report::Opened(Box::new(opened()))),
        Just(Report::Unopened(failure())),
        (0_usize..6).prop_map(|turn| Report::HandOff(turn, Ok(Box::new(hand_off())))),
        (0_usize..6).prop_map(|turn| Report::HandOff(turn, Err(failure()))),
    ];
    prop_oneof![
        report.prop_map(Message::Worker),
        (0_u16..230, 0_u16..70).prop_map(|(columns, rows)| Message::Resized(columns, rows)),
        (-9..9).prop_map(Message::Wheel),
        Just(Message::Tick),
        Just(Message::Clerk(Filed::History(vec!["earlier?".into(), "세금?".into()]))),
        Just(Message::Clerk(Filed::Packs(vec![("tea".into(), "packs/tea".into())]))),
        Just(Message::Clerk(Filed::Done("written to `a\x1b[2J.md`".into()))),
        Just(Message::Clerk(Filed::Failed(failure()))),
        Just(Message::Edited("from\nthe editor\n".into())),
    ]
}

proptest! {
    #[test]
    fn nothing_that_comes_breaks_the_chat(
        size in (0_u16..230, 0_u16..70),
        messages in prop::collection::vec(prop_oneof![4 => keys(), 1 => pasted(), 2 => steps(), 2 => others()], 0..40),
    ) {
        let mut stage = Stage::new(size.0, size.1);
        let mut size = size;
        for message in messages {
            if let Message::Resized(columns, rows) = message {
                size = (columns, rows);
            }
            stage.takes(message);
            let (text, cursor) = stage.screen();
            prop_assert!(!text.contains('\x1b'));
            if let Some(cursor) = cursor {
                prop_assert!(cursor.x < size.0 && cursor.y < size.1, "{cursor} on {size:?}");
            }
        }
    }
}
