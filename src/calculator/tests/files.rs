//! What is wrong with calculators' files, each by itself and together.

use super::*;

/// The problems of the calculator for wages, with something in its file replaced.
fn problems(from: &str, to: &str) -> Vec<String> {
    assert!(WAGES.contains(from), "{from}");
    let problems = parse("w", &WAGES.replacen(from, to, 1)).map(|_| ()).unwrap_err();
    problems.into_iter().map(|problem| problem.to_string()).collect()
}

#[test]
fn every_fault_in_a_file_is_placed() {
    assert_eq!(
        problems("max(wages - deduction", "max(wage - deduction"),
        ["`w.toml:46:9`: `wage` is not known here: it is neither an input nor an earlier step"]
    );
    assert_eq!(
        problems("max(wages - deduction", "max(tax - deduction"),
        ["`w.toml:46:9`: `tax` is not worked out until later"]
    );
    assert_eq!(problems("\"brackets\"", "\"bracket\""), ["`w.toml:51:22`: there is no table `bracket`"]);
    assert_eq!(
        problems("rate = \"rate\"", "rate = \"share\""),
        ["`w.toml:51:72`: the table `brackets` has no column `share`"]
    );
    assert_eq!(
        problems(", where = { filing_status = \"filing_status\" }, absent", ", absent"),
        ["`w.toml:36:20`: `where` lacks `filing_status`"]
    );
    assert_eq!(
        problems("result = \"tax\"", "result = \"taxes\""),
        [
            "`w.toml:5:10`: `taxes` is no step",
            "`w.toml:3:10`: the result is not in the answer",
            "`w.toml:4:19`: the result is not in the answer",
        ]
    );
    assert_eq!(
        problems("default = 0", "default = -1"),
        ["`w.toml:25:11`: Children: −1 is out of range; it must be between 0 and 1,000,000"]
    );
    assert_eq!(
        problems("slot = \"filing_status\"", "slot = \"status\"")[0],
        "`w.toml:15:1`: the pack has no slot `status`"
    );
    assert_eq!(problems("name = \"extra\"", "name = \"wages\"")[0], "`w.toml:38:1`: the name `wages` is taken");
    assert_eq!(
        problems("label = \"Tax\"\n", "label = \"Tax\"\nvalue = \"1\"\n"),
        ["`w.toml:48:1`: the step `gross` needs one of `value`, `lookup`, `brackets` and `calculator`"]
    );
    assert_eq!(
        problems("max = 1000000", "max = 0.5"),
        ["`w.toml:13:7`: `0.5` is a binary fraction, which is not exact",]
    );
    assert_eq!(
        problems("main = true", "main = true\nmian = true")[0].split(',').next().unwrap(),
        "`w.toml:13:1`: unknown field `mian`"
    );
    assert_eq!(
        problems("hide = true\nvalue = \"when(blind, 2000, 0)\"", "hide = true\ntype = \"money\"\nvalue = \"blind\"")
            [0],
        "`w.toml:38:1`: `extra`: a step is of type `flag` where it comes to yes or no, and only there"
    );
}

#[test]
fn an_example_that_does_not_hold_is_a_problem() {
    let found = |text: &str| parse("w", text).unwrap().check_examples(&tables(), &Calculators::default());
    assert_eq!(found(WAGES), []);
    let wrong = found(&WAGES.replace("result = 10149", "result = 10150"));
    assert!(
        wrong[0].to_string().starts_with("`w.toml:59:1`: the example comes to `10149`, not to `10150`: "),
        "{wrong:?}"
    );
}

#[test]
fn calculators_are_checked_together() {
    let wrong = |step: &str| {
        let user = parse("user", &nesting(step)).unwrap();
        let problems = Calculators::checked(vec![user, parse("wages", WAGES).unwrap()]).map(|_| ()).unwrap_err();
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    assert_eq!(wrong("calculator = { id = \"wage\" }"), ["there is no calculator `wage`"]);
    assert_eq!(
        wrong("calculator = { id = \"wages\", with = { wages = \"'single'\", gross = 1 } }"),
        [
            "what is given as `wages` is not of the kind that `wages` takes",
            "`wages` has no input `gross`",
            "`wages` needs `filing_status`",
        ]
    );
    assert_eq!(
        wrong("calculator = { id = \"user\", with = { pay = \"pay\" } }"),
        ["`user` and `user` use each other, round and round"]
    );
}

#[test]
fn calculators_are_not_nested_without_end() {
    let chain = |depth: usize| {
        let link = |at: usize| {
            let step = format!("calculator = {{ id = \"c{}\", with = {{ pay = \"pay\" }} }}", at + 1);
            parse(&format!("c{at}"), &nesting(&if at < depth { step } else { "value = \"pay\"".into() })).unwrap()
        };
        Calculators::checked((0..=depth).map(link).collect())
    };
    let four = chain(4).unwrap();
    let sheet =
        four.get("c0").unwrap().calculate(&Inputs::from([("pay".to_owned(), 1.into())]), 2025, &tables(), &four);
    assert_eq!(sheet.unwrap().result, 32.into());
    assert_eq!(chain(5).map(|_| ()).unwrap_err()[0].message, "calculators are nested deeper than 4");
}
