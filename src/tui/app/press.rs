//! Keys, pasted text and lines: what each does here and now.

use crossterm::event::{KeyEvent, KeyEventKind};

use super::{App, Armed, Overlay};
use crate::tui::{
    commands,
    draft::Edit,
    keys::{self, Action, Place},
    list::{Item, List, Pick},
    message::Effect,
    page::Subject,
    view::composer_width,
};

impl App {
    pub(super) fn press(&mut self, key: &KeyEvent) -> Vec<Effect> {
        if key.kind == KeyEventKind::Release {
            return Vec::new();
        }
        self.notice = None;
        let armed = self.armed.take();
        if let Some(action) = keys::action(&self.places(), key) {
            let digit = keys::letter(key).and_then(|letter| letter.to_digit(10)).map_or(0, |digit| digit as usize);
            return self.act(action, digit, armed);
        }
        let Some(letter) = keys::letter(key) else { return Vec::new() };
        match &mut self.overlay {
            Some(Overlay::List(list)) if list.is_replies => {
                if let Some(pick) = letter.to_digit(10).and_then(|number| list.numbered(number as usize)) {
                    return self.choose(pick);
                }
                self.overlay = None;
                self.write(letter.encode_utf8(&mut [0; 4]));
            }
            Some(Overlay::List(list)) => list.narrow(letter),
            Some(Overlay::Page(_)) => {}
            None => self.write(letter.encode_utf8(&mut [0; 4])),
        }
        Vec::new()
    }

    /// Where a key means something now, the innermost first.
    fn places(&self) -> Vec<Place> {
        match &self.overlay {
            Some(Overlay::List(_)) => vec![Place::List],
            Some(Overlay::Page(_)) => vec![Place::Page, Place::Anywhere],
            None if self.in_transcript => vec![Place::Transcript, Place::Anywhere],
            None if self.draft.is_empty() => vec![Place::EmptyDraft, Place::Anywhere],
            None => vec![Place::Draft, Place::Anywhere],
        }
    }

    /// Puts text at the cursor; writing leaves the transcript.
    fn write(&mut self, text: &str) {
        self.in_transcript = false;
        self.transcript.select_none();
        self.draft.insert(text);
        self.history.reset();
    }

    pub(super) fn paste(&mut self, text: &str) {
        match &mut self.overlay {
            Some(Overlay::List(list)) if !list.is_replies => text.chars().for_each(|c| list.narrow(c)),
            _ => {
                self.overlay = None;
                self.write(text);
            }
        }
    }

    /// Scrolls what is on top.
    pub(super) fn scroll(&mut self, rows: i32) {
        match &mut self.overlay {
            Some(Overlay::Page(page)) => page.scroll(rows),
            Some(Overlay::List(list)) => list.step(rows.signum()),
            None => self.transcript.scroll(rows),
        }
    }

    fn act(&mut self, action: Action, digit: usize, armed: Option<Armed>) -> Vec<Effect> {
        match action {
            Action::Send => return self.send(),
            Action::Edit(edit) => self.edit(edit),
            Action::Escape => return self.escape(armed),
            Action::Interrupt => return self.interrupt(armed),
            Action::Quit => return vec![Effect::Quit],
            Action::Tab => self.tab(),
            Action::SearchHistory => self.search_history(),
            Action::Screens(by) => match &mut self.overlay {
                Some(Overlay::Page(page)) => page.screens(by),
                Some(Overlay::List(list)) => list.step(by * 8),
                None => self.transcript.screens(by),
            },
            Action::Rows(by) => self.scroll(by),
            Action::Top => match &mut self.overlay {
                Some(Overlay::Page(page)) => page.go(0),
                _ => self.transcript.to_top(),
            },
            Action::Bottom => match &mut self.overlay {
                Some(Overlay::Page(page)) => page.go(usize::MAX),
                _ => self.transcript.to_bottom(),
            },
            Action::Move(by) => match &mut self.overlay {
                Some(Overlay::List(list)) => list.step(by),
                _ => self.transcript.select(by),
            },
            Action::Choose => {
                if let Some(Overlay::List(list)) = &self.overlay
                    && let Some(pick) = list.pick()
                {
                    return self.choose(pick);
                }
            }
            Action::Digit => self.citation(digit),
            Action::Citation(by) => self.next_citation(by),
            Action::Why => self.why(),
            Action::Unfold => self.unfold(),
            Action::Copy => return self.copy(""),
            Action::Editor => return vec![Effect::Edit(self.draft.text().to_owned())],
            Action::Help => self.page(Subject::Help),
            Action::Suspend => return vec![Effect::Suspend],
            Action::Redraw => return vec![Effect::Redraw],
            Action::Widen => {
                if let Some(Overlay::List(list)) = &mut self.overlay
                    && !list.widen()
                {
                    self.overlay = None;
                }
            }
        }
        Vec::new()
    }

    fn edit(&mut self, edit: Edit) {
        let width = composer_width(self.size.0);
        let moved = self.draft.apply(edit, width);
        let recalled = match edit {
            Edit::Up if !moved => self.history.older(self.draft.text()),
            Edit::Down if !moved => self.history.newer(),
            Edit::Up | Edit::Down | Edit::Left | Edit::Right => return,
            _ => return self.history.reset(),
        };
        if let Some(text) = recalled.map(str::to_owned) {
            self.draft.set(&text);
        }
    }

    fn send(&mut self) -> Vec<Effect> {
        let text = self.draft.text().trim().to_owned();
        if text.is_empty() {
            return Vec::new();
        }
        let called = commands::parse(&text);
        if let Some(Err(unknown)) = called {
            self.say(unknown); // the draft stays, to be mended
            return Vec::new();
        }
        self.draft.take();
        self.history.push(text.as_str());
        match called {
            Some(Ok((verb, argument))) => self.call(verb, argument),
            _ => self.ask(text.clone()),
        }
    }

    fn escape(&mut self, armed: Option<Armed>) -> Vec<Effect> {
        if self.overlay.take().is_some() {
            return Vec::new();
        }
        if std::mem::take(&mut self.in_transcript) {
            self.transcript.select_none();
            return Vec::new();
        }
        if self.can_stop() {
            return self.stop();
        }
        let Some(question) = self.last_question().filter(|_| self.draft.is_empty()) else { return Vec::new() };
        if armed == Some(Armed::EditLast) {
            self.draft.set(&question);
        } else {
            self.armed = Some(Armed::EditLast);
            self.say("Esc again edits the last question");
        }
        Vec::new()
    }

    fn interrupt(&mut self, armed: Option<Armed>) -> Vec<Effect> {
        if self.overlay.take().is_some() {
            return Vec::new();
        }
        if self.can_stop() {
            return self.stop();
        }
        if !self.draft.is_empty() {
            let text = self.draft.take();
            self.history.stash(text);
            return Vec::new();
        }
        if armed == Some(Armed::Quit) {
            return vec![Effect::Quit];
        }
        self.armed = Some(Armed::Quit);
        self.say("Ctrl+C again quits");
        Vec::new()
    }

    fn tab(&mut self) {
        if let Some(command) = commands::completions(self.draft.text()).first() {
            self.draft.set(&format!("{} ", command.name));
        } else {
            self.in_transcript = self.transcript.select_last();
        }
    }

    fn search_history(&mut self) {
        let earlier = self.history.search("").into_iter().map(|text| Item {
            label: text.split_whitespace().collect::<Vec<_>>().join(" "),
            detail: String::new(),
            pick: Pick::Draft(text.to_owned()),
        });
        let items = earlier.collect();
        self.list("Earlier questions", items);
    }

    /// Opens a citation of the turn that a page is about, else of the selected or last one.
    fn citation(&mut self, marker: usize) {
        let shown = match &self.overlay {
            Some(Overlay::Page(page)) => self.turn_of(&page.subject),
            _ => None,
        };
        let Some(turn) = shown.or_else(|| self.transcript.current()) else { return };
        let has = turn.answer.as_ref().is_some_and(|answer| answer.citations.iter().any(|c| c.marker == marker));
        let id = turn.id;
        if has {
            self.page(Subject::Citation(id, marker));
        } else {
            self.say(format!("this answer has no citation [{marker}]"));
        }
    }

    fn next_citation(&mut self, by: i32) {
        let Some(Overlay::Page(page)) = &self.overlay else { return };
        match page.subject {
            Subject::Citation(_, marker) => self.citation(marker.saturating_add_signed(by as isize)),
            Subject::Source(id, rank) => {
                let rank = rank.saturating_add_signed(by as isize);
                if self.transcript.turn(id).is_some_and(|turn| turn.sources.iter().any(|s| s.rank == rank)) {
                    self.page(Subject::Source(id, rank));
                }
            }
            Subject::Help | Subject::Why(_) | Subject::HandOff(_) => {}
        }
    }

    fn unfold(&mut self) {
        let id = self.transcript.current().map(|turn| turn.id);
        if let Some(turn) = id.and_then(|id| self.transcript.turn_mut(id)) {
            turn.unfolded = !turn.unfolded;
        }
    }

    /// A whole line, where there are no keys: a number takes that line of an open list.
    pub(super) fn line(&mut self, line: &str) -> Vec<Effect> {
        self.notice = None;
        let picked = match &self.overlay {
            Some(Overlay::List(list)) => line.trim().parse().ok().and_then(|number| List::numbered(list, number)),
            _ => None,
        };
        if let Some(pick) = picked {
            return self.choose(pick);
        }
        self.overlay = None;
        self.draft.set(line);
        let effects = self.send();
        self.draft.take();
        effects
    }
}
