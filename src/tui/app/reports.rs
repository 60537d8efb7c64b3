//! What the worker and the clerk say: what it changes.

use std::path::PathBuf;

use super::{App, Overlay};
use crate::{
    session::{Record, log::Card},
    tui::{
        history::History,
        list::{Item, List, Pick},
        message::{Choice, Effect, Filed, Packs, Report, Step},
        transcript::Block,
        turn::Turn,
    },
};

impl App {
    pub(super) fn report(&mut self, report: Report) -> Vec<Effect> {
        match report {
            Report::Turn(id, step) => return self.step(id, step),
            Report::HandOff(id, made) => self.packet(id, made),
            Report::Renewing(place, what) => self.renewing(&place, &what),
            Report::Renewed(renewed) => self.renewed(*renewed),
            Report::Unrenewed(place, failure) => self.unrenewed(&place, failure),
            of_opening => return self.opens(of_opening),
        }
        Vec::new()
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
            Filed::Packs(packs) => self.list("Packs", to_choose_from(packs)),
            Filed::Done(text) => self.say(text),
            Filed::Failed(failure) => self.complain(&failure),
        }
        Vec::new()
    }

    /// Shows the turns of an earlier session, which goes on; its packs are opened if others are open.
    fn resumed(&mut self, records: Vec<Record>) -> Vec<Effect> {
        let mut effects = self.forget();
        let (mut place, mut is_several) = (None, false);
        for record in &records {
            match record {
                Record::Session(header) => {
                    place = Some(Packs::Named(header.place.clone()));
                    is_several = header.pack.contains(',');
                }
                Record::Question { text, .. } => {
                    self.transcript.push(Block::Turn(Turn::unanswered(self.turns, text.clone())));
                    self.turns += 1;
                }
                Record::Answer(reply) => {
                    let asked = self.transcript.turns().next_back().map(|turn| turn.id);
                    if let Some(turn) = asked.and_then(|id| self.transcript.turn_mut(id)) {
                        turn.restore((**reply).clone());
                        turn.pack = is_several.then(|| reply.answer.pack.clone());
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

/// The packs that can be named; where there are several, also all of them.
fn to_choose_from(packs: Vec<(String, PathBuf)>) -> Vec<Item> {
    let all = (packs.len() > 1).then(|| Item {
        label: "all packs".into(),
        detail: "a question is answered by the one that it is for".into(),
        pick: Pick::Pack(Packs::All),
    });
    let item = |(name, folder): (String, PathBuf)| Item {
        detail: folder.display().to_string(),
        pick: Pick::Pack(Packs::Named(name.clone())),
        label: name,
    };
    packs.into_iter().map(item).chain(all).collect()
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
