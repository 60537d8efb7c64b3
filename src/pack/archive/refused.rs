//! Why an archive is not taken: what is wrong, in which entry, and the next step. Knows nothing of how it was found.

use std::io;

use super::{NameFault, name};

/// Why an archive is not taken. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The system could not read it.
    #[error("the archive cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It does not begin as gzip does.
    #[error("this is not a pack archive: it is not compressed with gzip")]
    NotGzip,
    /// The compressed bytes are not what was written.
    #[error("the archive is damaged {}: {fault}", place(after.as_ref()))]
    Damaged {
        /// The last entry that could be read.
        after: Option<String>,
        /// What the decoder says.
        fault: String,
    },
    /// It ends too early.
    #[error("the archive is cut off {}", place(after.as_ref()))]
    Truncated {
        /// The last entry that could be read.
        after: Option<String>,
    },
    /// Something stands behind its end.
    #[error("the archive goes on behind its end")]
    TrailingData,
    /// What should be a tar header is none.
    #[error("this is not a pack archive: no tar header stands {}: {fault}", place(after.as_ref()))]
    NotTar {
        /// The last entry that could be read.
        after: Option<String>,
        /// What is wrong with the header.
        fault: &'static str,
    },
    /// An extension of tar, which may hide a name or a content.
    #[error("the entry {entry:?} is {kind}, an extension of tar")]
    Extended {
        /// Its name.
        entry: String,
        /// Which extension.
        kind: &'static str,
    },
    /// A link, a device, a folder.
    #[error("the entry {entry:?} is {kind}, not a regular file")]
    NotAFile {
        /// Its name.
        entry: String,
        /// What it is.
        kind: &'static str,
    },
    /// The first entry is another.
    #[error("the archive does not begin with `manifest.json` but with {found:?}")]
    NoManifest {
        /// The first entry's name; empty where there is none.
        found: String,
    },
    /// The manifest cannot be read.
    #[error("`manifest.json` is invalid: {}", plain(fault))]
    Manifest {
        /// What is wrong with it.
        fault: String,
    },
    /// The manifest is of another version.
    #[error("`manifest.json` has `schema` {schema}, which is not known here")]
    Schema {
        /// The version.
        schema: u32,
    },
    /// A name that is unsafe.
    #[error("the name of the entry {entry:?} {fault}")]
    Name {
        /// The name.
        entry: String,
        /// What is wrong with it.
        fault: NameFault,
    },
    /// A name that is there twice.
    #[error("the entry {entry:?} is there twice")]
    Duplicate {
        /// The name.
        entry: String,
    },
    /// Two names that some systems take for one.
    #[error("the names {other:?} and {entry:?} differ only in case or in Unicode normal form")]
    Twins {
        /// The later name.
        entry: String,
        /// The earlier name.
        other: String,
    },
    /// A file in which another file is.
    #[error("{name:?} is a file, and a folder of other files")]
    FileAndFolder {
        /// The name.
        name: String,
    },
    /// A file that a pack has no use for.
    #[error("the entry {entry:?} is of a kind that is not allowed there (allowed: {allowed})")]
    Extension {
        /// Its name.
        entry: String,
        /// The extensions that are allowed.
        allowed: String,
    },
    /// A file of no part of the pack.
    #[error("the entry {entry:?} is neither in `packs/{pack}/` nor in a folder of `corpora/`")]
    Outside {
        /// Its name.
        entry: String,
        /// The pack.
        pack: String,
    },
    /// A file of which the manifest says nothing.
    #[error("`manifest.json` does not list the entry {entry:?}")]
    Unlisted {
        /// Its name.
        entry: String,
    },
    /// A file of another length.
    #[error("the entry {entry:?} has {found} bytes, and {listed} in `manifest.json`")]
    Size {
        /// Its name.
        entry: String,
        /// The length by the manifest.
        listed: u64,
        /// The length by the tar.
        found: u64,
    },
    /// A file of another content.
    #[error("the entry {entry:?} does not have the SHA-256 that `manifest.json` gives")]
    Hash {
        /// Its name.
        entry: String,
    },
    /// A file that is not there.
    #[error("`manifest.json` lists {entry:?}, which is not in the archive")]
    Missing {
        /// Its name.
        entry: String,
    },
    /// More than may be unpacked.
    #[error("the archive unpacks to more than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// A few bytes that become very many.
    #[error("the archive unpacks to more than {limit} times its size")]
    Bomb {
        /// The limit.
        limit: u64,
    },
    /// More entries than may be.
    #[error("the archive has more than {limit} entries")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// A pack without a domain.
    #[error("the archive has no {entry:?}")]
    NoDomain {
        /// Where it would be.
        entry: String,
    },
    /// A file whose content is needed and cannot be understood.
    #[error("the entry {entry:?} cannot be read: {}", plain(fault))]
    Unreadable {
        /// Its name.
        entry: String,
        /// What is wrong.
        fault: String,
    },
    /// A domain of another name than its folder's.
    #[error("{entry:?} is of the pack {name:?}, and in the folder of {folder:?}")]
    OtherPack {
        /// The `domain.toml`.
        entry: String,
        /// The folder's name.
        folder: String,
        /// The pack's name.
        name: String,
    },
    /// A domain that would read what is not its own.
    #[error("`domain.toml` names the corpus {corpus:?}, which is outside of the archive")]
    CorpusOutside {
        /// As the domain has it.
        corpus: String,
    },
    /// A domain without its documents.
    #[error("`domain.toml` names the corpus {corpus:?}, and {folder:?} has no document")]
    CorpusMissing {
        /// As the domain has it.
        corpus: String,
        /// The folder in the archive.
        folder: String,
    },
    /// A manifest that does not say what the files say.
    #[error("`manifest.json` says `{field}` is {}, and the files say {}", plain(manifest), plain(files))]
    Contradiction {
        /// Which field.
        field: &'static str,
        /// As the manifest has it, in JSON.
        manifest: String,
        /// As the files have it, in JSON.
        files: String,
    },
}

impl Refused {
    /// The next step.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io(_) => "check the path and the rights of the file",
            Self::NotGzip | Self::NotTar { .. } | Self::NoManifest { .. } => {
                "a pack archive is a file `NAME-VERSION.purview` that `purview pack package` wrote"
            }
            Self::Damaged { .. } | Self::Truncated { .. } | Self::TrailingData | Self::Hash { .. } => {
                "fetch the archive again, and compare its SHA-256 with what its author publishes"
            }
            Self::Schema { .. } => "this version of purview reads `schema` 1: get a newer one",
            Self::Twins { .. } | Self::FileAndFolder { .. } | Self::Duplicate { .. } | Self::Name { .. } => {
                "ask the author to rename the file and to package the pack again"
            }
            Self::TooLarge { .. } | Self::Bomb { .. } | Self::TooMany { .. } => {
                "do not unpack it by other means; ask its author for a smaller pack"
            }
            Self::Extension { .. } | Self::Outside { .. } | Self::NotAFile { .. } | Self::Extended { .. } => {
                "a pack holds only the text files of its folder and its corpora: package it with `purview pack package`"
            }
            Self::CorpusOutside { .. } => {
                "`corpora` may name folders of the pack, or `../../corpora/NAME`: move the documents there"
            }
            Self::CorpusMissing { .. } => "add the documents, or name the pack that brings them in `requires`",
            Self::NoDomain { .. } | Self::Unreadable { .. } | Self::OtherPack { .. } => {
                "`purview pack check` says more about the pack's folder: mend it there and package it again"
            }
            Self::Manifest { .. }
            | Self::Unlisted { .. }
            | Self::Size { .. }
            | Self::Missing { .. }
            | Self::Contradiction { .. } => {
                "the archive was changed after it was packaged: get it from its author, or package it again"
            }
        }
    }
}

fn place(after: Option<&String>) -> String {
    after.map_or_else(|| "at its beginning".into(), |entry| format!("after {entry:?}"))
}

/// What a stranger wrote, such that a terminal shows it and does not obey it.
fn plain(text: &str) -> String {
    let escaped = |c: char| if c.is_control() || name::hides(c) { c.escape_unicode().to_string() } else { c.into() };
    text.chars().map(escaped).collect()
}
