//! The words that matter to what stands beside them, in lower case. The lists were written by hand for questions about
//! United States taxes, with the German, French and Spanish words that people there use of themselves.

/// What a word says about a number near it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    Ssn,
    Itin,
    Ein,
    /// A taxpayer's number of any kind.
    TaxId,
    Routing,
    Account,
    Phone,
}

/// What a word, and the next one, say about a number near them.
pub(super) fn cue(word: &str, next: &str) -> Option<Cue> {
    match word {
        "ssn" | "ssns" | "social" | "soc" | "ss" => Some(Cue::Ssn),
        "itin" | "itins" => Some(Cue::Itin),
        "ein" | "eins" | "fein" => Some(Cue::Ein),
        "employer" if matches!(next, "identification" | "id") => Some(Cue::Ein),
        "tin" => Some(Cue::TaxId),
        "tax" | "taxpayer" if matches!(next, "identification" | "id") => Some(Cue::TaxId),
        "routing" | "aba" | "rtn" | "transit" => Some(Cue::Routing),
        "account" | "accounts" | "acct" | "accts" | "acc" | "checking" | "savings" | "konto" | "kontonummer"
        | "kontonr" | "cuenta" | "compte" => Some(Cue::Account),
        "phone" | "telephone" | "tel" | "cell" | "cellphone" | "mobile" | "call" | "called" | "fax" | "text"
        | "reach" | "dial" | "telefon" | "handy" | "teléfono" => Some(Cue::Phone),
        _ => None,
    }
}

/// Whether a word is in a list, which is in order. Most of what is asked about is no word at all.
fn is_in(list: &[&str], word: &str) -> bool {
    !word.is_empty() && list.binary_search(&word).is_ok()
}

/// Words between a cue or an amount's name and its number that change nothing.
pub(super) fn is_filler(word: &str) -> bool {
    is_in(FILLERS, word)
}

#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "a", "about", "an", "approximately", "are", "around", "as", "at", "bank", "for", "her", "his", "is", "its", "my",
    "nearly", "new", "no", "nr", "num", "number", "numbers", "of", "old", "our", "roughly", "the", "their", "to",
    "was", "were", "your",
];

/// Names of amounts: the number after one is money or a count.
pub(super) fn is_amount(word: &str) -> bool {
    is_in(AMOUNTS, word)
}

#[rustfmt::skip]
const AMOUNTS: &[&str] = &[
    "amount", "amounts", "balance", "benefits", "bought", "contributed", "cost", "costs", "debt", "deposited",
    "dividends", "earned", "earnings", "expenses", "gain", "gains", "gross", "income", "interest", "loss", "losses",
    "made", "net", "owe", "owed", "paid", "pay", "payment", "payments", "price", "proceeds", "profit", "profits",
    "receipts", "received", "refund", "revenue", "revenues", "salary", "sales", "sold", "spent", "total", "totaled",
    "totaling", "transferred", "value", "wages", "withdrew", "worth",
];

/// Units: the number before one is money or a count.
pub(super) fn is_unit(word: &str) -> bool {
    is_in(UNITS, word)
}

#[rustfmt::skip]
const UNITS: &[&str] = &[
    "acres", "billion", "bitcoin", "btc", "bucks", "cad", "cent", "cents", "chf", "coins", "days", "dollar",
    "dollars", "employees", "eth", "eur", "euro", "euros", "francs", "gbp", "hours", "k", "km", "miles", "million",
    "months", "pct", "people", "percent", "pesos", "pounds", "shares", "tokens", "units", "usd", "weeks", "years",
    "yen",
];

/// Currencies that stand before their amount.
pub(super) fn is_currency(word: &str) -> bool {
    matches!(word, "usd" | "eur" | "gbp" | "cad" | "chf" | "jpy" | "mxn")
}

/// Signs of the currencies that people write of.
pub(super) fn is_currency_sign(mark: char) -> bool {
    matches!(mark, '$' | '¢' | '£' | '¤' | '¥' | '\u{20a0}'..='\u{20c0}' | '￠' | '￡' | '￥' | '￦')
}

/// What a number is the number of when it is part of the law, or of what the IRS prints.
pub(super) fn is_reference(word: &str) -> bool {
    is_in(REFERENCES, word)
}

#[rustfmt::skip]
const REFERENCES: &[&str] = &[
    "announcement", "article", "box", "cfr", "chapter", "code", "form", "forms", "instruction", "instructions", "irc",
    "letter", "line", "lines", "notice", "page", "pages", "part", "proc", "pub", "publication", "publications",
    "pubs", "reg", "regs", "regulation", "rul", "ruling", "schedule", "schedules", "sec", "secs", "section",
    "sections", "title", "topic", "topics", "usc",
];

/// Capitalised words that are no part of anyone's name or street here: the words of tax forms and the words that
/// sentences begin with.
pub(super) fn is_no_name(word: &str) -> bool {
    is_reference(word) || is_day(word) || is_title(word) || is_in(NO_NAMES, word)
}

#[rustfmt::skip]
const NO_NAMES: &[&str] = &[
    "a", "about", "account", "address", "after", "agi", "all", "also", "am", "amt", "an", "and", "any", "are", "as",
    "asap", "at", "be", "because", "before", "box", "business", "but", "by", "can", "care", "child", "could",
    "coverdell", "credit", "ctc", "date", "dear", "deduction", "department", "dependent", "did", "do", "does",
    "during", "earned", "ein", "eitc", "employer", "estate", "federal", "fica", "filing", "for", "from", "fsa", "had",
    "has", "have", "he", "head", "hello", "help", "her", "here", "hi", "his", "how", "hsa", "i", "if", "in", "income",
    "internal", "ira", "irs", "is", "it", "itin", "its", "keogh", "llc", "medicaid", "medicare", "my", "no", "not",
    "of", "on", "or", "our", "please", "ps", "question", "refund", "return", "returns", "revenue", "security",
    "service", "she", "should", "since", "so", "social", "ssa", "ssn", "standard", "supreme", "tax", "taxes", "thank",
    "thanks", "that", "the", "their", "then", "there", "they", "this", "to", "treasury", "turbotax", "united", "us",
    "usa", "was", "we", "were", "what", "when", "where", "which", "who", "why", "with", "withholding", "would", "yes",
    "you", "your",
];

fn is_day(word: &str) -> bool {
    matches!(word, "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday" | "today")
}

/// Names that are words of every day or of tax law too. They are masked where they stand as names, and elsewhere left.
pub(super) fn is_double(word: &str) -> bool {
    is_in(DOUBLES, word)
}

#[rustfmt::skip]
const DOUBLES: &[&str] = &[
    "april", "art", "august", "bill", "case", "cash", "chase", "dawn", "december", "faith", "february", "grace",
    "hope", "house", "january", "july", "june", "law", "long", "march", "mark", "may", "november", "october", "price",
    "rich", "roth", "september", "short", "small", "state", "sue", "summer", "trust", "will", "young",
];

/// Titles that a name follows.
pub(super) fn is_title(word: &str) -> bool {
    is_in(TITLES, word)
}

#[rustfmt::skip]
const TITLES: &[&str] = &[
    "doctor", "doktor", "dr", "frau", "herr", "herrn", "madame", "miss", "mister", "mlle", "mme", "monsieur", "mr",
    "mrs", "ms", "mx", "prof", "professor", "señor", "señora", "signor", "signora", "sra",
];

/// Small words inside names.
pub(super) fn is_particle(word: &str) -> bool {
    is_in(PARTICLES, word)
}

#[rustfmt::skip]
const PARTICLES: &[&str] = &[
    "af", "al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le",
    "ten", "ter", "van", "von", "zu", "zur",
];

/// Words that an address follows.
pub(super) fn announces_address(word: &str) -> bool {
    is_in(ADDRESS_CUES, word)
}

#[rustfmt::skip]
const ADDRESS_CUES: &[&str] = &[
    "address", "at", "house", "live", "lived", "lives", "living", "located", "mail", "moved", "property", "rental",
    "reside", "residence", "resides",
];

/// Words that a year follows.
pub(super) fn is_time_word(word: &str) -> bool {
    is_in(TIME_WORDS, word)
}

#[rustfmt::skip]
const TIME_WORDS: &[&str] = &[
    "after", "and", "before", "by", "during", "for", "from", "in", "of", "since", "the", "through", "to", "until",
    "year",
];

/// Points of the compass in streets' names.
pub(super) fn is_direction(word: &str) -> bool {
    is_in(DIRECTIONS, word)
}

#[rustfmt::skip]
const DIRECTIONS: &[&str] = &[
    "e", "east", "n", "ne", "north", "northeast", "northwest", "nw", "s", "se", "south", "southeast", "southwest",
    "sw", "w", "west",
];

/// Suffixes that mean little else (from the list of the United States Postal Service, Publication 28, appendix C1).
pub(super) fn is_plain_suffix(word: &str) -> bool {
    is_in(PLAIN_SUFFIXES, word)
}

#[rustfmt::skip]
const PLAIN_SUFFIXES: &[&str] = &[
    "ave", "avenue", "blvd", "boulevard", "lane", "ln", "parkway", "pkwy", "rd", "road", "st", "street",
];

/// Suffixes of streets (the same list: those of more than a few streets).
pub(super) fn is_suffix(word: &str) -> bool {
    is_plain_suffix(word) || is_in(SUFFIXES, word)
}

#[rustfmt::skip]
const SUFFIXES: &[&str] = &[
    "alley", "aly", "av", "cir", "circle", "court", "cove", "crescent", "crossing", "ct", "cv", "dr", "drive",
    "expressway", "expy", "highway", "hwy", "loop", "park", "path", "pike", "pl", "place", "plaza", "plz", "point",
    "ridge", "route", "row", "run", "sq", "square", "ter", "terrace", "trail", "trl", "turnpike", "walk", "way",
];

/// Words after a number that make it no house's: `3 Tax Court cases`, `1099 Form Way`.
pub(super) fn is_no_street(word: &str) -> bool {
    is_in(NO_STREETS, word)
}

#[rustfmt::skip]
const NO_STREETS: &[&str] = &[
    "appeals", "bankruptcy", "circuit", "claims", "district", "form", "forms", "i", "if", "in", "ira", "irs", "my",
    "publication", "schedule", "section", "supreme", "tax", "taxes", "us",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order() {
        let lists = [
            FILLERS,
            AMOUNTS,
            UNITS,
            REFERENCES,
            NO_NAMES,
            DOUBLES,
            TITLES,
            PARTICLES,
            ADDRESS_CUES,
            TIME_WORDS,
            DIRECTIONS,
            PLAIN_SUFFIXES,
            SUFFIXES,
            NO_STREETS,
        ];
        for list in lists {
            assert!(list.is_sorted(), "{list:?}");
        }
    }
}
