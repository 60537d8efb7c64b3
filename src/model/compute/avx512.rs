//! Panels times tiles of rows on processors with AVX-512 and VNNI: a register holds four numbers of all sixteen rows,
//! and one instruction multiplies them with four numbers of a token and adds up.
//!
//! Every kernel computes the same integers and the same chain of fused multiplications and additions as
//! [`super::portable`], which is the readable form of this file; their results are equal to the last bit.

use std::arch::x86_64::{
    __m128i, __m256i, __m512, __m512i, _MM_HINT_T0, _MM_HINT_T1, _mm_loadu_si128, _mm_prefetch, _mm256_loadu_si256,
    _mm512_and_si512, _mm512_cvtepi8_epi32, _mm512_cvtepi32_ps, _mm512_cvtepu8_epi32, _mm512_cvtph_ps,
    _mm512_dpbusd_epi32, _mm512_fmadd_ps, _mm512_fnmadd_ps, _mm512_loadu_si512, _mm512_mul_ps, _mm512_or_si512,
    _mm512_set1_epi8, _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_ps, _mm512_setzero_si512, _mm512_slli_epi16,
    _mm512_srli_epi16, _mm512_storeu_ps, _mm512_xor_si512,
};

use super::{
    cells::{Lanes, bytes_of},
    float::{self, LANES},
    panel::{BLOCK, Form, LINE, Panel, ROWS, SUPER},
    portable,
    rows::Block,
};

/// Bytes ahead of a single row's work. Of none, 1024 and 4096 the last wrote the fastest: 186 tokens a second against 149
/// and 159 (`purview model bench --prompt-tokens 128`, one run each).
const AHEAD: usize = 4096;
/// Bytes ahead of work in floats. Of 0, 1024 and 4096 the second was the fastest for two passes over a panel (16 rows times
/// 42 MB of matrices: 6.0, 4.6 and 5.0 ms), the last for one.
const FLOATS_AHEAD: usize = 1024;
/// Groups of four columns in a block.
const GROUPS: usize = BLOCK / 4;

/// The products of a panel and `T` rows of blocks.
///
/// # Safety
/// The processor must have AVX-512 F, BW, VL and VNNI.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
pub(super) fn tile<const T: usize>(form: Form, panel: Panel<'_>, rows: [&[Block]; T], out: &mut [[f32; ROWS]; T]) {
    let sums = match form {
        Form::Full => unreachable!("floats are multiplied elsewhere"),
        Form::Eight => eight(panel, rows),
        Form::Four => four(panel, rows),
        Form::FourK => four_k(panel, rows),
        Form::SixK => six_k(panel, rows),
    };
    for (sum, out) in sums.into_iter().zip(out) {
        store(out, sum);
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
fn eight<const T: usize>(panel: Panel<'_>, rows: [&[Block]; T]) -> [__m512; T] {
    let mut sums = [_mm512_setzero_ps(); T];
    let sign = _mm512_set1_epi8(i8::MIN);
    let blocks = panel.quants.as_chunks::<GROUPS>().0.iter().zip(panel.scales.as_chunks::<{ ROWS * 2 }>().0);
    for (at, (quants, scales)) in blocks.enumerate() {
        let scale = halfs(scales);
        let tokens = at_block(rows, at);
        // The instruction wants one side without a sign: 128 more there, and 128 times the other side less in the end.
        let mut products = [_mm512_setzero_si512(); T];
        for (product, token) in products.iter_mut().zip(tokens) {
            *product = _mm512_set1_epi32(-128 * (token.halves[0] + token.halves[1]));
        }
        for (group, line) in quants.iter().enumerate() {
            let quants = _mm512_xor_si512(load::<T>(line), sign);
            multiply(&mut products, quants, tokens, group);
        }
        for (sum, (product, token)) in sums.iter_mut().zip(products.into_iter().zip(tokens)) {
            *sum = scaled(*sum, product, scale, token.scale);
        }
    }
    sums
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
fn four<const T: usize>(panel: Panel<'_>, rows: [&[Block]; T]) -> [__m512; T] {
    let mut sums = [_mm512_setzero_ps(); T];
    let blocks = panel.quants.as_chunks::<{ GROUPS / 2 }>().0.iter().zip(panel.scales.as_chunks::<{ ROWS * 4 }>().0);
    for (at, (quants, scales)) in blocks.enumerate() {
        let [scales, leasts] = scales.as_chunks().0 else { continue };
        let (scale, least) = (halfs(scales), halfs(leasts));
        let tokens = at_block(rows, at);
        let products = nibbles(quants, tokens);
        for (sum, (product, token)) in sums.iter_mut().zip(products.into_iter().zip(tokens)) {
            *sum = scaled(*sum, product, scale, token.scale);
            *sum = _mm512_fmadd_ps(least, _mm512_set1_ps(token.sum), *sum);
        }
    }
    sums
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
fn four_k<const T: usize>(panel: Panel<'_>, rows: [&[Block]; T]) -> [__m512; T] {
    let mut sums = [_mm512_setzero_ps(); T];
    let blocks = panel.quants.as_chunks::<{ GROUPS / 2 }>().0.iter().zip(panel.scales.as_chunks::<{ ROWS * 2 }>().0);
    for (at, (quants, scales)) in blocks.enumerate() {
        let supers = &panel.supers.as_chunks::<{ ROWS * 4 }>().0[at / SUPER];
        let [scales, leasts] = scales.as_chunks().0 else { continue };
        let [supers, least_supers] = supers.as_chunks().0 else { continue };
        let scale = _mm512_mul_ps(halfs(supers), _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(load_16(scales))));
        let least = _mm512_mul_ps(halfs(least_supers), _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(load_16(leasts))));
        let tokens = at_block(rows, at);
        let products = nibbles(quants, tokens);
        for (sum, (product, token)) in sums.iter_mut().zip(products.into_iter().zip(tokens)) {
            *sum = scaled(*sum, product, scale, token.scale);
            *sum = _mm512_fnmadd_ps(least, _mm512_set1_ps(token.sum), *sum);
        }
    }
    sums
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
fn six_k<const T: usize>(panel: Panel<'_>, rows: [&[Block]; T]) -> [__m512; T] {
    let mut sums = [_mm512_setzero_ps(); T];
    let (low_half, two_bits) = (_mm512_set1_epi8(15), _mm512_set1_epi8(0x30));
    let blocks = panel.quants.as_chunks::<6>().0.iter().zip(panel.scales.as_chunks::<{ ROWS * 2 }>().0);
    for (at, (quants, scales)) in blocks.enumerate() {
        let supers = halfs(&panel.supers.as_chunks().0[at / SUPER]);
        let tokens = at_block(rows, at);
        for half in 0..2 {
            let scale = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(load_16(&scales.as_chunks().0[half])));
            let scale = _mm512_mul_ps(supers, scale);
            let high = load::<T>(&quants[4 + half]);
            let high = [
                _mm512_and_si512(_mm512_slli_epi16::<4>(high), two_bits),
                _mm512_and_si512(_mm512_slli_epi16::<2>(high), two_bits),
                _mm512_and_si512(high, two_bits),
                _mm512_and_si512(_mm512_srli_epi16::<2>(high), two_bits),
            ];
            let mut products = [_mm512_setzero_si512(); T];
            for (product, token) in products.iter_mut().zip(tokens) {
                *product = _mm512_set1_epi32(-32 * token.halves[half]);
            }
            for pair in 0..2 {
                let low = load::<T>(&quants[half * 2 + pair]);
                let first = _mm512_or_si512(_mm512_and_si512(low, low_half), high[pair * 2]);
                let second = _mm512_and_si512(_mm512_srli_epi16::<4>(low), low_half);
                let second = _mm512_or_si512(second, high[pair * 2 + 1]);
                multiply(&mut products, first, tokens, half * 4 + pair * 2);
                multiply(&mut products, second, tokens, half * 4 + pair * 2 + 1);
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
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
pub(super) fn floats<const T: usize>(panel: &[u8], rows: [&[f32]; T]) -> [[f32; ROWS]; T] {
    portable::floats(panel, rows, |line| _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().wrapping_add(FLOATS_AHEAD).cast()))
}

/// [`float::products`].
///
/// # Safety
/// As [`tile`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
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
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
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
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
fn widen(bytes: &[u8; ROWS * 2]) -> [f32; LANES] {
    let mut wide = [0.0; LANES];
    store(&mut wide, halfs(bytes));
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
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
fn nibbles<const T: usize>(quants: &[[u8; LINE]; GROUPS / 2], tokens: [&Block; T]) -> [__m512i; T] {
    let low_half = _mm512_set1_epi8(15);
    let mut products = [_mm512_setzero_si512(); T];
    for (pair, line) in quants.iter().enumerate() {
        let both = load::<T>(line);
        multiply(&mut products, _mm512_and_si512(both, low_half), tokens, pair * 2);
        let high = _mm512_and_si512(_mm512_srli_epi16::<4>(both), low_half);
        multiply(&mut products, high, tokens, pair * 2 + 1);
    }
    products
}

/// Adds the products of four columns.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
fn multiply<const T: usize>(products: &mut [__m512i; T], quants: __m512i, tokens: [&Block; T], group: usize) {
    for (product, token) in products.iter_mut().zip(tokens) {
        *product = _mm512_dpbusd_epi32(*product, quants, _mm512_set1_epi32(token.words[group]));
    }
}

/// `sum + product · (scale · token)`.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
fn scaled(sum: __m512, product: __m512i, scale: __m512, token: f32) -> __m512 {
    _mm512_fmadd_ps(_mm512_cvtepi32_ps(product), _mm512_mul_ps(scale, _mm512_set1_ps(token)), sum)
}

/// Sixteen 16-bit floats.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
#[expect(unsafe_code, clippy::cast_ptr_alignment, reason = "a load without a safe form; it needs no alignment")]
fn halfs(bytes: &[u8; ROWS * 2]) -> __m512 {
    // SAFETY: the array has the 32 bytes that are read; the load needs no alignment.
    _mm512_cvtph_ps(unsafe { _mm256_loadu_si256(bytes.as_ptr().cast::<__m256i>()) })
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
#[expect(unsafe_code, clippy::cast_ptr_alignment, reason = "a load without a safe form; it needs no alignment")]
fn load<const T: usize>(bytes: &[u8; LINE]) -> __m512i {
    if T == 1 {
        // A single row is read as fast as memory gives it; its own prefetcher stops where a page of memory does.
        _mm_prefetch::<_MM_HINT_T1>(bytes.as_ptr().wrapping_add(AHEAD).cast());
    }
    // SAFETY: the array has the 64 bytes that are read; the load needs no alignment.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast::<__m512i>()) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
#[expect(unsafe_code, clippy::cast_ptr_alignment, reason = "a load without a safe form; it needs no alignment")]
fn load_16(bytes: &[u8; ROWS]) -> __m128i {
    // SAFETY: the array has the 16 bytes that are read; the load needs no alignment.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast::<__m128i>()) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
#[expect(unsafe_code, reason = "the safe form of this store does not exist")]
fn store(out: &mut [f32; ROWS], numbers: __m512) {
    // SAFETY: the array has room for the 64 bytes that are written; the store needs no alignment.
    unsafe { _mm512_storeu_ps(out.as_mut_ptr(), numbers) }
}
