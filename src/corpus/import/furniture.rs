//! Page furniture of the web: navigation, tables of contents, link lists, footers, share buttons.
//! Knows it by how much of a block is linked and by what such sections are called; changes no block that it keeps.

use super::block::{Block, Kind};

/// A list of at least this many links is navigation; three may be a writer's references.
const LINKS: usize = 4;
/// A paragraph of this many characters outside links is prose, wherever it stands.
const PROSE: usize = 80;

/// Sections that are furniture by name when what they hold is links or nothing.
const SECTIONS: &[&str] = &[
    "table of contents",
    "contents",
    "on this page",
    "in this article",
    "index",
    "navigation",
    "main navigation",
    "site navigation",
    "footer navigation",
    "footer",
    "subfooter",
    "menu",
    "information menu",
    "info menu mobile",
    "site map",
    "related links",
    "share",
    "목차",
    "차례",
    "색인",
    "찾아보기",
    "메뉴",
    "바닥글",
];

/// Lines that are furniture by themselves.
const LINES: &[&str] = &[
    "skip to main content",
    "skip to content",
    "skip to navigation",
    "back to top",
    "to top",
    "top",
    "search",
    "menu",
    "print",
    "share",
    "copy link",
    "thanks for sharing!",
    "sign in",
    "log in",
    "edit this page",
    "edit",
    "next",
    "previous",
    "home",
    "main menu",
    "close",
    "include historical content",
    "- any -no",
    "find any service",
    "✓",
    "an official website of the united states government",
    "table of contents",
    "accept all cookies",
    "addtoany",
    "more…",
    "본문 바로가기",
    "본문으로 바로가기",
    "맨 위로",
    "목차",
    "인쇄",
    "공유",
];

/// What opens the foot of a page: nothing but furniture follows.
const FEET: &[&str] =
    &["page last reviewed", "last updated:", "footer navigation", "copyright ©", "©", "all rights reserved"];

/// The blocks without furniture, and how many were taken out. A page that is nothing but links is kept whole.
pub(super) fn drop_furniture(blocks: Vec<Block>) -> (Vec<Block>, usize) {
    let mut gone = vec![false; blocks.len()];
    drop_lines(&blocks, &mut gone);
    drop_link_lists(&blocks, &mut gone);
    drop_sections(&blocks, &mut gone);
    drop_before_title(&blocks, &mut gone);
    drop_foot(&blocks, &mut gone);
    drop_hollow_headings(&blocks, &mut gone);
    let words_left = blocks.iter().zip(&gone).any(|(block, gone)| !gone && block.level().is_none());
    if !words_left {
        return (blocks, 0);
    }
    let dropped = gone.iter().filter(|gone| **gone).count();
    let mut kept: Vec<Block> =
        blocks.into_iter().zip(gone).filter_map(|(block, gone)| (!gone).then_some(block)).collect();
    // The chapter that held the index alone is a heading without a text now.
    while dropped > 0 && kept.last().is_some_and(|last| last.level().is_some()) {
        kept.pop();
    }
    (kept, dropped)
}

fn drop_lines(blocks: &[Block], gone: &mut [bool]) {
    for (block, gone) in blocks.iter().zip(gone) {
        let line = block.text.to_lowercase();
        let line = line.trim_matches(|c: char| c.is_whitespace() || "↑^»«|".contains(c));
        *gone |=
            !matches!(block.kind, Kind::Table(_) | Kind::Code(_)) && block.level().is_none() && LINES.contains(&line);
    }
}

/// Lists most of whose items are nothing but a link.
fn drop_link_lists(blocks: &[Block], gone: &mut [bool]) {
    let mut at = 0;
    while at < blocks.len() {
        let end = at + blocks[at..].iter().take_while(|block| matches!(block.kind, Kind::Item { .. })).count();
        let links = blocks[at..end].iter().filter(|block| is_link(block)).count();
        if links >= LINKS && links * 10 >= (end - at) * 6 {
            gone[at..end].fill(true);
        }
        at = end.max(at + 1);
    }
}

fn drop_sections(blocks: &[Block], gone: &mut [bool]) {
    for at in 0..blocks.len() {
        let Some(level) = blocks[at].level() else { continue };
        if !SECTIONS.contains(&blocks[at].text.to_lowercase().trim()) {
            continue;
        }
        let rest = &blocks[at + 1..];
        let length = rest.iter().take_while(|block| block.level().is_none_or(|below| below > level)).count();
        let section = at + 1..at + 1 + length;
        let words = section.clone().filter(|&at| !gone[at] && blocks[at].level().is_none());
        let (mut held, mut linked) = (0, 0);
        for at in words {
            held += 1;
            linked += usize::from(blocks[at].linked > 0);
        }
        if linked * 2 >= held {
            gone[at..section.end].fill(true);
        }
    }
}

/// A page's own text begins at its title, when what stands before is mostly furniture.
fn drop_before_title(blocks: &[Block], gone: &mut [bool]) {
    let Some(title) = blocks.iter().position(|block| block.level() == Some(1)) else { return };
    let dropped = gone[..title].iter().filter(|gone| **gone).count();
    let prose = blocks[..title].iter().zip(&*gone).filter(|(block, gone)| !**gone && is_prose(block)).count();
    if dropped > 0 && prose == 0 {
        gone[..title].fill(true);
    }
}

fn drop_foot(blocks: &[Block], gone: &mut [bool]) {
    let foot = blocks.iter().position(|block| FEET.iter().any(|foot| block.text.to_lowercase().starts_with(foot)));
    let Some(first) = foot else { return };
    // Text after it speaks against a foot; then only the line itself goes.
    let end = if blocks[first..].iter().skip(1).any(is_prose) { first + 1 } else { blocks.len() };
    if blocks[first].text.chars().count() < PROSE {
        gone[first..end].fill(true);
    }
}

/// Headings with nothing left below them, where something had been.
fn drop_hollow_headings(blocks: &[Block], gone: &mut [bool]) {
    for at in (0..blocks.len()).rev() {
        let Some(level) = blocks[at].level().filter(|level| *level > 1) else { continue };
        let below = (at + 1..blocks.len()).take_while(|&at| blocks[at].level().is_none_or(|below| below > level));
        let (all, kept) = below.fold((0, 0), |(all, kept), at| (all + 1, kept + usize::from(!gone[at])));
        if all > 0 && kept == 0 {
            gone[at] = true;
        }
    }
}

/// At least four fifths of the block are linked.
fn is_link(block: &Block) -> bool {
    let visible = block.text.chars().filter(|c| !c.is_whitespace()).count();
    block.linked > 0 && block.linked * 5 >= visible * 4
}

fn is_prose(block: &Block) -> bool {
    let visible = block.text.chars().filter(|c| !c.is_whitespace()).count();
    matches!(block.kind, Kind::Table(_)) || visible.saturating_sub(block.linked) >= PROSE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str) -> Block {
        let mut block = Block::item(0, None, text);
        block.linked = text.len();
        block
    }

    #[test]
    fn a_menu_goes_with_its_heading_and_three_references_stay() {
        let mut blocks = vec![Block::heading(2, "Pages"), link("a"), link("b"), link("c"), link("d")];
        blocks.extend([Block::heading(1, "Title"), Block::paragraph("Words."), link("x"), link("y"), link("z")]);
        let (kept, dropped) = drop_furniture(blocks);
        let texts: Vec<&str> = kept.iter().map(|block| block.text.as_str()).collect();
        assert_eq!((texts, dropped), (vec!["Title", "Words.", "x", "y", "z"], 5));
    }

    #[test]
    fn an_index_goes_and_a_chapter_called_index_with_prose_stays() {
        let mut entry = Block::paragraph("Income, Kinds of income");
        entry.linked = 14;
        let blocks = vec![Block::paragraph("Words."), Block::heading(1, "Index"), Block::heading(3, "I"), entry];
        assert_eq!(drop_furniture(blocks).0, [Block::paragraph("Words.")]);
        let blocks = vec![Block::heading(1, "Index"), Block::paragraph("An index measures prices.")];
        assert_eq!(drop_furniture(blocks.clone()), (blocks, 0));
    }

    #[test]
    fn a_page_of_links_alone_is_kept() {
        let blocks = vec![link("a"), link("b"), link("c"), link("d")];
        assert_eq!(drop_furniture(blocks.clone()), (blocks, 0));
    }

    #[test]
    fn the_foot_goes() {
        let blocks = vec![Block::paragraph("Words."), Block::paragraph("Page Last Reviewed: today"), link("Facebook")];
        assert_eq!(drop_furniture(blocks).0, [Block::paragraph("Words.")]);
    }
}
