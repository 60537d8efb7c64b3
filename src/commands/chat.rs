//! `purview chat`: a conversation on the terminal, or line by line. Where input or output is no terminal it behaves
//! as `ask`.

use std::{
    io::{BufReader, IsTerminal, stdin, stdout},
    process::ExitCode,
    time::Duration,
};

use super::{ask, settings};
use crate::{
    cli::{Ask, Chat, PackChoice},
    error::{Error, Result},
    settings::{Look, Terminal},
    tui::{
        self,
        app::Start,
        message::{Choice, Packs},
        plain, shell,
    },
};

/// How long a terminal has to say what its background is; one far away answers in less.
const PATIENCE: Duration = Duration::from_millis(300);

pub fn run(args: &Chat) -> Result<ExitCode> {
    let is_terminal = stdin().is_terminal() && stdout().is_terminal();
    if !is_terminal && !args.plain {
        if args.watch {
            let hint = "`--plain` converses line by line where input or output is no terminal";
            return Err(Error::usage("there is no conversation here that could go on with a pack that changes", hint));
        }
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
            pack: packs(&args.pack, &settings.pack),
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
    let surroundings = shell::Surroundings { settings, retrieval, editor: terminal.editor, watch: args.watch };
    if is_plain {
        plain::run(start, &surroundings, BufReader::new(stdin()), &mut stdout())?;
        return Ok(ExitCode::SUCCESS);
    }
    let signal = shell::run(start, &surroundings, stdout)?;
    // As a shell reports a process that a signal ended.
    Ok(signal.map_or(ExitCode::SUCCESS, |signal| ExitCode::from(128 + signal as u8)))
}

/// The packs that were asked for, else the one that is named when nothing is said.
fn packs(choice: &PackChoice, default: &str) -> Packs {
    match &choice.pack {
        _ if choice.all => Packs::All,
        named => named.as_deref().unwrap_or(default).into(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn a_conversation_is_with_one_pack_with_several_or_with_all() {
        let packs = |typed: &[&str]| packs(&Cli::parse_from(typed).chat.pack, "us-tax");
        assert_eq!(packs(&["purview"]), "us-tax".into());
        assert_eq!(packs(&["purview", "-p", "gdpr,us-tax"]), "gdpr,us-tax".into());
        assert_eq!(packs(&["purview", "--all"]), Packs::All);
        assert_eq!(packs(&["purview", "-p", "all"]), "all".into(), "a pack may be called so");
    }
}
