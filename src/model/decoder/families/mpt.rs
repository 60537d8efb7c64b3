//! MPT (`MosaicML` 2023): no turned heads, but a penalty for distance; layer norms; no gate.

use super::{Activation, Keys, NormKind, Result, Shape, Tensors};

pub(super) fn shape(keys: &Keys<'_>, _: &Tensors<'_>) -> Result<Shape> {
    let mut blocks = keys.equal_blocks()?;
    let most = keys.float("attention.max_alibi_bias")?.unwrap_or(0.0);
    let clamp = keys.float("attention.clamp_kqv")?.filter(|clamp| *clamp > 0.0);
    super::each_attention(&mut blocks, |_, attention| {
        attention.rotation = None;
        attention.clamp = clamp;
        if most > 0.0 {
            attention.slopes = slopes(attention.heads, most);
        }
    });
    for block in &mut blocks {
        block.activation = Activation::Gelu;
    }
    Ok(Shape { norm: NormKind::Layer, ..keys.network(Vec::new(), blocks)? })
}

/// Press, Smith & Lewis (2021): a geometric series for the largest power of two of heads, and every second step of the
/// next finer one for the rest.
fn slopes(heads: usize, most: f32) -> Vec<f32> {
    let even = 1 << heads.ilog2();
    let slope = |head: usize| {
        if head < even {
            (-(most / even as f32) * (head + 1) as f32).exp2()
        } else {
            (-(most / 2.0 / even as f32) * (2 * (head - even) + 1) as f32).exp2()
        }
    };
    (0..heads).map(slope).collect()
}
