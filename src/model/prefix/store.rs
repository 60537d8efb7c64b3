//! Memories on disk, a file each: the tokens, then the memory. Written beside and renamed; one that cannot be read is
//! as if it were not there, and costs the time that it would have saved.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use tempfile::NamedTempFile;

use crate::model::{
    decoder::memory::{Memory, Plan},
    files::short_hash,
};

/// At the start of a file. To be changed when what follows is.
const MAGIC: &[u8; 16] = b"purview prefix 1";
/// Bytes of all files together at the most.
const MOST_BYTES: u64 = 512 << 20;
/// Tokens that a file may claim.
const MOST_TOKENS: u64 = 1 << 20;

/// Where memories are kept.
#[derive(Debug, Clone)]
pub struct Store {
    /// The folder.
    pub folder: PathBuf,
    /// The model that made them, in hexadecimal.
    pub key: String,
}

impl Store {
    fn files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> =
            files.filter(|path| path.extension().is_some_and(|end| end == "prefix")).collect();
        files.sort();
        files
    }

    /// The file that has the most in common with what is wanted, and how much.
    pub fn find(&self, common: &dyn Fn(&[u32]) -> usize) -> Option<(usize, PathBuf)> {
        let mine = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&self.key));
        let tokens = |path: &Path| read_tokens(&mut BufReader::new(File::open(path).ok()?)).ok();
        let found = self.files().into_iter().filter(mine).filter_map(|path| Some((common(&tokens(&path)?), path)));
        found.max_by_key(|(length, _)| *length)
    }

    /// What is in a file.
    pub fn load(&self, path: &Path, plan: &Plan) -> Option<(Vec<u32>, Memory)> {
        let file = File::options().read(true).write(true).open(path).ok()?;
        let mut reader = BufReader::with_capacity(1 << 20, &file);
        let tokens = read_tokens(&mut reader).ok()?;
        let memory = Memory::read(plan.clone(), tokens.len(), &mut reader).ok()?;
        let _ = file.set_modified(SystemTime::now()); // used: it goes last
        Some((tokens, memory))
    }

    /// Keeps a memory; where the disk does not take it, the next start computes it again.
    pub fn save(&self, tokens: &[u32], memory: &Memory) {
        let bytes: Vec<u8> = tokens.iter().flat_map(|token| token.to_le_bytes()).collect();
        let path = self.folder.join(format!("{}-{}.prefix", self.key, short_hash(&bytes)));
        if !path.exists() && self.write(&path, &bytes, memory).is_ok() {
            self.tidy(&path);
        }
    }

    fn write(&self, path: &Path, tokens: &[u8], memory: &Memory) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let mut file = BufWriter::with_capacity(1 << 20, NamedTempFile::new_in(&self.folder)?);
        file.write_all(MAGIC)?;
        file.write_all(&(tokens.len() as u64 / 4).to_le_bytes())?;
        file.write_all(tokens)?;
        memory.write(&mut file)?;
        file.into_inner()?.persist(path)?;
        Ok(())
    }

    /// Removes the least recently used until the rest fits; `latest` stays.
    fn tidy(&self, latest: &Path) {
        let file = |path: PathBuf| {
            let meta = path.metadata().ok()?;
            Some((meta.modified().ok()?, meta.len(), path))
        };
        let mut files: Vec<(SystemTime, u64, PathBuf)> = self.files().into_iter().filter_map(file).collect();
        files.sort();
        let mut bytes: u64 = files.iter().map(|file| file.1).sum();
        for (_, length, path) in files {
            if bytes <= MOST_BYTES {
                break;
            }
            if path != latest && fs::remove_file(&path).is_ok() {
                bytes -= length;
            }
        }
    }
}

fn read_tokens(file: &mut impl Read) -> io::Result<Vec<u32>> {
    let (mut magic, mut count) = ([0; 16], [0; 8]);
    file.read_exact(&mut magic)?;
    file.read_exact(&mut count)?;
    let count = u64::from_le_bytes(count);
    if &magic != MAGIC || count > MOST_TOKENS {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; count as usize * 4];
    file.read_exact(&mut bytes)?;
    Ok(bytes.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
}
