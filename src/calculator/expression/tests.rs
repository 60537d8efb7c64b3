//! What expressions come to, how they read, and what is no expression.

use proptest::prelude::*;

use super::*;
use crate::corpus::facts::show;

fn names() -> Names {
    let figure = |value: i64| Term::Figure(Figure::given(value.into(), show::amount(value.into()), []));
    let values = vec!["joint".to_owned(), "single".to_owned()];
    Names::from([
        ("wages".to_owned(), figure(85_000)),
        ("deduction".to_owned(), figure(15_750)),
        ("zero".to_owned(), figure(0)),
        ("status".to_owned(), Term::Choice(Choice { value: "single".into(), values })),
        ("blind".to_owned(), Term::Flag(false)),
    ])
}

fn evaluate(text: &str) -> Result<Term, Fault> {
    let names = names();
    Expression::compile(text, &names)?.0.evaluate(&names)
}

/// The value and the working.
fn worked(text: &str) -> (String, String) {
    match evaluate(text).unwrap() {
        Term::Figure(figure) => (figure.value().unwrap().normalize().to_string(), figure.shown().to_owned()),
        Term::Flag(flag) => (flag.to_string(), String::new()),
        Term::Choice(choice) => panic!("{choice:?}"),
    }
}

#[test]
fn arithmetic_is_exact() {
    assert_eq!(worked("7 / 2").0, "3.5");
    assert_eq!(worked("0.1 + 0.2").0, "0.3");
    assert_eq!(worked("share(wages, 7.65)"), ("6502.5".into(), "7.65% of 85,000".into()));
    assert_eq!(worked("1 - 2 * 3").0, "-5");
    assert_eq!(worked("-wages + 9223372036854775807").0, "9223372036854690807");
    assert_eq!(worked("9223372036854775807 + 1").0, "9223372036854775808");
}

#[test]
fn a_working_reads_as_on_paper() {
    assert_eq!(worked("max(wages - deduction, 0)").1, "85,000 − 15,750, not below 0");
    assert_eq!(worked("min(wages, deduction) * 2").1, "(the smaller of 85,000 and 15,750) × 2");
    assert_eq!(worked("when(wages > 1000, wages / 4, zero)").1, "85,000 ÷ 4");
    assert_eq!(
        worked("round_up(wages - deduction, 1000)"),
        ("70000".into(), "85,000 − 15,750, rounded up to a multiple of 1,000".into())
    );
}

#[test]
fn conditions_compare_and_combine() {
    assert_eq!(worked("status == \"single\" && !blind").0, "true");
    assert_eq!(worked("when(status == \"joint\" || wages < 1, 1, 2)").0, "2");
    assert_eq!(worked("when(blind, true, 1 >= 1.0)").0, "true");
}

#[test]
fn a_branch_that_is_not_taken_may_have_no_result() {
    assert_eq!(worked("when(zero == 0, 1, wages / zero)").0, "1");
    assert_eq!(evaluate("wages / zero").map(|_| ()), Ok(()), "the fault is in the figure");
    assert_eq!(evaluate("wages / zero > 1").map(|_| ()), Err(Fault::Arithmetic(Arithmetic::DivisionByZero)));
}

#[test]
fn what_is_no_expression_of_ours_is_refused() {
    assert_eq!(evaluate("wage + 1").map(|_| ()), Err(Fault::Unknown("wage".into())));
    for text in [
        "",
        "1 +",
        "wages = 1",
        "let x = 1; x",
        "if blind { 1 } else { 2 }",
        "loop { }",
        "eval(\"1\")",
        "print(1)",
        "sqrt(4)",
        "max(1)",
        "min(1, 2, 3, 4, 5)",
        "when(1, 2, 3)",
        "when(blind, 1, true)",
        "status",
        "\"a\"",
        "status == \"singel\"",
        "status == 1",
        "blind == 1",
        "wages == \"x\"",
        "status + 1",
        "2 ** 3",
        "5 % 2",
        "1..3",
        "type_of(1)",
        "[1]",
        "#{a: 1}",
        "wages.x",
        "|x| x",
        "blind && sqrt(2) > 1",
        "{ 1 }",
        "()",
        "switch 1 { 1 => 2 }",
        "while true {}",
        "-status",
        "!wages",
        "`${wages}`",
        "Fn(\"max\")",
        "1; 2",
    ] {
        assert!(matches!(evaluate(text), Err(Fault::Unfit(_))), "{text}: {:?}", evaluate(text));
    }
    assert!(evaluate(&format!("1{}", " + 1".repeat(200))).is_err(), "too long");
    assert!(evaluate(&format!("{}1{}", "(".repeat(200), ")".repeat(200))).is_err(), "too deep");
}

#[test]
fn a_name_is_snake_case_and_free() {
    assert!(is_name("taxable_income") && is_name("line_2"));
    for name in ["", "Tax", "2tax", "max", "when", "if", "true", "let", "a-b", "straße", "fn", "import"] {
        assert!(!is_name(name), "{name}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "([a-z(),+*/<>=!&|\"' .0-9-]|wages|max\\(|when\\(|share\\(|status|blind){0,40}") {
        let _ = evaluate(&text);
    }

    #[test]
    fn no_figures_panic(a in any::<i128>(), b in any::<i128>(), scale in 0u32..28) {
        let decimal = |value: i128| Decimal::try_from_i128_with_scale(value % (1 << 95), scale).unwrap();
        let mut names = names();
        for (name, value) in [("wages", decimal(a)), ("deduction", decimal(b))] {
            names.insert(name.to_owned(), Term::Figure(Figure::given(value, show::amount(value), [])));
        }
        for text in ["wages + deduction", "wages - deduction", "wages * deduction", "wages / deduction",
            "round_up(wages, deduction)", "nearest(wages, deduction)", "share(wages, deduction)", "-wages",
            "round_down(wages, deduction)", "max(wages, deduction, 0)"] {
            let term = Expression::compile(text, &names).unwrap().0.evaluate(&names);
            prop_assert!(matches!(term, Ok(Term::Figure(_))));
        }
    }
}
