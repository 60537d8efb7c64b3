//! Texts as unit vectors, searched exactly: most corpora of one domain are small enough for a full scan. `coded` serves
//! the others. Knows vectors and the hashes of their texts; does not know what a text stands for.

pub mod coded;
pub mod codes;
mod numbers;
pub mod quantised;

use std::{collections::HashMap, io::Write, path::Path};

use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::Cosine;
use crate::error::{Error, Result};
use numbers::Numbers;

/// The first bytes of a vector file; the digit is the layout's version.
const MAGIC: &[u8; 8] = b"PVVEC\0\0\x01";

/// Rows of which a product with queries is made at a time: it stays in the caches.
const BLOCK: usize = 1024;

/// The first 16 bytes of the SHA-256 of an encoder's name and a text.
type TextHash = [u8; 16];

/// Vectors of distinct texts, each of length 1.
#[derive(Debug, Default, Clone)]
pub struct Vectors {
    dims: usize,
    hashes: Vec<TextHash>,
    /// `(text, dim)` in row order.
    values: Numbers<f32>,
}

/// What vectors are of: those of two spaces cannot be compared.
#[derive(Debug, Clone, Copy)]
pub struct Space<'s> {
    /// The encoder's name for it.
    pub encoder: &'s str,
    /// Numbers in a vector.
    pub dims: usize,
}

/// What turns texts into vectors while an index is built.
pub type Encode<'e> = dyn FnMut(&[&str]) -> Result<Vec<Vec<f32>>> + 'e;

impl Vectors {
    /// The vectors of `texts`, in order. Those that `known` holds are taken from there; the rest go to
    /// `encode` in batches.
    pub fn build(texts: &[&str], space: Space<'_>, known: &[Self], encode: &mut Encode<'_>) -> Result<Self> {
        let Space { encoder, dims } = space;
        let hashes: Vec<TextHash> = texts.iter().map(|text| hash(encoder, text)).collect();
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
        encode_rows(texts, missing, texts.len(), encode, |row, vector| {
            values[row * dims..(row + 1) * dims].copy_from_slice(vector);
        })?;
        Ok(Self { dims, hashes, values: values.into() })
    }

    /// How many texts.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Numbers in a vector.
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// The vector of a row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.dims..(row + 1) * self.dims]
    }

    /// The vectors of some rows, `(row, dim)`.
    pub fn rows(&self, rows: &[usize]) -> Array2<f32> {
        let values = rows.iter().flat_map(|row| self.row(*row)).copied().collect();
        Array2::from_shape_vec((rows.len(), self.dims), values).expect("every row has as many numbers")
    }

    /// The cosine of `query`, a unit vector, with every row.
    pub fn cosines(&self, query: &[f32]) -> Vec<Cosine> {
        if self.dims == 0 || query.len() != self.dims {
            return vec![Cosine(0.0); self.len()];
        }
        self.values.chunks_exact(self.dims).map(|row| dot(row, query)).collect()
    }

    /// The cosines of many queries, `(query, dim)`, with every row, in blocks of rows: `fold` takes what it made of a query's
    /// earlier blocks, the number of the block's first row, and the query's cosines with the block. A query that is alone is
    /// served by [`Vectors::cosines`].
    pub fn fold_cosines<T: Clone + Send + Sync>(
        &self,
        queries: ArrayView2<'_, f32>,
        empty: T,
        fold: impl Fn(usize, &mut T, usize, &[f32]) + Sync,
    ) -> Vec<T> {
        let mut folded = vec![empty; queries.nrows()];
        if self.dims == 0 || queries.ncols() != self.dims {
            return folded;
        }
        // Each thread's queries at once: the rows are laid out for the multiplication anew for every part of them.
        let at_once = queries.nrows().div_ceil(rayon::current_num_threads()).max(1);
        let queries: Vec<ArrayView2<'_, f32>> = queries.axis_chunks_iter(Axis(0), at_once).collect();
        let parts = folded.par_chunks_mut(at_once).zip(queries);
        parts.enumerate().for_each(|(part, (folded, queries))| {
            for (block, rows) in self.values.chunks(BLOCK * self.dims).enumerate() {
                let rows = ArrayView2::from_shape((rows.len() / self.dims, self.dims), rows).expect("rows are whole");
                let cosines = queries.dot(&rows.t()); // (query, dim)·(dim, row) → (query, row)
                for (at, (folded, cosines)) in folded.iter_mut().zip(cosines.rows()).enumerate() {
                    let cosines = cosines.as_slice().expect("a product is contiguous");
                    fold(part * at_once + at, folded, block * BLOCK, cosines);
                }
            }
        });
        folded
    }

    /// Writes the vectors to a new file.
    pub fn save(&self, path: &Path) -> Result<()> {
        let write = || -> std::io::Result<()> {
            let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
            file.write_all(MAGIC)?;
            file.write_all(&(self.dims as u32).to_le_bytes())?;
            file.write_all(&(self.hashes.len() as u32).to_le_bytes())?;
            file.write_all(self.hashes.as_flattened())?;
            file.write_all(bytemuck::cast_slice(&self.values))?;
            file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
        };
        write().map_err(Error::io("write", path))
    }

    /// Opens a vector file, which stays on disk.
    ///
    /// # Errors
    /// A file that is cut short or is something else; the index around it is then rebuilt.
    pub fn load(path: &Path) -> Result<Self> {
        let file = numbers::mapped(path)?;
        let read = || {
            let (dims, hashes, values) = parse(&file)?;
            let values = Numbers::of_file(&file, file.len() - values.len()..file.len())?;
            Some(Self { dims, hashes: hashes.as_chunks::<16>().0.to_vec(), values })
        };
        read().ok_or_else(|| numbers::damaged(path, "vector file"))
    }
}

/// The dimensions, the hashes and the values of a vector file, whose numbers are little-endian.
fn parse(bytes: &[u8]) -> Option<(usize, &[u8], &[u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (dims, rest) = rest.split_first_chunk::<4>()?;
    let (count, rest) = rest.split_first_chunk::<4>()?;
    let (dims, count) = (u32::from_le_bytes(*dims) as usize, u32::from_le_bytes(*count) as usize);
    let (hashes, values) = rest.split_at_checked(count.checked_mul(16)?)?;
    (values.len() == count.checked_mul(dims)?.checked_mul(4)?).then_some((dims, hashes, values))
}

/// Encodes the texts of some rows, at most so many at a time; `put` takes each row's vector.
fn encode_rows(
    texts: &[&str],
    mut rows: Vec<usize>,
    at_once: usize,
    encode: &mut Encode<'_>,
    mut put: impl FnMut(usize, &[f32]),
) -> Result<()> {
    rows.sort_by_key(|row| (texts[*row].len(), *row)); // batches of like length waste little padding
    for rows in rows.chunks(at_once.max(1)) {
        let wanted: Vec<&str> = rows.iter().map(|row| texts[*row]).collect();
        rows.iter().zip(encode(&wanted)?).for_each(|(row, vector)| put(*row, &vector));
    }
    Ok(())
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

fn hash(encoder: &str, text: &str) -> TextHash {
    let digest: [u8; 32] = Sha256::new_with_prefix(encoder).chain_update([0]).chain_update(text).finalize().into();
    *digest.first_chunk().expect("a digest has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "it stands in for an encoder, which may fail")]
    fn letters(texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        Ok(texts.iter().map(|t| vec![t.len() as f32, 0.0]).collect())
    }

    const SPACE: Space<'_> = Space { encoder: "letters", dims: 2 };

    #[test]
    fn the_vectors_of_another_encoder_are_not_taken_over() {
        let first = Vectors::build(&["a"], SPACE, &[], &mut letters).unwrap();
        let mut asked = 0;
        let other = Space { encoder: "words", ..SPACE };
        Vectors::build(&["a"], other, &[first], &mut |texts| {
            asked += texts.len();
            letters(texts)
        })
        .unwrap();
        assert_eq!(asked, 1);
    }

    #[test]
    fn known_texts_are_not_encoded_again() {
        let first = Vectors::build(&["a", "bbb"], SPACE, &[], &mut letters).unwrap();
        let mut asked = Vec::new();
        let second = Vectors::build(&["bbb", "cc"], SPACE, std::slice::from_ref(&first), &mut |texts| {
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
        let vectors = Vectors::build(&["a", "bbb"], SPACE, &[], &mut letters).unwrap();
        vectors.save(&path).unwrap();
        assert_eq!(Vectors::load(&path).unwrap().row(1), [3.0, 0.0]);
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() {
            assert!(parse(&whole[..length]).is_none());
        }
    }
}
