//! Where a Postgres server is: its URL, taken apart, and what of it may be told. Opens no connection.

use std::{fmt, time::Duration};

use postgres::config::{Config, Host, SslMode};

use crate::error::{Error, Result};

/// What an address looks like.
const EXAMPLE: &str = "write it like `postgresql://user:password@host:5432/database`; in user and password, write `@` as `%40`, `:` as `%3A`, `/` as `%2F` and `%` as `%25`";

/// A server's URL. It is shown without its password.
pub struct Address {
    config: Config,
    /// `host:5432`, more of them with commas between.
    hosts: String,
}

impl Address {
    /// Takes a URL apart. None of it is repeated where that fails: any part of it may be a part of a password.
    pub fn parse(url: &str) -> Result<Self> {
        let unreadable = || Error::usage("the address of the PostgreSQL server is not one", EXAMPLE);
        let asks_for_proof = ["sslmode=verify-ca", "sslmode=verify-full"].iter().any(|mode| url.contains(mode));
        let config: Config = url.parse().map_err(|_| if asks_for_proof { no_tls() } else { unreadable() })?;
        if config.get_ssl_mode() == SslMode::Require {
            return Err(no_tls());
        }
        let (hosts, ports) = (config.get_hosts(), config.get_ports());
        let shown = hosts.iter().enumerate().map(|(at, host)| {
            let port = ports.get(at).or(ports.first()).unwrap_or(&5432);
            match host {
                Host::Tcp(name) if name.contains(':') => format!("[{name}]:{port}"),
                Host::Tcp(name) => format!("{name}:{port}"),
                #[cfg(unix)]
                Host::Unix(folder) => format!("{}:{port}", folder.display()),
            }
        });
        let shown = shown.collect::<Vec<_>>().join(", ");
        // An `@` that is not written `%40` ends the password too early; its rest would be shown as a host.
        if hosts.is_empty() || shown.contains('@') {
            return Err(unreadable());
        }
        Ok(Self { config, hosts: shown })
    }

    /// As a connection is opened: with this name, and with these bounds where the URL states none.
    pub fn config(&self, connect: Duration) -> Config {
        let mut config = self.config.clone();
        if config.get_application_name().is_none() {
            config.application_name("purview");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(connect);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(connect); // a server that was unplugged says nothing
        }
        config.keepalives_idle(connect).keepalives_interval(connect).keepalives_retries(2);
        config
    }

    /// The database's name.
    pub fn database(&self) -> &str {
        self.config.get_dbname().or(self.config.get_user()).unwrap_or("the user's own")
    }

    /// The user's name.
    pub fn user(&self) -> &str {
        self.config.get_user().unwrap_or("the one who runs this")
    }

    /// A text without the password, even where a server repeats it.
    pub fn without_password(&self, text: &str) -> String {
        let password = self.config.get_password().map(String::from_utf8_lossy).filter(|password| !password.is_empty());
        password.map_or_else(|| text.to_owned(), |password| text.replace(password.as_ref(), "(password)"))
    }

    /// What a user ought to know before the first connection.
    pub fn warning(&self) -> Option<String> {
        let is_near = |host: &Host| match host {
            Host::Tcp(name) => {
                name.eq_ignore_ascii_case("localhost")
                    || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
            }
            #[cfg(unix)]
            Host::Unix(_) => true,
        };
        (!self.config.get_hosts().iter().all(is_near)).then(|| {
            format!("passages and questions' vectors go to {self} unencrypted: whoever is on the way can read them")
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.hosts)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("hosts", &self.hosts)
            .field("database", &self.database())
            .finish_non_exhaustive()
    }
}

fn no_tls() -> Error {
    Error::usage(
        "the address of the PostgreSQL server asks for TLS, which this program does not speak to it",
        "use a Unix socket, this machine, a tunnel or a network of your own, with `sslmode=disable`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_user_and_password() {
        for (url, hosts, database) in [
            ("postgresql://me:secret@host/db", "`host:5432`", "db"),
            ("postgres://me:secret@one:1,two:2/db?connect_timeout=3", "`one:1, two:2`", "db"),
            ("postgres://me:secret@[::1]:77", "`[::1]:77`", "me"),
            ("postgresql://me:@/db?host=/run/pg&password=secret", "`/run/pg:5432`", "db"),
            ("host=box user=me password=secret", "`box:5432`", "me"),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!((address.to_string().as_str(), address.database()), (hosts, database));
            assert!(!format!("{address} {address:?}").contains("secret"));
            assert_eq!(address.without_password("not secret here"), "not (password) here");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_a_password() {
        for url in [
            "",
            "secret",
            "http://me:secret@host/db",
            "postgresql://me:secret/db",
            "postgresql://me:se@cret@host/db",
            "postgresql://me:secret@/db",
            "postgresql://me@host/db?secret=1",
        ] {
            let error = Address::parse(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("cret"), "{error:?}");
            assert!(
                error.hint().unwrap().contains("postgresql://user:password@host:5432/database"),
                "{url}: {error:?}"
            );
        }
    }

    #[test]
    fn tls_that_cannot_be_had_is_said_to_be_missing() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let error = Address::parse(&format!("postgresql://me@host/db?sslmode={mode}")).unwrap_err();
            assert!(error.to_string().contains("TLS") && error.exit_code() == 2, "{error}");
        }
        assert!(Address::parse("postgresql://me@host/db?sslmode=prefer").is_ok());
    }

    #[test]
    fn only_another_machine_is_warned_of() {
        let warning = |url: &str| Address::parse(url).unwrap().warning();
        assert_eq!(warning("postgresql://me@localhost/db").or(warning("postgresql://me@127.0.0.1,[::1]/db")), None);
        assert_eq!(warning("postgresql://me@/db?host=/run"), None);
        assert!(warning("postgresql://me@10.0.0.7/db").unwrap().contains("10.0.0.7:5432"));
    }
}
