//! Archives whose manifest does not say what they hold.

use serde_json::{Value, json};

use super::{
    assert_refused,
    forgery::{Tar, manifest, tar, tea_and},
    *,
};

/// The pack about tea with another manifest.
fn with(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut changed = manifest(&tea());
    change(&mut changed);
    tar(&changed, &tea()).packed()
}

/// A pack with another `domain.toml`, which the manifest lists.
fn domain(text: &str) -> Vec<u8> {
    let mut files = tea();
    files.insert("packs/tea/domain.toml".into(), text.as_bytes().to_vec());
    tar(&manifest(&files), &files).packed()
}

#[test]
fn the_manifest_that_the_tests_forge_is_good() {
    assert_eq!(read(&with(|_| ())[..], &Limits::default()).unwrap(), Archive::of(tea(), Vec::new()).unwrap());
}

#[test]
fn the_manifest_comes_first() {
    let mut late = Tar::default();
    for (path, bytes) in tea() {
        late = late.file(&path, &bytes);
    }
    let late = late.file("manifest.json", manifest(&tea()).to_string().as_bytes()).packed();
    assert_refused!(late, Refused::NoManifest { .. }, "corpora/tea/green.md");
}

#[test]
fn a_manifest_of_another_schema_is_not_guessed_at() {
    assert_refused!(with(|m| m["schema"] = json!(2)), Refused::Schema { schema: 2 }, "2");
    let later = |m: &mut Value| *m = json!({ "schema": 9, "all": "new" });
    assert_refused!(with(later), Refused::Schema { schema: 9 }, "9");
}

#[test]
fn a_manifest_has_its_form() {
    assert_refused!(Tar::default().file("manifest.json", b"{").packed(), Refused::Manifest { .. }, "manifest.json");
    assert_refused!(with(|m| m["\u{1b}]0;x"] = json!(1)), Refused::Manifest { .. }, "unknown field");
    assert_refused!(with(|m| m["files"] = json!("all")), Refused::Manifest { .. }, "manifest.json");
    assert_refused!(with(|m| drop(m.as_object_mut().unwrap().remove("title"))), Refused::Manifest { .. }, "title");
    assert_refused!(with(|m| m["requires"] = json!(["../x"])), Refused::Manifest { .. }, "requires");
    assert_refused!(with(|m| m["name"] = json!("../x")), Refused::Manifest { .. }, "../x");
    let twice = |m: &mut Value| {
        let first = m["files"][0].clone();
        m["files"].as_array_mut().unwrap().push(first);
    };
    assert_refused!(with(twice), Refused::Manifest { .. }, "corpora/tea/green.md");
}

#[test]
fn every_file_is_listed() {
    let more = tea_and(&[], |tar| tar.file("packs/tea/more.md", b"more"));
    assert_refused!(more, Refused::Unlisted { .. }, "packs/tea/more.md");
}

#[test]
fn every_listed_file_is_there() {
    assert_refused!(tea_and(&["packs/tea/more.md"], |tar| tar), Refused::Missing { .. }, "packs/tea/more.md");
}

#[test]
fn a_file_is_the_listed_one() {
    let longer = tea_and(&["packs/tea/more.md"], |tar| tar.file("packs/tea/more.md", b"more"));
    assert_refused!(longer, Refused::Size { listed: 0, found: 4, .. }, "packs/tea/more.md");
    let other = with(|m| m["files"][0]["sha256"] = json!("0".repeat(64)));
    assert_refused!(other, Refused::Hash { .. }, "corpora/tea/green.md");
}

#[test]
fn a_list_that_promises_too_much_is_refused_at_once() {
    let huge = with(|m| m["files"][0]["size"] = json!(1_u64 << 40));
    assert_refused!(huge, Refused::TooLarge { .. }, "1073741824");
    let overflow = with(|m| {
        m["files"][0]["size"] = json!(u64::MAX);
        m["files"][1]["size"] = json!(u64::MAX);
    });
    assert_refused!(overflow, Refused::TooLarge { .. }, "1073741824");
}

#[test]
fn what_is_shown_before_a_pack_is_added_is_true() {
    assert_refused!(with(|m| m["version"] = json!("9.9.9")), Refused::Contradiction { .. }, "`version` is \"9.9.9\"");
    assert_refused!(with(|m| m["title"] = json!("\u{202e}T")), Refused::Contradiction { .. }, "title");
    assert_refused!(with(|m| m["license"] = json!("MIT")), Refused::Contradiction { .. }, "license");
    assert_refused!(with(|m| m["licenses"] = json!({ "MIT": 2 })), Refused::Contradiction { .. }, "licenses");
    assert_refused!(with(|m| m["languages"] = json!(["de"])), Refused::Contradiction { .. }, "languages");
    assert_refused!(with(|m| m["name"] = json!("coffee")), Refused::Outside { .. }, "packs/coffee/");
}

#[test]
fn a_pack_has_a_domain_of_its_name_and_a_version() {
    let mut files = tea();
    files.remove("packs/tea/domain.toml");
    assert_refused!(tar(&manifest(&files), &files).packed(), Refused::NoDomain { .. }, "packs/tea/domain.toml");
    assert_refused!(domain(&DOMAIN.replace("\"tea\"\n", "\"coffee\"\n")), Refused::OtherPack { .. }, "coffee");
    assert_refused!(domain("no toml"), Refused::Unreadable { .. }, "packs/tea/domain.toml");
    assert_refused!(domain(&DOMAIN.replace("0.2.0", "newest")), Refused::Unreadable { .. }, "newest");
}

#[test]
fn a_pack_reads_no_folder_but_its_own() {
    for corpus in ["../../../home", "/etc", "../../corpora", "../coffee", "~/../../../x"] {
        let text = DOMAIN.replace("../../corpora/tea", corpus);
        assert_refused!(domain(&text), Refused::CorpusOutside { .. }, corpus);
    }
    assert_refused!(domain(&DOMAIN.replace("corpora/tea", "corpora/coffee")), Refused::CorpusMissing { .. }, "coffee");
}

#[test]
fn a_pack_that_extends_another_may_use_its_documents() {
    let mut files = tea();
    let text = DOMAIN.replace("corpora/tea\"", "corpora/tea\", \"../../corpora/coffee\"");
    files.insert("packs/tea/domain.toml".into(), text.into_bytes());
    let archive = Archive::of(files, vec!["coffee".into()]).unwrap();
    assert_eq!(read(&write(&archive)[..], &Limits::default()).unwrap().manifest().requires, ["coffee"]);
}

#[test]
fn a_document_that_cannot_be_read_is_not_taken() {
    let mut files = tea();
    files.insert("corpora/tea/broken.md".into(), b"+++\nid = \n+++\nx".to_vec());
    assert_refused!(tar(&manifest(&files), &files).packed(), Refused::Unreadable { .. }, "corpora/tea/broken.md");
}
