//! Pieces of a page in reading order, and the blocks that they become: who is a heading, and of which level.
//! Knows sizes and weights relative to the body; does not know where on the page a piece stood.

use std::sync::LazyLock;

use regex::Regex;

use super::super::block::{Block, Kind};
use super::super::prose::Vocabulary;
use super::line::{Body, Line};

/// Lines that belong together, and what they are.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) role: Role,
    pub(super) lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    /// The file says that it is a heading.
    Heading,
    Paragraph,
    /// With the item's own label, if it stood apart.
    Item {
        depth: u8,
        label: String,
    },
    Table(Vec<Vec<String>>),
}

/// A heading is no longer than this; longer bold text is emphasis.
const HEADING: usize = 120;
/// What is shorter is a cell or a label, and not the first half of a sentence.
const SENTENCE: usize = 60;
/// Words of icons that are drawn with letters.
const ICONS: &[&str] = &["TIP", "CAUTION", "CAUTION !", "! CAUTION"];
/// A line of a heading stands at most this many sizes below the one before.
const HEADING_STEP: f32 = 1.6;
/// Text of this many times the body's size is a heading without being bold.
const LARGER: f32 = 1.2;

/// `Chapter 1 . . . . . 12`: a line of a table of contents.
static LEADER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:\s?[.·…]){4,}\s*(?:[A-Z]-)?[\divxlc]{0,5}\s*$"));
static DOTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*(?:[.·…]\s?){5,}\s*|\s*_{3,}\s*|(?:\s\.){2,}\s*$"));
/// `3`, `4(a)`: the number of a form's box, alone.
static BOX: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{1,3}[a-z]?(?:\([a-z]\))?$"));
/// `(a)`, `1.`, alone: the label of what follows.
static ALONE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:\([a-z0-9]{1,3}\)|[a-z0-9]{1,2}[.)])$"));
static LABEL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:[•‣◦▪●○■□–·∙\u{f0b7}\u{f0a7}\-*]|(\d{1,3})[.)])\s+(\S.*)$"));

/// Whether dots lead from the line's text to a page number.
pub(super) fn is_led(line: &Line) -> bool {
    LEADER.is_match(&line.text)
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant of this module and is well formed")
}

/// What became of the pieces.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub(super) blocks: Vec<Block>,
    /// Lines of tables of contents that were left out.
    pub(super) contents: usize,
}

/// Joins a paragraph that a column, a page or a picture cut: it ends in mid-sentence, and small letters follow.
pub(super) fn join_cut(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let cut =
            joined.last().and_then(|last| last.lines.last()).zip(piece.lines.first()).is_some_and(|(last, first)| {
                let open = last.text.ends_with(|c: char| c.is_alphanumeric() || ",-—(".contains(c));
                open && !last.bold && first.text.starts_with(char::is_lowercase) && (last.size - first.size).abs() < 1.0
            });
        match joined.last_mut() {
            Some(last) if cut && piece.role == Role::Paragraph && characters(last) > SENTENCE => {
                last.lines.extend(piece.lines);
            }
            _ => joined.push(piece),
        }
    }
    joined
}

/// Joins the lines of a heading that the file keeps apart, and a label with what it marks.
pub(super) fn join_parts(pieces: Vec<Piece>, body: Body) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let alone =
            joined.last().is_some_and(|last| last.lines.len() == 1 && ALONE.is_match(last.lines[0].text.trim()));
        match joined.last_mut() {
            Some(last) if !matches!(piece.role, Role::Table(_)) && (alone || one_heading(last, &piece, body)) => {
                last.lines.extend(piece.lines);
            }
            _ => joined.push(piece),
        }
    }
    joined
}

/// Whether two pieces are lines of one heading: set alike, one right below the other.
fn one_heading(above: &Piece, below: &Piece, body: Body) -> bool {
    let (Some(last), Some(first)) = (above.lines.last(), below.lines.first()) else { return false };
    let step = first.y - last.y;
    let near = last.page == first.page && step > 0.5 * first.size && step < HEADING_STEP * first.size;
    let alike = (last.size - first.size).abs() < 0.6 && last.bold == first.bold;
    let reaches = first.left < last.right && last.left < first.right;
    let ends = last.text.ends_with(['.', '!', '?']);
    let both = is_heading(above, &plain(above), body) && is_heading(below, &plain(below), body);
    near && alike && reaches && !ends && both
}

/// Brings the title together: the lines of the largest size on the first page, one below the other.
pub(super) fn gather_title(pieces: &mut Vec<Piece>, body: Body) {
    let heads = |piece: &Piece| {
        piece.lines.first().is_some_and(|line| line.page == 0) && is_heading(piece, &plain(piece), body)
    };
    let Some(largest) = pieces.iter().filter(|piece| heads(piece)).map(size).max_by(f32::total_cmp) else { return };
    let is_part = |piece: &Piece| heads(piece) && size(piece) > largest - 0.6;
    let mut lines: Vec<Line> =
        pieces.iter().filter(|piece| is_part(piece)).flat_map(|piece| piece.lines.clone()).collect();
    lines.sort_by(|one, other| one.y.total_cmp(&other.y));
    let stands_together = lines.windows(2).all(|pair| pair[1].y - pair[0].y < HEADING_STEP * largest);
    let text: usize = lines.iter().map(|line| line.text.chars().count()).sum();
    if lines.len() > 1 && stands_together && text <= HEADING && largest > body.size * LARGER {
        let first = pieces.iter().position(is_part).unwrap_or(0);
        pieces.retain(|piece| !is_part(piece));
        pieces.insert(first, Piece { role: Role::Heading, lines });
    }
}

fn plain(piece: &Piece) -> String {
    piece.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn characters(piece: &Piece) -> usize {
    piece.lines.iter().map(|line| line.text.len()).sum()
}

/// The pieces as blocks.
pub(super) fn blocks(pieces: &[Piece], body: Body, words: &Vocabulary) -> Blocks {
    let ranks = ranks(pieces, body);
    let mut out = Blocks::default();
    for (at, piece) in pieces.iter().enumerate() {
        let text = words.join(piece.lines.iter().map(|line| line.text.as_str()));
        if !matches!(piece.role, Role::Table(_)) && LEADER.is_match(&text) && text.chars().count() < 2 * HEADING {
            // Only a run of such lines is a table of contents; a form leads the eye by dots, too.
            let near = [at.wrapping_sub(1), at + 1].into_iter().filter_map(|at| pieces.get(at));
            let led = |piece: &Piece| piece.lines.iter().any(is_led);
            if near.into_iter().any(led) && text.ends_with(|c: char| c.is_ascii_digit()) {
                out.contents += 1;
                continue;
            }
        }
        let text = DOTS.replace_all(&text, " ").trim().to_owned();
        out.blocks.extend(block(piece, &text, body, &ranks));
    }
    drop_contents_heading(&mut out);
    drop_index(&mut out);
    out
}

/// The index at the end: its entries end in page numbers, or are a word or two.
fn drop_index(out: &mut Blocks) {
    let named = |block: &Block| {
        block.level().is_some() && ["index", "색인", "찾아보기"].contains(&block.text.to_lowercase().as_str())
    };
    let Some(from) = out.blocks.iter().rposition(named) else { return };
    let rest = &out.blocks[from + 1..];
    let entry = |block: &&Block| {
        let short = block.text.chars().count() < SENTENCE && !block.text.ends_with('.');
        short || matches!(block.kind, Kind::Table(_)) || block.text.ends_with(|c: char| c.is_ascii_digit() || c == ',')
    };
    if rest.iter().filter(entry).count() * 4 >= rest.len() * 3 {
        out.contents += rest.len();
        out.blocks.truncate(from);
    }
}

fn block(piece: &Piece, text: &str, body: Body, ranks: &[u32]) -> Option<Block> {
    if let Role::Table(rows) = &piece.role {
        let cells = |row: &Vec<String>| row.iter().map(|cell| DOTS.replace_all(cell, " ").into_owned()).collect();
        return Block::table(rows.iter().map(cells).collect());
    }
    // Rules, boxes to tick and lone signs of a form are no text.
    if !text.chars().any(char::is_alphanumeric) || ICONS.contains(&text) || BOX.is_match(text) {
        return None;
    }
    if let Role::Item { depth, label } = &piece.role {
        let number = label.trim_end_matches(['.', ')']).parse().ok();
        let bullet = number.is_some() || !label.chars().any(char::is_alphanumeric);
        let text = if bullet { text.to_owned() } else { format!("{label} {text}") };
        let marked = LABEL.captures(&text).filter(|_| label.is_empty());
        return Some(match marked {
            Some(found) => Block::item(*depth, found.get(1).and_then(|n| n.as_str().parse().ok()), &found[2]),
            None => Block::item(*depth, number, &text),
        });
    }
    if is_heading(piece, text, body) {
        let rank = ranks.iter().position(|size| *size == key(piece, body)).unwrap_or(ranks.len());
        return Some(Block::heading(rank.min(8) as u8 + 1, text));
    }
    if let Some(found) = LABEL.captures(text) {
        return Some(Block::item(0, found.get(1).and_then(|n| n.as_str().parse().ok()), &found[2]));
    }
    let mut block = Block::new(Kind::Paragraph, text);
    block.bold = piece.lines.iter().all(|line| line.bold);
    Some(block)
}

fn is_heading(piece: &Piece, text: &str, body: Body) -> bool {
    let length = text.chars().count();
    if length > HEADING || !text.chars().any(char::is_alphabetic) {
        return false;
    }
    let size = size(piece);
    if piece.role == Role::Heading {
        return true;
    }
    let sentence = text.ends_with(['.', ',', ';']) || text.starts_with(char::is_lowercase);
    let bold = piece.lines.iter().all(|line| line.bold) && size > body.size * 0.95;
    piece.role == Role::Paragraph && !sentence && length > 2 && (size >= body.size * LARGER || bold)
}

/// Heading sizes from the largest; what is not larger than the body comes last.
fn ranks(pieces: &[Piece], body: Body) -> Vec<u32> {
    let mut sizes: Vec<u32> =
        pieces.iter().filter(|piece| is_heading(piece, &plain(piece), body)).map(|piece| key(piece, body)).collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    sizes.dedup();
    sizes
}

/// Points, whole; one for everything up to the body's size.
fn key(piece: &Piece, body: Body) -> u32 {
    size(piece).max(body.size).round() as u32
}

fn size(piece: &Piece) -> f32 {
    piece.lines.iter().map(|line| line.size).fold(0.0, f32::max)
}

/// The heading above a table of contents that is gone.
fn drop_contents_heading(out: &mut Blocks) {
    if out.contents > 0 {
        let named = |block: &Block| {
            ["contents", "table of contents", "목차", "차례"].contains(&block.text.to_lowercase().as_str())
        };
        out.blocks.retain(|block| !named(block));
    }
}
