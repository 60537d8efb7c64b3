//! Dated facts as typed tables: which figure holds for which year and which case, and how a row reads as a sentence.
//! Knows rows and figures; where the figures stand in documents, and what is calculated from them, is for others.

pub mod file;
pub mod scalar;
pub mod show;
mod standing;
pub mod template;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use rust_decimal::Decimal;
use time::Date;

use template::Template;

/// The choices of a pack: by slot, each value with the phrases that name it.
pub type Choices = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// What a cell that is left out reads as.
const LEFT_OUT: &str = "no limit";

/// A table of facts.
#[derive(Debug, Clone)]
pub struct Table {
    /// The file's stem.
    pub id: String,
    /// What the table is of.
    pub title: String,
    /// The file.
    pub path: PathBuf,
    /// The id of the document in which its figures stand.
    pub document: String,
    /// In the order of their names.
    pub columns: Vec<Column>,
    /// In the file's order, lists expanded.
    pub rows: Vec<Row>,
    /// The first year of the rule: of earlier ones there is nothing to know.
    pub since: Option<u16>,
    sentence: Template,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// By which rows and sentences name it.
    pub name: String,
    /// What its cells are.
    pub kind: Kind,
    /// How values read in a sentence, where they do not read as they are.
    pub said: BTreeMap<String, String>,
}

/// What a column's cells are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A tax year; at most one column.
    Year,
    /// One of these values.
    Choice(Vec<String>),
    /// Free words.
    Text,
    /// Dollars.
    Money,
    /// Percent; 22 is 22%.
    Percent,
    /// A number.
    Number {
        /// What it counts: `cents a mile`.
        unit: Option<String>,
    },
    /// A day.
    Date,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its position in [`Table::rows`].
    pub number: usize,
    /// The line of the file that begins it, from 1.
    pub line: usize,
    /// A cell for each column; none where it is left out.
    pub cells: Vec<Option<Cell>>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A tax year.
    Year(u16),
    /// The value of a choice, or free words.
    Words(String),
    /// Dollars, percent, or a number.
    Figure(Decimal),
    /// A day.
    Date(Date),
}

/// What a column must hold in the row that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'k> {
    /// Of a choice, or a text.
    Words(&'k str),
    /// Of a number.
    Figure(Decimal),
}

/// Why a row was not found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Absent {
    /// No row is of that year.
    #[error("`{table}` has no figures for {year}; it has them for {}", years_listed(known))]
    Year {
        /// The table's id.
        table: String,
        /// The year asked for.
        year: u16,
        /// The years that the table has.
        known: Vec<u16>,
    },
    /// The rule did not exist yet.
    #[error("`{table}` begins with {since}")]
    Before {
        /// The table's id.
        table: String,
        /// The rule's first year.
        since: u16,
        /// The year asked for.
        year: u16,
    },
    /// The year is there, and the case is not.
    #[error("`{table}` has no row for {case}")]
    Row {
        /// The table's id.
        table: String,
        /// What was looked for.
        case: String,
    },
    /// More than one row.
    #[error("`{table}` has {count} rows for {case}")]
    Several {
        /// The table's id.
        table: String,
        /// What was looked for.
        case: String,
        /// How many there are.
        count: usize,
    },
}

/// `2023, 2024 and 2025`.
pub fn years_listed(years: &[u16]) -> String {
    show::listed(&years.iter().map(ToString::to_string).collect::<Vec<_>>())
}

impl Table {
    /// The column with this name, and its position.
    pub fn column(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns.iter().enumerate().find(|(_, column)| column.name == name)
    }

    /// The years that the table has, in order; none where its rows hold for every year.
    pub fn years(&self) -> Vec<u16> {
        let years: BTreeSet<u16> = self.rows.iter().filter_map(|row| self.year(row)).collect();
        years.into_iter().collect()
    }

    /// Whether the table has rows for a year.
    pub fn knows(&self, year: u16) -> bool {
        self.rows.iter().any(|row| self.year(row).is_none_or(|own| own == year))
    }

    /// The tax year of a row; none where it holds for every year.
    pub fn year(&self, row: &Row) -> Option<u16> {
        row.cells.iter().flatten().find_map(|cell| match cell {
            Cell::Year(year) => Some(*year),
            _ => None,
        })
    }

    /// The cell of a row in the column with this name.
    pub fn cell<'r>(&self, row: &'r Row, column: &str) -> Option<&'r Cell> {
        self.column(column).and_then(|(at, _)| row.cells.get(at)?.as_ref())
    }

    /// The figure of a row in the column with this name.
    pub fn figure(&self, row: &Row, column: &str) -> Option<Decimal> {
        match self.cell(row, column)? {
            Cell::Figure(figure) => Some(*figure),
            _ => None,
        }
    }

    /// A cell as people write it: `$15,750`, `22%`, `70 cents a mile`, `April 15, 2026`, `a single filer`.
    pub fn shown(&self, row: &Row, column: &str) -> String {
        let Some((at, column)) = self.column(column) else { return String::new() };
        let Some(cell) = row.cells.get(at).and_then(Option::as_ref) else { return LEFT_OUT.into() };
        let plain = column.plain(cell);
        match column.said.get(&plain) {
            Some(said) => said.clone(),
            None => column.with_unit(cell, plain),
        }
    }

    /// A row as a sentence. A cell that is left out takes its phrase with it: see [`Template::fill`].
    pub fn sentence(&self, row: &Row) -> String {
        let filled = self.sentence.fill(|gap| self.cell(row, gap).map(|_| self.shown(row, gap)), LEFT_OUT);
        let mut letters = filled.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// The rows of a year that hold these keys; a column that the table lacks is held by none.
    ///
    /// # Errors
    /// No such year, or no such row.
    pub fn rows_of(&self, year: u16, keys: &[(&str, Key<'_>)]) -> Result<Vec<&Row>, Absent> {
        if !self.knows(year) {
            if let Some(since) = self.since.filter(|since| year < *since) {
                return Err(Absent::Before { table: self.id.clone(), since, year });
            }
            return Err(Absent::Year { table: self.id.clone(), year, known: self.years() });
        }
        let holds = |row: &&Row| keys.iter().all(|(column, key)| self.cell(row, column).is_some_and(|c| c.is(*key)));
        let rows: Vec<&Row> =
            self.rows.iter().filter(|row| self.year(row).is_none_or(|own| own == year)).filter(holds).collect();
        if rows.is_empty() {
            return Err(Absent::Row { table: self.id.clone(), case: case(year, keys) });
        }
        Ok(rows)
    }

    /// The one row of a year that holds these keys.
    ///
    /// # Errors
    /// No such year, no such row, or more than one.
    pub fn find(&self, year: u16, keys: &[(&str, Key<'_>)]) -> Result<&Row, Absent> {
        match self.rows_of(year, keys)?.as_slice() {
            [row] => Ok(row),
            rows => Err(Absent::Several { table: self.id.clone(), case: case(year, keys), count: rows.len() }),
        }
    }
}

/// What was looked for, in words: `2025, single`.
fn case(year: u16, keys: &[(&str, Key<'_>)]) -> String {
    keys.iter().fold(year.to_string(), |case, (_, key)| match key {
        Key::Words(words) => format!("{case}, {words}"),
        Key::Figure(figure) => format!("{case}, {}", show::number(*figure)),
    })
}

impl Column {
    /// A cell without its unit.
    fn plain(&self, cell: &Cell) -> String {
        match cell {
            Cell::Year(year) => year.to_string(),
            Cell::Words(words) => words.clone(),
            Cell::Figure(figure) if self.kind == Kind::Money => show::amount(*figure),
            Cell::Figure(figure) => show::number(*figure),
            Cell::Date(date) => show::date(*date),
        }
    }

    fn with_unit(&self, cell: &Cell, plain: String) -> String {
        match (&self.kind, cell) {
            (Kind::Money, Cell::Figure(figure)) => show::money(*figure),
            (Kind::Percent, Cell::Figure(figure)) => show::percent(*figure),
            (Kind::Number { unit: Some(unit) }, _) => format!("{plain} {unit}"),
            _ => plain,
        }
    }
}

impl Cell {
    /// Whether the cell is what is looked for.
    fn is(&self, key: Key<'_>) -> bool {
        match (self, key) {
            (Self::Words(own), Key::Words(wanted)) => own == wanted,
            (Self::Figure(own), Key::Figure(wanted)) => *own == wanted,
            _ => false,
        }
    }
}

/// The tables of a pack, by id.
#[derive(Debug, Clone, Default)]
pub struct Tables(BTreeMap<String, Table>);

impl Tables {
    /// The table with this id.
    pub fn get(&self, id: &str) -> Option<&Table> {
        self.0.get(id)
    }

    /// Every table, in order of ids.
    pub fn iter(&self) -> impl Iterator<Item = &Table> {
        self.0.values()
    }
}

impl FromIterator<Table> for Tables {
    fn from_iter<I: IntoIterator<Item = Table>>(tables: I) -> Self {
        Self(tables.into_iter().map(|table| (table.id.clone(), table)).collect())
    }
}
