//! Panels times rows in plain Rust: what the other kernels must equal, and what processors without one use.

#![expect(clippy::inline_always, reason = "inlined, it is compiled for the vector instructions that its caller has")]

use half::f16;

use super::{
    float,
    panel::{BLOCK, Form, LINE, Panel, ROWS, SUPER},
    rows::Block,
};

/// The products of a panel and one row of blocks.
pub(super) fn tile(form: Form, panel: Panel<'_>, row: &[Block], out: &mut [f32; ROWS]) {
    *out = [0.0; ROWS];
    for (at, token) in row.iter().enumerate() {
        let quants = &panel.quants.as_flattened()[at * form.quant_bytes()..][..form.quant_bytes()];
        for (lane, sum) in out.iter_mut().enumerate() {
            let numbers: [i32; BLOCK] = std::array::from_fn(|column| quant(form, quants, lane, column));
            let half = |kind: usize| dot(&numbers, token, kind);
            let scale = |kind: usize| scale(form, panel, at, lane, kind);
            match form {
                Form::Full => unreachable!("floats are multiplied elsewhere"),
                Form::Eight => *sum = scaled(*sum, half(0) + half(1), scale(0), token.scale),
                Form::Four => {
                    *sum = scaled(*sum, half(0) + half(1), scale(0), token.scale);
                    *sum = scale(1).mul_add(token.sum, *sum);
                }
                Form::FourK => {
                    *sum = scaled(*sum, half(0) + half(1), scale(0), token.scale);
                    *sum = (-scale(1)).mul_add(token.sum, *sum);
                }
                Form::SixK => {
                    for kind in 0..2 {
                        *sum = scaled(*sum, half(kind), scale(kind), token.scale);
                    }
                }
            }
        }
    }
}

/// `sum + product · (scale · token)`.
fn scaled(sum: f32, product: i32, scale: f32, token: f32) -> f32 {
    (product as f32).mul_add(scale * token, sum)
}

/// The product of half a block.
fn dot(numbers: &[i32; BLOCK], token: &Block, half: usize) -> i32 {
    let bytes = token.words.iter().flat_map(|word| word.to_ne_bytes()).map(|byte| i32::from(byte.cast_signed()));
    let both = numbers.iter().zip(bytes).map(|(number, byte)| number * byte);
    both.skip(half * BLOCK / 2).take(BLOCK / 2).sum()
}

/// One stored integer of a block, without its offset.
pub(super) fn quant(form: Form, quants: &[u8], lane: usize, column: usize) -> i32 {
    let (group, byte) = (column / 4, lane * 4 + column % 4);
    match form {
        Form::Full | Form::Eight => i32::from(quants[group * 64 + byte].cast_signed()),
        Form::Four | Form::FourK => i32::from(quants[group / 2 * 64 + byte] >> (group % 2 * 4) & 15),
        Form::SixK => {
            let low = quants[group / 2 * 64 + byte] >> (group % 2 * 4) & 15;
            let high = quants[256 + group / 4 * 64 + byte] >> (group % 4 * 2) & 3;
            i32::from(low | high << 4) - 32
        }
    }
}

/// What an integer of a block is multiplied with (`kind` 0), or what is added (1); in six bits, what the integers of
/// each half are multiplied with.
pub(super) fn scale(form: Form, panel: Panel<'_>, block: usize, lane: usize, kind: usize) -> f32 {
    let half = |bytes: &[u8], per: usize, at: usize, kind: usize| {
        let at = at * per + kind * ROWS * 2 + lane * 2;
        f16::from_le_bytes([bytes[at], bytes[at + 1]]).to_f32()
    };
    let small = panel.scales.get(block * ROWS * 2 + kind * ROWS + lane).copied();
    match form {
        Form::Full => 1.0,
        Form::Eight | Form::Four => half(panel.scales, form.scale_bytes(), block, kind),
        Form::FourK => half(panel.supers, form.super_bytes(), block / SUPER, kind) * f32::from(small.unwrap_or(0)),
        Form::SixK => {
            let small = f32::from(small.unwrap_or(0).cast_signed());
            half(panel.supers, form.super_bytes(), block / SUPER, 0) * small
        }
    }
}

/// One row's numbers.
pub(super) fn row(form: Form, panel: Panel<'_>, lane: usize, into: &mut [f32]) {
    for (at, numbers) in into.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
        let quants = &panel.quants.as_flattened()[at * form.quant_bytes()..][..form.quant_bytes()];
        for (column, number) in numbers.iter_mut().enumerate() {
            let quant = quant(form, quants, lane, column) as f32;
            let scale = |kind: usize| scale(form, panel, at, lane, kind);
            *number = match form {
                Form::Full | Form::Eight => quant * scale(0),
                Form::Four => quant.mul_add(scale(0), scale(1)),
                Form::FourK => quant.mul_add(scale(0), -scale(1)),
                Form::SixK => quant * scale(column / (BLOCK / 2)),
            };
        }
    }
}

/// A panel of floats times rows. `ahead` is told of each line of the panel before it is read.
#[inline(always)]
pub(super) fn floats<const T: usize>(panel: &[u8], rows: [&[f32]; T], ahead: impl Fn(&[u8; LINE])) -> [[f32; ROWS]; T] {
    let lines = &panel.as_chunks().0[..rows[0].len()];
    let line = |at: usize| {
        ahead(&lines[at]);
        float::line(&lines[at])
    };
    float::product(line, rows)
}
