//! The conversation as it scrolls: its blocks, their lines, and which of them are in sight. A block's lines are made
//! once for a width and a theme, and again only when it changes.

use std::collections::BTreeMap;

use ratatui::text::Line;

use super::{
    message::name_of,
    opening::Opening,
    theme::Theme,
    turn::{
        Turn,
        lines::{self, Canvas},
    },
};
use crate::pack::Disclaimer;
use crate::settings::Look;

/// A part of the conversation.
#[derive(Debug)]
pub enum Block {
    /// A pack is being opened, or was.
    Opening(Opening),
    /// A question and what came of it.
    Turn(Turn),
}

/// What is seen of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scroll {
    /// Its end, whatever comes.
    Follow,
    /// From this line on.
    At(usize),
}

/// What lines were made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Frame {
    width: u16,
    look: Look,
    sources_beside: bool,
}

#[derive(Debug)]
struct Entry {
    block: Block,
    lines: Vec<Line<'static>>,
    made_for: Option<Frame>,
}

/// The conversation.
#[derive(Debug)]
pub struct Transcript {
    entries: Vec<Entry>,
    scroll: Scroll,
    /// The turn that keys in the transcript are about.
    selected: Option<usize>,
    height: usize,
    /// How often it was begun anew.
    cleared: usize,
    /// What is said beside the answers of the packs that were opened, by their names.
    disclaimers: BTreeMap<String, Disclaimer>,
}

impl Default for Transcript {
    fn default() -> Self {
        let disclaimers = BTreeMap::new();
        Self { entries: Vec::new(), scroll: Scroll::Follow, selected: None, height: 0, cleared: 0, disclaimers }
    }
}

impl Transcript {
    /// Adds a block at the end, and follows.
    pub fn push(&mut self, block: Block) {
        self.entries.push(Entry { block, lines: Vec::new(), made_for: None });
        self.scroll = Scroll::Follow;
    }

    /// Forgets every turn.
    pub fn clear(&mut self) {
        let (height, cleared) = (self.height, self.cleared + 1);
        let disclaimers = std::mem::take(&mut self.disclaimers);
        *self = Self { height, cleared, disclaimers, ..Self::default() };
    }

    /// How often it was begun anew.
    pub fn cleared(&self) -> usize {
        self.cleared
    }

    /// What the answers of the pack of this label are followed by.
    pub fn set_disclaimer(&mut self, label: &str, disclaimer: Option<Disclaimer>) {
        let name = name_of(label);
        match disclaimer {
            Some(disclaimer) => self.disclaimers.insert(name.to_owned(), disclaimer),
            None => self.disclaimers.remove(name),
        };
    }

    /// What is said below a turn, as its pack wants it; the turn may be the first that this pack has answered.
    pub fn disclaimer(&self, turn: &Turn) -> Option<&str> {
        let name = name_of(turn.label()?);
        let disclaimer = self.disclaimers.get(name)?;
        let first = self.turns().find(|turn| turn.is_answered() && turn.label().map(name_of) == Some(name));
        disclaimer.below(first.map(|first| first.id) == Some(turn.id))
    }

    /// The opening that was begun last.
    pub fn opening(&self) -> Option<&Opening> {
        self.entries.iter().rev().find_map(|entry| match &entry.block {
            Block::Opening(opening) => Some(opening),
            Block::Turn(_) => None,
        })
    }

    /// The opening that was begun last, to be changed.
    pub fn opening_mut(&mut self) -> Option<&mut Opening> {
        let last = self.entries.iter_mut().rev().find(|entry| matches!(entry.block, Block::Opening(_)))?;
        last.made_for = None;
        match &mut last.block {
            Block::Opening(opening) => Some(opening),
            Block::Turn(_) => None,
        }
    }

    /// The blocks in order.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.entries.iter().map(|entry| &entry.block)
    }

    /// The turns in order.
    pub fn turns(&self) -> impl DoubleEndedIterator<Item = &Turn> {
        self.entries.iter().filter_map(|entry| match &entry.block {
            Block::Turn(turn) => Some(turn),
            Block::Opening(_) => None,
        })
    }

    /// The turn of an id.
    pub fn turn(&self, id: usize) -> Option<&Turn> {
        self.turns().find(|turn| turn.id == id)
    }

    /// The turn of an id, to be changed.
    pub fn turn_mut(&mut self, id: usize) -> Option<&mut Turn> {
        let entry = self.entries.iter_mut().rev().find(|e| matches!(&e.block, Block::Turn(turn) if turn.id == id))?;
        entry.made_for = None;
        match &mut entry.block {
            Block::Turn(turn) => Some(turn),
            Block::Opening(_) => None,
        }
    }

    /// The turn that is selected, else the last one.
    pub fn current(&self) -> Option<&Turn> {
        self.selected.and_then(|id| self.turn(id)).or_else(|| self.turns().next_back())
    }

    /// Selects the last turn, if there is one.
    pub fn select_last(&mut self) -> bool {
        let last = self.turns().next_back().map(|turn| turn.id);
        self.selected = last;
        self.selected.is_some()
    }

    /// Selects no turn.
    pub fn select_none(&mut self) {
        self.selected = None;
    }

    /// Selects the turn so many further, and brings it into sight.
    pub fn select(&mut self, by: i32) {
        let ids: Vec<usize> = self.turns().map(|turn| turn.id).collect();
        let Some(at) = ids.iter().position(|id| Some(*id) == self.selected) else { return };
        let to = at.saturating_add_signed(by as isize).min(ids.len() - 1);
        self.selected = Some(ids[to]);
        let is_it = |entry: &Entry| matches!(&entry.block, Block::Turn(turn) if turn.id == ids[to]);
        let first: usize = self.entries.iter().take_while(|entry| !is_it(entry)).map(|entry| entry.lines.len()).sum();
        self.go(first);
    }

    /// Makes the lines of what has changed, for a window of this size.
    pub fn lay_out(&mut self, width: u16, height: u16, theme: &Theme, sources_beside: bool) {
        self.height = usize::from(height);
        let frame = Frame { width, look: theme.look, sources_beside };
        for at in 0..self.entries.len() {
            if self.entries[at].made_for == Some(frame) {
                continue;
            }
            let made = match &self.entries[at].block {
                Block::Opening(opening) => opening.lines(width, theme),
                Block::Turn(turn) => {
                    let disclaimer = self.disclaimer(turn);
                    lines::lines(turn, &Canvas { width, theme, sources_beside, disclaimer })
                }
            };
            (self.entries[at].lines, self.entries[at].made_for) = (made, Some(frame));
        }
        if let Scroll::At(top) = self.scroll {
            self.go(top);
        }
    }

    /// The lines in sight, each with whether it belongs to the selected turn.
    pub fn visible(&self) -> impl Iterator<Item = (bool, &Line<'static>)> {
        let mut skip = self.top();
        let entries = self.entries.iter().flat_map(move |entry| {
            let skipped = skip.min(entry.lines.len());
            skip -= skipped;
            let selected = matches!(&entry.block, Block::Turn(turn) if Some(turn.id) == self.selected);
            entry.lines[skipped..].iter().map(move |line| (selected, line))
        });
        entries.take(self.height)
    }

    /// Lines in all.
    pub fn len(&self) -> usize {
        self.entries.iter().map(|entry| entry.lines.len()).sum()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lines below what is in sight.
    pub fn below(&self) -> usize {
        self.last_top() - self.top()
    }

    /// Scrolls by so many rows.
    pub fn scroll(&mut self, rows: i32) {
        self.go(self.top().saturating_add_signed(rows as isize));
    }

    /// Scrolls by so many screens, less a line that is seen again.
    pub fn screens(&mut self, screens: i32) {
        self.scroll(screens * (self.height.max(2) - 1) as i32);
    }

    /// Scrolls to the beginning.
    pub fn to_top(&mut self) {
        self.go(0);
    }

    /// Scrolls to the end, and follows.
    pub fn to_bottom(&mut self) {
        self.scroll = Scroll::Follow;
    }

    fn go(&mut self, top: usize) {
        self.scroll = if top >= self.last_top() { Scroll::Follow } else { Scroll::At(top) };
    }

    fn top(&self) -> usize {
        match self.scroll {
            Scroll::Follow => self.last_top(),
            Scroll::At(top) => top.min(self.last_top()),
        }
    }

    fn last_top(&self) -> usize {
        self.len().saturating_sub(self.height)
    }
}
