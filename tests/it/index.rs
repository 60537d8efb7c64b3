//! The index in the cache: built when its documents change and not otherwise, by one process, whole or not at all.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use purview::{
    corpus::{self, Document, facts::Tables},
    index::{Filter, Index, Query, Retriever, Synonyms, dense::Space},
};

use crate::{
    home,
    program::Run,
    tea::{GREEN, GREEN_ANSWER, Tea},
};

/// Numbers in the vectors of tests that need no encoder.
const DIMS: usize = 4;
const SPACE: Space<'_> = Space { encoder: "none", dims: DIMS };

/// What happens to a file.
type Damage = fn(&Path);

/// Folders of a kind that are built for tea in a home.
fn built(home: &Path, kind: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.join("cache/indexes/tea")).into_iter().flatten().flatten();
    let named = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(kind);
    entries.map(|entry| entry.path()).filter(named).collect()
}

/// How many texts are encoded when an index of the pack is built in `folder` beside those that are built already.
fn encoded(tea: &Tea, folder: &Path, beside: &[&Path]) -> usize {
    let files = corpus::source_files(&[tea.path().join("corpus")]).unwrap();
    let older: Vec<_> = beside.iter().map(|old| old.to_path_buf()).collect();
    fs::create_dir(folder).unwrap();
    let mut count = 0;
    Index::build(folder, corpus::documents(&files).unwrap(), &Tables::default(), SPACE, &older, &mut |texts| {
        count += texts.len();
        Ok(vec![vec![0.5; DIMS]; texts.len()])
    })
    .unwrap();
    count
}

#[test]
fn unchanged_documents_are_not_encoded_again() {
    let (tea, home) = (Tea::pack(), home::empty());
    let (first, second, third) = (home.path().join("1"), home.path().join("2"), home.path().join("3"));
    let all = encoded(&tea, &first, &[]);
    assert_eq!(encoded(&tea, &second, &[&first]), 0);
    tea.edit("corpus/pots.md", "A pot of glass suits green tea.", "A pot of steel suits nobody.");
    let changed = encoded(&tea, &third, &[&second]);
    assert!((1..all / 4).contains(&changed), "{changed} of {all} texts were encoded again");
}

#[test]
fn a_changed_document_is_quoted_as_it_is_now_and_never_as_it_was() {
    let (tea, home) = (Tea::pack(), home::fresh());
    let asked = || tea.purview_at(home.path(), "ask").args(["--json", GREEN]).run().ok().out;
    assert!(asked().contains(GREEN_ANSWER));
    tea.edit("corpus/green.md", GREEN_ANSWER, "71 °C");
    let now = asked();
    assert!(now.contains("71 °C") && !now.contains(GREEN_ANSWER), "{now}");
    let found = tea.purview_at(home.path(), "search").args(["--json", "--top", "100", "green tea 78"]).run().ok().out;
    assert!(!found.contains(GREEN_ANSWER), "{found}");
    fs::remove_file(tea.document("green")).unwrap();
    let gone = asked();
    assert!(!gone.contains("71 °C") && !gone.contains(r#""document":"green""#), "{gone}");
}

#[test]
fn an_unchanged_pack_is_built_once() {
    let (tea, home) = (Tea::pack(), home::fresh());
    let times = || {
        let folders = [built(home.path(), "index-"), built(home.path(), "scope-")].concat();
        folders.into_iter().map(|f| (fs::metadata(&f).unwrap().modified().unwrap(), f)).collect::<Vec<_>>()
    };
    tea.purview_at(home.path(), "ask").arg(GREEN).run().ok();
    let first = times();
    assert_eq!(first.len(), 2);
    tea.purview_at(home.path(), "ask").arg(GREEN).run().ok();
    assert_eq!(times(), first);
}

#[test]
fn two_processes_on_an_empty_cache_both_answer() {
    let (tea, home) = (Tea::pack(), home::fresh());
    let started = [(); 2].map(|()| tea.purview_at(home.path(), "ask").arg(GREEN).start());
    for child in started {
        let run = Run::of(child).ok();
        assert!(run.out.contains(GREEN_ANSWER), "{run:#?}");
    }
    assert_eq!((built(home.path(), "index-").len(), built(home.path(), ".building-").len()), (1, 0));
}

#[test]
fn a_process_killed_while_it_builds_leaves_a_cache_that_works() {
    let (tea, home) = (Tea::pack(), home::fresh());
    let sentences = |n: usize| format!("Cup number {n} of the long tasting held {n} leaves of tea. ");
    tea.write("corpus/tasting.md", (0..150).map(sentences).collect::<String>()); // keeps the builder busy for a while
    let mut child = tea.purview_at(home.path(), "ask").arg(GREEN).start();
    let begun = Instant::now();
    while built(home.path(), ".building-").is_empty() {
        assert!(begun.elapsed() < Duration::from_mins(1), "nothing was built");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(
        (built(home.path(), "index-").len(), built(home.path(), ".building-").len()),
        (0, 1),
        "it was killed in time"
    );
    let run = tea.purview_at(home.path(), "ask").arg(GREEN).run().ok();
    assert!(run.out.contains(GREEN_ANSWER), "{run:#?}");
    assert_eq!((built(home.path(), "index-").len(), built(home.path(), ".building-").len()), (1, 0));
}

#[test]
fn a_damaged_file_is_built_again_with_a_notice() {
    let (tea, home) = (Tea::pack(), home::fresh());
    let asked = || tea.purview_at(home.path(), "ask").arg(GREEN).run().ok();
    let whole = asked().out;
    let cut: Damage = |path| fs::write(path, &fs::read(path).unwrap()[..20]).unwrap();
    let emptied: Damage = |path| fs::write(path, "").unwrap();
    let removed: Damage = |path| fs::remove_file(path).unwrap();
    let damages: [(&str, &str, Damage); 6] = [
        ("index-", "vectors.bin", cut),
        ("index-", "vectors.bin", removed),
        ("index-", "contents.bin", cut),
        ("index-", "lexical/meta.json", cut),
        ("scope-", "scope.json", emptied),
        ("scope-", "scope.vectors", cut),
    ];
    for (kind, file, damage) in damages {
        damage(&built(home.path(), kind)[0].join(file));
        let run = asked();
        assert_eq!(run.out, whole, "{file}");
        assert!(run.err.contains("is damaged") && run.err.contains("is built again"), "{file}: {}", run.err);
        assert_eq!(asked().err, "", "{file}: it is whole again");
    }
}

#[test]
fn two_processes_that_find_a_damaged_file_both_answer() {
    let (tea, home) = (Tea::pack(), home::fresh());
    tea.purview_at(home.path(), "ask").arg(GREEN).run().ok();
    for _ in 0..3 {
        fs::write(built(home.path(), "index-")[0].join("contents.bin"), "{").unwrap();
        let started = [(); 2].map(|()| tea.purview_at(home.path(), "ask").arg(GREEN).start());
        for child in started {
            let run = Run::of(child).ok();
            assert!(run.out.contains(GREEN_ANSWER), "{run:#?}");
        }
    }
}

/// Documents enough for several shards, of words that stand in some of them.
fn many() -> Vec<Document> {
    let document = |number: usize| {
        let (a, b, c) = (number % 7, number % 11, number % 13);
        let body =
            format!("# Tea {number}\n\nTea of kind{a} from hill{b} is steeped cup{c} times and sold as lot{number}.\n");
        Document::parse(Path::new(&format!("tea-{number}.md")), body.as_bytes()).unwrap()
    };
    (0..5000).map(document).collect()
}

fn build(folder: &Path, documents: &[Document], older: &[PathBuf]) -> Index {
    fs::create_dir(folder).unwrap();
    let mut encode = |texts: &[&str]| Ok(vec![vec![0.5; DIMS]; texts.len()]);
    Index::build(folder, documents.to_vec(), &Tables::default(), SPACE, older, &mut encode).unwrap();
    Index::open(folder).unwrap()
}

#[test]
fn what_is_changed_in_an_index_is_found_and_scored_as_in_one_that_is_built_anew() {
    let home = tempfile::tempdir().unwrap();
    let (first, second, third) = (home.path().join("1"), home.path().join("2"), home.path().join("3"));
    let mut documents = many();
    build(&first, &documents, &[]);
    documents[1234].body = documents[1234].body.replace("is steeped", "is never steeped");
    documents.remove(77);
    documents.push(Document::parse(Path::new("new.md"), b"# New\n\nTea of kind3 is brewed in a samovar.\n").unwrap());
    let (changed, anew) = (build(&second, &documents, std::slice::from_ref(&first)), build(&third, &documents, &[]));
    let files = |folder: &Path| {
        let entries = fs::read_dir(folder.join("lexical")).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect::<std::collections::BTreeSet<_>>()
    };
    assert!(files(&first).intersection(&files(&second)).count() > 5, "shards without a change are taken over");
    let ask = |index: &Index, text: &str| {
        let query = Query::new(text, &Synonyms::default(), Filter::default());
        index.lexical().retrieve(&query, 100).unwrap()
    };
    for text in
        ["samovar", "never steeped", "lot1234", "lot77", "kind3 from hill5", "tea of kind3", "cup11 times lot4999"]
    {
        assert_eq!(ask(&changed, text), ask(&anew, text), "{text}");
    }
    assert!(ask(&changed, "lot77").is_empty() && ask(&changed, "samovar").len() == 1);
    assert_eq!(changed.passages(), anew.passages());
}

#[test]
fn nothing_but_vectors_is_taken_over_of_what_another_version_built() {
    let home = tempfile::tempdir().unwrap();
    let (first, second) = (home.path().join("1"), home.path().join("2"));
    let documents = many();
    build(&first, &documents, &[]);
    let contents = first.join("contents.bin");
    let stored = fs::read(&contents).unwrap();
    let rest = stored.strip_prefix(purview::index::FORMAT).expect("it begins with the version");
    fs::write(&contents, [b"purview index 0".as_slice(), rest].concat()).unwrap();
    assert!(Index::open(&first).is_err());
    fs::create_dir(&second).unwrap();
    let mut encoded = 0;
    Index::build(&second, documents, &Tables::default(), SPACE, std::slice::from_ref(&first), &mut |texts| {
        encoded += texts.len();
        Ok(vec![vec![0.5; DIMS]; texts.len()])
    })
    .unwrap();
    assert_eq!(encoded, 0);
    let segments = |folder: &Path| {
        let entries = fs::read_dir(folder.join("lexical")).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|kind| kind == "idx")).collect::<Vec<_>>()
    };
    let names = |folder| segments(folder).iter().map(|path| path.file_name().unwrap().to_owned()).collect::<Vec<_>>();
    assert!(!names(&second).is_empty() && names(&second).iter().all(|name| !names(&first).contains(name)));
}
