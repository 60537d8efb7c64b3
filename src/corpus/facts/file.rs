//! A table's file as it is written, and what is wrong with it. Shapes and checks; finding rows is the table's work.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, de::DeserializeOwned};
use time::{Date, Month};
use toml::Spanned;

use super::{
    Cell, Choices, Column, Kind, Row, Table,
    scalar::{Scalar, Wrong},
    show,
    template::Template,
};
use crate::error::{Place, Problem};

/// No table is longer than this once its lists are expanded.
const MOST_ROWS: usize = 5_000;

/// `tables/<id>.toml`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableFile {
    /// What the table is of.
    pub title: String,
    /// The id of the document in which its figures stand.
    #[schemars(with = "String")]
    pub document: Spanned<String>,
    /// How a row reads.
    #[schemars(with = "String")]
    pub sentence: Spanned<String>,
    /// The first year of the rule: earlier years are not unknown, there was nothing.
    #[schemars(with = "Option<u16>")]
    pub since: Option<Spanned<u16>>,
    /// `[columns.NAME]`.
    #[schemars(with = "BTreeMap<String, ColumnFile>")]
    pub columns: BTreeMap<String, Spanned<ColumnFile>>,
    /// `[[rows]]`.
    #[serde(default)]
    #[schemars(with = "Vec<BTreeMap<String, CellFile>>")]
    pub rows: Vec<Spanned<BTreeMap<String, Spanned<CellFile>>>>,
}

/// `[columns.NAME]`.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnFile {
    /// What its cells are.
    #[serde(rename = "type")]
    pub kind: KindName,
    /// For a choice: the slot whose values its cells are.
    pub slot: Option<String>,
    /// For a choice: its own values.
    pub values: Option<Vec<String>>,
    /// For a number: what it counts.
    pub unit: Option<String>,
    /// How values read in a sentence.
    #[serde(default)]
    pub said: BTreeMap<String, String>,
}

/// What a column's cells are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum KindName {
    /// A tax year.
    Year,
    /// One of a few values.
    Choice,
    /// Free words.
    Text,
    /// Dollars.
    Money,
    /// Percent: 22 is 22%.
    Percent,
    /// A number, with or without a unit.
    Number,
    /// `2026-04-15`.
    Date,
}

/// A cell as it is written: one value, or a list that stands for a row each.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(untagged, expecting = "expected a whole number, a text, or a list of them")]
pub enum CellFile {
    /// `15750`.
    One(Scalar),
    /// `["single", "head of household"]`.
    Each(Vec<Scalar>),
}

/// Reads a file's text; the first fault only.
///
/// # Errors
/// What is wrong, with its place.
pub fn read<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Problem> {
    toml::from_str(text)
        .map_err(|e| Problem::new(Place::at(path, text, e.span().map_or(0, |span| span.start)), e.message()))
}

/// A check in progress: the file, and what was found wrong with it.
pub struct Check<'c> {
    path: &'c Path,
    text: &'c str,
    /// Every problem found so far.
    pub problems: Vec<Problem>,
}

impl<'c> Check<'c> {
    /// A check of a file.
    pub fn new(path: &'c Path, text: &'c str) -> Self {
        Self { path, text, problems: Vec::new() }
    }

    /// The place of an offset.
    pub fn place(&self, at: usize) -> Place {
        Place::at(self.path, self.text, at)
    }

    /// Notes a problem.
    pub fn wrong(&mut self, at: usize, message: impl Into<String>) {
        self.problems.push(Problem::new(self.place(at), message));
    }

    /// Notes a problem with its next step.
    pub fn wrong_hint(&mut self, at: usize, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem::new(self.place(at), message).hint(hint));
    }

    /// The value, or a noted problem.
    pub fn or_wrong<T>(&mut self, at: usize, result: Result<T, Wrong>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err((message, None)) => {
                self.wrong(at, message);
                None
            }
            Err((message, Some(hint))) => {
                self.wrong_hint(at, message, hint);
                None
            }
        }
    }

    /// The template, or a noted problem: a broken one, or one with a gap that no name fills.
    pub fn template(&mut self, written: &Spanned<String>, known: impl Fn(&str) -> bool) -> Option<Template> {
        let at = written.span().start;
        let template = self.or_wrong(at, Template::parse(written.get_ref()).map_err(|message| (message, None)))?;
        for gap in template.gaps().filter(|gap| !known(gap)) {
            self.wrong(at, format!("`{{{gap}}}` is not known here"));
        }
        Some(template)
    }
}

impl Table {
    /// Reads a table from its file's text.
    ///
    /// # Errors
    /// Every fault found; of a text that is not of this format, the first.
    pub fn parse(path: &Path, text: &str, choices: &Choices) -> Result<Self, Vec<Problem>> {
        let file = read(path, text).map_err(|problem| vec![problem])?;
        Self::checked(path, text, file, choices)
    }

    /// The table of a file that was read already.
    ///
    /// # Errors
    /// Every fault found.
    pub fn checked(path: &Path, text: &str, file: TableFile, choices: &Choices) -> Result<Self, Vec<Problem>> {
        let mut check = Check::new(path, text);
        let columns: Vec<Column> =
            file.columns.iter().filter_map(|(name, column)| read_column(name, column, choices, &mut check)).collect();
        if columns.iter().filter(|column| column.kind == Kind::Year).count() > 1 {
            check.wrong(0, "two columns are of type `year`");
        }
        let sentence = check.template(&file.sentence, |gap| file.columns.contains_key(gap));
        let mut rows = Vec::new();
        if file.columns.len() == columns.len() {
            for row in &file.rows {
                expand(row, &columns, &mut rows, &mut check);
            }
        }
        let years = rows.iter().flat_map(|row: &Row| &row.cells).filter_map(|cell| match cell {
            Some(Cell::Year(year)) => Some(*year),
            _ => None,
        });
        if let (Some(since), Some(first)) = (&file.since, years.min())
            && *since.get_ref() != first
        {
            check.wrong(since.span().start, format!("the first row is of {first}, not of {}", since.get_ref()));
        }
        if file.rows.is_empty() {
            check.wrong(0, "the table has no rows");
        }
        match sentence {
            Some(sentence) if check.problems.is_empty() => Ok(Self {
                id: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
                title: file.title,
                path: path.to_owned(),
                document: file.document.into_inner(),
                sentence,
                since: file.since.map(Spanned::into_inner),
                columns,
                rows,
            }),
            _ => Err(check.problems),
        }
    }
}

fn read_column(name: &str, file: &Spanned<ColumnFile>, choices: &Choices, check: &mut Check<'_>) -> Option<Column> {
    let (at, file) = (file.span().start, file.get_ref());
    let kind = match (file.kind, &file.slot, &file.values) {
        (KindName::Choice, Some(slot), None) => {
            let Some(values) = choices.get(slot) else {
                check.wrong(at, format!("the pack has no slot `{slot}`"));
                return None;
            };
            Kind::Choice(values.keys().cloned().collect())
        }
        (KindName::Choice, None, Some(values)) => Kind::Choice(values.clone()),
        (KindName::Choice, ..) => {
            check.wrong(at, format!("the choice `{name}` needs either `slot` or `values`"));
            return None;
        }
        (_, Some(_), _) | (_, _, Some(_)) => {
            check.wrong(at, format!("`{name}` is no choice and has neither `slot` nor `values`"));
            return None;
        }
        (KindName::Year, ..) => Kind::Year,
        (KindName::Text, ..) => Kind::Text,
        (KindName::Money, ..) => Kind::Money,
        (KindName::Percent, ..) => Kind::Percent,
        (KindName::Number, ..) => Kind::Number { unit: file.unit.clone() },
        (KindName::Date, ..) => Kind::Date,
    };
    if file.unit.is_some() && file.kind != KindName::Number {
        check.wrong(at, format!("`{name}` is no number and has no `unit`"));
    }
    if let Kind::Choice(values) = &kind {
        for value in file.said.keys().filter(|value| !values.contains(value)) {
            check.wrong(at, format!("`said` speaks of `{value}`, which is no value of `{name}`"));
        }
    }
    Some(Column { name: name.to_owned(), kind, said: file.said.clone() })
}

/// A row for each combination of what its lists hold.
fn expand(
    written: &Spanned<BTreeMap<String, Spanned<CellFile>>>,
    columns: &[Column],
    rows: &mut Vec<Row>,
    check: &mut Check<'_>,
) {
    let line = check.place(written.span().start).line;
    for (name, cell) in written.get_ref() {
        if !columns.iter().any(|column| column.name == *name) {
            check.wrong(cell.span().start, format!("there is no column `{name}`"));
        }
    }
    let mut expanded: Vec<Vec<Option<Cell>>> = vec![Vec::new()];
    for column in columns {
        let cells = match written.get_ref().get(&column.name) {
            None => {
                if matches!(column.kind, Kind::Year | Kind::Choice(_)) {
                    check.wrong(written.span().start, format!("the row lacks `{}`", column.name));
                }
                vec![None]
            }
            Some(written) => read_cells(written, column, check),
        };
        if rows.len() + expanded.len() * cells.len() > MOST_ROWS {
            check.wrong(written.span().start, format!("the table has more than {MOST_ROWS} rows"));
            return;
        }
        expanded = expanded
            .iter()
            .flat_map(|row| cells.iter().map(|cell| row.iter().cloned().chain([cell.clone()]).collect()))
            .collect();
    }
    for cells in expanded {
        if rows.iter().any(|row| row.cells == cells) {
            check.wrong(written.span().start, "the row stands twice");
        }
        rows.push(Row { number: rows.len(), line, cells });
    }
}

fn read_cells(written: &Spanned<CellFile>, column: &Column, check: &mut Check<'_>) -> Vec<Option<Cell>> {
    let scalars = match written.get_ref() {
        CellFile::One(scalar) => std::slice::from_ref(scalar),
        CellFile::Each(scalars) => scalars,
    };
    if scalars.is_empty() {
        check.wrong(written.span().start, "the list is empty");
    }
    scalars.iter().map(|scalar| check.or_wrong(written.span().start, read_cell(scalar, column))).collect()
}

fn read_cell(scalar: &Scalar, column: &Column) -> Result<Cell, Wrong> {
    let shown = scalar.written();
    match (&column.kind, scalar) {
        (Kind::Year, Scalar::Whole(year)) => u16::try_from(*year)
            .ok()
            .filter(|year| (1900..=2199).contains(year))
            .map(Cell::Year)
            .ok_or_else(|| (format!("`{year}` is no tax year"), None)),
        (Kind::Choice(values), Scalar::Text(text)) if values.contains(text) => Ok(Cell::Words(text.clone())),
        (Kind::Choice(values), _) => Err((
            format!("`{shown}` is no value of `{}`", column.name),
            Some(format!("its values are `{}`", values.join("`, `"))),
        )),
        (Kind::Text, Scalar::Text(text)) => Ok(Cell::Words(text.clone())),
        (Kind::Money, scalar) => scalar.decimal(2).map(Cell::Figure),
        (Kind::Percent | Kind::Number { .. }, scalar) => scalar.decimal(show::DECIMALS).map(Cell::Figure),
        (Kind::Date, Scalar::Text(text)) => read_date(text)
            .map(Cell::Date)
            .ok_or_else(|| (format!("`{text}` is no date"), Some("year, month and day: `\"2026-04-15\"`".into()))),
        (Kind::Year, _) => Err((format!("`{shown}` is no tax year"), Some("a year is a bare number: `2025`".into()))),
        (Kind::Text | Kind::Date, _) => Err((format!("`{shown}` lacks its quotes"), None)),
    }
}

fn read_date(text: &str) -> Option<Date> {
    let [year, month, day] = text.splitn(3, '-').collect::<Vec<_>>().try_into().ok()?;
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}
