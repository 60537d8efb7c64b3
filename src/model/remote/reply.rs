//! What is said in JSON, to and fro: `OpenAI`'s chat completions, whole or in chunks, and errors as several servers word them.
//! Read leniently: a field that is absent, null or of another type says nothing.

use serde_json::{Value, json};

use crate::model::{Prompt, Speaker, StopReason};

/// Characters of a server's words that are told.
const TOLD: usize = 300;

/// A prompt's messages.
pub fn messages(prompt: &Prompt) -> Value {
    let role = |speaker| match speaker {
        Speaker::System => "system",
        Speaker::User => "user",
        Speaker::Assistant => "assistant",
    };
    prompt.messages.iter().map(|m| json!({ "role": role(m.speaker), "content": m.text })).collect()
}

/// A completion or a chunk of one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Text that it adds.
    pub text: String,
    /// Why the completion ended, if this ends it.
    pub finish: Option<Finish>,
    /// Tokens of the prompt and of the completion.
    pub usage: Option<(usize, usize)>,
}

/// Why a completion ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// As it should.
    Whole(StopReason),
    /// For a reason that leaves it incomplete, such as `content_filter`.
    Early(String),
}

impl Reply {
    /// Reads a completion or a chunk of one; `None` where it is neither.
    pub fn read(json: &Value) -> Option<Self> {
        let choices = json.get("choices")?.as_array()?;
        let choice = choices.first();
        let said = choice.and_then(|choice| choice.get("delta").or_else(|| choice.get("message")));
        let text = said.and_then(|said| said.get("content")).and_then(Value::as_str).unwrap_or_default();
        let finish = choice.and_then(|choice| choice.get("finish_reason")).and_then(Value::as_str);
        let usage = json.get("usage").and_then(|usage| {
            let tokens = |name| usage.get(name)?.as_u64().map(|tokens| tokens as usize);
            Some((tokens("prompt_tokens")?, tokens("completion_tokens")?))
        });
        Some(Self { text: text.to_owned(), finish: finish.filter(|reason| !reason.is_empty()).map(finish_of), usage })
    }
}

/// `stop` and `length` are `OpenAI`'s; the others are what the servers' own samplers call the same.
fn finish_of(reason: &str) -> Finish {
    match reason {
        "stop" | "eos" | "eos_token" | "end_turn" | "stop_sequence" => Finish::Whole(StopReason::EndOfTurn),
        "length" | "max_tokens" => Finish::Whole(StopReason::Length),
        other => Finish::Early(other.to_owned()),
    }
}

/// The error that a JSON value is: `{"error": {"message"}}` (`OpenAI`), `{"error": "…"}` (Ollama), `{"object": "error",
/// "message"}` (older vLLM), `{"detail"}` (`FastAPI`).
pub fn error(json: &Value) -> Option<String> {
    let words = |value: &Value| match value {
        Value::Null => None,
        Value::String(words) => Some(words.clone()),
        other => Some(other.get("message").and_then(Value::as_str).map_or_else(|| other.to_string(), str::to_owned)),
    };
    let of = |name: &str| json.get(name).and_then(words);
    of("error").or_else(|| of("detail")).or_else(|| (json.get("object")? == "error").then(|| of("message"))?)
}

/// A server's own words in the body of an answer that is an error; a page for people has none.
pub fn words(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.is_empty() || text.starts_with('<') {
        return None;
    }
    let json: Option<Value> = serde_json::from_str(text).ok();
    let words = match json {
        Some(json) => error(&json).or_else(|| json.get("message")?.as_str().map(str::to_owned))?,
        None => text.to_owned(),
    };
    Some(words)
}

/// Somebody else's words on one line, with nothing that moves a terminal's cursor, and not at any length.
pub fn tidy(words: &str) -> String {
    let mut told: String = words.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(TOLD).collect();
    if words.trim().chars().nth(TOLD).is_some() {
        told.push('…');
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_are_absent_or_null_say_nothing() {
        let silent = Some(Reply::default());
        for chunk in [
            json!({ "choices": [] }),
            json!({ "choices": [{ "delta": { "role": "assistant", "content": null }, "finish_reason": null }] }),
            json!({ "choices": [{ "delta": {}, "finish_reason": "" }], "usage": null }),
            json!({ "choices": [{ "delta": { "reasoning_content": "hm" } }], "usage": { "prompt_tokens": "?" } }),
        ] {
            assert_eq!(Reply::read(&chunk), silent, "{chunk}");
        }
        assert_eq!(Reply::read(&json!({ "data": [] })), None);
    }

    #[test]
    fn an_end_that_leaves_the_answer_incomplete_is_told_from_a_stop() {
        let finish = |reason: &str| Reply::read(&json!({ "choices": [{ "finish_reason": reason }] })).unwrap().finish;
        assert_eq!(finish("stop"), Some(Finish::Whole(StopReason::EndOfTurn)));
        assert_eq!(finish("length"), Some(Finish::Whole(StopReason::Length)));
        assert_eq!(finish("content_filter"), Some(Finish::Early("content_filter".into())));
    }

    #[test]
    fn errors_are_read_in_the_words_of_several_servers() {
        for body in [
            r#"{"error":{"message":"no","code":500}}"#,
            r#"{"error":"no"}"#,
            r#"{"object":"error","message":"no"}"#,
            r#"{"detail":"no"}"#,
            r#"{"message":"no"}"#,
            " no\n",
        ] {
            assert_eq!(words(body.as_bytes()).as_deref(), Some("no"), "{body}");
        }
        assert_eq!(words(b"<html>no</html>"), None);
        assert_eq!(error(&json!({ "error": null, "choices": [] })), None);
    }

    #[test]
    fn a_servers_words_cannot_move_the_cursor() {
        assert_eq!(tidy("a\u{1b}[2J\r\nb\n"), "a [2J  b");
        assert_eq!(tidy(&"x".repeat(1000)).chars().count(), TOLD + 1);
    }
}
