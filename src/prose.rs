//! What ends a sentence in running text. Knows characters only.

/// Words that end in a full stop without ending a sentence.
const ABBREVIATIONS: &[&str] = &[
    "U.S", "U.S.C", "Pub", "Pubs", "No", "Nos", "Sec", "Secs", "Art", "Fig", "Mr", "Mrs", "Ms", "Dr", "St", "Jr", "Sr",
    "e.g", "i.e", "vs", "etc", "cf", "approx", "Inc", "Co", "Corp", "Ltd", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul",
    "Aug", "Sep", "Sept", "Oct", "Nov", "Dec", "P.L", "D.C", "a.m", "p.m", "Rev", "Proc", "Treas", "Reg", "Schs",
    "Sch",
];

/// Whether what follows a full stop can open a sentence: white space, then no lower-case letter.
pub fn begins_a_sentence(rest: &str) -> bool {
    let next = rest.trim_start();
    next.is_empty()
        || (next.len() < rest.len() && !next.starts_with(|c: char| c.is_lowercase() || c == ',' || c == ';'))
}

/// Whether a full stop after this text belongs to an abbreviation or an initial.
pub fn is_abbreviated(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or(before);
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    initial || ABBREVIATIONS.contains(&word)
}
