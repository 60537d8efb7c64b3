//! A turn of a conversation becomes a question that stands alone. Rules of English wording, the pack's own slots and
//! synonyms, and where these do not tell, what the corpus has: no language model, and no word of any domain.
//!
//! A turn with content words of its own (neither generic English, nor common in the corpus, nor a slot's value) has a
//! subject of its own, and what was said before cannot bring it into the domain: only a turn without one inherits that.

mod amount;
mod fact;
mod reply;
mod subject;
mod wording;
mod words;
#[cfg(test)]
mod tests;

use super::Turn;
use crate::error::Result;
pub use subject::Lexicon;
use subject::{Subject, choice_places, things};
use wording::Wording;
use words::{Word, words};

/// Turns that are looked back at: what was said before them hardly ever counts, and each may cost a retrieval.
const LOOKED_BACK: usize = 12;
/// Own words up to which a statement that is tied to what was said is taken for a fact of it.
const FEW_WORDS: usize = 2;
/// Words that are common here, but so many that together they may be a question of their own.
const MANY_WORDS: usize = 3;
/// Own words that a reply to a question asked back has at most.
const REPLY_WORDS: usize = 3;
/// Words that a fragment has at most.
const FRAGMENT_WORDS: usize = 6;

/// What the corpus makes of a text; asked only where the wording does not tell.
pub trait Ground {
    /// Whether a word tells none of the passages apart.
    fn is_common(&self, term: &str) -> bool;
    /// Whether the text by itself is in the domain.
    fn is_inside(&self, text: &str) -> Result<bool>;
    /// Whether the text by itself is in the domain and the passages answer it.
    fn answers(&self, text: &str) -> Result<bool>;
    /// Whether the documents that a subject leads to have all of these words.
    fn covers(&self, subject: &str, terms: &[String]) -> Result<bool>;
}

/// A turn as the pipeline takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// The question, standing alone.
    pub text: String,
    /// Whether that is another text than was typed.
    pub is_rewritten: bool,
    /// The subject that a turn without one of its own is about: it is in the domain if this is.
    pub inherits: Option<String>,
}

/// What a turn is to the ones before it.
enum Reading {
    /// Nothing: `thanks!`
    Chatter,
    /// A question of its own.
    Alone(String),
    /// It goes on with a subject, which it may have changed.
    Leans { text: String, subject: Subject, inherits: bool },
}

/// Understands a turn after others.
pub fn understand(turn: &str, history: &[Turn], lexicon: Lexicon<'_>, ground: &dyn Ground) -> Result<Understood> {
    let mut subject: Option<Subject> = None;
    let mut asked_back = None;
    for turn in &history[history.len().saturating_sub(LOOKED_BACK)..] {
        let reader = Reader { lexicon, ground, subject: subject.as_ref(), asked_back };
        match reader.read(&turn.question)? {
            Reading::Chatter => {}
            Reading::Alone(text) => subject = Some(Subject::new(&text)),
            Reading::Leans { subject: changed, .. } => subject = Some(changed),
        }
        asked_back = turn.asked_back.as_deref();
    }
    let reader = Reader { lexicon, ground, subject: subject.as_ref(), asked_back };
    Ok(match reader.read(turn)? {
        Reading::Chatter => Understood { text: turn.to_owned(), is_rewritten: false, inherits: None },
        Reading::Alone(text) => Understood { is_rewritten: text != turn.trim(), text, inherits: None },
        Reading::Leans { text, subject, inherits } => {
            Understood { text, is_rewritten: true, inherits: inherits.then(|| subject.text()) }
        }
    })
}

/// Reads one turn after what is known.
struct Reader<'r> {
    lexicon: Lexicon<'r>,
    ground: &'r dyn Ground,
    subject: Option<&'r Subject>,
    asked_back: Option<&'r [String]>,
}

impl Reader<'_> {
    fn read(&self, turn: &str) -> Result<Reading> {
        let wording = Wording::of(turn);
        let words = words(&wording.said);
        if words.is_empty() {
            return Ok(Reading::Chatter);
        }
        let Some(subject) = self.subject else { return Ok(Reading::Alone(turn.trim().to_owned())) };
        let own = self.own(&wording.said, &words);
        if let Some(choices) = self.asked_back {
            if let Some(choice) = reply::chosen(&wording.said, choices) {
                let mut subject = subject.clone();
                subject.state(choice);
                return Ok(Reading::Leans { text: subject.text(), subject, inherits: true });
            }
            if !wording.whole && own.len() <= REPLY_WORDS && self.belongs(&wording.said, &own, subject)? {
                return Ok(self.lean(&wording, &words, subject, own.is_empty()));
            }
        }
        let leans = if own.is_empty() {
            self.leans_without_own(&wording, &words)?
        } else {
            !wording.announces && self.leans_with_own(&wording, &words, &own, subject)?
        };
        Ok(if leans {
            self.lean(&wording, &words, subject, own.is_empty())
        } else {
            Reading::Alone(if wording.announces { wording.said } else { turn.trim().to_owned() })
        })
    }

    /// The terms that could be a subject: not generic, no amount, not a choice's value, not common in the corpus.
    fn own(&self, said: &str, words: &[Word]) -> Vec<String> {
        let amounts = amount::amounts(said);
        let mut chosen = Vec::new();
        for values in self.lexicon.choices {
            chosen.extend(choice_places(words, values).into_iter().map(|(_, place)| place));
        }
        let own = words.iter().enumerate().filter(|(at, word)| {
            let is_chosen = chosen.iter().any(|place| place.contains(at));
            let is_amount = amounts.iter().any(|amount| amount.span.contains(&word.span.start));
            !word.is_generic() && !is_chosen && !is_amount && !word.terms.iter().all(|term| self.ground.is_common(term))
        });
        own.flat_map(|(_, word)| word.terms.iter().cloned()).collect()
    }

    /// Whether the words of a reply belong to what was asked.
    fn belongs(&self, said: &str, own: &[String], subject: &Subject) -> Result<bool> {
        Ok(own.is_empty() || self.ground.covers(&subject.text(), own)? || self.ground.is_inside(said)?)
    }

    /// Of words that are common here it is not known what they are about, unless they name a thing (`the black
    /// tea pot`) and are answered; a whole question of them that is out of the domain is nothing to add to.
    fn leans_without_own(&self, wording: &Wording, words: &[Word]) -> Result<bool> {
        let content = words.iter().filter(|word| !word.is_generic()).count();
        if wording.opens || wording.points && !wording.announces || content == 0 || wording.states {
            return Ok(true);
        }
        let of_terms = |place: std::ops::Range<usize>| words[place].iter().map(|word| word.terms.len()).sum::<usize>();
        let names_a_thing = things(words, &self.lexicon).into_iter().any(|place| of_terms(place) > 1);
        if wording.announces || (names_a_thing || content >= MANY_WORDS) && self.ground.answers(&wording.said)? {
            return Ok(false);
        }
        Ok(!wording.whole || self.ground.is_inside(&wording.said)?)
    }

    fn leans_with_own(&self, wording: &Wording, words: &[Word], own: &[String], subject: &Subject) -> Result<bool> {
        let said = &wording.said;
        if !wording.whole && !wording.states && !wording.conditional && self.replaces(words, said, own, subject) {
            return Ok(true);
        }
        let there: Vec<String> = self::words(&subject.text()).into_iter().flat_map(|word| word.terms).collect();
        let is_covered = own.iter().all(|term| there.contains(term)) || self.ground.covers(&subject.text(), own)?;
        let inside = || self.ground.is_inside(said);
        let answers = || self.ground.answers(said);
        if wording.states {
            let names_a_fact = words.iter().any(Word::is_number) || self.names_a_choice(words);
            let is_tied = (wording.linked || names_a_fact) && (own.len() <= FEW_WORDS || is_covered || inside()?);
            // What only tells something, points back and is not in the domain by itself is told about what was asked.
            return Ok(is_tied || (wording.points || is_covered || inside()?) && (!inside()? || !answers()?));
        }
        if wording.opens {
            return Ok(is_covered || inside()? && (wording.conditional || !answers()?));
        }
        if wording.whole {
            let is_short = own.len() == 1;
            let points = wording.points && own.len() <= FEW_WORDS;
            return Ok(points && is_short && is_covered
                || (points || is_short && is_covered) && inside()? && (!answers()? || points && !self.is_known(own)));
        }
        Ok(is_covered && words.len() <= FRAGMENT_WORDS && !answers()?)
    }

    /// Whether all that a fragment names is another thing of the subject's kind.
    fn replaces(&self, words: &[Word], said: &str, own: &[String], subject: &Subject) -> bool {
        let place = subject.clone().take_entity(said, words, &self.lexicon);
        place.is_some_and(|place| {
            let named: Vec<&String> = words[place].iter().flat_map(|word| &word.terms).collect();
            own.iter().all(|term| named.contains(&term))
        })
    }

    fn names_a_choice(&self, words: &[Word]) -> bool {
        self.lexicon.choices.iter().any(|values| !choice_places(words, values).is_empty())
    }

    /// Whether the synonyms know a thing by one of the words.
    fn is_known(&self, own: &[String]) -> bool {
        own.iter().any(|term| self.lexicon.synonyms.knows(std::slice::from_ref(term)))
    }

    /// The subject with what the turn replaces in it, and what is left of the turn.
    fn lean(&self, wording: &Wording, words: &[Word], subject: &Subject, inherits: bool) -> Reading {
        let mut next = subject.clone();
        let is_fact = !wording.states || wording.corrects || wording.conditional;
        let alike = is_fact && inherits && self.asked_back.is_none() && !amount::adds(words);
        let mut replaced = next.take_facts(&wording.said, words, &self.lexicon, alike);
        if !wording.whole && !wording.states && !wording.conditional {
            replaced.extend(next.take_entity(&wording.said, words, &self.lexicon));
        }
        let is_left = |(at, word): (usize, &Word)| {
            let asks = matches!(word.text.as_str(), "why" | "when" | "where" | "who");
            let is_common = |word: &Word| word.terms.iter().all(|term| self.ground.is_common(term));
            let says = !(word.is_generic() || wording.conditional && is_common(word));
            (asks || says) && !replaced.iter().any(|place| place.contains(&at))
        };
        if !replaced.is_empty() && !words.iter().enumerate().any(is_left) {
            return Reading::Leans { text: next.text(), subject: next, inherits };
        }
        if wording.states {
            next = next.without_new_facts(subject);
            next.state(&wording.said);
        } else if wording.whole {
            let about = next.clone().without_new_facts(subject).text();
            let text = match words {
                [_] => format!("{}: {about}", wording.core.trim_end_matches('?')),
                _ => format!("{}, {}", about.trim_end_matches('?'), wording.core),
            };
            return Reading::Leans { text, subject: next, inherits };
        } else {
            next.ask_about(&rest(&wording.said, words, &replaced));
        }
        Reading::Leans { text: next.text(), subject: next, inherits }
    }
}

/// The core of what is left of a turn without some of its words.
fn rest(said: &str, words: &[Word], without: &[std::ops::Range<usize>]) -> String {
    let mut left = said.to_owned();
    for word in (0..words.len()).rev().filter(|at| without.iter().any(|place| place.contains(at))) {
        left.replace_range(words[word].span.clone(), "");
    }
    let core = subject::tidy(&Wording::of(&left).core);
    if without.is_empty() {
        return core;
    }
    let end = self::words(&core).iter().rfind(|word| !word.terms.is_empty()).map_or(core.len(), |last| last.span.end);
    format!("{}{}", &core[..end], if core.ends_with('?') { "?" } else { "" })
}
