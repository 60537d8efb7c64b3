//! Archives as folders.

use std::{fs, path::Path};

use super::*;

fn files_below(folder: &Path) -> Tree {
    let mut files = Tree::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            files.extend(files_below(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            files.insert(name, fs::read(path).unwrap());
        }
    }
    files
}

#[test]
fn a_folder_has_what_the_archive_has() {
    let shelf = tempfile::tempdir().unwrap();
    let archive = Archive::of(tea(), Vec::new()).unwrap();
    unpack(&archive, &shelf.path().join("tea")).unwrap();
    let mut found = files_below(&shelf.path().join("tea"));
    assert_eq!(&Manifest::parse(&found.remove(MANIFEST).unwrap()).unwrap(), archive.manifest());
    assert_eq!(found, tea());
    assert_eq!(fs::read_dir(shelf.path()).unwrap().count(), 1);
    let corpus = shelf.path().join("tea/packs/tea").join("../../corpora/tea");
    assert!(corpus.join("green.md").is_file());
}

#[test]
fn what_is_there_stays() {
    let shelf = tempfile::tempdir().unwrap();
    fs::create_dir(shelf.path().join("tea")).unwrap();
    let error = unpack(&Archive::of(tea(), Vec::new()).unwrap(), &shelf.path().join("tea")).unwrap_err();
    assert!(error.to_string().contains("is there already"), "{error}");
    assert!(files_below(shelf.path()).is_empty());
}

#[test]
fn a_failure_leaves_nothing() {
    let shelf = tempfile::tempdir().unwrap();
    let archive = Archive::of(tea(), Vec::new()).unwrap();
    assert!(unpack(&archive, &shelf.path().join("missing/tea")).is_err());
    // A name that the file system has no room for lets the writing fail in the middle.
    let mut files = tea();
    files.insert("packs/tea/zz.md".into(), Vec::new());
    let mut too_long = Archive::of(files, Vec::new()).unwrap();
    too_long.files.insert(format!("packs/tea/zzz{}.md", "z".repeat(300)), Vec::new());
    assert!(unpack(&too_long, &shelf.path().join("tea")).is_err());
    assert_eq!(fs::read_dir(shelf.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_folder_is_not_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let shelf = tempfile::tempdir().unwrap();
    fs::create_dir(shelf.path().join("plain")).unwrap();
    unpack(&Archive::of(tea(), Vec::new()).unwrap(), &shelf.path().join("tea")).unwrap();
    let mode = |name: &str| fs::metadata(shelf.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("tea"), mode("plain"));
    assert_eq!(mode("tea/packs/tea/domain.toml") & 0o111, 0);
}
