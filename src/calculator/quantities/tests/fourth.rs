//! A fourth lot of sentences written after the code that reads them.

use super::check;

#[test]
fn a_fourth_lot_of_sentences_is_read() {
    check(&[
        ("so my wife got 1099-R for 22k and i got w2 64,300, both of us 61", "$22000 | $64300 | age 61"),
        ("Got laid off in june made about 31 thousand before that", "$31000"),
        ("unemployment 480/week for 20 weeks", "$480/week | 20 weeks"),
        ("im a 17 yr old with a part time job making 6200", "age 17 | $6200"),
        ("we're 58 and 61, want to convert 75k to roth", "age 58 | age 61 | $75000"),
        ("cashed out 12,500 from old 401k, 20% was withheld", "$12500 | 20%"),
        ("airbnb brought in 18.4k, cleaning 2.2k, mortgage int 7,900", "$18400 | $2200 | $7900"),
        ("grandma (83) gets 1,612 ss and a 400 pension each month", "age 83 | $1612 | $400/month"),
        ("owed $2,310.18 plus 5% penalty", "$2310.18 | 5%"),
        ("eight hundred forty dollars", "$840"),
        ("paid 3 x 2,500 estimated", "3x | $2500/each"),
        ("my agi's gonna be like 149,999.99", "$149999.99"),
        ("is 400,000 the phaseout for mfj or 200,000", "$400000 | $200000"),
        ("she's 24 my oldest and she made $5,050", "age 24 | $5050"),
        ("no more than 2,500 in student loan interest", "under 2500"),
        ("got 40 RSUs vest at $212.30", "40 shares | $212.3/each"),
        ("two of my kids are over 17", "2x | over 17"),
        ("$70k-80k", "$70000..80000"),
        ("I pulled $30,000 out at age 57 in 2025", "$30000 | age 57 | year 2025"),
        ("roughly a third of my 90k is tips", "$90000"),
    ]);
}
