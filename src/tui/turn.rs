//! One question and what has come of it so far. Takes the pipeline's steps; how it looks is `lines`' business.

pub mod lines;

use super::message::{Failure, HandOff, Step};
use crate::{
    answer::{Answer, Trace, Usage},
    router::{Finding, Outcome},
    session::{Source, record::Reply},
};

/// What came of a question, as a word and a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Badge {
    /// It is answered.
    Answered,
    /// It is asked back about.
    AskedBack,
    /// It is left to the documents' limits or to a person.
    Deferred,
    /// It is refused.
    Refused,
    /// It is answered from a document that no longer holds.
    OutOfDate,
    /// The person stopped it.
    Cancelled,
    /// Something broke.
    Failed,
}

impl Badge {
    /// One column wide.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Answered => "✓",
            Self::AskedBack => "?",
            Self::Deferred => "→",
            Self::Refused => "✗",
            Self::OutOfDate => "!",
            Self::Cancelled => "■",
            Self::Failed => "‼",
        }
    }

    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::AskedBack => "clarify",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::OutOfDate => "out of date",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    fn of(answer: &Answer, stopped: bool) -> Self {
        match answer.outcome {
            _ if stopped => Self::Cancelled,
            Outcome::Answer if !answer.out_of_date.is_empty() => Self::OutOfDate,
            Outcome::Answer => Self::Answered,
            Outcome::Clarify => Self::AskedBack,
            Outcome::Defer => Self::Deferred,
            Outcome::Refuse => Self::Refused,
        }
    }
}

/// How far a question is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It waits for the pack, or for the question before it.
    Waiting,
    /// It is being answered.
    Working,
    /// It was cancelled before it began.
    Withdrawn,
    /// It is over.
    Done(Badge),
    /// It went wrong.
    Failed(Failure),
}

/// A question and what has come of it.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Unlike any other turn's of this run.
    pub id: usize,
    /// As it was asked.
    pub question: String,
    /// How far it is.
    pub state: State,
    /// The label of the pack that answers it, where it was one of several.
    pub pack: Option<String>,
    /// What was looked at, best first.
    pub sources: Vec<Source>,
    /// What decided, as far as is known.
    pub findings: Vec<Finding>,
    /// How its figure was calculated.
    pub trace: Option<Trace>,
    /// Whether the calculation is shown.
    pub unfolded: bool,
    /// What came of it.
    pub answer: Option<Box<Answer>>,
    /// The packet for a person, once it is made.
    pub hand_off: Option<Box<HandOff>>,
    /// What is said so far.
    text: String,
    /// So many of its bytes are known to stand in the sources.
    verified: usize,
    /// Pieces that a language model wrote.
    pieces: usize,
}

impl Turn {
    /// A question that was just asked.
    pub fn new(id: usize, question: String) -> Self {
        Self {
            id,
            question,
            state: State::Waiting,
            pack: None,
            sources: Vec::new(),
            findings: Vec::new(),
            trace: None,
            unfolded: false,
            answer: None,
            hand_off: None,
            text: String::new(),
            verified: 0,
            pieces: 0,
        }
    }

    /// A question of an earlier session that is not answered, so far as is known.
    pub fn unanswered(id: usize, question: String) -> Self {
        Self { state: State::Withdrawn, ..Self::new(id, question) }
    }

    /// The label of the pack that it is of, as far as that is known.
    pub fn label(&self) -> Option<&str> {
        self.answer.as_ref().map(|answer| answer.pack.as_str()).or(self.pack.as_deref())
    }

    /// Whether it was answered, and not something else said.
    pub fn is_answered(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.outcome == Outcome::Answer)
    }

    /// Takes what came of it in an earlier session.
    pub fn restore(&mut self, reply: Reply) {
        let mut answer = reply.answer;
        (answer.choices, answer.out_of_date) = (reply.choices, reply.out_of_date);
        (self.sources, self.trace) = (reply.sources, reply.trace);
        self.finish(Box::new(answer), reply.stopped);
    }

    /// Takes a step of the pipeline.
    pub fn take(&mut self, step: Step) {
        match step {
            Step::Chosen(label) => self.pack = Some(label),
            Step::Retrieved(sources) => self.sources = sources,
            Step::Ruled(ruling) => self.findings = ruling.findings,
            Step::Writing => self.pieces += 1,
            Step::Token(piece) => {
                self.pieces += 1;
                self.text.push_str(&piece);
            }
            Step::Verified(piece) => {
                self.pieces += 1;
                self.text.push_str(&piece);
                self.verified = self.text.len();
            }
            Step::Trace(trace) => self.trace = Some(trace),
            Step::Finished { answer, stopped } => self.finish(answer, stopped),
            Step::Failed(failure) => self.state = State::Failed(failure),
        }
    }

    fn finish(&mut self, answer: Box<Answer>, stopped: bool) {
        self.state = State::Done(Badge::of(&answer, stopped));
        self.text.clone_from(&answer.text);
        self.verified = self.text.len();
        self.findings.clone_from(&answer.findings);
        self.answer = Some(answer);
        self.hand_off = None; // it was of another answer
    }

    /// Whether it is left to a person.
    pub fn is_deferred(&self) -> bool {
        self.state == State::Done(Badge::Deferred)
    }

    /// What is said so far; the second part is not known to stand in the sources yet.
    pub fn text(&self) -> (&str, &str) {
        self.text.split_at(self.verified.min(self.text.len()))
    }

    /// Pieces that were written so far.
    pub fn pieces(&self) -> usize {
        self.pieces
    }

    /// What the language model read and wrote, once it is over.
    pub fn usage(&self) -> Option<Usage> {
        self.answer.as_ref().and_then(|answer| answer.usage)
    }

    /// What is kept of it, once it is over.
    pub fn reply(&self, at: String) -> Option<Reply> {
        let answer = self.answer.as_deref()?.clone();
        Some(Reply {
            at,
            stopped: self.state == State::Done(Badge::Cancelled),
            sources: self.sources.clone(),
            trace: self.trace.clone(),
            choices: answer.choices.clone(),
            out_of_date: answer.out_of_date.clone(),
            answer,
        })
    }

    /// The answer with its sources, as Markdown.
    pub fn markdown(&self) -> String {
        let citations = self.answer.iter().flat_map(|answer| &answer.citations);
        let sources = citations.map(|citation| {
            let url = citation.url.as_ref().map_or_else(String::new, |url| format!(" <{url}>"));
            format!("[{}] {} — {}{url}", citation.marker, citation.title, citation.section)
        });
        let sources: Vec<String> = sources.collect();
        if sources.is_empty() { self.text.clone() } else { format!("{}\n\n{}", self.text, sources.join("\n")) }
    }
}
