//! What a figure says, and when one says the same as another: value and unit, whatever the spelling.

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Dollars or another currency.
    Money,
    /// Hundredths of it.
    Cent,
    /// Hundredths of something.
    Percent,
    /// A share written in words: `half`.
    Share,
    /// Years, also of age.
    Year,
    /// Months.
    Month,
    /// Weeks.
    Week,
    /// Days.
    Day,
    /// Hours.
    Hour,
    /// Minutes.
    Minute,
    /// Miles, kilometres, feet, metres, pounds and the like, by the word's first letters.
    Measure([u8; 4]),
    /// A place in an order: `third`.
    Ordinal,
    /// None that is known: `two children`, `5`.
    Plain,
}

/// Something stated exactly.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity {
    /// A number with its unit.
    Number(f64, Unit),
    /// A month with what else is said of the day.
    Date {
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: Option<u8>,
        /// Where it is said.
        year: Option<u16>,
    },
    /// A calendar year.
    Year(u16),
    /// The code of a form, a section, a publication, in lower case without punctuation: `1040sr`.
    Name(String),
}

impl Quantity {
    /// Whether a text that states this states `claim` too: the same value in the same unit.
    pub fn supports(&self, claim: &Self) -> bool {
        match (self, claim) {
            (Self::Number(own, unit), Self::Number(value, claimed)) => same_number((*own, *unit), (*value, *claimed)),
            (Self::Date { month, day, year }, Self::Date { month: m, day: d, year: y }) => {
                month == m && (d.is_none() || day == d) && (year.is_none() || y.is_none() || year == y)
            }
            (Self::Date { year: Some(own), .. } | Self::Year(own), Self::Year(year)) => own == year,
            (Self::Name(own), Self::Name(name)) => own == name,
            (Self::Name(own), Self::Number(value, Unit::Plain)) => {
                own.parse::<f64>().is_ok_and(|own| same(own, *value))
            }
            (Self::Number(own, Unit::Plain), Self::Name(name)) => name.parse::<f64>().is_ok_and(|v| same(*own, v)),
            _ => false,
        }
    }
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs())
}

fn same_number(own: (f64, Unit), claim: (f64, Unit)) -> bool {
    let by = |unit: Unit| match unit {
        Unit::Cent => Some((0, 0.01)),
        Unit::Money => Some((0, 1.0)),
        Unit::Percent => Some((1, 0.01)),
        Unit::Share => Some((1, 1.0)),
        Unit::Year => Some((2, 12.0)),
        Unit::Month => Some((2, 1.0)),
        Unit::Week => Some((3, 7.0)),
        Unit::Day => Some((3, 1.0)),
        Unit::Hour => Some((4, 60.0)),
        Unit::Minute => Some((4, 1.0)),
        _ => None,
    };
    let is_loose = |unit: Unit| matches!(unit, Unit::Plain | Unit::Ordinal);
    match (by(own.1), by(claim.1)) {
        _ if own.1 == claim.1 || is_loose(own.1) || is_loose(claim.1) => same(own.0, claim.0),
        (Some((kind, a)), Some((other, b))) => kind == other && same(own.0 * a, claim.0 * b),
        _ => false,
    }
}
