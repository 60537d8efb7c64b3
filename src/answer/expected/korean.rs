//! What a question in Korean asks for, and whether a Korean text holds it. Knows question words and the endings of
//! sentences; says nothing of a text without Hangul.

use std::sync::LazyLock;

use regex::Regex;

use super::{Expected, pattern};

/// Where a sentence ends.
const END: &str = r"[\s.!~…;ㅋㅎㅠㅜ]*(?:$|[?？])";
/// How a question that is answered by yes or no ends, with a question mark or without.
const ASKING: &str = r"(?:나요|나여|[가까]요|까여|니까|[는은인한던]가|[을할될]까|냐|죠|지요|[되있없받내]나|야 ?하나|[는은인할될을한]지|수 ?있\S{0,5}|야 ?(?:하|합|되|됩|돼|해|함|됨)\S{0,3}|도 ?(?:되|돼|괜찮|됨)\S{0,4}|가능(?:함|해)?|여부)";
/// Endings that only the question mark tells from a statement; not those of `한도는요?` and `팔면요?`.
const MARKED: &str = r"|(?:[^은는도액면\s]요|[해돼되됨함음아어와워져지나니야려내]|대상|맞아)[\s~]*[?？]";
/// `공제되는지 알려 주세요`.
const WHETHER: &str =
    r"|(?:[는은인할될을한]지|여부)[를도가는]? ?(?:좀 ?)?(?:알려|알고|알 ?수|궁금|가르|확인|여쭤|문의)";

static YES_NO: LazyLock<Regex> = LazyLock::new(|| pattern(&[ASKING, END, MARKED, WHETHER].concat()));

/// With one of these it is not yes or no that is asked for. `얼마 전` and `언제든` ask nothing.
static QUESTION_WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"얼마(?:$|[^\s전]|\s[^전안])|몇|며칠|언제(?:$|[^든])|어디|어느|어떤|어떻|어떠|어때|어떡|어째|무슨|무엇|무얼|뭐|뭘|뭔|누구|누가|왜",
    )
});

/// Words that ask for one kind, in the order in which they count.
static ASKED: LazyLock<[(Expected, Regex); 6]> = LazyLock::new(|| {
    [
        (
            Expected::Form,
            r"(?:무슨|어떤|어느|몇 ?번|뭔) ?(?:세금 ?)?(?:양식|서식|서류|폼|스케줄|별지|form|schedule)|(?:양식|서식|서류|폼|form) ?(?:번호|이름|[이은] ?(?:뭐|뭔|무엇))|어디(?:에|다|에다|에다가)? ?(?:적|쓰|써|기재|기입|입력|보고)",
        ),
        (
            Expected::Date,
            r"언제(?:$|[^든])|몇 ?월|(?:며칠|몇 ?일)(?:까지|인|부터|에|날|이[에야죠지고며냐니])|(?:어느|무슨) ?날",
        ),
        (Expected::Count, r"얼마나 ?(?:더 ?)?(?:오래|오랫|자주|걸|멀|기다|지나|보관)|얼마 ?동안|얼마간"),
        (Expected::Percent, r"몇 ?(?:퍼센트|프로|퍼|%)|(?:[^지]율|률)[이가은는도]? ?(?:총 ?)?(?:얼마|어떻게)"), // 마일리지율 is money
        (Expected::Amount, r"얼마(?:$|[^\s전]|\s[^전안])|얼만|몇 ?(?:[십백천만]+ ?)?(?:달러|불|센트)"),
        (
            Expected::Count,
            r"며칠|몇 ?(?:명|분|인|년|해|살|세|개|일|주|번|건|회|시간|마일|달|가지|차|사람|배|채|군데|대|장)",
        ),
    ]
    .map(|(kind, words)| (kind, pattern(words)))
});

/// What is asked for by its name alone: `2026년 HSA 한도`.
static NAMED: LazyLock<[(Expected, Regex); 3]> = LazyLock::new(|| {
    [
        (Expected::Date, r"마감|기한|날짜|데드라인|마지막 ?날|납부일|신고일"),
        (Expected::Percent, r"세율|이자율|이율|비율|퍼센트"),
        (
            Expected::Amount,
            r"한도|금액|공제액|상한|하한|최대|최소|기준액|기준선|면제액|총액|표준 ?공제(?:$|[는은요?？]{1,2}$)",
        ),
    ]
    .map(|(kind, words)| (kind, pattern(words)))
});

static LIMIT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"한도|상한|하한|최대|최고|기준|세율|요율|마일리지율|구간|얼마 ?(?:부터|까지|이상|이하|미만|를? ?넘)|줄기 시작|줄어들기|없어지",
    )
});

static HAS_AMOUNT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[0-9][십백천만억]* ?(?:달러|센트)|[0-9]불|[0-9][십백천만억]+ ?[불원]|,[0-9]{3} ?원"));
static HAS_PERCENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"[0-9] ?퍼센트|[0-9] ?프로(?:[가는를의이도로\s]|$)"));
static HAS_DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[0-9]{1,2} ?월 ?(?:[0-9]|말|초|중순|마지막)|(?-u:\b)[0-9]{1,3} ?일|(?-u:\b)[0-9]{1,3}주|연말|월말|말일|마지막 ?날|다음 ?날",
    )
});
static HAS_COUNT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?-u:\b)[0-9]{1,3} ?(?:명|인|년|세|살|일|개|주|번|건|회|차|시간|분|마일|달|가지|배|해|채|장)|\b(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열) ?(?:명|사람|개|번|건|해|달|살|가지|배|군데)|\b일 ?년|반년|하루|절반",
    )
});
static HAS_YES_NO: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\W*(?:네|예|아니요|아니오|아뇨)[,.!]")); // 예: is an example
static HAS_FORM: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:양식|서식|스케줄|별지|간행물)(?: ?번호)? ?[0-9a-z]"));

/// Whether a text has a Hangul syllable.
pub(in crate::answer) fn has_hangul(text: &str) -> bool {
    text.contains(|c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c))
}

/// Reads a question; `None` where it says nothing in Korean of what it asks for.
pub(super) fn asks(question: &str) -> Option<Expected> {
    if !has_hangul(question) {
        return None;
    }
    let first =
        |kinds: &[(Expected, Regex)]| kinds.iter().find(|(_, words)| words.is_match(question)).map(|(kind, _)| *kind);
    let is_yes_no = || YES_NO.is_match(question) && !QUESTION_WORD.is_match(question);
    first(&ASKED[..]).or_else(|| is_yes_no().then_some(Expected::YesNo)).or_else(|| first(&NAMED[..]))
}

/// Whether a question asks for a limit or the like.
pub(super) fn asks_limit(question: &str) -> bool {
    LIMIT.is_match(question)
}

/// Whether a text holds something of a kind as Korean writes it.
pub(super) fn holds(kind: Expected, text: &str) -> bool {
    match kind {
        Expected::Amount => HAS_AMOUNT.is_match(text),
        Expected::Percent => HAS_PERCENT.is_match(text),
        Expected::Date => HAS_DATE.is_match(text),
        Expected::Count => HAS_COUNT.is_match(text),
        Expected::YesNo => HAS_YES_NO.is_match(text),
        Expected::Form => HAS_FORM.is_match(text),
        Expected::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_questions_ask_for_kinds() {
        for (question, kind) in [
            ("표준공제가 얼마예요?", Expected::Amount),
            ("2026년 HSA 한도", Expected::Amount),
            ("그럼 세대주 공제액은요?", Expected::Amount),
            ("벌금이 몇 달러나 나오나요", Expected::Amount),
            ("마일리지율이 얼마인가요", Expected::Amount),
            ("IRA에 넣을 수 있는 한도", Expected::Amount),
            ("자영업세율이 얼마인가요", Expected::Percent),
            ("늦으면 벌금이 몇 퍼센트예요", Expected::Percent),
            ("세금은 언제까지 내요", Expected::Date),
            ("신고 마감 알려줘", Expected::Date),
            ("마감이 며칠이에요?", Expected::Date),
            ("수정 신고 기한", Expected::Date),
            ("환급은 며칠 걸려요", Expected::Count),
            ("부양가족은 몇 명까지 되나요", Expected::Count),
            ("영수증은 몇 년 보관해요", Expected::Count),
            ("주식을 얼마나 오래 갖고 있어야 하나요", Expected::Count),
            ("무슨 양식으로 신고하나요?", Expected::Form),
            ("어떤 서류를 내야 하나요", Expected::Form),
            ("수정 신고는 몇 번 양식이에요", Expected::Form),
            ("부양가족이 뭐예요?", Expected::Other),
            ("ITIN은 어떻게 신청하나요?", Expected::Other),
            ("배우자가 없으면요?", Expected::Other),
        ] {
            assert_eq!(Expected::of(question), kind, "{question}");
        }
    }

    #[test]
    fn a_korean_ending_asks_for_yes_or_no() {
        for question in [
            "팁도 신고해야 하나요?",
            "교회 헌금도 공제되나요",
            "이것도 세금 대상인가요",
            "예외가 있나요?",
            "세금 보고를 해야 합니까",
            "로스 IRA에도 넣을 수 있어요?",
            "알바만 했는데 보고해야돼? 금액은 적어",
            "학자금 이자도 공제되는지 알려 주세요",
            "기한을 넘겼는데 지금 내도 되나요?",
            "얼마 전에 결혼했는데 같이 신고할 수 있나요?",
        ] {
            assert_eq!(Expected::of(question), Expected::YesNo, "{question}");
        }
    }

    #[test]
    fn a_korean_text_holds_what_is_asked_for() {
        for (kind, text) in [
            (Expected::Amount, "15,750달러입니다."),
            (Expected::Amount, "마일당 65.5센트입니다."),
            (Expected::Amount, "1만 5천 불까지"),
            (Expected::Amount, "8만달러"),
            (Expected::Percent, "추가 세금은 10%입니다."),
            (Expected::Percent, "세율은 22퍼센트"),
            (Expected::Date, "4월 15일까지 냅니다."),
            (Expected::Date, "2026년 4월 15일입니다."),
            (Expected::Date, "보통 21일 안에 나옵니다."),
            (Expected::Count, "17세 미만인 자녀"),
            (Expected::Count, "자녀 한 명마다"),
            (Expected::YesNo, "네, 공제됩니다."),
            (Expected::YesNo, "예, 됩니다."),
            (Expected::YesNo, "아니요, 안 됩니다."),
            (Expected::YesNo, "아니오, 안 됩니다."),
            (Expected::Form, "양식 4868로 신청합니다."),
            (Expected::Form, "스케줄 C에 적습니다."),
        ] {
            assert!(kind.is_in(text), "{kind:?}: {text}");
        }
    }

    #[test]
    fn a_korean_text_does_not_hold_what_only_looks_like_it() {
        for (kind, text) in [
            (Expected::Amount, "사정에 따라 다릅니다."),
            (Expected::Percent, "10센트입니다."),
            (Expected::Date, "2026년부터 오릅니다."),
            (Expected::YesNo, "예: 2025년에 두 사람이 나눴습니다."),
            (Expected::YesNo, "네 명까지 됩니다."),
            (Expected::Form, "서류를 모두 모읍니다."),
        ] {
            assert!(!kind.is_in(text), "{kind:?}: {text}");
        }
    }
}
