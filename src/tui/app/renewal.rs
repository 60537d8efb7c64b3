//! Packs that are built anew while the chat goes on: said in passing, and never a part of the conversation.

use super::{App, Notice, Overlay};
use crate::tui::message::{Failure, Opened, Renewed};

/// How it stands with building packs anew.
#[derive(Debug, Default)]
pub(super) struct Renewal {
    /// What is being done, in a few words.
    working: Option<String>,
    /// The places of packs whose files do not open since they were edited, each with what was said of it.
    broken: Vec<(String, Failure)>,
    /// The notice as it was left here last.
    noticed: Option<String>,
}

impl Renewal {
    /// Other packs are open now.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

impl App {
    /// How it stands with building the open packs anew, where there is something to say.
    pub(in crate::tui) fn renewal(&self) -> Option<String> {
        self.renewal.working.clone().or_else(|| {
            let (place, _) = self.renewal.broken.first()?;
            Some(format!("the edit of {} does not open", self.at_place(place)?.name()))
        })
    }

    fn at_place(&self, place: &str) -> Option<&Opened> {
        self.ready.iter().find(|pack| pack.place == place)
    }

    /// Shows, out of the way, how far it is with the pack of this place.
    pub(super) fn renewing(&mut self, place: &str, what: &str) {
        let Some(pack) = self.at_place(place) else { return };
        let what = if what.is_empty() { String::new() } else { format!(": {what}") };
        self.renewal.working = Some(format!("building {} anew{what}", pack.name()));
    }

    /// Goes on with a pack as it was built anew.
    pub(super) fn renewed(&mut self, Renewed { opened, took }: Renewed) {
        let Some(pack) = self.ready.iter_mut().find(|pack| pack.place == opened.place) else { return };
        let said = format!("{} was built anew ({:.1} s)", opened.name(), took.as_secs_f64());
        self.renewal.working = None;
        self.renewal.broken.retain(|(place, _)| *place != opened.place);
        self.transcript.set_disclaimer(&opened.label, opened.disclaimer.clone());
        *pack = opened;
        if let Some(Overlay::Page(page)) = &mut self.overlay {
            page.renew(); // it may show a document of the pack
        }
        self.say_aside(said, false);
    }

    /// Says, once, why the pack of this place cannot be built anew.
    pub(super) fn unrenewed(&mut self, place: &str, failure: Failure) {
        let Some(pack) = self.at_place(place) else { return };
        // The hint is for someone who opens a pack by hand; here the next save does it.
        let text = format!("{} answers as before: {}", pack.name(), failure.message);
        self.renewal.working = None;
        match self.renewal.broken.iter_mut().find(|(broken, _)| broken == place) {
            Some((_, said)) if *said == failure => return,
            Some((_, said)) => *said = failure,
            None => self.renewal.broken.push((place.to_owned(), failure)),
        }
        self.say_aside(text, true);
    }

    /// Says something that nobody waits for: behind a notice about something else that may not have been read yet.
    fn say_aside(&mut self, text: String, is_bad: bool) {
        let other = self.notice.take().filter(|notice| self.renewal.noticed.as_ref() != Some(&notice.text));
        let text = other.map_or_else(|| text.clone(), |notice| format!("{}; {text}", notice.text));
        self.renewal.noticed = Some(text.clone());
        self.notice = Some(Notice { text, is_bad });
    }
}
