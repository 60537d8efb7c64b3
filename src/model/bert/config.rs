//! What of a model's `config.json` is used: its family, its shape, and where its positions begin.
//! Knows numbers that the weights must agree with; does not read the weights.

use std::path::Path;

use serde::Deserialize;

use super::{broken, unsupported};
use crate::error::{Error, Result};

/// The families, as `model_type` names them.
const FAMILIES: &str = "`bert`, `roberta` and `xlm-roberta`";

/// A model's shape.
#[derive(Debug, Deserialize)]
pub(super) struct Config {
    /// Numbers in a vector.
    #[serde(rename = "hidden_size")]
    pub dims: usize,
    #[serde(rename = "num_hidden_layers")]
    pub layers: usize,
    #[serde(rename = "num_attention_heads")]
    pub heads: usize,
    /// Numbers between the two halves of a layer's feed-forward part.
    #[serde(rename = "intermediate_size")]
    pub inner: usize,
    /// Rows of the table of positions.
    #[serde(rename = "max_position_embeddings")]
    pub positions: usize,
    #[serde(rename = "layer_norm_eps")]
    pub epsilon: f32,
    /// Where the model was when this file was written: often its repository.
    #[serde(rename = "_name_or_path", default)]
    pub name: String,
    model_type: Option<String>,
    hidden_act: String,
    position_embedding_type: Option<String>,
    pad_token_id: Option<usize>,
}

impl Config {
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
        let config: Self = serde_json::from_str(&text).map_err(|e| broken(path, &e))?;
        config.check(path)?;
        Ok(config)
    }

    fn check(&self, path: &Path) -> Result<()> {
        let Some(family) = &self.model_type else {
            return Err(unsupported(path, "it has no `model_type`", &format!("{FAMILIES} are supported")));
        };
        if !["bert", "roberta", "xlm-roberta"].contains(&family.as_str()) {
            let why = format!("its `model_type` is `{family}`");
            return Err(unsupported(path, &why, &format!("{FAMILIES} are supported")));
        }
        if self.hidden_act != "gelu" {
            let why = format!("its `hidden_act` is `{}`", self.hidden_act);
            return Err(unsupported(path, &why, "`gelu` is supported"));
        }
        if let Some(kind) = self.position_embedding_type.as_deref().filter(|kind| *kind != "absolute") {
            let why = format!("its `position_embedding_type` is `{kind}`");
            return Err(unsupported(path, &why, "`absolute` is supported"));
        }
        if self.dims == 0 || self.heads == 0 || !self.dims.is_multiple_of(self.heads) {
            let why = format!("{} numbers cannot be shared among {} heads evenly", self.dims, self.heads);
            return Err(broken(path, &why));
        }
        if self.positions <= self.first_position() {
            return Err(broken(path, &format!("{} positions leave none for a token", self.positions)));
        }
        Ok(())
    }

    /// The token that `RoBERTa` does not count: its position is its own id, and the others' begin behind it
    /// (transformers, `create_position_ids_from_input_ids`). BERT counts every token.
    fn padding(&self) -> Option<usize> {
        const OF_ROBERTA: usize = 1; // `RobertaConfig`'s own default
        (self.model_type.as_deref() != Some("bert")).then_some(self.pad_token_id.unwrap_or(OF_ROBERTA))
    }

    fn first_position(&self) -> usize {
        self.padding().map_or(0, |padding| padding.saturating_add(1))
    }

    /// The most tokens of a text that have a position.
    pub fn longest(&self) -> usize {
        self.positions - self.first_position()
    }

    /// The row of each token in the table of positions; `ids` are no more than [`Config::longest`].
    pub fn places(&self, ids: &[u32]) -> impl Iterator<Item = usize> {
        let padding = self.padding();
        let mut next = self.first_position();
        ids.iter().map(move |id| {
            let id = *id as usize;
            if padding == Some(id) {
                return id;
            }
            next += 1;
            next - 1
        })
    }
}
