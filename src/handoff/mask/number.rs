//! Numbers of people, banks and taxpayers among the digits of a text. Knows their forms and what must be said near the
//! ones that look like any other number.

use std::cell::OnceCell;

use super::{
    Hit, Kind, checksum,
    contact::extension,
    context::Context,
    run::{self, Cut, Joint, Window},
    token::Tokens,
    words::Cue,
};

/// Digits of account numbers: what NACHA's rules have room for at most, and at least what is not taken for less.
const ACCOUNT_DIGITS: std::ops::RangeInclusive<usize> = 8..=17;

/// The numbers in a text.
pub(super) fn find(tokens: &Tokens, hits: &mut Vec<Hit>) {
    for run in run::runs(tokens) {
        for window in run::windows(tokens, &run, Cut::Spaces) {
            let number = Number { window, digits: window.digits(), context: OnceCell::new() };
            let Some(kind) = number.kind() else { continue };
            let mut span = window.span();
            if kind == Kind::Phone {
                span.end = extension(tokens, span.end);
            }
            hits.push(Hit { kind, tokens: span, value: value(kind, &number.digits) });
        }
    }
}

/// What makes two spellings of a number one: its digits, without the North American country code.
pub(super) fn value(kind: Kind, digits: &str) -> String {
    match digits.strip_prefix('1') {
        Some(rest) if kind == Kind::Phone && rest.len() == 10 => rest.to_owned(),
        _ => digits.to_owned(),
    }
}

struct Number<'t> {
    window: Window<'t>,
    digits: String,
    /// Looked at only where the form does not say enough.
    context: OnceCell<Context>,
}

impl Number<'_> {
    fn context(&self) -> &Context {
        self.context.get_or_init(|| Context::around(self.window.tokens, &self.window.span()))
    }

    fn kind(&self) -> Option<Kind> {
        // The lines of the IRS are part of what is asked about.
        let is_grouped = self.window.is_shaped(&[3, 3, 4]) || self.window.is_shaped(&[1, 3, 3, 4]);
        if is_grouped && checksum::is_toll_free(&value(Kind::Phone, &self.digits)) {
            return None;
        }
        self.taxpayer()
            .or_else(|| self.is_card().then_some(Kind::Card))
            .or_else(|| self.is_phone().then_some(Kind::Phone))
            .or_else(|| self.bank())
    }

    /// Whether it could be any number: neither money nor part of the law.
    fn is_plain(&self) -> bool {
        !self.context().is_quantity && !self.context().is_reference
    }

    /// Whether spaces between its pieces cannot be those between numbers of a list.
    fn is_one_number(&self, cues: &[Cue]) -> bool {
        let is_named = cues.iter().any(|&cue| self.context().has(cue));
        !self.window.is_spaced() || self.is_plain() && (self.window.is_alone() || is_named)
    }

    fn taxpayer(&self) -> Option<Kind> {
        let person = [Cue::Ssn, Cue::Itin, Cue::TaxId];
        if self.window.is_shaped(&[3, 2, 4]) {
            let is_form = self.window.is_joined_by(&[Joint::Dash, Joint::Dot, Joint::Apart, Joint::Space]);
            return (is_form && self.is_one_number(&person)).then(|| self.of_person()).flatten();
        }
        if self.window.is_shaped(&[2, 7]) {
            let is_form = self.window.is_joined_by(&[Joint::Dash, Joint::Apart]);
            let is_named = self.window.is_spaced() && (self.context().has(Cue::Ein) || self.context().has(Cue::TaxId));
            return (is_form || is_named).then(|| self.of_employer()).flatten();
        }
        if !self.window.is_shaped(&[9]) || !self.is_plain() {
            return None;
        }
        self.context().cues().find_map(|cue| match cue {
            Cue::Ssn | Cue::Itin => self.of_person(),
            Cue::Ein => self.of_employer(),
            Cue::TaxId => self.of_person().or_else(|| self.of_employer()),
            Cue::Routing | Cue::Account => self.bank(),
            Cue::Phone => None,
        })
    }

    fn of_person(&self) -> Option<Kind> {
        let ssn = checksum::is_ssn(&self.digits).then_some(Kind::Ssn);
        ssn.or_else(|| checksum::is_itin(&self.digits).then_some(Kind::Itin))
    }

    fn of_employer(&self) -> Option<Kind> {
        checksum::is_ein(&self.digits).then_some(Kind::Ein)
    }

    /// A card's pieces begin with four digits, have three to seven each but for a short last one, and an issuer's
    /// number, which a list of amounts or of forms has not.
    fn is_card(&self) -> bool {
        let lengths: Vec<usize> = self.window.lengths().collect();
        let in_groups = || {
            let is_form = self.window.is_joined_by(&[Joint::Dash, Joint::Space, Joint::Dot]);
            let groups = lengths[0] == 4 && lengths[1..lengths.len() - 1].iter().all(|length| (3..=7).contains(length));
            is_form && groups && checksum::has_issuer(&self.digits) && !self.window.is_years()
        };
        let is_money = || (self.window.is_one_piece() || self.window.is_spaced()) && self.context().is_quantity;
        checksum::is_card(&self.digits) && (self.window.is_one_piece() || in_groups()) && !is_money()
    }

    fn is_phone(&self) -> bool {
        let has_cue = || self.context().has(Cue::Phone);
        let local = self.digits.strip_prefix('1').filter(|local| local.len() == 10).unwrap_or(&self.digits);
        let begins_late = !local.starts_with(['0', '1']);
        let shaped = |shape: &[usize]| self.window.is_shaped(shape) && begins_late;
        if shaped(&[3, 3, 4]) || self.window.is_shaped(&[1, 3, 3, 4]) && local.len() == 10 && begins_late {
            return self.is_one_number(&[Cue::Phone]);
        }
        if shaped(&[3, 4]) || shaped(&[3, 7]) {
            // After an area code in parentheses it is a part of a longer one.
            let before = self.window.span().start.wrapping_sub(1);
            let has_area = [before, before.wrapping_sub(1)].iter().any(|&at| self.window.tokens.is(at, ')'));
            return !has_area && has_cue() && self.is_plain();
        }
        // Bare digits: an account's, when an account is spoken of.
        let is_bare = self.window.is_one_piece() && local.len() == 10 && begins_late;
        let is_form = || checksum::is_north_american(local) && local.len() == self.digits.len() || has_cue();
        is_bare && self.is_plain() && !self.context().has(Cue::Account) && is_form()
    }

    fn bank(&self) -> Option<Kind> {
        if !ACCOUNT_DIGITS.contains(&self.digits.len()) || !self.is_plain() {
            return None;
        }
        let (routing, account) = (self.context().has(Cue::Routing), self.context().has(Cue::Account));
        let is_near = routing || account && checksum::has_reserve_district(&self.digits);
        if is_near && checksum::is_routing_number(&self.digits) {
            return Some(Kind::RoutingNumber);
        }
        let is_form = self.window.is_joined_by(&[Joint::Dash])
            || self.window.is_joined_by(&[Joint::Space])
                && self.window.lengths().all(|length| (2..=6).contains(&length));
        // A day and a ZIP code are spoken of near accounts too.
        let is_zip = self.window.is_shaped(&[5, 4]) && self.window.is_joined_by(&[Joint::Dash]);
        let is_other = (run::is_day(&self.digits) || is_zip) && !self.context().is_named || self.window.is_years();
        (account && is_form && !is_other).then_some(Kind::Account)
    }
}
