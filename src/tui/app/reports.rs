//! What the worker and the clerk say: what it changes.

use super::{App, Overlay};
use crate::{
    session::{Record, log::Card},
    tui::{
        history::History,
        list::{Item, List, Pick},
        message::{Choice, Effect, Filed, Filing, Opened, Report, Step},
        transcript::Block,
        turn::Turn,
    },
};

impl App {
    pub(super) fn report(&mut self, report: Report) -> Vec<Effect> {
        if let Report::Turn(id, step) = report {
            return self.step(id, step);
        }
        if let Report::HandOff(id, made) = report {
            self.packet(id, made);
            return Vec::new();
        }
        if let Some(opening) = self.transcript.opening_mut() {
            opening.take(&report);
        }
        match report {
            Report::Opened(opened) => self.opened(opened),
            Report::Unopened(_) => {
                // What was open stays open; a pack that never was can be tried again.
                let failed = self.opening.take();
                if self.ready.is_none() {
                    self.choice = failed.unwrap_or_default();
                }
                self.ask_next()
            }
            _ => Vec::new(),
        }
    }

    fn opened(&mut self, opened: Box<Opened>) -> Vec<Effect> {
        let choice = self.opening.take().unwrap_or_default();
        let is_other = self.ready.as_ref().is_none_or(|before| before.label != opened.label);
        self.choice = Choice { pack: opened.place.clone(), ..choice };
        self.transcript.set_disclaimer(opened.disclaimer.clone());
        let name = opened.label.split('@').next().unwrap_or_default().to_owned();
        self.ready = Some(opened);
        let mut effects = self.ask_next();
        if is_other && self.save {
            effects.push(Effect::File(Filing::History(name)));
        }
        effects
    }

    fn step(&mut self, id: usize, step: Step) -> Vec<Effect> {
        let is_over = matches!(step, Step::Finished { .. } | Step::Failed(_));
        let at = self.at();
        let Some(turn) = self.transcript.turn_mut(id) else { return Vec::new() };
        turn.take(step);
        if let Some(Overlay::Page(page)) = &mut self.overlay {
            page.renew();
        }
        if !is_over {
            return Vec::new();
        }
        let (reply, usage) = (turn.reply(at), turn.usage());
        let choices = turn.answer.as_ref().map(|answer| answer.choices.clone()).unwrap_or_default();
        self.usage = usage.or(self.usage);
        if self.working == Some(id) {
            self.working = None;
        }
        if !choices.is_empty() && self.overlay.is_none() && self.draft.is_empty() && !self.in_transcript {
            self.overlay = Some(Overlay::List(List::replies(&choices)));
        }
        let mut effects = reply.map_or_else(Vec::new, |reply| self.record(Record::Answer(Box::new(reply))));
        effects.extend(self.ask_next());
        effects
    }

    pub(super) fn filed(&mut self, filed: Filed) -> Vec<Effect> {
        if matches!(filed, Filed::Done(_) | Filed::Failed(_)) {
            self.hand_off.filed();
        }
        match filed {
            Filed::History(questions) => {
                let said = self.transcript.turns().map(|turn| turn.question.clone());
                self.history = History::new(questions.into_iter().chain(said).collect());
            }
            Filed::Sessions(cards) => self.list("Conversations", cards.into_iter().map(session).collect()),
            Filed::Resumed(records) => return self.resumed(records),
            Filed::Packs(packs) => {
                let item = |(name, folder): (String, std::path::PathBuf)| Item {
                    detail: folder.display().to_string(),
                    pick: Pick::Pack(name.clone()),
                    label: name,
                };
                self.list("Packs", packs.into_iter().map(item).collect());
            }
            Filed::Done(text) => self.say(text),
            Filed::Failed(failure) => self.complain(&failure),
        }
        Vec::new()
    }

    /// Shows the turns of an earlier session, which goes on; its pack is opened if another one is open.
    fn resumed(&mut self, records: Vec<Record>) -> Vec<Effect> {
        let mut effects = self.forget();
        let mut place = None;
        for record in &records {
            match record {
                Record::Session(header) => place = Some(header.place.clone()),
                Record::Question { text, .. } => {
                    self.transcript.push(Block::Turn(Turn::unanswered(self.turns, text.clone())));
                    self.turns += 1;
                }
                Record::Answer(reply) => {
                    let asked = self.transcript.turns().next_back().map(|turn| turn.id);
                    if let Some(turn) = asked.and_then(|id| self.transcript.turn_mut(id)) {
                        turn.restore((**reply).clone());
                    }
                }
            }
        }
        self.records = records;
        self.say("the conversation goes on");
        if let Some(pack) = place.filter(|place| *place != self.choice.pack) {
            effects.extend(self.open(Choice { pack, ..self.choice.clone() }));
        }
        effects
    }
}

fn session(card: Card) -> Item {
    let day = card.header.started.chars().take(16).collect::<String>().replace('T', " ");
    let count = if card.questions == 1 { "1 question".to_owned() } else { format!("{} questions", card.questions) };
    Item {
        label: card.title.split_whitespace().collect::<Vec<_>>().join(" "),
        detail: format!("{day} · {count} · {}", card.header.pack),
        pick: Pick::Session(card.path),
    }
}
