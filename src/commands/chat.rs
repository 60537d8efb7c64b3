//! `purview chat`: a conversation on the terminal, or line by line. Where input or output is no terminal it behaves
//! as `ask`.

use std::{
    io::{BufReader, IsTerminal, stdin, stdout},
    process::ExitCode,
    time::Duration,
};

use super::{ask, settings};
use crate::{
    cli::{Ask, Chat},
    error::Result,
    settings::{Look, Terminal},
    tui::{self, app::Start, message::Choice, plain, shell},
};

/// How long a terminal has to say what its background is; one far away answers in less.
const PATIENCE: Duration = Duration::from_millis(300);

pub fn run(args: &Chat) -> Result<ExitCode> {
    let is_terminal = stdin().is_terminal() && stdout().is_terminal();
    if !is_terminal && !args.plain {
        let once = Ask {
            pack: args.pack.clone(),
            json: false,
            stream: false,
            batch: None,
            mode: args.mode,
            exit_code: false,
            handoff: None,
            yes: false,
            question: None,
        };
        return ask::run(&once);
    }
    let terminal = Terminal::of_environment();
    let is_plain = args.plain || terminal.kind.as_deref().is_none_or(|kind| kind == "dumb");
    let settings = settings(&args.pack)?;
    let start = Start {
        choice: Choice {
            pack: args.pack.pack.clone().unwrap_or_else(|| settings.pack.clone()),
            mode: args.mode,
            generator: args.pack.generator.clone(),
        },
        look: match args.theme.or(settings.look) {
            Some(look) => look,
            None if is_plain || terminal.no_color => Look::NoColour,
            None => tui::detected_look(PATIENCE),
        },
        save: !args.no_save,
        size: tui::size().filter(|_| is_terminal).unwrap_or((80, 24)),
        process: std::process::id(),
    };
    let retrieval = args.pack.retrieval;
    let surroundings = shell::Surroundings { settings, retrieval, editor: terminal.editor };
    if is_plain {
        plain::run(start, &surroundings, BufReader::new(stdin()), &mut stdout())?;
        return Ok(ExitCode::SUCCESS);
    }
    let signal = shell::run(start, &surroundings, stdout)?;
    // As a shell reports a process that a signal ended.
    Ok(signal.map_or(ExitCode::SUCCESS, |signal| ExitCode::from(128 + signal as u8)))
}
