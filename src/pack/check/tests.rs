//! Each lint is triggered once; a clean pack gives nothing.

use std::path::Path;

use super::{
    check,
    fixture::{Pack, shown},
    is_date,
};

/// What is found in a clean pack after something was done to it.
fn found(spoil: impl FnOnce(&Pack)) -> Vec<String> {
    let pack = Pack::clean();
    spoil(&pack);
    shown(&check(&pack.folder(), Path::new("")))
}

/// What is found after `from` became `to` in a file.
fn changed(name: &str, from: &str, to: &str) -> Vec<String> {
    found(|pack| pack.change(name, from, to))
}

#[test]
fn a_clean_pack_gives_nothing() {
    assert_eq!(found(|_| {}), [""; 0]);
}

#[test]
fn what_keeps_a_pack_from_being_opened_is_found_in_all_files_at_once() {
    let found = found(|pack| {
        pack.change("domain.toml", "title = \"Tea\"", "titel = \"Tea\"");
        pack.change("domain.toml", "kind = \"year\"", "kind = \"yaer\"");
        pack.change("router.toml", "questions", "question");
        pack.change("glossary.toml", "\"tea plant\"]", "\"tea plant\"");
    });
    assert_eq!(
        found,
        [
            "error missing-key domain.toml:3:1",
            "error unknown-key domain.toml:6:1",
            "error invalid-value domain.toml:14:8",
            "error syntax glossary.toml:3:20",
            "error missing-key router.toml:1:1",
            "error unknown-key router.toml:3:1",
        ]
    );
}

#[test]
fn a_pack_needs_a_manifest_of_this_schema_with_corpora_that_exist() {
    let manifest = |from: &str, to: &str| changed("domain.toml", from, to);
    assert_eq!(
        found(|pack| std::fs::remove_file(pack.folder().join("domain.toml")).unwrap()),
        ["error missing-manifest domain.toml"]
    );
    assert_eq!(manifest("schema = 1", "schema = 2"), ["error unknown-schema domain.toml:1:10"]);
    assert_eq!(manifest("\"../../corpora/tea\"", ""), ["error no-corpus domain.toml:2:11"]);
    assert_eq!(manifest("corpora/tea", "corpora/coffee"), ["error invalid-corpus domain.toml:2:12"]);
    assert_eq!(manifest("any = [\"poison somebody\"]", ""), [""; 0], "`when` is enough");
    assert_eq!(manifest("when = [\"does tea cure a cold\"]", ""), ["error rule-never-fires domain.toml:27:1"]);
}

#[test]
fn a_corpus_lies_in_the_pack_or_on_the_shelf() {
    let elsewhere = |to: &str, as_written: &str| {
        found(|pack| {
            std::fs::rename(pack.folder().join("../../corpora"), pack.folder().join(to)).unwrap();
            pack.change("domain.toml", "../../corpora/tea", as_written);
        })
    };
    assert_eq!(elsewhere("documents", "./documents/tea"), [""; 0]);
    assert_eq!(elsewhere("../corpora", "../corpora/tea"), [""; 0]);
    assert_eq!(elsewhere("../../documents", "../../documents/tea"), ["warning corpus-outside domain.toml:2:12"]);
    assert_eq!(elsewhere("../../corpora", "../../corpora/../corpora/tea"), ["warning corpus-outside domain.toml:2:12"]);
}

#[test]
fn a_pack_is_named_versioned_licensed_and_dated() {
    let manifest = |from: &str, to: &str| changed("domain.toml", from, to);
    assert_eq!(manifest("name = \"tea\"", "name = \"tee\""), ["error name-not-folder domain.toml:4:8"]);
    assert_eq!(manifest("\"0.1.0\"", "\"0.1\""), ["error version-not-semver domain.toml:5:11"]);
    assert_eq!(manifest("license = \"Apache-2.0\"", ""), ["warning missing-license domain.toml:3:1"]);
    assert_eq!(manifest("[\"en\"]", "[]"), ["warning no-languages domain.toml:7:13"]);
    assert_eq!(manifest("2026-01-31", "31.1.2026"), ["error invalid-date domain.toml:9:9"]);
    assert_eq!(manifest("in = [\"making tea\"]", ""), ["warning empty-scope domain.toml:10:1"]);
    assert_eq!(manifest("[\"making coffee\"]", "[\" \"]"), ["warning empty-scope domain.toml:12:7"]);
}

#[test]
fn rules_and_slots_hold_together() {
    let manifest = |from: &str, to: &str| changed("domain.toml", from, to);
    assert_eq!(manifest("\"health\"", "\"poison\""), ["error duplicate-rule domain.toml:28:6"]);
    assert_eq!(manifest("poison somebody", "what is it"), ["warning empty-term domain.toml:25:8"]);
    assert_eq!(manifest("default = \"green\"", "default = \"white\""), ["error invalid-slot domain.toml:16:1"]);
    assert_eq!(manifest("default = \"2026\"", "default = \"now\""), ["error invalid-slot domain.toml:13:1"]);
    assert_eq!(manifest("[\"green\"]", "[]"), ["error invalid-slot domain.toml:16:1"]);
}

#[test]
fn a_question_is_taught_once() {
    let router = |from: &str, to: &str| changed("router.toml", from, to);
    assert_eq!(router("\"How hot?\"", "\"how long does it steep\""), ["error duplicate-question router.toml:5:3"]);
    assert_eq!(router("How is drink 0 made?", "How hot"), ["error contradicting-question router.toml:9:14"]);
    assert_eq!(
        found(|pack| pack.append("router.toml", "[[in]]\ntopic = \"x\"\nquestions = []\n")),
        ["error empty-topic router.toml:69:13"]
    );
}

#[test]
fn too_few_near_misses_are_told_of_with_what_is_lost() {
    let few = |router: Option<&str>| {
        let pack = Pack::clean();
        match router {
            Some(text) => pack.write("router.toml", text),
            None => std::fs::remove_file(pack.folder().join("router.toml")).unwrap(),
        }
        let checked = check(&pack.folder(), Path::new(""));
        assert_eq!(shown(&checked), ["warning few-near-topics router.toml"]);
        checked.findings[0].problem.message.clone()
    };
    assert!(few(None).contains("headings alone"));
    assert!(few(Some("")).contains("nothing teaches"));
    assert!(few(Some("[[near]]\ntopic = \"a\"\nquestions = [\"b\"]\n")).contains("1 `[[near]]` topic of 20"));
}

#[test]
fn a_term_that_changes_no_search_is_told_of() {
    let glossary = |text: &str| found(|pack| pack.write("glossary.toml", text));
    let twice =
        "[[term]]\nterm = \"green tea\"\nalso = [\"matcha\"]\n[[term]]\nterm = \"Green teas\"\nalso = [\"sencha\"]\n";
    assert_eq!(glossary(twice), ["warning duplicate-term glossary.toml:5:8"]);
    assert_eq!(
        glossary("[[term]]\nterm = \"tea\"\nalso = [\"chai\", \"Tea!\"]\n"),
        ["warning duplicate-term glossary.toml:3:17"]
    );
    assert_eq!(
        glossary("[[term]]\nterm = \"who\"\nalso = [\"W.H.O. group\"]\n"),
        ["warning empty-term glossary.toml:2:8"]
    );
    assert_eq!(glossary("[[term]]\nterm = \"tea\"\nalso = [\"it\"]\n"), ["warning empty-term glossary.toml:3:9"]);
    assert_eq!(glossary("[[term]]\nterm = \"tea\"\nalso = []\n"), ["warning empty-term glossary.toml:2:8"]);
}

#[test]
fn a_document_says_where_it_is_from_and_when_it_holds() {
    let without = |from: &str, to: &str| {
        found(|pack| pack.document("black.md", |front| front.replace(from, to), "Steep it for four minutes."))
    };
    assert_eq!(without("", ""), [""; 0]);
    assert_eq!(without("url = \"https://example.org/green\"\n", ""), ["warning document-without-url black.md:1"]);
    assert_eq!(without("\"Apache-2.0\"", "\"\""), ["warning document-without-license black.md:5:1"]);
    assert_eq!(without("2030-12-31", "2026-01-30"), ["warning expired-document black.md:6:1"]);
    assert_eq!(without("2030-12-31", "2026-01-31"), [""; 0], "it holds on its last day");
    assert_eq!(without("2030-12-31", "2030-13-01"), ["error invalid-date black.md:6:1"]);
    assert_eq!(without("\"2026-01-01\"", "\"in 2026\""), ["error invalid-date black.md:7:1"]);
}

#[test]
fn documents_and_passages_stand_once() {
    let second = |id: &str, body: &str| {
        let id = format!("id = \"{id}\"");
        found(|pack| pack.document("black.md", |front| front.replace("id = \"black\"", &id), body))
    };
    assert_eq!(second("green", "Steep it for four minutes."), ["error duplicate-document green.md:2:1"]);
    assert_eq!(second("black", "# Black\n\nSteep it for TWO minutes!\n"), ["warning duplicate-passage green.md:11"]);
    let rows = "# Black\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n# White\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
    assert_eq!(second("black", rows), [""; 0], "a row is told from another by its heading");
}

#[test]
fn every_document_that_does_not_parse_is_found() {
    let found = found(|pack| {
        pack.write("../../corpora/tea/black.md", "+++\nid = \"black\"\n");
        pack.write("../../corpora/tea/white.md", "---\ntitle: White\n---\n");
    });
    assert_eq!(found, ["error invalid-document black.md:1", "error invalid-document white.md"]);
}

#[test]
fn a_corpus_has_documents() {
    let found = found(|pack| {
        std::fs::rename(pack.folder().join("../../corpora/tea/green.md"), pack.folder().join("green.txt")).unwrap();
    });
    assert_eq!(found, ["error no-documents tea"]);
}

#[test]
fn a_date_is_a_date() {
    assert!(is_date("2026-01-31"));
    assert!(
        ["2026-1-31", "2026-13-01", "2026-00-10", "2026-01-32", "26-01-01", "2026-01", "2026-01-+1"]
            .into_iter()
            .all(|d| !is_date(d))
    );
}
