//! What a template sees of a message: a stand-in, so that nothing that a message says passes through the template. Knows
//! how stand-ins are written and found again; does not know Jinja's environment.

use minijinja::{Value, context};

use super::{
    super::{Message, Speaker},
    Piece, broken,
};
use crate::error::Result;

/// A stand-in is the index of a message between two characters that no text has a use for (plane 15, private use). A
/// message's own characters never pass through the template, so they cannot be taken for a stand-in, nor for a marker of
/// the template.
pub(super) const OPEN: char = '\u{F0000}';
pub(super) const CLOSE: char = '\u{F0001}';

/// A turn as the template sees it: mostly one message, by its index.
pub(super) struct Turn {
    speaker: Speaker,
    messages: Vec<usize>,
}

/// A turn for each message.
pub(super) fn turns(messages: &[Message]) -> Vec<Turn> {
    let turn = |(index, message): (usize, &Message)| Turn { speaker: message.speaker, messages: vec![index] };
    messages.iter().enumerate().map(turn).collect()
}

/// The same without a turn of the system's: what it says comes first in the first user's turn. Nothing where there are
/// no such turns.
pub(super) fn without_system(messages: &[Message]) -> Option<Vec<Turn>> {
    if messages.first()?.speaker != Speaker::System {
        return None;
    }
    let mut turns = turns(messages);
    turns.remove(0);
    turns.iter_mut().find(|turn| turn.speaker == Speaker::User)?.messages.insert(0, 0);
    Some(turns)
}

impl Turn {
    /// What the template sees. White space at the ends stays as it is, so that a template's `trim` does to the stand-in
    /// what it would do to the text.
    pub(super) fn value(&self, messages: &[Message]) -> Value {
        let texts = || self.messages.iter().map(|index| (index, messages[*index].text.as_str()));
        let words: Vec<(&usize, &str)> = texts().filter(|(_, text)| !text.trim().is_empty()).collect();
        let content = match (words.first(), words.last()) {
            (Some((_, first)), Some((_, last))) => {
                let before = &first[..first.len() - first.trim_start().len()];
                let after = &last[last.trim_end().len()..];
                let inner: Vec<String> = words.iter().map(|(index, _)| format!("{OPEN}{index}{CLOSE}")).collect();
                format!("{before}{}{after}", inner.join("\n\n"))
            }
            _ => texts().map(|(_, text)| text).collect(),
        };
        context! { role => role(self.speaker), content }
    }
}

fn role(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::System => "system",
        Speaker::User => "user",
        Speaker::Assistant => "assistant",
    }
}

/// Cuts what was rendered at the stand-ins; every message must be there, and no stand-in damaged.
pub(super) fn pieces<'p>(rendered: &str, messages: &'p [Message]) -> Result<Vec<Piece<'p>>> {
    let torn = || broken("it takes the messages' texts apart");
    let mut missing: Vec<bool> = messages.iter().map(|message| !message.text.trim().is_empty()).collect();
    let mut pieces = Vec::new();
    let mut rest = rendered;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (index, after) = after.split_once(CLOSE).ok_or_else(torn)?;
        let index: usize = index.parse().map_err(|_| torn())?;
        *missing.get_mut(index).ok_or_else(torn)? = false;
        pieces.push(Piece::Template(before.to_owned()));
        pieces.push(Piece::Message(messages[index].text.trim()));
        rest = after;
    }
    pieces.push(Piece::Template(rest.to_owned()));
    if pieces.iter().any(|piece| matches!(piece, Piece::Template(text) if text.contains(CLOSE))) {
        return Err(torn());
    }
    match missing.iter().position(|missing| *missing) {
        Some(index) => Err(broken(format!("it leaves out message {} ({})", index + 1, role(messages[index].speaker)))),
        None => Ok(pieces),
    }
}
