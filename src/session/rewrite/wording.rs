//! How a turn is worded: chatter before it, an announced change of topic, a follow-up's opening, a statement or a
//! question. English function words only.

use std::sync::LazyLock;

use regex::Regex;

static CHATTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:(?:many thanks|thanks(?: a lot| so much| again)?|thank you(?: very much| so much)?|thx|ty|ok(?:ay)?|cool|nice|great|perfect|awesome|got it|gotcha|i see|makes sense|alright|interesting|hmm+|hm|uh|um|oh|ah|hey|wow|lol|whoops|oops|sorry|wait)(?:[\s,.!;:—-]+|$)|(?:no|nope|yes|yeah|yep|good|right|well|sure|actually)(?:[,.!;:—-]+\s*|$))+",
    )
});
static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:(?:now )?(?:an? )?(?:new|another|different|next|other|separate) (?:question|topic|thing|one|subject)|(?:completely |totally )?unrelated|(?:switching|changing|change of) (?:the )?(?:topics?|subjects?|gears)|(?:leave|forget|drop|scratch) (?:that|it|this)(?: for now| aside)?|never ?mind(?: that)?|on (?:another|a different) (?:note|topic)|moving on|by the way|anyways?|(?:now )?something else|now something)\b[\s,.:;!—-]*(?:but |then )?",
    )
});
static CORRECTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:i (?:should(?: have|'ve|ve)|forgot to) (?:said|say|mention(?:ed)?)(?: that)?|i (?:meant|mean)(?: to say| to ask)?|make (?:that|it)|i was asking (?:about|for)|rather|not that)\b[\s,:]*",
    )
});
static CONJUNCTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(?:(?:and|but|so|or|also|then|plus)\b[\s,]*)+"));
static ABOUT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:(?:what|how) (?:about|of)|(?:is it |is that |the )?same (?:thing |question )?(?:for|with|in))\b\s*",
    )
});
static CONDITION: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(?:what|even|same|and|also|only)?\s*if\b"));
static PREPOSITION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*(?:for|in|with|without|as|by|during|since|until|after)\b"));
static ABOUT_WHOM: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:what|how) about (?:him|her|them|me|us|that|this|it|those|these)\b"));
static POINTING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:it|it's|that|that's|this|those|these|they|them|its|there|one|same)\b"));
static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:(?:at|from|by|until|up to|to|in|for|on|under|since) )?(?:what|what's|whats|how|who|who's|when|where|why|which|whose)\b|^\s*(?:is|are|was|were|do|does|did|can|could|should|will|would|may|must|am|has|have|had|isn't|aren't|don't|doesn't|didn't|can't|won't)\b",
    )
});
static ASKING: LazyLock<Regex> = LazyLock::new(|| pattern(r"\?|\b(?:what|which|who|whom|whose|how|why)\b"));
static REQUEST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:please |just )*(?:tell|show|give|write|find|help|explain|recommend|suggest|list|compare|pick|choose|draw|make|translate|calculate|sing|let|say|describe|plan|name)\b|\b(?:i|we)(?:'d| would)? (?:also |really |just )?(?:need|want|like|wonder|wanna|wish)\b|\blooking for\b",
    )
});
static STATING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:only|just|still|never|i|i'm|im|i've|we|we're|we've|he|he's|hes|she|she's|shes|they|they're|it|it's|my|our|his|her|their)\b|\w(?:'s| is| are| was| were| has| had| have)\b",
    )
});
static LINKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:though|too|also|either|as well|actually|instead|by the way)\b|^\s*(?:he|he's|she|she's|they|they're|it|it's|that|that's)\b",
    )
});
static CLAUSES: LazyLock<Regex> = LazyLock::new(|| pattern(r"[,.;:!?—]\s*|\s(?:and|but|so|-)\s"));

fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?i){text}")).expect("the pattern is a constant")
}

/// How a turn is worded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of wording that any other may go with")]
pub struct Wording {
    /// It is said that something else comes now.
    pub announces: bool,
    /// It corrects what was said.
    pub corrects: bool,
    /// It begins as a follow-up.
    pub opens: bool,
    /// It begins as a condition on what was said.
    pub conditional: bool,
    /// It points back.
    pub points: bool,
    /// It has a whole question.
    pub whole: bool,
    /// It states something and asks nothing.
    pub states: bool,
    /// A statement that is tied to what was said.
    pub linked: bool,
    /// What is left without chatter and announcement.
    pub said: String,
    /// What is left without the opening as well.
    pub core: String,
}

impl Wording {
    /// Reads a turn.
    pub fn of(text: &str) -> Self {
        let text = text.replace('’', "'");
        let without_chatter = CHATTER.replace(&text, "");
        let announces = ANNOUNCED.is_match(&without_chatter);
        let said = ANNOUNCED.replace(&without_chatter, "");
        let said = CHATTER.replace(&said, "");
        let corrects = CORRECTION.is_match(&said);
        let said = CORRECTION.replace(&said, "").trim().to_owned();
        let bare = CONJUNCTION.replace(&said, "");
        let conditional = CONDITION.is_match(&bare) || CONDITION.is_match(&said);
        let is_about = ABOUT.is_match(&bare);
        let whole = clauses(&bare).any(|clause| WHOLE.is_match(clause)) && !is_about && !conditional;
        let opens =
            corrects || is_about || conditional || !whole && (bare.len() < said.len() || PREPOSITION.is_match(&bare));
        let core = ABOUT.replace(&bare, "");
        let core = if conditional { condition(&core) } else { core.into_owned() };
        let asks =
            ASKING.is_match(&said) || clauses(&said).any(|clause| WHOLE.is_match(clause)) || REQUEST.is_match(&said);
        Self {
            announces,
            corrects,
            opens: opens || ABOUT_WHOM.is_match(&said),
            conditional,
            points: POINTING.is_match(&said),
            whole: whole && !ABOUT_WHOM.is_match(&said) || REQUEST.is_match(&said),
            states: !asks && STATING.is_match(&said),
            linked: LINKED.is_match(&said),
            core: core.trim().to_owned(),
            said,
        }
    }
}

fn clauses(text: &str) -> impl Iterator<Item = &str> {
    CLAUSES.split(text).filter(|clause| !clause.trim().is_empty())
}

/// A condition from its `if` on.
fn condition(core: &str) -> String {
    core.to_lowercase().find("if").map_or(core, |at| &core[at..]).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chatter_and_announcements_are_no_part_of_a_question() {
        for (text, said, announces) in [
            ("thanks! and if i'm 70?", "and if i'm 70?", false),
            ("ok new question. what is a lease", "what is a lease", true),
            ("switching topics, loan interest", "loan interest", true),
            ("no, married", "married", false),
            ("no limit?", "no limit?", false),
            ("thanks", "", false),
        ] {
            let wording = Wording::of(text);
            assert_eq!((wording.said.as_str(), wording.announces), (said, announces), "{text}");
        }
    }

    #[test]
    fn a_statement_asks_nothing() {
        for text in ["my wife's on the deed too", "baby number three was born", "I'm 61 though", "we split up"] {
            assert!(Wording::of(text).states, "{text}");
        }
        for text in ["mine is mild, is that bad", "i need a plumber", "just tell me", "the best pizza in town"] {
            assert!(!Wording::of(text).states, "{text}");
        }
    }

    #[test]
    fn a_conjunction_before_a_whole_question_opens_no_fragment() {
        assert!(!Wording::of("so what do you like").opens);
        for (text, core) in [
            ("and for couples?", "for couples?"),
            ("what about 2024?", "2024?"),
            ("even if he's 17?", "if he's 17?"),
            ("same for green?", "green?"),
        ] {
            let wording = Wording::of(text);
            assert!(wording.opens && !wording.whole, "{text}");
            assert_eq!(wording.core, core);
        }
    }
}
