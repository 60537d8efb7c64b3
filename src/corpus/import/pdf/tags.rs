//! Tagged PDFs: the structure tree names paragraphs, headings, lists and tables, in reading order.
//! Knows the tree (PDF 32000-1:2008, 14.7 and 14.8); takes its text from the spans with the numbers that it names.

use std::collections::HashMap;

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Dict, Name, Object, ObjectIdentifier};

use super::glyph::{PART, Page, Span};
use super::line::{Body, Line, lines};
use super::piece::{Piece, Role};

/// Nodes and depth beyond these are damage or a trick.
const MOST_NODES: usize = 2_000_000;
const DEEPEST: usize = 120;
/// A picture with at most this much text is an icon.
const ICON: usize = 24;
/// Cells of a data table are shorter; longer ones hold a page's text.
const LONGEST_CELL: usize = 600;

/// The pieces that the tree names, and how many form fields it passed by.
#[derive(Debug, Default)]
pub(super) struct Tagged {
    pub(super) pieces: Vec<Piece>,
    pub(super) contents: usize,
    /// Characters of text that the tree names.
    pub(super) reached: usize,
}

/// Follows the tree; none if the file has no tree.
pub(super) fn read(pdf: &Pdf, pages: &[Page], body: Body) -> Option<Tagged> {
    let root: Dict = pdf.xref().get(pdf.xref().root_id())?;
    let tree: Dict = root.get(b"StructTreeRoot".as_slice())?;
    let numbers = pdf.pages().iter().enumerate().filter_map(|(at, page)| Some((page.raw().obj_id()?, at))).collect();
    let mut spans: HashMap<(usize, i32), Vec<&Span>> = HashMap::new();
    for (at, page) in pages.iter().enumerate() {
        for span in page.spans.iter().filter(|span| !span.artifact) {
            if let Some(mark) = span.mark {
                spans.entry((at, mark)).or_default().push(span);
            }
        }
    }
    let roles = tree.get::<Dict>(b"RoleMap".as_slice());
    let mut walk = Walk { numbers, spans, roles, ..Walk::new(body) };
    walk.tree(&tree);
    walk.flush();
    Some(walk.out)
}

enum Step<'a> {
    Enter { node: Dict<'a>, page: Option<usize>, depth: usize },
    Text { page: usize, mark: i32 },
    Leave(String),
}

struct Table {
    /// First piece of the table.
    from: usize,
    /// Rows of cells, each a range of pieces and its width in columns.
    rows: Vec<Vec<(usize, usize, usize)>>,
    /// Holds what no data table holds: a table, a list.
    layout: bool,
}

struct Walk<'a> {
    numbers: HashMap<ObjectIdentifier, usize>,
    spans: HashMap<(usize, i32), Vec<&'a Span>>,
    roles: Option<Dict<'a>>,
    body: Body,
    out: Tagged,
    lines: Vec<Line>,
    open: Vec<&'a Span>,
    heading: bool,
    lists: usize,
    item: bool,
    label: Option<String>,
    /// Inside the label of an item, whose paragraphs are no paragraphs.
    labelling: bool,
    tables: Vec<Table>,
}

impl<'a> Walk<'a> {
    fn new(body: Body) -> Self {
        Self {
            numbers: HashMap::new(),
            spans: HashMap::new(),
            roles: None,
            body,
            out: Tagged::default(),
            lines: Vec::new(),
            open: Vec::new(),
            heading: false,
            lists: 0,
            item: false,
            label: None,
            labelling: false,
            tables: Vec::new(),
        }
    }

    fn tree(&mut self, tree: &Dict<'a>) {
        let mut steps = vec![Step::Enter { node: tree.clone(), page: None, depth: 0 }];
        let mut nodes = 0;
        while let Some(step) = steps.pop() {
            nodes += 1;
            match step {
                Step::Enter { node, page, depth } if depth < DEEPEST && nodes < MOST_NODES => {
                    self.node(&node, page, depth, &mut steps);
                }
                Step::Enter { .. } => {}
                Step::Text { page, mark } => {
                    if let Some(spans) = self.spans.remove(&(page, mark)) {
                        self.out.reached += spans.iter().map(|span| span.text.len()).sum::<usize>();
                        self.open.extend(spans);
                    }
                }
                Step::Leave(role) => self.leave(&role),
            }
        }
    }

    fn node(&mut self, node: &Dict<'a>, page: Option<usize>, depth: usize, steps: &mut Vec<Step<'a>>) {
        let page = node.get_ref(b"Pg".as_slice()).and_then(|id| self.numbers.get(&id.into()).copied()).or(page);
        if let (Some(mark), Some(page)) = (node.get::<i32>(b"MCID".as_slice()), page) {
            steps.push(Step::Text { page, mark });
            return;
        }
        let role = self.role(node);
        if matches!(role.as_str(), "TOC" | "TOCI" | "Index" | "Artifact" | "Form" | "Annot") {
            self.out.contents += usize::from(role == "TOCI");
            return;
        }
        self.enter(&role, node);
        steps.push(Step::Leave(role));
        let kids: Vec<Object<'a>> = match node.get::<Object>(b"K".as_slice()) {
            Some(Object::Array(kids)) => kids.iter::<Object>().collect(),
            Some(kid) => vec![kid],
            None => Vec::new(),
        };
        for kid in kids.into_iter().rev() {
            match (kid, page) {
                (Object::Dict(node), page) => steps.push(Step::Enter { node, page, depth: depth + 1 }),
                (kid, Some(page)) => steps.extend(kid.into_i32().map(|mark| Step::Text { page, mark })),
                _ => {}
            }
        }
    }

    /// The node's standard role: its own, or what the file maps it to.
    fn role(&self, node: &Dict<'a>) -> String {
        let own = node.get::<Name>(b"S".as_slice()).map(|name| name.as_str().to_owned()).unwrap_or_default();
        // Some files map `H1` and the like away, to `Div`; a standard role needs no map.
        if is_heading(&own) {
            return own;
        }
        let mapped = self.roles.as_ref().and_then(|roles| roles.get::<Name>(own.as_bytes()));
        mapped.map_or(own, |name| name.as_str().to_owned())
    }

    fn enter(&mut self, role: &str, node: &Dict<'a>) {
        if !is_inline(role) {
            self.flush();
        }
        match role {
            "Lbl" => self.labelling = true,
            "L" => {
                self.lists += 1;
                self.tables.iter_mut().for_each(|table| table.layout = true);
            }
            "LI" => self.item = true,
            "Table" => {
                self.tables.iter_mut().for_each(|table| table.layout = true);
                self.tables.push(Table { from: self.out.pieces.len(), rows: Vec::new(), layout: false });
            }
            "TR" => self.tables.iter_mut().rev().take(1).for_each(|table| table.rows.push(Vec::new())),
            "TD" | "TH" => {
                let at = self.out.pieces.len();
                let width = width(node);
                if let Some(row) = self.tables.last_mut().and_then(|table| table.rows.last_mut()) {
                    row.push((at, at, width));
                }
            }
            _ => self.heading |= is_heading(role),
        }
    }

    fn leave(&mut self, role: &str) {
        match role {
            "Lbl" => {
                self.labelling = false;
                self.close_lines();
                let label: Vec<String> = std::mem::take(&mut self.lines).into_iter().map(|line| line.text).collect();
                self.label = Some(label.join(" "));
                return;
            }
            // A picture's own few words (`TIP`, `CAUTION !`) name an icon.
            "Figure" if self.few_words() => self.open.clear(),
            _ if !is_inline(role) => self.flush(),
            _ => {}
        }
        match role {
            "L" => self.lists = self.lists.saturating_sub(1),
            "LI" => (self.item, self.label) = (false, None),
            "TD" | "TH" => {
                let at = self.out.pieces.len();
                if let Some(cell) = self.tables.last_mut().and_then(|table| table.rows.last_mut()?.last_mut()) {
                    cell.1 = at;
                }
            }
            "Table" => {
                if let Some(table) = self.tables.pop() {
                    self.table(&table);
                }
            }
            _ => {}
        }
    }

    /// A data table becomes one piece; the pieces of another table stay as they are.
    fn table(&mut self, table: &Table) {
        let pieces = &self.out.pieces;
        let text = |&(from, to, width): &(usize, usize, usize)| {
            let lines = pieces[from.min(to)..to].iter().flat_map(|piece| &piece.lines);
            let cell = lines.map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
            std::iter::once(cell).chain(std::iter::repeat_n(String::new(), width - 1))
        };
        let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().flat_map(text).collect()).collect();
        let wide = rows.iter().filter(|row| row.iter().filter(|cell| !cell.is_empty()).count() > 1).count();
        if !table.layout && wide > 1 && rows.iter().flatten().all(|cell| cell.len() < LONGEST_CELL) {
            self.out.pieces.truncate(table.from);
            self.out.pieces.push(Piece { role: Role::Table(rows), lines: Vec::new() });
        }
    }

    fn few_words(&self) -> bool {
        self.open.iter().map(|span| span.text.len()).sum::<usize>() <= ICON && self.lines.is_empty()
    }

    fn close_lines(&mut self) {
        let spans = std::mem::take(&mut self.open);
        self.lines.extend(lines(spans, self.body, PART * 3.0));
    }

    /// Ends the open piece.
    fn flush(&mut self) {
        if self.labelling {
            return;
        }
        self.close_lines();
        let heading = std::mem::take(&mut self.heading);
        if self.lines.is_empty() {
            return;
        }
        let lines = std::mem::take(&mut self.lines);
        let role = match self.item && self.lists > 0 {
            _ if heading => Role::Heading,
            true => {
                self.item = false;
                Role::Item { depth: (self.lists - 1).min(9) as u8, label: self.label.take().unwrap_or_default() }
            }
            false => Role::Paragraph,
        };
        self.out.pieces.push(Piece { role, lines });
    }
}

fn is_heading(role: &str) -> bool {
    matches!(role, "H" | "Title") || role.strip_prefix('H').is_some_and(|level| level.parse::<u8>().is_ok())
}

fn is_inline(role: &str) -> bool {
    matches!(
        role,
        "" | "Span"
            | "Link"
            | "Quote"
            | "Reference"
            | "BibEntry"
            | "Em"
            | "Strong"
            | "Sub"
            | "Ruby"
            | "Warichu"
            | "Code"
    )
}

/// Columns that a cell spans.
fn width(node: &Dict) -> usize {
    let of = |attributes: &Dict| attributes.get::<i32>(b"ColSpan".as_slice());
    let width = match node.get::<Object>(b"A".as_slice()) {
        Some(Object::Dict(attributes)) => of(&attributes),
        Some(Object::Array(all)) => all.iter::<Object>().find_map(|object| of(&object.into_dict()?)),
        _ => None,
    };
    width.unwrap_or(1).clamp(1, 50) as usize
}
