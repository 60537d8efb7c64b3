//! A small model file for tests, made on the spot: a llama of two layers with random weights that reads letters.

use std::sync::Arc;

use time::macros::date;

use super::super::{Local, Setup};
use crate::{
    error::Result,
    model::checkpoint::{Checkpoint, Contents, Kind, Value, writer::Writer},
    model::tokenizer::alphabet,
};

pub const CONTEXT: usize = 256;
const WIDE: usize = 32;
const KEYS: usize = 16;
const INNER: usize = 64;
const BLOCKS: usize = 2;

pub fn setup() -> Setup {
    Setup { threads: Some(2), kernel: None, panels: None, prefixes: None, today: date!(2025 - 11 - 22) }
}

pub fn read(bytes: &[u8]) -> Result<Local> {
    let file = Checkpoint::read(Contents::Memory(Arc::from(bytes)))?;
    Local::read("tiny".into(), &file, &setup(), None, None)
}

pub fn tiny() -> Local {
    read(&file().bytes()).unwrap()
}

/// The file with a value added, or put in the place of what is there.
pub fn with(key: &str, value: Value) -> Writer {
    let mut file = file();
    file.metadata.retain(|(other, _)| other != key);
    file.metadata.push((key.to_owned(), value));
    file
}

fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Value {
    Value::Array(texts.into_iter().map(|text| Value::String(text.to_owned())).collect())
}

pub fn file() -> Writer {
    let template = "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n\
                    {% endfor %}<|im_start|>assistant\n";
    let mut tokens: Vec<String> = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"].map(str::to_owned).into();
    tokens.extend(alphabet().keys().map(char::to_string));
    let kinds = (0..tokens.len()).map(|at| Value::I32(if at < 3 { 3 } else { 1 })).collect();
    let text = |text: &str| Value::String(text.to_owned());
    let metadata = [
        ("general.architecture", text("llama")),
        ("llama.context_length", Value::U32(CONTEXT as u32)),
        ("llama.block_count", Value::U32(BLOCKS as u32)),
        ("llama.embedding_length", Value::U32(WIDE as u32)),
        ("llama.feed_forward_length", Value::U32(INNER as u32)),
        ("llama.attention.head_count", Value::U32(4)),
        ("llama.attention.head_count_kv", Value::U32(2)),
        ("llama.rope.dimension_count", Value::U32(8)),
        ("llama.attention.layer_norm_rms_epsilon", Value::F32(1e-5)),
        ("tokenizer.ggml.model", text("gpt2")),
        ("tokenizer.ggml.pre", text("smollm")),
        ("tokenizer.ggml.tokens", texts(tokens.iter().map(String::as_str))),
        ("tokenizer.ggml.token_type", Value::Array(kinds)),
        ("tokenizer.ggml.merges", texts([])),
        ("tokenizer.ggml.bos_token_id", Value::U32(1)),
        ("tokenizer.ggml.eos_token_id", Value::U32(2)),
        ("tokenizer.chat_template", text(template)),
    ];
    Writer { metadata: metadata.map(|(key, value)| (key.to_owned(), value)).into(), tensors: tensors(tokens.len()) }
}

fn tensors(rows: usize) -> Vec<(String, Vec<usize>, Kind, Vec<u8>)> {
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
    let mut random = Random(2025);
    let tensor = |(name, shape): (String, Vec<usize>)| {
        let numbers = shape.iter().product();
        let (kind, bytes) =
            if shape.len() == 1 { (Kind::F32, random.floats(numbers)) } else { (Kind::Q8_0, random.blocks(numbers)) };
        (name, shape, kind, bytes)
    };
    shapes.into_iter().map(tensor).collect()
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

    fn floats(&mut self, count: usize) -> Vec<u8> {
        (0..count).flat_map(|_| self.number().to_le_bytes()).collect()
    }

    /// `Q8_0`: one scale for all, and random bytes.
    fn blocks(&mut self, count: usize) -> Vec<u8> {
        let scale = half::f16::from_f32(1.0 / 127.0).to_le_bytes();
        let block =
            |_| scale.into_iter().chain((0..32).map(|_| ((self.number() * 127.0) as i8).cast_unsigned())).collect();
        (0..count / 32).flat_map::<Vec<u8>, _>(block).collect()
    }
}
