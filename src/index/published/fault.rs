//! What can go wrong between here and a Postgres server, whether to try again, and how it is told.
//! Opens no connection.

use std::{io, iter::successors};

use postgres::error::SqlState;

use super::address::Address;
use crate::error::Error;

/// Why a call has no result.
#[derive(Debug)]
pub enum Fault {
    /// The server or the way to it failed.
    Server(postgres::Error),
    /// What is asked for is not there, and to ask again helps nobody.
    Told(Error),
}

impl From<postgres::Error> for Fault {
    fn from(error: postgres::Error) -> Self {
        Self::Server(error)
    }
}

/// Under what circumstances there was a fault.
#[derive(Debug)]
pub struct Circumstances<'c> {
    /// Which server.
    pub address: &'c Address,
    /// What was being done: `searching`.
    pub doing: &'static str,
    /// How often it was tried.
    pub attempts: u32,
}

/// What a fault comes to, as far as a user can do something about it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// Nobody is there, or not any more.
    Lost(String),
    /// The server knows the user not, or not with this password.
    Refused(String),
    /// There is no such database.
    NoDatabase,
    /// pgvector is not installed.
    NoVector(String),
    /// The user may not do this.
    Forbidden(String),
    /// The statement took too long.
    TooLong,
    /// A table that was there is gone.
    Gone,
    /// Anything else, in the server's or the library's words.
    Other(String),
}

/// States that pass by themselves: the server shuts down, starts, has too many connections, or has chosen this
/// transaction to give way (Postgres's documentation, appendix A).
const PASSING: [&SqlState; 6] = [
    &SqlState::ADMIN_SHUTDOWN,
    &SqlState::CRASH_SHUTDOWN,
    &SqlState::CANNOT_CONNECT_NOW,
    &SqlState::TOO_MANY_CONNECTIONS,
    &SqlState::T_R_SERIALIZATION_FAILURE,
    &SqlState::T_R_DEADLOCK_DETECTED,
];

/// Whether the same call may well succeed soon, on another connection.
pub fn is_transient(error: &postgres::Error) -> bool {
    let is_passing = |state: &SqlState| PASSING.contains(&state) || state.code().starts_with("08");
    error.is_closed() || input_output(error).is_some() || error.code().is_some_and(is_passing)
}

/// What the operating system says of the connection, if it is that.
fn input_output(error: &postgres::Error) -> Option<&io::Error> {
    let first: Option<&(dyn std::error::Error + 'static)> = Some(error);
    successors(first, |error| error.source()).find_map(|error| error.downcast_ref())
}

impl Fault {
    /// What is told of it. The password is in none of it, even where a server repeats it.
    pub fn tell(self, circumstances: &Circumstances<'_>) -> Error {
        match self {
            Self::Told(error) => error,
            Self::Server(error) => kind(&error).tell(circumstances),
        }
    }
}

fn kind(error: &postgres::Error) -> Kind {
    if let Some(reason) = input_output(error) {
        return Kind::Lost(reason.to_string());
    }
    let Some(said) = error.as_db_error() else {
        let causes: Vec<String> = successors(Some(error as &dyn std::error::Error), |error| error.source())
            .map(ToString::to_string)
            .collect();
        let causes = causes.join(": ");
        // The library's own words for the two have no code.
        let is_about_password = causes.contains("password missing") || causes.contains("authentication error");
        return match (error.is_closed(), is_about_password) {
            (true, _) => Kind::Lost(causes),
            (_, true) => Kind::Refused(causes),
            _ => Kind::Other(causes),
        };
    };
    of_state(said.code(), said.message())
}

fn of_state(state: &SqlState, message: &str) -> Kind {
    let message = message.to_owned();
    match state {
        state if PASSING.contains(&state) || state.code().starts_with("08") => Kind::Lost(message),
        state if state.code().starts_with("28") => Kind::Refused(message),
        &SqlState::INVALID_CATALOG_NAME => Kind::NoDatabase,
        &SqlState::FEATURE_NOT_SUPPORTED | &SqlState::UNDEFINED_FILE if message.contains("extension") => {
            Kind::NoVector(message)
        }
        &SqlState::INSUFFICIENT_PRIVILEGE if message.contains("extension") => Kind::NoVector(message),
        &SqlState::INSUFFICIENT_PRIVILEGE => Kind::Forbidden(message),
        &SqlState::QUERY_CANCELED => Kind::TooLong,
        &SqlState::UNDEFINED_TABLE => Kind::Gone,
        _ => Kind::Other(message),
    }
}

impl Kind {
    /// The same with the words of others changed.
    fn map(self, change: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::Lost(words) => Self::Lost(change(words)),
            Self::Refused(words) => Self::Refused(change(words)),
            Self::NoVector(words) => Self::NoVector(change(words)),
            Self::Forbidden(words) => Self::Forbidden(change(words)),
            Self::Other(words) => Self::Other(change(words)),
            Self::NoDatabase | Self::TooLong | Self::Gone => self,
        }
    }

    fn tell(self, circumstances: &Circumstances<'_>) -> Error {
        let Circumstances { address, doing, attempts } = circumstances;
        let database = address.database();
        let (message, hint) = match self.map(|words| address.without_password(&words)) {
            Self::Lost(reason) => (
                format!("the PostgreSQL server at {address}, database `{database}`, cannot be reached ({doing}): {reason}"),
                "see that the server runs, that the address is right, and that this machine may connect".to_owned(),
            ),
            Self::Refused(reason) => (
                format!("the PostgreSQL server at {address} does not let `{}` into `{database}`: {reason}", address.user()),
                "see that user and password in the address are right, and that the server's `pg_hba.conf` lets them in without TLS".into(),
            ),
            Self::NoDatabase => (
                format!("the PostgreSQL server at {address} has no database `{database}`"),
                format!("make it with `createdb {database}`, or name another one in the address"),
            ),
            Self::NoVector(reason) => (
                format!("database `{database}` at {address} has no pgvector, which the index needs: {reason}"),
                "install pgvector on the server, then run `create extension vector` in the database as its owner or a superuser".into(),
            ),
            Self::Forbidden(reason) => (
                format!("`{}` may not do this in `{database}` at {address} ({doing}): {reason}", address.user()),
                "publish as a user who may create a schema in the database; who searches needs `usage` of the schema `purview` and `select` on its tables".into(),
            ),
            Self::TooLong => (
                format!("the PostgreSQL server at {address} took too long ({doing}) and was stopped"),
                "see whether it is overloaded; a large index needs a longer wait".into(),
            ),
            Self::Gone => (
                format!("the index is not in `{database}` at {address} any more ({doing})"),
                "publish it again, or start this program anew with the index that is published now".into(),
            ),
            Self::Other(reason) => (
                format!("the PostgreSQL server at {address}, database `{database}`, failed ({doing}): {reason}"),
                "the server's log may say more".into(),
            ),
        };
        let tried = if *attempts > 1 { format!(", tried {attempts} times") } else { String::new() };
        Error::Server { message: format!("{message}{tried}"), hint }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: Kind, attempts: u32) -> (String, String) {
        let address = Address::parse("postgresql://me:secret@box:77/taxes").unwrap();
        let error = kind.tell(&Circumstances { address: &address, doing: "searching", attempts });
        assert_eq!(error.exit_code(), 1);
        (error.to_string(), error.hint().unwrap().to_owned())
    }

    #[test]
    fn every_fault_names_server_and_database_and_a_next_step_but_no_password() {
        let said = || "no: secret".to_owned();
        for (kind, expected) in [
            (Kind::Lost(said()), "cannot be reached (searching): no: (password)"),
            (Kind::Refused(said()), "does not let `me` into `taxes`: no: (password)"),
            (Kind::NoDatabase, "has no database `taxes`"),
            (Kind::NoVector(said()), "has no pgvector"),
            (Kind::Forbidden(said()), "`me` may not do this in `taxes`"),
            (Kind::TooLong, "took too long (searching)"),
            (Kind::Gone, "not in `taxes` at `box:77` any more"),
            (Kind::Other(said()), "failed (searching): no: (password)"),
        ] {
            let (message, hint) = told(kind, 1);
            assert!(message.contains(expected) && message.contains("`box:77`"), "{message}");
            assert!(!format!("{message}{hint}").contains("secret") && hint.len() > 20, "{message} {hint}");
        }
        assert!(told(Kind::TooLong, 3).0.ends_with(", tried 3 times"));
    }

    #[test]
    fn states_are_told_apart() {
        let kind = |state: &SqlState, message: &str| of_state(state, message);
        assert_eq!(kind(&SqlState::INVALID_PASSWORD, "no"), Kind::Refused("no".into()));
        assert_eq!(kind(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION, "no"), Kind::Refused("no".into()));
        assert_eq!(kind(&SqlState::INVALID_CATALOG_NAME, "no"), Kind::NoDatabase);
        assert_eq!(kind(&SqlState::CANNOT_CONNECT_NOW, "starting"), Kind::Lost("starting".into()));
        assert_eq!(kind(&SqlState::CONNECTION_FAILURE, "lost"), Kind::Lost("lost".into()));
        assert_eq!(kind(&SqlState::QUERY_CANCELED, ""), Kind::TooLong);
        assert_eq!(kind(&SqlState::UNDEFINED_TABLE, ""), Kind::Gone);
        let missing = "extension \"vector\" is not available";
        assert_eq!(kind(&SqlState::FEATURE_NOT_SUPPORTED, missing), Kind::NoVector(missing.into()));
        let forbidden = "permission denied to create extension \"vector\"";
        assert_eq!(kind(&SqlState::INSUFFICIENT_PRIVILEGE, forbidden), Kind::NoVector(forbidden.into()));
        assert!(matches!(kind(&SqlState::INSUFFICIENT_PRIVILEGE, "schema"), Kind::Forbidden(_)));
        assert!(matches!(kind(&SqlState::DISK_FULL, "full"), Kind::Other(_)));
    }
}
