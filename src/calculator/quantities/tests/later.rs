//! A second lot of sentences written after the code that reads them.

use super::check;

#[test]
fn a_second_lot_of_sentences_is_read() {
    check(&[
        ("Made 55,000 In 2022 And 61,000 In 2023", "$55000 | year 2022 | $61000 | year 2023"),
        ("my refund was 1200 last year its 400 now why", "$1200 | $400"),
        ("i have 1.1 mil in capital gains", "$1100000"),
        ("do i need to pay tax on $15000 inheritance from my grandma (she was 91)", "$15000 | age 91"),
        ("owe 3.8% NIIT on 40k?", "3.8% | $40000"),
        ("pre-tax 401k of 10% on my 90k", "10% | $90000"),
        ("sold at 1,000,000 w/ 500k exclusion", "$1000000 | over 500000"),
        ("Box 14 shows 1,203.44 SDI", "$1203.44"),
        ("i'm a 28 year old nurse making 41/hr", "age 28 | $41/hour"),
        ("72k base + 15k bonus + 8k rsu", "$72000 | $15000 | $8000"),
        ("how much do i pay quarterly on 60k of 1099 income", "$60000"),
        ("standard mileage for 2025 at 70 cents", "year 2025 | 70 cents"),
        ("my ex has the kids 183 days", "183 days"),
        ("on the 4th of july i won $5,000 at blackjack", "$5000"),
        ("got a $1,400 stimulus in '21", "$1400 | year 2021"),
        ("put twelve thousand in savings at four percent", "$12000 | 4%"),
        ("I earned between thirty and forty thousand", "$30000..40000"),
        ("turning 73 next year, rmd on 812,000 balance", "age 73 | $812000"),
        ("twins born 12/28/2025", "2x"),
        ("what if i only made 9.5k", "$9500"),
        ("3-4 hours a week", "3..4 hours"),
        ("he makes 100 more than me", "$100"),
        ("call 1-800-829-1040", ""),
        ("120K/yr & 20% bonus", "$120000/year | 20%"),
        ("1040 line 1a 88,100 line 25a 9,020", "$88100 | $9020"),
    ]);
}
