//! The slash commands: what each does.

use std::path::PathBuf;

use super::App;
use crate::{
    model::catalogue::{self, Role},
    pack::Mode,
    session::{Record, export},
    settings::Look,
    tui::{
        commands::Verb,
        list::{Item, Pick},
        message::{Choice, Effect, Failure, Filing, Packs},
        page::Subject,
        turn::lines::place,
    },
};

impl App {
    pub(super) fn call(&mut self, verb: Verb, argument: &str) -> Vec<Effect> {
        match verb {
            Verb::Help => self.page(Subject::Help),
            Verb::Pack if argument.is_empty() => return vec![Effect::File(Filing::Packs)],
            Verb::Pack => return self.choose(Pick::Pack(Packs::called(argument))),
            Verb::Model => return self.choose_model(argument),
            Verb::Sources => self.sources(argument),
            Verb::Why => self.why(),
            Verb::Copy => return self.copy(argument),
            Verb::Export => return self.export(argument),
            Verb::New => {
                let mut effects = self.forget();
                effects.push(Effect::File(Filing::Close));
                self.say("a new conversation");
                return effects;
            }
            Verb::Resume => return vec![Effect::File(Filing::Sessions)],
            Verb::Retry => return self.retry(),
            Verb::Wrong => return self.wrong(argument),
            Verb::HandOff => return self.hand_off(argument),
            Verb::Theme => self.choose_look(argument),
            Verb::Quit => return vec![Effect::Quit],
        }
        Vec::new()
    }

    fn choose_model(&mut self, name: &str) -> Vec<Effect> {
        if matches!(name, "none" | "quote") {
            return self.model(None);
        }
        if !name.is_empty() {
            return self.model(Some(name.to_owned()));
        }
        let quote =
            Item { label: "quote only".into(), detail: "no language model writes".into(), pick: Pick::Model(None) };
        let generators = catalogue::models().iter().filter(|model| model.role == Role::Generator);
        let items = generators.map(|model| Item {
            label: model.name.clone(),
            detail: format!("{}, {:.0} MiB, {}", model.about, model.bytes() as f64 / 1024.0 / 1024.0, model.license),
            pick: Pick::Model(Some(model.name.clone())),
        });
        let items = std::iter::once(quote).chain(items).collect();
        self.list("What writes the answers", items);
        Vec::new()
    }

    pub(super) fn model(&mut self, name: Option<String>) -> Vec<Effect> {
        let mode = if name.is_some() { Mode::Generate } else { Mode::Extract };
        self.open(Choice { mode: Some(mode), generator: name, ..self.choice.clone() })
    }

    fn choose_look(&mut self, name: &str) {
        if name.is_empty() {
            let item = |look: Look| Item { label: look.name().into(), detail: String::new(), pick: Pick::Look(look) };
            self.list("Themes", Look::ALL.map(item).into());
            return;
        }
        match Look::named(name) {
            Ok(look) => self.theme = super::Theme::of(look),
            Err(error) => self.complain(&Failure::from(&error)),
        }
    }

    fn sources(&mut self, argument: &str) {
        let Some(turn) = self.transcript.current() else { return self.say("nothing was asked yet") };
        if argument.is_empty() {
            let items = turn.sources.iter().map(|source| Item {
                label: format!("{}. {}", source.rank, place(&source.title, &source.section)),
                detail: format!("{:.2}", source.score),
                pick: Pick::Source(source.rank),
            });
            let items = items.collect();
            return self.list("Passages looked at", items);
        }
        let (id, found) = (turn.id, turn.sources.iter().find(|source| source.rank.to_string() == argument));
        match found.map(|source| source.rank) {
            Some(rank) => self.page(Subject::Source(id, rank)),
            None => self.say(format!("no passage has the number `{argument}`; `/sources` lists them")),
        }
    }

    pub(super) fn why(&mut self) {
        match self.transcript.current().map(|turn| turn.id) {
            Some(id) => self.page(Subject::Why(id)),
            None => self.say("nothing was asked yet"),
        }
    }

    pub(super) fn copy(&mut self, argument: &str) -> Vec<Effect> {
        let turn = match argument.parse::<usize>() {
            Ok(number) => self.transcript.turns().nth(number.wrapping_sub(1)),
            Err(_) if argument.is_empty() => self.transcript.current(),
            Err(_) => None,
        };
        let Some(text) = turn.filter(|turn| turn.answer.is_some()).map(super::Turn::markdown) else {
            self.say("there is no such answer to copy");
            return Vec::new();
        };
        self.say("copied, if the terminal allows it (OSC 52)");
        vec![Effect::Copy(text)]
    }

    fn export(&mut self, argument: &str) -> Vec<Effect> {
        if self.records.is_empty() {
            self.say("nothing was asked yet");
            return Vec::new();
        }
        let day: String = self.at().chars().take(10).collect();
        let name = if argument.is_empty() { format!("purview-{day}.md") } else { argument.to_owned() };
        vec![Effect::File(Filing::Export(PathBuf::from(name), self.records.clone()))]
    }

    fn retry(&mut self) -> Vec<Effect> {
        match self.last_question() {
            Some(question) if !self.ready.is_empty() => self.ask(question),
            _ => {
                let choice = self.opening.clone().unwrap_or_else(|| self.choice.clone());
                self.open(choice)
            }
        }
    }

    fn wrong(&mut self, note: &str) -> Vec<Effect> {
        let current = self.transcript.current().and_then(|turn| Some((turn.id, turn.answer.as_deref()?)));
        let Some((id, answer)) = current else {
            self.say("there is no answer to mark");
            return Vec::new();
        };
        let label = answer.pack.clone();
        let Some(place) = self.pack_of(&label).map(|pack| pack.place.clone()) else {
            self.say_not_open(&label);
            return Vec::new();
        };
        let earlier = self.transcript.turns().take_while(|turn| turn.id != id).filter(|turn| turn.answer.is_some());
        let before: Vec<String> = earlier.map(|turn| turn.question.clone()).collect();
        let name = match self.records.first() {
            Some(Record::Session(header)) => format!("{}-{}", header.id, id + 1),
            _ => format!("{}", id + 1),
        };
        // Only a follow-up needs what was said before it.
        let before = if answer.rewritten.is_some() { before } else { Vec::new() };
        let case = export::wrong(&format!("wrong-{name}"), &before, answer, note);
        vec![Effect::File(Filing::Wrong(place, case))]
    }
}
