//! Whose age a number is, and who stands on the side of a threshold.

use super::{
    Kind, Quantity,
    token::{Shape, Token},
};

/// A person of whom a number speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// Who asks.
    Asker,
    /// The asker's husband or wife.
    Spouse,
    /// Both of them.
    Both,
    /// A child of theirs.
    Child,
    /// Somebody else: a parent, a friend.
    Other,
}

/// How far a person may stand from the number, in words.
const REACH: usize = 6;

/// The person that a word names.
pub fn named(token: &Token) -> Option<Person> {
    if token.shape == Shape::Word { of_word(&token.text) } else { None }
}

fn of_word(word: &str) -> Option<Person> {
    Some(match word {
        "i" | "im" | "ive" | "me" | "ill" | "myself" => Person::Asker,
        "wife" | "husband" | "spouse" | "hubby" | "he" | "hes" | "she" | "shes" | "wifes" | "husbands" | "spouses" => {
            Person::Spouse
        }
        "both" | "we" | "were" | "us" => Person::Both,
        "oldest" | "youngest" | "eldest" | "stepkid" | "stepkids" => Person::Child,
        word if is_child(word) => Person::Child,
        "mother" | "mom" | "moms" | "mum" | "father" | "dad" | "dads" | "parent" | "parents" | "grandma"
        | "grandpa" | "grandmother" | "brother" | "sister" | "friend" | "boss" | "uncle" | "aunt" | "people"
        | "you" | "youre" | "someone" | "anyone" | "they" | "taxpayer" | "taxpayers" | "person" | "boyfriend"
        | "girlfriend" => Person::Other,
        _ => return None,
    })
}

/// Whether a word names a child.
pub fn is_child(word: &str) -> bool {
    const CHILDREN: &[&str] = &[
        "kid",
        "kids",
        "child",
        "children",
        "childs",
        "son",
        "sons",
        "daughter",
        "daughters",
        "baby",
        "babies",
        "toddler",
        "toddlers",
        "newborn",
        "newborns",
        "infant",
        "infants",
        "twins",
        "triplets",
        "boy",
        "boys",
        "girl",
        "girls",
        "teen",
        "teens",
        "teenager",
        "teenagers",
        "stepson",
        "stepdaughter",
        "kiddo",
        "kiddos",
        "minors",
        "childrens",
    ];
    CHILDREN.contains(&word)
}

/// The person nearest before token `from`, within the thought, or directly after token `to` (`5 year old son`).
pub fn nearest(tokens: &[Token], from: usize, to: usize) -> Option<Person> {
    let after = tokens[to.min(tokens.len())..].iter().take(1).find_map(named);
    if let Some(person @ (Person::Child | Person::Spouse | Person::Other)) = after {
        return Some(person);
    }
    let back = tokens[..from]
        .iter()
        .rev()
        .take(REACH)
        .take_while(|token| !token.is_stop() || token.is_mark(':') || token.is_mark('('));
    back.take_while(|token| !matches!(token.shape, Shape::Figure { .. })).find_map(named)
}

/// Of whom the words before say what follows: `I am` over 65, `we're both` 65 or older. `before` runs backwards.
pub fn subject<'w>(before: impl Iterator<Item = &'w str>) -> Option<Person> {
    const BETWEEN: &[&str] = &[
        "am", "are", "is", "now", "already", "just", "also", "and", "still", "well", "m", "re", "was", "turned", "age",
        "aged", "legally", "totally", "blind", "single", "retired", "married", "widowed", "disabled", "divorced",
    ];
    let mut verb = false;
    for word in before.take(REACH) {
        if let Some(person) = of_word(word) {
            let contracted = matches!(word, "im" | "hes" | "shes" | "were" | "both");
            return (verb || contracted).then_some(person);
        }
        if !BETWEEN.contains(&word) {
            return None;
        }
        verb |= matches!(word, "am" | "are" | "is" | "turned" | "m" | "re");
    }
    None
}

/// Asker and spouse in the order in which their ages follow: `me and my wife are` 65 and 66.
fn couple(before: &str) -> Option<[Person; 2]> {
    let mut last: Vec<&str> = before.split_whitespace().rev().take(8).collect();
    last.reverse();
    let lower = last.join(" ").to_lowercase().replace(['\'', '’'], "");
    let words: Vec<&str> = lower.split_whitespace().collect();
    let words = words.strip_suffix(&["aged"]).unwrap_or(&words);
    match words {
        [.., "me" | "i", "and", "my", "wife" | "husband" | "spouse", "are"] | [.., "we", "are"] | [.., "were"] => {
            Some([Person::Asker, Person::Spouse])
        }
        [.., "wife" | "husband" | "spouse", "and", "i" | "me", "are"] => Some([Person::Spouse, Person::Asker]),
        _ => None,
    }
}

/// An age in a list (`kids ages 4 and 7`) is of the same people as the one before it; `he` of a text that speaks of a
/// child or parent and of no spouse is not the spouse.
pub fn carry(found: &mut [Quantity], text: &str) {
    for i in 1..found.len() {
        let (before, here) = found.split_at_mut(i);
        let (previous, here) = (&mut before[i - 1], &mut here[0]);
        let between = text[previous.span.end..here.span.start].trim().trim_matches(',').trim();
        if between == "and"
            && here.can_be(Kind::Age)
            && !here.marked
            && previous.kinds[0] == Kind::Age
            && let Some(couple) = couple(&text[..previous.span.start])
        {
            [previous.person, here.person] = couple.map(Some);
            previous.kinds = vec![Kind::Age];
            here.kinds = vec![Kind::Age];
            continue;
        }
        let listed = matches!(between, "" | "and" | "&" | "or" | "and a");
        if listed
            && here.person.is_none()
            && previous.person == Some(Person::Child)
            && previous.kinds[0] == Kind::Age
            && here.can_be(Kind::Age)
            && !here.marked
        {
            here.person = previous.person;
            here.kinds = vec![Kind::Age];
        }
    }
    let lower = text.to_lowercase();
    let says = |words: &[&str]| lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    let spouse =
        says(&["wife", "husband", "spouse", "hubby", "married", "joint", "jointly", "mfj", "wifes", "husbands"]);
    let other = lower.split(|c: char| !c.is_alphanumeric()).any(is_child)
        || says(&["mom", "mother", "dad", "father", "brother", "sister"]);
    for quantity in found.iter_mut().filter(|_| other && !spouse) {
        if quantity.person == Some(Person::Spouse) {
            quantity.person = Some(Person::Other);
        }
    }
}
