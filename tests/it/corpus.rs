//! Documents that cannot be used: the pack is invalid, and each fault is named with its file and line.

use crate::tea::{GREEN, Tea};

/// Asks a pack of one document, which must be turned down with what is said.
fn turned_down(document: impl AsRef<[u8]>, line: &str, said: &str) {
    let tea = Tea::bare("bad");
    tea.write("corpus/bad.md", document);
    let place = format!("error: `{}{line}`: ", tea.document("bad").canonicalize().unwrap().display());
    let run = tea.purview("ask").arg(GREEN).run();
    run.fails(3, &[&place, said, "hint: "]);
    assert!(!run.err.contains("panicked"), "{}", run.err);
}

#[test]
fn text_that_is_not_utf_8_is_named_with_its_line() {
    turned_down(b"# Tea\n\nGreen tea \xff\xfe.\n", ":3", "byte 17 is not valid UTF-8");
}

#[test]
fn front_matter_that_is_never_closed_is_named_with_its_line() {
    turned_down("+++\ntitle = \"Tea\"\n\nGreen tea.\n", ":1", "`+++`");
    turned_down("---\ntitle: Tea\n\nGreen tea.\n", ":1", "`---`");
}

#[test]
fn an_empty_file_is_named() {
    turned_down("", "", "the document has no text");
    turned_down("+++\ntitle = \"Tea\"\n+++\n \n", "", "the document has no text");
}

#[test]
fn a_line_of_50_megabytes_is_named_with_its_number() {
    turned_down(format!("# Tea\n{}", "x".repeat(50_000_000)), ":2", "longer than 1 MiB");
}

#[test]
fn every_fault_is_reported_at_once() {
    let tea = Tea::bare("faults");
    tea.write("corpus/a.md", b"\xff").write("corpus/b.md", "").write("corpus/c.md", "+++\n");
    tea.purview("ask").arg(GREEN).run().fails(3, &["a.md:1", "b.md`", "c.md:1"]);
}

#[test]
fn an_id_that_two_documents_share_is_named_with_both() {
    let tea = Tea::bare("twins");
    tea.write("corpus/a.md", "+++\nid = \"tea\"\n+++\nGreen tea.\n").write("corpus/tea.md", "Black tea.\n");
    tea.purview("ask").arg(GREEN).run().fails(3, &["tea.md`: the document id `tea`", "a.md`"]);
}

#[test]
fn a_corpus_without_documents_is_a_fault_of_the_pack() {
    let tea = Tea::bare("empty");
    tea.write("corpus/notes.txt", "Not Markdown.");
    tea.purview("ask").arg(GREEN).run().fails(3, &["domain.toml", "no document"]);
}

#[test]
fn odd_markdown_is_indexed_without_a_crash() {
    let deep = |mark: &str, times: usize| mark.repeat(times) + "tea";
    let odd = [
        deep("> ", 2_000),
        deep("[", 50_000),
        deep("* ", 500),
        deep("#", 5_000),
        "x".repeat(500_000),
        "| a |\n|---|\n".repeat(500),
        "NUL \0 and \x1b[2J".to_owned(),
    ];
    let tea = Tea::bare("odd");
    for (number, text) in odd.iter().enumerate() {
        tea.write(&format!("corpus/odd{number}.md"), text);
    }
    tea.purview("ask").arg(GREEN).run().ok();
}
