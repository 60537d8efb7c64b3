//! A third lot: ways of misreading that the earlier lots did not try.

use super::check;

#[test]
fn a_third_lot_of_sentences_is_read() {
    check(&[
        ("2025 salary 91000 2024 salary 87000", "year 2025 | $91000 | year 2024 | $87000"),
        ("im a 1099 contractor making 5k/mo", "$5000/month"),
        ("got divorced in 2023, alimony 1,000/month", "year 2023 | $1000/month"),
        ("1 kid (age 6) income 44k", "1x | age 6 | $44000"),
        ("my 401k contribution is 6% of 80k", "6% | $80000"),
        ("i owe about 3 grand", "$3000"),
        ("$1.5M house w/ $750k loan at 6.5%", "$1500000 | $750000 | 6.5%"),
        ("roth conversion 50k in the 24% bracket", "$50000 | 24%"),
        ("300k single premium", "$300000"),
        ("w4 line 4c extra 50 per paycheck", "$50/paycheck"),
        ("the 7.5% floor on medical, i spent 18k, agi 95k", "over 7.5 | $18000 | $95000"),
        ("salary of $85,000.00/year", "$85000/year"),
        ("sixty-five thousand four hundred", "$65400"),
        ("five hundred bucks a week", "$500/week"),
        ("1,234,567.89", "$1234567.89"),
        ("1 mil", "$1000000"),
        ("$.75 a mile", "$0.75/each"),
        ("i file in 2 states", "2x"),
        ("born in 1957", "year 1957"),
        ("paid 2024 taxes of 7,200", "year 2024 | $7200"),
        ("about 45 to 50 thousand", "$45000..50000"),
        ("hsa family max 8550", "$8550"),
        ("8,550 max", "over 8550"),
        ("lost 3k in crypto & made 2k", "$3000 | $2000"),
        ("100% disabled vet 45k pension", "100% | $45000"),
        ("my kids 16 & 18", "age 16 | age 18"),
        ("1st job, 18, made 6k", "age 18 | $6000"),
        ("1/2 of my 30k ss", "$30000"),
        ("five", "5x"),
        ("I need help asap!!! 50000$$$", "$50000"),
        ("$-", ""),
        ("10k-12k", "$10000..12000"),
        ("sold 2021 tesla for 22,000", "year 2021 | $22000"),
        ("2% of 2,000,000", "2% | $2000000"),
    ]);
}
