//! What a new pack is made of.

use std::{fs, path::Path};

use super::*;
use crate::pack::{Pack, check, finding::Severity};

fn about() -> About {
    let (name, title) = ("garden".into(), "the \"community\" garden".into());
    About { name, title, lang: "en".into(), license: None, today: "2026-11-22".into() }
}

fn draft(title: &str, body: &str) -> Draft {
    Draft { title: title.into(), body: format!("# {title}\n\n{body}\n"), ..Draft::default() }
}

fn written(files: &BTreeMap<String, String>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join("garden").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn a_pack_without_documents_is_checked_and_opened() {
    let folder = written(&files(&about(), Vec::new()));
    let pack = folder.path().join("garden");
    let errors: Vec<_> = check::check(&pack, Path::new(""))
        .findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    assert_eq!(errors, []);
    assert_eq!(Pack::open(&pack, Path::new("")).unwrap().manifest.pack.title, "the \"community\" garden");
}

#[test]
fn documents_of_one_title_are_kept_apart() {
    let files = files(&about(), vec![draft("Beds", "One."), draft("Beds", "Two."), draft("Beds 2", "Three.")]);
    let documents: Vec<&String> = files.keys().filter(|path| path.starts_with("corpus/")).collect();
    assert_eq!(documents, ["corpus/beds-2-2.md", "corpus/beds-2.md", "corpus/beds.md"]);
}

#[test]
fn an_id_is_made_of_letters_whatever_the_script() {
    assert_eq!(slug("../../etc: Passwd?"), "etc-passwd");
    assert_eq!(slug("표준공제 (2025)"), "표준공제-2025");
    assert_eq!(slug("?!"), "document");
}

#[test]
fn headings_become_draft_cases_that_cite_their_document() {
    let body = "## When may I water the beds?\n\nIn the evening.\n\n## Tools in the shed\n\nEverybody may use them.";
    let files = files(&about(), vec![draft("Rules", body), draft("Costs", "## Yearly fee\n\nIt is 20 EUR.")]);
    let cases = &files["tests/draft.jsonl"];
    assert!(
        cases.contains(r#""question":"When may I water the beds?","expect":"answer","must_cite":["rules"]"#),
        "{cases}"
    );
    assert!(cases.contains(r#""question":"What about tools in the shed?""#), "{cases}");
    assert_eq!(cases.lines().filter(|line| line.contains(r#""expect":"refuse""#)).count(), 90);
}
