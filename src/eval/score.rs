//! One answer against its case, and all of them as rates.

use super::{Case, Rate};
use crate::{answer::Answer, index::Index, router::Outcome};

/// A case with what came of it.
#[derive(Debug, Clone)]
pub struct Scored {
    /// The case.
    pub case: Case,
    /// The answer.
    pub answer: Answer,
    /// Whether that was right.
    pub routed_right: bool,
    /// Whether the text has what it must and nothing that it must not.
    pub text_right: bool,
    /// Whether one of the documents that must be cited is.
    pub cited_right: bool,
    /// Whether the figure is stated, where the case names one.
    pub number_right: Option<bool>,
    /// Quotes that do not stand in their documents byte for byte.
    pub fabricated: usize,
}

/// Scores an answer.
pub fn score(case: Case, answer: Answer, index: &Index) -> Scored {
    let text_right = is_right(&case, &answer.text);
    let cited_right =
        case.must_cite.is_empty() || answer.citations.iter().any(|c| case.must_cite.contains(&c.document));
    let number_right = case
        .number
        .as_ref()
        .map(|wanted| numbers(&answer.text).iter().any(|n| (n - wanted.value).abs() <= wanted.tolerance + 1e-9));
    let fabricated = answer.citations.iter().filter(|citation| !stands(citation, index)).count();
    let routed_right = case.expects(answer.outcome);
    Scored { case, answer, routed_right, text_right, cited_right, number_right, fabricated }
}

impl Scored {
    /// Whether the case wants an answer and nothing else.
    pub fn is_answerable(&self) -> bool {
        self.case.expects(Outcome::Answer) && !self.case.expects(Outcome::Clarify)
    }

    /// Whether the case came out right in all that it asks for.
    pub fn passed(&self) -> bool {
        self.routed_right && (self.answer.outcome != Outcome::Answer || self.text_right)
    }

    /// Which part is to blame for a failure.
    pub fn cause(&self) -> &'static str {
        match (self.is_answerable(), self.answer.outcome) {
            _ if self.passed() => "none",
            (true, Outcome::Answer) if !self.cited_right => "retrieval",
            (true, Outcome::Answer) => "composing",
            (true, Outcome::Defer) if self.answer.reason.as_deref() == Some("no_evidence") => "evidence",
            (false, Outcome::Answer) if self.case.expects(Outcome::Defer) => "evidence",
            _ => "routing",
        }
    }
}

/// Whether a text satisfies `must_include` and `must_not_include`.
pub fn is_right(case: &Case, text: &str) -> bool {
    let text = folded(text);
    let has = |wanted: &String| text.contains(&folded(wanted));
    case.must_include.iter().all(|any| any.iter().any(has)) && !case.must_not_include.iter().any(has)
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace(['’', '‘'], "'").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn stands(citation: &crate::answer::Citation, index: &Index) -> bool {
    let document = index.documents().iter().find(|d| d.id == citation.document);
    document.is_some_and(|d| d.body.get(citation.start..citation.end) == Some(citation.quote.as_str()))
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.')))
        .filter_map(|word| word.trim_matches(['.', ',']).replace(',', "").parse().ok())
        .collect()
}

/// Rates over cases.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Name and rate, in reading order.
    pub rates: Vec<(&'static str, Rate)>,
    /// Milliseconds of the whole pipeline: median and 95th percentile.
    pub total_ms: (f64, f64),
}

impl Summary {
    /// Sums up scored cases.
    pub fn of(scored: &[Scored]) -> Self {
        let tagged = |tag: &'static str| scored.iter().filter(move |s| s.case.tags.iter().any(|t| t == tag));
        let answerable = || scored.iter().filter(|s| s.is_answerable());
        let answered = || answerable().filter(|s| s.answer.outcome == Outcome::Answer);
        let not_answered = |s: &&Scored| s.answer.outcome != Outcome::Answer;
        let rates = vec![
            ("passed", Rate::count(scored, |s| s.passed())),
            ("routed_right", Rate::count(scored, |s| s.routed_right)),
            ("answered_right", Rate::count(answerable(), |s| s.passed())),
            ("answerable_answered", Rate::count(answerable(), |s| s.answer.outcome == Outcome::Answer)),
            ("cited_right", Rate::count(answered(), |s| s.cited_right)),
            (
                "number_right",
                Rate::count(answered().filter(|s| s.number_right.is_some()), |s| s.number_right == Some(true)),
            ),
            ("far_not_answered", Rate::count(tagged("far"), not_answered)),
            ("near_not_answered", Rate::count(tagged("near"), not_answered)),
            ("policy_not_answered", Rate::count(tagged("policy"), not_answered)),
            ("handoff_not_answered", Rate::count(tagged("handoff"), not_answered)),
            ("unanswerable_not_answered", Rate::count(tagged("unanswerable"), not_answered)),
            ("followup_right", Rate::count(tagged("followup"), |s| s.passed())),
            (
                "quotes_exact",
                Rate::count(scored.iter().filter(|s| !s.answer.citations.is_empty()), |s| s.fabricated == 0),
            ),
        ];
        let mut totals: Vec<f64> = scored.iter().map(|s| s.answer.timings_ms.total).collect();
        totals.sort_by(f64::total_cmp);
        let at = |share: f64| {
            totals
                .get(((totals.len() as f64 * share) as usize).min(totals.len().saturating_sub(1)))
                .copied()
                .unwrap_or(0.0)
        };
        Self { rates, total_ms: (at(0.5), at(0.95)) }
    }
}
