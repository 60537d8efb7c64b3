//! Where built things lie: `<cache>/<name>/<kind>-<fingerprint>/`, each folder whole or absent.
//!
//! A build happens in a temporary folder under a lock and is renamed into place, so that two processes, or a
//! kill at any moment, leave a usable folder or none. Knows folders; does not know what is built in them.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::SystemTime,
};

use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    progress::{Progress, Reporter},
};

/// Folders of one kind that are kept: the one in use, and those a person may switch back to.
const KEPT: usize = 3;
const TEMPORARY: &str = ".building-";

/// A hash of everything that a built thing depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Hashes parts; each part's length is hashed with it, so that no two lists collide by concatenation.
    pub fn of<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let digest: [u8; 32] = hasher.finalize().into();
        Self(format!("{:016x}", u64::from_be_bytes(*digest.first_chunk().expect("a digest has 32 bytes"))))
    }

    /// Sixteen hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A shelf in the cache: the built things of one pack and one kind.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    kind: &'static str,
}

impl Shelf {
    /// The shelf for things of this kind under `folder`.
    pub fn new(folder: PathBuf, kind: &'static str) -> Self {
        Self { folder, kind }
    }

    /// Where the folder with this fingerprint is, or will be.
    pub fn path(&self, fingerprint: &Fingerprint) -> PathBuf {
        self.folder.join(format!("{}-{}", self.kind, fingerprint.0))
    }

    /// The folder with this fingerprint, if it is built.
    pub fn find(&self, fingerprint: &Fingerprint) -> Option<PathBuf> {
        Some(self.path(fingerprint)).filter(|path| path.is_dir())
    }

    /// Built folders of this kind, newest first.
    pub fn built(&self) -> Vec<PathBuf> {
        let prefix = format!("{}-", self.kind);
        let mut found: Vec<(SystemTime, PathBuf)> = entries(&self.folder)
            .filter(|(name, _)| name.starts_with(&prefix))
            .filter_map(|(_, path)| Some((path.metadata().ok()?.modified().ok()?, path)))
            .collect();
        found.sort_by(|a, b| b.cmp(a));
        found.into_iter().map(|(_, path)| path).collect()
    }

    /// The folder with this fingerprint, built by `build` in an empty folder if it is not there.
    pub fn ensure(
        &self,
        fingerprint: &Fingerprint,
        report: &mut Reporter<'_>,
        build: impl FnOnce(&Path, &mut Reporter<'_>) -> Result<()>,
    ) -> Result<PathBuf> {
        let path = self.path(fingerprint);
        if path.is_dir() {
            return Ok(path);
        }
        std::fs::create_dir_all(&self.folder).map_err(Error::io("create", &self.folder))?;
        let _lock = self.lock(report)?;
        if path.is_dir() {
            return Ok(path); // another process built it while this one waited
        }
        self.build(&path, report, build)?;
        Ok(path)
    }

    /// The folder with this fingerprint, built anew if it is not whole.
    pub fn renew(
        &self,
        fingerprint: &Fingerprint,
        report: &mut Reporter<'_>,
        is_whole: impl FnOnce(&Path) -> bool,
        build: impl FnOnce(&Path, &mut Reporter<'_>) -> Result<()>,
    ) -> Result<PathBuf> {
        let path = self.path(fingerprint);
        let _lock = self.lock(report)?;
        if path.is_dir() {
            if is_whole(&path) {
                return Ok(path); // another process renewed it while this one waited
            }
            std::fs::remove_dir_all(&path).map_err(Error::io("remove", &path))?;
        }
        self.build(&path, report, build)?;
        Ok(path)
    }

    /// Builds in a temporary folder that is renamed to `path`. The caller holds the lock.
    fn build(
        &self,
        path: &Path,
        report: &mut Reporter<'_>,
        build: impl FnOnce(&Path, &mut Reporter<'_>) -> Result<()>,
    ) -> Result<()> {
        for (_, stale) in entries(&self.folder).filter(|(name, _)| name.starts_with(TEMPORARY)) {
            let _ = std::fs::remove_dir_all(stale); // left by a process that was killed: the lock is ours
        }
        let temporary = tempfile::Builder::new()
            .prefix(TEMPORARY)
            .tempdir_in(&self.folder)
            .map_err(Error::io("create a folder in", &self.folder))?;
        build(temporary.path(), report)?;
        std::fs::rename(temporary.keep(), path).map_err(Error::io("move into place", path))?;
        for old in self.built().into_iter().skip(KEPT) {
            let _ = std::fs::remove_dir_all(old); // a reader that has it open keeps its files
        }
        Ok(())
    }

    fn lock(&self, report: &mut Reporter<'_>) -> Result<File> {
        let path = self.folder.join("lock");
        let file = File::create(&path).map_err(Error::io("create", &path))?;
        if file.try_lock().is_err() {
            report(Progress::Note("another process is building here; waiting for it"));
            file.lock().map_err(Error::io("lock", &path))?;
        }
        Ok(file)
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = (String, PathBuf)> {
    let listed = std::fs::read_dir(folder).into_iter().flatten().flatten();
    listed.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(root: &Path) -> Shelf {
        Shelf::new(root.join("pack"), "index")
    }

    #[test]
    fn a_build_that_fails_or_is_killed_leaves_nothing_that_is_used() {
        let root = tempfile::tempdir().unwrap();
        let fingerprint = Fingerprint::of([b"a".as_slice()]);
        let failed = shelf(root.path()).ensure(&fingerprint, &mut |_| {}, |folder, _| {
            std::fs::write(folder.join("half"), "x").unwrap();
            Err(Error::NoTests("broken".into()))
        });
        assert!(failed.is_err());
        assert_eq!(shelf(root.path()).find(&fingerprint), None);
        let killed = root.path().join("pack").join(format!("{TEMPORARY}killed"));
        std::fs::create_dir_all(&killed).unwrap();
        let built = shelf(root.path()).ensure(&fingerprint, &mut |_| {}, |f, _| {
            std::fs::write(f.join("whole"), "x").map_err(Error::io("write", f))
        });
        assert!(built.unwrap().join("whole").exists());
        assert!(!killed.exists(), "what a killed process left is cleared away");
    }

    #[test]
    fn two_builders_at_once_build_once() {
        let root = tempfile::tempdir().unwrap();
        let fingerprint = Fingerprint::of([b"a".as_slice()]);
        let builds = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    shelf(root.path()).ensure(&fingerprint, &mut |_| {}, |_, _| {
                        builds.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        Ok(())
                    })
                });
            }
        });
        assert_eq!(builds.into_inner(), 1);
    }

    #[test]
    fn only_the_newest_folders_are_kept() {
        let root = tempfile::tempdir().unwrap();
        for n in 0..6_u8 {
            shelf(root.path()).ensure(&Fingerprint::of([[n].as_slice()]), &mut |_| {}, |_, _| Ok(())).unwrap();
        }
        assert_eq!(shelf(root.path()).built().len(), KEPT);
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(Fingerprint::of([b"ab".as_slice(), b"c"]), Fingerprint::of([b"a".as_slice(), b"bc"]));
    }
}
