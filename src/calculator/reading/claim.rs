//! Which input claims which number: the nearest cue, all numbers considered at once.

use std::ops::Range;

use rust_decimal::Decimal;

use super::{
    Candidate, Doubt, Input, InputKind, Reading, Value, Why,
    fit::{AFTER, is_figure_for, is_short, per_year, reach, without_cue},
    matching::assignment,
    phrase::{WORD, Words},
};
use crate::calculator::quantities::{Kind, Period, Person, Quantity};

/// From this cost on a number is nobody's: nine words away, or five in the thought before. This and the costs beside it
/// were set on the sentences of the tests, not measured.
const NOBODY: i64 = 9 * WORD;
/// The cost of a second number for an input that adds none up.
const SECOND: i64 = 5 * WORD;
/// More than any number costs.
const NEVER: i64 = 1_000_000;
/// Numbers beyond these are not assigned: no question has so many.
const MOST: usize = 48;
/// Numbers that one input may claim.
const COPIES: usize = 6;

/// Words with which a second number goes on where the first left off: `62k and 48k`, `30k for me and 20k for my wife`.
const GOES_ON: &[&str] = &[
    "and", "for", "me", "my", "wife", "husband", "spouse", "his", "her", "hers", "mine", "wifes", "husbands", "from",
    "the", "other", "another", "one", "plus", "also", "then", "i", "she", "he", "a", "or", "at", "first", "second",
    "to", "vs", "job", "jobs", "in",
];

/// Words by which a second number is another person's: `mine 22k hers 14k`.
const OF_ANOTHER: &[&str] = &["hers", "his", "mine", "wifes", "husbands", "wife", "husband", "spouse"];

/// Which number goes to which input.
pub struct Claims<'q> {
    pub(super) words: &'q Words,
    pub(super) found: &'q [Quantity],
    pub(super) inputs: &'q [Input],
    /// For each number the input that claims it.
    pub(super) of: Vec<Option<usize>>,
}

/// A place that claims: the cost, and the words of the cue.
type Nearest = Option<(i64, Range<usize>)>;

impl<'q> Claims<'q> {
    /// Assigns the numbers `found` to `inputs`.
    pub fn new(question: &'q str, words: &'q Words, found: &'q [Quantity], inputs: &'q [Input]) -> Self {
        let mut claims = Self { words, found, inputs, of: vec![None; found.len()] };
        let considered = found.len().min(MOST);
        let nearest: Vec<Vec<Nearest>> = claims.nearest(considered);
        let mut costs = Vec::new();
        for row in &nearest {
            let mut columns = Vec::new();
            for (input, near) in inputs.iter().zip(row) {
                let cost = near.as_ref().map_or(NEVER, |(cost, _)| *cost);
                let second = if input.sum { 0 } else { SECOND };
                columns.extend((0..COPIES).map(|copy| cost + second * copy as i64));
            }
            columns.extend(std::iter::repeat_n(NOBODY, considered));
            costs.push(columns);
        }
        for (number, column) in assignment(&costs).into_iter().enumerate() {
            claims.of[number] = Some(column / COPIES).filter(|input| *input < inputs.len());
        }
        claims.release(&nearest);
        claims.go_on(question);
        claims
    }

    /// For each number and input the nearest cue.
    fn nearest(&self, considered: usize) -> Vec<Vec<Nearest>> {
        let mut cues: Vec<Vec<Range<usize>>> = self.inputs.iter().map(|input| self.cues(input)).collect();
        // `last year agi` is no `last year`: a cue within a longer one is not said.
        let mut all: Vec<Range<usize>> = cues.iter().flatten().cloned().collect();
        all.sort_by_key(|cue| (cue.start, cue.end));
        let longest = all.iter().map(Range::len).max().unwrap_or(0);
        for cues in &mut cues {
            cues.retain(|cue| {
                let near = all.partition_point(|other| other.start + longest < cue.start);
                let near = all[near..].iter().take_while(|other| other.start <= cue.start);
                !near.into_iter().any(|longer| longer.len() > cue.len() && inside(cue, longer))
            });
        }
        let numbers: Vec<Range<usize>> = self.found.iter().map(|q| self.words.within(&q.span)).collect();
        let near = |number: usize, input: usize| {
            let beside = cues[input].iter().filter_map(|cue| {
                let cost = self.distance(&numbers, number, cue, self.inputs[input].kind)?;
                let reach = reach(&self.found[number], &self.inputs[input], cost, begins_in(cue, &numbers[number]))?;
                Some((reach, cue.clone()))
            });
            let beside = beside.min_by_key(|(cost, cue)| (*cost, cue.start));
            let anyway =
                without_cue(&self.found[number], &self.inputs[input]).map(|cost| (cost, numbers[number].clone()));
            [beside, anyway].into_iter().flatten().min_by_key(|(cost, _)| *cost).filter(|(cost, _)| *cost < NOBODY)
        };
        (0..considered).map(|number| (0..self.inputs.len()).map(|input| near(number, input)).collect()).collect()
    }

    /// Where cues of `input` stand that speak of a number given, not of one asked for or denied.
    fn cues(&self, input: &Input) -> Vec<Range<usize>> {
        let mut cues: Vec<Range<usize>> = input.cues.iter().flat_map(|cue| self.words.cue(cue)).collect();
        cues.retain(|cue| {
            !self.words.asked_for(cue.start) && (input.kind == InputKind::Count || !self.words.denied(cue.start))
        });
        cues.sort_by_key(|cue| (cue.start, cue.end));
        cues
    }

    /// The cost between number and cue; `None` where the cue is part of another number, or one of the same kind stands
    /// between.
    fn distance(&self, numbers: &[Range<usize>], number: usize, cue: &Range<usize>, kind: InputKind) -> Option<i64> {
        let at = &numbers[number];
        let place = |word: usize| self.words.0[word].place;
        if begins_in(cue, at) {
            return Some(0);
        }
        let (cost, between) = if cue.end <= at.start {
            (place(at.start) - place(cue.end - 1) - WORD, cue.end..at.start)
        } else if at.end <= cue.start {
            (place(cue.start) - place(at.end.max(1) - 1) - WORD + AFTER, at.end..cue.start)
        } else {
            return None;
        };
        if cost >= NOBODY {
            return None;
        }
        let rival = |q: &Quantity| match kind {
            InputKind::Money => q.kinds[0] == Kind::Money,
            InputKind::Percent => q.kinds[0] == Kind::Percent,
            _ => matches!(q.kinds[0], Kind::Count | Kind::Age | Kind::Measure),
        };
        let blocked = numbers.iter().zip(self.found).any(|(other, q)| {
            between.start <= other.start && other.end <= between.end && !other.is_empty() && rival(q)
        });
        let phrase = i64::from(cue.len() > 1);
        (!blocked).then_some((cost - phrase).max(0))
    }

    /// A cue speaks of one number: of two that rest on the same one the farther is released.
    fn release(&mut self, nearest: &[Vec<Nearest>]) {
        for number in 0..nearest.len() {
            let Some(input) = self.of[number] else { continue };
            let Some((cost, cue)) = &nearest[number][input] else {
                self.of[number] = None;
                continue;
            };
            let nearer = (0..nearest.len()).any(|other| {
                let rival = nearest[other][input].as_ref().filter(|_| self.of[other] == Some(input) && other != number);
                rival.is_some_and(|(theirs, same)| same == cue && (*theirs, other) < (*cost, number))
            });
            if nearer {
                self.of[number] = None;
            }
        }
    }

    /// Numbers that nobody claims and that go on where the one before left off are for the same input.
    fn go_on(&mut self, question: &str) {
        for number in 1..self.found.len().min(MOST) {
            let here = &self.found[number];
            let before = (0..number).rev().find(|before| self.found[*before].kinds[0] != Kind::Year);
            let Some((previous, input)) = before.and_then(|before| Some((&self.found[before], self.of[before]?)))
            else {
                continue;
            };
            if self.of[number].is_some() {
                continue;
            }
            let between = self.words.within(&(previous.span.end..here.span.start));
            let gap = &question[previous.span.end..here.span.start];
            let added = gap.contains('+') && between.len() <= 2;
            let cues = self.inputs[input]
                .cues
                .iter()
                .flat_map(|cue| Words::new(cue).0)
                .map(|word| word.stem)
                .collect::<Vec<_>>();
            let alike = self.words.0[between.clone()]
                .iter()
                .all(|word| GOES_ON.contains(&word.text.as_str()) || cues.contains(&word.stem) || is_year(&word.text));
            let joins = |word: &str| matches!(word, "and" | "plus" | "or" | "to" | "vs") || OF_ANOTHER.contains(&word);
            let joined = gap.contains(['+', '&']) || self.words.0[between.clone()].iter().any(|word| joins(&word.text));
            let parallel = self.is_parallel(previous, here, &between);
            if joined
                && is_figure_for(here, &self.inputs[input])
                && (added || parallel || alike && self.stands_alone(here))
            {
                self.of[number] = Some(input);
            }
        }
    }

    /// `22k at one place and 9k at another`.
    fn is_parallel(&self, one: &Quantity, other: &Quantity, between: &Range<usize>) -> bool {
        let after = |q: &Quantity| self.words.0.get(self.words.within(&q.span).end).map(|word| word.text.as_str());
        let source = matches!(after(one), Some("at" | "from")) && after(one) == after(other);
        let last = self.words.0[between.clone()].last();
        source && between.len() <= 6 && last.is_some_and(|word| word.text == "and" || word.text == "plus")
    }

    /// Whether no noun of its own follows a number: `48k for my wife`, but not `5k in tips`.
    fn stands_alone(&self, number: &Quantity) -> bool {
        let end = self.words.within(&number.span).end;
        let mut after = self.words.0[end..].iter();
        let Some(next) = after.next().filter(|next| next.thought == self.words.0[end - 1].thought) else {
            return true;
        };
        let preposition = matches!(next.text.as_str(), "for" | "from" | "in" | "at" | "of");
        let word = if preposition {
            after.find(|word| !matches!(word.text.as_str(), "my" | "the" | "her" | "his"))
        } else {
            Some(next)
        };
        word.is_none_or(|word| {
            is_year(&word.text) || {
                matches!(
                    word.text.as_str(),
                    "wife"
                        | "husband"
                        | "me"
                        | "spouse"
                        | "her"
                        | "him"
                        | "hers"
                        | "his"
                        | "mine"
                        | "what"
                        | "how"
                        | "do"
                        | "so"
                        | "together"
                        | "combined"
                        | "total"
                        | "respectively"
                        | "single"
                        | "married"
                )
            }
        })
    }

    /// What the numbers claimed say of input `input`.
    pub fn reading(&self, input: usize) -> Reading {
        let it = &self.inputs[input];
        let mut claimed: Vec<&Quantity> = self.claimed(input);
        let mut restated: Vec<Range<usize>> = Vec::new();
        if let [q, ..] = claimed[..]
            && self.of_no_year(q, it)
            && let Some(total) = self.come_to(q, input)
        {
            (claimed, restated) = (vec![total], vec![q.span.clone()]);
        }
        if let Some(q) = claimed.iter().find(|q| self.of_no_year(q, it)) {
            let period = q.period.unwrap_or(Period::Each);
            return Reading::Unread(Why::Period { period, span: q.span.clone() });
        }
        if it.sum {
            let (results, parts): (Vec<&Quantity>, Vec<&Quantity>) =
                claimed.into_iter().partition(|q| self.is_result(q));
            restated.extend(results.iter().map(|q| q.span.clone()));
            claimed = parts;
        }
        let value = |q: &Quantity| if is_yearly(q, it) { q.a_year().unwrap_or(q.value) } else { q.value };
        let candidate =
            |q: &Quantity, number: Decimal| Candidate { value: Value::Number(number), span: q.span.clone() };
        if let Some(q) = claimed.iter().find(|q| q.up_to.is_some()) {
            let candidates =
                [Some(q.value), q.up_to].into_iter().flatten().map(|number| candidate(q, number)).collect();
            return Reading::Ambiguous { candidates, doubt: Doubt::Range };
        }
        let [first, rest @ ..] = &claimed[..] else {
            return self
                .nothing(it)
                .map_or(Reading::Unread(Why::Silent), |span| Reading::of(Value::Number(Decimal::ZERO), span));
        };
        if it.kind == InputKind::Money && rest.is_empty() && self.may_mean_thousands(first) {
            let candidates = vec![candidate(first, first.value), candidate(first, first.value * Decimal::ONE_THOUSAND)];
            return Reading::Ambiguous { candidates, doubt: Doubt::Thousands };
        }
        let spans: Vec<Range<usize>> = claimed.iter().map(|q| q.span.clone()).chain(restated).collect();
        let mut periods = claimed.iter().filter_map(|q| q.period.filter(|period| *period != Period::Year));
        let yearly_from = periods.find(|_| per_year(it) || it.kind == InputKind::Count);
        let same = rest.iter().all(|q| value(q) == value(first));
        let listed = it.kind == InputKind::Count && claimed.windows(2).all(|pair| self.listed(pair[0], pair[1]));
        let total = if rest.is_empty() || same && !it.sum && !listed {
            Some(value(first))
        } else if it.sum || listed {
            claimed.iter().try_fold(Decimal::ZERO, |total, q| total.checked_add(value(q)))
        } else {
            None
        };
        match total {
            Some(total) => Reading::Read { value: Value::Number(total), spans, yearly_from },
            None => Reading::Ambiguous {
                candidates: claimed.iter().map(|q| candidate(q, value(q))).collect(),
                doubt: Doubt::Several,
            },
        }
    }

    /// Where an amount is said to be nothing: `nothing was withheld`, `no other income`.
    fn nothing(&self, input: &Input) -> Option<Range<usize>> {
        if input.kind != InputKind::Money || input.main {
            return None;
        }
        let cues = input.cues.iter().flat_map(|cue| self.words.cue(cue));
        let cue = cues.filter(|cue| self.is_nothing(cue)).min_by_key(|cue| (cue.start, std::cmp::Reverse(cue.end)))?;
        let from = self.words.0[cue.start.saturating_sub(1)].span.start;
        Some(from..self.words.bytes(&cue).end)
    }

    /// Whether nothing of `cue` is said to be there; `no income tax` says nothing of the income.
    fn is_nothing(&self, cue: &Range<usize>) -> bool {
        let mut before = self.words.before(cue.start);
        let first = before.next();
        let last = if matches!(first, Some("was" | "is" | "were" | "has" | "been" | "had" | "got" | "tax")) {
            before.next()
        } else {
            first
        };
        let next = self.words.0.get(cue.end).filter(|next| next.thought == self.words.0[cue.end - 1].thought);
        match last {
            Some("nothing" | "none" | "zero") => true,
            Some("no") => {
                first == Some("no")
                    && next.is_none_or(|next| matches!(next.text.as_str(), "at" | "or" | "this" | "in" | "last"))
            }
            _ => false,
        }
    }

    /// The numbers that input `input` claims, or, where it is the main one and claims none, those that are left.
    fn claimed(&self, input: usize) -> Vec<&Quantity> {
        let numbered = || self.found.iter().zip(&self.of);
        let claimed: Vec<&Quantity> = numbered().filter(|(_, of)| **of == Some(input)).map(|(q, _)| q).collect();
        if !claimed.is_empty() || !self.inputs[input].main {
            return claimed;
        }
        let left = numbered().filter(|(q, of)| of.is_none() && is_figure_for(q, &self.inputs[input]));
        left.map(|(q, _)| q).collect()
    }

    /// Whether an amount is for a period from which its year cannot be reckoned: an hour, or a month of which the question
    /// says how many there were.
    pub(super) fn of_no_year(&self, q: &Quantity, input: &Input) -> bool {
        let part = |q: &Quantity| matches!(q.unit.as_deref(), Some("months" | "weeks" | "days" | "quarters"));
        let yearly = matches!(q.period, None | Some(Period::Year)) || q.times.is_some();
        let open = || per_year(input) && !yearly && self.found.iter().any(part);
        is_yearly(q, input) && q.a_year().is_none() || open()
    }

    /// Whether thousands may be meant: by `85`, and by `450` where the asker writes another amount as short and none in full.
    fn may_mean_thousands(&self, q: &Quantity) -> bool {
        let amounts = || self.found.iter().filter(|other| other.kinds[0] == Kind::Money && other.span != q.span);
        let short = amounts().count() > 0 && amounts().all(is_short);
        is_short(q) && (q.value < Decimal::ONE_HUNDRED || short)
    }

    /// Whether two counts are one list: `a son and a daughter`.
    fn listed(&self, one: &Quantity, other: &Quantity) -> bool {
        let between = self.words.within(&(one.span.end..other.span.start));
        matches!(&self.words.0[between], [word] if matches!(word.text.as_str(), "and" | "plus" | "&"))
    }

    /// The figures that no reading rests on; a child's age or a small number alone (`the two of us`) is none.
    pub fn unclaimed(&self, readings: &[(String, Reading)]) -> Vec<Quantity> {
        let used: Vec<Range<usize>> = readings.iter().flat_map(|(_, reading)| reading.spans()).collect();
        let of_child = |q: &Quantity| q.kinds[0] == Kind::Age && q.person == Some(Person::Child);
        let bare = |q: &Quantity| q.kinds == [Kind::Count] && q.noun.is_none(); // `the two of us`
        let figure = |q: &&Quantity| {
            !matches!(q.kinds[0], Kind::Year | Kind::Threshold | Kind::Measure) && !of_child(q) && !bare(q)
        };
        let free = |q: &&Quantity| used.iter().all(|span| span.end <= q.span.start || q.span.end <= span.start);
        self.found.iter().filter(figure).filter(free).cloned().collect()
    }
}

/// Whether an input's number is that of a year: amounts that are not asked for by the month, and what is driven or worked
/// in a period.
fn is_yearly(q: &Quantity, input: &Input) -> bool {
    per_year(input) || input.kind == InputKind::Count && q.kinds[0] == Kind::Measure && q.period.is_some()
}

fn is_year(word: &str) -> bool {
    word.parse().is_ok_and(|year: u16| (1990..=2099).contains(&year))
}

/// Whether a number and its noun hold the cue, or its first words: `2 dependents` of `dependents over 17`.
fn begins_in(cue: &Range<usize>, number: &Range<usize>) -> bool {
    number.contains(&cue.start)
}

fn inside(cue: &Range<usize>, number: &Range<usize>) -> bool {
    number.start <= cue.start && cue.end <= number.end
}
