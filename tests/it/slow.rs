//! A model on a server that writes a text, then a word every few hundredths of a second, for two minutes: what
//! a test that does something while a model writes needs, however fast the machine is.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

/// Starts a server, which lives as long as the test run, whose model begins with this text; returns its address, up to
/// and with `/v1`.
pub fn start(text: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || serve(stream, text));
        }
    });
    base
}

/// One request. A client that goes away ends it.
fn serve(mut stream: TcpStream, text: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    while reader.read_line(&mut head).is_ok_and(|read| read > 2) {
        let line = head.lines().last().unwrap_or_default().to_lowercase();
        length = line.strip_prefix("content-length:").map_or(length, |text| text.trim().parse().unwrap());
    }
    let _ = reader.read_exact(&mut vec![0; length]);
    let answer = |stream: &mut TcpStream, status: &str, kind: &str, body: &str| {
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n{body}");
        stream.write_all(head.as_bytes())
    };
    if head.starts_with("GET /v1/models ") {
        let _ = answer(&mut stream, "200 OK", "application/json", r#"{"data":[{"id":"slow","max_model_len":4096}]}"#);
    } else if head.starts_with("POST /v1/chat/completions ") {
        let _ = answer(&mut stream, "200 OK", "text/event-stream", "");
        let words = text.split_whitespace().map(str::to_owned).chain((1..).map(|word| format!("Word{word}")));
        for word in words.take(4_000) {
            let event = format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{word} \"}}}}]}}\n\n");
            if stream.write_all(event.as_bytes()).is_err() {
                break;
            }
            thread::sleep(Duration::from_millis(30));
        }
    } else {
        let _ = answer(&mut stream, "404 Not Found", "text/plain", "");
    }
}
