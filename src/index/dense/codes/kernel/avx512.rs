//! Differences on processors with AVX-512 and VPOPCNTDQ: a register holds the same word of eight rows, and one
//! instruction counts the bits of all of them. [`super::portable`] is the readable form of this file.

use std::arch::x86_64::{
    __m256i, __m512i, _mm256_storeu_si256, _mm512_add_epi64, _mm512_cvtepi64_epi32, _mm512_loadu_si512,
    _mm512_popcnt_epi64, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_slli_epi64, _mm512_xor_si512,
};

use super::{LANES, Line, PLANES};

/// [`super::Kernel::differences`].
///
/// # Safety
/// The processor must have AVX-512 F and VPOPCNTDQ.
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
pub(super) fn differences(lines: &[Line], planes: &[[u64; PLANES]], out: &mut [[u32; LANES]]) {
    for (block, out) in lines.chunks_exact(planes.len()).zip(out) {
        let mut counts = [_mm512_setzero_si512(); PLANES];
        for (line, planes) in block.iter().zip(planes) {
            let line = load(line);
            for (count, plane) in counts.iter_mut().zip(planes) {
                let differing = _mm512_xor_si512(line, _mm512_set1_epi64(plane.cast_signed()));
                *count = _mm512_add_epi64(*count, _mm512_popcnt_epi64(differing));
            }
        }
        let mut sum = _mm512_setzero_si512();
        for count in counts.iter().rev() {
            sum = _mm512_add_epi64(_mm512_slli_epi64::<1>(sum), *count);
        }
        store(out, _mm512_cvtepi64_epi32(sum));
    }
}

#[target_feature(enable = "avx512f")]
#[inline]
#[expect(unsafe_code, clippy::cast_ptr_alignment, reason = "a load without a safe form; it needs no alignment")]
fn load(line: &Line) -> __m512i {
    // SAFETY: the array has the 64 bytes that are read; the load needs no alignment.
    unsafe { _mm512_loadu_si512(line.as_ptr().cast::<__m512i>()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
#[expect(unsafe_code, clippy::cast_ptr_alignment, reason = "a store without a safe form; it needs no alignment")]
fn store(out: &mut [u32; LANES], sums: __m256i) {
    // SAFETY: the array has room for the 32 bytes that are written; the store needs no alignment.
    unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast::<__m256i>(), sums) }
}
