//! A GGUF file's metadata, looked up by type. Knows kinds of value; does not know what an architecture or a
//! tokenizer needs.

use std::collections::HashMap;

use super::broken;
use crate::error::{Error, Result};

/// A value of the metadata.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "GGUF's own names")]
pub enum Value {
    U8(u8),
    I8(i8),
    U16(u16),
    I16(i16),
    U32(u32),
    I32(i32),
    U64(u64),
    I64(i64),
    F32(f32),
    F64(f64),
    Bool(bool),
    String(String),
    Array(Vec<Value>),
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

    /// A list of numbers that must be there.
    pub fn floats(self, key: &str) -> Result<Vec<f32>> {
        let read = |value: &Value| match value {
            Value::F32(number) => Ok(*number),
            Value::I32(number) => Ok(*number as f32),
            other => Err(wrong(key, other, "a number in the list")),
        };
        self.list(key)?.iter().map(read).collect()
    }

    /// A number that may be absent.
    pub fn optional_float(self, key: &str) -> Result<Option<f32>> {
        match self.0.get(key) {
            None => Ok(None),
            Some(Value::F32(number)) if number.is_finite() => Ok(Some(*number)),
            Some(Value::F64(number)) if number.is_finite() => Ok(Some(*number as f32)),
            Some(other) => Err(wrong(key, other, "a finite number")),
        }
    }

    /// Whole numbers for each of `count` blocks, of a list or of one number that holds for all.
    pub fn number_each(self, key: &str, count: usize) -> Result<Option<Vec<usize>>> {
        match self.0.get(key) {
            None => Ok(None),
            Some(value @ Value::Array(_)) => {
                let numbers = self.numbers(key)?;
                if numbers.len() < count {
                    return Err(wrong(key, value, &format!("a list of {count}")));
                }
                Ok(Some(numbers[..count].to_vec()))
            }
            Some(_) => Ok(Some(vec![self.number(key)?; count])),
        }
    }

    /// Truth values in a list, where there is a list.
    pub fn flags(self, key: &str) -> Option<Vec<bool>> {
        let Some(Value::Array(values)) = self.0.get(key) else { return None };
        values.iter().map(|value| if let Value::Bool(flag) = value { Some(*flag) } else { None }).collect()
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
        _ => None,
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
