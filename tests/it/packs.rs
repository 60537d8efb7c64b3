//! Packs on their way: made of somebody's documents, packaged, added, replaced, removed and compared. Each test that adds
//! one has a home of its own.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    home,
    program::Program,
    shape,
    tea::{GREEN, GREEN_ANSWER, Tea},
};

/// Somebody's documents; the last one is damaged.
const DOCUMENTS: [(&str, &str); 5] = [
    ("fees.md", "# Fees\n\n## What does a plot cost?\n\nA full plot costs £96 a year. A half plot costs £52 a year.\n"),
    (
        "water.html",
        "<!doctype html>\n<html lang=\"en\"><head><title>Water</title></head><body><nav><a href=\"/\">Home</a></nav>\
         <h1>Water</h1><h2>When is the water turned on?</h2><p>The water is turned on from 1&nbsp;April to \
         31&nbsp;October.</p></body></html>\n",
    ),
    ("fires.txt", "Bonfires are allowed on the first Saturday of November only.\n"),
    (
        "animals.jsonl",
        "{\"id\": \"hens\", \"title\": \"Hens\", \"text\": \"A plot may hold up to 6 hens. No cockerels.\"}\n",
    ),
    ("minutes.pdf", "%PDF-1.7\nThis is no PDF file.\n"),
];

/// A document about tea that holds a figure.
const PRICES: &str = "# Prices\n\nA tin of green tea costs $8.50.\n";

fn pack(home: &Path, verb: &str) -> Program {
    Program::at(home).args(["pack", verb])
}

/// The verb on a source of packs, agreed to.
fn add(home: &Path, source: &Path) -> Program {
    pack(home, "add").arg(source).arg("--yes")
}

/// A folder with some of the documents, and where a pack is to be made of them.
fn somebodys(documents: &[(&str, &str)]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("documents")).unwrap();
    for (name, text) in documents {
        fs::write(folder.path().join("documents").join(name), text).unwrap();
    }
    let garden = folder.path().join("garden");
    (folder, garden)
}

/// `pack new` of the documents.
fn new(folder: &TempDir, garden: &Path) -> Program {
    pack(home::shared(), "new").arg(garden).arg("--from").arg(folder.path().join("documents"))
}

/// The tea pack in a folder of its name, with prices and cases to examine it by.
fn tea(above: &Path) -> PathBuf {
    let (source, tea) = (Tea::pack(), above.join("tea"));
    for (path, bytes) in files(source.path()) {
        let file = tea.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
    fs::write(tea.join("corpus/prices.md"), PRICES).unwrap();
    let answered = |question: &str, holds: &str| {
        let said = json!([[holds]]);
        json!({ "id": holds, "question": question, "expect": "answer", "must_include": said, "split": "test" })
    };
    let cases = [
        answered("How many leaves of oolong per cup?", "5 g"),
        answered("Which pot is best for oolong?", "clay"),
        answered("How long does black tea keep?", "three years"),
        json!({ "id": "pizza", "question": "best pizza in Leeds?", "expect": "refuse", "split": "test" }),
    ];
    fs::create_dir(tea.join("tests")).unwrap();
    fs::write(tea.join("tests/exam.jsonl"), cases.map(|case| format!("{case}\n")).concat()).unwrap();
    tea
}

/// Every file in a folder, by its path there.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(inner, bytes)| (name.join(inner), bytes)));
        } else {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "`{from}` is not in `{}`", file.display());
    fs::write(file, text.replace(from, to)).unwrap();
}

/// The pack's archive, beside its folder.
fn packaged(tea: &Path) -> PathBuf {
    let archive = tea.with_extension("purview");
    pack(home::shared(), "package").arg(tea).arg("-o").arg(&archive).run().ok();
    archive
}

/// What is on the shelf of added packs, half-added ones among them.
fn shelf(home: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(home.path().join("data/packs")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The archive as another hand packs it again, its entries changed.
fn forged(archive: &Path, change: impl FnOnce(&mut Vec<(tar::Header, Vec<u8>)>)) -> PathBuf {
    let mut original = tar::Archive::new(flate2::read::GzDecoder::new(fs::File::open(archive).unwrap()));
    let mut entries = Vec::new();
    for entry in original.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        entries.push((entry.header().clone(), content));
    }
    change(&mut entries);
    let path = archive.with_extension("forged");
    let file = fs::File::create(&path).unwrap();
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(file, flate2::Compression::fast()));
    for (mut header, content) in entries {
        header.set_cksum();
        tar.append(&header, content.as_slice()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap();
    path
}

#[test]
fn documents_of_several_kinds_become_a_pack_that_answers_from_each_and_the_damaged_one_is_named() {
    let (folder, garden) = somebodys(&DOCUMENTS);
    let run = new(&folder, &garden).run().ok();
    let damaged = folder.path().join("documents/minutes.pdf");
    let left_out = format!("`{}` is left out: the PDF file is damaged", damaged.display());
    assert!(run.err.contains(&left_out) && run.err.contains("from 4 documents"), "{run:#?}");
    pack(home::shared(), "check").arg(&garden).run().ok();
    let ask = |question: &str| {
        Program::at(home::shared()).args(["ask", "--json", question, "-p"]).arg(&garden).run().ok().json()
    };
    for (question, document, holds) in [
        ("how much does a full plot cost for a whole year?", "fees", "£96"),
        ("When is the water turned on?", "water", "from 1 April to 31 October"),
        ("May I light a bonfire in November?", "fires", "the first Saturday of November only"),
        ("How many hens may I keep on my plot?", "hens", "6 hens"),
    ] {
        let answer = ask(question);
        assert!(shape::quotes_stand(&answer, &garden.join("corpus")) > 0, "{answer:#}");
        let first = &answer["citations"][0];
        assert!(first["document"] == document && first["quote"].as_str().unwrap().contains(holds), "{answer:#}");
    }
    assert_eq!(ask("best pizza in Leeds?")["outcome"], "refuse");
}

#[test]
fn a_new_pack_does_not_take_the_place_of_anything() {
    let (folder, garden) = somebodys(&DOCUMENTS);
    let refused = || {
        let before = files(folder.path());
        new(&folder, &garden).run().fails(2, &["garden` is there already", "hint: "]);
        assert_eq!(files(folder.path()), before);
    };
    fs::write(&garden, "mine").unwrap();
    refused();
    fs::remove_file(&garden).unwrap();
    fs::create_dir(&garden).unwrap();
    refused();
    assert_eq!(fs::read_dir(&garden).unwrap().count(), 0);
}

#[test]
fn where_no_document_can_be_read_no_pack_is_made() {
    let (folder, garden) = somebodys(&DOCUMENTS[4..]);
    let said = ["minutes.pdf` is left out: ", "none of the files given could be read", "hint: these kinds are read: "];
    new(&folder, &garden).run().fails(2, &said);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_pack_is_packaged_to_the_same_bytes_here_there_and_once_it_was_added() {
    let (home, folder) = (home::fresh(), tempfile::tempdir().unwrap());
    let [here, there] = ["here", "there"].map(|name| packaged(&tea(&folder.path().join(name))));
    let bytes = fs::read(&here).unwrap();
    assert!(bytes == fs::read(&there).unwrap());
    add(home.path(), &here).run().ok();
    let again = folder.path().join("again.purview");
    pack(home.path(), "package").args(["tea", "-o"]).arg(&again).run().ok();
    assert!(bytes == fs::read(&again).unwrap());
}

#[test]
fn a_pack_with_errors_is_not_packaged() {
    let folder = tempfile::tempdir().unwrap();
    let tea = tea(folder.path());
    edit(&tea.join("domain.toml"), "name = \"tea\"", "name = \"coffee\"");
    let archive = folder.path().join("coffee.purview");
    let run = pack(home::shared(), "package").arg(&tea).arg("-o").arg(&archive).run();
    run.fails(3, &["the pack is called `coffee` and its folder `tea`", "hint: "]);
    assert!(!archive.exists());
}

#[test]
fn an_archive_is_added_listed_asked_replaced_and_removed() {
    let (home, folder) = (home::fresh(), tempfile::tempdir().unwrap());
    let tea = tea(folder.path());
    let ask = || Program::at(home.path()).args(["ask", "-p", "tea", GREEN]).run();
    let list = || pack(home.path(), "list").run().ok().out;
    let listed = |version: &str| list().lines().any(|line| line.starts_with("tea ") && line.contains(version));

    let added = add(home.path(), &packaged(&tea)).run().ok();
    assert!(added.out.contains("tea@1.2.3 is added: `purview chat -p tea`"), "{added:#?}");
    assert!(added.err.contains("its exam on this machine: 1.000 (4/4, "), "{added:#?}");
    edit(&tea.join("corpus/green.md"), GREEN_ANSWER, "80 °C"); // what was added is another copy
    assert!(listed("1.2.3") && ask().ok().out.contains(GREEN_ANSWER));

    edit(&tea.join("domain.toml"), "1.2.3", "1.2.4");
    edit(&tea.join("corpus/prices.md"), "$8.50", "$9.20");
    let replaced = add(home.path(), &packaged(&tea)).run().ok();
    for said in ["replaces   tea@1.2.3", "~ pack.version: 1.2.3 → 1.2.4", "~ green: +1 -1 lines", "+ $9.20"] {
        assert!(replaced.out.contains(said), "`{said}` is not in {replaced:#?}");
    }
    assert!(listed("1.2.4") && ask().ok().out.contains("80 °C"));
    assert_eq!(shelf(&home), ["tea"]);

    pack(home.path(), "remove").arg("tea").run().ok();
    assert!(!list().contains("tea ") && shelf(&home).is_empty());
    assert!(!home.path().join("cache/indexes/tea").exists());
    ask().fails(2, &["no pack is called `tea`"]);
    pack(home.path(), "remove").arg("tea").run().fails(2, &["no pack `tea` was added", "hint: none was added"]);
}

#[test]
fn where_nobody_can_agree_a_pack_is_shown_and_not_added() {
    let (home, folder) = (home::fresh(), tempfile::tempdir().unwrap());
    let run = pack(home.path(), "add").arg(packaged(&tea(folder.path()))).input("y\n").run();
    assert_eq!(run.code, Some(2), "{run:#?}");
    assert!(run.out.starts_with("tea@1.2.3  brewing tea\n") && run.out.contains("  documents  7, "), "{run:#?}");
    assert!(run.err.contains("nobody is there to agree") && run.err.contains("add `--yes`"), "{run:#?}");
    assert!(shelf(&home).is_empty());
}

#[test]
fn a_forged_archive_is_refused_and_nothing_is_written() {
    let (home, folder) = (home::fresh(), tempfile::tempdir().unwrap());
    let archive = packaged(&tea(folder.path()));
    let refused = |source: &Path, said: &[&str]| {
        add(home.path(), source).run().fails(2, said);
        assert!(!home.path().join("data").exists());
    };

    let hotter = forged(&archive, |entries| {
        let (_, green) = entries.iter_mut().find(|(header, _)| header.path().unwrap().ends_with("green.md")).unwrap();
        *green = String::from_utf8(green.clone()).unwrap().replace("78 °C", "98 °C").into_bytes();
    });
    refused(&hotter, &["\"packs/tea/corpus/green.md\" does not have the SHA-256", "hint: fetch the archive again"]);

    let climbing = forged(&archive, |entries| {
        let (name, field) = (b"packs/tea/../../../evil.md", &mut entries[1].0.as_old_mut().name);
        field.fill(0);
        field[..name.len()].copy_from_slice(name);
    });
    refused(&climbing, &["\"packs/tea/../../../evil.md\" has the component `..`", "hint: "]);

    fs::write(&archive, "no archive at all").unwrap();
    refused(&archive, &["this is not a pack archive", "hint: a pack archive is a file `NAME-VERSION.purview`"]);
}

#[test]
fn a_pack_that_fails_its_own_exam_is_added_only_by_force() {
    let (home, folder) = (home::fresh(), tempfile::tempdir().unwrap());
    let tea = tea(folder.path());
    let cases = tea.join("tests/exam.jsonl");
    edit(&cases, "[\"5 g\"]", "[\"500 g\"]");
    edit(&cases, "[\"clay\"]", "[\"iron\"]");
    let failed = add(home.path(), &tea).run();
    assert_eq!(failed.code, Some(100), "{failed:#?}");
    assert!(failed.err.contains("its exam on this machine: 0.500 (2/4, "), "{failed:#?}");
    assert!(failed.err.contains("error: `tea` fails its own exam on this machine"), "{failed:#?}");
    assert!(shelf(&home).is_empty());
    add(home.path(), &tea).arg("--force").run().ok();
    assert_eq!(shelf(&home), ["tea"]);
}

#[test]
fn a_pack_without_cases_cannot_be_examined_and_leaves_the_one_that_could() {
    let (home, folder) = (home::fresh(), tempfile::tempdir().unwrap());
    let tea = tea(folder.path());
    add(home.path(), &tea).run().ok();
    edit(&tea.join("corpus/green.md"), GREEN_ANSWER, "80 °C");
    fs::remove_dir_all(tea.join("tests")).unwrap();
    let run = add(home.path(), &tea).run();
    assert_eq!(run.code, Some(4), "{run:#?}");
    assert!(run.err.contains("the pack brings no cases to examine it by"), "{run:#?}");
    let answer = Program::at(home.path()).args(["ask", "-p", "tea", GREEN]).run().ok().out;
    assert!(answer.contains(GREEN_ANSWER), "{answer}");
    assert_eq!(shelf(&home), ["tea"]);
}

#[test]
fn a_difference_names_the_figure_the_document_and_the_rule() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| tea(&folder.path().join(name)));
    edit(&new.join("corpus/prices.md"), "$8.50", "$9.20");
    edit(&new.join("domain.toml"), "give medical advice", "say anything about health");
    fs::write(new.join("corpus/white.md"), "# White tea\n\nWhite tea is brewed with water of 70 °C.\n").unwrap();
    let diff = |a: &Path, b: &Path| pack(home::shared(), "diff").args([a, b]);

    let text = diff(&packaged(&old), &new).run().ok().out;
    for said in ["  + white\n", "~ prices: +1 -1 lines\n", "+ $9.20", "- $8.50", "~ refuse medicine\n"] {
        assert!(text.contains(said), "`{said}` is not in {text}");
    }
    let difference: Value = diff(&old, &new).arg("--json").run().ok().json();
    let [documents, rules] = [&difference["documents"], &difference["policy"]["changed"]];
    assert_eq!(documents["added"], json!(["white"]));
    assert_eq!((&documents["changed"][0]["id"], &documents["changed"][1]), (&json!("prices"), &Value::Null));
    let figures = &documents["changed"][0]["figures"];
    assert_eq!(figures["added"], json!([{ "text": "$9.20", "times": 1 }]));
    assert_eq!(figures["removed"], json!([{ "text": "$8.50", "times": 1 }]));
    assert_eq!((&rules[0]["rule"], &rules[1]), (&json!("refuse medicine"), &Value::Null));
    assert_eq!(diff(&packaged(&old), &old).run().ok().out, "no difference\n");
}

#[test]
fn of_several_packs_the_one_that_answers_is_named() {
    let tea = Tea::pack();
    let both = format!("{},{}", tea.path().display(), concat!(env!("CARGO_MANIFEST_DIR"), "/domains/us-tax"));
    let answered = |question: &str| {
        Program::at(home::shared()).args(["ask", "--json", "-p", &both, question]).run().ok().lines().remove(0)
    };
    let (hot, tax) = (answered(GREEN), answered("What is the standard deduction for a single filer in 2025?"));
    assert_eq!((&hot["pack"], &hot["outcome"]), (&json!("tea@1.2.3"), &json!("answer")), "{hot:#}");
    assert!(tax["pack"].as_str().unwrap().starts_with("us-tax@"), "{tax:#}");
    assert!(tax["text"].as_str().unwrap().contains("$15,750"), "{tax:#}");
    assert_eq!(answered("best pizza in Leeds?")["outcome"], "refuse");
}

#[test]
fn the_published_schemas_of_a_packs_files_are_those_that_are_printed() {
    for file in ["domain", "router", "glossary", "table", "calculator", "case"] {
        let printed = Program::at(home::shared()).args(["pack", "schema", file]).run().ok().out;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schemas/{file}.json"));
        let published = fs::read_to_string(&path).unwrap_or_default();
        assert!(published == printed, "`purview pack schema {file} > docs/schemas/{file}.json` brings it up to date");
    }
}
