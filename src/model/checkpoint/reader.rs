//! Reads a header's bytes, in order, and never past their end.

use super::{Kind, Tensor, Value, broken};
use crate::error::{Error, Result};

/// Lists in lists, at the most.
const MOST_NESTED: usize = 4;
/// Sizes of a tensor, at the most (`GGML_MAX_DIMS`).
const MOST_SIZES: u32 = 4;

pub(super) struct Reader<'f> {
    bytes: &'f [u8],
    position: usize,
    /// Values that lists may still have.
    values: usize,
}

impl<'f> Reader<'f> {
    pub fn new(bytes: &'f [u8], values: usize) -> Self {
        Self { bytes, position: 0, values }
    }

    /// Bytes read.
    pub fn position(&self) -> usize {
        self.position
    }

    fn take(&mut self, count: usize) -> Result<&'f [u8]> {
        let rest = &self.bytes[self.position..];
        let taken = rest.get(..count).ok_or_else(|| self.short(count))?;
        self.position += count;
        Ok(taken)
    }

    fn short(&self, wanted: usize) -> Error {
        let (at, left) = (4 + self.position, self.bytes.len() - self.position);
        broken(format!("its header is damaged or cut short: byte {at} wants {wanted} more, and there are {left}"))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        Ok(self.take(N)?.try_into().expect("as many as were taken"))
    }

    pub fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn length(&mut self) -> Result<usize> {
        let length = self.u64()?;
        usize::try_from(length).map_err(|_| broken(format!("its header is damaged: a length of {length} bytes")))
    }

    /// How many of something follow.
    pub fn count(&mut self, most: usize, of: &str) -> Result<usize> {
        let count = self.u64()?;
        let few = usize::try_from(count).ok().filter(|count| *count <= most);
        few.ok_or_else(|| broken(format!("its header is damaged: it claims {count} {of}; at most {most} are read")))
    }

    pub fn text(&mut self) -> Result<String> {
        let length = self.length()?;
        // Merges and tokens of some models hold single bytes that are no UTF-8; nothing that is looked up does.
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    pub fn value(&mut self) -> Result<Value> {
        let kind = self.u32()?;
        self.value_of(kind, 0)
    }

    fn value_of(&mut self, kind: u32, nested: usize) -> Result<Value> {
        Ok(match kind {
            0 => Value::U8(self.array::<1>()?[0]),
            1 => Value::I8(i8::from_le_bytes(self.array()?)),
            2 => Value::U16(u16::from_le_bytes(self.array()?)),
            3 => Value::I16(i16::from_le_bytes(self.array()?)),
            4 => Value::U32(self.u32()?),
            5 => Value::I32(i32::from_le_bytes(self.array()?)),
            6 => Value::F32(f32::from_le_bytes(self.array()?)),
            7 => Value::Bool(self.array::<1>()?[0] != 0),
            8 => Value::String(self.text()?),
            9 if nested < MOST_NESTED => self.list(nested)?,
            10 => Value::U64(self.u64()?),
            11 => Value::I64(i64::from_le_bytes(self.array()?)),
            12 => Value::F64(f64::from_le_bytes(self.array()?)),
            other => return Err(broken(format!("its header is damaged: no kind of value has the number {other}"))),
        })
    }

    fn list(&mut self, nested: usize) -> Result<Value> {
        let kind = self.u32()?;
        let count = self.count(self.values, "values in a list")?;
        self.values -= count;
        let mut values = Vec::with_capacity(count.min(self.bytes.len() - self.position));
        for _ in 0..count {
            values.push(self.value_of(kind, nested + 1)?);
        }
        Ok(Value::Array(values))
    }

    /// A tensor's name and where it lies.
    pub fn tensor(&mut self) -> Result<(String, Tensor)> {
        let name = self.text()?;
        let sizes = self.u32()?;
        if sizes == 0 || sizes > MOST_SIZES {
            return Err(broken(format!("its tensor `{name}` has {sizes} sizes; 1 to {MOST_SIZES} are possible")));
        }
        let mut shape = (0..sizes).map(|_| self.length()).collect::<Result<Vec<usize>>>()?;
        shape.reverse(); // the format has the innermost first
        let kind = Kind::numbered(self.u32()?, &name)?;
        let offset = self.length()?;
        Ok((name, Tensor::new(shape, kind, offset)))
    }
}
