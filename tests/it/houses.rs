//! The rules of the house, read off the sources: who may know whom, who may name which library, who may print.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;

/// Each room with the rooms that it may know, in the order of `lib.rs`. `main` and `lib` may know every room.
const HOUSE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("progress", &[]),
    ("prose", &[]),
    ("handoff", &[]),
    ("corpus", &["error", "progress", "prose"]),
    ("calculator", &["error", "corpus"]),
    ("index", &["error", "progress", "corpus"]),
    ("model", &["error", "progress", "prose"]),
    ("router", &["error", "corpus", "index", "model"]),
    ("pack", &["error", "progress", "corpus", "calculator", "index", "router"]),
    ("answer", &["error", "corpus", "calculator", "index", "model", "router"]),
    ("session", &["error", "corpus", "calculator", "index", "router", "answer"]),
    ("settings", &["error", "model"]),
    ("specialist", UP_TO_SESSION),
    ("eval", UP_TO_SPECIALIST),
    ("tui", UP_TO_SPECIALIST),
    ("serve", UP_TO_SPECIALIST),
    ("cli", &["error", "index", "pack", "settings"]),
    ("commands", EVERYTHING),
];
const UP_TO_SESSION: &[&str] = &[
    "error",
    "progress",
    "handoff",
    "corpus",
    "calculator",
    "index",
    "model",
    "router",
    "pack",
    "answer",
    "session",
    "settings",
];
const UP_TO_SPECIALIST: &[&str] = &[
    "error",
    "progress",
    "handoff",
    "corpus",
    "calculator",
    "index",
    "model",
    "router",
    "pack",
    "answer",
    "session",
    "settings",
    "specialist",
];
const EVERYTHING: &[&str] = &[
    "error",
    "progress",
    "handoff",
    "corpus",
    "calculator",
    "index",
    "model",
    "router",
    "pack",
    "answer",
    "session",
    "settings",
    "specialist",
    "eval",
    "tui",
    "serve",
    "cli",
];

/// Libraries that only some files may name.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("tantivy", &["index/lexical.rs"]),
    ("candle_core|candle_nn|candle_transformers", &["model.rs", "model/"]),
    ("tokenizers", &["model.rs", "model/"]),
    ("notify", &["specialist/watch.rs"]),
    ("rhai", &["calculator/expression.rs", "calculator/expression/"]),
    ("postgres", &["index/published.rs", "index/published/"]),
    ("ratatui|crossterm", &["tui.rs", "tui/"]),
];

/// A source file: its path under `src`, and its text with comments taken out.
struct Source {
    path: String,
    text: String,
    code: String,
}

impl Source {
    fn room(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path == *place || place.ends_with('/') && self.path.starts_with(place))
    }

    /// The rooms that the code names: behind `crate::`, or behind as many `super::` as lead out of the room.
    fn rooms_named(&self) -> BTreeSet<String> {
        let path = Regex::new(r"\b(crate|super(?:::super)*)::").unwrap();
        let depth = self.path.matches('/').count() + 1;
        let leaves = |start: &str| start == "crate" || start.matches("super").count() >= depth;
        let starts = path.captures_iter(&self.code).filter(|found| leaves(&found[1]));
        let named = starts.flat_map(|found| first_names(&self.code[found.get(0).unwrap().end()..]));
        named.filter(|name| name != self.room() && HOUSE.iter().any(|(room, _)| room == name)).collect()
    }
}

/// The first name of a path, or of each path in a group: `a`, `c` of `{a::b, c::{d, e}}`.
fn first_names(path: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    if !path.starts_with('{') {
        return vec![word(path)];
    }
    let (mut names, mut level) = (Vec::new(), 0);
    for (at, c) in path.char_indices() {
        match c {
            '{' => level += 1,
            '}' => level -= 1,
            _ => {}
        }
        if level == 0 {
            break;
        }
        if level == 1 && matches!(c, '{' | ',') {
            names.push(word(path[at + 1..].trim_start()));
        }
    }
    names
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths = Vec::new();
    rust_files(&root, &mut paths);
    paths.sort();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let code = text.lines().map(|line| line.split("//").next().unwrap().to_owned() + "\n").collect();
        Source { path: path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), text, code }
    };
    paths.iter().map(read).collect()
}

/// Asserts that nothing was found that breaks a rule.
fn none(broken: &[String]) {
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn paths_are_read_as_they_are_written() {
    let source = |path: &str, code: &str| Source { path: path.into(), text: String::new(), code: code.into() };
    let named = |path, code| source(path, code).rooms_named().into_iter().collect::<Vec<_>>();
    assert_eq!(
        named("eval/score.rs", "use crate::{\n    answer::{Answer, index}, error::Result,\n};"),
        ["answer", "error"]
    );
    assert_eq!(
        named("eval.rs", "fn f() { crate::index::analyze::terms(x) } use super::pack::Pack;"),
        ["index", "pack"]
    );
    assert_eq!(
        named("eval/a.rs", "use super::{pack, super::x}; use super::super::{model::Encoder, cli}"),
        ["cli", "model"]
    );
    assert_eq!(named("model/gguf.rs", "pub(in crate::model) mod synthetic; crate::other()"), [""; 0]);
}

#[test]
fn each_room_knows_only_the_rooms_that_it_may() {
    let house: BTreeMap<&str, &[&str]> = HOUSE.iter().copied().collect();
    let mut broken = Vec::new();
    for source in sources("src").iter().filter(|s| !["main", "lib"].contains(&s.room())) {
        let Some(may) = house.get(source.room()) else {
            broken.push(format!("`{}` is in a new room; say in this test what it may know", source.path));
            continue;
        };
        let wrong = source.rooms_named().into_iter().filter(|room| !may.contains(&room.as_str()));
        broken.extend(wrong.map(|room| format!("`{}` names `{room}`", source.path)));
    }
    none(&broken);
}

#[test]
fn lib_declares_the_rooms_in_reading_order() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let declared: Vec<&str> = lib.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let place = |room: &str| declared.iter().position(|declared| *declared == room);
    let mut broken = Vec::new();
    for source in sources("src").iter().filter(|s| place(s.room()).is_some()) {
        let below = source.rooms_named().into_iter().filter(|room| place(room) > place(source.room()));
        broken.extend(below.map(|room| format!("`{}` names `{room}`, which `lib.rs` declares below it", source.path)));
    }
    none(&broken);
    assert!(declared.len() > 10, "{declared:?}");
}

#[test]
fn only_their_own_files_name_the_large_libraries() {
    let mut broken = Vec::new();
    for (library, places) in LIBRARIES {
        let named = Regex::new(&format!(r"\b({library})(::|;| as )")).unwrap();
        let wrong = sources("src").into_iter().filter(|s| !s.is_in(places) && named.is_match(&s.code));
        broken.extend(wrong.map(|s| format!("`{}` names {library}", s.path)));
    }
    none(&broken);
}

#[test]
fn only_commands_and_main_print() {
    let prints = Regex::new(r"\b(e?print(ln)?!|dbg!|std(out|err)\(\))").unwrap();
    let may = ["main.rs", "commands.rs", "commands/"];
    let wrong = sources("src").into_iter().filter(|s| !s.is_in(&may) && prints.is_match(&s.code));
    none(&wrong.map(|s| format!("`{}` prints", s.path)).collect::<Vec<_>>());
}

#[test]
fn each_file_says_what_it_is_and_is_short() {
    let all = || ["src", "tests"].into_iter().flat_map(sources);
    let silent =
        all().filter(|s| !s.text.starts_with("//! ")).map(|s| format!("`{}` does not open with `//!`", s.path));
    none(&silent.collect::<Vec<_>>());
    let long = all().map(|s| (s.text.lines().count(), s.path)).filter(|(lines, _)| *lines > 400);
    none(&long.map(|(lines, path)| format!("`{path}` has {lines} lines")).collect::<Vec<_>>());
    none(&all().filter(|s| s.path.ends_with("/mod.rs")).map(|s| s.path).collect::<Vec<_>>());
}
