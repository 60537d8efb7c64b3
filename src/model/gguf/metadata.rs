//! A GGUF file's metadata: read within bounds, looked up by type. Knows the format's lengths and kinds of value;
//! does not know what an architecture or a tokenizer needs.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>

use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

use candle_core::quantized::gguf_file::{Content, Value};

use super::broken;
use crate::error::{Error, Result};

/// Metadata and tensor table may fill so many bytes. Llama 3's, with 128,256 tokens and 280,147 merges, take about
/// 8 MB. A byte of an array becomes a value of 32 bytes in memory, so this is also what a hostile file can allocate.
const LARGEST_HEADER: u64 = 16 << 20;

/// Reads the part of the file before the weights.
pub(super) fn read_header(file: &mut impl Read, file_bytes: u64) -> Result<Content> {
    let mut head = Vec::new();
    file.take(LARGEST_HEADER).read_to_end(&mut head).map_err(Error::internal("reading the model's header"))?;
    if !head.starts_with(b"GGUF") {
        let start = String::from_utf8_lossy(&head[..head.len().min(4)]).escape_debug().to_string();
        return Err(broken(format!("not a GGUF file: it starts with `{start}`, not `GGUF`")));
    }
    if aligns_to_zero(&head) {
        return Err(broken("`general.alignment` is 0; tensors cannot be placed"));
    }
    Content::read(&mut Cursor::new(&head)).map_err(|reason| {
        if file_bytes > LARGEST_HEADER {
            broken(format!("its header is damaged, or larger than {} MiB: {reason}", LARGEST_HEADER >> 20))
        } else {
            broken(format!("its header is damaged or cut short: {reason}"))
        }
    })
}

/// Candle divides by the alignment while it reads, so a zero has to be seen before.
fn aligns_to_zero(head: &[u8]) -> bool {
    const KEY: &[u8] = b"general.alignment";
    head.windows(KEY.len()).enumerate().filter(|(_, window)| *window == KEY).any(|(at, _)| {
        let Some((kind, value)) = head[at + KEY.len()..].split_first_chunk::<4>() else { return false };
        let width = match u32::from_le_bytes(*kind) {
            0 | 1 => 1, // u8, i8
            2 | 3 => 2, // u16, i16
            4 | 5 => 4, // u32, i32
            _ => return false,
        };
        value.get(..width).is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0))
    })
}

/// Typed look-ups; an error names the key, what is there, and what should be.
#[derive(Debug, Clone, Copy)]
pub struct Metadata<'f>(&'f HashMap<String, Value>);

impl<'f> Metadata<'f> {
    /// A look at a file's metadata.
    pub fn new(values: &'f HashMap<String, Value>) -> Self {
        Self(values)
    }

    fn required(self, key: &str) -> Result<&'f Value> {
        self.0.get(key).ok_or_else(|| broken(format!("its metadata has no `{key}`")))
    }

    /// A text that must be there.
    pub fn text(self, key: &str) -> Result<&'f str> {
        match self.required(key)? {
            Value::String(text) => Ok(text),
            other => Err(wrong(key, other, "a text")),
        }
    }

    /// A text that may be absent.
    pub fn optional_text(self, key: &str) -> Result<Option<&'f str>> {
        if self.0.contains_key(key) { self.text(key).map(Some) } else { Ok(None) }
    }

    /// A whole number that must be there.
    pub fn number(self, key: &str) -> Result<usize> {
        let value = self.required(key)?;
        whole(value).ok_or_else(|| wrong(key, value, "a whole number, not negative"))
    }

    /// A whole number that may be absent.
    pub fn optional_number(self, key: &str) -> Result<Option<usize>> {
        if self.0.contains_key(key) { self.number(key).map(Some) } else { Ok(None) }
    }

    /// A truth value that may be absent.
    pub fn optional_flag(self, key: &str) -> Result<Option<bool>> {
        match self.0.get(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(wrong(key, other, "true or false")),
        }
    }

    /// A list of texts that must be there.
    pub fn texts(self, key: &str) -> Result<Vec<&'f str>> {
        let read = |value: &'f Value| match value {
            Value::String(text) => Ok(text.as_str()),
            other => Err(wrong(key, other, "a text in the list")),
        };
        self.list(key)?.iter().map(read).collect()
    }

    /// A list of whole numbers that must be there.
    pub fn numbers(self, key: &str) -> Result<Vec<usize>> {
        let read = |value| whole(value).ok_or_else(|| wrong(key, value, "a whole number in the list, not negative"));
        self.list(key)?.iter().map(read).collect()
    }

    fn list(self, key: &str) -> Result<&'f [Value]> {
        match self.required(key)? {
            Value::Array(values) => Ok(values),
            other => Err(wrong(key, other, "a list")),
        }
    }
}

fn whole(value: &Value) -> Option<usize> {
    match *value {
        Value::U8(v) => Some(v.into()),
        Value::U16(v) => Some(v.into()),
        Value::U32(v) => v.try_into().ok(),
        Value::U64(v) => v.try_into().ok(),
        Value::I8(v) => v.try_into().ok(),
        Value::I16(v) => v.try_into().ok(),
        Value::I32(v) => v.try_into().ok(),
        Value::I64(v) => v.try_into().ok(),
        Value::F32(_) | Value::F64(_) | Value::Bool(_) | Value::String(_) | Value::Array(_) => None,
    }
}

fn wrong(key: &str, value: &Value, expected: &str) -> Error {
    let found = match value {
        Value::Array(values) => format!("a list of {}", values.len()),
        Value::String(text) => format!("the text `{}`", text.chars().take(40).collect::<String>()),
        other => format!("{other:?}"),
    };
    broken(format!("`{key}` is {found}; it should be {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_up_names_the_key_and_what_is_there_instead() {
        let values = HashMap::from([("a".to_owned(), Value::I32(-1)), ("b".to_owned(), Value::Array(vec![]))]);
        let metadata = Metadata::new(&values);
        let said = |result: Result<usize>| result.unwrap_err().to_string();
        assert_eq!(said(metadata.number("a")), "`a` is I32(-1); it should be a whole number, not negative");
        assert_eq!(said(metadata.number("b")), "`b` is a list of 0; it should be a whole number, not negative");
        assert_eq!(said(metadata.number("c")), "its metadata has no `c`");
        assert_eq!(metadata.optional_number("c").unwrap(), None);
        assert!(metadata.optional_number("a").is_err(), "a wrong value is not an absent one");
    }

    #[test]
    fn another_format_is_named_and_a_zero_alignment_is_seen_before_candle_divides_by_it() {
        let said = |bytes: &[u8]| read_header(&mut &*bytes, bytes.len() as u64).unwrap_err().to_string();
        assert_eq!(said(b"PK\x03\x04zip"), "not a GGUF file: it starts with `PK\\u{3}\\u{4}`, not `GGUF`");
        assert_eq!(said(b""), "not a GGUF file: it starts with ``, not `GGUF`");
        let mut head = b"GGUF".to_vec();
        head.extend(3u32.to_le_bytes()); // version
        head.extend(0u64.to_le_bytes()); // tensors
        head.extend(1u64.to_le_bytes()); // entries
        head.extend(17u64.to_le_bytes());
        head.extend(b"general.alignment");
        head.extend(4u32.to_le_bytes()); // u32
        head.extend(0u32.to_le_bytes());
        assert!(said(&head).contains("`general.alignment` is 0"));
    }

    #[test]
    fn absurd_lengths_are_refused_without_allocating_them() {
        for (tensors, entries) in [(u64::MAX, 0), (0, u64::MAX), (1 << 29, 1 << 29)] {
            let mut head = b"GGUF\x03\0\0\0".to_vec();
            head.extend(tensors.to_le_bytes());
            head.extend(entries.to_le_bytes());
            assert!(read_header(&mut head.as_slice(), head.len() as u64).is_err());
        }
    }
}
