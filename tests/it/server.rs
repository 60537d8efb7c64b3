//! The default model on a server that is not of our making: llama-cpp-python, where there is one.
//! `PURVIEW_REFERENCE_PYTHON` is a Python that has `llama_cpp.server`; `.ci/run` makes one.

use std::{
    env,
    fs::{self, File},
    net::TcpListener,
    ops::ControlFlow,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use purview::model::{
    Decoding, Generation, Generator, Message, Prompt, Speaker, StopReason,
    catalogue::{self, Role},
    remote::{Endpoint, Remote, Timeouts},
};

use crate::home;

/// A server with one model, called `small`.
struct Server {
    process: Child,
    base: String,
    log: PathBuf,
}

impl Server {
    /// Starts one, or says that there is none to start.
    fn start(test: &str) -> Option<Self> {
        let Some(python) = env::var_os("PURVIEW_REFERENCE_PYTHON") else {
            eprintln!("{test}: skipped, PURVIEW_REFERENCE_PYTHON is not set");
            return None;
        };
        let default = catalogue::default(Role::Generator);
        let model = home::with_generator().join("cache/models").join(&default.name).join(&default.files[0].name);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.log"));
        let out = File::create(&log).unwrap();
        let process = Command::new(python)
            .args(["-u", "-m", "llama_cpp.server", "--host", "127.0.0.1", "--model_alias", "small"])
            .args(["--n_ctx", "1024", "--port", &port.to_string(), "--model"])
            .arg(model)
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { process, base: format!("http://127.0.0.1:{port}/v1"), log };
        let (started, remote) = (Instant::now(), server.remote("small"));
        while remote.probe().is_err() {
            let ended = server.process.try_wait().unwrap();
            let is_late = started.elapsed() > Duration::from_mins(2);
            assert!(ended.is_none() && !is_late, "the server did not start: {}", server.log());
            std::thread::sleep(Duration::from_millis(100));
        }
        Some(server)
    }

    fn endpoint(&self, model: &str) -> Endpoint {
        Endpoint {
            base_url: self.base.clone(),
            model: model.into(),
            key: None,
            context_tokens: Some(1024),
            timeouts: Timeouts::default(),
            retries: 2,
            seed: 0,
        }
    }

    fn remote(&self, model: &str) -> Remote {
        Remote::new(self.endpoint(model)).unwrap()
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until the server's log says something.
    fn says(&self, what: &str) {
        let started = Instant::now();
        while !self.log().contains(what) {
            assert!(started.elapsed() < Duration::from_secs(10), "no `{what}` in the log: {}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn prompt(question: &str) -> Prompt {
    let message = |speaker, text: &str| Message { speaker, text: text.into() };
    Prompt { messages: vec![message(Speaker::System, "Be brief."), message(Speaker::User, question)], shared: 0 }
}

const LONG: &str = "Count from one to three hundred in words, one number on each line.";

fn ask(remote: &mut Remote, question: &str, tokens: usize) -> (Vec<String>, Generation) {
    let mut pieces = Vec::new();
    let generation = remote.generate(&prompt(question), &Decoding::greedy(tokens), &mut |piece| {
        pieces.push(piece.to_owned());
        ControlFlow::Continue(())
    });
    pieces.retain(|piece| !piece.is_empty());
    (pieces, generation.unwrap())
}

#[test]
fn a_real_server_streams_what_it_says_and_says_it_again() {
    let Some(server) = Server::start("streams") else { return };
    let mut remote = server.remote("small");
    assert_eq!(remote.probe().unwrap(), ["small"]);
    let (pieces, generation) = ask(&mut remote, "What is the capital of France?", 40);
    let counted = remote.count_tokens(&prompt("What is the capital of France?")).unwrap();
    eprintln!("{generation:?} in {} pieces; counted {counted}", pieces.len());
    assert!(pieces.len() > 3, "{pieces:?}");
    assert_eq!(pieces.concat(), generation.text);
    assert!(generation.text.contains("Paris"), "{generation:?}");
    let (_, again) = ask(&mut remote, "What is the capital of France?", 40);
    assert_eq!(again.text, generation.text);
    let (_, short) = ask(&mut remote, LONG, 5);
    assert_eq!((short.stop, short.tokens), (StopReason::Length, 5));
}

#[test]
fn a_real_server_stops_when_the_sink_does() {
    let Some(server) = Server::start("cancelled") else { return };
    let mut remote = server.remote("small");
    let mut pieces = 0;
    let generation = remote.generate(&prompt(LONG), &Decoding::greedy(900), &mut |piece| {
        pieces += usize::from(!piece.is_empty());
        if pieces == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let generation = generation.unwrap();
    assert_eq!((generation.stop, generation.tokens), (StopReason::Cancelled, 5));
    let stopped = Instant::now();
    server.says("Disconnected from client");
    eprintln!("the server stopped {:?} later", stopped.elapsed());
    assert!(ask(&mut remote, "What is the capital of France?", 40).1.text.contains("Paris"), "and it goes on");
}

#[test]
fn a_real_server_that_is_killed_in_mid_answer_leaves_an_error() {
    let Some(mut server) = Server::start("killed") else { return };
    let mut remote = server.remote("small");
    let mut pieces = 0;
    let error = remote.generate(&prompt(LONG), &Decoding::greedy(900), &mut |piece| {
        pieces += usize::from(!piece.is_empty());
        if pieces == 5 {
            server.process.kill().unwrap();
        }
        ControlFlow::Continue(())
    });
    let error = error.unwrap_err();
    eprintln!("{error}\n{:?}", error.hint());
    assert!(error.to_string().contains("what was shown is not the whole of it"), "{error}");
    let gone = remote.generate(&prompt(LONG), &Decoding::greedy(9), &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(gone.to_string().contains("no server can be reached"), "{gone}");
    assert!(gone.to_string().contains("tried 3 times"), "{gone}");
}

#[test]
fn a_real_server_without_the_model_names_those_that_it_has() {
    let Some(server) = Server::start("other") else { return };
    let error = server.remote("huge").probe().unwrap_err();
    assert!(error.to_string().contains("has no model `huge`"), "{error}");
    assert_eq!(error.hint(), Some("it has `small`"));
    let long = "word ".repeat(1500);
    let error =
        server.remote("small").generate(&prompt(&long), &Decoding::greedy(9), &mut |_| ControlFlow::Continue(()));
    let error = error.unwrap_err();
    assert!(error.to_string().starts_with("the prompt has 15"), "{error}");
    assert!(error.to_string().contains("takes 1024"), "{error}");
}

#[test]
fn a_real_server_that_is_given_too_much_leaves_an_error_and_goes_on() {
    let Some(server) = Server::start("too_much") else { return };
    let endpoint = Endpoint { context_tokens: None, ..server.endpoint("small") }; // which this server does not tell
    let mut remote = Remote::new(endpoint).unwrap();
    let long = prompt(&"word ".repeat(1500));
    let error = remote.generate(&long, &Decoding::greedy(9), &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().contains("without saying that it is whole"), "{error}");
    assert!(ask(&mut remote, "What is the capital of France?", 40).1.text.contains("Paris"));
}
