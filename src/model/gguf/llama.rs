//! What a GGUF file of the `llama` architecture must hold before candle computes with it: sizes that fit each other,
//! every tensor with its shape and inside the file, and nothing that candle would silently leave out.

use std::collections::BTreeMap;

use candle_core::quantized::gguf_file::{Content, TensorInfo};
use candle_transformers::models::quantized_llama::MAX_SEQ_LEN;

use super::{broken, metadata::Metadata};
use crate::error::Result;

/// Checks everything that candle trusts; returns how many tokens the model reads and writes together.
pub(super) fn check(content: &Content, file_bytes: u64, tokens: usize) -> Result<usize> {
    let metadata = Metadata::new(&content.metadata);
    let sizes = Sizes::read(metadata, tokens)?;
    unscaled_positions(metadata)?;
    if metadata.optional_number("llama.expert_count")?.unwrap_or(0) > 1 {
        return Err(broken("it is a mixture of experts, which is not supported"));
    }
    if sizes.blocks > content.tensor_infos.len() {
        return Err(broken(format!(
            "`llama.block_count` is {}, and the file has {} tensors",
            sizes.blocks,
            content.tensor_infos.len()
        )));
    }
    tensors(content, file_bytes, &sizes)?;
    // Candle prepares rotary positions for so many tokens and no more.
    Ok(metadata.number("llama.context_length")?.min(MAX_SEQ_LEN))
}

/// The architecture's sizes, as the metadata give them.
struct Sizes {
    tokens: usize,
    blocks: usize,
    embedding: usize,
    feed_forward: usize,
    keys: usize,
}

impl Sizes {
    fn read(metadata: Metadata<'_>, tokens: usize) -> Result<Self> {
        let embedding = metadata.number("llama.embedding_length")?;
        let heads = metadata.number("llama.attention.head_count")?;
        let key_heads = metadata.number("llama.attention.head_count_kv")?;
        if heads == 0 || key_heads == 0 || !embedding.is_multiple_of(heads) || !heads.is_multiple_of(key_heads) {
            return Err(broken(format!(
                "an embedding of {embedding} cannot be shared by {heads} heads and {key_heads} key heads"
            )));
        }
        let head = embedding / heads;
        let rotated = metadata.number("llama.rope.dimension_count")?;
        if rotated != head || !head.is_multiple_of(2) {
            return Err(broken(format!("`llama.rope.dimension_count` is {rotated}, and a head has {head} numbers")));
        }
        Ok(Self {
            tokens,
            blocks: metadata.number("llama.block_count")?,
            embedding,
            feed_forward: metadata.number("llama.feed_forward_length")?,
            keys: head * key_heads,
        })
    }

    /// Every tensor that candle reads, with its shape: rows first, as candle has it.
    fn shapes(&self) -> BTreeMap<String, Vec<usize>> {
        let (wide, inner) = (self.embedding, self.feed_forward);
        let mut shapes = BTreeMap::from([
            ("token_embd.weight".to_owned(), vec![self.tokens, wide]),
            ("output_norm.weight".to_owned(), vec![wide]),
        ]);
        for block in 0..self.blocks {
            for (part, shape) in [
                ("attn_norm", vec![wide]),
                ("attn_q", vec![wide, wide]),
                ("attn_k", vec![self.keys, wide]),
                ("attn_v", vec![self.keys, wide]),
                ("attn_output", vec![wide, wide]),
                ("ffn_norm", vec![wide]),
                ("ffn_gate", vec![inner, wide]),
                ("ffn_up", vec![inner, wide]),
                ("ffn_down", vec![wide, inner]),
            ] {
                shapes.insert(format!("blk.{block}.{part}.weight"), shape);
            }
        }
        shapes
    }
}

/// Candle computes plain rotary positions; a model trained with stretched ones would answer nonsense without a word.
fn unscaled_positions(metadata: Metadata<'_>) -> Result<()> {
    match metadata.optional_text("llama.rope.scaling.type")? {
        None | Some("none") => Ok(()),
        Some(kind) => Err(broken(format!("it stretches its positions (`{kind}`), which is not supported"))),
    }
}

fn tensors(content: &Content, file_bytes: u64, sizes: &Sizes) -> Result<()> {
    let mut shapes = sizes.shapes();
    // Absent where the output shares the embedding's weights.
    if content.tensor_infos.contains_key("output.weight") {
        shapes.insert("output.weight".to_owned(), vec![sizes.tokens, sizes.embedding]);
    }
    let names = content.tensor_infos.keys();
    if let Some(stranger) = names.filter(|name| !shapes.contains_key(*name)).min() {
        return Err(broken(format!("it has a tensor `{stranger}`, which is not computed with here")));
    }
    let mut all_bytes = 0u64;
    for (name, shape) in &shapes {
        let tensor = content.tensor_infos.get(name).ok_or_else(|| broken(format!("it has no tensor `{name}`")))?;
        if tensor.shape.dims() != shape {
            return Err(broken(format!(
                "the tensor `{name}` has the shape {:?}; it should be {shape:?}",
                tensor.shape.dims()
            )));
        }
        let bytes = bytes(tensor, shape).ok_or_else(|| broken(format!("the tensor `{name}` has no whole blocks")))?;
        let end = content.tensor_data_offset.saturating_add(tensor.offset).saturating_add(bytes);
        all_bytes = all_bytes.saturating_add(bytes);
        if end > file_bytes {
            return Err(broken(format!(
                "it is cut short: the tensor `{name}` ends at byte {end}, the file at {file_bytes}"
            )));
        }
    }
    // Tensors that share bytes would make a small file fill the memory.
    if all_bytes > file_bytes {
        return Err(broken(format!("its tensors overlap: together they take {all_bytes} of {file_bytes} bytes")));
    }
    Ok(())
}

/// How many bytes a tensor takes; `None` where a row is not made of whole blocks.
fn bytes(tensor: &TensorInfo, shape: &[usize]) -> Option<u64> {
    let block = tensor.ggml_dtype.block_size();
    let row = *shape.last()?;
    let elements = shape.iter().try_fold(1u64, |product, size| product.checked_mul(*size as u64))?;
    if row == 0 || !row.is_multiple_of(block) {
        return None;
    }
    (elements / block as u64).checked_mul(tensor.ggml_dtype.type_size() as u64)
}
