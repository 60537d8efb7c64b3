//! A second lot of sentences written after the code that reads them.

use super::check;

#[test]
fn a_second_lot_of_sentences_is_read() {
    check(&[
        ("refund", "My salary is 72k base + 15k bonus, 9k withheld", "wages?72000,15000; withholding=9000"),
        ("refund", "fed withheld 7,200 state withheld 2,100 wages 64k", "wages=64000; withholding?7200,2100"),
        (
            "refund",
            "do i get anything back if they took out 4200 and i made 50000 (single)",
            "wages=50000; withholding=4200; filing_status=single",
        ),
        (
            "refund",
            "I am 23, single, I made 18,500 and 1,310 was taken out of it",
            "wages=18500; withholding=1310; age=23; filing_status=single",
        ),
        ("refund", "how much will i get back", ""),
        ("refund", "what is the limit for 401k in 2025", ""),
        ("refund", "is there a penalty over $1,000", ""),
        ("refund", "w2 from walmart 31k, w2 from target 12k", "wages?31000,12000"),
        ("refund", "made 45k and paid 12k rent", "wages=45000"),
        (
            "refund",
            "not married, one child, earned 36,900, withholding was 1,850",
            "wages=36900; withholding=1850; children=1",
        ),
        ("refund", "my income in 2024 was 2025", ""),
        ("tax", "85k. single. how much.", "taxable=85000; filing_status=single"),
        (
            "tax",
            "tax bill for MARRIED FILING JOINTLY with TAXABLE INCOME of $206,700",
            "taxable=206700; filing_status=married filing jointly",
        ),
        ("tax", "im divorced and file hoh with 72.5k", "taxable=72500; filing_status=head of household"),
        ("tax", "how much tax do i owe on 30,000 euros", ""),
        ("tax", "is it 22% on 85k", "taxable=85000"),
        (
            "ctc",
            "my wife and i have three kids ages 2, 5 and 9 with income of 95,000",
            "children=3; agi=95000; filing_status=married filing jointly",
        ),
        ("ctc", "we dont have kids yet but are expecting one", "children=0"),
        ("ctc", "how much is the child tax credit per child", ""),
        (
            "ctc",
            "married, magi 405,500, two qualifying kids",
            "children=2; agi=405500; filing_status=married filing jointly",
        ),
        (
            "ss",
            "we get 38,000 between us from ss, plus dividends of 6,000 and a 22k ira withdrawal, mfj",
            "benefits=38000; other=28000; filing_status=married filing jointly",
        ),
        ("ss", "is my ss taxed if i only have that? 19k", ""),
        ("se", "net 1099 of 54k after expenses", "profit=54000"),
        ("ira", "I make 95k, have no plan at work, can i put in 7000", "contribution=7000; magi=95000; covered=false"),
        ("ira", "i dont have a 401k at work. income 60k. ira 3k", "contribution=3000; magi=60000; covered=false"),
        ("standard", "my parents claim me, i'm single and 20", "dependent=true; filing_status=single"),
        ("standard", "head of household age 71", "over_65=1; filing_status=head of household"),
        ("standard", "my wife is blind and over 65", "over_65=1; blind=1"),
        ("gain", "i paid $40 a share for 100 shares and sold them for $9,000", "price=9000; basis!each"),
        ("gain", "bought for 5k, sold for 3k", "price=3000; basis=5000"),
        ("mileage", "1,200 medical miles", "miles=1200"),
        ("office", "rent 24k, office is 150 sq ft", "costs=24000"),
        ("spouses", "he makes 70k, she makes 65k, both 40", "wages=135000; age=40; spouse_age=40"),
        ("spouses", "combined income 150k", "wages=150000"),
    ]);
}
