//! `SmolLM3` (Hugging Face 2025): Llama, with no positions in every fourth block.

use super::{Keys, Result, Shape, Tensors};

/// Every so many blocks, the last of them has no positions; no key says so.
const EVERY: usize = 4;

pub(super) fn shape(keys: &Keys<'_>, tensors: &Tensors<'_>) -> Result<Shape> {
    let mut shape = super::llama::shape(keys, tensors)?;
    super::each_attention(&mut shape.blocks, |index, attention| {
        attention.rotation = attention.rotation.filter(|_| !(index + 1).is_multiple_of(EVERY));
    });
    Ok(shape)
}
