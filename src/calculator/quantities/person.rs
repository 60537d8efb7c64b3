//! Whose age a number is, and who stands on the side of a threshold.

use rust_decimal::Decimal;

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
        "grandson" | "grandsons" | "granddaughter" | "granddaughters" | "grandchild" | "grandkid" | "grandkids" => {
            Person::Child
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
    // `our son, who is 11`: the comma parts nothing.
    let goes_on =
        |at: usize| tokens[at].is_mark(',') && tokens.get(at + 1).is_some_and(|next| next.is_one_of(&["who", "whos"]));
    let back = (0..from)
        .rev()
        .take(REACH)
        .take_while(|at| !tokens[*at].is_stop() || tokens[*at].is_mark(':') || tokens[*at].is_mark('(') || goes_on(*at))
        .map(|at| &tokens[at]);
    let words: Vec<&Token> = back.take_while(|token| !matches!(token.shape, Shape::Figure { .. })).collect();
    let verb = |at: usize| {
        // `if I were 60`: no `we're`
        let one = words.get(at + 1).and_then(|token| named(token));
        words[at].is("were") && matches!(one, Some(Person::Asker | Person::Spouse | Person::Child | Person::Other))
    };
    (0..words.len()).filter(|at| !verb(*at)).find_map(|at| named(words[at]))
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

/// `Husband 66, wife 60`: who asks is one of the two, and takes the first age.
fn one_of_each(found: &mut [Quantity], lower: &str) {
    let says = |word: &str| lower.split(|c: char| !c.is_alphanumeric()).any(|said| said == word);
    let ages = |person: Person| move |q: &&mut Quantity| q.kinds[0] == Kind::Age && q.person == Some(person);
    let asker = found.iter_mut().any(|q| ages(Person::Asker)(&q) || ages(Person::Both)(&q));
    if asker || !says("husband") || !says("wife") {
        return;
    }
    if let [first, _] = &mut found.iter_mut().filter(ages(Person::Spouse)).collect::<Vec<_>>()[..] {
        first.person = Some(Person::Asker);
    }
}

/// Words between the ages of a list.
const LISTING: &[&str] = &[
    "and", "&", "or", "a", "an", "one", "that", "thats", "who", "is", "whos", "the", "other", "another", "oldest",
    "youngest", "eldest",
];

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
        let adult =
            |q: &Quantity| q.value >= Decimal::from(18) && q.can_be(Kind::Age) && !q.marked && q.bound.is_none();
        if matches!(between, "and" | "&")
            && previous.kinds == [Kind::Age]
            && matches!(previous.person, None | Some(Person::Both))
            && adult(previous)
            && adult(here)
        {
            // `age 52 and 50`: one of each
            (previous.person, here.person) = (Some(Person::Asker), Some(Person::Spouse));
            here.kinds = vec![Kind::Age];
            continue;
        }
        let listed = between.split_whitespace().all(|word| LISTING.contains(&word.replace(['\'', '’'], "").as_str()));
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
    one_of_each(found, &lower);
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
