//! A pack as one file, `NAME-VERSION.purview`: a gzip'd tar whose first entry, `manifest.json`, says what it holds.
//! Written the same on every machine; read in memory with every promise checked, and only then unpacked.
//!
//! Knows names, sizes, hashes, and what `domain.toml` and the documents say of themselves; does not know whether the
//! pack is any good (`check`), where packs are kept, or who asks.

mod collect;
mod entries;
mod gunzip;
mod manifest;
mod name;
mod read;
mod refused;
mod summary;
#[cfg(test)]
mod tests;
mod unpack;
mod write;

use std::{collections::BTreeMap, fmt};

pub use collect::collect;
pub use manifest::{Listed, MANIFEST, Manifest, SCHEMA};
pub use name::{NameFault, hides};
pub use read::read;
pub use refused::Refused;
pub use unpack::unpack;
pub use write::write;

/// Files by their paths in the archive: `packs/us-tax/domain.toml`, `corpora/us-tax/refunds.md`.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// How much is read before an archive is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the tar.
    pub unpacked: u64,
    /// Unpacked bytes for each packed byte, once past `ratio_from`. Text comes to about 4, DEFLATE cannot pass 1032.
    pub ratio: u64,
    /// Unpacked bytes up to which no ratio is looked at.
    pub ratio_from: u64,
    /// Entries of the tar, the manifest among them.
    pub entries: usize,
    /// Bytes of `manifest.json`: 200,000 entries of 300 bytes each.
    pub manifest: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unpacked: 1 << 30, ratio: 200, ratio_from: 10 << 20, entries: 200_000, manifest: 64 << 20 }
    }
}

/// A pack with all its files, every one of them as the manifest says. There is no other way to have one.
#[derive(Clone, PartialEq, Eq)]
pub struct Archive {
    manifest: Manifest,
    files: Tree,
}

impl Archive {
    /// The archive of a pack's files. `requires` names the packs that it extends.
    ///
    /// # Errors
    /// Whatever [`read`] would refuse in it, but for the limits: what is written can be read.
    pub fn of(files: Tree, requires: Vec<String>) -> Result<Self, Refused> {
        let pack = name::pack_of(&files)?;
        let mut names = name::Names::new(&pack)?;
        files.keys().try_for_each(|entry| names.admit(entry))?;
        let summary = summary::Summary::of(&files, &pack, &requires)?;
        Ok(Self { manifest: Manifest::of(summary, &files, requires)?, files })
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The files, but for the manifest.
    pub fn files(&self) -> &Tree {
        &self.files
    }

    /// What its file is called: `us-tax-0.1.0.purview`.
    pub fn file_name(&self) -> String {
        format!("{}-{}.purview", self.manifest.name, self.manifest.version)
    }

    /// The bytes of its files together.
    pub fn size(&self) -> u64 {
        self.manifest.files.iter().map(|file| file.size).sum()
    }
}

/// Without the bytes of its files, of which there may be a gigabyte.
impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive").field("manifest", &self.manifest).finish_non_exhaustive()
    }
}
