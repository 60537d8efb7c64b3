//! Qwen 2, 2.5 (Qwen Team 2024) and 3 (2025): the former with biases, the latter with norms of queries and keys; both
//! are found by their tensors.

use super::{Keys, Result, Rotation, Shape, Tensors, head};
use crate::model::decoder::shape::Pairs;

pub(super) fn shape(keys: &Keys<'_>, _: &Tensors<'_>) -> Result<Shape> {
    let blocks = keys.equal_blocks()?;
    let mut rotation = Rotation::new(Pairs::Halves, keys.turned(head(&blocks))?, keys.base()?, None);
    let stretch = keys.stretch()?;
    rotation.frequencies.iter_mut().for_each(|frequency| *frequency /= stretch);
    keys.network(vec![rotation], blocks)
}
