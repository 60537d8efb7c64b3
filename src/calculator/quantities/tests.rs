//! What is read as a quantity, and as which, in careless sentences.

use proptest::prelude::*;

use super::*;

mod fourth;
mod later;
mod third;
mod times;
mod unseen;

/// A quantity as the tables below write it: `$85000`, `$4000/month`, `$80000..90000`, `age 67`, `2x` (a count),
/// `22%`, `year 2024`, `12000 miles`, `3 months`, `over 65`.
fn shown(q: &Quantity) -> String {
    let value = q
        .up_to
        .map_or_else(|| q.value.normalize().to_string(), |to| format!("{}..{}", q.value.normalize(), to.normalize()));
    let period = q.period.map_or("", |period| match period {
        Period::Year => "/year",
        Period::Quarter => "/quarter",
        Period::Month => "/month",
        Period::HalfMonth => "/half-month",
        Period::Fortnight => "/fortnight",
        Period::Week => "/week",
        Period::Day => "/day",
        Period::Hour => "/hour",
        Period::Paycheck => "/paycheck",
        Period::Each => "/each",
    });
    match q.kinds[0] {
        Kind::Money => format!("${value}{period}"),
        Kind::Age => format!("age {value}"),
        Kind::Count => format!("{value}x"),
        Kind::Percent => format!("{value}%"),
        Kind::Year => format!("year {value}"),
        Kind::Measure => format!("{value} {}", q.unit.as_deref().unwrap_or("?")),
        Kind::Threshold => {
            let side = if q.bound == Some(Bound::Under) { "under" } else { "over" };
            format!("{side} {value}")
        }
    }
}

fn check(table: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (sentence, expected) in table {
        let found = quantities(sentence).iter().map(shown).collect::<Vec<_>>().join(" | ");
        if found != *expected {
            wrong.push(format!("{sentence}\n     expected: {expected}\n        found: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} misread:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

#[test]
fn amounts_are_read_however_they_are_typed() {
    check(&[
        ("how much tax on $85,000", "$85000"),
        ("how much tax on 85,000 dollars", "$85000"),
        ("i make 85k", "$85000"),
        ("I MAKE 85K", "$85000"),
        ("85 grand a year", "$85000/year"),
        ("sold it for 1.2 million", "$1200000"),
        ("sold for $1.2m last year", "$1200000"),
        ("85000 bucks", "$85000"),
        ("around 85,000", "$85000"),
        ("exactly 85,000.50", "$85000.5"),
        ("salary is $85k/yr what do i owe", "$85000/year"),
        ("$ 85,000 salary", "$85000"),
        ("85,000$ salary", "$85000"),
        ("USD 85,000", "$85000"),
        ("made 62.5k", "$62500"),
        ("made 62k,had 5400 withheld", "$62000 | $5400"),
        ("62000,5400 withheld", "$62000 | $5400"),
        ("income:85k", "$85000"),
        ("income=$85000.", "$85000"),
        ("W2 wages 48250.75", "$48250.75"),
        ("~85k", "$85000"),
        ("like 85k-ish", "$85000"),
        ("85kish", "$85000"),
        ("85k+", "$85000"),
        ("1.5 mil gain", "$1500000"),
        ("got $600 on venmo", "$600"),
        ("paid $12.50 in fees", "$12.5"),
        ("a loss of -5,000", "$-5000"),
        ("agi was -$3,200", "$-3200"),
        ("agi was $-3,200", "$-3200"),
        ("wages - 62k", "$62000"),
        ("$85 000 salary", "$85000"),
        ("85 000 salary", "$85000"),
        ("I earned 120 thousand", "$120000"),
        ("85 thousand dollars and 5 thousand in tips", "$85000 | $5000"),
        ("(about $9,000)", "$9000"),
        ("i put 2000 in my ira", "year 2000"),
        ("$2024 in interest", "$2024"),
        ("earned 2,024 in interest", "$2024"),
        ("just over 60k", "$60000"),
        ("a little under $60,000", "$60000"),
    ]);
}

#[test]
fn amounts_in_words_are_read() {
    check(&[
        ("two hundred thousand", "$200000"),
        ("eighty five thousand dollars", "$85000"),
        ("eighty-five thousand", "$85000"),
        ("fifteen hundred a month", "$1500/month"),
        ("a hundred thousand in gains", "$100000"),
        ("half a million", "$500000"),
        ("one hundred and twenty thousand", "$120000"),
        ("won a million bucks", "$1000000"),
        ("five grand withheld", "$5000"),
        ("a grand", "$1000"),
        ("two hundred fifty thousand three hundred", "$250300"),
        ("2 hundred thousand", "$200000"),
        ("a couple thousand", ""),
        ("which one is better", ""),
        ("no one told me", ""),
        ("six figures", ""),
    ]);
}

#[test]
fn an_amount_for_a_period_says_so() {
    check(&[
        ("$4,000 a month", "$4000/month"),
        ("2k per month", "$2000/month"),
        ("$25 an hour", "$25/hour"),
        ("i get 1,950 ss monthly", "$1950/month"),
        ("my monthly pension is 2,300", "$2300/month"),
        ("1,200 for daycare every month", "$1200/month"),
        ("$900/wk", "$900/week"),
        ("900 weekly", "$900/week"),
        ("$2,100 every two weeks", "$2100/fortnight"),
        ("2100 biweekly", "$2100/fortnight"),
        ("$300 per paycheck withheld", "$300/paycheck"),
        ("hourly rate is 25", "$25/hour"),
        ("i make 31.50/hr", "$31.5/hour"),
        ("each month i get 2,300 from ss", "$2300/month"),
        ("twice a month i get 2,500", "$2500/half-month"),
        ("$5k a quarter in estimated taxes", "$5000/quarter"),
        ("annual salary 85k", "$85000/year"),
        ("4k/mo rent and 85k salary", "$4000/month | $85000"),
        ("$2,000 per child", "$2000/each"),
        ("7k each", "$7000/each"),
        ("$200 a day", "$200/day"),
    ]);
}

#[test]
fn ages_are_told_from_amounts() {
    check(&[
        ("I'm 67", "age 67"),
        ("im 67 and retired", "age 67"),
        ("67 years old", "age 67"),
        ("67 yrs old", "age 67"),
        ("67yo", "age 67"),
        ("age 67", "age 67"),
        ("turned 70 last year", "age 70"),
        ("we are both 68", "age 68"),
        ("both 68", "age 68"),
        ("he's 70 and i'm 66", "age 70 | age 66"),
        ("my wife is 62", "age 62"),
        ("I am sixty seven", "age 67"),
        ("my 5 year old", "age 5"),
        ("a 5-year-old", "age 5"),
        ("i am 52 and single, magi $83k", "age 52 | $83000"),
        ("kids ages 4 and 7", "age 4 | age 7"),
        ("single 34 made 62k", "age 34 | $62000"),
        ("i (34M) make 62k", "age 34 | $62000"),
        ("i'm 62k in debt", "$62000"),
        ("73 and taking my rmd", "age 73"),
    ]);
}

#[test]
fn counts_are_read_with_their_noun() {
    check(&[
        ("two kids", "2x"),
        ("3 children", "3x"),
        ("one child", "1x"),
        ("we have a baby", "1x"),
        ("just had twins", "2x"),
        ("no kids", "0x"),
        ("i dont have any kids", "0x"),
        ("triplets!", "3x"),
        ("2 dependents", "2x"),
        ("a son and a daughter", "1x | 1x"),
        ("kids: 2", "2x"),
        ("family of 4", "4x"),
        ("zero dependents", "0x"),
        ("worked 2 jobs", "2x"),
        ("two W-2s", "2x"),
    ]);
}

#[test]
fn percents_years_and_measures_are_told_apart() {
    check(&[
        ("am i in the 22% bracket", "22%"),
        ("22 percent", "22%"),
        ("0.9% extra", "0.9%"),
        ("used 15 % for business", "15%"),
        ("tax year 2024", "year 2024"),
        ("married 2024", "year 2024"),
        ("for '24", "year 2024"),
        ("2023 and 2024 limits", "year 2023 | year 2024"),
        ("2023,2024", "year 2023 | year 2024"),
        ("ty2024", "year 2024"),
        ("drove 12,000 miles", "12000 miles"),
        ("12k miles", "12000 miles"),
        ("drove 340 mi for charity", "340 miles"),
        ("owned it for 3 years", "3 years"),
        ("sold 100 shares", "100 shares"),
        ("lived there 18 months", "18 months"),
        ("200 sq ft office", "200 square feet"),
        ("300 square feet", "300 square feet"),
    ]);
}

#[test]
fn numbers_that_name_things_are_no_quantities() {
    check(&[
        ("Form 1040", ""),
        ("got a 1099-K for $700", "$700"),
        ("my W-2 says 62,000", "$62000"),
        ("w2 62000", "$62000"),
        ("can i max my 401(k)", ""),
        ("my 401k has 200k", "$200000"),
        ("529 plan", ""),
        ("a 529", ""),
        ("Section 179", ""),
        ("§ 1031", ""),
        ("1031 exchange", ""),
        ("schedule 1-A", ""),
        ("Pub 17", ""),
        ("IRS publication 970", ""),
        ("call me at 512-555-0143", ""),
        ("(512) 555-0143", ""),
        ("my ssn is 123-45-6789", ""),
        ("123456789", ""),
        ("I live in Austin TX 78701", ""),
        ("zip 78701", ""),
        ("due April 15, 2026", ""),
        ("due 4/15/2026", ""),
        ("paid on 2026-04-15", ""),
        ("sold on the 3rd of june", ""),
        ("box 2 says 5,400", "$5400"),
        ("line 11 is 85,000", "$85000"),
        ("do i need 8949", ""),
        ("1040 vs 1040-SR", ""),
        ("403b and 457(b)", ""),
        ("501(c)(3)", ""),
        ("chapter 7", ""),
        ("covid-19", ""),
        ("at 5:30 pm", ""),
        ("split it 50/50", ""),
        ("see irs.gov/pub1234", ""),
        ("me@85000.com", ""),
        ("version 1.2.3", ""),
        ("€85,000", ""),
        ("85k euros", ""),
        ("1만 5,750달러", ""),
        ("연봉 8만 달러", ""),
        ("1,00,000", ""),
        ("85.000,50", ""),
        ("Q3 of 2024", "year 2024"),
    ]);
}

#[test]
fn ranges_give_both_ends() {
    check(&[
        ("80-90k", "$80000..90000"),
        ("80k-90k", "$80000..90000"),
        ("80 to 90k", "$80000..90000"),
        ("between 80 and 90k", "$80000..90000"),
        ("between $80,000 and $90,000", "$80000..90000"),
        ("$80,000-$90,000", "$80000..90000"),
        ("somewhere 80k to 90k", "$80000..90000"),
        ("10-12%", "10..12%"),
        ("2019-2021", "year 2019 | year 2021"),
    ]);
}

#[test]
fn bounds_are_no_figures_of_the_asker() {
    check(&[
        ("two kids under 17", "2x | under 17"),
        ("over 65", "over 65"),
        ("65 or older", "over 65"),
        ("65+", "over 65"),
        ("I am over 65", "over 65"),
        ("is it taxed above 250k", "over 250000"),
        ("if you make less than $100,000", "under 100000"),
        ("the $10,000 limit", "over 10000"),
        ("up to 7,000", "under 7000"),
        ("3 under 5", "3x | under 5"),
        ("<100k", "under 100000"),
        ("more than 600 on venmo", "over 600"),
        ("at least 59 1/2", "over 59.5"),
        ("before 59½", "under 59.5"),
    ]);
}

#[test]
fn the_bytes_are_those_of_the_text() {
    let text = "Ich — I’m 67, made about $62,000.50 & had “5k” withheld";
    let bytes: Vec<&str> = quantities(text).iter().map(|q| &text[q.span.clone()]).collect();
    assert_eq!(bytes, ["67", "$62,000.50", "5k"]);
    let text = "my wife makes $4,000 a month and I make eighty-five thousand";
    let bytes: Vec<&str> = quantities(text).iter().map(|q| &text[q.span.clone()]).collect();
    assert_eq!(bytes, ["$4,000 a month", "eighty-five thousand"]);
}

#[test]
fn a_year_of_an_amount_is_known_for_regular_periods() {
    let yearly = |text: &str| quantities(text)[0].a_year().map(|d| d.to_string());
    assert_eq!(yearly("$4,000 a month").as_deref(), Some("48000"));
    assert_eq!(yearly("$900 a week").as_deref(), Some("46800"));
    assert_eq!(yearly("62k").as_deref(), Some("62000"));
    assert_eq!(yearly("$25 an hour"), None);
    assert_eq!(yearly("$300 per paycheck"), None);
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_in_order(text in "\\PC*") {
        let found = quantities(&text);
        prop_assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        for q in &found {
            prop_assert!(text.get(q.span.clone()).is_some_and(|bytes| !bytes.is_empty()) && !q.kinds.is_empty());
        }
    }

    #[test]
    fn text_of_figures_is_read_without_panic(text in "[-0-9$k%,./+~' a-eoyrs½만(){}–\n]{0,60}") {
        let found = quantities(&text);
        prop_assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    }

    #[test]
    fn a_written_amount_is_read_as_itself(dollars in 1u32..100_000_000, cents in 0u32..100) {
        let text = format!("i made ${dollars}.{cents:02} last year");
        let found = quantities(&text);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].value, Decimal::new(i64::from(dollars) * 100 + i64::from(cents), 2));
    }
}
