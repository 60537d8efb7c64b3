//! The families that are known, a file each: from a model file's metadata to a [`Shape`].

mod gemma3;
mod lfm2;
mod llama;
mod mpt;
mod openelm;
mod phi3;
mod qwen;
mod smollm3;

use super::{
    shape::{Activation, AttentionShape, BlockShape, MixerShape, NormKind, Rotation, Shape},
    weights::Tensors,
};
use crate::{
    error::Result,
    model::checkpoint::{Checkpoint, Metadata, broken},
};

type Family = fn(&Keys<'_>, &Tensors<'_>) -> Result<Shape>;

/// Architectures by the name that files give them.
const FAMILIES: [(&str, Family); 9] = [
    ("llama", llama::shape),
    ("qwen2", qwen::shape),
    ("qwen3", qwen::shape),
    ("gemma3", gemma3::shape),
    ("phi3", phi3::shape),
    ("lfm2", lfm2::shape),
    ("smollm3", smollm3::shape),
    ("mpt", mpt::shape),
    ("openelm", openelm::shape),
];

/// The shape of the network in a file, and the file's tensors.
pub(super) fn shape(file: &Checkpoint, context: usize) -> Result<(Shape, Tensors<'_>)> {
    let metadata = file.metadata();
    let name = metadata.text("general.architecture")?;
    let Some((_, family)) = FAMILIES.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = FAMILIES.iter().map(|(name, _)| *name).collect();
        return Err(broken(format!("its architecture is `{name}`; {} are supported", known.join(", "))));
    };
    let tensors = Tensors::new(file);
    let keys = Keys::new(metadata, name, context, &tensors)?;
    if keys.optional("expert_count")?.unwrap_or(0) > 1 {
        return Err(broken("it is a mixture of experts, which is not supported"));
    }
    Ok((family(&keys, &tensors)?, tensors))
}

/// What all families say in the same way.
struct Keys<'f> {
    metadata: Metadata<'f>,
    architecture: &'f str,
    context: usize,
    vocabulary: usize,
    width: usize,
    blocks: usize,
}

/// Numbers of one kind in a model, at the most: far more than any has, few enough that products of two can be counted.
const MOST: usize = 1 << 24;
/// Blocks at the most.
const MOST_BLOCKS: usize = 1 << 10;

impl<'f> Keys<'f> {
    fn new(metadata: Metadata<'f>, architecture: &'f str, context: usize, tensors: &Tensors<'_>) -> Result<Self> {
        let mut keys = Self { metadata, architecture, context, vocabulary: 0, width: 0, blocks: 0 };
        keys.vocabulary = tensors.rows("token_embd.weight")?;
        keys.width = keys.size("embedding_length")?;
        keys.blocks = keys.size("block_count")?;
        keys.context = keys.size("context_length")?.min(context);
        if keys.blocks > MOST_BLOCKS {
            return Err(broken(format!("`{architecture}.block_count` is {}; {MOST_BLOCKS} at most", keys.blocks)));
        }
        Ok(keys)
    }

    fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.architecture)
    }

    fn optional(&self, name: &str) -> Result<Option<usize>> {
        self.metadata.optional_number(&self.key(name))
    }

    fn float(&self, name: &str) -> Result<Option<f32>> {
        self.metadata.optional_float(&self.key(name))
    }

    /// A size: at least one.
    fn size(&self, name: &str) -> Result<usize> {
        let size = self.metadata.number(&self.key(name))?;
        self.sane(name, size)
    }

    fn sane(&self, name: &str, size: usize) -> Result<usize> {
        if (1..=MOST).contains(&size) {
            return Ok(size);
        }
        Err(broken(format!("`{}` is {size}; it should be from 1 to {MOST}", self.key(name))))
    }

    /// A size of each block.
    fn sizes(&self, name: &str) -> Result<Vec<usize>> {
        match self.metadata.number_each(&self.key(name), self.blocks)? {
            Some(sizes) => Ok(sizes),
            None => Err(broken(format!("its metadata has no `{}`", self.key(name)))),
        }
    }

    /// A network of `blocks` as Llama's are: heads that positions turn by the first rotation, one norm, gated `SiLU`.
    fn network(&self, rotations: Vec<Rotation>, blocks: Vec<BlockShape>) -> Result<Shape> {
        let epsilon = self.float("attention.layer_norm_rms_epsilon")?;
        let epsilon = match epsilon {
            Some(epsilon) => epsilon,
            None => self.float("attention.layer_norm_epsilon")?.ok_or_else(|| {
                broken(format!("its metadata has no `{}`", self.key("attention.layer_norm_rms_epsilon")))
            })?,
        };
        Ok(Shape {
            vocabulary: self.vocabulary,
            width: self.width,
            context: self.context,
            embedding_scale: 1.0,
            softcap: None,
            norm: NormKind::RootMeanSquare,
            epsilon,
            rotations,
            blocks,
            last_norm: "output_norm.weight",
        })
    }

    /// A block with attention of `heads` heads, of which `key_heads` are asked.
    fn block(&self, heads: usize, key_heads: usize, inner: usize) -> Result<BlockShape> {
        if heads == 0 || key_heads == 0 || !heads.is_multiple_of(key_heads) || heads > MOST {
            return Err(broken(format!("{heads} heads cannot be shared among {key_heads} key heads")));
        }
        let head = match self.optional("attention.key_length")? {
            Some(head) => self.sane("attention.key_length", head)?,
            None if self.width.is_multiple_of(heads) => self.width / heads,
            None => {
                return Err(broken(format!("an embedding of {} cannot be shared by {heads} heads", self.width)));
            }
        };
        let values = self.optional("attention.value_length")?.unwrap_or(head);
        if values != head || !head.is_multiple_of(2) {
            return Err(broken(format!("heads of {head} numbers for keys and {values} for values are not supported")));
        }
        Ok(BlockShape {
            mixer: MixerShape::Attention(AttentionShape {
                heads,
                key_heads,
                head,
                scale: 1.0 / (head as f32).sqrt(),
                rotation: Some(0),
                window: None,
                slopes: Vec::new(),
                clamp: None,
            }),
            inner: self.sane("feed_forward_length", inner)?,
            activation: Activation::SiluGate,
        })
    }

    /// Equal blocks.
    fn equal_blocks(&self) -> Result<Vec<BlockShape>> {
        let heads = self.size("attention.head_count")?;
        let key_heads = self.optional("attention.head_count_kv")?.unwrap_or(heads);
        let block = self.block(heads, key_heads, self.size("feed_forward_length")?)?;
        Ok(vec![block; self.blocks])
    }

    /// How many numbers of a head positions turn.
    fn turned(&self, head: usize) -> Result<usize> {
        let turned = self.optional("rope.dimension_count")?.unwrap_or(head);
        if turned <= head && turned.is_multiple_of(2) && turned > 0 {
            return Ok(turned);
        }
        Err(broken(format!("`{}` is {turned}, and a head has {head} numbers", self.key("rope.dimension_count"))))
    }

    fn base(&self) -> Result<f32> {
        Ok(self.float("rope.freq_base")?.unwrap_or(10_000.0))
    }

    /// What positions are divided by: linear scaling. Any other kind would answer nonsense without a word.
    fn stretch(&self) -> Result<f64> {
        let kind = self.metadata.optional_text(&self.key("rope.scaling.type"))?;
        let factor = self.float("rope.scaling.factor")?.or(self.float("rope.scale_linear")?);
        match kind {
            Some("none") => Ok(1.0),
            None | Some("linear") => Ok(f64::from(factor.filter(|factor| *factor > 0.0).unwrap_or(1.0))),
            Some(kind) => Err(broken(format!("it stretches its positions (`{kind}`), which is not supported"))),
        }
    }
}

/// Does the same to every block's attention.
fn each_attention(blocks: &mut [BlockShape], mut change: impl FnMut(usize, &mut AttentionShape)) {
    for (index, block) in blocks.iter_mut().enumerate() {
        if let MixerShape::Attention(attention) = &mut block.mixer {
            change(index, attention);
        }
    }
}

/// Numbers of a head, of equal blocks.
fn head(blocks: &[BlockShape]) -> usize {
    blocks
        .iter()
        .find_map(|block| if let MixerShape::Attention(a) = &block.mixer { Some(a.head) } else { None })
        .unwrap_or(0)
}
