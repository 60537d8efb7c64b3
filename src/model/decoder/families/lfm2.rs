//! LFM2 (Liquid AI 2025): blocks with a short convolution among blocks with attention. The last norm bears the
//! embedding's name.

use super::{Activation, BlockShape, Keys, MixerShape, Result, Rotation, Shape, Tensors, head};
use crate::model::{checkpoint::broken, decoder::shape::Pairs};

pub(super) fn shape(keys: &Keys<'_>, _: &Tensors<'_>) -> Result<Shape> {
    let heads = keys.size("attention.head_count")?;
    let inner = keys.sizes("feed_forward_length")?;
    let taps = keys.size("shortconv.l_cache")?;
    if taps > 16 {
        return Err(broken(format!("a convolution over {taps} tokens is not supported; 16 at most")));
    }
    let block = |(key_heads, inner): (usize, usize)| {
        if key_heads > 0 {
            return keys.block(heads, key_heads, inner);
        }
        let inner = keys.sane("feed_forward_length", inner)?;
        Ok(BlockShape { mixer: MixerShape::Convolution(taps), inner, activation: Activation::SiluGate })
    };
    let key_heads = keys.sizes("attention.head_count_kv")?;
    let mut blocks = key_heads.into_iter().zip(inner).map(block).collect::<Result<Vec<_>>>()?;
    let window = keys.optional("attention.sliding_window")?.filter(|window| *window > 0);
    super::each_attention(&mut blocks, |_, attention| attention.window = window);
    let head = head(&blocks);
    let rotations =
        if head == 0 { Vec::new() } else { vec![Rotation::new(Pairs::Halves, keys.turned(head)?, keys.base()?, None)] };
    Ok(Shape { last_norm: "token_embd_norm.weight", ..keys.network(rotations, blocks)? })
}
