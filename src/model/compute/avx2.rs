//! Panels times tiles of rows on processors with AVX2 and FMA. As [`super::avx512`], with registers half as wide, so half
//! a panel at a time, and with products of pairs in 16 bits, which is why how many are added there is bounded.
//!
//! Results are equal to those of [`super::portable`] to the last bit.

use std::arch::x86_64::{
    __m128i, __m256, __m256i, _MM_HINT_T1, _mm_loadl_epi64, _mm_loadu_si128, _mm_prefetch, _mm256_abs_epi8,
    _mm256_add_epi16, _mm256_add_epi32, _mm256_and_si256, _mm256_cvtepi8_epi32, _mm256_cvtepi32_ps,
    _mm256_cvtepu8_epi32, _mm256_cvtph_ps, _mm256_fmadd_ps, _mm256_fnmadd_ps, _mm256_loadu_si256, _mm256_madd_epi16,
    _mm256_maddubs_epi16, _mm256_mul_ps, _mm256_or_si256, _mm256_set1_epi8, _mm256_set1_epi16, _mm256_set1_epi32,
    _mm256_set1_ps, _mm256_setzero_ps, _mm256_setzero_si256, _mm256_sign_epi8, _mm256_slli_epi16, _mm256_srli_epi16,
    _mm256_storeu_ps,
};

use super::{
    cells::{Lanes, bytes_of},
    float::{self, LANES},
    panel::{BLOCK, Form, LINE, Panel, ROWS, SUPER},
    portable,
    rows::Block,
};

/// As in [`super::avx512`].
const AHEAD: usize = 4096;
/// Groups of four columns in a block.
const GROUPS: usize = BLOCK / 4;
/// Rows of half a panel.
const HALF: usize = ROWS / 2;

/// The products of a panel and `T` rows of blocks.
///
/// # Safety
/// The processor must have AVX2, FMA and F16C.
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) fn tile<const T: usize>(form: Form, panel: Panel<'_>, rows: [&[Block]; T], out: &mut [[f32; ROWS]; T]) {
    for side in 0..2 {
        let sums = match form {
            Form::Full => unreachable!("floats are multiplied elsewhere"),
            Form::Eight => eight(panel, rows, side),
            Form::Four => four(panel, rows, side),
            Form::FourK => four_k(panel, rows, side),
            Form::SixK => six_k(panel, rows, side),
        };
        for (sum, out) in sums.into_iter().zip(out.iter_mut()) {
            store(&mut out.as_chunks_mut::<HALF>().0[side], sum);
        }
    }
}

#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
fn eight<const T: usize>(panel: Panel<'_>, rows: [&[Block]; T], side: usize) -> [__m256; T] {
    let mut sums = [_mm256_setzero_ps(); T];
    let ones = _mm256_set1_epi16(1);
    let blocks = panel.quants.as_chunks::<GROUPS>().0.iter().zip(panel.scales.as_chunks::<{ ROWS * 2 }>().0);
    for (at, (quants, scales)) in blocks.enumerate() {
        let scale = halfs(scales, side);
        let tokens = at_block(rows, at);
        let mut products = [_mm256_setzero_si256(); T];
        for (group, line) in quants.iter().enumerate() {
            let quants = load::<T>(line, side);
            let magnitude = _mm256_abs_epi8(quants); // the instruction wants one side without a sign
            for (product, token) in products.iter_mut().zip(tokens) {
                let signed = _mm256_sign_epi8(_mm256_set1_epi32(token.words[group]), quants);
                // A pair is 2 · 128 · 127 at most: one such sum fits, two would not.
                let pairs = _mm256_madd_epi16(_mm256_maddubs_epi16(magnitude, signed), ones);
                *product = _mm256_add_epi32(*product, pairs);
            }
        }
        for (sum, (product, token)) in sums.iter_mut().zip(products.into_iter().zip(tokens)) {
            *sum = scaled(*sum, product, scale, token.scale);
        }
    }
    sums
}

#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
fn four<const T: usize>(panel: Panel<'_>, rows: [&[Block]; T], side: usize) -> [__m256; T] {
    let mut sums = [_mm256_setzero_ps(); T];
    let blocks = panel.quants.as_chunks::<{ GROUPS / 2 }>().0.iter().zip(panel.scales.as_chunks::<{ ROWS * 4 }>().0);
    for (at, (quants, scales)) in blocks.enumerate() {
        let [scales, leasts] = scales.as_chunks().0 else { continue };
        let (scale, least) = (halfs(scales, side), halfs(leasts, side));
        let tokens = at_block(rows, at);
        let products = nibbles(quants, tokens, side);
        for (sum, (product, token)) in sums.iter_mut().zip(products.into_iter().zip(tokens)) {
            *sum = scaled(*sum, product, scale, token.scale);
            *sum = _mm256_fmadd_ps(least, _mm256_set1_ps(token.sum), *sum);
        }
    }
    sums
}

#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
fn four_k<const T: usize>(panel: Panel<'_>, rows: [&[Block]; T], side: usize) -> [__m256; T] {
    let mut sums = [_mm256_setzero_ps(); T];
    let blocks = panel.quants.as_chunks::<{ GROUPS / 2 }>().0.iter().zip(panel.scales.as_chunks::<{ ROWS * 2 }>().0);
    for (at, (quants, scales)) in blocks.enumerate() {
        let supers = &panel.supers.as_chunks::<{ ROWS * 4 }>().0[at / SUPER];
        let [scales, leasts] = scales.as_chunks().0 else { continue };
        let [supers, least_supers] = supers.as_chunks().0 else { continue };
        let small = |bytes| _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(load_8(bytes, side)));
        let scale = _mm256_mul_ps(halfs(supers, side), small(scales));
        let least = _mm256_mul_ps(halfs(least_supers, side), small(leasts));
        let tokens = at_block(rows, at);
        let products = nibbles(quants, tokens, side);
        for (sum, (product, token)) in sums.iter_mut().zip(products.into_iter().zip(tokens)) {
            *sum = scaled(*sum, product, scale, token.scale);
            *sum = _mm256_fnmadd_ps(least, _mm256_set1_ps(token.sum), *sum);
        }
    }
    sums
}

#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
fn six_k<const T: usize>(panel: Panel<'_>, rows: [&[Block]; T], side: usize) -> [__m256; T] {
    let mut sums = [_mm256_setzero_ps(); T];
    let (low_half, two_bits, ones) = (_mm256_set1_epi8(15), _mm256_set1_epi8(0x30), _mm256_set1_epi16(1));
    let blocks = panel.quants.as_chunks::<6>().0.iter().zip(panel.scales.as_chunks::<{ ROWS * 2 }>().0);
    for (at, (quants, scales)) in blocks.enumerate() {
        let supers = halfs(&panel.supers.as_chunks().0[at / SUPER], side);
        let tokens = at_block(rows, at);
        for half in 0..2 {
            let scale = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(load_8(&scales.as_chunks().0[half], side)));
            let scale = _mm256_mul_ps(supers, scale);
            let high = load::<T>(&quants[4 + half], side);
            let high = [
                _mm256_and_si256(_mm256_slli_epi16::<4>(high), two_bits),
                _mm256_and_si256(_mm256_slli_epi16::<2>(high), two_bits),
                _mm256_and_si256(high, two_bits),
                _mm256_and_si256(_mm256_srli_epi16::<2>(high), two_bits),
            ];
            let mut products = [_mm256_setzero_si256(); T];
            for (product, token) in products.iter_mut().zip(tokens) {
                *product = _mm256_set1_epi32(-32 * token.halves[half]);
            }
            for pair in 0..2 {
                let low = load::<T>(&quants[half * 2 + pair], side);
                let first = _mm256_or_si256(_mm256_and_si256(low, low_half), high[pair * 2]);
                let second = _mm256_and_si256(_mm256_srli_epi16::<4>(low), low_half);
                let second = _mm256_or_si256(second, high[pair * 2 + 1]);
                let group = half * 4 + pair * 2;
                for (product, token) in products.iter_mut().zip(tokens) {
                    let one = _mm256_set1_epi32(token.words[group]);
                    let two = _mm256_set1_epi32(token.words[group + 1]);
                    // Four products of 63 · 127 at most fit in 16 bits.
                    let pairs = _mm256_add_epi16(_mm256_maddubs_epi16(first, one), _mm256_maddubs_epi16(second, two));
                    *product = _mm256_add_epi32(*product, _mm256_madd_epi16(pairs, ones));
                }
            }
            for (sum, (product, token)) in sums.iter_mut().zip(products.into_iter().zip(tokens)) {
                *sum = scaled(*sum, product, scale, token.scale);
            }
        }
    }
    sums
}

/// A panel of floats times rows.
///
/// # Safety
/// As [`tile`].
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) fn floats<const T: usize>(panel: &[u8], rows: [&[f32]; T]) -> [[f32; ROWS]; T] {
    portable::floats(panel, rows, |_| {})
}

/// [`float::products`].
///
/// # Safety
/// As [`tile`].
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) fn products<const T: usize>(
    columns: Lanes<'_>,
    panels: usize,
    rows: [&[f32]; T],
    write: impl FnMut(usize, &[[f32; LANES]; T]),
) {
    match columns {
        Lanes::Half(columns) => float::products(|at| widen(bytes_of(&columns[at])), panels, rows, write),
        Lanes::Full(columns) => float::products(|at| columns[at], panels, rows, write),
    }
}

/// [`float::mix`].
///
/// # Safety
/// As [`tile`].
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) fn mix<const T: usize>(values: Lanes<'_>, weights: [&[f32]; T], width: usize, sums: &mut [f32]) {
    let place = |at: usize, column: usize| (at * width + column) / LANES;
    match values {
        Lanes::Half(values) => {
            float::mix(|at, column| widen(bytes_of(&values[place(at, column)])), weights, width, sums);
        }
        Lanes::Full(values) => float::mix(|at, column| values[place(at, column)], weights, width, sums),
    }
}

/// Sixteen 16-bit floats.
#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
fn widen(bytes: &[u8; ROWS * 2]) -> [f32; LANES] {
    let mut wide = [0.0; LANES];
    for (side, wide) in wide.as_chunks_mut().0.iter_mut().enumerate() {
        store(wide, halfs(bytes, side));
    }
    wide
}

/// Each row's block. A loop, since a closure would be a call that no vector register survives.
#[inline]
fn at_block<const T: usize>(rows: [&[Block]; T], at: usize) -> [&Block; T] {
    let mut blocks = [&Block::ZERO; T];
    for (block, row) in blocks.iter_mut().zip(rows) {
        *block = &row[at];
    }
    blocks
}

/// The products of a block of four-bit numbers.
#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
fn nibbles<const T: usize>(quants: &[[u8; LINE]; GROUPS / 2], tokens: [&Block; T], side: usize) -> [__m256i; T] {
    let low_half = _mm256_set1_epi8(15);
    // Sixteen products of 15 · 127 at most fit in 16 bits, and these are all there are.
    let mut pairs = [_mm256_setzero_si256(); T];
    for (pair, line) in quants.iter().enumerate() {
        let both = load::<T>(line, side);
        let low = _mm256_and_si256(both, low_half);
        let high = _mm256_and_si256(_mm256_srli_epi16::<4>(both), low_half);
        for (pairs, token) in pairs.iter_mut().zip(tokens) {
            let one = _mm256_set1_epi32(token.words[pair * 2]);
            let two = _mm256_set1_epi32(token.words[pair * 2 + 1]);
            *pairs = _mm256_add_epi16(*pairs, _mm256_maddubs_epi16(low, one));
            *pairs = _mm256_add_epi16(*pairs, _mm256_maddubs_epi16(high, two));
        }
    }
    for pairs in &mut pairs {
        *pairs = _mm256_madd_epi16(*pairs, _mm256_set1_epi16(1));
    }
    pairs
}

/// `sum + product · (scale · token)`.
#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
fn scaled(sum: __m256, product: __m256i, scale: __m256, token: f32) -> __m256 {
    _mm256_fmadd_ps(_mm256_cvtepi32_ps(product), _mm256_mul_ps(scale, _mm256_set1_ps(token)), sum)
}

/// Eight 16-bit floats.
#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
#[expect(unsafe_code, clippy::cast_ptr_alignment, reason = "a load without a safe form; it needs no alignment")]
fn halfs(bytes: &[u8; ROWS * 2], side: usize) -> __m256 {
    let bytes = &bytes.as_chunks::<16>().0[side];
    // SAFETY: the array has the 16 bytes that are read; the load needs no alignment.
    _mm256_cvtph_ps(unsafe { _mm_loadu_si128(bytes.as_ptr().cast::<__m128i>()) })
}

#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
#[expect(unsafe_code, clippy::cast_ptr_alignment, reason = "a load without a safe form; it needs no alignment")]
fn load<const T: usize>(bytes: &[u8; LINE], side: usize) -> __m256i {
    if T == 1 {
        // A single row is read as fast as memory gives it; its own prefetcher stops where a page of memory does.
        _mm_prefetch::<_MM_HINT_T1>(bytes.as_ptr().wrapping_add(AHEAD).cast());
    }
    let bytes = &bytes.as_chunks::<32>().0[side];
    // SAFETY: the array has the 32 bytes that are read; the load needs no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast::<__m256i>()) }
}

#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
#[expect(unsafe_code, clippy::cast_ptr_alignment, reason = "a load without a safe form; it needs no alignment")]
fn load_8(bytes: &[u8; ROWS], side: usize) -> __m128i {
    let bytes = &bytes.as_chunks::<8>().0[side];
    // SAFETY: the array has the 8 bytes that are read; the load needs no alignment.
    unsafe { _mm_loadl_epi64(bytes.as_ptr().cast::<__m128i>()) }
}

#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
#[expect(unsafe_code, reason = "the safe form of this store does not exist")]
fn store(out: &mut [f32; HALF], numbers: __m256) {
    // SAFETY: the array has room for the 32 bytes that are written; the store needs no alignment.
    unsafe { _mm256_storeu_ps(out.as_mut_ptr(), numbers) }
}
