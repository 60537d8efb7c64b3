//! A deferred question on its way to a person: the packet is shown, and written where the person at the terminal, or
//! `--yes`, says so. Everything goes to standard error.

use std::{
    io::{IsTerminal, stderr, stdin},
    path::Path,
};

use super::{printer, say};
use crate::{
    error::{Error, Result},
    handoff::Packet,
    settings::Settings,
};

/// Shows a packet and offers to write it into a folder; none: the one in the state folder.
pub fn offer(packet: &Packet, folder: Option<&Path>, yes: bool) -> Result<()> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => Settings::load()?.folders.handoffs(),
    };
    let shown = printer::visible(&folder.display().to_string());
    say(&printer::visible(&packet.preview()));
    if !yes {
        if !stdin().is_terminal() || !stderr().is_terminal() {
            say(&format!("nothing is written\nhint: `--yes` writes it to `{shown}`"));
            return Ok(());
        }
        printer::prompt(&format!("write it to `{shown}`? [y/N]"));
        if !is_yes(&line()?) {
            say("nothing is written");
            return Ok(());
        }
    }
    let path = packet.write(&folder).map_err(Error::io("write the packet into", &folder))?;
    say(&format!("written to `{}`", printer::visible(&path.display().to_string())));
    Ok(())
}

/// What the person answers; nothing at the input's end.
fn line() -> Result<String> {
    let mut line = Vec::new();
    std::io::BufRead::read_until(&mut stdin().lock(), b'\n', &mut line).map_err(Error::io("read", "standard input"))?;
    if line.is_empty() {
        say(""); // the cursor still stands behind the question
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// Only a clear yes is one.
fn is_yes(answer: &str) -> bool {
    ["y", "yes"].iter().any(|yes| answer.trim().eq_ignore_ascii_case(yes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_is_one() {
        assert!(["y\n", "Y", " yes \r\n", "YES"].iter().all(|answer| is_yes(answer)));
        assert!(["", "\n", "n", "no", "yy", "yes please", "ja", "\u{fffd}"].iter().all(|answer| !is_yes(answer)));
    }
}
