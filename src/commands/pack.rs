//! `purview pack`: make, list, show, check, build, calibrate, package, add, remove and compare packs.

mod add;
mod build;
mod check;
mod diff;
mod exam;
mod findings;
mod info;
mod new;
mod package;
mod remove;
mod schema;

use std::process::ExitCode;

use super::{calibrate, data, folder};
use crate::{
    cli::PackCommand,
    error::Result,
    pack::{self as packs, Pack},
    settings::Settings,
};

pub fn run(verb: PackCommand) -> Result<ExitCode> {
    let settings = Settings::load()?;
    match verb {
        PackCommand::List => {
            for (name, path) in packs::list(&settings.folders.packs()) {
                match Pack::open(&path, &settings.folders.packs()) {
                    Ok(pack) => {
                        data(&format!("{:<16} {:<8} {}", name, pack.manifest.pack.version, pack.manifest.pack.title))?;
                    }
                    Err(_) => data(&format!("{name:<16} broken   see `purview pack check {name}`"))?,
                }
            }
        }
        PackCommand::Info { pack } => info::run(&folder(pack.as_deref(), &settings)?, &settings)?,
        PackCommand::Check { pack, strict, format } => {
            return check::run((&folder(pack.as_deref(), &settings)?, &settings), strict, format);
        }
        PackCommand::Build { pack, watch } => build::run(&folder(pack.as_deref(), &settings)?, watch, &settings)?,
        PackCommand::Schema { file } => data(&schema::of(file)?)?,
        PackCommand::New(args) => return new::run(&args, &settings),
        PackCommand::Package { pack, output } => {
            package::run(&folder(pack.as_deref(), &settings)?, output.as_deref(), &settings)?;
        }
        PackCommand::Add(args) => add::run(&args, &settings)?,
        PackCommand::Remove { pack } => remove::run(&pack, &settings)?,
        PackCommand::Diff { a, b, json } => diff::run(&a, &b, json, &settings)?,
        PackCommand::Calibrate(args) => calibrate::run(&folder(args.pack.as_deref(), &settings)?, &args)?,
    }
    Ok(ExitCode::SUCCESS)
}
