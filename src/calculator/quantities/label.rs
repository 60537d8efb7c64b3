//! Numbers that name things: forms, sections, accounts, dates, telephone numbers.
//!
//! Knows patterns only. A pattern with an amount's marks around it (`$1,099`, `1099 dollars`) is no label.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

/// Every label; the first alternative that matches at a place counts.
static LABELS: LazyLock<Regex> = LazyLock::new(|| {
    let month = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?";
    let day = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?";
    let state = r"(?-i:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])";
    let forms = "1116|1310|2106|2210|2441|2553|2555|2848|3520|3903|4137|4506|4562|4684|4797|4835|4868|4952|4972|5329|5405|5471|5498|5695|6251|6781|7004|7203|8283|8332|8379|8396|8453|8582|8606|8615|8801|8812|8814|8822|8824|8829|8839|8853|8857|8862|8863|8867|8879|8880|8888|8889|8910|8911|8915|8917|8919|8936|8938|8949|8958|8959|8960|8962|8995|9465";
    let alternatives = [
        r"(?P<keep>\b\d+ 1/2\b)".to_owned(),
        r"[^\s@]+@[^\s@]+\.[a-z]+|https?://\S+|www\.\S+|\b[a-z0-9-]+\.(?:gov|com|org|net)\b\S*".to_owned(),
        r"\b\d{3}-\d{2}-\d{4}\b|\b\d{2}-\d{7}\b".to_owned(),
        r"(?:\+?1[-. ]?)?(?:\(\d{3}\) ?|\b\d{3}[-. ])\d{3}[-. ]\d{4}\b".to_owned(),
        r"\b\d{5}-\d{4}\b|\bzip(?: ?code)?:? ?\d{5}\b".to_owned(),
        format!(r"\b{state},? \d{{5}}\b"),
        r"\b\d{1,5} (?:[nsew]\.? )?[a-z]+ (?:street|avenue|ave|road|blvd|boulevard|lane)\b".to_owned(),
        r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{1,2}-\d{1,2}-\d{4}\b".to_owned(),
        r"\b\d+/\d+\b".to_owned(),
        format!(r"\b{month} {day}\b(?:,? ?\d{{4}}\b)?|\b{day} (?:of )?{month}\b(?:,? \d{{4}}\b)?"),
        r"\b\d{1,2}:\d{2}(?: ?[ap]m\b)?|\b\d{1,2} ?[ap]m\b".to_owned(),
        r"(?:\b(?:forms?|sections?|secs?|irc|pub|pubs|publications?|notice|letter|cp|topic|rev\.? ?proc\.?|procedure|announcement|ruling|u\.?s\.?c\.?)\b|§+)[ .:#-]*\d{1,4}[a-z]{0,2}\b(?:-[a-z0-9]+)*(?:\([a-z0-9]+\))*".to_owned(),
        r"\b(?:schedules?|sched|sch|lines?|box|boxes|code|title|chapter|ch|article|part|step|tier|question|page|item|topic|covid|rule of|column|row|apt|suite|po box|route|highway|version|v|windows|turbotax|no\.)[ .:#-]*\d{1,3}[a-z]?\b(?:-[a-z0-9]+)*(?:\([a-z0-9]+\))*".to_owned(),
        r"#\d+\b".to_owned(),
        r"\b\d{2,4}\([a-z0-9]\)(?:\([a-z0-9]+\))*s?".to_owned(),
        r"\b401 ?ks?\b|\b403 ?bs?\b|\b457 ?b?s?\b|\b83b\b|\b72t\b|\b199a\b|\b529s?\b|\b1031s?\b".to_owned(),
        r"\b(?:1040|1041|1065|1095|1098|1099|1120)(?:-?[a-z]{1,5})?\b".to_owned(),
        format!(r"\b(?:the|a|an|my|file|need|attach|use|using|vs) (?:{forms}|709|706|941|940|944|990|720)s?\b"),
        format!(r"\b(?:{forms})s? (?:forms?|worksheet|instructions)\b"),
        r"\b(?:179|125|121|132|127|529) (?:deductions?|plans?|expens\w*|exclusion|accounts?|cafeteria)\b".to_owned(),
        r"\b(?:1231|1244|1245|1250|1256|1202) (?:gains?|stock|property|contracts?|loss\w*|recapture)\b".to_owned(),
        r"\b(?-i:[A-Z]{3,4})-\d{1,4}\b".to_owned(),
        r"\b[a-z]{1,2}-\d{1,4}[a-z]?s?\b".to_owned(),
        r"\b\d{1,4}-(?:[a-jln-z]|sr|ez|nec|misc|int|div|es|oid|sa)\b".to_owned(),
        r"\b[iqxv]{1,4}\d\b|\bq[1-4]\b".to_owned(),
    ];
    Regex::new(&format!("(?i){}", alternatives.join("|"))).expect("the pattern is a constant")
});

/// The bytes of the labels in `text`, in order.
pub fn labels(text: &str) -> Vec<Range<usize>> {
    let found = LABELS.captures_iter(text).filter(|found| found.name("keep").is_none());
    let bytes = found.filter_map(|found| found.get(0)).map(|whole| whole.range());
    bytes.filter(|bytes| !is_amount(&text[..bytes.start], &text[bytes.end..])).collect()
}

/// Whether what stands around makes the number an amount after all.
fn is_amount(before: &str, after: &str) -> bool {
    let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let unit = after.trim_start();
    let joined = after.strip_prefix([',', '.']).is_some_and(digit);
    let unit = ["dollar", "buck", "grand", "thousand", "percent", "%"].iter().any(|word| unit.starts_with(word));
    before.trim_end().ends_with('$')
        || before.ends_with([',', '.']) && before.len() > 1 && ends_in_figure(before)
        || joined
        || unit
}

fn ends_in_figure(before: &str) -> bool {
    before.trim_end_matches([',', '.']).ends_with(|c: char| c.is_ascii_digit())
}
