//! The tutorial, run from its own text: every `sh` block in order, in an empty folder, and what it shows against what was
//! printed. Knows fences, not what stands between them.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    home,
    program::{self, BINARY},
};

/// A block of commands and what is shown of its output.
struct Step {
    /// Where the block opens.
    line: usize,
    script: String,
    shown: Vec<String>,
}

/// The `sh` blocks of a Markdown text, each with the lines of the `text` blocks up to the next one. Other blocks are prose.
fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut within: Option<&str> = None;
    for (at, line) in text.lines().enumerate() {
        match (within, line.strip_prefix("```")) {
            (None, Some(kind)) => {
                within = Some(kind);
                if kind == "sh" {
                    steps.push(Step { line: at + 1, script: String::new(), shown: Vec::new() });
                }
            }
            (Some(_), Some(_)) => within = None,
            (Some("sh"), None) => steps.last_mut().unwrap().script.extend([line, "\n"]),
            (Some("text"), None) => steps.last_mut().unwrap().shown.push(line.to_owned()),
            (_, None) => {}
        }
    }
    steps
}

/// Whether a shown line is this one, where `…` stands for anything.
fn fits(shown: &str, line: &str) -> bool {
    let parts: Vec<&str> = shown.split('…').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return shown == line };
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The first shown line that does not follow those before it in the output.
fn missing<'s>(shown: &'s [String], output: &str) -> Option<&'s String> {
    let mut lines = output.lines();
    shown.iter().filter(|shown| shown.as_str() != "…").find(|shown| !lines.any(|line| fits(shown, line)))
}

/// Runs a block as a person would, with the program's folder first on the path. Its output, errors among it, and
/// whether it succeeded.
fn run(script: &str, folder: &Path, home: &Path) -> (String, bool) {
    let programs = Path::new(BINARY).parent().unwrap().to_owned();
    let others = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(std::iter::once(programs).chain(env::split_paths(&others))).unwrap();
    let mut shell = Command::new("sh");
    program::settle(&mut shell, home);
    shell.args(["-euc", &format!("exec 2>&1\n{script}")]).env("PATH", path).env("PURVIEW_OFFLINE", "1");
    let output = shell.current_dir(folder).stdin(Stdio::null()).stderr(Stdio::inherit()).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.success())
}

#[test]
fn the_tutorial_does_what_it_says_and_shows_what_is_printed() {
    let (home, folder) = (home::fresh(), tempfile::tempdir().unwrap());
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tutorial.md")).unwrap();
    let steps = steps(&text);
    assert!(steps.iter().filter(|step| !step.shown.is_empty()).count() > 6, "the blocks are not found");
    for Step { line, script, shown } in &steps {
        let (output, is_done) = run(script, folder.path(), home.path());
        let block = format!("the block at docs/tutorial.md:{line}\n{script}\nprinted\n{output}");
        assert!(is_done, "{block}\nand failed");
        assert_eq!(missing(shown, &output), None, "{block}\nand not, in this order, what is shown");
    }
}

#[test]
fn blocks_are_read_with_what_is_shown_of_them() {
    let text = "Do:\n\n```sh\nls\n\npwd\n```\n\n```toml\na = 1\n```\n\n```text\nx\n…\n```\n\n```sh\ntrue\n```\n";
    let steps = steps(text);
    let read: Vec<_> = steps.iter().map(|step| (step.line, step.script.as_str(), step.shown.len())).collect();
    assert_eq!(read, [(3, "ls\n\npwd\n", 2), (18, "true\n", 0)]);
}

#[test]
fn a_shown_line_is_a_whole_line_and_an_ellipsis_stands_for_anything() {
    assert!(fits("a b", "a b") && fits("a …", "a b") && fits("…b", "a b") && fits("a…b…", "a or b"));
    assert!(!fits("a", "a b") && !fits("b", "a b") && !fits("a…", "b a") && !fits("a…c…", "a b"));
    assert!(!fits("ab…b", "ab"), "what is cut lies between what is shown");
    let shown = ["one", "…", "two"].map(str::to_owned);
    assert_eq!(missing(&shown, "zero\none\nand\ntwo\n"), None);
    assert_eq!(missing(&shown, "two\none\n"), Some(&shown[2]), "lines are shown in the order they are printed in");
}
