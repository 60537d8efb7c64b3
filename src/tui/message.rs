//! What the parts of the chat say to each other: messages in, effects out. Data only.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use crossterm::event::KeyEvent;

use crate::{
    answer::{Answer, Trace},
    corpus::Document,
    error::Error,
    handoff::Packet,
    pack::{Disclaimer, Mode},
    router::Ruling,
    session::{Record, Source, log::Card},
    specialist::{Plan, Question},
};

/// Something that happened, as the app takes it.
#[derive(Debug, Clone)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The wheel was turned by so many rows; down is positive.
    Wheel(i32),
    /// The screen has so many columns and rows now.
    Resized(u16, u16),
    /// A line was entered, where there is no screen.
    Line(String),
    /// The input has ended.
    InputEnded,
    /// SIGINT came from outside.
    Interrupted,
    /// SIGTERM or SIGHUP came, or the terminal is gone.
    Terminated,
    /// SIGTSTP came from outside.
    Suspended,
    /// SIGCONT came: the terminal may have been used by others.
    Continued,
    /// Time for the next picture of whatever moves.
    Tick,
    /// The worker says something.
    Worker(Report),
    /// The clerk says something.
    Clerk(Filed),
    /// The editor was closed over this text.
    Edited(String),
}

/// What the worker says.
#[derive(Debug, Clone)]
pub enum Report {
    /// What opening the pack will fetch and build.
    Planned(Plan),
    /// A part of slow work begins.
    Began {
        /// What is being done.
        what: String,
        /// Units in all; 0 when unknown.
        total: u64,
        /// Whether the units are bytes.
        bytes: bool,
    },
    /// So many units more of it are done.
    Advanced(u64),
    /// The part of slow work is over.
    Ended,
    /// Something worth saying that stops nothing.
    Note(String),
    /// The pack is ready.
    Opened(Box<Opened>),
    /// One of several packs is ready.
    Joined(Box<Opened>),
    /// A pack that nobody named cannot be opened and is left out: its name, and why.
    LeftOut(String, Failure),
    /// Each of several packs has joined or was left out; those that joined are ready.
    Complete,
    /// The pack, or one of those that were named, cannot be opened.
    Unopened(Failure),
    /// The pack of this place is being built anew, because a file of it has changed: what of it is done now.
    Renewing(String, String),
    /// A pack was built anew, and answers from now on.
    Renewed(Box<Renewed>),
    /// The pack of this place cannot be built anew; as it was it goes on answering.
    Unrenewed(String, Failure),
    /// A question got further.
    Turn(usize, Step),
    /// The packet for the turn of this number is made, or cannot be.
    HandOff(usize, Result<Box<HandOff>, Failure>),
}

/// A packet for a person, and the folder that it is written into.
#[derive(Debug, Clone, PartialEq)]
pub struct HandOff {
    /// What is shown, and written letter for letter.
    pub packet: Packet,
    /// Where to.
    pub folder: PathBuf,
}

/// How a question gets further.
#[derive(Debug, Clone)]
pub enum Step {
    /// Of several packs the one of this label answers.
    Chosen(String),
    /// Passages were found.
    Retrieved(Vec<Source>),
    /// It is decided what to do.
    Ruled(Ruling),
    /// A language model wrote a piece that is not verified yet.
    Writing,
    /// A piece of text that nobody checks against sources.
    Token(String),
    /// A piece of text that stands in its sources.
    Verified(String),
    /// How a figure was calculated.
    Trace(Trace),
    /// It is over.
    Finished {
        /// What came of it.
        answer: Box<Answer>,
        /// Whether it was stopped before its end.
        stopped: bool,
    },
    /// It went wrong.
    Failed(Failure),
}

/// A pack that is ready.
#[derive(Debug, Clone)]
pub struct Opened {
    /// `name@version`.
    pub label: String,
    /// The name or folder that opens it again.
    pub place: String,
    /// Its title.
    pub title: String,
    /// The day for which its facts hold.
    pub as_of: Option<String>,
    /// How answers are made.
    pub mode: Mode,
    /// The language model, where one writes.
    pub generator: Option<String>,
    /// What is said beside answers.
    pub disclaimer: Option<Disclaimer>,
    /// What it is for.
    pub covers: Vec<String>,
    /// Its documents.
    pub documents: Arc<[Document]>,
}

impl Opened {
    /// Its name.
    pub fn name(&self) -> &str {
        name_of(&self.label)
    }
}

/// The name in a pack's label.
pub fn name_of(label: &str) -> &str {
    label.split('@').next().unwrap_or(label)
}

/// A pack that was built anew.
#[derive(Debug, Clone)]
pub struct Renewed {
    /// As it is now.
    pub opened: Opened,
    /// How long it took.
    pub took: Duration,
}

/// What went wrong, and the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Every problem, a line each.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let Error::Pack(problems) = error else {
            return Self { message: error.to_string(), hint: error.hint().map(str::to_owned) };
        };
        let lines = problems.iter().map(|problem| {
            let hint = problem.hint.as_ref().map_or_else(String::new, |hint| format!(" ({hint})"));
            format!("{problem}{hint}")
        });
        let hint = "mend the files and type `/retry`; `purview pack check` shows every problem";
        Self { message: lines.collect::<Vec<_>>().join("\n"), hint: Some(hint.into()) }
    }
}

/// What the clerk says.
#[derive(Debug, Clone)]
pub enum Filed {
    /// The questions of earlier sessions, oldest first.
    History(Vec<String>),
    /// The sessions that can be resumed.
    Sessions(Vec<Card>),
    /// The records of a session that is now written on.
    Resumed(Vec<Record>),
    /// The packs that can be named, each with its folder.
    Packs(Vec<(String, PathBuf)>),
    /// It is done; what to tell the person.
    Done(String),
    /// It could not be done.
    Failed(Failure),
}

/// Something that the app wants done outside itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Open a pack.
    Open(Choice),
    /// Ask a question, for the turn of this number.
    Ask(usize, Question),
    /// Make a packet for a person of a question and what came of it, for the turn of this number.
    HandOff(usize, Question, Box<Answer>),
    /// Stop the question that is being answered.
    Stop,
    /// Put text on the clipboard.
    Copy(String),
    /// Open the editor on the draft.
    Edit(String),
    /// Draw everything anew.
    Redraw,
    /// Give the terminal back until the shell continues us.
    Suspend,
    /// Take the terminal over again.
    Reenter,
    /// End.
    Quit,
    /// Something with files.
    File(Filing),
}

/// What the clerk is to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Filing {
    /// Add records to the session's log; the first of a session begins its file.
    Record(Vec<Record>),
    /// Close the session's log; the next record begins another.
    Close,
    /// Find the questions of earlier sessions with the packs of these names.
    History(Vec<String>),
    /// Find the sessions that can be resumed.
    Sessions,
    /// Go on with a session.
    Resume(PathBuf),
    /// Find the packs that can be named.
    Packs,
    /// Write a conversation to a file: JSON if it is so named, else Markdown.
    Export(PathBuf, Vec<Record>),
    /// Add a draft test case to a pack: its name or folder, and the case.
    Wrong(String, serde_json::Value),
    /// Write a packet for a person.
    HandOff(Box<HandOff>),
}

/// Which packs a conversation is with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packs {
    /// Those of these names or folders, a comma between two.
    Named(String),
    /// Every one that can be named, as far as it opens.
    All,
}

impl Packs {
    /// What is called so behind `/pack`. Where a pack has the name `all`, its folder names it.
    pub fn called(name: &str) -> Self {
        if name == "all" { Self::All } else { name.into() }
    }
}

impl Default for Packs {
    fn default() -> Self {
        Self::Named(String::new())
    }
}

impl From<&str> for Packs {
    fn from(named: &str) -> Self {
        Self::Named(named.to_owned())
    }
}

impl fmt::Display for Packs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(named) => f.write_str(named),
            Self::All => f.write_str("all"),
        }
    }
}

/// Which packs are to be opened, and how they answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Which.
    pub pack: Packs,
    /// How answers are made; none: as the pack says.
    pub mode: Option<Mode>,
    /// A language model's name; none: the user's or the pack's.
    pub generator: Option<String>,
}
