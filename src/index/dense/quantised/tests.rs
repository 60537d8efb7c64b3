//! What quantised rows promise, on vectors made up here.

use super::*;

/// Numbers that go up and down, 64 a row.
fn rows() -> Vec<f32> {
    (0..64 * 5).map(|at| ((at * at) as f32 * 0.37).sin() / 6.0).collect()
}

fn quantised(rows: &[f32], dims: usize) -> Quantised {
    let mut quantised = Quantised::zeros(rows.len() / dims, dims);
    rows.chunks_exact(dims).enumerate().for_each(|(row, vector)| quantised.put(row, vector));
    quantised
}

#[test]
fn a_row_comes_back_within_half_a_step() {
    let rows = rows();
    let (quantised, mut back) = (quantised(&rows, 64), [0.0; 64]);
    for (row, vector) in rows.chunks_exact(64).enumerate() {
        quantised.get(row, &mut back);
        assert!(vector.iter().zip(back).all(|(number, back)| (number - back).abs() <= 0.51 / 6.0 / 127.0));
    }
}

#[test]
fn a_product_is_near_the_exact_one() {
    let rows = rows();
    let quantised = quantised(&rows, 64);
    let query = &rows[64..128];
    for (row, values) in rows.chunks_exact(64).enumerate() {
        // Half a step in each of 64 numbers, at the very most; rounding errors cancel in part.
        assert!((quantised.dot(row, &Asked::of(query)).0 - super::super::dot(values, query).0).abs() < 0.004);
    }
}

#[test]
fn every_kernel_gives_the_same_up_to_the_largest_numbers() {
    for dims in [1, 15, 64, 384, 10_000] {
        let row = vec![-127; dims];
        let asked = Asked::of(&vec![1.0; dims]);
        let most = i64::from(asked.values[0]) * -127 * dims as i64;
        assert_eq!(i64::from(sum(&row, &asked.values)), most);
        assert_eq!(i64::from(sum_portable(&row, &asked.values)), most);
    }
}

#[test]
fn zero_rows_and_zero_queries_have_a_product_of_zero() {
    let quantised = quantised(&[[0.0; 64], [0.1; 64]].concat(), 64);
    assert_eq!(quantised.dot(0, &Asked::of(&[0.1; 64])), Cosine(0.0));
    assert_eq!(quantised.dot(1, &Asked::of(&[0.0; 64])), Cosine(0.0));
}

#[test]
fn a_query_of_another_size_has_nothing_in_common_with_a_row() {
    let quantised = quantised(&[0.1; 64], 64);
    assert_eq!(quantised.dot(0, &Asked::of(&[0.1; 63])), Cosine(0.0));
}
