//! A fourth lot of sentences written after the code that reads them.

use super::check;

#[test]
fn a_fourth_lot_of_sentences_is_read() {
    check(&[
        (
            "refund",
            "single mom, 2 kids, 33,400 on my w2 and 1,212 federal withheld",
            "wages=33400; withholding=1212; children=2; filing_status=single",
        ),
        ("refund", "they only took out like 40 bucks a week from my 38k job", "wages=38000; withholding=2080"),
        (
            "refund",
            "Do I owe? Salary: 105,000. Withholding: 14,250. Kids: 1.",
            "wages=105000; withholding=14250; children=1",
        ),
        (
            "refund",
            "earned 22k at walmart and 9k at subway, 2,300 withheld total",
            "wages?22000,9000; withholding=2300",
        ),
        ("refund", "i'm 70 and still working, make 48k", "wages=48000; age=70"),
        ("refund", "64k a year, no dependents, nothing taken out", "wages=64000; withholding=0; children=0"),
        (
            "tax",
            "we're married and our taxable came to 142,318",
            "taxable=142318; filing_status=married filing jointly",
        ),
        ("tax", "tax on 90 grand hoh 2023", "taxable=90000; filing_status=head of household"),
        ("tax", "how is the first 11,925 taxed", "taxable=11925"),
        ("ctc", "hubby and i make 96k and have 5 kids all under 17", "children=5; agi=96000"),
        ("ctc", "one child and one on the way, agi 61,000", "children=1; agi=61000"),
        ("ctc", "i have a 4 year old and a 9 year old, make 72k", "children=2; agi=72000"),
        ("ss", "widow, ss 19,200, small pension 4,800, interest 350", "benefits=19200; other=5150"),
        ("ss", "we both get ss, mine 22k hers 14k", "benefits?22000,14000"),
        ("se", "grossed 80k, expenses 22k so 58k net", "profit=58000"),
        ("se", "is it 15.3% on my 45k profit", "profit=45000"),
        (
            "ira",
            "contributed $7k, AGI 128k, both covered at work, MFJ, age 44",
            "contribution=7000; magi=128000; age=44; covered=true; filing_status=married filing jointly",
        ),
        ("ira", "my employer has no plan. make 77k. ira deduction for 6,500?", "contribution=6500; magi=77000"),
        ("standard", "im 66, wife 60, joint", "over_65=1"),
        ("standard", "widowed last year, 74 years old, blind", "over_65=1"),
        ("gain", "got 320k for the house we bought for 145k back in 1998", "basis=145000"),
        ("gain", "sold 50 shares for 6,250 total, paid 4,100", "price=6250; basis=4100"),
        ("mileage", "drove about 22 thousand miles for doordash", "miles=22000"),
        ("office", "10x12 room in a 1500 sq ft house, rent 1,800/mo", "costs=21600"),
        ("spouses", "my w-2 says 51k. husband's w-2 says 39k", "wages=90000"),
    ]);
}
