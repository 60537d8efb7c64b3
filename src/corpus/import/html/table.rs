//! Tables of a page: rows of cells when the table holds data, nothing when it lays out the page.
//! Knows spans of cells; does not write Markdown.

use ego_tree::iter::Edge;
use scraper::{ElementRef, Node};

use super::super::block::one_line;
use super::page::is_furniture;
use super::selector;

/// A cell says that it is this wide at most: more is a trick or a mistake (HTML allows 1000).
const WIDEST: usize = 50;
/// A cell of a data table holds fewer characters than this.
const LONGEST_CELL: usize = 4000;

/// The cells of a data table, row by row; none for a table that lays out the page.
pub(super) fn rows(table: ElementRef) -> Option<Vec<Vec<String>>> {
    let layout = table.select(&selector("table, h1, h2, h3, h4, pre, form, article, main")).next().is_some();
    if layout || table.value().attr("role") == Some("presentation") {
        return None;
    }
    let (row, cell) = (selector("tr"), selector("td, th"));
    let rows: Vec<Vec<String>> = table.select(&row).map(|row| row.select(&cell).flat_map(spread).collect()).collect();
    let wide = rows.iter().any(|row| row.len() > 1);
    (wide && rows.iter().flatten().all(|cell| cell.len() < LONGEST_CELL)).then_some(rows)
}

pub(super) fn caption(table: ElementRef) -> Option<String> {
    table.select(&selector("caption")).next().map(words).filter(|caption| !caption.is_empty())
}

/// A cell and the empty ones that it spans.
fn spread(cell: ElementRef) -> impl Iterator<Item = String> {
    let width = cell.value().attr("colspan").and_then(|width| width.trim().parse().ok()).unwrap_or(1_usize);
    std::iter::once(words(cell)).chain(std::iter::repeat_n(String::new(), width.clamp(1, WIDEST) - 1))
}

/// The text of an element on one line; elements that stand on lines of their own are parted by spaces.
fn words(element: ElementRef) -> String {
    let mut text = String::new();
    let mut skipping = None;
    for edge in element.traverse() {
        match (edge, skipping) {
            (Edge::Close(node), Some(id)) if node.id() == id => skipping = None,
            (_, Some(_)) => {}
            (Edge::Open(node), None) => match node.value() {
                Node::Text(words) => text.push_str(words),
                Node::Element(_) => {
                    let element = ElementRef::wrap(node);
                    if element.is_some_and(is_furniture) {
                        skipping = Some(node.id());
                    } else if element.is_some_and(|element| parts(element.value().name())) {
                        text.push(' ');
                    }
                }
                _ => {}
            },
            (Edge::Close(node), None) => {
                if ElementRef::wrap(node).is_some_and(|element| parts(element.value().name())) {
                    text.push(' ');
                }
            }
        }
    }
    one_line(&text)
}

fn parts(name: &str) -> bool {
    matches!(name, "br" | "p" | "div" | "li" | "ul" | "ol" | "dd" | "dt")
}
