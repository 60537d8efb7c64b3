//! A program that takes the terminal over and panics: what the tests run to see that the terminal is given back and the
//! panic is read.

use std::io::stdout;

use purview::tui::terminal::Screen;

fn main() -> std::io::Result<()> {
    let _screen = Screen::take(stdout, true)?;
    panic!("on purpose");
}
