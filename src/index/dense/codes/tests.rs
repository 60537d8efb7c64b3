//! What codes promise, on vectors made up here.

use super::{rotation::Random, *};

/// Unit vectors in random directions, `count` times `dims` numbers.
fn random(seed: u64, count: usize, dims: usize) -> Vec<f32> {
    let mut random = Random(seed);
    let mut numbers: Vec<f32> = (0..count * dims)
        // Four uniform numbers add up to nearly a normal one.
        .map(|_| (0..4).map(|_| (random.next() >> 40) as f32 / (1 << 24) as f32 - 0.5).sum())
        .collect();
    numbers.chunks_exact_mut(dims).for_each(to_unit);
    numbers
}

fn to_unit(row: &mut [f32]) {
    let length = dot(row, row).0.sqrt();
    for number in row {
        *number /= length;
    }
}

fn codes(rows: &[f32], dims: usize) -> Codes {
    Codes::build(rows.len() / dims, dims, |row, into| into.copy_from_slice(&rows[row * dims..(row + 1) * dims]))
}

fn exact(rows: &[f32], query: &[f32], k: usize) -> Vec<usize> {
    let mut all: Vec<(usize, f32)> = rows.chunks_exact(query.len()).map(|row| dot(row, query).0).enumerate().collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all.into_iter().take(k).map(|(row, _)| row).collect()
}

fn rows_of(found: &[(usize, f32)]) -> Vec<usize> {
    found.iter().map(|(row, _)| *row).collect()
}

#[test]
fn planted_neighbours_are_found_as_an_exact_scan_finds_them() {
    for dims in [64, 100, 384] {
        let mut rows = random(1, 2000, dims);
        let query = random(2, 1, dims);
        for near in (0..2000).step_by(200) {
            let row = &mut rows[near * dims..(near + 1) * dims];
            row.iter_mut().zip(&query).for_each(|(number, other)| *number += 2.0 * other);
            to_unit(row);
        }
        let nearest = exact(&rows, &query, 10);
        let found = rows_of(&codes(&rows, dims).best(&query, 30, |_| true));
        assert!(nearest.iter().all(|row| found.contains(row)), "{dims}: {nearest:?} in {found:?}");
    }
}

#[test]
fn estimates_are_not_biased() {
    let rows = random(3, 4000, 384);
    let query = random(4, 1, 384);
    let codes = codes(&rows, 384);
    let errors: Vec<f64> = codes
        .best(&query, 4000, |_| true)
        .into_iter()
        .map(|(row, estimate)| f64::from(estimate - dot(&rows[row * 384..(row + 1) * 384], &query).0))
        .collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    let deviation = (errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt();
    // √(π/2 − 1) / √D is the deviation where the rotation makes numbers normal: 0.0386. The mean's is a 63rd of that.
    assert!((0.035..0.042).contains(&deviation), "{deviation}");
    assert!(mean.abs() < 0.0025, "{mean}");
}

#[test]
fn every_kernel_and_every_number_of_threads_gives_the_same() {
    for (dims, count) in [(64, CHUNK * 2 + 13), (100, 77), (384, 700), (640, 9)] {
        let rows = random(5, count, dims);
        let query = random(6, 1, dims);
        let codes = codes(&rows, dims);
        let found = codes.best(&query, 50, |_| true);
        assert_eq!(found.len(), count.min(50));
        for kernel in Kernel::here() {
            assert_eq!(codes.best_by(kernel, &query, 50, |_| true), found, "{kernel:?}");
        }
        for threads in [1, 2, 5] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                assert_eq!(codes.best(&query, 50, |_| true), found);
                assert_eq!(super::tests::codes(&rows, dims), codes);
            });
        }
    }
}

#[test]
fn the_best_of_many_are_those_that_a_sort_of_all_puts_first() {
    let rows = random(7, CHUNK * 3, 64);
    let query = random(8, 1, 64);
    let codes = codes(&rows, 64);
    let all = codes.best(&query, usize::MAX, |_| true);
    assert_eq!(all.len(), CHUNK * 3);
    assert!(all.is_sorted_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)).is_lt()));
    for k in [1, 7, 1000, CHUNK * 3] {
        assert_eq!(codes.best(&query, k, |_| true), all[..k]);
    }
}

#[test]
fn only_rows_that_are_admitted_are_found() {
    let rows = random(9, 1000, 64);
    let query = random(10, 1, 64);
    let codes = codes(&rows, 64);
    let odd: Vec<_> = codes.best(&query, 1000, |_| true).into_iter().filter(|(row, _)| row % 2 == 1).collect();
    assert_eq!(codes.best(&query, 20, |row| row % 2 == 1), odd[..20]);
    assert_eq!(codes.best(&query, 20, |_| false), []);
}

#[test]
fn equal_rows_come_in_the_order_of_their_numbers() {
    let rows = random(11, 1, 64).repeat(40);
    let found = rows_of(&codes(&rows, 64).best(&random(12, 1, 64), 25, |_| true));
    assert_eq!(found, (0..25).collect::<Vec<_>>());
}

#[test]
fn nothing_is_found_where_there_is_nothing_to_find() {
    let query = random(13, 1, 64);
    assert_eq!(codes(&[], 64).best(&query, 5, |_| true), []);
    let some = codes(&random(14, 3, 64), 64);
    assert_eq!(some.best(&query, 0, |_| true), []);
    assert_eq!(some.best(&query[..63], 5, |_| true), []);
    assert_eq!(Codes::build(3, 0, |_, _| {}).best(&[], 5, |_| true), []);
}

#[test]
fn zero_vectors_have_estimates_of_zero_among_themselves_and_finite_ones_among_others() {
    let zero = [0.0; 64];
    let only = codes(&zero.repeat(3), 64);
    assert_eq!(only.best(&random(15, 1, 64), 5, |_| true), [(0, 0.0), (1, 0.0), (2, 0.0)]);
    let mixed = codes(&[random(16, 20, 64), zero.to_vec()].concat(), 64);
    for query in [random(17, 1, 64), zero.to_vec()] {
        let found = mixed.best(&query, 30, |_| true);
        assert_eq!(found.len(), 21);
        assert!(found.iter().all(|(_, estimate)| estimate.is_finite()));
    }
}

#[test]
fn a_file_gives_back_what_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("codes");
    for count in [0, 1, 8, 21] {
        let codes = codes(&random(18, count, 100), 100);
        codes.save(&path).unwrap();
        assert_eq!(Codes::load(&path).unwrap(), codes);
    }
}

#[test]
fn a_file_that_is_cut_short_or_too_long_or_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("codes");
    codes(&random(19, 9, 64), 64).save(&path).unwrap();
    let mut whole = std::fs::read(&path).unwrap();
    for length in 0..whole.len() {
        assert!(Codes::parse(&whole[..length]).is_none());
    }
    whole.push(0);
    assert!(Codes::parse(&whole).is_none());
    whole.pop();
    whole[0] ^= 1;
    std::fs::write(&path, &whole).unwrap();
    assert!(Codes::load(&path).unwrap_err().to_string().contains("not a whole file of codes"));
}

#[test]
fn a_file_that_claims_more_rows_than_any_memory_holds_is_refused() {
    let mut bytes = b"PVCOD\0\0\x01".to_vec();
    bytes.extend([0xff; 8]);
    assert!(Codes::parse(&bytes).is_none());
}

#[test]
fn a_rotation_keeps_lengths_and_angles() {
    let both = random(20, 2, 384);
    let (a, b) = both.split_at(384);
    let rotation = Rotation::of(384);
    let (turned_a, turned_b) = (rotation.turned(a, &[0.0; 384]), rotation.turned(b, &[0.0; 384]));
    assert!((dot(&turned_a, &turned_b).0 - dot(a, b).0).abs() < 1e-5);
    assert!((dot(&turned_a, &turned_a).0 - 1.0).abs() < 1e-5);
}
