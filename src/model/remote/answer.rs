//! An answer as it comes: pieces of text into the sink, until the server says why it ended.

use std::{mem, time::Duration};

use serde_json::Value;

use super::{
    Timeouts,
    events::{Event, Events},
    exchange::{Exchange, MOST, Stop, kind},
    fault::{Awaited, Fault},
    reply::{self, Finish, Reply},
    survey,
};
use crate::model::{Generation, generator::Sink};

/// How long a server may take, after it said that the answer is whole, to say how many tokens it had. A choice: the
/// last event follows at once, and without it the answer is whole too.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// Reads an answer into `generation`, piece by piece, each shown to the sink. The text that came before a fault stays.
pub fn read(
    exchange: &mut Exchange,
    timeouts: &Timeouts,
    generation: &mut Generation,
    sink: &mut Sink<'_>,
) -> Result<(), Stop> {
    exchange.begin(&mut || sink(""))?;
    let mut answer = Answer { generation, sink, extent: Extent::Open, body: Body::Unopened };
    while answer.extent != Extent::Over {
        let most = match (answer.extent, answer.generation.text.is_empty()) {
            (Extent::Open, true) => (Awaited::Beginning, timeouts.first),
            (Extent::Open, false) => (Awaited::More, timeouts.silence),
            _ => (Awaited::More, AFTERWARDS),
        };
        let came = match exchange.more(most, &mut || (answer.sink)("")) {
            Ok(Some(bytes)) => answer.take(&bytes),
            Ok(None) => answer.end(),
            Err(stop) => Err(stop),
        };
        match came {
            Err(_) if answer.extent != Extent::Open => break,
            came => came?,
        }
    }
    Ok(())
}

/// How much of the answer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// There is more to come.
    Open,
    /// All of its text; the number of its tokens may follow.
    Whole,
    /// Nothing follows.
    Over,
}

/// What the body is, by its first character: the type that a server states for it is not always right.
enum Body {
    Unopened,
    Events(Events),
    /// All of it at once: an answer of a server that does not stream, or no answer.
    Whole(Vec<u8>),
}

struct Answer<'a, 's> {
    generation: &'a mut Generation,
    sink: &'a mut Sink<'s>,
    extent: Extent,
    body: Body,
}

impl Answer<'_, '_> {
    fn take(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        if let Body::Unopened = self.body {
            self.body = match bytes.trim_ascii_start().first() {
                None => return Ok(()), // white space before whatever it is
                Some(b'{' | b'[' | b'<') => Body::Whole(Vec::new()),
                Some(_) => Body::Events(Events::default()),
            };
        }
        let too_much = Fault::Strange("more than an answer has");
        match &mut self.body {
            Body::Events(events) => {
                for event in events.push(bytes).map_err(|_| too_much)? {
                    self.event(event)?;
                }
            }
            Body::Whole(whole) if whole.len() + bytes.len() > MOST => return Err(too_much.into()),
            Body::Whole(whole) => whole.extend(bytes),
            Body::Unopened => (),
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Stop> {
        match mem::replace(&mut self.body, Body::Unopened) {
            Body::Events(events) => {
                // What is cut off within an event is cut off, not strange.
                let last = events.finish().map_or(Ok(()), |event| self.event(event));
                last.or_else(|stop| match stop {
                    Stop::Fault(Fault::Strange(_)) => Ok(()),
                    stop => Err(stop),
                })?;
            }
            Body::Whole(whole) => {
                let json: Value = serde_json::from_slice(&whole).map_err(|_| Fault::Strange(kind(&whole)))?;
                self.json(&json)?;
                if json.get("usage").is_none() {
                    self.generation.tokens = survey::estimate(&self.generation.text);
                }
            }
            Body::Unopened => (),
        }
        self.close()
    }

    fn close(&mut self) -> Result<(), Stop> {
        if self.extent == Extent::Open {
            return Err(Fault::Ended(None).into());
        }
        self.extent = Extent::Over;
        Ok(())
    }

    fn event(&mut self, event: Event) -> Result<(), Stop> {
        let data = match event {
            Event::Error(data) => return Err(Fault::Said(reply::words(data.as_bytes()).unwrap_or(data)).into()),
            Event::Message(data) => data,
        };
        if data.trim() == "[DONE]" {
            return self.close();
        }
        let json: Value = serde_json::from_str(&data).map_err(|_| Fault::Strange("an event that is not JSON"))?;
        self.json(&json)
    }

    fn json(&mut self, json: &Value) -> Result<(), Stop> {
        if let Some(said) = reply::error(json) {
            return Err(Fault::Said(said).into());
        }
        let reply = Reply::read(json).ok_or(Fault::Strange("JSON that is no chat completion"))?;
        if let Some((prompt, written)) = reply.usage {
            (self.generation.prompt_tokens, self.generation.tokens) = (prompt, written);
        } else if !reply.text.is_empty() {
            self.generation.tokens += 1; // a server sends one at a time, or else says how many there were
        }
        self.generation.text.push_str(&reply.text);
        if (self.sink)(&reply.text).is_break() {
            return Err(Stop::Cancelled);
        }
        if self.generation.text.len() > MOST {
            return Err(Fault::Strange("more than an answer has").into());
        }
        match reply.finish {
            Some(Finish::Early(reason)) => return Err(Fault::Ended(Some(reason)).into()),
            Some(Finish::Whole(stop)) => (self.extent, self.generation.stop) = (Extent::Whole, stop),
            None => (),
        }
        Ok(())
    }
}
