//! `purview pack`: make, list, show, check, build, calibrate, package, add, remove and compare packs.

mod add;
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

use super::{calibrate, data, folder, open};
use crate::{
    cli::{PackChoice, PackCommand},
    error::Result,
    pack::{self as packs, Pack},
    settings::Settings,
};

pub fn run(verb: PackCommand) -> Result<ExitCode> {
    let settings = Settings::load()?;
    match verb {
        PackCommand::List => {
            for (name, path) in packs::list(&settings.folders.data.join("packs")) {
                match Pack::open(&path) {
                    Ok(pack) => {
                        data(&format!("{:<16} {:<8} {}", name, pack.manifest.pack.version, pack.manifest.pack.title))?;
                    }
                    Err(_) => data(&format!("{name:<16} broken   see `purview pack check {name}`"))?,
                }
            }
        }
        PackCommand::Info { pack } => info::run(&folder(pack.as_deref(), &settings)?)?,
        PackCommand::Check { pack, strict, format } => {
            return check::run(&folder(pack.as_deref(), &settings)?, strict, format);
        }
        PackCommand::Build { pack } => {
            let choice = PackChoice { pack, ..PackChoice::default() };
            let specialist = open(&choice, None)?;
            let index = specialist.index();
            data(&format!(
                "{}: {} documents, {} passages",
                specialist.pack().label(),
                index.documents().len(),
                index.passages().len()
            ))?;
        }
        PackCommand::Schema { file } => data(&schema::of(file)?)?,
        PackCommand::New(args) => return new::run(&args),
        PackCommand::Package { pack, output } => {
            package::run(&folder(pack.as_deref(), &settings)?, output.as_deref())?;
        }
        PackCommand::Add(args) => add::run(&args, &settings)?,
        PackCommand::Remove { pack } => remove::run(&pack, &settings)?,
        PackCommand::Diff { a, b, json } => diff::run(&a, &b, json, &settings)?,
        PackCommand::Calibrate(args) => calibrate::run(&folder(args.pack.as_deref(), &settings)?, &args)?,
    }
    Ok(ExitCode::SUCCESS)
}
