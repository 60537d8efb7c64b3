//! Our kernels against candle's on the same weights, and our threads against rayon's, in one run:
//! `cargo bench --bench kernels`. Prints microseconds (the best of some rounds, since machines are noisy) and ratios.

use std::time::Instant;

use candle_core::{
    Device, Module, Tensor,
    quantized::{GgmlDType, QMatMul, QTensor},
};
use purview::model::compute::{
    Bytes, Form, Machine, Matrix, Rows, Team,
    panel::{LINE, ROWS, Source, pack},
};
use rayon::prelude::*;

/// Rounds of which the best counts.
const ROUNDS: usize = 7;

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn main() -> candle_core::Result<()> {
    let mut machine = Machine::default();
    println!("{} on {} threads", machine.kernel.name(), machine.team.threads());
    for (kind, form, height, width) in [
        (GgmlDType::Q8_0, Form::Eight, 1536, 576),
        (GgmlDType::Q4_0, Form::Four, 1536, 576),
        (GgmlDType::Q4_1, Form::Four, 1536, 576),
        (GgmlDType::Q4K, Form::FourK, 3072, 1024),
        (GgmlDType::Q6K, Form::SixK, 3072, 1024),
    ] {
        let numbers = Tensor::randn(0f32, 1f32, (height, width), &Device::Cpu)?;
        let blocks = QTensor::quantize(&numbers, kind)?;
        let ours = packed(&blocks.data()?, kind, form, height, width);
        let theirs = QMatMul::from_qtensor(blocks)?;
        for count in [1, 8, 256] {
            let input = Tensor::randn(0f32, 1f32, (count, width), &Device::Cpu)?;
            let mut rows = Rows::default();
            rows.reset(count, width).copy_from_slice(&input.flatten_all()?.to_vec1::<f32>()?);
            let mut out = vec![0.0; count * height];
            let our_time = best(|| {
                rows.round(&mut machine.team);
                ours.multiply(&mut machine, &rows, &mut out);
            });
            let their_time = best(|| {
                std::hint::black_box(theirs.forward(&input).is_ok());
            });
            println!(
                "{kind:?} {height}×{width}, {count:>3} rows: ours {our_time:>8.1} µs, candle {their_time:>9.1} µs, ratio {:.1}",
                their_time / our_time
            );
        }
    }
    let mut team = Team::of_this_machine();
    let ours = best(|| {
        (0..1000).for_each(|_| {
            team.each(8, |part| {
                std::hint::black_box(part);
            });
        });
    }) / 1000.0;
    let theirs = best(|| {
        (0..1000).for_each(|_| {
            (0..8).into_par_iter().for_each(|part| {
                std::hint::black_box(part);
            });
        });
    });
    println!("eight empty parts: ours {ours:.2} µs, rayon {:.2} µs", theirs / 1000.0);
    Ok(())
}

fn packed(bytes: &[u8], kind: GgmlDType, form: Form, height: usize, width: usize) -> Matrix {
    let source = match kind {
        GgmlDType::Q8_0 => Source::Q8_0(bytes),
        GgmlDType::Q4_0 => Source::Q4_0(bytes),
        GgmlDType::Q4_1 => Source::Q4_1(bytes),
        GgmlDType::Q4K => Source::Q4K(bytes),
        _ => Source::Q6K(bytes),
    };
    let mut panels = vec![[0; LINE]; form.bytes(height, width).div_ceil(LINE)];
    for (panel, bytes) in panels.as_flattened_mut().chunks_exact_mut(form.panel_bytes(width)).enumerate() {
        pack(source, form, panel * ROWS, height - panel * ROWS, width, bytes);
    }
    Matrix::new(form, height, width, Bytes::Owned(panels.into()), 0).expect("the panels were made for it")
}

/// Microseconds.
fn best(mut what: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        what();
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..ROUNDS).map(time).fold(f64::INFINITY, f64::min)
}
