//! Llama (Touvron et al. 2023): Llama 3.x, `SmolLM2`, Mistral, Kanana, `HyperCLOVA` X SEED.

use super::{Keys, Result, Rotation, Shape, Tensors, head};
use crate::model::decoder::shape::Pairs;

pub(super) fn shape(keys: &Keys<'_>, tensors: &Tensors<'_>) -> Result<Shape> {
    let mut blocks = keys.equal_blocks()?;
    let scale = keys.float("attention.scale")?.filter(|scale| *scale != 0.0);
    super::each_attention(&mut blocks, |_, attention| attention.scale = scale.unwrap_or(attention.scale));
    let turned = keys.turned(head(&blocks))?;
    // Llama 3.1 and later: slower for the pairs that turn slowly.
    let factors = tensors.optional_vector("rope_freqs.weight", turned / 2)?;
    let mut rotation = Rotation::new(Pairs::Neighbours, turned, keys.base()?, factors.as_deref());
    let stretch = keys.stretch()?;
    rotation.frequencies.iter_mut().for_each(|frequency| *frequency /= stretch);
    keys.network(vec![rotation], blocks)
}
