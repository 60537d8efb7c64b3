//! `pack build --watch`: a pack is built anew when one of its files is saved, and an edit that cannot be read changes nothing.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use crate::{
    home,
    program::{BINARY, settle},
    tea::{GREEN_ANSWER, Tea},
};

/// Longer than any machine takes to build the pack.
const LONG: Duration = Duration::from_mins(3);

/// The program at work; it ends with the test.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn on(tea: &Tea) -> Self {
        let mut command = Command::new(BINARY);
        settle(&mut command, home::shared());
        command.env("PURVIEW_OFFLINE", "1").args(["pack", "build", "--watch"]).arg(tea.path());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap());
        let (into, lines) = channel();
        std::thread::spawn(move || said.lines().map_while(Result::ok).try_for_each(|line| into.send(line)));
        Self { child, lines }
    }

    /// Waits until it says all of this and waits itself; a save that it saw half is built again.
    fn until_it_says(&mut self, parts: &[&str]) {
        let mut said = String::new();
        loop {
            let line = self.lines.recv_timeout(LONG).unwrap_or_else(|_| panic!("{parts:?} is not in: {said}"));
            said.push_str(&line);
            said.push('\n');
            if line.starts_with("watching") {
                if parts.iter().all(|part| said.contains(part)) {
                    return;
                }
                said.clear();
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_save_is_built_and_one_that_cannot_be_read_is_said_and_mended_by_the_next() {
    let tea = Tea::pack();
    let mut watching = Watching::on(&tea);
    watching.until_it_says(&["ready in"]);
    tea.edit("corpus/green.md", GREEN_ANSWER, "71 °C");
    watching.until_it_says(&["ready in"]);
    let whole = fs::read_to_string(tea.document("green")).unwrap();
    tea.write("corpus/green.md", "+++\ntitle = \n+++\n# Green\n");
    watching.until_it_says(&["green.md:2:", "what was built before stays in use"]);
    tea.write("corpus/green.md", whole);
    watching.until_it_says(&["ready in"]);
}

#[test]
fn a_document_that_is_broken_from_the_beginning_is_watched_too() {
    let tea = Tea::pack();
    let whole = fs::read_to_string(tea.document("green")).unwrap();
    tea.write("corpus/green.md", "+++\ntitle = \n+++\n# Green\n");
    let mut watching = Watching::on(&tea);
    watching.until_it_says(&["green.md:2:"]);
    tea.write("corpus/green.md", whole);
    watching.until_it_says(&["ready in"]);
}
