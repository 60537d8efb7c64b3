//! The kernels against candle's reading of the same blocks, and against each other.

use candle_core::{
    Device, Tensor,
    quantized::{GgmlDType, QTensor},
};

use super::{
    panel::{LINE, ROWS, Source, pack},
    *,
};

/// Marsaglia's xorshift (2003).
fn random(count: usize, mut state: u64) -> Vec<f32> {
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u32 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

const KINDS: [(GgmlDType, Form); 6] = [
    (GgmlDType::F32, Form::Full),
    (GgmlDType::Q8_0, Form::Eight),
    (GgmlDType::Q4_0, Form::Four),
    (GgmlDType::Q4_1, Form::Four),
    (GgmlDType::Q4K, Form::FourK),
    (GgmlDType::Q6K, Form::SixK),
];

/// A matrix of random numbers in a format, and what candle reads of it: (rows, columns).
fn matrix(kind: GgmlDType, form: Form, rows: usize, columns: usize) -> (Matrix, Vec<f32>) {
    let numbers = Tensor::from_vec(random(rows * columns, 7), (rows, columns), &Device::Cpu).unwrap();
    let blocks = QTensor::quantize(&numbers, kind).unwrap();
    let read = blocks.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1().unwrap();
    let bytes = blocks.data().unwrap().into_owned();
    let source = match kind {
        GgmlDType::F32 => Source::Floats(&read),
        GgmlDType::Q8_0 => Source::Q8_0(&bytes),
        GgmlDType::Q4_0 => Source::Q4_0(&bytes),
        GgmlDType::Q4_1 => Source::Q4_1(&bytes),
        GgmlDType::Q4K => Source::Q4K(&bytes),
        _ => Source::Q6K(&bytes),
    };
    let mut panels = vec![[0; LINE]; form.bytes(rows, columns).div_ceil(LINE)];
    for (panel, bytes) in panels.as_flattened_mut().chunks_exact_mut(form.panel_bytes(columns)).enumerate() {
        pack(source, form, panel * ROWS, rows - panel * ROWS, columns, bytes);
    }
    (Matrix::new(form, rows, columns, Bytes::Owned(panels.into()), 0).unwrap(), read)
}

fn rows(count: usize, width: usize) -> Rows {
    let mut rows = Rows::default();
    rows.reset(count, width).copy_from_slice(&random(count * width, 11));
    rows.round(&mut Team::new(1));
    rows
}

#[test]
fn packing_keeps_every_number_of_every_format() {
    for (kind, form) in KINDS {
        let (matrix, read) = matrix(kind, form, 37, 512);
        for row in 0..37 {
            let mut numbers = vec![0.0; 512];
            matrix.row(row, &mut numbers);
            for (ours, theirs) in numbers.iter().zip(&read[row * 512..]) {
                assert!((ours - theirs).abs() <= 1e-6, "{kind:?} row {row}: {ours} {theirs}");
            }
        }
    }
}

#[test]
fn a_product_is_that_of_the_numbers_that_candle_reads() {
    let (height, width, count) = (37, 512, 15);
    for (kind, form) in KINDS {
        let (matrix, read) = matrix(kind, form, height, width);
        let rows = rows(count, width);
        let mut out = vec![0.0; count * height];
        matrix.multiply(&mut Machine::default(), &rows, &mut out);
        for (at, ours) in out.iter().enumerate() {
            let (row, column) = (at / height, at % height);
            let numbers = &rows.numbers()[row * width..][..width];
            let exact: f32 = numbers.iter().zip(&read[column * width..]).map(|(a, b)| a * b).sum();
            // Rounding a number in -1..1 to 255 steps is off by 1/508 at most; 512 such errors add up like a random walk.
            assert!((ours - exact).abs() < 0.12, "{kind:?}: {ours} {exact}");
        }
    }
}

#[test]
fn every_kernel_gives_the_same_bits() {
    for (kind, form) in KINDS {
        let (matrix, _) = matrix(kind, form, 37, 512);
        for count in [1, 2, 3, 8, 15] {
            let rows = rows(count, 512);
            let product = |kernel, threads| {
                let mut out = vec![0.0; count * 37];
                matrix.multiply(&mut Machine { kernel, team: Team::new(threads) }, &rows, &mut out);
                out
            };
            let portable = product(*Kernel::here().last().unwrap(), 1);
            for kernel in Kernel::here() {
                assert_eq!(product(kernel, 3), portable, "{kind:?}, {count} rows, {}", kernel.name());
            }
        }
    }
}

#[test]
fn a_matrix_that_does_not_fit_its_bytes_is_none() {
    let bytes = || Bytes::Owned(vec![[0; LINE]; 17].into());
    assert!(Matrix::new(Form::Eight, 16, 64, bytes(), 0).is_some());
    assert!(Matrix::new(Form::Eight, 16, 64, bytes(), 1).is_none());
    assert!(Matrix::new(Form::Eight, 17, 64, bytes(), 0).is_none());
    assert!(Matrix::new(Form::Eight, 8, 33, bytes(), 0).is_none());
    assert!(Matrix::new(Form::Eight, 16, 64, bytes(), usize::MAX).is_none());
}
