//! The files of a pack in its folder, under the names that they have in an archive. Reads files; checks none.

use std::{fs, path::Path};

use super::Tree;
use crate::{
    corpus,
    error::{Error, Place, Problem, Result},
    pack::Pack,
};

/// Kinds of file that a pack consists of, but for its corpora.
const KINDS: [&str; 3] = ["toml", "json", "jsonl"];

/// Every file of a pack and of its corpora, by its name in an archive.
///
/// # Errors
/// A corpus that is neither in the pack nor in a folder `corpora` two folders up; a file that cannot be read.
pub fn collect(pack: &Pack) -> Result<Tree> {
    let name = &pack.manifest.pack.name;
    let mut tree = Tree::new();
    gather(&pack.folder, &format!("packs/{name}"), &mut tree)?;
    for (stated, folder) in pack.manifest.corpora.iter().zip(&pack.corpora) {
        let within = match stated.strip_prefix("../../corpora/") {
            Some(corpus) => format!("corpora/{corpus}"),
            None if !stated.split('/').any(|part| part == "..") => format!("packs/{name}/{stated}"),
            None => {
                let place = Place::file(&pack.folder.join("domain.toml"));
                let message = format!("the corpus `{stated}` cannot be packaged from there");
                let hint = "put it into the pack, or into a folder `corpora` beside the folder of packs";
                return Err(Problem::new(place, message).hint(hint).into());
            }
        };
        for file in corpus::source_files(std::slice::from_ref(folder))? {
            let inner = file.path.strip_prefix(folder).unwrap_or(&file.path);
            tree.insert(format!("{}/{}", within.trim_end_matches('/'), slashed(inner)), file.bytes);
        }
    }
    Ok(tree)
}

fn gather(folder: &Path, within: &str, tree: &mut Tree) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io("read the folder", folder))? {
        let entry = entry.map_err(Error::io("read the folder", folder))?;
        let (path, name) = (entry.path(), entry.file_name());
        let kind = entry.file_type().map_err(Error::io("inspect", &path))?;
        let within = format!("{within}/{}", name.to_string_lossy());
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if kind.is_dir() {
            gather(&path, &within, tree)?;
        } else if kind.is_file() && path.extension().is_some_and(|own| KINDS.iter().any(|kind| own == *kind)) {
            tree.insert(within, fs::read(&path).map_err(Error::io("read", &path))?);
        }
    }
    Ok(())
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
