//! The terminal: the only room that names ratatui and crossterm. So far it knows how large the screen is.

/// The screen's columns and rows, where there is a screen.
pub fn size() -> Option<(u16, u16)> {
    ratatui::crossterm::terminal::size().ok()
}
