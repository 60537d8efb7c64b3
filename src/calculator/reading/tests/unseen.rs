//! Sentences written after the code that reads them.

use super::check;

#[test]
fn sentences_written_after_the_code_are_read() {
    check(&[
        (
            "refund",
            "hi i made 43,212 at target last year and they took out 3,950 for federal, single no kids",
            "wages=43212; withholding=3950; children=0; filing_status=single",
        ),
        (
            "refund",
            "2 kids hoh 51k income 2900 withheld whats my refund",
            "wages=51000; withholding=2900; children=2; filing_status=head of household",
        ),
        (
            "refund",
            "gross pay was 78,400 and federal withholding 9,105.22. married filing jointly",
            "wages=78400; withholding=9105.22; filing_status=married filing jointly",
        ),
        ("refund", "if I earn $15 an hour full time how much tax", "wages!hour"),
        ("refund", "my paycheck is 2,100 biweekly", "wages=54600"),
        (
            "refund",
            "will i get a refund? wages: $39,000; withheld: $4,100; age: 24",
            "wages=39000; withholding=4100; age=24",
        ),
        ("refund", "only $900 was withheld from my $41k salary this year", "wages=41000; withholding=900"),
        ("refund", "im 19 made 11k at my summer job, they took out 600", "wages=11000; withholding=600; age=19"),
        ("tax", "tax on two hundred thousand for a couple", "taxable=200000; filing_status=married filing jointly"),
        (
            "tax",
            "whats the tax if taxable income is 47,025 exactly and im single",
            "taxable=47025; filing_status=single",
        ),
        ("tax", "income tax for mfj on $383,901 in 2024", "taxable=383901; filing_status=married filing jointly"),
        ("tax", "if I go from 95k to 105k how much more do i pay", "taxable?95000,105000"),
        (
            "ctc",
            "can i get the child tax credit with one kid and 210k, single",
            "children=1; agi=210000; filing_status=single",
        ),
        (
            "ctc",
            "family with 4 children under 17 making $420,000 jointly",
            "children=4; agi=420000; filing_status=married filing jointly",
        ),
        (
            "ctc",
            "child tax credit for a newborn, mfj 150k",
            "children=1; agi=150000; filing_status=married filing jointly",
        ),
        ("ctc", "my kids are 3, 7 and 15, we make 180k", "children=3; agi=180000"),
        (
            "ss",
            "retired, 26,400 social security, 14k pension and 1,200 interest, joint return",
            "benefits=26400; other=15200; filing_status=married filing jointly",
        ),
        ("ss", "i collect $2,100 a month in ss and my job pays 19k", "benefits=25200; other=19000"),
        ("ss", "social security 31k no other income", "benefits=31000; other=0"),
        ("se", "my llc had a net profit of 66,300 and i also have a w2 for 52k", "profit=66300; wages=52000"),
        ("se", "doordash 1099 says 9,870 how much self employment tax", "profit=9870"),
        (
            "ira",
            "can i deduct a $7,000 ira contribution if my magi is $81,500 and im covered by a plan at work? single, 45",
            "contribution=7000; magi=81500; age=45; covered=true; filing_status=single",
        ),
        (
            "ira",
            "im 38 mfj neither of us covered, income 240k, contribute 6k ira",
            "contribution=6000; magi=240000; age=38; covered=false; filing_status=married filing jointly",
        ),
        ("standard", "standard deduction for a single person who is over 65", "filing_status=single"),
        ("standard", "married filing jointly, im 66 she's 64", "over_65=1; filing_status=married filing jointly"),
        ("standard", "i am blind and 70, single", "over_65=1; blind=1; filing_status=single"),
        (
            "gain",
            "sell my stock at 80k, my basis is 12k, held more than a year, single",
            "price=80000; basis=12000; long=true; filing_status=single",
        ),
        ("gain", "purchase price 190k in 2015, sale price 410k", "price=410000; basis=190000"),
        ("mileage", "i drove 6,250 miles for uber how much is that", "miles=6250"),
        (
            "office",
            "home office is 12% of the house, rent 1,900 a month, electric 140 a month",
            "percent=12; costs=24480",
        ),
        ("spouses", "i bring home 54k, husband 61k", "wages=115000"),
        ("spouses", "my salary is 88k and my wife's salary is 47,500, i'm 41", "wages=135500; age=41"),
    ]);
}
