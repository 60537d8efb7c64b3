//! The packs that answer, one or several: what changes when they are opened, and which of them a turn is of.

use std::sync::Arc;

use super::App;
use crate::{
    corpus::Document,
    tui::{
        message::{Choice, Effect, Filing, Opened, Packs, Report, name_of},
        turn::Turn,
    },
};

impl App {
    /// Takes what the worker says of packs that are being opened.
    pub(super) fn opens(&mut self, report: Report) -> Vec<Effect> {
        if let Some(opening) = self.transcript.opening_mut() {
            opening.take(&report);
        }
        match report {
            Report::Opened(opened) => self.opened(vec![*opened]),
            Report::Joined(opened) => {
                self.joined.push(*opened);
                Vec::new()
            }
            Report::Complete => {
                let joined = std::mem::take(&mut self.joined);
                if joined.is_empty() { Vec::new() } else { self.opened(joined) }
            }
            Report::Unopened(_) => {
                // What was open stays open; a pack that never was can be tried again.
                self.joined.clear();
                let failed = self.opening.take();
                if self.ready.is_empty() {
                    self.choice = failed.unwrap_or_default();
                }
                self.ask_next()
            }
            _ => Vec::new(),
        }
    }

    fn opened(&mut self, opened: Vec<Opened>) -> Vec<Effect> {
        let choice = self.opening.take().unwrap_or_default();
        let is_other = !self.ready.iter().map(|pack| &pack.label).eq(opened.iter().map(|pack| &pack.label));
        let places: Vec<&str> = opened.iter().map(|pack| pack.place.as_str()).collect();
        self.choice = Choice { pack: Packs::Named(places.join(",")), ..choice };
        for pack in &opened {
            self.transcript.set_disclaimer(&pack.label, pack.disclaimer.clone());
        }
        let names = opened.iter().map(|pack| pack.name().to_owned()).collect();
        self.ready = opened;
        self.renewal.forget();
        let mut effects = self.ask_next();
        if is_other && self.save {
            effects.push(Effect::File(Filing::History(names)));
        }
        effects
    }

    /// The open pack of this label; where its version is another one by now, that.
    pub(super) fn pack_of(&self, label: &str) -> Option<&Opened> {
        let same = self.ready.iter().find(|pack| pack.label == label);
        same.or_else(|| self.ready.iter().find(|pack| pack.name() == name_of(label)))
    }

    /// Says that something is of a pack that is not open.
    pub(super) fn say_not_open(&mut self, label: &str) {
        let name = name_of(label);
        self.say(format!("the question was asked of `{name}`; `/pack {name}` opens it"));
    }

    /// The documents of the pack that a turn is of; without a turn that says it, of the first.
    pub(in crate::tui) fn documents(&self, turn: Option<&Turn>) -> Option<Arc<[Document]>> {
        let pack = match turn.and_then(Turn::label) {
            Some(label) => self.pack_of(label),
            None => self.ready.first(),
        };
        pack.map(|pack| pack.documents.clone())
    }
}
