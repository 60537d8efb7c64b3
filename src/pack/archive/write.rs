//! Writes an archive such that the same files are the same bytes, on every machine and at any time.
//!
//! The compressor is called by its name and not through `flate2`, whose compressor is whichever one any other crate of
//! the program asks for (`zip` asks for zlib-rs): the bytes must not depend on that.

use miniz_oxide::deflate::compress_to_vec;

use super::{Archive, MANIFEST, Manifest};

/// How hard to try. The level is part of the bytes.
const LEVEL: u8 = 9;

/// RFC 1952: the magic number, DEFLATE, no flags, no time, "best compression", "unknown system".
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];

/// The archive's bytes.
pub fn write(archive: &Archive) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    append(&mut tar, MANIFEST, &json(&archive.manifest));
    for (path, bytes) in &archive.files {
        append(&mut tar, path, bytes);
    }
    gzip(&tar.into_inner().expect("memory takes every byte"))
}

/// The first entry's bytes.
pub(super) fn json(manifest: &Manifest) -> Vec<u8> {
    let mut json = serde_json::to_vec_pretty(manifest).expect("a manifest is text, counts and lists of them");
    json.push(b'\n');
    json
}

fn append(tar: &mut tar::Builder<Vec<u8>>, path: &str, bytes: &[u8]) {
    let mut header = tar::Header::new_ustar();
    header.set_path(path).expect("the name was found to fit");
    header.set_entry_type(tar::EntryType::Regular);
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_cksum();
    tar.append(&header, bytes).expect("memory takes every byte");
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut checksum = flate2::Crc::new();
    checksum.update(plain);
    let mut packed = GZIP.to_vec();
    packed.extend(compress_to_vec(plain, LEVEL));
    packed.extend(checksum.sum().to_le_bytes());
    packed.extend((plain.len() as u32).to_le_bytes()); // modulo 2³², as RFC 1952 has it
    packed
}
