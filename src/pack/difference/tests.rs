//! Two packs about tea, and what is told of them.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const DOMAIN: &str = r#"schema = 1
corpora = ["../../corpora/tea"]
[pack]
name = "tea"
version = "0.1.0"
[scope]
in = ["tea", "cups"]
out = ["coffee"]
[answer]
mode = "auto"
[[refuse]]
id = "poison"
when = ["how do I poison tea"]
message = "No."
[[defer]]
id = "order"
when = ["where is my tea", "track it"]
message = "Ask the shop."
contact = "https://tea.example"
"#;

const GREEN: &str = "+++\nid = \"green\"\ntitle = \"Green tea\"\nlicense = \"CC0-1.0\"\n+++\n# Green tea\n\nIt costs $15 in 2025.\n\nSteep it.\n";

const PRICES: &str = r#"title = "Prices"
columns.tax_year.type = "year"
columns.kind.type = "choice"
columns.price.type = "money"
columns.tax.type = "percent"
rows = [
    { tax_year = 2025, kind = "green", price = 15750, tax = 10 },
    { tax_year = 2025, kind = ["black", "white"], price = 900, tax = 10 },
]
"#;

fn tea() -> Tree {
    let weights: Vec<f64> = (0..27).map(f64::from).collect();
    let kept = json!({ "threshold": 0.5, "max_risk": 0.05 });
    let calibration = json!({ "fitted_on": "tea@0.1.0", "kept": kept, "ranker": { "weights": weights } });
    let files = [
        ("corpora/tea/green.md", GREEN.to_owned()),
        ("corpora/tea/red.md", "# 홍차\n\n15,750달러.\n".to_owned()),
        ("packs/tea/calibration.json", calibration.to_string()),
        ("packs/tea/calculators/brew.toml", "title = \"Brew\"\nresult = \"cups\"\n".to_owned()),
        ("packs/tea/domain.toml", DOMAIN.to_owned()),
        ("packs/tea/glossary.toml", "[[term]]\nterm = \"oolong\"\nalso = [\"wulong\"]\n".to_owned()),
        ("packs/tea/router.toml", "[[in]]\ntopic = \"brewing\"\nquestions = [\"how long\", \"how hot\"]\n".to_owned()),
        ("packs/tea/tables/prices.toml", PRICES.to_owned()),
        (
            "packs/tea/tests/dev.jsonl",
            "{\"id\":\"a\",\"expect\":\"answer\"}\n{\"id\":\"b\",\"expect\":\"refuse\"}\n".to_owned(),
        ),
    ];
    files.map(|(path, text)| (path.to_owned(), text.into_bytes())).into()
}

/// What differs once `from` is `to` in a file.
fn change(path: &str, from: &str, to: &str) -> Difference {
    let mut changed = tea();
    let text = String::from_utf8(changed[path].clone()).unwrap();
    assert!(text.contains(from), "{from}");
    changed.insert(path.to_owned(), text.replace(from, to).into_bytes());
    between(&tea(), &changed)
}

fn figure(text: &str) -> Figure {
    Figure { text: text.into(), times: 1 }
}

#[test]
fn between_a_pack_and_itself_nothing_differs() {
    let difference = between(&tea(), &tea());
    assert!(difference.is_empty());
    assert_eq!(difference.to_string(), "tea@0.1.0 → tea@0.1.0\nnothing differs\n");
}

#[test]
fn a_pack_under_another_name_differs_by_its_name() {
    let renamed = tea().into_iter().map(|(path, bytes)| {
        let text = String::from_utf8(bytes).unwrap().replace("name = \"tea\"", "name = \"chai\"");
        (path.replace("packs/tea/", "packs/chai/"), text.into_bytes())
    });
    let difference = between(&tea(), &renamed.collect());
    assert_eq!(difference.to_string(), "tea@0.1.0 → chai@0.1.0\n\nsettings: 1 changed\n  ~ pack.name: tea → chai\n");
}

#[test]
fn documents_come_and_go_by_id() {
    let mut changed = tea();
    let green = changed.remove("corpora/tea/green.md").unwrap();
    changed.insert("corpora/tea/moved.md".into(), green);
    changed.remove("corpora/tea/red.md");
    changed.insert("corpora/tea/blue.md".into(), b"# Blue\n\nx\n".to_vec());
    let documents = between(&tea(), &changed).documents;
    assert_eq!((documents.added, documents.removed), (vec!["blue".to_owned()], vec!["red".to_owned()]));
    assert_eq!(documents.changed.len(), 1);
    assert_eq!(documents.changed[0].fields[0].path, "file");
    assert_eq!(documents.changed[0].lines, Lines::default());
}

#[test]
fn a_document_is_told_with_its_lines_figures_and_front_matter() {
    let difference = change("corpora/tea/green.md", "It costs $15 in 2025.", "It costs $20 or 5% more\nin 2026.");
    let green = &difference.documents.changed[0];
    assert_eq!((green.id.as_str(), green.lines), ("green", Lines { added: 2, removed: 1 }));
    assert_eq!(green.figures.added, ["$20", "5%", "2026"].map(figure));
    assert_eq!(green.figures.removed, ["$15", "2025"].map(figure));
    let difference = change("corpora/tea/red.md", "15,750달러", "16,100달러");
    assert_eq!(difference.documents.changed[0].figures.added, [figure("16,100달러")]);
    let difference = change("corpora/tea/green.md", "CC0-1.0", "MIT");
    let field = &difference.documents.changed[0].fields[0];
    assert_eq!(serde_json::to_value(field).unwrap(), json!({ "path": "license", "before": "CC0-1.0", "after": "MIT" }));
}

#[test]
fn a_table_is_told_row_by_row_in_its_units() {
    let difference = change("packs/tea/tables/prices.toml", "price = 15750, tax = 10", "price = 16100, tax = \"7.5\"");
    let prices = &difference.tables.changed[0];
    assert_eq!(prices.rows.added, ["kind green, price $16,100, tax 7.5%, tax_year 2025"]);
    assert_eq!(prices.figures.removed, ["$15,750", "10%"].map(figure));
    assert_eq!(prices.figures.added, ["$16,100", "7.5%"].map(figure));
    let difference = change("packs/tea/tables/prices.toml", "\"Prices\"", "\"Costs\"");
    assert_eq!(difference.tables.changed[0].settings[0].path, "title");
    let difference = change("packs/tea/tables/prices.toml", "rows = [", "rows = [ # all of them");
    assert!(difference.to_string().contains("~ prices: comments, order or spacing"));
}

#[test]
fn rules_are_told_by_id() {
    let difference = change("packs/tea/domain.toml", "message = \"No.\"", "message = \"Never.\"");
    assert_eq!(difference.policy.changed[0].rule, "refuse poison");
    assert_eq!(difference.policy.changed[0].wording[0].path, "message");
    assert_eq!(difference.files, Changes::default());
    let difference = change("packs/tea/domain.toml", "\"track it\"", "\"follow it\", \"find it\"");
    let order = &difference.policy.changed[0];
    assert_eq!((order.when.added.len(), order.when.removed.as_slice()), (2, &["track it".to_owned()][..]));
    assert!(order.wording.is_empty());
    let difference = change("packs/tea/domain.toml", "id = \"poison\"", "id = \"harm\"");
    assert_eq!(difference.policy.added, ["refuse harm"]);
    assert_eq!(difference.policy.removed, ["refuse poison"]);
    let difference = change("packs/tea/domain.toml", "[[defer]]", "[[refuse]]");
    assert_eq!(
        (difference.policy.added, difference.policy.removed),
        (vec!["refuse order".into()], vec!["defer order".into()])
    );
}

#[test]
fn the_scope_is_told_line_by_line() {
    let difference = change("packs/tea/domain.toml", "\"cups\"", "\"pots\"");
    assert_eq!(difference.scope.inside, Texts { added: vec!["pots".into()], removed: vec!["cups".into()] });
    assert_eq!(difference.files, Changes::default());
    assert!(difference.to_string().contains("scope: 1 added, 1 removed\n  + in: pots\n  - in: cups\n"));
}

#[test]
fn topics_are_told_with_their_numbers_of_examples() {
    let difference = change("packs/tea/router.toml", "\"how hot\"", "\"how warm\", \"how cold\"");
    assert!(difference.to_string().contains("~ in brewing: 2 → 3 examples (+2 -1)"), "{difference}");
    let difference = change("packs/tea/router.toml", "[[in]]\ntopic = \"brewing\"", "[[near]]\ntopic = \"brewing\"");
    assert!(difference.to_string().contains("- in brewing: 2 examples\n  + near brewing: 2 examples"), "{difference}");
    let difference = change("packs/tea/router.toml", "[[in]]", "closed = true\n[[in]]");
    assert_eq!(difference.settings[0].path, "router.closed");
    assert!(difference.files.changed.is_empty());
}

#[test]
fn terms_are_told_with_their_synonyms() {
    let difference = change("packs/tea/glossary.toml", "\"wulong\"", "\"blue tea\"");
    assert_eq!(difference.terms.changed[0].also.added, ["blue tea"]);
    let difference = change("packs/tea/glossary.toml", "\"oolong\"", "\"green\"");
    assert_eq!((difference.terms.added, difference.terms.removed), (vec!["green".into()], vec!["oolong".into()]));
}

#[test]
fn a_calibration_is_told_by_path_and_long_lists_in_short() {
    let difference = change("packs/tea/calibration.json", "\"threshold\":0.5", "\"threshold\":0.75");
    assert!(difference.to_string().contains("~ kept.threshold: 0.5 → 0.75"), "{difference}");
    let difference = change("packs/tea/calibration.json", "26.0]", "20.0]");
    let expected = Change::List { length_before: 27, length_after: 27, differ: 1, largest_step: Some(6.0) };
    assert_eq!(difference.calibration, [Setting { path: "ranker.weights".into(), change: expected }]);
    assert!(difference.to_string().contains("~ ranker.weights: 27 values, 1 differ, by up to 6.0000"), "{difference}");
}

#[test]
fn what_a_calibration_promises_comes_first() {
    let mut changed = tea();
    let kept = json!({ "threshold": 0.6, "max_risk": 0.1 });
    changed.insert("packs/tea/calibration.json".into(), json!({ "kept": kept }).to_string().into_bytes());
    let shown = between(&tea(), &changed).to_string();
    let marks: Vec<&str> = shown.lines().filter_map(|line| line.strip_prefix("  ")?.split(':').next()).collect();
    assert_eq!(marks, ["~ kept.max_risk", "~ kept.threshold", "- fitted_on", "- ranker.weights"]);
}

#[test]
fn long_texts_are_shown_from_where_they_part() {
    let mut packs = [tea(), tea()];
    for (pack, end) in packs.iter_mut().zip(["is warm", "ist kühl"]) {
        let title = format!("title = \"{} and then the tea {end}\"\nresult = \"cups\"\n", "很长 ".repeat(60));
        pack.insert("packs/tea/calculators/brew.toml".into(), title.into_bytes());
    }
    let shown = between(&packs[0], &packs[1]).to_string();
    assert!(shown.contains("~ title: …then the tea is warm → …then the tea ist kühl\n"), "{shown}");
}

#[test]
fn things_of_the_same_name_are_told_apart() {
    let twice = format!("{DOMAIN}[[refuse]]\nid = \"poison\"\nwhen = [\"x\"]\nmessage = \"No!\"\n");
    let mut changed = tea();
    changed.insert("packs/tea/domain.toml".into(), twice.into_bytes());
    assert_eq!(between(&tea(), &changed).policy.added, ["refuse poison #2"]);
    let mut cases = tea();
    cases.insert("packs/tea/tests/dev.jsonl".into(), "{\"id\":\"a\"}\n".repeat(20_000).into_bytes());
    assert_eq!(between(&tea(), &cases).cases.added.len(), 19_999);
}

#[test]
fn cases_are_told_by_id_and_field() {
    let difference = change("packs/tea/tests/dev.jsonl", "\"refuse\"", "\"defer\"");
    assert_eq!(difference.cases.changed, [CaseChange { id: "b".into(), fields: vec!["expect".into()] }]);
    let difference = change("packs/tea/tests/dev.jsonl", "\"id\":\"b\"", "\"id\":\"c\"");
    assert_eq!((difference.cases.added, difference.cases.removed), (vec!["c".into()], vec!["b".into()]));
    let mut moved = tea();
    let cases = moved.remove("packs/tea/tests/dev.jsonl").unwrap();
    moved.insert("packs/tea/tests/more.jsonl".into(), cases);
    let difference = between(&tea(), &moved);
    assert!(difference.cases.changed.iter().all(|case| case.fields == ["file"]));
    assert_eq!(difference.files, Changes::default());
}

#[test]
fn what_a_pack_has_no_words_for_is_told_as_a_file() {
    let difference = change("packs/tea/calculators/brew.toml", "\"cups\"", "\"pots\"");
    assert!(difference.to_string().contains("~ calculators/brew.toml\n      ~ result: cups → pots"), "{difference}");
    let difference = change("packs/tea/domain.toml", "[scope]", "# what it is for\n[scope]");
    assert!(difference.to_string().contains("~ domain.toml: comments, order or spacing"), "{difference}");
    let difference = change("packs/tea/domain.toml", "schema = 1", "schema =");
    assert_eq!(difference.files.changed[0].path, "domain.toml");
    assert_eq!(difference.to, None);
    let difference = change("packs/tea/tests/dev.jsonl", "}\n", "}\n\n");
    assert_eq!(difference.files.changed[0].path, "tests/dev.jsonl");
}

#[test]
fn a_difference_has_every_key_in_json() {
    let value = serde_json::to_value(between(&tea(), &tea())).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    let expected = [
        "from",
        "to",
        "settings",
        "policy",
        "scope",
        "documents",
        "tables",
        "topics",
        "terms",
        "calibration",
        "cases",
        "files",
    ];
    assert_eq!(keys, expected);
    assert_eq!(value["documents"], json!({ "added": [], "removed": [], "changed": [] }));
}

#[test]
fn a_long_group_is_cut_and_nothing_steers_a_terminal() {
    let mut changed = tea();
    for number in 0..50 {
        changed.insert(format!("corpora/tea/\u{1b}[31m{number:02}\u{202e}.md"), b"# x\n\nx".to_vec());
    }
    let shown = between(&tea(), &changed).to_string();
    assert!(shown.contains("documents: 50 added") && shown.contains("  … and 30 more\n"), "{shown}");
    assert!(!shown.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'));
    assert!(shown.lines().count() < 30);
}

proptest! {
    /// Whatever becomes of a file's bytes is told, and turning the packs round turns what came into what went.
    #[test]
    fn no_file_differs_unsaid(which in 0..9_usize, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in 0..3_usize) {
        let mut changed = tea();
        let bytes = changed.values_mut().nth(which).unwrap();
        let at = at.index(bytes.len());
        bytes.splice(at..(at + cut).min(bytes.len()), [byte]);
        let (there, back) = (between(&tea(), &changed), between(&changed, &tea()));
        prop_assert_eq!(there.is_empty(), changed == tea());
        prop_assert_eq!(&there.documents.added, &back.documents.removed);
        prop_assert_eq!(&there.cases.added, &back.cases.removed);
        prop_assert_eq!(there.files.changed.len(), back.files.changed.len());
        prop_assert_eq!(&there.scope.inside.added, &back.scope.inside.removed);
        prop_assert!(there.to_string().chars().all(|c| c == '\n' || !c.is_control()));
    }
}
