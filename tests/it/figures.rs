//! Every figure in the tax documents against the fact tables, by `tests/reference/figures.py`.

use std::{path::Path, process::Command};

#[test]
fn every_figure_of_the_tax_corpus_agrees_with_the_fact_tables() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join("../shared/data/us_tax_facts.jsonl").is_file() {
        eprintln!("skipped: the fact tables are not in `../shared/data`");
        return;
    }
    let script = root.join("tests/reference/figures.py");
    let Ok(output) = Command::new("python3").arg(script).arg(root.join("corpora/us-tax")).output() else {
        eprintln!("skipped: there is no `python3`");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
