//! What the chat knows and decides: messages in, effects out. Does no I/O, reads no clock, draws nothing; the shell
//! carries out the effects and `view` draws.

mod hand_off;
mod packs;
mod press;
mod renewal;
mod reports;
mod verbs;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use self::{hand_off::HandingOff, renewal::Renewal};
use super::{
    draft::Draft,
    history::History,
    list::{Item, List, Pick},
    message::{Choice, Effect, Failure, Filing, Message, Opened},
    opening::Opening,
    page::{Page, Subject},
    theme::Theme,
    transcript::{Block, Transcript},
    turn::{State, Turn},
};
use crate::{
    answer::Usage,
    session::{self, Record, record::Header},
    settings::Look,
    specialist::Question,
};

/// What the chat is begun with.
#[derive(Debug, Clone)]
pub struct Start {
    /// The pack, and how it answers.
    pub choice: Choice,
    /// How it looks.
    pub look: Look,
    /// Whether the conversation is kept.
    pub save: bool,
    /// Columns and rows.
    pub size: (u16, u16),
    /// Unlike any other process's at this time; becomes part of the session's id.
    pub process: u32,
}

/// Something said in passing, above the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: String,
    /// Whether it went wrong.
    pub is_bad: bool,
}

/// A key that does more when it is pressed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Armed {
    /// Ctrl+C quits.
    Quit,
    /// Esc edits the last question.
    EditLast,
}

/// What is over the conversation.
#[derive(Debug)]
pub enum Overlay {
    /// Something to read.
    Page(Page),
    /// Something to choose from.
    List(List),
}

/// The chat.
pub struct App {
    pub(super) theme: Theme,
    pub(super) size: (u16, u16),
    pub(super) transcript: Transcript,
    pub(super) draft: Draft,
    pub(super) overlay: Option<Overlay>,
    /// Whether keys go to the transcript.
    pub(super) in_transcript: bool,
    pub(super) notice: Option<Notice>,
    /// The packs that answer, once one does.
    pub(super) ready: Vec<Opened>,
    /// Pictures of whatever moves, counted.
    pub(super) tick: usize,
    pub(super) usage: Option<Usage>,
    choice: Choice,
    /// What is to be opened, or is being opened.
    opening: Option<Choice>,
    /// Of several packs that are being opened those that are ready.
    joined: Vec<Opened>,
    renewal: Renewal,
    history: History,
    records: Vec<Record>,
    save: bool,
    process: u32,
    sessions: usize,
    turns: usize,
    armed: Option<Armed>,
    /// The turn that is being answered.
    working: Option<usize>,
    hand_off: HandingOff,
    now: OffsetDateTime,
}

impl App {
    /// The chat, and what is to be done first.
    pub fn new(start: Start) -> (Self, Vec<Effect>) {
        let mut app = Self {
            theme: Theme::of(start.look),
            size: start.size,
            transcript: Transcript::default(),
            draft: Draft::default(),
            overlay: None,
            in_transcript: false,
            notice: None,
            ready: Vec::new(),
            tick: 0,
            usage: None,
            choice: start.choice.clone(),
            opening: None,
            joined: Vec::new(),
            renewal: Renewal::default(),
            history: History::default(),
            records: Vec::new(),
            save: start.save,
            process: start.process,
            sessions: 0,
            turns: 0,
            armed: None,
            working: None,
            hand_off: HandingOff::default(),
            now: OffsetDateTime::UNIX_EPOCH,
        };
        let effects = app.open(start.choice);
        (app, effects)
    }

    /// Takes a message that came at `now`; what is to be done outside.
    pub fn update(&mut self, message: Message, now: OffsetDateTime) -> Vec<Effect> {
        self.now = now;
        match message {
            Message::Key(key) => return self.press(&key),
            Message::Paste(text) => self.paste(&text),
            Message::Wheel(rows) => self.scroll(rows),
            Message::Resized(columns, rows) => self.size = (columns, rows),
            Message::Line(line) => return self.line(&line),
            Message::Interrupted if self.working.is_some() => return self.stop(),
            Message::Interrupted | Message::Terminated | Message::InputEnded => return vec![Effect::Quit],
            Message::Suspended => return vec![Effect::Suspend],
            Message::Continued => return vec![Effect::Reenter],
            Message::Tick => self.tick = self.tick.wrapping_add(1),
            Message::Worker(report) => return self.report(report),
            Message::Clerk(filed) => return self.filed(filed),
            Message::Edited(text) => self.draft.set(text.trim_end_matches(['\n', '\r'])),
        }
        Vec::new()
    }

    /// Lines of the conversation, as they were last laid out.
    pub fn lines(&self) -> usize {
        self.transcript.len()
    }

    /// Whether something on the screen moves by itself.
    pub fn is_busy(&self) -> bool {
        self.working.is_some() || self.opening.is_some() || self.hand_off.is_busy()
    }

    /// Whether a question is being answered.
    pub(super) fn is_answering(&self) -> bool {
        self.working.is_some()
    }

    /// What is being done, in a few words.
    pub(super) fn busy_with(&self) -> Option<String> {
        if let Some(turn) = self.working.and_then(|id| self.transcript.turn(id)) {
            return Some(match (turn.sources.is_empty(), turn.pieces()) {
                (true, _) => "searching".into(),
                (false, 0) => "reading".into(),
                (false, written) => format!("writing, {written} tokens"),
            });
        }
        if self.opening.is_none() {
            return self.hand_off.busy_with().map(str::to_owned);
        }
        let stage = self.transcript.opening().and_then(super::opening::Opening::stage);
        Some(stage.unwrap_or_else(|| "opening".into()))
    }

    /// The turn that a page is about, else the selected or last one.
    pub(super) fn turn_of(&self, subject: &Subject) -> Option<&Turn> {
        match subject {
            Subject::Help => None,
            Subject::Why(id) | Subject::Citation(id, _) | Subject::Source(id, _) | Subject::HandOff(id) => {
                self.transcript.turn(*id)
            }
        }
    }

    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_bad: false });
    }

    fn complain(&mut self, failure: &Failure) {
        let hint = failure.hint.as_ref().map_or_else(String::new, |hint| format!("; {hint}"));
        self.notice = Some(Notice { text: format!("{}{hint}", failure.message), is_bad: true });
    }

    fn open(&mut self, choice: Choice) -> Vec<Effect> {
        self.transcript.push(Block::Opening(Opening::new(&choice.pack, self.ready.is_empty())));
        self.opening = Some(choice.clone());
        vec![Effect::Open(choice)]
    }

    fn page(&mut self, subject: Subject) {
        self.overlay = Some(Overlay::Page(Page::new(subject)));
    }

    fn list(&mut self, title: &str, items: Vec<Item>) {
        if items.is_empty() {
            self.say(format!("{title}: there is none"));
        } else {
            self.overlay = Some(Overlay::List(List::new(title, items)));
        }
    }

    /// Adds a question to the conversation; it is asked when it can be.
    fn ask(&mut self, text: String) -> Vec<Effect> {
        let id = self.turns;
        self.turns += 1;
        self.transcript.push(Block::Turn(Turn::new(id, text)));
        self.transcript.select_none();
        self.in_transcript = false;
        self.ask_next()
    }

    /// Asks the first question that waits, if the pack is ready and nothing is being answered.
    fn ask_next(&mut self) -> Vec<Effect> {
        if self.working.is_some() || self.opening.is_some() || self.ready.is_empty() {
            return Vec::new();
        }
        let Some(turn) = self.transcript.turns().find(|turn| turn.state == State::Waiting) else { return Vec::new() };
        let (id, text) = (turn.id, turn.question.clone());
        let question = Question { text: text.clone(), history: self.said_before(id), ..Question::default() };
        if let Some(turn) = self.transcript.turn_mut(id) {
            turn.state = State::Working;
        }
        self.working = Some(id);
        let mut effects = self.record(Record::Question { at: self.at(), text });
        effects.push(Effect::Ask(id, question));
        effects
    }

    /// The turns before this one that came to something.
    fn said_before(&self, id: usize) -> Vec<session::Turn> {
        let before = self.transcript.turns().take_while(|turn| turn.id != id);
        let done = before.filter_map(|turn| Some((turn, turn.answer.as_ref()?)));
        let said = done.map(|(turn, answer)| session::Turn {
            question: turn.question.clone(),
            asked_back: (answer.outcome == crate::router::Outcome::Clarify).then(|| answer.choices.clone()),
        });
        said.collect()
    }

    /// Keeps a record; the first of a session begins it.
    fn record(&mut self, record: Record) -> Vec<Effect> {
        let mut new = Vec::new();
        if self.records.is_empty() {
            new.push(Record::Session(self.header()));
        }
        new.push(record);
        self.records.extend(new.iter().cloned());
        if self.save { vec![Effect::File(Filing::Record(new))] } else { Vec::new() }
    }

    fn header(&mut self) -> Header {
        self.sessions += 1;
        let digits: String = self.at().chars().filter(char::is_ascii_digit).collect();
        let labels: Vec<&str> = self.ready.iter().map(|opened| opened.label.as_str()).collect();
        let labels = labels.join(", ");
        Header {
            schema: session::record::SCHEMA,
            id: format!("{digits}-{}-{}", self.process, self.sessions),
            pack: if labels.is_empty() { self.choice.pack.to_string() } else { labels },
            place: self.choice.pack.to_string(),
            started: self.at(),
            version: env!("CARGO_PKG_VERSION").into(),
        }
    }

    /// Now, to the second, as RFC 3339 has it.
    fn at(&self) -> String {
        let whole = self.now.replace_nanosecond(0).unwrap_or(self.now);
        whole.format(&Rfc3339).unwrap_or_default()
    }

    /// Stops what is being answered, or takes back the question that waits.
    fn stop(&mut self) -> Vec<Effect> {
        if self.working.is_some() {
            return vec![Effect::Stop];
        }
        let waiting = self.transcript.turns().rev().find(|turn| turn.state == State::Waiting).map(|turn| turn.id);
        if let Some(turn) = waiting.and_then(|id| self.transcript.turn_mut(id)) {
            turn.state = State::Withdrawn;
        }
        Vec::new()
    }

    fn can_stop(&self) -> bool {
        self.working.is_some() || self.transcript.turns().any(|turn| turn.state == State::Waiting)
    }

    fn last_question(&self) -> Option<String> {
        self.transcript.turns().next_back().map(|turn| turn.question.clone())
    }

    /// Carries out what was chosen from a list.
    fn choose(&mut self, pick: Pick) -> Vec<Effect> {
        self.overlay = None;
        match pick {
            Pick::Pack(packs) => self.open(Choice { pack: packs, ..self.choice.clone() }),
            Pick::Model(name) => self.model(name),
            Pick::Look(look) => {
                self.theme = Theme::of(look);
                Vec::new()
            }
            Pick::Session(path) => vec![Effect::File(Filing::Resume(path))],
            Pick::Source(rank) => {
                if let Some(turn) = self.transcript.current() {
                    self.page(Subject::Source(turn.id, rank));
                }
                Vec::new()
            }
            Pick::Draft(text) => {
                self.draft.set(&text);
                Vec::new()
            }
            Pick::Reply(text) => self.ask(text),
        }
    }

    /// Begins anew: what is being answered is stopped, and the turns leave the screen.
    fn forget(&mut self) -> Vec<Effect> {
        let effects = if self.working.take().is_some() { vec![Effect::Stop] } else { Vec::new() };
        self.transcript.clear();
        self.records.clear();
        self.in_transcript = false;
        self.usage = None;
        effects
    }
}

#[cfg(test)]
mod tests;
