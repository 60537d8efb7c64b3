//! Korean years that are counted from today, years in which something happened, and the particles behind a value.
//! Finds Hangul only: it says nothing of an English text.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// `작년`, `올해`, `2년 전`; `지금` and `이번` say when a return is filed.
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:^|[^가-힣0-9])(?:(재작년|작년|지난 ?해|올 ?해|금년|내년|지금|이번)|([0-9]{1,2}|일|이|삼|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열) ?(?:년|해) ?전(?:[^체]|$))",
    )
});

/// Words by which a year is when a return is filed rather than the year that it is for.
static FILED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"마감|기한|언제까지|제출|(?:세금|택스) ?(?:신고|보고)|(?:신고|보고) ?(?:서|를|하|할[ 때수지]|해[야서도요]|했|기간)",
    )
});

/// Words behind a year in which something happened in a life, from their beginning.
const HAPPENED: &[&str] = &[
    "태어",
    "출생",
    "샀",
    "사서",
    "사면서",
    "사둔",
    "구입",
    "구매",
    "매입",
    "매수",
    "취득",
    "지은",
    "지었",
    "결혼",
    "혼인",
    "이혼",
    "별거",
    "사별",
    "사망한",
    "사망했",
    "돌아가",
    "상속받",
    "물려받",
    "받은",
    "받았",
    "은퇴한",
    "은퇴했",
    "퇴직한",
    "퇴직했",
    "이사한",
    "이사했",
    "이사왔",
    "이민",
    "입국",
    "왔",
    "와서",
    "개설",
    "시작한",
    "시작했",
    "이전",
    "이후",
    "년부터",
    "년생",
    "년이전",
    "년이후",
];
/// Those that are a word of one syllable.
const HAPPENED_WORDS: &[&str] = &["산", "온"];
/// Words behind a year, its `년에` included, among which such a word is looked for.
const NEAR: usize = 5;

/// How what may be written behind a noun begins: particles, the copula and 하다.
const ENDINGS: &[&str] = &[
    "을", "를", "은", "는", "이", "가", "의", "로", "으로", "에", "도", "만", "와", "과", "랑", "하", "할", "한", "해",
    "했", "고", "나", "면", "라", "인", "일", "예", "입", "야", "서", "였", "임", "자", "죠", "지", "요", "께", "때",
    "시", "부터", "까지", "보다", "처럼",
];

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant")
}

/// Whether a question is about filing.
pub(super) fn is_filed(question: &str) -> bool {
    FILED.is_match(question)
}

/// How far from today lies each year that a question counts from it. Where it is about filing, `올해` is when the return is
/// filed: it is for the year before.
pub(super) fn from_today(question: &str, is_filed: bool) -> Vec<i16> {
    let before = i16::from(is_filed);
    let far = |said: Captures<'_>| {
        let Some(word) = said.get(1) else { return count(&said[2]).map(|years| -years) };
        match word.as_str().replace(' ', "").as_str() {
            "재작년" => Some(-2),
            "작년" | "지난해" => Some(-1),
            "올해" | "금년" => Some(-before),
            "내년" => Some(1 - before),
            _ => is_filed.then_some(-1),
        }
    };
    COUNTED.captures_iter(question).filter_map(far).collect()
}

/// A small number in figures or words.
fn count(word: &str) -> Option<i16> {
    let words = ["한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"];
    match word {
        "일" => Some(1),
        "이" => Some(2),
        "삼" => Some(3),
        _ => words
            .iter()
            .position(|known| *known == word)
            .map(|at| at as i16 + 1)
            .or_else(|| word.parse().ok().filter(|count| (1..=50).contains(count))),
    }
}

/// Whether the words behind a year make it one in which something happened: `2021년에 집을 사면서`.
pub(super) fn is_of_an_event(behind: &[String]) -> bool {
    behind.iter().take(NEAR).any(|word| {
        HAPPENED_WORDS.contains(&word.as_str()) || HAPPENED.iter().any(|beginning| word.starts_with(beginning))
    })
}

/// Whether a word is a value in Hangul, of two syllables or more, with a particle behind it: `세대주는`, `미혼이면`.
pub(super) fn is_inflected(word: &str, value: &str) -> bool {
    value.chars().count() >= 2
        && value.chars().all(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c))
        && word.strip_prefix(value).is_some_and(|rest| ENDINGS.iter().any(|ending| rest.starts_with(ending)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_known_under_its_particle() {
        for word in ["세대주를", "세대주로", "세대주이면", "세대주인데", "세대주일", "세대주만", "세대주까지"]
        {
            assert!(is_inflected(word, "세대주"), "{word}");
        }
        assert!(is_inflected("신고자는", "신고") && is_inflected("신고하면", "신고"));
        assert!(!is_inflected("세대주", "세대주") && !is_inflected("미혼모인데", "미혼"));
        assert!(!is_inflected("집이", "집") && !is_inflected("singles", "single"));
    }
}
