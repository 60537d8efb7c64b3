//! Where the figures of a table stand in its document: each row as a unit that is found by its sentence and quoted by the
//! document's own bytes. Knows passages; what is no table row and no sentence of the document supports nothing.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{Cell, Kind, Row, Table, years_listed};
use crate::{
    corpus::{Case, Document, Facts, Passage, PassageKind, Span, table::tax_years_in},
    error::{Place, Problem},
};

/// `$15,750`, `7.5%`, `59`.
static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\$?\b\d(?:[\d,]*\d)?(?:\.\d+)?%?|\$\d(?:[\d,]*\d)?(?:\.\d+)?").expect("the pattern is a constant")
});

/// Rows of one passage, at most: more are taken apart by the table's first choice.
const ROWS: usize = 12;

impl Table {
    /// The rows as passages, one for each tax year, or for each year and choice where there are many.
    ///
    /// # Errors
    /// Every row whose figures stand together nowhere in the document.
    pub fn passages(&self, document: &Document, cut: &[Passage]) -> Result<Vec<Passage>, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut of_year: BTreeMap<Option<u16>, Vec<(&Row, Span)>> = BTreeMap::new();
        for row in &self.rows {
            match self.standing(row, cut) {
                Some(span) => of_year.entry(self.year(row)).or_default().push((row, span)),
                None => problems.push(self.unstated(row)),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let parts = of_year.into_iter().flat_map(|(year, rows)| self.parts(rows).into_iter().map(move |p| (year, p)));
        Ok(parts.enumerate().map(|(number, (year, rows))| self.passage(number, year, &rows, document)).collect())
    }

    /// The rows of a year in parts that are not too long.
    fn parts<'r>(&self, rows: Vec<(&'r Row, Span)>) -> Vec<Vec<(&'r Row, Span)>> {
        let choice = self.columns.iter().position(|column| matches!(column.kind, Kind::Choice(_)));
        let Some(choice) = choice.filter(|_| rows.len() > ROWS) else { return vec![rows] };
        let mut parts: Vec<Vec<(&Row, Span)>> = Vec::new();
        for (row, span) in rows {
            match parts.iter_mut().find(|part| part[0].0.cells[choice] == row.cells[choice]) {
                Some(part) => part.push((row, span)),
                None => parts.push(vec![(row, span)]),
            }
        }
        parts
    }

    fn passage(&self, number: usize, year: Option<u16>, rows: &[(&Row, Span)], document: &Document) -> Passage {
        let start = rows.iter().map(|(_, span)| span.start).min().unwrap_or_default();
        let end = rows.iter().map(|(_, span)| span.end).max().unwrap_or_default();
        let span = Span { start, end };
        Passage {
            id: format!("{}#{}#{number}", document.id, self.id),
            heading_path: vec![document.title.clone(), self.title.clone()],
            kind: PassageKind::Facts(Facts {
                table: self.id.clone(),
                rows: rows.iter().map(|(row, _)| row.number).collect(),
                sentences: rows.iter().map(|(row, _)| self.sentence(row)).collect(),
                cases: rows.iter().map(|(row, _)| self.case(row)).collect(),
            }),
            span,
            text: span.of(&document.body).to_owned(),
            units: rows.iter().map(|(_, span)| *span).collect(),
            years: year.into_iter().collect(),
        }
    }

    /// The sentence or table row of the document in which a row's figures stand together and for its year; of several,
    /// one that names the year and the row's choices, prose before rows, the first.
    fn standing(&self, row: &Row, cut: &[Passage]) -> Option<Span> {
        let figures = self.figures(row);
        let keys = self.keys(row);
        let year = self.year(row);
        let units = cut.iter().flat_map(|passage| (0..passage.units.len()).map(move |unit| (passage, unit)));
        let holding = units.filter_map(|(passage, unit)| {
            let text = passage.unit_text(unit);
            let around = format!("{text} {}", passage.heading_path.join(" "));
            let named = named_years(passage, &text);
            let holds =
                |year: u16| if named.is_empty() { passage.years.contains(&year) } else { named.contains(&year) };
            let of_year = year.is_none_or(|year| holds(year) || (named.is_empty() && passage.years.is_empty()));
            (of_year && figures.iter().all(|figure| states(&around, figure))).then(|| {
                let said = text.to_lowercase();
                let met = keys.iter().filter(|key| key.iter().any(|way| said.contains(way.as_str()))).count();
                let is_prose = matches!(passage.kind, PassageKind::Prose);
                ((!named.is_empty(), met, is_prose), passage.units[unit])
            })
        });
        holding.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, span)| span)
    }

    /// The figures of a row's sentence that its document has to state. Nothing, the tax year, and a small bare number, which
    /// only tells rows apart, need not be.
    fn figures(&self, row: &Row) -> Vec<String> {
        let sentence = self.sentence(row);
        let year = self.year(row).map(|year| year.to_string());
        let found = FIGURE.find_iter(&sentence).map(|found| found.as_str());
        let is_told = |figure: &&str| {
            let bare: String = figure.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
            let is_zero = bare.chars().all(|c| matches!(c, '0' | '.'));
            !is_zero
                && Some(bare.as_str()) != year.as_deref()
                && (figure.len() > 1 || !figure.starts_with(|c: char| c.is_ascii_digit()))
        };
        let mut figures: Vec<String> = found.filter(is_told).map(str::to_owned).collect();
        let dates = self.columns.iter().zip(&row.cells).filter(|(_, cell)| matches!(cell, Some(Cell::Date(_))));
        figures.extend(dates.map(|(column, _)| self.shown(row, &column.name)));
        figures
    }

    /// A row in parts.
    fn case(&self, row: &Row) -> Case {
        let (mut of, mut choices, mut who, mut figures) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (column, cell) in self.columns.iter().zip(&row.cells) {
            let shown = self.shown(row, &column.name);
            match (&column.kind, cell) {
                (Kind::Choice(_), Some(Cell::Words(value))) => {
                    choices.push(value.clone());
                    who.push(shown);
                }
                (_, None) => {}
                (Kind::Money | Kind::Percent | Kind::Date | Kind::Number { unit: Some(_) }, _) => {
                    figures.push((column.name.replace('_', " "), shown));
                }
                (Kind::Year | Kind::Text | Kind::Number { unit: None } | Kind::Choice(_), _) => of.push(shown),
            }
        }
        let figures = match &figures[..] {
            [(_, only)] => only.clone(),
            several => several.iter().map(|(name, shown)| format!("{name} {shown}")).collect::<Vec<_>>().join(", "),
        };
        Case { of: of.join("; "), choices, who: who.join(", "), figures }
    }

    /// The ways in which a document may name the row's choices.
    fn keys(&self, row: &Row) -> Vec<Vec<String>> {
        let of = |(column, cell): (&super::Column, &Option<Cell>)| match (&column.kind, cell) {
            (Kind::Choice(_), Some(Cell::Words(value))) => {
                Some(std::iter::once(value).chain(column.said.get(value)).map(|way| way.to_lowercase()).collect())
            }
            _ => None,
        };
        self.columns.iter().zip(&row.cells).filter_map(of).collect()
    }

    fn unstated(&self, row: &Row) -> Problem {
        let figures = self.figures(row).join("`, `");
        let year = self.year(row).map_or_else(String::new, |year| format!(" for {}", years_listed(&[year])));
        let message = format!("`{figures}`{year} stands in no one sentence or table row of `{}`", self.document);
        Problem::new(Place::line(&self.path, row.line), message)
            .hint("state the row in its document, or correct the one that is wrong")
    }
}

/// The tax years that a unit names.
fn named_years(passage: &Passage, text: &str) -> Vec<u16> {
    match &passage.kind {
        PassageKind::Row(row) if !row.years().is_empty() => row.years(),
        _ => tax_years_in(text),
    }
}

/// Whether a text states a figure: not as a part of a longer one.
fn states(text: &str, figure: &str) -> bool {
    text.match_indices(figure).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + figure.len()..].chars();
        let (next, second) = (after.next(), after.next());
        let begins = !before.is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        begins && !is_digit(next) && !(matches!(next, Some('.' | ',')) && is_digit(second))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::corpus::passages;

    const DOCUMENT: &str = "+++\ntax_year = [2024, 2025]\n+++\n# Fares\n\nFor tax year 2025, a child pays $1,150 a day.\n\n\
        | Tax year | Child | Adult |\n|---|---|---|\n| 2024 | $1,100 | $2,100.50 |\n| 2025 | $1,150 | $2,150 |\n";

    fn table(rows: &str) -> Table {
        let head = "title = \"Fares\"\ndocument = \"fares\"\nsentence = \"In {tax_year}, {who} pays {fare}.\"\n\
            columns.tax_year.type = \"year\"\ncolumns.fare.type = \"money\"\n\
            columns.who = { type = \"choice\", values = [\"child\", \"adult\"], said = { child = \"a child\", adult = \"an adult\" } }\n";
        Table::parse(Path::new("fares.toml"), &format!("{head}rows = [{rows}]"), &BTreeMap::new()).unwrap()
    }

    fn stood(rows: &str) -> Result<Vec<Passage>, Vec<Problem>> {
        let document = Document::parse(Path::new("fares.md"), DOCUMENT.as_bytes()).unwrap();
        table(rows).passages(&document, &passages(&document))
    }

    #[test]
    fn a_row_is_quoted_from_where_its_figures_stand() {
        let found = stood("{ tax_year = 2025, who = \"child\", fare = 1150 }, { tax_year = 2025, who = \"adult\", fare = 2150 }, { tax_year = 2024, who = \"adult\", fare = \"2100.50\" }").unwrap();
        assert_eq!(found.iter().map(|p| p.years.clone()).collect::<Vec<_>>(), [[2024], [2025]]);
        assert_eq!(found[1].unit_text(0), "In 2025, a child pays $1,150.");
        let quotes: Vec<&str> = found[1].units.iter().map(|unit| found[1].quote(*unit)).collect();
        assert_eq!(quotes, ["For tax year 2025, a child pays $1,150 a day.", "| 2025 | $1,150 | $2,150 |"]);
    }

    #[test]
    fn a_figure_that_stands_nowhere_or_in_another_year_is_a_fault() {
        let faults = stood(
            "{ tax_year = 2024, who = \"child\", fare = 1150 },\n{ tax_year = 2024, who = \"adult\", fare = 2100 }",
        )
        .unwrap_err();
        assert_eq!(faults.len(), 2);
        assert!(faults[0].message.contains("`$1,150` for 2024 stands in no one sentence"), "{}", faults[0]);
    }
}
