//! A server on the loopback interface that sends what a test wrote down, byte for byte.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// What the server does with one request.
#[derive(Debug, Clone)]
pub enum Act {
    /// Hangs up before it has read anything.
    HangsUp,
    /// Sends these bytes, and hangs up.
    Sends(Vec<u8>),
    /// Sends these bytes, and then nothing until the other side hangs up.
    Stalls(Vec<u8>),
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Method and path.
    pub line: String,
    /// The head's fields, names in lower case.
    pub head: BTreeMap<String, String>,
    /// The body.
    pub body: Value,
    /// When it came.
    pub at: Instant,
}

/// A server.
pub struct Stub {
    /// Up to and with `/v1`.
    pub base: String,
    /// When the other side hung up on a server that stalls.
    pub hung_up: Receiver<Instant>,
    seen: Arc<Mutex<Vec<Seen>>>,
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Stub {
    /// A server that does these things with prompts, in order, and has nothing else.
    pub fn new(acts: &[Act]) -> Self {
        Self::with(acts, &[])
    }

    /// The same; and at these paths, whatever the method, it has this JSON.
    pub fn with(acts: &[Act], other: &[(&str, Value)]) -> Self {
        let other = other.iter().map(|(path, json)| ((*path).to_owned(), json.clone()));
        let other: BTreeMap<String, Value> = other.collect();
        Self::start(acts, move |path, _| other.get(path).cloned())
    }

    /// A server that has one path, with an answer made from what is sent there.
    pub fn answering(path: &'static str, answer: impl Fn(&Value) -> Value + Send + 'static) -> Self {
        Self::start(&[], move |asked, body| (asked == path).then(|| answer(body)))
    }

    fn start(acts: &[Act], other: impl Fn(&str, &Value) -> Option<Value> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, stop) = (Arc::<Mutex<Vec<Seen>>>::default(), Arc::new(AtomicBool::new(false)));
        let (noticed, hung_up) = channel();
        let mut script =
            Script { acts: acts.iter().cloned().collect(), other: Box::new(other), seen: Arc::clone(&seen), noticed };
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let _ = script.play(&stream.unwrap()); // the other side may have hung up
            }
        });
        Self { base: format!("http://{address}/v1"), hung_up, seen, address, stop, thread: Some(thread) }
    }

    /// Every request to a path.
    pub fn seen(&self, path: &str) -> Vec<Seen> {
        self.seen.lock().unwrap().iter().filter(|seen| seen.line.ends_with(path)).cloned().collect()
    }

    /// Every prompt.
    pub fn prompts(&self) -> Vec<Seen> {
        self.seen(CHAT)
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        let _ = self.thread.take().unwrap().join();
    }
}

/// What is at a path, given what is sent there.
type Other = dyn Fn(&str, &Value) -> Option<Value> + Send;

const CHAT: &str = "/v1/chat/completions";

struct Script {
    acts: VecDeque<Act>,
    other: Box<Other>,
    seen: Arc<Mutex<Vec<Seen>>>,
    noticed: Sender<Instant>,
}

impl Script {
    fn play(&mut self, mut stream: &TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        if let Some(Act::HangsUp) = self.acts.front() {
            let mut first = [0; 18];
            stream.peek(&mut first)?;
            if first.starts_with(b"POST /v1/chat") {
                self.acts.pop_front();
                self.note(format!("POST {CHAT}"), BTreeMap::new(), &Value::Null);
                return Ok(());
            }
        }
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
        let head: BTreeMap<String, String> = reader
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
            .collect();
        let mut body = vec![0; head.get("content-length").map_or(0, |length| length.parse().unwrap())];
        reader.read_exact(&mut body)?;
        let path = line.split(' ').next_back().unwrap_or_default().to_owned();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        self.note(line, head, &body);
        let act = match (self.other)(&path, &body) {
            Some(json) => Act::Sends(whole("200 OK", "application/json", &json.to_string())),
            None if path == CHAT => self.acts.pop_front().expect("another prompt than the test foresees"),
            None => Act::Sends(whole("404 Not Found", "text/html", "<html>no such page</html>")),
        };
        match act {
            Act::HangsUp => Ok(()),
            Act::Sends(bytes) => stream.write_all(&bytes),
            Act::Stalls(bytes) => {
                stream.write_all(&bytes)?;
                let ended = reader.read(&mut [0]);
                if matches!(&ended, Ok(0)) || ended.is_err_and(|e| e.kind() == std::io::ErrorKind::ConnectionReset) {
                    let _ = self.noticed.send(Instant::now());
                }
                Ok(())
            }
        }
    }

    fn note(&self, line: String, head: BTreeMap<String, String>, body: &Value) {
        self.seen.lock().unwrap().push(Seen { line, head, body: body.clone(), at: Instant::now() });
    }
}

/// A whole HTTP answer.
pub fn whole(status: &str, kind: &str, body: &str) -> Vec<u8> {
    with_head(status, &format!("Content-Type: {kind}\r\n"), body)
}

/// The same, with these lines in its head.
pub fn with_head(status: &str, head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nConnection: close\r\n{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The head of a stream of events, and these bytes of it, in chunks of so many; without the chunk that ends it.
pub fn cut_stream(body: &str, chunk: usize) -> Vec<u8> {
    let mut bytes =
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for chunk in body.as_bytes().chunks(chunk) {
        bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
        bytes.extend(chunk);
        bytes.extend(b"\r\n");
    }
    bytes
}

/// A stream of events, as a whole.
pub fn stream(body: &str, chunk: usize) -> Vec<u8> {
    let mut bytes = cut_stream(body, chunk);
    bytes.extend(b"0\r\n\r\n");
    bytes
}

/// An event.
pub fn event(json: Value) -> String {
    format!("data: {json}\n\n")
}

/// Events with these pieces of text.
pub fn pieces(texts: &[&str]) -> String {
    let chunk = |text: &&str| event(json!({ "choices": [{ "index": 0, "delta": { "content": text } }] }));
    texts.iter().map(chunk).collect()
}

/// The event that says why it ended, and the end.
pub fn finish(reason: &str) -> String {
    event(json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] })) + "data: [DONE]\n\n"
}
