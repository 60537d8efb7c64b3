//! Where a test run keeps what the program fetches and builds: one home that all tests share, and homes of a
//! test's own that have the encoder and nothing else. Tests may run in separate processes; the program's own locks
//! see to it that the encoder is fetched, and an index built, once.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use tempfile::TempDir;

use crate::program::Program;

/// The default encoder, by its name in the catalogue.
const ENCODER: &str = "all-MiniLM-L6-v2";

/// The home that tests share. They read in it, and build indexes of packs that no test changes.
pub fn shared() -> &'static Path {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    HOME.get_or_init(|| {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("it-home");
        if let Some(seed) = std::env::var_os("PURVIEW_TEST_MODELS") {
            link(&Path::new(&seed).join(ENCODER), &home);
        }
        Program::online(&home).args(["model", "pull", ENCODER]).run().ok();
        home
    })
}

/// A home of a test's own with the encoder in it, and no index.
pub fn fresh() -> TempDir {
    let home = empty();
    link(&shared().join("cache/models").join(ENCODER), home.path());
    home
}

/// A home with nothing in it, on the disk that the shared one is on.
pub fn empty() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// Puts a model's files into a home, without copying them where the disk allows it.
fn link(model: &Path, home: &Path) {
    let folder = home.join("cache/models").join(ENCODER);
    fs::create_dir_all(&folder).unwrap();
    for file in ["model.safetensors", "tokenizer.json", "config.json"] {
        let (from, to) = (model.join(file), folder.join(file));
        let linked = fs::hard_link(&from, &to).or_else(|why| match why.kind() {
            io::ErrorKind::AlreadyExists => Ok(()),
            _ => copy(&from, &to),
        });
        linked.unwrap_or_else(|why| panic!("cannot put `{}` into `{}`: {why}", from.display(), folder.display()));
    }
}

/// Copies whole or not at all: another process may be looking.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut part = tempfile::NamedTempFile::new_in(to.parent().unwrap())?;
    io::copy(&mut fs::File::open(from)?, &mut part)?;
    part.persist(to)?;
    Ok(())
}
