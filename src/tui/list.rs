//! A list to choose from: packs, models, sessions, earlier questions, replies. Knows what is in it and what is chosen;
//! what choosing means is the app's business.

use std::path::PathBuf;

use super::message::Packs;
use crate::settings::Look;

/// What choosing a line means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// Talk with this pack, or these.
    Pack(Packs),
    /// Let this language model write; none: quote only.
    Model(Option<String>),
    /// Look like this.
    Look(Look),
    /// Go on with this session.
    Session(PathBuf),
    /// Open the passage of this rank.
    Source(usize),
    /// Put this into the draft.
    Draft(String),
    /// Send this.
    Reply(String),
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub label: String,
    /// What else there is to say.
    pub detail: String,
    /// What choosing it means.
    pub pick: Pick,
}

/// A list of which one line is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Above it.
    pub title: String,
    /// What it is narrowed by.
    pub narrowed: String,
    /// Whether a reply may be written instead of chosen.
    pub is_replies: bool,
    items: Vec<Item>,
    chosen: usize,
}

impl List {
    /// A list of which the first line is chosen.
    pub fn new(title: impl Into<String>, items: Vec<Item>) -> Self {
        Self { title: title.into(), narrowed: String::new(), is_replies: false, items, chosen: 0 }
    }

    /// Replies to a question that was asked back.
    pub fn replies(choices: &[String]) -> Self {
        let item = |text: &String| Item { label: text.clone(), detail: String::new(), pick: Pick::Reply(text.clone()) };
        let title = "Choose, or write your own";
        Self { is_replies: true, ..Self::new(title, choices.iter().map(item).collect()) }
    }

    /// The lines that have every word it is narrowed by, and whether each is chosen.
    pub fn shown(&self) -> Vec<(bool, &Item)> {
        let words: Vec<String> = self.narrowed.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let has_all = |item: &&Item| {
            let text = format!("{} {}", item.label, item.detail).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.items.iter().filter(has_all).enumerate().map(|(at, item)| (at == self.chosen, item)).collect()
    }

    /// What is chosen, if anything is shown.
    pub fn pick(&self) -> Option<Pick> {
        self.shown().get(self.chosen).map(|(_, item)| item.pick.clone())
    }

    /// What the line of a number is, counted from 1.
    pub fn numbered(&self, number: usize) -> Option<Pick> {
        self.shown().get(number.checked_sub(1)?).map(|(_, item)| item.pick.clone())
    }

    /// Chooses the line so many further.
    pub fn step(&mut self, by: i32) {
        let last = self.shown().len().saturating_sub(1);
        self.chosen = self.chosen.saturating_add_signed(by as isize).min(last);
    }

    /// Narrows it by one more letter.
    pub fn narrow(&mut self, letter: char) {
        self.narrowed.push(letter);
        self.chosen = 0;
    }

    /// Takes the last letter back; `false` if there is none.
    pub fn widen(&mut self) -> bool {
        self.chosen = 0;
        self.narrowed.pop().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_narrow_the_list_and_the_choice_stays_inside() {
        let item = |label: &str| Item { label: label.into(), detail: String::new(), pick: Pick::Draft(label.into()) };
        let mut list = List::new("t", vec![item("green tea"), item("black tea"), item("coffee")]);
        list.step(9);
        assert_eq!(list.pick(), Some(Pick::Draft("coffee".into())));
        "tea bl".chars().for_each(|c| list.narrow(c));
        assert_eq!(list.pick(), Some(Pick::Draft("black tea".into())));
        list.narrow('x');
        assert_eq!((list.pick(), list.numbered(0)), (None, None));
    }
}
