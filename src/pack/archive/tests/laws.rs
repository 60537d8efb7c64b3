//! What holds of every archive.

use proptest::prelude::*;

use super::*;

/// Trees of a pack: any names that are allowed, any bytes.
fn trees() -> impl Strategy<Value = Tree> {
    let names = prop_oneof![
        "packs/tea/[a-z]{1,8}\\.(toml|json|jsonl|md)".prop_filter("kept", |name| !name.ends_with("domain.toml")),
        "packs/tea/(tables|tests)/x[a-z0-9 _-]{0,60}y\\.(toml|jsonl)",
        "packs/tea/x[가-힣]{1,20}/x[a-z]{0,9}\\.md",
    ];
    let bytes = prop::collection::vec(any::<u8>(), 0..1500);
    prop::collection::btree_map(names, bytes, 0..12).prop_map(|mut files| {
        files.extend(tea());
        files
    })
}

proptest! {
    #[test]
    fn what_is_read_is_what_was_written(files in trees()) {
        let Ok(archive) = Archive::of(files.clone(), Vec::new()) else {
            return Err(TestCaseError::reject("twins, or a reserved name"));
        };
        let read = read(&write(&archive)[..], &Limits::default()).unwrap();
        prop_assert_eq!(&read, &archive);
        prop_assert_eq!(read.files(), &files);
    }

    #[test]
    fn the_order_of_insertion_does_not_matter(files in trees(), seed in any::<u64>()) {
        let mut shuffled: Vec<_> = files.clone().into_iter().collect();
        shuffled.sort_by_key(|(path, _)| manifest::sha256(format!("{seed}{path}").as_bytes()));
        let [one, other] = [files, shuffled.into_iter().collect()].map(|files| Archive::of(files, Vec::new()).map(|a| write(&a)).ok());
        prop_assert_eq!(one, other);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        let tar = [&bytes[..], &[0; 1024]].concat();
        prop_assert!(read(&bytes[..], &Limits::default()).is_err());
        prop_assert!(read(&forgery::gzip(&tar)[..], &Limits::default()).is_err());
    }
}

#[test]
fn the_bytes_are_these_on_every_machine() {
    assert_eq!(&packed()[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
    // Another version of the compressor may change this: then packages of old versions can no longer be made again,
    // which the release notes must say.
    assert_eq!(manifest::sha256(&packed()), "2df2513b5fd2ae237fb5eb34712cb768611865f09c4daa7f03e953daf73df506");
}

#[test]
fn an_archive_is_called_after_its_pack() {
    let archive = Archive::of(tea(), Vec::new()).unwrap();
    assert_eq!(archive.file_name(), "tea-0.2.0.purview");
    assert_eq!(archive.size(), tea().values().map(Vec::len).sum::<usize>() as u64);
    assert_eq!(archive.manifest().licenses, [("Apache-2.0".to_owned(), 1), ("CC0-1.0".to_owned(), 1)].into());
}

#[test]
fn every_beginning_of_an_archive_is_refused() {
    let whole = packed();
    for end in 0..whole.len() {
        let refused = refused(&whole[..end]);
        assert!(matches!(refused, Refused::Truncated { .. }), "{end}: {refused:?}");
    }
}

#[test]
fn every_beginning_of_its_tar_is_refused() {
    let mut tar = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed()[..]), &mut tar).unwrap();
    for end in (0..tar.len()).step_by(64).chain([1, 511, 513, tar.len() - 1]) {
        let refused = refused(&forgery::gzip(&tar[..end]));
        assert!(matches!(refused, Refused::Truncated { .. }), "{end}: {refused:?}");
    }
}

#[test]
fn another_byte_is_refused_or_changes_nothing() {
    let (whole, good) = (packed(), Archive::of(tea(), Vec::new()).unwrap());
    for at in 0..whole.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            if let Ok(archive) = read(&bytes[..], &Limits::default()) {
                assert_eq!(archive, good);
            }
        }
    }
}

#[test]
fn a_reader_may_hand_out_single_bytes() {
    let bytes = packed();
    let slow = std::io::BufReader::with_capacity(1, &bytes[..]);
    assert_eq!(read(slow, &Limits::default()).unwrap().files(), &tea());
}
