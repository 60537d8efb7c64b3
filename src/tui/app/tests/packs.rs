//! What the chat decides where several packs are open.

use std::path::{Path, PathBuf};

use super::*;
use crate::{
    corpus::Document,
    pack::{Disclaimer, manifest::When},
    tui::message::Packs,
};

/// A pack of this name, with a document that both packs of a test have.
fn pack(name: &str) -> Opened {
    let body = format!("# Water\n\nIt is about {name}.\n");
    let document = Document::parse(Path::new("water.md"), body.as_bytes()).unwrap();
    Opened {
        label: format!("{name}@1.0.0"),
        place: name.into(),
        disclaimer: Some(Disclaimer { text: format!("Ask a {name} house."), when: When::First }),
        documents: Arc::from([document]),
        ..opened()
    }
}

fn says(app: &mut App, report: Report) -> Vec<Effect> {
    take(app, Message::Worker(report))
}

/// The chat with packs of these names open.
fn both() -> App {
    let mut app = app();
    send(&mut app, "/pack tea,milk");
    for name in ["tea", "milk"] {
        says(&mut app, Report::Joined(Box::new(pack(name))));
    }
    says(&mut app, Report::Complete);
    app
}

/// A question was asked, and answered by the pack of this name.
fn answered(app: &mut App, turn: usize, name: &str, outcome: Outcome) -> Vec<Effect> {
    send(app, "one?");
    let label = format!("{name}@1.0.0");
    says(app, Report::Turn(turn, Step::Chosen(label.clone())));
    let mut answer = answer("one?", outcome, &[]);
    answer.pack = label;
    says(app, Report::Turn(turn, Step::Finished { answer, stopped: false }))
}

fn of(effects: &[Effect]) -> &Packs {
    let [Effect::Open(choice)] = effects else { panic!("{effects:?}") };
    &choice.pack
}

fn text(app: &App) -> String {
    let mut screen = String::new();
    for line in app.transcript.visible().map(|(_, line)| line.to_string()) {
        screen.push_str(&line);
        screen.push('\n');
    }
    screen
}

#[test]
fn several_packs_are_named_between_commas_and_all_by_one_word() {
    let mut app = ready();
    assert_eq!(of(&send(&mut app, "/pack tea, milk")), &Packs::Named("tea, milk".into()));
    assert_eq!(of(&send(&mut app, "/pack all")), &Packs::All);
    assert_eq!(of(&send(&mut app, "/pack ./all")), &Packs::Named("./all".into()));
}

#[test]
fn the_list_offers_all_packs_where_there_are_two() {
    for (names, is_offered) in [(&["tea"][..], false), (&["milk", "tea"][..], true)] {
        let mut app = ready();
        let packs = names.iter().map(|name| ((*name).to_owned(), PathBuf::from(format!("packs/{name}"))));
        take(&mut app, Message::Clerk(Filed::Packs(packs.collect())));
        let Some(Overlay::List(list)) = &app.overlay else { panic!("no list") };
        let all = list.shown().iter().any(|(_, item)| item.pick == Pick::Pack(Packs::All));
        assert_eq!(all, is_offered, "{names:?}");
    }
}

#[test]
fn a_question_waits_until_every_pack_is_ready() {
    let mut app = app();
    send(&mut app, "one?");
    assert!(says(&mut app, Report::Joined(Box::new(pack("tea")))).is_empty());
    assert!(says(&mut app, Report::Joined(Box::new(pack("milk")))).is_empty());
    assert_eq!(asked(&says(&mut app, Report::Complete)), ["one?"]);
}

#[test]
fn packs_of_which_one_cannot_be_opened_leave_what_was_open() {
    let mut app = ready();
    send(&mut app, "/pack milk,cocoa");
    says(&mut app, Report::Joined(Box::new(pack("milk"))));
    says(&mut app, Report::Unopened(Failure { message: "no pack is called `cocoa`".into(), hint: None }));
    assert_eq!(app.ready.iter().map(Opened::name).collect::<Vec<_>>(), ["tea"]);
    says(&mut app, Report::Complete);
    assert_eq!(app.ready.len(), 1, "what had joined is forgotten");
}

#[test]
fn the_opening_shows_each_pack_as_it_gets_ready_and_what_is_left_out() {
    let mut app = app();
    says(&mut app, Report::Joined(Box::new(pack("tea"))));
    says(&mut app, Report::Began { what: "milk: encoding the corpus".into(), total: 4, bytes: false });
    crate::tui::view::lay_out(&mut app);
    assert!(text(&app).contains("✓ Tea (tea@1.0.0)") && text(&app).contains("… milk: encoding the corpus"));
    says(&mut app, Report::LeftOut("cocoa".into(), Failure { message: "it is broken".into(), hint: None }));
    says(&mut app, Report::Joined(Box::new(pack("milk"))));
    says(&mut app, Report::Complete);
    crate::tui::view::lay_out(&mut app);
    let screen = text(&app);
    for part in ["2 packs; a question", "• Tea (tea@1.0.0)", "• Tea (milk@1.0.0)", "! `cocoa` is left out: it is"] {
        assert!(screen.contains(part), "`{part}` is not in:\n{screen}");
    }
}

#[test]
fn a_turn_shows_which_of_several_packs_answered_and_says_what_that_one_wants_said() {
    let mut app = both();
    for (turn, name) in ["tea", "milk", "tea"].into_iter().enumerate() {
        answered(&mut app, turn, name, Outcome::Answer);
    }
    app.size = (80, 60);
    crate::tui::view::lay_out(&mut app);
    let screen = text(&app);
    assert_eq!(screen.matches("✓ answered · tea").count(), 2, "{screen}");
    assert_eq!(screen.matches("✓ answered · milk").count(), 1, "{screen}");
    for said in ["Ask a tea house.", "Ask a milk house."] {
        assert_eq!(screen.matches(said).count(), 1, "once for each pack:\n{screen}");
    }
}

#[test]
fn one_pack_is_not_named_beside_its_answers() {
    let mut app = ready();
    send(&mut app, "one?");
    finish(&mut app, 0, "one?", false);
    crate::tui::view::lay_out(&mut app);
    assert!(!text(&app).contains("· tea"), "{}", text(&app));
}

#[test]
fn a_document_is_looked_up_in_the_pack_that_answered() {
    let mut app = both();
    answered(&mut app, 0, "milk", Outcome::Answer);
    answered(&mut app, 1, "tea", Outcome::Answer);
    for (turn, name) in [(0, "milk"), (1, "tea")] {
        let documents = app.documents(app.transcript.turn(turn)).unwrap();
        assert!(documents[0].body.contains(name), "{}", documents[0].body);
    }
    send(&mut app, "two?");
    says(&mut app, Report::Turn(2, Step::Chosen("milk@1.0.0".into())));
    assert!(app.documents(app.transcript.turn(2)).unwrap()[0].body.contains("milk"), "while it is being answered");
}

#[test]
fn a_turn_marked_wrong_goes_to_the_pack_that_answered() {
    let mut app = both();
    answered(&mut app, 0, "milk", Outcome::Answer);
    let effects = send(&mut app, "/wrong");
    assert!(matches!(&effects[..], [Effect::File(Filing::Wrong(pack, _))] if pack == "milk"), "{effects:?}");
}

#[test]
fn a_turn_of_a_pack_that_is_not_open_is_marked_wrong_nowhere() {
    let mut app = both();
    answered(&mut app, 0, "milk", Outcome::Answer);
    send(&mut app, "/pack tea");
    says(&mut app, Report::Opened(Box::new(pack("tea"))));
    assert!(send(&mut app, "/wrong").is_empty());
    assert!(app.notice.as_ref().unwrap().text.contains("`/pack milk` opens it"));
}

#[test]
fn a_deferred_question_of_any_of_the_packs_can_be_handed_on() {
    let mut app = both();
    answered(&mut app, 0, "milk", Outcome::Defer);
    assert!(matches!(&send(&mut app, "/handoff")[..], [Effect::HandOff(0, ..)]));
}

#[test]
fn a_follow_up_knows_what_was_said_whichever_pack_said_it() {
    let mut app = both();
    answered(&mut app, 0, "milk", Outcome::Answer);
    let effects = send(&mut app, "and two?");
    let Some(Effect::Ask(_, question)) = effects.last() else { panic!("{effects:?}") };
    assert_eq!(question.history.len(), 1);
}

#[test]
fn a_session_with_several_packs_opens_them_again_and_shows_which_answered() {
    let mut app = both();
    send(&mut app, "one?");
    let mut kept = app.records.clone();
    let Record::Session(header) = &kept[0] else { panic!("{kept:?}") };
    assert_eq!((header.pack.as_str(), header.place.as_str()), ("tea@1.0.0, milk@1.0.0", "tea,milk"));
    answered(&mut app, 0, "milk", Outcome::Answer);
    kept.clone_from(&app.records);

    let mut app = ready();
    let effects = take(&mut app, Message::Clerk(Filed::Resumed(kept)));
    assert_eq!(of(&effects), &Packs::Named("tea,milk".into()));
    assert_eq!(app.transcript.turns().next().unwrap().pack.as_deref(), Some("milk@1.0.0"));
}

#[test]
fn the_history_is_that_of_every_pack() {
    let mut app = app();
    for name in ["tea", "milk"] {
        says(&mut app, Report::Joined(Box::new(pack(name))));
    }
    let effects = says(&mut app, Report::Complete);
    assert_eq!(effects, [Effect::File(Filing::History(vec!["tea".into(), "milk".into()]))]);
}
