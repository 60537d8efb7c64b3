//! Codes as a file: magic, dimensions, rows, centre, offsets, scales, words. All little-endian, and nothing after them.

use std::{
    io::{Read, Write},
    path::Path,
};

use super::{Codes, LANES, words};
use crate::error::{Error, Result};

/// The first bytes of a file of codes; the digit is the version of the layout and of the rotation.
const MAGIC: &[u8; 8] = b"PVCOD\0\0\x01";

impl Codes {
    /// Writes the codes to a new file.
    pub fn save(&self, path: &Path) -> Result<()> {
        let write = || -> std::io::Result<()> {
            let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
            file.write_all(MAGIC)?;
            file.write_all(&(self.dims as u32).to_le_bytes())?;
            file.write_all(&(self.len() as u32).to_le_bytes())?;
            let floats = self.centre.iter().chain(&self.offsets).chain(&self.scales);
            floats.into_iter().try_for_each(|number| file.write_all(&number.to_le_bytes()))?;
            self.lines.as_flattened().iter().try_for_each(|word| file.write_all(&word.to_le_bytes()))?;
            file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
        };
        write().map_err(Error::io("write", path))
    }

    /// Reads a file of codes.
    ///
    /// # Errors
    /// A file that is cut short or is something else; the codes can be built again from the vectors.
    pub fn load(path: &Path) -> Result<Self> {
        let mut bytes = Vec::new();
        let mut file = std::fs::File::open(path).map_err(Error::io("open", path))?;
        file.read_to_end(&mut bytes).map_err(Error::io("read", path))?;
        Self::parse(&bytes).ok_or_else(|| {
            Error::io("use", path)(std::io::Error::new(std::io::ErrorKind::InvalidData, "not a whole file of codes"))
        })
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (dims, rest) = rest.split_first_chunk::<4>()?;
        let (rows, rest) = rest.split_first_chunk::<4>()?;
        let (dims, rows) = (u32::from_le_bytes(*dims) as usize, u32::from_le_bytes(*rows) as usize);
        let (centre, rest) = floats(rest, dims)?;
        let (offsets, rest) = floats(rest, rows)?;
        let (scales, rest) = floats(rest, rows)?;
        let lines = rows.div_ceil(LANES).checked_mul(words(dims))?;
        if rest.len() != lines.checked_mul(LANES * 8)? {
            return None;
        }
        let line = |bytes: &[u8; LANES * 8]| {
            let words = bytes.as_chunks::<8>().0;
            std::array::from_fn(|lane| u64::from_le_bytes(words[lane]))
        };
        let lines = rest.as_chunks::<{ LANES * 8 }>().0.iter().map(line).collect();
        Some(Self { dims, centre, lines, offsets, scales })
    }
}

/// The first `count` numbers, and the bytes after them.
fn floats(bytes: &[u8], count: usize) -> Option<(Vec<f32>, &[u8])> {
    let (floats, rest) = bytes.split_at_checked(count.checked_mul(4)?)?;
    Some((floats.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect(), rest))
}
