//! One answer, token by token. Knows tokens, logits and the sink; does not know where a prompt came from.

use std::ops::{ControlFlow, Range};

use crate::{
    error::Result,
    model::{
        Generation, StopReason,
        checkpoint::broken,
        decoder::{Decoder, Wanted, memory::Memory},
        generator::{Part, Sink},
        lookup::Lookup,
        prefix::Prefixes,
        quote::{self, Quotable, Quoting},
        sampler::{Sampler, Sampling, likeliest},
        tokenizer::{Characters, ChatTokenizer},
    },
};

/// Tokens that are guessed ahead, or forced, at once at the most.
const AHEAD: usize = 16;
/// Tokens that a repetition penalty counts (llama.cpp's `penalty_last_n`).
const RECENT: usize = 64;

/// Whether tokens are guessed ahead. What is written does not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speculation {
    /// Never.
    Off,
    /// From the prompt and what was written, where decoding is greedy and free.
    Lookup,
}

pub(super) struct Loop<'l, 's> {
    pub decoder: &'l mut Decoder,
    pub tokenizer: &'l ChatTokenizer,
    pub prefixes: &'l mut Prefixes,
    pub speculation: Speculation,
    pub sink: &'l mut Sink<'s>,
    /// Tokens that may be written.
    pub room: usize,
}

/// What is written so far.
struct Written {
    generation: Generation,
    characters: Characters,
    tokens: Vec<u32>,
}

impl Loop<'_, '_> {
    /// Continues `ids`, of which the first `shared` may come again.
    pub fn run(
        &mut self,
        ids: &[u32],
        shared: usize,
        sampling: Sampling,
        quotable: Option<&Quotable>,
    ) -> Result<Generation> {
        let (mut memory, reused) = self.prefixes.begin(ids);
        let generation = Generation {
            text: String::new(),
            prompt_tokens: ids.len(),
            reused,
            tokens: 0,
            stop: StopReason::Length,
            parts: Vec::new(),
        };
        let mut written = Written { generation, characters: Characters::default(), tokens: Vec::new() };
        if self.room == 0 {
            return Ok(written.generation);
        }
        if !self.read_prompt(ids, shared, &mut memory) {
            written.generation.stop = StopReason::Cancelled;
            return Ok(written.generation);
        }
        let stop = match quotable {
            Some(quotable) => {
                let mut quoting = quotable.begin();
                let stop = self.quote(&mut memory, &mut written, &mut quoting, sampling)?;
                written.generation.parts = self.parts(&quoting, &written.tokens);
                stop
            }
            None if sampling.is_greedy() && sampling.repetition_penalty <= 1.0 => {
                self.greedy(ids, &mut memory, &mut written)?
            }
            None => self.sample(ids, &mut memory, &mut written, sampling)?,
        };
        written.generation.stop = stop;
        let rest = std::mem::take(&mut written.characters).finish();
        if !rest.is_empty() && stop != StopReason::Cancelled {
            written.generation.text.push_str(&rest);
            if (self.sink)(&rest).is_break() {
                written.generation.stop = StopReason::Cancelled;
            }
        }
        Ok(written.generation)
    }

    /// Reads what is not in memory yet, and keeps the shared part; whether it was read to its end.
    fn read_prompt(&mut self, ids: &[u32], shared: usize, memory: &mut Memory) -> bool {
        let mut on = || (self.sink)("").is_continue();
        if memory.length() < shared && shared < ids.len() {
            if self.decoder.read(memory, &ids[memory.length()..shared], Wanted::None, &mut on).is_none() || !on() {
                return false;
            }
            self.prefixes.keep(&ids[..shared], memory);
        }
        let rest = &ids[memory.length()..];
        self.decoder.read(memory, rest, Wanted::Last, &mut on).is_some()
    }

    /// Always the likeliest token.
    fn greedy(&mut self, ids: &[u32], memory: &mut Memory, written: &mut Written) -> Result<StopReason> {
        let mut lookup = Lookup::new(if self.speculation == Speculation::Lookup { ids } else { &[] });
        let mut next = chosen(likeliest(self.decoder.logits()))?;
        let mut batch = Vec::with_capacity(AHEAD + 1);
        loop {
            if let ControlFlow::Break(stop) = self.write(next, written) {
                return Ok(stop);
            }
            lookup.push(next);
            batch.clear();
            batch.push(next);
            let room = self.room - written.tokens.len();
            if self.speculation == Speculation::Lookup {
                batch.extend_from_slice(lookup.draft(AHEAD.min(room.saturating_sub(1))));
            }
            let (before, drafted) = (memory.length(), batch.len() - 1);
            self.read(memory, &batch, Wanted::All);
            let vocabulary = self.decoder.vocabulary();
            let mut accepted = 0;
            loop {
                next = chosen(likeliest(&self.decoder.logits()[accepted * vocabulary..][..vocabulary]))?;
                if accepted == drafted || batch[accepted + 1] != next {
                    break;
                }
                if let ControlFlow::Break(stop) = self.write(next, written) {
                    return Ok(stop);
                }
                lookup.push(next);
                accepted += 1;
            }
            lookup.report(drafted, accepted);
            memory.truncate(before + 1 + accepted);
        }
    }

    /// One of the likely tokens.
    fn sample(
        &mut self,
        ids: &[u32],
        memory: &mut Memory,
        written: &mut Written,
        sampling: Sampling,
    ) -> Result<StopReason> {
        let mut sampler = Sampler::new(sampling);
        let mut recent: Vec<u32> = ids.to_vec();
        loop {
            let last = &recent[recent.len().saturating_sub(RECENT)..];
            let next = chosen(sampler.next(self.decoder.logits_mut(), last))?;
            if let ControlFlow::Break(stop) = self.write(next, written) {
                return Ok(stop);
            }
            recent.push(next);
            self.read(memory, &[next], Wanted::Last);
        }
    }

    /// Only quotations and what joins them; tokens that follow without a choice are read at once.
    fn quote(
        &mut self,
        memory: &mut Memory,
        written: &mut Written,
        quoting: &mut Quoting<'_>,
        sampling: Sampling,
    ) -> Result<StopReason> {
        let mut sampler = Sampler::new(sampling);
        let (mut allowed, mut batch) = (Vec::new(), Vec::new());
        loop {
            allowed.clear();
            quoting.allowed(&mut allowed);
            let next = chosen(self.best_of(&allowed, &mut sampler, written))?;
            batch.clear();
            batch.push(next);
            loop {
                let token = batch[batch.len() - 1];
                if let ControlFlow::Break(stop) = self.write(token, written) {
                    return Ok(stop);
                }
                quoting.advance(token).map_err(crate::error::Error::internal("quoting"))?;
                let mut forced = Vec::new();
                if batch.len() <= AHEAD {
                    quoting.forced(1, &mut forced);
                }
                let Some(token) = forced.first() else { break };
                batch.push(*token);
            }
            self.read(memory, &batch, Wanted::Last);
        }
    }

    /// What was written, part by part.
    fn parts(&self, quoting: &Quoting<'_>, tokens: &[u32]) -> Vec<Part> {
        let text = |written: Range<usize>| {
            let bytes: Vec<u8> =
                tokens[written].iter().flat_map(|token| self.tokenizer.bytes(*token)).copied().collect();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let part = |span| match span {
            quote::Part::Quote { passage, written, .. } => Part { text: text(written), quotes: Some(passage) },
            quote::Part::Connective { written, .. } => Part { text: text(written), quotes: None },
        };
        quoting.spans().into_iter().map(part).collect()
    }

    fn best_of(&mut self, allowed: &[u32], sampler: &mut Sampler, written: &Written) -> Option<u32> {
        let logits = self.decoder.logits_mut();
        let kept: Vec<(u32, f32)> = allowed.iter().map(|token| (*token, logits[*token as usize])).collect();
        logits.fill(f32::NEG_INFINITY);
        for (token, logit) in kept {
            logits[token as usize] = logit;
        }
        sampler.next(logits, &written.tokens)
    }

    fn read(&mut self, memory: &mut Memory, tokens: &[u32], wanted: Wanted) {
        // The sink has just been asked, and so few tokens are one part.
        let _ = self.decoder.read(memory, tokens, wanted, &mut || true);
    }

    /// Writes a token, unless it ends the turn; whether there is to be another.
    fn write(&mut self, token: u32, written: &mut Written) -> ControlFlow<StopReason> {
        if self.tokenizer.ends_turn(token) {
            return ControlFlow::Break(StopReason::EndOfTurn);
        }
        written.tokens.push(token);
        written.generation.tokens += 1;
        let text = written.characters.push(self.tokenizer.bytes(token));
        written.generation.text.push_str(&text);
        // Also when no character is whole yet: the sink decides after every token whether there is another.
        if (self.sink)(&text).is_break() {
            return ControlFlow::Break(StopReason::Cancelled);
        }
        if written.tokens.len() == self.room {
            return ControlFlow::Break(StopReason::Length);
        }
        ControlFlow::Continue(())
    }
}

fn chosen(token: Option<u32>) -> Result<u32> {
    token.ok_or_else(|| broken("the model's weights are damaged: they compute no finite number"))
}
