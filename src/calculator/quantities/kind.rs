//! What a number can be, from what stands around it.

use rust_decimal::Decimal;

use super::{
    Quantity,
    amount::{Amount, Written, amount, is_year},
    bound,
    count::{self, Noun},
    measure,
    period::{self, Period},
    person::{self, Person},
    token::{Shape, Token},
};

/// What a number can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An amount of money in dollars.
    Money,
    /// A person's age.
    Age,
    /// How many.
    Count,
    /// A percentage; 22 is 22%.
    Percent,
    /// A calendar year.
    Year,
    /// A length, a duration, or another number with a unit.
    Measure,
    /// A limit that the asker speaks of, not a figure of theirs.
    Threshold,
}

/// What `amount` is, where it can be read, and the token after all that belongs to it.
pub fn classified(tokens: &[Token], amount: &Amount, free: usize) -> (Option<Quantity>, usize) {
    let (from, mut end) = (amount.tokens.start, amount.tokens.end);
    let Some((value, up_to)) = amount.value else {
        return (None, end);
    };
    let mut quantity = Quantity {
        span: tokens[from].span.start..tokens[end - 1].span.end,
        value,
        up_to,
        kinds: Vec::new(),
        period: None,
        times: None,
        marked: matches!(amount.written, Written::Scaled | Written::Dollars),
        unit: None,
        noun: None,
        bound: bound::bound(tokens, amount),
        person: None,
    };
    let around = Around { tokens, amount, value };
    if amount.written == Written::Percent {
        quantity.kinds = vec![Kind::Percent];
    } else if amount.written == Written::Year {
        quantity.kinds = vec![Kind::Year];
    } else if let Some(after) = around.years_old() {
        quantity.kinds = vec![Kind::Age];
        quantity.value = around.years();
        quantity.span.end = tokens[after - 1].span.end;
        quantity.marked = false;
        quantity.person = around.child_of_asker().or_else(|| person::nearest(tokens, from, after));
        end = after;
    } else if let Some((unit, after)) = measure::measure(tokens, end).filter(|_| amount.written != Written::Dollars) {
        quantity.kinds = vec![Kind::Measure];
        quantity.unit = Some(unit.to_owned());
        let held = matches!(unit, "miles" | "hours").then(|| period::of_measure(tokens, after)).flatten();
        let after = held.map_or(after, |(_, end)| end);
        quantity.period = held.map(|(period, _)| period);
        quantity.span.end = tokens[after - 1].span.end;
        return (Some(quantity), after);
    } else if let Some((noun, after)) = count::noun(tokens, end).filter(|_| around.countable()) {
        quantity.kinds = vec![Kind::Count];
        quantity.noun = Some(noun);
        quantity.span.end = tokens[after - 1].span.end;
        return (Some(quantity), after);
    } else {
        quantity.kinds = around.kinds(quantity.bound.is_some());
        if quantity.kinds.first() == Some(&Kind::Count) {
            quantity.noun = count::noun_before(tokens, from).or_else(|| around.of_an_age());
        }
        if quantity.kinds.contains(&Kind::Age) {
            quantity.person = person::nearest(tokens, from, end);
        }
    }
    if quantity.kinds.contains(&Kind::Money) && quantity.bound.is_none() {
        let first = quantity.kinds.first() == Some(&Kind::Money);
        let found = period::period(tokens, &amount.tokens, free)
            .filter(|(period, _)| around.plausible(*period) && (first || *period != Period::Each));
        if let Some((period, said)) = found {
            quantity.period = Some(period);
            quantity.kinds = vec![Kind::Money];
            if said.start == end {
                quantity.span.end = tokens[said.end - 1].span.end;
            }
            end = end.max(if said.start >= end { said.end } else { end });
        }
    }
    if quantity.period.is_none() && quantity.can_be(Kind::Money) && period::of_one(tokens, &amount.tokens) {
        quantity.period = Some(Period::Each);
    }
    if quantity.bound.is_some() && !quantity.kinds.contains(&Kind::Year) && !quantity.kinds.is_empty() {
        quantity.kinds = vec![Kind::Threshold];
        let before = tokens[..bound::said_from(tokens, from)].iter().rev();
        let words = before.map(|token| if token.shape == Shape::Word { token.text.as_str() } else { "" });
        quantity.person = person::subject(words);
    }
    let read = !quantity.kinds.is_empty();
    // A period that stands some words on (`1,200 for daycare every month`) does not swallow what is between.
    let contiguous = quantity.span.end >= tokens[end - 1].span.end || quantity.kinds.first() == Some(&Kind::Age);
    (read.then_some(quantity), if contiguous { end } else { amount.tokens.end })
}

/// A number and its surroundings.
struct Around<'t> {
    tokens: &'t [Token],
    amount: &'t Amount,
    value: Decimal,
}

impl Around<'_> {
    fn before(&self, back: usize) -> Option<&Token> {
        self.amount.tokens.start.checked_sub(back).and_then(|i| self.tokens.get(i))
    }

    fn after(&self, forward: usize) -> Option<&Token> {
        self.tokens.get(self.amount.tokens.end + forward)
    }

    /// Whether nothing marks the number as money.
    fn bare(&self) -> bool {
        self.amount.written <= Written::Bare
    }

    fn countable(&self) -> bool {
        self.bare() && self.value.is_integer() && self.value >= Decimal::ZERO && self.value < Decimal::from(1000)
    }

    fn could_be_age(&self) -> bool {
        self.bare() && self.value >= Decimal::ZERO && self.value <= Decimal::from(120)
    }

    /// The token after `years old`, `yo`, `-year-old`, where that is said.
    fn years_old(&self) -> Option<usize> {
        if !self.could_be_age() {
            return self.letter_of_sex();
        }
        let mut i = self.amount.tokens.end;
        let dash = |i: usize| self.tokens.get(i).is_some_and(Token::is_dash);
        i += usize::from(dash(i));
        let token = self.tokens.get(i)?;
        if token.is("yo") || token.is("f") && token.glued {
            return Some(i + 1);
        }
        if token.is("y") && self.tokens.get(i + 1).is_some_and(|slash| slash.is_mark('/')) {
            return self.tokens.get(i + 2).filter(|o| o.is("o")).map(|_| i + 3);
        }
        if !token.is_one_of(&["year", "years", "yr", "yrs", "month", "months"]) {
            return None;
        }
        i += 1;
        i += usize::from(dash(i));
        let old = self.tokens.get(i)?;
        let of_age = old.is("of") && self.tokens.get(i + 1).is_some_and(|age| age.is("age"));
        (old.is_one_of(&["old", "olds"]) || of_age).then(|| i + 1 + usize::from(of_age))
    }

    /// `(34M)`, which is not thirty-four millions.
    fn letter_of_sex(&self) -> Option<usize> {
        let last = self.tokens.get(self.amount.tokens.end - 1)?;
        let age = last.is("m") && self.amount.tokens.len() == 2 && self.amount.written != Written::Dollars;
        let bracketed = self.before(1).is_some_and(|mark| mark.is_mark('('))
            && self.after(0).is_some_and(|mark| mark.is_mark(')') || mark.is_mark(','));
        (age && bracketed).then_some(self.amount.tokens.end)
    }

    /// `my 5 year old`.
    fn child_of_asker(&self) -> Option<Person> {
        let owned = self.before(1).is_some_and(|word| word.is_one_of(&["my", "our", "his", "her", "their"]));
        let had = self.before(1).is_some_and(|word| word.is_one_of(&["a", "an", "one"]))
            && self.before(2).is_some_and(|word| word.is_one_of(&["have", "has", "got", "with", "raising"]));
        ((owned || had) && self.years() < Decimal::from(25)).then_some(Person::Child)
    }

    /// `kids 16 and 18` are two ages; `kids: 2` is a count.
    fn is_one_of_ages(&self) -> bool {
        let listed =
            self.after(0).is_some_and(|next| next.is_one_of(&["and"]) || next.is_mark('&') || next.is_mark(','));
        let next = amount(self.tokens, self.amount.tokens.end + 1).filter(|_| listed && self.after(1).is_some());
        let young = |value: Decimal| value <= Decimal::from(25);
        let noun = count::noun_before(self.tokens, self.amount.tokens.start) == Some(Noun::Child);
        noun && next.is_some_and(|next| {
            let counts = count::noun(self.tokens, next.tokens.end).is_some();
            next.written == Written::Bare && !counts && next.value.is_some_and(|(value, _)| young(value))
        })
    }

    /// The age in years; the `M` of `(34M)` is no scale.
    fn years(&self) -> Decimal {
        if self.could_be_age() { self.value } else { self.amount.unscaled() }
    }

    /// What the number can be where neither unit nor noun says so.
    fn kinds(&self, bounded: bool) -> Vec<Kind> {
        if !self.bare() {
            return vec![Kind::Money];
        }
        if self.tokens.get(self.amount.tokens.end).is_some_and(|dash| dash.is_dash() && dash.glued)
            && self.after(1).is_some_and(|word| word.glued && word.shape == Shape::Word)
        {
            return Vec::new(); // 12-plex
        }
        let whole = self.value.is_integer();
        let numbered = ["year", "day", "week", "month", "grade", "phase", "option", "example", "scenario", "number"];
        if whole && self.value < Decimal::from(60) && self.before(1).is_some_and(|word| word.is_one_of(&numbered)) {
            return Vec::new(); // year 3
        }
        let announcing = ["in", "for", "of", "since", "year", "by", "until", "tax", "from", "during", "born"];
        let dated = self.before(1).is_some_and(|word| word.is_one_of(&announcing));
        let past = Decimal::from(1900)..Decimal::from(1990);
        if whole && past.contains(&self.value) {
            return vec![Kind::Year, Kind::Money];
        }
        if whole && is_year(self.value) {
            let round = self.value == Decimal::from(2000)
                || self.value >= Decimal::from(2040)
                || self.value < Decimal::from(2008);
            return if round && !dated { vec![Kind::Year, Kind::Money] } else { vec![Kind::Year] };
        }
        let said_age = self.could_be_age() && self.of_an_age().is_none() && self.is_said_to_be_age();
        if self.amount.written == Written::SmallWord
            && !said_age
            && !bounded
            && !self.after(0).is_some_and(|next| next.is_one_of(&["under", "over"]))
        {
            // `two` alone may be anything; a noun or a cue of the calculator must claim it.
            return if self.value > Decimal::ONE { vec![Kind::Count] } else { Vec::new() };
        }
        if said_age || self.could_be_age() && self.is_one_of_ages() {
            return vec![Kind::Age];
        }
        match self.value {
            value if value < Decimal::ZERO => vec![Kind::Money],
            value if !whole && value <= Decimal::ONE_HUNDRED => vec![Kind::Percent, Kind::Money],
            _ if !whole => vec![Kind::Money],
            value
                if count::noun_before(self.tokens, self.amount.tokens.start).is_some()
                    && value <= Decimal::from(20) =>
            {
                vec![Kind::Count, Kind::Age]
            }
            value if value < Decimal::from(15) => vec![Kind::Count, Kind::Age, Kind::Money, Kind::Percent],
            value if value < Decimal::from(100) => vec![Kind::Age, Kind::Count, Kind::Money, Kind::Percent],
            _ => vec![Kind::Money, Kind::Count],
        }
    }

    /// `2 under 17` are children.
    fn of_an_age(&self) -> Option<Noun> {
        let bound = self.after(0).is_some_and(|next| next.is_one_of(&["under", "below", "over"]));
        let young = |token: &Token| matches!(token.shape, Shape::Figure { value, .. } if value <= Decimal::from(24));
        (bound && self.after(1).is_some_and(young)).then_some(Noun::Child)
    }

    /// `I'm 67`, `turned 70`, `both 68`, `ages 4`.
    fn is_said_to_be_age(&self) -> bool {
        let Some(last) = self.before(1) else {
            let begins = self.after(0).is_some_and(|next| next.is_one_of(&["and", "with", "yo"]));
            return (self.is_set_apart() || begins) && self.value >= Decimal::from(18);
        };
        let announced = last.is_one_of(&[
            "age", "ages", "aged", "turned", "turning", "turn", "turns", "both", "im", "hes", "shes", "were",
        ]);
        let verb =
            last.is_one_of(&["am", "is", "are", "was", "now", "only", "just", "almost", "already", "be", "nearly"]);
        let person = |back: usize| self.before(back).and_then(person::named);
        let beside = person(1).is_some_and(|who| who != Person::Other)
            && !last.is_one_of(&["we", "us", "i"])
            && !(last.text.ends_with('s') && person(1) == Some(Person::Child) || last.is("children"));
        let followed = self.after(0).is_none_or(|next| {
            next.is_stop()
                || person::named(next).is_some_and(|who| who != Person::Child)
                || next.is_one_of(&[
                    "and", "with", "so", "when", "now", "but", "this", "last", "next", "years", "single", "married",
                    "retired", "in",
                ])
        });
        let status = last.is_one_of(&["single", "married", "divorced", "widowed", "retired", "male", "female"]);
        let goes_on = self.after(0).is_some_and(|next| {
            next.is_mark(',')
                || next.is_one_of(&[
                    "made", "make", "making", "with", "and", "no", "earn", "earned", "retired", "male", "female",
                ])
        });
        let grown = self.value >= Decimal::from(18) && self.value < Decimal::from(100);
        grown && (status && goes_on || self.is_set_apart() || last.is("and") && followed && self.goes_on_from_person())
            || announced && !last.is("were")
            || last.is("were") && followed
            || verb && (2..=4).any(|back| person(back).is_some())
            || beside && followed
            || last.is_one_of(&["whos", "thats"]) && (2..=4).any(|back| person(back).is_some())
            || last.is_mark('(') && self.after(0).is_some_and(Token::is_stop) && person(2).is_some()
    }

    /// `single, 45, made …`: alone between commas beside what else a person is.
    fn is_set_apart(&self) -> bool {
        let status = |token: Option<&Token>| {
            token.is_some_and(|token| {
                token.is_one_of(&["single", "married", "divorced", "widowed", "retired", "male", "female", "unmarried"])
            })
        };
        let comma = |token: Option<&Token>| token.is_some_and(|token| token.is_mark(','));
        let ends = self.after(0).is_none_or(Token::is_stop);
        let starts = self.before(1).is_none_or(Token::is_stop);
        ends && comma(self.before(1)) && status(self.before(2))
            || starts && comma(self.after(0)) && status(self.after(1))
    }

    /// `I'm single and 70`, `i am blind and 70`.
    fn goes_on_from_person(&self) -> bool {
        let words = (2..6).map_while(|back| self.before(back)).take_while(|token| !token.is_stop());
        let words: Vec<&str> = words.map(|token| token.text.as_str()).collect();
        words.iter().any(|word| matches!(*word, "im" | "hes" | "shes"))
            || words
                .windows(2)
                .any(|pair| matches!(pair, ["am", "i"] | ["is", "wife" | "husband" | "spouse" | "he" | "she"]))
    }

    /// Whether an amount of this size is paid for such a period at all; `weekly` beside 62,000 speaks of paydays.
    fn plausible(&self, period: Period) -> bool {
        let most = match period {
            Period::Hour => 2_000,
            Period::Day => 20_000,
            Period::Week | Period::Fortnight => 30_000,
            _ => return true,
        };
        self.value <= Decimal::from(most)
    }
}
