//! Answers that a language model takes part in: what it is given, what is made of what it writes.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use super::{Event, Events, Retrieved, Specialist, millis};
use crate::{
    answer::{
        Answer, Asked, Made, Usage, generate, quote,
        rank::Candidate,
        verify::{Verifier, Words},
    },
    corpus::Span,
    error::Result,
    model::{Decoding, Generation, Generator, Prompt, StopReason, generator::Sink},
    pack::SlotKind,
};

impl Specialist {
    /// Lets the language model write, and says what its passages support; whether that answers.
    pub(super) fn generate(
        &self,
        generator: &mut dyn Generator,
        answer: &mut Answer,
        (asked, retrieved, ranked): (&Asked<'_>, &Retrieved, &[Candidate]),
        started: Instant,
        events: &mut Events<'_>,
    ) -> Result<bool> {
        let (prompt, given) = generate::prompt(&retrieved.query.text, &retrieved.hits, &self.index, generator)?;
        let slots = self.pack.manifest.slots.values();
        let choices = slots.filter(|slot| slot.kind == SlotKind::Choice).map(|slot| &slot.values).collect();
        let words = Words { synonyms: &self.synonyms, choices };
        let mut verifier = Verifier::new(asked, &retrieved.hits[..given], ranked, &self.index, words);
        let (encoder, index) = (&self.encoder, &self.index);
        let mut cosines = |text: &str| index.similarities(&encoder.encode_query(text)?);
        let mut checking = Duration::ZERO;
        let mut failed = None;
        let decoding = Decoding::greedy(generate::TOKENS);
        let generation = run(generator, &prompt, &decoding, answer, started, &mut |piece| {
            let before = Instant::now();
            let said = verifier.take(piece, &mut cosines);
            checking += before.elapsed();
            match said {
                Ok(None) => events(Event::Writing),
                Ok(Some(text)) => events(Event::Verified(&text)),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        let before = Instant::now();
        let (last, supported) = verifier.end(generation.stop != StopReason::EndOfTurn, &mut cosines)?;
        checking += before.elapsed();
        if let Some(usage) = &mut answer.usage {
            usage.checking = checking;
        }
        let Some(supported) = supported else {
            answer.generator = None;
            return Ok(false);
        };
        let _ = last.map(|text| events(Event::Verified(&text))); // the answer is over, whatever the sink says
        (answer.text, answer.citations, answer.mode) = (supported.text, supported.citations, Some(Made::Generate));
        Ok(true)
    }

    /// Lets the language model choose what to quote; whether it quoted anything.
    pub(super) fn quote(
        &self,
        generator: &mut dyn Generator,
        answer: &mut Answer,
        retrieved: &Retrieved,
        started: Instant,
        events: &mut Events<'_>,
    ) -> Result<bool> {
        let year = retrieved.years.first().copied();
        let (prompt, given) = generate::prompt(&retrieved.query.text, &retrieved.hits, &self.index, generator)?;
        let quotable = quote::quotable(&retrieved.hits[..given], &self.index);
        if quotable.is_empty() {
            return Ok(false);
        }
        let text = |(passage, span): &(usize, Span)| self.index.passages()[*passage].quote(*span).to_owned();
        let quotes = Some(quotable.iter().map(text).collect());
        let decoding = Decoding { quotes, ..Decoding::greedy(generate::TOKENS) };
        // What is written stands in a passage; where, is known when it is whole.
        let generation =
            run(generator, &prompt, &decoding, answer, started, &mut |piece| events(Event::Verified(piece)))?;
        let was_cut = generation.stop != StopReason::EndOfTurn;
        let composed = quote::compose(&generation.parts, was_cut, &quotable, &self.index, year);
        let Some((text, citations)) = composed else {
            answer.generator = None;
            return Ok(false);
        };
        (answer.text, answer.citations, answer.mode) = (text, citations, Some(Made::Extract));
        Ok(true)
    }
}

/// Has a model continue a prompt, and notes in the answer which model it was, how much it wrote and how fast.
fn run(
    generator: &mut dyn Generator,
    prompt: &Prompt,
    decoding: &Decoding,
    answer: &mut Answer,
    started: Instant,
    sink: &mut Sink<'_>,
) -> Result<Generation> {
    let mut first = None;
    let generation = generator.generate(prompt, decoding, &mut |piece| {
        if !piece.is_empty() {
            first.get_or_insert_with(|| millis(started));
        }
        sink(piece)
    })?;
    answer.timings_ms.first_token = first.unwrap_or_else(|| millis(started));
    answer.usage = Some(Usage {
        prompt_tokens: generation.prompt_tokens,
        tokens: generation.tokens,
        context_tokens: generator.context_tokens(),
        checking: Duration::ZERO,
        tokens_per_second: first.and_then(|first| rate(generation.tokens, millis(started) - first)),
    });
    answer.generator = Some(generator.name().to_owned());
    Ok(generation)
}

/// Tokens after the first one, a second.
fn rate(tokens: usize, millis: f64) -> Option<f64> {
    (tokens > 1 && millis > 0.0).then(|| (tokens - 1) as f64 * 1000.0 / millis)
}
