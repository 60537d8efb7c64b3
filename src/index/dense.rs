//! Texts as unit vectors, searched exactly: a corpus of one domain is small enough for a full scan.
//! Knows vectors and the hashes of their texts; does not know what a text stands for.

use std::{
    collections::HashMap,
    io::{Read, Write},
    path::Path,
};

use sha2::{Digest, Sha256};

use super::Cosine;
use crate::error::{Error, Result};

/// The first bytes of a vector file; the digit is the layout's version.
const MAGIC: &[u8; 8] = b"PVVEC\0\0\x01";

/// The first 16 bytes of a text's SHA-256.
type TextHash = [u8; 16];

/// Vectors of distinct texts, each of length 1.
#[derive(Debug, Default, Clone)]
pub struct Vectors {
    dims: usize,
    hashes: Vec<TextHash>,
    /// `(text, dim)` in row order.
    values: Vec<f32>,
}

/// What turns texts into vectors while an index is built.
pub type Encode<'e> = dyn FnMut(&[&str]) -> Result<Vec<Vec<f32>>> + 'e;

impl Vectors {
    /// The vectors of `texts`, in order. Those that `known` holds are taken from there; the rest go to
    /// `encode` in batches.
    pub fn build(texts: &[&str], dims: usize, known: &[Self], encode: &mut Encode<'_>) -> Result<Self> {
        let hashes: Vec<TextHash> = texts.iter().map(|t| hash(t)).collect();
        let mut values = vec![0.0; texts.len() * dims];
        let lookup: HashMap<TextHash, &[f32]> = known
            .iter()
            .filter(|v| v.dims == dims)
            .flat_map(|v| v.hashes.iter().copied().zip(v.values.chunks_exact(dims.max(1))))
            .collect();
        let mut missing = Vec::new();
        for (row, hash) in hashes.iter().enumerate() {
            match lookup.get(hash) {
                Some(vector) => values[row * dims..(row + 1) * dims].copy_from_slice(vector),
                None => missing.push(row),
            }
        }
        missing.sort_by_key(|row| (texts[*row].len(), *row)); // batches of like length waste little padding
        let wanted: Vec<&str> = missing.iter().map(|row| texts[*row]).collect();
        for (row, vector) in missing.iter().zip(encode(&wanted)?) {
            values[row * dims..(row + 1) * dims].copy_from_slice(&vector);
        }
        Ok(Self { dims, hashes, values })
    }

    /// How many texts.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The vector of a row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.dims..(row + 1) * self.dims]
    }

    /// The cosine of `query`, a unit vector, with every row.
    pub fn cosines(&self, query: &[f32]) -> Vec<Cosine> {
        if self.dims == 0 || query.len() != self.dims {
            return vec![Cosine(0.0); self.len()];
        }
        self.values.chunks_exact(self.dims).map(|row| dot(row, query)).collect()
    }

    /// Writes the vectors to a new file.
    pub fn save(&self, path: &Path) -> Result<()> {
        let write = || -> std::io::Result<()> {
            let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
            file.write_all(MAGIC)?;
            file.write_all(&(self.dims as u32).to_le_bytes())?;
            file.write_all(&(self.hashes.len() as u32).to_le_bytes())?;
            self.hashes.iter().try_for_each(|h| file.write_all(h))?;
            self.values.iter().try_for_each(|v| file.write_all(&v.to_le_bytes()))?;
            file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
        };
        write().map_err(Error::io("write", path))
    }

    /// Reads a vector file.
    ///
    /// # Errors
    /// A file that is cut short or is something else; the index around it is then rebuilt.
    pub fn load(path: &Path) -> Result<Self> {
        let mut bytes = Vec::new();
        let mut file = std::fs::File::open(path).map_err(Error::io("open", path))?;
        file.read_to_end(&mut bytes).map_err(Error::io("read", path))?;
        Self::parse(&bytes).ok_or_else(|| {
            Error::io("use", path)(std::io::Error::new(std::io::ErrorKind::InvalidData, "not a whole vector file"))
        })
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (dims, rest) = rest.split_first_chunk::<4>()?;
        let (count, rest) = rest.split_first_chunk::<4>()?;
        let (dims, count) = (u32::from_le_bytes(*dims) as usize, u32::from_le_bytes(*count) as usize);
        let (hashes, values) = rest.split_at_checked(count.checked_mul(16)?)?;
        if values.len() != count.checked_mul(dims)?.checked_mul(4)? {
            return None;
        }
        Some(Self {
            dims,
            hashes: hashes.as_chunks::<16>().0.to_vec(),
            values: values.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
        })
    }
}

/// The cosine of two unit vectors.
pub fn dot(a: &[f32], b: &[f32]) -> Cosine {
    // Eight running sums let the compiler use whole SIMD registers; the order is fixed, so is the result.
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (x, y) in a8.iter().zip(b8) {
        for lane in 0..8 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    Cosine(sums.iter().sum::<f32>() + rest)
}

fn hash(text: &str) -> TextHash {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    *digest.first_chunk().expect("a digest has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "it stands in for an encoder, which may fail")]
    fn letters(texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        Ok(texts.iter().map(|t| vec![t.len() as f32, 0.0]).collect())
    }

    #[test]
    fn known_texts_are_not_encoded_again() {
        let first = Vectors::build(&["a", "bbb"], 2, &[], &mut letters).unwrap();
        let mut asked = Vec::new();
        let second = Vectors::build(&["bbb", "cc"], 2, std::slice::from_ref(&first), &mut |texts| {
            asked.extend(texts.iter().map(|t| (*t).to_owned()));
            letters(texts)
        });
        assert_eq!(second.unwrap().row(0), [3.0, 0.0]);
        assert_eq!(asked, ["cc"]);
    }

    #[test]
    fn a_file_cut_short_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("v");
        let vectors = Vectors::build(&["a", "bbb"], 2, &[], &mut letters).unwrap();
        vectors.save(&path).unwrap();
        assert_eq!(Vectors::load(&path).unwrap().row(1), [3.0, 0.0]);
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() {
            assert!(Vectors::parse(&whole[..length]).is_none());
        }
    }
}
