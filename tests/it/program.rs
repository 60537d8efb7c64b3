//! Runs the program and keeps what it said. Each run sees only the settings that its test makes, and no network
//! unless it asks for one. Knows no pack.

use std::{
    ffi::OsStr,
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

/// The binary under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_purview");

/// Gives a command, and what it starts, the settings of a test: this home, and nothing of the person's own.
pub fn settle(command: &mut Command, home: &Path) {
    let foreign = |name: &OsStr| {
        let name = name.to_string_lossy();
        ["PURVIEW_", "HF_"].iter().any(|prefix| name.starts_with(prefix)) || name == "CLICOLOR_FORCE"
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| foreign(name)) {
        command.env_remove(name);
    }
    command.env("PURVIEW_HOME", home).env("HF_HOME", home.join("hf"));
}

/// A run that is being prepared.
pub struct Program {
    command: Command,
    input: Option<Vec<u8>>,
}

impl Program {
    /// The program with this folder as its home.
    pub fn at(home: &Path) -> Self {
        Self::run_by(Command::new(BINARY), home).env("PURVIEW_OFFLINE", "1")
    }

    /// The same with the network on.
    pub fn online(home: &Path) -> Self {
        Self::run_by(Command::new(BINARY), home)
    }

    /// The program where there is no network interface at all, if this user may make such a place.
    pub fn unplugged(home: &Path) -> Option<Self> {
        let unshare = || {
            let mut command = Command::new("unshare");
            command.arg("-rn");
            command
        };
        let may = unshare().arg("true").stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        let mut command = unshare();
        command.arg(BINARY);
        may.then(|| Self::run_by(command, home))
    }

    fn run_by(mut command: Command, home: &Path) -> Self {
        settle(&mut command, home);
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        Self { command, input: None }
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What stands on standard input; without it there is nothing.
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = Some(input.into());
        self
    }

    /// Where standard output goes, if it is not to be kept.
    pub fn into(mut self, out: impl Into<Stdio>) -> Run {
        self.command.stdout(out);
        self.finish()
    }

    pub fn run(mut self) -> Run {
        self.command.stdout(Stdio::piped());
        self.finish()
    }

    /// Starts the program and does not wait for it.
    pub fn start(mut self) -> Child {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Starts the program, for someone who writes when they have read.
    pub fn converse(mut self) -> Child {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn finish(mut self) -> Run {
        let stdin = if self.input.is_some() { Stdio::piped() } else { Stdio::null() };
        let mut child = self.command.stdin(stdin).stderr(Stdio::piped()).spawn().unwrap();
        drop(self.command); // it holds an end of whatever the output goes into
        if let Some(input) = self.input {
            let _ = child.stdin.take().unwrap().write_all(&input); // a program that has failed reads no more
        }
        Run::of(child)
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct Run {
    /// The exit code; none: a signal.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Run {
    /// Waits for a program that was started.
    pub fn of(child: Child) -> Self {
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The run, which must have succeeded.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// Asserts that the program failed with this code, kept standard output free, and said all of this.
    pub fn fails(&self, code: i32, said: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:#?}");
        for part in said {
            assert!(self.err.contains(part), "`{part}` is not in: {}", self.err);
        }
    }

    /// Standard output as one JSON value a line.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Standard output as one JSON value.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}
