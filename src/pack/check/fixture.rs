//! A small pack without a fault, to be spoilt by tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Checked, router::NEAR_TOPICS};

const MANIFEST: &str = r#"schema = 1
corpora = ["../../corpora/tea"]
[pack]
name = "tea"
version = "0.1.0"
title = "Tea"
languages = ["en"]
license = "Apache-2.0"
as_of = "2026-01-31"
[scope]
in = ["making tea"]
out = ["making coffee"]
[slots.year]
kind = "year"
default = "2026"
[slots.kind]
kind = "choice"
default = "green"
[slots.kind.values]
green = ["green"]
black = ["black", "english breakfast"]
[[refuse]]
id = "poison"
when = ["which tea is poisonous"]
any = ["poison somebody"]
message = "No."
[[defer]]
id = "health"
when = ["does tea cure a cold"]
message = "Ask a doctor."
"#;

const FRONT: &str = r#"+++
id = "green"
title = "Green tea"
url = "https://example.org/green"
license = "Apache-2.0"
effective = { from = "2020-01-01", to = "2030-12-31" }
retrieved = "2026-01-01"
+++
"#;

/// The folder of a pack that nothing is wrong with.
pub struct Pack {
    root: tempfile::TempDir,
}

impl Pack {
    pub fn clean() -> Self {
        let pack = Self { root: tempfile::tempdir().unwrap() };
        pack.write("domain.toml", MANIFEST);
        pack.write("glossary.toml", "[[term]]\nterm = \"camellia sinensis\"\nalso = [\"tea plant\"]\n");
        let inside =
            "[[in]]\ntopic = \"steeping\"\nquestions = [\n  \"How long does it steep?\",\n  \"How hot?\",\n]\n"
                .to_owned();
        let near = (0..NEAR_TOPICS)
            .map(|n| format!("[[near]]\ntopic = \"drink {n}\"\nquestions = [\"How is drink {n} made?\"]\n"));
        pack.write("router.toml", &std::iter::once(inside).chain(near).collect::<String>());
        let answered =
            r#"{"id":"a","question":"How many minutes?","expect":"answer","must_cite":["green"],"split":"dev"}"#
                .to_owned();
        let refused = (0..59).map(|n| {
            let outcome = if n % 2 == 0 { "refuse" } else { "defer" };
            format!(
                "\n{{\"id\":\"r{n}\",\"question\":\"Who is number {n}?\",\"expect\":\"{outcome}\",\"split\":\"dev\"}}"
            )
        });
        pack.write("tests/dev.jsonl", &std::iter::once(answered).chain(refused).collect::<String>());
        pack.write("tests/test.jsonl", r#"{"id":"t","question":"When is it ready?","expect":"answer","split":"test"}"#);
        pack.write("../../corpora/tea/green.md", &format!("{FRONT}# Green tea\n\nSteep it for two minutes.\n"));
        pack
    }

    pub fn folder(&self) -> PathBuf {
        self.root.path().join("domains/tea")
    }

    /// Writes a file of the pack.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder().join(name);
        fs::create_dir_all(self.folder()).unwrap();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a document that differs from the clean one by `change` and holds `body`.
    pub fn document(&self, file: &str, change: impl Fn(String) -> String, body: &str) {
        let front = change(FRONT.replace("\"green\"", &format!("\"{}\"", file.trim_end_matches(".md"))));
        self.write(&format!("../../corpora/tea/{file}"), &format!("{front}{body}"));
    }

    /// Changes what a file says.
    pub fn change(&self, name: &str, from: &str, to: &str) {
        let path = self.folder().join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "`{name}` does not say `{from}`");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    /// Writes at the end of a file.
    pub fn append(&self, name: &str, text: &str) {
        let path = self.folder().join(name);
        let before = fs::read_to_string(&path).unwrap();
        fs::write(path, before + text).unwrap();
    }
}

/// `severity code file:line:column` of each finding.
pub fn shown(checked: &Checked) -> Vec<String> {
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let findings = checked.findings.iter().map(|finding| {
        let place =
            crate::error::Place { file: name(&finding.problem.place.file).into(), ..finding.problem.place.clone() };
        format!("{} {} {place}", finding.severity, finding.lint.code())
    });
    findings.collect()
}
