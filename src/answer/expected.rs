//! What kind of thing a question asks for, and whether a text holds one. English is read here, Korean in `korean.rs`.

pub(super) mod korean;

use std::sync::LazyLock;

use regex::Regex;

/// The kind of answer a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A sum of money.
    Amount,
    /// A percentage.
    Percent,
    /// A date or a deadline.
    Date,
    /// A number of things, years or days.
    Count,
    /// Yes or no.
    YesNo,
    /// A form or a schedule.
    Form,
    /// Anything else.
    Other,
}

static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bhow (much|big|high|large)\b|\b(limits?|maximum|max|minimum|amount|threshold|cap|ceiling|exemption|exclusion|cutoff|cut off|phase ?-?outs?|wage base|standard deduction|mileage rate)\b",
    )
});
static LIMIT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(limits?|max|maximum|most|biggest|largest|highest|threshold|cap|ceiling|lid|cut ?-?off|stops?|starts?|begins?|phase ?-?outs?|rate)\b",
    )
});
static PERCENT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(percent|percentage|tax rates?|what rate|which rate|rate)\b|%"));
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^when\b|\bwhen (is|are|do|does|did|was|will|can)\b|\bdeadlines?\b|\bdue (date|by|on)?\b|\bby what date\b|\bwhat (day|date)\b|\blast day\b",
    )
});
static COUNT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bhow (many|long|old|often|far)\b|\bwhat age\b|\bat what age\b"));
static YES_NO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(so |hey |and |but |ok )?(can|could|do|does|did|is|are|am|was|were|will|would|should|has|have|may|must|gotta)\b|\bdeductible\b|\btaxable\b|\bok to\b|\ballowed to\b|, (right|correct|or not)\b",
    )
});
/// A story that ends in a question (`i made 9 grand, do i need to file`), unless a `what` or `how` comes first.
static INVERTED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(can|do|does|am|is|are|should|will|must) (i|we|my|they|he|she)\b"));
static QUESTION_WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(what|whats|how|when|where|why|who|which)\b"));
static FORM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(what|which) (tax )?(form|schedule|paperwork|document)s?\b|\bform (do|should|for)\b|\bwhere do (i|we) (report|put|enter)\b",
    )
});

static HAS_AMOUNT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$\s?[0-9]|\b[0-9.]+ cents\b"));
static HAS_PERCENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"[0-9] ?%|[0-9] percent\b"));
static HAS_DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(january|february|march|april|may|june|july|august|september|october|november|december) [0-9]|\bdays?\b|\bweeks?\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b",
    )
});
static HAS_COUNT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b[0-9]+\b|\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|half)\b"));
static HAS_YES_NO: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\W*)(yes|no)\b"));
static HAS_FORM: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(form|schedule|publication) [0-9a-z]"));

fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?i){text}")).expect("the pattern is a constant")
}

impl Expected {
    /// Whether a question asks for a limit or the like, which no number in it changes.
    pub fn asks_limit(question: &str) -> bool {
        LIMIT.is_match(question) || korean::asks_limit(question)
    }

    /// Whether a figure answers.
    pub fn is_figure(self) -> bool {
        matches!(self, Self::Amount | Self::Percent | Self::Date | Self::Count)
    }

    /// Reads a question.
    pub fn of(question: &str) -> Self {
        let question = question.trim();
        if let Some(kind) = korean::asks(question) {
            return kind;
        }
        let is = |pattern: &Regex| pattern.is_match(question);
        if is(&FORM) {
            Self::Form
        } else if is(&COUNT) {
            Self::Count
        } else if is(&DATE) {
            Self::Date
        } else if is(&YES_NO) || is(&INVERTED) && !is(&QUESTION_WORD) {
            Self::YesNo
        } else if is(&PERCENT) {
            Self::Percent
        } else if is(&AMOUNT) {
            Self::Amount
        } else {
            Self::Other
        }
    }

    /// Whether a text holds something of this kind; anything holds an [`Expected::Other`].
    pub fn is_in(self, text: &str) -> bool {
        let in_english = match self {
            Self::Amount => HAS_AMOUNT.is_match(text),
            Self::Percent => HAS_PERCENT.is_match(text),
            Self::Date => HAS_DATE.is_match(text),
            Self::Count => HAS_COUNT.is_match(text),
            Self::YesNo => HAS_YES_NO.is_match(text),
            Self::Form => HAS_FORM.is_match(text),
            Self::Other => true,
        };
        in_english || korean::holds(self, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_ask_for_kinds() {
        for (question, kind) in [
            ("How much is the standard deduction?", Expected::Amount),
            ("401k limit 2025", Expected::Amount),
            ("when are taxes due", Expected::Date),
            ("can i write off my boat", Expected::YesNo),
            ("how many years do I keep receipts", Expected::Count),
            ("which form do I use to amend", Expected::Form),
            ("what is the late payment penalty rate", Expected::Percent),
            ("who is a dependent", Expected::Other),
            ("got a letter from the irs, what do i do", Expected::Other),
            ("im 17 and made 9 grand do i need to file", Expected::YesNo),
        ] {
            assert_eq!(Expected::of(question), kind, "{question}");
        }
    }

    #[test]
    fn a_text_holds_what_is_asked_for() {
        assert!(Expected::Amount.is_in("It is $15,750.") && !Expected::Amount.is_in("It depends."));
        assert!(Expected::YesNo.is_in("No, employees cannot.") && !Expected::YesNo.is_in("Nobody knows."));
    }
}
