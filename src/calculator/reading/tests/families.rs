//! Who counts by age, whose plan it is, and amounts that say again what others said.

use super::*;

/// Inputs whose cues bound the ages of those whom they count.
pub(super) fn inputs() -> Vec<Input> {
    let of_plan: [(&str, &[&str]); 3] = [
        ("own", &["at my job", "company 401k"]),
        ("spouse", &["wife has a 401k", "no plan at work but my wife has"]),
        ("none", &["no plan", "no plan at work"]),
    ];
    let values = of_plan.iter().map(|(v, p)| ((*v).to_owned(), p.iter().map(|&p| p.to_owned()).collect())).collect();
    vec![
        input("children", InputKind::Count, &["kids", "child", "children", "under 17"]),
        input("others", InputKind::Count, &["other dependents", "over 17"]),
        summed(input("wages", InputKind::Money, &["wages", "make", "salary", "box 1"])),
        Input { values, ..input("plan", InputKind::Choice, &[]) },
    ]
}

#[test]
fn children_are_counted_by_their_ages_on_each_side_of_a_bound() {
    check(&[
        ("family", "kids are 10, 14 and 17", "children=2; others=1"),
        ("family", "kids are 15, 12 and one thats 18", "children=2; others=1"),
        ("family", "my son is 3", "children=1"),
        ("family", "three kids, the oldest is 17", "children=2; others=1"),
        ("family", "two kids, 7 and 12", "children=2"),
        ("family", "two kids and a 5 year old", "children=3"),
        ("family", "two kids and an 18 year old", "children=2; others=1"),
    ]);
}

#[test]
fn an_amount_that_says_again_what_others_come_to_is_not_added() {
    check(&[
        ("family", "wages of 40,000 and 30,000, so 70,000 in wages", "wages=70000"),
        ("family", "salary is 98,000 and 10,000 goes to savings, so 88,000 is in box 1", "wages=98000"),
        ("family", "i make 23.50 an hour, works out to 48,880 for the year", "wages=48880"),
    ]);
}

#[test]
fn a_denial_reaches_over_the_phrase_that_follows() {
    check(&[
        ("family", "no plan at my job", "plan=none"),
        ("family", "i'm in the company 401(k)", "plan=own"),
        ("family", "my wife has a 401(k), I have no plan at work", "plan=spouse"),
    ]);
}
