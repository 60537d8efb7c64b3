//! The Hugging Face hub and its cache: `models--org--name/snapshots/<commit>/<file>`, `/resolve/main/<file>`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Places, store};
use crate::{
    model::catalogue::{Model, ModelFile},
    progress::{Progress, Reporter},
};

/// A hub that does not answer within this is taken as unreachable; a download itself may take as long as it takes.
const CONNECT: Duration = Duration::from_secs(3);
const FIRST_BYTE: Duration = Duration::from_secs(15);

/// A file in the hub's cache: of the snapshot that `main` names, else of any.
pub fn cached(hub_cache: &Path, repository: &str, name: &str) -> Option<PathBuf> {
    let model = hub_cache.join(format!("models--{}", repository.replace('/', "--")));
    let snapshots = model.join("snapshots");
    let main = std::fs::read_to_string(model.join("refs").join("main")).ok();
    let mut commits: Vec<PathBuf> =
        std::fs::read_dir(&snapshots).ok()?.flatten().map(|entry| entry.path()).collect();
    commits.sort();
    main.map(|commit| snapshots.join(commit.trim()))
        .into_iter()
        .chain(commits)
        .map(|snapshot| snapshot.join(name))
        .find(|path| path.is_file())
}

/// Fetches the model's files that `folder` lacks.
pub fn fetch(places: &Places, model: &Model, folder: &Path, report: &mut Reporter<'_>) -> Result<(), String> {
    let repository = model.repository.as_deref().ok_or("the hub does not carry this file")?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(CONNECT))
        .timeout_resolve(Some(CONNECT))
        .timeout_recv_response(Some(FIRST_BYTE))
        .user_agent(concat!("purview/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    for file in model.files.iter().filter(|file| !folder.join(&file.name).exists()) {
        let name = match (&file.sha256, file.bytes) {
            (None, 0) => in_repository(&agent, places, repository, file)?,
            _ => file.name.clone(),
        };
        let url = format!("{}/{repository}/resolve/main/{name}", places.endpoint.trim_end_matches('/'));
        let mut response = get(&agent, places, &url)?;
        let linked = response.headers().get("x-linked-etag").or_else(|| response.headers().get("etag"));
        let linked = linked.and_then(|tag| tag.to_str().ok()).map(|tag| tag.trim_matches('"').to_owned());
        let expected = file.sha256.clone().or(linked.filter(|tag| is_sha256(tag)));
        let total = response.body().content_length().unwrap_or(file.bytes);
        report(Progress::Begin { what: &format!("fetching {} from {}", file.name, places.endpoint), total, bytes: true });
        let stored = store(folder, file, expected.as_deref(), &mut response.body_mut().as_reader(), report);
        report(Progress::End);
        stored?;
    }
    Ok(())
}

fn get(agent: &ureq::Agent, places: &Places, url: &str) -> Result<ureq::http::Response<ureq::Body>, String> {
    let mut request = agent.get(url);
    if let Some(token) = &places.token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.call().map_err(|e| format!("`{url}`: {e}"))
}

/// The GGUF file whose name ends in the wanted quantisation, whatever its letter case.
fn in_repository(agent: &ureq::Agent, places: &Places, repository: &str, wanted: &ModelFile) -> Result<String, String> {
    #[derive(serde::Deserialize)]
    struct Listing {
        siblings: Vec<Sibling>,
    }
    #[derive(serde::Deserialize)]
    struct Sibling {
        rfilename: String,
    }
    let url = format!("{}/api/models/{repository}", places.endpoint.trim_end_matches('/'));
    let listing: Listing = get(agent, places, &url)?.body_mut().read_json().map_err(|e| format!("`{url}`: {e}"))?;
    let quant = wanted.name.trim_end_matches(".gguf").rsplit('-').next().unwrap_or_default().to_lowercase();
    let files: Vec<String> = listing.siblings.into_iter().map(|s| s.rfilename).filter(|f| f.ends_with(".gguf")).collect();
    let matches = |f: &&String| f.trim_end_matches(".gguf").to_lowercase().ends_with(&quant);
    let found = files.iter().find(matches).cloned();
    found.ok_or_else(|| format!("`{repository}` has no GGUF file of `{quant}`; it has {}", files.join(", ")))
}

fn is_sha256(tag: &str) -> bool {
    tag.len() == 64 && tag.bytes().all(|b| b.is_ascii_hexdigit())
}
