//! Which instructions multiply: the best that this processor has, asked once. All give the same numbers.

#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use super::{
    cells::Lanes,
    float::{self, LANES},
    panel::{Form, Panel, ROWS},
    portable,
    rows::Rows,
};

/// A way to multiply that this processor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// AVX-512 with VNNI.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// AVX2 with FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Whatever the compiler makes of it.
    Portable,
}

/// Tokens that one pass over a panel serves at the most.
const TILE: usize = 8;

impl Kernel {
    /// Those that this processor has, the fastest first.
    pub fn here() -> Vec<Self> {
        let mut here = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let has_avx2 =
                is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c");
            let has_avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni");
            here.extend((has_avx512 && has_avx2).then_some(Self(Kind::Avx512)));
            here.extend(has_avx2.then_some(Self(Kind::Avx2)));
        }
        here.push(Self(Kind::Portable));
        here
    }

    /// The fastest that this processor has.
    pub fn best() -> Self {
        Self::here()[0]
    }

    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512-vnni",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            Kind::Portable => "portable",
        }
    }

    /// A panel times the rows from `first` on, as many as one pass serves; returns how many that were. `write` is given
    /// each row's sixteen numbers.
    pub(super) fn pass(
        self,
        form: Form,
        panel: Panel<'_>,
        rows: &Rows,
        first: usize,
        write: impl FnMut(usize, &[f32; ROWS]),
    ) -> usize {
        match rows.len() - first {
            TILE.. => self.tile::<TILE>(form, panel, rows, first, write),
            4.. => self.tile::<4>(form, panel, rows, first, write),
            2.. => self.tile::<2>(form, panel, rows, first, write),
            _ => self.tile::<1>(form, panel, rows, first, write),
        }
    }

    fn tile<const T: usize>(
        self,
        form: Form,
        panel: Panel<'_>,
        rows: &Rows,
        first: usize,
        mut write: impl FnMut(usize, &[f32; ROWS]),
    ) -> usize {
        let mut out = [[0.0; ROWS]; T];
        let blocks: [_; T] = std::array::from_fn(|row| rows.blocks(first + row));
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions that not every processor has")]
            // SAFETY: a `Kernel` of this kind comes only from `here`, which asked the processor.
            Kind::Avx512 => unsafe { avx512::tile(form, panel, blocks, &mut out) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions that not every processor has")]
            // SAFETY: likewise.
            Kind::Avx2 => unsafe { avx2::tile(form, panel, blocks, &mut out) },
            Kind::Portable => {
                for (row, out) in blocks.iter().zip(&mut out) {
                    portable::tile(form, panel, row, out);
                }
            }
        }
        for (row, out) in out.iter().enumerate() {
            write(first + row, out);
        }
        T
    }

    /// As [`Self::pass`], of a panel of floats.
    pub(super) fn float_pass(
        self,
        panel: &[u8],
        rows: &Rows,
        first: usize,
        write: impl FnMut(usize, &[f32; ROWS]),
    ) -> usize {
        let left = rows.len() - first;
        // As few passes as there can be, each of as many rows: a pass of few waits for its own additions.
        match left.div_ceil(left.div_ceil(TILE)) {
            1 => self.float_tile::<1>(panel, rows, first, write),
            2 => self.float_tile::<2>(panel, rows, first, write),
            3 => self.float_tile::<3>(panel, rows, first, write),
            4 => self.float_tile::<4>(panel, rows, first, write),
            5 => self.float_tile::<5>(panel, rows, first, write),
            6 => self.float_tile::<6>(panel, rows, first, write),
            7 => self.float_tile::<7>(panel, rows, first, write),
            _ => self.float_tile::<TILE>(panel, rows, first, write),
        }
    }

    fn float_tile<const T: usize>(
        self,
        panel: &[u8],
        rows: &Rows,
        first: usize,
        mut write: impl FnMut(usize, &[f32; ROWS]),
    ) -> usize {
        let numbers: [_; T] = std::array::from_fn(|row| rows.row(first + row));
        let out = match self.0 {
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions that not every processor has")]
            // SAFETY: as in `tile`.
            Kind::Avx512 => unsafe { avx512::floats(panel, numbers) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions that not every processor has")]
            // SAFETY: likewise.
            Kind::Avx2 => unsafe { avx2::floats(panel, numbers) },
            Kind::Portable => portable::floats(panel, numbers, |_| {}),
        };
        for (row, out) in out.iter().enumerate() {
            write(first + row, out);
        }
        T
    }

    /// Sixteen products for each row and panel: a panel has sixteen numbers for each of a row's. `write` is given each
    /// panel's.
    pub fn products<const T: usize>(
        self,
        columns: Lanes<'_>,
        panels: usize,
        rows: [&[f32]; T],
        write: impl FnMut(usize, &[[f32; LANES]; T]),
    ) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions that not every processor has")]
            // SAFETY: as in `tile`.
            Kind::Avx512 => unsafe { avx512::products(columns, panels, rows, write) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions that not every processor has")]
            // SAFETY: likewise.
            Kind::Avx2 => unsafe { avx2::products(columns, panels, rows, write) },
            Kind::Portable => float::products(|at| columns.wide(at), panels, rows, write),
        }
    }

    /// Adds rows of `width` values, each times its weight, to each of the rows in `sums`.
    pub fn mix<const T: usize>(self, values: Lanes<'_>, weights: [&[f32]; T], width: usize, sums: &mut [f32]) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions that not every processor has")]
            // SAFETY: as in `tile`.
            Kind::Avx512 => unsafe { avx512::mix(values, weights, width, sums) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions that not every processor has")]
            // SAFETY: likewise.
            Kind::Avx2 => unsafe { avx2::mix(values, weights, width, sums) },
            Kind::Portable => {
                float::mix(|at, column| values.wide((at * width + column) / LANES), weights, width, sums);
            }
        }
    }
}
