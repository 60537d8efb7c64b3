//! A server that can be stopped: connections to a port of this machine, passed on to a Postgres server.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use postgres::config::{Config, Host};

/// Passes connections on until it is dropped; then it breaks them, and nobody listens at its port.
pub struct Forwarder {
    pub port: u16,
    is_over: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    accepting: Option<JoinHandle<()>>,
}

impl Forwarder {
    pub fn start(url: &str) -> Self {
        let config: Config = url.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (is_over, open) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (over, kept) = (Arc::clone(&is_over), Arc::clone(&open));
        let accepting = std::thread::spawn(move || {
            for near in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let near = near.unwrap();
                kept.lock().unwrap().push(near.try_clone().unwrap());
                pass_on(near, &config);
            }
        });
        Self { port, is_over, open, accepting: Some(accepting) }
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port)); // wakes the one who accepts
        let _ = self.accepting.take().unwrap().join();
        for near in self.open.lock().unwrap().drain(..) {
            let _ = near.shutdown(Shutdown::Both);
        }
    }
}

fn pass_on(near: TcpStream, config: &Config) {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match &config.get_hosts()[0] {
        Host::Tcp(name) => {
            let far = TcpStream::connect((name.as_str(), port)).unwrap();
            both_ways(near, far.try_clone().unwrap(), far);
        }
        Host::Unix(folder) => {
            let far = UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).unwrap();
            both_ways(near, far.try_clone().unwrap(), far);
        }
    }
}

/// Each end is let go with the other: when the near one is broken, the far one is told by its being dropped.
fn both_ways<F: Read + Write + Send + 'static>(near: TcpStream, mut from: F, mut to: F) {
    let (mut reading, mut writing) = (near.try_clone().unwrap(), near);
    std::thread::spawn(move || {
        let _ = io::copy(&mut reading, &mut to);
    });
    std::thread::spawn(move || {
        let _ = io::copy(&mut from, &mut writing);
    });
}
