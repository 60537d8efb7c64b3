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

    /// The tax years that the row's first cell, or else its headers, state, ranges written out.
    pub fn years(&self) -> Vec<u16> {
        let is_of_years = |header: &String| {
            let header = header.to_lowercase();
            !is_range(&header) && ["year", "연도", "년도"].iter().any(|word| header.contains(word))
        };
        let first = self.cells.first().map(|c| years_told(c)).unwrap_or_default();
        if !first.is_empty() || self.header.first().is_some_and(is_of_years) {
            return first;
        }
        let mut named: Vec<u16> = self.header.iter().flat_map(|h| years_told(h)).collect();
        named.sort_unstable();
        named.dedup();
        named
    }
}

/// `2023~2026년`, `2023년부터 2026년까지`.
static KOREAN_RANGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?-u:\b)([0-9]{4})\s?(?:년|과세\s?연도)?[분도]?\s?(?:부터|에서|[~∼〜–-])\s?([0-9]{4})\s?(?:년|과세\s?연도)",
    )
    .expect("the pattern is a constant")
});

/// `2023 to 2026`, `2023 through 2026`, `2023–2026`.
static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)([0-9]{4})(?: to | through |\s?[~–-]\s?)([0-9]{4})(?-u:\b)")
        .expect("the pattern is a constant")
});

/// The years from 1990 to 2099 that stand in `text` as words of their own, in order, each once; where Korean names the
/// first and the last (`2023년부터 2026년까지`), those between as well.
pub fn years_in(text: &str) -> Vec<u16> {
    with_ranges(stated_years(text), text, &KOREAN_RANGE)
}

/// The years in a table's cell, where an English range means those between as well.
fn years_told(text: &str) -> Vec<u16> {
    with_ranges(years_in(text), text, &RANGE)
}

fn is_range(text: &str) -> bool {
    KOREAN_RANGE.is_match(text) || RANGE.is_match(text)
}

/// `years`, and, sorted, those that a range of `text` means.
fn with_ranges(mut years: Vec<u16>, text: &str, range: &Regex) -> Vec<u16> {
    for found in range.captures_iter(text) {
        if let (&[from], &[to]) = (&stated_years(&found[1])[..], &stated_years(&found[2])[..]) {
            years.extend(from..=to);
            years.sort_unstable();
            years.dedup();
        }
    }
    years
}

fn stated_years(text: &str) -> Vec<u16> {
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

/// `2025년`, `2025 과세연도`, `2023, 2024년`.
static KOREAN_TAX_YEARS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u:\b)((?:[0-9]{4}\s?[,·/]\s?)*[0-9]{4})\s?(?:년|과세\s?연도)").expect("the pattern is a constant")
});

/// What behind a Korean year makes it a date, the beginning or end of something, or the year of a law or a purchase.
static NO_TAX_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^\s?(?:[0-9]{1,2}\s?월|부터|까지|이전|이후|이래|초[에까부\s]|전[에까의\s]|뒤|세법|법[이은으의\s]|에?\s?(?:산\s|사서|구입|매입|취득))",
    )
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
    for year in korean_tax_years(text) {
        if !years.contains(&year) {
            years.push(year);
        }
    }
    years
}

fn korean_tax_years(text: &str) -> Vec<u16> {
    let stated = KOREAN_TAX_YEARS.captures_iter(text).filter_map(|found| {
        let behind = &text[found.get(0)?.end()..];
        (!NO_TAX_YEAR.is_match(behind)).then(|| stated_years(&found[1]))
    });
    with_ranges(stated.flatten().collect(), text, &KOREAN_RANGE)
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
    fn a_row_is_of_every_year_between_the_first_and_the_last() {
        let row = |header: &str, cell: &str| Row { header: vec![header.into()], cells: vec![cell.into()] };
        for header in [
            "Filing status, tax years 2023 to 2026",
            "Deduction, tax years 2023–2026",
            "Deduction (2023 through 2026)",
            "비용(2023~2026년)",
            "납세자 구분(2023년부터 2026년까지)",
            "벌금(2023년 ~ 2026년)",
        ] {
            assert_eq!(row(header, "Single").years(), [2023, 2024, 2025, 2026], "{header}");
        }
        assert_eq!(row("Limit", "2024-2026").years(), [2024, 2025, 2026]);
        assert_eq!(row("Limit, 2023 and 2026", "Single").years(), [2023, 2026]);
        assert!(row("Tax year 2025 filing status", "Single").years().is_empty());
        assert_eq!(row("Due", "2026-04-15").years(), [2026]);
        assert_eq!(row("과세연도", "2025년").years(), [2025]);
        assert!(row("과세연도", "모든 해").years().is_empty());
    }

    #[test]
    fn a_korean_range_means_the_years_between() {
        assert_eq!(years_in("2023년부터 2026년까지 같습니다."), [2023, 2024, 2025, 2026]);
        assert_eq!(years_in("2024 과세연도부터 2026 과세연도까지"), [2024, 2025, 2026]);
        assert_eq!(years_in("2026년과 2023년"), [2026, 2023]);
        assert_eq!(years_in("from 2023 to 2026"), [2023, 2026]);
    }

    #[test]
    fn korean_tax_years_are_told_from_dates() {
        assert_eq!(tax_years_in("2025년 표준공제는 15,750달러입니다."), [2025]);
        assert_eq!(tax_years_in("2025 과세연도와 2026 과세 연도에"), [2025, 2026]);
        assert_eq!(tax_years_in("2023, 2024년과 2026년에는 없습니다."), [2023, 2024, 2026]);
        assert_eq!(tax_years_in("2025년분 신고 기한은 2026년 4월 15일입니다."), [2025]);
        assert_eq!(tax_years_in("2025년부터 2028년까지 최대 6,000달러입니다."), [2025, 2026, 2027, 2028]);
        assert_eq!(tax_years_in("2026년 초과근무 공제 한도도 같습니다."), [2026]);
        for text in [
            "2018년부터 공제되지 않습니다.",
            "2025년 세법이 되살렸습니다.",
            "2027년 초에 신고합니다.",
            "2017년에 산 집",
        ] {
            assert!(tax_years_in(text).is_empty(), "{text}");
        }
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
