//! Models that come as a folder with `model.safetensors`, `config.json` and `tokenizer.json`: MPT and `OpenELM`. Their
//! names and sizes are told in GGUF's words, so that from here on there is one kind of model file.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::Path,
};

use safetensors::{Dtype, SafeTensors};
use serde_json::Value as Json;

use super::{Checkpoint, Contents, Kind, Tensor, Value, broken};
use crate::{
    error::{Error, Result},
    model::tokenizer::ChatTokenizer,
};

/// Opens a folder: its weights, its tokenizer and its chat template.
pub fn open(folder: &Path) -> Result<(Checkpoint, ChatTokenizer, String)> {
    let weights = folder.join("model.safetensors");
    let config = json(&folder.join("config.json"))?;
    let checkpoint = read(super::map(&weights)?, &config)?;
    let settings = json(&folder.join("tokenizer_config.json"))?;
    let ends: Vec<u32> = match json(&folder.join("generation_config.json")).map(|json| json["eos_token_id"].clone()) {
        Ok(Json::Array(ends)) => ends.iter().filter_map(Json::as_u64).map(|end| end as u32).collect(),
        Ok(end) => end.as_u64().map(|end| end as u32).into_iter().collect(),
        Err(_) => Vec::new(), // a folder need not have it
    };
    let tokenizer = ChatTokenizer::from_json(&text(&folder.join("tokenizer.json"))?, &settings, &ends)?;
    let template = settings["chat_template"].as_str().map(str::to_owned);
    let template = template.or_else(|| text(&folder.join("chat_template.jinja")).ok());
    let template = template.ok_or_else(|| broken("its `tokenizer_config.json` has no `chat_template`"))?;
    Ok((checkpoint, tokenizer, template))
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Error::io("read", path))
}

fn json(path: &Path) -> Result<Json> {
    serde_json::from_str(&text(path)?).map_err(|reason| broken(format!("`{}`: {reason}", path.display())))
}

/// Reads weights whose network a `config.json` describes.
pub fn read(contents: Contents, config: &Json) -> Result<Checkpoint> {
    let family = match config["model_type"].as_str() {
        Some("mpt") => mpt(config)?,
        Some("openelm") => openelm(config)?,
        other => {
            let kind = other.unwrap_or("not given");
            return Err(broken(format!("its `model_type` is {kind}; of safetensors, `mpt` and `openelm` are read")));
        }
    };
    let bytes = contents.as_ref();
    let (length, _) =
        SafeTensors::read_metadata(bytes).map_err(|reason| broken(format!("its weights are damaged: {reason}")))?;
    let file =
        SafeTensors::deserialize(bytes).map_err(|reason| broken(format!("its weights are damaged: {reason}")))?;
    let mut tensors = BTreeMap::new();
    for (name, view) in file.iter() {
        let kind = match view.dtype() {
            Dtype::F32 => Kind::F32,
            Dtype::F16 => Kind::F16,
            Dtype::BF16 => Kind::BF16,
            other => return Err(broken(format!("its tensor `{name}` is of the kind {other:?}; floats are read"))),
        };
        let start = view.data().as_ptr().addr() - bytes.as_ptr().addr();
        debug_assert!(start >= length, "data comes after the header");
        let mut tensor = Tensor::new(view.shape().to_vec(), kind, start);
        tensor.place(name, 0, bytes.len())?;
        tensors.insert(family.name(name), tensor);
    }
    Ok(Checkpoint { values: family.values, tensors, contents })
}

/// A family's names and sizes.
struct Family {
    values: HashMap<String, Value>,
    /// What stands before a block's number, and what its parts are called.
    blocks: &'static str,
    parts: &'static [(&'static str, &'static str)],
    others: &'static [(&'static str, &'static str)],
}

impl Family {
    /// GGUF's name of a tensor; a name that is not known stays, and is refused as left over.
    fn name(&self, name: &str) -> String {
        let (stem, end) = name.rsplit_once('.').unwrap_or((name, "weight"));
        if let Some((_, known)) = self.others.iter().find(|(theirs, _)| *theirs == stem) {
            return format!("{known}.{end}");
        }
        let block = stem.strip_prefix(self.blocks).and_then(|rest| rest.split_once('.'));
        let part =
            block.and_then(|(number, part)| Some((number, self.parts.iter().find(|(theirs, _)| *theirs == part)?.1)));
        part.map_or_else(|| name.to_owned(), |(number, part)| format!("blk.{number}.{part}.{end}"))
    }
}

fn mpt(config: &Json) -> Result<Family> {
    let (width, heads) = (number(config, "d_model")?, number(config, "n_heads")?);
    let inner = config["expansion_ratio"].as_u64().unwrap_or(4).saturating_mul(u64::from(width));
    let attention = &config["attn_config"];
    if attention["qk_ln"].as_bool() == Some(true)
        || config["learned_pos_emb"].as_bool() == Some(true) && attention["alibi"].as_bool() != Some(true)
    {
        return Err(broken("MPT with norms of queries or learned positions is not supported"));
    }
    let mut values = HashMap::from([
        ("general.architecture".to_owned(), Value::String("mpt".into())),
        ("mpt.embedding_length".to_owned(), Value::U32(width)),
        ("mpt.attention.head_count".to_owned(), Value::U32(heads)),
        ("mpt.block_count".to_owned(), Value::U32(number(config, "n_layers")?)),
        ("mpt.feed_forward_length".to_owned(), Value::U64(inner)),
        ("mpt.context_length".to_owned(), Value::U32(number(config, "max_seq_len")?)),
        ("mpt.attention.layer_norm_epsilon".to_owned(), float(&config["layer_norm_epsilon"], 1e-5)),
    ]);
    if attention["alibi"].as_bool() == Some(true) {
        values.insert("mpt.attention.max_alibi_bias".into(), float(&attention["alibi_bias_max"], 8.0));
    }
    if !attention["clip_qkv"].is_null() {
        values.insert("mpt.attention.clamp_kqv".into(), float(&attention["clip_qkv"], 0.0));
    }
    Ok(Family {
        values,
        blocks: "transformer.blocks.",
        parts: &[
            ("norm_1", "attn_norm"),
            ("norm_2", "ffn_norm"),
            ("attn.Wqkv", "attn_qkv"),
            ("attn.out_proj", "attn_output"),
            ("ffn.up_proj", "ffn_up"),
            ("ffn.down_proj", "ffn_down"),
        ],
        others: &[("transformer.wte", "token_embd"), ("transformer.norm_f", "output_norm"), ("lm_head", "output")],
    })
}

fn openelm(config: &Json) -> Result<Family> {
    let (width, head, blocks) =
        (number(config, "model_dim")?, number(config, "head_dim")?, number(config, "num_transformer_layers")?);
    let divisor = config["ffn_dim_divisor"].as_f64().unwrap_or(256.0).max(1.0);
    let multipliers = config["ffn_multipliers"].as_array().cloned().unwrap_or_default();
    let inner: Vec<Value> = multipliers
        .iter()
        .filter_map(Json::as_f64)
        .map(|multiplier| Value::U32(divisible(multiplier * f64::from(width), divisor)))
        .collect();
    let heads = |key: &str| -> Result<Value> {
        let numbers = config[key].as_array().cloned().unwrap_or_default();
        let numbers: Vec<Value> =
            numbers.iter().filter_map(Json::as_u64).map(|number| Value::U32(number as u32)).collect();
        if numbers.len() < blocks as usize {
            return Err(broken(format!("`{key}` of its `config.json` has no number for each of {blocks} blocks")));
        }
        Ok(Value::Array(numbers))
    };
    let values = HashMap::from([
        ("general.architecture".to_owned(), Value::String("openelm".into())),
        ("openelm.embedding_length".to_owned(), Value::U32(width)),
        ("openelm.block_count".to_owned(), Value::U32(blocks)),
        ("openelm.context_length".to_owned(), Value::U32(number(config, "max_context_length")?)),
        ("openelm.attention.key_length".to_owned(), Value::U32(head)),
        ("openelm.attention.value_length".to_owned(), Value::U32(head)),
        ("openelm.attention.head_count".to_owned(), heads("num_query_heads")?),
        ("openelm.attention.head_count_kv".to_owned(), heads("num_kv_heads")?),
        ("openelm.feed_forward_length".to_owned(), Value::Array(inner)),
        ("openelm.rope.freq_base".to_owned(), float(&config["rope_freq_constant"], 10_000.0)),
        // Fixed in the model's own code.
        ("openelm.attention.layer_norm_rms_epsilon".to_owned(), Value::F32(1e-6)),
    ]);
    Ok(Family {
        values,
        blocks: "transformer.layers.",
        parts: &[
            ("attn_norm", "attn_norm"),
            ("ffn_norm", "ffn_norm"),
            ("attn.qkv_proj", "attn_qkv"),
            ("attn.q_norm", "attn_q_norm"),
            ("attn.k_norm", "attn_k_norm"),
            ("attn.out_proj", "attn_output"),
            ("ffn.proj_1", "ffn_up"), // the gate's rows come first
            ("ffn.proj_2", "ffn_down"),
        ],
        others: &[
            ("transformer.token_embeddings", "token_embd"),
            ("transformer.norm", "output_norm"),
            ("lm_head", "output"),
        ],
    })
}

/// The nearest multiple, at least nine tenths of the number (`make_divisible` in `OpenELM`'s code).
fn divisible(number: f64, divisor: f64) -> u32 {
    let near = ((number + divisor / 2.0) / divisor).floor().max(1.0) * divisor;
    (if near < 0.9 * number { near + divisor } else { near }) as u32
}

fn number(config: &Json, key: &str) -> Result<u32> {
    let number = config[key].as_u64().and_then(|number| u32::try_from(number).ok());
    number
        .ok_or_else(|| broken(format!("`{key}` of its `config.json` is {}; it should be a whole number", config[key])))
}

fn float(json: &Json, usual: f64) -> Value {
    Value::F32(json.as_f64().unwrap_or(usual) as f32)
}
