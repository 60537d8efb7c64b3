//! `purview pack new`: a pack from a name and, where there are any, other people's documents.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use time::OffsetDateTime;

use super::{
    super::{progress::Bars, say},
    check,
};
use crate::{
    cli::{CheckFormat, NewPack},
    corpus::import::{self, Draft, Unreadable},
    error::{Error, Result},
    pack::scaffold::{self, About},
    progress::Progress,
    settings::Settings,
};

pub fn run(args: &NewPack, settings: &Settings) -> Result<ExitCode> {
    let name = args.folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric())
        || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    {
        let message = format!("`{}` cannot be a pack's name", args.folder.display());
        return Err(Error::usage(message, "use letters, digits and hyphens, as in `purview pack new my-field`"));
    }
    if fs::symlink_metadata(&args.folder).is_ok() {
        let message = format!("`{}` is there already", args.folder.display());
        return Err(Error::usage(message, "choose another name, or remove it first"));
    }
    let (drafts, left_out) = drafts(&args.from)?;
    if drafts.is_empty() && !args.from.is_empty() {
        let hint = format!("these kinds are read: {}", import::EXTENSIONS.join(", "));
        return Err(Error::usage("none of the files given could be read", hint));
    }
    let title = args.title.clone().unwrap_or_else(|| name.replace(['-', '_'], " "));
    let today = OffsetDateTime::now_utc().date().to_string();
    let about = About { name, title, lang: args.lang.clone(), license: args.license.clone(), today };
    let documents = drafts.len();
    write(&args.folder, &scaffold::files(&about, drafts))?;
    let code = check::run((&args.folder, settings), false, CheckFormat::Human)?;
    say(&summary(&args.folder, documents, left_out));
    Ok(code)
}

fn summary(folder: &Path, documents: usize, left_out: usize) -> String {
    let made = match documents {
        0 => "with an example document".to_owned(),
        1 => "from 1 document".to_owned(),
        many => format!("from {many} documents"),
    };
    let left_out = match left_out {
        0 => String::new(),
        1 => "; 1 file could not be read".to_owned(),
        many => format!("; {many} files could not be read"),
    };
    let folder = folder.display();
    format!(
        "\nmade `{folder}` {made}{left_out}\n\nnext:\n  purview ask -p {folder} \"…\"        ask it something\n  \
         {folder}/domain.toml        say what is inside and what is not\n  {folder}/tests/draft.jsonl  draft cases: make \
         them questions that people ask\n  purview pack calibrate {folder}\n  purview eval {folder}"
    )
}

/// What the files hold, in order of their paths, and how many could not be read. Each of those is said with its reason,
/// and the rest goes on.
fn drafts(from: &[PathBuf]) -> Result<(Vec<Draft>, usize)> {
    let mut files = BTreeSet::new();
    for path in from {
        collect(path, &mut files)?;
    }
    let mut report = Bars::default().reporter();
    report(Progress::Begin { what: "reading documents", total: files.len() as u64, bytes: false });
    let (mut drafts, mut left_out, mut said) = (Vec::new(), 0, Vec::new());
    for file in &files {
        let bytes = fs::read(file).map_err(Error::io("read", file))?;
        match import::read(file, &bytes) {
            Ok(read) => {
                for draft in read {
                    said.extend(draft.notes.iter().map(|note| format!("`{}`: {note}", file.display())));
                    drafts.push(draft);
                }
            }
            Err(Unreadable::UnknownKind { .. }) if !from.contains(file) => left_out += 1, // beside what was meant
            Err(why) => {
                left_out += 1;
                said.push(format!("`{}` is left out: {why}", file.display()));
            }
        }
        report(Progress::Advance(1));
    }
    report(Progress::End);
    for line in said {
        say(&line);
    }
    Ok((drafts, left_out))
}

/// The files at and under a path, but for hidden ones. Links are not followed.
fn collect(path: &Path, into: &mut BTreeSet<PathBuf>) -> Result<()> {
    let kind = fs::metadata(path).map_err(Error::io("read", path))?;
    if kind.is_file() {
        into.insert(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(Error::io("read the folder", path))? {
        let entry = entry.map_err(Error::io("read the folder", path))?;
        let kind = entry.file_type().map_err(Error::io("inspect", entry.path()))?;
        if !kind.is_symlink() && !entry.file_name().as_encoded_bytes().starts_with(b".") {
            collect(&entry.path(), into)?;
        }
    }
    Ok(())
}

/// Writes the files beside the folder and renames: a failure leaves nothing.
fn write(folder: &Path, files: &std::collections::BTreeMap<String, String>) -> Result<()> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
    let beside = tempfile::Builder::new().prefix(".new-pack-").tempdir_in(parent);
    let beside = beside.map_err(Error::io("create a folder in", parent))?;
    let made = beside.path().join("pack"); // a temporary folder is its owner's alone, and would stay so once renamed
    for (path, text) in files {
        let file = made.join(path);
        let above = file.parent().unwrap_or(&made);
        fs::create_dir_all(above).map_err(Error::io("create", above))?;
        fs::write(&file, text).map_err(Error::io("write", &file))?;
    }
    fs::rename(&made, folder).map_err(Error::io("create", folder))
}
