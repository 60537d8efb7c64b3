//! Arithmetic on 32-bit floats, sixteen at a time, in plain Rust: what a compiler makes vector instructions of when it is
//! told which ones there are. The order of the additions does not depend on the processor.

#![expect(clippy::inline_always, reason = "inlined, it is compiled for the vector instructions that its caller has")]

/// Numbers that are computed side by side: one AVX-512 register, or two of AVX2.
pub const LANES: usize = 16;

/// Sixteen numbers for each of `T` rows.
type Tile<const T: usize> = [[f32; LANES]; T];

/// `rows[t] · columns`, where `column` gives sixteen numbers for each of a row's: (columns, 16) and (t, columns) → (t, 16).
#[inline(always)]
pub(super) fn product<const T: usize>(column: impl Fn(usize) -> [f32; LANES], rows: [&[f32]; T]) -> Tile<T> {
    let width = rows[0].len();
    let rows = rows.map(|row| &row[..width]);
    let mut sums = [[0.0; LANES]; T];
    for at in 0..width {
        let column = column(at);
        for (sum, row) in sums.iter_mut().zip(rows) {
            let number = row[at];
            for (sum, column) in sum.iter_mut().zip(column) {
                *sum = column.mul_add(number, *sum);
            }
        }
    }
    sums
}

/// [`product`] of each panel of as many columns as a row has numbers: `column` gives those of all panels, one after the
/// other. Few rows take two panels at a time, so that no multiplication has to wait for the one before.
#[inline(always)]
pub(super) fn products<const T: usize>(
    column: impl Fn(usize) -> [f32; LANES],
    panels: usize,
    rows: [&[f32]; T],
    mut write: impl FnMut(usize, &Tile<T>),
) {
    let width = rows[0].len();
    let rows = rows.map(|row| &row[..width]);
    let mut panel = 0;
    while panel < panels {
        if T > 4 || panel + 1 == panels {
            write(panel, &product(|at| column(panel * width + at), rows));
            panel += 1;
            continue;
        }
        let (mut first, mut second) = ([[0.0; LANES]; T], [[0.0; LANES]; T]);
        #[expect(clippy::needless_range_loop, reason = "as iterators these loops do not become registers")]
        for at in 0..width {
            let columns = [column(panel * width + at), column((panel + 1) * width + at)];
            for row in 0..T {
                let number = rows[row][at];
                for lane in 0..LANES {
                    first[row][lane] = columns[0][lane].mul_add(number, first[row][lane]);
                }
                for lane in 0..LANES {
                    second[row][lane] = columns[1][lane].mul_add(number, second[row][lane]);
                }
            }
        }
        write(panel, &first);
        write(panel + 1, &second);
        panel += 2;
    }
}

/// Adds rows of values, each times its weight, to each of `T` rows: (tokens, width) and (t, tokens) → (t, width), where
/// the width is a multiple of sixteen. `value` gives sixteen of a token's from a column on.
#[inline(always)]
pub(super) fn mix<const T: usize>(
    value: impl Fn(usize, usize) -> [f32; LANES],
    weights: [&[f32]; T],
    width: usize,
    sums: &mut [f32],
) {
    let tokens = weights[0].len();
    let weights = weights.map(|weights| &weights[..tokens]);
    for column in (0..width).step_by(LANES) {
        let mut tile: Tile<T> = std::array::from_fn(|t| sums[t * width + column..].as_chunks().0[0]);
        for at in 0..tokens {
            let value = value(at, column);
            for (sum, weights) in tile.iter_mut().zip(weights) {
                for (sum, value) in sum.iter_mut().zip(value) {
                    *sum = value.mul_add(weights[at], *sum);
                }
            }
        }
        for (t, sum) in tile.iter().enumerate() {
            sums[t * width + column..][..LANES].copy_from_slice(sum);
        }
    }
}

/// Sixteen floats from a cache line.
#[inline(always)]
pub(super) fn line(bytes: &[u8; 4 * LANES]) -> [f32; LANES] {
    let mut numbers = [0.0; LANES];
    for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *number = f32::from_ne_bytes(*bytes);
    }
    numbers
}

/// The sum of `each` over all numbers: sixteen sums side by side, then those.
#[inline(always)]
pub fn sum(numbers: &[f32], each: impl Fn(f32) -> f32) -> f32 {
    let (lines, rest) = numbers.as_chunks::<LANES>();
    let mut sums = [0.0f32; LANES];
    for line in lines {
        for (sum, number) in sums.iter_mut().zip(line) {
            *sum += each(*number);
        }
    }
    for (sum, number) in sums.iter_mut().zip(rest) {
        *sum += each(*number);
    }
    halve(sums, |a, b| a + b)
}

/// The largest number.
#[inline(always)]
pub fn largest(numbers: &[f32]) -> f32 {
    let (lines, rest) = numbers.as_chunks::<LANES>();
    let mut most = [f32::NEG_INFINITY; LANES];
    for line in lines {
        for (most, number) in most.iter_mut().zip(line) {
            *most = if *number > *most { *number } else { *most };
        }
    }
    for (most, number) in most.iter_mut().zip(rest) {
        *most = most.max(*number);
    }
    halve(most, f32::max)
}

#[inline(always)]
fn halve(mut lanes: [f32; LANES], of: impl Fn(f32, f32) -> f32) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] = of(lanes[lane], lanes[lane + width]);
        }
        width /= 2;
    }
    lanes[0]
}

/// e to the power of a number, at most 2 units in the last place off between -87 and 88: 2 to the power of the nearest
/// whole number in the exponent's bits, and a polynomial for the rest (Cephes, `expf`).
#[inline(always)]
pub fn exp(number: f32) -> f32 {
    const ROUNDS: f32 = 12_582_912.0; // 1.5 · 2^23: added, it leaves no bits behind the point
    let number = number.clamp(-87.3, 88.3);
    let shifted = number.mul_add(std::f32::consts::LOG2_E, ROUNDS);
    let whole = shifted - ROUNDS;
    let rest = whole.mul_add(-0.693_359_4, number);
    let rest = whole.mul_add(2.121_944_4e-4, rest);
    let mut sum = 1.987_569_1e-4_f32;
    for factor in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        sum = sum.mul_add(rest, factor);
    }
    let fraction = sum.mul_add(rest * rest, rest) + 1.0;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0f32.to_bits()));
    fraction * power
}

/// x·Φ(x), with erf by Abramowitz & Stegun 7.1.26 (absolute error below 1.5e-7).
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly = ((((1.061_405_4 * t - 1.453_152_1) * t + 1.421_413_8) * t - 0.284_496_74) * t + 0.254_829_6) * t;
    let erf = 1.0 - poly * exp(-z * z);
    0.5 * x * (1.0 + erf.copysign(x))
}

/// The approximation of [`gelu`] by a hyperbolic tangent (Hendrycks & Gimpel 2016).
#[inline(always)]
pub fn gelu_tanh(x: f32) -> f32 {
    let inner = 0.797_884_6 * (x + 0.044_715 * x * x * x); // √(2/π)
    x / (1.0 + exp(-2.0 * inner)) // (1 + tanh a) / 2 = 1 / (1 + e^-2a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_the_librarys_but_for_the_last_bits() {
        for step in -8_700..8_800 {
            let number = step as f32 / 100.0;
            let (ours, theirs) = (exp(number), number.exp());
            assert!((ours - theirs).abs() <= 3e-7 * theirs, "{number}: {ours} {theirs}");
        }
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "sums of small whole numbers are exact")]
    fn sums_and_largest_are_those_of_all_numbers() {
        let numbers: Vec<f32> = (0..37).map(|n| n as f32 - 18.0).collect();
        assert_eq!(sum(&numbers, |n| n), 0.0);
        assert_eq!(sum(&numbers, |n| n * n), 4218.0);
        assert_eq!(largest(&numbers), 18.0);
        assert_eq!(largest(&[]), f32::NEG_INFINITY);
    }
}
