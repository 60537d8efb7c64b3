//! `manifest.json`: what an archive says that it holds. Knows its form; whether it is true is for `read`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Refused, Tree, name, summary::Summary};

/// The archive's first entry.
pub const MANIFEST: &str = "manifest.json";

/// The version of the archive's form.
pub const SCHEMA: u32 = 1;

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the archive's form; 1.
    pub schema: u32,
    /// The pack's name, and its folder's.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// What people call the field.
    pub title: String,
    /// The pack's own license, as an SPDX identifier.
    pub license: Option<String>,
    /// BCP 47 tags.
    pub languages: Vec<String>,
    /// Every other entry, in order of the paths.
    pub files: Vec<Listed>,
    /// How many documents have which license; `NOASSERTION` where neither they nor the pack state one.
    pub licenses: BTreeMap<String, usize>,
    /// The packs that it extends.
    pub requires: Vec<String>,
}

/// A file of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Where it is in the archive.
    pub path: String,
    /// Its bytes.
    pub size: u64,
    /// Their SHA-256, in lower-case hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// The manifest of these files.
    ///
    /// # Errors
    /// A pack in `requires` that cannot be a pack's name.
    pub(super) fn of(summary: Summary, files: &Tree, requires: Vec<String>) -> Result<Self, Refused> {
        let listed = files.iter().map(|(path, bytes)| Listed {
            path: path.clone(),
            size: bytes.len() as u64,
            sha256: sha256(bytes),
        });
        let manifest = Self {
            schema: SCHEMA,
            name: summary.name,
            version: summary.version,
            title: summary.title,
            license: summary.license,
            languages: summary.languages,
            files: listed.collect(),
            licenses: summary.licenses,
            requires,
        };
        manifest.check()?;
        Ok(manifest)
    }

    /// Reads the entry's bytes.
    ///
    /// # Errors
    /// Another schema, or what does not have the manifest's form.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let fault = |e: serde_json::Error| Refused::Manifest { fault: e.to_string() };
        let Version { schema } = serde_json::from_slice(bytes).map_err(fault)?;
        if schema != SCHEMA {
            return Err(Refused::Schema { schema });
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(fault)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// What it says beside the files must be what the files say.
    pub(super) fn agrees_with(&self, summary: &Summary) -> Result<(), Refused> {
        let told = [
            ("name", json(&self.name), json(&summary.name)),
            ("version", json(&self.version), json(&summary.version)),
            ("title", json(&self.title), json(&summary.title)),
            ("license", json(&self.license), json(&summary.license)),
            ("languages", json(&self.languages), json(&summary.languages)),
            ("licenses", json(&self.licenses), json(&summary.licenses)),
        ];
        match told.into_iter().find(|(_, manifest, files)| manifest != files) {
            Some((field, manifest, files)) => Err(Refused::Contradiction { field, manifest, files }),
            None => Ok(()),
        }
    }

    /// What can be said of it without its files.
    fn check(&self) -> Result<(), Refused> {
        let fault = |fault: String| Err(Refused::Manifest { fault });
        if let Some(pack) = self.requires.iter().find(|pack| !name::can_be_a_pack(pack)) {
            return fault(format!("`requires` has {pack:?}, which cannot be a pack's name"));
        }
        let mut paths = BTreeSet::new();
        match self.files.iter().find(|file| !paths.insert(&file.path)) {
            Some(twice) => fault(format!("`files` lists {:?} twice", twice.path)),
            None => Ok(()),
        }
    }
}

/// A hash as the manifest writes it.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |text, byte| text + format!("{byte:02x}").as_str())
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("strings, lists and counts have a JSON form")
}
