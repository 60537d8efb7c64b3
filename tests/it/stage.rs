//! The chat without a terminal and without models: messages go in as a script has them, and the screen is read as
//! text. What a worker would say is written out here, a calculation's worksheet and all.

use std::{path::Path, sync::Arc};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use purview::{
    answer::{Answer, Citation, Made, Step as Line, Timings, Trace},
    corpus::Document,
    handoff::{self, Draft, Packet},
    pack::{Disclaimer, Mode, manifest::When},
    router::{Decision, Finding, Outcome, Reason, Ruling},
    session::Source,
    settings::Look,
    specialist::Plan,
    tui::{
        app::{App, Start},
        message::{Choice, Effect, Failure, HandOff, Message, Opened, Report, Step},
        view,
    },
};
use ratatui::{Terminal, backend::TestBackend, buffer::Cell, layout::Position, text::Span};
use time::macros::datetime;

/// A document with headings, a list and a table.
const BODY: &str = "# Brewing\n\nTea is made with water that is hot.\n\n## How hot should the water be?\n\n\
Green tea wants **80 °C**. Black tea wants boiling water.\n\n| Tea | Water | Minutes |\n|---|---:|---:|\n\
| Green | 80 °C | 2 |\n| Black | 100 °C | 4 |\n\n- warm the pot\n- time it\n";
/// What is quoted of it.
const QUOTE: &str = "Green tea wants **80 °C**.";

/// The chat on a stage.
pub struct Stage {
    pub app: App,
    pub effects: Vec<Effect>,
    size: (u16, u16),
}

impl Stage {
    /// The chat as it begins.
    pub fn new(columns: u16, rows: u16) -> Self {
        let choice = Choice { pack: "tea".into(), ..Choice::default() };
        let start = Start { choice, look: Look::NoColour, save: true, size: (columns, rows), process: 7 };
        let (app, effects) = App::new(start);
        Self { app, effects, size: (columns, rows) }
    }

    /// The chat with its pack open.
    pub fn ready(columns: u16, rows: u16) -> Self {
        let mut stage = Self::new(columns, rows);
        stage.says(Report::Opened(Box::new(opened())));
        stage
    }

    /// Takes a message.
    pub fn takes(&mut self, message: Message) {
        if let Message::Resized(columns, rows) = message {
            self.size = (columns, rows);
        }
        self.effects = self.app.update(message, datetime!(2026-11-22 12:00 UTC));
    }

    /// The worker says something.
    pub fn says(&mut self, report: Report) {
        self.takes(Message::Worker(report));
    }

    /// The first turn gets further.
    pub fn step(&mut self, step: Step) {
        self.says(Report::Turn(0, step));
    }

    /// A key is pressed.
    pub fn key(&mut self, code: KeyCode) {
        self.takes(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    /// A letter is pressed while Ctrl is held.
    pub fn ctrl(&mut self, letter: char) {
        self.takes(Message::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)));
    }

    /// A line is written and sent.
    pub fn send(&mut self, line: &str) {
        line.chars().for_each(|c| self.key(KeyCode::Char(c)));
        self.key(KeyCode::Enter);
    }

    /// The question is asked and answered.
    pub fn answered(&mut self) {
        self.send("how hot for green tea?");
        self.step(Step::Retrieved(sources()));
        self.step(Step::Ruled(Ruling { decision: Decision::Answer, findings: findings() }));
        self.step(Step::Verified(answer().text));
        self.step(Step::Trace(trace()));
        self.step(Step::Finished { answer: Box::new(answer()), stopped: false });
    }

    /// The screen as text, a line a row, and where the cursor is if it is shown.
    pub fn screen(&mut self) -> (String, Option<Position>) {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        view::lay_out(&mut self.app);
        // What is not placed stays where no screen of a test reaches.
        let nowhere = Position::new(u16::MAX, u16::MAX);
        terminal.set_cursor_position(nowhere).unwrap();
        terminal.draw(|frame| view::draw(&self.app, frame)).unwrap();
        let cursor = terminal.get_cursor_position().unwrap();
        let buffer = terminal.backend().buffer();
        let text: Vec<String> = buffer.content().chunks(usize::from(self.size.0).max(1)).map(row).collect();
        (text.join("\n"), (cursor != nowhere).then_some(cursor))
    }

    /// The letters of the cells that are so, in reading order.
    pub fn cells(&mut self, is_so: impl Fn(&Cell) -> bool) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        view::lay_out(&mut self.app);
        terminal.draw(|frame| view::draw(&self.app, frame)).unwrap();
        let cells = terminal.backend().buffer().content();
        cells.iter().filter(|cell| is_so(cell)).map(Cell::symbol).collect()
    }

    /// The screen as text.
    pub fn text(&mut self) -> String {
        self.screen().0
    }
}

/// A row's text; a wide letter hides the cell behind it.
fn row(cells: &[Cell]) -> String {
    let (mut text, mut at) = (String::new(), 0);
    while let Some(cell) = cells.get(at) {
        text.push_str(cell.symbol());
        at += Span::raw(cell.symbol()).width().max(1);
    }
    text.trim_end().to_owned()
}

pub fn document() -> Document {
    let front = "+++\ntitle = \"Brewing\"\nurl = \"https://example.org/tea\"\npublisher = \"A tea house\"\n+++\n";
    Document::parse(Path::new("brewing.md"), format!("{front}{BODY}").as_bytes()).unwrap()
}

pub fn opened() -> Opened {
    Opened {
        label: "tea@1.2.3".into(),
        place: "tea".into(),
        title: "Brewing tea".into(),
        as_of: Some("2026-01-31".into()),
        mode: Mode::Extract,
        generator: None,
        disclaimer: Some(Disclaimer { text: "About tea in general, not about your pot.".into(), when: When::First }),
        covers: vec!["water and its temperature".into(), "how long to wait".into()],
        documents: Arc::from([document()]),
    }
}

pub fn plan() -> Plan {
    let encoder = purview::model::catalogue::find("all-MiniLM-L6-v2").unwrap();
    Plan { fetch: vec![encoder], build: true }
}

pub fn sources() -> Vec<Source> {
    let source = |rank: usize, section: &str, start: usize| Source {
        rank,
        document: "brewing".into(),
        title: "Brewing".into(),
        section: section.into(),
        start,
        end: start + 60,
        bm25: Some(9.5 / rank as f32),
        cosine: Some(0.9 - rank as f32 / 10.0),
        score: 0.95 - rank as f32 / 10.0,
    };
    vec![source(1, "Brewing › How hot should the water be?", document().body.find(QUOTE).unwrap()), source(2, "", 0)]
}

pub fn findings() -> Vec<Finding> {
    let finding = |signal: &str, value: f32, bar: Option<f32>, note: Option<&str>| Finding {
        signal: signal.into(),
        value,
        bar,
        note: note.map(str::to_owned),
    };
    vec![
        finding("scope", 0.97, Some(0.25), None),
        finding("nearest.inside", 0.81, None, Some("how hot is the water for oolong")),
        finding("evidence", 0.31, Some(0.45), None),
    ]
}

pub fn trace() -> Trace {
    let line = |label: &str, working: &str, result: &str, markers: &[usize]| Line {
        label: label.into(),
        working: working.into(),
        result: result.into(),
        markers: markers.to_vec(),
        depth: 0,
    };
    let steps = vec![line("Water", "", "80 °C", &[1]), line("In Fahrenheit", "80 × 9 ÷ 5 + 32", "176 °F", &[])];
    Trace { title: "Water for green tea".into(), steps }
}

pub fn answer() -> Answer {
    let body = document().body;
    let start = body.find(QUOTE).unwrap();
    let citation = Citation {
        marker: 1,
        document: "brewing".into(),
        title: "Brewing".into(),
        url: None,
        section: "Brewing › How hot should the water be?".into(),
        quote: QUOTE.into(),
        start,
        end: start + QUOTE.len(),
        tax_year: Some("2025".into()),
    };
    Answer {
        schema: 1,
        id: None,
        pack: "tea@1.2.3".into(),
        question: "how hot for green tea?".into(),
        rewritten: None,
        outcome: Outcome::Answer,
        reason: None,
        text: format!("{QUOTE} [1]"),
        mode: Some(Made::Extract),
        citations: vec![citation],
        assumed: Vec::new(),
        findings: findings(),
        generator: None,
        timings_ms: Timings { route: 4.0, retrieve: 5.0, first_token: 9.0, total: 12.0 },
        choices: Vec::new(),
        out_of_date: Vec::new(),
        usage: None,
    }
}

/// An answer that is none.
pub fn instead(decision: &Decision, text: &str, choices: &[&str]) -> Answer {
    Answer {
        outcome: decision.outcome(),
        reason: decision.reason().map(Reason::to_string),
        text: text.into(),
        mode: None,
        citations: Vec::new(),
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        ..answer()
    }
}

/// A packet for a person.
pub fn hand_off() -> HandOff {
    let looked_at = sources().into_iter().map(|source| handoff::Source {
        document: source.document,
        title: source.title,
        section: Some(source.section).filter(|section| !section.is_empty()),
        url: Some("https://example.org/tea".into()),
    });
    let packet = Packet::new(Draft {
        pack: "tea@1.2.3".into(),
        date: "2026-11-22".into(),
        reason: "a rule of the pack, `order`: Only the shop can see your order.".into(),
        contact: Some("https://example.org/shop".into()),
        question: "Where is my order?\nI am at jane@example.com.".into(),
        conversation: vec!["how hot for green tea?".into()],
        findings: serde_json::json!([{ "signal": "scope", "value": 0.97, "bar": 0.25 }]),
        looked_at: looked_at.collect(),
    });
    HandOff { packet, folder: "/home/jane/handoffs".into() }
}

pub fn failure() -> Failure {
    Failure {
        message: "`tea/domain.toml:3:1`: unknown field `titel`".into(),
        hint: Some("did you mean `title`?".into()),
    }
}
