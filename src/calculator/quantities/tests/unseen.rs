//! Sentences written after the code that reads them.

use super::check;

#[test]
fn sentences_written_after_the_code_are_read() {
    check(&[
        ("hey so i made 43,212.88 at target and like 6k doing doordash", "$43212.88 | $6000"),
        (
            "im getting 2,417/mo from social security plus $850 monthly from my old union job",
            "$2417/month | $850/month",
        ),
        ("my W2 box 1 is 71455 and box 2 is 8011", "$71455 | $8011"),
        ("I'm 59 and a half can i take 20k out of my 401k", "age 59 | $20000"),
        (
            "sold my house for 685K bought it for 310K in 2009 lived there 12 yrs",
            "$685000 | $310000 | year 2009 | 12 years",
        ),
        ("me and my husband (both 66) get $52,000 in pensions", "age 66 | $52000"),
        ("3 kids, 2 in college, hubby makes 130k", "3x | 2x | $130000"),
        ("paid $14,200.00 mortgage interest, 9800 property tax, 3.5k charity", "$14200 | $9800 | $3500"),
        ("is 10% penalty on 15k withdrawal", "10% | $15000"),
        ("i work 30 hrs a week at $18.50/hr", "30 hours | $18.5/hour"),
        ("started april 1 at 60k salary", "$60000"),
        ("bonus was twenty two thousand five hundred", "$22500"),
        ("we gross about a quarter million a year", "$250000/year"),
        ("filing my 2023 and 2024 1040s late, owed 3,100 and 2,750", "year 2023 | year 2024 | $3100 | $2750"),
        ("my son turned 18 in may 2025", "age 18 | year 2025"),
        ("contributed 23.5k to 401k and 4,300 to hsa", "$23500 | $4300"),
        ("got 1099-NEC for $8,400 and 1099-INT $212", "$8400 | $212"),
        ("drove 14,300 business miles and 2,000 personal", "14300 miles | $2000"),
        ("single, no dependents, 58k", "0x | $58000"),
        ("estimated payments of $1,500 x 4", "$1500/each | 4x"),
        ("income btwn 100-150k", "$100000..150000"),
        ("65 yr old widow with 41,000 pension", "age 65 | $41000"),
        ("gambling win $7500, lost 9000", "$7500 | $9000"),
        ("If I make 100K, what % goes to tax?", "$100000"),
        ("under $150,000 agi can i deduct 25k rental loss", "under 150000 | $25000"),
        ("bought 200 shares at $42.10 sold at $61", "200 shares | $42.1/each | $61/each"),
        ("Is $0 withholding ok", "$0"),
        ("what is the 2025 standard deduction for a couple both over 65", "year 2025 | over 65"),
        ("rent out 1 room of 5, about 900 bucks per month", "1 rooms | 5x | $900/month"),
        ("tuition $11k, room & board 9k, my daughter is 19", "$11000 | $9000 | age 19"),
    ]);
}
