//! A block of the network: attention or a convolution, then a part that works on each token by itself.

use super::{
    attention::Attention,
    memory::Memory,
    norm::{self, Norm},
    norm_rows,
    rotation::{Angles, Pairs},
    shape::{Activation, AttentionShape},
};
use crate::model::compute::{Machine, Matrix, Rows, float, multiply};

/// Numbers that are worth a thread's while.
const PART: usize = 4096;

/// Room for what is between two steps; nothing is allocated once it has been used for as many tokens.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// What the blocks hand on: (tokens, width).
    pub hidden: Vec<f32>,
    /// What is multiplied next.
    pub rows: Rows,
    /// Of each rotation.
    pub angles: Vec<Angles>,
    first: Vec<f32>,
    second: Vec<f32>,
    third: Vec<f32>,
}

/// A matrix and what is added to its products.
#[derive(Debug)]
pub(super) struct Linear {
    pub matrix: Matrix,
    pub bias: Option<Vec<f32>>,
}

impl Linear {
    fn finish(&self, products: &mut [f32]) {
        let Some(bias) = &self.bias else { return };
        for row in products.chunks_exact_mut(bias.len()) {
            row.iter_mut().zip(bias).for_each(|(number, bias)| *number += bias);
        }
    }
}

/// A block.
pub(super) struct Block {
    pub norm: Norm,
    pub mixer: Mixer,
    pub after_mixer: Option<Norm>,
    pub inner_norm: Norm,
    pub gate: Option<Linear>,
    pub up: Linear,
    pub down: Linear,
    pub after_inner: Option<Norm>,
    pub activation: Activation,
}

/// What mixes tokens.
#[expect(clippy::large_enum_variant, reason = "there are some dozens at the most, and nearly all are attention")]
pub(super) enum Mixer {
    Attention {
        shape: AttentionShape,
        pairs: Pairs,
        asks: [Linear; 3],
        norms: [Option<Norm>; 2],
        output: Linear,
    },
    /// Three parts go in: a gate before, a gate after, and what passes. Weights: (width, taps), the last for the token
    /// itself.
    Convolution {
        parts: [Matrix; 3],
        weights: Vec<f32>,
        taps: usize,
        output: Matrix,
    },
}

impl Block {
    /// Bytes of weights.
    pub fn bytes(&self) -> usize {
        let mixer = match &self.mixer {
            Mixer::Attention { asks, output, .. } => {
                asks.iter().chain([output]).map(|l| l.matrix.bytes()).sum::<usize>()
            }
            Mixer::Convolution { parts, output, .. } => parts.iter().chain([output]).map(Matrix::bytes).sum(),
        };
        let gate = self.gate.as_ref().map_or(0, |gate| gate.matrix.bytes());
        mixer + gate + self.up.matrix.bytes() + self.down.matrix.bytes()
    }

    /// Adds to `work.hidden` what this block has to say: (tokens, width) → (tokens, width).
    pub fn pass(&self, machine: &mut Machine, work: &mut Work, memory: &mut Memory, index: usize) {
        let width = self.norm.scale.len();
        norm_rows(&self.norm, &work.hidden, &mut work.rows, width, machine);
        match &self.mixer {
            Mixer::Attention { shape, pairs, asks, norms, output } => {
                attend(machine, work, memory, index, shape, *pairs, asks, norms);
                work.first.resize(work.rows.len() * width, 0.0);
                output.matrix.multiply(machine, &work.rows, &mut work.first); // (tokens, heads · head) → (tokens, width)
                output.finish(&mut work.first);
            }
            Mixer::Convolution { parts, weights, taps, output } => {
                convolve(machine, work, memory, index, parts, weights, *taps);
                output.multiply(machine, &work.rows, &mut work.first); // (tokens, width) → (tokens, width)
            }
        }
        add(machine, &mut work.hidden, &mut work.first, self.after_mixer.as_ref(), width);
        norm_rows(&self.inner_norm, &work.hidden, &mut work.rows, width, machine);
        self.inner(machine, work);
        work.first.resize(work.rows.len() * width, 0.0);
        self.down.matrix.multiply(machine, &work.rows, &mut work.first); // (tokens, inner) → (tokens, width)
        self.down.finish(&mut work.first);
        add(machine, &mut work.hidden, &mut work.first, self.after_inner.as_ref(), width);
    }

    /// (tokens, width) → (tokens, inner), in `work.rows`.
    fn inner(&self, machine: &mut Machine, work: &mut Work) {
        let (count, inner) = (work.rows.len(), self.up.matrix.rows());
        work.second.resize(count * inner, 0.0);
        if let Some(gate) = &self.gate {
            work.first.resize(count * inner, 0.0);
            let products = [(&gate.matrix, &mut work.first[..]), (&self.up.matrix, &mut work.second[..])];
            multiply(machine, &work.rows, products);
            gate.finish(&mut work.first);
        } else {
            self.up.matrix.multiply(machine, &work.rows, &mut work.second);
        }
        self.up.finish(&mut work.second);
        let (gates, ups) = (&work.first, &work.second);
        let rows = work.rows.reset(count, inner);
        machine.team.each_chunk(rows, PART, |part, rows| {
            let range = part * PART..part * PART + rows.len();
            let ups = &ups[range.clone()];
            match self.activation {
                Activation::SiluGate => {
                    for (out, (gate, up)) in rows.iter_mut().zip(gates[range].iter().zip(ups)) {
                        *out = gate / (1.0 + float::exp(-gate)) * up;
                    }
                }
                Activation::GeluTanhGate => {
                    for (out, (gate, up)) in rows.iter_mut().zip(gates[range].iter().zip(ups)) {
                        *out = float::gelu_tanh(*gate) * up;
                    }
                }
                Activation::Gelu => rows.iter_mut().zip(ups).for_each(|(out, up)| *out = float::gelu(*up)),
            }
        });
        work.rows.round(&mut machine.team);
    }
}

/// Adds `more` to `hidden`, brought to size before where there is a norm.
fn add(machine: &mut Machine, hidden: &mut [f32], more: &mut [f32], norm: Option<&Norm>, width: usize) {
    if let Some(norm) = norm {
        machine.team.each_chunk(more, width * norm::PART, |_, rows| {
            rows.chunks_exact_mut(width).for_each(|row| norm.apply(row));
        });
    }
    let more = &*more;
    machine.team.each_chunk(hidden, PART, |part, hidden| {
        hidden.iter_mut().zip(&more[part * PART..]).for_each(|(number, more)| *number += more);
    });
}

/// (tokens, width) → (tokens, heads · head), in `work.rows`.
#[expect(clippy::too_many_arguments, reason = "the parts of one mixer")]
fn attend(
    machine: &mut Machine,
    work: &mut Work,
    memory: &mut Memory,
    block: usize,
    shape: &AttentionShape,
    pairs: Pairs,
    asks: &[Linear; 3],
    norms: &[Option<Norm>; 2],
) {
    let (count, first, head) = (work.rows.len(), memory.length(), shape.head);
    work.first.resize(count * shape.heads * head, 0.0);
    work.second.resize(count * shape.key_heads * head, 0.0);
    work.third.resize(count * shape.key_heads * head, 0.0);
    let (queries, keys, values) = (&mut work.first, &mut work.second, &mut work.third);
    let [ask, key, value] = asks;
    multiply(
        machine,
        &work.rows,
        [(&ask.matrix, &mut queries[..]), (&key.matrix, &mut keys[..]), (&value.matrix, &mut values[..])],
    );
    for (linear, numbers) in asks.iter().zip([&mut *queries, &mut *keys, &mut *values]) {
        linear.finish(numbers);
        if let Some(clamp) = shape.clamp {
            for number in numbers.iter_mut() {
                *number = number.clamp(-clamp, clamp);
            }
        }
    }
    let angles = shape.rotation.map(|rotation| &work.angles[rotation]);
    let prepare = |norm: Option<&Norm>, token: usize, row: &mut [f32]| {
        for head in row.chunks_exact_mut(head) {
            norm.inspect(|norm| norm.apply(head));
            angles.inspect(|angles| angles.apply(pairs, token, head));
        }
    };
    let scale = shape.scale;
    machine.team.each_chunk(queries, shape.heads * head, |token, row| {
        prepare(norms[0].as_ref(), token, row);
        for number in row {
            *number *= scale;
        }
    });
    machine.team.each_chunk(keys, shape.key_heads * head, |token, row| prepare(norms[1].as_ref(), token, row));
    for (token, (keys, values)) in
        keys.chunks_exact(shape.key_heads * head).zip(values.chunks_exact(shape.key_heads * head)).enumerate()
    {
        for (key_head, (key, value)) in keys.chunks_exact(head).zip(values.chunks_exact(head)).enumerate() {
            memory.keep(block, first + token, key_head, key, value);
        }
    }
    let attention = Attention { shape, memory, block, first, queries };
    attention.attend(machine, work.rows.reset(count, shape.heads * head));
    work.rows.round(&mut machine.team);
}

/// (tokens, width) → (tokens, width), in `work.rows`.
fn convolve(
    machine: &mut Machine,
    work: &mut Work,
    memory: &mut Memory,
    block: usize,
    parts: &[Matrix; 3],
    weights: &[f32],
    taps: usize,
) {
    let (count, width, first) = (work.rows.len(), work.rows.width(), memory.length());
    for numbers in [&mut work.first, &mut work.second, &mut work.third] {
        numbers.resize(count * width, 0.0);
    }
    let [before, after, passes] = parts;
    multiply(
        machine,
        &work.rows,
        [(before, &mut work.first[..]), (after, &mut work.second[..]), (passes, &mut work.third[..])],
    );
    let gates = work.first.chunks_exact(width).zip(work.third.chunks_exact(width));
    for (token, (gates, numbers)) in gates.enumerate() {
        let kept = memory.passed_mut(block, first + token);
        kept.iter_mut().zip(gates.iter().zip(numbers)).for_each(|(to, (gate, number))| *to = gate * number);
    }
    let (memory, gates) = (&*memory, &work.second);
    machine.team.each_chunk(work.rows.reset(count, width), width, |token, row| {
        row.fill(0.0);
        for tap in 0..taps {
            // The last tap is the token itself; before the first token there is nothing.
            let Some(position) = (first + token + tap + 1).checked_sub(taps) else { continue };
            for ((sum, weights), passed) in
                row.iter_mut().zip(weights.chunks_exact(taps)).zip(memory.passed(block, position))
            {
                *sum += weights[tap] * passed;
            }
        }
        row.iter_mut().zip(&gates[token * width..]).for_each(|(sum, gate)| *sum *= gate);
    });
    work.rows.round(&mut machine.team);
}
