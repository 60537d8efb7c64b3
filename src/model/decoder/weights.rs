//! From a file's tensors to a network: every tensor that its shape asks for must be there with the right sizes, and none
//! may be left over, since a part that is silently left out makes nonsense.

mod panels;
mod tensors;

pub use panels::Shelf;
pub(super) use tensors::Tensors;

use self::panels::Panels;
use super::{
    Decoder, Work,
    layers::{Block, Linear, Mixer},
    memory::Plan,
    norm::Norm,
    shape::{Activation, AttentionShape, BlockShape, MixerShape, Pairs, Shape},
};
use crate::{
    error::Result,
    model::{
        checkpoint::Checkpoint,
        compute::{Form, Machine, Matrix},
    },
};

/// Builds the network of a shape.
pub(super) fn load(
    file: &Checkpoint,
    shape: Shape,
    tensors: &Tensors<'_>,
    machine: Machine,
    shelf: Option<&Shelf>,
) -> Result<Decoder> {
    let mut loader = Loader { shape: &shape, tensors, panels: Panels::open(file, shelf) };
    let embedding = loader.matrix("token_embd.weight", shape.vocabulary, 0..shape.vocabulary, shape.width)?;
    let output = if tensors.has("output.weight") {
        Some(loader.matrix("output.weight", shape.vocabulary, 0..shape.vocabulary, shape.width)?)
    } else {
        None
    };
    let norm = loader.norm(shape.last_norm.trim_end_matches(".weight"), shape.width)?;
    let blocks =
        shape.blocks.iter().enumerate().map(|(index, block)| loader.block(index, block)).collect::<Result<_>>()?;
    tensors.finish()?;
    loader.panels.finish();
    // Weights of every bit deserve a memory of every bit.
    let plan = Plan::new(&shape, embedding.form() == Form::Full);
    Ok(Decoder { plan, embedding, blocks, norm, output, machine, work: Work::default(), logits: Vec::new(), shape })
}

struct Loader<'l, 'f> {
    shape: &'l Shape,
    tensors: &'l Tensors<'f>,
    panels: Panels<'f>,
}

impl Loader<'_, '_> {
    /// Some rows of a tensor of `all` rows.
    fn matrix(&mut self, name: &str, all: usize, rows: std::ops::Range<usize>, columns: usize) -> Result<Matrix> {
        let tensor = self.tensors.take(name, &[all, columns])?;
        self.panels.matrix(name, tensor, rows, columns)
    }

    /// Some rows of a tensor, and of its bias where there is one.
    fn linear(&mut self, name: &str, all: usize, rows: std::ops::Range<usize>, columns: usize) -> Result<Linear> {
        let matrix = self.matrix(&format!("{name}.weight"), all, rows.clone(), columns)?;
        let bias = self.tensors.optional_vector(&format!("{name}.bias"), all)?;
        Ok(Linear { matrix, bias: bias.map(|bias| bias[rows].to_vec()) })
    }

    fn norm(&self, name: &str, width: usize) -> Result<Norm> {
        let scale = self.tensors.vector(&format!("{name}.weight"), width)?;
        let shift = self.tensors.optional_vector(&format!("{name}.bias"), width)?;
        Ok(Norm { kind: self.shape.norm, epsilon: self.shape.epsilon, scale, shift })
    }

    fn optional_norm(&self, name: &str, width: usize) -> Result<Option<Norm>> {
        if self.tensors.has(&format!("{name}.weight")) { self.norm(name, width).map(Some) } else { Ok(None) }
    }

    fn block(&mut self, index: usize, block: &BlockShape) -> Result<Block> {
        let name = |part: &str| format!("blk.{index}.{part}");
        let (width, inner) = (self.shape.width, block.inner);
        let mixer = match &block.mixer {
            MixerShape::Attention(attention) => self.attention(index, attention)?,
            MixerShape::Convolution(taps) => self.convolution(index, *taps)?,
        };
        let gated = block.activation != Activation::Gelu;
        let (gate, up) = if !gated {
            (None, self.linear(&name("ffn_up"), inner, 0..inner, width)?)
        } else if self.tensors.has(&name("ffn_gate.weight")) {
            let gate = self.linear(&name("ffn_gate"), inner, 0..inner, width)?;
            (Some(gate), self.linear(&name("ffn_up"), inner, 0..inner, width)?)
        } else {
            // Both in one tensor, the gate first.
            let gate = self.linear(&name("ffn_up"), 2 * inner, 0..inner, width)?;
            (Some(gate), self.linear(&name("ffn_up"), 2 * inner, inner..2 * inner, width)?)
        };
        Ok(Block {
            norm: self.norm(&name("attn_norm"), width)?,
            mixer,
            after_mixer: self.optional_norm(&name("post_attention_norm"), width)?,
            inner_norm: self.norm(&name("ffn_norm"), width)?,
            gate,
            up,
            down: self.linear(&name("ffn_down"), width, 0..width, inner)?,
            after_inner: self.optional_norm(&name("post_ffw_norm"), width)?,
            activation: block.activation,
        })
    }

    fn attention(&mut self, index: usize, shape: &AttentionShape) -> Result<Mixer> {
        let name = |part: &str| format!("blk.{index}.{part}");
        let width = self.shape.width;
        let (asking, asked) = (shape.heads * shape.head, shape.key_heads * shape.head);
        let asks = if self.tensors.has(&name("attn_qkv.weight")) {
            let all = asking + 2 * asked;
            let mut part = |rows| self.linear(&name("attn_qkv"), all, rows, width);
            [part(0..asking)?, part(asking..asking + asked)?, part(asking + asked..all)?]
        } else {
            let mut part = |part: &str, rows| self.linear(&name(part), rows, 0..rows, width);
            [part("attn_q", asking)?, part("attn_k", asked)?, part("attn_v", asked)?]
        };
        let norms = [
            self.optional_norm(&name("attn_q_norm"), shape.head)?,
            self.optional_norm(&name("attn_k_norm"), shape.head)?,
        ];
        let pairs = shape.rotation.map_or(Pairs::Halves, |rotation| self.shape.rotations[rotation].pairs);
        let output = self.linear(&name("attn_output"), width, 0..width, asking)?;
        Ok(Mixer::Attention { shape: shape.clone(), pairs, asks, norms, output })
    }

    fn convolution(&mut self, index: usize, taps: usize) -> Result<Mixer> {
        let name = |part: &str| format!("blk.{index}.shortconv.{part}.weight");
        let width = self.shape.width;
        let mut part = |rows| self.matrix(&name("in_proj"), 3 * width, rows, width);
        let parts = [part(0..width)?, part(width..2 * width)?, part(2 * width..3 * width)?];
        let weights = self.tensors.floats(&name("conv"), &[width, taps])?;
        let output = self.matrix(&name("out_proj"), width, 0..width, width)?;
        Ok(Mixer::Convolution { parts, weights, taps, output })
    }
}
