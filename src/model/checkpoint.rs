//! GGUF files: what their header says and where their tensors lie. A file is mapped, never read whole, and everything
//! that it claims is checked against its length before anything is allocated for it. Knows the format; does not know
//! what an architecture needs.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>

pub mod metadata;
mod reader;
pub mod safetensors;
pub mod tensor;
#[cfg(test)]
pub(in crate::model) mod writer;

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    path::Path,
    sync::Arc,
};

use memmap2::Mmap;

pub use metadata::{Metadata, Value};
pub use tensor::{Kind, Tensor};

use self::reader::Reader;
use crate::error::{Error, Result};

/// Values in a header's lists, all together, at the most: Gemma 3's three lists of 262,144 are the longest known. This
/// is also what bounds the memory that a hostile file can take.
const MOST_VALUES: usize = 4 << 20;
/// Entries of metadata, and tensors, at the most: a model of 100 layers has about 1,200 tensors.
const MOST_ENTRIES: usize = 1 << 16;
/// Where tensors begin, unless the file says otherwise.
const ALIGNMENT: usize = 32;

/// What a file is read from.
#[derive(Debug, Clone)]
pub enum Contents {
    /// A mapped file.
    Mapped(Arc<Mmap>),
    /// Bytes in memory.
    Memory(Arc<[u8]>),
}

impl AsRef<[u8]> for Contents {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Mapped(file) => file,
            Self::Memory(bytes) => bytes,
        }
    }
}

/// A model file: what it says of itself, and its tensors.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    values: HashMap<String, Value>,
    tensors: BTreeMap<String, Tensor>,
    contents: Contents,
}

impl Checkpoint {
    /// Maps a file and reads its header.
    pub fn open(path: &Path) -> Result<Self> {
        Self::read(map(path)?)
    }

    /// Reads a GGUF file's header.
    pub fn read(contents: Contents) -> Result<Self> {
        let bytes = contents.as_ref();
        if !bytes.starts_with(b"GGUF") {
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(4)]).escape_debug().to_string();
            return Err(broken(format!("not a GGUF file: it starts with `{start}`, not `GGUF`")));
        }
        let mut reader = Reader::new(&bytes[4..], MOST_VALUES);
        let version = reader.u32()?;
        if !(2..=3).contains(&version) {
            return Err(broken(format!("its GGUF version is {version}; 2 and 3 are supported")));
        }
        let tensors = reader.count(MOST_ENTRIES, "tensors")?;
        let entries = reader.count(MOST_ENTRIES, "entries of metadata")?;
        let mut values = HashMap::new();
        for _ in 0..entries {
            let key = reader.text()?;
            values.insert(key, reader.value()?);
        }
        let alignment = Metadata::new(&values).optional_number("general.alignment")?.unwrap_or(ALIGNMENT);
        if !alignment.is_power_of_two() {
            return Err(broken(format!("`general.alignment` is {alignment}; it should be a power of two")));
        }
        let mut found = BTreeMap::new();
        for _ in 0..tensors {
            let (name, tensor) = reader.tensor()?;
            if found.insert(name.clone(), tensor).is_some() {
                return Err(broken(format!("it has two tensors `{name}`")));
            }
        }
        let start = (4 + reader.position()).next_multiple_of(alignment);
        for (name, tensor) in &mut found {
            tensor.place(name, start, bytes.len())?;
        }
        Ok(Self { values, tensors: found, contents })
    }

    /// What the header says.
    pub fn metadata(&self) -> Metadata<'_> {
        Metadata::new(&self.values)
    }

    /// The tensors by name.
    pub fn tensors(&self) -> &BTreeMap<String, Tensor> {
        &self.tensors
    }

    /// A tensor's bytes.
    pub fn bytes(&self, tensor: &Tensor) -> &[u8] {
        &self.contents.as_ref()[tensor.range()]
    }
}

/// Maps a file into memory.
pub fn map(path: &Path) -> Result<Contents> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    #[expect(unsafe_code, reason = "reading hundreds of megabytes into memory first would double the time to start")]
    // SAFETY: a model's file is replaced by renaming, never written in place (`files.rs`); what another program does to
    // a file of the user's own while it is in use cannot be ruled out, as with every mapped file.
    let mapped = unsafe { Mmap::map(&file) }.map_err(Error::io("map", path))?;
    Ok(Contents::Mapped(Arc::new(mapped)))
}

/// What is wrong with a model's file.
pub fn broken(message: impl Into<String>) -> Error {
    Error::ModelBroken {
        message: message.into(),
        hint: Some("`purview model verify` checks a model's files, `purview model pull` gets them anew".into()),
    }
}
