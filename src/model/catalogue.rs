//! The models that Purview knows by name. Data only; fetching is [`super::files`]' work.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::error::{Error, Result};

/// What an encoder on the hub may have beside its own files, and that says how it is read (`bert/reading.rs`).
const BESIDE: [&str; 4] =
    ["modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "config_sentence_transformers.json"];

/// Tokens of the context that [`Model::memory`] counts: a question and some passages take about two thousand.
pub const MEMORY_CONTEXT: u64 = 4096;

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

/// Tokens a second, the medians that `purview model bench` gives for prompts of 512 tokens, measured on two cores of an
/// AMD EPYC with AVX-512.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speed {
    /// Of a prompt, read.
    pub prefill: u32,
    /// Of an answer, written.
    pub decode: u32,
}

/// A model and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The name a user types.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Whether it is the one to take where the hub can be reached.
    #[serde(default)]
    pub recommended: bool,
    /// How many parameters, for people.
    pub parameters: String,
    /// SPDX identifier, or a `LicenseRef-` of a licence that SPDX does not list.
    pub license: String,
    /// `org/name` on the hub.
    pub repository: Option<String>,
    /// The package that carries it.
    pub package: Option<Package>,
    /// BCP 47 tags of the languages that an encoder was made for; empty: any.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Bytes of a generator's memory that one token of its context takes, where that is known.
    pub kv_bytes_per_token: Option<u64>,
    /// Bytes of the weights in memory, in percent of their file.
    #[serde(default = "packed_percent")]
    pub packed_percent: u64,
    /// How fast it is, where that was measured.
    pub speed: Option<Speed>,
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

    /// Bytes of memory that a generator needs with a context of [`MEMORY_CONTEXT`] tokens: its weights in panels, and
    /// what the context takes. Without what is kept of other prompts' beginnings. Nothing where a size is not known.
    pub fn memory(&self) -> Option<u64> {
        let bytes = Some(self.bytes()).filter(|bytes| *bytes > 0)?;
        Some(bytes * self.packed_percent / 100 + MEMORY_CONTEXT * self.kv_bytes_per_token?)
    }

    /// Files that the model may have besides its own: of an encoder that the catalogue does not know.
    pub fn beside(&self) -> &'static [&'static str] {
        let is_known = self.files.iter().any(|file| file.sha256.is_some());
        if self.role == Role::Encoder && !is_known { &BESIDE } else { &[] }
    }

    /// The quantisation of a model that was named `org/repo:QUANT`; its file's name on the hub is not known before.
    pub fn quantisation(&self) -> Option<&str> {
        self.name.split_once(':').map(|(_, quantisation)| quantisation)
    }
}

/// Of the formats that the catalogue's files are made of and that have panels of their own, `Q4_K` alone grows: from 144
/// bytes for 256 numbers to 148, as its scales are unpacked (`compute/panel.rs`).
const fn packed_percent() -> u64 {
    103
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

/// A model by its name, by `org/repo:QUANT`, which stands for one GGUF file on the hub, or by `org/repo`, which stands
/// for an encoder there.
///
/// # Errors
/// A name that is none of these, with the names that are known.
pub fn find(name: &str) -> Result<Model> {
    if let Some(model) = models().iter().find(|m| m.name.eq_ignore_ascii_case(name)) {
        return Ok(model.clone());
    }
    let (repository, quantisation) = match name.split_once(':') {
        None => (name, None),
        Some((repository, quantisation)) => (repository, Some(quantisation)),
    };
    if let Some((organisation, repository_name)) = repository.split_once('/')
        && [organisation, repository_name].into_iter().chain(quantisation).all(is_plain)
    {
        return Ok(quantisation.map_or_else(
            || on_the_hub(name, repository, Role::Encoder, &["model.safetensors", "tokenizer.json", "config.json"]),
            |quantisation| {
                let stem = repository_name.trim_end_matches("-GGUF").trim_end_matches("-gguf");
                on_the_hub(name, repository, Role::Generator, &[&format!("{stem}-{quantisation}.gguf")])
            },
        ));
    }
    let names: Vec<&str> = models().iter().map(|m| m.name.as_str()).collect();
    Err(Error::usage(
        format!("no model is called `{name}`"),
        format!(
            "known models: {}; or `org/repo:QUANT` for a GGUF file on the hub, `org/repo` for an encoder there, or a path",
            names.join(", ")
        ),
    ))
}

/// A model that is known by its name on the hub alone.
fn on_the_hub(name: &str, repository: &str, role: Role, files: &[&str]) -> Model {
    let file = |name: &&str| ModelFile { name: (*name).to_owned(), bytes: 0, sha256: None, in_package: None };
    Model {
        name: name.to_owned(),
        role,
        recommended: false,
        parameters: "unknown".into(),
        license: "see its page".into(),
        repository: Some(repository.to_owned()),
        package: None,
        languages: Vec::new(),
        kv_bytes_per_token: None,
        packed_percent: packed_percent(),
        speed: None,
        about: match role {
            Role::Encoder => "an encoder on the hub".into(),
            Role::Generator => "a GGUF file on the hub".into(),
        },
        files: files.iter().map(file).collect(),
    }
}

/// Whether a part of a name, which becomes part of a path and of an address, can name nothing but itself.
fn is_plain(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_alphanumeric())
        && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_catalogue_has_a_default_of_each_role_with_hashes() {
        for role in [Role::Encoder, Role::Generator] {
            assert!(default(role).files.iter().all(|f| f.sha256.as_ref().is_some_and(|h| h.len() == 64)));
        }
    }

    #[test]
    fn the_defaults_come_first() {
        let names: Vec<&str> = models().iter().map(|m| m.name.as_str()).take(2).collect();
        assert_eq!(names, ["all-MiniLM-L6-v2", "SmolLM2-135M-Instruct"]);
        assert_eq!(names, [Role::Encoder, Role::Generator].map(|role| default(role).name.as_str()));
    }

    #[test]
    fn names_are_plain_and_no_two_differ_in_letter_case_alone() {
        let names: BTreeSet<String> = models().iter().map(|m| m.name.to_lowercase()).collect();
        assert_eq!(names.len(), models().len());
        assert!(names.iter().all(|name| is_plain(name)), "{names:?}");
    }

    #[test]
    fn every_model_has_a_licence_and_a_source() {
        for model in models() {
            let licence = model.license.strip_prefix("LicenseRef-").unwrap_or(&model.license);
            assert!(is_plain(licence), "{}: `{licence}`", model.name);
            assert!(model.repository.is_some() || model.package.is_some(), "{}", model.name);
            assert!(model.repository.iter().all(|r| r.split('/').all(is_plain)), "{}", model.name);
        }
    }

    #[test]
    fn every_file_has_a_plain_name_a_size_and_a_hash() {
        for file in models().iter().flat_map(|m| &m.files) {
            assert!(is_plain(&file.name) && file.bytes > 0, "{}", file.name);
            let hash = file.sha256.as_deref().unwrap_or_default();
            assert!(hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{}", file.name);
        }
    }

    #[test]
    fn one_generator_is_recommended() {
        let recommended: Vec<&Model> = models().iter().filter(|m| m.recommended).collect();
        assert_eq!(recommended.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["Qwen3-0.6B"]);
        assert!(recommended[0].files[0].name.ends_with("Q4_K_M.gguf") && recommended[0].about.contains("3.7%"));
    }

    #[test]
    fn memory_is_the_weights_in_panels_and_a_context() {
        let qwen = find("qwen3-0.6b").unwrap();
        assert_eq!(qwen.memory(), Some(396_705_472 * 103 / 100 + 4096 * 2 * 28 * 8 * 128 * 2));
        for model in models() {
            assert_eq!(model.memory().is_some(), model.role == Role::Generator, "{}", model.name);
        }
        assert_eq!(find("org/name:Q8_0").unwrap().memory(), None, "neither its size nor its shape is known");
    }

    #[test]
    fn a_repository_and_a_quantisation_name_a_file() {
        let model = find("HuggingFaceTB/SmolLM2-360M-Instruct-GGUF:Q8_0").unwrap();
        assert_eq!(model.files[0].name, "SmolLM2-360M-Instruct-Q8_0.gguf");
        assert_eq!(model.quantisation(), Some("Q8_0"));
    }

    #[test]
    fn a_repository_alone_is_an_encoder() {
        let model = find("intfloat/multilingual-e5-small").unwrap();
        assert_eq!((model.role, model.quantisation(), model.languages.len()), (Role::Encoder, None, 0));
        assert_eq!(model.files[0].name, "model.safetensors");
        assert!(model.beside().contains(&"1_Pooling/config.json"));
        assert!(default(Role::Encoder).beside().is_empty() && find("org/name:Q8_0").unwrap().beside().is_empty());
    }

    #[test]
    fn a_name_cannot_lead_out_of_the_models_folder() {
        for name in [
            "a/b:../../c",
            "a/../c:Q8_0",
            "../b:Q8_0",
            "a/b/c:Q8_0",
            "a/b:",
            ":Q8_0",
            "a/b:Q8 0",
            "a/..",
            "../b",
            "a/b/c",
            "/a",
            "a/",
            "a/b c",
        ] {
            assert!(find(name).is_err(), "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        assert!(find("gpt-17").unwrap_err().hint().unwrap().contains("all-MiniLM-L6-v2"));
    }
}
