//! How long a server is waited for, and when a call that failed is tried again. Reads no clock; waits nowhere.

use std::time::Duration;

/// How long a server is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How often a call is tried, at least once.
    pub attempts: u32,
    /// For all attempts of a call and the pauses between them: past it nothing is tried again.
    pub total: Duration,
    /// For a connection, and for a sign of life on it.
    pub connect: Duration,
    /// For one statement of a search.
    pub statement: Duration,
    /// For one statement of a publication, and for another replica's publication of the same index.
    pub publish: Duration,
}

/// Choices, not measurements: a server that starts anew is back within seconds, and a person waits.
impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 3,
            total: Duration::from_secs(20),
            connect: Duration::from_secs(4),
            statement: Duration::from_secs(10),
            publish: Duration::from_mins(30),
        }
    }
}

/// The first pause; each is three times the one before.
const SHORTEST: Duration = Duration::from_millis(200);

impl Patience {
    /// How long to wait after so many failed attempts, from 1, that took so long together; `None`: no longer.
    pub fn pause(&self, failed: u32, spent: Duration) -> Option<Duration> {
        let pause = SHORTEST.saturating_mul(3_u32.saturating_pow(failed.saturating_sub(1)));
        (failed < self.attempts && spent.saturating_add(pause) <= self.total).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(patience: &Patience, each: Duration) -> Vec<u128> {
        let mut spent = Duration::ZERO;
        let pauses = (1..).map_while(|failed| {
            spent += each;
            let pause = patience.pause(failed, spent)?;
            spent += pause;
            Some(pause.as_millis())
        });
        pauses.collect()
    }

    #[test]
    fn pauses_grow_and_end_with_the_attempts() {
        let patience = Patience { attempts: 4, ..Patience::default() };
        assert_eq!(pauses(&patience, Duration::ZERO), [200, 600, 1800]);
        assert_eq!(pauses(&Patience { attempts: 1, ..patience }, Duration::ZERO), [] as [u128; 0]);
        assert_eq!(patience.pause(u32::MAX, Duration::ZERO), None);
    }

    #[test]
    fn nothing_is_tried_again_once_the_time_is_spent() {
        let patience = Patience { attempts: 100, total: Duration::from_secs(10), ..Patience::default() };
        assert_eq!(pauses(&patience, Duration::from_secs(4)), [200, 600]);
        assert!(pauses(&patience, Duration::ZERO).into_iter().sum::<u128>() <= 10_000);
    }
}
