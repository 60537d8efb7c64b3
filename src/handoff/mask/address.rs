//! Street addresses and post office boxes. Knows how they are written in the United States, and a German street with
//! its number; no list of streets or towns.

use std::ops::Range;

use super::{
    Hit, Kind, place,
    run::is_year,
    token::{Sort, Tokens},
    words,
};

/// Words of a street's name with its suffix: "Dr. Martin Luther King Jr. Boulevard" has six.
const MOST_WORDS: usize = 6;
/// Words of a street's name in small letters, without its suffix.
const MOST_SMALL_WORDS: usize = 2;
/// Words back in which it may be said that an address comes. Chosen by hand.
const CUE_WORDS: usize = 4;

/// The addresses in a text.
pub(super) fn find(tokens: &Tokens, hits: &mut Vec<Hit>) {
    for at in 0..tokens.len() {
        let found = match tokens.sort(at) {
            Sort::Digits => street(tokens, at),
            Sort::Word => post_box(tokens, at).or_else(|| german_street(tokens, at)),
            _ => None,
        };
        let Some(Found { street, end }) = found else { continue };
        // The street alone is the value: with its town or without, it is the same address.
        hits.push(Hit { kind: Kind::Address, tokens: street.start..end, value: tokens.spelled(street) });
    }
}

struct Found {
    /// The number and the street.
    street: Range<usize>,
    /// Where the unit, town, state and ZIP code end that follow, if they do.
    end: usize,
}

/// `123 Main St`, with what follows.
fn street(tokens: &Tokens, start: usize) -> Option<Found> {
    if !starts_free(tokens, start) {
        return None;
    }
    let number_end = house_number(tokens, start)?;
    let first = number_end + 1;
    if tokens.sort(number_end) != Sort::Space {
        return None;
    }
    let is_small = tokens.sort(first) == Sort::Word && !tokens.is_capitalised(first);
    let Street { end, needs } = if is_small { small_street(tokens, first) } else { capital_street(tokens, first) }?;
    let followed = place::after_street(tokens, end);
    let could_be_year = is_year(tokens.digits(start)) && is_after_time_word(tokens, start);
    let is_one = match needs {
        Needs::Nothing if !could_be_year => true,
        Needs::Nothing | Needs::Hint => followed > end || is_expected(tokens, start),
        Needs::ZipCode => followed > end && tokens.sort(followed - 1) == Sort::Digits,
    };
    is_one.then_some(Found { street: start..end, end: followed })
}

/// A street's name.
struct Street {
    end: usize,
    needs: Needs,
}

/// What must be there besides a number and words for these to be an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// A town after it, or a word before it that says that an address comes.
    Hint,
    /// A town with its ZIP code.
    ZipCode,
}

/// Whether a number begins here that is neither money, nor part of a word, a decimal or a form's name.
fn starts_free(tokens: &Tokens, at: usize) -> bool {
    let before = at.wrapping_sub(1);
    let is_sign = |at: usize| matches!(tokens.sort(at), Sort::Mark(mark) if words::is_currency_sign(mark));
    match tokens.sort(before) {
        _ if tokens.joins(before) => false,
        Sort::Mark('-' | '.' | '/' | ',') => !tokens.joins(before.wrapping_sub(1)),
        Sort::Mark(mark) => !words::is_currency_sign(mark),
        Sort::Space => !is_sign(before.wrapping_sub(1)) && !words::is_reference(tokens.word(before.wrapping_sub(1))),
        _ => true,
    }
}

/// The place after `12`, `12B`, `12-34` or `12 1/2`.
fn house_number(tokens: &Tokens, at: usize) -> Option<usize> {
    if tokens.digits(at).len() > 6 {
        return None;
    }
    match (tokens.sort(at + 1), tokens.sort(at + 2), tokens.sort(at + 3), tokens.sort(at + 4)) {
        (Sort::Word, ..) => (tokens.width(at + 1) == 1).then_some(at + 2),
        (Sort::Mark('-'), Sort::Digits, ..) => Some(at + 3),
        (Sort::Space, Sort::Digits, Sort::Mark('/'), Sort::Digits) => Some(at + 5),
        _ => Some(at + 1),
    }
}

/// Capitalised words up to the last suffix among them; without one, to the comma or end of the line before a town.
fn capital_street(tokens: &Tokens, first: usize) -> Option<Street> {
    let sure = |end: usize| Street { end, needs: Needs::Nothing };
    let (mut at, mut end) = (first, None);
    for count in 0..MOST_WORDS {
        let next = street_word(tokens, at)?;
        let word = tokens.word(at);
        let is_suffix = words::is_suffix(word) && (tokens.is_capitalised(at) || words::is_plain_suffix(word));
        if count > 0 && is_suffix {
            end = Some(next);
        } else if count > 0 && is_unit(word) {
            return unit_number(tokens, next).or(end).map(sure);
        } else if end.is_some() && words::is_direction(word) && tokens.is_capitalised(at) {
            return Some(sure(next));
        } else if tokens.sort(at) == Sort::Word && !is_street_name(tokens, at) {
            break;
        }
        if end.is_none() && matches!(tokens.sort(next), Sort::Mark(',') | Sort::Break) {
            return Some(Street { end: next, needs: Needs::ZipCode });
        }
        if tokens.sort(next) != Sort::Space || street_word(tokens, next + 1).is_none() {
            break;
        }
        at = next + 1;
    }
    end.map(sure)
}

/// One or two small words and a suffix that is not a word of every day.
fn small_street(tokens: &Tokens, first: usize) -> Option<Street> {
    let mut at = first;
    for count in 0..=MOST_SMALL_WORDS {
        let next = street_word(tokens, at)?;
        let word = tokens.word(at);
        if count > 0 && words::is_plain_suffix(word) {
            return Some(Street { end: next, needs: Needs::Hint });
        }
        if words::is_no_name(word) || words::is_unit(word) || words::is_filler(word) || tokens.sort(next) != Sort::Space
        {
            return None;
        }
        at = next + 1;
    }
    None
}

/// The place after one word of a street's name: a word, one with a hyphen, an apostrophe or a point, or `42nd`.
fn street_word(tokens: &Tokens, at: usize) -> Option<usize> {
    match (tokens.sort(at), tokens.sort(at + 1), tokens.sort(at + 2)) {
        (Sort::Digits, Sort::Word, _) => matches!(tokens.word(at + 1), "st" | "nd" | "rd" | "th").then_some(at + 2),
        (Sort::Word, Sort::Digits, _) => None,
        (Sort::Word, Sort::Mark('-' | '\''), Sort::Word) => Some(at + 3),
        (Sort::Word, Sort::Mark('.'), _) if is_abbreviation(tokens.word(at)) => Some(at + 2),
        (Sort::Word, ..) => Some(at + 1),
        _ => None,
    }
}

fn is_street_name(tokens: &Tokens, at: usize) -> bool {
    let word = tokens.word(at);
    let is_joining = matches!(word, "of" | "the") || words::is_particle(word);
    words::is_direction(word) || is_joining || tokens.is_capitalised(at) && !words::is_no_street(word)
}

fn is_expected(tokens: &Tokens, at: usize) -> bool {
    let back = std::iter::successors(tokens.word_before(at), |&at| tokens.word_before(at));
    back.take(CUE_WORDS).any(|at| words::announces_address(tokens.word(at)))
}

fn is_after_time_word(tokens: &Tokens, at: usize) -> bool {
    tokens.word_before(at).is_some_and(|at| words::is_time_word(tokens.word(at)))
}

/// `P.O. Box 123`, with what follows.
fn post_box(tokens: &Tokens, start: usize) -> Option<Found> {
    let after = |at: usize| tokens.after_space(tokens.after_mark(at + 1, '.'));
    let before = start.wrapping_sub(1);
    let is_joined = tokens.joins(before) || matches!(tokens.sort(before), Sort::Mark('-' | '\''));
    let number = match tokens.word(start) {
        _ if is_joined => return None,
        "postfach" | "pob" => after(start),
        "po" if tokens.word(after(start)) == "box" => after(after(start)),
        first @ ("p" | "post") => {
            let (second, third) = (after(start), after(after(start)));
            let is_box =
                tokens.word(second) == if first == "p" { "o" } else { "office" } && tokens.word(third) == "box";
            if is_box { after(third) } else { return None }
        }
        _ => return None,
    };
    let number = tokens.after_mark(number, '#');
    let end = number + 1 + usize::from(tokens.width(number + 1) == 1 && tokens.sort(number + 1) == Sort::Word);
    let is_number = (1..=7).contains(&tokens.digits(number).len()) && !tokens.joins(end);
    is_number.then(|| Found { street: start..end, end: place::after_street(tokens, end) })
}

/// `Lindenstraße 12`, with what follows.
fn german_street(tokens: &Tokens, start: usize) -> Option<Found> {
    let word = tokens.word(start);
    let endings = ["straße", "strasse", "str", "gasse", "allee", "platz", "weg"];
    let is_street = endings.iter().any(|ending| word.len() > ending.len() + 2 && word.ends_with(ending));
    let number = tokens.after_mark(start + 1, '.') + 1;
    let is_number = tokens.sort(number - 1) == Sort::Space && (1..=3).contains(&tokens.digits(number).len());
    if !is_street || !is_number || !tokens.is_capitalised(start) {
        return None;
    }
    let end = house_number(tokens, number)?;
    Some(Found { street: start..end, end: place::after_street(tokens, end) })
}

/// The place after what a unit is called by: `4`, `4B`, `B`, `B4` or `#4`.
pub(super) fn unit_number(tokens: &Tokens, after: usize) -> Option<usize> {
    let at = tokens.after_mark(tokens.after_space(after), '#');
    match tokens.sort(at) {
        Sort::Digits if tokens.sort(at + 1) == Sort::Word => (tokens.width(at + 1) == 1).then_some(at + 2),
        Sort::Digits => Some(at + 1),
        Sort::Word if tokens.width(at) == 1 => Some(at + 1 + usize::from(tokens.sort(at + 1) == Sort::Digits)),
        _ => None,
    }
}

pub(super) fn is_unit(word: &str) -> bool {
    matches!(word, "apartment" | "apt" | "bldg" | "building" | "floor" | "lot" | "room" | "ste" | "suite" | "unit")
}

fn is_abbreviation(word: &str) -> bool {
    words::is_suffix(word) || is_unit(word) || words::is_direction(word) || matches!(word, "ft" | "jr" | "mt")
}
