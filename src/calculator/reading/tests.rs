//! Which number goes to which input, in careless sentences.

use proptest::prelude::*;

use super::*;

mod families;
mod fourth;
mod later;
mod third;
mod unseen;

fn input(name: &str, kind: InputKind, cues: &[&str]) -> Input {
    let cues = cues.iter().map(|&cue| cue.to_owned()).collect();
    Input { name: name.to_owned(), kind, cues, ..Input::default() }
}

fn flag(name: &str, phrases: &[&str], unless: &[&str]) -> Input {
    let owned = |phrases: &[&str]| phrases.iter().map(|&p| p.to_owned()).collect();
    Input { phrases: owned(phrases), unless: owned(unless), ..input(name, InputKind::Flag, &[]) }
}

fn main_input(name: &str, cues: &[&str]) -> Input {
    Input { main: true, ..input(name, InputKind::Money, cues) }
}

fn summed(input: Input) -> Input {
    Input { sum: true, ..input }
}

fn status() -> Input {
    let values: [(&str, &[&str]); 5] = [
        ("single", &["unmarried", "single filer"]),
        (
            "married filing jointly",
            &["jointly", "joint return", "mfj", "married", "filing together", "my wife and i", "couple"],
        ),
        ("married filing separately", &["separately", "separate returns", "mfs"]),
        ("head of household", &["hoh"]),
        ("qualifying surviving spouse", &["surviving spouse", "qualifying widow", "qss"]),
    ];
    let values = values.iter().map(|(v, p)| ((*v).to_owned(), p.iter().map(|&p| p.to_owned()).collect())).collect();
    Input { values, ..input("filing_status", InputKind::Choice, &[]) }
}

const WAGES: &[&str] =
    &["wages", "salary", "gross", "earn", "earned", "make", "made", "income", "job", "paycheck", "w-2 says"];
const WITHHOLDING: &[&str] = &["withheld", "withholding", "taken out", "took out", "federal tax", "box 2"];
const KIDS: &[&str] = &["kids", "children", "child", "dependents"];

/// The calculators that the sentences below are asked of.
fn calculator(id: &str) -> Vec<Input> {
    match id {
        "refund" => vec![
            main_input("wages", WAGES),
            input("withholding", InputKind::Money, WITHHOLDING),
            input("children", InputKind::Count, KIDS),
            input("age", InputKind::Age, &["age"]),
            status(),
        ],
        "tax" => vec![main_input("taxable", &["taxable income", "taxable"]), status()],
        "ctc" => vec![
            input("children", InputKind::Count, KIDS),
            main_input("agi", &["agi", "magi", "income", "make", "made"]),
            status(),
        ],
        "ss" => vec![
            input("benefits", InputKind::Money, &["social security", "ss", "benefits", "ssa"]),
            summed(input(
                "other",
                InputKind::Money,
                &["pension", "interest", "wages", "ira", "other income", "dividends", "job"],
            )),
            status(),
        ],
        "se" => vec![
            main_input("profit", &["net", "netted", "profit", "self employed", "schedule c", "freelance", "1099"]),
            input("wages", InputKind::Money, &["wages", "w2", "salary", "job"]),
        ],
        "ira" => vec![
            input(
                "contribution",
                InputKind::Money,
                &["put", "contribute", "contributed", "into a traditional ira", "ira"],
            ),
            input("magi", InputKind::Money, &["magi", "agi", "income", "make", "earn"]),
            input("age", InputKind::Age, &["age"]),
            flag("covered", &["covered", "plan at work", "401k at work"], &["not covered by a plan"]),
            status(),
        ],
        "standard" => vec![
            input("over_65", InputKind::Count, &["65 or older", "over 65"]),
            input("blind", InputKind::Count, &["blind"]),
            flag(
                "dependent",
                &["dependent", "claimed by my parents", "parents claim me"],
                &["claim a dependent", "my dependent"],
            ),
            status(),
        ],
        "gain" => vec![
            input("price", InputKind::Money, &["sold", "sold for", "sale price", "sell", "selling"]),
            input("basis", InputKind::Money, &["bought", "paid", "basis", "cost", "purchase"]),
            flag("long", &["more than a year", "over a year", "long term"], &["less than a year"]),
            status(),
        ],
        "mileage" => vec![Input { kind: InputKind::Count, ..main_input("miles", &["miles", "drove", "mileage"]) }],
        "office" => vec![
            input("percent", InputKind::Percent, &["business", "office", "percent of the house"]),
            summed(input("costs", InputKind::Money, &["rent", "utilities", "electric", "insurance"])),
        ],
        "dependents" => {
            vec![input("others", InputKind::Count, &["other dependents", "dependents over 17", "dependents"])]
        }
        "spouses" => vec![
            summed(main_input("wages", WAGES)),
            input("age", InputKind::Age, &["age"]),
            input("spouse_age", InputKind::Age, &["wife", "husband", "spouse"]),
        ],
        "family" => families::inputs(),
        _ => unreachable!("no such calculator in the tests"),
    }
}

/// What was read, as the tables write it: `wages=62000`, `wages?40000,50000` (ambiguous), `wages!hour` (unread, and why).
fn shown(id: &str, question: &str) -> String {
    let said = |value: &Value| match value {
        Value::Number(number) => number.normalize().to_string(),
        Value::Choice(choice) => choice.clone(),
        Value::Flag(flag) => flag.to_string(),
    };
    let parts = read(question, &calculator(id)).inputs.into_iter().filter_map(|(name, reading)| match reading {
        Reading::Read { value, .. } => Some(format!("{name}={}", said(&value))),
        Reading::Ambiguous { candidates, .. } => {
            Some(format!("{name}?{}", candidates.iter().map(|c| said(&c.value)).collect::<Vec<_>>().join(",")))
        }
        Reading::Unread(Why::Silent) => None,
        Reading::Unread(Why::Period { period, .. }) => Some(format!("{name}!{}", format!("{period:?}").to_lowercase())),
        Reading::Unread(Why::Unsure(_)) => Some(format!("{name}!unsure")),
    });
    parts.collect::<Vec<_>>().join("; ")
}

fn check(table: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (id, question, expected) in table {
        let found = shown(id, question);
        if found != *expected {
            wrong.push(format!("{id}: {question}\n     expected: {expected}\n        found: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} misread:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

#[test]
fn numbers_go_to_the_nearest_cue() {
    check(&[
        (
            "refund",
            "im single made 62k had 5,400 taken out do i get money back",
            "wages=62000; withholding=5400; filing_status=single",
        ),
        ("refund", "wages 62k withheld 5,400", "wages=62000; withholding=5400"),
        ("refund", "62k wages 5,400 withheld", "wages=62000; withholding=5400"),
        ("refund", "had $5,400 federal tax withheld on 62,000 of wages", "wages=62000; withholding=5400"),
        ("refund", "my w-2 says 62,000 and box 2 says 5,400", "wages=62000; withholding=5400"),
        ("refund", "I earned $48,000 and they took out $3,900, refund?", "wages=48000; withholding=3900"),
        ("refund", "5k was withheld from my 55k salary", "wages=55000; withholding=5000"),
        (
            "refund",
            "salary 90000, withholding 11000, mfj, 2 kids",
            "wages=90000; withholding=11000; children=2; filing_status=married filing jointly",
        ),
        (
            "refund",
            "hoh 1 child made 38k, withheld 1,100",
            "wages=38000; withholding=1100; children=1; filing_status=head of household",
        ),
        ("refund", "made 62k. they withheld 5k. no kids.", "wages=62000; withholding=5000; children=0"),
        ("refund", "they withheld 5k", "withholding=5000"),
        ("refund", "is 5,400 withholding enough", "withholding=5400"),
        (
            "ss",
            "SS paid us 30k and pension is 28,000, how much of the social security is taxed",
            "benefits=30000; other=28000",
        ),
        (
            "ss",
            "i get 24k social security and a 30k pension, single",
            "benefits=24000; other=30000; filing_status=single",
        ),
        ("ss", "ss 22,800 pension 18,000 interest 900.50", "benefits=22800; other=18900.5"),
        (
            "ss",
            "how much of my social security is taxable with 40k from my ira and 25k of benefits",
            "benefits=25000; other=40000",
        ),
        ("gain", "bought a house for 250k sold for 400k", "price=400000; basis=250000"),
        ("gain", "sold stock for $15,000 that cost me $9,000", "price=15000; basis=9000"),
        ("gain", "I paid 10k for bitcoin and sold it at 34k after over a year", "price=34000; basis=10000; long=true"),
        (
            "ira",
            "I'm 52 and single, covered by a plan at work, MAGI $83k, put 7k into a traditional ira",
            "contribution=7000; magi=83000; age=52; covered=true; filing_status=single",
        ),
        (
            "ira",
            "contributed 6,500 to my ira, income 90k, not covered at work",
            "contribution=6500; magi=90000; covered=false",
        ),
        ("ira", "i make 120k and put 7,000 in an ira, can i deduct it", "contribution=7000; magi=120000"),
    ]);
}

#[test]
fn the_main_input_takes_what_no_cue_claims() {
    check(&[
        (
            "tax",
            "how much tax on 85,000 taxable income married filing jointly 2024",
            "taxable=85000; filing_status=married filing jointly",
        ),
        ("tax", "how much tax on 85,000", "taxable=85000"),
        ("tax", "tax on $1.2 million, mfs", "taxable=1200000; filing_status=married filing separately"),
        ("tax", "what do i owe on 85k single 2025", "taxable=85000; filing_status=single"),
        ("tax", "85000?", "taxable=85000"),
        ("tax", "how much on 85k or 95k", "taxable?85000,95000"),
        ("tax", "how much tax in 2024", ""),
        ("tax", "what goes on form 1040 line 16", ""),
        ("tax", "80-90k taxable single", "taxable?80000,90000; filing_status=single"),
        ("refund", "how much tax on 85,000, 2 kids", "wages=85000; children=2"),
        ("refund", "how much income tax on 85k", "wages=85000"),
        ("se", "self employed netted 48,250.75", "profit=48250.75"),
        ("se", "se tax on 40k", "profit=40000"),
        ("se", "i have a 1099 for 40k and a w2 job paying 80k", "profit=40000; wages=80000"),
        ("se", "freelance 30k, w2 70k how much se tax", "profit=30000; wages=70000"),
        (
            "ctc",
            "two kids, agi 410k, married, child tax credit?",
            "children=2; agi=410000; filing_status=married filing jointly",
        ),
        ("ctc", "two kids under 17 and 410,000", "children=2; agi=410000"),
        ("mileage", "12,000 miles", "miles=12000"),
        ("mileage", "drove 8k miles for work in 2024", "miles=8000"),
        ("mileage", "how much can i deduct for 340 miles to the hospital", "miles=340"),
    ]);
}

#[test]
fn periods_are_turned_into_years_or_refused() {
    check(&[
        ("refund", "i make $4,000 a month", "wages=48000"),
        ("refund", "make 900 a week, single", "wages=46800; filing_status=single"),
        ("refund", "$25 an hour", "wages!hour"),
        ("refund", "i make 25 an hour and they withheld 3,000", "wages!hour; withholding=3000"),
        ("refund", "made 62k, 200 per paycheck withheld", "wages=62000; withholding!paycheck"),
        ("refund", "made 4,000 a month for 8 months", "wages=32000"),
        ("ss", "1,950 ss monthly and my pension is 12k a year", "benefits=23400; other=12000"),
        ("office", "rent is 2k a month, 15% of the house is my office", "percent=15; costs=24000"),
    ]);
}

#[test]
fn two_numbers_for_one_input_are_summed_only_where_told() {
    check(&[
        ("refund", "my wife makes 40k and I make 50k", "wages?40000,50000"),
        ("spouses", "my wife makes 40k and I make 50k", "wages=90000"),
        ("spouses", "we make 62k and 48k", "wages=110000"),
        ("refund", "we made 62k and 48k", "wages?62000,48000"),
        ("ss", "30k ss for me and 20k for my wife", "benefits?30000,20000"),
        ("office", "rent 20k utilities 3k and insurance 1,200", "costs=24200"),
        ("refund", "i make 85k so on a salary of 85,000 what do i owe", "wages=85000"),
        ("refund", "used to make 50k now i make 62k", "wages?50000,62000"),
        ("refund", "should i make 85", "wages?85,85000"),
    ]);
}

#[test]
fn counts_are_read_by_their_noun() {
    check(&[
        ("ctc", "2 kids", "children=2"),
        ("ctc", "a son and a daughter, we make 90k", "children=2; agi=90000"),
        ("ctc", "just had twins, agi 80k", "children=2; agi=80000"),
        ("ctc", "no kids", "children=0"),
        ("ctc", "we have a baby and make 70k", "children=1; agi=70000"),
        ("ctc", "my kids", ""),
        ("ctc", "kids: 3, income: 100k", "children=3; agi=100000"),
        ("ctc", "three qualifying children", "children=3"),
        ("ctc", "2 boys and a girl", "children=3"),
        ("ctc", "one kid under 17", "children=1"),
        ("ctc", "3 kids but only 2 under 17", "children?3,2"),
        ("ctc", "i don't have children", "children=0"),
    ]);
}

#[test]
fn ages_are_those_of_the_person_asked_for() {
    check(&[
        ("refund", "im 67 and made 20k", "wages=20000; age=67"),
        ("refund", "my son is 12 and i made 20k", "wages=20000; children=1"),
        ("refund", "age 34 single 62k", "wages=62000; age=34; filing_status=single"),
        ("refund", "single 34 made 62k", "wages=62000; age=34; filing_status=single"),
        ("spouses", "i'm 67 and my wife is 63, made 50k", "wages=50000; age=67; spouse_age=63"),
        ("spouses", "we're both 68", "age=68; spouse_age=68"),
        ("ira", "turned 50 this year can i put 8k in my ira", "contribution=8000; age=50"),
        ("standard", "I am over 65 and single", "over_65=1; filing_status=single"),
        ("standard", "we are both over 65, mfj", "over_65=2; filing_status=married filing jointly"),
        ("standard", "im 67 standard deduction single", "over_65=1; filing_status=single"),
        ("standard", "married, both 68", "over_65=2; filing_status=married filing jointly"),
        ("standard", "i'm 70 and my wife is 62", "over_65=1"),
        ("standard", "what does over 65 get", ""),
        ("standard", "how much more do people 65 or older get", ""),
        ("standard", "my mom is over 65", ""),
        ("dependents", "im 34 and my son is 18", ""),
        ("dependents", "2 dependents over 17", "others=2"),
    ]);
}

#[test]
fn flags_and_choices_hear_negation() {
    check(&[
        ("ira", "i'm not covered by a plan at work", "covered=false"),
        ("ira", "my job isn't covered", "covered=false"),
        ("ira", "covered by a 401k at work", "covered=true"),
        ("ira", "no 401k at work", "covered=false"),
        ("ira", "i am covered but my wife isn't covered", "covered?true,false"),
        ("standard", "my parents claim me", "dependent=true"),
        ("standard", "can i claim a dependent", ""),
        ("standard", "im not a dependent, single", "dependent=false; filing_status=single"),
        ("standard", "not sure if i'm a dependent", "dependent!unsure"),
        ("tax", "not married, 40k", "taxable=40000"),
        ("tax", "married but filing separately, 60k", "taxable=60000; filing_status=married filing separately"),
        ("tax", "single or married with 60k", "taxable=60000; filing_status?single,married filing jointly"),
        ("tax", "married filing separately 60k", "taxable=60000; filing_status=married filing separately"),
        ("tax", "qualifying surviving spouse 60k", "taxable=60000; filing_status=qualifying surviving spouse"),
        ("tax", "60k Head of Household", "taxable=60000; filing_status=head of household"),
        ("gain", "sold for 20k bought for 5k less than a year ago", "price=20000; basis=5000; long=false"),
        ("office", "i use 22% for business", "percent=22"),
        ("tax", "연봉 5,750달러 세금", ""),
    ]);
}

#[test]
fn the_bytes_read_and_the_numbers_left_over_are_told() {
    let question = "i make $4,000 a month and paid 9k for a car";
    let readings = read(question, &calculator("refund"));
    let (_, wages) = &readings.inputs[0];
    assert!(
        matches!(wages, Reading::Read { spans, yearly_from: Some(Period::Month), .. } if question[spans[0].clone()] == *"$4,000 a month")
    );
    let left: Vec<&str> = readings.unclaimed.iter().map(|q| &question[q.span.clone()]).collect();
    assert_eq!(left, ["9k"]);
}

proptest! {
    #[test]
    fn any_question_is_read_without_panic_and_alike(text in "\\PC*") {
        for id in ["refund", "standard", "ira"] {
            prop_assert_eq!(read(&text, &calculator(id)), read(&text, &calculator(id)));
        }
    }

    #[test]
    fn any_words_and_figures_are_read_without_panic(words in proptest::collection::vec(
        "(i|made|wages|and|,|my wife|kids|two|[0-9]{1,6}k?|\\$[0-9]{1,3},[0-9]{3}|withheld|not|married|a month|over 65|both|-|\\.|80-90k|child|67)", 0..40
    )) {
        let text = words.join(" ");
        for id in ["refund", "ss", "standard", "spouses"] {
            let readings = read(&text, &calculator(id));
            for (_, reading) in &readings.inputs {
                if let Reading::Read { spans, .. } = reading {
                    prop_assert!(spans.iter().all(|span| text.get(span.clone()).is_some()));
                }
            }
        }
    }
}
