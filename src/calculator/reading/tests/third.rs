//! A third lot: ways of misreading that the earlier lots did not try.

use super::check;

#[test]
fn a_third_lot_of_sentences_is_read() {
    check(&[
        ("refund", "2025: wages 91k, withholding 12k. 2024: n/a", "wages=91000; withholding=12000"),
        ("refund", "i didnt make 50k", "wages=50000"),
        ("refund", "how much tax is taken out of a 3,000 paycheck", "wages=3000"),
        ("refund", "im single, 45, made 70k", "wages=70000; age=45; filing_status=single"),
        ("refund", "My husband is 60 and I am 58 and we made 120k", "wages=120000; age=58"),
        ("refund", "nothing withheld and 30k wages", "wages=30000; withholding=0"),
        ("refund", "i paid 300 in fees and my wages were 50k", "wages=50000"),
        ("refund", "withholding of 4k on 52k", "wages=52000; withholding=4000"),
        ("refund", "what happens if I claim 0 and make 40k", "wages=40000"),
        ("refund", "should i withhold more if income is 95000 w/ 3 dependents", "wages=95000; children=3"),
        ("refund", "between 60k and 70k salary", "wages?60000,70000"),
        ("refund", "made -5k", "wages=-5000"),
        ("tax", "tax on 47,150 vs 47,151 single", "taxable?47150,47151; filing_status=single"),
        (
            "tax",
            "our taxable income: ninety eight thousand, couple",
            "taxable=98000; filing_status=married filing jointly",
        ),
        ("tax", "taxable income went from 80k in 2023 to 95k in 2024", "taxable?80000,95000"),
        ("tax", "how much over 100k is taxed at 24%", ""),
        ("tax", "I'm not married and make 50k", "taxable=50000"),
        ("ctc", "no children, 60k", "children=0; agi=60000"),
        ("ctc", "i have 3 kids under the age of 17 and make $90k a year", "children=3; agi=90000"),
        ("ctc", "income 300k 2kids", "children=2; agi=300000"),
        ("ctc", "just me and my daughter (age 4), hoh, 48k", "children=1; agi=48000; filing_status=head of household"),
        ("ctc", "does my 17 year old count", "children=1"),
        ("ctc", "what's the child tax credit at 400k", "agi=400000"),
        ("ss", "pension 2,000 a month, ss 1,800 a month", "benefits=21600; other=24000"),
        ("ss", "no pension just 30k ss", "benefits=30000"),
        ("ss", "ss is 20 thousand and i also earn 15 an hour at my job", "benefits=20000; other!hour"),
        ("se", "i made 30k driving, no other job", "profit=30000"),
        ("se", "profit 20k loss 5k", "profit=20000"),
        (
            "ira",
            "under 50, magi 70k, single, not covered by a plan at work",
            "magi=70000; covered=false; filing_status=single",
        ),
        ("ira", "what's the ira limit", ""),
        ("ira", "i'm 49 turning 50 in december, put in 8k", "contribution=8000; age?49,50"),
        ("standard", "im single and over 65", "over_65=1; filing_status=single"),
        ("standard", "wife 66 me 63", "over_65=1"),
        ("standard", "not over 65, single", "filing_status=single"),
        ("gain", "cost basis $12,345.67 proceeds of sale $20k sold in march", "price=20000; basis=12345.67"),
        ("gain", "inherited a house, sold for 500k", "price=500000"),
        ("mileage", "70 cents x 1,000 miles", "miles=1000"),
        ("office", "my office is 10 percent and utilities are $300/mo", "percent=10; costs=3600"),
        ("spouses", "$50k me, $60k him", "wages=110000"),
        ("spouses", "i am 30 and earn 60k. my husband is 35 and earns 70k.", "wages=130000; age=30; spouse_age=35"),
    ]);
}
