//! Gemma 3 (Gemma Team 2025): most blocks see only the last tokens, and turn heads by another base; norms after each
//! part as well as before.

use super::{Activation, Keys, Result, Rotation, Shape, Tensors, head};
use crate::model::decoder::shape::Pairs;

/// Of so many blocks one sees everything, where the file does not say.
const PATTERN: usize = 6;
/// The base of blocks that see the last tokens only, where the file does not say.
const NEAR_BASE: f32 = 10_000.0;

pub(super) fn shape(keys: &Keys<'_>, _: &Tensors<'_>) -> Result<Shape> {
    let mut blocks = keys.equal_blocks()?;
    let window = keys.optional("attention.sliding_window")?.filter(|window| *window > 0);
    let key = keys.key("attention.sliding_window_pattern");
    let listed = keys.metadata.flags(&key);
    let pattern =
        if listed.is_some() { PATTERN } else { keys.optional("attention.sliding_window_pattern")?.unwrap_or(PATTERN) };
    let slides = |index: usize| match &listed {
        Some(listed) => listed.get(index).copied().unwrap_or(false),
        None => pattern > 0 && index % pattern + 1 < pattern,
    };
    super::each_attention(&mut blocks, |index, attention| {
        if window.is_some() && slides(index) {
            attention.window = window;
            attention.rotation = Some(1);
        }
    });
    for block in &mut blocks {
        block.activation = Activation::GeluTanhGate;
    }
    let turned = keys.turned(head(&blocks))?;
    let mut far = Rotation::new(Pairs::Halves, turned, keys.base()?, None);
    let stretch = keys.stretch()?;
    far.frequencies.iter_mut().for_each(|frequency| *frequency /= stretch);
    let near_base = keys.float("rope.freq_base_swa")?.unwrap_or(NEAR_BASE);
    let near = Rotation::new(Pairs::Halves, turned, near_base, None);
    let mut shape = keys.network(vec![far, near], blocks)?;
    shape.embedding_scale = (shape.width as f32).sqrt();
    shape.softcap = keys.float("final_logit_softcapping")?.filter(|cap| *cap > 0.0);
    Ok(shape)
}
