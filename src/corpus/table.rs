//! A table row as evidence: header cells beside value cells.
//! Knows how a row reads as a phrase; finding tables in Markdown is the chunker's work.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// One body row of a Markdown table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The table's header cells.
    pub header: Vec<String>,
    /// This row's cells, as many as the header has.
    pub cells: Vec<String>,
}

impl Row {
    /// The row as text for search: `Tax year: 2025; Single: $15,750`.
    pub fn verbalised(&self) -> String {
        let pairs = self.header.iter().zip(&self.cells).filter(|(_, cell)| !cell.is_empty());
        let phrases =
            pairs.map(|(header, cell)| if header.is_empty() { cell.clone() } else { format!("{header}: {cell}") });
        phrases.collect::<Vec<_>>().join("; ")
    }

    /// What the row is about: its first cell, under its header where that cell is a bare number (`Tax year 2025`).
    pub fn subject(&self) -> String {
        match (self.header.first(), self.cells.first()) {
            (Some(header), Some(cell)) if cell.starts_with(|c: char| c.is_ascii_digit()) => format!("{header} {cell}"),
            (_, Some(cell)) => cell.clone(),
            _ => String::new(),
        }
    }

    /// The tax years that the row's first cell, or else its first header that names one, states.
    pub fn years(&self) -> Vec<u16> {
        let first = self.cells.first().map(|c| years_in(c)).unwrap_or_default();
        if !first.is_empty() || self.header.first().is_some_and(|h| h.to_lowercase().contains("year")) {
            return first;
        }
        let mut named: Vec<u16> = self.header.iter().flat_map(|h| years_in(h)).collect();
        named.sort_unstable();
        named.dedup();
        named
    }
}

/// The years from 1990 to 2099 that stand in `text` as words of their own, in order, each once.
pub fn years_in(text: &str) -> Vec<u16> {
    let mut years = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if let Ok(year @ 1990..=2099) = word.parse::<u16>()
            && word.len() == 4
            && !years.contains(&year)
        {
            years.push(year);
        }
    }
    years
}

/// `tax year 2025`, `tax years 2025 through 2028`, `tax years 2023, 2024 and 2026`.
static TAX_YEARS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:tax|for|in) years? ((?:20\d\d(?:,? (?:and|or|through|to) |[-–]|, )?)+)")
        .expect("the pattern is a constant")
});

/// The tax years that a sentence says it is about, ranges written out. Dates (`by April 15, 2026`) are none.
pub fn tax_years_in(text: &str) -> Vec<u16> {
    let mut years = Vec::new();
    for stated in TAX_YEARS.captures_iter(text) {
        let named = years_in(&stated[1]);
        match named[..] {
            [from, to]
                if stated[1].contains(['-', '–']) || stated[1].contains("through") || stated[1].contains("to") =>
            {
                years.extend(from..=to);
            }
            _ => years.extend(named),
        }
    }
    years
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_as_header_and_value() {
        let row =
            Row { header: vec!["Tax year".into(), "Single".into()], cells: vec!["2025".into(), "$15,750".into()] };
        assert_eq!(row.verbalised(), "Tax year: 2025; Single: $15,750");
        assert_eq!(row.subject(), "Tax year 2025");
        assert_eq!(row.years(), [2025]);
    }

    #[test]
    fn tax_years_are_told_from_dates() {
        assert_eq!(tax_years_in("For tax years 2025 through 2028, up to $6,000."), [2025, 2026, 2027, 2028]);
        assert_eq!(tax_years_in("For tax years 2023, 2024 and 2026 it is less."), [2023, 2024, 2026]);
        assert_eq!(tax_years_in("The return for tax year 2025 is due April 15, 2026."), [2025]);
        assert!(tax_years_in("Due by April 15, 2026.").is_empty());
    }

    #[test]
    fn an_amount_is_not_a_year() {
        assert_eq!(years_in("$2,025 and 20255 but 2024, FY2023 or 2024"), [2024]);
    }
}
