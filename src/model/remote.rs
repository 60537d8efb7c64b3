//! A language model on a server that speaks `OpenAI`'s chat completions: llama-server, vLLM, Ollama, mistral.rs,
//! llama-cpp-python. Asks for greedy decoding; whether the same prompt gives the same answer is the server's doing.
//!
//! Knows the protocol; does not know where the settings are kept, and never says, logs or sends on the key.

mod address;
mod answer;
mod events;
mod exchange;
mod fault;
mod patience;
mod reply;
mod survey;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    ops::ControlFlow,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use self::{
    address::Address,
    exchange::{GoOn, Stop, Wire},
    fault::{Circumstances, Fault},
    survey::{Context, Count, Counter, GUESSED_CONTEXT, Survey},
};
use super::{Decoding, Generation, Generator, Prompt, StopReason, generator::Sink};
use crate::error::{Error, Result};

/// Attempts after the first, a choice: with the waits between them they take some seconds.
const RETRIES: u32 = 2;

/// Where a server is and what it is asked for.
#[derive(Clone)]
pub struct Endpoint {
    /// Up to and with `/v1`.
    pub base_url: String,
    /// The model's name on the server.
    pub model: String,
    /// What the server wants to see before it answers; sent to this host and nowhere else.
    pub key: Option<String>,
    /// How many tokens prompt and answer may have; none: as the server says.
    pub context_tokens: Option<usize>,
    /// How long the server is waited for.
    pub timeouts: Timeouts,
    /// How often a request that failed before any answer is sent again.
    pub retries: u32,
    /// Of the server's sampler, and of the waits between attempts. To llama.cpp, `u32::MAX` is any.
    pub seed: u32,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { base_url: _, model, key, context_tokens, timeouts, retries, seed } = self;
        f.debug_struct("Endpoint")
            .field("model", model)
            .field("key", &key.as_ref().map(|_| "(key)"))
            .field("context_tokens", context_tokens)
            .field("timeouts", timeouts)
            .field("retries", retries)
            .field("seed", seed)
            .finish_non_exhaustive() // the URL may have a password in it, until it was taken apart
    }
}

/// How long a server is waited for. Anything that it sends is a sign of life, a comment to keep the connection too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For its name, then for a connection to it, then for that to take the request.
    pub connect: Duration,
    /// For a sign of life before the answer's text begins: it may have to load the model and to read the prompt.
    pub first: Duration,
    /// For a sign of life between two pieces of the text.
    pub silence: Duration,
}

/// A choice, not a measurement: a prompt of 2000 tokens is read in 200 s at 10 a second, which is slow.
impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(4), first: Duration::from_mins(5), silence: Duration::from_mins(1) }
    }
}

/// A model on a server.
pub struct Remote {
    endpoint: Endpoint,
    address: Address,
    wire: Wire,
    name: String,
    context: OnceLock<Context>,
    counter: OnceLock<Counter>,
    /// Nobody was there to be asked about contexts and tokens. Only a prompt tries again: to ask before each is to
    /// wait before each.
    is_absent: AtomicBool,
}

impl Endpoint {
    /// A model on a server that wants no key, with the usual patience.
    pub fn new(base_url: String, model: String) -> Self {
        let timeouts = Timeouts::default();
        Self { base_url, model, key: None, context_tokens: None, timeouts, retries: RETRIES, seed: std::process::id() }
    }
}

impl Remote {
    /// Looks at the address and the key; opens no connection.
    pub fn new(mut endpoint: Endpoint) -> Result<Self> {
        let address = Address::parse(&endpoint.base_url)?;
        endpoint.key = endpoint.key.filter(|key| !key.is_empty());
        let wire = Wire::new(&address, endpoint.key.as_deref(), endpoint.timeouts)?;
        let name = format!("{} at {}", endpoint.model, address.host());
        let context = endpoint.context_tokens.map_or_else(OnceLock::new, |known| Context::Known(known).into());
        Ok(Self { endpoint, address, wire, name, context, counter: OnceLock::new(), is_absent: AtomicBool::new(false) })
    }

    /// What a user ought to know before the first request.
    pub fn warning(&self) -> Option<String> {
        (self.endpoint.key.is_some() && self.address.is_open()).then(|| {
            format!(
                "the key for `{}` is sent unencrypted: whoever is on the way can read it; `https://` hides it",
                self.address
            )
        })
    }

    /// Asks the server for its models; returns their names.
    ///
    /// # Errors
    /// The server is not there, wants a key, or does not have the model.
    pub fn probe(&self) -> Result<Vec<String>> {
        let told = |fault: Fault| self.tell(&fault, &self.address.api("models"), 1, "");
        match self.survey().models(&mut || ControlFlow::Continue(())) {
            Ok(models) if models.iter().any(|name| self.survey().is_meant(name)) => Ok(models),
            Ok(models) => Err(told(Fault::NoModel(self.endpoint.model.clone(), models))),
            Err(Stop::Fault(fault)) => Err(told(fault)),
            Err(Stop::Cancelled) => Ok(Vec::new()), // nobody cancels it
        }
    }

    fn survey(&self) -> Survey<'_> {
        Survey { address: &self.address, wire: &self.wire, model: &self.endpoint.model }
    }

    /// As known, else as the server says, which is remembered.
    fn context(&self, go_on: &mut GoOn<'_>) -> Result<Context, Cancelled> {
        if let Some(context) = self.context.get() {
            return Ok(*context);
        }
        let asked = self.ask(|survey| survey.context(go_on))?;
        Ok(asked.map_or(Context::Guessed, |context| *self.context.get_or_init(|| context)))
    }

    /// As whoever can counts; who that is, is found out once.
    fn count(&self, prompt: &Prompt, go_on: &mut GoOn<'_>) -> Result<Count, Cancelled> {
        let known = self.counter.get().copied();
        for counter in Counter::ALL.into_iter().filter(|counter| known.is_none_or(|known| known == *counter)) {
            match self.ask(|survey| survey.count(prompt, counter, go_on))? {
                Some(Some(count)) => {
                    self.counter.get_or_init(|| counter);
                    return Ok(count);
                }
                Some(None) => (),
                None => break,
            }
        }
        Ok(survey::estimated(prompt))
    }

    /// Asks the server about itself; `None` where nobody is there.
    fn ask<T>(&self, question: impl FnOnce(&Survey<'_>) -> Result<T, Stop>) -> Result<Option<T>, Cancelled> {
        if self.is_absent.load(Ordering::Relaxed) {
            return Ok(None);
        }
        match question(&self.survey()) {
            Ok(told) => Ok(Some(told)),
            Err(Stop::Fault(_)) => {
                self.is_absent.store(true, Ordering::Relaxed);
                Ok(None)
            }
            Err(Stop::Cancelled) => Err(Cancelled),
        }
    }

    /// How many tokens an answer may have. What nobody knows is left to the server.
    fn room(&self, context: Context, count: Count) -> Result<usize> {
        let (about, tokens) = match count {
            Count::Counted(tokens) => ("", tokens),
            Count::Estimated(tokens) => ("about ", tokens),
        };
        let Context::Known(context) = context else { return Ok(usize::MAX) };
        context.checked_sub(tokens).filter(|room| *room > 0).ok_or_else(|| {
            Error::usage(
                format!("the prompt has {about}{tokens} tokens; `{}` takes {context}, its answer included", self.name),
                "ask a shorter question, or give the model fewer passages",
            )
        })
    }

    /// How long to wait before the next attempt, if there is to be one.
    fn patience(&self, fault: &Fault, attempts: u32, generation: &Generation) -> Option<Duration> {
        let again = attempts <= self.endpoint.retries && fault.is_transient() && generation.text.is_empty();
        again.then(|| patience::wait(attempts, fault.retry_after(), self.endpoint.seed))?
    }

    fn request(&self, prompt: &Prompt, decoding: &Decoding, tokens: usize) -> Value {
        let mut request = json!({
            "model": self.endpoint.model,
            "messages": reply::messages(prompt),
            "max_tokens": tokens,
            "temperature": decoding.sampling.temperature,
            "top_p": decoding.sampling.top_p,
            "seed": decoding.sampling.seed,
            "stream": true,
            "stream_options": { "include_usage": true },
        });
        if self.counter.get().is_some_and(|counter| counter.is_llama()) {
            // llama-cpp-python's is 1.1 where it is not said, with which nothing is greedy.
            request["repeat_penalty"] = json!(decoding.sampling.repetition_penalty);
        }
        request
    }

    fn tell(&self, fault: &Fault, url: &str, attempts: u32, shown: &str) -> Error {
        let (address, key) = (&self.address, self.endpoint.key.as_deref());
        fault.tell(&Circumstances { address, url, key, attempts, shown: shown.chars().count() })
    }
}

/// The sink said so.
struct Cancelled;

impl Generator for Remote {
    fn name(&self) -> &str {
        &self.name
    }

    /// As the settings say, else the server, else a stated guess of 4096. May ask the server.
    fn context_tokens(&self) -> usize {
        match self.context(&mut || ControlFlow::Continue(())) {
            Ok(Context::Known(tokens)) => tokens,
            Ok(Context::Guessed) | Err(Cancelled) => GUESSED_CONTEXT,
        }
    }

    /// As the server counts the texts, with a margin for its template; else an estimate on the safe side. May ask the
    /// server.
    fn count_tokens(&self, prompt: &Prompt) -> Result<usize> {
        let count = self.count(prompt, &mut || ControlFlow::Continue(()));
        Ok(count.unwrap_or_else(|Cancelled| survey::estimated(prompt)).tokens())
    }

    fn generate(&mut self, prompt: &Prompt, decoding: &Decoding, sink: &mut Sink<'_>) -> Result<Generation> {
        if prompt.messages.is_empty() {
            return Err(Error::Usage { message: "the prompt is empty".into(), hint: None });
        }
        if decoding.quotes.is_some() {
            return Err(Error::usage(
                format!("`{}` cannot be held to quotations: a server chooses its tokens itself", self.name),
                "use a model on this machine, or another mode",
            ));
        }
        decoding.sampling.check().map_err(|message| Error::Usage { message, hint: None })?;
        let mut generation = Generation {
            text: String::new(),
            prompt_tokens: 0,
            reused: 0,
            tokens: 0,
            stop: StopReason::Cancelled,
            parts: Vec::new(),
        };
        let Ok(context) = self.context(&mut || sink("")) else { return Ok(generation) };
        let Ok(count) = self.count(prompt, &mut || sink("")) else { return Ok(generation) };
        let most = self.room(context, count)?.min(decoding.tokens);
        generation.prompt_tokens = count.tokens();
        if most == 0 {
            return Ok(Generation { stop: StopReason::Length, ..generation });
        }
        let (url, body) = (self.address.api("chat/completions"), self.request(prompt, decoding, most));
        let timeouts = &self.endpoint.timeouts;
        let mut attempts = 1;
        loop {
            let mut exchange = self.wire.send(&url, Some(&body), timeouts.first);
            let fault = match answer::read(&mut exchange, timeouts, &mut generation, sink) {
                Ok(()) => {
                    self.is_absent.store(false, Ordering::Relaxed);
                    return Ok(generation);
                }
                Err(Stop::Cancelled) => return Ok(generation),
                Err(Stop::Fault(fault)) => fault,
            };
            drop(exchange);
            let Some(wait) = self.patience(&fault, attempts, &generation) else {
                return Err(self.tell(&fault, &url, attempts, &generation.text));
            };
            if rest(wait, sink).is_break() {
                return Ok(generation);
            }
            attempts += 1;
        }
    }
}

/// Waits, and asks the sink meanwhile whether to go on.
fn rest(wait: Duration, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let until = Instant::now() + wait;
    loop {
        sink("")?;
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return ControlFlow::Continue(());
        }
        std::thread::sleep(left.min(exchange::POLL));
    }
}
