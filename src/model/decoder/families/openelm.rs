//! `OpenELM` (Mehta et al. 2024): blocks that grow from the first to the last, with norms of queries and keys.

use super::{Keys, Result, Rotation, Shape, Tensors, head};
use crate::model::decoder::shape::Pairs;

pub(super) fn shape(keys: &Keys<'_>, _: &Tensors<'_>) -> Result<Shape> {
    let sizes = keys.sizes("attention.head_count")?.into_iter().zip(keys.sizes("attention.head_count_kv")?);
    let sizes = sizes.zip(keys.sizes("feed_forward_length")?);
    let blocks =
        sizes.map(|((heads, key_heads), inner)| keys.block(heads, key_heads, inner)).collect::<Result<Vec<_>>>()?;
    let rotation = Rotation::new(Pairs::Halves, keys.turned(head(&blocks))?, keys.base()?, None);
    keys.network(vec![rotation], blocks)
}
