//! Texts of a large corpus: every vector in bytes, of which any can be scored nearly exactly, and a code for each passage, by
//! which the nearest are found. A scan of the codes takes some 6 ms for a million passages where one of the vectors takes
//! 90 (ARCHITECTURE.md).

use std::{collections::HashMap, io::Write, path::Path};

use super::{
    Encode, Space, TextHash, Vectors,
    codes::Codes,
    encode_rows, hash,
    numbers::{self, Numbers},
    quantised::{Asked, Quantised},
};
use crate::{
    error::{Error, Result},
    index::Cosine,
};

/// The first bytes of a file of rows; the digit is the layout's version.
const MAGIC: &[u8; 8] = b"PVROW\0\0\x02";
const ROWS: &str = "rows.bin";
const CODES: &str = "codes.bin";
/// Texts that are encoded at a time, so that their vectors need not all be in memory at once.
const AT_ONCE: usize = 1 << 16;

/// Vectors in bytes, and the codes of some of them.
pub struct Coded {
    hashes: Vec<TextHash>,
    rows: Quantised,
    codes: Codes,
    dims: usize,
}

impl Coded {
    /// The vectors of `texts`, in order, and codes of those rows that `scanned` lists, in its order. What `known` holds is taken
    /// from there.
    pub fn build(
        texts: &[&str],
        scanned: &[usize],
        Space { encoder, dims }: Space<'_>,
        known: &[Self],
        encode: &mut Encode<'_>,
    ) -> Result<Self> {
        let hashes: Vec<TextHash> = texts.iter().map(|text| hash(encoder, text)).collect();
        let mut lookup: HashMap<TextHash, (&Quantised, usize)> = HashMap::new();
        for old in known.iter().filter(|old| old.dims == dims) {
            lookup.extend(old.hashes.iter().enumerate().map(|(row, hash)| (*hash, (&old.rows, row))));
        }
        let mut rows = Quantised::zeros(texts.len(), dims);
        let mut missing = Vec::new();
        for (row, hash) in hashes.iter().enumerate() {
            match lookup.get(hash) {
                Some((old, from)) => rows.copy(row, old, *from),
                None => missing.push(row),
            }
        }
        encode_rows(texts, missing, AT_ONCE, encode, |row, vector| rows.put(row, vector))?;
        let codes = Codes::build(scanned.len(), dims, |at, into| rows.get(scanned[at], into));
        Ok(Self { hashes, rows, codes, dims })
    }

    /// The vectors of a corpus that was smaller, without codes, to be taken over.
    pub fn of(vectors: &Vectors) -> Self {
        let dims = vectors.dims;
        let mut rows = Quantised::zeros(vectors.len(), dims);
        (0..vectors.len()).for_each(|row| rows.put(row, vectors.row(row)));
        Self { hashes: vectors.hashes.clone(), rows, codes: Codes::build(0, dims, |_, _| {}), dims }
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

    /// Writes the vector of a row.
    pub fn get(&self, row: usize, into: &mut [f32]) {
        self.rows.get(row, into);
    }

    /// The cosine of a row and a question.
    pub fn cosine(&self, row: usize, asked: &Asked) -> Cosine {
        self.rows.dot(row, asked)
    }

    /// The codes.
    pub fn codes(&self) -> &Codes {
        &self.codes
    }

    /// The places in the list of scanned rows of those that are likely the nearest to a unit vector, best first.
    pub fn best(&self, query: &[f32], most: usize, admits: impl Fn(usize) -> bool + Sync) -> Vec<usize> {
        self.codes.best(query, most, admits).into_iter().map(|(at, _)| at).collect()
    }

    /// Writes them into a folder.
    pub fn save(&self, folder: &Path) -> Result<()> {
        let path = folder.join(ROWS);
        let write = || -> std::io::Result<()> {
            let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
            let (values, scales) = self.rows.parts();
            file.write_all(MAGIC)?;
            file.write_all(&(self.dims as u32).to_le_bytes())?;
            file.write_all(&(self.hashes.len() as u32).to_le_bytes())?;
            file.write_all(self.hashes.as_flattened())?;
            file.write_all(bytemuck::cast_slice(scales))?;
            file.write_all(bytemuck::cast_slice(values))?;
            file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
        };
        write().map_err(Error::io("write", &path))?;
        self.codes.save(&folder.join(CODES))
    }

    /// Whether a folder holds vectors in this form.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(ROWS).is_file()
    }

    /// Opens what [`Coded::save`] wrote; the rows stay on disk.
    ///
    /// # Errors
    /// A file that is cut short or is something else; the index around it is then rebuilt.
    pub fn load(folder: &Path) -> Result<Self> {
        let path = folder.join(ROWS);
        let file = numbers::mapped(&path)?;
        let read = || {
            let rest = file.strip_prefix(MAGIC)?;
            let (dims, rest) = rest.split_first_chunk::<4>()?;
            let (count, rest) = rest.split_first_chunk::<4>()?;
            let (dims, count) = (u32::from_le_bytes(*dims) as usize, u32::from_le_bytes(*count) as usize);
            let (hashes, _) = rest.split_at_checked(count.checked_mul(16)?)?;
            let start = file.len() - rest.len() + hashes.len();
            let values = start.checked_add(count.checked_mul(4)?)?;
            let scales = Numbers::of_file(&file, start..values)?;
            let rows = Quantised::of_file(Numbers::of_file(&file, values..file.len())?, scales, dims)?;
            Some((dims, hashes.as_chunks::<16>().0.to_vec(), rows))
        };
        let (dims, hashes, rows) = read().ok_or_else(|| numbers::damaged(&path, "file of rows"))?;
        let codes = Codes::load(&folder.join(CODES))?;
        if codes.dims() != dims {
            return Err(numbers::damaged(&folder.join(CODES), "file of codes of these rows"));
        }
        Ok(Self { hashes, rows, codes, dims })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACE: Space<'_> = Space { encoder: "letters", dims: 64 };

    /// A vector that points where the text's first letter says.
    #[expect(clippy::unnecessary_wraps, reason = "it stands in for an encoder, which may fail")]
    fn letters(texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        let vector = |text: &&str| (0..64).map(|at| f32::from(u8::from(text.as_bytes()[0] % 64 == at))).collect();
        Ok(texts.iter().map(vector).collect())
    }

    #[test]
    fn what_is_saved_comes_back_and_finds_the_nearest() {
        let folder = tempfile::tempdir().unwrap();
        let texts = ["a", "b", "c", "d"];
        Coded::build(&texts, &[0, 2, 3], SPACE, &[], &mut letters).unwrap().save(folder.path()).unwrap();
        assert!(Coded::is_in(folder.path()));
        let coded = Coded::load(folder.path()).unwrap();
        let query = letters(&["d"]).unwrap().remove(0);
        assert_eq!(coded.best(&query, 1, |_| true), [2], "the third of those that are coded");
        let asked = Asked::of(&query);
        assert!((coded.cosine(3, &asked).0 - 1.0).abs() < 0.01 && coded.cosine(0, &asked).0.abs() < 0.01);
    }

    #[test]
    fn known_texts_are_taken_over_digit_for_digit() {
        let first = Coded::build(&["a", "b"], &[0], SPACE, &[], &mut letters).unwrap();
        let mut asked = Vec::new();
        let second = Coded::build(&["b", "c"], &[0], SPACE, std::slice::from_ref(&first), &mut |texts| {
            asked.extend(texts.iter().map(|text| (*text).to_owned()));
            letters(texts)
        })
        .unwrap();
        assert_eq!(asked, ["c"]);
        let query = Asked::of(&letters(&["b"]).unwrap()[0]);
        assert_eq!(first.cosine(1, &query), second.cosine(0, &query));
    }

    #[test]
    fn a_file_that_is_cut_short_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        Coded::build(&["a", "b"], &[0], SPACE, &[], &mut letters).unwrap().save(folder.path()).unwrap();
        let path = folder.path().join(ROWS);
        let whole = std::fs::read(&path).unwrap();
        for length in (0..whole.len()).step_by(7) {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(Coded::load(folder.path()).is_err(), "{length}");
        }
    }
}
