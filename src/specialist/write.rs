//! Answers that a language model takes part in: what it is given, what is made of what it writes.

use std::time::Instant;

use super::{Event, Events, Retrieved, Specialist, millis};
use crate::{
    answer::{Answer, Made, Usage, generate, quote},
    corpus::Span,
    error::Result,
    model::{Decoding, Generation, Generator, Prompt, StopReason, generator::Sink},
};

impl Specialist {
    /// Lets the language model write; whether it did.
    pub(super) fn generate(
        &mut self,
        answer: &mut Answer,
        retrieved: &Retrieved,
        started: Instant,
        events: &mut Events<'_>,
    ) -> Result<bool> {
        let Some(generator) = self.generator.as_deref_mut() else { return Ok(false) };
        let year = retrieved.years.first().copied();
        let (prompt, citations) =
            generate::prompt(&retrieved.query.text, &retrieved.hits, &self.index, year, generator)?;
        let decoding = Decoding::greedy(generate::TOKENS);
        let generation = run(generator, &prompt, &decoding, answer, started, &mut |piece| events(Event::Token(piece)))?;
        let notice = format!("\n\n{}", generate::NOTICE);
        let _ = events(Event::Token(&notice)); // the answer is over, whatever the sink says
        answer.text = format!("{}{notice}", generation.text.trim());
        (answer.citations, answer.mode) = (citations, Some(Made::Generate));
        Ok(true)
    }

    /// Lets the language model choose what to quote; whether it quoted anything.
    pub(super) fn quote(
        &mut self,
        answer: &mut Answer,
        retrieved: &Retrieved,
        started: Instant,
        events: &mut Events<'_>,
    ) -> Result<bool> {
        let Some(generator) = self.generator.as_deref_mut() else { return Ok(false) };
        let year = retrieved.years.first().copied();
        let (prompt, given) = generate::prompt(&retrieved.query.text, &retrieved.hits, &self.index, year, generator)?;
        let quotable = quote::quotable(&retrieved.hits[..given.len()], &self.index);
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
        tokens_per_second: first.and_then(|first| rate(generation.tokens, millis(started) - first)),
    });
    answer.generator = Some(generator.name().to_owned());
    Ok(generation)
}

/// Tokens after the first one, a second.
fn rate(tokens: usize, millis: f64) -> Option<f64> {
    (tokens > 1 && millis > 0.0).then(|| (tokens - 1) as f64 * 1000.0 / millis)
}
