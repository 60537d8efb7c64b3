//! Which instructions count bits: the best that this processor has, asked once. All give the same numbers.

#[cfg(target_arch = "x86_64")]
mod avx512;

/// Rows whose words lie side by side: as many as fill a register of 512 bits.
pub(super) const LANES: usize = 8;
/// Bits of a query's numbers. The paper takes as many. Of a million rows, 500 candidates hold 0.9948 of the exact ten
/// nearest with 4, 0.9960 with 6 and 0.9960 with 8 (n 400 questions), and each costs a pass over the codes.
pub(super) const PLANES: usize = 4;
/// The same word of eight rows.
pub(super) type Line = [u64; LANES];

/// A way to count bits that this processor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kernel(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// AVX-512 with VPOPCNTDQ: eight words at once.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// POPCNT: a word at once.
    #[cfg(target_arch = "x86_64")]
    Popcnt,
    /// Whatever the compiler makes of it.
    Portable,
}

impl Kernel {
    /// Those that this processor has, the fastest first.
    pub fn here() -> Vec<Self> {
        [
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512,
            #[cfg(target_arch = "x86_64")]
            Kind::Popcnt,
            Kind::Portable,
        ]
        .into_iter()
        .filter(|kind| kind.is_here())
        .map(Self)
        .collect()
    }

    /// The fastest that this processor has.
    pub fn best() -> Self {
        Self::here()[0]
    }

    /// How far each row of each block is from the query: the bits in which it differs from a plane, times the plane's
    /// weight, over all planes. `lines` are `(block, word)`, `planes` are `(word, plane)`.
    pub fn differences(self, lines: &[Line], planes: &[[u64; PLANES]], out: &mut [[u32; LANES]]) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions that not every processor has")]
            // SAFETY: a `Kernel` of this kind comes only from `here`, which asked the processor.
            Kind::Avx512 => unsafe { avx512::differences(lines, planes, out) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions that not every processor has")]
            // SAFETY: likewise.
            Kind::Popcnt => unsafe { popcnt(lines, planes, out) },
            Kind::Portable => portable(lines, planes, out),
        }
    }
}

impl Kind {
    fn is_here(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vpopcntdq"),
            #[cfg(target_arch = "x86_64")]
            Self::Popcnt => is_x86_feature_detected!("popcnt"),
            Self::Portable => true,
        }
    }
}

/// [`portable`] with the instruction: 9 ms a million rows against 27 (384 dimensions, one thread of an EPYC, the best
/// of 30).
///
/// # Safety
/// The processor must have POPCNT.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn popcnt(lines: &[Line], planes: &[[u64; PLANES]], out: &mut [[u32; LANES]]) {
    portable(lines, planes, out);
}

/// The readable form of every kernel. Eight words at a time, so that the compiler counts in what registers there are.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it is compiled once for each set of instructions")]
fn portable(lines: &[Line], planes: &[[u64; PLANES]], out: &mut [[u32; LANES]]) {
    for (block, out) in lines.chunks_exact(planes.len()).zip(out) {
        let mut counts = [[0_u64; LANES]; PLANES];
        for (line, planes) in block.iter().zip(planes) {
            for (count, plane) in counts.iter_mut().zip(planes) {
                for (count, word) in count.iter_mut().zip(line) {
                    *count += u64::from((word ^ plane).count_ones());
                }
            }
        }
        for (lane, out) in out.iter_mut().enumerate() {
            *out = counts.iter().rev().fold(0, |sum, count| sum * 2 + count[lane] as u32);
        }
    }
}
