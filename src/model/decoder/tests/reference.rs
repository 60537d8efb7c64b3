//! The cases of `tests/reference/generator.json`, and the files that they describe.

use half::f16;
use safetensors::{Dtype, tensor::TensorView};
use serde_json::Value as Json;

use crate::model::checkpoint::{Kind, Value, writer::Writer};

pub(super) struct Case {
    pub name: String,
    pub context: usize,
    /// Positions, and the numbers of the vocabulary there.
    pub logits: Vec<(usize, Vec<f32>)>,
    /// How far llama.cpp's own kernels are from the reference, where weights have few bits.
    pub native: f32,
    json: Json,
    vocabulary: Json,
}

/// All cases, and the tokens that were read.
pub(super) fn cases() -> (Vec<Case>, Vec<u32>) {
    let all: Json = serde_json::from_str(include_str!("../../../../tests/reference/generator.json")).unwrap();
    let tokens = serde_json::from_value(all["tokens"].clone()).unwrap();
    let case = |json: &Json| Case {
        name: json["name"].as_str().unwrap().to_owned(),
        context: json["context"].as_u64().unwrap() as usize,
        logits: json["logits"].as_array().unwrap().iter().map(row).collect(),
        native: json["native_difference"]["largest"].as_f64().unwrap_or(0.0) as f32,
        json: json.clone(),
        vocabulary: all["vocabulary"].clone(),
    };
    (all["cases"].as_array().unwrap().iter().map(case).collect(), tokens)
}

fn row(json: &Json) -> (usize, Vec<f32>) {
    (json["position"].as_u64().unwrap() as usize, serde_json::from_value(json["values"].clone()).unwrap())
}

impl Case {
    /// Whether no weight is stored in fewer bits than it is computed with.
    pub fn is_exact(&self) -> bool {
        let exact = |tensor: &Json| ["f32", "f16", "bf16"].contains(&tensor["kind"].as_str().unwrap());
        self.json["tensors"].as_array().unwrap().iter().all(exact)
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        for entries in [&self.json["metadata"], &self.vocabulary] {
            let entries = entries.as_object().unwrap().iter();
            writer.metadata.extend(entries.map(|(key, entry)| (key.clone(), value(entry))));
        }
        for tensor in self.json["tensors"].as_array().unwrap() {
            let (name, shape, kind, bytes) = self.tensor(tensor);
            writer.tensors.push((name, shape, kind, bytes));
        }
        writer.bytes()
    }

    /// A tensor's name, shape, format and bytes.
    fn tensor(&self, tensor: &Json) -> (String, Vec<usize>, Kind, Vec<u8>) {
        let name = tensor["name"].as_str().unwrap();
        let shape: Vec<usize> = serde_json::from_value(tensor["shape"].clone()).unwrap();
        let kind = kind(tensor["kind"].as_str().unwrap());
        let mut random = Random::new(&format!("{}/{name}", self.name));
        let count: usize = shape.iter().product();
        let bytes = if kind.block() == 256 {
            random.blocks(kind, count, tensor)
        } else {
            let [offset, scale] = ["offset", "scale"].map(|key| tensor[key].as_f64().unwrap() as f32);
            let numbers: Vec<f32> = (0..count).map(|_| offset + random.number() * scale).collect();
            stored(kind, &numbers)
        };
        if let Some(hash) = tensor["fnv1a"].as_str() {
            assert_eq!(format!("{:016x}", fnv(&bytes)), hash, "{} {name}", self.name);
        }
        (name.to_owned(), shape, kind, bytes)
    }

    /// The same weights under the names of their publisher, and his `config.json`, where the case has them.
    pub fn safetensors(&self) -> Option<(Vec<u8>, Json)> {
        let described = self.json.get("safetensors")?;
        let all = self.json["tensors"].as_array().unwrap();
        let parts = |names: &[Json]| {
            let named = |name: &Json| all.iter().find(|tensor| tensor["name"] == *name).unwrap();
            names.iter().map(|name| self.tensor(named(name))).collect::<Vec<_>>()
        };
        let tensors: Vec<(String, Vec<usize>, Vec<u8>)> = described["names"]
            .as_array()
            .unwrap()
            .iter()
            .map(|names| {
                let names = names.as_array().unwrap();
                let parts = parts(&names[1..]);
                let mut shape = parts[0].1.clone();
                shape[0] = parts.iter().map(|part| part.1[0]).sum();
                let bytes = parts.into_iter().flat_map(|part| part.3).collect();
                (names[0].as_str().unwrap().to_owned(), shape, bytes)
            })
            .collect();
        let views = tensors
            .iter()
            .map(|(name, shape, bytes)| (name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
        Some((safetensors::serialize(views, None).unwrap(), described["config"].clone()))
    }
}

fn value(entry: &Json) -> Value {
    let of = |kind: &str, value: &Json| match kind {
        "string" => Value::String(value.as_str().unwrap().to_owned()),
        "u32" => Value::U32(value.as_u64().unwrap() as u32),
        "i32" => Value::I32(value.as_i64().unwrap() as i32),
        "f32" => Value::F32(value.as_f64().unwrap() as f32),
        "bool" => Value::Bool(value.as_bool().unwrap()),
        other => panic!("no kind {other}"),
    };
    let kind = entry["type"].as_str().unwrap();
    match kind.strip_prefix('[').and_then(|kind| kind.strip_suffix(']')) {
        Some(kind) => Value::Array(entry["value"].as_array().unwrap().iter().map(|value| of(kind, value)).collect()),
        None => of(kind, &entry["value"]),
    }
}

fn kind(name: &str) -> Kind {
    match name {
        "f32" => Kind::F32,
        "f16" => Kind::F16,
        "bf16" => Kind::BF16,
        "q8_0" => Kind::Q8_0,
        "q4_0" => Kind::Q4_0,
        "q4_1" => Kind::Q4_1,
        "q5_0" => Kind::Q5_0,
        "q5_1" => Kind::Q5_1,
        "q4_k" => Kind::Q4_K,
        "q5_k" => Kind::Q5_K,
        "q6_k" => Kind::Q6_K,
        other => panic!("no format {other}"),
    }
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}

/// Marsaglia's xorshift (2003).
struct Random(u64);

impl Random {
    fn new(label: &str) -> Self {
        Self(fnv(label.as_bytes()).max(1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn number(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u32 << 23) as f32 - 1.0
    }

    /// Random bytes are numbers in these formats, once the scales are sane.
    fn blocks(&mut self, kind: Kind, count: usize, tensor: &Json) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..kind.bytes(count).unwrap()).map(|_| (self.next() >> 56) as u8).collect();
        for block in bytes.chunks_exact_mut(kind.bytes(kind.block()).unwrap()) {
            for field in tensor["fields"].as_array().unwrap() {
                let at = field["at"].as_u64().unwrap() as usize;
                let number = f16::from_f64(field["f16"].as_f64().unwrap());
                block[at..at + 2].copy_from_slice(&number.to_le_bytes());
            }
        }
        bytes
    }
}

/// Numbers as ggml stores them.
fn stored(kind: Kind, numbers: &[f32]) -> Vec<u8> {
    let each = |bytes: fn(f32) -> [u8; 2]| numbers.iter().flat_map(|number| bytes(*number)).collect();
    match kind {
        Kind::F32 => numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
        Kind::F16 => each(|number| f16::from_f32(number).to_le_bytes()),
        Kind::BF16 => each(|number| half::bf16::from_f32(number).to_le_bytes()),
        _ => numbers.chunks_exact(32).flat_map(|block| quantised(kind, block)).collect(),
    }
}

fn quantised(kind: Kind, block: &[f32]) -> Vec<u8> {
    let most = block.iter().copied().fold(0.0f32, |most, number| if number.abs() > most.abs() { number } else { most });
    let (least, largest) = block.iter().fold((f32::MAX, f32::MIN), |(a, b), number| (a.min(*number), b.max(*number)));
    let inverse = |scale: f32| if scale == 0.0 { 0.0 } else { 1.0 / scale };
    let half = |number: f32| f16::from_f32(number).to_le_bytes();
    let (scale, offset, top) = match kind {
        Kind::Q8_0 => {
            let scale = most.abs() / 127.0;
            let quants = block.iter().map(|number| (number * inverse(scale)).round() as i8 as u8);
            return half(scale).into_iter().chain(quants).collect();
        }
        Kind::Q4_0 => (most / -8.0, None, 15),
        Kind::Q5_0 => (most / -16.0, None, 31),
        Kind::Q4_1 => ((largest - least) / 15.0, Some(least), 15),
        _ => ((largest - least) / 31.0, Some(least), 31),
    };
    let quant = |number: &f32| {
        let step = match offset {
            Some(least) => (number - least) * inverse(scale) + 0.5,
            None => number * inverse(scale) + f32::from(u8::try_from(top / 2).unwrap()) + 1.5,
        };
        (step as u32).min(top) as u8
    };
    let quants: Vec<u8> = block.iter().map(quant).collect();
    let mut out = half(scale).to_vec();
    out.extend(offset.into_iter().flat_map(half));
    if top == 31 {
        let high = quants.iter().enumerate().fold(0u32, |bits, (at, quant)| bits | u32::from(quant >> 4) << at);
        out.extend(high.to_le_bytes());
    }
    out.extend((0..16).map(|at| quants[at] & 15 | quants[at + 16] << 4));
    out
}
