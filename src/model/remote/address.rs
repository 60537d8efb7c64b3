//! Where a server is: its base URL, taken apart. Opens no connection.

use std::{fmt, net::IpAddr};

use ureq::http::{Uri, uri::Scheme};

use crate::error::{Error, Result};

/// A server's base URL, such as `http://127.0.0.1:8080/v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Without a slash at its end.
    base: String,
    /// Host and port.
    host: String,
    is_loopback: bool,
    is_encrypted: bool,
}

impl Address {
    /// Takes a base URL apart. What it refuses is not repeated where a password may stand in it.
    pub fn parse(base: &str) -> Result<Self> {
        let hint = "an address looks like `http://127.0.0.1:8080/v1`";
        let wrong = |what: &str| Error::usage(format!("the server's address {what}"), hint);
        let base = base.trim().trim_end_matches('/');
        if base.contains('@') {
            return Err(wrong("has an `@`: a name or a password in it is not sent; a key goes into the environment"));
        }
        if base.contains(['?', '#']) {
            return Err(wrong("has a `?` or a `#`: paths are put after it"));
        }
        let uri: Uri = base.parse().map_err(|reason| wrong(&format!("`{base}` is no URL: {reason}")))?;
        let is_encrypted = uri.scheme() == Some(&Scheme::HTTPS);
        if !is_encrypted && uri.scheme() != Some(&Scheme::HTTP) {
            return Err(wrong(&format!("`{base}` begins with neither `http://` nor `https://`")));
        }
        let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
            return Err(wrong(&format!("`{base}` names no host")));
        };
        Ok(Self {
            base: base.to_owned(),
            host: authority.to_string(),
            is_loopback: is_loopback(authority.host()),
            is_encrypted,
        })
    }

    /// The URL of a path of the `OpenAI` API, such as `models`.
    pub fn api(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// The URL of a path that the server has beside that API.
    pub fn beside(&self, path: &str) -> String {
        format!("{}/{path}", self.base.strip_suffix("/v1").unwrap_or(&self.base))
    }

    /// Host and port, for people.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the server is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// Whether what is sent can be read on the way.
    pub fn is_open(&self) -> bool {
        !self.is_encrypted && !self.is_loopback
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

/// `localhost` and names under it are loopback by RFC 6761, section 6.3.
fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_api_are_under_the_base_and_others_beside_its_v1() {
        let address = Address::parse("http://localhost:8080/v1/").unwrap();
        assert_eq!(address.api("models"), "http://localhost:8080/v1/models");
        assert_eq!(address.beside("props"), "http://localhost:8080/props");
        assert_eq!(address.host(), "localhost:8080");
        let bare = Address::parse("https://models.example/openai").unwrap();
        assert_eq!(bare.beside("props"), "https://models.example/openai/props");
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for (base, expected) in [
            ("http://127.0.0.1:1/v1", true),
            ("http://127.8.8.8/v1", true),
            ("http://[::1]:8080/v1", true),
            ("http://LOCALHOST/v1", true),
            ("http://box.localhost/v1", true),
            ("http://localhost.example/v1", false),
            ("http://127.0.0.1.example/v1", false),
            ("http://192.168.0.7/v1", false),
        ] {
            assert_eq!(Address::parse(base).unwrap().is_loopback(), expected, "{base}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_a_password() {
        for base in ["", "localhost:8080", "ftp://host/v1", "http:///v1", "http://host/v1?a=b", "http://ho st/"] {
            let error = Address::parse(base).unwrap_err();
            assert!(error.hint().unwrap().contains("http://127.0.0.1:8080/v1"), "{error}");
        }
        let error = Address::parse("http://me:secret@host/v1").unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}
