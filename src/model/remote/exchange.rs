//! One request and what comes back, on a thread of its own: the one who waits is asked meanwhile, every [`POLL`],
//! whether to go on. To drop an exchange is to close its connection at once, which is how a server learns to stop.

use std::{
    io::Read,
    ops::ControlFlow,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    time::{Duration, Instant},
};

use serde_json::Value;
use ureq::{
    Agent, Body, Proxy,
    http::{HeaderValue, Response, header},
};

use super::{
    Timeouts,
    address::Address,
    fault::{Awaited, Fault},
    reply,
};
use crate::error::Error;

/// How often the one who waits is asked. Below what a person notices between a key and its effect.
pub const POLL: Duration = Duration::from_millis(100);

/// Bytes of a body that is read as a whole, at most, so that a server cannot fill the memory.
pub const MOST: usize = 8 << 20;

/// Pieces that may lie between the thread and the one who takes them. A server that is faster has to wait.
const PIECES: usize = 16;

/// Says whether to go on waiting.
pub type GoOn<'g> = dyn FnMut() -> ControlFlow<()> + 'g;

/// Why an exchange gave nothing.
#[derive(Debug)]
pub enum Stop {
    /// It was to go on no further.
    Cancelled,
    /// It could not.
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// How a server is spoken to.
pub struct Wire {
    authorization: Option<HeaderValue>,
    is_direct: bool,
    timeouts: Timeouts,
}

impl Wire {
    /// Speaks to the server at an address, which gets the key.
    pub fn new(address: &Address, key: Option<&str>, timeouts: Timeouts) -> Result<Self, Error> {
        let authorization = key.map(|key| bearer(address, key)).transpose()?;
        Ok(Self { authorization, is_direct: address.is_loopback(), timeouts })
    }

    /// Sends a request: `POST` with a body, else `GET`; waits for `first` until the answer begins. No answer sends it
    /// on to another address.
    pub fn send(&self, url: &str, body: Option<&Value>, first: Duration) -> Exchange {
        let timeouts = Timeouts { first, ..self.timeouts };
        let agent: Agent = Agent::config_builder()
            .timeout_resolve(Some(timeouts.connect))
            .timeout_connect(Some(timeouts.connect))
            .timeout_send_request(Some(timeouts.connect))
            .timeout_send_body(Some(timeouts.first))
            .timeout_recv_response(Some(timeouts.first))
            .proxy(if self.is_direct { None } else { Proxy::try_from_env() })
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .accept_encoding("identity")
            .user_agent(concat!("purview/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        let (sender, incoming) = sync_channel(PIECES);
        let request = Request {
            agent: agent.clone(),
            url: url.to_owned(),
            body: body.map(Value::to_string),
            authorization: self.authorization.clone(),
        };
        std::thread::spawn(move || request.run(&sender));
        Exchange { agent, incoming, timeouts }
    }

    /// The JSON that a small request is answered with, for which no model computes.
    pub fn json(&self, url: &str, body: Option<&Value>, go_on: &mut GoOn<'_>) -> Result<Value, Stop> {
        let mut exchange = self.send(url, body, self.timeouts.silence);
        exchange.begin(go_on)?;
        let body = exchange.rest(go_on)?;
        serde_json::from_slice(&body).map_err(|_| Fault::Strange(kind(&body)).into())
    }
}

fn bearer(address: &Address, key: &str) -> Result<HeaderValue, Error> {
    let mut value =
        HeaderValue::from_str(&format!("Bearer {key}")).ok().filter(|_| key.is_ascii()).ok_or_else(|| {
            Error::usage(
                format!("the key for `{address}` has characters that no key has"),
                "see what is in its environment variable: a line's end, quotation marks from a word processor",
            )
        })?;
    value.set_sensitive(true); // kept out of logs
    Ok(value)
}

/// What a body that is no JSON is.
pub fn kind(body: &[u8]) -> &'static str {
    match body.trim_ascii_start().first() {
        Some(b'<') => "a web page",
        Some(_) => "something other than JSON",
        None => "nothing",
    }
}

/// What comes back.
enum Incoming {
    Head { code: u16, retry_after: Option<Duration>, location: Option<String> },
    Bytes(Vec<u8>),
    End,
    Failed(ureq::Error),
}

/// The thread's side.
struct Request {
    agent: Agent,
    url: String,
    body: Option<String>,
    authorization: Option<HeaderValue>,
}

impl Request {
    /// Ends when the answer does, or when nobody takes it any more.
    fn run(self, sender: &SyncSender<Incoming>) {
        let mut response = match self.call() {
            Ok(response) => response,
            Err(error) => return drop(sender.send(Incoming::Failed(error))),
        };
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        // A date, which HTTP allows too, is no number of seconds and is not read.
        let retry_after = text(header::RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok());
        let mut next = Incoming::Head {
            code: response.status().as_u16(),
            retry_after: retry_after.map(Duration::from_secs),
            location: text(header::LOCATION).map(str::to_owned),
        };
        let mut reader = response.body_mut().as_reader();
        let mut buffer = [0; 8192];
        loop {
            let is_last = matches!(next, Incoming::End | Incoming::Failed(_));
            if sender.send(next).is_err() || is_last {
                return;
            }
            next = match reader.read(&mut buffer) {
                Ok(0) => Incoming::End,
                Ok(count) => Incoming::Bytes(buffer[..count].to_vec()),
                Err(error) => Incoming::Failed(error.into()),
            };
        }
    }

    fn call(&self) -> Result<Response<Body>, ureq::Error> {
        match &self.body {
            None => {
                let mut request = self.agent.get(&self.url);
                if let Some(value) = &self.authorization {
                    request = request.header(header::AUTHORIZATION, value);
                }
                request.call()
            }
            Some(body) => {
                let mut request = self.agent.post(&self.url).content_type("application/json");
                if let Some(value) = &self.authorization {
                    request = request.header(header::AUTHORIZATION, value);
                }
                request.send(body)
            }
        }
    }
}

/// The side of the one who waits.
pub struct Exchange {
    agent: Agent,
    incoming: Receiver<Incoming>,
    timeouts: Timeouts,
}

impl Exchange {
    /// Waits for the answer to begin; one that refuses is a fault, with the server's words.
    pub fn begin(&mut self, go_on: &mut GoOn<'_>) -> Result<(), Stop> {
        // The thread has its own limits until then.
        let Incoming::Head { code, retry_after, location } = self.take(None, go_on)? else {
            return Err(Fault::Strange("nothing").into());
        };
        if (200..300).contains(&code) {
            return Ok(());
        }
        // Words that do not come in full are not worth another error.
        let body = match self.rest(go_on) {
            Err(Stop::Cancelled) => return Err(Stop::Cancelled),
            body => body.unwrap_or_default(),
        };
        Err(Fault::Status { code, said: reply::words(&body), retry_after, location }.into())
    }

    /// Waits for more of the body, so long at most; `None` at its end.
    pub fn more(&mut self, most: (Awaited, Duration), go_on: &mut GoOn<'_>) -> Result<Option<Vec<u8>>, Stop> {
        match self.take(Some(most), go_on)? {
            Incoming::Bytes(bytes) => Ok(Some(bytes)),
            _ => Ok(None),
        }
    }

    /// Waits for the whole of the body.
    fn rest(&mut self, go_on: &mut GoOn<'_>) -> Result<Vec<u8>, Stop> {
        let mut body = Vec::new();
        while let Some(bytes) = self.more((Awaited::More, self.timeouts.silence), go_on)? {
            body.extend(bytes);
            if body.len() > MOST {
                return Err(Fault::Strange("more than it should").into());
            }
        }
        Ok(body)
    }

    fn take(&mut self, most: Option<(Awaited, Duration)>, go_on: &mut GoOn<'_>) -> Result<Incoming, Stop> {
        let started = Instant::now();
        loop {
            let left = most.map_or(POLL, |(_, most)| most.saturating_sub(started.elapsed()));
            match self.incoming.recv_timeout(left.min(POLL)) {
                Ok(Incoming::Failed(error)) => return Err(Fault::of(&error, &self.timeouts).into()),
                Ok(incoming) => return Ok(incoming),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Fault::Broken("what was reading from it has stopped".into()).into());
                }
                Err(RecvTimeoutError::Timeout) => (),
            }
            if go_on().is_break() {
                return Err(Stop::Cancelled);
            }
            if let Some((awaited, most)) = most
                && started.elapsed() >= most
            {
                return Err(Fault::Silent(awaited, most).into());
            }
        }
    }
}

impl Drop for Exchange {
    /// The thread wakes from whatever it waits for, but for a name or a connection, which have their own limit.
    fn drop(&mut self) {
        self.agent.clone().shutdown();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_kept_out_of_what_a_library_logs() {
        let address = Address::parse("http://127.0.0.1:1/v1").unwrap();
        assert_eq!(format!("{:?}", bearer(&address, "secret").unwrap()), "Sensitive");
    }
}
