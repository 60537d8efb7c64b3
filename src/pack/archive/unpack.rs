//! Writes an archive's files into a folder, all of them or none. Knows the file system; the names were checked before.

use std::{fs, io::Write, path::Path};

use super::{Archive, MANIFEST, write};
use crate::error::{Error, Result};

/// Makes the folder `into` and writes the archive's files into it, with `manifest.json`. The folder that `into` is to be
/// in must be there. All is written beside `into` and then renamed: a failure leaves nothing.
///
/// # Errors
/// Something that is called `into` already; what the system does not let be written.
pub fn unpack(archive: &Archive, into: &Path) -> Result<()> {
    if fs::symlink_metadata(into).is_ok() {
        let message = format!("`{}` is there already", into.display());
        return Err(Error::usage(message, "remove it first, or choose another folder"));
    }
    let parent = into.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = tempfile::Builder::new().prefix(".unpacking-").tempdir_in(parent);
    let beside = beside.map_err(Error::io("create a folder in", parent))?;
    // One deeper, for a temporary folder is its owner's alone, and would stay so once renamed.
    let folder = beside.path().join("pack");
    fs::create_dir(&folder).map_err(Error::io("create", &folder))?;
    create(&folder.join(MANIFEST), &write::json(&archive.manifest))?;
    for (path, bytes) in &archive.files {
        let file = folder.join(path);
        let above = file.parent().unwrap_or(&folder);
        fs::create_dir_all(above).map_err(Error::io("create", above))?;
        create(&file, bytes)?;
    }
    fs::rename(&folder, into).map_err(Error::io("create", into))
}

fn create(file: &Path, bytes: &[u8]) -> Result<()> {
    let written = fs::File::create_new(file).and_then(|mut open| open.write_all(bytes));
    written.map_err(Error::io("write", file))
}
