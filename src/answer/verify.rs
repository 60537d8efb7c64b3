//! What a language model writes, sentence by sentence as it comes: each is held against the units of the passages that the
//! model was given, and is said with a marker where one supports it. What none supports is dropped. Knows how to split,
//! compare and cite; runs neither the language model nor the encoder (a cosine is asked for).

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{
    Asked, Citation,
    ground::{Claim, Knowledge, Source, Verdict, choices::Choice, compare, figures, judge_best},
    rank::Candidate,
};
use crate::{
    corpus::{PassageKind, Span, sentence},
    error::Result,
    index::{Hit, Index, Similarities, Synonyms},
    router::slots,
};

/// A sentence answers where what supports it is at least so likely to, beside the best unit; as for a second quotation.
const ANSWERS: f32 = 0.6;

/// What a model puts before and into its sentences though nobody asked it to: list marks, markers of its own.
static ADORNED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+)|\s*\[\d+(?:,\s*\d+)*\]").expect("the pattern is a constant")
});

/// A unit, or two neighbouring ones, that can support a sentence.
struct Ground {
    passage: usize,
    /// The first and the last unit.
    units: (usize, usize),
    source: Source,
    /// How likely it answers, by the ranker.
    probability: f32,
}

/// What is known of words, whoever asks.
pub struct Words<'w> {
    /// The pack's names for the same things.
    pub synonyms: &'w Synonyms,
    /// The pack's choices.
    pub choices: Vec<&'w Choice>,
}

/// Verifies sentences as they are written.
pub struct Verifier<'v> {
    index: &'v Index,
    words: Words<'v>,
    years: Vec<u16>,
    /// The values of choices that the question names.
    named: Vec<String>,
    grounds: Vec<Ground>,
    /// What is likely enough to answer.
    likely: f32,
    /// What was written and is no whole sentence yet.
    rest: String,
    kept: Vec<String>,
    citations: Vec<Citation>,
    answers: bool,
    said: usize,
    dropped: usize,
}

/// What is left of a text.
pub struct Verified {
    /// The sentences that are supported, with markers.
    pub text: String,
    /// What the markers stand for.
    pub citations: Vec<Citation>,
    /// Sentences that nothing supports.
    pub dropped: usize,
}

impl<'v> Verifier<'v> {
    /// A verifier for the passages that a model was given, and for a question with its ranked units.
    pub fn new(asked: &Asked<'_>, given: &[Hit], ranked: &[Candidate], index: &'v Index, words: Words<'v>) -> Self {
        let probable: BTreeMap<(usize, usize), f32> =
            ranked.iter().map(|c| ((c.passage, c.unit), c.probability)).collect();
        let mut grounds = Vec::new();
        for hit in given {
            let passage = &index.passages()[hit.passage];
            let around = format!("{}. {}", index.document_of(hit.passage).title, passage.heading_path.join(". "));
            let mut push = |units: (usize, usize), text: &str| {
                let probability = (units.0..=units.1).filter_map(|unit| probable.get(&(hit.passage, unit))).copied();
                grounds.push(Ground {
                    passage: hit.passage,
                    units,
                    source: Source::new(text, &around, &passage.years),
                    probability: probability.fold(0.0, f32::max),
                });
            };
            (0..passage.units.len()).for_each(|unit| push((unit, unit), &passage.unit_text(unit)));
            if passage.kind == PassageKind::Prose {
                let pairs = 1..passage.units.len();
                pairs.for_each(|at| {
                    push((at - 1, at), &format!("{} {}", passage.unit_text(at - 1), passage.unit_text(at)));
                });
            }
        }
        let likely = ANSWERS * ranked.first().map_or(1.0, |best| best.probability);
        Self {
            index,
            words,
            years: asked.years.clone(),
            named: asked.named.clone(),
            grounds,
            likely,
            rest: String::new(),
            kept: Vec::new(),
            citations: Vec::new(),
            answers: false,
            said: 0,
            dropped: 0,
        }
    }

    /// Takes a piece of what is written; gives what can be said now: nothing until a sentence is supported that answers.
    pub fn take(&mut self, piece: &str, cosines: &mut Cosines<'_>) -> Result<Option<String>> {
        self.rest.push_str(piece);
        let whole = Span { start: 0, end: self.rest.len() };
        let mut spans = sentence::sentences(&self.rest, whole);
        if !self.rest.ends_with('\n') {
            spans.pop(); // it may go on
        }
        let Some(last) = spans.last().copied() else { return Ok(None) };
        let written = self.rest[..last.end].to_owned();
        self.rest.drain(..last.end);
        for span in spans {
            self.check(span.of(&written), cosines)?;
        }
        Ok(self.sayable())
    }

    /// Takes the end of what is written; `was_cut` where it stops within a sentence, which is then dropped.
    pub fn end(mut self, was_cut: bool, cosines: &mut Cosines<'_>) -> Result<(Option<String>, Option<Verified>)> {
        let rest = std::mem::take(&mut self.rest);
        let mut spans = sentence::sentences(&rest, Span { start: 0, end: rest.len() });
        if was_cut && !rest.trim_end().ends_with(['.', '!', '?']) {
            spans.pop();
        }
        for span in spans {
            self.check(span.of(&rest), cosines)?;
        }
        let last = self.sayable();
        let (text, citations, dropped) = (self.kept.join(" "), self.citations, self.dropped);
        Ok((last, self.answers.then_some(Verified { text, citations, dropped })))
    }

    fn check(&mut self, written: &str, cosines: &mut Cosines<'_>) -> Result<()> {
        let sentence = ADORNED.replace_all(written, "").split_whitespace().collect::<Vec<_>>().join(" ");
        let is_whole = sentence.ends_with(['.', '!']) && !sentence.contains('›'); // a heading or a question says nothing
        if !is_whole
            || !sentence.contains(char::is_alphabetic)
            || self.kept.iter().any(|kept| kept.starts_with(&sentence))
        {
            return Ok(());
        }
        match self.ground_of(&sentence, cosines)? {
            Some(at) => {
                let marker = self.marker(at);
                self.answers |= self.grounds[at].probability >= self.likely;
                self.kept.push(format!("{sentence} [{marker}]"));
            }
            None => self.dropped += 1,
        }
        Ok(())
    }

    /// What supports a sentence.
    fn ground_of(&self, sentence: &str, cosines: &mut Cosines<'_>) -> Result<Option<usize>> {
        let stated = figures::years(sentence);
        if !self.years.is_empty()
            && stated.iter().any(|year| !self.years.contains(year) && self.index.known_years().contains(year))
        {
            return Ok(None); // true or not, it is about another year than the one that was asked about
        }
        let similarities = cosines(sentence)?;
        let cosine = |ground: &Ground| {
            let units = ground.units.0..=ground.units.1;
            units.map(|unit| self.index.unit_cosine(&similarities, ground.passage, unit).0).fold(f32::MIN, f32::max)
        };
        let idf = |term: &str| self.index.idf(term);
        let knowledge = Knowledge { synonyms: self.words.synonyms, choices: &self.words.choices, idf: &idf };
        let sources: Vec<(Source, f32)> = self.grounds.iter().map(|g| (g.source.clone(), cosine(g))).collect();
        let claim = Claim::new(sentence);
        Ok(match judge_best(&claim, &sources, &knowledge) {
            // The model's own words are not trusted: a sentence with a word, a negation or a bound that its ground lacks is
            // dropped, though a person's paraphrase would be believed.
            Some((at, Verdict::Supported { .. }))
                if compare(&claim, &sources[at].0, &knowledge, sources[at].1).doubtful.is_empty()
                    && !self.takes_for_all(sentence, at)
                    && self.opens_as(sentence, at) =>
            {
                Some(at)
            }
            _ => None,
        })
    }

    /// Whether a sentence states a figure for everybody that its ground states for some: neither it nor the question names
    /// for whom.
    fn takes_for_all(&self, sentence: &str, at: usize) -> bool {
        let ground = &self.grounds[at];
        let passage = &self.index.passages()[ground.passage];
        let text: Vec<String> = (ground.units.0..=ground.units.1).map(|unit| passage.unit_text(unit)).collect();
        let text = text.join(" ");
        sentence.contains(|c: char| c.is_ascii_digit())
            && self.words.choices.iter().any(|choice| {
                let is_named = |text: &str| !slots::named(text, choice).is_empty();
                is_named(&text) && !is_named(sentence) && !self.named.iter().any(|value| choice.contains_key(value))
            })
    }

    /// Whether a sentence that begins with yes or no has that from its ground.
    fn opens_as(&self, sentence: &str, at: usize) -> bool {
        let opening = |text: &str| ["Yes,", "No,"].into_iter().find(|word| text.starts_with(word));
        let ground = &self.grounds[at];
        opening(sentence).is_none_or(|word| {
            let text = self.index.passages()[ground.passage].unit_text(ground.units.0);
            opening(&text) == Some(word)
        })
    }

    fn marker(&mut self, at: usize) -> usize {
        let Ground { passage, units, .. } = &self.grounds[at];
        let units = &self.index.passages()[*passage].units[units.0..=units.1];
        let span = Span { start: units[0].start, end: units[units.len() - 1].end };
        let year = self.years.first().copied();
        let cited = Citation::of(self.citations.len() + 1, self.index, *passage, span, year);
        if let Some(known) = self.citations.iter().find(|known| known.holds(&cited) && cited.holds(known)) {
            known.marker
        } else {
            self.citations.push(cited);
            self.citations.len()
        }
    }

    /// The sentences that were not said yet, once one answers.
    fn sayable(&mut self) -> Option<String> {
        if !self.answers || self.said == self.kept.len() {
            return None;
        }
        let space = if self.said == 0 { "" } else { " " };
        let text = format!("{space}{}", self.kept[self.said..].join(" "));
        self.said = self.kept.len();
        Some(text)
    }
}

/// How near a sentence is to everything in the index.
pub type Cosines<'c> = dyn FnMut(&str) -> Result<Similarities> + 'c;
