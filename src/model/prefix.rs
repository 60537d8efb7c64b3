//! What was computed for the beginnings of prompts: system prompts and passages come again and again, and a network that
//! has read them need not read them twice. Kept in memory and on disk, bounded in both, the least recently used going
//! first. Knows tokens and memories; a memory is only ever used for the very tokens that made it, by the same model.

mod store;

use super::decoder::memory::{Memory, Plan};
pub use store::Store;

/// Beginnings of fewer tokens are read again faster than they are found.
const LEAST: usize = 16;

struct Kept {
    tokens: Vec<u32>,
    memory: Memory,
}

/// The beginnings that are kept, the last used last.
pub struct Prefixes {
    plan: Plan,
    kept: Vec<Kept>,
    store: Option<Store>,
}

impl Prefixes {
    /// Bytes in memory at the most.
    pub const MOST_BYTES: usize = 256 << 20;

    /// None yet, but those in the store.
    pub fn new(plan: Plan, store: Option<Store>) -> Self {
        Self { plan, kept: Vec::new(), store }
    }

    /// Forgets all that is in memory.
    pub fn clear(&mut self) {
        self.kept.clear();
    }

    /// A memory of as much of `tokens` as is known, but for the last one, which has to be asked about; and how much.
    pub fn begin(&mut self, tokens: &[u32]) -> (Memory, usize) {
        let most = tokens.len().saturating_sub(1);
        let common = |other: &[u32]| other.iter().zip(tokens).take(most).take_while(|(a, b)| a == b).count();
        let here = self.kept.iter().enumerate().map(|(at, kept)| (common(&kept.tokens), at)).max();
        let stored = self.store.as_ref().and_then(|store| store.find(&common));
        let longest = here.map_or(0, |(length, _)| length).max(LEAST - 1);
        if let Some((length, path)) = stored.filter(|(length, _)| *length > longest)
            && let Some((tokens, memory)) = self.store.as_ref().and_then(|store| store.load(&path, &self.plan))
        {
            self.insert(Kept { tokens, memory: memory.clone() });
            return (cut(memory, length), length);
        }
        match here.filter(|(length, _)| *length >= LEAST) {
            Some((length, at)) => {
                let kept = self.kept.remove(at);
                let memory = cut(kept.memory.clone(), length);
                self.kept.push(kept);
                (memory, length)
            }
            None => (Memory::new(self.plan.clone()), 0),
        }
    }

    /// Keeps the memory of a beginning.
    pub fn keep(&mut self, tokens: &[u32], memory: &Memory) {
        if tokens.len() < LEAST || self.kept.iter().any(|kept| kept.tokens == tokens) {
            return;
        }
        if let Some(store) = &self.store {
            store.save(tokens, memory);
        }
        self.insert(Kept { tokens: tokens.to_vec(), memory: memory.clone() });
    }

    fn insert(&mut self, kept: Kept) {
        self.kept.push(kept);
        let bytes = |kept: &[Kept]| kept.iter().map(|kept| kept.memory.bytes()).sum::<usize>();
        while self.kept.len() > 1 && bytes(&self.kept) > Self::MOST_BYTES {
            self.kept.remove(0);
        }
    }
}

fn cut(mut memory: Memory, length: usize) -> Memory {
    memory.truncate(length);
    memory
}
