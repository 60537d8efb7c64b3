//! What the chat says of packs that are built anew while it goes on.

use std::time::Duration;

use super::*;
use crate::tui::message::Renewed;

fn says(app: &mut App, report: Report) {
    assert!(take(app, Message::Worker(report)).is_empty());
}

/// The pack was built anew, and is of this version now.
fn renewed(version: &str) -> Report {
    let opened = Opened { label: format!("tea@{version}"), ..opened() };
    Report::Renewed(Box::new(Renewed { opened, took: Duration::from_millis(440) }))
}

fn broken(place: &str, message: &str) -> Report {
    let hint = Some("`/retry` tries again".into());
    Report::Unrenewed(place.into(), Failure { message: message.into(), hint })
}

/// The notice, which is then gone, as after a key.
fn said(app: &mut App) -> Option<String> {
    app.notice.take().map(|notice| notice.text)
}

#[test]
fn a_pack_that_was_built_anew_is_said_so_and_goes_on_as_it_is_now() {
    let mut app = ready();
    says(&mut app, renewed("1.1.0"));
    assert_eq!(said(&mut app).unwrap(), "tea was built anew (0.4 s)");
    assert_eq!(app.ready[0].label, "tea@1.1.0");
    assert_eq!(asked(&send(&mut app, "one?")), ["one?"]);
}

#[test]
fn building_anew_keeps_nobody_waiting_and_stands_in_the_status_line_only() {
    let mut app = ready();
    let blocks = app.transcript.blocks().count();
    says(&mut app, Report::Renewing("tea".into(), "encoding the corpus 40%".into()));
    assert_eq!(app.renewal().unwrap(), "building tea anew: encoding the corpus 40%");
    assert!(!app.is_busy() && said(&mut app).is_none());
    assert_eq!(asked(&send(&mut app, "one?")), ["one?"]);
    says(&mut app, renewed("1.0.0"));
    assert_eq!((app.renewal(), app.transcript.blocks().count()), (None, blocks + 1));
}

#[test]
fn a_broken_edit_is_said_once_and_the_next_good_one_clears_it() {
    let mut app = ready();
    says(&mut app, broken("tea", "`tea/domain.toml:2:1`: unknown field `kettle`"));
    let text = said(&mut app).unwrap();
    assert!(text.contains("domain.toml:2:1") && text.contains("as before") && !text.contains("/retry"), "{text}");
    says(&mut app, broken("tea", "`tea/domain.toml:2:1`: unknown field `kettle`"));
    assert_eq!(said(&mut app), None, "it is the same");
    says(&mut app, broken("tea", "`tea/domain.toml:3:1`: unknown field `pot`"));
    assert!(said(&mut app).unwrap().contains("domain.toml:3:1"));
    assert_eq!(app.renewal().unwrap(), "the edit of tea does not open");
    assert_eq!(asked(&send(&mut app, "one?")), ["one?"], "the last good one answers");
    says(&mut app, renewed("1.0.0"));
    assert_eq!(app.renewal(), None);
    says(&mut app, broken("tea", "`tea/domain.toml:3:1`: unknown field `pot`"));
    assert!(said(&mut app).unwrap().contains("domain.toml:3:1"), "it is broken again");
}

#[test]
fn a_notice_about_something_else_stays_before_it_and_one_about_building_does_not() {
    let mut app = ready();
    take(&mut app, Message::Clerk(Filed::Done("added to `draft.jsonl`".into())));
    says(&mut app, renewed("1.0.0"));
    says(&mut app, broken("tea", "it is broken"));
    assert_eq!(said(&mut app).unwrap(), "tea answers as before: it is broken");
    take(&mut app, Message::Clerk(Filed::Done("added to `draft.jsonl`".into())));
    says(&mut app, renewed("1.0.0"));
    assert_eq!(said(&mut app).unwrap(), "added to `draft.jsonl`; tea was built anew (0.4 s)");
}

#[test]
fn what_is_said_of_a_pack_that_is_not_open_any_more_is_not_heard() {
    let mut app = ready();
    says(&mut app, broken("milk", "it is broken"));
    says(&mut app, Report::Renewing("milk".into(), String::new()));
    assert_eq!((said(&mut app), app.renewal()), (None, None));
}

#[test]
fn other_packs_begin_without_what_was_said_of_those_before() {
    let mut app = ready();
    says(&mut app, broken("tea", "it is broken"));
    send(&mut app, "/pack tea");
    take(&mut app, Message::Worker(Report::Opened(Box::new(opened()))));
    assert_eq!(app.renewal(), None);
}
