//! Every slash command in one table: what is dispatched is what the help shows. Knows their names and forms; what a
//! command does is the app's business.

/// What a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Show the help.
    Help,
    /// Change the pack.
    Pack,
    /// Change what writes the answers.
    Model,
    /// Show what was looked at.
    Sources,
    /// Show why it was decided so.
    Why,
    /// Copy an answer.
    Copy,
    /// Write the conversation to a file.
    Export,
    /// Begin a new conversation.
    New,
    /// Go on with an earlier one.
    Resume,
    /// Ask again, or open the pack again.
    Retry,
    /// Put the turn among the pack's draft test cases.
    Wrong,
    /// Make a packet for a person, or write it.
    HandOff,
    /// Change how it looks.
    Theme,
    /// End.
    Quit,
}

/// A command as the help shows it.
#[derive(Debug)]
pub struct Command {
    /// With its stroke.
    pub name: &'static str,
    /// What may stand behind it.
    pub argument: &'static str,
    /// What it is.
    pub verb: Verb,
    /// What the help says.
    pub help: &'static str,
}

const fn command(name: &'static str, argument: &'static str, verb: Verb, help: &'static str) -> Command {
    Command { name, argument, verb, help }
}

/// The table.
#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    command("/help", "", Verb::Help, "keys and commands"),
    command("/pack", "[NAME,…]", Verb::Pack, "talk with another pack, with several, or with `all`"),
    command("/model", "[NAME]", Verb::Model, "let a language model write, or quote only"),
    command("/sources", "[N]", Verb::Sources, "the passages that were looked at; open the N-th"),
    command("/why", "", Verb::Why, "every signal against its bar, and what was nearest"),
    command("/copy", "[N]", Verb::Copy, "copy the last answer, or the N-th of the conversation"),
    command("/export", "[FILE]", Verb::Export, "write the conversation to FILE: JSON if it ends in .json, else Markdown"),
    command("/new", "", Verb::New, "begin a new conversation"),
    command("/resume", "", Verb::Resume, "go on with an earlier one"),
    command("/retry", "", Verb::Retry, "ask the last question again, or open the pack again"),
    command("/wrong", "[WHY]", Verb::Wrong, "put the last turn among the pack's draft test cases"),
    command("/handoff", "[write]", Verb::HandOff, "show the deferred question as a packet for a person; write it as it was shown"),
    command("/theme", "[NAME]", Verb::Theme, "dark, light, high-contrast or no-colour"),
    command("/quit", "", Verb::Quit, "end"),
];

/// The command that a line calls, and what stands behind it; `None`: the line is no command.
///
/// # Errors
/// A word that begins like a command and is none, with the command that is nearest to it.
pub fn parse(line: &str) -> Option<Result<(Verb, &str), String>> {
    let line = line.trim();
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    // A path or a fraction that opens a question is no command.
    if !name.starts_with('/') || name[1..].contains('/') || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let known = COMMANDS.iter().find(|command| command.name == name);
    Some(known.map(|command| (command.verb, rest.trim())).ok_or_else(|| unknown(name)))
}

fn unknown(name: &str) -> String {
    let distance = |command: &&Command| strsim::damerau_levenshtein(command.name, name);
    let nearest = COMMANDS.iter().min_by_key(distance).filter(|command| distance(command) <= 2);
    let hint = nearest.map_or_else(|| "`/help` lists them".to_owned(), |c| format!("did you mean `{}`?", c.name));
    format!("no command is called `{name}`; {hint}")
}

/// The commands that what is written so far may become.
pub fn completions(written: &str) -> Vec<&'static Command> {
    if !written.starts_with('/') || written.contains(char::is_whitespace) {
        return Vec::new();
    }
    COMMANDS.iter().filter(|command| command.name.starts_with(written)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_dispatched_by_the_name_that_the_help_shows() {
        for command in COMMANDS {
            assert_eq!(parse(&format!("{} x", command.name)), Some(Ok((command.verb, "x"))));
        }
    }

    #[test]
    fn a_misspelt_command_is_answered_with_the_nearest() {
        assert!(parse("/hlep").unwrap().unwrap_err().contains("`/help`"));
        assert_eq!(parse("what is /help?"), None);
        assert_eq!(parse("/usr/bin is a folder"), None);
    }

    #[test]
    fn a_beginning_is_completed() {
        let names: Vec<&str> = completions("/re").iter().map(|c| c.name).collect();
        assert_eq!(names, ["/resume", "/retry"]);
        assert!(completions("/retry now").is_empty() && completions("re").is_empty());
    }
}
