//! `purview pack schema`: the JSON Schemas of a pack's files, made of the types that read them.

use schemars::schema_for;

use crate::{
    calculator::file::CalculatorFile,
    cli::PackFile,
    corpus::facts::file::TableFile,
    error::{Error, Result},
    eval::Case,
    pack::{Glossary, Manifest},
    router::Examples,
};

/// The schema of a file, indented.
pub fn of(file: PackFile) -> Result<String> {
    let schema = match file {
        PackFile::Domain => schema_for!(Manifest),
        PackFile::Router => schema_for!(Examples),
        PackFile::Glossary => schema_for!(Glossary),
        PackFile::Table => schema_for!(TableFile),
        PackFile::Calculator => schema_for!(CalculatorFile),
        PackFile::Case => schema_for!(Case),
    };
    serde_json::to_string_pretty(&schema).map_err(Error::internal("writing a schema"))
}
