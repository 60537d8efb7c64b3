//! The Hugging Face hub and its cache: `models--org--name/snapshots/<commit>/<file>`, `/resolve/main/<file>`.

use std::path::{Path, PathBuf};

use ureq::{
    Agent, Body, Proxy, RequestBuilder,
    http::{Response, StatusCode, header},
    typestate::WithoutBody,
};

use super::{Places, part::Part};
use crate::{
    model::catalogue::{Model, ModelFile},
    progress::{Progress, Reporter},
};

/// Whether a file of this name on the hub is the one that is meant. Of a quantisation only the end is known, and
/// repositories differ in letter case and in the sign before it.
fn is_meant(model: &Model, file: &ModelFile, name: &str) -> bool {
    let Some(quantisation) = model.quantisation() else { return name == file.name };
    let name = name.to_lowercase();
    let before = name.strip_suffix(".gguf").and_then(|stem| stem.strip_suffix(&quantisation.to_lowercase()));
    before.is_some_and(|before| before.ends_with(['-', '.', '_', '/']))
}

/// A file in the hub's cache: of the snapshot that `main` names, else of any.
pub fn cached(hub_cache: &Path, repository: &str, model: &Model, file: &ModelFile) -> Option<PathBuf> {
    let folder = hub_cache.join(format!("models--{}", repository.replace('/', "--")));
    let snapshots = folder.join("snapshots");
    let main = std::fs::read_to_string(folder.join("refs").join("main")).ok();
    let main = main.map(|commit| snapshots.join(commit.trim()));
    main.into_iter().chain(sorted(&snapshots)).find_map(|snapshot| {
        sorted(&snapshot).into_iter().find(|path| {
            path.is_file() && path.file_name().is_some_and(|name| is_meant(model, file, &name.to_string_lossy()))
        })
    })
}

/// What is in a folder; nothing, if it cannot be read.
fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    paths
}

/// Fetches these files of the model into `folder`.
pub fn fetch(
    places: &Places,
    repository: &str,
    model: &Model,
    files: &[&ModelFile],
    folder: &Path,
    report: &mut Reporter<'_>,
) -> Result<(), String> {
    let hub = Hub::new(places, repository);
    // Before the model's own: once those are here, nobody asks again.
    for name in model.beside() {
        if !folder.join(name).is_file() && hub.has(name)? {
            let file = ModelFile { name: (*name).to_owned(), bytes: 0, sha256: None, in_package: None };
            hub.download(name, &file, folder, report)?;
        }
    }
    for file in files {
        let name = match model.quantisation() {
            Some(quantisation) => hub.file_of(model, file, quantisation)?,
            None => file.name.clone(),
        };
        hub.download(&name, file, folder, report)?;
    }
    Ok(())
}

/// One repository on the hub.
struct Hub<'p> {
    agent: Agent,
    endpoint: &'p str,
    token: Option<&'p str>,
    repository: &'p str,
}

impl<'p> Hub<'p> {
    fn new(places: &'p Places, repository: &'p str) -> Self {
        let endpoint = places.endpoint.trim_end_matches('/');
        let host = endpoint.split_once("://").map_or(endpoint, |(_, host)| host);
        let is_here = ["127.", "localhost", "[::1]"].iter().any(|name| host.starts_with(name));
        let agent = Agent::config_builder()
            .timeout_resolve(Some(places.timeouts.connect))
            .timeout_connect(Some(places.timeouts.connect))
            .timeout_recv_response(Some(places.timeouts.silence))
            .timeout_per_read(Some(places.timeouts.silence))
            .proxy(if is_here { None } else { Proxy::try_from_env() })
            .accept_encoding("identity") // lengths and ranges are the file's own
            .user_agent(concat!("purview/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        Self { agent, endpoint, token: places.token.as_deref(), repository }
    }

    /// Whether the repository has a file.
    fn has(&self, name: &str) -> Result<bool, String> {
        let url = format!("{}/{}/resolve/main/{name}", self.endpoint, self.repository);
        match self.authorised(self.agent.head(&url)).config().max_redirects(0).build().call() {
            Ok(_) => Ok(true),
            Err(ureq::Error::StatusCode(404)) => Ok(false),
            Err(error) => Err(explain(&url, &error)),
        }
    }

    /// Fetches one file, from where an earlier attempt was cut off if a hash can tell that the halves fit.
    fn download(&self, name: &str, file: &ModelFile, folder: &Path, report: &mut Reporter<'_>) -> Result<(), String> {
        let url = format!("{}/{}/resolve/main/{name}", self.endpoint, self.repository);
        let expected = match &file.sha256 {
            Some(expected) => Some(expected.clone()),
            None => self.stated_hash(&url)?,
        };
        let cannot_write = |e| format!("cannot write into `{}`: {e}", folder.display());
        let mut part = Part::open(folder, &file.name).map_err(cannot_write)?;
        if expected.is_none() || (file.bytes > 0 && part.length() > file.bytes) {
            part.restart().map_err(cannot_write)?;
        }
        if part.length() > 0 && Some(part.sha256()) == expected {
            return part.finish(expected.as_deref());
        }
        let mut response = self.from(&url, part.length())?;
        if response.status() != StatusCode::PARTIAL_CONTENT {
            part.restart().map_err(cannot_write)?;
        }
        let rest = response.body().content_length();
        let total = rest.map_or(file.bytes, |rest| part.length() + rest);
        report(Progress::Begin { what: &format!("fetching {name} from {}", self.endpoint), total, bytes: true });
        report(Progress::Advance(part.length()));
        let appended = part.append(&mut response.body_mut().as_reader(), report);
        report(Progress::End);
        appended.map_err(|e| format!("`{url}`: {e}, after {} bytes", part.length()))?;
        part.finish(expected.as_deref())
    }

    /// The file from a byte on. A hub that cannot do that answers with the whole of it.
    fn from(&self, url: &str, start: u64) -> Result<Response<Body>, String> {
        let whole = || self.get(url).call();
        let answered = match start {
            0 => whole(),
            _ => match self.get(url).header(header::RANGE, format!("bytes={start}-")).call() {
                Err(ureq::Error::StatusCode(416)) => whole(), // what is here is longer than what is there
                answered => answered,
            },
        };
        answered.map_err(|e| explain(url, &e))
    }

    /// The SHA-256 that the hub states for a large file, in its own answer and not in that of the store behind it.
    fn stated_hash(&self, url: &str) -> Result<Option<String>, String> {
        let request = self.authorised(self.agent.head(url)).config().max_redirects(0).build();
        let response = request.call().map_err(|e| explain(url, &e))?;
        let tag = response.headers().get("x-linked-etag").and_then(|tag| tag.to_str().ok());
        let is_sha256 = |tag: &&str| tag.len() == 64 && tag.bytes().all(|b| b.is_ascii_hexdigit());
        Ok(tag.map(|tag| tag.trim_matches('"')).filter(is_sha256).map(str::to_lowercase))
    }

    /// The name of the GGUF file of a quantisation.
    fn file_of(&self, model: &Model, file: &ModelFile, quantisation: &str) -> Result<String, String> {
        #[derive(serde::Deserialize)]
        struct Listing {
            siblings: Vec<Sibling>,
        }
        #[derive(serde::Deserialize)]
        struct Sibling {
            rfilename: String,
        }
        let url = format!("{}/api/models/{}", self.endpoint, self.repository);
        let mut response = self.get(&url).call().map_err(|e| explain(&url, &e))?;
        let listing: Listing = response.body_mut().read_json().map_err(|e| explain(&url, &e))?;
        let mut names: Vec<String> = listing.siblings.into_iter().map(|s| s.rfilename).collect();
        names.retain(|name| name.to_lowercase().ends_with(".gguf"));
        names.iter().find(|name| is_meant(model, file, name)).cloned().ok_or_else(|| {
            format!("`{}` has no GGUF file of `{quantisation}`; it has {}", self.repository, names.join(", "))
        })
    }

    fn get(&self, url: &str) -> RequestBuilder<WithoutBody> {
        self.authorised(self.agent.get(url))
    }

    fn authorised(&self, request: RequestBuilder<WithoutBody>) -> RequestBuilder<WithoutBody> {
        match self.token {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }
}

fn explain(url: &str, error: &ureq::Error) -> String {
    match error {
        ureq::Error::StatusCode(401 | 403) => {
            format!("`{url}`: no such repository, or it wants a token that may read it (`HF_TOKEN`)")
        }
        ureq::Error::StatusCode(404) => format!("`{url}`: there is no such file"),
        error => format!("`{url}`: {error}"),
    }
}
