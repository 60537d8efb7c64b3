//! E-mail addresses, telephone numbers with a plus or parentheses, and IBANs: what shows by its own form, whatever the
//! words around it say.

use std::ops::Range;

use super::{
    Hit, Kind, checksum,
    number::value,
    run::is_year,
    token::{Sort, Tokens, is_unspaced},
    view::{Cell, View},
};

/// Digits of an international number without its plus: at most 15 (ITU-T E.164), and at least what is no amount.
const INTERNATIONAL_DIGITS: Range<usize> = 8..16;
/// Digits after which a year that follows is a year.
const COMPLETE: usize = 9;
/// Characters of an IBAN (ISO 13616-1).
const IBAN_CHARACTERS: usize = 34;

/// The addresses and numbers in a text.
pub(super) fn find(view: &View, tokens: &Tokens, hits: &mut Vec<Hit>) {
    for at in 0..tokens.len() {
        let hit = match tokens.sort(at) {
            Sort::Mark('@') => email(view, tokens, at),
            Sort::Mark('+') => international(tokens, at),
            Sort::Mark('(') => in_parentheses(tokens, at),
            Sort::Word => iban(view, tokens, at),
            _ => None,
        };
        hits.extend(hit);
    }
}

/// The address around an `@`: the atoms that people's addresses have (RFC 5321, section 4.1.2, without quoted ones),
/// and a domain with a dot and letters after it.
fn email(view: &View, tokens: &Tokens, at: usize) -> Option<Hit> {
    let sign = tokens.cells(&(at..at + 1)).start;
    let is_local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '&' | '~' | '\'');
    let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    // Where words are written without spaces, an address ends where the script changes.
    let changes = |cell: &Cell, beside: &Cell| is_unspaced(cell.glyph) && beside.glyph.is_ascii_alphanumeric();
    let mut before = 0;
    while before < sign && is_local(view.cells[sign - before - 1].glyph) {
        if changes(&view.cells[sign - before - 1], &view.cells[sign - before]) {
            break;
        }
        before += 1;
    }
    let after = view.cells[sign..].windows(2).take_while(|pair| is_host(pair[1].glyph) && !changes(&pair[1], &pair[0]));
    let after = after.count();
    let local: String = view.cells[sign - before..sign].iter().map(|cell| cell.glyph).collect();
    let domain: String = view.cells[sign + 1..=sign + after].iter().map(|cell| cell.glyph).collect();
    // A dash or a point may belong to the sentence, with what comes after it.
    let ends = domain.match_indices(['.', '-']).map(|(at, _)| at).chain([domain.len()]);
    let domain = ends.rev().map(|end| &domain[..end]).find(|domain| is_domain(domain))?;
    let local = local.trim_start_matches(|c: char| !c.is_alphanumeric());
    if local.is_empty() {
        return None;
    }
    let start = tokens.holding(sign - local.chars().count());
    let end = tokens.holding(sign + domain.chars().count()) + 1;
    Some(Hit { kind: Kind::Email, tokens: start..end, value: format!("{local}@{domain}").to_lowercase() })
}

/// Whether a domain ends in a point and two letters or more, with something before.
fn is_domain(domain: &str) -> bool {
    let is_top = |top: &str| top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    domain.rsplit_once('.').is_some_and(|(host, top)| !host.is_empty() && is_top(top))
}

/// A number after a plus: `+1` and ten digits, or another country's up to the end of its digits.
fn international(tokens: &Tokens, plus: usize) -> Option<Hit> {
    let is_joined = tokens.joins(plus.wrapping_sub(1));
    let (digits, end) = dialled(tokens, tokens.after_space(plus + 1));
    let is_form = match digits.strip_prefix('1') {
        Some(local) => local.len() == 10 && !checksum::is_toll_free(local),
        None => INTERNATIONAL_DIGITS.contains(&digits.len()),
    };
    (is_form && !is_joined && !digits.starts_with('0')).then(|| Hit {
        kind: Kind::Phone,
        tokens: plus..extension(tokens, end),
        value: value(Kind::Phone, &digits),
    })
}

/// Digits that are dialled one after another, and where they end. After a North American number they end.
fn dialled(tokens: &Tokens, start: usize) -> (String, usize) {
    let (mut digits, mut end, mut at) = (String::new(), start, start);
    loop {
        let (piece, next) = if tokens.is(at, '(') && tokens.is(at + 2, ')') {
            (tokens.digits(at + 1), at + 3)
        } else {
            (tokens.digits(at), at + 1)
        };
        let is_full = digits.len() + piece.len() >= INTERNATIONAL_DIGITS.end
            || digits.starts_with('1') && digits.len() >= 11
            || digits.len() >= COMPLETE && is_year(piece);
        let is_glued = tokens.is_joined_word(next) && !tokens.word(next).starts_with('x');
        if piece.is_empty() || is_full || is_glued {
            return (digits, end);
        }
        digits += piece;
        end = next;
        at = match tokens.sort(next) {
            Sort::Space | Sort::Mark('-' | '.' | '/') => next + 1,
            _ => next,
        };
    }
}

/// `(212) 555-0123`, with a `1` before it or none.
fn in_parentheses(tokens: &Tokens, open: usize) -> Option<Hit> {
    let (area, close) = (tokens.digits(open + 1), open + 2);
    if area.len() != 3 || area.starts_with(['0', '1']) || !tokens.is(close, ')') {
        return None;
    }
    let joint = |at: usize| matches!(tokens.sort(at), Sort::Space | Sort::Mark('-' | '.'));
    let exchange = close + 1 + usize::from(joint(close + 1));
    let line = exchange + 1 + usize::from(joint(exchange + 1));
    let is_last = !tokens.is_joined_word(line + 1) || tokens.word(line + 1).starts_with('x');
    if tokens.digits(exchange).len() != 3 || tokens.digits(line).len() != 4 || !is_last {
        return None;
    }
    let digits = [area, tokens.digits(exchange), tokens.digits(line)].concat();
    if checksum::is_toll_free(&digits) {
        return None;
    }
    let joined = open.wrapping_sub(1 + usize::from(joint(open.wrapping_sub(1))));
    let starts_free = !matches!(tokens.sort(joined.wrapping_sub(1)), Sort::Word | Sort::Mark('-' | '.' | '/' | '$'));
    let start = if tokens.digits(joined) == "1" && starts_free { joined } else { open };
    Some(Hit { kind: Kind::Phone, tokens: start..extension(tokens, line + 1), value: digits })
}

/// The place after an extension, such as `x12` or `, ext. 12`, that may follow a telephone number.
pub(super) fn extension(tokens: &Tokens, end: usize) -> usize {
    let word = tokens.after_space(tokens.after_mark(end, ','));
    if !matches!(tokens.word(word), "x" | "ext" | "extension") {
        return end;
    }
    let digits = tokens.after_space(tokens.after_mark(word + 1, '.'));
    if (1..=6).contains(&tokens.digits(digits).len()) { digits + 1 } else { end }
}

/// An IBAN that begins with a word of two letters: in one piece, or in groups of four with a shorter last one.
fn iban(view: &View, tokens: &Tokens, at: usize) -> Option<Hit> {
    let is_start = tokens.width(at) == 2 && tokens.exact(at).is_ascii() && tokens.digits(at + 1).len() >= 2;
    if !is_start || tokens.joins(at.wrapping_sub(1)) {
        return None;
    }
    let start = tokens.cells(&(at..at + 1)).start;
    let is_code = |c: char| c.is_ascii_alphanumeric();
    let glyph = |cell: usize| view.cells.get(cell).map_or(' ', |cell| cell.glyph);
    let (mut compact, mut cell, mut found) = (String::new(), start, None);
    while compact.len() <= IBAN_CHARACTERS {
        let group = (cell..).take_while(|&cell| is_code(glyph(cell))).take(IBAN_CHARACTERS + 1);
        let group: String = group.map(glyph).collect();
        compact += &group;
        cell += group.len();
        if checksum::is_iban(&compact) && !glyph(cell).is_alphanumeric() {
            found = Some((compact.to_uppercase(), cell));
        }
        if group.len() != 4 || !matches!(glyph(cell), ' ' | '-') || !is_code(glyph(cell + 1)) {
            break;
        }
        cell += 1;
    }
    let (value, end) = found?;
    Some(Hit { kind: Kind::Iban, tokens: at..tokens.holding(end - 1) + 1, value })
}
