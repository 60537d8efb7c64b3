//! What a text states exactly: amounts, shares, counts, dates, years and names of forms and sections, each with its
//! unit and its place. Knows English number words and notation; nothing of any domain.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::quantity::{Quantity, Unit};

/// A quantity where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it says.
    pub quantity: Quantity,
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// Whether a text that holds it says it (`two years`), or only lets it be said (`a year`).
    pub is_stated: bool,
}

const KINDS: &str = "forms?|schedules?|publications?|pubs?\\.?|sections?|secs?\\.|articles?|rules?|chapters?|titles?|parts?|lines?|box(?:es)?|notices?|tables?|appendix|codes?|class|type|version|model|page|step";
const CODE: &str = r"[0-9]+[A-Za-z]{0,4}(?:\([A-Za-z0-9]{1,3}\))*(?:-[A-Z0-9][A-Za-z0-9]{0,3}\b)*|[A-Z]{1,3}-?[0-9]+[A-Za-z]{0,3}(?:-[A-Z]{1,4}\b)?|[A-Z]\b";
const BARE: &str = r"\b[0-9]{2,5}(?:\([A-Za-z0-9]{1,3}\))+|\b[0-9]{3,5}-[A-Z]{1,4}\b|\b[0-9]{3,4}(?:[A-Z]|[a-su-z])\b|\b[A-Z]{1,3}-[0-9]{1,5}[A-Z]{0,3}\b|\b[A-Z][0-9]{1,3}\b";
const MONTH: &str = r"Jan(?:uary\b|\.|\b)|Feb(?:ruary\b|\.|\b)|Mar(?:ch\b|\.|\b)|Apr(?:il\b|\.|\b)|May\b|June?\b|July?\b|Aug(?:ust\b|\.|\b)|Sept?(?:ember\b|\.|\b)|Oct(?:ober\b|\.|\b)|Nov(?:ember\b|\.|\b)|Dec(?:ember\b|\.|\b)";
const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ORDINALS: [&str; 9] = ["second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
/// Words between a number and what it counts that are not counted themselves.
const DETERMINERS: [&str; 8] = ["the", "these", "those", "both", "either", "all", "no", "which"];

static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    let words = [&SMALL[..], &TENS[..], &ORDINALS[..]].concat().join("|");
    Regex::new(&format!(
        r"(?x)
        (?: \b(?i:{KINDS}) | §§? ) \s* (?:[Nn]o\.?\s*)? (?P<name>{CODE})
        | (?P<bare>{BARE})
        | \b(?P<iso>(?:19|20)[0-9]{{2}})-(?P<isom>[01][0-9])-(?P<isod>[0-3][0-9])\b
        | \b(?P<m1>{MONTH})\s+(?P<d1>[0-3]?[0-9])(?:st|nd|rd|th)?\b(?:,?\s+(?P<y1>(?:19|20)[0-9]{{2}})\b)?
        | \b(?P<d2>[0-3]?[0-9])(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{MONTH})(?:,?\s+(?P<y2>(?:19|20)[0-9]{{2}})\b)?
        | \b(?P<m3>{MONTH})\s+(?:of\s+)?(?P<y3>(?:19|20)[0-9]{{2}})\b
        | [$€£]\s?(?P<money>[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?) (?:[\s-]?(?P<ms>million|billion|thousand|[MK]\b))?
        | (?:(?i:the)\s)?(?P<act>(?:19|20)[0-9]{{2}}\s(?:Act|Code|Law|Amendments?|Convention|Edition|Regulations?)\b)
        | (?P<num>[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?) (?P<frac>[½¼¾⅓⅔]|[\ -][1-9]/[2-9]\b)? (?P<ord>st\b|nd\b|rd\b|th\b)?
            (?:[\s-]?(?P<ns>million|billion|thousand)\b)?
        | (?i:\b(?P<tens>{tens})-(?P<ones>{ones})\b | \b(?P<word>{words})(?:[\s-](?P<part>half|thirds?|fourths?|quarters?))?\b
            | \b(?P<part_of>(?:half|quarter)\sa|a)\s(?P<big>million|billion|thousand)\b
            | \b(?P<half>half|(?:a\s)quarter)\b | \b(?:a|an|per|each|every)\s(?P<a>year|month|week|day|hour|minute|mile)\b)
        ",
        KINDS = KINDS.replace(' ', r"\ "),
        tens = TENS.join("|"),
        ones = SMALL[1..10].join("|"),
    ))
    .expect("the pattern is a constant")
});

static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)^[\s-]*(?:
        (?P<percent>%|percent(?:age\spoints?)?\b|per\scent\b) | (?P<cent>¢|cents?\b) | (?P<money>dollars?\b|euros?\b)
        | (?:(?:full|more|whole|calendar|fiscal|consecutive|straight|last|past|prior|previous|preceding|business|working|square|additional|extra)[\s-])*
          (?: (?P<year>years?\b|yrs?\b) | (?P<month>months?\b) | (?P<week>weeks?\b) | (?P<day>days?\b) | (?P<hour>hours?\b)
          | (?P<minute>minutes?\b) | (?P<measure>miles?\b|kilomet\w+|feet\b|foot\b|met(?:er|re)s?\b|pounds?\b|kilograms?\b|tons?\b|acres?\b|gallons?\b|lit(?:er|re)s?\b) ))",
    )
    .expect("the pattern is a constant")
});

static YEARS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b((?:19|20)[0-9]{2})\s?(?:through|to|until|thru|[-–—])\s?((?:19|20)[0-9]{2})\b")
        .expect("the pattern is a constant")
});

/// Everything that is stated exactly, in the text's order.
pub fn figures(text: &str) -> Vec<Figure> {
    let mut found = Vec::new();
    for of in FIGURE.captures_iter(text) {
        let whole = of.get(0).expect("the whole match").range();
        let group = |name: &str| of.name(name).map(|m| m.as_str());
        let mut end = whole.end;
        let mut is_stated = true;
        let (is_year, is_kind) = (|code: &str| year(code).is_some(), &text[whole.clone()]);
        let quantity = if let Some(code) = group("name").filter(|c| !is_year(c) || is_kind.starts_with(['F', 'f'])) {
            Some(Quantity::Name(squeeze(code)))
        } else if let Some(code) = group("bare") {
            Some(Quantity::Name(squeeze(code)))
        } else if let Some(act) = group("act") {
            Some(Quantity::Name(squeeze(act)))
        } else if let Some(code) = group("name") {
            year(code).map(Quantity::Year)
        } else if let (Some(y), Some(m), Some(d)) = (group("iso"), group("isom"), group("isod")) {
            m.parse().ok().map(|month| Quantity::Date { month, day: d.parse().ok(), year: y.parse().ok() })
        } else if let Some(name) = group("m1").or(group("m2")).or(group("m3")) {
            let day = group("d1").or(group("d2")).and_then(|d| d.parse().ok());
            let year = group("y1").or(group("y2")).or(group("y3")).and_then(|y| y.parse().ok());
            month(name).map(|month| Quantity::Date { month, day, year })
        } else if let Some(amount) = group("money") {
            number(amount, group("ms")).map(|value| Quantity::Number(value, Unit::Money))
        } else if let Some(digits) = group("num") {
            let (unit, after) = unit_after(&text[end..]);
            let part = match group("frac") {
                None => 0.0,
                Some("½") => 0.5,
                Some("¼") => 0.25,
                Some("¾") => 0.75,
                Some("⅓") => 1.0 / 3.0,
                Some("⅔") => 2.0 / 3.0,
                Some(written) => match written.as_bytes() {
                    [_, above, _, below] => f64::from(above - b'0') / f64::from(below - b'0'),
                    _ => 0.0,
                },
            };
            let year = year(digits).filter(|_| unit == Unit::Plain && group("frac").is_none() && group("ns").is_none());
            let is_ordinal = group("ord").is_some();
            end += if is_ordinal { 0 } else { after };
            let unit = if is_ordinal { Unit::Ordinal } else { unit };
            year.map(Quantity::Year)
                .or_else(|| number(digits, group("ns")).map(|value| Quantity::Number(value + part, unit)))
        } else if let (Some(part), Some(big)) = (group("part_of"), group("big")) {
            let share = if part.starts_with(['h', 'H']) {
                0.5
            } else if part.len() > 1 {
                0.25
            } else {
                1.0
            };
            let (unit, after) = unit_after(&text[end..]);
            end += after;
            number("1", Some(big)).map(|value| Quantity::Number(value * share, unit))
        } else if let Some(of_one) = group("a") {
            is_stated = false;
            Some(Quantity::Number(1.0, unit_after(of_one).0))
        } else if group("half").is_some() {
            let share = if group("half").is_some_and(|h| h.eq_ignore_ascii_case("half")) { 0.5 } else { 0.25 };
            let rest = text[end..].trim_start();
            // Half of a figure that is stated, and a quarter of the year, are none.
            is_stated = !rest.starts_with("that") && (share > 0.4 || rest.starts_with("of "));
            Some(Quantity::Number(share, Unit::Share))
        } else {
            let (quantity, after, stated) = in_words(&of, text, &whole);
            end += after;
            is_stated = stated;
            quantity
        };
        if let Some(quantity) = quantity {
            found.push(Figure { quantity, span: whole.start..end, is_stated });
        }
    }
    found
}

/// A number written in words, how far its unit reaches, and whether it counts something.
fn in_words(of: &regex::Captures<'_>, text: &str, whole: &Range<usize>) -> (Option<Quantity>, usize, bool) {
    let group = |name: &str| of.name(name).map(|m| m.as_str().to_lowercase());
    let place = |list: &[&str], word: &str| list.iter().position(|w| *w == word);
    let (unit, after) = unit_after(&text[whole.end..]);
    let ten = |word: &str| place(&TENS, word).map(|at| (at + 2) * 10);
    let Some(word) = group("word") else {
        let value = group("tens").and_then(|t| ten(&t)).zip(group("ones").and_then(|o| place(&SMALL, &o)));
        return (value.map(|(t, o)| Quantity::Number((t + o) as f64, unit)), after, true);
    };
    if let Some(at) = place(&ORDINALS, &word) {
        return (Some(Quantity::Number((at + 2) as f64, Unit::Ordinal)), 0, true);
    }
    let Some(value) = place(&SMALL, &word).or_else(|| ten(&word)) else { return (None, 0, false) };
    if let Some(part) = group("part") {
        let of = if part == "half" {
            2.0
        } else if part.starts_with("third") {
            3.0
        } else {
            4.0
        };
        return (Some(Quantity::Number(value as f64 / of, Unit::Share)), 0, true);
    }
    let before = text[..whole.start].split_whitespace().next_back().unwrap_or_default().to_lowercase();
    let counts = unit != Unit::Plain || (value > 1 && !DETERMINERS.contains(&before.as_str()));
    (Some(Quantity::Number(value as f64, unit)), after, counts)
}

fn unit_after(rest: &str) -> (Unit, usize) {
    let Some(of) = UNIT.captures(rest) else { return (Unit::Plain, 0) };
    let names = [
        ("percent", Unit::Percent),
        ("cent", Unit::Cent),
        ("money", Unit::Money),
        ("year", Unit::Year),
        ("month", Unit::Month),
        ("week", Unit::Week),
        ("day", Unit::Day),
        ("hour", Unit::Hour),
        ("minute", Unit::Minute),
    ];
    let known = names.iter().find(|(name, _)| of.name(name).is_some()).map(|(_, unit)| *unit);
    let measure = of.name("measure").map(|word| {
        let mut letters = [b' '; 4];
        let word = word.as_str().to_lowercase().replace("feet", "foot");
        letters.iter_mut().zip(word.bytes()).for_each(|(to, from)| *to = from);
        Unit::Measure(letters)
    });
    (known.or(measure).unwrap_or(Unit::Plain), of[0].len())
}

fn year(digits: &str) -> Option<u16> {
    if digits.len() == 4 { digits.parse().ok().filter(|year| (1900..=2099).contains(year)) } else { None }
}

fn number(digits: &str, scale: Option<&str>) -> Option<f64> {
    let by = match scale {
        Some("billion") => 1e9,
        Some("million" | "M") => 1e6,
        Some(_) => 1e3,
        None => 1.0,
    };
    digits.replace(',', "").parse::<f64>().ok().map(|value| value * by)
}

fn month(name: &str) -> Option<u8> {
    const FIRST: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    FIRST.iter().position(|first| name.starts_with(first)).map(|at| at as u8 + 1)
}

fn squeeze(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// The years that a text speaks of, ranges written out.
pub fn years(text: &str) -> Vec<u16> {
    let mut years: Vec<u16> = Vec::new();
    for of in YEARS.captures_iter(text) {
        if let (Ok(from), Ok(to)) = (of[1].parse::<u16>(), of[2].parse::<u16>())
            && to.saturating_sub(from) < 100
        {
            years.extend(from..=to);
        }
    }
    for figure in figures(text) {
        match figure.quantity {
            Quantity::Year(year) | Quantity::Date { year: Some(year), .. } if !years.contains(&year) => {
                years.push(year);
            }
            _ => {}
        }
    }
    years
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Quantity> {
        figures(text).into_iter().filter(|f| f.is_stated).map(|f| f.quantity).collect()
    }

    fn supports(source: &str, claim: &str) -> bool {
        let source = figures(source);
        read(claim).iter().all(|claim| source.iter().any(|own| own.quantity.supports(claim)))
    }

    #[test]
    fn a_figure_is_a_value_with_its_unit() {
        use Quantity::{Date, Name, Number, Year};
        assert_eq!(read("$15,750 and 7.5%"), [Number(15_750.0, Unit::Money), Number(7.5, Unit::Percent)]);
        assert_eq!(read("two years, 14 cents"), [Number(2.0, Unit::Year), Number(14.0, Unit::Cent)]);
        assert_eq!(read("aged 70½ in 2025"), [Number(70.5, Unit::Plain), Year(2025)]);
        assert_eq!(read("by April 15, 2026"), [Date { month: 4, day: Some(15), year: Some(2026) }]);
        assert_eq!(read("Form 1040-SR or a W-2"), [Name("1040sr".into()), Name("w2".into())]);
        assert_eq!(read("section 402(g) and 401(k)"), [Name("402g".into()), Name("401k".into())]);
        assert_eq!(read("1,200 miles"), [Number(1200.0, Unit::Measure(*b"mile"))]);
    }

    #[test]
    fn the_same_figure_may_be_written_otherwise() {
        for (source, claim) in [
            ("two of the five years", "2 of 5 years"),
            ("a limit of $1,500,000", "$1.5 million"),
            ("14 cents a mile", "$0.14 per mile"),
            ("half of the tax", "50% of the tax"),
            ("24 months", "two years"),
            ("within a year", "within one year"),
            ("due April 15, 2026", "due April 15"),
            ("Publication 501", "Pub. 501"),
        ] {
            assert!(supports(source, claim), "{source} / {claim}");
        }
    }

    #[test]
    fn another_value_or_unit_is_another_figure() {
        for (source, claim) in [
            ("$2,000", "$2,100"),
            ("$50", "50%"),
            ("six months", "six years"),
            ("due April 15, 2026", "due April 15, 2025"),
            ("April 15", "June 15"),
            ("Form 8863", "Form 8862"),
            ("$15,750", "about $16,000"),
        ] {
            assert!(!supports(source, claim), "{source} / {claim}");
        }
    }

    #[test]
    fn number_words_that_count_nothing_are_no_figures() {
        assert!(read("One must file, and the two amounts are added").is_empty());
    }

    #[test]
    fn ranges_of_years_are_written_out() {
        assert_eq!(years("for tax years 2023 through 2026"), [2023, 2024, 2025, 2026]);
    }
}
