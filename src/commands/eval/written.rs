//! Reports as files: written beside their name and renamed; read back as baselines.

use std::{fmt::Write as _, io::Write, path::Path};

use schemars::schema_for;

use super::wrong_file;
use crate::{
    cli::EvalSchema,
    error::{Error, Result},
    eval::{Case, Report, html::html, junit::junit, markdown::markdown, report::SCHEMA},
};

/// The kinds of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Html,
    Markdown,
    Json,
    Junit,
    Trec,
}

impl Format {
    /// The kind that a file's name asks for.
    pub fn of(path: &Path) -> Result<Self> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("html") => Ok(Self::Html),
            Some("md") => Ok(Self::Markdown),
            Some("json") => Ok(Self::Json),
            Some("xml") => Ok(Self::Junit),
            Some("trec") => Ok(Self::Trec),
            _ => Err(Error::usage(
                format!("`{}` does not say what kind of report it is to be", path.display()),
                "let it end in .html, .md, .json, .xml (JUnit) or .trec (a run file)",
            )),
        }
    }
}

/// Finds that a report can be written there, and makes its folder.
pub fn prepare(path: &Path) -> Result<()> {
    Format::of(path)?;
    std::fs::create_dir_all(folder(path)).map_err(Error::io("create", folder(path)))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a report.
pub fn write(path: &Path, report: &Report) -> Result<()> {
    let text = match Format::of(path)? {
        Format::Html => html(report),
        Format::Markdown => markdown(report),
        Format::Json => serde_json::to_string_pretty(report).map_err(Error::internal("writing the report"))? + "\n",
        Format::Junit => junit(report),
        Format::Trec => trec(report),
    };
    let folder = folder(path);
    let mut file = tempfile::Builder::new();
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // as any other file; the mask takes its part
    let mut file = file.tempfile_in(folder).map_err(Error::io("write into", folder))?;
    file.write_all(text.as_bytes()).map_err(Error::io("write", path))?;
    file.persist(path).map_err(|error| Error::io("write", path)(error.error))?;
    Ok(())
}

/// Reads a report that is to be compared with.
pub fn read(path: &Path) -> Result<Report> {
    let text = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
    let hint = "a baseline is what `purview eval PACK -o FILE.json` wrote";
    let schema = serde_json::from_str::<serde_json::Value>(&text).ok().and_then(|value| value["schema"].as_u64());
    if schema.is_some_and(|schema| schema != u64::from(SCHEMA)) {
        let message = format!("the report is of format {}, and this version reads {SCHEMA}", schema.unwrap_or(0));
        return Err(wrong_file(path, message, "make it again with this version"));
    }
    serde_json::from_str(&text).map_err(|e| wrong_file(path, format!("this is no report: {e}"), hint))
}

/// The JSON Schema of what a user writes or reads.
pub fn schema(of: EvalSchema) -> Result<String> {
    let schema = match of {
        EvalSchema::Case => schema_for!(Case),
        EvalSchema::Report => schema_for!(Report),
    };
    serde_json::to_string_pretty(&schema).map_err(Error::internal("writing a schema"))
}

/// A run file as TREC has it: query, `Q0`, document, rank, score, name of the run; a document stands once.
fn trec(report: &Report) -> String {
    let mut run = String::new();
    for case in &report.cases {
        let mut seen: Vec<&str> = Vec::new();
        for passage in &case.passages {
            let Some(document) = passage["document"].as_str().filter(|id| !seen.contains(id)) else { continue };
            seen.push(document);
            let score = passage["score"].as_f64().unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = writeln!(run, "{} Q0 {document} {} {score:.6} purview", case.id, seen.len());
        }
    }
    run
}
