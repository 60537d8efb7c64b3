//! What follows a street: a unit, a town, a state, a ZIP code. Knows the states; a town is whatever capitalised words
//! stand before one.

use super::{
    address::{is_unit, unit_number},
    token::{Sort, Tokens},
};

/// Words of a town's name: "Winston Salem", "Salt Lake City", "Truth or Consequences" and no longer.
const TOWN_WORDS: usize = 3;

/// The end of what follows a street that ends there; that end, if nothing does.
pub(super) fn after_street(tokens: &Tokens, end: usize) -> usize {
    let end = unit(tokens, end).unwrap_or(end);
    town(tokens, end).unwrap_or(end)
}

/// The place after the comma, the space or the end of the line that parts of an address have between them.
fn next_part(tokens: &Tokens, end: usize) -> Option<usize> {
    let at = tokens.after_mark(end, ',');
    matches!(tokens.sort(at), Sort::Space | Sort::Break).then_some(at + 1)
}

fn unit(tokens: &Tokens, end: usize) -> Option<usize> {
    let at = next_part(tokens, end)?;
    if tokens.is(at, '#') {
        return unit_number(tokens, at);
    }
    if is_unit(tokens.word(at)) { unit_number(tokens, tokens.after_mark(at + 1, '.')) } else { None }
}

/// A town with a state or a ZIP code: alone it could be any capitalised word.
fn town(tokens: &Tokens, end: usize) -> Option<usize> {
    let start = next_part(tokens, end)?;
    // A ZIP code may stand before the town, as in German, and after the street without one.
    if let Some(end) = zip_code(tokens, start) {
        let town = (tokens.sort(end) == Sort::Space).then_some(end + 1);
        return town.filter(|&town| tokens.is_capitalised(town)).map(|town| town + 1).or(Some(end));
    }
    let mut at = start;
    for _ in 0..TOWN_WORDS {
        if tokens.sort(at) != Sort::Word {
            return None;
        }
        let is_small = !tokens.is_capitalised(at);
        let word_end = tokens.after_mark(at + 1, '.');
        let next = next_part(tokens, word_end)?;
        if let Some(state) = state(tokens, next) {
            let zip = next_part(tokens, state.end).and_then(|at| zip_code(tokens, at));
            if zip.is_some() || !is_small && !state.needs_zip {
                return zip.or(Some(state.end));
            }
        }
        if let Some(zip) = zip_code(tokens, next).filter(|_| !is_small) {
            return Some(zip);
        }
        at = next;
    }
    None
}

fn zip_code(tokens: &Tokens, at: usize) -> Option<usize> {
    let is_more = tokens.is(at + 1, '-') && tokens.digits(at + 2).len() == 4;
    let end = if is_more { at + 3 } else { at + 1 };
    (tokens.digits(at).len() == 5 && tokens.sort(end) != Sort::Word).then_some(end)
}

struct State {
    end: usize,
    /// Whether it could be a word, or part of one, when no ZIP code follows.
    needs_zip: bool,
}

fn state(tokens: &Tokens, at: usize) -> Option<State> {
    if tokens.sort(at) != Sort::Word {
        return None;
    }
    let exact = tokens.exact(at);
    if exact == "D" && tokens.is(at + 1, '.') && tokens.exact(at + 2) == "C" {
        return Some(State { end: tokens.after_mark(at + 3, '.'), needs_zip: false });
    }
    if CODES.contains(&exact.to_uppercase().as_str()) {
        return Some(State { end: at + 1, needs_zip: exact.chars().any(char::is_lowercase) });
    }
    let two_words = if tokens.sort(at + 1) == Sort::Space { tokens.spelled(at..at + 3) } else { String::new() };
    let end = if NAMES.contains(&two_words.as_str()) {
        at + 3
    } else if NAMES.contains(&tokens.word(at)) {
        at + 1
    } else {
        return None;
    };
    Some(State { end, needs_zip: !tokens.is_capitalised(at) })
}

/// The Postal Service's codes of states and territories (Publication 28, appendix B).
#[rustfmt::skip]
const CODES: [&str; 56] = [
    "AK", "AL", "AR", "AS", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "GU", "HI", "IA", "ID", "IL", "IN", "KS",
    "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MP", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY",
    "OH", "OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VI", "VT", "WA", "WI", "WV", "WY",
];

#[rustfmt::skip]
const NAMES: [&str; 51] = [
    "alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware", "florida",
    "georgia", "hawaii", "idaho", "illinois", "indiana", "iowa", "kansas", "kentucky", "louisiana", "maine", "maryland",
    "massachusetts", "michigan", "minnesota", "mississippi", "missouri", "montana", "nebraska", "nevada",
    "new hampshire", "new jersey", "new mexico", "new york", "north carolina", "north dakota", "ohio", "oklahoma",
    "oregon", "pennsylvania", "puerto rico", "rhode island", "south carolina", "south dakota", "tennessee", "texas",
    "utah", "vermont", "virginia", "washington", "west virginia", "wisconsin", "wyoming",
];
