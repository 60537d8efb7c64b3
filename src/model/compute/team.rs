//! Threads that do one thing together, thousands of times a second. A piece of work is cut into parts that whoever is
//! free takes next, so that a thread which the system has taken away holds back one part and not the whole.
//!
//! Rayon took 17 microseconds for eight parts of no work, where these took less than one (`cargo bench --bench kernels`):
//! a small model's token is 150 pieces of work.
//! Here a thread that waits looks for work for a moment, then lets others run, then sleeps.

use std::{
    hint,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle, Thread},
};

/// Looks at the state before a waiting thread lets others run: some twenty microseconds, longer than the gap between
/// two pieces of work of one token.
const LOOKS: usize = 2_000;
/// Times that a waiting thread lets others run before it sleeps.
const YIELDS: usize = 50;

/// Parts of one piece of work at the most.
const MOST_PARTS: usize = (1 << PART_BITS) - 1;
const PART_BITS: u32 = 20;

/// Some threads and the one that calls them.
pub struct Team {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    sleepers: Vec<Thread>,
}

struct Shared {
    /// Which piece of work this is, which part is next, and how many there are, in one word: a thread that comes late
    /// cannot take a part of another piece than it thinks.
    state: AtomicU64,
    /// Parts that are finished.
    done: AtomicUsize,
    /// The piece of work: a pointer to a reference to a closure on the caller's stack. Read only by a thread that has
    /// taken a part, which the caller waits for.
    work: AtomicPtr<Work>,
    asleep: AtomicUsize,
    failed: AtomicBool,
    over: AtomicBool,
}

type Work = &'static (dyn Fn(usize) + Sync);

#[derive(Clone, Copy)]
struct State {
    piece: u64,
    next: usize,
    parts: usize,
}

impl State {
    fn of(word: u64) -> Self {
        let mask = MOST_PARTS as u64;
        Self {
            piece: word >> (2 * PART_BITS),
            next: (word >> PART_BITS & mask) as usize,
            parts: (word & mask) as usize,
        }
    }

    fn word(self) -> u64 {
        self.piece << (2 * PART_BITS) | (self.next as u64) << PART_BITS | self.parts as u64
    }
}

impl Team {
    /// `threads` threads in all, the caller's among them; at least one.
    pub fn new(threads: usize) -> Self {
        let shared = Arc::new(Shared {
            state: AtomicU64::new(0),
            done: AtomicUsize::new(0),
            work: AtomicPtr::new(std::ptr::null_mut()),
            asleep: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            over: AtomicBool::new(false),
        });
        let threads: Vec<JoinHandle<()>> = (1..threads)
            .filter_map(|number| {
                let shared = Arc::clone(&shared);
                // A thread fewer is slower and as right.
                thread::Builder::new().name(format!("compute {number}")).spawn(move || shared.serve()).ok()
            })
            .collect();
        let sleepers = threads.iter().map(|thread| thread.thread().clone()).collect();
        Self { shared, threads, sleepers }
    }

    /// As many threads as there are processor cores that this process may use; two of one core only wait for each other.
    pub fn of_this_machine() -> Self {
        let allowed = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::new(num_cpus::get_physical().clamp(1, allowed))
    }

    /// How many threads work.
    pub fn threads(&self) -> usize {
        self.threads.len() + 1
    }

    /// Does `part(0)` to `part(parts - 1)`, in any order and at the same time, and returns when all are done.
    ///
    /// # Panics
    /// When a part does.
    pub fn each(&mut self, parts: usize, part: impl Fn(usize) + Sync) {
        if parts <= 1 || self.threads.is_empty() {
            return (0..parts).for_each(part);
        }
        assert!(parts <= MOST_PARTS, "{parts} parts are more than {MOST_PARTS}");
        let part: &(dyn Fn(usize) + Sync) = &part;
        #[expect(unsafe_code, reason = "scoped threads would be started anew for every piece of work")]
        // SAFETY: the reference is used only by threads that have taken a part (`Shared::take`), and this function does
        // not return, nor unwind, before every part is done.
        let mut work: Work = unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), Work>(part) };
        let shared = &*self.shared;
        let piece = State::of(shared.state.load(Ordering::Relaxed)).piece + 1;
        shared.done.store(0, Ordering::Relaxed);
        shared.work.store(&raw mut work, Ordering::Relaxed);
        shared.state.store(State { piece: piece % (1 << 24), next: 0, parts }.word(), Ordering::SeqCst);
        if shared.asleep.load(Ordering::SeqCst) > 0 {
            self.sleepers.iter().for_each(Thread::unpark);
        }
        while shared.take() {}
        let mut looks = 0;
        while shared.done.load(Ordering::Acquire) < parts {
            wait(&mut looks);
        }
        assert!(!shared.failed.swap(false, Ordering::Relaxed), "a part of the computation failed");
    }

    /// Cuts `numbers` into chunks of `size` and does `part` with each and its index.
    pub fn each_chunk<T: Send>(&mut self, numbers: &mut [T], size: usize, part: impl Fn(usize, &mut [T]) + Sync) {
        let (length, all) = (numbers.len(), Apart::new(numbers));
        self.each(length.div_ceil(size), |index| {
            let start = index * size;
            #[expect(unsafe_code, reason = "the chunks are taken by threads at the same time")]
            // SAFETY: every index is done once, and chunks of different indices do not overlap.
            let chunk = unsafe { all.slice(start, size.min(length - start)) };
            part(index, chunk);
        });
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            thread.thread().unpark();
            let _ = thread.join(); // it has nothing to say
        }
    }
}

impl Shared {
    /// Takes the next part and does it; whether there was one.
    fn take(&self) -> bool {
        let mut word = self.state.load(Ordering::Acquire);
        loop {
            let state = State::of(word);
            if state.next >= state.parts {
                return false;
            }
            let taken = State { next: state.next + 1, ..state }.word();
            match self.state.compare_exchange_weak(word, taken, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => {
                    self.work(state.next);
                    return true;
                }
                Err(changed) => word = changed,
            }
        }
    }

    fn work(&self, part: usize) {
        #[expect(unsafe_code, reason = "the work is on the caller's stack")]
        // SAFETY: a part was taken and is not done, so the caller of `Team::each` still waits, its closure lives, and
        // no other piece has been put here; the state's release came after the pointer was stored.
        let work: Work = unsafe { *self.work.load(Ordering::Relaxed) };
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(part))).is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        self.done.fetch_add(1, Ordering::Release);
    }

    /// A thread's life.
    fn serve(&self) {
        let mut looks = 0;
        while !self.over.load(Ordering::Relaxed) {
            if self.take() {
                looks = 0;
            } else if looks < LOOKS + YIELDS {
                wait(&mut looks);
            } else {
                self.asleep.fetch_add(1, Ordering::SeqCst);
                let state = State::of(self.state.load(Ordering::SeqCst));
                if state.next >= state.parts && !self.over.load(Ordering::SeqCst) {
                    thread::park();
                }
                self.asleep.fetch_sub(1, Ordering::SeqCst);
                looks = 0;
            }
        }
    }
}

/// Waits a little: at first by looking again at once, later by letting others run.
fn wait(looks: &mut usize) {
    *looks += 1;
    if *looks < LOOKS {
        hint::spin_loop();
    } else {
        thread::yield_now();
    }
}

/// Numbers that threads write at the same time, each its own.
pub struct Apart<'n, T> {
    start: *mut T,
    length: usize,
    numbers: std::marker::PhantomData<&'n mut [T]>,
}

#[expect(unsafe_code, reason = "a raw pointer is not `Sync` by itself")]
// SAFETY: the numbers are borrowed mutably for as long as this lives, and `slice`'s caller keeps the threads apart.
unsafe impl<T: Send> Sync for Apart<'_, T> {}

impl<'n, T> Apart<'n, T> {
    /// Numbers to be shared out.
    pub fn new(numbers: &'n mut [T]) -> Self {
        Self { start: numbers.as_mut_ptr(), length: numbers.len(), numbers: std::marker::PhantomData }
    }

    /// Some of them.
    ///
    /// # Safety
    /// No two slices that live at the same time may overlap.
    #[expect(unsafe_code, reason = "the caller must keep its threads apart")]
    #[expect(clippy::mut_from_ref, reason = "the caller must keep its threads apart")]
    pub unsafe fn slice(&self, start: usize, length: usize) -> &mut [T] {
        assert!(start <= self.length && length <= self.length - start, "a slice outside the numbers");
        // SAFETY: inside the borrowed numbers, as just checked; nobody else has these, as the caller promises.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(start), length) }
    }
}
