//! A deferred question for a person: its packet is made by the worker, shown, and then, and not before, written by the
//! clerk as it was shown.

use super::App;
use crate::{
    specialist::Question,
    tui::{
        message::{Effect, Failure, Filing, HandOff},
        page::Subject,
    },
};

/// How far it is with packets.
#[derive(Debug, Default)]
pub(super) struct HandingOff {
    /// The turn whose packet is being made.
    making: Option<usize>,
    /// The turn whose packet was shown last.
    shown: Option<usize>,
    /// Whether one is being written.
    is_writing: bool,
}

impl HandingOff {
    pub(super) fn is_busy(&self) -> bool {
        self.busy_with().is_some()
    }

    /// What is being done, in a few words.
    pub(super) fn busy_with(&self) -> Option<&'static str> {
        self.making.map(|_| "making the packet").or_else(|| self.is_writing.then_some("writing the packet"))
    }

    /// The clerk is done with something; at the latest this was it.
    pub(super) fn filed(&mut self) {
        self.is_writing = false;
    }
}

impl App {
    /// Shows the packet of the deferred turn that is selected, else of the last one; or writes it.
    pub(super) fn hand_off(&mut self, argument: &str) -> Vec<Effect> {
        let current = self.transcript.current().filter(|turn| turn.is_deferred());
        let Some(turn) = current.or_else(|| self.transcript.turns().rfind(|turn| turn.is_deferred())) else {
            self.say("no question was deferred yet; only a deferred one is handed to a person");
            return Vec::new();
        };
        let (id, made) = (turn.id, turn.hand_off.clone());
        match (argument, made) {
            ("write", Some(hand_off)) if self.hand_off.shown == Some(id) => {
                self.hand_off.is_writing = true;
                return vec![Effect::File(Filing::HandOff(hand_off))];
            }
            ("write", _) => self.say("what is written is shown first: `/handoff`, then `/handoff write`"),
            ("", Some(_)) => self.show_packet(id),
            ("", None) => return self.make_packet(id),
            _ => self.say(format!("`/handoff` shows the packet and `/handoff write` writes it, not `{argument}`")),
        }
        Vec::new()
    }

    /// Has the worker make the packet, if the pack that deferred the question is open.
    fn make_packet(&mut self, id: usize) -> Vec<Effect> {
        let Some(turn) = self.transcript.turn(id) else { return Vec::new() };
        let (Some(answer), text) = (turn.answer.clone(), turn.question.clone()) else { return Vec::new() };
        if self.opening.is_some() {
            self.say("a pack is being opened; `/handoff` again when it is ready");
            return Vec::new();
        }
        if self.pack_of(&answer.pack).is_none() {
            self.say_not_open(&answer.pack);
            return Vec::new();
        }
        if self.hand_off.making == Some(id) {
            return Vec::new();
        }
        (self.hand_off.making, self.hand_off.shown) = (Some(id), None);
        let question = Question { text, history: self.said_before(id), ..Question::default() };
        vec![Effect::HandOff(id, question, answer)]
    }

    /// Takes the packet that was made, if it is the one that is waited for. It is shown, unless the person does something
    /// else by now.
    pub(super) fn packet(&mut self, id: usize, made: Result<Box<HandOff>, Failure>) {
        if self.hand_off.making != Some(id) {
            return;
        }
        self.hand_off.making = None;
        let Some(turn) = self.transcript.turn_mut(id).filter(|turn| turn.is_deferred()) else { return };
        match made {
            Ok(hand_off) => {
                turn.hand_off = Some(hand_off);
                if self.overlay.is_none() && self.draft.is_empty() {
                    self.show_packet(id);
                } else {
                    self.say("the packet is made; `/handoff` shows it");
                }
            }
            Err(failure) => self.complain(&failure),
        }
    }

    fn show_packet(&mut self, id: usize) {
        self.hand_off.shown = Some(id);
        self.page(Subject::HandOff(id));
    }
}
