//! Archives made by hand, header by header, so that they can be wrong in every way.

use std::io::Write as _;

use serde_json::{Value, json};

use super::{Tree, tea};
use crate::pack::archive::manifest::sha256;

/// A tar in the making.
#[derive(Default)]
pub struct Tar(pub Vec<u8>);

/// A tar header, 512 bytes.
pub struct Header(pub [u8; 512]);

impl Header {
    /// Of a regular file.
    pub fn file(name: impl AsRef<[u8]>, size: usize) -> Self {
        let mut header = Self([0; 512]);
        header.put(0, name.as_ref());
        header.put(100, b"0000644\0");
        header.put(108, b"0000000\0");
        header.put(116, b"0000000\0");
        header.put(124, format!("{size:011o}\0").as_bytes());
        header.put(136, b"00000000000\0");
        header.put(156, b"0");
        header.put(257, b"ustar\x0000");
        header
    }

    /// Of another kind.
    pub fn kind(mut self, kind: u8) -> Self {
        self.0[156] = kind;
        self
    }

    /// With these bytes at that place.
    pub fn with(mut self, at: usize, bytes: &[u8]) -> Self {
        self.put(at, bytes);
        self
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn summed(mut self) -> [u8; 512] {
        self.put(148, b"        ");
        let sum: u32 = self.0.iter().copied().map(u32::from).sum();
        self.put(148, format!("{sum:06o}\0 ").as_bytes());
        self.0
    }
}

impl Tar {
    /// With an entry more.
    pub fn entry(mut self, header: Header, content: &[u8]) -> Self {
        self.0.extend(header.summed());
        self.0.extend(content);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    /// With a regular file more.
    pub fn file(self, name: &str, content: &[u8]) -> Self {
        self.entry(Header::file(name, content.len()), content)
    }

    /// Ended and compressed.
    pub fn packed(mut self) -> Vec<u8> {
        self.0.extend([0; 1024]);
        gzip(&self.0)
    }
}

/// Compressed as anybody would do it, and as well as can be: a bomb must be one with each of the library's compressors.
pub fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(plain).unwrap();
    gzip.finish().unwrap()
}

/// The manifest of the pack about tea, with all of `files` listed.
pub fn manifest(files: &Tree) -> Value {
    let listed = files.iter().map(|(path, b)| json!({ "path": path, "size": b.len(), "sha256": sha256(b) }));
    json!({
        "schema": 1, "name": "tea", "version": "0.2.0", "title": "Tea", "license": "Apache-2.0",
        "languages": ["en", "ko"], "files": listed.collect::<Vec<_>>(),
        "licenses": { "Apache-2.0": 1, "CC0-1.0": 1 }, "requires": [],
    })
}

/// A tar that begins with this manifest and has these files.
pub fn tar(manifest: &Value, files: &Tree) -> Tar {
    let start = Tar::default().file("manifest.json", manifest.to_string().as_bytes());
    files.iter().fold(start, |tar, (path, bytes)| tar.file(path, bytes))
}

/// The pack about tea; then what `more` adds. The manifest lists `names` too, as files without content.
pub fn tea_and(names: &[&str], more: impl FnOnce(Tar) -> Tar) -> Vec<u8> {
    let mut listed = tea();
    listed.extend(names.iter().map(|name| ((*name).to_owned(), Vec::new())));
    more(tar(&manifest(&listed), &tea())).packed()
}

/// The pack about tea, with empty files of these names, all of them listed.
pub fn tea_with(names: &[&str]) -> Vec<u8> {
    tea_and(names, |tar| names.iter().fold(tar, |tar, name| tar.file(name, b"")))
}
