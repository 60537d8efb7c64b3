//! Names of entries.

use unicode_normalization::UnicodeNormalization as _;

use super::{
    assert_refused,
    forgery::{Header, tea_and, tea_with},
    *,
};

fn fault_of(entry: &str) -> NameFault {
    match refused(&tea_with(&[entry])) {
        Refused::Name { entry: named, fault } => {
            assert_eq!(named, entry);
            fault
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_name_leads_nowhere_but_down() {
    assert_eq!(fault_of("/etc/x.md"), NameFault::Absolute);
    assert_eq!(fault_of("packs/tea/../../x.md"), NameFault::Parent);
    assert_eq!(fault_of("../x.md"), NameFault::Parent);
    assert_eq!(fault_of("packs\\tea\\x.md"), NameFault::Backslash);
    assert_eq!(fault_of("C:/x.md"), NameFault::Drive);
    assert_eq!(fault_of("c:x.md"), NameFault::Drive);
    assert_eq!(fault_of("packs//tea/x.md"), NameFault::Empty);
    assert_eq!(fault_of("packs/tea/x.md/"), NameFault::Empty);
    assert_eq!(fault_of("packs/./tea/x.md"), NameFault::Here);
    assert_eq!(fault_of("./packs/tea/x.md"), NameFault::Here);
}

#[test]
fn a_name_hides_nothing() {
    assert_eq!(fault_of("packs/tea/a\nb.md"), NameFault::Control);
    assert_eq!(fault_of("packs/tea/\u{1b}[2J.md"), NameFault::Control);
    assert_eq!(fault_of("packs/tea/\u{85}.md"), NameFault::Control);
    assert_eq!(fault_of("packs/tea/\u{202e}dm.md"), NameFault::Hidden);
    assert_eq!(fault_of("packs/tea/a\u{200b}.md"), NameFault::Hidden);
}

#[test]
fn a_name_can_be_written_on_windows() {
    for reserved in ["con.md", "NUL.toml", "aux.tar.md", "com1.md", "Lpt9.md", "COM².md", "conout$.md", "prn .md"] {
        assert_eq!(fault_of(&format!("packs/tea/{reserved}")), NameFault::Reserved, "{reserved}");
        assert_eq!(fault_of(&format!("packs/tea/{reserved}/x.md")), NameFault::Reserved, "{reserved}");
    }
    for impossible in ["a:b.md", "a|b.md", "a?.md", "folder./x.md", "folder /x.md"] {
        assert_eq!(fault_of(&format!("packs/tea/{impossible}")), NameFault::Windows, "{impossible}");
    }
    for fine in ["console.md", "com.md", "com10.md", "null.md", "lpt.md"] {
        assert!(name::fault(&format!("packs/tea/{fine}")).is_none(), "{fine}");
    }
}

#[test]
fn a_name_is_text_that_ends_where_it_ends() {
    let entry = |name: &[u8]| tea_and(&[], |tar| tar.entry(Header::file(name, 0), b""));
    assert_refused!(entry(b"packs/tea/\xff.md"), Refused::Name { fault: NameFault::NotUtf8, .. }, "packs/tea/");
    assert_refused!(entry(b"packs/tea/a.md\0.sh"), Refused::Name { fault: NameFault::Control, .. }, "packs/tea/a.md");
    let prefix = Header::file("a.md", 0).with(345, b"packs/tea\0/x");
    assert_refused!(
        tea_and(&[], |tar| tar.entry(prefix, b"")),
        Refused::Name { fault: NameFault::Control, .. },
        "packs/tea/a.md"
    );
}

#[test]
fn a_name_is_there_once() {
    let twice = tea_and(&[], |tar| tar.file("packs/tea/domain.toml", DOMAIN.as_bytes()));
    assert_refused!(twice, Refused::Duplicate { .. }, "packs/tea/domain.toml");
    let manifest_again = tea_and(&[], |tar| tar.file("manifest.json", b"{}"));
    assert_refused!(manifest_again, Refused::Duplicate { .. }, "manifest.json");
}

#[test]
fn two_names_are_two_on_every_system() {
    let decomposed: String = "corpora/tea/녹차.md".nfd().collect();
    let twins = [
        ("packs/tea/Domain.toml", "packs/tea/domain.toml"),
        (decomposed.as_str(), "corpora/tea/녹차.md"),
        ("corpora/Tea/black.md", "corpora/tea"),
        ("Manifest.json", "manifest.json"),
    ];
    for (name, other) in twins {
        let refused = refused(&tea_with(&[name]));
        assert!(matches!(&refused, Refused::Twins { other: earlier, .. } if earlier == other), "{refused:?}");
    }
    for [one, other] in [["straße", "STRASSE"], ["ὀδός", "ὀδόσ"], ["ﬁne", "fine"], ["\u{212a}", "k"], ["ℌ", "h"]]
    {
        let [one, other] = [one, other].map(|name| format!("corpora/tea/{name}.md"));
        assert_refused!(tea_with(&[&one, &other]), Refused::Twins { .. }, "differ only");
    }
}

#[test]
fn a_file_is_no_folder() {
    assert_refused!(tea_with(&["corpora/tea/green.md/more.md"]), Refused::FileAndFolder { .. }, "corpora/tea/green.md");
    assert_refused!(tea_with(&["corpora/tea/a.md/b.md", "corpora/tea/a.md"]), Refused::FileAndFolder { .. }, "a.md");
}

#[test]
fn only_the_packs_kinds_of_files_are_taken() {
    for entry in ["packs/tea/run.sh", "packs/tea/a.MD", "packs/tea/md", "packs/tea/.md", "packs/tea/a.md.exe"] {
        assert_refused!(tea_with(&[entry]), Refused::Extension { .. }, entry);
    }
    assert_refused!(tea_with(&["corpora/tea/list.toml"]), Refused::Extension { .. }, "(allowed: md)");
}

#[test]
fn only_the_packs_folders_are_taken() {
    for entry in ["a.md", "packs/a.md", "packs/coffee/domain.toml", "packs/tea.md", "corpora/a.md", "models/a.md"] {
        assert_refused!(tea_with(&[entry]), Refused::Outside { .. }, entry);
    }
}

#[test]
fn a_name_that_tar_has_no_room_for_is_not_written() {
    let mut files = tea();
    files.insert(format!("corpora/tea/{}.md", "a".repeat(120)), b"long".to_vec());
    let refused = Archive::of(files, Vec::new()).unwrap_err();
    assert!(matches!(refused, Refused::Name { fault: NameFault::TooLong, .. }), "{refused:?}");
}
