//! Model files for tests, made on the spot: a llama of two layers with random weights, and `SmolLM2`'s real tokenizer
//! as far as a few texts need it.

use std::{collections::HashMap, io::Cursor};

use candle_core::{
    Device, Tensor,
    quantized::{GgmlDType, QTensor, gguf_file, gguf_file::Value},
};
use serde_json::Value as Json;

pub const CONTEXT: usize = 256;
const WIDE: usize = 32;
const KEYS: usize = 16;
const INNER: usize = 64;
const BLOCKS: usize = 2;

fn texts(values: impl IntoIterator<Item = impl Into<String>>) -> Value {
    Value::Array(values.into_iter().map(|value| Value::String(value.into())).collect())
}

fn fixture() -> Json {
    serde_json::from_str(include_str!("smollm.json")).unwrap()
}

/// Texts and their tokens, from the reference implementation.
pub fn golden_cases() -> Vec<(String, Vec<u32>)> {
    serde_json::from_value(fixture()["cases"].clone()).unwrap()
}

/// `SmolLM2`'s tokenizer with its real ids; tokens that the cases cannot use are marked as unused.
pub fn smollm_metadata() -> HashMap<String, Value> {
    let fixture = fixture();
    let size = fixture["size"].as_u64().unwrap() as usize;
    let mut tokens: Vec<String> = (0..size).map(|id| format!("[UNUSED{id}]")).collect();
    let mut kinds = vec![Value::I32(5); size];
    for (token, id) in fixture["tokens"].as_object().unwrap() {
        let id = id.as_u64().unwrap() as usize;
        tokens[id].clone_from(token);
        kinds[id] = Value::I32(if id < 17 { 3 } else { 1 });
    }
    let merges: Vec<String> = serde_json::from_value(fixture["merges"].clone()).unwrap();
    tokenizer(tokens, kinds, texts(merges)).into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn tokenizer(tokens: Vec<String>, kinds: Vec<Value>, merges: Value) -> Vec<(&'static str, Value)> {
    vec![
        ("tokenizer.ggml.model", Value::String("gpt2".into())),
        ("tokenizer.ggml.pre", Value::String("smollm".into())),
        ("tokenizer.ggml.tokens", texts(tokens)),
        ("tokenizer.ggml.token_type", Value::Array(kinds)),
        ("tokenizer.ggml.merges", merges),
        ("tokenizer.ggml.bos_token_id", Value::U32(1)),
        ("tokenizer.ggml.eos_token_id", Value::U32(2)),
    ]
}

/// A small model file; the fields are what tests vary.
pub struct Tiny {
    /// Added to the metadata, or put in the place of what is there.
    pub metadata: Vec<(&'static str, Value)>,
    /// Tensors that are left out.
    pub without: Vec<&'static str>,
    /// A tensor more.
    pub stranger: Option<&'static str>,
    /// How matrices are stored.
    pub kind: GgmlDType,
}

impl Tiny {
    pub const PLAIN: Self = Self { metadata: Vec::new(), without: Vec::new(), stranger: None, kind: GgmlDType::Q8_0 };

    pub fn with(key: &'static str, value: Value) -> Self {
        Self { metadata: vec![(key, value)], ..Self::PLAIN }
    }

    /// The file's bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let template = "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n\
                        {% endfor %}<|im_start|>assistant\n";
        let mut tokens: Vec<String> = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"].map(str::to_owned).into();
        tokens.extend(super::super::tokenizer::alphabet().into_keys().map(String::from));
        let kinds = (0..tokens.len()).map(|id| Value::I32(if id < 3 { 3 } else { 1 })).collect();
        let rows = tokens.len();
        let mut metadata = tokenizer(tokens, kinds, texts(["a b"; 0]));
        metadata.extend([
            ("general.architecture", Value::String("llama".into())),
            ("tokenizer.chat_template", Value::String(template.into())),
            ("llama.context_length", Value::U32(CONTEXT as u32)),
            ("llama.block_count", Value::U32(BLOCKS as u32)),
            ("llama.embedding_length", Value::U32(WIDE as u32)),
            ("llama.feed_forward_length", Value::U32(INNER as u32)),
            ("llama.attention.head_count", Value::U32(4)),
            ("llama.attention.head_count_kv", Value::U32(2)),
            ("llama.rope.dimension_count", Value::U32(8)),
            ("llama.attention.layer_norm_rms_epsilon", Value::F32(1e-5)),
        ]);
        metadata.retain(|(key, _)| self.metadata.iter().all(|(other, _)| other != key));
        metadata.extend(self.metadata.iter().cloned());
        let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(key, value)| (*key, value)).collect();
        let tensors = self.tensors(rows);
        let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
        let mut file = Cursor::new(Vec::new());
        gguf_file::write(&mut file, &metadata, &tensors).unwrap();
        file.into_inner()
    }

    fn tensors(&self, rows: usize) -> Vec<(String, QTensor)> {
        let mut random = Random(2025);
        let mut shapes: Vec<(String, Vec<usize>)> = vec![
            ("token_embd.weight".into(), vec![rows, WIDE]),
            ("output_norm.weight".into(), vec![WIDE]),
            ("output.weight".into(), vec![rows, WIDE]),
        ];
        for block in 0..BLOCKS {
            for (part, shape) in [
                ("attn_norm", vec![WIDE]),
                ("attn_q", vec![WIDE, WIDE]),
                ("attn_k", vec![KEYS, WIDE]),
                ("attn_v", vec![KEYS, WIDE]),
                ("attn_output", vec![WIDE, WIDE]),
                ("ffn_norm", vec![WIDE]),
                ("ffn_gate", vec![INNER, WIDE]),
                ("ffn_up", vec![INNER, WIDE]),
                ("ffn_down", vec![WIDE, INNER]),
            ] {
                shapes.push((format!("blk.{block}.{part}.weight"), shape));
            }
        }
        shapes.extend(self.stranger.map(|name| (name.to_owned(), vec![WIDE])));
        shapes.retain(|(name, _)| !self.without.contains(&name.as_str()));
        shapes.into_iter().map(|(name, shape)| (name, random.tensor(&shape, self.kind))).collect()
    }
}

/// Marsaglia's xorshift (2003): reproducible numbers without a dependency.
struct Random(u64);

impl Random {
    fn number(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u32 << 23) as f32 - 1.0
    }

    /// Norms stay whole numbers, matrices are quantised: both kinds of weight that real files have.
    fn tensor(&mut self, shape: &[usize], matrix: GgmlDType) -> QTensor {
        let numbers: Vec<f32> = (0..shape.iter().product()).map(|_| self.number()).collect();
        let kind = if shape.len() == 1 { GgmlDType::F32 } else { matrix };
        QTensor::quantize(&Tensor::from_vec(numbers, shape, &Device::Cpu).unwrap(), kind).unwrap()
    }
}
