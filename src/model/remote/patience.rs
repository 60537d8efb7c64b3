//! How long to wait before a request is sent again. Reads no clock; waits nowhere.

use std::time::Duration;

/// The first wait, which doubles with every attempt up to [`LONGEST`]. A choice: a server that starts anew is back
/// within seconds, and a person waits.
const SHORTEST: Duration = Duration::from_millis(250);

/// The longest wait, also where the server asks for one: past it a person would rather know.
pub const LONGEST: Duration = Duration::from_secs(30);

/// The wait after so many failed attempts, from 1: half of it fixed, half of it by chance, so that clients that
/// failed together do not come back together ("equal jitter",
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>). A wait that the server asked for is
/// kept to the second; `None` if it asks for more than [`LONGEST`].
pub fn wait(attempts: u32, asked: Option<Duration>, seed: u32) -> Option<Duration> {
    if let Some(asked) = asked {
        return (asked <= LONGEST).then_some(asked.max(SHORTEST));
    }
    let whole = SHORTEST.saturating_mul(1 << attempts.saturating_sub(1).min(16)).min(LONGEST);
    let chance = mixed(u64::from(seed) << 32 | u64::from(attempts)) as f64 / u64::MAX as f64;
    Some(whole.mul_f64(0.5 + 0.5 * chance))
}

/// `SplitMix64` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_are_never_less_than_half() {
        for (attempts, whole) in [(1, 250), (2, 500), (3, 1000), (7, 16_000), (8, 30_000), (u32::MAX, 30_000)] {
            let (whole, wait) = (Duration::from_millis(whole), wait(attempts, None, 7).unwrap());
            assert!(whole / 2 <= wait && wait <= whole, "{attempts}: {wait:?}");
        }
    }

    #[test]
    fn a_seed_decides_the_wait() {
        assert_eq!(wait(3, None, 1), wait(3, None, 1));
        assert_ne!(wait(3, None, 1), wait(3, None, 2));
    }

    #[test]
    fn a_wait_that_the_server_asks_for_is_kept_unless_it_is_too_long() {
        assert_eq!(wait(1, Some(Duration::from_secs(3)), 0), Some(Duration::from_secs(3)));
        assert_eq!(wait(1, Some(Duration::ZERO), 0), Some(SHORTEST));
        assert_eq!(wait(1, Some(Duration::from_secs(31)), 0), None);
    }
}
