//! A language model of the decoder kind: tokens in, for each token of the vocabulary a number out that says how likely it
//! is next. One network serves every family; what differs between them is data ([`shape::Shape`]), which each family's
//! file fills in from a model file's metadata. Knows tokens as numbers; does not know texts.

mod attention;
mod families;
mod layers;
pub mod memory;
mod norm;
mod rotation;
pub mod shape;
#[cfg(test)]
mod tests;
mod weights;

use self::{
    layers::{Block, Work},
    memory::{Memory, Plan},
    norm::Norm,
    rotation::Angles,
    shape::Shape,
};
use super::{
    checkpoint::Checkpoint,
    compute::{Kernel, Machine, Matrix, Rows},
};
use crate::error::Result;

pub use weights::Shelf;

/// Tokens that are computed at once: enough for every weight that is read to be used often, few enough that what is
/// between two layers stays in the cache.
const PART: usize = 256;

/// A model's weights, and what computes with them.
pub struct Decoder {
    shape: Shape,
    plan: Plan,
    embedding: Matrix,
    blocks: Vec<Block>,
    norm: Norm,
    /// Where it is not the embedding's weights again.
    output: Option<Matrix>,
    machine: Machine,
    work: Work,
    logits: Vec<f32>,
}

/// Of which tokens the next one is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Of none: they are only remembered.
    None,
    /// Of the last.
    Last,
    /// Of each.
    All,
}

impl Decoder {
    /// Takes a model from a file. `context` is how many tokens it will read and write together, at the most; `shelf`
    /// is where weights that had to be put in another order are kept.
    pub fn open(file: &Checkpoint, machine: Machine, context: usize, shelf: Option<&Shelf>) -> Result<Self> {
        let (shape, tensors) = families::shape(file, context)?;
        weights::load(file, shape, &tensors, machine, shelf)
    }

    /// How many tokens it reads and writes together.
    pub fn context(&self) -> usize {
        self.shape.context
    }

    /// How many tokens there are.
    pub fn vocabulary(&self) -> usize {
        self.shape.vocabulary
    }

    /// What it computes with.
    pub fn kernel(&self) -> Kernel {
        self.machine.kernel
    }

    /// How many threads compute.
    pub fn threads(&self) -> usize {
        self.machine.team.threads()
    }

    /// Bytes of weights that are read for every token.
    pub fn weight_bytes(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(Block::bytes).sum();
        blocks + self.output.as_ref().unwrap_or(&self.embedding).bytes()
    }

    /// Bytes of memory that a token takes.
    pub fn token_bytes(&self) -> usize {
        self.plan.token_bytes()
    }

    /// A memory of nothing.
    pub fn memory(&self) -> Memory {
        Memory::new(self.plan.clone())
    }

    /// How memories are laid out.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Reads tokens after those in `memory`, which then holds them too; `on` is asked between parts of a long text
    /// whether to go on. Numbers of the tokens that were wanted, row after row; nothing where `on` said no.
    ///
    /// # Panics
    /// For a token outside the vocabulary, or more tokens than the context has room for.
    pub fn read(
        &mut self,
        memory: &mut Memory,
        tokens: &[u32],
        wanted: Wanted,
        on: &mut dyn FnMut() -> bool,
    ) -> Option<&[f32]> {
        assert!(memory.length() + tokens.len() <= self.shape.context, "more tokens than the context has room for");
        self.logits.clear();
        let parts = tokens.len().div_ceil(PART);
        for (index, part) in tokens.chunks(PART).enumerate() {
            if index > 0 && !on() {
                return None;
            }
            let rows = match wanted {
                Wanted::All => part.len(),
                Wanted::Last if index + 1 == parts => 1,
                Wanted::Last | Wanted::None => 0,
            };
            self.part(memory, part, rows);
        }
        Some(&self.logits)
    }

    /// The numbers of the last [`Self::read`].
    pub fn logits(&self) -> &[f32] {
        &self.logits
    }

    /// The numbers of the last [`Self::read`], to be changed.
    pub fn logits_mut(&mut self) -> &mut [f32] {
        &mut self.logits
    }

    /// Reads some tokens at once; the last `rows` of them are asked about.
    fn part(&mut self, memory: &mut Memory, tokens: &[u32], rows: usize) {
        let (width, first) = (self.shape.width, memory.length());
        memory.reserve(tokens.len());
        let work = &mut self.work;
        work.hidden.resize(tokens.len() * width, 0.0); // (tokens, width)
        for (token, row) in tokens.iter().zip(work.hidden.chunks_exact_mut(width)) {
            self.embedding.row(*token as usize, row);
            for number in row {
                *number *= self.shape.embedding_scale;
            }
        }
        work.angles.resize(self.shape.rotations.len(), Angles::default());
        for (angles, rotation) in work.angles.iter_mut().zip(&self.shape.rotations) {
            angles.turn(rotation, first, tokens.len());
        }
        for (index, block) in self.blocks.iter().enumerate() {
            block.pass(&mut self.machine, work, memory, index);
        }
        memory.advance(tokens.len());
        if rows > 0 {
            self.speak(rows);
        }
    }

    /// Numbers for the vocabulary after the last `rows` tokens.
    fn speak(&mut self, rows: usize) {
        let (width, work) = (self.shape.width, &mut self.work);
        let last = &work.hidden[work.hidden.len() - rows * width..];
        norm_rows(&self.norm, last, &mut work.rows, width, &mut self.machine);
        let output = self.output.as_ref().unwrap_or(&self.embedding);
        let start = self.logits.len();
        self.logits.resize(start + rows * self.shape.vocabulary, 0.0); // (rows, vocabulary)
        let logits = &mut self.logits[start..];
        output.multiply(&mut self.machine, &work.rows, logits);
        if let Some(cap) = self.shape.softcap {
            for number in logits {
                *number = cap * (*number / cap).tanh();
            }
        }
    }
}

/// Norms of rows, ready for a matrix: (rows, width) → (rows, width).
fn norm_rows(norm: &Norm, numbers: &[f32], rows: &mut Rows, width: usize, machine: &mut Machine) {
    let count = numbers.len() / width;
    let out = rows.reset(count, width);
    machine.team.each_chunk(out, width * norm::PART, |part, out| {
        let from = &numbers[part * width * norm::PART..][..out.len()];
        out.copy_from_slice(from);
        out.chunks_exact_mut(width).for_each(|row| norm.apply(row));
    });
    rows.round(&mut machine.team);
}
