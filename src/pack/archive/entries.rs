//! The entries of a tar, of which only plain files under plain names are let through. Knows POSIX `ustar` headers; has
//! no use for the extensions by which an entry may have two names, or a content that is not in its bytes.
//!
//! The library's own reader follows extensions, stops silently where the end is missing, and does not look behind it.
//! So it is used for the header's fields alone. <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html>

use std::io::BufRead;

use super::{NameFault, Refused, gunzip::Gunzip};

/// Tar's unit.
const BLOCK: usize = 512;

/// As much as is made room for before the bytes are there.
const STEP: usize = 1 << 16;

/// The entries of a tar, one after the other.
pub struct Entries<R> {
    bytes: Gunzip<R>,
    after: Option<String>,
}

/// An entry whose content comes next.
pub struct Entry {
    /// Its name, of which nothing is known but that it is text.
    pub name: String,
    /// The bytes of its content.
    pub size: u64,
}

impl<R: BufRead> Entries<R> {
    /// The entries of a tar.
    pub fn new(bytes: Gunzip<R>) -> Self {
        Self { bytes, after: None }
    }

    /// The next entry; none at the end, behind which nothing was found. [`Self::content`] must be read first.
    ///
    /// # Errors
    /// What is no regular file, no header, or no proper end.
    pub fn next(&mut self) -> Result<Option<Entry>, Refused> {
        let mut block = [0; BLOCK];
        self.exactly(&mut block)?;
        if block == [0; BLOCK] {
            return self.end();
        }
        let header = tar::Header::from_byte_slice(&block);
        let entry = self.entry(header, &block)?;
        self.after = Some(entry.name.clone());
        Ok(Some(entry))
    }

    /// The content of the entry that came last.
    ///
    /// # Errors
    /// An archive that is cut off, or more than the limits allow.
    pub fn content(&mut self, size: u64) -> Result<Vec<u8>, Refused> {
        let (mut content, mut missing) = (Vec::new(), size);
        while missing > 0 {
            let step = missing.min(STEP as u64) as usize;
            let start = content.len();
            content.resize(start + step, 0);
            self.exactly(&mut content[start..])?;
            missing -= step as u64;
        }
        let mut padding = vec![0; content.len().next_multiple_of(BLOCK) - content.len()];
        self.exactly(&mut padding)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(self.not_tar("something is hidden behind the file"));
        }
        Ok(content)
    }

    /// Every entry was read: the gzip stream must end here too.
    ///
    /// # Errors
    /// Something behind it.
    pub fn finish(self) -> Result<(), Refused> {
        self.bytes.finish()
    }

    fn entry(&self, header: &tar::Header, block: &[u8; BLOCK]) -> Result<Entry, Refused> {
        // the checksum's own field, bytes 148 to 155, counts as spaces
        let sum = block.iter().enumerate().map(|(at, b)| u32::from(if (148..156).contains(&at) { b' ' } else { *b }));
        if header.cksum().ok() != Some(sum.sum()) {
            return Err(self.not_tar("its checksum is wrong"));
        }
        let name = name(header)?;
        // The library would take a NUL, as tars of before 1988 have it, for a `0`.
        match block[156] {
            b'0' => {}
            b'x' | b'g' => return Err(Refused::Extended { entry: name, kind: "a PAX header" }),
            b'L' | b'K' => return Err(Refused::Extended { entry: name, kind: "a GNU long name" }),
            b'S' => return Err(Refused::Extended { entry: name, kind: "a GNU sparse file" }),
            other => return Err(Refused::NotAFile { entry: name, kind: kind(other) }),
        }
        if header.as_ustar().is_none() {
            return Err(self.not_tar("it is of another kind than `ustar`"));
        }
        if header.link_name_bytes().is_some() {
            return Err(Refused::NotAFile { entry: name, kind: "a file with the target of a link" });
        }
        let size = header.entry_size().map_err(|_| self.not_tar("its size is no number"))?;
        Ok(Entry { name, size })
    }

    /// A block of zeros was found: one more, and nothing but zeros behind it.
    fn end(&mut self) -> Result<Option<Entry>, Refused> {
        let mut block = [0; BLOCK];
        self.exactly(&mut block)?;
        loop {
            if block.iter().any(|byte| *byte != 0) {
                return Err(Refused::TrailingData);
            }
            if self.bytes.fill(&mut block, self.after.as_deref())? == 0 {
                return Ok(None);
            }
        }
    }

    fn exactly(&mut self, buffer: &mut [u8]) -> Result<(), Refused> {
        if self.bytes.fill(buffer, self.after.as_deref())? == buffer.len() {
            return Ok(());
        }
        Err(Refused::Truncated { after: self.after.clone() })
    }

    fn not_tar(&self, fault: &'static str) -> Refused {
        Refused::NotTar { after: self.after.clone(), fault }
    }
}

/// The name in a header. Nothing may stand behind the NUL that ends it.
fn name(header: &tar::Header) -> Result<String, Refused> {
    let name = header.path_bytes();
    let shown = || String::from_utf8_lossy(&name).into_owned();
    let fields = header.as_ustar().map_or_else(|| [&header.as_old().name[..], &[]], |h| [&h.name[..], &h.prefix[..]]);
    let hides = |field: &&[u8]| field.iter().skip_while(|byte| **byte != 0).any(|byte| *byte != 0);
    if fields.iter().any(hides) {
        return Err(Refused::Name { entry: shown(), fault: NameFault::Control });
    }
    let text = std::str::from_utf8(&name);
    text.map(str::to_owned).map_err(|_| Refused::Name { entry: shown(), fault: NameFault::NotUtf8 })
}

fn kind(code: u8) -> &'static str {
    match code {
        b'1' => "a hard link",
        b'2' => "a symbolic link",
        b'3' | b'4' => "a device",
        b'5' => "a folder, which the files' names already say",
        b'6' => "a named pipe",
        _ => "of an unknown kind",
    }
}
