//! What can go wrong between here and a server, whether to try again, and how it is told. Opens no connection.

use std::{io, time::Duration};

use ureq::Timeout;

use super::{Timeouts, address::Address, reply};
use crate::error::Error;

/// Why there is no answer, or not the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing came for as long as was waited.
    Silent(Awaited, Duration),
    /// There was no connection.
    Unreachable {
        /// The system's reason.
        reason: String,
        /// Whether somebody is there and may listen soon.
        is_refused: bool,
    },
    /// The connection broke.
    Broken(String),
    /// The two sides do not understand each other: TLS, HTTP.
    Garbled(String),
    /// The server refused or failed.
    Status {
        /// HTTP's number for it.
        code: u16,
        /// The server's own words, where it had any.
        said: Option<String>,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
        /// Where it sends on to.
        location: Option<String>,
    },
    /// What came is no answer of this API.
    Strange(&'static str),
    /// The server says that it failed, in the midst of its answer.
    Said(String),
    /// The answer ended before its end, with this reason if any.
    Ended(Option<String>),
    /// The server has other models: these.
    NoModel(String, Vec<String>),
}

/// What was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// A connection.
    Connection,
    /// The answer's beginning.
    Beginning,
    /// More of it.
    More,
}

/// Under what circumstances there was a fault.
#[derive(Debug)]
pub struct Circumstances<'c> {
    /// Which server.
    pub address: &'c Address,
    /// What was asked for.
    pub url: &'c str,
    /// What must not be told.
    pub key: Option<&'c str>,
    /// How often it was tried.
    pub attempts: u32,
    /// Characters of the answer that were shown before.
    pub shown: usize,
}

impl Circumstances<'_> {
    fn without_key(&self, text: &str) -> String {
        match self.key {
            Some(key) => text.replace(key, "(key)"),
            None => text.to_owned(),
        }
    }

    /// What somebody else says. Shortened only once the key is out of it, of which half would be left otherwise.
    fn quote(&self, words: &str) -> String {
        reply::tidy(&self.without_key(words))
    }
}

impl Fault {
    /// What a failure of the library means.
    pub fn of(error: &ureq::Error, timeouts: &Timeouts) -> Self {
        use io::ErrorKind as Kind;
        match error {
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect | Timeout::SendRequest) => {
                Self::Silent(Awaited::Connection, timeouts.connect)
            }
            ureq::Error::Timeout(_) => Self::Silent(Awaited::Beginning, timeouts.first),
            ureq::Error::Io(reason) => match reason.kind() {
                Kind::ConnectionRefused => Self::Unreachable { reason: reason.to_string(), is_refused: true },
                Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof => {
                    Self::Broken(reason.to_string())
                }
                Kind::InvalidData => Self::Garbled(reason.to_string()), // so TLS has it
                _ => Self::Unreachable { reason: reason.to_string(), is_refused: false },
            },
            ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::ConnectProxyFailed(_) => {
                Self::Unreachable { reason: error.to_string(), is_refused: false }
            }
            other => Self::Garbled(other.to_string()),
        }
    }

    /// Whether the same request may well succeed soon.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { is_refused, .. } => *is_refused,
            Self::Broken(_) => true,
            Self::Status { code, .. } => matches!(code, 408 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// Whether nobody was there to answer.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Broken(_) | Self::Silent(..))
    }

    /// How long the server asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What is told of it. The key is in none of it, even where a server repeats it.
    pub fn tell(&self, circumstances: &Circumstances<'_>) -> Error {
        let (what, hint) = self.words(circumstances);
        let tried = match circumstances.attempts {
            1 => String::new(),
            attempts => format!(", tried {attempts} times"),
        };
        let shown = match circumstances.shown {
            0 => String::new(),
            shown => format!(", after {shown} characters of the answer: what was shown is not the whole of it"),
        };
        let message = what + tried.as_str() + shown.as_str();
        Error::Server { message: circumstances.without_key(&message), hint: circumstances.without_key(&hint) }
    }

    fn words(&self, circumstances: &Circumstances<'_>) -> (String, String) {
        let Circumstances { address, url, .. } = circumstances;
        match self {
            Self::Silent(Awaited::Connection, waited) => (
                format!("no connection to `{address}` in {waited:?}"),
                "see that the server runs and that its address is right; one far away needs a longer `connect_seconds` under `[server]`".into(),
            ),
            Self::Silent(Awaited::Beginning, waited) => (
                format!("`{url}` did not begin to answer in {waited:?}"),
                "ask again once the server has loaded its model; one that reads slowly needs a longer `first_seconds` under `[server]`".into(),
            ),
            Self::Silent(Awaited::More, waited) => (
                format!("`{url}` sent nothing more for {waited:?}"),
                "ask again; a server that writes slowly needs a longer `silence_seconds` under `[server]`".into(),
            ),
            Self::Unreachable { reason, .. } => (
                format!("no server can be reached at `{address}`: {reason}"),
                "start the server, or set its address to where it listens".into(),
            ),
            Self::Broken(reason) => (
                format!("the connection to `{address}` broke: {reason}"),
                "see in the server's log whether it still runs, and ask again".into(),
            ),
            Self::Garbled(reason) => (
                format!("`{address}` cannot be talked to: {reason}"),
                "see that the address is right, `http` and `https` and the port too".into(),
            ),
            Self::Status { code, said, retry_after, location } => {
                let reason = said.as_ref().map_or_else(String::new, |said| format!(": {}", circumstances.quote(said)));
                status(*code, &reason, *retry_after, location.as_deref(), circumstances)
            }
            Self::Strange(what) => (format!("`{url}` answered with {what}"), wrong_address(address)),
            Self::Said(said) => (
                format!("`{address}` failed: {}", circumstances.quote(said)),
                "the server's log may say more; ask again, or ask a shorter question".into(),
            ),
            Self::Ended(reason) => (
                match reason {
                    Some(reason) => format!("`{address}` ended its answer early (`{}`)", circumstances.quote(reason)),
                    None => format!("`{address}` ended its answer without saying that it is whole"),
                },
                "the server's log may say why; where the prompt was too long for it, set how many tokens it takes"
                    .into(),
            ),
            Self::NoModel(model, models) => match models.as_slice() {
                [] => (format!("`{address}` has no model"), "load one on the server".into()),
                models => {
                    let models: Vec<String> = models.iter().map(|m| format!("`{}`", circumstances.quote(m))).collect();
                    (format!("`{address}` has no model `{model}`"), format!("it has {}", models.join(", ")))
                }
            },
        }
    }
}

fn wrong_address(address: &Address) -> String {
    format!("see that `{address}` is the server's address: it usually ends in `/v1`")
}

fn status(
    code: u16,
    reason: &str,
    retry_after: Option<Duration>,
    location: Option<&str>,
    circumstances: &Circumstances<'_>,
) -> (String, String) {
    let Circumstances { address, url, key, .. } = circumstances;
    match (code, key) {
        // What a server says here may hold a part of the key.
        (401 | 403, None) => (
            format!("`{address}` wants a key ({code})"),
            "put it into the environment variable that `key_env` under `[server]` names".into(),
        ),
        (401 | 403, Some(_)) => (
            format!("`{address}` does not take the key ({code})"),
            "see what is in the environment variable that `key_env` under `[server]` names".into(),
        ),
        (300..=399, _) => (
            format!(
                "`{url}` sends on to `{}` ({code})",
                location.map_or_else(|| "nowhere".into(), |to| circumstances.quote(to))
            ),
            "if that is the server that you mean, set the address to it; no request is sent on by itself".into(),
        ),
        (404, _) if reason.is_empty() => (format!("there is nothing at `{url}` (404)"), wrong_address(address)),
        (429, _) => (
            match retry_after {
                Some(wait) => format!("`{address}` is asked too often (429) and wants {wait:?} of rest{reason}"),
                None => format!("`{address}` is asked too often (429){reason}"),
            },
            "wait, then ask again".into(),
        ),
        (408 | 500.., _) => {
            (format!("`{url}` failed ({code}){reason}"), "the server's log may say more; ask again later".into())
        }
        _ => (
            format!("`{url}` refused the request ({code}){reason}"),
            "see that the server has the model that the settings name and takes a prompt of this length".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: &ureq::Error, attempts: u32) -> String {
        let address = Address::parse("http://host/v1").unwrap();
        let circumstances = Circumstances { address: &address, url: "http://host/v1/x", key: None, attempts, shown: 0 };
        Fault::of(error, &Timeouts::default()).tell(&circumstances).to_string()
    }

    #[test]
    fn a_failure_of_the_library_is_told_as_what_was_waited_for_or_what_broke() {
        let io = |kind: io::ErrorKind| ureq::Error::Io(kind.into());
        for (error, expected) in [
            (ureq::Error::Timeout(Timeout::Resolve), "no connection to `http://host/v1` in 4s"),
            (ureq::Error::Timeout(Timeout::Connect), "no connection to `http://host/v1` in 4s"),
            (ureq::Error::Timeout(Timeout::RecvResponse), "`http://host/v1/x` did not begin to answer in 300s"),
            (ureq::Error::HostNotFound, "no server can be reached at `http://host/v1`: host not found"),
            (
                io(io::ErrorKind::NetworkUnreachable),
                "no server can be reached at `http://host/v1`: network unreachable",
            ),
            (io(io::ErrorKind::ConnectionReset), "the connection to `http://host/v1` broke: connection reset"),
            (io(io::ErrorKind::InvalidData), "`http://host/v1` cannot be talked to: invalid data"),
        ] {
            assert_eq!(told(&error, 1), expected);
            assert_eq!(told(&error, 2), format!("{expected}, tried 2 times"));
        }
    }

    #[test]
    fn only_what_may_soon_be_otherwise_is_tried_again() {
        let status = |code| Fault::Status { code, said: None, retry_after: None, location: None };
        let transient: Vec<u16> = (100..600).filter(|code| status(*code).is_transient()).collect();
        assert_eq!(transient, [408, 429, 500, 502, 503, 504]);
        assert!(Fault::Broken(String::new()).is_transient());
        assert!(Fault::Unreachable { reason: String::new(), is_refused: true }.is_transient());
        assert!(!Fault::Unreachable { reason: String::new(), is_refused: false }.is_transient());
        assert!(!Fault::Silent(Awaited::Connection, Duration::ZERO).is_transient());
    }
}
