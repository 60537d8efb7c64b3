//! Weights in a kind that candle multiplies fast. For `Q4_1`, `Q5_0` and `Q5_1` candle 0.11 has no vector code, only
//! plain loops, so they are rewritten as `Q8_0` while a model is loaded: each weight moves by about half of
//! 1/127 of its block's largest at the most, far less than its own kind's rounding.
//!
//! Measured with `SmolLM2-135M-Instruct` `Q4_1` on one core of an AMD EPYC (Zen 4), one run each, prompts of 463 and
//! 1228 tokens: reading went from 45 and 44 tokens a second to 124 and 103, writing from 30 and 21 to 44 and 31; both
//! answers stayed the same to the letter. While loading it costs the memory of the rewritten file a second time.

use std::io::{Cursor, Read, Seek};

use candle_core::{
    Device, Result,
    quantized::{
        GgmlDType, QTensor,
        gguf_file::{self, Content, Value},
    },
};

/// Whether a kind of weight is worth rewriting.
fn is_slow(kind: GgmlDType) -> bool {
    matches!(kind, GgmlDType::Q4_1 | GgmlDType::Q5_0 | GgmlDType::Q5_1)
}

/// Whether any weights of a file are worth rewriting.
pub(super) fn pays(content: &Content) -> bool {
    content.tensor_infos.values().any(|tensor| is_slow(tensor.ggml_dtype))
}

/// The same model as a file in memory, slow kinds rewritten; without its tokenizer.
pub(super) fn recode(content: &Content, file: &mut (impl Read + Seek)) -> Result<(Content, Cursor<Vec<u8>>)> {
    let mut names: Vec<&str> = content.tensor_infos.keys().map(String::as_str).collect();
    names.sort_unstable();
    let read = |name: &str| {
        let tensor = content.tensor(file, name, &Device::Cpu)?;
        if is_slow(tensor.dtype()) {
            QTensor::quantize(&tensor.dequantize(&Device::Cpu)?, GgmlDType::Q8_0)
        } else {
            Ok(tensor)
        }
    };
    let tensors: Vec<QTensor> = names.iter().copied().map(read).collect::<Result<_>>()?;
    let tensors: Vec<(&str, &QTensor)> = names.into_iter().zip(&tensors).collect();
    let is_models = |key: &str| !key.starts_with("tokenizer.") && key != "general.alignment";
    let metadata = content.metadata.iter().filter(|(key, _)| is_models(key));
    let metadata: Vec<(&str, &Value)> = metadata.map(|(key, value)| (key.as_str(), value)).collect();
    let mut memory = Cursor::new(Vec::new());
    gguf_file::write(&mut memory, &metadata, &tensors)?;
    memory.set_position(0);
    Ok((Content::read(&mut memory)?, memory))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::gguf::synthetic::Tiny;

    fn weights(content: &Content, file: &mut Cursor<Vec<u8>>, name: &str) -> (GgmlDType, Vec<f32>) {
        let tensor = content.tensor(file, name, &Device::Cpu).unwrap();
        let values = tensor.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1().unwrap();
        (tensor.dtype(), values)
    }

    #[test]
    fn a_slow_kind_becomes_a_fast_one_and_its_weights_hardly_move() {
        let mut file = Cursor::new(Tiny { kind: GgmlDType::Q4_1, ..Tiny::PLAIN }.bytes());
        let content = Content::read(&mut file).unwrap();
        assert!(pays(&content));
        let (recoded, mut memory) = recode(&content, &mut file).unwrap();
        assert!(!pays(&recoded));
        for name in content.tensor_infos.keys() {
            let (kind, before) = weights(&content, &mut file, name);
            let (_, after) = weights(&recoded, &mut memory, name);
            // Weights reach about 1: half a step of 1/127 of that, and the step itself is rounded to 11 bits.
            let most = if is_slow(kind) { 1.01 * (0.5 / 127.0 + 1.0 / 2048.0) } else { 0.0 };
            assert!(before.iter().zip(&after).all(|(a, b)| (a - b).abs() <= most), "{name}");
        }
    }

    #[test]
    fn a_fast_kind_is_left_as_it_is() {
        let content = Content::read(&mut Cursor::new(Tiny::PLAIN.bytes())).unwrap();
        assert!(!pays(&content));
    }
}
