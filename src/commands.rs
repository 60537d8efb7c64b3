//! One file a verb: open, call, print. The only room that prints.

mod ask;
mod batch;
mod calibrate;
mod chat;
mod doctor;
mod eval;
mod hand_off;
mod model;
mod pack;
mod printer;
mod progress;
mod route;
mod search;

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::CommandFactory;

use crate::{
    cli::{Cli, Command, PackChoice},
    error::{Error, Result},
    pack::{self as packs, Mode},
    settings::Settings,
    specialist::{Options, Specialist},
};
pub use printer::report;
use printer::{data, say};
use progress::Bars;

/// Runs what was typed.
pub fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        None => chat::run(&cli.chat),
        Some(Command::Chat(choice)) => chat::run(&choice),
        Some(Command::Ask(args)) => ask::run(&args),
        Some(Command::Search(args)) => search::run(&args),
        Some(Command::Route(args)) => route::run(&args),
        Some(Command::Eval(args)) => eval::run(&args),
        Some(Command::Pack(verb)) => pack::run(verb),
        Some(Command::Model(verb)) => model::run(verb),
        Some(Command::Doctor) => doctor::run(),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "purview", &mut script);
            written(&script)
        }
        Some(Command::Man) => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command())
                .render(&mut page)
                .map_err(Error::internal("making the manual page"))?;
            written(&page)
        }
    }
}

fn written(bytes: &[u8]) -> Result<ExitCode> {
    std::io::stdout().write_all(bytes).map_err(Error::io("write to", "standard output"))?;
    Ok(ExitCode::SUCCESS)
}

/// The settings with a command's flags over them.
fn settings(choice: &PackChoice) -> Result<Settings> {
    let mut settings = Settings::load()?;
    settings.encoder = choice.encoder.clone().or(settings.encoder);
    settings.generator = choice.generator.clone().or(settings.generator);
    Ok(settings)
}

/// The folder of the pack that was named, or of the default one.
fn folder(name: Option<&str>, settings: &Settings) -> Result<PathBuf> {
    packs::locate(name.unwrap_or(&settings.pack), &settings.folders.data.join("packs"))
}

fn open(choice: &PackChoice, mode: Option<Mode>) -> Result<Specialist> {
    let settings = settings(choice)?;
    let folder = folder(choice.pack.as_deref(), &settings)?;
    let options = Options { mode, retrieval: choice.retrieval, ..Options::default() };
    Specialist::open(&folder, &settings, &options, &mut Bars::default().reporter())
}

/// What was asked: the argument, or all of standard input.
fn text_or_stdin(argument: Option<&str>, what: &str) -> Result<String> {
    if let Some(text) = argument {
        return Ok(text.to_owned());
    }
    if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        return Err(Error::usage(
            format!("no {what} was given"),
            "write it behind the verb, as in `purview ask \"…\"`, or pipe it in".to_string(),
        ));
    }
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut std::io::stdin(), &mut text).map_err(Error::io("read", "standard input"))?;
    Ok(String::from_utf8_lossy(&text).trim().to_owned())
}
