//! The chat on a terminal. `app` decides (messages in, effects out) and does no I/O; `view` draws it; `shell` runs it
//! on a terminal and `plain` line by line; `worker` owns the models and `clerk` the files. The only room that names
//! ratatui and crossterm.

pub mod keys;
pub mod commands;
pub mod message;

pub mod text;
pub mod theme;
pub mod wrap;
pub mod markdown;
pub mod draft;
pub mod history;

pub mod turn;
pub mod opening;
pub mod transcript;
pub mod page;
pub mod list;

pub mod app;
pub mod view;

mod backstage;
mod clerk;
mod keyboard;
pub mod plain;
pub mod shell;
pub mod terminal;
mod worker;

use std::time::Duration;

use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};

use crate::settings::Look;

/// The screen's columns and rows, where there is a screen.
pub fn size() -> Option<(u16, u16)> {
    crossterm::terminal::size().ok()
}

/// The look that fits the terminal's background; dark where the terminal does not say in time.
pub fn detected_look(patience: Duration) -> Look {
    let mut options = QueryOptions::default();
    options.timeout = patience;
    match theme_mode(options) {
        Ok(ThemeMode::Light) => Look::Light,
        Ok(ThemeMode::Dark) | Err(_) => Look::Dark,
    }
}
