//! Server-sent events out of bytes that come in any pieces: the part of the HTML standard's section 9.2.6
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>) that a stream of
//! answers uses. Does not know what an event says.

use std::mem;

/// Bytes of one event at most, so that a server cannot fill the memory. An event holds a token or two.
const MOST: usize = 1 << 20;

/// What a server sent at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Its data, lines joined by line feeds.
    Message(String),
    /// The same, marked as an error: as an event of that type, or in a field of that name as older versions of
    /// llama-server have it.
    Error(String),
}

/// An event is longer than any that means something.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong;

/// Puts events together.
#[derive(Debug, Default)]
pub struct Events {
    /// The line that is not yet whole.
    line: Vec<u8>,
    /// Whether the last byte was a carriage return, whose line feed may come.
    after_return: bool,
    is_first_line_read: bool,
    data: Option<String>,
    is_error: bool,
}

impl Events {
    /// The events that these bytes make whole.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, TooLong> {
        let mut events = Vec::new();
        for &byte in bytes {
            let after_return = mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => (),
                b'\n' | b'\r' => events.extend(self.end_line()),
                _ if self.line.len() + self.data.as_ref().map_or(0, String::len) >= MOST => return Err(TooLong),
                _ => self.line.push(byte),
            }
        }
        Ok(events)
    }

    /// The event that the end of the stream makes whole. The standard drops it; servers end without the empty line.
    pub fn finish(mut self) -> Option<Event> {
        self.end_line();
        self.dispatch()
    }

    fn end_line(&mut self) -> Option<Event> {
        // No character has a line's end inside, so a whole line has whole characters.
        let line = mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let is_first = !mem::replace(&mut self.is_first_line_read, true);
        let line = line.strip_prefix('\u{FEFF}').filter(|_| is_first).unwrap_or(&line);
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => self.add(value),
            "error" => {
                self.is_error = true;
                self.add(value);
            }
            "event" => self.is_error = value == "error",
            _ => (), // a comment has no name; `id` and `retry` are for a client that connects again
        }
        None
    }

    fn add(&mut self, value: &str) {
        match &mut self.data {
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            data @ None => *data = Some(value.to_owned()),
        }
    }

    fn dispatch(&mut self) -> Option<Event> {
        let is_error = mem::take(&mut self.is_error);
        let data = self.data.take()?;
        Some(if is_error { Event::Error(data) } else { Event::Message(data) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::Index};

    use super::*;

    fn read(bytes: &[u8]) -> Vec<Event> {
        let mut events = Events::default();
        let mut read = events.push(bytes).unwrap();
        read.extend(events.finish());
        read
    }

    fn messages(texts: &[&str]) -> Vec<Event> {
        texts.iter().map(|text| Event::Message((*text).to_owned())).collect()
    }

    #[test]
    fn any_line_end_ends_a_line() {
        for end in ["\n", "\r\n", "\r"] {
            let body = format!("data: a{end}{end}data:b{end}data: c{end}{end}data:  d{end}{end}");
            assert_eq!(read(body.as_bytes()), messages(&["a", "b\nc", " d"]), "{end:?}");
        }
    }

    #[test]
    fn comments_and_other_fields_say_nothing() {
        let body = "\u{FEFF}data: a\n\n: ping\n\nid: 7\nretry: 10\n\n:\ndata: b\n: between\n\n";
        assert_eq!(read(body.as_bytes()), messages(&["a", "b"]));
    }

    #[test]
    fn the_last_event_may_lack_its_empty_line() {
        assert_eq!(read(b"data: a\n\ndata: [DONE]"), messages(&["a", "[DONE]"]));
    }

    #[test]
    fn an_error_is_told_by_its_type_or_by_its_field() {
        assert_eq!(read(b"event: error\ndata: x\n\ndata: y\n\n")[0], Event::Error("x".into()));
        assert_eq!(read(b"event: error\ndata: x\n\ndata: y\n\n")[1], Event::Message("y".into()));
        assert_eq!(read(b"error: x\n\n"), [Event::Error("x".into())]);
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let mut events = Events::default();
        let kilobyte = [b'x'; 1024];
        assert_eq!((0..2048).find_map(|_| events.push(&kilobyte).err()), Some(TooLong));
    }

    proptest! {
        #[test]
        fn where_the_bytes_are_cut_makes_no_difference(
            lines in vec("(data: ?[a-zé😀\\[\\]]{0,4}|:[a-z]{0,3}|event: error|)", 0..12),
            ends in vec(prop_oneof![Just("\n"), Just("\r\n"), Just("\r")], 12),
            cuts in vec(any::<Index>(), 0..8),
        ) {
            let body: String = lines.iter().map(String::as_str).zip(ends).flat_map(|(line, end)| [line, end]).collect();
            let body = body.as_bytes();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
            cuts.sort_unstable();
            let mut events = Events::default();
            let (mut in_pieces, mut start) = (Vec::new(), 0);
            for end in cuts.into_iter().chain([body.len()]) {
                in_pieces.extend(events.push(&body[start..end]).unwrap());
                start = end;
            }
            in_pieces.extend(events.finish());
            prop_assert_eq!(in_pieces, read(body));
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in vec(any::<u8>(), 0..200)) {
            read(&bytes);
        }
    }
}
