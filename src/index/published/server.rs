//! A Postgres server that is called until it answers or patience ends: one connection, opened anew when it is lost.
//! Knows sessions and faults; does not know what is asked.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use postgres::{
    Client, NoTls, Row, Statement, Transaction,
    types::{ToSql, Type},
};

use super::{
    address::Address,
    fault::{Circumstances, Fault, is_transient},
    patience::Patience,
};
use crate::error::Result;

/// How a session is set up. Postgres would compile what takes a few milliseconds (`jit`), and pgvector may have been
/// installed into a schema of its own.
const SET_UP: &str = "select set_config('statement_timeout', $1, false), set_config('jit', 'off', false), \
     set_config('search_path', coalesce((select quote_ident(s.nspname) from pg_extension e \
         join pg_namespace s on s.oid = e.extnamespace where e.extname = 'vector'), 'public'), false)";

/// What waits between two attempts: `std::thread::sleep`, but in tests.
pub type Sleep = Box<dyn Fn(Duration) + Send + Sync>;

/// Where indexes are shared.
pub struct Server {
    address: Address,
    patience: Patience,
    sleep: Sleep,
    session: Mutex<Option<Session>>,
}

impl Server {
    /// Looks at the URL; opens no connection. Connections are the server's own: of a pool between, only one that keeps
    /// sessions apart will do.
    ///
    /// # Errors
    /// The URL is not one, or asks for TLS.
    pub fn new(url: &str, patience: Patience, sleep: Sleep) -> Result<Self> {
        Ok(Self { address: Address::parse(url)?, patience, sleep, session: Mutex::new(None) })
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// How long it is waited for.
    pub fn patience(&self) -> &Patience {
        &self.patience
    }

    /// Does some work in a session. It is done again from its beginning where the connection is lost.
    pub fn call<T>(&self, doing: &'static str, work: &mut dyn FnMut(&mut Session) -> Result<T, Fault>) -> Result<T> {
        let mut kept = self.session.lock().unwrap_or_else(|poisoned| {
            let mut kept = PoisonError::into_inner(poisoned);
            *kept = None; // nobody knows in what state the session was left
            kept
        });
        let (started, mut attempts) = (Instant::now(), 0);
        loop {
            attempts += 1;
            let fault = match self.attempt(&mut kept, work) {
                Ok(done) => return Ok(done),
                Err(fault) => fault,
            };
            let pause = match &fault {
                Fault::Server(error) if is_transient(error) => self.patience.pause(attempts, started.elapsed()),
                _ => None,
            };
            let Some(pause) = pause else {
                return Err(fault.tell(&Circumstances { address: &self.address, doing, attempts }));
            };
            (self.sleep)(pause);
        }
    }

    fn attempt<T>(
        &self,
        kept: &mut Option<Session>,
        work: &mut dyn FnMut(&mut Session) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut session = match kept.take().filter(|session| !session.client.is_closed()) {
            Some(session) => session,
            None => Session::open(&self.address, &self.patience)?,
        };
        let done = work(&mut session);
        if !matches!(&done, Err(Fault::Server(error)) if is_transient(error)) {
            *kept = Some(session);
        }
        done
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// A connection with the statements that it has prepared.
pub struct Session {
    client: Client,
    prepared: HashMap<String, Statement>,
}

impl Session {
    fn open(address: &Address, patience: &Patience) -> Result<Self, Fault> {
        let mut client = address.config(patience.connect).connect(NoTls)?;
        let timeout = patience.statement.as_millis().to_string();
        client.query_typed(SET_UP, &[(&timeout, Type::TEXT)])?;
        Ok(Self { client, prepared: HashMap::new() })
    }

    /// The rows of a statement, which is prepared once.
    pub fn query(&mut self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, postgres::Error> {
        if !self.prepared.contains_key(sql) {
            self.prepared.insert(sql.to_owned(), self.client.prepare(sql)?);
        }
        self.client.query(&self.prepared[sql], parameters)
    }

    /// A transaction, undone unless it is committed.
    pub fn transaction(&mut self) -> Result<Transaction<'_>, postgres::Error> {
        self.client.transaction()
    }
}
