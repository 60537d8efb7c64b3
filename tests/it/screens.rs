//! Whole screens of the chat as snapshots, at three sizes, from scripted messages.

use crossterm::event::KeyCode;
use purview::{
    router::{Decision, Reason},
    tui::message::{Message, Opened, Renewed, Report, Step},
};

use crate::stage::{Stage, answer, failure, hand_off, instead, opened, plan, sources, trace};

/// A common screen, the smallest that is meant to work, and a large one.
const SIZES: [(u16, u16); 3] = [(80, 24), (40, 10), (200, 60)];

/// Holds a scene against its snapshots, one a size.
fn snapshots(name: &str, play: impl Fn(&mut Stage)) {
    for (columns, rows) in SIZES {
        let mut stage = Stage::new(columns, rows);
        play(&mut stage);
        insta::assert_snapshot!(format!("{name}-{columns}x{rows}"), stage.text());
    }
}

fn ready(stage: &mut Stage) {
    stage.says(Report::Opened(Box::new(crate::stage::opened())));
}

#[test]
fn the_first_run_says_what_is_fetched_from_where_and_how_far_it_is() {
    snapshots("first-run", |stage| {
        stage.says(Report::Planned(plan()));
        stage.says(Report::Began { what: "fetching tokenizer.json".into(), total: 466_247, bytes: true });
        stage.says(Report::Advanced(466_247));
        stage.says(Report::Ended);
        stage.says(Report::Began { what: "fetching model.safetensors".into(), total: 90_868_376, bytes: true });
        stage.says(Report::Advanced(30_000_000));
        stage.send("how hot?");
    });
}

#[test]
fn a_pack_that_cannot_be_opened_shows_the_problem_and_the_next_step() {
    snapshots("broken-pack", |stage| stage.says(Report::Unopened(failure())));
}

#[test]
fn sources_stand_on_the_screen_before_the_first_word() {
    snapshots("searching", |stage| {
        ready(stage);
        stage.send("how hot for green tea?");
        stage.step(Step::Retrieved(sources()));
    });
}

#[test]
fn words_that_are_not_verified_yet_are_shown_as_they_come() {
    snapshots("streaming", |stage| {
        ready(stage);
        stage.send("how hot for green tea?");
        stage.step(Step::Retrieved(sources()));
        for piece in ["Green tea ", "wants **80", " °C** water", ", and 두 분"] {
            stage.step(Step::Token(piece.into()));
        }
    });
}

#[test]
fn an_answer_has_its_badge_its_worksheet_and_its_citations() {
    snapshots("answered", |stage| {
        ready(stage);
        stage.answered();
        stage.key(KeyCode::Tab);
        stage.key(KeyCode::Enter);
    });
}

#[test]
fn each_outcome_has_its_word_and_its_symbol() {
    let decisions = [
        Decision::Refuse(Reason::OutOfScope),
        Decision::Defer(Reason::NoEvidence),
        Decision::Clarify(Reason::Missing("topic".into())),
    ];
    snapshots("outcomes", |stage| {
        ready(stage);
        for (turn, decision) in decisions.iter().enumerate() {
            stage.send("and coffee?");
            let answer = Box::new(instead(decision, "I cannot say.", &[]));
            stage.says(Report::Turn(turn, Step::Finished { answer, stopped: false }));
        }
        for (turn, stopped) in [(3, true), (4, false)] {
            stage.send("and green?");
            let answer = Box::new(purview::answer::Answer { out_of_date: vec!["Brewing".into()], ..answer() });
            stage.says(Report::Turn(turn, Step::Finished { answer, stopped }));
        }
        stage.send("and then?");
        stage.says(Report::Turn(5, Step::Failed(failure())));
    });
}

#[test]
fn a_question_asked_back_offers_its_replies() {
    snapshots("clarify", |stage| {
        ready(stage);
        stage.send("how hot?");
        let decision = Decision::Clarify(Reason::Missing("topic".into()));
        let answer = Box::new(instead(&decision, "Which tea is it about?", &["green tea", "black tea", "우롱차"]));
        stage.step(Step::Finished { answer, stopped: false });
        stage.key(KeyCode::Down);
    });
}

#[test]
fn a_citation_opens_its_document_at_the_quoted_span() {
    snapshots("document", |stage| {
        ready(stage);
        stage.answered();
        stage.key(KeyCode::Tab);
        stage.key(KeyCode::Char('1'));
    });
}

#[test]
fn why_shows_each_signal_against_its_bar() {
    snapshots("why", |stage| {
        ready(stage);
        stage.answered();
        stage.send("/why");
    });
}

#[test]
fn a_packet_for_a_person_is_shown_as_it_will_be_written() {
    let asked = |stage: &mut Stage| {
        ready(stage);
        stage.send("Where is my order? I am at jane@example.com.");
        let rule = Decision::Defer(Reason::Policy("order".into()));
        let said = "Only the shop can see your order. See https://example.org/shop";
        stage.step(Step::Finished { answer: Box::new(instead(&rule, said, &[])), stopped: false });
    };
    snapshots("deferred", asked);
    snapshots("handoff", |stage| {
        asked(stage);
        stage.send("/handoff");
        stage.says(Report::HandOff(0, Ok(Box::new(hand_off()))));
    });
}

#[test]
fn the_help_shows_every_command_and_key() {
    let mut stage = Stage::ready(100, 140);
    stage.key(KeyCode::F(1));
    insta::assert_snapshot!("help", stage.text());
}

#[test]
fn commands_are_offered_while_they_are_written() {
    snapshots("completion", |stage| {
        ready(stage);
        "/re".chars().for_each(|c| stage.key(KeyCode::Char(c)));
    });
}

#[test]
fn a_long_draft_scrolls_in_its_own_rows_and_a_notice_stands_above_it() {
    snapshots("draft", |stage| {
        ready(stage);
        stage.send("/hlep");
        stage.ctrl('u');
        stage.takes(Message::Paste("표준 공제는 얼마인가요?\nand for\tmarried couples?\n\x1b[2J".repeat(4)));
    });
}

/// Opens the pack of the stage and another one.
fn two_packs(stage: &mut Stage) {
    let milk = Opened { label: "milk@0.1.0".into(), place: "milk".into(), title: "Milk".into(), ..opened() };
    stage.says(Report::Joined(Box::new(opened())));
    stage.says(Report::Joined(Box::new(milk)));
    stage.says(Report::Complete);
}

#[test]
fn two_packs_stand_in_the_status_line() {
    for (columns, rows) in SIZES {
        let mut stage = Stage::new(columns, rows);
        two_packs(&mut stage);
        assert!(stage.text().contains("tea + milk · ready"), "{}", stage.text());
    }
}

#[test]
fn a_turn_says_which_of_two_packs_answered() {
    let mut stage = Stage::new(80, 24);
    two_packs(&mut stage);
    stage.send("how hot for green tea?");
    stage.step(Step::Chosen("tea@1.2.3".into()));
    stage.step(Step::Retrieved(sources()));
    assert!(stage.text().contains("looking at 2 passages of tea"), "{}", stage.text());
    stage.step(Step::Finished { answer: Box::new(answer()), stopped: false });
    assert!(stage.text().contains("✓ answered · tea · quoted"), "{}", stage.text());
}

#[test]
fn more_than_two_packs_are_counted() {
    let mut stage = Stage::new(80, 24);
    stage.says(Report::Joined(Box::new(opened())));
    two_packs(&mut stage);
    assert!(stage.text().contains("3 packs · ready"), "{}", stage.text());
}

#[test]
fn a_pack_is_built_anew_in_the_status_line_and_said_to_be_so_above_the_draft() {
    let mut stage = Stage::ready(80, 24);
    let before = stage.text();
    stage.says(Report::Renewing("tea".into(), "encoding the corpus 40%".into()));
    let text = stage.text();
    let status = text.lines().last().unwrap_or_default();
    assert!(status.contains("ready · building tea anew: encoding the corpus 40%"), "{text}");
    assert_eq!(text.lines().count(), before.lines().count());
    assert!(text.lines().zip(before.lines()).take(23).all(|(now, before)| now == before), "{text}");
    stage.says(Report::Unrenewed("tea".into(), failure()));
    assert!(stage.text().contains("‼ tea answers as before: `tea/domain.toml:3:1`"), "{}", stage.text());
    let took = std::time::Duration::from_millis(440);
    stage.says(Report::Renewed(Box::new(Renewed { opened: opened(), took })));
    assert!(stage.text().contains("· tea was built anew (0.4 s)"), "{}", stage.text());
}

#[test]
fn the_quoted_span_is_highlighted_and_nothing_else() {
    let mut stage = Stage::ready(80, 40);
    stage.answered();
    stage.key(KeyCode::Tab);
    stage.key(KeyCode::Char('1'));
    let marked = stage.cells(|cell| cell.modifier.contains(ratatui::style::Modifier::REVERSED));
    assert_eq!(marked, "Green tea wants 80 °C.");
}

#[test]
fn a_worksheet_unfolds_to_its_steps_and_folds_again() {
    let mut stage = Stage::ready(80, 24);
    stage.answered();
    let shows = |stage: &mut Stage| stage.text().contains("In Fahrenheit = 80 × 9 ÷ 5 + 32 = 176 °F");
    assert!(!shows(&mut stage) && stage.text().contains(&trace().title));
    stage.key(KeyCode::Tab);
    stage.key(KeyCode::Enter);
    assert!(shows(&mut stage), "{}", stage.text());
    stage.key(KeyCode::Enter);
    assert!(!shows(&mut stage));
}

#[test]
fn the_cursor_stands_behind_wide_letters() {
    let mut stage = Stage::ready(80, 24);
    "세금 a".chars().for_each(|c| stage.key(KeyCode::Char(c)));
    let cursor = stage.screen().1.unwrap();
    assert_eq!((cursor.x, cursor.y), (2 + 2 + 2 + 1 + 1, 22));
}

#[test]
fn a_page_about_a_turn_follows_what_becomes_of_it() {
    let mut stage = Stage::ready(80, 24);
    stage.send("how hot for green tea?");
    stage.send("/why");
    assert!(stage.text().contains("none yet"), "{}", stage.text());
    stage.step(Step::Finished { answer: Box::new(answer()), stopped: false });
    assert!(stage.text().contains("≥ 0.25"), "{}", stage.text());
}
