//! What an amount comes to over the year where the question says how often it was paid.

use super::*;

/// What the first amount or measure of a sentence comes to over the year.
fn yearly(sentence: &str) -> Option<String> {
    let found = quantities(sentence);
    let of_a_period = |q: &&Quantity| q.period.is_some();
    found.iter().find(of_a_period).or(found.first())?.a_year().map(|value| value.normalize().to_string())
}

#[test]
fn an_amount_is_counted_as_often_as_it_is_said_to_be_paid() {
    for (sentence, expected) in [
        ("1,150 a week before taxes, 52 weeks", "59800"),
        ("3,800 a month before taxes", "45600"),
        ("$900 a week for 40 weeks", "36000"),
        ("made 4,000 a month for 8 months", "32000"),
        ("850 business miles a month, all twelve months", "10200"),
        ("300 miles a week", "15600"),
        ("i sent four estimated payments of 900 each", "3600"),
        ("3 gifts of $2,000", "6000"),
        ("my pay is 2,000 each, 26 paychecks", "52000"),
        ("210 dollars is taken out of each of my 26 paychecks", "5460"),
        ("400 hours of overtime at $45 an hour", "18000"),
    ] {
        assert_eq!(yearly(sentence).as_deref(), Some(expected), "{sentence}");
    }
    let hourly = quantities("$30 an hour, 40 hours a week, 50 weeks");
    assert_eq!(hourly[0].a_year(), Some(Decimal::from(60_000)));
}

#[test]
fn a_duration_of_something_else_is_no_number_of_payments() {
    for sentence in ["2,000 a month and sold stock held 8 months", "25 an hour, about 40 hours", "7k each"] {
        assert!(quantities(sentence).iter().all(|q| q.times.is_none()), "{sentence}");
    }
    assert_eq!(yearly("500 a week before the wedding"), Some("500".to_owned()));
    assert_eq!(quantities("two kids of 5 and 7").len(), 3);
}

#[test]
fn a_total_that_adds_up_to_an_amount_is_no_bound() {
    check(&[
        ("the W-2s add up to 7,500", "$7500"),
        ("it adds up to 27,000", "$27000"),
        ("can i put in up to 7,000", "under 7000"),
    ]);
}

#[test]
fn of_two_spouses_each_has_an_age() {
    let people = |sentence: &str| quantities(sentence).iter().map(|q| q.person).collect::<Vec<_>>();
    for sentence in ["husband 66, wife 60", "joint, age 52 and 50", "me and my wife are 65 and 66"] {
        assert_eq!(people(sentence), [Some(Person::Asker), Some(Person::Spouse)], "{sentence}");
    }
    assert_eq!(people("and if I were 55"), [Some(Person::Asker)]);
    assert_eq!(people("our son, who is 11"), [Some(Person::Child)]);
}
