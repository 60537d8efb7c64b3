//! What the files of a pack say of the pack: its name, version and licenses. Knows `[pack]`, `corpora` and the front
//! matter of documents; checks nothing else of them.

use std::{
    collections::BTreeMap,
    path::{Component, Path},
};

use serde::Deserialize;

use super::{Refused, Tree};
use crate::corpus::Document;

/// SPDX's word for a license that nobody states.
const NOT_STATED: &str = "NOASSERTION";

/// What the files say.
#[derive(Debug, PartialEq, Eq)]
pub struct Summary {
    /// The pack's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// Its own license.
    pub license: Option<String>,
    /// Its languages.
    pub languages: Vec<String>,
    /// Documents by license.
    pub licenses: BTreeMap<String, usize>,
}

/// `domain.toml`, as far as it is of interest here.
#[derive(Deserialize)]
struct Domain {
    pack: About,
    #[serde(default)]
    corpora: Vec<String>,
}

#[derive(Deserialize)]
struct About {
    name: String,
    version: String,
    title: String,
    license: Option<String>,
    #[serde(default)]
    languages: Vec<String>,
}

impl Summary {
    /// What the files of `packs/<pack>/` and `corpora/` say. `requires` names packs that may bring a corpus.
    ///
    /// # Errors
    /// A `domain.toml` that is missing or cannot be read, is of another pack, or names a corpus outside of the archive;
    /// a document that cannot be read.
    pub fn of(files: &Tree, pack: &str, requires: &[String]) -> Result<Self, Refused> {
        let entry = format!("packs/{pack}/domain.toml");
        let bytes = files.get(&entry).ok_or_else(|| Refused::NoDomain { entry: entry.clone() })?;
        let unreadable = |fault: String| Refused::Unreadable { entry: entry.clone(), fault };
        let text = std::str::from_utf8(bytes).map_err(|e| unreadable(e.to_string()))?;
        let Domain { pack: about, corpora } = toml::from_str(text).map_err(|e| unreadable(e.message().to_owned()))?;
        if about.name != pack {
            return Err(Refused::OtherPack { entry, folder: pack.to_owned(), name: about.name });
        }
        if let Err(e) = semver::Version::parse(&about.version) {
            return Err(unreadable(format!("`version = {:?}` is no semantic version: {e}", about.version)));
        }
        let mut folders = Vec::new();
        for corpus in corpora {
            let Some(folder) = inside(pack, &corpus) else { return Err(Refused::CorpusOutside { corpus }) };
            if requires.is_empty() && !files.keys().any(|path| is_document(path, &folder)) {
                return Err(Refused::CorpusMissing { corpus, folder });
            }
            folders.push(folder);
        }
        let licenses = licenses(files, &folders, about.license.as_deref())?;
        let About { name, version, title, license, languages } = about;
        Ok(Self { name, version, title, license, languages, licenses })
    }
}

/// How many documents have which license.
fn licenses(files: &Tree, folders: &[String], of_pack: Option<&str>) -> Result<BTreeMap<String, usize>, Refused> {
    let mut licenses = BTreeMap::new();
    let is_wanted = |path: &str| is_document(path, "corpora/") || folders.iter().any(|f| is_document(path, f));
    for (path, bytes) in files.iter().filter(|(path, _)| is_wanted(path)) {
        let document = Document::parse(Path::new(path), bytes)
            .map_err(|problem| Refused::Unreadable { entry: path.clone(), fault: problem.message })?;
        let license = document.license.as_deref().or(of_pack).unwrap_or(NOT_STATED);
        *licenses.entry(license.to_owned()).or_default() += 1;
    }
    Ok(licenses)
}

fn is_document(path: &str, folder: &str) -> bool {
    path.starts_with(folder) && path.rsplit_once('.').is_some_and(|(_, extension)| extension == "md")
}

/// The folder in the archive, with its `/`, that a pack means by `corpus`; none where it is not a folder of `corpora/`,
/// nor the pack's own or one in it.
fn inside(pack: &str, corpus: &str) -> Option<String> {
    if corpus.contains(['\\', ':', '\0']) {
        return None;
    }
    let mut folder = vec!["packs", pack];
    for component in Path::new(corpus).components() {
        match component {
            Component::Normal(name) => folder.push(name.to_str()?),
            Component::ParentDir => drop(folder.pop()?),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    let is_inside = match folder[..] {
        ["packs", own, ..] => own == pack,
        ["corpora", _, ..] => true,
        _ => false,
    };
    is_inside.then(|| folder.join("/") + "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corpus_lies_in_the_packs_folder_or_among_the_corpora() {
        assert_eq!(inside("tea", "../../corpora/tea").unwrap(), "corpora/tea/");
        assert_eq!(inside("tea", "./docs/").unwrap(), "packs/tea/docs/");
        assert_eq!(inside("tea", ".").unwrap(), "packs/tea/");
        for outside in
            ["../../corpora", "..", "../other", "../../..", "/etc", "C:docs", "a\\b", "../../secrets/corpora/x"]
        {
            assert_eq!(inside("tea", outside), None, "{outside}");
        }
    }
}
