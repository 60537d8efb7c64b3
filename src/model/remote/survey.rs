//! What a server tells beside answers: which models it has, how long a prompt may be, how many tokens a text has.
//! Each server has its own ways; where it has none of these, a stated guess stands in.

use serde_json::{Value, json};

use super::{
    address::Address,
    exchange::{GoOn, Stop, Wire},
    fault::Fault,
    reply,
};
use crate::model::Prompt;

/// Tokens of context where neither the settings nor the server says how many. A guess on the low side: every model
/// that was trained for chat since 2023 takes as much, and what a server was started with may be less.
pub const GUESSED_CONTEXT: usize = 4096;

/// Bytes in a token where the server does not count them, on the safe side: of 480 parts of 1500 bytes of the corpus
/// `us-tax`, read by `SmolLM2`'s tokenizer, a token has 3.5 bytes, and in the worst, a table of digits, 2.1.
const BYTES_IN_A_TOKEN: usize = 2;

/// Tokens that a chat template puts around a message, at most: `ChatML` has 5, Llama 3 has 5. The answer's head, which
/// the prompt ends with, counts as a message. What a template adds for a system message that is not there, is not known.
const AROUND_A_MESSAGE: usize = 6;

/// How many tokens prompt and answer may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// By the settings or the server.
    Known(usize),
    /// Nobody says.
    Guessed,
}

/// Who counts a text's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counter {
    /// llama-server's `POST /tokenize`, of a text.
    LlamaServer,
    /// vLLM's `POST /tokenize`, of messages with their template.
    Vllm,
    /// llama-cpp-python's `POST /extras/tokenize/count`.
    LlamaCppPython,
    /// Nobody: [`BYTES_IN_A_TOKEN`].
    Estimate,
}

impl Counter {
    /// In the order in which they are tried; the last one always counts.
    pub const ALL: [Self; 4] = [Self::LlamaServer, Self::Vllm, Self::LlamaCppPython, Self::Estimate];

    /// Whether its server samples as llama.cpp does, which has more settings than `OpenAI`'s.
    pub fn is_llama(self) -> bool {
        matches!(self, Self::LlamaServer | Self::LlamaCppPython)
    }
}

/// How many tokens a text has, on the safe side.
pub fn estimate(text: &str) -> usize {
    text.len().div_ceil(BYTES_IN_A_TOKEN)
}

/// A number of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Of the server's tokenizer.
    Counted(usize),
    /// On the safe side of what it probably is.
    Estimated(usize),
}

impl Count {
    /// The number.
    pub fn tokens(self) -> usize {
        match self {
            Self::Counted(tokens) | Self::Estimated(tokens) => tokens,
        }
    }
}

/// How many tokens a prompt has, without asking anybody.
pub fn estimated(prompt: &Prompt) -> Count {
    let (text, around) = flat(prompt);
    Count::Estimated(estimate(&text) + around)
}

/// A prompt's text, and the tokens that the template adds at most.
fn flat(prompt: &Prompt) -> (String, usize) {
    let texts: Vec<&str> = prompt.messages.iter().map(|message| message.text.as_str()).collect();
    (texts.join("\n"), (texts.len() + 1) * AROUND_A_MESSAGE)
}

/// Asks one server about one of its models.
pub struct Survey<'s> {
    /// Where it is.
    pub address: &'s Address,
    /// How it is spoken to.
    pub wire: &'s Wire,
    /// The model.
    pub model: &'s str,
}

impl Survey<'_> {
    /// The names of the server's models.
    pub fn models(&self, go_on: &mut GoOn<'_>) -> Result<Vec<String>, Stop> {
        let listed = self.listed(go_on)?;
        let names = listed.iter().filter_map(|model| model.get("id")?.as_str());
        Ok(names.map(str::to_owned).collect())
    }

    /// Whether a name on the list is the model's. Ollama adds a tag where none was asked for.
    pub fn is_meant(&self, name: &str) -> bool {
        name.strip_suffix(":latest").unwrap_or(name) == self.model || name == self.model
    }

    /// How many tokens the model takes: as vLLM lists it, as llama-server was started, as the model was trained.
    /// A fault where the server is not there.
    pub fn context(&self, go_on: &mut GoOn<'_>) -> Result<Context, Stop> {
        let listed = known(self.listed(go_on))?.unwrap_or_default();
        let named = listed.iter().find(|model| model["id"].as_str().is_some_and(|name| self.is_meant(name)));
        let model = named.or(if listed.len() == 1 { listed.first() } else { None });
        let of_model = |path: &str| model.and_then(|model| number(model.pointer(path)));
        if let Some(tokens) = of_model("/max_model_len") {
            return Ok(Context::Known(tokens));
        }
        let props = known(self.wire.json(&self.address.beside("props"), None, go_on))?.unwrap_or_default();
        let started = number(props.pointer("/default_generation_settings/n_ctx"));
        let tokens = started.or_else(|| of_model("/meta/n_ctx")).or_else(|| of_model("/meta/n_ctx_train"));
        Ok(tokens.map_or(Context::Guessed, Context::Known))
    }

    /// How many tokens a prompt has; `None` where this is not who counts them. A fault where the server is not there.
    pub fn count(&self, prompt: &Prompt, counter: Counter, go_on: &mut GoOn<'_>) -> Result<Option<Count>, Stop> {
        let (text, around) = flat(prompt);
        let (path, body, around) = match counter {
            Counter::LlamaServer => ("tokenize", json!({ "content": text }), around),
            Counter::Vllm => ("tokenize", json!({ "model": self.model, "messages": reply::messages(prompt) }), 0),
            Counter::LlamaCppPython => ("extras/tokenize/count", json!({ "model": self.model, "input": text }), around),
            Counter::Estimate => return Ok(Some(estimated(prompt))),
        };
        let json = known(self.wire.json(&self.address.beside(path), Some(&body), go_on))?.unwrap_or_default();
        let tokens = json.get("tokens").and_then(Value::as_array).map(Vec::len);
        Ok(tokens.or_else(|| number(json.get("count"))).map(|tokens| Count::Counted(tokens + around)))
    }

    fn listed(&self, go_on: &mut GoOn<'_>) -> Result<Vec<Value>, Stop> {
        let json = self.wire.json(&self.address.api("models"), None, go_on)?;
        let listed = json.get("data").and_then(Value::as_array).cloned();
        listed.ok_or_else(|| Fault::Strange("JSON that is no list of models").into())
    }
}

/// What a server told, `None` if it does not have this to tell.
fn known<T>(told: Result<T, Stop>) -> Result<Option<T>, Stop> {
    match told {
        Ok(told) => Ok(Some(told)),
        Err(Stop::Fault(fault)) if !fault.is_absence() => Ok(None),
        Err(stop) => Err(stop),
    }
}

fn number(json: Option<&Value>) -> Option<usize> {
    json?.as_u64().filter(|number| *number > 0).map(|number| number as usize)
}
