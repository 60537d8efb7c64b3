//! Where a test run keeps what the program fetches and builds: one home that all tests share, and homes of a
//! test's own that have the encoder and nothing else. Tests may run in separate processes; the program's own locks
//! see to it that a model is fetched, and an index built, once.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use purview::model::catalogue::{self, Model, Role};
use tempfile::TempDir;

use crate::program::Program;

/// The home that tests share, with the default encoder. They read in it, and build indexes of packs that no test
/// changes.
pub fn shared() -> &'static Path {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    HOME.get_or_init(|| {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("it-home");
        fetch(Role::Encoder, &home);
        home
    })
}

/// The shared home, once the default generator is in it too.
pub fn with_generator() -> &'static Path {
    static FETCHED: OnceLock<()> = OnceLock::new();
    FETCHED.get_or_init(|| fetch(Role::Generator, shared()));
    shared()
}

/// A home of a test's own with the encoder in it, and no index.
pub fn fresh() -> TempDir {
    let home = empty();
    link(catalogue::default(Role::Encoder), &shared().join("cache/models"), home.path());
    home
}

/// A home with nothing in it, on the disk that the shared one is on.
pub fn empty() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// Fetches a default model as a person does, but for what `PURVIEW_TEST_MODELS` holds of it.
fn fetch(role: Role, home: &Path) {
    let model = catalogue::default(role);
    let seed = std::env::var_os("PURVIEW_TEST_MODELS").map(PathBuf::from);
    if let Some(seed) = seed.filter(|seed| seed.join(&model.name).is_dir()) {
        link(model, &seed, home);
    }
    Program::online(home).args(["model", "pull", &model.name]).run().ok();
}

/// Puts a model's files into a home, without copying them where the disk allows it.
fn link(model: &Model, models: &Path, home: &Path) {
    let folder = home.join("cache/models").join(&model.name);
    fs::create_dir_all(&folder).unwrap();
    for file in &model.files {
        let (from, to) = (models.join(&model.name).join(&file.name), folder.join(&file.name));
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
