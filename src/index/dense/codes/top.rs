//! The best rows that were seen so far. Keeps a few more than asked for and throws out the worse part now and then,
//! which costs less than a heap; what comes out is a function of what went in, in whatever order.

/// The best `keep` rows.
#[derive(Debug)]
pub(super) struct Top {
    keep: usize,
    /// Each of at least `least`, once `keep` were found.
    found: Vec<Rank>,
    /// What a row must be better than.
    least: Option<Rank>,
    /// The estimate of `least`.
    floor: f32,
}

/// An estimate and a row in one number, the better the larger: the estimate in its total order, then the smaller row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank(u64);

impl Rank {
    fn of(row: usize, estimate: f32) -> Self {
        let bits = estimate.to_bits();
        // IEEE 754's total order: of negative numbers every bit is turned, of others the sign's.
        let ordered = if bits >> 31 == 1 { !bits } else { bits | 1 << 31 };
        Self(u64::from(ordered) << 32 | u64::from(!(row as u32)))
    }

    fn row(self) -> usize {
        !(self.0 as u32) as usize
    }

    fn estimate(self) -> f32 {
        let ordered = (self.0 >> 32) as u32;
        f32::from_bits(if ordered >> 31 == 1 { ordered & !(1 << 31) } else { !ordered })
    }
}

impl Top {
    /// Nothing seen yet.
    pub fn of(keep: usize) -> Self {
        Self { keep, found: Vec::with_capacity(keep * 2), least: None, floor: f32::NEG_INFINITY }
    }

    /// Rows with less than this are not wanted.
    pub fn floor(&self) -> f32 {
        self.floor
    }

    /// Whether a row is among the best so far.
    pub fn wants(&self, row: usize, estimate: f32) -> bool {
        self.least.is_none_or(|least| Rank::of(row, estimate) > least)
    }

    /// Takes a row that is wanted.
    pub fn take(&mut self, row: usize, estimate: f32) {
        self.found.push(Rank::of(row, estimate));
        if self.found.len() >= self.keep * 2 {
            self.cut();
        }
    }

    /// The best of both.
    pub fn merged(mut self, other: Self) -> Self {
        self.found.extend(other.found);
        self.cut();
        self
    }

    /// Row and estimate, best first.
    pub fn best_first(mut self) -> Vec<(usize, f32)> {
        self.cut();
        self.found.sort_unstable_by(|a, b| b.cmp(a));
        self.found.into_iter().map(|rank| (rank.row(), rank.estimate())).collect()
    }

    fn cut(&mut self) {
        if self.found.len() > self.keep {
            let (_, least, _) = self.found.select_nth_unstable_by(self.keep - 1, |a, b| b.cmp(a));
            self.floor = least.estimate();
            self.least = Some(*least);
            self.found.truncate(self.keep);
        }
    }
}
