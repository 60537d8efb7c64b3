//! Every key in one table: what is dispatched is what the help shows. Knows what keys are called; what an action does
//! is the app's business.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::draft::Edit;

/// Where a key means something. Of several places that hold at once the innermost is asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A list to choose from is open.
    List,
    /// A page (a document, a ruling, the help) is open.
    Page,
    /// The transcript has the focus.
    Transcript,
    /// The draft is empty.
    EmptyDraft,
    /// The draft is being written.
    Draft,
    /// Wherever nothing else is open.
    Anywhere,
}

impl Place {
    /// Every place, in the order the help shows them.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::EmptyDraft, Self::Anywhere, Self::Transcript, Self::Page, Self::List];

    /// What the help calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "In a list",
            Self::Page => "On a page",
            Self::Transcript => "In the transcript (Tab)",
            Self::EmptyDraft => "While nothing is written",
            Self::Draft => "While writing",
            Self::Anywhere => "Anywhere",
        }
    }
}

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Send the draft.
    Send,
    /// Change the draft or move in it.
    Edit(Edit),
    /// Stop, close, go back.
    Escape,
    /// Stop, then clear, then quit.
    Interrupt,
    /// Quit.
    Quit,
    /// Complete the command, or go to the transcript.
    Tab,
    /// Search earlier questions.
    SearchHistory,
    /// Scroll by so many screens.
    Screens(i32),
    /// Scroll by so many rows.
    Rows(i32),
    /// Scroll to the first row.
    Top,
    /// Scroll to the last row.
    Bottom,
    /// Choose the turn, or the line of a list, so many further.
    Move(i32),
    /// Take what is chosen.
    Choose,
    /// Open a citation by its number.
    Digit,
    /// Open the citation so many further.
    Citation(i32),
    /// Show why it was decided so.
    Why,
    /// Fold or unfold the worksheet.
    Unfold,
    /// Copy the answer.
    Copy,
    /// Edit the draft in the editor.
    Editor,
    /// Show the help.
    Help,
    /// Give the terminal back to the shell.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Take the last letter from what a list is narrowed by.
    Widen,
}

/// A key with what is held with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(pub KeyModifiers, pub KeyCode);

/// Keys that do the same in the same places.
#[derive(Debug)]
pub struct Binding {
    /// Where.
    pub places: &'static [Place],
    /// Which keys.
    pub keys: &'static [Key],
    /// What it does.
    pub action: Action,
    /// What the help says; nothing: it goes without saying.
    pub help: &'static str,
}

const fn plain(code: KeyCode) -> Key {
    Key(KeyModifiers::NONE, code)
}

const fn char(c: char) -> Key {
    plain(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Key {
    Key(KeyModifiers::CONTROL, KeyCode::Char(c))
}

const fn alt(c: char) -> Key {
    Key(KeyModifiers::ALT, KeyCode::Char(c))
}

const fn on(places: &'static [Place], keys: &'static [Key], action: Action, help: &'static str) -> Binding {
    Binding { places, keys, action, help }
}

const WRITING: &[Place] = &[Place::Draft, Place::EmptyDraft];
const LISTS: &[Place] = &[Place::List];
const PAGES: &[Place] = &[Place::Page];
const TURNS: &[Place] = &[Place::Transcript];
const ALL: &[Place] = &[Place::Anywhere];
const EVERYWHERE: &[Place] = &[Place::Anywhere, Place::List, Place::Page];
const DIGITS: &[Key] =
    &[char('1'), char('2'), char('3'), char('4'), char('5'), char('6'), char('7'), char('8'), char('9')];

/// The table.
#[rustfmt::skip]
pub const BINDINGS: &[Binding] = &[
    on(WRITING, &[plain(KeyCode::Enter)], Action::Send, "send"),
    on(WRITING, &[Key(KeyModifiers::ALT, KeyCode::Enter), ctrl('j'), Key(KeyModifiers::SHIFT, KeyCode::Enter)],
        Action::Edit(Edit::Newline), "new line"),
    on(&[Place::EmptyDraft], &[ctrl('d')], Action::Quit, "quit"),
    on(&[Place::EmptyDraft], &[char('?')], Action::Help, "help"),
    on(&[Place::EmptyDraft], &[plain(KeyCode::Home)], Action::Top, "to the beginning of the conversation"),
    on(&[Place::EmptyDraft], &[plain(KeyCode::End)], Action::Bottom, "to its end, and follow it"),
    on(WRITING, &[plain(KeyCode::Up)], Action::Edit(Edit::Up), "a row up; from the first: earlier questions"),
    on(WRITING, &[plain(KeyCode::Down)], Action::Edit(Edit::Down), "a row down; from the last: later questions"),
    on(WRITING, &[ctrl('r')], Action::SearchHistory, "search earlier questions"),
    on(WRITING, &[plain(KeyCode::Tab)], Action::Tab, "complete a command, else go to the transcript"),
    on(WRITING, &[ctrl('g')], Action::Editor, "write in $EDITOR"),
    on(WRITING, &[plain(KeyCode::Left), ctrl('b')], Action::Edit(Edit::Left), "back, forward"),
    on(WRITING, &[plain(KeyCode::Right), ctrl('f')], Action::Edit(Edit::Right), ""),
    on(WRITING, &[Key(KeyModifiers::CONTROL, KeyCode::Left), Key(KeyModifiers::ALT, KeyCode::Left), alt('b')],
        Action::Edit(Edit::WordLeft), "a word back, forward"),
    on(WRITING, &[Key(KeyModifiers::CONTROL, KeyCode::Right), Key(KeyModifiers::ALT, KeyCode::Right), alt('f')],
        Action::Edit(Edit::WordRight), ""),
    on(&[Place::Draft], &[plain(KeyCode::Home), ctrl('a')], Action::Edit(Edit::LineStart), "to the line's beginning, end"),
    on(&[Place::Draft], &[plain(KeyCode::End), ctrl('e')], Action::Edit(Edit::LineEnd), ""),
    on(WRITING, &[plain(KeyCode::Backspace), ctrl('h'), Key(KeyModifiers::SHIFT, KeyCode::Backspace)],
        Action::Edit(Edit::Backspace), ""),
    on(WRITING, &[plain(KeyCode::Delete), ctrl('d')], Action::Edit(Edit::Delete), ""),
    on(WRITING, &[ctrl('w'), Key(KeyModifiers::ALT, KeyCode::Backspace), Key(KeyModifiers::CONTROL, KeyCode::Backspace)],
        Action::Edit(Edit::WordBackspace), "delete the word before, after"),
    on(WRITING, &[alt('d'), Key(KeyModifiers::CONTROL, KeyCode::Delete)], Action::Edit(Edit::WordDelete), ""),
    on(WRITING, &[ctrl('u')], Action::Edit(Edit::KillToLineStart), "delete to the line's beginning, end"),
    on(WRITING, &[ctrl('k')], Action::Edit(Edit::KillToLineEnd), ""),
    on(WRITING, &[ctrl('y')], Action::Edit(Edit::Yank), "put back what was deleted so"),
    // Ctrl+_ is one byte on the wire, which terminals without a newer protocol report as Ctrl+7.
    on(WRITING, &[ctrl('_'), ctrl('7'), alt('z')], Action::Edit(Edit::Undo), "undo, redo"),
    on(WRITING, &[alt('r')], Action::Edit(Edit::Redo), ""),

    on(TURNS, &[plain(KeyCode::Up), char('k')], Action::Move(-1), "the turn before, after"),
    on(TURNS, &[plain(KeyCode::Down), char('j')], Action::Move(1), ""),
    on(TURNS, DIGITS, Action::Digit, "open that citation's passage"),
    on(TURNS, &[plain(KeyCode::Enter), char(' ')], Action::Unfold, "unfold the worksheet of a calculation"),
    on(TURNS, &[char('w')], Action::Why, "why it was decided so"),
    on(TURNS, &[char('c')], Action::Copy, "copy the answer"),
    on(TURNS, &[plain(KeyCode::Home)], Action::Top, ""),
    on(TURNS, &[plain(KeyCode::End)], Action::Bottom, ""),
    on(TURNS, &[plain(KeyCode::Tab), plain(KeyCode::Esc)], Action::Escape, "back to writing"),

    on(PAGES, &[plain(KeyCode::Up), char('k')], Action::Rows(-1), "a row up, down"),
    on(PAGES, &[plain(KeyCode::Down), char('j')], Action::Rows(1), ""),
    on(PAGES, &[plain(KeyCode::PageUp)], Action::Screens(-1), "a screen up, down"),
    on(PAGES, &[plain(KeyCode::PageDown), char(' ')], Action::Screens(1), ""),
    on(PAGES, &[plain(KeyCode::Home)], Action::Top, "to the top, to the bottom"),
    on(PAGES, &[plain(KeyCode::End)], Action::Bottom, ""),
    on(PAGES, DIGITS, Action::Digit, "open that citation's passage"),
    on(PAGES, &[plain(KeyCode::Right), char('n')], Action::Citation(1), "the next citation, the one before"),
    on(PAGES, &[plain(KeyCode::Left), char('p')], Action::Citation(-1), ""),
    on(PAGES, &[plain(KeyCode::Esc), char('q'), plain(KeyCode::F(1)), char('?')], Action::Escape, "close"),

    on(LISTS, &[plain(KeyCode::Up), ctrl('p')], Action::Move(-1), "the line above, below; letters narrow the list, digits choose a reply"),
    on(LISTS, &[plain(KeyCode::Down), ctrl('n')], Action::Move(1), ""),
    on(LISTS, &[plain(KeyCode::PageUp)], Action::Screens(-1), ""),
    on(LISTS, &[plain(KeyCode::PageDown)], Action::Screens(1), ""),
    on(LISTS, &[plain(KeyCode::Enter)], Action::Choose, "take it"),
    on(LISTS, &[plain(KeyCode::Backspace)], Action::Widen, ""),
    on(LISTS, &[plain(KeyCode::Esc)], Action::Escape, "close"),

    on(ALL, &[plain(KeyCode::Esc)], Action::Escape,
        "stop, and keep what is there; twice when nothing runs: edit the last question"),
    on(EVERYWHERE, &[ctrl('c')], Action::Interrupt, "stop; clear the draft (Up brings it back); again: quit"),
    on(ALL, &[plain(KeyCode::PageUp)], Action::Screens(-1), "scroll the conversation up, down"),
    on(ALL, &[plain(KeyCode::PageDown)], Action::Screens(1), ""),
    on(ALL, &[Key(KeyModifiers::CONTROL, KeyCode::Home)], Action::Top, ""),
    on(ALL, &[Key(KeyModifiers::CONTROL, KeyCode::End)], Action::Bottom, ""),
    on(ALL, &[ctrl('o')], Action::Copy, "copy the answer as Markdown"),
    on(ALL, &[plain(KeyCode::F(1))], Action::Help, "help"),
    on(EVERYWHERE, &[ctrl('z')], Action::Suspend, "back to the shell, until `fg`"),
    on(EVERYWHERE, &[ctrl('l')], Action::Redraw, "draw the screen anew"),
];

/// What a key does in the innermost of some places that has a meaning for it.
pub fn action(places: &[Place], event: &KeyEvent) -> Option<Action> {
    let pressed = Key::of(event);
    let bound = |place: &Place| BINDINGS.iter().find(|b| b.places.contains(place) && b.keys.contains(&pressed));
    places.iter().find_map(bound).map(|binding| binding.action)
}

/// The letter that a key writes, if it writes one.
pub fn letter(event: &KeyEvent) -> Option<char> {
    let Key(modifiers, KeyCode::Char(c)) = Key::of(event) else { return None };
    // A Windows terminal reports AltGr as both.
    (modifiers.is_empty() || modifiers == KeyModifiers::CONTROL | KeyModifiers::ALT).then_some(c)
}

impl Key {
    /// Shift is part of the letter that it makes; letters with Ctrl or Alt are small.
    fn of(event: &KeyEvent) -> Self {
        let held = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        match event.code {
            KeyCode::Char(c) => {
                let held = held - KeyModifiers::SHIFT;
                Self(held, KeyCode::Char(if held.is_empty() { c } else { c.to_ascii_lowercase() }))
            }
            KeyCode::BackTab => Self(KeyModifiers::NONE, KeyCode::Tab),
            code => Self(held, code),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in
            [(KeyModifiers::CONTROL, "Ctrl+"), (KeyModifiers::ALT, "Alt+"), (KeyModifiers::SHIFT, "Shift+")]
        {
            if self.0.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match self.1 {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) if self.0.is_empty() => write!(f, "{c}"),
            KeyCode::Char(c) => write!(f, "{}", c.to_ascii_uppercase()),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::F(n) => write!(f, "F{n}"),
            other => write!(f, "{other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_meanings_in_one_place() {
        for place in Place::ALL {
            let mut seen: Vec<Key> = Vec::new();
            for key in BINDINGS.iter().filter(|b| b.places.contains(&place)).flat_map(|b| b.keys) {
                // Ctrl+D is `quit` on an empty draft before it is `delete`.
                let may_repeat = place == Place::EmptyDraft && *key == ctrl('d');
                assert!(may_repeat || !seen.contains(key), "{key} in {place:?}");
                seen.push(*key);
            }
        }
    }

    #[test]
    fn the_innermost_place_is_asked_first() {
        let press = |code| KeyEvent::new(code, KeyModifiers::NONE);
        let places = [Place::EmptyDraft, Place::Anywhere];
        assert_eq!(action(&places, &press(KeyCode::Char('?'))), Some(Action::Help));
        assert_eq!(action(&[Place::Draft, Place::Anywhere], &press(KeyCode::Char('?'))), None);
        assert_eq!(action(&places, &press(KeyCode::PageUp)), Some(Action::Screens(-1)));
    }

    #[test]
    fn capital_letters_are_letters() {
        let event = KeyEvent::new(KeyCode::Char('A'), KeyModifiers::SHIFT);
        assert_eq!(letter(&event), Some('A'));
        assert_eq!(letter(&KeyEvent::new(KeyCode::Char('x'), KeyModifiers::CONTROL)), None);
    }
}
