//! Which numbers could have been given out: check digits and the ranges that their issuers keep free. Knows strings of
//! ASCII digits; the words around them are the context's.

/// Whether the SSA could have assigned nine digits as a Social Security number.
///
/// Never assigned: area 000, 666 or 900–999, group 00, serial 0000 (SSA, Program Operations Manual System,
/// RM 10201.035 "Invalid Social Security Numbers").
pub(super) fn is_ssn(digits: &str) -> bool {
    let Some((area, group, serial)) = parts(digits) else { return false };
    !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0
}

/// Whether nine digits are an individual taxpayer identification number: 9xx, and 50–65, 70–88, 90–92 or 94–99 as the
/// fourth and fifth digit (IRS, Internal Revenue Manual 3.21.263, on the ITIN Real-Time System). 93 is for adoptions.
pub(super) fn is_itin(digits: &str) -> bool {
    let Some((area, group, _)) = parts(digits) else { return false };
    area >= 900 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// Whether nine digits begin as employer identification numbers do (IRS, "How EINs are assigned and valid EIN
/// prefixes": the prefixes of all campuses, of the Internet and of the Small Business Administration).
pub(super) fn is_ein(digits: &str) -> bool {
    let prefix = digits.get(..2).and_then(|prefix| prefix.parse().ok()).unwrap_or(0);
    let is_given = matches!(
        prefix,
        1..=6 | 10..=16 | 20..=27 | 30..=48 | 50..=68 | 71..=77 | 80..=88 | 90..=95 | 98..=99
    );
    digits.len() == 9 && is_given
}

/// Area, group and serial of nine digits.
fn parts(digits: &str) -> Option<(u32, u32, u32)> {
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse().ok();
    if digits.len() == 9 { Some((part(0..3)?, part(3..5)?, part(5..9)?)) } else { None }
}

/// Whether 13 to 19 digits pass the check of card numbers (ISO/IEC 7812-1: at most 19 digits, the last the check digit
/// by Luhn's formula, annex B; the shortest in use have 13). A leading 0 is no industry that gives out cards.
pub(super) fn is_card(digits: &str) -> bool {
    let luhn: u32 = values(digits)
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    (13..=19).contains(&digits.len()) && !digits.starts_with('0') && luhn.is_multiple_of(10)
}

/// Whether digits begin with the issuer identification number of a payment card: Visa 4, Mastercard 51–55 and
/// 2221–2720, American Express 34 and 37, Diners Club 300–305, 36, 38 and 39, Discover 6011, 644–649 and 65, JCB
/// 3528–3589, `UnionPay` 62, Maestro 50 and 56–69 (the schemes' published ranges under ISO/IEC 7812-2).
pub(super) fn has_issuer(digits: &str) -> bool {
    let first_four = digits.get(..4).and_then(|first| first.parse().ok()).unwrap_or(0);
    matches!(
        first_four,
        2221..=2720 | 3000..=3059 | 3400..=3499 | 3528..=3699 | 3700..=3999 | 4000..=4999 | 5000..=6999
    )
}

/// Whether nine digits pass the check of ABA routing numbers: weights 3, 7 and 1, and a sum that ten divides (American
/// Bankers Association, "Routing Number Policy & Procedures").
pub(super) fn is_routing_number(digits: &str) -> bool {
    let sum: u32 = values(digits).zip([3, 7, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    digits.len() == 9 && sum.is_multiple_of(10) && sum > 0
}

/// Whether the first two digits are a Federal Reserve district's: 00–12, 21–32 for thrifts, 61–72 for electronic
/// transactions, 80 for traveller's cheques (the same policy).
pub(super) fn has_reserve_district(digits: &str) -> bool {
    let district = digits.get(..2).and_then(|first| first.parse().ok()).unwrap_or(99);
    matches!(district, 0..=12 | 21..=32 | 61..=72 | 80)
}

/// Whether letters and digits without spaces are an IBAN: two letters, two check digits, 15 to 34 characters in all,
/// and, the first four moved to the end and letters read as 10 to 35, a remainder of 1 by 97 (ISO 13616-1, with the
/// check of ISO 7064, MOD 97-10; Norway's are the shortest).
pub(super) fn is_iban(compact: &str) -> bool {
    let bytes = compact.as_bytes();
    let begins = bytes.len() >= 4 && bytes[..2].iter().all(u8::is_ascii_alphabetic);
    if !begins || !bytes[2..4].iter().all(u8::is_ascii_digit) || !(15..=34).contains(&bytes.len()) {
        return false;
    }
    let remainder = bytes[4..].iter().chain(&bytes[..4]).try_fold(0, |remainder, &byte| {
        let value = char::from(byte).to_digit(36)?;
        Some((remainder * if value < 10 { 10 } else { 100 } + value) % 97)
    });
    remainder == Some(1)
}

/// Whether ten digits could be a telephone number of the North American Numbering Plan: area and exchange begin with 2
/// to 9 (ATIS-0300051, Central Office Code Assignment Guidelines).
pub(super) fn is_north_american(digits: &str) -> bool {
    let starts_late = |at: usize| digits.as_bytes().get(at).is_some_and(|first| (b'2'..=b'9').contains(first));
    digits.len() == 10 && starts_late(0) && starts_late(3)
}

/// Whether ten digits are a toll-free number, which an office has and no person (47 CFR 52.101(d); FCC: 800, 833, 844,
/// 855, 866, 877 and 888 are in use).
pub(super) fn is_toll_free(digits: &str) -> bool {
    digits.len() == 10 && ["800", "833", "844", "855", "866", "877", "888"].iter().any(|code| digits.starts_with(code))
}

fn values(digits: &str) -> impl DoubleEndedIterator<Item = u32> {
    digits.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ssa_never_assigns_these() {
        assert!(["123456789", "001010001", "665999999", "899999999"].into_iter().all(is_ssn));
        let never = ["000123456", "666123456", "900123456", "999999999", "123004567", "123450000", "12345678"];
        assert!(!never.into_iter().any(is_ssn));
    }

    #[test]
    fn itins_have_their_groups() {
        assert!(
            ["900500000", "999651234", "912701234", "912881234", "912921234", "999991234"].into_iter().all(is_itin)
        );
        let none = ["912491234", "912661234", "912691234", "912891234", "912931234", "812701234", "91270123"];
        assert!(!none.into_iter().any(is_itin));
    }

    #[test]
    fn eins_have_their_prefixes() {
        let unused: Vec<u32> = (0..100).filter(|prefix| !is_ein(&format!("{prefix:02}1234567"))).collect();
        assert_eq!(unused, [0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97]);
    }

    /// Test numbers that card schemes and payment processors publish.
    #[test]
    fn published_test_cards_pass() {
        let cards = [
            "4111111111111111",
            "4222222222222",
            "5555555555554444",
            "2223003122003222",
            "378282246310005",
            "30569309025904",
            "6011111111111117",
            "3530111333300000",
            "6200000000000005",
            "6304000000000000",
        ];
        assert!(cards.into_iter().all(|card| is_card(card) && has_issuer(card)));
        let none = ["4111111111111112", "0000000000000000", "411111111111", "42424242424242424242"];
        assert!(!none.into_iter().any(is_card));
    }

    #[test]
    fn routing_numbers_of_known_banks_pass() {
        let banks = ["021000021", "011401533", "091000019", "121000358", "322271627"];
        assert!(banks.into_iter().all(|bank| is_routing_number(bank) && has_reserve_district(bank)));
        assert!(!["021000022", "000000000", "02100002"].into_iter().any(is_routing_number));
    }

    /// Examples of the SWIFT IBAN Registry.
    #[test]
    fn the_registrys_examples_pass() {
        let examples = [
            "DE89370400440532013000",
            "GB29NWBK60161331926819",
            "FR1420041010050500013M02606",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S",
            "BE68539007547034",
        ];
        assert!(examples.into_iter().all(is_iban));
        let none = ["DE88370400440532013000", "DE8937040044053201300", "NO938601111794", "DE89é70400440532013000", ""];
        assert!(!none.into_iter().any(is_iban));
    }

    #[test]
    fn north_american_numbers_begin_late() {
        assert!(is_north_american("2125550123"));
        assert!(!["1125550123", "2121550123", "212555012"].into_iter().any(is_north_american));
    }
}
