//! A tensor of a GGUF file: its shape, its format, its place.

use std::{fmt, ops::Range};

use super::broken;
use crate::error::Result;

/// How a tensor's numbers are stored. Names and numbers are ggml's (`enum ggml_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "ggml's own names")]
#[expect(non_camel_case_types, reason = "ggml's own names")]
pub enum Kind {
    F32,
    F16,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
    BF16,
}

const KINDS: [(u32, Kind, usize, usize); 13] = [
    // number, kind, numbers in a block, bytes of a block
    (0, Kind::F32, 1, 4),
    (1, Kind::F16, 1, 2),
    (2, Kind::Q4_0, 32, 18),
    (3, Kind::Q4_1, 32, 20),
    (6, Kind::Q5_0, 32, 22),
    (7, Kind::Q5_1, 32, 24),
    (8, Kind::Q8_0, 32, 34),
    (10, Kind::Q2_K, 256, 84),
    (11, Kind::Q3_K, 256, 110),
    (12, Kind::Q4_K, 256, 144),
    (13, Kind::Q5_K, 256, 176),
    (14, Kind::Q6_K, 256, 210),
    (30, Kind::BF16, 1, 2),
];

impl Kind {
    /// The format with this number; `tensor` is whose it is.
    pub(super) fn numbered(number: u32, tensor: &str) -> Result<Self> {
        KINDS.iter().find(|kind| kind.0 == number).map(|kind| kind.1).ok_or_else(|| {
            let known: Vec<String> = KINDS.iter().map(|kind| kind.1.to_string()).collect();
            broken(format!(
                "its tensor `{tensor}` is stored in ggml's format number {number}; {} are supported",
                known.join(", ")
            ))
        })
    }

    /// Its number in files.
    #[cfg(test)]
    pub fn number(self) -> u32 {
        KINDS.iter().find(|kind| kind.1 == self).map_or(0, |kind| kind.0)
    }

    fn row(self) -> (usize, usize) {
        KINDS.iter().find(|kind| kind.1 == self).map_or((1, 1), |kind| (kind.2, kind.3))
    }

    /// Numbers in a block.
    pub fn block(self) -> usize {
        self.row().0
    }

    /// Bytes of so many numbers, which are whole blocks; nothing where that is more than can be counted.
    pub fn bytes(self, numbers: usize) -> Option<usize> {
        let (block, bytes) = self.row();
        (numbers / block).checked_mul(bytes)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A tensor's shape and place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tensor {
    /// Rows first, the innermost last.
    pub shape: Vec<usize>,
    /// How its numbers are stored.
    pub kind: Kind,
    /// Of its bytes; in the header, from where the tensors begin.
    start: usize,
    length: usize,
}

impl Tensor {
    pub(super) fn new(shape: Vec<usize>, kind: Kind, offset: usize) -> Self {
        Self { shape, kind, start: offset, length: 0 }
    }

    /// Turns the offset into a place in the file, which has so many bytes.
    pub(super) fn place(&mut self, name: &str, tensors: usize, file: usize) -> Result<()> {
        let whole = self.shape.last().is_some_and(|columns| columns.is_multiple_of(self.kind.block()));
        if !whole {
            let (shape, kind, block) = (&self.shape, self.kind, self.kind.block());
            return Err(broken(format!("its tensor `{name}` is {shape:?}; rows of {kind} are multiples of {block}")));
        }
        let numbers = self.shape.iter().try_fold(1usize, |product, size| product.checked_mul(*size));
        let length = numbers.and_then(|numbers| self.kind.bytes(numbers));
        let start = tensors.checked_add(self.start);
        let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
        match (start, length, end) {
            (Some(start), Some(length), Some(end)) if end <= file => {
                (self.start, self.length) = (start, length);
                Ok(())
            }
            _ => Err(broken(format!(
                "its tensor `{name}` of {:?} {} does not end inside the file's {file} bytes: the file is damaged or cut short",
                self.shape, self.kind
            ))),
        }
    }

    /// Where its bytes are in the file.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.length
    }
}
