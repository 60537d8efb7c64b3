//! What a network keeps of the tokens it has read, so that it need not read them again: keys, values, and what the
//! convolutions have seen. In pages of some tokens, which memories share until one of them writes: a memory that begins
//! like another costs one page.

use std::{
    io::{self, Read, Write},
    sync::Arc,
};

use super::shape::{MixerShape, Shape};
use crate::model::compute::{Cells, Lanes, float::LANES};

/// Tokens of a page. A multiple of [`LANES`].
pub const PAGE: usize = 64;

/// How a page is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    places: Vec<Place>,
    cells: usize,
    passed: usize,
    exact: bool,
}

/// Where a block's numbers are in a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Keys of each head, sixteen tokens side by side: (`key_heads`, page / 16, head, 16). Values of each head, padded to
    /// whole registers: (`key_heads`, page, padded).
    Attention { keys: usize, values: usize, head: usize, padded: usize },
    /// What went into the convolution: (page, width).
    Convolution { start: usize, width: usize },
}

impl Plan {
    /// For a network; `exact` keeps every bit of keys and values, else 16.
    pub(super) fn new(shape: &Shape, exact: bool) -> Self {
        let mut plan = Self { places: Vec::new(), cells: 0, passed: 0, exact };
        for block in &shape.blocks {
            plan.places.push(match &block.mixer {
                MixerShape::Attention(attention) => {
                    let (head, padded) = (attention.head, attention.head.next_multiple_of(LANES));
                    let keys = plan.cells;
                    let values = keys + attention.key_heads * head * PAGE;
                    plan.cells = values + attention.key_heads * padded * PAGE;
                    Place::Attention { keys, values, head, padded }
                }
                MixerShape::Convolution(_) => {
                    let start = plan.passed;
                    plan.passed += shape.width * PAGE;
                    Place::Convolution { start, width: shape.width }
                }
            });
        }
        plan
    }

    /// Bytes of a token.
    pub fn token_bytes(&self) -> usize {
        self.page_bytes() / PAGE
    }

    /// Bytes of a page.
    pub fn page_bytes(&self) -> usize {
        self.cells * Cells::width(self.exact) + self.passed * size_of::<f32>()
    }
}

#[derive(Debug, Clone)]
struct Page {
    cells: Cells,
    passed: Vec<f32>,
}

/// What was read.
#[derive(Debug, Clone)]
pub struct Memory {
    plan: Plan,
    pages: Vec<Arc<Page>>,
    length: usize,
}

impl Memory {
    /// Of nothing.
    pub fn new(plan: Plan) -> Self {
        Self { plan, pages: Vec::new(), length: 0 }
    }

    /// Tokens that are remembered.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Forgets all but the first tokens.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
        self.pages.truncate(self.length.div_ceil(PAGE));
    }

    /// Bytes of its pages, those that it shares among them.
    pub fn bytes(&self) -> usize {
        self.pages.len() * self.plan.page_bytes()
    }

    /// Makes room for `count` tokens more, in pages that nobody else has.
    pub(super) fn reserve(&mut self, count: usize) {
        let pages = (self.length + count).div_ceil(PAGE);
        self.pages.truncate(pages);
        for page in self.pages.iter_mut().skip(self.length / PAGE) {
            Arc::make_mut(page);
        }
        while self.pages.len() < pages {
            self.pages.push(Arc::new(self.empty()));
        }
    }

    /// The tokens that were reserved are read.
    pub(super) fn advance(&mut self, count: usize) {
        self.length += count;
    }

    fn page(&mut self, position: usize) -> &mut Page {
        Arc::get_mut(&mut self.pages[position / PAGE]).expect("reserved pages are nobody else's")
    }

    /// Keeps a token's key and value of one head.
    pub(super) fn keep(&mut self, block: usize, position: usize, key_head: usize, key: &[f32], value: &[f32]) {
        let Place::Attention { keys, values, head, padded } = self.plan.places[block] else { return };
        let (page, at) = (self.page(position), position % PAGE);
        let first = keys + (key_head * (PAGE / LANES) + at / LANES) * head * LANES + at % LANES;
        for (number, key) in key.iter().enumerate() {
            page.cells.set(first + number * LANES, *key);
        }
        let first = values + (key_head * PAGE + at) * padded;
        for (number, value) in value.iter().enumerate() {
            page.cells.set(first + number, *value);
        }
    }

    /// Keys of one head and `panels` times sixteen tokens from the start of a page on: (panels, head, 16).
    pub(super) fn keys(&self, block: usize, key_head: usize, page: usize, panels: usize) -> Lanes<'_> {
        let Place::Attention { keys, head, .. } = self.plan.places[block] else { return Lanes::Full(&[]) };
        self.pages[page].cells.lanes(keys + key_head * PAGE * head, panels * LANES * head)
    }

    /// Values of one head and `tokens` tokens from the start of a page on: (tokens, padded).
    pub(super) fn values(&self, block: usize, key_head: usize, page: usize, tokens: usize) -> Lanes<'_> {
        let Place::Attention { values, padded, .. } = self.plan.places[block] else { return Lanes::Full(&[]) };
        self.pages[page].cells.lanes(values + key_head * PAGE * padded, tokens * padded)
    }

    /// What a token gave to a convolution: to be filled in, or read again.
    pub(super) fn passed_mut(&mut self, block: usize, position: usize) -> &mut [f32] {
        let Place::Convolution { start, width } = self.plan.places[block] else { return &mut [] };
        &mut self.page(position).passed[start + position % PAGE * width..][..width]
    }

    /// What a token gave to a convolution.
    pub(super) fn passed(&self, block: usize, position: usize) -> &[f32] {
        let Place::Convolution { start, width } = self.plan.places[block] else { return &[] };
        &self.pages[position / PAGE].passed[start + position % PAGE * width..][..width]
    }

    /// Writes what is remembered.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        for page in &self.pages {
            page.cells.write(to)?;
            page.passed.iter().try_for_each(|number| to.write_all(&number.to_le_bytes()))?;
        }
        Ok(())
    }

    /// Reads what was written of `length` tokens.
    pub fn read(plan: Plan, length: usize, from: &mut impl Read) -> io::Result<Self> {
        let mut memory = Self::new(plan);
        for _ in 0..length.div_ceil(PAGE) {
            let mut page = memory.empty();
            page.cells.read_from(from)?;
            for number in &mut page.passed {
                let mut bytes = [0; 4];
                from.read_exact(&mut bytes)?;
                *number = f32::from_le_bytes(bytes);
            }
            memory.pages.push(Arc::new(page));
        }
        memory.length = length;
        Ok(memory)
    }

    fn empty(&self) -> Page {
        Page { cells: Cells::zeros(self.plan.cells, self.plan.exact), passed: vec![0.0; self.plan.passed] }
    }
}
