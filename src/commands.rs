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

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::CommandFactory;

use crate::{
    cli::{Cli, Command, PackChoice},
    error::{Error, Result},
    pack::{self as packs, Mode, names},
    settings::Settings,
    specialist::{Options, Specialist, several::Several},
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
    packs::locate(name.unwrap_or(&settings.pack), &settings.folders.packs())
}

/// Whether more than one pack was asked for.
fn is_several(choice: &PackChoice) -> bool {
    choice.all || choice.pack.as_deref().is_some_and(|given| names(given).len() > 1)
}

/// The one pack that was chosen, ready to answer.
fn open(choice: &PackChoice, mode: Option<Mode>) -> Result<Specialist> {
    if is_several(choice) {
        return Err(Error::usage("only `chat`, `ask` and `route` take several packs", "name one, as in `-p us-tax`"));
    }
    let settings = settings(choice)?;
    ready(&folder(choice.pack.as_deref(), &settings)?, choice, mode, &settings)
}

/// The packs that were chosen, ready to answer; all of them are looked up before one is opened.
fn open_several(choice: &PackChoice, mode: Option<Mode>) -> Result<Several> {
    let settings = settings(choice)?;
    let opened = if choice.all {
        every(choice, mode, &settings)?
    } else {
        let given = choice.pack.as_deref().map_or_else(|| vec![settings.pack.as_str()], names);
        let folders = given.into_iter().map(|name| folder(Some(name), &settings)).collect::<Result<Vec<_>>>()?;
        folders.iter().map(|folder| ready(folder, choice, mode, &settings)).collect::<Result<Vec<_>>>()?
    };
    Several::new(opened).ok_or_else(|| Error::usage("there is no pack", "`purview pack add` adds one"))
}

/// Every pack that can be named, as far as it opens: nobody named the others, and they are said to be left out.
fn every(choice: &PackChoice, mode: Option<Mode>, settings: &Settings) -> Result<Vec<Specialist>> {
    let (mut opened, mut first_fault) = (Vec::new(), None);
    for (name, folder) in packs::list(&settings.folders.packs()) {
        match ready(&folder, choice, mode, settings) {
            Ok(specialist) => opened.push(specialist),
            Err(fault) => {
                say(&printer::visible(&format!("`{name}` is left out: {fault}")));
                first_fault.get_or_insert(fault);
            }
        }
    }
    match first_fault {
        Some(fault) if opened.is_empty() => Err(fault),
        _ => Ok(opened),
    }
}

fn ready(folder: &Path, choice: &PackChoice, mode: Option<Mode>, settings: &Settings) -> Result<Specialist> {
    let options = Options { mode, retrieval: choice.retrieval, ..Options::default() };
    Specialist::open(folder, settings, &options, &mut Bars::default().reporter())
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    /// What the program says of such a use.
    fn misused(typed: &[&str]) -> String {
        let fault = run(Cli::parse_from(typed)).unwrap_err();
        assert_eq!(fault.exit_code(), 2, "{fault}");
        format!("{fault} {}", fault.hint().unwrap_or_default())
    }

    #[test]
    fn a_search_is_in_one_pack() {
        for typed in [&["purview", "search", "-p", "gdpr,us-tax", "tea"][..], &["purview", "search", "--all", "tea"]] {
            assert!(misused(typed).contains("only `chat`, `ask` and `route`"), "{typed:?}");
        }
    }

    #[test]
    fn every_pack_and_some_by_name_are_not_asked_for_at_once() {
        assert!(Cli::try_parse_from(["purview", "ask", "--all", "-p", "us-tax", "tea"]).is_err());
    }
}
