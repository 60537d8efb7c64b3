//! A hub on the loopback interface and a pip that copies a wheel: enough of both for the facts in `tests.rs`.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use sha2::{Digest, Sha256};

/// What the hub does when it is asked for a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Sends it, or the range of it that was asked for.
    Serves,
    /// Sends the whole, whatever was asked for.
    IgnoresRanges,
    /// Promises all of it, sends so many bytes, and hangs up.
    CutsAfter(usize),
    /// Promises all of it, sends so many bytes, and says nothing more.
    StallsAfter(usize),
    /// Takes every connection and says nothing.
    IsSilent,
}

/// `org/name` on a hub.
pub struct FakeHub {
    /// Its address.
    pub endpoint: String,
    requests: Arc<Mutex<Vec<String>>>,
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What the hub's thread knows.
struct Shelf {
    files: BTreeMap<String, Vec<u8>>,
    token: Option<&'static str>,
    mood: Mood,
    requests: Arc<Mutex<Vec<String>>>,
}

impl FakeHub {
    /// A hub with these files.
    pub fn new(files: &[(&str, &[u8])], mood: Mood) -> Self {
        Self::guarded(files, mood, None)
    }

    /// A hub that answers only those who show this token.
    pub fn guarded(files: &[(&str, &[u8])], mood: Mood, token: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (requests, stop) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(AtomicBool::new(false)));
        let files = files.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect();
        let shelf = Shelf { files, token, mood, requests: Arc::clone(&requests) };
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut silent = Vec::new(); // kept open until the hub goes
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let stream = stream.unwrap();
                let _ = shelf.answer(&stream); // the other side may have given up
                if matches!(shelf.mood, Mood::IsSilent | Mood::StallsAfter(_)) {
                    silent.push(stream);
                }
            }
        });
        Self { endpoint: format!("http://{address}"), requests, address, stop, thread: Some(thread) }
    }

    /// What was asked: method, path, and the range if one was wanted.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for FakeHub {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        let _ = self.thread.take().unwrap().join();
    }
}

impl Shelf {
    fn answer(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        if self.mood == Mood::IsSilent {
            return Ok(());
        }
        let mut lines = BufReader::new(stream).lines();
        let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
        let headers: BTreeMap<String, String> = lines
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
            .collect();
        let mut words = first.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let range = headers.get("range").map_or(String::new(), |range| format!(" {range}"));
        self.requests.lock().unwrap().push(format!("{method} {path}{range}"));

        let wanted = self.token.map(|token| format!("Bearer {token}"));
        if let Some(name) = path.strip_prefix("/store/") {
            return self.send(stream, method, &self.files[name], headers.get("range"));
        }
        if wanted.is_some() && headers.get("authorization") != wanted.as_ref() {
            return say(&mut stream, "401 Unauthorized", "", b"");
        }
        if path == "/api/models/org/name" {
            let siblings: Vec<_> = self.files.keys().map(|name| serde_json::json!({ "rfilename": name })).collect();
            return say(&mut stream, "200 OK", "", serde_json::json!({ "siblings": siblings }).to_string().as_bytes());
        }
        match path.strip_prefix("/org/name/resolve/main/").and_then(|name| Some((name, self.files.get(name)?))) {
            Some((name, content)) => {
                let redirect = format!("Location: /store/{name}\r\nX-Linked-ETag: \"{}\"\r\n", sha256(content));
                say(&mut stream, "302 Found", &redirect, b"")
            }
            None => say(&mut stream, "404 Not Found", "", b""),
        }
    }

    fn send(
        &self,
        mut stream: &TcpStream,
        method: &str,
        content: &[u8],
        range: Option<&String>,
    ) -> std::io::Result<()> {
        assert_eq!(method, "GET");
        let start = range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
        let etag = "ETag: \"the store's own\"\r\n";
        match (self.mood, start) {
            (Mood::CutsAfter(bytes) | Mood::StallsAfter(bytes), _) => {
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", content.len())?;
                stream.write_all(&content[..bytes])
            }
            (Mood::Serves, Some(start)) if start >= content.len() => {
                say(&mut stream, "416 Range Not Satisfiable", etag, b"")
            }
            (Mood::Serves, Some(start)) => {
                let range = format!("{etag}Content-Range: bytes {start}-{}/{}\r\n", content.len() - 1, content.len());
                say(&mut stream, "206 Partial Content", &range, &content[start..])
            }
            _ => say(&mut stream, "200 OK", etag, content),
        }
    }
}

fn say(stream: &mut &TcpStream, status: &str, headers: &str, body: &[u8]) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", body.len())?;
    stream.write_all(body)
}

/// SHA-256 in hexadecimal.
pub fn sha256(content: &[u8]) -> String {
    super::super::hex(&Sha256::digest(content))
}

/// A wheel with these files.
pub fn wheel(folder: &Path, files: &[(&str, &[u8])]) -> PathBuf {
    let path = folder.join("wheel.zip");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, content) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap();
    path
}

/// A program that is called like pip: it notes its arguments in `folder/pip.log`, puts the folder for the wheel into
/// `$into`, and goes on with `then`.
pub fn pip(folder: &Path, then: &str) -> PathBuf {
    let path = folder.join("pip");
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> '{}'\nwhile [ $# -gt 0 ]; do [ \"$1\" = --dest ] && into=$2; shift; done\n{then}\n",
        folder.join("pip.log").display()
    );
    // Written by another process: a test beside this one that forks while this one has it open would keep it busy.
    let mut writer = Command::new("sh");
    writer.args(["-c", "printf %s \"$1\" > \"$0\" && chmod +x \"$0\""]).arg(&path).arg(script);
    assert!(writer.status().unwrap().success());
    path
}

/// What the fake pip was called with.
pub fn pip_log(folder: &Path) -> Option<String> {
    let mut log = String::new();
    std::fs::File::open(folder.join("pip.log")).ok()?.read_to_string(&mut log).unwrap();
    Some(log)
}
