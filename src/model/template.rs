//! A model's own chat template: messages in, the text that the model was trained on out. Says which parts of that
//! text are the template's and which are a message's; does not know what a token is, nor what day it is.

mod dialect;
mod stand_in;
#[cfg(test)]
mod tests;

use minijinja::{Environment, context};
use time::Date;

use super::Prompt;
use crate::error::{Error, Result};
use stand_in::{CLOSE, OPEN, Turn, pieces, turns, without_system};

/// A part of a rendered prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'p> {
    /// Written by the template; its markers are special tokens.
    Template(String),
    /// Written by somebody else; nothing in it is special.
    Message(&'p str),
}

/// A compiled chat template.
#[derive(Debug)]
pub struct Template {
    environment: Environment<'static>,
    bos: String,
    eos: String,
    date: String,
}

const NAME: &str = "chat";

impl Template {
    /// Compiles a template; `bos` and `eos` are what it writes for `bos_token` and `eos_token`, `today` for the date.
    pub fn new(source: &str, bos: &str, eos: &str, today: Date) -> Result<Self> {
        if source.contains([OPEN, CLOSE]) {
            return Err(broken("it uses the characters U+F0000 or U+F0001, which stand for messages"));
        }
        let mut environment = dialect::environment(today).map_err(Error::internal("setting up the chat template"))?;
        let source = dialect::without_generation(source).into_owned();
        environment.add_template_owned(NAME, source).map_err(|reason| failed(&reason))?;
        Ok(Self { environment, bos: bos.to_owned(), eos: eos.to_owned(), date: dialect::date_string(today) })
    }

    /// The prompt as the model expects it, up to where the assistant's answer begins. Where the template raises or
    /// leaves the system out, the system's text comes before the first user's: Gemma and the first Mistrals know none.
    pub fn render<'p>(&self, prompt: &'p Prompt) -> Result<Vec<Piece<'p>>> {
        let render = |turns: &[Turn]| self.render_turns(turns, prompt);
        render(&turns(&prompt.messages)).or_else(|reason| match without_system(&prompt.messages) {
            Some(turns) => render(&turns).map_err(|_| reason),
            None => Err(reason),
        })
    }

    fn render_turns<'p>(&self, turns: &[Turn], prompt: &'p Prompt) -> Result<Vec<Piece<'p>>> {
        let messages: Vec<_> = turns.iter().map(|turn| turn.value(&prompt.messages)).collect();
        let rendered = self.environment.get_template(NAME).and_then(|template| {
            template.render(context! {
                messages,
                add_generation_prompt => true,
                enable_thinking => false, // answers are wanted, not thoughts
                bos_token => self.bos.as_str(),
                eos_token => self.eos.as_str(),
                date_string => self.date.as_str(),
                tools => (),
                documents => (),
            })
        });
        pieces(&rendered.map_err(|reason| failed(&reason))?, &prompt.messages)
    }
}

fn failed(reason: &minijinja::Error) -> Error {
    let line = reason.line().map_or_else(String::new, |line| format!("line {line}: "));
    broken(format!("{line}{reason}"))
}

fn broken(reason: impl std::fmt::Display) -> Error {
    Error::ModelBroken {
        message: format!("the model's chat template cannot be used: {reason}"),
        hint: Some("choose an instruction-tuned model: `purview model list` shows those that are known".into()),
    }
}
