//! Phi-3 and Phi-4-mini (Microsoft 2024): queries, keys and values in one tensor, gate and up in one; where a context is
//! longer than the model was first trained for, pairs turn by factors of their own (Ding et al. 2024).

use super::{Keys, Result, Rotation, Shape, Tensors, head};
use crate::model::decoder::shape::Pairs;

pub(super) fn shape(keys: &Keys<'_>, tensors: &Tensors<'_>) -> Result<Shape> {
    let blocks = keys.equal_blocks()?;
    let turned = keys.turned(head(&blocks))?;
    let short = tensors.optional_vector("rope_factors_short.weight", turned / 2)?;
    let long = tensors.optional_vector("rope_factors_long.weight", turned / 2)?;
    let trained = keys.optional("rope.scaling.original_context_length")?.unwrap_or(keys.context);
    let factors = if keys.context > trained { long } else { short };
    let mut rotation = Rotation::new(Pairs::Halves, turned, keys.base()?, factors.as_deref());
    rotation.magnitude = keys.float("rope.scaling.attn_factor")?.unwrap_or(1.0);
    keys.network(vec![rotation], blocks)
}
