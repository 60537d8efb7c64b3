//! Personal data that was found once and stands elsewhere too, where nothing announces it. Knows what was found; looks
//! for nothing else.

use std::collections::{HashMap, HashSet};

use super::{
    Hit, Kind, number,
    run::{self, Cut},
    token::{Sort, Tokens},
    words,
};

/// A shorter part of a name is left where it stands alone: "Li" is a word of many other names.
const PART_LETTERS: usize = 3;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Numbers by their digits.
    numbers: HashMap<String, Kind>,
    /// Names, their parts and addresses as they are spelled.
    spelled: HashMap<String, Kind>,
    /// Parts of names with the whole; none, if several names have that part.
    wholes: HashMap<String, Option<String>>,
    /// The first words of what is spelled.
    first: HashSet<String>,
    /// The words of the longest of it.
    longest: usize,
}

impl Known {
    /// Keeps what was found.
    pub fn learn(&mut self, tokens: &Tokens, hit: &Hit) {
        match hit.kind {
            Kind::Name => {
                self.learn_parts(tokens, hit);
                self.spell(hit.kind, hit.value.clone());
            }
            Kind::Address => self.spell(hit.kind, hit.value.clone()),
            // These show by their form wherever they stand.
            Kind::Email | Kind::Iban => {}
            _ => {
                self.numbers.entry(hit.value.clone()).or_insert(hit.kind);
            }
        }
    }

    /// The words of a name of several that could not be other words.
    fn learn_parts(&mut self, tokens: &Tokens, hit: &Hit) {
        if !hit.value.contains(' ') {
            return;
        }
        for at in hit.tokens.clone().filter(|&at| tokens.is_capitalised(at)) {
            if tokens.width(at) >= PART_LETTERS && !words::is_no_name(tokens.word(at)) {
                let part = tokens.word(at).to_owned();
                let whole = self.wholes.entry(part.clone()).or_insert_with(|| Some(hit.value.clone()));
                if whole.as_ref() != Some(&hit.value) {
                    *whole = None;
                }
                self.spell(Kind::Name, part);
            }
        }
    }

    fn spell(&mut self, kind: Kind, spelling: String) {
        let words = spelling.split(' ').count();
        if words == 1 && (words::is_double(&spelling) || spelling.chars().count() < 2) {
            return;
        }
        self.longest = self.longest.max(words);
        self.first.extend(spelling.split(' ').next().map(str::to_owned));
        self.spelled.entry(spelling).or_insert(kind);
    }

    /// The value that another is a part of: "smith" is "john smith", if there is no other Smith.
    pub fn whole<'v>(&'v self, kind: Kind, value: &'v str) -> &'v str {
        let whole = self.wholes.get(value).filter(|_| kind == Kind::Name);
        whole.and_then(Option::as_deref).unwrap_or(value)
    }

    /// Where it stands in a text; of two that begin at one place, the longer.
    pub fn find(&self, tokens: &Tokens, hits: &mut Vec<Hit>) {
        if !self.first.is_empty() {
            hits.extend((0..tokens.len()).filter_map(|at| self.spelled_at(tokens, at)));
        }
        if self.numbers.is_empty() {
            return;
        }
        for run in run::runs(tokens) {
            hits.extend(run::windows(tokens, &run, Cut::Anywhere).filter_map(|window| {
                let digits = window.digits();
                let known = |value: String| self.numbers.get(&value).map(|&kind| (kind, value));
                let (kind, value) = known(number::value(Kind::Phone, &digits)).or_else(|| known(digits))?;
                Some(Hit { kind, tokens: window.span(), value })
            }));
        }
    }

    fn spelled_at(&self, tokens: &Tokens, start: usize) -> Option<Hit> {
        let is_text = |at: usize| matches!(tokens.sort(at), Sort::Word | Sort::Digits);
        if !is_text(start)
            || tokens.joins(start.wrapping_sub(1))
            || !self.first.contains(&tokens.spelled(start..start + 1))
        {
            return None;
        }
        let (mut spelling, mut found) = (String::new(), None);
        let mut at = start;
        for count in 0..self.longest {
            if count > 0 {
                spelling.push(' ');
            }
            spelling += &tokens.spelled(at..at + 1);
            let known = self.spelled.get(&spelling).filter(|_| !tokens.joins(at + 1));
            // A name of one word is a word of every day in small letters.
            let known = known.filter(|&&kind| count > 0 || kind != Kind::Name || tokens.is_capitalised(start));
            if let Some(&kind) = known {
                found = Some(Hit { kind, tokens: start..at + 1, value: spelling.clone() });
            }
            match (at + 1..at + 4).find(|&at| is_text(at)) {
                Some(next) if (at + 1..next).all(|at| is_joint(tokens.sort(at))) => at = next,
                _ => break,
            }
        }
        found
    }
}

/// What may stand between the words of a name or an address.
fn is_joint(sort: Sort) -> bool {
    matches!(sort, Sort::Space | Sort::Break | Sort::Mark('.' | ',' | '-' | '\'' | '#' | '/'))
}
