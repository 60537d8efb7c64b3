//! Two files that appear whole, beside others that stay as they are. Knows names and contents; not what is in them.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

/// Writes `<name>.json` and `<name>.md`, or both with the first number that is free, and returns the path of the
/// second. Where both stand there already with the same contents, they are left.
pub(super) fn place(folder: &Path, name: &str, json: &str, markdown: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let (json, markdown) = (Part::write(folder, json)?, Part::write(folder, markdown)?);
    let mut number = 1;
    loop {
        let name = if number == 1 { name.to_owned() } else { format!("{name}-{number}") };
        let (first, second) = (folder.join(format!("{name}.json")), folder.join(format!("{name}.md")));
        let placed = json.place(&first)?;
        if placed != Placed::Taken {
            let other = markdown.place(&second);
            if matches!(other, Ok(Placed::New | Placed::Same)) {
                return Ok(second);
            }
            // Half of a packet is none.
            if placed == Placed::New {
                fs::remove_file(&first)?;
            }
            other?;
        }
        number += 1;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placed {
    /// It was not there.
    New,
    /// It was there with the same content.
    Same,
    /// Something else is there.
    Taken,
}

/// A file that is written and has no name yet that anyone looks for. It is removed in the end.
struct Part<'c> {
    path: PathBuf,
    content: &'c str,
}

impl<'c> Part<'c> {
    fn write(folder: &Path, content: &'c str) -> io::Result<Self> {
        let (path, mut file) = create(folder)?;
        let part = Self { path, content };
        file.write_all(content.as_bytes())?;
        file.sync_all()?;
        Ok(part)
    }

    /// Gives it a name. A link is made where the system can, since that fails when the name is taken, and renaming
    /// would not; the first name goes when the part does.
    fn place(&self, path: &Path) -> io::Result<Placed> {
        match fs::hard_link(&self.path, path) {
            Ok(()) => return Ok(Placed::New),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(_) if path.symlink_metadata().is_ok() => {}
            // File systems without links: another could take the name in between.
            Err(_) => return fs::rename(&self.path, path).map(|()| Placed::New),
        }
        let is_same = fs::read(path).is_ok_and(|there| there == self.content.as_bytes());
        Ok(if is_same { Placed::Same } else { Placed::Taken })
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        // It was renamed, or it is found under its hidden name by whoever looks; either way nothing depends on it.
        let _ = fs::remove_file(&self.path);
    }
}

/// A new file for its owner alone, under a name that no other part has.
fn create(folder: &Path) -> io::Result<(PathBuf, File)> {
    static PARTS: AtomicU32 = AtomicU32::new(0);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    loop {
        let number = PARTS.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!(".packet-{}-{number}.part", std::process::id()));
        match options.open(&path) {
            // What a process of the same number left when it was ended.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (path, file)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn both_files_appear_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("a/b");
        let path = place(&inside, "x", "{}", "# x").unwrap();
        assert_eq!(path, inside.join("x.md"));
        assert_eq!(names(&inside), ["x.json", "x.md"]);
        assert_eq!(fs::read_to_string(path).unwrap(), "# x");
    }

    #[test]
    fn another_packet_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        place(folder.path(), "x", "{}", "one").unwrap();
        let second = place(folder.path(), "x", "[]", "two").unwrap();
        assert_eq!(second, folder.path().join("x-2.md"));
        assert_eq!(fs::read_to_string(folder.path().join("x.md")).unwrap(), "one");
        assert_eq!(fs::read_to_string(folder.path().join("x.json")).unwrap(), "{}");
    }

    #[test]
    fn a_name_that_is_half_taken_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("x.md"), "mine").unwrap();
        fs::create_dir(folder.path().join("x-2.json")).unwrap();
        assert_eq!(place(folder.path(), "x", "{}", "two").unwrap(), folder.path().join("x-3.md"));
        assert_eq!(names(folder.path()), ["x-2.json", "x-3.json", "x-3.md", "x.md"]);
    }

    #[test]
    fn the_same_again_is_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = std::thread::scope(|scope| {
            let write = || place(folder.path(), "x", "{}", "one").unwrap();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(write)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(paths.iter().all(|path| *path == folder.path().join("x.md")));
        assert_eq!(names(folder.path()), ["x.json", "x.md"]);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(place(&file, "x", "{}", "one").is_err());
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[cfg(unix)]
    #[test]
    fn files_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        place(folder.path(), "x", "{}", "one").unwrap();
        for name in names(folder.path()) {
            let mode = fs::metadata(folder.path().join(&name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}
