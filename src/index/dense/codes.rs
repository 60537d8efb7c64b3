//! One bit a dimension of unit vectors, scanned exhaustively: who may be near a query, to be scored exactly by the
//! caller. Knows codes and an estimate of the cosine; does not keep the vectors, nor know what a row stands for.
//!
//! The codes are those of `RaBitQ` (Gao & Long 2024, <https://arxiv.org/abs/2405.12497>): rows are centred on their
//! mean and rotated at random, and the signs are kept. With `r` a rotated, centred row and `q` a rotated, centred
//! query, `⟨sign r, q⟩ · |r|² / ‖r‖₁` estimates `⟨r, q⟩` without bias over the rotations (their equation 13 and theorem
//! 3.2; their `⟨ō, o⟩` is `‖r‖₁ / (√D · |r|)`).

mod file;
mod kernel;
mod query;
mod rotation;
#[cfg(test)]
mod tests;
mod top;

use rayon::prelude::*;

use super::dot;
use kernel::{Kernel, LANES, Line};
use query::Planes;
use rotation::Rotation;
use top::Top;

/// Rows that share a task: their differences take 16 KiB, which stay in a core's own cache.
const CHUNK: usize = 4096;
/// Rows that are asked for at once while codes are built; half a MiB of codes, plenty for every core.
const BATCH: usize = 8192;

/// Codes of vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct Codes {
    /// Of the vectors.
    dims: usize,
    /// The mean of the vectors.
    centre: Vec<f32>,
    /// `(block, word)`: one word of each of the block's eight rows. A bit is set where the rotated row is not negative.
    lines: Vec<Line>,
    /// Of each row: `⟨x, c⟩ − ⟨c, c⟩`, with `c` the centre.
    offsets: Vec<f32>,
    /// Of each row: `|r|² / ‖r‖₁`.
    scales: Vec<f32>,
}

impl Codes {
    /// The codes of so many rows of `dims` numbers, which `row` writes. Each is asked for twice: for the rows' mean, and for
    /// its code.
    pub fn build(count: usize, dims: usize, row: impl Fn(usize, &mut [f32])) -> Self {
        let centre = mean(count, dims, &row);
        let rotation = Rotation::of(dims);
        let own = dot(&centre, &centre).0;
        let mut codes = Self { dims, centre, lines: Vec::new(), offsets: Vec::new(), scales: Vec::new() };
        let mut numbers = vec![0.0; BATCH.min(count) * dims];
        for first in (0..count).step_by(BATCH) {
            let rows = BATCH.min(count - first);
            for at in 0..rows {
                row(first + at, &mut numbers[at * dims..(at + 1) * dims]);
            }
            let batch: Vec<&[f32]> = (0..rows).map(|at| &numbers[at * dims..(at + 1) * dims]).collect();
            codes.append(&batch, &rotation, own);
        }
        codes
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// Of the vectors that were coded.
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// The `k` rows of the highest estimated cosine with `query`, a unit vector of [`Self::dims`] numbers (of another
    /// size, nothing is near it), among those that `admits` lets in; best first, ties by row. Runs on the threads of
    /// the rayon pool that it is called from, and returns the same on any number of them.
    pub fn best(&self, query: &[f32], k: usize, admits: impl Fn(usize) -> bool + Sync) -> Vec<(usize, f32)> {
        self.best_by(Kernel::best(), query, k, admits)
    }

    fn best_by(
        &self,
        kernel: Kernel,
        query: &[f32],
        k: usize,
        admits: impl Fn(usize) -> bool + Sync,
    ) -> Vec<(usize, f32)> {
        if k == 0 || self.is_empty() || self.dims == 0 || query.len() != self.dims {
            return Vec::new();
        }
        let constant = dot(query, &self.centre).0;
        let planes = Planes::of(&Rotation::of(self.dims).turned(query, &self.centre));
        let tasks = self
            .lines
            .par_chunks(CHUNK / LANES * self.words())
            .zip(self.offsets.par_chunks(CHUNK))
            .zip(self.scales.par_chunks(CHUNK));
        let top = tasks
            .enumerate()
            .fold(
                || Top::of(k.min(self.len())),
                |mut top, (chunk, ((lines, offsets), scales))| {
                    let scan = Scan { kernel, planes: &planes, constant, lines, offsets, scales };
                    scan.run(chunk * CHUNK, &mut top, &admits);
                    top
                },
            )
            .reduce_with(Top::merged);
        top.map(Top::best_first).unwrap_or_default()
    }

    /// Words of a row.
    fn words(&self) -> usize {
        words(self.dims)
    }

    /// Appends the codes of a batch; only the last batch may leave a block unfilled.
    fn append(&mut self, batch: &[&[f32]], rotation: &Rotation, own: f32) {
        let (words, before) = (self.words(), self.len());
        self.lines.resize((before + batch.len()).div_ceil(LANES) * words, [0; LANES]);
        self.offsets.resize(before + batch.len(), 0.0);
        self.scales.resize(before + batch.len(), 0.0);
        let blocks = batch.par_chunks(LANES);
        let offsets = self.offsets[before..].par_chunks_mut(LANES);
        let scales = self.scales[before..].par_chunks_mut(LANES);
        let lines = self.lines[before / LANES * words..].par_chunks_mut(words.max(1));
        let centre = &self.centre;
        // Without dimensions there are no lines, and nothing to compute either.
        blocks.zip(lines).zip(offsets.zip(scales)).for_each(|((rows, lines), (offsets, scales))| {
            for (lane, row) in rows.iter().enumerate() {
                let turned = rotation.turned(row, centre);
                offsets[lane] = dot(row, centre).0 - own;
                scales[lane] = scale(&turned);
                for (line, numbers) in lines.iter_mut().zip(turned.as_chunks::<{ u64::BITS as usize }>().0) {
                    line[lane] = signs(numbers);
                }
            }
        });
    }
}

/// One chunk of rows and what they are held against.
struct Scan<'s> {
    kernel: Kernel,
    planes: &'s Planes,
    /// `⟨q, c⟩`, with `c` the centre.
    constant: f32,
    lines: &'s [Line],
    offsets: &'s [f32],
    scales: &'s [f32],
}

impl Scan<'_> {
    /// Offers the chunk's rows, of which the first is row `first`.
    fn run(&self, first: usize, top: &mut Top, admits: &impl Fn(usize) -> bool) {
        let mut differences = [[0_u32; LANES]; CHUNK / LANES];
        let differences = &mut differences[..self.scales.len().div_ceil(LANES)];
        self.kernel.differences(self.lines, self.planes.words(), differences);
        let blocks = differences.iter().zip(self.offsets.chunks(LANES)).zip(self.scales.chunks(LANES));
        for (block, ((differences, offsets), scales)) in blocks.enumerate() {
            // (8 rows): whole blocks are computed at once, and most have no row that is good enough.
            let mut estimates = [f32::NEG_INFINITY; LANES];
            for (lane, (offset, scale)) in offsets.iter().zip(scales).enumerate() {
                estimates[lane] = self.constant + (offset + scale * self.planes.product(differences[lane]));
            }
            if estimates.iter().all(|estimate| *estimate < top.floor()) {
                continue;
            }
            for (lane, estimate) in estimates.into_iter().enumerate().take(scales.len()) {
                let row = first + block * LANES + lane;
                if top.wants(row, estimate) && admits(row) {
                    top.take(row, estimate);
                }
            }
        }
    }
}

/// Words of a row of `dims` numbers.
fn words(dims: usize) -> usize {
    dims.div_ceil(u64::BITS as usize)
}

fn mean(count: usize, dims: usize, row: impl Fn(usize, &mut [f32])) -> Vec<f32> {
    let mut sums = vec![0.0_f64; dims];
    let mut numbers = vec![0.0; dims];
    for at in 0..count {
        row(at, &mut numbers);
        for (sum, number) in sums.iter_mut().zip(&numbers) {
            *sum += f64::from(*number);
        }
    }
    sums.into_iter().map(|sum| (sum / count.max(1) as f64) as f32).collect()
}

/// `|r|² / ‖r‖₁`, or 0 of a row that is the centre.
fn scale(turned: &[f32]) -> f32 {
    let (mut squares, mut sizes) = ([0.0_f32; 8], [0.0_f32; 8]);
    for eight in turned.as_chunks::<8>().0 {
        for lane in 0..8 {
            squares[lane] += eight[lane] * eight[lane];
            sizes[lane] += eight[lane].abs();
        }
    }
    let size: f32 = sizes.iter().sum();
    if size > 0.0 { squares.iter().sum::<f32>() / size } else { 0.0 }
}

/// A bit for each number, set where it is not negative.
fn signs(numbers: &[f32; u64::BITS as usize]) -> u64 {
    let mut word = 0;
    for (bit, number) in numbers.iter().enumerate() {
        word |= u64::from(*number >= 0.0) << bit;
    }
    word
}
