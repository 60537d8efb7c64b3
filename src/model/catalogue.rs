//! The models that Purview knows by name. Data only; fetching is [`super::files`]' work.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::error::{Error, Result};

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Turns texts into vectors.
    Encoder,
    /// Continues a prompt.
    Generator,
}

/// One file of a model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Its name in the repository and in the cache.
    pub name: String,
    /// Its size in bytes; 0: unknown.
    #[serde(default)]
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal, where it is known.
    pub sha256: Option<String>,
    /// Its path in the Python package.
    pub in_package: Option<String>,
}

/// A Python package that carries a model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// The exact version.
    pub version: String,
    /// The wheel's size in bytes.
    pub bytes: u64,
}

/// A model and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The name a user types.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// How many parameters, for people.
    pub parameters: String,
    /// SPDX identifier.
    pub license: String,
    /// `org/name` on the hub.
    pub repository: Option<String>,
    /// The package that carries it.
    pub package: Option<Package>,
    /// BCP 47 tags of the languages that an encoder was made for; empty: any.
    #[serde(default)]
    pub languages: Vec<String>,
    /// One line for people.
    pub about: String,
    /// Its files.
    #[serde(rename = "file")]
    pub files: Vec<ModelFile>,
}

impl Model {
    /// All files together, in bytes.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes).sum()
    }

    /// The quantisation of a model that was named `org/repo:QUANT`; its file's name on the hub is not known before.
    pub fn quantisation(&self) -> Option<&str> {
        self.name.split_once(':').map(|(_, quantisation)| quantisation)
    }
}

#[derive(Deserialize)]
struct Catalogue {
    model: Vec<Model>,
}

static CATALOGUE: LazyLock<Vec<Model>> = LazyLock::new(|| {
    let catalogue: Catalogue = toml::from_str(include_str!("catalogue.toml")).expect("a test parses the catalogue");
    catalogue.model
});

/// Every known model, the default of its role first.
pub fn models() -> &'static [Model] {
    &CATALOGUE
}

/// The default model of a role.
#[expect(clippy::missing_panics_doc, reason = "a test checks that it cannot panic")]
pub fn default(role: Role) -> &'static Model {
    models().iter().find(|m| m.role == role).expect("a test checks that each role has a model")
}

/// A model by its name, or by `org/repo:QUANT`, which stands for one GGUF file on the hub.
///
/// # Errors
/// A name that is neither, with the names that are known.
pub fn find(name: &str) -> Result<Model> {
    if let Some(model) = models().iter().find(|m| m.name.eq_ignore_ascii_case(name)) {
        return Ok(model.clone());
    }
    if let Some((repository, quantisation)) = name.split_once(':')
        && let Some((organisation, repository_name)) = repository.split_once('/')
        && [organisation, repository_name, quantisation].into_iter().all(is_plain)
    {
        let stem = repository_name.trim_end_matches("-GGUF").trim_end_matches("-gguf");
        let file = format!("{stem}-{quantisation}.gguf");
        return Ok(Model {
            name: name.to_owned(),
            role: Role::Generator,
            parameters: "unknown".into(),
            license: "see its page".into(),
            repository: Some(repository.to_owned()),
            package: None,
            languages: Vec::new(),
            about: "a GGUF file on the hub".into(),
            files: vec![ModelFile { name: file, bytes: 0, sha256: None, in_package: None }],
        });
    }
    let names: Vec<&str> = models().iter().map(|m| m.name.as_str()).collect();
    Err(Error::usage(
        format!("no model is called `{name}`"),
        format!("known models: {}; or `org/repo:QUANT` for a GGUF file on the hub, or a path", names.join(", ")),
    ))
}

/// Whether a part of a name, which becomes part of a path and of an address, can name nothing but itself.
fn is_plain(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_alphanumeric())
        && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_has_a_default_of_each_role_with_hashes() {
        for role in [Role::Encoder, Role::Generator] {
            assert!(default(role).files.iter().all(|f| f.sha256.as_ref().is_some_and(|h| h.len() == 64)));
        }
    }

    #[test]
    fn a_repository_and_a_quantisation_name_a_file() {
        let model = find("HuggingFaceTB/SmolLM2-360M-Instruct-GGUF:Q8_0").unwrap();
        assert_eq!(model.files[0].name, "SmolLM2-360M-Instruct-Q8_0.gguf");
        assert_eq!(model.quantisation(), Some("Q8_0"));
    }

    #[test]
    fn a_name_cannot_lead_out_of_the_models_folder() {
        for name in ["a/b:../../c", "a/../c:Q8_0", "../b:Q8_0", "a/b/c:Q8_0", "a/b:", ":Q8_0", "a/b:Q8 0"] {
            assert!(find(name).is_err(), "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        assert!(find("gpt-17").unwrap_err().hint().unwrap().contains("all-MiniLM-L6-v2"));
    }
}
