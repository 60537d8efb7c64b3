//! What is written in the place of personal data: `[name]`, or `[name 1]` and `[name 2]` where there are several. Knows
//! how to read it back, so that a text that was masked once stays as it is.

use std::collections::{BTreeMap, HashMap};

use super::Kind;

/// A placeholder at the start of a text.
pub(super) struct Placeholder {
    pub kind: Kind,
    /// Its number; `1` where it has none.
    pub number: u32,
    /// Bytes.
    pub length: usize,
}

/// Longer numbers are no placeholder's, and of these the longest are not counted on from, so that what is written can
/// be read.
const MOST_DIGITS: usize = 9;
const MOST_COUNTED_ON_FROM: u32 = 999_999;

fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::Ssn => "SSN",
        Kind::Ein => "EIN",
        Kind::Itin => "ITIN",
        Kind::Card => "card number",
        Kind::Account => "account number",
        Kind::Iban => "IBAN",
        Kind::RoutingNumber => "routing number",
        Kind::Email => "e-mail",
        Kind::Phone => "phone number",
        Kind::Address => "address",
        Kind::Name => "name",
    }
}

/// The placeholder that a text starts with.
pub(super) fn at_start(text: &str) -> Option<Placeholder> {
    let inside = text.strip_prefix('[')?;
    Kind::ALL.into_iter().find_map(|kind| {
        let rest = inside.strip_prefix(label(kind))?;
        let (number, rest) = match rest.strip_prefix(' ') {
            Some(rest) => {
                let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                let number = (1..=MOST_DIGITS).contains(&digits).then(|| rest[..digits].parse().ok())??;
                (number, &rest[digits..])
            }
            None => (1, rest),
        };
        let rest = rest.strip_prefix(']')?;
        Some(Placeholder { kind, number, length: text.len() - rest.len() })
    })
}

/// The placeholders of values: one for each value, numbered by first appearance where a kind has several.
pub(super) struct Placeholders {
    /// The highest number of a kind that stands in the texts already.
    before: BTreeMap<Kind, u32>,
    /// Which value of its kind it is, from 1.
    order: HashMap<(Kind, String), u32>,
    /// How many values each kind has.
    values: BTreeMap<Kind, u32>,
}

impl Placeholders {
    /// Counts on from the placeholders that stand in these texts, for values in order.
    pub fn of<'v>(texts: &[&str], values: impl Iterator<Item = (Kind, &'v str)>) -> Self {
        let mut all = Self { before: BTreeMap::new(), order: HashMap::new(), values: BTreeMap::new() };
        for text in texts {
            let standing = text.match_indices('[').filter_map(|(at, _)| at_start(&text[at..]));
            for placeholder in standing.filter(|placeholder| placeholder.number <= MOST_COUNTED_ON_FROM) {
                let highest = all.before.entry(placeholder.kind).or_default();
                *highest = placeholder.number.max(*highest);
            }
        }
        for (kind, value) in values {
            all.order.entry((kind, value.to_owned())).or_insert_with(|| {
                let count = all.values.entry(kind).or_default();
                *count += 1;
                *count
            });
        }
        all
    }

    /// What is written for a value.
    pub fn get(&self, kind: Kind, value: &str) -> String {
        let before = self.before.get(&kind).copied().unwrap_or_default();
        let values = self.values.get(&kind).copied().unwrap_or_default();
        if before + values <= 1 {
            return format!("[{}]", label(kind));
        }
        let order = self.order.get(&(kind, value.to_owned())).copied().unwrap_or(1);
        format!("[{} {}]", label(kind), before + order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        for kind in Kind::ALL {
            let values = [(kind, "a"), (kind, "b"), (kind, "a")];
            let placeholders = Placeholders::of(&["[", "[SSN"], values.into_iter());
            let written = placeholders.get(kind, "b");
            let read = at_start(&written).unwrap();
            assert_eq!((read.kind, read.number, read.length), (kind, 2, written.len()));
        }
    }

    #[test]
    fn one_value_alone_has_no_number() {
        let placeholders = Placeholders::of(&[], [(Kind::Email, "a@b.co"), (Kind::Email, "a@b.co")].into_iter());
        assert_eq!(placeholders.get(Kind::Email, "a@b.co"), "[e-mail]");
    }

    #[test]
    fn numbers_go_on_from_those_that_stand_there() {
        let placeholders =
            Placeholders::of(&["[name] and [name 7]", "[name 9999999]"], [(Kind::Name, "x")].into_iter());
        assert_eq!(placeholders.get(Kind::Name, "x"), "[name 8]");
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in ["[ssn]", "[SSN ]", "[SSN 1234567890]", "[name1]", "name]", "[", ""] {
            assert!(at_start(text).is_none(), "{text}");
        }
    }
}
