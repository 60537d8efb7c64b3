//! `purview chat`: a conversation, line by line. Where input or output is no terminal it behaves as `ask`.

use std::{
    io::{BufRead, IsTerminal, Write},
    ops::ControlFlow,
    process::ExitCode,
};

use super::{ask, data, open, say};
use crate::{
    cli::{Ask, PackChoice},
    error::{Error, Result},
    session::Turn,
    specialist::Question,
};

pub fn run(choice: &PackChoice) -> Result<ExitCode> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        let once = Ask {
            pack: choice.clone(),
            json: false,
            stream: false,
            batch: None,
            mode: None,
            exit_code: false,
            question: None,
        };
        return ask::run(&once);
    }
    let mut specialist = open(choice, None)?;
    let about = &specialist.pack().manifest.pack;
    say(&format!("{} ({}). An empty line or Ctrl+D ends the conversation.", about.title, specialist.pack().label()));
    let mut history = Vec::new();
    loop {
        let _ = write!(std::io::stderr(), "\n> "); // the prompt is for people only
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line).map_err(Error::io("read", "standard input"))?;
        let text = line.trim().to_owned();
        if read == 0 || text.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        let question = Question { text: text.clone(), history: history.clone(), ..Question::default() };
        let answer = specialist.ask(&question, &mut |_| ControlFlow::Continue(()))?;
        if let Some(rewritten) = &answer.rewritten {
            say(&format!("(understood as: {rewritten})"));
        }
        data(&ask::shown(&answer, &specialist))?;
        history.push(Turn { question: text, rewritten: answer.rewritten });
    }
}
