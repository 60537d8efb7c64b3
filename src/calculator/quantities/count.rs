//! What is counted: `two kids`, `a baby`, `no dependents`.

use rust_decimal::Decimal;

use super::{
    Kind, Quantity,
    person::is_child,
    token::{Shape, Token},
};

/// What a count counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// Children, whatever they are called.
    Child,
    /// Another thing that people count on a return.
    Other,
}

/// Words that may stand between a number and its noun.
const ADJECTIVES: &[&str] = &[
    "little",
    "small",
    "young",
    "younger",
    "qualifying",
    "minor",
    "adult",
    "foster",
    "step",
    "grown",
    "dependent",
    "school",
    "age",
    "aged",
    "older",
    "other",
    "more",
    "teenage",
    "disabled",
    "eligible",
    "biological",
    "adopted",
    "great",
    "wonderful",
    "of",
    "my",
    "our",
    "full",
    "part",
    "time",
    "different",
    "separate",
    "baby",
    "beautiful",
    "new",
    "college",
];

/// Other nouns of which people say how many.
const THINGS: &[&str] = &[
    "dependents",
    "dependent",
    "people",
    "persons",
    "jobs",
    "job",
    "employers",
    "houses",
    "homes",
    "cars",
    "properties",
    "rentals",
    "members",
    "exemptions",
    "allowances",
    "students",
    "roommates",
    "spouses",
    "adults",
    "w2s",
    "1099s",
    "employees",
    "times",
    "of",
    "accounts",
    "states",
    "exemption",
    "parents",
    "relatives",
    "grandkids",
    "grandchildren",
];

/// The noun that the number before token `from` counts, and the token after it.
pub fn noun(tokens: &[Token], from: usize) -> Option<(Noun, usize)> {
    for i in from..tokens.len().min(from + 4) {
        let token = &tokens[i];
        if token.shape == Shape::Word && is_child(&token.text) && tokens.get(i + 1).is_none_or(|next| !next.is("tax")) {
            return Some((Noun::Child, i + 1));
        }
        let form = token.shape == Shape::Unread && token.text.starts_with(['w', '1']) && token.text.ends_with('s');
        if i == from && token.is("of") {
            continue;
        }
        if form || token.is_one_of(THINGS) && !token.is("of") {
            return Some((Noun::Other, i + 1));
        }
        if !token.is_one_of(ADJECTIVES) {
            return None;
        }
    }
    None
}

/// Whether the number at token `from` follows its noun: `kids: 2`, `family of 4`.
pub fn noun_before(tokens: &[Token], from: usize) -> Option<Noun> {
    let word = |back: usize| from.checked_sub(back).and_then(|i| tokens.get(i));
    let last = word(1)?;
    if last.is("of")
        && word(2).is_some_and(|token| token.is_one_of(&["family", "household", "kids", "children", "dependents"]))
    {
        return Some(Noun::Other);
    }
    let noun = if last.is_mark(':') || last.is_mark('=') { word(2)? } else { last };
    let plural = noun.text.ends_with('s') || noun.is("children");
    if noun.shape == Shape::Word && plural && is_child(&noun.text) {
        return Some(Noun::Child);
    }
    noun.is_one_of(&["dependents"]).then_some(Noun::Other)
}

/// A count that no number says: `a baby`, `twins`, `no kids`.
pub fn implied(tokens: &[Token], at: usize) -> Option<(Quantity, usize)> {
    let token = &tokens[at];
    let quantity = |value: u32, noun: Noun, end: usize| {
        let span = token.span.start..tokens[end - 1].span.end;
        let counted = Quantity {
            span,
            value: Decimal::from(value),
            up_to: None,
            kinds: vec![Kind::Count],
            period: None,
            times: None,
            marked: false,
            unit: None,
            noun: Some(noun),
            bound: None,
            person: None,
        };
        Some((counted, end))
    };
    if token.is_one_of(&["twins", "triplets"]) && !(at > 0 && tokens[at - 1].is("the")) {
        return quantity(if token.is("twins") { 2 } else { 3 }, Noun::Child, at + 1);
    }
    let none = token.is_one_of(&["no", "without"]);
    let not_any = token.is_one_of(&["dont", "doesnt", "not", "never", "havent", "didnt"]);
    if none || not_any {
        let mut from = at + 1;
        while tokens.get(from).is_some_and(|token| token.is_one_of(&["have", "any", "had", "got", "claim"])) {
            from += 1;
        }
        let (kind, end) = noun(tokens, from).filter(|_| none || from > at + 1)?;
        let plural = tokens[end - 1].text.ends_with(['s', 'n']) || none;
        // `no child tax credit` and `don't claim kids` say nothing of how many there are.
        let said = plural
            && !tokens[end - 1].is_one_of(&["job", "jobs", "people", "times"])
            && !tokens[from..end].iter().any(Token::is_stop);
        let claims = tokens[at + 1..from].iter().any(|token| token.is("claim"));
        return quantity(0, kind, end).filter(|_| said && !claims);
    }
    if token.is_one_of(&["a", "an", "another"]) {
        let (kind, end) = noun(tokens, at + 1).filter(|(kind, _)| *kind == Noun::Child)?;
        let last = &tokens[end - 1];
        let singular = !last.text.ends_with('s') && !last.is("children");
        // `a child tax credit` is left out by `noun`; `a child care provider` and `a child under` differ by what follows.
        let compound = tokens
            .get(end)
            .is_some_and(|next| next.is_one_of(&["care", "support", "credit", "labor", "sitter", "benefit"]));
        return quantity(1, kind, end).filter(|_| singular && !compound);
    }
    None
}
