//! A terminal to run the program in: a shell in a pane of a tmux server of its own, keys in, screen out. What the
//! program leaves behind when it ends can be looked at, because the shell goes on. Knows no pack.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use regex::Regex;
use tempfile::TempDir;

use crate::program::{self, BINARY};

/// How long something may take that must come: a language model reads its prompt, on a machine that does more.
const PATIENCE: Duration = Duration::from_mins(4);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(15);

/// What the shell shows when it waits for a command: how the one before ended.
pub const PROMPT: &str = "[$?]$ ";

/// A shell on a terminal. Its folder is one of its own, in which a command `purview` is the program under test.
pub struct Pane {
    folder: TempDir,
    /// The terminal's modes before anything ran.
    modes: String,
}

impl Pane {
    /// A shell whose programs have this home and no network, on 100×30; none where there is no tmux.
    pub fn open(home: &Path) -> Option<Self> {
        if Command::new("tmux").arg("-V").stdout(Stdio::null()).status().is_err() {
            eprintln!("skipped: `tmux` is not installed");
            return None;
        }
        let mut pane = Self { folder: tempfile::tempdir().unwrap(), modes: String::new() };
        pane.script("purview", &format!("echo $$ >pid\nexec '{BINARY}' \"$@\""));
        let mut server = pane.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "sh", "-i"]);
        program::settle(&mut server, home);
        let path = format!("{}:{}", pane.folder().display(), std::env::var("PATH").unwrap());
        for name in ["ENV", "TMUX", "TMUX_PANE", "NO_COLOR", "COLORTERM", "VISUAL", "EDITOR"] {
            server.env_remove(name);
        }
        server.current_dir(pane.folder());
        server.env("PURVIEW_OFFLINE", "1").env("PATH", path).env("PS1", PROMPT).env("LC_ALL", "C.UTF-8");
        succeeds(server);
        pane.wait_for(r"(?m)^\[0\]\$$");
        pane.modes = pane.modes();
        Some(pane)
    }

    /// The folder that the shell is in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a shell script into the folder.
    pub fn script(&self, name: &str, text: &str) {
        let path = self.folder().join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        succeeds({
            let mut chmod = Command::new("chmod");
            chmod.arg("+x").arg(path);
            chmod
        });
    }

    /// Presses keys by tmux's names for them: `Enter`, `Tab`, `Escape`, `C-c`.
    pub fn keys(&self, keys: &[&str]) {
        succeeds(self.tmux(&[&["send-keys", "--"], keys].concat()));
    }

    /// Types text.
    pub fn text(&self, text: &str) {
        succeeds(self.tmux(&["send-keys", "-l", "--", text]));
    }

    /// Types a line.
    pub fn enter(&self, line: &str) {
        self.text(line);
        self.keys(&["Enter"]);
    }

    /// Pastes text as a terminal does: marked as pasted if the program has asked for that.
    pub fn paste(&self, text: impl AsRef<[u8]>) {
        let file = self.folder().join("pasted");
        fs::write(&file, text).unwrap();
        succeeds(self.tmux(&["load-buffer", file.to_str().unwrap()]));
        succeeds(self.tmux(&["paste-buffer", "-p"]));
    }

    /// What stands on the screen; lines are without the spaces behind them.
    pub fn screen(&self) -> String {
        succeeds(self.tmux(&["capture-pane", "-p"]))
    }

    /// Waits until this stands on the screen; the screen.
    pub fn wait_for(&self, pattern: &str) -> String {
        let regex = Regex::new(pattern).unwrap();
        self.until(&format!("`{pattern}`"), |screen| regex.is_match(screen))
    }

    /// Waits until something is so, which may be seen on the screen; the screen.
    pub fn until(&self, what: &str, mut is_so: impl FnMut(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if is_so(&screen) {
                return screen;
            }
            assert!(Instant::now() < end, "{what} was not seen in {PATIENCE:?}; the last screen:\n{screen}");
            thread::sleep(LOOK);
        }
    }

    /// Gives the terminal another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        succeeds(self.tmux(&["resize-window", "-x", &columns.to_string(), "-y", &rows.to_string()]));
    }

    /// What tmux knows of the terminal, in its format language: `#{cursor_flag}`.
    pub fn value(&self, format: &str) -> String {
        succeeds(self.tmux(&["display-message", "-p", format])).trim_end().to_owned()
    }

    /// The file in which what programs write to the terminal is kept from now on, byte for byte.
    pub fn record(&self) -> PathBuf {
        let file = self.folder().join("written");
        succeeds(self.tmux(&["pipe-pane", &format!("cat >'{}'", file.display())]));
        file
    }

    /// Writes to the terminal behind the back of the program that has it.
    pub fn scribble(&self, text: &str) {
        fs::write(self.value("#{pane_tty}"), text).unwrap();
    }

    /// Sends a signal to the program that was started last.
    pub fn signal(&self, name: &str) {
        let id = fs::read_to_string(self.folder().join("pid")).unwrap();
        let mut kill = Command::new("kill");
        kill.args(["-s", name, id.trim()]);
        succeeds(kill);
    }

    /// Whether the driver's modes are what they were before anything ran: echo, whole lines, signals from keys.
    pub fn is_cooked(&self) -> bool {
        self.modes == self.modes()
    }

    fn modes(&self) -> String {
        let mut stty = Command::new("stty");
        stty.arg("-a").stdin(File::open(self.value("#{pane_tty}")).unwrap());
        succeeds(stty)
    }

    fn tmux(&self, args: &[&str]) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.args(["-u", "-S"]).arg(self.folder().join("server")).args(args);
        tmux
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        let _ = self.tmux(&["kill-server"]).output(); // a test that failed early has none
    }
}

fn succeeds(mut command: Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{command:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}
