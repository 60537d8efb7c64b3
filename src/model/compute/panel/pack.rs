//! From GGUF's block formats to panels.
//!
//! Formats: <https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h> (`block_q4_0` and on); the packed scales of
//! `Q4_K` as `get_scale_min_k4` in `ggml-quants.c` reads them.

use half::f16;

use super::{BLOCK, Form, ROWS, SUPER};

/// Rows of a matrix as a file has them.
#[derive(Debug, Clone, Copy)]
pub enum Source<'f> {
    /// 32-bit floats.
    Floats(&'f [f32]),
    /// 18 bytes for 32 numbers.
    Q4_0(&'f [u8]),
    /// 20 bytes for 32 numbers.
    Q4_1(&'f [u8]),
    /// 34 bytes for 32 numbers.
    Q8_0(&'f [u8]),
    /// 144 bytes for 256 numbers.
    Q4K(&'f [u8]),
    /// 210 bytes for 256 numbers.
    Q6K(&'f [u8]),
}

/// One row's share of 256 columns or fewer, unpacked.
struct Unpacked {
    /// Integers, not negative but for [`Form::Eight`].
    quants: [u8; BLOCK * SUPER],
    /// Bytes of scales of each 32 columns, by kind.
    scales: [[[u8; 2]; 2]; SUPER],
    /// Bytes of scales of scales, by kind.
    supers: [[u8; 2]; 2],
}

/// Packs the rows from `row` on, sixteen at the most, of `columns` numbers each, into a panel of zeros. Of [`Form::Full`]
/// and [`Form::Eight`] floats are taken, else the source must be the form's own.
pub fn pack(source: Source<'_>, form: Form, row: usize, rows: usize, columns: usize, panel: &mut [u8]) {
    let layout = form.layout(columns);
    let first_row = row;
    for row in 0..rows.min(ROWS) {
        if let (Source::Floats(numbers), Form::Full) = (source, form) {
            let numbers = &numbers[(first_row + row) * columns..][..columns];
            for (lane, number) in panel.as_chunks_mut::<4>().0.iter_mut().skip(row).step_by(ROWS).zip(numbers) {
                *lane = number.to_ne_bytes();
            }
            continue;
        }
        for first in (0..columns / BLOCK).step_by(SUPER) {
            let blocks = SUPER.min(columns / BLOCK - first);
            let unpacked = unpack(source, (first_row + row) * columns / BLOCK + first, blocks);
            for block in 0..blocks {
                let at = first + block;
                let quants = &mut panel[at * form.quant_bytes()..][..form.quant_bytes()];
                let numbers: &[u8; BLOCK] = unpacked.quants.as_chunks().0[block..].first().expect("256 in all");
                interleave(form, numbers, row, quants);
                let scales = &mut panel[layout.scales + at * form.scale_bytes()..][..form.scale_bytes()];
                match form {
                    Form::FourK | Form::SixK => {
                        scales[row] = unpacked.scales[block][0][0];
                        scales[ROWS + row] = unpacked.scales[block][1][0];
                    }
                    Form::Full | Form::Eight | Form::Four => place(scales, row, unpacked.scales[block]),
                }
            }
            let supers = &mut panel[layout.supers + first / SUPER * form.super_bytes()..][..form.super_bytes()];
            place(supers, row, unpacked.supers);
        }
    }
}

/// Puts one row's 16-bit floats where they belong: of as many kinds as there is room for.
fn place(room: &mut [u8], row: usize, kinds: [[u8; 2]; 2]) {
    for (kind, room) in kinds.iter().zip(room.chunks_exact_mut(ROWS * 2)) {
        room[row * 2..][..2].copy_from_slice(kind);
    }
}

fn interleave(form: Form, numbers: &[u8; BLOCK], row: usize, quants: &mut [u8]) {
    for (column, number) in numbers.iter().enumerate() {
        let (group, byte) = (column / 4, row * 4 + column % 4);
        match form {
            Form::Full | Form::Eight => quants[group * 64 + byte] = *number,
            Form::Four | Form::FourK => quants[group / 2 * 64 + byte] |= number << (group % 2 * 4),
            Form::SixK => {
                quants[group / 2 * 64 + byte] |= (number & 15) << (group % 2 * 4);
                quants[256 + group / 4 * 64 + byte] |= (number >> 4) << (group % 4 * 2);
            }
        }
    }
}

/// `blocks` blocks of 32 numbers from block `first` on.
fn unpack(source: Source<'_>, first: usize, blocks: usize) -> Unpacked {
    let mut to = Unpacked { quants: [0; BLOCK * SUPER], scales: [[[0; 2]; 2]; SUPER], supers: [[0; 2]; 2] };
    let each = to.quants.as_chunks_mut::<BLOCK>().0.iter_mut().zip(&mut to.scales).enumerate().take(blocks);
    match source {
        Source::Floats(numbers) => {
            for (block, (quants, scales)) in each {
                *scales = round(&numbers[(first + block) * BLOCK..][..BLOCK], quants);
            }
        }
        Source::Q8_0(bytes) => {
            for (block, (quants, scales)) in each {
                let from = &bytes[(first + block) * 34..][..34];
                scales[0] = [from[0], from[1]];
                quants.copy_from_slice(&from[2..]);
            }
        }
        Source::Q4_0(bytes) => {
            for (block, (quants, scales)) in each {
                let from = &bytes[(first + block) * 18..][..18];
                let scale = f16::from_le_bytes([from[0], from[1]]);
                // Exact, but where the offset leaves the range of 16-bit floats: 8 is a power of two.
                *scales = [[from[0], from[1]], f16::from_f32(-8.0 * scale.to_f32()).to_le_bytes()];
                nibbles(&from[2..], quants);
            }
        }
        Source::Q4_1(bytes) => {
            for (block, (quants, scales)) in each {
                let from = &bytes[(first + block) * 20..][..20];
                *scales = [[from[0], from[1]], [from[2], from[3]]];
                nibbles(&from[4..], quants);
            }
        }
        Source::Q4K(bytes) => unpack_4k(&bytes[first / SUPER * 144..][..144], &mut to),
        Source::Q6K(bytes) => unpack_6k(&bytes[first / SUPER * 210..][..210], &mut to),
    }
    to
}

/// Sixteen bytes: the first sixteen numbers in the low halves, the others in the high ones.
fn nibbles(bytes: &[u8], quants: &mut [u8; BLOCK]) {
    for (at, byte) in bytes.iter().enumerate() {
        quants[at] = byte & 15;
        quants[at + BLOCK / 2] = byte >> 4;
    }
}

/// To the nearest of 255 steps, as `Q8_0` has it.
fn round(numbers: &[f32], quants: &mut [u8; BLOCK]) -> [[u8; 2]; 2] {
    let largest = numbers.iter().fold(0.0f32, |most, number| most.max(number.abs()));
    let scale = f16::from_f32(largest / 127.0);
    let inverse = if scale.to_f32() > 0.0 { 1.0 / scale.to_f32() } else { 0.0 };
    for (quant, number) in quants.iter_mut().zip(numbers) {
        *quant = ((number * inverse).round().clamp(-127.0, 127.0) as i8).cast_unsigned();
    }
    [scale.to_le_bytes(), [0; 2]]
}

fn unpack_4k(from: &[u8], to: &mut Unpacked) {
    to.supers = [[from[0], from[1]], [from[2], from[3]]];
    let (packed, quants) = from[4..].split_at(12);
    for (block, scales) in to.scales.iter_mut().enumerate() {
        let (scale, least) = if block < 4 {
            (packed[block] & 63, packed[block + 4] & 63)
        } else {
            (packed[block + 4] & 15 | packed[block - 4] >> 6 << 4, packed[block + 4] >> 4 | packed[block] >> 6 << 4)
        };
        *scales = [[scale, 0], [least, 0]];
    }
    for (pair, bytes) in quants.chunks_exact(BLOCK).enumerate() {
        for (at, byte) in bytes.iter().enumerate() {
            to.quants[pair * 64 + at] = byte & 15;
            to.quants[pair * 64 + BLOCK + at] = byte >> 4;
        }
    }
}

fn unpack_6k(from: &[u8], to: &mut Unpacked) {
    let (low, rest) = from.split_at(128);
    let (high, rest) = rest.split_at(64);
    let (scales, scale) = rest.split_at(16);
    to.supers[0] = [scale[0], scale[1]];
    for (to, two) in to.scales.iter_mut().zip(scales.as_chunks::<2>().0) {
        *to = [[two[0], 0], [two[1], 0]];
    }
    // Halves of 128 numbers; in each, four runs of 32 that share their high bits' bytes.
    for half in 0..2 {
        for at in 0..BLOCK {
            let (low, high) = (&low[half * 64..], high[half * BLOCK + at]);
            let numbers = &mut to.quants[half * 128..];
            numbers[at] = low[at] & 15 | (high & 3) << 4;
            numbers[at + 32] = low[at + 32] & 15 | (high >> 2 & 3) << 4;
            numbers[at + 64] = low[at] >> 4 | (high >> 4 & 3) << 4;
            numbers[at + 96] = low[at + 32] >> 4 | (high >> 6) << 4;
        }
    }
}
