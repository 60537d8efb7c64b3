//! The text of one block while it is being read: its words, and how much of them is linked or bold.
//! Knows nothing of blocks' order.

use super::block::{Block, Kind, one_line};

/// Text as it comes, with a tally of what stands in links and in bold.
#[derive(Debug, Default, Clone)]
pub(super) struct Inline {
    text: String,
    linked: usize,
    bold: usize,
    /// Elements that are open around the text.
    pub(super) links: usize,
    pub(super) bolds: usize,
}

impl Inline {
    /// Adds text as it stands.
    pub(super) fn push(&mut self, text: &str) {
        let visible = text.chars().filter(|c| !c.is_whitespace()).count();
        if self.links > 0 {
            self.linked += visible;
        }
        if self.bolds > 0 {
            self.bold += visible;
        }
        self.text.push_str(text);
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The text so far, for a cell or a caption; the tally starts again.
    pub(super) fn take_text(&mut self) -> String {
        (self.linked, self.bold) = (0, 0);
        one_line(&std::mem::take(&mut self.text))
    }

    /// The text so far as a block of `kind`; none if it holds no words.
    pub(super) fn take(&mut self, kind: Kind) -> Option<Block> {
        let visible = self.text.chars().filter(|c| !c.is_whitespace()).count();
        let text = std::mem::take(&mut self.text);
        let (linked, bold) = (std::mem::take(&mut self.linked), std::mem::take(&mut self.bold));
        let text = if matches!(kind, Kind::Code(_)) { text } else { tidy(&text) };
        let mut block = Block::new(kind, &text);
        (block.linked, block.bold) = (linked, visible > 0 && bold == visible);
        (!block.is_blank()).then_some(block)
    }
}

/// Full stops doubled where a picture or an emphasis was taken out.
fn tidy(text: &str) -> String {
    let text = one_line(text);
    let start = text.strip_prefix('.').filter(|rest| rest.starts_with(char::is_alphabetic)).unwrap_or(&text);
    let doubled = start.ends_with("..") && !start.ends_with("...");
    let end = if doubled { &start[..start.len() - 1] } else { start.strip_suffix(". .").unwrap_or(start) };
    let mut text = end.to_owned();
    if end.len() + 3 == start.len() {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_knows_how_much_of_it_is_linked() {
        let mut inline = Inline::default();
        inline.push("see ");
        inline.links += 1;
        inline.push("the form");
        inline.links -= 1;
        let block = inline.take(Kind::Paragraph);
        assert_eq!(block.map(|block| (block.text, block.linked, block.bold)), Some(("see the form".into(), 7, false)));
    }

    #[test]
    fn full_stops_around_a_picture_go() {
        assert_eq!(tidy(".You may file.."), "You may file.");
        assert_eq!(tidy("You may file. ."), "You may file.");
        assert_eq!(tidy("and so on..."), "and so on...");
    }
}
