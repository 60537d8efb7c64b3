//! Names of people, where something says that a name comes: a title, "my name is", "signed,". Knows no list of names,
//! and a name that nothing announces is not found.

use super::{
    Hit, Kind,
    token::{Sort, Tokens},
    words,
};

/// Words of a name, particles and initials not counted.
const MOST_WORDS: usize = 3;
/// Initials of a name.
const MOST_INITIALS: usize = 3;

/// What says that a name comes.
struct Phrase {
    /// Its words, in small letters; spaces and apostrophes may stand between them.
    words: &'static [&'static str],
    /// What stands before the name.
    then: Then,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// A space, or a colon.
    Name,
    /// A space; or a comma, and another after the name.
    Relative,
    /// A comma, a colon or the end of the line.
    Signature,
    /// The same, and the name is all of the line.
    Line,
    /// A colon.
    Label,
}

#[rustfmt::skip]
const PHRASES: [Phrase; 36] = [
    Phrase { words: &["my", "name", "is"], then: Then::Name },
    Phrase { words: &["my", "name", "s"], then: Then::Name },
    Phrase { words: &["my", "full", "name", "is"], then: Then::Name },
    Phrase { words: &["my", "legal", "name", "is"], then: Then::Name },
    Phrase { words: &["his", "name", "is"], then: Then::Name },
    Phrase { words: &["her", "name", "is"], then: Then::Name },
    Phrase { words: &["i", "am", "called"], then: Then::Name },
    Phrase { words: &["i", "m", "called"], then: Then::Name },
    Phrase { words: &["call", "me"], then: Then::Name },
    Phrase { words: &["mein", "name", "ist"], then: Then::Name },
    Phrase { words: &["ich", "heiße"], then: Then::Name },
    Phrase { words: &["ich", "heisse"], then: Then::Name },
    Phrase { words: &["me", "llamo"], then: Then::Name },
    Phrase { words: &["mi", "nombre", "es"], then: Then::Name },
    Phrase { words: &["je", "m", "appelle"], then: Then::Name },
    Phrase { words: &["my", "wife"], then: Then::Relative },
    Phrase { words: &["my", "husband"], then: Then::Relative },
    Phrase { words: &["my", "spouse"], then: Then::Relative },
    Phrase { words: &["my", "son"], then: Then::Relative },
    Phrase { words: &["my", "daughter"], then: Then::Relative },
    Phrase { words: &["my", "mother"], then: Then::Relative },
    Phrase { words: &["my", "father"], then: Then::Relative },
    Phrase { words: &["my", "brother"], then: Then::Relative },
    Phrase { words: &["my", "sister"], then: Then::Relative },
    Phrase { words: &["name"], then: Then::Label },
    Phrase { words: &["signed"], then: Then::Signature },
    Phrase { words: &["signature"], then: Then::Signature },
    Phrase { words: &["gezeichnet"], then: Then::Signature },
    Phrase { words: &["sincerely"], then: Then::Signature },
    Phrase { words: &["yours"], then: Then::Signature },
    Phrase { words: &["yours", "truly"], then: Then::Signature },
    Phrase { words: &["regards"], then: Then::Signature },
    Phrase { words: &["best"], then: Then::Line },
    Phrase { words: &["thanks"], then: Then::Line },
    Phrase { words: &["thank", "you"], then: Then::Line },
    Phrase { words: &["cheers"], then: Then::Line },
];

/// The names in a text.
pub(super) fn find(tokens: &Tokens, hits: &mut Vec<Hit>) {
    for at in (0..tokens.len()).filter(|&at| tokens.sort(at) == Sort::Word) {
        let mut announced = PHRASES.iter().filter_map(|phrase| after_phrase(tokens, at, phrase));
        let found = announced.find_map(|start| Some((start, name(tokens, start)?)));
        let titled = || after_title(tokens, at).and_then(|start| Some((start, name(tokens, start)?)));
        if let Some((start, end)) = found.or_else(titled) {
            hits.push(Hit { kind: Kind::Name, tokens: start..end, value: tokens.spelled(start..end) });
        }
    }
}

/// Where a name may begin after a phrase that begins here.
fn after_phrase(tokens: &Tokens, start: usize, phrase: &Phrase) -> Option<usize> {
    let mut at = start;
    for (index, word) in phrase.words.iter().enumerate() {
        if index > 0 {
            at = tokens.after_space(tokens.after_mark(at, '\''));
        }
        if tokens.word(at) != *word {
            return None;
        }
        at += 1;
    }
    let colon = tokens.after_space(tokens.after_mark(at, ':'));
    let line = match tokens.sort(tokens.after_mark(at, ',')) {
        Sort::Break => Some(tokens.after_mark(at, ',') + 1),
        _ => None,
    };
    let comma = || tokens.is(at, ',').then(|| tokens.after_space(at + 1));
    match phrase.then {
        Then::Name => (colon > at).then_some(colon),
        Then::Relative if tokens.is(at, ',') => {
            comma().filter(|&start| name(tokens, start).is_some_and(|end| tokens.is(end, ',')))
        }
        Then::Relative => (tokens.sort(at) == Sort::Space).then_some(at + 1),
        Then::Label => tokens.is(at, ':').then_some(colon),
        Then::Signature => line.or_else(comma).or_else(|| tokens.is(at, ':').then_some(colon)),
        Then::Line => line.filter(|&start| name(tokens, start).is_some_and(|end| ends_line(tokens, end))),
    }
}

fn ends_line(tokens: &Tokens, end: usize) -> bool {
    let end = tokens.after_mark(tokens.after_mark(end, '.'), ',');
    matches!(tokens.sort(tokens.after_space(end)), Sort::Break | Sort::Edge)
}

/// Where a name may begin after a title. `MS` and `ms` without a point are a state and a unit.
fn after_title(tokens: &Tokens, at: usize) -> Option<usize> {
    let (word, after) = (tokens.word(at), tokens.after_mark(at + 1, '.'));
    let is_other = word == "ms" && tokens.exact(at) != "Ms" && after == at + 1;
    let before = at.wrapping_sub(1);
    let starts_free = !tokens.joins(before) && !matches!(tokens.sort(before), Sort::Mark('-' | '\'' | '.' | '@'));
    (words::is_title(word) && !is_other && starts_free && tokens.sort(after) == Sort::Space).then_some(after + 1)
}

/// The end of the name that begins here: one to three capitalised words, with particles and initials between them.
fn name(tokens: &Tokens, start: usize) -> Option<usize> {
    let (mut at, mut end, mut count, mut initials) = (start, None, 0, 0);
    while count < MOST_WORDS && initials <= MOST_INITIALS {
        let particles = (0..2).fold(at, |at, _| after_particle(tokens, at).unwrap_or(at));
        let Some(next) = name_word(tokens, particles, at > start) else { break };
        // An initial alone is no name, and none at its end.
        if next.is_initial {
            let follows = tokens.sort(next.end) == Sort::Space && name_word(tokens, next.end + 1, true).is_some();
            if !follows {
                break;
            }
            initials += 1;
        } else {
            end = Some(next.end);
            count += 1;
        }
        if tokens.sort(next.end) != Sort::Space {
            break;
        }
        at = next.end + 1;
    }
    end
}

fn after_particle(tokens: &Tokens, at: usize) -> Option<usize> {
    let is_particle = words::is_particle(tokens.word(at)) && tokens.sort(at + 1) == Sort::Space;
    is_particle.then_some(at + 2)
}

struct NameWord {
    end: usize,
    is_initial: bool,
}

/// Whether a word that can be a name is none here: a month with a day or year after it, or, after a name, the beginning
/// of a sentence or of a term of tax law.
fn is_other_word(tokens: &Tokens, at: usize, is_later: bool) -> bool {
    let next = tokens.after_space(at + 1);
    let goes_on = tokens.sort(next) == Sort::Digits || is_later && words::is_no_name(tokens.word(next));
    words::is_double(tokens.word(at)) && goes_on
}

/// One word of a name: capitalised, with those joined to it by hyphens and apostrophes, or an initial.
fn name_word(tokens: &Tokens, at: usize, is_later: bool) -> Option<NameWord> {
    let word = tokens.word(at);
    if !tokens.is_capitalised(at) || words::is_no_name(word) || is_other_word(tokens, at, is_later) {
        let is_initial = tokens.width(at) == 1 && tokens.is(at + 1, '.') && tokens.is_capitalised(at);
        return is_initial.then_some(NameWord { end: at + 2, is_initial: true });
    }
    let is_letter = tokens.width(at) == 1 && tokens.exact(at).chars().all(char::is_uppercase);
    let mut end = at + 1;
    while matches!(tokens.sort(end), Sort::Mark('-' | '\''))
        && tokens.is_capitalised(end + 1)
        && (tokens.width(end + 1) > 1 || tokens.is(end, '-'))
    {
        end += 2;
    }
    if tokens.sort(end) == Sort::Digits {
        return None;
    }
    if is_letter && end == at + 1 {
        let end = tokens.after_mark(end, '.');
        let is_form = tokens.is(end, '-');
        return (!is_form).then_some(NameWord { end, is_initial: true });
    }
    Some(NameWord { end, is_initial: false })
}
