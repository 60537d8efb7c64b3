//! A model's folder, made of the reference's files and changed as a test wants it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use safetensors::SafeTensors;
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::Bert;
use crate::error::{Error, Result};

pub struct Folder {
    path: PathBuf,
    _holder: TempDir,
}

impl Folder {
    /// A copy of a model of the reference, in a folder of a name that says nothing.
    pub fn of(model: &str) -> Self {
        Self::named(model, "model")
    }

    /// The same under a path of this name.
    pub fn named(model: &str, name: &str) -> Self {
        let holder = TempDir::new().unwrap();
        let path = holder.path().join(name);
        fs::create_dir_all(&path).unwrap();
        let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/encoder");
        for file in ["config.json", "model.safetensors"] {
            fs::copy(reference.join(model).join(file), path.join(file)).unwrap();
        }
        fs::copy(reference.join("tokenizer.json"), path.join("tokenizer.json")).unwrap();
        Self { path, _holder: holder }
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.path.join(file)
    }

    pub fn write(&self, file: &str, content: &Value) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content.to_string()).unwrap();
    }

    /// Sets a value of `config.json`; null takes the key away.
    pub fn configure(&self, key: &str, value: &Value) {
        let text = fs::read_to_string(self.path("config.json")).unwrap();
        let mut config: Map<String, Value> = serde_json::from_str(&text).unwrap();
        config.remove(key);
        if !value.is_null() {
            config.insert(key.into(), value.clone());
        }
        self.write("config.json", &Value::Object(config));
    }

    /// Writes the weights anew under other names; those without one are left out.
    pub fn rename_tensors(&self, name: impl Fn(&str) -> Option<String>) {
        let path = self.path("model.safetensors");
        let bytes = fs::read(&path).unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap().tensors();
        let renamed = tensors.into_iter().filter_map(|(old, tensor)| Some((name(&old)?, tensor)));
        fs::write(path, safetensors::serialize(renamed, None).unwrap()).unwrap();
    }

    pub fn open(&self) -> Result<Bert> {
        let [weights, tokenizer, config] =
            ["model.safetensors", "tokenizer.json", "config.json"].map(|file| self.path(file));
        Bert::open("test", &weights, &tokenizer, &config)
    }

    /// The message and the hint with which the folder is refused.
    pub fn refused(&self) -> String {
        let error = self.open().err().expect("it is refused");
        assert!(matches!(error, Error::ModelBroken { .. } | Error::Io { .. }), "{error}");
        format!("{error}; {}", error.hint().unwrap_or_default())
    }
}
