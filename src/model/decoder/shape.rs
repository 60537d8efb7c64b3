//! What there is to know of a network besides its weights: sizes, and which of the parts that families differ in it has.
//! Does not know where it is written in a file; the families do.

pub use super::{
    norm::Kind as NormKind,
    rotation::{Pairs, Rotation},
};

/// A network.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Tokens that there are.
    pub vocabulary: usize,
    /// Numbers that stand for a token.
    pub width: usize,
    /// Tokens that it reads and writes together.
    pub context: usize,
    /// What a token's numbers are multiplied with at the start.
    pub embedding_scale: f32,
    /// The bound that the numbers for the vocabulary are bent to stay below.
    pub softcap: Option<f32>,
    /// Which norm it has throughout.
    pub norm: NormKind,
    /// The norms' epsilon.
    pub epsilon: f32,
    /// The ways to turn heads that blocks choose from.
    pub rotations: Vec<Rotation>,
    /// In order.
    pub blocks: Vec<BlockShape>,
    /// The name of the last norm's tensor.
    pub last_norm: &'static str,
}

/// A block: something that mixes tokens, then something that works on each by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockShape {
    /// What mixes tokens.
    pub mixer: MixerShape,
    /// Numbers inside the second part.
    pub inner: usize,
    /// Its non-linearity.
    pub activation: Activation,
}

/// What mixes tokens.
#[derive(Debug, Clone, PartialEq)]
pub enum MixerShape {
    /// Attention.
    Attention(AttentionShape),
    /// A gated convolution over so many tokens (LFM2).
    Convolution(usize),
}

/// Attention.
#[derive(Debug, Clone, PartialEq)]
pub struct AttentionShape {
    /// Heads that ask.
    pub heads: usize,
    /// Heads that are asked: each serves as many of the others.
    pub key_heads: usize,
    /// Numbers of a head.
    pub head: usize,
    /// What a product of two heads is multiplied with.
    pub scale: f32,
    /// An index into [`Shape::rotations`], where positions turn heads.
    pub rotation: Option<usize>,
    /// So many tokens are seen, the token itself among them; without: all.
    pub window: Option<usize>,
    /// What a head takes off for each token of distance (Press, Smith & Lewis 2021); empty: nothing.
    pub slopes: Vec<f32>,
    /// The bound that queries, keys and values are cut off at.
    pub clamp: Option<f32>,
}

/// A non-linearity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// `gate · sigmoid(gate) · up`.
    SiluGate,
    /// `gelu(gate) · up`, by the tangent's approximation.
    GeluTanhGate,
    /// `gelu(up)`.
    Gelu,
}
