//! Identifiers of reference prose in one spelling: forms, sections, publications, plan names, amounts.
//! One function serves documents and queries, so both sides agree by construction.

use std::sync::LazyLock;

use regex::Regex;

/// `Pub. 501`, `Schedule C`, `section 179`, `§ 402(g)`, `Form 1040-SR`: a kind and its code.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    let code = r"[0-9]+[A-Za-z]{0,4}(?:\([A-Za-z0-9]{1,3}\))*(?:-[A-Za-z0-9]{1,4})*|[A-Za-z]{1,3}-?[0-9]+[A-Za-z]{0,3}|[A-Za-z]\b";
    Regex::new(&format!(
        r"(?i:\b(publications?|pubs?\.?|schedules?|sch\.|sections?|sec\.|forms?)|(§§?))\s*(?:no\.?\s*)?({code})"
    ))
    .expect("the pattern is a constant")
});

/// `401(k)`, `1040-SR`, `1099k`, `W-2`, `8863`, and the lay `w2`.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:[0-9]{2,5}(?:-[A-Za-z]{1,4}\b|\([A-Za-z0-9]{1,3}\))+|[0-9]{3,5}-?[A-Za-z]{0,4}\b|[A-Za-z]{1,2}-[0-9]{1,5}[A-Za-z]{0,3}\b|[wW] ?[0-9][a-zA-Z]?\b|[A-Za-z]{1,2}[0-9]{1,4}[A-Za-z]?\b)")
        .expect("the pattern is a constant")
});

/// `$15,750`, `$5.50`, `15,750`.
static MONEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\$\s?([0-9][0-9,]*(?:\.[0-9]+)?)|\b([0-9]{1,3}(?:,[0-9]{3})+)\b").expect("the pattern is a constant")
});

/// `7.5%`, `7.5 percent`.
static PERCENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b([0-9]+(?:\.[0-9]+)?)\s?(?:%|percent\b|per cent\b)").expect("the pattern is a constant")
});

/// Whether a normalised identifier names something (a form, a section) rather than an amount or a share.
pub fn is_name(identifier: &str) -> bool {
    !identifier.starts_with('$') && !identifier.ends_with("pct")
}

/// The identifiers in `text`, normalised, in order of kind, each once: `Form 1040-SR` → `1040sr`,
/// `Pub. 501` → `pub501` and `501`, `§ 179` → `sec179` and `179`, `$15,750` → `$15750`, `7.5%` → `7.5pct`.
pub fn identifiers(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut push = |identifier: String| {
        if !identifier.is_empty() && !found.contains(&identifier) {
            found.push(identifier);
        }
    };
    for named in NAMED.captures_iter(text) {
        let kind = named.get(1).or(named.get(2)).map_or("", |m| m.as_str()).to_lowercase();
        let code = squeeze(&named[3]);
        let prefix = match kind.as_bytes() {
            [b'p', ..] => "pub",
            [b's', b'c', ..] => "sched",
            [b's' | 0xc2, ..] => "sec",
            _ => "",
        };
        let has_digit = code.bytes().any(|b| b.is_ascii_digit());
        if !prefix.is_empty() && (has_digit || code.len() == 1) {
            push(format!("{prefix}{code}"));
        }
        if has_digit {
            push(code);
        }
    }
    for bare in BARE.find_iter(text) {
        let code = squeeze(bare.as_str());
        let is_amount = text[..bare.start()].ends_with(['$', ',', '.']) || text[bare.end()..].starts_with([',', '%']);
        let is_year = code.len() == 4
            && (code.starts_with("19") || code.starts_with("20"))
            && code.bytes().all(|b| b.is_ascii_digit());
        if !is_amount && !is_year {
            push(code);
        }
    }
    for money in MONEY.captures_iter(text) {
        let digits = money.get(1).or(money.get(2)).map_or("", |m| m.as_str()).replace(',', "");
        push(format!("${}", digits.trim_end_matches('.')));
    }
    for percent in PERCENT.captures_iter(text) {
        push(format!("{}pct", &percent[1]));
    }
    found
}

fn squeeze(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::identifiers;

    #[test]
    fn spellings_of_one_thing_meet() {
        for (a, b, meets) in [
            ("401(k)", "401k plan", "401k"),
            ("Form 1040-SR", "1040sr", "1040sr"),
            ("§ 179", "section 179", "sec179"),
            ("W-2", "my w2 form", "w2"),
            ("Form W-2", "w 2", "w2"),
            ("Pub. 501", "publication 501", "pub501"),
            ("Schedule C", "schedule c income", "schedc"),
            ("Form 1099-NEC", "1099nec", "1099nec"),
            ("$15,750", "15,750 dollars", "$15750"),
            ("7.5%", "7.5 percent", "7.5pct"),
            ("section 402(g)", "§402(g)", "sec402g"),
        ] {
            let (left, right) = (identifiers(a), identifiers(b));
            assert!(left.iter().any(|i| i == meets), "{a} gave {left:?}");
            assert!(right.iter().any(|i| i == meets), "{b} gave {right:?}");
        }
    }

    #[test]
    fn plain_words_are_not_identifiers() {
        assert!(identifiers("how do I file a return as a student in 2025").is_empty());
    }
}
