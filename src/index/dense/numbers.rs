//! Numbers in memory, or where they lie in a file that is mapped. Knows bytes; not what the numbers mean.

use std::{ops::Range, path::Path, sync::Arc};

use bytemuck::Pod;
use memmap2::Mmap;

use crate::error::{Error, Result};

const _: () = assert!(cfg!(target_endian = "little"), "files hold little-endian numbers, and are mapped as they are");

/// Numbers of one kind.
#[derive(Debug, Clone)]
pub enum Numbers<T> {
    /// In memory.
    Held(Vec<T>),
    /// In these bytes of a file.
    Mapped(Arc<Mmap>, Range<usize>),
}

impl<T: Pod> Numbers<T> {
    /// The numbers in these bytes of a file; none where they do not begin or end where numbers do.
    pub fn of_file(file: &Arc<Mmap>, bytes: Range<usize>) -> Option<Self> {
        bytemuck::try_cast_slice::<u8, T>(file.get(bytes.clone())?).ok()?;
        Some(Self::Mapped(file.clone(), bytes))
    }

    /// The numbers, to be changed; those of a file are read into memory first.
    pub fn held(&mut self) -> &mut [T] {
        if let Self::Mapped(..) = self {
            *self = Self::Held(self.to_vec());
        }
        match self {
            Self::Held(numbers) => numbers,
            Self::Mapped(..) => &mut [], // it was replaced above
        }
    }
}

impl<T> From<Vec<T>> for Numbers<T> {
    fn from(numbers: Vec<T>) -> Self {
        Self::Held(numbers)
    }
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self::Held(Vec::new())
    }
}

impl<T: Pod> std::ops::Deref for Numbers<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Held(numbers) => numbers,
            Self::Mapped(file, bytes) => bytemuck::cast_slice(&file[bytes.clone()]),
        }
    }
}

/// Maps a file of a built folder.
///
/// # Errors
/// A file that is not there or cannot be read.
pub fn mapped(path: &Path) -> Result<Arc<Mmap>> {
    let file = std::fs::File::open(path).map_err(Error::io("open", path))?;
    // SAFETY: a built folder's files are written once, before the folder has its name, and only ever removed as a whole,
    // which leaves the mapping as it is; a user who rewrites one in place gets wrong numbers.
    #[expect(unsafe_code, reason = "reading 150 MB of a corpus of 10,000 documents would be most of the time to start")]
    let file = unsafe { Mmap::map(&file) }.map_err(Error::io("read", path))?;
    Ok(Arc::new(file))
}

/// A file that is not what its name says.
pub fn damaged(path: &Path, what: &'static str) -> Error {
    Error::io("use", path)(std::io::Error::new(std::io::ErrorKind::InvalidData, format!("not a whole {what}")))
}
