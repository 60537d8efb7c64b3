//! Attention: every head asks all tokens up to its own which of them matter, and takes what they have in that measure.
//! A tile of rows (tokens and heads that ask the same keys) goes over the remembered tokens sixteen at a time.

use std::{cell::RefCell, ops::Range};

use super::{
    memory::{Memory, PAGE},
    shape::AttentionShape,
};
use crate::model::compute::{
    Apart, Kernel, Machine,
    float::{self, LANES},
};

/// Rows of a tile.
const TILE: usize = 8;

/// What a thread writes on. Kept between two uses, so that nothing is allocated while tokens are computed.
#[derive(Default)]
struct Paper {
    /// (row of the tile, token)
    scores: Vec<f32>,
    /// (row of the tile, padded head)
    sums: Vec<f32>,
}

thread_local! {
    static PAPER: RefCell<Paper> = RefCell::default();
}

/// One block's attention for the tokens from `first` on.
pub(super) struct Attention<'a> {
    pub shape: &'a AttentionShape,
    pub memory: &'a Memory,
    pub block: usize,
    /// The position of the first token that asks.
    pub first: usize,
    /// (tokens, heads, head), already scaled.
    pub queries: &'a [f32],
}

impl Attention<'_> {
    /// (tokens, heads, head) → (tokens, heads, head)
    pub fn attend(&self, machine: &mut Machine, out: &mut [f32]) {
        let AttentionShape { heads, key_heads, head, .. } = *self.shape;
        let rows = self.queries.len() / (heads * head) * (heads / key_heads); // of each key head
        let tiles = rows.div_ceil(TILE);
        let (kernel, out) = (machine.kernel, Apart::new(out));
        // The last rows see the most tokens: they go first, so that no thread is left with them in the end.
        machine.team.each(tiles * key_heads, |part| {
            let (tile, key_head) = (tiles - 1 - part / key_heads, part % key_heads);
            let rows = tile * TILE..(tile * TILE + TILE).min(rows);
            PAPER.with_borrow_mut(|paper| match rows.len() {
                8 => self.tile::<8>(kernel, key_head, rows, paper, &out),
                7 => self.tile::<7>(kernel, key_head, rows, paper, &out),
                6 => self.tile::<6>(kernel, key_head, rows, paper, &out),
                5 => self.tile::<5>(kernel, key_head, rows, paper, &out),
                4 => self.tile::<4>(kernel, key_head, rows, paper, &out),
                3 => self.tile::<3>(kernel, key_head, rows, paper, &out),
                2 => self.tile::<2>(kernel, key_head, rows, paper, &out),
                _ => self.tile::<1>(kernel, key_head, rows, paper, &out),
            });
        });
    }

    /// Where a row's head begins in queries and results, and which head it is.
    fn place(&self, key_head: usize, row: usize) -> (usize, usize) {
        let AttentionShape { heads, key_heads, head, .. } = *self.shape;
        let shared = heads / key_heads;
        let asked = key_head * shared + row % shared;
        ((row / shared * heads + asked) * head, asked)
    }

    /// The tokens that a row sees.
    fn seen(&self, row: usize) -> Range<usize> {
        let position = self.first + row / (self.shape.heads / self.shape.key_heads);
        let first = self.shape.window.map_or(0, |window| (position + 1).saturating_sub(window));
        first..position + 1
    }

    fn tile<const T: usize>(
        &self,
        kernel: Kernel,
        key_head: usize,
        rows: Range<usize>,
        paper: &mut Paper,
        out: &Apart<'_, f32>,
    ) {
        let head = self.shape.head;
        let padded = head.next_multiple_of(LANES);
        // From the start of the first page that one of the rows sees; what a row does not see gets no weight.
        let start = self.seen(rows.start).start / PAGE * PAGE;
        let end = self.seen(rows.end - 1).end.next_multiple_of(LANES);
        let span = end - start;
        let pages = || (start..end).step_by(PAGE).map(|first| (first - start, first / PAGE, PAGE.min(end - first)));
        paper.scores.resize(T * span, 0.0);
        paper.sums.clear();
        paper.sums.resize(T * padded, 0.0);
        let queries: [&[f32]; T] =
            std::array::from_fn(|row| &self.queries[self.place(key_head, rows.start + row).0..][..head]);
        for (at, page, tokens) in pages() {
            let keys = self.memory.keys(self.block, key_head, page, tokens / LANES);
            kernel.products(keys, tokens / LANES, queries, |panel, products| {
                for (row, products) in products.iter().enumerate() {
                    paper.scores[row * span + at + panel * LANES..][..LANES].copy_from_slice(products);
                }
            });
        }
        let totals: [f32; T] = std::array::from_fn(|row| {
            let seen = self.seen(rows.start + row);
            let scores = &mut paper.scores[row * span..][..span];
            let (before, rest) = scores.split_at_mut(seen.start - start);
            let (scores, after) = rest.split_at_mut(seen.len());
            before.fill(0.0);
            after.fill(0.0);
            if let Some(slope) = self.shape.slopes.get(self.place(key_head, rows.start + row).1) {
                let distance = (0..seen.len()).rev();
                scores.iter_mut().zip(distance).for_each(|(score, distance)| *score -= slope * distance as f32);
            }
            soften(scores)
        });
        for (at, page, tokens) in pages() {
            let values = self.memory.values(self.block, key_head, page, tokens);
            let weights = std::array::from_fn::<_, T, _>(|row| &paper.scores[row * span + at..][..tokens]);
            kernel.mix(values, weights, padded, &mut paper.sums);
        }
        for (row, total) in totals.into_iter().enumerate() {
            let place = self.place(key_head, rows.start + row).0;
            #[expect(unsafe_code, reason = "threads write different heads of the same tokens")]
            // SAFETY: each row of each key head belongs to one tile, and has a place of its own.
            let to = unsafe { out.slice(place, head) };
            for (to, sum) in to.iter_mut().zip(&paper.sums[row * padded..]) {
                *to = sum / total;
            }
        }
    }
}

/// Powers of e, with the largest at one; returns their sum.
fn soften(scores: &mut [f32]) -> f32 {
    let most = float::largest(scores);
    for score in scores.iter_mut() {
        *score = float::exp(*score - most);
    }
    float::sum(scores, |weight| weight)
}
