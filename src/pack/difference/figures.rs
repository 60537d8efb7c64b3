//! The figures of a text: amounts of money, percentages, dates and years, in English and in Korean. Knows how they are
//! written; does not compute with them: `$1,000` and `1000 dollars` are two figures here.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;
use serde::Serialize;

/// A figure, and how often it came or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// As it is written: `$15,750`, `15,750달러`, `7.5%`, `April 15, 2026`.
    pub text: String,
    /// How often.
    pub times: usize,
}

/// Figures that came and went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Those that the second text has more often, in its order.
    pub added: Vec<Figure>,
    /// Those that the first text has more often, in its order.
    pub removed: Vec<Figure>,
}

impl Figures {
    /// What came and went between two lists of figures.
    pub fn between(a: &[String], b: &[String]) -> Self {
        Self { added: surplus(a, b), removed: surplus(b, a) }
    }

    /// Whether the figures are the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// The first alternative that fits is taken. The last two take words and bare numbers, so that nothing is found within
/// them; of those only years are figures.
static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    const MONTH: &str = r"(?:January|February|March|April|May|June|July|August|September|October|November|December
        |(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)";
    const NUMBER: &str = r"(?:[0-9]{1,3}(?:[,.\x{a0}\x{202f}][0-9]{3})+|[0-9]+)(?:[.,][0-9]+)?";
    const AMOUNT: &str = r"(?:[0-9]{1,3}(?:[,.\ \x{a0}\x{202f}][0-9]{3})+|[0-9]+)(?:[.,][0-9]+)?";
    const SCALE: &str = r"(?:[\s-]?(?:thousand|million|billion|trillion)\b)";
    const CODE: &str = r"(?:USD|EUR|GBP|JPY|KRW|CHF)";
    let pattern = format!(
        r"(?x)
        (?P<date> [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}
            | {MONTH}\s+[0-9]{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+(?:19|20)[0-9]{{2}}\b)? | {MONTH}\s+(?:19|20)[0-9]{{2}}\b
            | [0-9]{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}(?:,?\s+(?:19|20)[0-9]{{2}}\b)?
            | (?:[0-9]{{4}}년\s*)?[0-9]{{1,2}}월(?:\s*[0-9]{{1,2}}일)? | (?:19|20)[0-9]{{2}}년 )
        | (?P<money> (?:US|A|C)?[$€£¥₩]\s?{AMOUNT}{SCALE}? | \b{CODE}\s?{AMOUNT}{SCALE}?
            | {AMOUNT}{SCALE}?\s?(?:dollars?\b|euros?\b|cents?\b|{CODE}\b|[€£¥₩])
            | [0-9][0-9,.]*(?:\s?[십백천만억조]+(?:\s?[0-9][0-9,.]*)?)*\s?(?:달러|유로|원|엔) )
        | (?P<percent> {NUMBER}\s?(?:%|％|‰|percent\b|per\scent\b|percentage\spoints?\b|퍼센트) )
        | (?P<word> [A-Za-z][A-Za-z0-9]* )
        | (?P<number> {NUMBER} )"
    );
    Regex::new(&pattern).expect("the pattern is a constant")
});

/// The figures of a text, in its order.
pub fn figures(text: &str) -> Vec<String> {
    let found = FIGURE.captures_iter(text).filter_map(|found| {
        let whole = found.get(0)?;
        let is_figure = match (found.name("word"), found.name("number")) {
            (Some(_), _) => false,
            (_, Some(number)) => is_year(number.as_str()),
            _ => !is_another_word(whole.as_str(), &text[whole.end()..]),
        };
        is_figure.then(|| squeezed(whole.as_str()))
    });
    found.collect()
}

fn is_year(number: &str) -> bool {
    number.len() == 4
        && (number.starts_with("19") || number.starts_with("20"))
        && number.bytes().all(|b| b.is_ascii_digit())
}

/// `원` is won, and begins the words for principle, original and source.
fn is_another_word(figure: &str, rest: &str) -> bool {
    figure.ends_with('원') && rest.starts_with(['칙', '본', '래', '문', '천'])
}

fn squeezed(figure: &str) -> String {
    figure.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn surplus(a: &[String], b: &[String]) -> Vec<Figure> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for figure in a {
        counts.entry(figure).or_default().0 += 1;
    }
    for figure in b {
        counts.entry(figure).or_default().1 += 1;
    }
    let new = b.iter().filter_map(|figure| {
        let (before, after) = counts.remove(figure.as_str())?;
        (after > before).then(|| Figure { text: figure.clone(), times: after - before })
    });
    new.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_percentages_dates_and_years_are_figures() {
        assert_eq!(
            figures("Up to $6,000, or 12 000 EUR, or EUR 20 million."),
            ["$6,000", "12 000 EUR", "EUR 20 million"]
        );
        assert_eq!(figures("22% of it, 7.5 percent,\nfor 2025"), ["22%", "7.5 percent", "2025"]);
        assert_eq!(figures("By April 15, 2026, or 2026-10-15"), ["April 15, 2026", "2026-10-15"]);
        assert_eq!(figures("1 May 2018; March 2024."), ["1 May 2018", "March 2024"]);
        assert_eq!(figures("$1.5 million"), ["$1.5 million"]);
        assert_eq!(figures("€20,000,000 and £5"), ["€20,000,000", "£5"]);
    }

    #[test]
    fn korean_figures_are_figures() {
        assert_eq!(figures("표준공제는 15,750달러이고 2025년 기준입니다"), ["15,750달러", "2025년"]);
        assert_eq!(figures("5월 31일까지 1만 5,750원을, 2억 원의 3.3%"), ["5월 31일", "1만 5,750원", "2억 원", "3.3%"]);
        assert_eq!(figures("2026년 4월 15일"), ["2026년 4월 15일"]);
        assert!(figures("이 3원칙은").is_empty());
    }

    #[test]
    fn names_counts_and_parts_of_words_are_none() {
        assert!(figures("Form 1040, W-2, 401k, A2025, 65 people may 3 times, 12025").is_empty());
    }

    #[test]
    fn figures_come_and_go_as_often_as_they_do() {
        let [a, b] = ["$5, $5, $7 in 2025", "$5, $9, $9 in 2025"].map(figures);
        let Figures { added, removed } = Figures::between(&a, &b);
        assert_eq!(added, [Figure { text: "$9".into(), times: 2 }]);
        assert_eq!(removed, [Figure { text: "$5".into(), times: 1 }, Figure { text: "$7".into(), times: 1 }]);
    }
}
