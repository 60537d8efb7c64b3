//! Says when something in a pack's folders has changed and has been left alone for a moment. Knows folders; does not know
//! what is made of them.

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::error::{Error, Result};

/// How long files are left alone before they count as written: an editor writes one in several steps.
const QUIET: Duration = Duration::from_millis(200);

/// Folders that are watched for as long as this lives.
pub struct Watch {
    events: Receiver<notify::Result<Event>>,
    _watcher: RecommendedWatcher,
}

/// What came of waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// A file was written, moved or removed.
    Changed,
    /// Nothing happened in the time.
    Nothing,
}

impl Watch {
    /// Watches the folders of a pack and everything in them. A folder that is gone is not watched: that it is gone has been
    /// seen by whoever wanted to open it.
    ///
    /// # Errors
    /// A system that refuses to watch so many folders.
    pub fn on(folders: &[PathBuf]) -> Result<Self> {
        let refused = |error: notify::Error| {
            Error::usage(
                format!("the folders cannot be watched: {error}"),
                "on Linux `sysctl fs.inotify.max_user_watches` says how many folders may be watched",
            )
        };
        let (said, events) = channel();
        let mut watcher = notify::recommended_watcher(said).map_err(refused)?;
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            watcher.watch(folder, RecursiveMode::Recursive).map_err(refused)?;
        }
        Ok(Self { events, _watcher: watcher })
    }

    /// Waits until something changes, at most so long, and then until it has been left alone for a moment.
    pub fn wait(&self, at_most: Duration) -> Waited {
        if !self.changes_within(at_most) {
            return Waited::Nothing;
        }
        while self.changes_within(QUIET) {}
        Waited::Changed
    }

    fn changes_within(&self, time: Duration) -> bool {
        let began = Instant::now();
        while let Ok(event) = self.events.recv_timeout(time.saturating_sub(began.elapsed())) {
            if is_change(&event) {
                return true;
            }
        }
        false
    }
}

/// Whether a file was written, moved or removed. Linux also tells of every file that is opened, which whoever reads the
/// pack does.
fn is_change(event: &notify::Result<Event>) -> bool {
    let Ok(event) = event else { return true }; // where the system lost count, anything may have changed
    event.need_rescan() || !event.kind.is_access() && event.paths.iter().any(|path| !is_scratch(path))
}

/// Whether a file is an editor's or a system's own: hidden, a backup, or nothing that a pack consists of.
fn is_scratch(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_of_pack = path.extension().is_none_or(|extension| {
        ["md", "toml", "json", "jsonl"].iter().any(|kind| extension.eq_ignore_ascii_case(kind))
    });
    name.starts_with('.') || name.ends_with('~') || !is_of_pack
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longer than any machine takes to notice.
    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_file_that_is_written_removed_or_moved_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        let watch = Watch::on(&[folder.path().to_owned()]).unwrap();
        let (a, b) = (inner.join("a.md"), inner.join("b.md"));
        std::fs::write(&a, "tea").unwrap();
        assert_eq!(watch.wait(LONG), Waited::Changed);
        std::fs::rename(&a, &b).unwrap();
        assert_eq!(watch.wait(LONG), Waited::Changed);
        std::fs::remove_file(&b).unwrap();
        assert_eq!(watch.wait(LONG), Waited::Changed);
    }

    #[test]
    fn reading_is_no_change() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.md");
        std::fs::write(&file, "tea").unwrap();
        let watch = Watch::on(&[folder.path().to_owned()]).unwrap();
        std::fs::read_dir(folder.path()).unwrap().for_each(drop);
        std::fs::read(&file).unwrap();
        assert_eq!(watch.wait(QUIET * 5), Waited::Nothing);
    }

    #[test]
    fn what_an_editor_writes_for_itself_is_no_change() {
        for name in [".a.md.swp", "a.md~", "4913.tmp", ".git"] {
            assert!(is_scratch(Path::new(name)), "{name}");
        }
        for name in ["a.md", "domain.toml", "tests/dev.jsonl", "folder"] {
            assert!(!is_scratch(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_watched() {
        let watch = Watch::on(&[PathBuf::from("/nowhere/at/all")]).unwrap();
        assert_eq!(watch.wait(Duration::ZERO), Waited::Nothing);
    }
}
