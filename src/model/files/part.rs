//! A file on its way into a model's folder. It grows under another name, which the next attempt finds again, and
//! gets its own when it is whole and has the hash that it should have.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{hex, pour};
use crate::progress::{Progress, Reporter};

/// What of a file is here so far. One process at a time, which the lock on the folder sees to.
pub struct Part {
    file: File,
    path: PathBuf,
    whole: PathBuf,
    hasher: Sha256,
    length: u64,
}

impl Part {
    /// What an earlier attempt left of `folder/name`, or nothing yet.
    pub fn open(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(format!("{name}.part"));
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?; // `1_Pooling/config.json` lies deeper
        let mut file = File::options().read(true).write(true).create(true).truncate(false).open(&path)?;
        let (mut hasher, mut length) = (Sha256::new(), 0);
        pour(&mut file, |bytes| {
            hasher.update(bytes);
            length += bytes.len() as u64;
            Ok(())
        })?;
        Ok(Self { file, path, whole: folder.join(name), hasher, length })
    }

    /// Bytes so far.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The hash of what is here so far.
    pub fn sha256(&self) -> String {
        hex(&self.hasher.clone().finalize())
    }

    /// Forgets what is here.
    pub fn restart(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.hasher = Sha256::new();
        self.length = 0;
        Ok(())
    }

    /// Adds a stream to the end; what was read before a failure stays.
    pub fn append(&mut self, source: &mut dyn Read, report: &mut Reporter<'_>) -> io::Result<()> {
        pour(source, |bytes| {
            self.file.write_all(bytes)?;
            self.hasher.update(bytes);
            self.length += bytes.len() as u64;
            report(Progress::Advance(bytes.len() as u64));
            Ok(())
        })
    }

    /// Gives the file its name, if it has this hash; else nothing of it stays.
    pub fn finish(self, expected: Option<&str>) -> Result<(), String> {
        let actual = self.sha256();
        if let Some(expected) = expected
            && actual != expected
        {
            let _ = std::fs::remove_file(&self.path); // the next attempt would find the same out
            return Err(format!("`{}` has sha256 {actual}, expected {expected}", self.whole.display()));
        }
        let named = self.file.sync_all().and_then(|()| std::fs::rename(&self.path, &self.whole));
        named.map_err(|e| format!("cannot write `{}`: {e}", self.whole.display()))
    }
}

/// An attempt that brought nothing leaves nothing.
impl Drop for Part {
    fn drop(&mut self) {
        if self.length == 0 {
            let _ = std::fs::remove_file(&self.path); // an empty file has its name by now, or another try removes it
        }
    }
}
