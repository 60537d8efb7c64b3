//! Archives that are no good as gzip or as tar, or too much.

use super::{
    assert_refused,
    forgery::{Header, Tar, gzip, manifest, tar, tea_and},
    *,
};

#[test]
fn what_is_not_compressed_is_no_archive() {
    assert_refused!(*b"PK\x03\x04 a zip, for example", Refused::NotGzip, "gzip");
    assert_refused!(tar(&manifest(&tea()), &tea()).0, Refused::NotGzip, "gzip");
}

#[test]
fn what_is_compressed_and_no_tar_is_no_archive() {
    assert_refused!(gzip(&b"What is this? ".repeat(100)), Refused::NotTar { .. }, "at its beginning");
    assert_refused!(gzip(&[0; 1024]), Refused::NoManifest { .. }, "manifest.json");
    assert_refused!(gzip(b""), Refused::Truncated { .. }, "at its beginning");
}

#[test]
fn a_flipped_bit_is_noticed() {
    let mut bytes = packed();
    let at = bytes.len() - 6; // in the checksum
    bytes[at] ^= 1;
    assert_refused!(bytes, Refused::Damaged { .. }, "after");
}

#[test]
fn an_end_that_is_missing_is_noticed() {
    let whole = tar(&manifest(&tea()), &tea());
    assert_refused!(gzip(&whole.0), Refused::Truncated { .. }, "after \"packs/tea/tests/dev.jsonl\"");
    let half = [&whole.0[..], &[0; 512]].concat();
    assert_refused!(gzip(&half), Refused::Truncated { .. }, "cut off");
}

#[test]
fn nothing_stands_behind_the_end() {
    assert_refused!([packed(), b"more".to_vec()].concat(), Refused::TrailingData, "behind its end");
    assert_refused!([packed(), packed()].concat(), Refused::TrailingData, "behind its end");
    let whole = tar(&manifest(&tea()), &tea()).0;
    let more = Tar::default().file("packs/tea/more.md", b"more").0;
    assert_refused!(gzip(&[&whole[..], &[0; 1024], &more].concat()), Refused::TrailingData, "behind its end");
    assert_refused!(gzip(&[&whole[..], &[0; 512], &more].concat()), Refused::TrailingData, "behind its end");
    assert_refused!(gzip(&[&whole[..], &[0; 1024], b"x"].concat()), Refused::TrailingData, "behind its end");
}

#[test]
fn zeros_behind_the_end_are_how_tar_fills_its_records() {
    let whole = tar(&manifest(&tea()), &tea()).0;
    assert!(read(&gzip(&[&whole[..], &[0; 10_240]].concat())[..], &Limits::default()).is_ok());
}

#[test]
fn nothing_is_hidden_behind_a_file() {
    let mut whole = tar(&manifest(&tea()), &tea());
    let last = whole.0.len() - 1;
    whole.0[last] = b'x';
    assert_refused!(whole.packed(), Refused::NotTar { .. }, "hidden");
}

#[test]
fn links_devices_pipes_and_folders_are_not_taken() {
    let kinds =
        [(b'1', "hard link"), (b'2', "symbolic"), (b'3', "device"), (b'4', "device"), (b'5', "folder"), (b'6', "pipe")];
    for (kind, called) in kinds.into_iter().chain([(b'7', "unknown"), (0, "unknown"), (b'Z', "unknown")]) {
        let header = Header::file("packs/tea/a.md", 0).kind(kind).with(157, b"/etc/passwd");
        let bytes = tea_and(&["packs/tea/a.md"], |tar| tar.entry(header, b""));
        assert_refused!(bytes, Refused::NotAFile { .. }, called);
    }
    let file = Header::file("packs/tea/a.md", 0).with(157, b"/etc/passwd");
    let bytes = tea_and(&["packs/tea/a.md"], |tar| tar.entry(file, b""));
    assert_refused!(bytes, Refused::NotAFile { .. }, "target of a link");
}

#[test]
fn an_entry_has_one_name() {
    let name = b"packs/tea/a.md";
    for kind in [b'L', b'K', b'x', b'g'] {
        let content: &[u8] = if kind < b'a' { b"../../../evil.md\0" } else { b"21 path=../../evil.md\n" };
        let header = Header::file("././@LongLink", content.len()).kind(kind);
        let bytes = tea_and(&["packs/tea/a.md"], |tar| tar.entry(header, content).entry(Header::file(name, 0), b""));
        assert_refused!(bytes, Refused::Extended { .. }, "@LongLink");
    }
}

#[test]
fn the_content_of_a_file_is_in_its_bytes() {
    let sparse = Header::file("packs/tea/a.md", 0).kind(b'S').with(257, b"ustar  \0");
    assert_refused!(tea_and(&[], |tar| tar.entry(sparse, b"")), Refused::Extended { .. }, "sparse");
}

#[test]
fn other_headers_than_ustar_are_not_taken() {
    for magic in [b"ustar  \0", b"\0\0\0\0\0\0\0\0"] {
        let header = Header::file("packs/tea/a.md", 0).with(257, magic);
        assert_refused!(tea_and(&[], |tar| tar.entry(header, b"")), Refused::NotTar { .. }, "another kind");
    }
    let sizeless = Header::file("packs/tea/a.md", 0).with(124, b"eleven     \0");
    assert_refused!(tea_and(&[], |tar| tar.entry(sizeless, b"")), Refused::NotTar { .. }, "its size");
}

#[test]
fn a_header_with_another_checksum_is_none() {
    let mut whole = tar(&manifest(&tea()), &tea());
    whole.0[1] ^= 1;
    assert_refused!(whole.packed(), Refused::NotTar { .. }, "checksum");
}

#[test]
fn a_size_that_is_not_there_takes_no_memory() {
    let eight_gib = Header::file("manifest.json", 0).with(124, b"77777777777\0");
    assert_refused!(Tar::default().entry(eight_gib, b"").packed(), Refused::TooLarge { .. }, "bytes");
    let base_256 =
        Header::file("manifest.json", 0).with(124, &[0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    assert_refused!(Tar::default().entry(base_256, b"").packed(), Refused::TooLarge { .. }, "bytes");
}

#[test]
fn a_bomb_is_refused_while_it_goes_off() {
    let mut files = tea();
    files.insert("packs/tea/bomb.md".into(), vec![b'a'; 12 << 20]);
    let bomb = tar(&manifest(&files), &files).packed();
    assert!(bomb.len() < 200_000);
    assert_refused!(bomb, Refused::Bomb { limit: 200 }, "200 times");
    let generous = Limits { ratio: 2000, ..Limits::default() };
    assert!(read(&bomb[..], &generous).is_ok());
    let tight = Limits { unpacked: 1 << 20, ..Limits::default() };
    assert!(matches!(refused_with(&bomb, &tight), Refused::TooLarge { .. }));
}

#[test]
fn a_bomb_behind_the_end_is_one_too() {
    let whole = tar(&manifest(&tea()), &tea()).0;
    assert_refused!(gzip(&[whole, vec![0; 16 << 20]].concat()), Refused::Bomb { .. }, "times its size");
}

#[test]
fn what_is_not_listed_counts_too() {
    let whole = tar(&manifest(&tea()), &tea()).0;
    let limits = Limits { unpacked: 1 << 20, ratio: 2000, ..Limits::default() };
    let refused = refused_with(&gzip(&[whole, vec![0; 2 << 20]].concat()), &limits);
    assert!(matches!(refused, Refused::TooLarge { limit } if limit == 1 << 20), "{refused:?}");
}

#[test]
fn too_many_entries_are_refused_before_they_are_read() {
    let limits = Limits { entries: tea().len(), ..Limits::default() };
    assert!(matches!(refused_with(&packed(), &limits), Refused::TooMany { .. }));
    let listed_alone = tar(&manifest(&tea()), &Tree::new()).packed();
    assert!(matches!(refused_with(&listed_alone, &limits), Refused::TooMany { .. }));
    let unlisted = tar(&manifest(&Tree::new()), &tea()).packed();
    let limits = Limits { entries: 1, ..Limits::default() };
    assert!(matches!(refused_with(&unlisted, &limits), Refused::TooMany { .. }));
    assert_eq!(read(&packed()[..], &Limits { entries: tea().len() + 1, ..Limits::default() }).unwrap().files(), &tea());
}
